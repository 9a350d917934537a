"""Pasted references into works: BibTeX, RIS and DOIs, each for itself or one after the other in one text.

What people paste comes from many programs and is seldom quite right. So every entry stands for itself: one that cannot
be read becomes an error with its line, and the others are kept. Nothing is fetched from anywhere: a list of DOIs gives
works without a title, which their author completes by hand, since works are found by their titles. What comes out is
plain text whatever markup was in it, and is escaped by pages as any other text.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from advnet.errors import Invalid, msgid
from advnet.experts.works.bibtex import BIBTEX_BLOCK, BIBTEX_ENTRY, read_bibtex
from advnet.experts.works.doi import normalise_doi
from advnet.experts.works.entries import TEXT_LIMITS, CitationError, RawEntry, plain, too_long
from advnet.experts.works.model import WorkKind, WorkSource
from advnet.experts.works.ris import RIS_ENTRY, read_ris

MAX_BYTES = 1_000_000
MAX_ENTRIES = 500
MAX_COMMANDS = 30_000
"""LaTeX commands and groups in one text: above what 500 references hold, below what would keep a server busy."""

_YEAR = re.compile(r"(?<![0-9])(?:1[89]|2[01])[0-9]{2}(?![0-9])")
_LIST_MARK = re.compile(r"^\s*(?:[-*•・]|\[?[0-9]{1,3}[.)\]])\s+")


@dataclass(frozen=True, slots=True)
class CitedWork:
    """A work as an entry gives it.

    :ivar title: empty where the entry gives only a DOI; to be completed before it is kept
    :ivar doi: normalised, None where there is none
    :ivar url: http or https, else empty
    :ivar authors: as written
    :ivar line: where its entry begins, from 1
    :ivar raw: the entry as it was pasted
    """

    title: str
    abstract: str = ""
    year: int | None = None
    venue: str = ""
    doi: str | None = None
    url: str = ""
    kind: WorkKind = WorkKind.OTHER
    authors: tuple[str, ...] = ()
    source: WorkSource = WorkSource.HAND
    line: int = 0
    raw: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ParsedCitations:
    """What could be taken, and what is wrong, both in the order of the text.

    A work may be taken and still have an error: then the error says what was left out of it.
    """

    works: tuple[CitedWork, ...] = ()
    errors: tuple[CitationError, ...] = ()

    def remainder(self, *, without: Collection[CitedWork]) -> str:
        """What is not taken, as it was pasted: what could not be read, and the works that are not ``without``."""
        left = [work for work in self.works if not any(work is one for one in without)]
        parts = [(part.line, part.raw.strip("\n")) for part in left]
        parts += [(error.line, error.raw.strip("\n")) for error in self.errors]
        return "\n".join(raw for _, raw in sorted(parts) if raw)


def read_citations(text: str) -> ParsedCitations:
    """The works of a pasted text. Never raises: whatever is wrong is one of its errors.

    A text above the limits (1 MB, 500 entries) is refused whole with one error.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    refusal = _refusal(text)
    if refusal is not None:
        return ParsedCitations(errors=(refusal,))
    works: list[CitedWork] = []
    errors: list[CitationError] = []
    count = 0
    for source, entry in _entries(text):
        count += 1
        if count > MAX_ENTRIES:
            return ParsedCitations(errors=(_too_many(),))
        if isinstance(entry, CitationError):
            errors.append(entry)
            continue
        try:
            work, error = _work(entry, source)
        except CitationError as refused:
            errors.append(refused)
        else:
            works.append(work)
            errors.extend([error] if error else [])
    if not works and (not errors or not ("10." in text or RIS_ENTRY.search(text) or BIBTEX_ENTRY.search(text))):
        message = msgid("Nothing here is a reference. Paste BibTeX, RIS, or DOIs, one on a line.")
        errors = [CitationError(message, line=1, raw=text)]
    return ParsedCitations(tuple(works), tuple(errors))


