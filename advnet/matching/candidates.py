"""Candidates for a question: the index finds and ranks, the database decides at that moment who may be asked.

Nobody is left out without being told of: an expert who fits but may not be asked now (paused, fully loaded, account
closed) is listed with the reason, since the desk may want to wait for just this person. Who has left the Network, or
never agreed to be in it, is counted and not named. What an expert does not want to be asked about is shown, and a
person decides whether this question is such a thing.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.consultations.model import Consultation
from advnet.matching.eligibility import Hindrance, judge_experts
from advnet.matching.explanation import REST, Candidate, Judged, Place, explain
from advnet.matching.topics import as_asked, question_of
from advnet.permissions import Permission, require
from advnet.search import ExpertIndex, Hit, IndexUnusable, Matching, MatchQuestion

LIMIT = 20
LEAST_SCORE = 0.24
"""Below it a candidate is called a weaker match. Of experts who scored .24, one in five (.21) was known for the matter,
of those who scored .14 one in ten; so below it fewer than one in five were. Source: docs/matching.md, "What the score
says"."""

PASSED_OVER_NAMED = 25
_FIRST_SLICE = 100


@dataclass(frozen=True)
class CandidateList:
    """:ivar candidates: who may be asked, and who is already, best first
    :ivar passed_over: who scored as well but may not be asked now, with the reasons; at most
        :data:`PASSED_OVER_NAMED`, best first
    :ivar counts: how many were passed over for each reason, named or not
    :ivar goes_without: kinds of evidence that this ranking had to do without
    :ivar is_index_usable: False while there is no index: nobody can be found until the worker has built one
    """

    candidates: tuple[Candidate, ...] = ()
    passed_over: tuple[Candidate, ...] = ()
    counts: tuple[tuple[Hindrance, int], ...] = ()
    goes_without: tuple[str, ...] = ()
    is_index_usable: bool = True

    @property
    def strong(self) -> tuple[Candidate, ...]:
        """The candidates down to :data:`LEAST_SCORE`."""
        return tuple(one for one in self.candidates if one.score >= LEAST_SCORE)

    @property
    def weak(self) -> tuple[Candidate, ...]:
        """The candidates below :data:`LEAST_SCORE`, who stay at hand."""
        return tuple(one for one in self.candidates if one.score < LEAST_SCORE)

    @property
    def strong_passed_over(self) -> tuple[Candidate, ...]:
        """Who may not be asked now, down to :data:`LEAST_SCORE`."""
        return tuple(one for one in self.passed_over if one.score >= LEAST_SCORE)

    @property
    def weak_passed_over(self) -> tuple[Candidate, ...]:
        """Who may not be asked now, below :data:`LEAST_SCORE`."""
        return tuple(one for one in self.passed_over if one.score < LEAST_SCORE)


def list_candidates(
    session: Session, index: ExpertIndex, *, actor: Actor, consultation: Consultation, limit: int = LIMIT, now: datetime
) -> CandidateList:
    """Experts for a consultation, who may be asked now or are already.

    :param consultation: loaded with questions, facets and their concepts
    :param limit: how many of ``candidates``
    """
    require(Permission.CONSULTATION_FIND_EXPERTS, actor, consultation)
    question = question_of(session, consultation=consultation, now=now)
    return _list(session, index, question=question, consultation=consultation, limit=limit, now=now)


def match_question(
    session: Session, index: ExpertIndex, *, actor: Actor, question: MatchQuestion, limit: int = LIMIT, now: datetime
) -> CandidateList:
    """The same for a question that belongs to no consultation."""
    require(Permission.EXPERT_SEARCH, actor)
    asked = as_asked(session, question=question, now=now)
    return _list(session, index, question=asked, consultation=None, limit=limit, now=now)


