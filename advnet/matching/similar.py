"""More like this: experts whose works, skills and biography say what those of a given expert say.

The expert's own profile is the question, so that what makes two people alike is explained as every match is. It is cut
to what a long question may cost: the declared skills, the latest works, the beginning of the biography.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.consultations.model import Consultation
from advnet.experts.model import Expert
from advnet.matching.candidates import CandidateList, judge_hits, without
from advnet.matching.eligibility import judge_experts
from advnet.matching.explanation import explain
from advnet.matching.topics import as_asked
from advnet.permissions import Permission, require
from advnet.search import ExpertIndex, IndexUnusable, MatchQuestion

LIMIT = 10
MOST_LOOKED_AT = 500
"""Of those found; who is alike stands among the first."""

LATEST_WORKS = 12
_LONGEST_ABSTRACT = 400
_LONGEST_BIOGRAPHY = 1_000


def find_similar_experts(
    session: Session,
    index: ExpertIndex,
    *,
    actor: Actor,
    expert: Expert,
    consultation: Consultation | None = None,
    limit: int = LIMIT,
    now: datetime,
) -> CandidateList:
    """Others like the expert, best first, as candidates: who may be asked now and who is on the panel already; nobody
    when the expert has left the Network or withdrawn consent.

    :param expert: loaded as :func:`advnet.experts.queries.get_expert` loads it for this actor
    :param consultation: for which they would be asked, None when for none in particular
    """
    require(Permission.EXPERT_SEARCH, actor)
    require(Permission.EXPERT_READ, actor, expert)
    if consultation is not None:
        require(Permission.CONSULTATION_FIND_EXPERTS, actor, consultation)
    if not judge_experts(session, [expert.id], consultation=consultation, now=now)[expert.id].may_be_named:
        return CandidateList()
    question = as_asked(session, question=question_from(expert), now=now)
    try:
        with index.matching(question) as matching:
            others = [hit for hit in matching.hits[:MOST_LOOKED_AT] if hit.expert_id != str(expert.id)]
            chosen, _passed_over = judge_hits(session, others, consultation=consultation, limit=limit, now=now)
            evidence = matching.explain(hit for hit, _ in chosen)
            goes_without = without(matching)
    except IndexUnusable:
        return CandidateList(is_index_usable=False)
    explained = explain(session, evidence, question=question, chosen=chosen, reached=matching.reached)
    return CandidateList(candidates=explained, goes_without=goes_without)


def question_from(expert: Expert) -> MatchQuestion:
    """What the expert knows, as a question: the labels of the skills as its title."""
    labels = [label for skill in expert.skills for label in (skill.concept.label_en, skill.concept.label_ja) if label]
    works = sorted(expert.works, key=lambda work: (-(work.year or 0), work.id))[:LATEST_WORKS]
    texts = [f"{work.title}\n{work.abstract[:_LONGEST_ABSTRACT]}" for work in works]
    biographies = [one[:_LONGEST_BIOGRAPHY] for one in (expert.biography_en, expert.biography_ja) if one]
    return MatchQuestion(title="\n".join(labels), text="\n".join([*texts, *biographies]))
