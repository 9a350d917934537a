import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.text import _letter_by_letter, drop_final_long_vowels, fold, is_cjk, normalise, normalise_with_offsets, runs

KATAKANA = st.text(st.characters(min_codepoint=0x30A1, max_codepoint=0x30F6), min_size=1)
WRITTEN = st.text(st.sampled_from("abcXYZ 09-.éÖﾌﾟｶｰコンピューターの海洋政策東京、。ＡＢ①㍿"), max_size=40)


@given(st.text())
def test_folding_again_changes_nothing(text: str):
    assert fold(fold(text)) == fold(text)


@given(KATAKANA)
def test_katakana_and_hiragana_are_the_same_text(text: str):
    hiragana = "".join(chr(ord(letter) - 0x60) for letter in text)
    assert normalise(text) == normalise(hiragana)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_full_and_half_width_are_the_same_text(text: str):
    assert normalise("".join(chr(ord(letter) + 0xFEE0) for letter in text)) == normalise(text)


@given(WRITTEN)
def test_composed_and_decomposed_letters_are_the_same_text(text: str):
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("ｶﾞﾗｽ", "がらす"),
        ("Ōno Straße", "ono strasse"),
        ("ＣＯ２ and CO₂", "co2 and co2"),
        ("コンピューター", "こんぴゅーた"),
        ("ｻｰﾊﾞｰ", "さーば"),
        ("エネルギー政策", "えねるぎ政策"),
        ("カレー", "かれー"),
        ("サーバーデータ", "さーばーでーた"),
    ],
)
def test_the_same_word_in_another_writing_becomes_the_same_text(given_text: str, expected: str):
    assert normalise(given_text) == expected


def test_only_the_mark_at_the_end_of_four_letters_or_more_is_dropped():
    assert drop_final_long_vowels("データ センター コピー メーカーー") == "データ センタ コピー メーカ"


@given(WRITTEN)
def test_offsets_lead_back_to_where_each_letter_came_from(text: str):
    normalised, offsets = normalise_with_offsets(text)
    assert normalised == normalise(text)
    assert len(offsets) == len(normalised) + 1
    assert list(offsets) == sorted(offsets)
    assert offsets[len(normalised)] == len(text)
    for letter, start in zip(normalised, offsets, strict=False):
        assert letter in fold(unicodedata.normalize("NFKC", text[start : start + 3]))


@given(WRITTEN)
def test_texts_that_change_letter_for_letter_are_read_as_all_others_are(text: str):
    found, offsets = normalise_with_offsets(text)
    slowly, slow_offsets = _letter_by_letter(text)
    assert (found, list(offsets)) == (slowly, list(slow_offsets))


def test_runs_part_words_from_japanese_and_leave_everything_else_out():
    assert [(run.text, run.start, run.is_cjk) for run in runs("ai技術-g7 の会")] == [
        ("ai", 0, False),
        ("技術", 2, True),
        ("g7", 5, False),
        ("の会", 8, True),
    ]


def test_japanese_is_told_from_what_only_contains_some():
    assert is_cjk("山田")
    assert is_cjk("ﾔﾏﾀﾞ")
    assert not is_cjk("山田 太郎")
    assert not is_cjk("AI技術")
    assert not is_cjk("")
