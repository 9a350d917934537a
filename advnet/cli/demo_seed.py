"""The demo's data, made through the services, so that states, audit log and index are true.

Times are told relative to the moment of making, so that the demo never grows old. Nothing is random but secrets.
"""

import json
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts import passwords
from advnet.accounts.joining import create_user
from advnet.accounts.model import Actor, Role, User, system_actor
from advnet.cli.demo_consultations import tell_consultation
from advnet.cli.demo_panels import Desk
from advnet.cli.demo_people import tell_applicant, tell_expert
from advnet.cli.demo_records import read_records, tell_records
from advnet.cli.demo_rounds import read_plans, tell_rounds
from advnet.cli.demo_timeline import Story, at_work, tell
from advnet.experts.vocabulary.loading import load_shipped_vocabulary
from advnet.experts.vocabulary.queries import list_all_concepts

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
    ("expert1@demo.example", "is invited and answers (as up to expert40)"),
    ("applicant@demo.example", "has asked to join"),
)
"""What is shown when the demo starts: address and what to see with it."""


def read_data() -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Experts, applicants and consultations, as demo_data/README.md describes them."""
    folder = files("advnet.cli") / "demo_data"
    experts, applicants = (
        [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]
        for name in ("experts.jsonl", "applicants.jsonl")
    )
    return experts, applicants, json.loads((folder / "consultations.json").read_text(encoding="utf-8"))["consultations"]


def seed(session: Session, *, password: str, now: datetime, step: Callable[[], None]) -> None:
    """Everything that the demo shows stands, in the transaction of ``session``.

    :param step: called when a person or a consultation is done; :func:`count_steps` times
    """
    begin = at_work(now, days=-400)
    experts, applicants, consultations = read_data()
    load_shipped_vocabulary(session, actor=ACTOR, now=begin)
    kept = passwords.hash_password(password)

    def account(email: str, name: str, role: Role, language: str, at: datetime) -> User:
        return create_user(
            session,
            actor=ACTOR,
            email=email,
            name=name,
            roles=frozenset({role}),
            password=password,
            password_hash=kept,
            language=language,
            now=at,
        )

    staff: dict[str, Actor] = {
        who: account(f"{who}@demo.example", name, role, "ja", begin).actor for who, role, name, _ in STAFF
    }
    concepts = {concept.code: concept for concept in list_all_concepts(session)}
    desk = Desk(staff["advisor"], staff["secretariat"], staff["requester"], concepts)
    stories = [
        tell_expert(session, person=person, account=account, admin=staff["admin"], desk=desk, now=now, order=order)
        for order, person in enumerate(experts)
    ]
    stories += [
        tell_applicant(
            session, person=person, account=account, admin=staff["admin"], concepts=concepts, now=now, order=order
        )
        for order, person in enumerate(applicants)
    ]
    stories += [
        tell_consultation(session, plan=plan, desk=desk, now=now, order=order)
        for order, plan in enumerate(consultations)
    ]
    stories += [
        tell_rounds(session, plan=plan, desk=desk, now=now, order=order) for order, plan in enumerate(read_plans())
    ]
    stories += [
        tell_records(session, plan=plan, desk=desk, now=now, order=order) for order, plan in enumerate(read_records())
    ]
    tell(_counted(story, step) for story in stories)


def _counted(story: Story, step: Callable[[], None]) -> Story:
    yield from story
    step()


def count_steps() -> int:
    return sum(len(part) for part in (*read_data(), read_plans(), read_records()))
