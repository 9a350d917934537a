"""What an answer rests on, and what may be done with it: the same on every kind of question, all of it optional.

Evidence base and agreement are the two axes on which the IPCC's authors place a finding, and confidence is what the two
say together. Source: Mastrandrea et al. 2010, *Guidance Note for Lead Authors of the IPCC Fifth Assessment Report on
Consistent Treatment of Uncertainties*, paragraphs 8 to 9 and figure 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from advnet.answers.kinds.base import fault
from advnet.answers.model import Agreement, Distance, EvidenceBase, EvidenceGrade, EvidenceKind, Release
from advnet.consultations.model import Question
from advnet.errors import DomainError, Invalid, msgid
from advnet.experts.works.doi import normalise_doi

MAXIMUM_NOTE = 2_000
MAXIMUM_LINK = 2_000
LONGEST_GROUND = 5_000


class Confidence(StrEnum):
    """The five words of the IPCC's guidance."""

    VERY_LOW = "very_low"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


@dataclass(frozen=True)
class EvidenceInput:
    kind: EvidenceKind
    link: str = ""
    doi: str = ""
    note: str = ""
    grade: str = ""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """The columns of an answer that are not the answer itself; empty where nothing was said."""

    evidence: tuple[EvidenceInput, ...] = ()
    against: str = ""
    assumptions: str = ""
    evidence_base: str = ""
    agreement: str = ""
    distance: str = ""
    release: Release = Release.QUOTED


GROUNDS = tuple(name for name in Grounds.__dataclass_fields__ if name != "evidence")
"""Those that are columns of the answer's own row."""


def find_confidence(evidence_base: str, agreement: str) -> Confidence | None:
    """What the two say together; None where one of them was not said.

    The guidance draws confidence rising from low agreement on limited evidence to high agreement on robust evidence and
    leaves the steps between to judgement. Here each step on either axis is one step of confidence.
    """
    if not evidence_base or not agreement:
        return None
    steps = list(EvidenceBase).index(EvidenceBase(evidence_base)) + list(Agreement).index(Agreement(agreement))
    return list(Confidence)[steps]


def filled_evidence(rows: Sequence[Mapping[str, str]]) -> list[tuple[int, Mapping[str, str]]]:
    """Rows of evidence in which something stands, with their positions."""
    return [
        (position, row)
        for position, row in enumerate(rows)
        if any(row.get(name, "").strip() for name in ("link", "doi", "note", "grade"))
    ]


def read_grounds(question: Question, typed: Mapping[str, Any], faults: list[DomainError]) -> Grounds:
    """What is typed, as it is kept; what is wrong with it is added to ``faults``."""
    texts = {name: str(typed.get(name, "")).strip() for name in ("against", "assumptions")}
    for name, text in texts.items():
        if len(text) > LONGEST_GROUND:
            message = msgid("Use at most %(maximum)s characters.")
            faults.append(fault(question, name, message, maximum=LONGEST_GROUND))
    evidence = [
        _evidence(question, position, row, faults) for position, row in filled_evidence(typed.get("evidence", ()))
    ]
    return Grounds(
        evidence=tuple(item for item in evidence if item is not None),
        **texts,
        evidence_base=_one_of(EvidenceBase, question, "evidence_base", typed, faults),
        agreement=_one_of(Agreement, question, "agreement", typed, faults),
        distance=_one_of(Distance, question, "distance", typed, faults),
        release=Release(_one_of(Release, question, "release", typed, faults) or Release.QUOTED),
    )


Words = TypeVar("Words", bound=StrEnum)


def _one_of(
    words: type[Words], question: Question, name: str, typed: Mapping[str, Any], faults: list[DomainError]
) -> str:
    said = str(typed.get(name, ""))
    if not said or said in set(words):
        return said
    faults.append(fault(question, name, msgid("Choose one of the options shown.")))
    return ""


def _is_web_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:  # such as https://[
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(link) <= MAXIMUM_LINK


def _evidence(
    question: Question, position: int, row: Mapping[str, str], faults: list[DomainError]
) -> EvidenceInput | None:
    part = f"evidence-{position}"
    link, doi, note = (row.get(name, "").strip() for name in ("link", "doi", "note"))
    kind, grade = row.get("kind", ""), row.get("grade", "")
    before = len(faults)
    if kind not in set(EvidenceKind):
        faults.append(fault(question, f"{part}-kind", msgid("Choose what kind of evidence this is.")))
    if grade and grade not in set(EvidenceGrade):
        faults.append(fault(question, f"{part}-grade", msgid("Choose one of the options shown.")))
    if not (link or doi or note):
        faults.append(fault(question, f"{part}-note", msgid("Say what it is: a link, a DOI or a note.")))
    if link and not _is_web_address(link):
        faults.append(fault(question, f"{part}-link", msgid("A link begins with https:// or http://.")))
    if len(note) > MAXIMUM_NOTE:
        limit = msgid("A note has at most %(limit)s characters.")
        faults.append(fault(question, f"{part}-note", limit, limit=MAXIMUM_NOTE))
    if doi:
        try:
            doi = normalise_doi(doi)
        except Invalid as error:
            faults.append(fault(question, f"{part}-doi", error.text, **error.params))
    return None if len(faults) > before else EvidenceInput(EvidenceKind(kind), link, doi, note, grade)
