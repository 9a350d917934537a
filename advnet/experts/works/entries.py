"""What is read from a pasted reference: one plain record of texts per entry, or what is wrong with it.

The libraries that know BibTeX and RIS are lenient, each in its own way: one logs what it cannot read, the other drops
it without a word. Here each entry is asked for by its line, and what belongs to none comes back as loose lines, so that
nothing that was pasted disappears unseen.
"""

import html
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from advnet.errors import Invalid, msgid
from advnet.experts.works.model import WorkKind

TEXT_LIMITS = {"title": 1000, "abstract": 20_000, "venue": 300, "url": 500}
"""Characters, once markup is gone; with it, at most twice as many are looked at."""

MAX_AUTHORS = 100
"""Those named after them are left out; papers of big science have thousands."""

_BARE_DOI = re.compile(r"\s*(?:https?://(?:dx\.|www\.)?doi\.org/|doi:?\s*)?10\.[0-9]{4,9}/\S+\s*$", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|scp|sc|tt|p|br|span|div|title|sec|jats:[a-z-]+|mml:[a-z-]+)(?:[ /][^<>]*)?>",
    re.IGNORECASE,
)


class CitationError(Invalid):
    """An entry that cannot be taken as it stands; its message names the line, from 1, and says what to do."""

    def __init__(self, message: str, *, line: int, raw: str = "", **params: Any) -> None:
        """:param raw: what was pasted and could not be taken; empty where it was taken in part"""
        self.line = line
        self.raw = raw
        super().__init__(message, line=line, **params)


@dataclass(frozen=True, slots=True)
class RawEntry:
    """What an entry says, as text without markup; empty where it says nothing.

    :ivar name: by which its author knows it: the BibTeX key, or the type of the RIS record
    """

    line: int
    name: str
    kind: WorkKind
    title: str = ""
    abstract: str = ""
    year: str = ""
    venue: str = ""
    doi: str = ""
    url: str = ""
    authors: tuple[str, ...] = ()
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Sorted:
    """A text taken apart: its entries, good and bad, and by their numbers from 1 the lines that belong to none."""

    entries: list[RawEntry | CitationError] = field(default_factory=list)
    loose: dict[int, str] = field(default_factory=dict)


def too_long(line: int, entry: str, name: str, raw: str) -> CitationError:
    """:param name: of the text, as in :data:`TEXT_LIMITS`"""
    message = msgid("Line %(line)s, %(entry)s: “%(name)s” is longer than %(limit)s characters. Shorten it.")
    return CitationError(message, line=line, raw=raw, entry=entry, name=name, limit=TEXT_LIMITS[name])


def plain(text: str) -> str:
    """One line of text: known inline markup dropped, character references resolved once, white space folded.

    It may still look like markup, and is to be escaped wherever it is shown.
    """
    text = html.unescape(_MARKUP.sub("", text))
    return " ".join("".join(" " if unicodedata.category(letter) in {"Cc", "Cs"} else letter for letter in text).split())


def is_apart(line: str) -> bool:
    """Whether a line without a tag does not go on what stood before it: it is empty, or a DOI by itself."""
    return not line.strip() or _BARE_DOI.match(line) is not None


def first_given(given: dict[str, str], *keys: str) -> str:
    """The first of these keys that says something; empty where none does."""
    return next((given[key] for key in keys if given.get(key, "").strip()), "")
