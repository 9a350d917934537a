"""Every mail that advnet sends: one function here, one folder under ``templates/mail/``.

A function queues the mail in the transaction of the change that causes it; the worker renders and sends it. Arguments
are plain JSON-ready values: ids for the links, titles, times as ISO 8601 strings; never text of answers or advice, and
of a consultation no more than its marking lets the reader of a mailbox see.
"""

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


def confirm_email(session: Session, *, to: Recipient, token_id: int, secret: str, hours: int, now: datetime) -> None:
    """The link that confirms an address after registration."""
    queue(session, message="confirm_email", to=to, key=f"token:{token_id}", secret=secret, hours=hours, now=now)


def account_exists(session: Session, *, to: Recipient, attempt: str, now: datetime) -> None:
    """Somebody registered with an address that has an account; the page does not tell, the mailbox is told."""
    queue(session, message="account_exists", to=to, key=f"account-exists:{attempt}", now=now)


def reset_password(session: Session, *, to: Recipient, token_id: int, secret: str, hours: int, now: datetime) -> None:
    """The link that sets a new password."""
    queue(session, message="reset_password", to=to, key=f"token:{token_id}", secret=secret, hours=hours, now=now)


def password_changed(session: Session, *, to: Recipient, user_id: int, now: datetime) -> None:
    """Tells that the password was changed, so that a stranger's change is noticed."""
    queue(session, message="password_changed", to=to, key=f"password:{user_id}:{now.isoformat()}", now=now)


def staff_invitation(
    session: Session, *, to: Recipient, token_id: int, secret: str, hours: int, roles: list[str], now: datetime
) -> None:
    """The link with which a member of staff sets a password and joins."""
    queue(
        session,
        message="staff_invitation",
        to=to,
        key=f"token:{token_id}",
        secret=secret,
        hours=hours,
        roles=roles,
        now=now,
    )
