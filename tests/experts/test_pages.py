"""Registration, profile and vetting as people use them in a browser."""

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.experts.model import Affiliation, Expert, ExpertSkill, Standing
from advnet.experts.registration.model import RegistrationState
from advnet.experts.works.model import Work
from tests.browser_less import Browser
from tests.builders_experts import ORCID, Experts
from tests.statements import statements


@pytest.fixture
def experts(session, now) -> Experts:
    return Experts(session, now)


@pytest.fixture
def stored(session, database):
    """The row as the database has it now."""

    def read(row):
        with database.reading() as reader:
            return reader.get_one(type(row), row.id)

    return read


def test_an_applicant_fills_in_every_section_and_submits(browser: Browser, session, experts, people, stored):
    user = people.make(Role.APPLICANT)
    experts.concept()
    session.commit()
    page = browser.sign_in(user.email)
    assert page.url == "/registration"
    page = page.submit(button="Start the registration")
    assert page.url == "/profile/identity"
    page = page.submit(
        {
            "family_ja": "氷室", "given_ja": "花子", "family_kana": "ヒムロ", "given_kana": "ハナコ",
            "family_en": "Himuro", "given_en": "Hanako", "orcid": f"https://orcid.org/{ORCID}",
            "country": "JP", "languages": ["ja", "en"],            "career_stage": "mid",
        },
        button="Save and go on",
    )  # fmt: skip
    assert page.url == "/profile/affiliations"
    page = page.submit(
        {"affiliations-0-name_en": "Example University", "affiliations-0-from_on": "2019-04"}, button="Save and go on"
    )
    assert page.url == "/profile/skills"
    page = page.submit({"q": "海氷"}, button="Search").link("Sea ice")
    page = page.submit({"level": "3", "evidence": "Twenty winters"}, button="Add the skill")
    assert "Twenty winters" in page.words()
    page = page.link("Go on").link("Add a work by hand")
    page = page.submit({"title": "Ice", "year": "2024", "doi": "doi:10.1000/ICE"}, button="Add the work")
    page = page.link("Go on")
    assert page.url == "/profile/biography"
    page = page.submit({"biography_en": "Studies **sea ice**."}, button="Save and go on")
    page = page.submit({"max_open_invitations": "2"}, button="Save and go on")
    page = page.submit({"agreed": "y"}, button="Agree")
    assert page.url == "/registration/review"
    assert "This is still missing" not in page.words()
    page = page.submit(button="Submit the registration")
    assert page.url == "/registration"
    assert "Submitted" in page.words()
    expert = stored(session.scalar(sa.select(Expert)))
    assert (expert.orcid, expert.name_en, expert.max_open_invitations) == (ORCID, "Hanako Himuro", 2)


def test_a_half_filled_section_is_saved_and_found_again(browser: Browser, session, people):
    user = people.make(Role.APPLICANT)
    session.commit()
    page = browser.sign_in(user.email).submit(button="Start the registration")
    page = page.submit({"family_en": "Himuro"}, button="Save and come back later")
    assert page.url == "/registration"
    page = page.link("Name and person")
    assert page.tree.xpath("//input[@name='family_en']/@value") == ["Himuro"]


def test_what_is_missing_is_listed_with_links_to_its_sections(browser: Browser, session, people):
    user = people.make(Role.APPLICANT)
    session.commit()
    browser.sign_in(user.email).submit(button="Start the registration")
    page = browser.get("/registration/review")
    assert "Add at least one work." in page.words()
    page = page.submit(button="Submit the registration")
    assert page.status == 422
    assert page.errors() == ["Your registration is not complete yet. Fill in what is missing, then submit it."]
    assert "/profile/works" in page.tree.xpath("//main//*[contains(@class,'notice--warning')]//a/@href")


