"""What every change to a part of a profile begins and ends with.

An applicant may save a part half filled in; what is missing is asked when the registration is submitted. While a
registration is being judged its profile stands still. An approved expert's profile may not become incomplete, and a
change to what was vetted (names, ORCID iD, affiliations, skills) opens a re-vetting; until that is done the expert
goes on being asked: a corrected spelling should cost nobody an invitation, and an administrator sees the change soon.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.audit.service import record
from advnet.errors import Invalid, WrongState, msgid
from advnet.experts import queries
from advnet.experts.model import Expert, Standing
from advnet.experts.registration.completeness import Section, list_gaps
from advnet.experts.versions import digest
from advnet.jobs.service import note_index_change
from advnet.permissions import Permission, require

IDENTITY = (
    "family_ja", "given_ja", "family_kana", "given_kana", "family_en", "given_en", "orcid", "country", "languages",
    "career_stage",
)  # fmt: skip
AFFILIATION = ("name_ja", "name_en", "role_ja", "role_en", "from_on", "until_on")
BIOGRAPHY = ("biography_ja", "biography_en")
LOAD = ("max_open_invitations", "off_limits")
PAUSE = ("from_on", "until_on", "note")

SECTIONS_IN_ONE: Mapping[Section, Callable[[Expert], Mapping[str, object]]] = {
    Section.IDENTITY: lambda expert: facts_of(expert, IDENTITY),
    Section.AFFILIATIONS: lambda expert: {"rows": [facts_of(row, AFFILIATION) for row in expert.affiliations]},
    Section.BIOGRAPHY: lambda expert: facts_of(expert, BIOGRAPHY),
    Section.AVAILABILITY: lambda expert: {
        **facts_of(expert, LOAD),
        "pauses": [facts_of(pause, PAUSE) for pause in expert.pauses],
    },
}
"""The facts of the sections that are saved as a whole; skills and works are saved one by one."""


class BeingJudged(WrongState):
    message = msgid(
        "Your registration is being judged, so your profile cannot be changed now. Withdraw it to change it."
    )


def facts_of(row: object, names: Iterable[str]) -> dict[str, object]:
    """The row's facts of these names."""
    return {name: getattr(row, name) for name in names}


def section_version(expert: Expert, section: Section) -> str:
    """The version of a section that is saved as a whole, to be named by who saves it."""
    return digest(SECTIONS_IN_ONE[section](expert))


def begin_edit(session: Session, *, actor: Actor, expert: Expert, even_when_judged: bool = False) -> None:
    """Nobody else changes the profile until this transaction ends, and it is the whole profile as it stands now.

    :raises BeingJudged: a registration of it waits for its decision
    """
    require(Permission.PROFILE_EDIT, actor, expert)
    queries.lock_whole_profile(session, expert)
    registration = queries.find_registration(expert)
    is_judged = registration is not None and registration.is_open and not registration.is_editable
    if is_judged and not even_when_judged:
        raise BeingJudged()


def keep_complete(expert: Expert, section: Section, changed: Expert) -> None:
    """Refuse what would leave a gap in this section of an approved profile.

    :param changed: holds the section as it would be
    """
    gaps = [gap for gap in list_gaps(changed) if gap.section == section] if expert.is_approved else []
    if gaps:
        raise Invalid(gaps[0].message)


def finish_edit(
    session: Session, *, actor: Actor, expert: Expert, section: Section, is_material: bool, now: datetime
) -> None:
    """The change is dated, audited without its text, told to the index and, where it is material, to administrators."""
    if expert.is_approved and is_material:
        expert.re_vetting_since = expert.re_vetting_since or now
        if expert.standing == Standing.ACTIVE:
            expert.standing = Standing.RE_VETTING
    expert.changed_at = now
    detail = {"section": section.value, "standing": expert.standing}
    record(session, actor=actor, event="profile:changed", subject=expert, detail=detail, now=now)
    if expert.is_approved:
        note_index_change(session, expert_id=expert.id, now=now)
