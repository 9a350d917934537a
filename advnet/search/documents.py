"""What goes into the index and what comes out: plain values, so that no caller ever sees Whoosh."""

from collections.abc import Mapping
from dataclasses import dataclass

from advnet.search.ranking import Ranking


@dataclass(frozen=True, slots=True)
class WorkDocument:
    """One publication or other evidence. :param id: unique within its expert."""

    id: str
    title: str
    abstract: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class ExpertDocument:
    """Everything findable about one expert; applying it replaces what the index held under the same id.

    :param names: in every script, each as the person writes it
    :param skills: labels and synonyms, in both languages, one entry each
    :param levels: of the skills, 1 (basic) to 4 (leading), in their order; all 1 when left out
    """

    id: str
    names: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    biography: str = ""
    skills: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
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
    """A question for which experts are sought. :param language: "ja", "en" or None when not known."""

    title: str
    text: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class TermShare:
    """A word of the question, as it was written there, and its share (0 to 1) of the score that it is shown under."""

    term: str
    share: float


@dataclass(frozen=True, slots=True)
class WorkEvidence:
    """A work that speaks for the expert. :param share: of the expert's whole score, 0 to 1."""

    work_id: str
    title: str
    year: int | None
    share: float
    terms: tuple[TermShare, ...]


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """What in the profile speaks for the expert.

    :param field: "skills", "biography" or "affiliation"
    :param text: the skill as declared; for the other fields the words that matched
    :param share: of the expert's whole score, 0 to 1
    """

    field: str
    text: str
    share: float
    terms: tuple[TermShare, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an expert is proposed for a question.

    :param score: 0 to 1, comparable between experts and between questions; never a probability
    """

    expert_id: str
    score: float
    terms: tuple[TermShare, ...]
    works: tuple[WorkEvidence, ...]
    profile: tuple[FieldEvidence, ...]


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
