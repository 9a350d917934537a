"""From text to the terms that are indexed and asked for.

One analysis serves both languages, because one text often holds both. Where words are set apart they are the terms,
stemmed, without the English words that stand in every text. Japanese is cut into overlapping pairs of letters: a pair
needs no dictionary, misses nothing, and a whole word is found again as a phrase of its pairs. The last letter of a
stretch stands alone as well, so that a query of one letter is the prefix of everything that it begins. Where the
long-vowel mark was taken from the end of a longer word, its last letter stands there with two marks too: so キー, with
which that term begins, is found at the end of セキュリティキー, which is indexed without its mark.

Analyzers are pickled into the index: module-level classes only.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from whoosh.lang.porter import stem as porter_stem

from advnet.romaji import plain_kana, sound_of_latin, without_inner_marks, without_long_vowels
from advnet.search.terms.stopwords import STOP_PAIRS, STOP_WORDS
from advnet.text import CJK_LETTER, fold, normalise, normalise_with_offsets, runs

SEPARATOR = "\x1f"
"""Stands between values of one field: no phrase reaches across it."""

MARK = "ー"
ENDING = 2 * MARK
"""After the last letter of a word that lost its long-vowel mark."""

_GAP_POSITIONS = 16
_LETTERS_FOR_A_WORD = 4
_LONGEST_TERM = 64
_REMEMBERED_WORDS = 2**17
_ASCII_WORD = re.compile("[a-z0-9]+")


class _Stems(dict[str, str]):
    """Word → its stem, "" for a stop word: worked out once for each word, since a lookup is all there is time for."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _REMEMBERED_WORDS:
            self.clear()
        self[word] = known = "" if word in STOP_WORDS else stem(word[:_LONGEST_TERM])
        return known


_stems = _Stems()


def stem(word: str) -> str:
    """English words without their endings (Porter 1980); anything else as it is."""
    return str(porter_stem(word)) if len(word) > 3 and word.isascii() and word.isalpha() else word


class Token(NamedTuple):
    """A term and where it stands: as a position for phrases, and as a range of letters in the text as it was given."""

    term: str
    position: int
    start: int
    end: int
    is_cjk: bool


