"""Why an expert is a candidate, in what still stands in the database.

Texts come from the database: a work that was taken off the profile a moment ago is no reason any more. In which texts a
word was found, the index alone knows. So of somebody whose changes it has not followed yet, which takes it a second or
two, no words are shown, nor works with another title by now, nor the biography.

Every reason has its share of the score, and the shares are shown as whole percents that add up to a hundred, so that a
reader sees the whole of it: what is too small to be named, or no longer there to be named, is one part called the rest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from advnet.experts.model import Expert, ExpertSkill
from advnet.experts.works.model import Work
from advnet.matching.eligibility import Eligibility
from advnet.matching.queries import among, changed_after
from advnet.matching.topics import touched_topics
from advnet.search import Evidence, Hit, MatchQuestion, TermShare

MOST_PARTS = 4
"""Reasons that are named; further ones are among the rest."""

REST = "rest"


@dataclass(frozen=True)
class Reason:
    """Something of the expert's own that speaks for the expert.

    :ivar share: of the whole evidence, 0 to 1
    :ivar terms: words of the question that it has, with their shares
    """

    share: float
    terms: tuple[TermShare, ...]
    work: Work | None = None
    skill: ExpertSkill | None = None


@dataclass(frozen=True)
class Part:
    """A reason as it is shown.

    :ivar kind: "work", "skill", a part of the profile as :class:`FieldEvidence` names it, or :data:`REST`
    :ivar percent: of the score; those of one candidate add up to 100
    """

    kind: str
    percent: int
    reason: Reason


@dataclass(frozen=True)
class Place:
    """Where somebody stands among all of whom anything speaks for the question, from 1.

    :ivar without: the place that the score would have without the part that carries most, an estimate: nothing else
        that the expert has written takes that part's place in it
    """

    number: int
    of: int
    without: int


@dataclass(frozen=True)
class Candidate:
    """An expert considered for a question.

    :ivar expert: loaded with affiliations, skills and their concepts
    :ivar score: 0 to 1, never a probability
    :ivar terms: words of the question that earned the place, with their shares of the whole evidence
    :ivar meaning: the share that likeness in meaning has and no single word explains
    :ivar works: the works that did, the strongest first; ``skills`` likewise
    :ivar elsewhere: (part of the profile as :class:`FieldEvidence` names it, share): what else did
    :ivar topics: off-limits topics that the question seems to touch
    :ivar place: None where nobody was ranked
    """

    expert: Expert
    score: float
    terms: tuple[TermShare, ...]
    works: tuple[Reason, ...]
    skills: tuple[Reason, ...]
    elsewhere: tuple[tuple[str, float], ...]
    eligibility: Eligibility
    topics: tuple[str, ...]
    meaning: float = 0.0
    place: Place | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """What earned the place, the largest part first, the rest last; nothing without a score."""
        if not self.score:
            return ()
        named = [("work", reason) for reason in self.works]
        named += [("skill", reason) for reason in self.skills]
        named += [(kind, Reason(share, ())) for kind, share in self.elsewhere]
        named.sort(key=lambda one: -one[1].share)
        whole = max(1.0, sum(reason.share for _, reason in named))
        shown = named[:MOST_PARTS]
        rest = max(0.0, 1.0 - sum(reason.share for _, reason in shown) / whole)
        shares = [reason.share / whole for _, reason in shown]
        percents = whole_percents([*shares, rest])
        parts = [Part(kind, percent, reason) for (kind, reason), percent in zip(shown, percents, strict=False)]
        return tuple(part for part in (*parts, Part(REST, percents[-1], Reason(rest, ()))) if part.percent)


def whole_percents(shares: Sequence[float]) -> list[int]:
    """Shares as whole percents, by the method of the largest remainder: 100 together when the shares are 1."""
    exact = [100 * share for share in shares]
    percents = [floor(one + 1e-9) for one in exact]
    left = round(sum(exact)) - sum(percents)
    for place in sorted(range(len(exact)), key=lambda place: percents[place] - exact[place])[: max(0, left)]:
        percents[place] += 1
    return percents


Judged = tuple[Hit, Eligibility]


def explain(
    session: Session,
    evidence: Sequence[Evidence],
    *,
    question: MatchQuestion,
    chosen: Sequence[Judged],
    reached: int = 0,
) -> tuple[Candidate, ...]:
    """Those chosen, with what of the evidence still stands in the database; in a fixed number of statements.

    :param reached: the number of the change log up to which the evidence knows everything
    """
    ids = [int(hit.expert_id) for hit, _ in chosen]
    if not ids:
        return ()
    changed = changed_after(session, ids, number=reached)
    works = _load_works(session, evidence)
    why = {one.expert_id: _without_words(one, works) if int(one.expert_id) in changed else one for one in evidence}
    experts = _load_experts(session, ids)
    text = f"{question.title}\n{question.text}"
    return tuple(
        _candidate(
            experts[int(hit.expert_id)],
            hit,
            eligibility,
            why.get(hit.expert_id),
            works=works,
            text=text,
        )
        for hit, eligibility in chosen
        if int(hit.expert_id) in experts
    )


def _candidate(
    expert: Expert,
    hit: Hit,
    eligibility: Eligibility,
    why: Evidence | None,
    *,
    works: Mapping[int, Work],
    text: str,
) -> Candidate:
    return Candidate(
        expert=expert,
        score=why.score if why else hit.score,
        terms=why.terms if why else (),
        works=_work_reasons(expert, why, works),
        skills=_skill_reasons(expert, why),
        elsewhere=_elsewhere(why),
        eligibility=eligibility,
        topics=touched_topics(expert.off_limits, text),
        meaning=why.meaning if why else 0.0,
    )


def _without_words(why: Evidence, works: Mapping[int, Work]) -> Evidence:
    """What of the evidence is known to hold though the profile has changed since."""
    same = [one for one in why.works if one.work_id.isdecimal() and _title(works.get(int(one.work_id))) == one.title]
    skills = [one for one in why.profile if one.field == "skills"]
    return replace(
        why,
        terms=(),
        works=tuple(replace(one, terms=()) for one in same),
        profile=tuple(replace(one, terms=()) for one in skills),
    )


def _title(work: Work | None) -> str | None:
    return work.title if work else None


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


def _skill_reasons(expert: Expert, why: Evidence | None) -> tuple[Reason, ...]:
    """Declared skills that are declared still; a synonym or a broader term counts for the skill itself."""
    declared = {str(skill.id): skill for skill in expert.skills}
    return tuple(
        Reason(found.share, found.terms, skill=declared[found.skill_id])
        for found in (why.profile if why else ())
        if found.skill_id in declared
    )


def _elsewhere(why: Evidence | None) -> tuple[tuple[str, float], ...]:
    shares: defaultdict[str, float] = defaultdict(float)
    for found in why.profile if why else ():
        if found.field != "skills":
            shares[found.field] += found.share
    return tuple(sorted(shares.items(), key=lambda one: -one[1]))
