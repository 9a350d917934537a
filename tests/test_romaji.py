"""Names by their sound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.romaji import (
    kana_of_latin,
    plain_kana,
    sound_of_kana,
    sound_of_latin,
    without_inner_marks,
    without_long_vowels,
)
from advnet.text import fold

_CONSONANTS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの", "h": "はひふへほ",
    "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ", "b": "ばびぶべぼ", "p": "ぱぴぷぺぽ",
}  # fmt: skip
KUNREI = {
    kana: consonant + vowel for consonant, row in _CONSONANTS.items() for vowel, kana in zip("aiueo", row, strict=True)
} | {
    "や": "ya",
    "ゆ": "yu",
    "よ": "yo",
    "わ": "wa",
    "しゃ": "sya",
    "ちゅ": "tyu",
    "じょ": "zyo",
    "きょ": "kyo",
    "りゅ": "ryu",
}
HEPBURN = KUNREI | {
    "し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "しゃ": "sha", "ちゅ": "chu", "じょ": "jo",
}  # fmt: skip
LONG = {"o": "おうー", "u": "うー"}

Parts = list[tuple[str, str]]


@st.composite
def syllables(draw: st.DrawFn) -> Parts:
    """Syllables of a name, each with what follows it: nothing, a long vowel, ん, or っ before a plain consonant."""
    parts: Parts = []
    for kana in draw(st.lists(st.sampled_from(sorted(KUNREI)), min_size=1, max_size=5)):
        choices = ["", "ん"] + (["長"] if KUNREI[kana][-1] in LONG else [])
        if parts and parts[-1][1] == "" and KUNREI[kana][0] in "kstp":
            parts[-1] = (parts[-1][0], draw(st.sampled_from(["", "っ"])))
        parts.append((kana, draw(st.sampled_from(choices))))
    return parts


def in_kana(draw, parts: Parts) -> str:
    return "".join(
        kana + (draw(st.sampled_from(LONG[KUNREI[kana][-1]])) if after == "長" else after) for kana, after in parts
    )


def in_latin(draw, parts: Parts) -> str:
    system = draw(st.sampled_from([KUNREI, HEPBURN]))
    written = ""
    for index, (kana, after) in enumerate(parts):
        following = system[parts[index + 1][0]] if index + 1 < len(parts) else ""
        written += system[kana]
        vowel = written[-1]
        if after == "長":
            longs = [vowel, {"o": "ō", "u": "ū"}[vowel], vowel + vowel] + ([vowel + "u"] if vowel == "o" else [])
            if following[:1] not in ("a", "i", "u", "e", "o"):
                longs.append(vowel + "h")
            written = written[:-1] + draw(st.sampled_from(longs))
        elif after == "ん":
            written += draw(st.sampled_from(["n", "m"])) if following[:1] in ("b", "p", "m") else "n"
            written += draw(st.sampled_from(["", "'", "-"])) if following[:1] in tuple("aiueoy") else ""
        elif after == "っ":
            written += draw(st.sampled_from(["t", "c"])) if following.startswith("ch") else following[0]
    return draw(st.sampled_from([written, written.upper(), written.capitalize()]))


def key(latin: str) -> str:
    folded = fold(latin)
    return sound_of_latin("".join(folded[place] for place in without_inner_marks(folded)))


@given(st.data(), syllables())
def test_every_way_of_writing_a_name_has_the_same_key(data: st.DataObject, parts: Parts):
    keys = {key(in_latin(data.draw, parts)) for _ in range(4)} | {sound_of_kana(in_kana(data.draw, parts))}
    assert len(keys) == 1


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), max_size=20))
def test_the_key_of_a_key_is_the_key(word: str):
    assert sound_of_latin(sound_of_latin(word)) == sound_of_latin(word)


@given(st.text(st.sampled_from("おうあいこのしんっゃーぢ大野a "), max_size=20))
def test_leaving_out_long_vowels_again_changes_nothing(text: str):
    once = "".join(plain_kana(text)[place] for place in without_long_vowels(text))
    assert without_long_vowels(once) == list(range(len(once)))
    assert plain_kana(once) == once


@pytest.mark.parametrize(
    "spellings",
    [
        ("Ohno", "Ōno", "Oono", "Ono", "ÔNO"),
        ("Sato", "Satoh", "Satou", "Satō"),
        ("Shinichi", "Shin'ichi", "Shin-ichi", "Sinichi", "Siniti"),
        ("Junichiro", "Jun’ichirō", "Zyun'itirô"),
        ("Homma", "Honma"),
        ("Namba", "Nanba"),
        ("Tsuchiya", "Tutiya"),
        ("Fujita", "Huzita", "Hujita"),
        ("Ohyama", "Ōyama", "Ooyama", "Oyama"),
        ("Ohashi", "Ōhashi", "Oohashi"),
        ("Hatchi", "Hacchi", "Hatti"),
        ("Inoue", "Inouye"),
        ("Mizuho", "Miduho"),
    ],
)
def test_names_as_people_write_them_meet(spellings: tuple[str, ...]):
    assert len({key(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Ito", "Ido"), ("Honda", "Hoda"), ("Hatori", "Hattori"), ("Kono", "Konno"), ("Keita", "Keta")]
)
def test_different_names_stay_apart(one: str, other: str):
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("latin", "kana"),
    [
        ("ohno", "おの"),
        ("shin'ichi", "しんいち"),
        ("kenichiro", "けんいちろ"),
        ("hattori", "はっとり"),
        ("kyohei", "きょへい"),
        ("smith", None),
        ("marc", None),
        ("", None),
    ],
)
def test_latin_letters_become_kana_where_they_can_be_a_japanese_name(latin: str, kana: str | None):
    assert kana_of_latin(latin) == kana


@given(st.text(max_size=50))
def test_any_text_can_be_asked(text: str):
    folded = fold(text)
    assert isinstance(sound_of_kana(folded), str)
    assert kana_of_latin(folded) is None or kana_of_latin(folded)
    assert isinstance(sound_of_latin(folded), str)
