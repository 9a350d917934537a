"""Tables of accounts, and :class:`Actor`, the person that every permission and every audit entry speaks of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advnet.days import JAPAN
from advnet.db import Base, one_of


class Role(StrEnum):
    APPLICANT = "applicant"
    EXPERT = "expert"
    ADVISOR = "advisor"
    SECRETARIAT = "secretariat"
    REQUESTER = "requester"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


STAFF_ROLES = frozenset({Role.ADVISOR, Role.SECRETARIAT, Role.REQUESTER, Role.ADMINISTRATOR, Role.AUDITOR})

READS_ADVICE = frozenset({Role.ADVISOR, Role.SECRETARIAT})
WATCHES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Who gives rights and who checks what was done never reads the text of consultations and answers (PRODUCT.md), so
nobody holds a role of both kinds."""


@dataclass(frozen=True)
class Actor:
    """Who acts: a user with roles, a visitor (no user, no roles) or the system itself (``system`` names the part).

    :ivar user_id: None for a visitor and for the system
    """

    user_id: int | None
    roles: frozenset[Role] = frozenset()
    name: str = ""
    system: str | None = None

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds at least one of ``roles``."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None


VISITOR = Actor(None)


def system_actor(part: str) -> Actor:
    """The actor of what no person does: ``worker``, ``command line``, ``demo``."""
    return Actor(None, name=part, system=part)


class AccountState(StrEnum):
    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    CLOSED = "closed"


class User(Base):
    """One person's account. ``email`` is kept as typed; ``email_key`` (casefolded) is what is unique."""

    __tablename__ = "user_account"
    __table_args__ = (one_of("state", AccountState),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    state: Mapped[AccountState] = mapped_column(sa.String(20), default=AccountState.UNCONFIRMED)
    language: Mapped[str] = mapped_column(sa.String(5), default="ja")
    timezone: Mapped[str] = mapped_column(sa.String(50), default=JAPAN.key)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    grants: Mapped[list["RoleGrant"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="RoleGrant.role"
    )

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(grant.role) for grant in self.grants)

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.roles, self.name)


class RoleGrant(Base):
    __tablename__ = "role_grant"
    __table_args__ = (sa.UniqueConstraint("user_id", "role"), one_of("role", Role))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(sa.String(20))
    granted_at: Mapped[datetime]


class LoginSession(Base):
    """A signed-in browser. The cookie holds the token, this row only its SHA-256, so a copy of the table opens nothing.

    It ends at ``expires_at`` at the latest, or at ``ended_at`` when the user (or a password change) ended it.
    """

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(sa.String(45))
    browser: Mapped[str] = mapped_column(sa.String(200))

    user: Mapped[User] = relationship(lazy="raise")


class TokenPurpose(StrEnum):
    CONFIRM_EMAIL = "confirm-email"
    RESET_PASSWORD = "reset-password"  # noqa: S105
    ACCEPT_INVITATION = "accept-invitation"


class AccountToken(Base):
    """A link that was mailed. Used once, dead after ``expires_at``; only the SHA-256 of its secret is kept."""

    __tablename__ = "account_token"
    __table_args__ = (one_of("purpose", TokenPurpose),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    purpose: Mapped[TokenPurpose] = mapped_column(sa.String(20))
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise")


class FailedSignIn(Base):
    """One refused attempt, counted per account and per network to slow guessing down (``throttle.py``).

    A mail that somebody had sent counts for the network alone: its ``email_key`` is empty.
    """

    __tablename__ = "failed_sign_in"
    __table_args__ = (sa.Index(None, "email_key", "at"), sa.Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    email_key: Mapped[str] = mapped_column(sa.String(254))
    address: Mapped[str] = mapped_column(sa.String(45))
    at: Mapped[datetime]


def email_key(email: str) -> str:
    """What makes two addresses the same account."""
    return email.strip().casefold()
