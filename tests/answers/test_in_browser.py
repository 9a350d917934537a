"""Drafts in a real browser: what the autosave script does while people press, sign out and come back."""

from collections.abc import Iterator
from datetime import datetime
from threading import Event

import pytest
from flask import Flask, request
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from advnet.answers import service
from advnet.answers.drafts import Draft
from advnet.answers.queries import find_contributor
from advnet.consultations.invitations.model import Invitation, InvitationState
from tests.builders_answers import own
from tests.builders_invitations import Invitations
from tests.live import live, sign_in

pytestmark = pytest.mark.browser


class Writing:
    """An expert who writes in a browser.

    :ivar page: the page of the answer
    :ivar gate: closed to keep autosaves from being answered
    """

    def __init__(self, session: Session, invitation: Invitation, email: str, address: str, context: BrowserContext):
        self.session, self.invitation, self.email = session, invitation, email
        self.address, self.context = address, context
        self.path = f"/invitations/{invitation.id}/answer"
        self.field = f"#q{invitation.consultation.questions[0].id}_text"
        self.question = str(invitation.consultation.questions[0].id)
        self.page = context.new_page()
        self.sign_in(self.page)
        self.page.goto(address + self.path)

    def sign_in(self, page: Page) -> None:
        sign_in(page, self.address, self.email)

    def type(self, text: str) -> None:
        self.page.fill(self.field, text)

    def saved(self) -> str:
        """The text of the draft as it is committed."""
        self.session.rollback()
        self.session.expire_all()
        contributor = find_contributor(self.session, invitation=self.invitation)
        draft: Draft = contributor.draft if contributor else {}
        self.session.rollback()
        return str(draft.get(self.question, {}).get("text", ""))


@pytest.fixture
def gate(own_app: Flask) -> Event:
    """Autosaves are answered while it is set: the draft is saved at once, its answer comes late."""
    gate = Event()
    gate.set()

    @own_app.teardown_request
    def hold(_error: BaseException | None) -> None:
        if request.endpoint == "answers.autosave":
            gate.wait(30)

    return gate


@pytest.fixture
def writing(session: Session, own_app: Flask, gate: Event, chromium: Chromium) -> Iterator[Writing]:
    made = Invitations(session, datetime.now().astimezone())
    invitation = own(session, made.invitation(InvitationState.ACCEPTED))
    email = made.email(invitation)
    session.commit()
    with live(own_app) as address:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
        yield Writing(session, invitation, email, address, context)
        gate.set()
        context.close()


def status(page: Page, words: str) -> None:
    expect(page.locator("[data-autosave-status]")).to_contain_text(words, timeout=12000)


def test_pressing_save_while_a_draft_saves_itself_is_no_other_window(writing: Writing, gate: Event) -> None:
    gate.clear()
    writing.type("The first thought.")
    status(writing.page, "Saving")
    writing.page.locator(writing.field).press_sequentially(" And one more.")
    writing.page.get_by_role("button", name="Save draft").click()
    writing.page.wait_for_timeout(500)
    gate.set()
    expect(writing.page.get_by_text("Your draft is saved.")).to_be_visible()
    assert writing.page.get_by_text("Another window").count() == 0
    assert writing.saved() == "The first thought. And one more."


def test_going_back_from_the_review_is_no_other_window(writing: Writing) -> None:
    writing.type("The first thought.")
    status(writing.page, "Draft saved at")
    writing.page.locator(writing.field).press_sequentially(" More.")
    writing.page.get_by_role("button", name="Review your answer").click()
    writing.page.wait_for_url("**/review")
    writing.page.go_back()
    writing.type("The second thought.")
    writing.page.get_by_role("button", name="Save draft").click()
    expect(writing.page.get_by_text("Your draft is saved.")).to_be_visible()
    assert writing.saved() == "The second thought."


def test_a_draft_waits_for_who_was_signed_out_and_saves_itself_afterwards(writing: Writing) -> None:
    other = writing.context.new_page()
    other.goto(f"{writing.address}{writing.path}")
    other.evaluate("document.querySelector('form[action$=\"/sign-out\"]').requestSubmit()")
    other.wait_for_url("**/sign-in*")
    writing.type("Typed after the session had ended.")
    status(writing.page, "You are signed out. Your text is still here")
    expect(writing.page.locator(writing.field)).to_have_value("Typed after the session had ended.")
    assert writing.saved() == ""
    writing.sign_in(other)
    other.close()
    writing.page.evaluate("dispatchEvent(new Event('focus'))")
    status(writing.page, "Draft saved at")
    assert writing.saved() == "Typed after the session had ended."


def test_a_draft_that_nobody_takes_any_more_says_why(writing: Writing) -> None:
    invitation = writing.session.merge(writing.invitation)
    invitation.state = InvitationState.WITHDRAWN
    writing.session.commit()
    writing.type("Too late.")
    status(writing.page, "not open to you any more")
    expect(writing.page.locator(writing.field)).to_have_value("Too late.")
    writing.page.get_by_role("button", name="Save draft").click()
    expect(writing.page.get_by_role("heading", name="Your text was not saved")).to_be_visible()
    expect(writing.page.get_by_label("Question 1: Your answer")).to_have_value("Too late.")


def test_a_second_device_is_still_told(writing: Writing) -> None:
    actor = writing.invitation.expert.user.actor
    service.save_draft(
        writing.session,
        actor=actor,
        invitation=writing.invitation,
        draft={writing.question: {"text": "From the other device."}},
        seen_version=0,
        now=datetime.now().astimezone(),
    )
    writing.session.commit()
    writing.type("From this one.")
    status(writing.page, "Another window or device has saved this draft meanwhile.")
    writing.page.get_by_role("button", name="Save draft").click()
    expect(writing.page.locator("main")).to_contain_text("From the other device.")
    expect(writing.page.locator(writing.field)).to_have_value("From this one.")
