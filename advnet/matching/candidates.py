"""Candidates for a question: the index finds and ranks, the database decides at that moment who may be asked.

Nobody is left out without being told of: an expert who fits but may not be asked now (paused, fully loaded, account
closed) is listed with the reason, since the desk may want to wait for just this person. Who has left the Network, or
never agreed to be in it, is counted and not named. What an expert does not want to be asked about is shown, and a
person decides whether this question is such a thing.

Texts come from the database as well: a work that was taken off the profile a moment ago is no reason any more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from advnet.accounts.model import Actor
from advnet.consultations.model import Consultation
from advnet.experts.model import Expert, ExpertSkill
from advnet.experts.works.model import Work
from advnet.matching.documents import Words, concept_words
from advnet.matching.eligibility import Eligibility, Hindrance, judge_experts
from advnet.matching.queries import among
from advnet.matching.topics import question_of, touched_topics
from advnet.permissions import Permission, require
from advnet.search import Evidence, ExpertIndex, Hit, IndexUnusable, MatchQuestion, TermShare

LIMIT = 20
PASSED_OVER_NAMED = 25
_FIRST_SLICE = 100


@dataclass(frozen=True)
class Reason:
    """Something of the expert's own that speaks for the expert. :ivar share: of the whole score, 0 to 1"""

    share: float
    terms: tuple[TermShare, ...]
    work: Work | None = None
    skill: ExpertSkill | None = None


@dataclass(frozen=True)
class Candidate:
    """An expert considered for a question.

    :ivar expert: loaded with affiliations, skills and their concepts
    :ivar score: 0 to 1, never a probability
    :ivar terms: words of the question that earned the place, with their shares of the score
    :ivar works: the works that did, the strongest first; ``skills`` likewise
    :ivar elsewhere: ("biography" | "affiliation", share): what else of the profile did
    :ivar topics: off-limits topics that the question seems to touch
    """

    expert: Expert
    score: float
    terms: tuple[TermShare, ...]
    works: tuple[Reason, ...]
    skills: tuple[Reason, ...]
    elsewhere: tuple[tuple[str, float], ...]
    eligibility: Eligibility
    topics: tuple[str, ...]


@dataclass(frozen=True)
class CandidateList:
    """:ivar candidates: who may be asked, and who is already, best first
    :ivar passed_over: who scored as well but may not be asked now, with the reasons; at most
        :data:`PASSED_OVER_NAMED`, best first
    :ivar counts: how many were passed over for each reason, named or not
    :ivar is_index_usable: False while there is no index: nobody can be found until the worker has built one
    """

    candidates: tuple[Candidate, ...] = ()
    passed_over: tuple[Candidate, ...] = ()
    counts: tuple[tuple[Hindrance, int], ...] = ()
    is_index_usable: bool = True


def list_candidates(
    session: Session, index: ExpertIndex, *, actor: Actor, consultation: Consultation, limit: int = LIMIT, now: datetime
) -> CandidateList:
    """Experts for a consultation, who may be asked now or are already.

    :param consultation: loaded with questions, facets and their concepts
    :param limit: how many of ``candidates``
    """
    require(Permission.CONSULTATION_FIND_EXPERTS, actor, consultation)
    question = question_of(consultation)
    return _list(session, index, question=question, consultation=consultation, limit=limit, now=now)


def match_question(
    session: Session, index: ExpertIndex, *, actor: Actor, question: MatchQuestion, limit: int = LIMIT, now: datetime
) -> CandidateList:
    """The same for a question that belongs to no consultation."""
    require(Permission.EXPERT_SEARCH, actor)
    return _list(session, index, question=question, consultation=None, limit=limit, now=now)


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
    named = [(Hit(str(one), 0.0), judged[one]) for one in expert_ids if judged[one].may_be_named]
    question = question_of(consultation)
    try:
        evidence = index.match(question, limit=None, candidates=[hit.expert_id for hit, _ in named])
    except IndexUnusable:
        evidence = []
    return list(_explain(session, evidence, question=question, chosen=named))


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
            chosen, passed_over = _choose(session, matching.hits, consultation=consultation, limit=limit, now=now)
            named = [one for one in passed_over if one[1].may_be_named][:PASSED_OVER_NAMED]
            evidence = matching.explain(hit for hit, _ in (*chosen, *named))
    except IndexUnusable:
        return CandidateList(is_index_usable=False)
    counts = Counter(hindrance for _, eligibility in passed_over for hindrance in eligibility.hindrances)
    explained = _explain(session, evidence, question=question, chosen=[*chosen, *named])
    shown = {hit.expert_id for hit, _ in chosen}
    return CandidateList(
        candidates=tuple(one for one in explained if str(one.expert.id) in shown),
        passed_over=tuple(one for one in explained if str(one.expert.id) not in shown),
        counts=tuple((hindrance, counts[hindrance]) for hindrance in Hindrance if counts[hindrance]),
    )


