"""Typed text when the page of answering is refused: gone, signed out, not open yet, over."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from advnet.accounts.model import LoginSession
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.model import ConsultationState
from tests.answers.pages import (
    LATE,
    TEXT,
    Asked,
    answers,
    autosave,
    autosave_by_script,
    contributor,
    given_back,
    part,
    set_consultation,
    typed,
    value,
    write_page,
)
from tests.browser_less import Browser
from tests.builders_invitations import PROMPT, Invitations
from tests.people import PASSWORD

NOT_YET = "Answers can be submitted once the consultation is open. Until then you can write and save a draft."
GONE = "This page is not open to you any more: it may have been closed or taken back while you were writing."
SIGNED_OUT = "You were signed out while you were writing. Nothing of this was saved."


@pytest.mark.parametrize("state", [State.INTERESTS_ASKED, State.WITHDRAWN, State.SENT])
def test_who_has_lost_the_invitation_while_writing_keeps_the_text(
    made: Invitations, session: Session, expert: Browser, invitation: Asked, state: State
) -> None:
    page = write_page(expert, invitation)
    made.session.execute(sa.update(Invitation).where(Invitation.id == invitation.id).values(state=state))
    made.session.commit()
    refused = autosave_by_script(expert, page, **typed(invitation))
    assert refused.status == (403 if state == State.SENT else 404)
    assert refused.text.startswith(GONE)
    for button in ("Save draft", "Review"):
        back = page.submit(typed(invitation), button=button)
        assert GONE in back.words()
        assert given_back(back) == {"Question 1: Your answer": TEXT, "Question 1: Sureness": "70"}
        assert PROMPT not in back.text
    assert contributor(session) is None
    assert back.link("See how it stands now").status == 200


def test_who_was_signed_out_while_writing_keeps_the_text(session: Session, expert: Browser, invitation: Asked) -> None:
    page = write_page(expert, invitation)
    session.execute(sa.delete(LoginSession))  # ended elsewhere, or too old: the cookie is still there
    session.commit()
    back = page.submit(typed(invitation), button="Review")
    assert (back.status, back.url) == (403, f"/invitations/{invitation.id}/answer")
    assert SIGNED_OUT in back.words()
    assert given_back(back) == {"Question 1: Your answer": TEXT, "Question 1: Sureness": "70"}
    assert PROMPT not in back.text
    assert contributor(session) is None
    (way,) = back.tree.xpath("//main//a[normalize-space()='Sign in']/@href")
    signed_in = expert.get(way).submit({"email": invitation.email, "password": PASSWORD})
    assert signed_in.url == f"/invitations/{invitation.id}"


def test_a_page_from_before_signing_in_again_gives_the_text_back(
    session: Session, expert: Browser, invitation: Asked
) -> None:
    page = write_page(expert, invitation)
    expert.post("/sign-out", {"csrf_token": value(page, "csrf_token")})
    back = page.submit(typed(invitation), button="Save draft")
    assert (back.status, SIGNED_OUT in back.words()) == (400, True)
    expert.sign_in(invitation.email)
    back = page.submit(typed(invitation), button="Save draft")
    assert back.status == 400
    assert "You have signed out or in since you opened the page." in back.words()
    assert given_back(back)["Question 1: Your answer"] == TEXT
    assert contributor(session) is None


def test_words_that_another_site_sends_are_not_shown(app: Flask, invitation: Asked) -> None:
    sent = typed(invitation, text="Call this number")
    for site, shown in (("same-origin", True), ("cross-site", False)):
        response = app.test_client().post(
            f"/invitations/{invitation.id}/answer", data=sent, headers={"Sec-Fetch-Site": site}
        )
        assert ("Call this number" in response.text) is shown


# before the consultation is open


def test_before_the_opening_a_draft_is_saved_and_nothing_submitted(
    made: Invitations, session: Session, expert: Browser, invitation: Asked
) -> None:
    set_consultation(made, invitation, state=ConsultationState.INVITING, opened_at=None)
    page = write_page(expert, invitation)
    assert NOT_YET in page.words()
    assert LATE not in page.text
    assert not [button for button in page.tree.xpath("//main//button") if "Review" in button.text_content()]
    assert autosave(expert, page, **typed(invitation)).status == 204
    page = write_page(expert, invitation).submit(typed(invitation), button="Save draft")
    assert "Your draft is saved." in page.words()
    review = expert.get(f"/invitations/{invitation.id}/answer/review")
    assert NOT_YET in review.words()
    refused = expert.post(review.url, {"csrf_token": value(page, "csrf_token"), "draft_version": "2"})
    assert (refused.status, refused.errors()) == (422, [NOT_YET])
    assert answers(session) == []
    set_consultation(made, invitation, state=ConsultationState.OPEN)
    page = write_page(expert, invitation).submit(button="Review").submit(button="Submit")
    assert page.url.endswith("/confirmation")


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (ConsultationState.CLOSED, "This consultation is closed: answers can no longer be submitted or changed."),
        (
            ConsultationState.CANCELLED,
            "This consultation has been cancelled: answers can no longer be submitted or changed.",
        ),
    ],
)
def test_a_consultation_that_ends_while_somebody_writes_says_so_above_the_text(
    made: Invitations,
    session: Session,
    expert: Browser,
    invitation: Asked,
    state: ConsultationState,
    message: str,
) -> None:
    page = write_page(expert, invitation)
    set_consultation(made, invitation, state=state)
    assert autosave_by_script(expert, page, **typed(invitation)).text == message
    for button in ("Save draft", "Review"):
        refused = page.submit(typed(invitation), button=button)
        assert (refused.status, refused.errors()) == (422, [message])
        assert value(refused, part(invitation, "text")) == TEXT
    assert contributor(session) is None
