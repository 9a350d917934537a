"""Sections of a profile: what is saved, what is refused, what an approved expert's change opens."""

from datetime import date

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.audit.model import AuditEntry
from advnet.errors import EditedMeanwhile, Forbidden, Invalid
from advnet.experts import profile, queries, skills
from advnet.experts.editing import section_version
from advnet.experts.model import ExpertKey, KeyKind, Standing
from advnet.experts.profile import NewAffiliation, NewPause
from advnet.experts.registration import queries as vetting_queries
from advnet.experts.registration.completeness import Section
from advnet.experts.works import service as works
from advnet.experts.works.model import WorkSource
from advnet.experts.works.service import NewWork, add_works, change_work, remove_work, work_version
from advnet.jobs.model import IndexChange
from tests.builders_experts import ORCID, ORCID_WITH_X, Experts

NAMES = ("family_ja", "given_ja", "family_kana", "given_kana", "family_en", "given_en")


@pytest.fixture
def experts(session, now) -> Experts:
    return Experts(session, now)


def own(session, expert, now) -> dict:
    """What every save is given, by the expert."""
    return {"session": session, "actor": expert.user.actor, "expert": expert, "now": now}


def identity(expert, **changed) -> dict:
    """The identity as it stands, with some of it changed."""
    names = {name: getattr(expert, name) for name in NAMES}
    others = {"orcid": expert.orcid or "", "country": expert.country, "languages": expert.languages,
              "career_stage": expert.career_stage}  # fmt: skip
    return {**names, **others, **changed}


def changes(session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(IndexChange))


def test_identity_is_saved_tidied_and_its_keys_follow(session, experts, now):
    expert = experts.applicant().expert
    other = experts.complete(family_en="Aoki", given_en="Ren")
    profile.save_identity(
        **own(session, expert, now),
        **identity(expert, family_en=" Aoki ", given_en="Ren", orcid=f"https://orcid.org/{ORCID_WITH_X.lower()}"),
    )
    assert (expert.name_en, expert.orcid) == ("Ren Aoki", ORCID_WITH_X)
    assert [duplicate.expert.id for duplicate in vetting_queries.list_likely_duplicates(session, expert)] == [other.id]
    kept = session.scalars(sa.select(ExpertKey.key).where(ExpertKey.expert_id == expert.id, ExpertKey.kind == "orcid"))
    assert kept.all() == [ORCID_WITH_X]


def test_saving_the_same_identity_twice_keeps_its_keys(session, experts, now):
    expert = experts.applicant(orcid=ORCID).expert
    before = {(key.id, key.kind, key.key) for key in expert.keys}
    profile.save_identity(**own(session, expert, now), **identity(expert))
    assert {(key.id, key.kind, key.key) for key in expert.keys} == before
    assert KeyKind.ORCID in {kind for _, kind, _ in before}


@pytest.mark.parametrize(
    ("changed", "standing"),
    [
        ({}, Standing.ACTIVE),
        ({"country": "FR"}, Standing.ACTIVE),
        ({"languages": ["en"]}, Standing.ACTIVE),
        ({"career_stage": "senior"}, Standing.ACTIVE),
        ({"given_en": "Another"}, Standing.RE_VETTING),
        ({"family_ja": "別"}, Standing.RE_VETTING),
        ({"given_kana": "ベツ"}, Standing.RE_VETTING),
        ({"orcid": ORCID}, Standing.RE_VETTING),
    ],
)
def test_only_a_change_of_what_was_vetted_opens_a_re_vetting(session, experts, now, changed, standing):
    expert = experts.approved()
    profile.save_identity(**own(session, expert, now), **identity(expert, **changed))
    assert (expert.standing, expert.re_vetting_since) == (standing, now if standing == Standing.RE_VETTING else None)
    assert changes(session) == 1


def test_a_reading_in_hiragana_becomes_katakana_which_is_no_change_of_name(session, experts, now):
    expert = experts.approved(family_kana="しもばしら", given_kana="しんじん")
    profile.save_identity(**own(session, expert, now), **identity(expert, family_kana="しもばしら"))
    assert (expert.name_kana, expert.standing) == ("シモバシラ シンジン", Standing.ACTIVE)


