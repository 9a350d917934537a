"""What of a unit of evidence, and of a question, is brought before a model.

An English model is at chance on Japanese. So Japanese is brought into English first, where there is a pivot for it; a
text that is mainly in another script even then gets no vector rather than a misleading one.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from advnet.search.analysis import split_values
from advnet.search.documents import MatchQuestion
from advnet.search.schema import BIOGRAPHY, SKILLS, WORK

Pivot = Callable[[str], str]
"""Japanese in, English out; what cannot be said in English stays."""

KEY_BYTES = 16

VERSION = 1
"""Raise it with any change to what is made of a text."""

_LONGEST = 20_000
_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
_OTHER_LETTER = re.compile("[^\\W\\d_\u0000-\u036f\u1e00-\u1eff]")
_LETTERS_A_WORD = 2
"""So many Japanese letters say about as much as an English word."""


def as_it_is(text: str) -> str:
    return text


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
            return self._joined(self._told_once(split_values(stored.get("skills", ""))), ", ")
        if kind == BIOGRAPHY:
            return self._joined(self._told_once(stored.get("biography", "").split("\n")), "\n")
        return None

    def of_question(self, question: MatchQuestion) -> str | None:
        return self._joined([question.title, question.text], ". ")

    def _told_once(self, pieces: Sequence[str]) -> Sequence[str]:
        """Skills and biography say the same in two languages: where there is English, it is enough."""
        if self._reads_all:
            return pieces
        return [piece for piece in pieces if piece.strip() and not is_in_another_script(piece)] or pieces

    def _joined(self, pieces: Sequence[str], between: str) -> str | None:
        said = [" ".join(unicodedata.normalize("NFKC", piece[:_LONGEST]).split()) for piece in pieces]
        read = [self._read(piece) for piece in said if piece]
        return between.join(piece for piece in read if piece) or None

    def _read(self, piece: str) -> str:
        if self._reads_all or not is_in_another_script(piece):
            return piece
        piece = " ".join(self._pivot(piece).split())
        return "" if is_in_another_script(piece) else piece


def is_in_another_script(text: str) -> bool:
    """Whether more is said in letters that are not Latin than in words that are."""
    if text.isascii():
        return False
    return len(_OTHER_LETTER.findall(text)) > _LETTERS_A_WORD * len(_LATIN_WORD.findall(text))


def key_of(text: str) -> bytes:
    """By which the vector of a prepared text is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]
