"""How the demo's experts and applicants came: each story goes the way of a real registration."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor, Role, User
from advnet.cli.demo_panels import Desk
from advnet.cli.demo_timeline import Story, at_work
from advnet.days import day_in_japan
from advnet.experts import profile, queries, skills, standing
from advnet.experts.model import CareerStage, Expert
from advnet.experts.registration import applying as registering
from advnet.experts.registration import vetting
from advnet.experts.registration.model import Registration
from advnet.experts.vocabulary.model import Concept
from advnet.experts.works.model import WorkKind
from advnet.experts.works.service import NewWork, add_works

Account = Callable[[str, str, Role, str, datetime], User]
"""Makes the account: address, name, role, language, moment."""

REVETTED, RESTING = "expert39", "expert26"
"""Who has just declared a further skill, and who has stepped back for a while."""


def tell_expert(
    session: Session, *, person: dict[str, Any], account: Account, admin: Actor, desk: Desk, now: datetime, order: int
) -> Story:
    """Registered and approved about ten months ago; known to ``desk`` from then on."""
    yield (at := at_work(now, days=-330 + order // 2, minutes=order * 7))
    user, expert, registration = _register(session, person, account, desk.concepts, at, now)
    desk.experts[person["id"]], desk.people[person["id"]] = expert, person
    applicant = user.actor
    yield (at := at + timedelta(minutes=20))
    registering.submit_registration(session, actor=applicant, expert=expert, now=at)
    yield (at := at + timedelta(days=3))
    _claim(session, registration, admin, at)
    vetting.approve_registration(
        session,
        actor=admin,
        registration=registration,
        version=registration.version,
        checks=list(vetting.Check),
        now=at,
    )
    if person["id"] == REVETTED:
        yield (at := at_work(now, days=-3, minutes=95))
        declared = {skill["code"] for skill in person["skills"]}
        concept = next(one for code, one in sorted(desk.concepts.items()) if code not in declared)
        skills.declare_skill(session, actor=user.actor, expert=expert, concept=concept, level=2, evidence="", now=at)
    if person["id"] == RESTING:
        yield (at := at_work(now, days=-9, minutes=40))
        standing.pause_expert(session, actor=user.actor, expert=expert, now=at)


def tell_applicant(
    session: Session,
    *,
    person: dict[str, Any],
    account: Account,
    admin: Actor,
    concepts: Mapping[str, Concept],
    now: datetime,
    order: int,
) -> Story:
    """Somebody of the last two weeks, left in the state that the data name."""
    wanted, language = person["state"], _language(person)
    yield (at := at_work(now, days=-13 + 2 * order, minutes=order * 31))
    user, expert, registration = _register(session, person, account, concepts, at, now, is_begun=wanted == "started")
    if wanted == "started":
        return
    yield (at := min(at + timedelta(minutes=20), now))
    registering.submit_registration(session, actor=user.actor, expert=expert, now=at)
    if wanted == "submitted":
        return
    yield (at := min(at + timedelta(days=1), now))
    _claim(session, registration, admin, at)
    if wanted == "in_review":
        checks = [vetting.Check.IDENTITY, vetting.Check.AFFILIATION]
        vetting.save_checklist(
            session, actor=admin, registration=registration, version=registration.version, checks=checks, now=at
        )
    elif wanted == "more_asked":
        question = person["notes"][language]
        vetting.ask_for_more(
            session, actor=admin, registration=registration, version=registration.version, question=question, now=at
        )
    elif wanted == "rejected":
        vetting.reject_registration(
            session,
            actor=admin,
            registration=registration,
            version=registration.version,
            reason_code=vetting.RejectionReason.EVIDENCE,
            reason=person["reason"][language],
            now=at,
        )


def _register(
    session: Session,
    person: dict[str, Any],
    account: Account,
    concepts: Mapping[str, Concept],
    at: datetime,
    now: datetime,
    *,
    is_begun: bool = False,
) -> tuple[User, Expert, Registration]:
    """An account with a registration; ``is_begun``: identity and affiliations only."""
    name = f"{person['name_ja']['family']} {person['name_ja']['given']}".strip()
    english = f"{person['name_en']['given']} {person['name_en']['family']}"
    user = account(person["email"], name or english, Role.APPLICANT, _language(person), at)
    actor = user.actor
    registration = registering.start_registration(session, actor=actor, user=user, now=at)
    expert = queries.get_own_expert(session, actor=actor)
    profile.save_identity(
        session,
        actor=actor,
        expert=expert,
        family_ja=person["name_ja"]["family"],
        given_ja=person["name_ja"]["given"],
        family_kana=person["name_kana"]["family"],
        given_kana=person["name_kana"]["given"],
        family_en=person["name_en"]["family"],
        given_en=person["name_en"]["given"],
        orcid="",
        country=person["country"],
        languages=person["languages"],
        career_stage=CareerStage(person["career_stage"]),
        now=at,
    )
    affiliations = [
        profile.NewAffiliation(
            one["name_ja"], one["name_en"], one["role_ja"], one["role_en"], _month(one["from"]), _month(one["to"])
        )
        for one in person["affiliations"]
    ]
    profile.save_affiliations(session, actor=actor, expert=expert, affiliations=affiliations, now=at)
    if not is_begun:
        _complete(session, person, actor, expert, concepts, at, now)
    return user, expert, registration


def _complete(
    session: Session,
    person: dict[str, Any],
    actor: Actor,
    expert: Expert,
    concepts: Mapping[str, Concept],
    at: datetime,
    now: datetime,
) -> None:
    for skill in person["skills"]:
        concept = concepts[skill["code"]]
        skills.declare_skill(
            session,
            actor=actor,
            expert=expert,
            concept=concept,
            level=skill["level"],
            evidence=skill["evidence"],
            now=at,
        )
    works = [
        NewWork(title=work["title"], kind=WorkKind(work["kind"]), abstract=work["abstract"], year=work["year"])
        for work in person["works"]
    ]
    add_works(session, actor=actor, expert=expert, works=works, now=at)
    biography = person["biography"]
    profile.save_biography(
        session, actor=actor, expert=expert, biography_ja=biography["ja"], biography_en=biography["en"], now=at
    )
    given = person["availability"]
    pauses = [
        profile.NewPause(_day(now, pause["from_days"]), _day(now, pause["until_days"]), pause["reason"])
        for pause in given["pauses"]
    ]
    profile.save_availability(
        session,
        actor=actor,
        expert=expert,
        max_open_invitations=given["max_invitations"],
        off_limits="\n".join(given["off_limits"]),
        pauses=pauses,
        now=at,
    )
    profile.give_consent(session, actor=actor, expert=expert, now=at)


def _claim(session: Session, registration: Registration, admin: Actor, at: datetime) -> None:
    vetting.claim_review(session, actor=admin, registration=registration, version=registration.version, now=at)


def _language(person: dict[str, Any]) -> str:
    return "ja" if "ja" in person["languages"] else "en"


def _month(text: str | None) -> date | None:
    return date.fromisoformat(f"{text}-01") if text else None


def _day(now: datetime, days: int) -> date:
    return day_in_japan(now + timedelta(days=days))