def test_a_change_during_a_pause_is_remembered_for_the_return(session, experts, now):
    expert = experts.approved(Standing.PAUSED)
    profile.save_identity(**own(session, expert, now), **identity(expert, given_en="Another"))
    assert (expert.standing, expert.re_vetting_since) == (Standing.PAUSED, now)


def test_an_applicants_change_is_nothing_for_the_index(session, experts, now):
    expert = experts.applicant().expert
    profile.save_identity(**own(session, expert, now), **identity(expert, given_en="Another"))
    assert (expert.standing, changes(session)) == (None, 0)


@pytest.mark.parametrize("owner", ["applicant", "expert"])
def test_the_orcid_id_of_an_approved_expert_is_refused_to_another_one_and_shown_for_an_applicant(
    session, experts, now, owner
):
    experts.approved(orcid=ORCID)
    expert = experts.approved() if owner == "expert" else experts.applicant().expert
    if owner == "expert":
        with pytest.raises(Invalid) as refused:
            profile.save_identity(**own(session, expert, now), **identity(expert, orcid=ORCID))
        assert refused.value.field == "orcid"
        assert expert.orcid is None
    else:
        profile.save_identity(**own(session, expert, now), **identity(expert, orcid=ORCID))
        assert vetting_queries.count_likely_duplicates(session, [expert.id]) == {expert.id: 1}


def test_the_database_refuses_two_approved_experts_with_one_orcid_id(session, experts):
    experts.approved(orcid=ORCID)
    with pytest.raises(sa.exc.IntegrityError):
        experts.approved(orcid=ORCID)


@pytest.mark.parametrize("changed", [{"given_en": ""}, {"country": None}, {"languages": []}, {"career_stage": None}])
def test_an_approved_profile_may_not_become_incomplete(session, experts, now, changed):
    expert = experts.approved()
    with pytest.raises(Invalid):
        profile.save_identity(**own(session, expert, now), **identity(expert, **changed))
    assert not session.dirty
    assert (expert.standing, changes(session)) == (Standing.ACTIVE, 0)


def test_an_approved_expert_keeps_at_least_one_of_everything(session, experts, now):
    expert = experts.approved()
    for remove in (
        lambda: profile.save_affiliations(**own(session, expert, now), affiliations=[]),
        lambda: skills.remove_skill(**own(session, expert, now), skill=expert.skills[0]),
        lambda: remove_work(**own(session, expert, now), work=expert.works[0]),
        lambda: profile.save_biography(**own(session, expert, now), biography_ja="", biography_en=" "),
    ):
        with pytest.raises(Invalid):
            remove()
    assert (len(expert.affiliations), len(expert.skills), len(expert.works)) == (1, 1, 1)
    assert expert.biography_en


def test_an_applicant_may_take_everything_out_again(session, experts, now):
    expert = experts.applicant().expert
    profile.save_affiliations(**own(session, expert, now), affiliations=[])
    skills.remove_skill(**own(session, expert, now), skill=expert.skills[0])
    remove_work(**own(session, expert, now), work=expert.works[0])
    assert (expert.affiliations, expert.skills, expert.works) == ([], [], [])


def test_affiliations_are_kept_in_the_order_given_and_the_same_ones_change_nothing(session, experts, now):
    expert = experts.approved()
    given = [
        NewAffiliation(name_en="B", from_on=date(2020, 4, 1)),
        NewAffiliation(name_ja="ア", until_on=date(2020, 3, 1)),
    ]
    profile.save_affiliations(**own(session, expert, now), affiliations=given)
    session.refresh(expert, ["affiliations"])
    assert [(row.name_ja, row.name_en, row.is_current) for row in expert.affiliations] == [
        ("", "B", True), ("ア", "", False),
    ]  # fmt: skip
    assert expert.standing == Standing.RE_VETTING
    expert.standing = Standing.ACTIVE
    profile.save_affiliations(**own(session, expert, now), affiliations=given)
    assert (expert.standing, changes(session)) == (Standing.ACTIVE, 1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (NewAffiliation(role_en="Professor"), "Affiliation 1: enter the name of the organisation."),
        (NewAffiliation(name_en="A", from_on=date(2020, 4, 1), until_on=date(2020, 3, 1)), "Affiliation 1: it ends"),
    ],
)
def test_an_affiliation_needs_a_name_and_dates_in_order(session, experts, now, given, message):
    expert = experts.approved()
    with pytest.raises(Invalid, match=message):
        profile.save_affiliations(**own(session, expert, now), affiliations=[given])


