"""Changes to accounts: joining, confirming, passwords, roles. Signing in and out is in :mod:`.signing_in`."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts import passwords, queries
from advnet.accounts.model import (
    STAFF_ROLES,
    AccountState,
    AccountToken,
    Actor,
    LoginSession,
    Role,
    RoleGrant,
    TokenPurpose,
    User,
    email_key,
)
from advnet.accounts.secrets import digest, new_secret
from advnet.audit.service import record
from advnet.errors import DomainError, Invalid, WrongState, msgid
from advnet.mail.messages import accounts as messages
from advnet.mail.outbox import to_user
from advnet.permissions import Permission, require

LINK_LIFETIME = timedelta(hours=24)
STAFF_LINK_LIFETIME = timedelta(hours=72)
MAIL_PAUSE = timedelta(minutes=2)


class LinkExpired(DomainError):
    message = msgid("This link has been used or has expired. Ask for a new one.")


class EmailTaken(DomainError):
    message = msgid("An account with this e-mail address exists already.")


def register_account(
    session: Session, *, email: str, name: str, password: str, language: str, now: datetime
) -> User | None:
    """Create an unconfirmed account with the role applicant and mail the link that confirms its address.

    When the address has an account, nothing is created and its owner is told by mail: the page looks the same in both
    cases, so that nobody learns who is registered. Returns the new account, None in that case.

    :raises Invalid: the password is too weak; nothing is changed
    """
    passwords.check_strength(password, context=(email, name))
    existing = queries.find_user_by_email(session, email)
    if existing is not None:
        if existing.state == AccountState.UNCONFIRMED:
            request_confirmation(session, email=email, now=now)
        else:
            attempt = f"{existing.id}:{now.date().isoformat()}"
            messages.account_exists(session, to=to_user(existing), attempt=attempt, now=now)
        passwords.hash_password(password)  # the same work as for a new account
        return None
    user = _new_user(email=email, name=name, language=language, now=now)
    user.password_hash = passwords.hash_password(password)
    user.grants = [RoleGrant(role=Role.APPLICANT, granted_at=now)]
    session.add(user)
    session.flush()
    _mail_confirmation(session, user=user, now=now)
    record(session, actor=user.actor, event="account:registered", subject=user, now=now)
    return user


def request_confirmation(session: Session, *, email: str, now: datetime) -> None:
    """Mail a new confirmation link, if the address has an unconfirmed account and none was mailed just now."""
    user = queries.find_user_by_email(session, email)
    if user is None or user.state != AccountState.UNCONFIRMED:
        return
    if not queries.recent_token_exists(
        session, user_id=user.id, purpose=TokenPurpose.CONFIRM_EMAIL, now=now, within=MAIL_PAUSE
    ):
        _mail_confirmation(session, user=user, now=now)


def confirm_email(session: Session, *, secret: str, now: datetime) -> User:
    """The address is confirmed and the account active.

    :raises LinkExpired:
    """
    token = use_token(session, secret=secret, purpose=TokenPurpose.CONFIRM_EMAIL, now=now)
    user = token.user
    user.state, user.confirmed_at = AccountState.ACTIVE, now
    record(session, actor=user.actor, event="account:confirmed", subject=user, now=now)
    return user


def request_password_reset(session: Session, *, email: str, now: datetime) -> None:
    """Mail a reset link if the address has an active account; otherwise nothing happens, and the page does not tell."""
    user = queries.find_user_by_email(session, email)
    if user is None or user.state != AccountState.ACTIVE:
        return
    if queries.recent_token_exists(
        session, user_id=user.id, purpose=TokenPurpose.RESET_PASSWORD, now=now, within=MAIL_PAUSE
    ):
        return
    token, secret = new_token(session, user=user, purpose=TokenPurpose.RESET_PASSWORD, lifetime=LINK_LIFETIME, now=now)
    hours = int(LINK_LIFETIME.total_seconds() // 3600)
    messages.reset_password(session, to=to_user(user), token_id=token.id, secret=secret, hours=hours, now=now)
    record(session, actor=user.actor, event="password:reset-requested", subject=user, now=now)


def reset_password(session: Session, *, secret: str, password: str, now: datetime) -> User:
    """The password is set, every login session of the account is ended, and its owner is told by mail.

    :raises LinkExpired:
    :raises Invalid: the password is too weak; the link stays good
    """
    token = queries.find_token(session, secret=secret, purpose=TokenPurpose.RESET_PASSWORD, now=now)
    if token is None:
        raise LinkExpired()
    passwords.check_strength(password, context=(token.user.email, token.user.name))
    token.used_at = now
    _set_password(session, user=token.user, password=password, keep_session_id=None, now=now)
    record(session, actor=token.user.actor, event="password:reset", subject=token.user, now=now)
    return token.user


def change_password(
    session: Session, *, actor: Actor, user: User, current: str, password: str, keep_session_id: int, now: datetime
) -> None:
    """The password is changed; every other login session of the account is ended.

    :raises Invalid: the current password is wrong, or the new one too weak
    """
    if not passwords.verify_password(current, user.password_hash):
        raise Invalid(msgid("This is not your current password."), field="current")
    passwords.check_strength(password, context=(user.email, user.name))
    _set_password(session, user=user, password=password, keep_session_id=keep_session_id, now=now)
    record(session, actor=actor, event="password:changed", subject=user, now=now)


def change_preferences(
    session: Session, *, actor: Actor, user: User, name: str, language: str, timezone: str, now: datetime
) -> None:
    """Name, language of pages and mail, and time zone are as given."""
    user.name, user.language, user.timezone = name.strip(), language, timezone
    record(session, actor=actor, event="account:changed", subject=user, now=now)


def invite_staff(
    session: Session, *, actor: Actor, email: str, name: str, roles: frozenset[Role], language: str, now: datetime
) -> User:
    """An account with staff roles exists, unconfirmed and without a password, and its owner is mailed the link to join.

    :raises Forbidden: the actor may not manage accounts
    :raises Invalid: no role, or one that is no staff role
    :raises EmailTaken:
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    if not roles or not roles <= STAFF_ROLES:
        raise Invalid(msgid("Choose at least one role."), field="roles")
    if queries.find_user_by_email(session, email) is not None:
        raise EmailTaken(field="email")
    user = _new_user(email=email, name=name, language=language, now=now)
    user.grants = [RoleGrant(role=role, granted_at=now) for role in sorted(roles)]
    session.add(user)
    session.flush()
    _mail_staff_invitation(session, user=user, now=now)
    record(session, actor=actor, event="account:invited", subject=user, detail={"roles": sorted(roles)}, now=now)
    return user


