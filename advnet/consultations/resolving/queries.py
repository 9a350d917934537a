"""Selects of questions whose answer becomes known."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.consultations.model import OVER, RESOLVABLE, Consultation, Question
from advnet.days import day_in_japan
from advnet.permissions import Permission, require


@dataclass(frozen=True)
class DueQuestion:
    """:ivar is_overdue: its day was before today"""

    question: Question
    consultation: Consultation
    resolves_on: date
    is_overdue: bool


def has_resolvable(session: Session, *, consultation: Consultation) -> bool:
    """Whether the consultation is over and asked for a claim or a quantity."""
    if not consultation.is_over:
        return False
    query = sa.select(Question.id).where(Question.consultation_id == consultation.id, Question.kind.in_(RESOLVABLE))
    return session.scalar(query.limit(1)) is not None


def is_due(now: datetime) -> sa.ColumnElement[bool]:
    """Of a question joined with its consultation: its day has come, and nobody has said what was true."""
    return sa.and_(
        Question.kind.in_(RESOLVABLE),
        Question.outcome.is_(None),
        Question.resolves_on <= day_in_japan(now),
        Consultation.state.in_(OVER),
    )


def list_due(session: Session, *, actor: Actor, now: datetime, limit: int) -> list[DueQuestion]:
    """The questions to resolve, the longest overdue first.

    :raises Forbidden: the actor is not of the desk
    """
    require(Permission.QUESTION_RESOLVE, actor)
    query = (
        sa.select(Question, Consultation)
        .join(Consultation, Consultation.id == Question.consultation_id)
        .where(is_due(now))
        .order_by(Question.resolves_on, Question.id)
        .limit(limit)
    )
    today = day_in_japan(now)
    return [
        DueQuestion(question, consultation, question.resolves_on, question.resolves_on < today)
        for question, consultation in session.execute(query)
        if question.resolves_on is not None
    ]


def count_due(now: datetime) -> sa.Select[int]:
    """A statement that counts them."""
    return (
        sa.select(sa.func.count())
        .select_from(Question)
        .join(Consultation, Consultation.id == Question.consultation_id)
        .where(is_due(now))
    )