def test_declaring_a_skill_again_changes_it(session, experts, now):
    expert = experts.applicant().expert
    skills.declare_skill(**own(session, expert, now), concept=experts.concept(), level=4, evidence=" New ")
    assert [(skill.level, skill.evidence) for skill in expert.skills] == [(4, "New")]


@pytest.mark.parametrize(("level", "standing"), [(3, Standing.ACTIVE), (4, Standing.RE_VETTING)])
def test_another_level_is_material_and_other_evidence_is_not(session, experts, now, level, standing):
    expert = experts.approved()
    skills.declare_skill(**own(session, expert, now), concept=expert.skills[0].concept, level=level, evidence="Other")
    assert expert.standing == standing


@pytest.mark.parametrize("level", [0, 5])
def test_a_level_outside_one_to_four_is_refused(session, experts, now, level):
    expert = experts.applicant().expert
    with pytest.raises(Invalid) as refused:
        skills.declare_skill(**own(session, expert, now), concept=expert.skills[0].concept, level=level, evidence="")
    assert refused.value.field == "level"


def test_a_retired_concept_and_a_skill_too_many_are_refused(session, experts, now, monkeypatch):
    expert = experts.applicant().expert
    retired, another = experts.concept("old", retired_at=now), experts.concept("new")
    with pytest.raises(Invalid, match="no longer"):
        skills.declare_skill(**own(session, expert, now), concept=retired, level=1, evidence="")
    monkeypatch.setattr(skills, "MAX_SKILLS", 1)
    with pytest.raises(Invalid, match="at most 1 skills"):
        skills.declare_skill(**own(session, expert, now), concept=another, level=1, evidence="")


def test_works_that_are_there_already_are_left_out(session, experts, now):
    expert = experts.approved()
    given = [
        NewWork("Drift", year=2020, doi="10.1000/drift", source=WorkSource.BIBTEX),
        NewWork("Drift again", year=2021, doi="10.1000/drift"),
        NewWork("DRIFT", year=2020),
        NewWork("Drift", year=2022),
    ]
    added = add_works(**own(session, expert, now), works=given)
    assert [(work.title, work.year) for work in added] == [("Drift", 2020), ("Drift", 2022)]
    assert add_works(**own(session, expert, now), works=given) == []
    assert (expert.standing, changes(session)) == (Standing.ACTIVE, 1)


def test_one_work_too_many_is_refused_whole(session, experts, now, monkeypatch):
    expert = experts.applicant().expert
    monkeypatch.setattr(works, "MAX_WORKS", 2)
    with pytest.raises(Invalid, match="at most 2 works"):
        add_works(**own(session, expert, now), works=[NewWork("One"), NewWork("Two")])
    assert len(expert.works) == 1
    assert len(add_works(**own(session, expert, now), works=[NewWork("One")])) == 1


def test_changing_a_work_keeps_how_it_came_here(session, experts, now):
    expert = experts.applicant().expert
    work = expert.works[0]
    work.source = WorkSource.RIS
    change_work(**own(session, expert, now), work=work, given=NewWork("New title", abstract="Text"))
    assert (work.title, work.abstract, work.source) == ("New title", "Text", WorkSource.RIS)


def test_availability_replaces_the_pauses_and_refuses_one_that_ends_before_it_begins(session, experts, now):
    expert = experts.approved()
    save = {**own(session, expert, now), "max_open_invitations": 2, "off_limits": " Whaling "}
    profile.save_availability(**save, pauses=[NewPause(date(2026, 12, 1), date(2026, 12, 1), "Cruise")])
    assert (expert.off_limits, len(expert.pauses), expert.standing) == ("Whaling", 1, Standing.ACTIVE)
    with pytest.raises(Invalid, match="Pause 1"):
        profile.save_availability(**save, pauses=[NewPause(date(2026, 12, 2), date(2026, 12, 1))])
    assert [pause.note for pause in expert.pauses] == ["Cruise"]


def test_consent_is_dated_with_its_version_and_can_be_taken_back(session, experts, now):
    expert = experts.applicant(consent_at=None, consent_version=None).expert
    profile.give_consent(**own(session, expert, now))
    assert (expert.consent_at, expert.consent_version) == (now, profile.CONSENT_VERSION)
    profile.withdraw_consent(**own(session, expert, now))
    assert (expert.consent_at, expert.consent_version) == (None, None)


