"""Interests: declared before any material is shown, cleared by rule or judged by a person."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.audit.model import AuditEntry
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.model import ScreeningVerdict
from advnet.consultations.invitations.moves import NoLongerAsking
from advnet.consultations.invitations.screening import (
    bar_expert,
    clear_interests,
    declare_interests,
    waive_interests,
)
from advnet.consultations.invitations.service import ReplyTooLate, note_answered
from advnet.consultations.model import ConsultationState
from advnet.errors import EditedMeanwhile, Forbidden, Invalid, WrongState
from tests.builders_invitations import Invitations
from tests.consultations.outbox import mails

SECOND = timedelta(seconds=1)
SHARES = "I hold shares in a shipyard."


@pytest.fixture
def made(session: Session, now: datetime) -> Invitations:
    return Invitations(session, now)


def test_no_interests_are_cleared_by_rule_and_the_invitation_is_sent_at_once(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED)
    declare_interests(session, actor=made.actor(invitation), invitation=invitation, has_interests=False, now=now)
    assert (invitation.state, invitation.screening_verdict) == (State.SENT, ScreeningVerdict.CLEARED)
    assert invitation.shows_material
    cleared = session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "invitation:cleared")).one()
    assert (cleared.actor_id, cleared.actor_name) == (None, "screening rule")
    assert "rule" in (cleared.reason or "")
    assert [message for message, _, _ in mails(session)] == ["interests_asked"], "the expert is here already"


def test_described_interests_wait_for_the_desk_which_is_told(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    assert (invitation.state, invitation.interests, invitation.declared_at) == (State.INTERESTS_ASKED, SHARES, now)
    assert not invitation.shows_material
    message, to, values = mails(session)[-1]
    assert (message, to) == ("interests_declared", "desk@example.org")
    assert SHARES not in str(values)
    told = session.scalars(sa.select(AuditEntry)).all()
    assert all(SHARES not in f"{entry.reason} {entry.detail}" for entry in told)


def test_a_declaration_says_either_none_or_which(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED)
    for has_interests, interests in ((True, "  "), (False, SHARES), (True, "x" * 4001)):
        with pytest.raises(Invalid) as refusal:
            declare_interests(
                session,
                actor=made.actor(invitation),
                invitation=invitation,
                has_interests=has_interests,
                interests=interests,
                now=now,
            )
        assert refusal.value.field == "interests"
    assert invitation.declared_at is None


def test_the_first_declaration_comes_before_the_time_to_reply(
    made: Invitations, session: Session, now: datetime
) -> None:
    limit = now + timedelta(days=7)
    late, timely = made.invitation(State.INTERESTS_ASKED), made.invitation(State.INTERESTS_ASKED)
    with pytest.raises(ReplyTooLate):
        declare_interests(session, actor=made.actor(late), invitation=late, has_interests=False, now=limit)
    declare_interests(session, actor=made.actor(timely), invitation=timely, has_interests=False, now=limit - SECOND)
    assert (late.state, timely.state) == (State.INTERESTS_ASKED, State.SENT)


def test_only_the_expert_declares(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED)
    for other in (made.desk, made.people.make(Role.EXPERT).actor):
        with pytest.raises(Forbidden):
            declare_interests(session, actor=other, invitation=invitation, has_interests=False, now=now)


def test_the_desk_clears_and_the_expert_has_time_left_to_reply(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    late = now + timedelta(days=10)
    clear_interests(session, actor=made.desk, invitation=invitation, declared_at=now, now=late)
    assert (invitation.state, invitation.screened_by_id) == (State.SENT, made.desk.user_id)
    assert invitation.respond_by == late + timedelta(days=3)
    assert mails(session)[-1][:2] == ("invitation_sent", made.email(invitation))


def test_a_waiver_needs_its_reason_and_keeps_who_gave_it(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    with pytest.raises(Invalid) as refusal:
        waive_interests(session, actor=made.desk, invitation=invitation, declared_at=now, reason="", now=now)
    assert (refusal.value.field, invitation.state) == ("reason", State.INTERESTS_ASKED)
    waive_interests(session, actor=made.desk, invitation=invitation, declared_at=now, reason="Only one knows", now=now)
    assert (invitation.state, invitation.screening_verdict) == (State.SENT, ScreeningVerdict.WAIVED)
    assert (invitation.screening_reason, invitation.screened_by_id) == ("Only one knows", made.desk.user_id)


def test_a_barred_expert_is_told_without_the_reason_and_sees_no_material(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    with pytest.raises(Invalid):
        bar_expert(session, actor=made.desk, invitation=invitation, declared_at=now, reason=" ", now=now)
    bar_expert(session, actor=made.desk, invitation=invitation, declared_at=now, reason="Too near", now=now)
    assert (invitation.state, invitation.screening_reason) == (State.BARRED, "Too near")
    assert not invitation.shows_material
    message, to, values = mails(session)[-1]
    assert (message, to) == ("invitation_barred", made.email(invitation))
    assert "Too near" not in str(values)


def test_of_two_judgements_the_first_stands(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    other = made.people.make(Role.ADVISOR).actor
    clear_interests(session, actor=made.desk, invitation=invitation, declared_at=now, now=now)
    with pytest.raises(WrongState):
        bar_expert(session, actor=other, invitation=invitation, declared_at=now, reason="No", now=now)
    assert invitation.state == State.SENT


def test_a_judgement_on_a_declaration_that_was_changed_meanwhile_is_refused(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    later = now + timedelta(minutes=5)
    declare_interests(
        session,
        actor=made.actor(invitation),
        invitation=invitation,
        has_interests=True,
        interests="And a seat on its board.",
        now=later,
    )
    for read_at in (now, None):
        with pytest.raises(EditedMeanwhile):
            clear_interests(session, actor=made.desk, invitation=invitation, declared_at=read_at, now=later)
    clear_interests(session, actor=made.desk, invitation=invitation, declared_at=later, now=later)


def test_nobody_judges_the_own_interests_and_only_the_desk_judges(
    made: Invitations, session: Session, now: datetime
) -> None:
    both = made.people.make(Role.EXPERT, Role.SECRETARIAT)
    expert = made.experts.complete(both, standing="active", approved_at=now, vetted_until=now + timedelta(days=365))
    invitation = made.invitation(State.INTERESTS_ASKED, expert=expert, interests=SHARES)
    for actor in (both.actor, *(made.people.make(role).actor for role in (Role.ADMINISTRATOR, Role.EXPERT))):
        with pytest.raises(Forbidden):
            clear_interests(session, actor=actor, invitation=invitation, declared_at=now, now=now)


def test_nothing_is_screened_before_it_is_declared(made: Invitations, session: Session, now: datetime) -> None:
    with pytest.raises(WrongState):
        clear_interests(
            session, actor=made.desk, invitation=made.invitation(State.INTERESTS_ASKED), declared_at=now, now=now
        )


def test_nobody_is_cleared_for_a_consultation_that_has_closed(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    invitation.consultation.state, invitation.consultation.closed_at = ConsultationState.CLOSED, now
    with pytest.raises(NoLongerAsking):
        clear_interests(session, actor=made.desk, invitation=invitation, declared_at=now, now=now)


@pytest.mark.parametrize("has_answered", [False, True])
def test_an_amended_declaration_closes_the_material_until_it_is_judged(
    made: Invitations, session: Session, now: datetime, has_answered: bool
) -> None:
    invitation = made.invitation(State.ACCEPTED)
    if has_answered:
        note_answered(session, invitation=invitation)
    later = now + timedelta(days=1)
    declare_interests(
        session, actor=made.actor(invitation), invitation=invitation, has_interests=True, interests=SHARES, now=later
    )
    assert (invitation.state, invitation.screening_verdict) == (State.INTERESTS_ASKED, None)
    assert not invitation.shows_material
    clear_interests(session, actor=made.desk, invitation=invitation, declared_at=later, now=later)
    assert (invitation.state, invitation.has_answered) == (State.ACCEPTED, has_answered)


def test_taking_a_described_interest_back_is_not_cleared_by_rule(
    made: Invitations, session: Session, now: datetime
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    person, later = made.actor(invitation), now + timedelta(hours=1)
    for moment in (later, later + SECOND):
        declare_interests(session, actor=person, invitation=invitation, has_interests=False, now=moment)
        assert invitation.awaits_screening
        assert invitation.interests_before == SHARES
    assert mails(session)[-1][0] == "interests_declared"


def test_a_declined_expert_declares_nothing(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.DECLINED)
    with pytest.raises(WrongState):
        declare_interests(session, actor=made.actor(invitation), invitation=invitation, has_interests=False, now=now)