@pytest.mark.parametrize(
    ("url", "values", "button", "message", "field"),
    [
        ("identity", {"orcid": "0000-0002-1825-0098", "family_en": "Kept"}, "Save", "This is not an ORCID iD",
         "family_en"),
        ("identity", {"family_ja": "あ" * 101, "family_en": "Kept"}, "Save", "Use at most 100 characters.",
         "family_en"),
        ("identity", {"family_kana": "Himuro", "family_en": "Kept"}, "Save", "Write the reading in kana", "family_en"),
        ("affiliations", {"affiliations-0-from_on": "2019-13", "affiliations-0-name_en": "Kept"}, "Save",
         "Enter a month such as 2019-04.", "affiliations-0-name_en"),
        ("affiliations", {"affiliations-0-from_on": "2019-04", "affiliations-0-until_on": "2019-03",
                          "affiliations-0-name_en": "Kept"}, "Save", "Affiliation 1: it ends before it begins.",
         "affiliations-0-name_en"),
        ("works/new", {"title": "Kept", "doi": "11.1"}, "Add the work", "is not a DOI", "title"),
        ("works/new", {"title": "Kept", "url": "javascript:alert(1)"}, "Add the work", "Enter an address", "title"),
        ("works/new", {"title": "Kept", "year": "20"}, "Add the work", "Enter a year", "title"),
        ("availability", {"max_open_invitations": "21"}, "Save", "Enter a number from 1 to 20.", None),
    ],
)  # fmt: skip
def test_bad_input_is_named_and_what_was_typed_is_kept(
    browser: Browser, session, experts, url, values, button, message, field
):
    expert = experts.approved()
    session.commit()
    browser.sign_in(expert.user.email)
    page = browser.get(f"/profile/{url}").submit(values, button=button)
    assert page.status == 422
    assert message in page.errors()[0]
    if field:
        assert page.tree.xpath(f"//input[@name='{field}']/@value") == ["Kept"]


def test_rows_are_added_and_removed_without_saving_or_losing_anything(browser: Browser, session, experts):
    expert = experts.applicant().expert
    session.commit()
    browser.sign_in(expert.user.email)
    page = browser.get("/profile/affiliations").submit({"affiliations-0-name_en": "Typed"}, button="Add an affiliation")
    assert page.status == 200
    page = page.submit({"affiliations-1-name_en": "Second"}, button="Add an affiliation")
    assert page.tree.xpath("//input[@name='affiliations-0-name_en']/@value") == ["Typed"]
    first = page.tree.xpath("//button[@name='remove-row']")[0]
    page = browser.post(
        "/profile/affiliations",
        {**dict(page.tree.xpath("//main//form")[0].form_values()), "remove-row": first.get("value")},
    )
    assert "Typed" not in page.tree.xpath("//input/@value")
    page = page.submit(button="Save and come back later")
    assert session.scalars(sa.select(Affiliation.name_en)).all() == ["Second"]


def test_pasted_references_are_shown_before_they_are_added(browser: Browser, session, experts):
    expert = experts.approved()
    session.commit()
    browser.sign_in(expert.user.email)
    page = browser.get("/profile/works/paste").submit(
        {"text": "@article{a, title={Ice drift}, year={2021}}\n@article{b, title={Ice melt}, year={2022}}"},
        button="Read the references",
    )
    assert "2 works were read" in page.words()
    assert "Ice drift" not in browser.get("/profile/works").words()
    page = page.submit({"works-1-keep": None}, button="Add the chosen works")
    assert page.url == "/profile/works"
    assert "Ice drift" in page.words()
    assert "Ice melt" not in page.words()


def test_a_doi_alone_is_added_once_its_title_is_given(browser: Browser, session, experts):
    expert = experts.approved()
    session.commit()
    browser.sign_in(expert.user.email)
    page = browser.get("/profile/works/paste").submit({"text": "10.1000/ice"}, button="Read the references")
    page = page.submit({"works-0-keep": "y"}, button="Add the chosen works")
    assert page.status == 422
    assert page.errors() == ["Enter the title."]
    page = page.submit({"works-0-keep": "y", "works-0-title": "Ice by DOI"}, button="Add the chosen works")
    assert "Ice by DOI" in page.words()


