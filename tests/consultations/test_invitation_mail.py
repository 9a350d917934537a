"""Every mail of invitations, rendered as the worker renders it, in both languages."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from advnet.accounts.model import system_actor
from advnet.config import Settings
from advnet.consultations.invitations.extensions import grant_extension, request_extension
from advnet.consultations.invitations.handlers import remind_answer, remind_reply
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.model import answer_until
from advnet.consultations.invitations.screening import clear_interests, declare_interests
from advnet.consultations.invitations.service import lapse_invitation, withdraw_invitation
from advnet.consultations.model import ConsultationState
from advnet.consultations.progress import cancel_consultation, extend_deadline, open_consultation
from advnet.mail.render import MailRenderer
from tests.builders_invitations import Invitations
from tests.consultations.outbox import jobs

MESSAGES = {
    "interests_asked", "interests_declared", "invitation_sent", "invitation_barred", "invitation_reminder",
    "answer_reminder", "invitation_lapsed", "invitation_withdrawn", "extension_requested", "extension_decided",
    "consultation_opened", "deadline_extended", "consultation_cancelled",
}  # fmt: skip


@pytest.fixture
def made(session: Session, now: datetime) -> Invitations:
    """Every mail there is waits in the outbox, about consultations whose titles may be mailed."""
    made = Invitations(session, now)
    made.invitation(State.BARRED)
    reminded = made.invitation(State.SENT)
    remind_reply(session, {"invitation_id": reminded.id}, now + timedelta(days=5))
    lapse_invitation(session, actor=system_actor("worker"), invitation=reminded, now=now + timedelta(days=7))
    withdraw_invitation(session, actor=made.desk, invitation=made.invitation(State.SENT), reason="Enough", now=now)
    cleared = made.invitation(State.INTERESTS_ASKED, interests="Shares")
    clear_interests(session, actor=made.desk, invitation=cleared, declared_at=now, now=now)
    accepted = made.invitation(State.ACCEPTED)
    remind_answer(session, {"invitation_id": accepted.id, "days": 2}, answer_until(accepted) - timedelta(days=2))
    person = made.actor(accepted)
    until = answer_until(accepted) + timedelta(days=3)
    request_extension(session, actor=person, invitation=accepted, until=until, reason="At sea", now=now)
    grant_extension(session, actor=made.desk, invitation=accepted, asked_at=now, now=now)
    declare_interests(session, actor=person, invitation=accepted, has_interests=True, interests="Shares", now=now)
    clear_interests(session, actor=made.desk, invitation=accepted, declared_at=now, now=now + timedelta(hours=1))
    inviting = made.consultation(ConsultationState.INVITING)
    made.invitation(State.ACCEPTED, consultation=inviting)
    open_consultation(session, actor=made.desk, consultation=inviting, now=now)
    extend_deadline(session, actor=made.desk, consultation=inviting, deadline_at=now + timedelta(days=90), now=now)
    cancel_consultation(session, actor=made.desk, consultation=inviting, reason="Shares", now=now)
    return made


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_mail_reads_in_both_languages_and_both_forms(
    made: Invitations, session: Session, settings: Settings, now: datetime, language: str
) -> None:
    renderer, seen = MailRenderer(settings), set()
    for job in jobs(session, "mail:send"):
        payload = {**job.payload, "to": {**job.payload["to"], "language": language}}
        mail = renderer.render(payload, now=now)
        seen.add(payload["message"])
        text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
        for form in (text, html):
            assert payload["values"]["reference"] in form, payload["message"]
            assert payload["values"][f"title_{language}"] in form, payload["message"]
        assert payload["values"]["reference"] in mail["Subject"]
        assert payload["to"]["name"] not in mail["Subject"], "the subject is the first line alone"
        assert "Shares" not in text + html
    assert seen == MESSAGES


def test_an_invitation_that_was_accepted_before_does_not_ask_for_a_reply_again(
    made: Invitations, session: Session, settings: Settings, now: datetime
) -> None:
    sent = [job.payload for job in jobs(session, "mail:send") if job.payload["message"] == "invitation_sent"]
    texts = {
        payload["values"]["is_accepted"]: MailRenderer(settings).render(payload, now=now).as_string()
        for payload in sent
    }
    assert "accept or decline" in texts[False]
    assert "accept or decline" not in texts[True]
