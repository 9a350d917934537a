"""What Whoosh is told about an expert: one document for the profile, one for each work.

Works stand alone because that is what ranks best: an expert who wrote three papers on the question is not hidden by
thirty on other matters (measured in docs/matching.md). A third kind of document, of which there is one, carries the
number of the change log that the index has reached; being a document it is replaced in the very commit it speaks of.
"""

import re
import struct
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

from whoosh import fields, formats

from advnet.search.analysis import MixedAnalyzer, counts_in_matching, join_values
from advnet.search.documents import ExpertDocument
from advnet.text import is_cjk

VERSION = 2
"""Raise it with any change to the schema, the analysis or the documents made: indexes of other versions are rebuilt."""

PROFILE, WORK, POSITION = "p", "w", "n"

LAST_POSITION = 2**16 - 1
"""Of a term in a field; what stands further back is found, but not as part of a phrase."""

_REMEMBERED_TERMS = 2**18
_HEAD = struct.Struct("=cf")


@dataclass(frozen=True, slots=True)
class AnalysedText:
    """A field's text and its terms, so that no text is analysed twice. :param positions: term → ascending positions"""

    text: str
    positions: Mapping[str, list[int]]


class _TermBytes(dict[str, bytes]):
    """Each term encoded once. A rebuild holds millions of postings in memory, most of them of the same terms, with
    frequency 1: that they share these values makes it smaller by half and faster."""

    def __missing__(self, term: str) -> bytes:
        if len(self) >= _REMEMBERED_TERMS:
            self.clear()
        self[term] = known = term.encode()
        return known


class _SinglePositions(dict[int, bytes]):
    def __missing__(self, position: int) -> bytes:
        self[position] = known = array("H", (position,)).tobytes()
        return known


_term_bytes = _TermBytes()
_single_positions = _SinglePositions()


class PackedPositions(formats.Format):
    """Postings whose value is the term's positions, ascending, each an unsigned short of this machine."""

    def encode(self, positions: list[int]) -> bytes:
        return _single_positions[positions[0]] if len(positions) == 1 else array("H", positions).tobytes()

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // 2


class MixedText(fields.FieldType):
    """Text in any language under :class:`MixedAnalyzer`, stored, with positions.

    It hands its terms to Whoosh directly, without a token object for each.
    """

    def __init__(self, *, stems: bool = True) -> None:
        super().__init__(PackedPositions(), MixedAnalyzer(stems=stems), stored=True)

    def analyse(self, text: str) -> AnalysedText:
        positions = self.analyzer.positions(text)
        for term, places in positions.items():
            if places[-1] > LAST_POSITION:
                positions[term] = [place for place in places if place < LAST_POSITION] + [LAST_POSITION]
        return AnalysedText(text, positions)

    def index(self, value: AnalysedText, **options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        encode = self.format.encode
        for term, positions in value.positions.items():
            often = len(positions)
            yield _term_bytes[term], often, 1.0 if often == 1 else float(often), encode(positions)


SCHEMA = fields.Schema(
    kind=fields.ID(stored=True),
    expert_id=fields.ID(stored=True),
    work_id=fields.STORED(),
    year=fields.STORED(),
    reached=fields.STORED(),
    head=fields.COLUMN(),
    names=MixedText(stems=False),
    affiliation=MixedText(),
    skills=MixedText(),
    biography=MixedText(),
    title=MixedText(),
    abstract=MixedText(),
)


TEXT_FIELDS = ("names", "affiliation", "skills", "biography", "title", "abstract")
"""Where text is searched for."""

MATCHED_FIELDS = ("skills", "biography", "title", "abstract")
"""What speaks for an expert when a question is matched; a name or an address does not."""


def expert_fields(expert: ExpertDocument) -> Iterator[dict[str, Any]]:
    """The Whoosh documents of an expert, as keyword arguments: the profile, then the works. They stay together."""
    profile = {
        "names": join_values(expert.names),
        "affiliation": join_values(expert.affiliations),
        "skills": join_values(expert.skills),
        "biography": expert.biography,
    }
    spellings = join_values(spelling for name in expert.names for spelling in _name_spellings(name))
    yield _document(PROFILE, expert.id, profile) | {"names": SCHEMA["names"].analyse(spellings)}
    for work in expert.works:
        about = {"work_id": work.id, "year": work.year}
        yield _document(WORK, expert.id, {"title": work.title, "abstract": work.abstract}) | about


def position_fields(reached: int) -> dict[str, Any]:
    return {"kind": POSITION, "reached": reached, "head": head(POSITION, "", 0.0)}


def read_head(value: bytes) -> tuple[str, float, str]:
    """Kind, norm and expert id: the inverse of :func:`head`."""
    kind, norm = _HEAD.unpack_from(value)
    return kind.decode(), norm, value[_HEAD.size :].decode()


def head(kind: str, expert_id: str, norm: float) -> bytes:
    """What every search needs of every document, in the one column that is read as a whole."""
    return _HEAD.pack(kind.encode(), norm) + expert_id.encode()


def impact(frequency: float) -> float:
    """How much a term says about a document that holds it so often: 1 + ln f (SMART's "l")."""
    return 1.0 + log(frequency)


def _document(kind: str, expert_id: str, texts: dict[str, str]) -> dict[str, Any]:
    fields_: dict[str, Any] = {"kind": kind, "expert_id": expert_id}
    frequencies: Counter[str] = Counter()
    for name, text in texts.items():
        if text:
            analysed = SCHEMA[name].analyse(text)
            fields_[name] = analysed
            fields_[f"_stored_{name}"] = text
            if name in MATCHED_FIELDS:
                frequencies.update({term: len(places) for term, places in analysed.positions.items()})
    norm = sqrt(sum(impact(often) ** 2 for term, often in frequencies.items() if counts_in_matching(term)))
    return fields_ | {"head": head(kind, expert_id, norm)}


def _name_spellings(name: str) -> Iterator[str]:
    """A name as given, and with its parts the other way round: Japanese ones joined, as they are often written."""
    yield name
    parts = [part for part in re.split(r"[\s・･,、]+", unicodedata.normalize("NFKC", name)) if part]
    if len(parts) > 1:
        joint = "" if all(is_cjk(part) for part in parts) else " "
        yield joint.join(parts)
        yield joint.join(reversed(parts))
