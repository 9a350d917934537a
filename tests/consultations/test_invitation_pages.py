"""The expert's pages: they ask before they act, and show nothing before interests were declared."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.audit.model import AuditEntry
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.service import note_answered, withdraw_invitation
from advnet.consultations.model import ConsultationState
from tests.browser_less import Browser, Page
from tests.builders_invitations import BACKGROUND, PROMPT, Invitations

EVERY_STATE = (
    State.INTERESTS_ASKED,
    State.SENT,
    State.ACCEPTED,
    State.DECLINED,
    State.BARRED,
)


@pytest.fixture
def made(session: Session) -> Invitations:
    """Around the real clock, since pages have no other."""
    return Invitations(session, datetime.now().astimezone())


def opened(browser: Browser, made: Invitations, invitation: Invitation, path: str = "") -> Page:
    made.session.commit()
    browser.sign_in(made.email(invitation))
    return browser.get(f"/invitations/{invitation.id}{path}")


def test_a_visitor_who_follows_the_mail_signs_in_and_comes_back_to_the_page(
    made: Invitations, browser: Browser
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED)
    made.session.commit()
    page = browser.get(f"/invitations/{invitation.id}")
    assert page.url == "/sign-in"
    page = page.submit({"email": made.email(invitation), "password": "a password that only tests know"})
    assert page.url == f"/invitations/{invitation.id}"


@pytest.mark.parametrize("state", EVERY_STATE)
def test_opening_a_page_changes_nothing(made: Invitations, browser: Browser, session: Session, state: State) -> None:
    invitation = made.invitation(state)
    session.commit()
    browser.sign_in(made.email(invitation))
    count = session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    for path in ("", "/interests", "/decline", "/extension", "/accept"):
        page = browser.get(f"/invitations/{invitation.id}{path}")
        assert page.status in (200, 405, 409), path
    assert made.again(invitation).state == state
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == count


def test_the_material_is_hidden_until_interests_are_declared_and_then_shown_in_the_same_sitting(
    made: Invitations, browser: Browser, session: Session
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED)
    page = opened(browser, made, invitation)
    words = page.words()
    assert invitation.consultation.title_en in words
    assert "1 question answered in free text" in words
    assert "Attributed" in words
    assert BACKGROUND not in page.text
    assert PROMPT not in page.text
    page = page.link("Declare interests").submit({"has_interests": "no"}, button="Declare")
    assert page.url == f"/invitations/{invitation.id}"
    assert BACKGROUND in page.words()
    assert PROMPT in page.words()
    page = page.submit(button="Accept")
    assert "Thank you: you have accepted the invitation." in page.words()
    assert made.again(invitation).state == State.ACCEPTED


def test_described_interests_keep_the_material_hidden(made: Invitations, browser: Browser, session: Session) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED)
    page = opened(browser, made, invitation, "/interests")
    page = page.submit({"has_interests": "yes", "interests": "Shares in a shipyard"}, button="Declare")
    assert "Your declaration is being looked at" in page.words()
    assert BACKGROUND not in page.text
    assert PROMPT not in page.text
    assert made.again(invitation).interests == "Shares in a shipyard"


@pytest.mark.parametrize("state", [State.DECLINED, State.BARRED])
def test_of_what_is_over_the_page_names_only_the_reference(made: Invitations, browser: Browser, state: State) -> None:
    invitation = made.invitation(state)
    page = opened(browser, made, invitation)
    assert invitation.consultation.reference in page.words()
    listed = browser.get("/invitations")
    for text in (invitation.consultation.title_en, BACKGROUND, "Too near"):
        assert text not in page.text
        assert text not in listed.text


def test_a_declaration_that_says_nothing_or_both_comes_back_with_its_text(
    made: Invitations, browser: Browser, session: Session
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED)
    page = opened(browser, made, invitation, "/interests").submit({}, button="Declare")
    assert (page.status, page.errors()) == (422, ["Choose one of the two."])
    page = page.submit({"has_interests": "yes"}, button="Declare")
    assert page.errors() == ["Describe the interests in your own words."]
    page = page.submit({"has_interests": "no", "interests": "Shares"}, button="Declare")
    assert page.status == 422
    assert "Shares" in page.text
    assert made.again(invitation).declared_at is None


def test_a_second_click_on_accept_says_so_and_changes_nothing(
    made: Invitations, browser: Browser, session: Session
) -> None:
    invitation = made.invitation(State.SENT)
    page = opened(browser, made, invitation)
    page.submit(button="Accept")
    responded_at = made.again(invitation).responded_at
    second = page.submit(button="Accept")
    assert "You have accepted this invitation already." in second.words()
    assert made.again(invitation).responded_at == responded_at


def test_an_invitation_withdrawn_meanwhile_is_not_accepted(
    made: Invitations, browser: Browser, session: Session
) -> None:
    invitation = made.invitation(State.SENT)
    page = opened(browser, made, invitation)
    withdraw_invitation(session, actor=made.desk, invitation=invitation, reason="Enough", now=made.now)
    session.commit()
    second = page.submit(button="Accept")
    assert "This is no longer possible." in second.words()
    assert made.again(invitation).state == State.WITHDRAWN


def test_whoever_accepts_before_the_opening_is_led_to_a_draft(made: Invitations, browser: Browser) -> None:
    invitation = made.invitation(State.ACCEPTED, consultation=made.consultation(ConsultationState.INVITING))
    page = opened(browser, made, invitation)
    assert "Until then you can write and save a draft." in page.words()
    assert page.link("Go to your answer").url == f"/invitations/{invitation.id}/answer"


def test_after_the_deadline_nobody_is_told_that_answers_will_be_taken(made: Invitations, browser: Browser) -> None:
    invitation = made.invitation(State.ACCEPTED)
    invitation.consultation.deadline_at = made.now - timedelta(minutes=1)
    page = opened(browser, made, invitation)
    assert "The deadline has passed: answers can no longer be submitted or changed." in page.words()
    assert "Go to your answer" not in page.words()


def test_declining_asks_why_and_takes_a_suggestion(made: Invitations, browser: Browser, session: Session) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED)
    page = opened(browser, made, invitation).link("Decline")
    assert page.submit({"suggestion": "Dr Yuki Samui"}, button="Decline").errors() == ["Give a reason."]
    page = page.submit({"reason": "No time", "suggestion": "Dr Yuki Samui"}, button="Decline")
    assert "You have declined." in page.words()
    assert "Dr Yuki Samui" in page.words()
    assert made.again(invitation).state == State.DECLINED
    assert browser.get(f"/invitations/{invitation.id}/decline").status == 409


def test_more_time_is_asked_for_in_japan_time(made: Invitations, browser: Browser, session: Session) -> None:
    invitation = made.invitation(State.ACCEPTED)
    page = opened(browser, made, invitation).link("Ask for more time")
    refused = page.submit({"reason": "At sea"}, button="Send the request")
    assert refused.errors() == ["Choose a moment after your present deadline."]
    page = page.submit({"until": "2099-01-02T09:00", "reason": "At sea"}, button="Send the request")
    assert "You have asked for more time" in page.words()
    asked = made.again(invitation).extension_asked_until
    assert asked is not None
    assert asked.isoformat() == "2099-01-02T00:00:00+00:00"


def test_another_expert_and_the_desk_find_no_such_page(made: Invitations, browser: Browser) -> None:
    invitation, other = made.invitation(State.SENT), made.invitation(State.SENT)
    made.session.commit()
    browser.sign_in(made.email(other))
    desk = browser.another()
    desk.sign_in("desk@example.org")
    for path in ("", "/interests", "/decline", "/extension"):
        assert browser.get(f"/invitations/{invitation.id}{path}").status == 404
        assert desk.get(f"/invitations/{invitation.id}{path}").status == 404
    token = browser.get("/account").tree.xpath("//input[@name='csrf_token']")[0].get("value")
    assert browser.post(f"/invitations/{invitation.id}/accept", {"csrf_token": token}).status == 404


def test_an_expert_does_not_know_of_an_invitation_that_was_only_proposed(made: Invitations, browser: Browser) -> None:
    invitation = made.invitation()
    assert opened(browser, made, invitation).status == 404
    assert invitation.consultation.reference not in browser.get("/invitations").text


def test_the_list_says_what_waits_what_is_under_way_and_what_is_over(
    made: Invitations, browser: Browser, session: Session
) -> None:
    expert = made.experts.approved(max_open_invitations=9)
    waiting = made.invitation(State.INTERESTS_ASKED, expert=expert)
    answered = made.invitation(State.ACCEPTED, expert=expert)
    note_answered(session, invitation=answered)
    closed = made.invitation(State.ACCEPTED, expert=expert)
    closed.consultation.state, closed.consultation.closed_at = ConsultationState.CLOSED, made.now
    session.commit()
    browser.sign_in(made.email(waiting))
    words = browser.get("/").link("Invitations").words()
    places = [
        words.index(text)
        for text in (
            "Waiting for you",
            waiting.consultation.title_en,
            "Under way",
            answered.consultation.title_en,
            "Past",
            closed.consultation.title_en,
        )
    ]
    assert places == sorted(places)


def test_an_expert_without_invitations_reads_what_will_happen(
    made: Invitations, browser: Browser, session: Session
) -> None:
    user = made.people.make(Role.EXPERT)
    session.commit()
    browser.sign_in(user.email)
    assert "Nothing waits for you" in browser.get("/invitations").words()


def test_who_is_no_expert_has_no_invitations(made: Invitations, browser: Browser, session: Session) -> None:
    session.commit()
    browser.sign_in("desk@example.org")
    assert browser.get("/invitations").status == 403


def test_a_late_reply_reads_that_the_time_has_passed(made: Invitations, browser: Browser, session: Session) -> None:
    invitation = made.invitation(State.SENT)
    invitation.respond_by = made.now - timedelta(minutes=1)
    page = opened(browser, made, invitation)
    assert "The time to reply has passed" in page.words()
