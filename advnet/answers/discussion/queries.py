"""Selects of remarks: threads as a reader of the consultation's mode may know who speaks."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from advnet.accounts.model import Actor
from advnet.answers.discussion.model import Remark
from advnet.answers.model import Contributor
from advnet.answers.queries import Label, get_invitation_to_answer, labels_for
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.model import Consultation, Question
from advnet.errors import NotFound
from advnet.text import letters_of


@dataclass(frozen=True)
class Spoken:
    """:ivar letter: of the speaker in all threads of this consultation; empty for the facilitator
    :ivar label: with a name where the mode lets this reader know it; else None
    :ivar reply_to: place of the remark that it answers
    """

    remark: Remark
    letter: str
    label: Label | None
    is_own: bool
    reply_to: int | None


@dataclass(frozen=True)
class Thread:
    question: Question
    remarks: tuple[Spoken, ...]


def get_invitation_in_discussion(session: Session, invitation_id: int, *, actor: Actor) -> Invitation:
    """The actor's own invitation to a consultation with discussion, when feedback may be read.

    :raises NotFound: none such for this actor
    """
    invitation = get_invitation_to_answer(session, invitation_id, actor=actor)
    if not (invitation.shows_feedback and invitation.consultation.has_discussion):
        raise NotFound()
    return invitation


def list_threads(
    session: Session, *, actor: Actor, consultation: Consultation, own: Contributor | None = None
) -> list[Thread]:
    """The thread of every question, in order. Whether the actor may read them, the caller has asked the table.

    :param consultation: loaded with its questions
    :param own: the reader's pseudonym
    """
    query = (
        sa.select(Remark)
        .where(Remark.question_id.in_([question.id for question in consultation.questions]))
        .options(joinedload(Remark.contributor))
        .order_by(Remark.question_id, Remark.place)
    )
    remarks = session.scalars(query).all()
    speakers = {one.contributor_id: one.contributor for one in remarks if one.contributor is not None}
    labels = labels_for(session, actor=actor, consultation=consultation, contributors=list(speakers.values()))
    places = {one.id: one.place for one in remarks}
    return [Thread(question, _spoken(question, remarks, labels, places, own)) for question in consultation.questions]


def _spoken(
    question: Question,
    remarks: Sequence[Remark],
    labels: dict[int, Label],
    places: dict[int, int],
    own: Contributor | None,
) -> tuple[Spoken, ...]:
    return tuple(
        Spoken(
            one,
            letters_of((one.contributor.voice or 1) - 1) if one.contributor else "",
            _named(labels.get(one.contributor_id)) if one.contributor_id is not None else None,
            own is not None and one.contributor_id == own.id,
            places[one.reply_to_id] if one.reply_to_id is not None else None,
        )
        for one in remarks
        if one.question_id == question.id
    )


def _named(label: Label | None) -> Label | None:
    return label if label is not None and label.is_named else None