def explain_experts(
    session: Session,
    index: ExpertIndex,
    *,
    actor: Actor,
    consultation: Consultation,
    expert_ids: Sequence[int],
    now: datetime,
) -> list[Candidate]:
    """These experts as candidates for the consultation, in the given order; who may not be named is left out."""
    require(Permission.CONSULTATION_FIND_EXPERTS, actor, consultation)
    judged = judge_experts(session, expert_ids, consultation=consultation, now=now)
    named = [one for one in expert_ids if judged[one].may_be_named]
    question = question_of(session, consultation=consultation, now=now)
    if not named:
        return []
    try:
        with index.matching(question) as matching:
            found = {hit.expert_id: hit for hit in hits_of(matching, named)}
            evidence = matching.explain(found.values())
    except IndexUnusable:
        chosen = [(Hit(str(one), 0.0), judged[one]) for one in named]
        return list(explain(session, (), question=question, chosen=chosen))
    chosen = [(found.get(str(one), Hit(str(one), 0.0)), judged[one]) for one in named]
    explained = explain(session, evidence, question=question, chosen=chosen, reached=matching.reached)
    return [placed(one, matching) for one in explained]


def without(matching: Matching) -> tuple[str, ...]:
    """The kinds of evidence that a matching does without."""
    return () if matching.is_dense else ("meaning",)


def hits_of(matching: Matching, expert_ids: Collection[int]) -> list[Hit]:
    """Those of the hits that are of these experts, best first."""
    wanted = {str(one) for one in expert_ids}
    return [matching.hits[place] for place, one in enumerate(matching.hits.expert_ids) if one in wanted]


def _list(
    session: Session,
    index: ExpertIndex,
    *,
    question: MatchQuestion,
    consultation: Consultation | None,
    limit: int,
    now: datetime,
) -> CandidateList:
    try:
        with index.matching(question) as matching:
            chosen, passed_over = judge_hits(session, matching.hits, consultation=consultation, limit=limit, now=now)
            named = [one for one in passed_over if one[1].may_be_named][:PASSED_OVER_NAMED]
            evidence = matching.explain(hit for hit, _ in (*chosen, *named))
            goes_without = without(matching)
    except IndexUnusable:
        return CandidateList(is_index_usable=False)
    counts = Counter(hindrance for _, eligibility in passed_over for hindrance in eligibility.hindrances)
    both = [*chosen, *named]
    found = explain(session, evidence, question=question, chosen=both, reached=matching.reached)
    explained = [placed(one, matching) for one in found]
    shown = {hit.expert_id for hit, _ in chosen}
    return CandidateList(
        candidates=tuple(one for one in explained if str(one.expert.id) in shown),
        passed_over=tuple(one for one in explained if str(one.expert.id) not in shown),
        counts=tuple((hindrance, counts[hindrance]) for hindrance in Hindrance if counts[hindrance]),
        goes_without=goes_without,
    )


def judge_hits(
    session: Session, hits: Sequence[Hit], *, consultation: Consultation | None, limit: int, now: datetime
) -> tuple[list[Judged], list[Judged]]:
    """The best hits down to the last of ``limit`` who may be asked: who is shown as a candidate, and who is not."""
    chosen: list[Judged] = []
    passed_over: list[Judged] = []
    wanted = limit
    for hit, eligibility in _judge(session, hits, consultation=consultation, now=now):
        if not wanted:
            break
        is_shown = eligibility.may_be_named and (eligibility.may_be_asked or eligibility.is_on_panel)
        (chosen if is_shown else passed_over).append((hit, eligibility))
        wanted -= eligibility.may_be_asked
    return chosen, passed_over


def _judge(
    session: Session, hits: Sequence[Hit], *, consultation: Consultation | None, now: datetime
) -> Iterator[Judged]:
    """What the database says of each hit, in the order of the hits; asked in slices, since most are never looked at."""
    begin, size = 0, _FIRST_SLICE
    while part := [hit for hit in hits[begin : begin + size] if hit.expert_id.isdecimal()]:
        judged = judge_experts(session, [int(hit.expert_id) for hit in part], consultation=consultation, now=now)
        yield from ((hit, judged[int(hit.expert_id)]) for hit in part)
        begin, size = begin + size, 2 * size


def placed(candidate: Candidate, matching: Matching) -> Candidate:
    """The candidate with the place that its score has among all hits of the question."""
    if not candidate.score:
        return candidate
    hits = matching.hits
    number = 1 + hits.better_than(candidate.score)
    carries_most = max((part.reason.share for part in candidate.parts if part.kind != REST), default=0.0)
    left = matching.score_without(candidate.score, carries_most)
    without = hits.better_than(left)  # the candidate's own score is a better one
    return replace(candidate, place=Place(number, len(hits), max(number, without)))
