"""Coming to an account: by registering as an expert, by an invitation to the staff, from the command line.

An address is proved by a link that is mailed to it, whoever typed it. Until then the account is unconfirmed, and its
password is the one of the latest registration: a stranger who registered somebody's address first does not keep a
password that its owner's own registration would have to live with.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts import passwords, queries, throttle
from advnet.accounts.links import (
    LINK_LIFETIME,
    MAIL_PAUSE,
    STAFF_LINK_LIFETIME,
    LinkExpired,
    get_token,
    hours_of,
    new_token,
    use_token,
)
from advnet.accounts.model import STAFF_ROLES, AccountState, Actor, Role, RoleGrant, TokenPurpose, User, email_key
from advnet.accounts.service import check_roles
from advnet.audit.service import record
from advnet.days import JAPAN
from advnet.db import serialise
from advnet.errors import DomainError, Invalid, WrongState, msgid
from advnet.mail.messages import accounts as messages
from advnet.mail.outbox import to_user
from advnet.permissions import Permission, require


class EmailTaken(DomainError):
    message = msgid("An account with this e-mail address exists already.")


def register_account(
    session: Session, *, email: str, name: str, password: str, language: str, address: str, now: datetime
) -> User | None:
    """Create an unconfirmed account with the role applicant and mail the link that confirms its address.

    When the address has an account, none is created and its owner is told by mail: the page looks the same in both
    cases, so that nobody learns who is registered. An unconfirmed one takes the name and password of this registration,
    with a new link. Returns the new account, None where there was one.

    :param address: network address of who registers
    :raises Invalid: the password is too weak; nothing is changed
    :raises TooManyMails: the network has to wait
    """
    passwords.check_strength(password, context=(email, name))
    throttle.admit_mail(session, address=address, now=now)
    password_hash = passwords.hash_password(password)  # the same work in every case
    existing = _find_alone(session, email)
    if existing is not None:
        if existing.state != AccountState.UNCONFIRMED:
            attempt = f"{existing.id}:{now.date().isoformat()}"
            messages.account_exists(session, to=to_user(existing), attempt=attempt, now=now)
        elif _may_confirm(session, user=existing, now=now):
            existing.name, existing.language, existing.password_hash = name.strip(), language, password_hash
            _mail_confirmation(session, user=existing, now=now)
        return None
    user = _new_user(email=email, name=name, language=language, now=now)
    user.password_hash = password_hash
    user.grants = [RoleGrant(role=Role.APPLICANT, granted_at=now)]
    session.add(user)
    session.flush()
    _mail_confirmation(session, user=user, now=now)
    record(session, actor=user.actor, event="account:registered", subject=user, now=now)
    return user


def request_confirmation(session: Session, *, email: str, now: datetime) -> None:
    """Mail a new confirmation link, if the address has an unconfirmed account and none was mailed just now."""
    user = queries.find_user_by_email(session, email)
    if user is not None and user.state == AccountState.UNCONFIRMED and _may_confirm(session, user=user, now=now):
        _mail_confirmation(session, user=user, now=now)


def confirm_email(session: Session, *, secret: str, now: datetime) -> User:
    """The address is confirmed and the account active.

    :raises LinkExpired:
    """
    token = get_token(session, secret=secret, purpose=TokenPurpose.CONFIRM_EMAIL, now=now)
    user = token.user
    if user.state != AccountState.UNCONFIRMED:
        raise LinkExpired()
    use_token(session, token=token, now=now)
    user.state, user.confirmed_at = AccountState.ACTIVE, now
    record(session, actor=user.actor, event="account:confirmed", subject=user, now=now)
    return user


def invite_staff(
    session: Session, *, actor: Actor, email: str, name: str, roles: frozenset[Role], language: str, now: datetime
) -> User:
    """An account with staff roles exists, unconfirmed and without a password, and its owner is mailed the link to join.

    :raises Forbidden: the actor may not manage accounts
    :raises Invalid: no role, one that is no staff role, or roles that do not go together
    :raises EmailTaken:
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    if not roles or not roles <= STAFF_ROLES:
        raise Invalid(msgid("Choose at least one role."), field="roles")
    check_roles(roles)
    if _find_alone(session, email) is not None:
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
    token = get_token(session, secret=secret, purpose=TokenPurpose.ACCEPT_INVITATION, now=now)
    user = token.user
    if user.state != AccountState.UNCONFIRMED:
        raise LinkExpired()
    passwords.check_strength(password, context=(user.email, user.name))
    use_token(session, token=token, now=now)
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
    :raises Invalid: the password is too weak, or the roles do not go together
    """
    require(Permission.ACCOUNT_MANAGE, actor)
    check_roles(roles)
    passwords.check_strength(password, context=(email, name))
    if _find_alone(session, email) is not None:
        raise EmailTaken(field="email")
    user = _new_user(email=email, name=name, language=language, now=now)
    user.password_hash = password_hash or passwords.hash_password(password)
    user.state, user.confirmed_at = AccountState.ACTIVE, now
    user.grants = [RoleGrant(role=role, granted_at=now) for role in sorted(roles)]
    session.add(user)
    record(session, actor=actor, event="account:created", subject=user, detail={"roles": sorted(roles)}, now=now)
    return user


def _find_alone(session: Session, email: str) -> User | None:
    """The account of this address, if any; no other transaction makes one until this one ends."""
    serialise(session, f"account:{email_key(email)}")
    return queries.find_user_by_email(session, email)


def _may_confirm(session: Session, *, user: User, now: datetime) -> bool:
    """Whether a confirmation link may be mailed: the account was registered, not invited, and none was mailed just now.

    Who was invited to the staff joins by that link alone: a password that a stranger gave would open its roles.
    """
    return user.password_hash is not None and not queries.recent_token_exists(
        session, user_id=user.id, purpose=TokenPurpose.CONFIRM_EMAIL, now=now, within=MAIL_PAUSE
    )


def _new_user(*, email: str, name: str, language: str, now: datetime) -> User:
    return User(
        email=email.strip(),
        email_key=email_key(email),
        name=name.strip(),
        language=language,
        timezone=JAPAN.key,
        state=AccountState.UNCONFIRMED,
        created_at=now,
    )


def _mail_confirmation(session: Session, *, user: User, now: datetime) -> None:
    token, secret = new_token(session, user=user, purpose=TokenPurpose.CONFIRM_EMAIL, lifetime=LINK_LIFETIME, now=now)
    hours = hours_of(LINK_LIFETIME)
    messages.confirm_email(session, to=to_user(user), token_id=token.id, secret=secret, hours=hours, now=now)


def _mail_staff_invitation(session: Session, *, user: User, now: datetime) -> None:
    token, secret = new_token(
        session, user=user, purpose=TokenPurpose.ACCEPT_INVITATION, lifetime=STAFF_LINK_LIFETIME, now=now
    )
    hours = hours_of(STAFF_LINK_LIFETIME)
    roles = sorted(role.value for role in user.roles)
    messages.staff_invitation(
        session, to=to_user(user), token_id=token.id, secret=secret, hours=hours, roles=roles, now=now
    )
