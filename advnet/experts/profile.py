"""Changes to a profile, section by section.

An applicant may save a section half filled in; what is missing is asked when the registration is submitted. While a
registration is being judged its profile stands still. An approved expert's profile may not become incomplete, and a
change to what was vetted (names, ORCID iD, affiliations, skills) opens a re-vetting; until that is done the expert
goes on being asked: a corrected spelling should cost nobody an invitation, and an administrator sees the change soon.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.audit.service import record
from advnet.errors import Invalid, WrongState, msgid
from advnet.experts import queries
from advnet.experts.identity import refresh_keys
from advnet.experts.model import SKILL_LEVELS, Affiliation, CareerStage, Expert, ExpertSkill, Pause, Standing
from advnet.experts.orcid import parse_orcid
from advnet.experts.registration.completeness import Section, list_gaps
from advnet.experts.vocabulary.model import Concept
from advnet.experts.works.model import Work, WorkKind, WorkSource
from advnet.jobs.service import note_index_change
from advnet.permissions import Permission, require

MAX_WORKS = 500
MAX_SKILLS = 40
CONSENT_VERSION = "2026-1"
CONSENT_OUTSIDE = "outside"


class BeingJudged(WrongState):
    message = msgid(
        "Your registration is being judged, so your profile cannot be changed now. Withdraw it to change it."
    )


@dataclass(frozen=True)
class NewAffiliation:
    """A post as given; months are their first day, ``until_on`` None while it lasts."""

    name_ja: str = ""
    name_en: str = ""
    role_ja: str = ""
    role_en: str = ""
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class NewWork:
    """A work as given. :ivar doi: in the normal form that :mod:`.works.doi` gives"""

    title: str
    kind: WorkKind = WorkKind.ARTICLE
    abstract: str = ""
    year: int | None = None
    venue: str = ""
    doi: str | None = None
    url: str = ""
    source: WorkSource = WorkSource.HAND


@dataclass(frozen=True)
class NewPause:
    """First and last day, both included."""

    from_on: date
    until_on: date
    note: str = ""


def save_identity(
    session: Session, *, actor: Actor, expert: Expert, family_ja: str, given_ja: str, family_kana: str, given_kana: str,
    family_en: str, given_en: str, orcid: str, country: str | None, languages: Sequence[str],
    career_stage: CareerStage | None, now: datetime,
) -> None:  # fmt: skip
    """Names, ORCID iD, country, languages and career stage are as given.

    :param orcid: in any usual form, "" for none
    :raises Invalid: on ``orcid``, when it is none, or belongs to another approved expert
    """
    _begin(session, actor=actor, expert=expert)
    identifier = parse_orcid(orcid) if orcid.strip() else None
    if identifier and expert.is_approved:
        refuse_taken_orcid(session, expert=expert, orcid=identifier)
    columns = {
        "family_ja": family_ja.strip(), "given_ja": given_ja.strip(),
        "family_kana": family_kana.strip(), "given_kana": given_kana.strip(),
        "family_en": family_en.strip(), "given_en": given_en.strip(),
        "orcid": identifier, "country": country or None, "career_stage": career_stage or None,
        "languages": list(languages),
    }  # fmt: skip
    _keep_complete(expert, Section.IDENTITY, Expert(**columns))
    before = _vetted_identity(expert)
    for name, value in columns.items():
        setattr(expert, name, value)
    refresh_keys(expert)
    is_material = before != _vetted_identity(expert)
    _finish(session, actor=actor, expert=expert, section=Section.IDENTITY, is_material=is_material, now=now)


def save_affiliations(
    session: Session, *, actor: Actor, expert: Expert, affiliations: Sequence[NewAffiliation], now: datetime
) -> None:
    """The affiliations are these, in this order.

    :raises Invalid: one without a name, or that ends before it begins
    """
    _begin(session, actor=actor, expert=expert)
    for number, given in enumerate(affiliations, start=1):
        if not given.name_ja.strip() and not given.name_en.strip():
            raise Invalid(msgid("Affiliation %(number)s: enter the name of the organisation."), number=number)
        if given.from_on and given.until_on and given.until_on < given.from_on:
            raise Invalid(msgid("Affiliation %(number)s: it ends before it begins."), number=number)
    before = [_facts_of_affiliation(affiliation) for affiliation in expert.affiliations]
    rows = [Affiliation(position=position, **asdict(given)) for position, given in enumerate(affiliations)]
    _keep_complete(expert, Section.AFFILIATIONS, Expert(affiliations=list(rows)))
    if before != [_facts_of_affiliation(row) for row in rows]:
        expert.affiliations = rows
        _finish(session, actor=actor, expert=expert, section=Section.AFFILIATIONS, is_material=True, now=now)


def add_skill(
    session: Session, *, actor: Actor, expert: Expert, concept: Concept, level: int, evidence: str, now: datetime
) -> ExpertSkill:
    """The skill is declared; declaring it again changes its level and evidence.

    :param concept: not retired
    :raises Invalid: an unknown level, or too many skills
    """
    _begin(session, actor=actor, expert=expert)
    _check_level(level)
    if concept.retired_at is not None:
        raise Invalid(msgid("This skill can no longer be chosen. Choose another."), field="concept")
    skill = next((skill for skill in expert.skills if skill.concept_id == concept.id), None)
    if skill is None:
        if len(expert.skills) >= MAX_SKILLS:
            raise Invalid(
                msgid("Choose at most %(maximum)s skills: those that you would be asked for."), maximum=MAX_SKILLS
            )
        skill = ExpertSkill(concept=concept, concept_id=concept.id)
        expert.skills.append(skill)
    skill.level, skill.evidence = level, evidence.strip()
    _finish(session, actor=actor, expert=expert, section=Section.SKILLS, is_material=True, now=now)
    return skill


def change_skill(
    session: Session, *, actor: Actor, expert: Expert, skill: ExpertSkill, level: int, evidence: str, now: datetime
) -> None:
    """Level and evidence of the skill are as given. :raises Invalid: an unknown level"""
    _begin(session, actor=actor, expert=expert)
    _check_level(level)
    is_material = skill.level != level
    skill.level, skill.evidence = level, evidence.strip()
    _finish(session, actor=actor, expert=expert, section=Section.SKILLS, is_material=is_material, now=now)


def remove_skill(session: Session, *, actor: Actor, expert: Expert, skill: ExpertSkill, now: datetime) -> None:
    """The skill is declared no longer. :raises Invalid: an approved profile would be left without any"""
    _begin(session, actor=actor, expert=expert)
    _keep_complete(expert, Section.SKILLS, Expert(skills=[ExpertSkill() for _ in expert.skills[1:]]))
    expert.skills.remove(skill)
    _finish(session, actor=actor, expert=expert, section=Section.SKILLS, is_material=True, now=now)


def add_works(session: Session, *, actor: Actor, expert: Expert, works: Iterable[NewWork], now: datetime) -> list[Work]:
    """The works are part of the profile; those that are there already (same DOI, or same title and year) are left out.

    :raises Invalid: there would be more than :data:`MAX_WORKS`
    """
    _begin(session, actor=actor, expert=expert)
    present = {key for work in expert.works for key in _work_keys(work)}
    added: list[Work] = []
    for given in works:
        keys = _work_keys(given)
        if present.isdisjoint(keys):
            present |= keys
            added.append(Work(**asdict(given)))
    if len(expert.works) + len(added) > MAX_WORKS:
        raise Invalid(
            msgid("A profile holds at most %(maximum)s works. Give the most telling ones."), maximum=MAX_WORKS
        )
    if added:
        expert.works.extend(added)
        _finish(session, actor=actor, expert=expert, section=Section.WORKS, is_material=False, now=now)
    return added


def change_work(session: Session, *, actor: Actor, expert: Expert, work: Work, given: NewWork, now: datetime) -> None:
    """The work is as given; how its record came here is kept."""
    _begin(session, actor=actor, expert=expert)
    for name, value in asdict(given).items():
        if name != "source":
            setattr(work, name, value)
    _finish(session, actor=actor, expert=expert, section=Section.WORKS, is_material=False, now=now)


def remove_work(session: Session, *, actor: Actor, expert: Expert, work: Work, now: datetime) -> None:
    """The work is no longer part of the profile. :raises Invalid: an approved profile would be left without any"""
    _begin(session, actor=actor, expert=expert)
    _keep_complete(expert, Section.WORKS, Expert(works=[Work() for _ in expert.works[1:]]))
    expert.works.remove(work)
    _finish(session, actor=actor, expert=expert, section=Section.WORKS, is_material=False, now=now)


def save_biography(
    session: Session, *, actor: Actor, expert: Expert, biography_ja: str, biography_en: str, now: datetime
) -> None:
    """The biographies are as given."""
    _begin(session, actor=actor, expert=expert)
    columns = {"biography_ja": biography_ja.strip(), "biography_en": biography_en.strip()}
    _keep_complete(expert, Section.BIOGRAPHY, Expert(**columns))
    for name, value in columns.items():
        setattr(expert, name, value)
    _finish(session, actor=actor, expert=expert, section=Section.BIOGRAPHY, is_material=False, now=now)


def save_availability(
    session: Session, *, actor: Actor, expert: Expert, max_open_invitations: int, off_limits: str,
    pauses: Sequence[NewPause], now: datetime,
) -> None:  # fmt: skip
    """Load, pauses and off-limits topics are as given. Possible in every state: nobody waits to say "not now".

    :raises Invalid: a pause ends before it begins
    """
    require(Permission.PROFILE_EDIT, actor, expert)
    queries.lock_expert(session, expert)
    for number, pause in enumerate(pauses, start=1):
        if pause.until_on < pause.from_on:
            raise Invalid(msgid("Pause %(number)s: it ends before it begins."), number=number)
    expert.max_open_invitations, expert.off_limits = max_open_invitations, off_limits.strip()
    expert.pauses = [Pause(**asdict(pause)) for pause in pauses]
    _finish(session, actor=actor, expert=expert, section=Section.AVAILABILITY, is_material=False, now=now)


def give_consent(session: Session, *, actor: Actor, expert: Expert, now: datetime) -> None:
    """The person has agreed to the terms of :data:`CONSENT_VERSION`."""
    require(Permission.PROFILE_EDIT, actor, expert)
    queries.lock_expert(session, expert)
    expert.consent_at, expert.consent_version = now, CONSENT_VERSION
    _finish(session, actor=actor, expert=expert, section=Section.CONSENT, is_material=False, now=now)


def withdraw_consent(session: Session, *, actor: Actor, expert: Expert, now: datetime) -> None:
    """The person no longer agrees: is not asked any more, and a registration that is not decided cannot go on."""
    require(Permission.PROFILE_EDIT, actor, expert)
    queries.lock_expert(session, expert)
    expert.consent_at = expert.consent_version = None
    _record(session, actor=actor, expert=expert, section=Section.CONSENT, now=now)


def refuse_taken_orcid(session: Session, *, expert: Expert, orcid: str) -> None:
    """:raises Invalid: another approved expert has this ORCID iD"""
    query = sa.select(Expert.id).where(Expert.orcid == orcid, Expert.standing.is_not(None), Expert.id != expert.id)
    if session.scalar(query.limit(1)) is not None:
        raise Invalid(msgid("Another expert of the Network has this ORCID iD."), field="orcid")


def _begin(session: Session, *, actor: Actor, expert: Expert) -> None:
    require(Permission.PROFILE_EDIT, actor, expert)
    queries.lock_expert(session, expert)
    registration = queries.find_registration(expert)
    if registration is not None and registration.is_open and not registration.is_editable:
        raise BeingJudged()


def _keep_complete(expert: Expert, section: Section, changed: Expert) -> None:
    """Refuse what would leave a gap in this section of an approved profile."""
    gaps = [gap for gap in list_gaps(changed) if gap.section == section] if expert.is_approved else []
    if gaps:
        raise Invalid(gaps[0].message)


def _finish(
    session: Session, *, actor: Actor, expert: Expert, section: Section, is_material: bool, now: datetime
) -> None:
    if expert.is_approved and is_material:
        expert.re_vetting_since = expert.re_vetting_since or now
        if expert.standing == Standing.ACTIVE:
            expert.standing = Standing.RE_VETTING
    _record(session, actor=actor, expert=expert, section=section, now=now)


def _record(session: Session, *, actor: Actor, expert: Expert, section: Section, now: datetime) -> None:
    expert.changed_at = now
    detail = {"section": section.value, "standing": expert.standing}
    record(session, actor=actor, event="profile:changed", subject=expert, detail=detail, now=now)
    if expert.is_approved:
        note_index_change(session, expert_id=expert.id, now=now)


def _check_level(level: int) -> None:
    if level not in SKILL_LEVELS:
        raise Invalid(msgid("Choose a level from 1 to 4."), field="level")


def _vetted_identity(expert: Expert) -> tuple[str | None, ...]:
    return (expert.name_ja, expert.name_kana, expert.name_en, expert.orcid)


def _facts_of_affiliation(affiliation: Affiliation) -> dict[str, object]:
    return {name: getattr(affiliation, name) for name in NewAffiliation.__dataclass_fields__}


def _work_keys(work: Work | NewWork) -> set[tuple[object, ...]]:
    keys: set[tuple[object, ...]] = {("title", work.title.strip().casefold(), work.year)}
    return keys | {("doi", work.doi)} if work.doi else keys
