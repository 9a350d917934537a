"""What the consultation's own moves mean for those who were invited to it."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.consultations.invitations.handlers import lapse, remind_answer, remind_reply
from advnet.consultations.invitations.model import Invitation, answer_until
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.queries import count_open_invitations
from advnet.consultations.invitations.service import note_answered
from advnet.consultations.model import Consultation, ConsultationState, Mode
from advnet.consultations.progress import cancel_consultation, extend_deadline, open_consultation
from advnet.errors import WrongState
from advnet.jobs.model import Job
from tests.builders_invitations import Invitations
from tests.consultations.outbox import mails


@pytest.fixture
def made(session: Session, now: datetime) -> Invitations:
    return Invitations(session, now)


def panel(made: Invitations, consultation: Consultation) -> dict[State, Invitation]:
    """One invitation in each state that stands before the end; the outbox is empty."""
    states = (State.PROPOSED, State.INTERESTS_ASKED, State.SENT, State.ACCEPTED, State.DECLINED, State.BARRED)
    invitations = {state: made.invitation(state, consultation=consultation) for state in states}
    made.session.execute(sa.delete(Job))
    return invitations


def test_whoever_has_accepted_is_told_that_answers_are_taken(made: Invitations, session: Session, now: datetime):
    consultation = made.consultation(ConsultationState.INVITING)
    invitations = panel(made, consultation)
    open_consultation(session, actor=made.desk, consultation=consultation, now=now)
    ((message, to, values),) = mails(session)
    assert (message, to) == ("consultation_opened", made.email(invitations[State.ACCEPTED]))
    assert values["until"] == answer_until(invitations[State.ACCEPTED]).isoformat()
    assert values["title_en"] == consultation.title_en


@pytest.mark.parametrize("marking", [{"tlp": "RED"}, {"confidentiality": 3}])
def test_the_word_of_the_opening_names_only_the_reference_where_the_title_stays_inside(
    made: Invitations, session: Session, now: datetime, marking: dict[str, object]
):
    consultation = made.consultation(ConsultationState.INVITING, **marking)
    panel(made, consultation)
    open_consultation(session, actor=made.desk, consultation=consultation, now=now)
    ((_, _, values),) = mails(session)
    assert (values["reference"], values["title_en"], values["title_ja"]) == (consultation.reference, "", "")


def test_a_later_deadline_is_told_but_not_to_who_has_more_time_anyway(
    made: Invitations, session: Session, now: datetime
):
    consultation = made.consultation(days=20)
    accepted, longer = (made.invitation(State.ACCEPTED, consultation=consultation) for _ in range(2))
    longer.extended_until = longer.extension_asked_at = now + timedelta(days=30)
    session.execute(sa.delete(Job))
    later = now + timedelta(days=25)
    extend_deadline(session, actor=made.desk, consultation=consultation, deadline_at=later, now=now)
    ((message, to, values),) = mails(session)
    assert (message, to) == ("deadline_extended", made.email(accepted))
    assert (values["deadline_at"], values["invitation_id"]) == (later.isoformat(), accepted.id)


def test_cancelling_ends_what_was_asked_and_tells_everybody_who_knew(
    made: Invitations, session: Session, now: datetime
):
    consultation = made.consultation()
    invitations = panel(made, consultation)
    cancel_consultation(session, actor=made.desk, consultation=consultation, reason="The meeting is off.", now=now)
    after = {before: State(invitation.state) for before, invitation in invitations.items()}
    assert after == {
        State.PROPOSED: State.WITHDRAWN,
        State.INTERESTS_ASKED: State.WITHDRAWN,
        State.SENT: State.WITHDRAWN,
        State.ACCEPTED: State.ACCEPTED,
        State.DECLINED: State.DECLINED,
        State.BARRED: State.BARRED,
    }
    knew = (State.INTERESTS_ASKED, State.SENT, State.ACCEPTED)
    assert {(message, to, values["invitation_id"]) for message, to, values in mails(session)} == {
        ("consultation_cancelled", made.email(invitations[state]), invitations[state].id) for state in knew
    }
    assert "The meeting is off." not in str(mails(session))
    ids = [invitation.expert_id for invitation in invitations.values()]
    assert set(count_open_invitations(session, expert_ids=ids).values()) == {0}


@pytest.mark.parametrize("mode", Mode)
def test_cancelling_does_not_tell_who_had_answered(made: Invitations, session: Session, now: datetime, mode: Mode):
    consultation = made.consultation(mode=mode)
    answered, silent = (made.invitation(State.ACCEPTED, consultation=consultation) for _ in range(2))
    note_answered(session, invitation=answered)
    cancel_consultation(session, actor=made.desk, consultation=consultation, reason="Off", now=now)
    assert answered.state == silent.state == State.ACCEPTED


def test_nobody_is_reminded_or_lapses_once_the_consultation_is_cancelled(
    made: Invitations, session: Session, now: datetime
):
    consultation = made.consultation()
    invitations = panel(made, consultation)
    cancel_consultation(session, actor=made.desk, consultation=consultation, reason="Off", now=now)
    session.execute(sa.delete(Job))
    for invitation in invitations.values():
        remind_reply(session, {"invitation_id": invitation.id}, now + timedelta(days=5))
        lapse(session, {"invitation_id": invitation.id}, now + timedelta(days=7))
        for days in (7, 2, 1):
            payload = {"invitation_id": invitation.id, "days": days}
            remind_answer(session, payload, answer_until(invitation) - timedelta(days=days))
    assert mails(session) == []
    assert State.LAPSED not in {invitation.state for invitation in invitations.values()}


def test_a_consultation_that_is_cancelled_twice_is_told_once(made: Invitations, session: Session, now: datetime):
    consultation = made.consultation()
    panel(made, consultation)
    cancel_consultation(session, actor=made.desk, consultation=consultation, reason="Off", now=now)
    told = len(mails(session))
    with pytest.raises(WrongState):
        cancel_consultation(session, actor=made.desk, consultation=consultation, reason="Off", now=now)
    assert len(mails(session)) == told == 3