def _refusal(text: str) -> CitationError | None:
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        message = msgid("This text is too long: at most %(limit)s bytes at a time. Paste it in parts.")
        return CitationError(message, line=1, limit=f"{MAX_BYTES:,}")
    if text.count("\\") + text.count("{") > MAX_COMMANDS:
        message = msgid("This text holds too many LaTeX commands. Paste it in parts, or as plain text.")
        return CitationError(message, line=1)
    found = max(sum(1 for _ in BIBTEX_ENTRY.finditer(text)), sum(1 for _ in RIS_ENTRY.finditer(text)))
    return _too_many() if found > MAX_ENTRIES else None


def _too_many() -> CitationError:
    message = msgid("These are more than %(limit)s references. Paste them in parts.")
    return CitationError(message, line=1, limit=MAX_ENTRIES)


def _entries(text: str) -> list[tuple[WorkSource, RawEntry | CitationError]]:
    """RIS records first, BibTeX in what they leave, and DOIs in what that leaves; in the order of the text."""
    loose = dict(enumerate(text.split("\n"), 1))
    entries: list[tuple[WorkSource, RawEntry | CitationError]] = []
    for source, beginning, read in (
        (WorkSource.RIS, RIS_ENTRY, read_ris),
        (WorkSource.BIBTEX, BIBTEX_BLOCK, read_bibtex),
    ):
        rest = "\n".join(loose.get(number, "") for number in range(1, max(loose, default=0) + 1))
        if beginning.search(rest):
            found = read(rest)
            entries += [(source, entry) for entry in found.entries]
            loose = found.loose
    entries += [(WorkSource.DOI, entry) for entry in _read_dois(loose)]
    return sorted(entries, key=lambda pair: pair[1].line)


def _read_dois(lines: Mapping[int, str]) -> Iterator[RawEntry | CitationError]:
    """DOIs, set apart by line breaks, spaces, commas and semicolons; a line that holds anything else is an error."""
    for number, line in lines.items():
        rest = re.sub(r"\bdoi:\s+", "doi:", _LIST_MARK.sub("", line), flags=re.IGNORECASE)
        words = [word for word in re.split(r"[\s;]+|,(?=\s|$)", rest) if word]
        try:
            dois = [normalise_doi(word) for word in words]
        except Invalid:
            message = msgid(
                "Line %(line)s: “%(text)s” was not read. It is neither a DOI, such as 10.1000/182, nor part of a "
                "BibTeX or RIS entry."
            )
            yield CitationError(message, line=number, raw=line, text=plain(line)[:80])
        else:
            yield from (RawEntry(number, doi, WorkKind.OTHER, doi=doi, raw=doi) for doi in dois)


def _work(entry: RawEntry, source: WorkSource) -> tuple[CitedWork, CitationError | None]:
    """:raises CitationError: there is neither a title nor a DOI, or a text is too long"""
    for name, limit in TEXT_LIMITS.items():
        if len(getattr(entry, name)) > limit:
            raise too_long(entry.line, entry.name, name, entry.raw)
    doi, error = _doi(entry)
    if not entry.title and doi is None:
        message = msgid("Line %(line)s, %(entry)s: the title is missing. Add it.")
        refusal = error or CitationError(message, line=entry.line, entry=entry.name)
        refusal.raw = entry.raw
        raise refusal
    year = _YEAR.search(unicodedata.normalize("NFKC", entry.year))
    work = CitedWork(
        title=entry.title,
        abstract=entry.abstract,
        year=int(year[0]) if year else None,
        venue=entry.venue,
        doi=doi,
        url=entry.url if re.match(r"https?://[^\s/]", entry.url) else "",
        kind=entry.kind,
        authors=entry.authors,
        source=source,
        line=entry.line,
        raw=entry.raw,
    )
    return work, error


def _doi(entry: RawEntry) -> tuple[str | None, CitationError | None]:
    """The DOI, or where there is none, the one that the address leads to; a faulty one is left out with an error."""
    try:
        if entry.doi:
            return normalise_doi(entry.doi), None
    except Invalid:
        message = msgid("Line %(line)s, %(entry)s: “%(doi)s” is not a DOI. The work is taken without it.")
        return None, CitationError(message, line=entry.line, entry=entry.name, doi=entry.doi[:80])
    try:
        return (normalise_doi(entry.url) if "doi.org/" in entry.url else None), None
    except Invalid:
        return None, None