def resend_invitation(session: Session, *, actor: Actor, user: User, now: datetime) -> None:
    """The invited person is mailed a new link; the one before is dead.

    :raises Forbidden: the actor may not manage accounts
    :raises WrongState: the person has joined already, was never invited, or was invited just now
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    if user.state != AccountState.UNCONFIRMED or user.password_hash is not None:
        raise WrongState()
    if queries.recent_token_exists(
        session, user_id=user.id, purpose=TokenPurpose.ACCEPT_INVITATION, now=now, within=MAIL_PAUSE
    ):
        raise WrongState(msgid("The invitation was sent a moment ago. Wait two minutes before you send it again."))
    _mail_staff_invitation(session, user=user, now=now)
    record(session, actor=actor, event="account:invited-again", subject=user, now=now)


def accept_staff_invitation(session: Session, *, secret: str, password: str, now: datetime) -> User:
    """The invited person's password is set and the account active.

    :raises LinkExpired:
    :raises Invalid: the password is too weak; the link stays good
    """
    token = queries.find_token(session, secret=secret, purpose=TokenPurpose.ACCEPT_INVITATION, now=now)
    if token is None:
        raise LinkExpired()
    user = token.user
    passwords.check_strength(password, context=(user.email, user.name))
    token.used_at = now
    user.password_hash, user.state, user.confirmed_at = passwords.hash_password(password), AccountState.ACTIVE, now
    record(session, actor=user.actor, event="account:joined", subject=user, now=now)
    return user


def create_user(
    session: Session, *, actor: Actor, email: str, name: str, roles: frozenset[Role], password: str, language: str,
    now: datetime, password_hash: str | None = None,
) -> User:  # fmt: skip
    """An active, confirmed account, as the command line makes it.

    :param password_hash: of ``password``, where many accounts share one and hashing each would take long
    :raises Forbidden: the actor may not manage accounts
    :raises EmailTaken:
    :raises Invalid: the password is too weak
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    passwords.check_strength(password, context=(email, name))
    if queries.find_user_by_email(session, email) is not None:
        raise EmailTaken(field="email")
    user = _new_user(email=email, name=name, language=language, now=now)
    user.password_hash = password_hash or passwords.hash_password(password)
    user.state, user.confirmed_at = AccountState.ACTIVE, now
    user.grants = [RoleGrant(role=role, granted_at=now) for role in sorted(roles)]
    session.add(user)
    record(session, actor=actor, event="account:created", subject=user, detail={"roles": sorted(roles)}, now=now)
    return user


