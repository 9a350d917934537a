import pickle

from hypothesis import given
from hypothesis import strategies as st

from advnet.search.finding.query import parse, thinned
from advnet.search.storage.schema import SCHEMA, AnalysedText, Head, PackedPositions, expert_fields, read_head
from advnet.search.terms.analysis import MixedAnalyzer, NameAnalyzer, counts_in_matching, join_values, split_values
from tests.search.conftest import YAMADA

WORDS = MixedAnalyzer()
NAMES = NameAnalyzer()
JAPANESE = st.text(st.sampled_from("海洋気候変動技術のはデタをカき"), min_size=2, max_size=20)
MIXED = st.text(st.sampled_from("ab cdÉ9-海洋のデーター\x1f"), max_size=40)


def test_words_are_stemmed_and_stop_words_leave_their_place_empty():
    assert WORDS.positions("The policies of Oceans") == {"polici": [1], "ocean": [3]}


def test_names_are_neither_stemmed_nor_stopped():
    assert NAMES.positions("Will Rivers") == {"will": [0], "ribers": [1]}
    assert NameAnalyzer(keeps_spellings=True).positions("Rivers") == {"rivers": [0], "ribers": [0]}


def test_japanese_is_cut_into_pairs_and_its_last_letter_stands_alone():
    assert WORDS.positions("海洋法") == {"海洋": [0], "洋法": [1], "法": [2]}


def test_a_word_that_loses_its_final_mark_keeps_it_in_a_term_of_its_own():
    assert WORDS.positions("サーバーの") == {"さー": [0], "ーば": [1], "ばの": [2], "ばーー": [2], "の": [3]}
    assert WORDS.positions("サーバの") == {"さー": [0], "ーば": [1], "ばの": [2], "の": [3]}
    assert not counts_in_matching("ばーー")


def test_words_and_japanese_are_cut_in_one_text():
    assert WORDS.positions("AI技術とG7") == {"ai": [0], "技術": [1], "術と": [2], "と": [3], "g7": [4]}


def test_what_is_no_letter_separates():
    assert list(WORDS.positions("dual-use (C++), COVID-19")) == ["dual", "use", "c", "covid", "19"]


def test_no_phrase_reaches_from_one_value_to_the_next():
    positions = WORDS.positions(join_values(("marine", "plastics")))
    assert positions["plastic"][0] - positions["marin"][0] > 10
    assert split_values(join_values(("a\x1fb", "c"))) == ["a b", "c"]


@given(MIXED)
def test_tokens_and_positions_tell_the_same(text: str):
    together: dict[str, list[int]] = {}
    for token in WORDS.tokens(text):
        together.setdefault(token.term, []).append(token.position)
    assert together == dict(WORDS.positions(text))


@given(MIXED)
def test_a_token_shows_where_it_stands(text: str):
    for token in NAMES.tokens(text):
        assert next(iter(NAMES.positions(text[token.start : token.end]))).startswith(token.term[0])


@given(JAPANESE, st.data())
def test_every_piece_of_a_japanese_text_is_a_phrase_of_its_pairs(text: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(text) - 2))
    piece = text[start : data.draw(st.integers(start + 2, len(text)))]
    at = {(token.position, token.term) for token in WORDS.tokens(text)}
    (clause,) = parse(f'"{piece}"').clauses
    assert all((token.position + start, token.term) in at for token in thinned(clause.words))


@given(JAPANESE)
def test_thinning_leaves_no_letter_uncovered(text: str):
    tokens = tuple(token for token in NAMES.tokens(text) if len(token.term) == 2)
    letters = {token.position + at for token in tokens for at in (0, 1)}
    assert {token.position + at for token in thinned(tokens) for at in (0, 1)} == letters


def test_the_schema_survives_pickling_as_the_index_needs_it():
    copy = pickle.loads(pickle.dumps(SCHEMA))
    assert copy.names() == SCHEMA.names()
    assert copy["names"].analyse("Will").positions == {"will": [0]}


def test_positions_are_two_bytes_each_and_count_the_frequency():
    packed = PackedPositions()
    assert len(packed.encode([3])) == 2
    assert packed.decode_frequency(packed.encode([3, 70, 65535])) == 3


def test_a_place_too_far_back_is_kept_as_the_last_one():
    text = "word " * 70_000 + "ending"
    analysed = SCHEMA["abstract"].analyse(text)
    assert analysed.positions["end"] == [2**16 - 1]
    assert analysed.positions["word"][-1] == 2**16 - 1
    assert len(analysed.positions["word"]) == 2**16


def test_the_head_is_read_as_it_was_written():
    written = Head("w", "東-17", 2.5, 0.5, 2020, 3)
    assert read_head(written.packed()) == written


def test_an_expert_becomes_a_profile_and_one_document_for_each_unit_of_evidence():
    profile, *units = expert_fields(YAMADA)
    assert profile["kind"] == "p"
    works = [unit for unit in units if unit["kind"] == "w"]
    assert [unit["kind"] for unit in units if unit not in works] == ["s"] * len(YAMADA.skills) + ["b"]
    assert [work["work_id"] for work in works] == ["a", "b"]
    assert all(isinstance(work["title"], AnalysedText) for work in works)
    assert "abstract" not in profile
    assert profile["_stored_names"].split("\x1f")[0] == "山田 太郎"