def test_what_was_not_read_or_waits_for_a_title_stays_in_the_box(browser: Browser, session, experts):
    expert = experts.approved()
    session.commit()
    browser.sign_in(expert.user.email)
    page = browser.get("/profile/works/paste").submit(
        {"text": "@article{a, title={Ice drift}, year={2021}}\n10.1000/ice\nMüller (2021)"},
        button="Read the references",
    )
    assert "2 works were read" in page.words()
    assert "Line 3: “Müller (2021)” was not read." in page.words()
    page = page.submit(button="Add the chosen works")
    assert "1 work is added." in page.words()
    assert "What has not been added is still in the box." in page.words()
    assert page.tree.xpath("//textarea")[0].text.strip() == "10.1000/ice\nMüller (2021)"
    page = page.submit({"works-0-keep": "y", "works-0-title": "Ice by DOI"}, button="Add the chosen works")
    assert page.tree.xpath("//textarea")[0].text.strip() == "Müller (2021)"
    works = browser.get("/profile/works").words()
    assert "Ice drift" in works
    assert "Ice by DOI" in works


def test_a_text_that_changed_is_read_again_instead_of_added(browser: Browser, session, experts):
    expert = experts.approved()
    session.commit()
    browser.sign_in(expert.user.email)
    page = browser.get("/profile/works/paste").submit(
        {"text": "@article{a, title={Ice drift}, year={2021}}"}, button="Read the references"
    )
    page = page.submit({"text": "@article{a, title={Other}, year={2021}}"}, button="Add the chosen works")
    assert page.url == "/profile/works/paste"
    assert "Other" in page.words()


def test_an_unreadable_paste_says_why_and_keeps_the_text(browser: Browser, session, experts):
    expert = experts.approved()
    session.commit()
    browser.sign_in(expert.user.email)
    page = browser.get("/profile/works/paste").submit({"text": "What is this?"}, button="Read the references")
    assert "What could not be read" in page.words()
    assert page.tree.xpath("//textarea")[0].text.strip() == "What is this?"


def test_the_skill_that_is_sought_is_found_by_going_down_the_vocabulary(browser: Browser, session, experts):
    expert = experts.approved()
    top = experts.concept("natural-sciences", "Natural sciences", "自然科学")
    experts.concept("physics", "Physics", "物理学", parent_id=top.id)
    session.commit()
    browser.sign_in(expert.user.email)
    page = browser.get("/profile/skills").link("Natural sciences").link("Physics").link("Add “Physics” itself")
    page = page.submit({"level": "2"}, button="Add the skill")
    assert "Physics" in page.words()
    assert "Nothing is called “zzz”." in browser.get("/profile/skills?q=zzz").words()


def test_an_expert_pauses_and_resumes(browser: Browser, session, experts):
    expert = experts.approved()
    session.commit()
    browser.sign_in(expert.user.email)
    page = browser.get("/profile").submit(button="Pause")
    assert "Paused" in page.words()
    page = page.submit(button="Resume")
    assert "You can be invited." in page.words()


def test_an_applicant_withdraws_after_being_asked(browser: Browser, session, experts):
    registration = experts.applicant(RegistrationState.SUBMITTED)
    session.commit()
    browser.sign_in(registration.expert.user.email)
    page = browser.get("/registration").link("Withdraw the registration").submit(button="Withdraw")
    assert "You have withdrawn your registration." in page.words()
    page = page.submit(button="Start again")
    assert page.url == "/profile/identity"


def test_a_profile_that_is_judged_is_shown_without_buttons_and_refused(browser: Browser, session, experts):
    registration = experts.applicant()
    session.commit()
    browser.sign_in(registration.expert.user.email)
    page = browser.get("/profile/biography")
    session.refresh(registration)
    registration.state, registration.submitted_at = RegistrationState.SUBMITTED, registration.started_at
    session.commit()
    late = page.submit({"biography_en": "Too late"}, button="Save and go on")
    assert late.status == 422
    assert late.tree.xpath("//textarea[@name='biography_en']")[0].text.strip() == "Too late"
    assert "Your registration is being judged." in browser.get("/profile/biography").words()
    assert not browser.get("/profile/biography").tree.xpath("//main//button[contains(.,'Save')]")


