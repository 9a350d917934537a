"""What goes into the index and what comes out: plain values, so that no caller ever sees Whoosh."""

from collections.abc import Mapping
from dataclasses import dataclass

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

    :param words: its labels and synonyms in both languages, and those of what it is a part of
    :param id: unique within its expert
    :param level: 1 (basic) to 4 (leading)
    """

    words: tuple[str, ...]
    id: str = ""
    level: int = 4


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


@dataclass(frozen=True, slots=True)
class FindResult:
    """:param hits: best first, at most as many as asked for
    :param total: how many experts fit altogether
    :param ignored: words of the query that were left out, because it was too long or they stand in every text
    """

    hits: Ranking
    total: int
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """Where a hit matched.

    :param field: "names", "affiliation", "skills", "biography", "title" or "abstract"
    :param work_id: for "title" and "abstract"
    :param text: an excerpt of the field, not escaped
    :param marks: (start, end) of each match in ``text``, ascending, not overlapping
    """

    field: str
    text: str
    marks: tuple[tuple[int, int], ...]
    work_id: str | None = None


Snippets = Mapping[str, tuple[Snippet, ...]]