def change_roles(session: Session, *, actor: Actor, user: User, roles: frozenset[Role], now: datetime) -> None:
    """The account holds exactly ``roles``; its login sessions go on with the new ones.

    :raises Forbidden: the actor may not manage accounts
    :raises Invalid: the actor would take the role administrator from the own account
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    if user.id == actor.user_id and Role.ADMINISTRATOR not in roles:
        raise Invalid(msgid("You cannot take the role of administrator from yourself."), field="roles")
    before = user.roles
    user.grants = [grant for grant in user.grants if grant.role in roles] + [
        RoleGrant(role=role, granted_at=now) for role in sorted(roles - before)
    ]
    detail = {"added": sorted(roles - before), "removed": sorted(before - roles)}
    record(session, actor=actor, event="account:roles-changed", subject=user, detail=detail, now=now)


def close_account(session: Session, *, actor: Actor, user: User, reason: str, now: datetime) -> None:
    """Nobody can sign in to the account any more; its login sessions are ended. What it did stays.

    :raises Forbidden: the actor may not manage accounts
    :raises WrongState: it is closed already
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    if user.id == actor.user_id:
        raise Invalid(msgid("You cannot close your own account."))
    if user.state == AccountState.CLOSED:
        raise WrongState()
    user.state = AccountState.CLOSED
    _end_sessions(session, user=user, keep_session_id=None, now=now)
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


def new_token(
    session: Session, *, user: User, purpose: TokenPurpose, lifetime: timedelta, now: datetime
) -> tuple[AccountToken, str]:
    """A token and its secret; earlier ones of the same purpose are dead."""
    session.execute(
        sa.update(AccountToken)
        .where(AccountToken.user_id == user.id, AccountToken.purpose == purpose, AccountToken.used_at.is_(None))
        .values(used_at=now)
    )
    secret = new_secret()
    token = AccountToken(
        user_id=user.id, purpose=purpose, secret_hash=digest(secret), created_at=now, expires_at=now + lifetime
    )
    session.add(token)
    session.flush()
    return token, secret


def use_token(session: Session, *, secret: str, purpose: TokenPurpose, now: datetime) -> AccountToken:
    """The token, now used up.

    :raises LinkExpired:
    """
    token = queries.find_token(session, secret=secret, purpose=purpose, now=now)
    if token is None:
        raise LinkExpired()
    token.used_at = now
    session.flush()
    return token


def _new_user(*, email: str, name: str, language: str, now: datetime) -> User:
    return User(
        email=email.strip(),
        email_key=email_key(email),
        name=name.strip(),
        language=language,
        timezone="Asia/Tokyo",
        state=AccountState.UNCONFIRMED,
        created_at=now,
    )


def _mail_confirmation(session: Session, *, user: User, now: datetime) -> None:
    token, secret = new_token(session, user=user, purpose=TokenPurpose.CONFIRM_EMAIL, lifetime=LINK_LIFETIME, now=now)
    hours = int(LINK_LIFETIME.total_seconds() // 3600)
    messages.confirm_email(session, to=to_user(user), token_id=token.id, secret=secret, hours=hours, now=now)


def _mail_staff_invitation(session: Session, *, user: User, now: datetime) -> None:
    token, secret = new_token(
        session, user=user, purpose=TokenPurpose.ACCEPT_INVITATION, lifetime=STAFF_LINK_LIFETIME, now=now
    )
    hours = int(STAFF_LINK_LIFETIME.total_seconds() // 3600)
    roles = sorted(role.value for role in user.roles)
    messages.staff_invitation(
        session, to=to_user(user), token_id=token.id, secret=secret, hours=hours, roles=roles, now=now
    )


def _set_password(session: Session, *, user: User, password: str, keep_session_id: int | None, now: datetime) -> None:
    user.password_hash = passwords.hash_password(password)
    _end_sessions(session, user=user, keep_session_id=keep_session_id, now=now)
    messages.password_changed(session, to=to_user(user), user_id=user.id, now=now)


def _end_sessions(session: Session, *, user: User, keep_session_id: int | None, now: datetime) -> None:
    ended = sa.update(LoginSession).where(LoginSession.user_id == user.id, LoginSession.ended_at.is_(None))
    if keep_session_id is not None:
        ended = ended.where(LoginSession.id != keep_session_id)
    session.execute(ended.values(ended_at=now))
