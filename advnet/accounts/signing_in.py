"""Signing in and out, and how guessing is slowed down.

Refused attempts are rows in the database, so that every web process counts the same. After :data:`FREE_FAILURES` within
:data:`WINDOW` an *account* waits, twice as long with each further one up to :data:`LONGEST_WAIT`; an *address* has its
own, wider allowance, so that one host cannot try many accounts. While it waits even the right password is refused, with
the time to wait; after a right one the account's count starts anew. (NIST SP 800-63B-4, section 3.2.2.)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts import passwords, queries
from advnet.accounts.model import AccountState, Actor, FailedSignIn, LoginSession, User, email_key
from advnet.accounts.secrets import digest, new_secret
from advnet.audit.service import record
from advnet.errors import DomainError, msgid

WINDOW = timedelta(hours=1)
FREE_FAILURES = 5
FREE_FAILURES_PER_ADDRESS = 50
LONGEST_WAIT = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(hours=12)


class SignInRefused(DomainError):
    message = msgid("The e-mail address or the password is wrong.")


class EmailUnconfirmed(DomainError):
    message = msgid("Your e-mail address is not confirmed yet. We have sent you a new link: open it, then sign in.")


class TooManyAttempts(DomainError):
    message = msgid("Too many attempts. Try again in %(minutes)s minutes, or set a new password.")


@dataclass(frozen=True)
class SignedInSession:
    """A new login session and the token for the cookie."""

    token: str
    login: LoginSession


def sign_in(
    session: Session, *, email: str, password: str, address: str, browser: str, now: datetime
) -> SignedInSession:
    """A login session is open, for at most :data:`SESSION_LIFETIME`.

    :raises TooManyAttempts: the account or the address has to wait
    :raises SignInRefused: wrong address or password, or a closed account: the three are not told apart. The failure is
        recorded: the caller commits it
    :raises EmailUnconfirmed: the password is right, the address unconfirmed
    """
    _refuse_while_waiting(session, email=email, address=address, now=now)
    user = queries.find_user_by_email(session, email)
    right = passwords.verify_password(password, user.password_hash if user else None)
    if user is None or not right or user.state == AccountState.CLOSED:
        session.add(FailedSignIn(email_key=email_key(email), address=address, at=now))
        if user is not None:
            record(session, actor=Actor(None, name="visitor"), event="sign-in:refused", subject=user, now=now)
        session.flush()
        raise SignInRefused()
    if user.state == AccountState.UNCONFIRMED:
        raise EmailUnconfirmed()
    session.execute(sa.delete(FailedSignIn).where(FailedSignIn.email_key == user.email_key))
    if user.password_hash and passwords.needs_rehash(user.password_hash):
        user.password_hash = passwords.hash_password(password)
    return open_session(session, user=user, address=address, browser=browser, now=now)


def open_session(session: Session, *, user: User, address: str, browser: str, now: datetime) -> SignedInSession:
    """A login session of ``user`` is open."""
    token = new_secret()
    login = LoginSession(
        user_id=user.id,
        token_hash=digest(token),
        started_at=now,
        expires_at=now + SESSION_LIFETIME,
        address=address[:45],
        browser=browser[:200],
    )
    session.add(login)
    record(session, actor=user.actor, event="sign-in:opened", subject=user, now=now)
    return SignedInSession(token, login)


def end_session(session: Session, *, actor: Actor, login: LoginSession, now: datetime) -> None:
    """The browser of this login session is signed out, at its next request at the latest."""
    if login.ended_at is None:
        login.ended_at = now
        record(session, actor=actor, event="sign-in:ended", subject=login, now=now)


def wait_after(failures: int, free: int) -> timedelta:
    """How long to wait after the last of so many failures: nothing, then a minute, doubling up to the longest."""
    if failures < free:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(failures - free, 10)), LONGEST_WAIT)


def _refuse_while_waiting(session: Session, *, email: str, address: str, now: datetime) -> None:
    for free, (failures, last) in (
        (FREE_FAILURES, queries.count_failures(session, email=email, since=now - WINDOW)),
        (FREE_FAILURES_PER_ADDRESS, queries.count_failures(session, address=address, since=now - WINDOW)),
    ):
        remaining = last + wait_after(failures, free) - now if last else timedelta(0)
        if remaining > timedelta(0):
            raise TooManyAttempts(minutes=max(1, round(remaining.total_seconds() / 60)))