@pytest.mark.parametrize(
    ("url", "field", "first", "second"),
    [
        ("/profile/identity", "given_en", "Anna", "Hanna"),
        ("/profile/affiliations", "affiliations-0-name_en", "First Institute", "Second Institute"),
        ("/profile/availability", "off_limits", "Whaling", "Fusion"),
        ("/profile/works/{work}", "title", "First title", "Second title"),
        ("/profile/skills/add/{concept}", "evidence", "First cruise", "Second cruise"),
    ],
)
def test_of_two_windows_the_second_is_told_shown_both_and_may_go_on(
    browser: Browser, session, experts, url, field, first, second
):
    expert = experts.approved()
    session.commit()
    browser.sign_in(expert.user.email)
    url = url.format(work=expert.works[0].id, concept=expert.skills[0].concept_id)
    window = browser.get(url)
    assert browser.get(url).submit({field: first}, button="Save").url != url
    late = window.submit({field: second}, button="Save")
    assert late.status == 422
    assert late.errors()[0].startswith("This has been changed since you opened the page, perhaps in another window.")
    assert first in late.words()
    assert second in (
        *late.tree.xpath(f"//input[@name='{field}']/@value"),
        *(area.text.strip() for area in late.tree.xpath(f"//textarea[@name='{field}']")),
    )
    assert late.submit(button="Save").status == 200
    assert second in browser.get("/profile").words()


def test_what_was_written_about_a_removed_work_or_skill_is_not_lost(browser: Browser, session, experts):
    expert = experts.approved(works=[Work(title="Kept"), Work(title="Removed")])
    concept = expert.skills[0].concept_id
    another = experts.concept("drift", "Drift", "漂流")
    expert.skills.append(ExpertSkill(concept=another, level=1))
    session.commit()
    browser.sign_in(expert.user.email)
    work, skill = expert.works[1].id, expert.skills[0].id
    page, other = browser.get(f"/profile/works/{work}"), browser.get(f"/profile/skills/add/{concept}")
    works = browser.get("/profile/works")
    browser.post(f"/profile/works/{work}/remove", _csrf(works))
    assert "It had been removed already." in browser.post(f"/profile/works/{work}/remove", _csrf(works)).words()
    late = page.submit({"title": "Written anew"}, button="Save")
    assert late.errors()[0].startswith("This work has been removed since you opened this page.")
    assert "Written anew" in late.submit(button="Add the work").words()
    browser.post(f"/profile/skills/{skill}/remove", _csrf(works))
    late = other.submit({"evidence": "A new cruise"}, button="Save")
    assert "The skill has been removed." in late.words()
    assert "A new cruise" in late.submit(button="Add the skill").words()


def test_what_is_still_missing_is_said_when_a_section_is_saved(browser: Browser, session, people):
    user = people.make(Role.APPLICANT)
    session.commit()
    page = browser.sign_in(user.email).submit(button="Start the registration")
    page = page.submit({"family_en": "Himuro", "given_en": "Hanako", "country": "JP"}, button="Save and go on")
    (notice,) = page.tree.xpath("//*[contains(@class,'notice--warning')]")
    said = " ".join(notice.text_content().split())
    assert said == (
        "“Name and person” is saved. Still missing: Choose at least one language. Choose your career stage."
    )


