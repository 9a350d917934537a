"""RIS, taken apart into records, each of which is read by the library that knows the tags."""

import re
from typing import Any

import rispy

from advnet.errors import msgid
from advnet.experts.works.entries import MAX_AUTHORS, CitationError, RawEntry, Sorted, first_given, is_apart, plain
from advnet.experts.works.model import WorkKind

RIS_ENTRY = re.compile(r"^[ \t]*TY {1,2}-", re.MULTILINE)
_RIS_LINE = re.compile(r"^[ \t]*([A-Z][A-Z0-9]) {1,2}-[ \t]?")
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


def read_ris(text: str) -> Sorted:
    """Every record in order; one without an end ends where the next begins, or before what cannot be of it."""
    lines = text.split("\n")
    matches = [_RIS_LINE.match(line) for line in lines]
    tags = [match[1] if match else None for match in matches]
    following = _following(tags)
    found, begun = Sorted(), 0
    record: list[str] = []
    for number, (line, tag) in enumerate(zip(lines, tags, strict=True), 1):
        is_last = following[number - 1] in (None, "TY")
        if record and (tag == "TY" or (tag is None and is_last and is_apart(line))):
            found.entries.append(_ris_entry(record, begun))
            record = []
        if tag == "TY":
            begun = number
        elif not record and tag is None:
            found.loose[number] = line
            continue
        elif not record:
            if tag != "ER":
                message = msgid("Line %(line)s: this stands outside an entry. An entry begins with “TY  - ”.")
                found.entries.append(CitationError(message, line=number, raw=line))
            continue
        record.append(_RIS_LINE.sub(f"{tag}  - ", line, count=1) if tag else line)
        if tag == "ER":
            found.entries.append(_ris_entry(record, begun))
            record = []
    if record:
        found.entries.append(_ris_entry(record, begun))
    return found


def _following(tags: list[str | None]) -> list[str | None]:
    """For each line the tag of the next line that has one."""
    following: list[str | None] = []
    latest: str | None = None
    for tag in reversed(tags):
        following.append(latest)
        latest = tag or latest
    return following[::-1]


def _ris_entry(lines: list[str], begun: int) -> RawEntry | CitationError:
    raw = "\n".join(lines)
    if not lines[-1].startswith("ER  -"):
        lines = [*lines, "ER  - "]
    try:
        (record,) = rispy.loads("\n".join(lines))
    except Exception:  # whatever a foreign reader raises on foreign text
        message = msgid("Line %(line)s: this entry cannot be read. Check that each line is a tag, “  - ” and a text.")
        return CitationError(message, line=begun, raw=raw)
    given = {key: value if isinstance(value, str) else _joined(value) for key, value in record.items()}
    kind = given.get("type_of_reference", "").upper()
    people = [*record.get("authors", []), *record.get("first_authors", [])]
    return RawEntry(
        line=begun,
        name=kind[:80],
        kind=_RIS_KINDS.get(kind, WorkKind.OTHER),
        title=plain(first_given(given, "title", "primary_title", "translated_title", "short_title")),
        abstract=plain(first_given(given, "abstract", "notes_abstract")),
        year=plain(first_given(given, "year", "publication_year", "date")),
        venue=plain(
            first_given(given, "secondary_title", "journal_name", "alternate_title3", "alternate_title2", "publisher")
        ),
        doi=plain(given.get("doi", "")),
        url=plain(next(iter(record.get("urls", [])), "")),
        authors=tuple(name for one in people[:MAX_AUTHORS] if (name := plain(one))),
        raw=raw,
    )


def _joined(value: Any) -> str:
    return " ".join(str(one) for one in value)
