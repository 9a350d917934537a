"""The pages of outcomes and records, through their own forms; and what they, dumps and exports do not tell."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet import clock
from advnet.accounts.model import Role
from advnet.answers.model import Answer, Contributor
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.model import Consultation, ConsultationState, Mode
from advnet.days import day_in_japan
from advnet.experts.model import Expert
from tests.browser_less import Browser
from tests.record.panels import Panels


@pytest.fixture
def panels(session: Session) -> Panels:
    """Around the real clock, since pages have no other."""
    return Panels(session, clock.now())


def judged(panels: Panels, mode: Mode, *, count: int = 3) -> Consultation:
    experts = panels.experts(count)
    consultation = panels.consultation(experts, claims=1, quantities=1, mode=mode)
    consultation.questions[0].resolves_on = day_in_japan(panels.now) - timedelta(days=1)
    for place, expert in enumerate(experts):
        panels.judge(consultation, expert, 60 + 13 * place, 40)
    panels.session.commit()
    return consultation


def list_invited(panels: Panels, consultation: Consultation) -> list[Expert]:
    query = (
        sa.select(Expert)
        .join(Invitation, Invitation.expert_id == Expert.id)
        .where(Invitation.consultation_id == consultation.id)
        .options(sa.orm.joinedload(Expert.user))
    )
    return list(panels.session.scalars(query))


def as_who(browser: Browser, email: str) -> Browser:
    another = browser.another()
    another.sign_in(email)
    return another


def test_the_desk_finds_what_is_due_states_and_corrects_it(panels: Panels, browser: Browser) -> None:
    consultation = judged(panels, Mode.ATTRIBUTED)
    number, reference = consultation.id, consultation.reference
    panels.session.rollback()
    desk = as_who(browser, "desk@example.org")
    page = desk.get("/desk")
    assert "Overdue" in page.words()
    page = page.link(f"State the outcome {reference}")
    refused = page.submit(button="State the outcome")
    assert refused.status == 422
    assert "Say what was true." in refused.errors()
    page = refused.submit({"outcome": "1", "source": "The yearbook"}, button="State the outcome")
    assert "The outcome is stated." in page.words()
    assert "It came true" in page.words()
    assert "Overdue" not in desk.get("/desk").words()
    page = desk.get(f"/consultations/{number}/outcomes").link("Correct the outcome")
    page = page.submit({"outcome": "0"}, button="Correct the outcome")
    assert page.errors() == ["Give a reason."]
    page = page.submit({"outcome": "0", "reason": "It was revised"}, button="Correct the outcome")
    assert "It did not come true" in page.words()
    page = desk.get(f"/consultations/{number}/outcomes/2")
    page = page.submit({"outcome": "45", "source": "The yearbook"}, button="State the outcome")
    assert "45 km" in page.words()
    assert "Weigh by track record" not in page.words()  # that is the advisor's word


def test_an_open_consultation_has_no_page_of_outcomes(panels: Panels, browser: Browser) -> None:
    consultation = judged(panels, Mode.ATTRIBUTED)
    panels.put(consultation, ConsultationState.OPEN)
    panels.session.commit()
    desk = as_who(browser, "desk@example.org")
    number = consultation.id
    assert desk.get(f"/consultations/{number}/outcomes").status == 404
    assert desk.get(f"/consultations/{number}/outcomes/1").status == 404


def test_the_expert_sees_the_own_record_and_the_advisor_what_has_a_name(panels: Panels, browser: Browser) -> None:
    consultations = [judged(panels, mode) for mode in (Mode.ATTRIBUTED, Mode.ANONYMOUS)]
    people, emails = [], []
    for consultation in consultations:
        consultation.questions[0].outcome = 1.0
        first = min(list_invited(panels, consultation), key=lambda one: one.id)
        people.append(first.id)
        assert first.user is not None
        emails.append(first.user.email)
    panels.session.commit()
    for email in emails:
        words = as_who(browser, email).get("/profile/record").words()
        assert "1 claim: too few to judge" in words
        assert "60%" in words
    advisor = as_who(browser, "advisor@example.org")
    assert "60%" in advisor.get(f"/experts/{people[0]}/record").words()
    unnamed = advisor.get(f"/experts/{people[1]}/record").words()
    assert "60%" not in unnamed
    assert "No claim of this expert that you may know of is resolved yet." in unnamed
    compared = advisor.get("/records").words()
    assert "3 claims: too few to judge" in compared
    desk = as_who(browser, "desk@example.org")
    assert desk.get("/records").status == 403
    assert desk.get(f"/experts/{people[0]}/record").status == 403
    assert "Track record" not in desk.get(f"/experts/{people[0]}").words()
    assert as_who(browser, emails[0]).get(f"/experts/{people[1]}/record").status in {403, 404}


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.REQUESTER])
def test_others_have_no_way_to_records(panels: Panels, browser: Browser, role: Role) -> None:
    email = panels.made.people.make(role).email
    panels.session.commit()
    other = as_who(browser, email)
    assert [other.get(url).status for url in ("/records", "/profile/record")] == [403, 403]


def test_neither_page_nor_dump_nor_export_ties_a_judgement_to_a_person(panels: Panels, browser: Browser) -> None:
    """The page of panels, the file of answers and the tables of answers, of an anonymous consultation with outcomes."""
    consultation = judged(panels, Mode.ANONYMOUS)
    consultation.questions[0].outcome = 1.0
    experts = list_invited(panels, consultation)
    names = [name for one in experts for name in (one.name_en, one.name_ja)]
    emails = [one.user.email for one in experts if one.user is not None]
    tables = repr([panels.session.execute(sa.select(one.__table__)).all() for one in (Answer, Contributor)])
    panels.session.commit()
    advisor = as_who(browser, "advisor@example.org")
    with advisor.client.get(f"/consultations/{consultation.id}/answers.csv") as answer:
        exported = answer.get_data(as_text=True)
    told = [advisor.get("/records").words(), exported, tables]
    assert emails
    for text in told:
        assert not any(name and name in text for name in (*names, *emails))
    assert not re.search(r"brier|weight", exported.splitlines()[0], re.IGNORECASE)
