"""Which judgements count in whose record, and who may see that.

What an expert said in an anonymous consultation counts in the expert's own record, which nobody else sees. For others
there is nothing of it under any name: the record of an expert that the advisor reads is made of consultations that
tell the advisor the names anyway. Of all others only figures of whole panels and fields are shown, and into those a
question enters as a whole, with the answers of at least :data:`~advnet.answers.queries.FEW` experts, or not at all.
So the difference of two figures, before and after an outcome is stated or between two fields, is never one person's.

A record counts nothing before all answers are in: until then an outcome, or a score by which it can be told, could
still change an answer. Seed questions, which may serve again, count in the expert's own record when all is settled.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.answers.kinds.estimates import BEST, HIGH, LOW, Q05, Q95
from advnet.answers.model import Answer, Contributor, ContributorIdentity
from advnet.answers.queries import FEW, SUBMITTED
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.model import ALL_IN, Consultation, ConsultationFacet, Mode, Question, QuestionKind
from advnet.experts.model import Expert
from advnet.experts.vocabulary.model import Concept
from advnet.permissions import Permission, require

NAMED = (Mode.ATTRIBUTED, Mode.NAMED_TO_ADVISOR)
"""Modes in which the advisor knows the names."""


@dataclass(frozen=True)
class Judged:
    """One answer to a question whose outcome is known.

    :ivar stated: of a claim the probability, a share; None of a quantity
    :ivar interval: of a quantity its lower and upper end; None of a claim
    :ivar sureness: of a quantity, how sure it was said that the interval holds, a share
    """

    question: Question
    consultation: Consultation
    outcome: float
    contributor_id: int
    stated: float | None = None
    interval: tuple[float, float] | None = None
    sureness: float = 0.0


def list_own(session: Session, *, actor: Actor, expert: Expert) -> list[Judged]:
    """Everything that counts for this expert, from all modes, as far as experts may know the outcomes.

    :raises Forbidden: the record is somebody else's
    """
    require(Permission.RECORD_READ_OWN, actor, expert)
    found = _judged(session, _of(session, Invitation.expert_id == expert.id, modes=tuple(Mode)))
    return [one for one in found if one.consultation.tells_outcome(one.question)]


def list_named(session: Session, *, actor: Actor, expert: Expert) -> list[Judged]:
    """What the advisor may know of this expert: from consultations in which the advisor knows the names.

    :raises Forbidden: the actor may not read records
    """
    require(Permission.RECORD_READ, actor, expert)
    return _judged(session, _of(session, Invitation.expert_id == expert.id, modes=NAMED))


def list_of_panels(session: Session, *, actor: Actor) -> list[Judged]:
    """All judgements of all panels, questions with too few answers left out whole. The token table is not read.

    :raises Forbidden: the actor may not read records
    """
    require(Permission.RECORD_COMPARE, actor)
    found = _judged(session, None)
    experts = Counter(one.question.id for one in found)
    return [one for one in found if experts[one.question.id] >= FEW]


def list_fields(session: Session, *, consultation_ids: Collection[int]) -> dict[int, list[Concept]]:
    """What each consultation is about: the concepts of its facets, in the vocabulary's order."""
    query = (
        sa.select(ConsultationFacet.consultation_id, Concept)
        .join(Concept, Concept.id == ConsultationFacet.concept_id)
        .where(ConsultationFacet.consultation_id.in_(consultation_ids))
        .order_by(Concept.position, Concept.id)
    )
    fields: dict[int, list[Concept]] = {number: [] for number in consultation_ids}
    for number, concept in session.execute(query):
        fields[number].append(concept)
    return fields


def list_by_contributor(session: Session, *, consultation: Consultation) -> dict[int, list[Judged]]:
    """Contributor of this consultation → what counts for the expert behind it, from other consultations that tell the
    advisor the names. For the weights alone; nothing where the mode is anonymous.
    """
    if consultation.mode not in NAMED:
        return {}
    here = _of(session, Invitation.consultation_id == consultation.id, modes=NAMED)
    elsewhere = _of(session, Invitation.expert_id.in_(set(here.values())), modes=NAMED)
    by_expert: dict[int, list[Judged]] = {number: [] for number in here.values()}
    for one in _judged(session, elsewhere):
        if one.consultation.id != consultation.id:
            by_expert[elsewhere[one.contributor_id]].append(one)
    return {contributor_id: by_expert[expert_id] for contributor_id, expert_id in here.items()}


def _of(session: Session, whom: sa.ColumnElement[bool], *, modes: Iterable[Mode]) -> dict[int, int]:
    """Contributor → expert, in consultations of these modes: the one place of records that reads the token table."""
    query = (
        sa.select(ContributorIdentity.contributor_id, Invitation.expert_id)
        .join(Invitation, Invitation.id == ContributorIdentity.invitation_id)
        .join(Consultation, Consultation.id == Invitation.consultation_id)
        .where(whom, Consultation.mode.in_(tuple(modes)))
    )
    found: dict[int, int] = dict(session.execute(query).all())
    return found


def _judged(session: Session, contributors: Collection[int] | None) -> list[Judged]:
    """The last word of these contributors, or of all, on every question whose outcome is known; by consultation,
    latest first, and question.
    """
    query = (
        sa.select(Answer, Question, Consultation)
        .join(Question, Question.id == Answer.question_id)
        .join(Contributor, Contributor.id == Answer.contributor_id)
        .join(Consultation, Consultation.id == Question.consultation_id)
        .where(Answer.is_latest, Contributor.state.in_(SUBMITTED))
        .where(Question.outcome.is_not(None), Consultation.state.in_(ALL_IN))
        .order_by(Consultation.id.desc(), Question.position, Answer.id)
    )
    if contributors is not None:
        query = query.where(Answer.contributor_id.in_(list(contributors)))
    rows = session.execute(query)
    return [one for answer, question, consultation in rows if (one := _judge(answer, question, consultation))]


def _judge(answer: Answer, question: Question, consultation: Consultation) -> Judged | None:
    """None where the question was asked back instead of answered."""
    values, outcome = answer.values, question.outcome
    if outcome is None:
        return None
    if question.kind == QuestionKind.PROBABILITY:
        if BEST not in values:
            return None
        return Judged(question, consultation, outcome, answer.contributor_id, stated=values[BEST] / 100)
    if Q05 in values and Q95 in values:
        interval, sureness = (values[Q05], values[Q95]), 0.9
    elif LOW in values and HIGH in values and answer.sureness_percent is not None:
        interval, sureness = (values[LOW], values[HIGH]), answer.sureness_percent / 100
    else:
        return None
    return Judged(question, consultation, outcome, answer.contributor_id, interval=interval, sureness=sureness)
