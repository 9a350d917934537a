"""BibTeX, taken apart by the library that knows it."""

import logging
import re

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    RemoveEnclosingMiddleware,
    ResolveStringReferencesMiddleware,
)
from bibtexparser.middlewares.names import split_multiple_persons_names
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    Field,
    ImplicitComment,
    ParsingFailedBlock,
)

from advnet.errors import msgid
from advnet.experts.works.entries import (
    MAX_AUTHORS,
    TEXT_LIMITS,
    CitationError,
    RawEntry,
    Sorted,
    first_given,
    is_apart,
    plain,
    too_long,
)
from advnet.experts.works.model import WorkKind

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # who pasted it is told, not the operator

BIBTEX_ENTRY = re.compile(r"@\s{0,9}(?!(?:string|comment|preamble)\b)\w[\w-]{0,40}\s{0,9}[{(]", re.IGNORECASE)
BIBTEX_BLOCK = re.compile(r"@\s{0,9}\w[\w-]{0,40}\s{0,9}[{(]")
"""An entry, or a string, comment or preamble."""

_ESCAPED = re.compile(r"\\([_%&#$~])")
_BARE_PERCENT = re.compile(r"(?<!\\)%")
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


def read_bibtex(text: str) -> Sorted:
    """Every entry in order; comments, strings and preambles are no entries."""
    library = parse_string(
        text,
        parse_stack=[
            ResolveStringReferencesMiddleware(allow_inplace_modification=True),
            RemoveEnclosingMiddleware(allow_inplace_modification=True),
        ],
    )
    found = Sorted()
    broken: CitationError | None = None
    for block in library.blocks:
        line, raw = (block.start_line or 0) + 1, block.raw or ""
        if isinstance(block, DuplicateBlockKeyBlock) and isinstance(block.ignore_error_block, Entry):
            block = block.ignore_error_block  # two works under one key are still two works
        if isinstance(block, Entry):
            found.entries.append(_bibtex_entry(block, line))
        elif isinstance(block, DuplicateFieldKeyBlock):
            message = msgid("Line %(line)s: the entry gives “%(key)s” twice. Remove one of them.")
            found.entries.append(
                CitationError(message, line=line, raw=raw, key=", ".join(sorted(block.duplicate_keys)))
            )
        elif isinstance(block, ParsingFailedBlock):
            broken = _incomplete(line, raw)
            found.entries.append(broken)
            continue
        elif isinstance(block, ImplicitComment):
            loose = raw.split("\n")
            if BIBTEX_ENTRY.search(block.comment):  # taken for a comment, such as an entry with a space before its type
                broken = _incomplete(line, "")
                found.entries.append(broken)
            if broken is not None:
                end = next((number for number, one in enumerate(loose) if is_apart(one)), len(loose))
                gap = "\n" if line > broken.line + broken.raw.count("\n") else " "
                broken.raw = gap.join(part for part in (broken.raw, "\n".join(loose[:end])) if part)
                line, loose = line + end, loose[end:]
            found.loose.update(
                (number, one) for number, one in enumerate(loose, line) if not one.lstrip().startswith("%")
            )
        broken = None
    return found


def _incomplete(line: int, raw: str) -> CitationError:
    message = msgid("Line %(line)s: this entry is not complete. A brace, a quotation mark or a comma is missing.")
    return CitationError(message, line=line, raw=raw)


def _bibtex_entry(entry: Entry, line: int) -> RawEntry | CitationError:
    given = {one.key.lower(): str(one.value) for one in entry.fields}
    texts = {
        "title": ": ".join(given[key] for key in ("title", "subtitle") if given.get(key)),
        "abstract": given.get("abstract", ""),
        "venue": first_given(given, "journal", "journaltitle", "booktitle", "publisher", "institution", "school"),
    }
    name, raw = plain(entry.key)[:80], entry.raw or ""
    for key, limit in TEXT_LIMITS.items():
        if len(texts.get(key, "")) > 2 * limit:
            return too_long(line, name, key, raw)
    decoded = _without_latex(texts)
    if decoded is None:
        message = msgid("Line %(line)s, %(entry)s: the LaTeX in this entry cannot be read. Write it as plain text.")
        return CitationError(message, line=line, raw=raw, entry=name)
    return RawEntry(
        line=line,
        name=name,
        kind=_BIBTEX_KINDS.get(entry.entry_type.lower(), WorkKind.OTHER),
        title=plain(decoded["title"]),
        abstract=plain(decoded["abstract"]),
        year=plain(first_given(given, "year", "date")),
        venue=plain(decoded["venue"]),
        doi=_unescaped(given.get("doi", "")),
        url=_unescaped(given.get("url", "")),
        authors=_authors(first_given(given, "author", "editor")),
        raw=raw,
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
