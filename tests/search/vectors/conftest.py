"""A small Network under a model that counts words, and the real model, loaded once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from advnet.search import ExpertDocument, ExpertIndex, MatchQuestion, SkillDocument, WorkDocument
from advnet.search.vectors import DenseEvidence, LocalModel
from tests.search.vectors.embedders import WordCounter

ICE = WorkDocument("ice", "Sea ice", "Decline of sea ice in the Arctic.")
CHIPS = WorkDocument("chips", "Export controls", "Semiconductors and trade.")
JAPANESE = WorkDocument("ja", "北極海の海氷", "海氷の減少について。")
ADA = ExpertDocument(
    "1", names=("Ada",), biography="Studies ice.", skills=(SkillDocument(("Oceans", "海洋")),), works=(ICE, CHIPS)
)
BO = ExpertDocument("2", names=("Bo",), works=(CHIPS, JAPANESE))
QUESTION = MatchQuestion("Decline of sea ice in the Arctic")
ASKED = ["Decline of sea ice in the Arctic", "Decline of sea ice in the Arctic."]
"""The texts that the model gets of it."""


def open_index(folder: Path, model: WordCounter, **options: object) -> ExpertIndex:
    dense = DenseEvidence(model, store_path=folder / "vectors.sqlite", **options)
    return ExpertIndex(folder / "index", dense=dense)


def fill(index: ExpertIndex) -> None:
    while index.fill_vectors():
        pass


@pytest.fixture
def model() -> WordCounter:
    return WordCounter()


@pytest.fixture
def index(tmp_path: Path, model: WordCounter) -> Iterator[ExpertIndex]:
    index = open_index(tmp_path, model)
    index.rebuild([ADA, BO], reached=1)
    yield index
    index.close()


@pytest.fixture(scope="session")
def minilm() -> LocalModel:
    return LocalModel()
