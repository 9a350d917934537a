"""The desk: what it counts, what it shows, and that it costs the same for little and for much."""

from datetime import timedelta

import pytest

from advnet.accounts.model import Role
from advnet.advice.desk_queries import DUE_WITHIN, SHOWN, load_desk
from advnet.consultations.model import Mode
from advnet.errors import Forbidden
from advnet.experts.model import Expert
from tests.builders_advice import Advice
from tests.builders_consultations import make_bare_expert, make_bare_invitation
from tests.statements import statements


@pytest.fixture
def advice(session, people, now) -> Advice:
    return Advice(session, people, now)


def expert(session, advice) -> Expert:
    user = advice.people.make(Role.EXPERT)
    made = make_bare_expert(session, user=user, now=advice.now)
    made.family_en, made.given_en = "Himuro", f"Hanako{user.id}"
    return made


def invite(session, advice, consultation, state):
    return make_bare_invitation(
        session, consultation=consultation, expert=expert(session, advice), state=state, now=advice.now
    )


def fill(session, advice, now) -> dict[str, object]:
    """One thing of each kind that waits, and one of each that does not (yet, or any more)."""
    requester = advice.people.make(Role.REQUESTER)
    filed = advice.consultation("filed", requester=requester)
    triage = advice.consultation("triage")
    for state in ("draft", "returned", "cancelled", "settled"):
        advice.consultation(state)
    inviting, opened = advice.consultation("inviting"), advice.consultation("open")
    to_screen = invite(session, advice, inviting, "interests_asked")
    to_screen.declared_at, to_screen.has_no_interests, to_screen.respond_by = now, True, now + timedelta(days=5)
    invite(session, advice, inviting, "interests_asked")
    to_extend = invite(session, advice, opened, "accepted")
    to_extend.extension_asked_at, to_extend.extension_asked_until = now, now + timedelta(days=30)
    decided = invite(session, advice, opened, "accepted")
    decided.extension_asked_at = decided.extension_asked_until = decided.extension_decided_at = now
    decided.extension_verdict = "refused"
    overdue = advice.consultation("open")
    overdue.deadline_at = now
    closed = advice.consultation("closed")
    drafting, in_review = advice.brief()[0], advice.brief(state="in_review")[0]
    advice.brief(state="issued")
    session.flush()
    return {
        "to_triage": [filed, triage],
        "to_screen": [to_screen],
        "to_extend": [to_extend],
        "to_close": [overdue],
        "to_synthesise": [closed],
        "briefs": [in_review, drafting],
        "asking": [overdue, inviting, opened],
    }


def test_what_waits_is_counted_and_shown_and_nothing_else(session, advice, now):
    made = fill(session, advice, now)
    desk = load_desk(session, actor=advice.secretary.actor, now=now)
    for name in ("to_triage", "to_screen", "to_extend", "to_close", "to_synthesise", "briefs"):
        assert list(getattr(desk, name)) == made[name], name
    waiting = desk.waiting
    counted = (waiting.to_triage, waiting.to_screen, waiting.to_extend, waiting.to_close, waiting.to_synthesise)
    assert (*counted, waiting.to_finish, waiting.in_review) == (2, 1, 1, 1, 1, 1, 1)
    assert waiting.total == 8
    assert [row.consultation for row in desk.progress] == made["asking"]


def test_due_is_from_now_to_fourteen_days_in_states_where_the_deadline_matters(session, advice, now):
    in_time = advice.consultation("open")
    in_time.deadline_at = now + timedelta(seconds=1)
    last = advice.consultation("scoped")
    last.deadline_at = now + DUE_WITHIN
    later = advice.consultation("open")
    later.deadline_at = now + DUE_WITHIN + timedelta(seconds=1)
    over = advice.consultation("open")
    over.deadline_at = now
    closed = advice.consultation("closed")
    closed.deadline_at = now + timedelta(days=1)
    session.flush()
    assert list(load_desk(session, actor=advice.advisor.actor, now=now).due) == [in_time, last]


