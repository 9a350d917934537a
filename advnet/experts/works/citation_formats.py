"""BibTeX and RIS taken apart by the libraries that know them, down to one plain record of texts per entry.

Both libraries are lenient in their own way: one logs what it cannot read, the other drops it without a word. Here each
entry is given to them alone, or asked for by its line, so that nothing pasted disappears unseen.
"""

import html
import logging
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    RemoveEnclosingMiddleware,
    ResolveStringReferencesMiddleware,
)
from bibtexparser.middlewares.names import split_multiple_persons_names
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    Field,
    ImplicitComment,
    ParsingFailedBlock,
)

from advnet.errors import Invalid, msgid
from advnet.experts.works.model import WorkKind

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # who pasted it is told, not the operator

BIBTEX_ENTRY = re.compile(r"@\s{0,9}(?!(?:string|comment|preamble)\b)\w[\w-]{0,40}\s{0,9}[{(]", re.IGNORECASE)
RIS_ENTRY = re.compile(r"^[ \t]*TY {1,2}-", re.MULTILINE)

TEXT_LIMITS = {"title": 1000, "abstract": 20_000, "venue": 300, "url": 500}
"""Characters, once markup is gone; with it, at most twice as many are looked at."""

MAX_AUTHORS = 100
"""Those named after them are left out; papers of big science have thousands."""

_RIS_LINE = re.compile(r"^[ \t]*([A-Z][A-Z0-9]) {1,2}-[ \t]?")
_ESCAPED = re.compile(r"\\([_%&#$~])")
_BARE_PERCENT = re.compile(r"(?<!\\)%")
_MARKUP = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|scp|sc|tt|p|br|span|div|title|sec|jats:[a-z-]+|mml:[a-z-]+)(?:[ /][^<>]*)?>",
    re.IGNORECASE,
)
_BIBTEX_KINDS = {
    "article": WorkKind.ARTICLE,
    "inproceedings": WorkKind.CONFERENCE,
    "conference": WorkKind.CONFERENCE,
    "proceedings": WorkKind.CONFERENCE,
    "book": WorkKind.BOOK,
    "mvbook": WorkKind.BOOK,
    "collection": WorkKind.BOOK,
    "inbook": WorkKind.CHAPTER,
    "incollection": WorkKind.CHAPTER,
    "techreport": WorkKind.REPORT,
    "report": WorkKind.REPORT,
    "manual": WorkKind.REPORT,
    "phdthesis": WorkKind.THESIS,
    "mastersthesis": WorkKind.THESIS,
    "thesis": WorkKind.THESIS,
    "dataset": WorkKind.DATASET,
    "software": WorkKind.SOFTWARE,
    "patent": WorkKind.PATENT,
    "standard": WorkKind.STANDARD,
}
_RIS_KINDS = {
    "JOUR": WorkKind.ARTICLE,
    "EJOUR": WorkKind.ARTICLE,
    "JFULL": WorkKind.ARTICLE,
    "MGZN": WorkKind.ARTICLE,
    "INPR": WorkKind.ARTICLE,
    "CONF": WorkKind.CONFERENCE,
    "CPAPER": WorkKind.CONFERENCE,
    "BOOK": WorkKind.BOOK,
    "EBOOK": WorkKind.BOOK,
    "EDBOOK": WorkKind.BOOK,
    "CHAP": WorkKind.CHAPTER,
    "ECHAP": WorkKind.CHAPTER,
    "RPRT": WorkKind.REPORT,
    "GOVDOC": WorkKind.REPORT,
    "THES": WorkKind.THESIS,
    "DATA": WorkKind.DATASET,
    "DBASE": WorkKind.DATASET,
    "COMP": WorkKind.SOFTWARE,
    "PAT": WorkKind.PATENT,
    "STAND": WorkKind.STANDARD,
}


class CitationError(Invalid):
    """An entry that cannot be taken as it stands; its message names the line, from 1, and says what to do."""

    def __init__(self, message: str, *, line: int, **params: Any) -> None:
        self.line = line
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


def too_long(line: int, entry: str, name: str) -> CitationError:
    """:param name: of the text, as in :data:`TEXT_LIMITS`"""
    message = msgid("Line %(line)s, %(entry)s: “%(name)s” is longer than %(limit)s characters. Shorten it.")
    return CitationError(message, line=line, entry=entry, name=name, limit=TEXT_LIMITS[name])


def plain(text: str) -> str:
    """One line of text: known inline markup dropped, character references resolved once, white space folded.

    It may still look like markup, and is to be escaped wherever it is shown.
    """
    text = html.unescape(_MARKUP.sub("", text))
    return " ".join("".join(" " if unicodedata.category(letter) in {"Cc", "Cs"} else letter for letter in text).split())


def read_bibtex(text: str) -> Iterator[RawEntry | CitationError]:
    """Every entry in order; comments, strings and preambles are no entries."""
    library = parse_string(
        text,
        parse_stack=[
            ResolveStringReferencesMiddleware(allow_inplace_modification=True),
            RemoveEnclosingMiddleware(allow_inplace_modification=True),
        ],
    )
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, DuplicateBlockKeyBlock) and isinstance(block.ignore_error_block, Entry):
            block = block.ignore_error_block  # two works under one key are still two works
        if isinstance(block, Entry):
            yield _bibtex_entry(block, line)
        elif isinstance(block, DuplicateFieldKeyBlock):
            message = msgid("Line %(line)s: the entry gives “%(key)s” twice. Remove one of them.")
            yield CitationError(message, line=line, key=", ".join(sorted(block.duplicate_keys)))
        elif isinstance(block, ParsingFailedBlock) or _is_lost_entry(block):
            message = msgid(
                "Line %(line)s: this entry is not complete. A brace, a quotation mark or a comma is missing."
            )
            yield CitationError(message, line=line)


