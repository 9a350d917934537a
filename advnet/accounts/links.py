"""Links that are mailed: each works once and for its time, and only the digest of its secret is kept.

Who asks for a link waits for the same work whether the address has an account or not: a row in the queue. What depends
on the account is done by the worker (``handlers.py``), where nobody can measure it.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts import queries, throttle
from advnet.accounts.model import AccountToken, TokenPurpose, User
from advnet.accounts.secrets import digest, new_secret
from advnet.errors import DomainError, msgid
from advnet.jobs.service import enqueue

LINK_LIFETIME = timedelta(hours=24)
STAFF_LINK_LIFETIME = timedelta(hours=72)
MAIL_PAUSE = timedelta(minutes=2)
"""No second link of the same purpose is mailed within this time, so that nobody's mailbox is flooded."""


MAIL_CONFIRMATION = "account:mail-link"
MAIL_RESET = "password:mail-link"


class LinkExpired(DomainError):
    message = msgid("This link has been used or has expired. Ask for a new one.")


def ask_for_link(session: Session, *, kind: str, email: str, address: str, now: datetime) -> None:
    """The worker mails the link if there is an account for it; nothing that is done here depends on it.

    :param kind: :data:`MAIL_CONFIRMATION` or :data:`MAIL_RESET`
    :param address: network address of who asks
    :raises TooManyMails: the network has to wait
    """
    throttle.admit_mail(session, address=address, now=now)
    enqueue(session, kind=kind, key=f"{kind}:{new_secret()}", payload={"email": email.strip()}, now=now)


def new_token(
    session: Session, *, user: User, purpose: TokenPurpose, lifetime: timedelta, now: datetime
) -> tuple[AccountToken, str]:
    """A token and its secret; earlier ones of the same purpose are dead."""
    kill_tokens(session, user=user, purposes=(purpose,), now=now)
    secret = new_secret()
    token = AccountToken(
        user_id=user.id, purpose=purpose, secret_hash=digest(secret), created_at=now, expires_at=now + lifetime
    )
    session.add(token)
    session.flush()
    return token, secret


def get_token(session: Session, *, secret: str, purpose: TokenPurpose, now: datetime) -> AccountToken:
    """The token of a link that is still good, with its user and roles.

    :raises LinkExpired:
    """
    token = queries.find_token(session, secret=secret, purpose=purpose, now=now)
    if token is None:
        raise LinkExpired()
    return token


def use_token(session: Session, *, token: AccountToken, now: datetime) -> None:
    """The token is used up. Of two that use it at the same moment one is refused.

    :raises LinkExpired:
    """
    used = session.execute(
        sa.update(AccountToken)
        .where(AccountToken.id == token.id, AccountToken.used_at.is_(None))
        .values(used_at=now)
        .returning(AccountToken.id)
    )
    if used.scalar() is None:
        raise LinkExpired()


def kill_tokens(session: Session, *, user: User, purposes: tuple[TokenPurpose, ...], now: datetime) -> None:
    """No link of these purposes that was mailed to the user works any more."""
    session.execute(
        sa.update(AccountToken)
        .where(AccountToken.user_id == user.id, AccountToken.purpose.in_(purposes), AccountToken.used_at.is_(None))
        .values(used_at=now)
    )


def hours_of(lifetime: timedelta) -> int:
    """As a mail says it."""
    return int(lifetime.total_seconds() // 3600)
