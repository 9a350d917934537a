"""The demo's data, made through the services, so that states, audit log and index are true.

Times are told relative to the moment of making, so that the demo never grows old. Nothing is random but secrets.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from advnet.accounts import passwords
from advnet.accounts.model import Role, User, system_actor
from advnet.accounts.service import create_user

ACTOR = system_actor("demo")
STAFF = (
    ("advisor", Role.ADVISOR, "明里 灯", "posts consultations, composes panels, issues advice"),
    ("secretariat", Role.SECRETARIAT, "支度 整", "prepares everything for the advisor"),
    ("requester", Role.REQUESTER, "求目 聡", "files requests and reads what is released"),
    ("admin", Role.ADMINISTRATOR, "管納 守", "vets registrations, manages accounts and vocabulary"),
    ("auditor", Role.AUDITOR, "見張 正", "reads and verifies the audit log"),
)
"""Part of the address, role, invented name, what the account shows."""

ACCOUNTS = (
    *((f"{who}@demo.example", what) for who, _, _, what in STAFF),
    ("expert1@demo.example", "answers consultations (up to expert40)"),
    ("applicant@demo.example", "has asked to join"),
)
"""What is shown when the demo starts: address and what to see with it."""

STEPS = 1


def seed(session: Session, *, password: str, now: datetime, step: Callable[[], None]) -> None:
    """Everything that the demo shows stands, in the transaction of ``session``.

    :param step: called :data:`STEPS` times, as the work goes on
    """
    _make_staff(session, password=password, now=now - timedelta(days=400))
    step()


def _make_staff(session: Session, *, password: str, now: datetime) -> dict[str, User]:
    kept = passwords.hash_password(password)
    return {
        who: create_user(
            session,
            actor=ACTOR,
            email=f"{who}@demo.example",
            name=name,
            roles=frozenset({role}),
            password=password,
            password_hash=kept,
            language="ja",
            now=now,
        )
        for who, role, name, _ in STAFF
    }
