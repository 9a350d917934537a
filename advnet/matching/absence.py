"""Why not: for an expert whom the desk names, why this person is not on the list of candidates.

Several things may hold at once, and all of them are told: what keeps the person from being asked, and where the person
would stand. Who has left the Network, or never agreed to be found, is told to be no longer in it and nothing more;
whoever the actor may not read at all is not there in the first place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.consultations.model import Consultation
from advnet.experts.model import Expert
from advnet.matching.candidates import LIMIT, hits_of, judge_hits, placed
from advnet.matching.documents import concept_words
from advnet.matching.eligibility import Eligibility, judge_experts
from advnet.matching.explanation import Candidate, explain
from advnet.matching.queries import changed_after
from advnet.matching.topics import question_of
from advnet.permissions import Permission, require
from advnet.search import ExpertIndex, Hit, IndexUnusable, MatchQuestion
from advnet.search.scoring.missing import missing_words


@dataclass(frozen=True)
class Absence:
    """Where an expert stands for a consultation.

    :ivar candidate: the expert's own explanation; None while there is no index, and for who may not be named
    :ivar is_listed: the person is among the first ``limit`` of the list
    :ivar last_score: of the last who may be asked among these; None when the list is not full
    :ivar found: of how many experts anything speaks for the question
    :ivar missing: words of the question that nothing of the expert speaks of
    :ivar is_changing: the profile has changed and the index has not read it yet
    """

    expert: Expert
    eligibility: Eligibility
    limit: int
    candidate: Candidate | None = None
    is_listed: bool = False
    last_score: float | None = None
    found: int = 0
    missing: tuple[str, ...] = ()
    is_changing: bool = False
    is_index_usable: bool = True

    @property
    def has_evidence(self) -> bool:
        return self.candidate is not None and self.candidate.score > 0

    @property
    def fits_well_enough(self) -> bool:
        """The score would do for the list, so only what keeps the person from being asked keeps the person off it."""
        if self.candidate is None or not self.candidate.score:
            return False
        return self.last_score is None or self.candidate.score >= self.last_score


def explain_absence(
    session: Session,
    index: ExpertIndex,
    *,
    actor: Actor,
    consultation: Consultation,
    expert: Expert,
    limit: int = LIMIT,
    now: datetime,
) -> Absence:
    """:param consultation: loaded with questions, facets and their concepts
    :param expert: loaded as :func:`advnet.experts.queries.get_expert` loads it for this actor
    :param limit: of the list that the person may be missing from
    """
    require(Permission.CONSULTATION_FIND_EXPERTS, actor, consultation)
    require(Permission.EXPERT_READ, actor, expert)
    eligibility = judge_experts(session, [expert.id], consultation=consultation, now=now)[expert.id]
    if not eligibility.may_be_named:
        return Absence(expert, eligibility, limit)
    question = question_of(session, consultation=consultation, now=now)
    missing = _missing(session, question, expert)
    try:
        with index.matching(question) as matching:
            chosen, _passed_over = judge_hits(session, matching.hits, consultation=consultation, limit=limit, now=now)
            own = hits_of(matching, [expert.id])
            evidence = matching.explain(own)
    except IndexUnusable:
        return Absence(expert, eligibility, limit, missing=missing, is_index_usable=False)
    hit = own[0] if own else Hit(str(expert.id), 0.0)
    (candidate,) = explain(session, evidence, question=question, chosen=[(hit, eligibility)], reached=matching.reached)
    askable = [hit for hit, judged in chosen if judged.may_be_asked]
    return Absence(
        expert=expert,
        eligibility=eligibility,
        limit=limit,
        candidate=placed(candidate, matching),
        is_listed=str(expert.id) in {hit.expert_id for hit, _ in chosen},
        last_score=askable[-1].score if len(askable) == limit else None,
        found=len(matching.hits),
        missing=missing,
        is_changing=bool(changed_after(session, [expert.id], number=matching.reached)),
    )


def _missing(session: Session, question: MatchQuestion, expert: Expert) -> tuple[str, ...]:
    text = f"{question.title}\n{question.text}"
    return missing_words(text, _texts(session, expert), vocabulary=question.vocabulary)


def _texts(session: Session, expert: Expert) -> Iterator[str]:
    """Everything by which the expert may be found for a question."""
    words = concept_words(session)
    yield from (expert.biography_ja, expert.biography_en)
    for work in expert.works:
        yield from (work.title, work.abstract)
    for skill in expert.skills:
        for said in words.get(skill.concept_id, ()):
            yield from said
