"""Reminders: sent while something is left to do, silent afterwards, never of a deadline that was put off."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from advnet.consultations.invitations.extensions import grant_extension, request_extension
from advnet.consultations.invitations.handlers import lapse, remind_answer, remind_reply
from advnet.consultations.invitations.model import Invitation, answer_until
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.screening import clear_interests, declare_interests
from advnet.consultations.invitations.service import accept_invitation, decline_invitation, note_answered
from advnet.consultations.model import ConsultationState
from tests.builders_invitations import Invitations
from tests.consultations.outbox import jobs, mails

SECOND = timedelta(seconds=1)


@pytest.fixture
def made(session: Session, now: datetime) -> Invitations:
    return Invitations(session, now)


def sent(session: Session) -> list[str]:
    return [message for message, _, _ in mails(session)]


def remind(session: Session, invitation: Invitation, days: int, now: datetime) -> None:
    session.flush()
    remind_answer(session, {"invitation_id": invitation.id, "days": days}, now)


def test_asking_queues_a_reminder_two_days_before_the_time_to_reply_and_the_lapse_at_it(
    made: Invitations, session: Session, now: datetime
) -> None:
    made.invitation(State.INTERESTS_ASKED)
    (reminder,), (lapsing,) = jobs(session, "invitation:remind-reply"), jobs(session, "invitation:lapse")
    assert reminder.run_at == now + timedelta(days=5)
    assert lapsing.run_at == now + timedelta(days=7)


@pytest.mark.parametrize("state", [State.INTERESTS_ASKED, State.SENT])
def test_who_has_not_replied_is_reminded(made: Invitations, session: Session, now: datetime, state: State) -> None:
    invitation = made.invitation(state)
    remind_reply(session, {"invitation_id": invitation.id}, now + timedelta(days=5))
    assert sent(session)[-1] == "invitation_reminder"


def test_who_has_replied_or_waits_for_the_desk_is_not_reminded(
    made: Invitations, session: Session, now: datetime
) -> None:
    accepted, declined = made.invitation(State.ACCEPTED), made.invitation(State.DECLINED)
    waiting = made.invitation(State.INTERESTS_ASKED, interests="Shares")
    cancelled = made.invitation(State.SENT)
    cancelled.consultation.state, cancelled.consultation.cancelled_at = ConsultationState.CANCELLED, now
    session.flush()
    for invitation in (accepted, declined, waiting, cancelled):
        remind_reply(session, {"invitation_id": invitation.id}, now + timedelta(days=5))
    late = made.invitation(State.SENT)
    remind_reply(session, {"invitation_id": late.id}, now + timedelta(days=7))
    assert "invitation_reminder" not in sent(session)


def test_a_reminder_follows_the_time_to_reply_when_the_screening_moved_it(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests="Shares")
    clear_interests(
        session, actor=made.desk, invitation=invitation, declared_at=now, now=now + timedelta(days=6, hours=1)
    )
    before = sent(session)
    remind_reply(session, {"invitation_id": invitation.id}, now + timedelta(days=7))
    assert sent(session) == before
    lapse(session, {"invitation_id": invitation.id}, now + timedelta(days=7))
    assert invitation.state == State.SENT
    assert jobs(session, "invitation:lapse")[-1].run_at == now + timedelta(days=9, hours=1)


@pytest.mark.parametrize(("late_by", "expected"), [(-SECOND, State.SENT), (timedelta(), State.LAPSED)])
def test_the_worker_lets_an_invitation_lapse_at_the_time_to_reply(
    made: Invitations, session: Session, now: datetime, late_by: timedelta, expected: State
) -> None:
    invitation = made.invitation(State.SENT)
    lapse(session, {"invitation_id": invitation.id}, now + timedelta(days=7) + late_by)
    assert invitation.state == expected


def test_an_invitation_to_a_cancelled_consultation_lapses_without_a_mail(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.SENT)
    invitation.consultation.state, invitation.consultation.cancelled_at = ConsultationState.CANCELLED, now
    session.flush()
    lapse(session, {"invitation_id": invitation.id}, now + timedelta(days=7))
    assert invitation.state == State.LAPSED
    assert "invitation_lapsed" not in sent(session)


def test_accepting_queues_reminders_seven_two_and_one_day_before_the_deadline(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.ACCEPTED)
    until = answer_until(invitation)
    queued = jobs(session, "invitation:remind-answer")
    assert [job.run_at for job in queued] == [until - timedelta(days=days) for days in (7, 2, 1)]
    made.invitation(State.ACCEPTED, consultation=made.consultation(days=1.5))
    assert len(jobs(session, "invitation:remind-answer")) == 4, "what lies behind is not queued"


@pytest.mark.parametrize("days", [7, 2, 1])
def test_who_has_not_answered_is_reminded_of_the_deadline(made: Invitations, session: Session, days: int) -> None:
    invitation = made.invitation(State.ACCEPTED)
    remind(session, invitation, days, answer_until(invitation) - timedelta(days=days))
    message, to, values = mails(session)[-1]
    assert (message, to, values["days"]) == ("answer_reminder", made.email(invitation), days)


def test_nobody_is_reminded_after_answering_or_declining_or_at_the_deadline(
    made: Invitations, session: Session, now: datetime
) -> None:
    answered, declined, late = (made.invitation(State.ACCEPTED) for _ in range(3))
    inviting = made.invitation(State.ACCEPTED, consultation=made.consultation(ConsultationState.INVITING))
    until = answer_until(late)
    note_answered(session, invitation=answered)
    decline_invitation(session, actor=made.actor(declined), invitation=declined, reason="No time", now=now)
    for invitation in (answered, declined, inviting):
        remind(session, invitation, 1, until - timedelta(days=1))
    remind(session, late, 1, until)
    assert "answer_reminder" not in sent(session)


def test_a_reminder_that_comes_late_leaves_it_to_the_later_one(made: Invitations, session: Session) -> None:
    invitation = made.invitation(State.ACCEPTED)
    until = answer_until(invitation)
    remind(session, invitation, 7, until - timedelta(days=2))
    assert "answer_reminder" not in sent(session)
    remind(session, invitation, 2, until - timedelta(days=1, seconds=1))
    assert sent(session).count("answer_reminder") == 1


def test_a_reminder_of_a_deadline_that_was_put_off_is_queued_anew(made: Invitations, session: Session) -> None:
    invitation = made.invitation(State.ACCEPTED)
    until = answer_until(invitation)
    invitation.consultation.deadline_at = until + timedelta(days=10)
    session.flush()
    remind(session, invitation, 7, until - timedelta(days=7))
    assert "answer_reminder" not in sent(session)
    moments = [job.run_at for job in jobs(session, "invitation:remind-answer")]
    assert until + timedelta(days=10) - timedelta(days=7) in moments


def test_a_granted_extension_brings_its_own_reminders(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.ACCEPTED)
    until = answer_until(invitation) + timedelta(days=5)
    request_extension(
        session, actor=made.actor(invitation), invitation=invitation, until=until, reason="At sea", now=now
    )
    grant_extension(session, actor=made.desk, invitation=invitation, asked_at=now, now=now)
    remind(session, invitation, 1, answer_until(invitation) - timedelta(days=6))
    assert "answer_reminder" not in sent(session)
    moments = [job.run_at for job in jobs(session, "invitation:remind-answer")]
    assert until - timedelta(days=1) in moments


def test_a_reminder_is_queued_once_however_often_an_expert_is_reinstated(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.SENT)
    accept_invitation(session, actor=made.actor(invitation), invitation=invitation, now=now)
    declare_interests(session, actor=made.actor(invitation), invitation=invitation, has_interests=False, now=now)
    assert invitation.state == State.ACCEPTED
    assert len(jobs(session, "invitation:remind-answer")) == 3
