"""What a move of the consultation means for those who were invited to it: they are told, or nothing more is asked.

Calls come from the consultation's moves, which hold its row locked and have asked for the permission.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.consultations.invitations.model import KNOWN_TO_EXPERT, Invitation, answer_until
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.moves import arrive, expert_recipient
from advnet.consultations.invitations.queries import with_people
from advnet.consultations.invitations.reminders import schedule_answer_reminders
from advnet.consultations.marking import mail_values
from advnet.consultations.model import Consultation
from advnet.mail.messages import invitations as messages
from advnet.mail.messages.consultations import consultation_cancelled


def tell_opened(session: Session, *, consultation: Consultation, now: datetime) -> None:
    """Every expert who has accepted is told by mail that answers are taken, and until when."""
    for invitation in _list(session, consultation, (State.ACCEPTED,)):
        to = expert_recipient(session, invitation)
        if to is not None:
            messages.consultation_opened(
                session,
                to=to,
                invitation_id=invitation.id,
                until=answer_until(invitation).isoformat(),
                now=now,
                **mail_values(consultation),
            )


def tell_round_closed(session: Session, *, consultation: Consultation, now: datetime) -> None:
    """Every expert whose answer is in is told by mail that what the round brought can be read."""
    for invitation in _list(session, consultation, (State.ACCEPTED,)):
        to = expert_recipient(session, invitation)
        if to is not None and invitation.has_answered:
            messages.round_closed_feedback(
                session,
                to=to,
                invitation_id=invitation.id,
                round_number=consultation.round_number or 0,
                now=now,
                **mail_values(consultation),
            )


def tell_round_opened(session: Session, *, consultation: Consultation, now: datetime) -> None:
    """Every expert who has accepted is told by mail until when the round lasts, and reminded before its end."""
    for invitation in _list(session, consultation, (State.ACCEPTED,)):
        schedule_answer_reminders(session, invitation=invitation, now=now)
        to = expert_recipient(session, invitation)
        if to is not None:
            messages.round_opened(
                session,
                to=to,
                invitation_id=invitation.id,
                round_number=consultation.round_number or 0,
                until=answer_until(invitation).isoformat(),
                now=now,
                **mail_values(consultation),
            )


def tell_deadline(session: Session, *, consultation: Consultation, now: datetime) -> None:
    """Every expert who knows of the consultation is told of its deadline, but not who has more time than that."""
    for invitation in _list(session, consultation, KNOWN_TO_EXPERT):
        to, deadline_at = expert_recipient(session, invitation), answer_until(invitation)
        if to is not None and deadline_at == consultation.deadline_at:
            messages.deadline_extended(
                session,
                to=to,
                invitation_id=invitation.id,
                deadline_at=deadline_at.isoformat(),
                now=now,
                **mail_values(consultation),
            )


def end_invitations(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """The consultation is cancelled: whoever knew of it is told by mail, and whom a reply was asked is asked no more.

    Who has accepted stays accepted, whether an answer came or not: an answer that was given stays readable to who gave
    it, and to tell the two apart would tell who has answered.
    """
    standing = (State.PROPOSED, *KNOWN_TO_EXPERT)
    for invitation in _list(session, consultation, standing):
        session.refresh(invitation, ["state", "responded_at"], with_for_update=True)
        to = expert_recipient(session, invitation) if invitation.is_known else None
        if invitation.state in standing and invitation.responded_at is None:
            arrive(session, actor=actor, invitation=invitation, target=State.WITHDRAWN, event="withdrawn", now=now)
        if to is not None:
            consultation_cancelled(
                session,
                to=to,
                consultation_id=consultation.id,
                invitation_id=invitation.id,
                reason="",
                now=now,
                **mail_values(consultation),
            )


def _list(session: Session, consultation: Consultation, states: Collection[State]) -> list[Invitation]:
    query = (
        sa.select(Invitation)
        .where(Invitation.consultation_id == consultation.id, Invitation.state.in_(states))
        .options(*with_people())
        .order_by(Invitation.id)
    )
    return list(session.scalars(query))
