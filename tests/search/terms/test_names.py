"""People are found by their names in any writing and order."""

import pytest

from advnet.search import ExpertDocument, ExpertIndex

PEOPLE = (
    ExpertDocument("full", names=("大野 伸一", "オオノ シンイチ", "Shinichi Ohno")),
    ExpertDocument("kana", names=("神戸 純", "カンベ ジュン")),
    ExpertDocument("latin", names=("Yūki Satō",)),
    ExpertDocument("abroad", names=("Jean-Pierre O'Brien",)),
)


@pytest.fixture
def named(empty: ExpertIndex) -> ExpertIndex:
    empty.rebuild(PEOPLE, reached=0)
    return empty


def found(index: ExpertIndex, text: str) -> list[str]:
    return [hit.expert_id for hit in index.find(text).hits]


@pytest.mark.parametrize(
    ("expert_id", "typed"),
    [
        ("full", "大野"),
        ("full", "大野伸一"),
        ("full", "伸一 大野"),
        ("full", "オオノ"),
        ("full", "おおのしんいち"),
        ("full", "ｵｵﾉ ｼﾝｲﾁ"),
        ("full", "オーノ"),
        ("full", "Ohno"),
        ("full", "ono shin'ichi"),
        ("full", "Ōno Sinichi"),
        ("full", '"Shin-ichi Oono"'),
        ("full", '"Ohno Shinichi"'),
        ("full", "Ohn*"),
        ("full", "大*"),
        ("full", "おお*"),
        ("kana", "Kambe"),
        ("kana", "Jun Kanbe"),
        ("kana", "Zyun"),
        ("kana", "かんべじゅん"),
        ("latin", "Satoh"),
        ("latin", "Sato Yuuki"),
        ("latin", "サトウ"),
        ("latin", "さとうゆうき"),
        ("latin", "ユウキ"),
        ("latin", "sat*"),
        ("abroad", "O'Brien"),
        ("abroad", "obrien"),
        ("abroad", "Jean-Pierre"),
        ("abroad", "Pierre"),
        ("abroad", "Jean Pierre"),
    ],
)
def test_a_name_is_found_however_it_is_typed(named: ExpertIndex, expert_id: str, typed: str):
    assert found(named, typed) == [expert_id]


@pytest.mark.parametrize("typed", ["Ito", "Hatori", "ブライアン", "ジャン", "オカノ", "Shin"])
def test_other_names_find_nobody(named: ExpertIndex, typed: str):
    assert found(named, typed) == []


def test_what_was_found_by_sound_is_marked_as_it_is_written(named: ExpertIndex):
    snippet = named.snippets("Oono", ["full"])["full"][0]
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["Ohno"]