def test_a_save_is_audited_by_section_without_its_text(session, experts, now):
    expert = experts.approved()
    profile.save_biography(**own(session, expert, now), biography_ja="", biography_en="A secret of mine")
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.event, entry.actor_id) == ("profile:changed", expert.user_id)
    assert entry.detail == {"section": "biography", "standing": "active"}


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ADVISOR, Role.EXPERT])
def test_nobody_changes_the_profile_of_another(session, experts, people, now, role):
    expert, other = experts.approved(), people.make(role)
    with pytest.raises(Forbidden):
        profile.save_biography(session, actor=other.actor, expert=expert, biography_ja="", biography_en="Mine", now=now)


@pytest.mark.parametrize(
    ("section", "save"),
    [
        (Section.IDENTITY, lambda expert, save: profile.save_identity(**save, **identity(expert, country="FR"))),
        (Section.AFFILIATIONS, lambda _, save: profile.save_affiliations(**save, affiliations=[NewAffiliation("X")])),
        (Section.BIOGRAPHY, lambda _, save: profile.save_biography(**save, biography_ja="", biography_en="New")),
        (Section.AVAILABILITY, lambda _, save: profile.save_availability(
            **save, max_open_invitations=1, off_limits="", pauses=[NewPause(date(2026, 12, 1), date(2026, 12, 2))])),
    ],
)  # fmt: skip
def test_the_second_window_with_a_section_is_told_and_changes_nothing(session, experts, now, section, save):
    expert = experts.approved()
    seen = section_version(expert, section)
    save(expert, {**own(session, expert, now), "seen": seen})
    after = section_version(expert, section)
    with pytest.raises(EditedMeanwhile):
        save(expert, {**own(session, expert, now), "seen": seen})
    assert section_version(expert, section) == after != seen
    save(expert, {**own(session, expert, now), "seen": after})


def test_windows_with_different_sections_do_not_meet(session, experts, now):
    expert = experts.approved()
    seen = section_version(expert, Section.BIOGRAPHY)
    add_works(**own(session, expert, now), works=[NewWork("Another")])
    profile.save_identity(**own(session, expert, now), **identity(expert, country="FR"))
    profile.save_biography(**own(session, expert, now), biography_ja="", biography_en="New", seen=seen)
    assert (expert.biography_en, len(expert.works), expert.country) == ("New", 2, "FR")


def test_the_second_window_with_a_skill_or_a_work_is_told(session, experts, now):
    expert = experts.approved()
    skill, work = expert.skills[0], expert.works[0]
    seen = skills.skill_version(skill)
    declare = {**own(session, expert, now), "concept": skill.concept, "seen": seen}
    skills.declare_skill(**declare, level=2, evidence="")
    with pytest.raises(EditedMeanwhile):
        skills.declare_skill(**declare, level=4, evidence="")
    assert skill.level == 2
    seen = work_version(work)
    change_work(**own(session, expert, now), work=work, given=NewWork("First"), seen=seen)
    with pytest.raises(EditedMeanwhile):
        change_work(**own(session, expert, now), work=work, given=NewWork("Second"), seen=seen)
    assert work.title == "First"


def test_a_section_is_compared_with_the_database_and_not_with_what_was_loaded(database, session, experts, now):
    expert = experts.approved()
    session.commit()
    seen = section_version(expert, Section.AFFILIATIONS)
    with database.transaction() as other:
        loaded = queries.get_own_expert(other, actor=expert.user.actor)
        profile.save_affiliations(**own(other, loaded, now), affiliations=[NewAffiliation("X")], seen=seen)
    with pytest.raises(EditedMeanwhile):
        profile.save_affiliations(**own(session, expert, now), affiliations=[NewAffiliation("Y")], seen=seen)
    assert [row.name_ja for row in expert.affiliations] == ["X"]


def test_every_change_raises_the_version_that_a_second_editor_is_measured_by(session, experts, now):
    expert = experts.approved()
    before = expert.version
    skills.declare_skill(**own(session, expert, now), concept=expert.skills[0].concept, level=2, evidence="")
    assert expert.version > before