def test_an_administrator_takes_asks_and_after_the_reply_approves(browser: Browser, session, experts, people, stored):
    registration = experts.applicant(RegistrationState.SUBMITTED)
    administrator = people.make(Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in(administrator.email)
    page = browser.get("/admin/registrations").link(registration.expert.name_en).submit(button="Take into hand")
    assert "You have this registration in hand." in page.words()
    page = page.submit({"question": "Which cruise?"}, button="Ask")
    assert "More information asked" in page.words()
    theirs = browser.another()
    reply = theirs.sign_in(registration.expert.user.email)
    assert "Which cruise?" in reply.words()
    reply.submit({"reply": "The second."}, button="Send the reply")
    page = browser.get(page.url)
    assert "The second." in page.words()
    refused = page.submit({"checks": ["identity"]}, button="Approve")
    assert refused.errors() == ["Tick every check before you approve."]
    assert refused.tree.xpath("//input[@name='checks'][@checked]/@value") == ["identity"]
    checks = ["identity", "affiliation", "competence", "duplicates", "integrity"]
    page = refused.submit({"checks": checks}, button="Approve")
    assert "The registration is approved." in page.words()
    assert stored(registration).state == RegistrationState.APPROVED
    page = page.submit({"reason": "Wrong person"}, button="Take back")
    assert "In vetting" in page.words()


def test_a_second_administrator_loses_neither_the_page_nor_the_words(
    browser: Browser, session, experts, people, stored
):
    registration = experts.applicant(RegistrationState.IN_REVIEW)
    second = people.make(Role.ADMINISTRATOR)
    first = registration.reviewer
    session.commit()
    browser.sign_in(first.email)
    page = browser.get(f"/admin/registrations/{registration.id}")
    other = browser.another()
    other.sign_in(second.email)
    other.get(f"/admin/registrations/{registration.id}").submit(button="Take over").submit(
        {"checks": ["identity"]}, button="Save the checks"
    )
    late = page.submit({"reason_code": "evidence", "reason": "My words"}, button="Reject")
    assert late.status == 422
    assert late.errors()[0].startswith("Somebody has changed this since you opened it.")
    assert f"{second.name} has it in hand." in late.words()
    assert "My words" in late.text
    assert stored(registration).state == RegistrationState.IN_REVIEW


@pytest.mark.parametrize(
    ("button", "values"),
    [
        ("Ask", {"question": "Which cruise?"}),
        ("Reject", {"reason_code": "other", "reason": "Not now."}),
        ("Give back", {}),
        ("Save the checks", {}),
    ],
)
def test_ticked_checks_are_kept_whatever_is_pressed(browser: Browser, session, experts, stored, button, values):
    registration = experts.applicant(RegistrationState.IN_REVIEW)
    session.commit()
    browser.sign_in(registration.reviewer.email)
    page = browser.get(f"/admin/registrations/{registration.id}")
    page = page.submit({"checks": ["identity", "duplicates"], **values}, button=button)
    assert page.status == 200
    assert stored(registration).checklist == ["identity", "duplicates"]


def test_a_refused_move_keeps_the_ticks_and_the_words_of_the_others(browser: Browser, session, experts, stored):
    registration = experts.applicant(RegistrationState.IN_REVIEW)
    session.commit()
    browser.sign_in(registration.reviewer.email)
    page = browser.get(f"/admin/registrations/{registration.id}")
    page = page.submit({"checks": ["identity"], "question": "Which?", "reason_code": "other"}, button="Reject")
    assert page.errors() == ["Write the reason: the applicant reads it."]
    assert page.tree.xpath("//input[@name='checks'][@checked]/@value") == ["identity"]
    assert page.tree.xpath("//textarea[@name='question']")[0].text.strip() == "Which?"
    assert stored(registration).checklist == []


def test_the_written_reason_of_a_rejection_stands_alone(browser: Browser, session, experts):
    registration = experts.applicant(RegistrationState.IN_REVIEW)
    session.commit()
    browser.sign_in(registration.reviewer.email)
    page = browser.get(f"/admin/registrations/{registration.id}")
    page = page.submit({"reason_code": "other", "reason": "The call is closed."}, button="Reject")
    assert "The call is closed." in page.words()
    assert "Another reason" not in page.words()


def test_duplicates_are_shown_to_the_administrator_with_the_reason(browser: Browser, session, experts, people):
    other = experts.approved(orcid=ORCID)
    registration = experts.applicant(RegistrationState.SUBMITTED, orcid=ORCID)
    session.commit()
    browser.sign_in(_administrator(session, people))
    page = browser.get(f"/admin/registrations/{registration.id}")
    assert "Same ORCID iD" in page.words()
    assert page.link(other.name_en).url == f"/experts/{other.id}"


def test_an_administrator_suspends_reinstates_and_confirms(browser: Browser, session, experts, people):
    expert = experts.approved(Standing.RE_VETTING)
    session.commit()
    browser.sign_in(_administrator(session, people))
    page = browser.get("/admin/registrations/re-vetting").link(expert.name_en)
    page = browser.post(f"/admin/experts/{expert.id}/confirm", {**_csrf(page), "version": "0"})
    assert "Somebody has changed this since you opened it." in page.words()
    assert "Re-vetting" in page.words()
    page = page.submit(button="Confirm for another year")
    assert "Active" in page.words()
    page = page.link("Suspend").submit({"reason": ""}, button="Suspend")
    assert page.errors() == ["Write the reason; it is kept in the audit log."]
    page = page.submit({"reason": "Complaint"}, button="Suspend")
    assert "Suspended" in page.words()
    page = page.link("Reinstate").submit({"reason": "Settled"}, button="Reinstate")
    assert "Active" in page.words()


def test_who_sees_a_profile(browser: Browser, session, experts, people):
    approved, applicant = experts.approved(), experts.applicant(RegistrationState.SUBMITTED).expert
    stranger = experts.approved()
    sees = {Role.ADVISOR: (200, 404), Role.SECRETARIAT: (200, 404), Role.ADMINISTRATOR: (200, 200),
            Role.REQUESTER: (404, 404), Role.AUDITOR: (404, 404)}  # fmt: skip
    accounts = {role: people.make(role) for role in sees}
    session.commit()
    for role, expected in sees.items():
        visitor = browser.another()
        visitor.sign_in(accounts[role].email)
        assert tuple(visitor.get(f"/experts/{expert.id}").status for expert in (approved, applicant)) == expected
    for owner, own in ((approved, 200), (applicant, 200), (stranger, 404)):
        visitor = browser.another()
        visitor.sign_in(owner.user.email)
        target = owner if owner is not stranger else approved
        assert visitor.get(f"/experts/{target.id}").status == own
    assert browser.get(f"/experts/{approved.id}").url == "/sign-in"


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.SECRETARIAT, Role.REQUESTER, Role.AUDITOR, Role.EXPERT])
def test_vetting_is_for_administrators(browser: Browser, session, experts, people, role):
    registration = experts.applicant(RegistrationState.SUBMITTED)
    user = people.make(role)
    session.commit()
    browser.sign_in(user.email)
    assert browser.get("/admin/registrations").status == 403
    assert browser.get(f"/admin/registrations/{registration.id}").status == 404


