"""To an applicant."""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.mail.outbox import Recipient, queue


def registration_received(session: Session, *, to: Recipient, registration_id: int, due_on: str, now: datetime) -> None:
    """Acknowledges a submission or a reply, and says by when a decision is meant to be made (``due_on``, ISO date)."""
    key = f"registration:{registration_id}:received:{now.isoformat()}"
    queue(session, message="registration_received", to=to, key=key, due_on=due_on, now=now)


def more_asked(session: Session, *, to: Recipient, registration_id: int, question: str, now: datetime) -> None:
    """What the administrator needs from the applicant before a decision."""
    key = f"registration:{registration_id}:more-asked:{now.isoformat()}"
    queue(session, message="more_asked", to=to, key=key, question=question, now=now)


def registration_approved(session: Session, *, to: Recipient, registration_id: int, now: datetime) -> None:
    """Welcomes the new expert and says what happens next."""
    key = f"registration:{registration_id}:approved:{now.isoformat()}"
    queue(session, message="registration_approved", to=to, key=key, now=now)


def registration_rejected(
    session: Session, *, to: Recipient, registration_id: int, reason_code: str, reason: str, now: datetime
) -> None:
    """The refusal with its reason: the sentence of ``reason_code``, then the administrator's own words, if any."""
    key = f"registration:{registration_id}:rejected:{now.isoformat()}"
    queue(session, message="registration_rejected", to=to, key=key, reason_code=reason_code, reason=reason, now=now)


def decision_undone(session: Session, *, to: Recipient, registration_id: int, reason: str, now: datetime) -> None:
    """Tells that a decision on the registration was taken back and why."""
    key = f"registration:{registration_id}:undone:{now.isoformat()}"
    queue(session, message="decision_undone", to=to, key=key, reason=reason, now=now)
