"""Selects of items. Nobody but their author reads them in round 0; afterwards the desk does, without authors."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.answers.items.model import Item
from advnet.answers.model import Contributor
from advnet.consultations.model import Consultation, Question
from advnet.errors import NotFound
from advnet.permissions import Permission, require


def get_item(session: Session, item_id: int, *, consultation_id: int) -> Item:
    """An item that was named for this consultation; for services, which ask for the permission.

    :raises NotFound: there is none
    """
    query = (
        sa.select(Item)
        .join(Question, Question.id == Item.question_id)
        .where(Item.id == item_id, Question.consultation_id == consultation_id)
    )
    item = session.scalar(query)
    if item is None:
        raise NotFound()
    return item


def list_own(session: Session, *, contributor: Contributor) -> Sequence[Item]:
    """What this contributor has named, in no order that tells anything; for the expert's own page."""
    return session.scalars(sa.select(Item).where(Item.contributor_id == contributor.id).order_by(Item.id)).all()


def list_items(session: Session, *, actor: Actor, consultation: Consultation) -> Sequence[Item]:
    """Everything that was named, in the random order of the numbers, without authors.

    :raises Forbidden: the actor does not sort items, or round 0 is still open
    """
    require(Permission.ITEM_SORT, actor, consultation)
    query = (
        sa.select(Item)
        .join(Question, Question.id == Item.question_id)
        .where(Question.consultation_id == consultation.id)
        .order_by(Question.position, Item.id)
    )
    return session.scalars(query).all()
