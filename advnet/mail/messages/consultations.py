"""About a consultation: to its requester, the desk, the experts who are asked.

``reference``, ``title_ja`` and ``title_en`` come from ``consultations.marking.mail_values``: titles are empty where the
marking keeps them inside.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.mail.outbox import Recipient, queue


def request_received(
    session: Session, *, to: Recipient, consultation_id: int, user_id: int, filed_at: str, now: datetime, **values: Any
) -> None:
    """Tells the desk that a requester filed a request (or filed it again).

    :param values: reference, title_ja, title_en, deadline_at
    """
    queue(
        session,
        message="request_received",
        to=to,
        key=f"consultation:{consultation_id}:filed:{filed_at}:{user_id}",
        consultation_id=consultation_id,
        now=now,
        **values,
    )


def consultation_returned(
    session: Session, *, to: Recipient, consultation_id: int, reason: str, now: datetime, **values: Any
) -> None:
    """Tells who wrote it that something is missing; ``reason`` is empty where the marking keeps it inside."""
    _verdict(session, "consultation_returned", to, consultation_id, reason, now, values)


def consultation_declined(
    session: Session, *, to: Recipient, consultation_id: int, reason: str, now: datetime, **values: Any
) -> None:
    """Tells who wrote it that it will not be asked."""
    _verdict(session, "consultation_declined", to, consultation_id, reason, now, values)


def consultation_merged(
    session: Session, *, to: Recipient, consultation_id: int, reason: str, now: datetime, **values: Any
) -> None:
    """Tells who wrote it that it is treated together with another one, which is not named."""
    _verdict(session, "consultation_merged", to, consultation_id, reason, now, values)


def consultation_cancelled(
    session: Session,
    *,
    to: Recipient,
    consultation_id: int,
    invitation_id: int | None,
    reason: str,
    now: datetime,
    **values: Any,
) -> None:
    """Tells the requester and everybody who was asked that there is nothing left to do.

    :param invitation_id: the expert's own, whose page is then the one to open; None for the requester
    """
    values = {**values, "invitation_id": invitation_id}
    _verdict(session, "consultation_cancelled", to, consultation_id, reason, now, values)


def _verdict(
    session: Session,
    message: str,
    to: Recipient,
    consultation_id: int,
    reason: str,
    now: datetime,
    values: dict[str, Any],
) -> None:
    queue(
        session,
        message=message,
        to=to,
        key=f"{message}:{consultation_id}:{now.isoformat()}:{to.email}",
        consultation_id=consultation_id,
        reason=reason,
        now=now,
        **values,
    )
