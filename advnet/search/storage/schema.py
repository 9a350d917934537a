"""What Whoosh is told about an expert: a document for each thing that can speak for somebody.

Every declared skill, the biography and every work are *units of evidence*: each stands alone, with a length of its own,
because that is what ranks best. An expert who wrote three papers on the question is not hidden by thirty on other
matters (measured in docs/matching.md). The profile before them holds what is searched for and never speaks for
anybody: names and addresses. One more document, of which there is one, carries the number of the change log that the
index has reached; being a document it is replaced in the very commit it speaks of.

A unit has two lengths, since it may speak two languages: that of its pairs of Japanese letters, and that of its words,
among which are the English meanings of what is Japanese (field ``gloss``). A question is held against each.
"""

import struct
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log, sqrt
from typing import Any, NamedTuple

from whoosh import fields, formats

from advnet.search.documents import BIOGRAPHY, SKILLS, WORK, ExpertDocument
from advnet.search.glossary import gloss_for_index
from advnet.search.terms.analysis import MixedAnalyzer, NameAnalyzer, counts_in_matching, is_pair, join_values
from advnet.search.terms.names import name_spellings

VERSION = 5
"""Raise it with any change to the schema, the analysis or the documents made, and when their classes move, since Whoosh
pickles the schema into each index: indexes of other versions are rebuilt."""

PROFILE, POSITION = "p", "n"
"""Kinds of documents, beside :data:`~advnet.search.documents.UNITS`."""

LAST_POSITION = 2**16 - 1
"""Of a term in a field; what stands further back is found, but not as part of a phrase."""

_REMEMBERED_TERMS = 2**18
_HEAD = struct.Struct("=cffhB")

MOST_TIMES = 255
"""How often a term counts in a unit; what stands there more often says no more."""


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

    def __init__(self, analyzer: MixedAnalyzer | None = None, *, is_stored: bool = True) -> None:
        super().__init__(PackedPositions(), analyzer or MixedAnalyzer(), stored=is_stored)

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
    skill_id=fields.STORED(),
    year=fields.STORED(),
    reached=fields.STORED(),
    head=fields.COLUMN(),
    names=MixedText(NameAnalyzer(keeps_spellings=True)),
    affiliation=MixedText(),
    skills=MixedText(),
    broader=MixedText(),
    gloss=MixedText(is_stored=False),
    biography=MixedText(),
    title=MixedText(),
    abstract=MixedText(),
)


TEXT_FIELDS = ("names", "affiliation", "skills", "broader", "biography", "title", "abstract")
"""Where text is searched for."""

MATCHED_FIELDS = ("skills", "broader", "biography", "title", "abstract", "gloss")
"""What speaks for an expert when a question is matched; a name or an address does not. ``gloss`` is no text, and the
positions in it mean nothing."""


class Head(NamedTuple):
    """What every search needs of every document, in the one column that is read as a whole.

    :param word_norm: the length of the unit's vector of impacts, of terms that are words
    :param pair_norm: likewise, of terms that are pairs of Japanese letters
    :param year: of a work; 0 when not known
    :param level: of a declared skill, 1 to 4; else 0
    """

    kind: str
    expert_id: str = ""
    word_norm: float = 0.0
    pair_norm: float = 0.0
    year: int = 0
    level: int = 0

    def packed(self) -> bytes:
        fixed = _HEAD.pack(self.kind.encode(), self.word_norm, self.pair_norm, self.year, self.level)
        return fixed + self.expert_id.encode()


def read_head(value: bytes) -> Head:
    """The inverse of :meth:`Head.packed`."""
    kind, word_norm, pair_norm, year, level = _HEAD.unpack_from(value)
    return Head(kind.decode(), value[_HEAD.size :].decode(), word_norm, pair_norm, year, level)


def expert_fields(expert: ExpertDocument) -> Iterator[dict[str, Any]]:
    """The Whoosh documents of an expert, as keyword arguments: the profile, then the units. They stay together."""
    yield _profile(expert)
    for skill in expert.skills:
        texts = {"skills": join_values(skill.words), "broader": join_values(skill.broader)}
        yield _unit(SKILLS, expert.id, texts, level=skill.level) | {"skill_id": skill.id}
    if expert.biography:
        yield _unit(BIOGRAPHY, expert.id, {"biography": expert.biography})
    for work in expert.works:
        unit = _unit(WORK, expert.id, {"title": work.title, "abstract": work.abstract}, year=work.year or 0)
        yield unit | {"work_id": work.id, "year": work.year}


def position_fields(reached: int) -> dict[str, Any]:
    return {"kind": POSITION, "reached": reached, "head": Head(POSITION).packed()}


def impact(frequency: float) -> float:
    """How much a term says about a unit that holds it so often: 1 + ln f (SMART's "l")."""
    return 1.0 + log(min(frequency, MOST_TIMES))


def _profile(expert: ExpertDocument) -> dict[str, Any]:
    fields_ = _texts({"names": join_values(expert.names), "affiliation": join_values(expert.affiliations)})
    if spellings := join_values(name_spellings(expert.names)):
        fields_["names"] = SCHEMA["names"].analyse(spellings)
    return fields_ | {"kind": PROFILE, "expert_id": expert.id, "head": Head(PROFILE, expert.id).packed()}


def _unit(kind: str, expert_id: str, texts: dict[str, str], *, year: int = 0, level: int = 0) -> dict[str, Any]:
    fields_ = _texts(texts)
    if english := gloss_for_index("\n".join(texts.values())):
        fields_["gloss"] = SCHEMA["gloss"].analyse(english)
    frequencies: Counter[str] = Counter()
    for name in MATCHED_FIELDS:
        if name in fields_:
            frequencies.update({term: len(places) for term, places in fields_[name].positions.items()})
    squares = {True: 0.0, False: 0.0}
    for term, often in frequencies.items():
        if counts_in_matching(term):
            squares[is_pair(term)] += impact(often) ** 2
    head = Head(kind, expert_id, sqrt(squares[False]), sqrt(squares[True]), year if 0 < year < 2**15 else 0, level)
    return fields_ | {"kind": kind, "expert_id": expert_id, "head": head.packed()}


def _texts(texts: dict[str, str]) -> dict[str, Any]:
    fields_: dict[str, Any] = {}
    for name, text in texts.items():
        if text:
            fields_[name] = SCHEMA[name].analyse(text)
            if SCHEMA[name].stored:
                fields_[f"_stored_{name}"] = text
    return fields_
