"""What changes an account that stands: its owner's preferences; its roles, closing and reopening by administrators."""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.links import kill_tokens
from advnet.accounts.model import READS_ADVICE, WATCHES, AccountState, Actor, Role, RoleGrant, TokenPurpose, User
from advnet.accounts.signing_in import end_sessions
from advnet.audit.service import record
from advnet.errors import Invalid, WrongState, msgid
from advnet.permissions import Permission, require


def change_preferences(
    session: Session, *, actor: Actor, user: User, name: str, language: str, timezone: str, now: datetime
) -> None:
    """Name, language of pages and mail, and time zone are as given."""
    user.name, user.language, user.timezone = name.strip(), language, timezone
    record(session, actor=actor, event="account:changed", subject=user, now=now)


def change_roles(session: Session, *, actor: Actor, user: User, roles: frozenset[Role], now: datetime) -> None:
    """The account holds exactly ``roles``; its login sessions go on with the new ones.

    :raises Forbidden: the actor may not manage accounts
    :raises Invalid: it is the actor's own account, or the roles do not go together
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    if user.id == actor.user_id:
        raise Invalid(msgid("You cannot change your own roles. Ask another administrator."), field="roles")
    check_roles(roles)
    before = user.roles
    user.grants = [grant for grant in user.grants if grant.role in roles] + [
        RoleGrant(role=role, granted_at=now) for role in sorted(roles - before)
    ]
    detail = {"added": sorted(roles - before), "removed": sorted(before - roles)}
    record(session, actor=actor, event="account:roles-changed", subject=user, detail=detail, now=now)


def check_roles(roles: frozenset[Role]) -> None:
    """:raises Invalid: one person may not hold them together"""
    if roles & READS_ADVICE and roles & WATCHES:
        raise Invalid(
            msgid(
                "An administrator or auditor cannot also be Advisor or secretariat: who gives rights does not read "
                "what they protect."
            ),
            field="roles",
        )


def close_account(session: Session, *, actor: Actor, user: User, reason: str, now: datetime) -> None:
    """Nobody can sign in to the account any more; its login sessions and mailed links are dead. What it did stays.

    :raises Forbidden: the actor may not manage accounts
    :raises WrongState: it is closed already
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    if user.id == actor.user_id:
        raise Invalid(msgid("You cannot close your own account."))
    if user.state == AccountState.CLOSED:
        raise WrongState()
    user.state = AccountState.CLOSED
    kill_tokens(session, user=user, purposes=tuple(TokenPurpose), now=now)
    end_sessions(session, user=user, keep_session_id=None, now=now)
    record(session, actor=actor, event="account:closed", subject=user, reason=reason, now=now)


def reopen_account(session: Session, *, actor: Actor, user: User, reason: str, now: datetime) -> None:
    """A closed account is as it was before: active, or unconfirmed when it was closed as such.

    :raises Forbidden: the actor may not manage accounts
    :raises WrongState: it is not closed
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    if user.state != AccountState.CLOSED:
        raise WrongState()
    user.state = AccountState.ACTIVE if user.confirmed_at else AccountState.UNCONFIRMED
    record(session, actor=actor, event="account:reopened", subject=user, reason=reason, now=now)
