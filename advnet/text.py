"""Text as people write it, brought to one form in which it can be compared.

Half and full width, capital and small letters, katakana and hiragana, accents, and the final long-vowel mark that one
writer puts and another leaves out (コンピューター, コンピュータ) are differences of writing, not of meaning. Everything
here is a pure function on strings; what is shown to people is always the text as it was given.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

_CJK = "々-〇ぁ-ゖゝゞァ-ヺー-ヾ㐀-䶿一-鿿가-힣豈-\ufaff\U00020000-\U0003ffff"
CJK_LETTER = re.compile(f"[{_CJK}]")
_RUNS = re.compile(f"([{_CJK}]+)|[^\\W_{_CJK}]+")
_TO_HIRAGANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_ACCENTS = re.compile("[\u0300-\u036f]+")
_KATAKANA_WORD = re.compile("[ァ-ヺー]{4,}")
_HIRAGANA_WORD = re.compile("[ぁ-ゖー]{4,}")
# A character with the marks that NFKC may join to it; marks that follow nothing stand alone.
_CLUSTER = re.compile("([ -~]+)|.[\u0300-\u036f\u3099\u309aﾞﾟ]*", re.DOTALL)


class Run(NamedTuple):
    """Letters without a break between them: a word where words are set apart, else a stretch of Japanese.

    :param text: normalised
    :param start: where it begins in the normalised text
    """

    text: str
    start: int
    is_cjk: bool


def fold(text: str) -> str:
    """The same word in any width, case, kana or accent gives the same text; folding again changes nothing."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", text)).translate(_TO_HIRAGANA)


def drop_final_long_vowels(text: str) -> str:
    """Kana words of four letters or more lose the long-vowel mark at their end: サーバー → サーバ, but カレー stays.

    Source of the four letters: the habit of Japanese technical writing that JIS Z 8301 recorded.
    """
    return _HIRAGANA_WORD.sub(_without_final_mark, _KATAKANA_WORD.sub(_without_final_mark, text))


def normalise(text: str) -> str:
    """The form in which texts are indexed and compared: long-vowel marks dropped, then folded."""
    if text.isascii():
        return text.lower()
    return fold(drop_final_long_vowels(unicodedata.normalize("NFKC", text)))


def runs(normalised: str) -> Iterator[Run]:
    """The words and the Japanese stretches of a normalised text, in order; everything else separates them."""
    for found in _RUNS.finditer(normalised):
        yield Run(found[0], found.start(), found[1] is not None)


def is_cjk(text: str) -> bool:
    """Whether nothing but one stretch of Japanese (or another script without spaces) stands there."""
    return [run.is_cjk for run in runs(normalise(text))] == [True]


def guess_language(text: str) -> str:
    """``ja`` when a good part of the letters is Japanese, else ``en``."""
    letters = [character for character in text if character.isalpha()]
    japanese = sum(1 for character in letters if is_cjk(character))
    return "ja" if japanese * 5 > len(letters) else "en"


def normalise_with_offsets(text: str) -> tuple[str, Sequence[int]]:
    """A normalised text, and for each of its characters (and its end) where it came from in ``text``.

    Letter by letter, so that it may differ from :func:`normalise` where marks are joined across letters, as in
    decomposed Hangul: good for showing where something stands, not for comparing.
    """
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    if unicodedata.is_normalized("NFKC", text) and not _ACCENTS.search(text):
        dropped = _dropped_marks(text)
        kept = [index for index in range(len(text)) if index not in dropped] if dropped else range(len(text))
        folded = fold(drop_final_long_vowels(text))
        if len(folded) == len(kept):  # letter for letter, as nearly all texts are
            return folded, [*kept, len(text)]
    return _letter_by_letter(text)


def _letter_by_letter(text: str) -> tuple[str, Sequence[int]]:
    letters: list[str] = []
    sources: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        if cluster[1]:
            letters.extend(cluster[0])
            sources.extend(range(cluster.start(), cluster.end()))
        else:
            for letter in unicodedata.normalize("NFKC", cluster[0]):
                letters.append(letter)
                sources.append(cluster.start())
    dropped = _dropped_marks("".join(letters))
    pieces: list[str] = []
    offsets: list[int] = []
    for index, letter in enumerate(letters):
        if index not in dropped:
            piece = _fold_letter(letter)
            pieces.append(piece)
            offsets.extend([sources[index]] * len(piece))
    return "".join(pieces), [*offsets, len(text)]


def _dropped_marks(text: str) -> set[int]:
    """Where the marks stand that :func:`drop_final_long_vowels` takes away."""
    return {
        index
        for pattern in (_KATAKANA_WORD, _HIRAGANA_WORD)
        for word in pattern.finditer(text)
        for index in range(word.start() + len(_without_final_mark(word)), word.end())
    }


_fold_letter = lru_cache(maxsize=8192)(fold)


def _without_final_mark(word: re.Match[str]) -> str:
    return word[0][:3] + word[0][3:].rstrip("ー")


def letters_of(place: int) -> str:
    """A, B … Z, AA, AB … for places from 0, as columns of a sheet are called."""
    letters = ""
    place += 1
    while place > 0:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
