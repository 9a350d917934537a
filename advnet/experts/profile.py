"""The sections of a profile that are saved as a whole; skills and works, saved one by one, are in their own files.

``seen`` is the :func:`.section_version` that the person's page showed, None where nobody looked at a page.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.errors import Invalid, msgid
from advnet.experts.editing import AFFILIATION, SECTIONS_IN_ONE, begin_edit, facts_of, finish_edit, keep_complete
from advnet.experts.identity import refresh_keys
from advnet.experts.model import Affiliation, CareerStage, Expert, Pause
from advnet.experts.names import parse_kana
from advnet.experts.orcid import parse_orcid
from advnet.experts.registration.completeness import Section
from advnet.experts.versions import refuse_overtaken_edit
from advnet.text import fold

CONSENT_VERSION = "2026-1"
CONSENT_OUTSIDE = "outside"


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
class NewPause:
    """First and last day, both included."""

    from_on: date
    until_on: date
    note: str = ""


def save_identity(
    session: Session, *, actor: Actor, expert: Expert, family_ja: str, given_ja: str, family_kana: str, given_kana: str,
    family_en: str, given_en: str, orcid: str, country: str | None, languages: Sequence[str],
    career_stage: CareerStage | None, now: datetime, seen: str | None = None,
) -> None:  # fmt: skip
    """Names, ORCID iD, country, languages and career stage are as given.

    :param orcid: in any usual form, "" for none
    :param family_kana: in any kana; kept as katakana
    :raises Invalid: on ``orcid``, when it is none, or belongs to another approved expert; on a reading that is not kana
    :raises EditedMeanwhile: the section has another version by now; nothing is changed
    """
    _begin(session, actor=actor, expert=expert, section=Section.IDENTITY, seen=seen)
    identifier = parse_orcid(orcid) if orcid.strip() else None
    if identifier and expert.is_approved:
        refuse_taken_orcid(session, expert=expert, orcid=identifier)
    columns = {
        "family_ja": family_ja.strip(), "given_ja": given_ja.strip(),
        "family_kana": parse_kana(family_kana, field="family_kana"),
        "given_kana": parse_kana(given_kana, field="given_kana"),
        "family_en": family_en.strip(), "given_en": given_en.strip(),
        "orcid": identifier, "country": country or None, "career_stage": career_stage or None,
        "languages": list(languages),
    }  # fmt: skip
    keep_complete(expert, Section.IDENTITY, Expert(**columns))
    before = _vetted_identity(expert)
    for name, value in columns.items():
        setattr(expert, name, value)
    refresh_keys(expert)
    is_material = before != _vetted_identity(expert)
    finish_edit(session, actor=actor, expert=expert, section=Section.IDENTITY, is_material=is_material, now=now)


def save_affiliations(
    session: Session, *, actor: Actor, expert: Expert, affiliations: Sequence[NewAffiliation], now: datetime,
    seen: str | None = None,
) -> None:  # fmt: skip
    """The affiliations are these, in this order.

    :raises Invalid: one without a name, or that ends before it begins
    :raises EditedMeanwhile: the section has another version by now; nothing is changed
    """
    _begin(session, actor=actor, expert=expert, section=Section.AFFILIATIONS, seen=seen)
    for number, given in enumerate(affiliations, start=1):
        if not given.name_ja.strip() and not given.name_en.strip():
            raise Invalid(msgid("Affiliation %(number)s: enter the name of the organisation."), number=number)
        if given.from_on and given.until_on and given.until_on < given.from_on:
            raise Invalid(msgid("Affiliation %(number)s: it ends before it begins."), number=number)
    before = [facts_of(row, AFFILIATION) for row in expert.affiliations]
    rows = [Affiliation(position=position, **asdict(given)) for position, given in enumerate(affiliations)]
    keep_complete(expert, Section.AFFILIATIONS, Expert(affiliations=list(rows)))
    if before != [facts_of(row, AFFILIATION) for row in rows]:
        expert.affiliations = rows
        finish_edit(session, actor=actor, expert=expert, section=Section.AFFILIATIONS, is_material=True, now=now)


def save_biography(
    session: Session, *, actor: Actor, expert: Expert, biography_ja: str, biography_en: str, now: datetime,
    seen: str | None = None,
) -> None:  # fmt: skip
    """The biographies are as given.

    :raises EditedMeanwhile: the section has another version by now; nothing is changed
    """
    _begin(session, actor=actor, expert=expert, section=Section.BIOGRAPHY, seen=seen)
    columns = {"biography_ja": biography_ja.strip(), "biography_en": biography_en.strip()}
    keep_complete(expert, Section.BIOGRAPHY, Expert(**columns))
    for name, value in columns.items():
        setattr(expert, name, value)
    finish_edit(session, actor=actor, expert=expert, section=Section.BIOGRAPHY, is_material=False, now=now)


def save_availability(
    session: Session, *, actor: Actor, expert: Expert, max_open_invitations: int, off_limits: str,
    pauses: Sequence[NewPause], now: datetime, seen: str | None = None,
) -> None:  # fmt: skip
    """Load, pauses and off-limits topics are as given. Possible in every state: nobody waits to say "not now".

    :raises Invalid: a pause ends before it begins
    :raises EditedMeanwhile: the section has another version by now; nothing is changed
    """
    _begin(session, actor=actor, expert=expert, section=Section.AVAILABILITY, seen=seen)
    for number, pause in enumerate(pauses, start=1):
        if pause.until_on < pause.from_on:
            raise Invalid(msgid("Pause %(number)s: it ends before it begins."), number=number)
    expert.max_open_invitations, expert.off_limits = max_open_invitations, off_limits.strip()
    expert.pauses = [Pause(**asdict(pause)) for pause in pauses]
    finish_edit(session, actor=actor, expert=expert, section=Section.AVAILABILITY, is_material=False, now=now)


def give_consent(session: Session, *, actor: Actor, expert: Expert, now: datetime) -> None:
    """The person has agreed to the terms of :data:`CONSENT_VERSION`."""
    begin_edit(session, actor=actor, expert=expert, even_when_judged=True)
    expert.consent_at, expert.consent_version = now, CONSENT_VERSION
    finish_edit(session, actor=actor, expert=expert, section=Section.CONSENT, is_material=False, now=now)


def withdraw_consent(session: Session, *, actor: Actor, expert: Expert, now: datetime) -> None:
    """The person no longer agrees: is not asked any more, and a registration that is not decided cannot go on."""
    begin_edit(session, actor=actor, expert=expert, even_when_judged=True)
    expert.consent_at = expert.consent_version = None
    finish_edit(session, actor=actor, expert=expert, section=Section.CONSENT, is_material=False, now=now)


def refuse_taken_orcid(session: Session, *, expert: Expert, orcid: str) -> None:
    """:raises Invalid: another approved expert has this ORCID iD"""
    query = sa.select(Expert.id).where(Expert.orcid == orcid, Expert.standing.is_not(None), Expert.id != expert.id)
    if session.scalar(query.limit(1)) is not None:
        raise Invalid(msgid("Another expert of the Network has this ORCID iD."), field="orcid")


def _begin(session: Session, *, actor: Actor, expert: Expert, section: Section, seen: str | None) -> None:
    begin_edit(session, actor=actor, expert=expert, even_when_judged=section == Section.AVAILABILITY)
    if seen is not None:
        refuse_overtaken_edit(SECTIONS_IN_ONE[section](expert), seen)


def _vetted_identity(expert: Expert) -> tuple[str | None, ...]:
    return (expert.name_ja, fold(expert.name_kana), expert.name_en, expert.orcid)
