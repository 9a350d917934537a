"""Every select of accounts."""

from collections.abc import Sequence
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
from advnet.audit.model import AuditEntry
from advnet.errors import NotFound
from advnet.paging import Page, paged
from advnet.permissions import Permission, require


def find_user_by_email(session: Session, email: str) -> User | None:
    """The account of this address, with its roles, whatever its state."""
    # one statement whether there is an account or not: time does not tell
    query = sa.select(User).where(User.email_key == email_key(email)).options(joinedload(User.grants))
    return session.scalars(query).unique().one_or_none()


def get_user(session: Session, user_id: int) -> User:
    """The account with its roles.

    :raises NotFound:
    """
    user = session.scalar(sa.select(User).where(User.id == user_id).options(selectinload(User.grants)))
    if user is None:
        raise NotFound()
    return user


def has_saved_preferences(session: Session, *, user_id: int) -> bool:
    """Whether the owner ever saved the settings of the account, the language among them."""
    saved = sa.select(AuditEntry.number).where(
        AuditEntry.subject_type == User.__tablename__,
        AuditEntry.subject_id == user_id,
        AuditEntry.event == "account:changed",
    )
    return session.scalar(saved.limit(1)) is not None


def any_user_exists(session: Session) -> bool:
    """Whether the installation has been given its first account."""
    return session.scalar(sa.select(User.id).limit(1)) is not None


def list_accounts(
    session: Session,
    *,
    actor: Actor,
    text: str = "",
    roles: Sequence[str] = (),
    states: Sequence[str] = (),
    number: int = 1,
) -> Page[User]:
    """Accounts with their roles, by name.

    :param text: part of a name or an address, whatever its case
    :param roles: only who holds one of them; all when empty
    :param states: only accounts in one of them; all when empty
    :raises Forbidden: the actor may not manage accounts
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    query = sa.select(User).options(selectinload(User.grants)).order_by(User.name, User.id)
    if text:
        in_name = User.name.icontains(text, autoescape=True)
        query = query.where(sa.or_(in_name, User.email_key.contains(email_key(text), autoescape=True)))
    if roles:
        query = query.where(User.grants.any(RoleGrant.role.in_(roles)))
    if states:
        query = query.where(User.state.in_(states))
    return paged(session, query, number=number)


def get_account(session: Session, user_id: int, *, actor: Actor) -> User:
    """Somebody's account with its roles, for who manages accounts.

    :raises Forbidden: the actor may not manage accounts
    :raises NotFound:
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    return get_user(session, user_id)


def count_accounts(session: Session, *, actor: Actor) -> dict[AccountState, int]:
    """How many accounts are in each state that occurs.

    :raises Forbidden: the actor may not manage accounts
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    rows = session.execute(sa.select(User.state, sa.func.count()).group_by(User.state))
    return {row[0]: row[1] for row in rows}


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
            .order_by(LoginSession.started_at.desc(), LoginSession.id.desc())
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


def find_user_of_link(session: Session, *, secret: str, purpose: TokenPurpose) -> User | None:
    """Whose mailed link this is or was, good, used or expired."""
    query = sa.select(User).join(AccountToken, AccountToken.user_id == User.id)
    return session.scalar(query.where(AccountToken.secret_hash == digest(secret), AccountToken.purpose == purpose))


def count_failures(
    session: Session, *, since: datetime, email: str | None = None, address: str | None = None
) -> tuple[int, datetime | None]:
    """How many attempts were refused since then for this account or network, and when the last one was."""
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
