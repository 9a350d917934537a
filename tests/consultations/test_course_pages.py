"""The pages about one consultation lead to each other and say what comes next."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from advnet import clock
from advnet.accounts.model import Role
from advnet.consultations.invitations.extensions import request_extension
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.model import answer_until
from advnet.consultations.model import Consultation, ConsultationState
from tests.browser_less import Browser, Page
from tests.builders_invitations import Invitations


@pytest.fixture
def made(session: Session) -> Invitations:
    """At this moment, since pages read the clock."""
    return Invitations(session, clock.now())


@pytest.fixture
def desk(browser: Browser, made: Invitations, session: Session) -> Browser:
    advisor = made.people.make(Role.ADVISOR)
    session.commit()
    browser.sign_in(advisor.email)
    return browser


def pages(desk: Browser, consultation: Consultation) -> list[Page]:
    return [desk.get(f"/consultations/{consultation.id}{path}") for path in ("", "/candidates", "/panel")]


def test_each_page_says_at_each_stage_what_brings_the_panel_on(made: Invitations, desk: Browser, session: Session):
    consultation = made.consultation(ConsultationState.SCOPED)
    session.commit()
    first, candidates, panel = pages(desk, consultation)
    for page in (first, panel):
        assert "Nobody stands proposed. Choose experts on the page of candidates." in page.words()
    assert "Tick experts below and choose “Add to the proposed experts”." in candidates.words()
    assert (
        desk.get(f"/consultations/{consultation.id}/panel").link("Look at the candidates").url.endswith("/candidates")
    )
    made.invitation(consultation=consultation)
    session.commit()
    for page in pages(desk, consultation):
        assert "1 expert stands proposed." in page.words()
        assert page.link("Finish the selection").status == 200
    page.link("Finish the selection").submit(button="Finish the selection")
    for page in pages(desk, consultation):
        assert "Nobody on the panel has been written to yet." in page.words()
    page.link("Begin inviting").submit(button="Begin inviting")
    first, candidates, panel = pages(desk, consultation)
    for page in (first, candidates):
        assert page.link("Ask the experts").url == panel.url
    panel.submit(button="Ask all proposed")
    assert all("What to do next" not in page.words() for page in pages(desk, consultation))


def test_what_waits_for_the_screening_and_the_opening_is_offered_on_each_page(
    made: Invitations, desk: Browser, session: Session
):
    consultation = made.consultation(ConsultationState.INVITING)
    made.invitation(State.INTERESTS_ASKED, consultation=consultation, interests="Shares")
    made.invitation(State.ACCEPTED, consultation=consultation)
    session.commit()
    for page in pages(desk, consultation):
        assert "1 declaration of interests waits for the screening." in page.words()
        assert "Accepted so far: 1 of 5 wanted." in page.words()
    assert page.link("Open the consultation").submit(button="Open the consultation").status == 200


def test_a_move_is_offered_once_on_the_page_of_the_consultation(made: Invitations, desk: Browser, session: Session):
    consultation = made.consultation(ConsultationState.SCOPED)
    made.invitation(consultation=consultation)
    session.commit()
    page = desk.get(f"/consultations/{consultation.id}")
    assert page.words().count("Finish the selection") == 1


@pytest.mark.parametrize("state", [State.INTERESTS_ASKED, State.SENT, State.ACCEPTED])
def test_an_expert_comes_from_the_consultation_to_the_own_invitation(
    made: Invitations, browser: Browser, session: Session, state: State
):
    invitation = made.invitation(state)
    session.commit()
    browser.sign_in(made.email(invitation))
    page = browser.get(f"/consultations/{invitation.consultation_id}")
    assert page.link("Go to your invitation").url == f"/invitations/{invitation.id}"


def test_the_desk_is_not_led_to_somebody_elses_invitation(made: Invitations, desk: Browser, session: Session):
    invitation = made.invitation(State.ACCEPTED)
    session.commit()
    assert "Go to your invitation" not in desk.get(f"/consultations/{invitation.consultation_id}").words()


def test_a_decision_on_a_request_put_anew_is_shown_the_present_one_first(
    made: Invitations, desk: Browser, session: Session
):
    invitation = made.invitation(State.ACCEPTED)
    until = answer_until(invitation)

    def ask(reason: str, seconds: int) -> None:
        invitation.extension_asked_at = None
        request_extension(
            session,
            actor=made.actor(invitation),
            invitation=invitation,
            until=until + timedelta(days=3),
            reason=reason,
            now=made.now + timedelta(seconds=seconds),
        )
        session.commit()

    ask("At sea", 0)
    page = desk.get(f"/invitations/{invitation.id}/extension/decision")
    ask("Still at sea", 1)
    page = page.submit({"verdict": "granted"}, button="Decide")
    assert page.status == 422
    assert "The expert has asked anew" in page.errors()[0]
    assert "Still at sea" in page.words()
    page.submit({"verdict": "granted"}, button="Decide")
    assert made.again(invitation).extended_until == until + timedelta(days=3)


def test_a_cancelled_consultation_asks_nothing_of_the_expert_any_more(
    made: Invitations, desk: Browser, session: Session
):
    consultation = made.consultation()
    sent, accepted = (made.invitation(state, consultation=consultation) for state in (State.SENT, State.ACCEPTED))
    session.commit()
    page = desk.get(f"/consultations/{consultation.id}/cancel")
    page.submit({"reason": "Off"}, button="Cancel the consultation")
    for invitation in (sent, accepted):
        expert = desk.another()
        expert.sign_in(made.email(invitation))
        page = expert.get(f"/invitations/{invitation.id}")
        assert "The consultation was cancelled" in page.words()
        assert "Nothing more is needed from you." in page.words()
        assert "Nothing waits for you" in expert.get("/invitations").words()
        session.commit()
