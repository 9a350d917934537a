"""Queueing a mail in the transaction of the change that causes it; the worker renders and sends it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import User
from advnet.jobs.service import enqueue


@dataclass(frozen=True)
class Recipient:
    """Where a mail goes and in which language and time zone it speaks."""

    email: str
    name: str
    language: str
    timezone: str


def to_user(user: User) -> Recipient:
    return Recipient(user.email, user.name, user.language, user.timezone)


def queue(
    session: Session,
    *,
    message: str,
    to: Recipient,
    key: str,
    now: datetime,
    run_at: datetime | None = None,
    **values: Any,
) -> None:
    """Queue ``message`` (a folder of ``templates/mail``) once for this ``key``."""
    payload = {"message": message, "to": asdict(to), "values": values, "key": key}
    enqueue(session, kind="mail:send", key=f"mail:{key}", payload=payload, now=now, run_at=run_at)
