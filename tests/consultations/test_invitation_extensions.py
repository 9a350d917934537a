"""More time for one expert, and nobody else."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.consultations.invitations.extensions import grant_extension, refuse_extension, request_extension
from advnet.consultations.invitations.model import Invitation, answer_until, takes_answers
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.model import ConsultationState
from advnet.errors import EditedMeanwhile, Forbidden, Invalid, WrongState
from tests.builders_invitations import Invitations
from tests.consultations.outbox import mails

SECOND = timedelta(seconds=1)


@pytest.fixture
def made(session: Session, now: datetime) -> Invitations:
    return Invitations(session, now)


def ask(made: Invitations, invitation: Invitation, until: datetime, *, now: datetime, reason: str = "At sea") -> None:
    request_extension(
        made.session, actor=made.actor(invitation), invitation=invitation, until=until, reason=reason, now=now
    )


def test_a_granted_extension_moves_the_deadline_of_this_expert_alone(
    made: Invitations, session: Session, now: datetime
) -> None:
    one = made.invitation(State.ACCEPTED)
    other = made.invitation(State.ACCEPTED, consultation=one.consultation)
    deadline = answer_until(one)
    until = deadline + timedelta(days=5)
    ask(made, one, until, now=now)
    assert mails(session)[-1][:2] == ("extension_requested", "desk@example.org")
    assert answer_until(one) == deadline
    grant_extension(session, actor=made.desk, invitation=one, asked_at=now, now=now)
    assert (answer_until(one), answer_until(other)) == (until, deadline)
    message, to, values = mails(session)[-1]
    assert (message, to) == ("extension_decided", made.email(one))
    assert (values["is_granted"], values["until"]) == (True, until.isoformat())


def test_a_refused_extension_leaves_the_deadline_and_may_be_asked_for_again(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.ACCEPTED)
    deadline = answer_until(invitation)
    ask(made, invitation, deadline + timedelta(days=5), now=now)
    with pytest.raises(Invalid):
        refuse_extension(session, actor=made.desk, invitation=invitation, asked_at=now, reason="", now=now)
    refuse_extension(session, actor=made.desk, invitation=invitation, asked_at=now, reason="Summit", now=now)
    assert answer_until(invitation) == deadline
    assert mails(session)[-1][2]["is_granted"] is False
    later = now + SECOND
    ask(made, invitation, deadline + timedelta(days=1), now=later)
    grant_extension(session, actor=made.desk, invitation=invitation, asked_at=later, now=later)
    ask(made, invitation, deadline + timedelta(days=2), now=later)
    assert answer_until(invitation) == deadline + timedelta(days=1), "a new request does not lose what was granted"


def test_a_request_is_for_later_with_a_reason_and_one_at_a_time(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.ACCEPTED)
    deadline = answer_until(invitation)
    with pytest.raises(Invalid) as refusal:
        ask(made, invitation, deadline, now=now)
    assert refusal.value.field == "until"
    with pytest.raises(Invalid) as refusal:
        ask(made, invitation, deadline + SECOND, now=now, reason=" ")
    assert refusal.value.field == "reason"
    ask(made, invitation, deadline + SECOND, now=now)
    with pytest.raises(WrongState):
        ask(made, invitation, deadline + SECOND, now=now)


def test_more_time_is_asked_for_before_the_own_deadline(made: Invitations, now: datetime) -> None:
    invitation = made.invitation(State.ACCEPTED)
    deadline = answer_until(invitation)
    with pytest.raises(WrongState):
        ask(made, invitation, deadline + timedelta(days=1), now=deadline)
    ask(made, invitation, deadline + timedelta(days=1), now=deadline - SECOND)


def test_only_who_accepted_asks_and_only_the_desk_decides(made: Invitations, session: Session, now: datetime) -> None:
    until = now + timedelta(days=40)
    with pytest.raises(WrongState):
        ask(made, made.invitation(State.SENT), until, now=now)
    invitation = made.invitation(State.ACCEPTED)
    with pytest.raises(Forbidden):
        request_extension(session, actor=made.desk, invitation=invitation, until=until, reason="x", now=now)
    with pytest.raises(WrongState):
        grant_extension(session, actor=made.desk, invitation=invitation, asked_at=now, now=now)
    ask(made, invitation, until, now=now)
    for actor in (made.actor(invitation), made.people.make(Role.ADMINISTRATOR).actor):
        with pytest.raises(Forbidden):
            grant_extension(session, actor=actor, invitation=invitation, asked_at=now, now=now)


def test_of_two_decisions_the_first_stands(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.ACCEPTED)
    ask(made, invitation, now + timedelta(days=40), now=now)
    grant_extension(session, actor=made.desk, invitation=invitation, asked_at=now, now=now)
    with pytest.raises(WrongState):
        refuse_extension(session, actor=made.desk, invitation=invitation, asked_at=now, reason="No", now=now)


def test_a_decision_on_a_request_that_was_put_anew_is_refused(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.ACCEPTED)
    ask(made, invitation, now + timedelta(days=40), now=now)
    for read_at in (now - SECOND, None):
        with pytest.raises(EditedMeanwhile):
            grant_extension(session, actor=made.desk, invitation=invitation, asked_at=read_at, now=now)
    assert invitation.awaits_extension


def test_a_moment_that_has_passed_is_not_granted(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.ACCEPTED)
    until = answer_until(invitation) + timedelta(days=1)
    ask(made, invitation, until, now=now)
    with pytest.raises(Invalid):
        grant_extension(session, actor=made.desk, invitation=invitation, asked_at=now, now=until)
    grant_extension(session, actor=made.desk, invitation=invitation, asked_at=now, now=until - SECOND)


def test_answers_are_taken_until_the_own_deadline_also_after_the_closing(
    made: Invitations, session: Session, now: datetime
) -> None:
    extended = made.invitation(State.ACCEPTED)
    other = made.invitation(State.ACCEPTED, consultation=extended.consultation)
    deadline = answer_until(extended)
    until = deadline + timedelta(days=5)
    ask(made, extended, until, now=now)
    grant_extension(session, actor=made.desk, invitation=extended, asked_at=now, now=now)
    assert takes_answers(other, now=deadline - SECOND)
    assert not takes_answers(other, now=deadline)
    consultation = extended.consultation
    consultation.state, consultation.closed_at = ConsultationState.CLOSED, deadline
    assert takes_answers(extended, now=until - SECOND)
    assert not takes_answers(extended, now=until)
    assert not takes_answers(other, now=deadline - SECOND), "closed early, nobody else goes on"
    consultation.state = ConsultationState.SYNTHESIS
    assert not takes_answers(extended, now=until - SECOND)


def test_nobody_answers_before_the_consultation_is_open_or_without_accepting(made: Invitations, now: datetime) -> None:
    inviting = made.invitation(State.ACCEPTED, consultation=made.consultation(ConsultationState.INVITING))
    assert not takes_answers(inviting, now=now)
    assert not takes_answers(made.invitation(State.SENT), now=now)
