"""What goes into the index and what comes out: plain values, so that no caller ever sees Whoosh."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from advnet.search.glossary import NO_VOCABULARY, Vocabulary
from advnet.search.ranking import Ranking

SKILLS, BIOGRAPHY, WORK = "s", "b", "w"
UNITS = (SKILLS, BIOGRAPHY, WORK)
"""The kinds of units of evidence: what can speak for somebody when a question is matched."""


@dataclass(frozen=True, slots=True)
class WorkDocument:
    """One publication or other evidence. :param id: unique within its expert."""

    id: str
    title: str
    abstract: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class SkillDocument:
    """A declared field of competence.

    :param words: its labels and synonyms in both languages
    :param id: unique within its expert
    :param level: 1 (basic) to 4 (leading)
    :param broader: labels of what it is a part of: they find the expert as well, but leave nobody out
    """

    words: tuple[str, ...]
    id: str = ""
    level: int = 4
    broader: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpertDocument:
    """Everything findable about one expert; applying it replaces what the index held under the same id.

    :param names: in every script, each as the person writes it
    """

    id: str
    names: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    biography: str = ""
    skills: tuple[SkillDocument, ...] = ()
    works: tuple[WorkDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpertDeletion:
    """The expert is to be found no longer; deleting one that is not there changes nothing."""

    id: str


Change = ExpertDocument | ExpertDeletion


@dataclass(frozen=True, slots=True)
class IndexCounts:
    """:param reached: the number of the change log up to which the index holds everything"""

    experts: int
    works: int
    reached: int
    folder_bytes: int
    segments: int


@dataclass(frozen=True, slots=True)
class MatchQuestion:
    """A question for which experts are sought.

    :param language: "ja", "en" or None when not known
    :param vocabulary: translations of Japanese words that people made; they win over the dictionary
    :param may_leave: whether its text may be sent to another machine
    :param year: in which it is asked: ages of works are counted from there, where ages count; 0: they do not
    """

    title: str
    text: str = ""
    language: str | None = None
    vocabulary: Vocabulary = NO_VOCABULARY
    year: int = 0
    may_leave: bool = True


@dataclass(frozen=True, slots=True)
class TermShare:
    """A word of the question, as it was written there, and its share (0 to 1) of the score that it is shown under."""

    term: str
    share: float


@dataclass(frozen=True, slots=True)
class WorkEvidence:
    """A work that speaks for the expert.

    :param share: of the expert's whole evidence, 0 to 1
    :param meaning: the part of the share that no single word explains
    """

    work_id: str
    title: str
    year: int | None
    share: float
    terms: tuple[TermShare, ...]
    meaning: float = 0.0


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """What in the profile speaks for the expert.

    :param field: "skills" or "biography"
    :param text: a label of the skill; for the biography the words that matched
    :param share: of the expert's whole evidence, 0 to 1
    :param meaning: the part of the share that no single word explains
    :param skill_id: of a skill
    """

    field: str
    text: str
    share: float
    terms: tuple[TermShare, ...]
    meaning: float = 0.0
    skill_id: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an expert is proposed for a question.

    :param score: 0 to 1, comparable between experts and between questions; never a probability
    :param terms: words of the question with their shares of the whole evidence, the largest first
    :param works: the largest share first; the shares of ``works`` and ``profile`` add up to 1
    :param meaning: the share that no single word explains
    """

    expert_id: str
    score: float
    terms: tuple[TermShare, ...]
    works: tuple[WorkEvidence, ...]
    profile: tuple[FieldEvidence, ...]
    meaning: float = 0.0


class Why(StrEnum):
    """Why a word of a query was not looked for."""

    TOO_COMMON = "too_common"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    OPERATOR = "operator"


class Ignored(NamedTuple):
    text: str
    why: Why


@dataclass(frozen=True, slots=True)
class Meant:
    """What a word of a query stands for, beside itself.

    :param words: others that mean the same
    :param expert_ids: who is found by it, whatever their texts say
    """

    words: tuple[str, ...] = ()
    expert_ids: Collection[str] = ()


Meanings = Callable[[str], Meant | None]
"""From the :func:`key <advnet.search.terms.analysis.key_of>` of one or several words to what they stand for."""


@dataclass(frozen=True, slots=True)
class FindResult:
    """:param hits: best first, at most as many as asked for
    :param total: how many experts fit altogether
    :param ignored: what of the query was not looked for, and why
    :param left_out: for each of the first words that leave out: the experts who fit all that is required and have it
    :param hardly_anybody: where nobody fits: the words that only few have, each with the ids of these
    """

    hits: Ranking
    total: int
    ignored: tuple[Ignored, ...] = ()
    left_out: tuple[tuple[str, list[str]], ...] = ()
    hardly_anybody: tuple[tuple[str, list[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """Where a hit matched.

    :param field: "names", "affiliation", "skills", "broader", "biography", "title" or "abstract"
    :param work_id: for "title" and "abstract"
    :param skill_id: for "skills" and "broader"
    :param text: an excerpt of the field, not escaped
    :param marks: (start, end) of each match in ``text``, ascending, not overlapping
    """

    field: str
    text: str
    marks: tuple[tuple[int, int], ...]
    work_id: str | None = None
    skill_id: str | None = None


Snippets = Mapping[str, tuple[Snippet, ...]]
