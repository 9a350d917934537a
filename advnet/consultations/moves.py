"""Making a move: both ends of it, the same for every move of ``states.py``."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.audit.service import record
from advnet.consultations.model import Consultation
from advnet.consultations.states import MOVES, Arrow, Move
from advnet.errors import Invalid, WrongState, msgid
from advnet.permissions import require

LONGEST_REASON = 2000

LOCKED = (
    "state",
    "version",
    "deadline_at",
    "requester_id",
    "planned_rounds",
    "round_number",
    "is_between_rounds",
)
"""Columns that decide about moves."""


def begin(session: Session, *, actor: Actor, consultation: Consultation, move: Move) -> Arrow:
    """The arrow of the move; the row is locked and its state is the present one, so that of two moves one wins.

    :raises Forbidden: the actor may not make this move
    :raises WrongState: the present state does not allow it
    """
    arrow = MOVES[move]
    lock(session, consultation)
    require(arrow.permission, actor, consultation)
    if consultation.state not in arrow.sources:
        raise WrongState()
    return arrow


def lock(session: Session, consultation: Consultation) -> None:
    """Nobody else changes the row until this transaction ends; what decides about moves is read afresh."""
    session.flush()
    session.refresh(consultation, LOCKED, with_for_update=True)


def arrive(
    session: Session,
    *,
    actor: Actor,
    consultation: Consultation,
    arrow: Arrow,
    now: datetime,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """The consultation is in the arrow's target since ``now``, and the audit log says so."""
    source = str(consultation.state)
    consultation.state, consultation.state_changed_at = arrow.target, now
    consultation.state_reason = reason or ""
    facts = {"from": source, "to": str(arrow.target), **(detail or {})}
    record(session, actor=actor, event=arrow.event, subject=consultation, reason=reason, detail=facts, now=now)


def stated(reason: str) -> str:
    """The reason without white space around it.

    :raises Invalid: it is empty or too long
    """
    reason = reason.strip()
    if not reason:
        raise Invalid(msgid("Give a reason."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid(msgid("Use at most %(maximum)s characters."), field="reason", maximum=LONGEST_REASON)
    return reason