class MixedAnalyzer:
    """Text of any language to terms and positions.

    A word takes one position, a Japanese letter one as well; positions that hold no term are those of stop words, and
    a gap between values.

    :param stems: False for words as they are
    """

    def __init__(self, *, stems: bool = True) -> None:
        self.stems = stems

    def positions(self, text: str) -> dict[str, list[int]]:
        """Each term with its positions, ascending."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        position = 0
        for value in text.split(SEPARATOR):
            normalised = self._normalised(value)
            position = self._locate(normalised, position, found, self._shortened(value, normalised)) + _GAP_POSITIONS
        return found

    def tokens(self, text: str, *, only: Collection[str] | None = None) -> list[Token]:
        """Every occurrence in order, stop words left out: for short texts and for showing.

        :param only: the terms wanted; None for all
        """
        found: list[Token] = []
        position = begin = 0
        for value in text.split(SEPARATOR):
            normalised, offsets = self._with_offsets(value)
            shortened = self._shortened(value, normalised)
            for run in runs(normalised):
                width = len(run.text)
                if run.is_cjk:
                    for at in range(width):
                        terms = [run.text[at : at + 2]]
                        if run.start + at in shortened:
                            terms.append(run.text[at] + ENDING)
                        for term, letters in zip(terms, (len(terms[0]), 1), strict=False):
                            if only is not None and term not in only:
                                continue
                            start, end = offsets[run.start + at], offsets[run.start + at + letters]
                            found.append(Token(term, position + at, begin + start, begin + end, True))
                    position += width
                else:
                    for term in self._terms(run.text):
                        if only is None or term in only:
                            start, end = offsets[run.start], offsets[run.start + width]
                            found.append(Token(term, position, begin + start, begin + end, False))
                    position += 1
            position += _GAP_POSITIONS
            begin += len(value) + len(SEPARATOR)
        return found

    def _locate(self, text: str, position: int, found: defaultdict[str, list[int]], shortened: Collection[int]) -> int:
        if self.stems and text.isascii():
            terms = [_stems[word] for word in _ASCII_WORD.findall(text)]
            for at, term in enumerate(terms, position):
                if term:
                    found[term].append(at)
            return position + len(terms)
        for run in runs(text):
            if run.is_cjk:
                for at in range(len(run.text)):
                    found[run.text[at : at + 2]].append(position + at)
                    if run.start + at in shortened:
                        found[run.text[at] + ENDING].append(position + at)
                position += len(run.text)
            else:
                for term in self._terms(run.text):
                    found[term].append(position)
                position += 1
        return position

    def _terms(self, word: str) -> Sequence[str]:
        """What stands for a word where words are set apart: nothing, or one term, or several at the same place."""
        term = _stems[word] if self.stems else word[:_LONGEST_TERM]
        return (term,) if term else ()

    def _normalised(self, value: str) -> str:
        return normalise(value)

    def _with_offsets(self, value: str) -> tuple[str, Sequence[int]]:
        return normalise_with_offsets(value)

    def _shortened(self, value: str, normalised: str) -> Collection[int]:
        return _shortened(value, normalised)


class NameAnalyzer(MixedAnalyzer):
    """Names by their sound: words in Latin letters as their keys (:mod:`advnet.romaji`), kana without what only
    lengthens a vowel. So "Will" stays a person and "Rivers" no river, and Ohno, Ōno, オオノ and おおの meet.

    :param keeps_spellings: words in Latin letters also as they are, so that their beginnings are found
    """

    def __init__(self, *, keeps_spellings: bool = False) -> None:
        super().__init__(stems=False)
        self.keeps_spellings = keeps_spellings

    def _terms(self, word: str) -> Sequence[str]:
        word = word[:_LONGEST_TERM]
        key = sound_of_latin(word)
        return (key, word) if self.keeps_spellings and key != word else (key,)

    def _normalised(self, value: str) -> str:
        return self._with_offsets(value)[0]

    def _with_offsets(self, value: str) -> tuple[str, Sequence[int]]:
        normalised, offsets = normalise_with_offsets(value)
        for kept in (without_inner_marks, without_long_vowels):
            places = kept(normalised)
            normalised = "".join(normalised[place] for place in places)
            offsets = [*(offsets[place] for place in places), offsets[-1]]
        return plain_kana(normalised), offsets

    def _shortened(self, value: str, normalised: str) -> Collection[int]:
        return ()


def join_values(values: Iterable[str]) -> str:
    """Several values as one field, with nothing reaching from one to the next."""
    return SEPARATOR.join(value.replace(SEPARATOR, " ") for value in values)


def split_values(joined: str) -> list[str]:
    return [value for value in joined.split(SEPARATOR) if value]


def key_of(text: str) -> str:
    """The same for all ways to write words that search takes for the same: by their terms, without stop words, Japanese
    stretches in one piece. Empty where nothing is left."""
    key, was_cjk = "", False
    for run in runs(normalise(text)):
        term = run.text if run.is_cjk else _stems[run.text]
        if term:
            key += term if run.is_cjk and was_cjk else f" {term}"
            was_cjk = run.is_cjk
    return key.strip()


def counts_in_matching(term: str) -> bool:
    """Not the grammar between Japanese words, and not what only serves prefixes: single letters, endings with marks."""
    return term not in STOP_PAIRS and (len(term) > 1 or term.isascii()) and not term.endswith(ENDING)


def is_pair(term: str) -> bool:
    """Whether a term is letters of a script without spaces, and not a word."""
    return not term.isascii() and CJK_LETTER.match(term) is not None


def is_told_in_words_too(text: str) -> bool:
    """Whether a text that says something in letters without spaces probably says the same in words: a translation has
    about a word for every two letters, and a few Latin names and abbreviations are none."""
    letters = words = 0
    for run in runs(normalise(text)):
        if run.is_cjk:
            letters += len(run.text)
        elif not run.text.isdigit():
            words += 1
    return _LETTERS_FOR_A_WORD * words >= letters


def _shortened(text: str, normalised: str) -> Collection[int]:
    """The places in a normalised text after which a long-vowel mark was taken away."""
    if MARK not in text and "ｰ" not in text:
        return ()
    found = set()
    at = 0
    for letter in fold(unicodedata.normalize("NFKC", text)):
        if normalised[at : at + 1] == letter:
            at += 1
        elif letter == MARK:
            found.add(at - 1)
    return found
