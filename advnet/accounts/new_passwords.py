"""Setting a new password: by a mailed link when the present one is forgotten, or by the present one.

Either way every other login session of the account ends and its owner is told by mail. The present password is guessed
no faster here than at sign-in: both count together (``throttle.py``).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts import passwords, queries, throttle
from advnet.accounts.links import LINK_LIFETIME, MAIL_PAUSE, LinkExpired, get_token, hours_of, new_token, use_token
from advnet.accounts.model import AccountState, Actor, TokenPurpose, User, email_key
from advnet.accounts.signing_in import end_sessions
from advnet.audit.service import record
from advnet.db import serialise
from advnet.errors import DomainError, msgid
from advnet.mail.messages import accounts as messages
from advnet.mail.outbox import to_user


class WrongPassword(DomainError):
    """The failure is noted: the caller commits it."""

    message = msgid("This is not your current password.")


def mail_reset_link(session: Session, *, email: str, now: datetime) -> None:
    """Mail a reset link if the address has an active account and none was mailed just now."""
    serialise(session, f"account:{email_key(email)}")
    user = queries.find_user_by_email(session, email)
    if user is None or user.state != AccountState.ACTIVE:
        return
    if queries.recent_token_exists(
        session, user_id=user.id, purpose=TokenPurpose.RESET_PASSWORD, now=now, within=MAIL_PAUSE
    ):
        return
    token, secret = new_token(session, user=user, purpose=TokenPurpose.RESET_PASSWORD, lifetime=LINK_LIFETIME, now=now)
    hours = hours_of(LINK_LIFETIME)
    messages.reset_password(session, to=to_user(user), token_id=token.id, secret=secret, hours=hours, now=now)
    record(session, actor=user.actor, event="password:reset-requested", subject=user, now=now)


def reset_password(session: Session, *, secret: str, password: str, now: datetime) -> User:
    """The password is set, every login session of the account is ended, and its owner is told by mail.

    Attempts that were refused before count no more, so that who was kept waiting by somebody's guesses gets in.

    :raises LinkExpired:
    :raises Invalid: the password is too weak; the link stays good
    """
    token = get_token(session, secret=secret, purpose=TokenPurpose.RESET_PASSWORD, now=now)
    user = token.user
    if user.state != AccountState.ACTIVE:
        raise LinkExpired()
    passwords.check_strength(password, context=(user.email, user.name))
    use_token(session, token=token, now=now)
    _set_password(session, user=user, password=password, keep_session_id=None, now=now)
    record(session, actor=user.actor, event="password:reset", subject=user, now=now)
    return user


def change_password(
    session: Session,
    *,
    actor: Actor,
    user: User,
    current: str,
    password: str,
    keep_session_id: int,
    address: str,
    now: datetime,
) -> None:
    """The password is changed; every other login session of the account is ended.

    :param address: network address of who tries
    :raises TooManyAttempts: the account or the network has to wait
    :raises WrongPassword: ``current`` is not the password
    :raises Invalid: the new one is too weak
    """
    throttle.refuse_while_waiting(session, email=user.email, address=address, now=now)
    if not passwords.verify_password(current, user.password_hash):
        throttle.note_failure(session, email=user.email, address=address, now=now)
        record(session, actor=actor, event="password:refused", subject=user, now=now)
        raise WrongPassword(field="current")
    passwords.check_strength(password, context=(user.email, user.name))
    _set_password(session, user=user, password=password, keep_session_id=keep_session_id, now=now)
    record(session, actor=actor, event="password:changed", subject=user, now=now)


def _set_password(session: Session, *, user: User, password: str, keep_session_id: int | None, now: datetime) -> None:
    user.password_hash = passwords.hash_password(password)
    throttle.forget_failures(session, email=user.email)
    end_sessions(session, user=user, keep_session_id=keep_session_id, now=now)
    messages.password_changed(session, to=to_user(user), user_id=user.id, now=now)
