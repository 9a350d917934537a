"""Selects of rounds."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.consultations.invitations.model import Invitation, InvitationState
from advnet.consultations.model import Consultation
from advnet.consultations.rounds.model import Round


def find_round(session: Session, *, consultation_id: int, number: int) -> Round | None:
    """The round with this number, when it was opened."""
    return session.scalar(sa.select(Round).where(Round.consultation_id == consultation_id, Round.number == number))


def list_rounds(session: Session, *, consultation_id: int) -> list[Round]:
    """Every round that was opened, in order."""
    query = sa.select(Round).where(Round.consultation_id == consultation_id).order_by(Round.number)
    return list(session.scalars(query))


def round_ends_at(session: Session, *, consultation: Consultation) -> datetime:
    """When the last of those who may still answer in the open round must have done so.

    What a round brought is shown to all at once, so it lasts until the longest extension that was granted.
    """
    deadline_at = consultation.deadline_at
    if deadline_at is None:
        raise ValueError("A round that is open has a deadline")
    granted = session.scalar(
        sa.select(sa.func.max(Invitation.extended_until)).where(
            Invitation.consultation_id == consultation.id, Invitation.state == InvitationState.ACCEPTED
        )
    )
    return max(deadline_at, granted or deadline_at)
