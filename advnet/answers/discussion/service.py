"""What experts say to each other between rounds, and the facilitator with them.

Nothing here is logged when an expert speaks: an entry would tie a moment and a person to a place in a thread. What the
log keeps is that the facilitator hid a remark, and why; not which.
"""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.answers.discussion.model import Remark
from advnet.answers.drafts import guess_language
from advnet.answers.model import Contributor
from advnet.answers.service import open_contributor
from advnet.audit.service import record
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.model import Consultation, ConsultationState, Question
from advnet.db import serialise
from advnet.errors import Invalid, NotFound, WrongState, msgid
from advnet.permissions import Permission, require

LONGEST_REMARK = 3_000
LONGEST_HIDDEN_REASON = 300
MOST_REMARKS = 300
"""In one thread: more is no discussion that a reader could follow."""
MOST_OF_ONE = 20
"""Of one expert in one thread after one round, so that nobody fills it alone."""


class NotBetweenRounds(WrongState):
    message = msgid("Remarks are made between rounds. What was said can still be read.")


def add_remark(
    session: Session, *, actor: Actor, invitation: Invitation, position: int, text: str, reply_to: int | None = None
) -> Remark:
    """The expert's remark stands at the end of the question's thread, under the expert's letter or name.

    :param invitation: as ``get_invitation_to_answer`` loads it
    :param position: of the question
    :param reply_to: place of the remark in the same thread that it answers
    :raises NotBetweenRounds: a round is open, or the consultation is closed
    :raises Invalid: empty, too long, the thread is full, or it answers a remark that is not there
    """
    require(Permission.DISCUSSION_JOIN, actor, invitation)
    contributor = open_contributor(session, invitation=invitation)
    if contributor.voice is None:
        contributor.voice = _draw_voice(session, consultation_id=invitation.consultation_id)
    return _add(session, invitation.consultation, position, text, reply_to, contributor)


def add_facilitator_remark(
    session: Session, *, actor: Actor, consultation: Consultation, position: int, text: str, reply_to: int | None = None
) -> Remark:
    """The desk's remark stands at the end of the question's thread as the facilitator's.

    :param consultation: loaded with its questions
    :raises DomainError: as :func:`add_remark`
    """
    require(Permission.DISCUSSION_LEAD, actor, consultation)
    return _add(session, consultation, position, text, reply_to, None)


def hide_remark(
    session: Session,
    *,
    actor: Actor,
    consultation: Consultation,
    position: int,
    place: int,
    reason: str,
    now: datetime,
) -> None:
    """The remark's words are out of sight for experts; they read that it was hidden, and why.

    :raises NotFound: there is no such remark
    :raises Invalid: no reason, or too long a one
    """
    require(Permission.DISCUSSION_LEAD, actor, consultation)
    question = _question(consultation, position)
    reason = reason.strip()
    if not reason:
        raise Invalid(msgid("Give a reason."), field="reason")
    if len(reason) > LONGEST_HIDDEN_REASON:
        raise Invalid(msgid("Use at most %(maximum)s characters."), field="reason", maximum=LONGEST_HIDDEN_REASON)
    remark = _find(session, question, place)
    if remark is None:
        raise NotFound()
    remark.hidden_reason = reason
    session.flush()
    detail = {"question": position}
    record(session, actor=actor, event="consultation:remark-hidden", subject=consultation, detail=detail, now=now)


def is_discussing(consultation: Consultation) -> bool:
    """Remarks are taken at this moment."""
    is_open = consultation.state == ConsultationState.OPEN
    return (
        consultation.has_discussion and is_open and consultation.is_between_rounds and bool(consultation.round_number)
    )


def _add(
    session: Session,
    consultation: Consultation,
    position: int,
    text: str,
    reply_to: int | None,
    contributor: Contributor | None,
) -> Remark:
    question, text = _question(consultation, position), text.strip()
    serialise(session, f"thread of question {question.id}")
    session.refresh(consultation, ["state", "round_number", "is_between_rounds"])
    if not is_discussing(consultation):
        raise NotBetweenRounds()
    if not text:
        raise Invalid(msgid("Write a remark."), field="text")
    if len(text) > LONGEST_REMARK:
        raise Invalid(msgid("Use at most %(maximum)s characters."), field="text", maximum=LONGEST_REMARK)
    answered = _find(session, question, reply_to) if reply_to is not None else None
    if reply_to is not None and answered is None:
        raise Invalid(msgid("The remark that you answer is not there."), field="reply_to")
    last = session.scalar(sa.select(sa.func.max(Remark.place)).where(Remark.question_id == question.id)) or 0
    if last >= MOST_REMARKS:
        raise Invalid(msgid("This thread is full: %(maximum)s remarks are the most."), maximum=MOST_REMARKS)
    if contributor is not None:
        own = sa.select(sa.func.count()).where(
            Remark.question_id == question.id,
            Remark.contributor_id == contributor.id,
            Remark.round_number == consultation.round_number,
        )
        if (session.scalar(own) or 0) >= MOST_OF_ONE:
            raise Invalid(
                msgid("You have made %(maximum)s remarks here, which is the most: let the others speak."),
                field="text",
                maximum=MOST_OF_ONE,
            )
    remark = Remark(
        question_id=question.id,
        contributor_id=contributor.id if contributor else None,
        round_number=consultation.round_number,
        place=last + 1,
        reply_to_id=answered.id if answered else None,
        language=guess_language(text),
        text=text,
    )
    session.add(remark)
    session.flush()
    return remark


def _question(consultation: Consultation, position: int) -> Question:
    for question in consultation.questions:
        if question.position == position:
            return question
    raise NotFound()


def _find(session: Session, question: Question, place: int) -> Remark | None:
    return session.scalar(sa.select(Remark).where(Remark.question_id == question.id, Remark.place == place))


def _draw_voice(session: Session, *, consultation_id: int) -> int:
    """A letter's place that is free, drawn so that it tells nothing of who spoke first, nor of the number in the
    brief."""
    serialise(session, f"contributors of {consultation_id}")
    query = sa.select(Contributor.voice).where(
        Contributor.consultation_id == consultation_id, Contributor.voice.is_not(None)
    )
    taken = set(session.scalars(query))
    size = 26
    while len(taken) >= size // 2:
        size *= 2
    return secrets.choice([place for place in range(1, size + 1) if place not in taken])
