"""About one expert's invitation, declaration and answers: to the expert, and to the desk.

``values``: reference, title_ja and title_en as for consultations; times as ISO 8601.
"""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from advnet.mail.outbox import Recipient, queue


def interests_asked(
    session: Session, *, to: Recipient, invitation_id: int, respond_by: str, now: datetime, **values: Any
) -> None:
    """Asks an expert for a declaration of interests, before any material is shown.

    :param values: also deadline_at
    """
    _invitation(session, "interests_asked", to, invitation_id, respond_by, now, respond_by=respond_by, **values)


def interests_declared(
    session: Session, *, to: Recipient, invitation_id: int, declared_at: str, now: datetime, **values: Any
) -> None:
    """Tells the desk that declared interests wait for the screening; what they are is read inside."""
    _invitation(session, "interests_declared", to, invitation_id, declared_at, now, **values)


def invitation_sent(
    session: Session,
    *,
    to: Recipient,
    invitation_id: int,
    respond_by: str,
    is_accepted: bool,
    now: datetime,
    **values: Any,
) -> None:
    """Tells an expert after the screening that the invitation can be accepted or declined.

    :param is_accepted: the expert had accepted before the declaration was amended and screened again
    """
    _invitation(
        session,
        "invitation_sent",
        to,
        invitation_id,
        now.isoformat(),
        now,
        respond_by=respond_by,
        is_accepted=is_accepted,
        **values,
    )


def invitation_barred(session: Session, *, to: Recipient, invitation_id: int, now: datetime, **values: Any) -> None:
    """Tells an expert, with thanks, that the declared interests stand in the way this time; why is not mailed."""
    _invitation(session, "invitation_barred", to, invitation_id, now.isoformat(), now, **values)


def invitation_reminder(
    session: Session, *, to: Recipient, invitation_id: int, respond_by: str, now: datetime, **values: Any
) -> None:
    """Reminds an expert that a word is awaited."""
    _invitation(session, "invitation_reminder", to, invitation_id, respond_by, now, respond_by=respond_by, **values)


def answer_reminder(
    session: Session, *, to: Recipient, invitation_id: int, days: int, until: str, now: datetime, **values: Any
) -> None:
    """Reminds an accepted expert that ``days`` are left for the answer."""
    occasion = f"{days}:{until}"
    _invitation(session, "answer_reminder", to, invitation_id, occasion, now, days=days, until=until, **values)


def invitation_lapsed(session: Session, *, to: Recipient, invitation_id: int, now: datetime, **values: Any) -> None:
    """Tells an expert that the time to reply has passed and nothing is left to do."""
    _invitation(session, "invitation_lapsed", to, invitation_id, now.isoformat(), now, **values)


def invitation_withdrawn(session: Session, *, to: Recipient, invitation_id: int, now: datetime, **values: Any) -> None:
    """Tells an expert that the desk took the invitation back."""
    _invitation(session, "invitation_withdrawn", to, invitation_id, now.isoformat(), now, **values)


def consultation_opened(
    session: Session, *, to: Recipient, invitation_id: int, until: str, now: datetime, **values: Any
) -> None:
    """Tells an expert who has accepted that answers are taken from now on, until ``until``."""
    _invitation(session, "consultation_opened", to, invitation_id, now.isoformat(), now, until=until, **values)


def round_closed_feedback(
    session: Session, *, to: Recipient, invitation_id: int, round_number: int, now: datetime, **values: Any
) -> None:
    """Tells an expert whose answer is in that what a round brought can be read; none of it is mailed."""
    _invitation(
        session, "round_closed_feedback", to, invitation_id, str(round_number), now, round_number=round_number, **values
    )


def round_opened(
    session: Session, *, to: Recipient, invitation_id: int, round_number: int, until: str, now: datetime, **values: Any
) -> None:
    """Asks an accepted expert once more, until ``until``."""
    _invitation(
        session,
        "round_opened",
        to,
        invitation_id,
        str(round_number),
        now,
        round_number=round_number,
        until=until,
        **values,
    )


def deadline_extended(
    session: Session, *, to: Recipient, invitation_id: int, deadline_at: str, now: datetime, **values: Any
) -> None:
    """Tells an expert who was asked that there is more time."""
    _invitation(session, "deadline_extended", to, invitation_id, deadline_at, now, deadline_at=deadline_at, **values)


def extension_requested(
    session: Session, *, to: Recipient, invitation_id: int, until: str, now: datetime, **values: Any
) -> None:
    """Tells the desk that an expert asks for more time."""
    _invitation(session, "extension_requested", to, invitation_id, now.isoformat(), now, until=until, **values)


def extension_decided(
    session: Session, *, to: Recipient, invitation_id: int, until: str, now: datetime, **values: Any
) -> None:
    """Tells an expert whether there is more time; ``until`` is the deadline that holds now.

    :param values: also is_granted
    """
    _invitation(session, "extension_decided", to, invitation_id, now.isoformat(), now, until=until, **values)


def answers_received(
    session: Session,
    *,
    to: Recipient,
    invitation_id: int,
    answer_reference: str,
    until: str,
    now: datetime,
    **values: Any,
) -> None:
    """Acknowledges an expert's answers, with the reference to quote and until when they may be revised."""
    _invitation(
        session,
        "answers_received",
        to,
        invitation_id,
        now.isoformat(),
        now,
        answer_reference=answer_reference,
        until=until,
        **values,
    )


def _invitation(
    session: Session, message: str, to: Recipient, invitation_id: int, occasion: str, now: datetime, **values: Any
) -> None:
    reader = sha256(to.email.encode()).hexdigest()[:16]  # an address may be longer than a key
    key = f"{message}:{invitation_id}:{occasion}:{reader}"
    queue(session, message=message, to=to, key=key, invitation_id=invitation_id, now=now, **values)
