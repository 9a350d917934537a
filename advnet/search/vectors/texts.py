"""What of a unit of evidence, and of a question, is brought before a model.

An English model is at chance on Japanese. So Japanese is brought into English first, where there is a pivot for it; a
text that is mainly in another script even then gets no vector rather than a misleading one.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

from advnet.search.documents import BIOGRAPHY, SKILLS, WORK, MatchQuestion
from advnet.search.glossary import NO_VOCABULARY, Vocabulary
from advnet.search.terms.analysis import is_told_in_words_too, split_values


class Pivot(Protocol):
    """Japanese in, English out; what cannot be said in English stays."""

    def __call__(self, text: str, vocabulary: Vocabulary = NO_VOCABULARY, *, rank: int = 0) -> str:
        """:param rank: of the meaning that is taken of each word, 0 for the first"""
        ...


KEY_BYTES = 16

VERSION = 1
"""Raise it with any change to what is made of a text."""

_LONGEST = 20_000
_MOST_PIECES = 40
_MOST_LETTERS = 3_000
"""Of a question's stretches, and of its sentences: some 600 words."""
_SHORTEST_SENTENCE = 6
_SENTENCE_ENDS = re.compile("(?<=[.!?;])\\s+(?=[A-Z0-9])|(?<=[。！？])|\n{2,}")
_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
_OTHER_LETTER = re.compile("[^\\W\\d_\u0000-\u036f\u1e00-\u1eff]")
_LETTERS_A_WORD = 2
"""So many Japanese letters say about as much as an English word."""


def as_it_is(text: str, vocabulary: Vocabulary = NO_VOCABULARY, *, rank: int = 0) -> str:
    return text


class QuestionTexts(NamedTuple):
    """A question as a whole, of which a model hears the beginning; in stretches of two sentences, so that it is heard
    to the end; and in single sentences. Japanese words stand in the stretches with their second meaning."""

    whole: str
    stretches: tuple[str, ...]
    sentences: tuple[str, ...]


class Preparation:
    """:param pivot: asked for texts that are mainly in another script
    :param reads_japanese: whether the model does; then every text goes to it as it is
    :param version: of the pivot
    :ivar id: changes with everything that decides what is made of a text
    """

    def __init__(self, pivot: Pivot = as_it_is, *, reads_japanese: bool = False, version: str = "0") -> None:
        self.id = f"{VERSION}.{'as it is' if reads_japanese else version}"
        self._pivot = pivot
        self._reads_all = reads_japanese

    def of_unit(self, stored: Mapping[str, Any]) -> str | None:
        """The text of a unit, by its stored fields; None where it can say nothing to the model."""
        kind = stored.get("kind")
        if kind == WORK:
            return self._joined([stored.get("title", ""), stored.get("abstract", "")], ". ")
        if kind == SKILLS:
            said = (*split_values(stored.get("skills", "")), *split_values(stored.get("broader", "")))
            return self._joined(self._told_once(said), ", ")
        if kind == BIOGRAPHY:
            return self._joined(self._told_once(stored.get("biography", "").split("\n")), "\n")
        return None

    def of_question(self, question: MatchQuestion) -> QuestionTexts | None:
        """None where it can say nothing to the model."""
        title, text = self._in_one_language(question.title), self._in_one_language(question.text)
        pivot = partial(self._pivot, vocabulary=question.vocabulary)
        whole = self._joined([title, text], ". ", pivot)
        if whole is None:
            return None
        sentences = _sentences(f"{title}.\n{text}")
        pairs = [" ".join(sentences[at : at + 2]) for at in range(0, len(sentences), 2)]
        return QuestionTexts(
            whole, self._said(pairs, partial(pivot, rank=1)) or (whole,), self._said(sentences, pivot) or (whole,)
        )

    def _in_one_language(self, text: str) -> str:
        """Without the lines in another script, where the others say the same."""
        return "\n".join(self._told_once(text.split("\n"))) if is_told_in_words_too(text) else text

    def _said(self, pieces: Sequence[str], pivot: Callable[[str], str]) -> tuple[str, ...]:
        """Each once, and together no longer than a model can hear while somebody waits."""
        said: dict[str, None] = {}
        left = _MOST_LETTERS
        for piece in pieces[:_MOST_PIECES]:
            read = self._read(" ".join(unicodedata.normalize("NFKC", piece).split()), pivot)[:left]
            if read:
                said[read] = None
                left -= len(read)
            if left <= 0:
                break
        return tuple(said)

    def _told_once(self, pieces: Sequence[str]) -> Sequence[str]:
        """Skills and biography say the same in two languages: where there is English, it is enough."""
        if self._reads_all:
            return pieces
        return [piece for piece in pieces if piece.strip() and not is_in_another_script(piece)] or pieces

    def _joined(self, pieces: Sequence[str], between: str, pivot: Callable[[str], str] | None = None) -> str | None:
        said = [" ".join(unicodedata.normalize("NFKC", piece[:_LONGEST]).split()) for piece in pieces]
        read = [self._read(piece, pivot or self._pivot) for piece in said if piece]
        return between.join(piece for piece in read if piece) or None

    def _read(self, piece: str, pivot: Callable[[str], str]) -> str:
        if self._reads_all or not is_in_another_script(piece):
            return piece
        piece = " ".join(pivot(piece).split())
        return "" if is_in_another_script(piece) else piece


def is_in_another_script(text: str) -> bool:
    """Whether more is said in letters that are not Latin than in words that are."""
    if text.isascii():
        return False
    return len(_OTHER_LETTER.findall(text)) > _LETTERS_A_WORD * len(_LATIN_WORD.findall(text))


def _sentences(text: str) -> list[str]:
    """Those of fewer than six words (twelve Japanese letters) belong to the one before."""
    found: list[str] = []
    for piece in _SENTENCE_ENDS.split(text[:_LONGEST]):
        if piece := piece.strip():
            size = len(piece.split()) + len(_OTHER_LETTER.findall(piece)) / _LETTERS_A_WORD
            if found and size < _SHORTEST_SENTENCE:
                found[-1] = f"{found[-1]} {piece}"
            else:
                found.append(piece)
    return found


def key_of(text: str) -> bytes:
    """By which the vector of a prepared text is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]