_Judged = tuple[Hit, Eligibility]


def _choose(
    session: Session, hits: Sequence[Hit], *, consultation: Consultation | None, limit: int, now: datetime
) -> tuple[list[_Judged], list[_Judged]]:
    """The best hits down to the last of ``limit`` who may be asked: who is shown as a candidate, and who is not."""
    chosen: list[_Judged] = []
    passed_over: list[_Judged] = []
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
) -> Iterator[_Judged]:
    """What the database says of each hit, in the order of the hits; asked in slices, since most are never looked at."""
    begin, size = 0, _FIRST_SLICE
    while part := [hit for hit in hits[begin : begin + size] if hit.expert_id.isdecimal()]:
        judged = judge_experts(session, [int(hit.expert_id) for hit in part], consultation=consultation, now=now)
        yield from ((hit, judged[int(hit.expert_id)]) for hit in part)
        begin, size = begin + size, 2 * size


def _explain(
    session: Session, evidence: Sequence[Evidence], *, question: MatchQuestion, chosen: Sequence[_Judged]
) -> tuple[Candidate, ...]:
    """Those chosen, with what of the evidence still stands in the database."""
    ids = [int(hit.expert_id) for hit, _ in chosen]
    if not ids:
        return ()
    why = {one.expert_id: one for one in evidence}
    experts = _load_experts(session, ids)
    works = _load_works(session, evidence)
    words = concept_words(session)
    text = f"{question.title}\n{question.text}"
    return tuple(
        _candidate(experts[int(hit.expert_id)], hit, eligibility, why.get(hit.expert_id), works, words, text)
        for hit, eligibility in chosen
        if int(hit.expert_id) in experts
    )


def _candidate(
    expert: Expert,
    hit: Hit,
    eligibility: Eligibility,
    why: Evidence | None,
    works: Mapping[int, Work],
    words: Words,
    text: str,
) -> Candidate:
    return Candidate(
        expert=expert,
        score=why.score if why else hit.score,
        terms=why.terms if why else (),
        works=_work_reasons(expert, why, works),
        skills=_skill_reasons(expert, why, words),
        elsewhere=_elsewhere(why),
        eligibility=eligibility,
        topics=touched_topics(expert.off_limits, text),
    )


def _load_experts(session: Session, ids: Sequence[int]) -> dict[int, Expert]:
    query = (
        sa.select(Expert)
        .where(among(session, Expert.id, ids))
        .options(selectinload(Expert.affiliations), selectinload(Expert.skills).joinedload(ExpertSkill.concept))
    )
    return {expert.id: expert for expert in session.scalars(query)}


def _load_works(session: Session, evidence: Iterable[Evidence]) -> dict[int, Work]:
    ids = [int(work.work_id) for one in evidence for work in one.works if work.work_id.isdecimal()]
    return {work.id: work for work in session.scalars(sa.select(Work).where(among(session, Work.id, ids)))}


def _work_reasons(expert: Expert, why: Evidence | None, works: Mapping[int, Work]) -> tuple[Reason, ...]:
    reasons = []
    for found in why.works if why else ():
        work = works.get(int(found.work_id)) if found.work_id.isdecimal() else None
        if work is not None and work.expert_id == expert.id:
            reasons.append(Reason(found.share, found.terms, work=work))
    return tuple(reasons)


def _skill_reasons(expert: Expert, why: Evidence | None, words: Words) -> tuple[Reason, ...]:
    """Declared skills by whose words the profile was found: a synonym or a broader term counts for the skill itself."""
    shares: defaultdict[int, float] = defaultdict(float)
    terms: dict[int, tuple[TermShare, ...]] = {}
    for found in why.profile if why else ():
        if found.field != "skills":
            continue
        meant = next((skill for skill in expert.skills if found.text in words.get(skill.concept_id, ())), None)
        if meant is not None:
            shares[meant.id] += found.share
            terms.setdefault(meant.id, found.terms)
    return tuple(
        Reason(shares[skill.id], terms[skill.id], skill=skill)
        for skill in sorted(expert.skills, key=lambda skill: -shares[skill.id])
        if shares[skill.id]
    )


def _elsewhere(why: Evidence | None) -> tuple[tuple[str, float], ...]:
    shares: defaultdict[str, float] = defaultdict(float)
    for found in why.profile if why else ():
        if found.field != "skills":
            shares[found.field] += found.share
    return tuple(sorted(shares.items(), key=lambda one: -one[1]))
