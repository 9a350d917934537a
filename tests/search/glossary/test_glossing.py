"""Japanese as English terms: the shipped glossary, and how texts are read with it."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.search import ExpertDocument, ExpertIndex, MatchQuestion, WorkDocument
from advnet.search.glossary import Vocabulary, gloss, gloss_for_index, glossing, pivot, pivot_version
from advnet.search.glossary.glossing import INDEXED_MEANINGS, LONGEST_TEXT, MOST_MEANINGS
from advnet.search.glossary.reading import read
from advnet.search.glossary.table import PATH, Table, digest, read_line

WRITTEN = st.text(
    st.sampled_from("海洋気候変動学習者的の用いる少なAIｶﾞﾝﾃﾞｰﾀデーターサーバごみがん、。 é😀\u200f\u05d0\x00々ヶ①㍿㍉"),
    max_size=60,
)


def best(text: str) -> dict[str, str]:
    """Each Japanese word of a text with its first meaning."""
    found: dict[str, str] = {}
    for one in gloss(text):
        found.setdefault(text[one.start : one.end], one.english)
    return found


def test_the_table_is_sorted_and_each_line_has_the_stated_form():
    lines = PATH.read_bytes().splitlines()
    assert len(lines) > 200_000
    assert all(one <= other for one, other in pairwise(lines))
    endings = {"", "h", "k", "p", "ru", *"うくぐすつぬぶむるい"}
    for line in lines[::50]:
        entry = read_line(line.decode())
        assert entry.word
        assert entry.ending in endings
        assert all(gloss_.isascii() and gloss_ == gloss_.lower().strip() != "" for gloss_ in entry.glosses)


def test_the_table_gives_every_headword_it_holds():
    table = Table()
    for line in PATH.read_bytes().splitlines()[::997]:
        entry = read_line(line.decode())
        assert entry in table.starting(entry.word[:2])
    assert table.starting("ゖゖ") == ()


def test_the_licence_and_the_source_stand_beside_the_table():
    notice = PATH.with_name("NOTICE.md").read_text()
    assert "JMdict" in notice
    assert "https://creativecommons.org/licenses/by-sa/4.0/" in notice
    assert "GENERAL DICTIONARY LICENCE STATEMENT" in PATH.with_name("EDRDG-LICENCE.md").read_text()


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("海洋プラスチック汚染", {"海洋": "ocean", "プラスチック": "plastic", "汚染": "pollution"}),
        ("強化学習", {"強化学習": "reinforcement learning"}),
        ("学習", {"学習": "learning"}),
        ("ﾃﾞｰﾀ保護", {"ﾃﾞｰﾀ保護": "data protection"}),
        ("サーバーとサーバ", {"サーバー": "server", "サーバ": "server"}),
        ("がんの早期発見", {"がん": "cancer", "早期発見": "early detection"}),
        ("影響を与える", {"影響": "influence", "与え": "bestow"}),
        ("インターネット上の情報", {"インターネット": "internet", "情報": "information"}),
        ("マルチエージェントシステム", {"マルチエージェント": "multi-agent", "システム": "system"}),
        ("気候に関する場合について", {"気候": "climate"}),
        ("シュタッケルベルグゲーム", {"ゲーム": "game"}),
        ("ブースティング", {}),
        ("ことのために", {}),
    ],
)
def test_words_are_found_as_they_are_written(text: str, meanings: dict[str, str]):
    assert best(text) == meanings


def test_meanings_of_a_word_share_its_weight_the_first_having_most():
    found = gloss("状況")
    assert 1 < len(found) <= MOST_MEANINGS
    assert sum(one.weight for one in found) == pytest.approx(1)
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)


def test_the_vocabulary_speaks_before_the_dictionary_and_the_longest_word_wins():
    own = Vocabulary({"海洋": ["Marine science", "marine science"], "海洋プラスチック": ["Marine plastics"]})
    assert [(one.english, one.weight) for one in gloss("海洋", own)] == [("marine science", 1.0)]
    assert [one.english for one in gloss("海洋プラスチック", own)] == ["marine plastics"]
    assert pivot("海洋の汚染", own) == "marine science pollution"


def test_a_pivot_keeps_latin_words_in_their_place_and_leaves_the_grammar_out():
    assert pivot("AIとデータの保護について。") == "AI data protection"
    assert pivot("Only English, as it is.") == "Only English, as it is."
    assert pivot("") == ""


def test_text_without_japanese_has_no_gloss():
    for text in ("Plastic pollution", "Café – naïve", "한국어", "😀", ""):
        assert gloss(text) == []
        assert gloss_for_index(text) == ""


@given(WRITTEN)
def test_any_text_is_read_in_order_and_from_where_it_stands(text: str):
    found = gloss(text)
    places = list(dict.fromkeys((one.start, one.end) for one in found))
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    for place in places:
        assert sum(one.weight for one in found if (one.start, one.end) == place) == pytest.approx(1)
    assert all(one.english for one in found)
    assert len(gloss(text, most=INDEXED_MEANINGS)) <= len(found)
    assert isinstance(pivot(text), str)


@pytest.mark.parametrize("unit", ["ア", "学", "ｶﾞ", "あのこと", "海洋の", "データー", "A海", "ー", "😀海"])
def test_long_texts_cost_a_few_look_ups_a_letter_and_are_read_to_the_limit(unit: str):
    asked = 0
    table = Table()

    def counting(head: str):
        nonlocal asked
        asked += 1
        return table.starting(head)

    text = (unit * 4_000)[:4_000]
    read(text, counting)
    assert asked <= len(text)
    assert all(one.end <= LONGEST_TEXT for one in gloss((unit * 100_000)[:100_000]))


def test_question_and_profile_meet_across_the_languages(empty: ExpertIndex):
    empty.rebuild(
        [
            ExpertDocument("en", works=(WorkDocument("1", "Plastic pollution of the ocean"),)),
            ExpertDocument("ja", works=(WorkDocument("1", "量子コンピュータの誤り訂正"),)),
            ExpertDocument("no", works=(WorkDocument("1", "Medieval trade"),)),
        ],
        reached=0,
    )
    assert [one.expert_id for one in empty.match(MatchQuestion("海洋のプラスチック汚染"))] == ["en"]
    assert [one.expert_id for one in empty.match(MatchQuestion("Error correction for quantum computers"))] == ["ja"]


def test_labels_of_the_shipped_vocabulary_are_mostly_told_by_their_own_words():
    path = Path(__file__).parents[3] / "advnet" / "experts" / "vocabulary" / "vocabulary.json"
    concepts = json.loads(path.read_text())["concepts"]
    known = [concept for concept in concepts if gloss(concept["ja"])]
    assert len(known) > 0.95 * len(concepts)


def test_a_line_more_in_the_glossary_is_another_version_of_the_pivot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    before = pivot_version()
    assert digest() in before
    changed = tmp_path / "jmdict.tsv"
    changed.write_bytes(PATH.read_bytes() + "龘\t\tdragons in flight\n".encode())
    monkeypatch.setattr(glossing, "digest", lambda: digest(changed))
    assert pivot_version.__wrapped__() != before