@pytest.mark.parametrize("mode", list(Mode))
def test_progress_is_totals_in_every_mode(session, advice, now, mode):
    consultation = advice.consultation("open", mode=mode, wanted_answers=4)
    for state in ("proposed", "interests_asked", "sent", "declined", "lapsed", "withdrawn", "accepted"):
        invite(session, advice, consultation, state)
    for number in (1, 2):
        advice.contributor(consultation, number=number)
    (row,) = load_desk(session, actor=advice.advisor.actor, now=now).progress
    assert (row.invited, row.accepted, row.answered) == (6, 3, 2)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADVISOR, Role.SECRETARIAT)])
def test_the_desk_is_for_advisor_and_secretariat_alone(browser, session, people, now, role):
    user = people.make(role)
    with pytest.raises(Forbidden):
        load_desk(session, actor=user.actor, now=now)
    session.commit()
    browser.sign_in(user.email)
    assert browser.get("/desk").status == 403


def test_the_desk_needs_as_many_statements_for_one_as_for_many(session, advice, now, database):
    fill(session, advice, now)
    session.commit()
    with database.reading() as reading, statements(database) as few:
        load_desk(reading, actor=advice.advisor.actor, now=now)
    for _ in range(3):
        fill(session, advice, now)
    session.commit()
    with database.reading() as reading, statements(database) as many:
        load_desk(reading, actor=advice.advisor.actor, now=now)
    assert len(few) == len(many) == 11


def test_long_lists_are_cut_and_say_so(browser, session, advice, now):
    for _ in range(SHOWN + 1):
        advice.consultation("triage")
    session.commit()
    browser.sign_in(advice.advisor.email)
    page = browser.get("/desk")
    assert len(page.tree.xpath("//h2[@id='to-triage']/following-sibling::table[1]/tbody/tr")) == SHOWN
    assert f"The {SHOWN} that have waited longest, of {SHOWN + 1}." in page.words()


def test_the_page_leads_to_each_act_and_an_empty_desk_says_so(browser, session, advice, now):
    session.commit()
    browser.sign_in(advice.secretary.email)
    page = browser.get("/desk")
    assert "Nothing waits for you." in page.words()
    assert "The desk is clear." in page.words()
    made = fill(session, advice, now)
    session.commit()
    page = browser.get("/desk")
    assert "8 things wait for you." in page.words()
    filed, triage = made["to_triage"]
    expected = (
        f"/consultations/{filed.id}/submit",
        f"/consultations/{triage.id}/triage",
        f"/invitations/{made['to_screen'][0].id}/screening",
        f"/invitations/{made['to_extend'][0].id}/extension/decision",
        f"/consultations/{made['to_close'][0].id}/close",
        f"/consultations/{made['to_synthesise'][0].id}/brief",
        f"/consultations/{made['to_synthesise'][0].id}/answers",
        *(f"/briefs/{brief.id}" for brief in made["briefs"]),
        *(f"/consultations/{brief.consultation_id}/answers" for brief in made["briefs"]),
        f"/consultations/{made['asking'][1].id}/panel",
    )
    links = page.tree.xpath("//main//a/@href")
    assert not [url for url in expected if url not in links]
    assert not [url for url in expected if browser.get(url).status != 200]


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.ADVISOR, "/desk"),
        (Role.SECRETARIAT, "/desk"),
        (Role.EXPERT, "/invitations"),
        (Role.REQUESTER, "/consultations"),
        (Role.APPLICANT, "/registration"),
        (Role.ADMINISTRATOR, "/admin/registrations"),
        (Role.AUDITOR, "/audit"),
    ],
)
def test_each_role_begins_where_its_work_is(browser, session, people, role, place):
    user = people.make(role)
    session.commit()
    page = browser.sign_in(user.email)
    assert page.url.rstrip("/") == place
    assert page.status == 200
