"""A small Network in an index of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from advnet.search import ExpertDocument, ExpertIndex, SkillDocument, WorkDocument

YAMADA = ExpertDocument(
    "1",
    names=("山田 太郎", "ヤマダ タロウ", "Taro Yamada"),
    affiliations=("東京海洋大学", "Tokyo University of Marine Science"),
    biography="海洋のプラスチック汚染と気候変動の影響を研究している。サーバーの運用も行う。",
    skills=(
        SkillDocument(("海洋プラスチック", "Marine plastics"), "plastics", 3),
        SkillDocument(("Ocean policy",), "policy", 2),
    ),
    works=(
        WorkDocument("a", "Microplastics in the Arctic Ocean", "We study plastic pollution of the sea floor.", 2020),
        WorkDocument("b", "北極海の氷と航路", "海氷の減少と国際航路の将来。", 2022),
    ),
)
SATO = ExpertDocument(
    "2",
    names=("佐藤 花子", "Hanako Satō"),
    affiliations=("Kyoto University",),
    biography="Dual-use technology and export controls. Policies for oceans.",
    skills=(SkillDocument(("安全保障",), "security"), SkillDocument(("Dual use",), "dual")),
    works=(WorkDocument("b", "人工知能と国際政治", "", 2019),),
)
SMITH = ExpertDocument(
    "3", names=("Will Smith",), works=(WorkDocument("c", "Climate policy for cities", "Adaptation to floods."),)
)
NETWORK = (YAMADA, SATO, SMITH)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def empty(folder: Path) -> Iterator[ExpertIndex]:
    """An index that is not there yet."""
    index = ExpertIndex(folder)
    yield index
    index.close()


@pytest.fixture
def index(empty: ExpertIndex) -> ExpertIndex:
    """The index of the small Network."""
    empty.rebuild(NETWORK, reached=1)
    return empty
