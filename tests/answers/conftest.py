"""An expert who has accepted, and their browser."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from advnet.consultations.invitations.model import InvitationState as State
from tests.answers.pages import Asked
from tests.browser_less import Browser
from tests.builders_invitations import Invitations


@pytest.fixture
def made(session: Session) -> Invitations:
    """Around the real clock, since pages have no other."""
    return Invitations(session, datetime.now().astimezone())


@pytest.fixture
def invitation(made: Invitations) -> Asked:
    accepted = made.invitation(State.ACCEPTED)
    question = accepted.consultation.questions[0]
    asked = Asked(accepted.id, accepted.consultation_id, question.id, made.email(accepted))
    made.session.commit()
    return asked


@pytest.fixture
def expert(invitation: Asked, browser: Browser) -> Browser:
    browser.sign_in(invitation.email)
    return browser
