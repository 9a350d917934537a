"""To who holds an account, or is to hold one."""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.mail.outbox import Recipient, queue


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
