"""The answers that figures are made of, in few columns: a consultation of 500 experts and 50 questions has 25,000."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from advnet.accounts.model import Actor
from advnet.answers.model import Answer, Contributor
from advnet.answers.queries import SUBMITTED, Label, labels_for, through_round
from advnet.consultations.model import Consultation
from advnet.permissions import Permission, require


class Given(NamedTuple):
    """One contributor's last word on a question in a round. A tuple: there may be many, and they are made fastest.

    :ivar contributor_id: ties the rounds and the questions of one consultation together, and nothing else
    :ivar choices: of a ranking from the first
    :ivar values: as ``kinds`` shapes them
    """

    question_id: int
    round_number: int
    contributor_id: int
    choices: tuple[str, ...]
    values: Mapping[str, Any]
    sureness_percent: int | None = None


def list_given(
    session: Session, *, actor: Actor, consultation: Consultation, question_ids: Collection[int] | None = None
) -> list[Given]:
    """What was submitted in each round that this actor may read, by contributors' numbers.

    :param question_ids: of these questions alone; all of them when left out
    :raises Forbidden: the actor may not read answers, or not yet
    """
    require(Permission.ANSWER_READ, actor, consultation)
    query = (
        sa.select(
            Answer.question_id,
            Answer.round_number,
            Answer.contributor_id,
            Answer.choices,
            Answer.values,
            Answer.sureness_percent,
        )
        .join(Answer.contributor)
        .where(Contributor.consultation_id == consultation.id, Contributor.state.in_(SUBMITTED))
        .where(Answer.is_last_of_round, Answer.round_number >= 1)
        .order_by(Contributor.number, Answer.round_number)
    )
    through = through_round(consultation, actor=actor)
    if through is not None:
        query = query.where(Answer.round_number <= through)
    if question_ids is not None:
        query = query.where(Answer.question_id.in_(question_ids))
    return [
        Given(question_id, number, contributor_id, tuple(choices), values, sureness)
        for question_id, number, contributor_id, choices, values, sureness in session.execute(query)
    ]


def list_labels(session: Session, *, actor: Actor, consultation: Consultation) -> dict[int, Label]:
    """Contributor → how this actor may call them."""
    require(Permission.ANSWER_READ, actor, consultation)
    query = (
        sa.select(Contributor)
        .where(Contributor.consultation_id == consultation.id, Contributor.state.in_(SUBMITTED))
        .options(defer(Contributor.draft))
        .order_by(Contributor.number)
    )
    contributors = list(session.scalars(query))
    return labels_for(session, actor=actor, consultation=consultation, contributors=contributors)