def test_what_belongs_to_somebody_else_is_not_there(browser: Browser, session, experts):
    expert, other = experts.approved(), experts.approved()
    session.commit()
    browser.sign_in(expert.user.email)
    assert browser.get(f"/profile/works/{other.works[0].id}").status == 404
    assert browser.get(f"/profile/works/{expert.works[0].id}").status == 200


@pytest.mark.parametrize("url", ["/admin/registrations", "/admin/registrations/re-vetting"])
def test_lists_need_the_same_statements_for_one_and_for_twenty_rows(
    app, browser: Browser, session, experts, people, url
):
    email = _administrator(session, people)
    browser.sign_in(email)
    database = app.extensions["advnet.database"]
    counts = []
    for many in (1, 19):
        for _ in range(many):
            experts.applicant(RegistrationState.IN_REVIEW)
            experts.approved(Standing.RE_VETTING)
        session.commit()
        with statements(database) as sent:
            page = browser.get(url)
        assert len(page.tree.xpath("//tbody/tr")) == sum((1, 19)[: len(counts) + 1])
        counts.append(len(sent))
    assert counts[0] == counts[1]


def _administrator(session, people) -> str:
    user = people.make(Role.ADMINISTRATOR)
    session.commit()
    return user.email


def _csrf(page) -> dict[str, str]:
    return {"csrf_token": page.tree.xpath("//input[@name='csrf_token']/@value")[0]}
