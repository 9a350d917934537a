"""Saying what was true, and whether records weigh the answers.

An outcome is stated once. What was stated wrongly is corrected by a move with a reason, of which the audit log keeps
both figures: records and weights follow from it, so that nobody should be able to change it without a trace.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.audit.service import record
from advnet.consultations.model import Consultation, ConsultationState, Mode, Question, QuestionKind
from advnet.consultations.moves import lock, stated
from advnet.errors import Invalid, NotFound, WrongState, msgid
from advnet.permissions import Permission, require

LONGEST_SOURCE = 1000
WEIGHED_IN = (ConsultationState.CLOSED, ConsultationState.SYNTHESIS, ConsultationState.REVIEW)
"""When advice is issued its figures stand."""


def resolve_question(
    session: Session,
    *,
    actor: Actor,
    consultation: Consultation,
    position: int,
    outcome: float | None,
    source: str,
    now: datetime,
    reason: str = "",
) -> Question:
    """It is known what was true; once stated, another outcome or source is a correction and needs a reason.

    :param consultation: loaded with its questions
    :param outcome: of a claim 1 or 0, of a quantity its value in the unit asked for
    :param source: who or what tells, as the rule of the question says
    :raises WrongState: the consultation has not been closed: a known outcome would answer the question
    :raises NotFound: no claim or quantity has this position
    :raises Invalid: outcome, source or reason is missing or impossible
    """
    lock(session, consultation)
    require(Permission.QUESTION_RESOLVE, actor, consultation)
    if not consultation.is_over:
        raise WrongState(msgid("What was true is stated when the consultation is closed."))
    question = get_resolvable(consultation, position)
    session.refresh(question, ("outcome", "outcome_source"), with_for_update=True)
    value, source = _checked(question, outcome), _checked_source(source)
    former = question.outcome
    why = stated(reason) if former is not None else None
    if (former, question.outcome_source) == (value, source):
        raise Invalid(msgid("This is what stands already."), field="outcome")
    question.outcome, question.outcome_source = value, source
    question.resolved_at, question.resolved_by_id = now, actor.user_id
    if former is None:
        detail = {"question": position, "outcome": value}
        record(
            session, actor=actor, event="consultation:question-resolved", subject=consultation, detail=detail, now=now
        )
    else:
        detail = {"question": position, "from": former, "to": value}
        record(
            session,
            actor=actor,
            event="consultation:outcome-corrected",
            subject=consultation,
            reason=why,
            detail=detail,
            now=now,
        )
    return question


def weigh_by_record(
    session: Session, *, actor: Actor, consultation: Consultation, position: int, uses_record: bool, now: datetime
) -> Question:
    """The experts' track records weigh their answers to this question, or no longer do.

    Not where the mode is anonymous. Who reads answers and pooled figures of several questions can work out the weights
    that lead from the ones to the others, and a weight is a record: it would tell whose the answers are. There, answers
    can be weighed by the seed questions of the same consultation (Cooke's model), which need no names.

    :param consultation: loaded with its questions
    :raises WrongState: it is open, or its advice has been issued
    :raises NotFound: no claim or quantity has this position
    :raises Invalid: the mode is anonymous
    """
    lock(session, consultation)
    require(Permission.QUESTION_WEIGH, actor, consultation)
    if consultation.state not in WEIGHED_IN:
        raise WrongState()
    question = get_resolvable(consultation, position)
    if uses_record and consultation.mode == Mode.ANONYMOUS:
        raise Invalid(
            msgid("In anonymous mode answers are not weighed by record: the weights would tell whose they are.")
        )
    if question.uses_record != uses_record:
        question.uses_record = uses_record
        detail = {"question": position, "uses_record": uses_record}
        record(
            session, actor=actor, event="consultation:weighing-changed", subject=consultation, detail=detail, now=now
        )
    return question


def get_resolvable(consultation: Consultation, position: int) -> Question:
    """The claim or quantity at this position.

    :raises NotFound: there is none
    """
    for question in consultation.questions:
        if question.position == position and question.is_resolvable:
            return question
    raise NotFound()


def _checked(question: Question, outcome: float | None) -> float:
    if outcome is None:
        raise Invalid(msgid("Say what was true."), field="outcome")
    if question.kind == QuestionKind.PROBABILITY and outcome not in (0, 1):
        raise Invalid(msgid("Say whether the claim came true."), field="outcome")
    low, high = question.settings.get("minimum"), question.settings.get("maximum")
    if (low is not None and outcome < low) or (high is not None and outcome > high):
        raise Invalid(msgid("It lies outside what was given as possible."), field="outcome")
    return float(outcome)


def _checked_source(source: str) -> str:
    source = source.strip()
    if not source:
        raise Invalid(msgid("Say where this is known from."), field="source")
    if len(source) > LONGEST_SOURCE:
        raise Invalid(msgid("Use at most %(maximum)s characters."), field="source", maximum=LONGEST_SOURCE)
    return source