def read_ris(text: str) -> Iterator[RawEntry | CitationError]:
    """Every record in order; one without an end ends where the next begins."""
    record: list[str] = []
    begun = 0
    for number, line in enumerate(text.split("\n"), 1):
        tag = _RIS_LINE.match(line)
        if tag is not None and tag[1] == "TY":
            if record:
                yield _ris_entry(record, begun)
            record, begun = [], number
        elif tag is not None and not record:
            if tag[1] != "ER":
                yield CitationError(
                    msgid("Line %(line)s: this stands outside an entry. An entry begins with “TY  - ”."), line=number
                )
            continue
        if record or begun == number:
            record.append(f"{tag[1]}  - {line[tag.end() :]}" if tag else line)
        if tag is not None and tag[1] == "ER":
            yield _ris_entry(record, begun)
            record = []
    if record:
        yield _ris_entry(record, begun)


def _is_lost_entry(block: Block) -> bool:
    """The library takes what it does not know, such as an entry in round brackets, for a comment."""
    return isinstance(block, ImplicitComment) and BIBTEX_ENTRY.search(block.comment) is not None


def _bibtex_entry(entry: Entry, line: int) -> RawEntry | CitationError:
    given = {one.key.lower(): str(one.value) for one in entry.fields}
    texts = {
        "title": ": ".join(given[key] for key in ("title", "subtitle") if given.get(key)),
        "abstract": given.get("abstract", ""),
        "venue": _first(given, "journal", "journaltitle", "booktitle", "publisher", "institution", "school"),
    }
    name = plain(entry.key)[:80]
    for key, limit in TEXT_LIMITS.items():
        if len(texts.get(key, "")) > 2 * limit:
            return too_long(line, name, key)
    decoded = _without_latex(texts)
    if decoded is None:
        message = msgid("Line %(line)s, %(entry)s: the LaTeX in this entry cannot be read. Write it as plain text.")
        return CitationError(message, line=line, entry=name)
    return RawEntry(
        line=line,
        name=name,
        kind=_BIBTEX_KINDS.get(entry.entry_type.lower(), WorkKind.OTHER),
        title=plain(decoded["title"]),
        abstract=plain(decoded["abstract"]),
        year=plain(_first(given, "year", "date")),
        venue=plain(decoded["venue"]),
        doi=_unescaped(given.get("doi", "")),
        url=_unescaped(given.get("url", "")),
        authors=_authors(_first(given, "author", "editor")),
    )


def _authors(text: str) -> tuple[str, ...]:
    """Split before the braces that keep the name of an organisation together are gone."""
    names = split_multiple_persons_names(" ".join(text.split()))[:MAX_AUTHORS]
    decoded = (_without_latex({"author": name}) for name in names)
    return tuple(name for one in decoded if one and (name := plain(one["author"])) not in {"", "others"})


def _without_latex(texts: dict[str, str]) -> dict[str, str] | None:
    """Accents and symbols as letters, mathematics left as it is; None where the decoder gives up.

    A bare percent sign begins a comment in LaTeX, but never in what people paste.
    """
    if not any(letter in text for text in texts.values() for letter in "\\{}$~%`'-"):
        return texts
    fields = [Field(key, _BARE_PERCENT.sub(r"\\%", text)) for key, text in texts.items()]
    decoder = LatexDecodingMiddleware(allow_inplace_modification=True)
    block = decoder.transform_entry(Entry("misc", "", fields), Library())
    return {one.key: str(one.value) for one in block.fields} if isinstance(block, Entry) else None


def _unescaped(text: str) -> str:
    """Addresses are not LaTeX, but some programs escape them as if they were."""
    return _ESCAPED.sub(r"\1", plain(text)).strip("{}")


def _ris_entry(lines: list[str], begun: int) -> RawEntry | CitationError:
    if not lines[-1].startswith("ER  -"):
        lines = [*lines, "ER  - "]
    try:
        (record,) = rispy.loads("\n".join(lines))
    except Exception:  # whatever a foreign reader raises on foreign text
        message = msgid("Line %(line)s: this entry cannot be read. Check that each line is a tag, “  - ” and a text.")
        return CitationError(message, line=begun)
    given = {key: value if isinstance(value, str) else _joined(value) for key, value in record.items()}
    kind = given.get("type_of_reference", "").upper()
    people = [*record.get("authors", []), *record.get("first_authors", [])]
    return RawEntry(
        line=begun,
        name=kind[:80],
        kind=_RIS_KINDS.get(kind, WorkKind.OTHER),
        title=plain(_first(given, "title", "primary_title", "translated_title", "short_title")),
        abstract=plain(_first(given, "abstract", "notes_abstract")),
        year=plain(_first(given, "year", "publication_year", "date")),
        venue=plain(
            _first(given, "secondary_title", "journal_name", "alternate_title3", "alternate_title2", "publisher")
        ),
        doi=plain(given.get("doi", "")),
        url=plain(next(iter(record.get("urls", [])), "")),
        authors=tuple(name for one in people[:MAX_AUTHORS] if (name := plain(one))),
    )


def _joined(value: Any) -> str:
    return " ".join(str(one) for one in value)


def _first(given: dict[str, str], *keys: str) -> str:
    return next((given[key] for key in keys if given.get(key, "").strip()), "")
