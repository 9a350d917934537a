"""Accounts for tests."""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import AccountState, Role, RoleGrant, User
from advnet.accounts.passwords import hash_password

PASSWORD = "a password that only tests know"


class People:
    """Makes active accounts, signed in with :data:`PASSWORD`. Each call makes a new one, flushed, not committed."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self.count = 0

    def make(
        self,
        *roles: Role | str,
        name: str | None = None,
        email: str | None = None,
        language: str = "en",
        timezone: str = "Asia/Tokyo",
    ) -> User:
        self.count += 1
        label = "-".join(roles) or "nobody"
        email = email or f"{label}{self.count}@example.org"
        user = User(
            email=email,
            email_key=email.casefold(),
            name=name or f"{label.title()} {self.count}",
            password_hash=hash_password(PASSWORD),
            state=AccountState.ACTIVE,
            language=language,
            timezone=timezone,
            created_at=self.now,
            confirmed_at=self.now,
            grants=[RoleGrant(role=Role(role), granted_at=self.now) for role in roles],
        )
        self.session.add(user)
        self.session.flush()
        return user
