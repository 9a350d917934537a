"""Every select of accounts."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from advnet.accounts.model import (
    AccountState,
    AccountToken,
    Actor,
    FailedSignIn,
    LoginSession,
    Role,
    RoleGrant,
    TokenPurpose,
    User,
    email_key,
)
from advnet.accounts.secrets import digest
from advnet.errors import NotFound


def find_user_by_email(session: Session, email: str) -> User | None:
    """The account of this address, with its roles, whatever its state."""
    return session.scalar(sa.select(User).where(User.email_key == email_key(email)).options(selectinload(User.grants)))


def get_user(session: Session, user_id: int) -> User:
    """The account with its roles.

    :raises NotFound:
    """
    user = session.scalar(sa.select(User).where(User.id == user_id).options(selectinload(User.grants)))
    if user is None:
        raise NotFound()
    return user


def any_user_exists(session: Session) -> bool:
    """Whether the installation has been given its first account."""
    return session.scalar(sa.select(User.id).limit(1)) is not None


def list_users_with_role(session: Session, role: Role) -> list[User]:
    """Active accounts that hold ``role``, by name."""
    return list(
        session.scalars(
            sa.select(User)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .where(RoleGrant.role == role, User.state == AccountState.ACTIVE)
            .options(selectinload(User.grants))
            .order_by(User.name, User.id)
        )
    )


def find_login_session(session: Session, *, token: str, now: datetime) -> LoginSession | None:
    """The live login session of this cookie, with its user and roles."""
    return session.scalar(
        sa.select(LoginSession)
        .join(LoginSession.user)
        .where(LoginSession.token_hash == digest(token), LoginSession.ended_at.is_(None))
        .where(LoginSession.expires_at > now, User.state == AccountState.ACTIVE)
        .options(joinedload(LoginSession.user).selectinload(User.grants))
    )


def list_login_sessions(session: Session, *, user_id: int, now: datetime) -> list[LoginSession]:
    """The user's live login sessions, latest first."""
    return list(
        session.scalars(
            sa.select(LoginSession)
            .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now)
            .order_by(LoginSession.used_at.desc())
        )
    )


def get_login_session(session: Session, login_session_id: int, *, actor: Actor) -> LoginSession:
    """One of the actor's own login sessions.

    :raises NotFound:
    """
    login = session.scalar(
        sa.select(LoginSession).where(LoginSession.id == login_session_id, LoginSession.user_id == actor.user_id)
    )
    if login is None:
        raise NotFound()
    return login


def find_token(session: Session, *, secret: str, purpose: TokenPurpose, now: datetime) -> AccountToken | None:
    """The unused, unexpired token of a mailed link, with its user and roles."""
    return session.scalar(
        sa.select(AccountToken)
        .where(AccountToken.secret_hash == digest(secret), AccountToken.purpose == purpose)
        .where(AccountToken.used_at.is_(None), AccountToken.expires_at > now)
        .options(joinedload(AccountToken.user).selectinload(User.grants))
    )


def count_failures(
    session: Session, *, since: datetime, email: str | None = None, address: str | None = None
) -> tuple[int, datetime | None]:
    """How many sign-ins were refused since then for this account or address, and when the last one was."""
    query = sa.select(sa.func.count(), sa.func.max(FailedSignIn.at)).where(FailedSignIn.at > since)
    if email is not None:
        query = query.where(FailedSignIn.email_key == email_key(email))
    if address is not None:
        query = query.where(FailedSignIn.address == address)
    count, last = session.execute(query).one()
    return count, last


def recent_token_exists(
    session: Session, *, user_id: int, purpose: TokenPurpose, now: datetime, within: timedelta
) -> bool:
    """Whether such a link was mailed within this time, so that nobody's mailbox is flooded."""
    return (
        session.scalar(
            sa.select(AccountToken.id)
            .where(AccountToken.user_id == user_id, AccountToken.purpose == purpose)
            .where(AccountToken.created_at > now - within)
            .limit(1)
        )
        is not None
    )
