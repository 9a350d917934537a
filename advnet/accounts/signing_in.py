"""Signing in and out. Nobody learns from a refusal, its words or its time, whether an address has an account."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts import passwords, queries, throttle
from advnet.accounts.model import AccountState, Actor, LoginSession, User
from advnet.accounts.secrets import digest, new_secret
from advnet.audit.service import record
from advnet.errors import DomainError, msgid

SESSION_LIFETIME = timedelta(hours=12)


class SignInRefused(DomainError):
    message = msgid("The e-mail address or the password is wrong.")


class EmailUnconfirmed(DomainError):
    message = msgid("Your e-mail address is not confirmed yet. We have sent you a new link: open it, then sign in.")


@dataclass
class NoAccount:
    """The subject of a refused attempt on an address that has no account. The address is not kept: it may be a password
    that was typed into the wrong field."""

    __tablename__ = User.__tablename__
    id: int = 0


@dataclass(frozen=True)
class SignedInSession:
    """A new login session and the token for the cookie."""

    token: str
    login: LoginSession


def sign_in(
    session: Session, *, email: str, password: str, address: str, browser: str, now: datetime
) -> SignedInSession:
    """A login session is open, for at most :data:`SESSION_LIFETIME`.

    :raises TooManyAttempts: the account or the network has to wait
    :raises SignInRefused: wrong address or password, or a closed account: the three are not told apart. The failure is
        recorded: the caller commits it
    :raises EmailUnconfirmed: the password is right, the address unconfirmed
    """
    throttle.refuse_while_waiting(session, email=email, address=address, now=now)
    user = queries.find_user_by_email(session, email)
    right = passwords.verify_password(password, user.password_hash if user else None)
    if user is None or not right or user.state == AccountState.CLOSED:
        throttle.note_failure(session, email=email, address=address, now=now)
        visitor, subject = Actor(None, name="visitor"), user or NoAccount()
        record(session, actor=visitor, event="sign-in:refused", subject=subject, now=now)
        raise SignInRefused()
    if user.state == AccountState.UNCONFIRMED:
        raise EmailUnconfirmed()
    throttle.forget_failures(session, email=email)
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


def end_sessions(session: Session, *, user: User, keep_session_id: int | None, now: datetime) -> None:
    """Every browser of the user is signed out, but for the one of ``keep_session_id``."""
    ended = sa.update(LoginSession).where(LoginSession.user_id == user.id, LoginSession.ended_at.is_(None))
    if keep_session_id is not None:
        ended = ended.where(LoginSession.id != keep_session_id)
    session.execute(ended.values(ended_at=now))
