"""Moves of an invitation: what holds after each, and every refusal."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Role, system_actor
from advnet.audit.model import AuditEntry
from advnet.consultations.invitations.asking import AtLimit, NoAccount, NotAvailable, ask_all, ask_interests
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.moves import NoLongerAsking
from advnet.consultations.invitations.queries import count_open_invitations, progress
from advnet.consultations.invitations.service import (
    AlreadyOnPanel,
    NotProposable,
    ReplyTooLate,
    accept_invitation,
    decline_invitation,
    lapse_invitation,
    note_answered,
    propose_invitation,
    replace_invitation,
    withdraw_invitation,
)
from advnet.consultations.model import ConsultationState, Mode
from advnet.errors import Forbidden, Invalid, WrongState
from advnet.experts.model import Pause, Standing
from tests.builders_invitations import Invitations
from tests.consultations.outbox import mails

SECOND = timedelta(seconds=1)
WORKER = system_actor("worker")


@pytest.fixture
def made(session: Session, now: datetime) -> Invitations:
    return Invitations(session, now)


def events(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEntry.event).order_by(AuditEntry.number)))


@pytest.mark.parametrize("state", [ConsultationState.SCOPED, ConsultationState.INVITING, ConsultationState.OPEN])
def test_the_desk_puts_an_expert_on_the_panel_and_nobody_is_told(
    made: Invitations, session: Session, now: datetime, state: ConsultationState
) -> None:
    invitation = made.invitation(consultation=made.consultation(state))
    assert (invitation.state, invitation.proposal_reason) == (State.PROPOSED, "Knows sea ice")
    assert events(session) == ["invitation:proposed"]
    assert mails(session) == []


def test_no_expert_is_proposed_to_a_consultation_that_is_not_looking_for_any(made: Invitations) -> None:
    with pytest.raises(WrongState):
        made.invitation(consultation=made.consultation(ConsultationState.CLOSED))


def test_an_expert_stands_on_a_panel_once(made: Invitations) -> None:
    first = made.invitation()
    with pytest.raises(AlreadyOnPanel):
        made.invitation(consultation=first.consultation, expert=first.expert)


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.EXPIRED])
def test_an_expert_out_of_the_network_is_not_proposed(made: Invitations, standing: Standing) -> None:
    with pytest.raises(NotProposable):
        made.invitation(expert=made.experts.approved(standing))


def test_an_applicant_is_not_proposed(made: Invitations) -> None:
    with pytest.raises(NotProposable):
        made.invitation(expert=made.experts.complete())


def test_who_filed_the_request_is_not_an_expert_on_it(made: Invitations) -> None:
    expert = made.experts.approved()
    with pytest.raises(Invalid):
        made.invitation(expert=expert, consultation=made.consultation(requester_id=expert.user_id))


def test_only_the_desk_proposes_asks_and_withdraws(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation()
    for role in (Role.EXPERT, Role.REQUESTER, Role.ADMINISTRATOR, Role.AUDITOR):
        other = made.people.make(role).actor
        with pytest.raises(Forbidden):
            ask_interests(session, actor=other, invitation=invitation, now=now)
        with pytest.raises(Forbidden):
            withdraw_invitation(session, actor=other, invitation=invitation, reason="x", now=now)
        with pytest.raises(Forbidden):
            propose_invitation(
                session,
                actor=other,
                consultation=invitation.consultation,
                expert=made.experts.approved(),
                reason="x",
                now=now,
            )
    advisor = made.people.make(Role.ADVISOR).actor
    ask_interests(session, actor=advisor, invitation=invitation, now=now)
    assert invitation.state == State.INTERESTS_ASKED


def test_asking_gives_the_expert_a_week_and_sends_the_mail(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED)
    assert invitation.respond_by == now + timedelta(days=7)
    ((message, to, values),) = mails(session)
    assert (message, to) == ("interests_asked", made.email(invitation))
    assert values["title_en"] == invitation.consultation.title_en
    assert events(session)[-1] == "invitation:interests-asked"


@pytest.mark.parametrize("marking", [{"tlp": "RED"}, {"tlp": "AMBER+STRICT"}, {"confidentiality": 3}])
def test_the_mail_names_only_the_reference_where_the_marking_keeps_the_title_inside(
    made: Invitations, session: Session, marking: dict[str, Any]
) -> None:
    consultation = made.consultation(**marking)
    made.invitation(State.INTERESTS_ASKED, consultation=consultation)
    ((_, _, values),) = mails(session)
    assert values["reference"] == consultation.reference
    assert consultation.title_en not in str(values)


def test_the_time_to_reply_ends_with_the_deadline(made: Invitations, now: datetime) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, consultation=made.consultation(days=3))
    assert invitation.respond_by == now + timedelta(days=3)


@pytest.mark.parametrize("state", [ConsultationState.SCOPED, ConsultationState.PANEL_PROPOSED])
def test_nobody_is_asked_before_the_consultation_is_inviting(
    made: Invitations, session: Session, now: datetime, state: ConsultationState
) -> None:
    consultation = made.consultation(state)
    invitation = made.invitation(consultation=consultation)
    with pytest.raises(NoLongerAsking):
        ask_interests(session, actor=made.desk, invitation=invitation, now=now)
    with pytest.raises(NoLongerAsking):
        ask_all(session, actor=made.desk, consultation=consultation, now=now)
    assert mails(session) == []


@pytest.mark.parametrize(("days", "is_asked"), [(0, False), (1, True), (30, True), (31, False)])
def test_the_time_to_reply_is_from_1_to_30_days(
    made: Invitations, session: Session, now: datetime, days: int, is_asked: bool
) -> None:
    invitation = made.invitation(consultation=made.consultation(days=60))
    if is_asked:
        ask_interests(session, actor=made.desk, invitation=invitation, respond_days=days, now=now)
        assert invitation.respond_by == now + timedelta(days=days)
    else:
        with pytest.raises(Invalid) as refusal:
            ask_interests(session, actor=made.desk, invitation=invitation, respond_days=days, now=now)
        assert refusal.value.field == "respond_days"


def test_an_expert_at_the_limit_is_not_asked_until_a_place_is_free(
    made: Invitations, session: Session, now: datetime
) -> None:
    expert = made.experts.approved(max_open_invitations=2)
    first = made.invitation(State.ACCEPTED, expert=expert)
    made.invitation(State.INTERESTS_ASKED, expert=expert)
    third = made.invitation(expert=expert)
    with pytest.raises(AtLimit) as refusal:
        ask_interests(session, actor=made.desk, invitation=third, now=now)
    assert refusal.value.params == {"count": 2}
    note_answered(session, invitation=first)
    assert count_open_invitations(session, expert_ids=[expert.id]) == {expert.id: 2}, (
        "an answer is not seen in the load"
    )
    first.consultation.state, first.consultation.closed_at = ConsultationState.CLOSED, now
    ask_interests(session, actor=made.desk, invitation=third, now=now)
    assert third.state == State.INTERESTS_ASKED


def test_an_expert_who_pauses_or_has_no_account_is_not_asked(
    made: Invitations, session: Session, now: datetime
) -> None:
    pausing = made.invitation(expert=made.experts.approved())
    pausing.expert.pauses.append(Pause(from_on=now.date(), until_on=now.date()))
    with pytest.raises(NotAvailable):
        ask_interests(session, actor=made.desk, invitation=pausing, now=now)
    paused = made.invitation(expert=made.experts.approved(Standing.PAUSED))
    with pytest.raises(NotAvailable):
        ask_interests(session, actor=made.desk, invitation=paused, now=now)
    unknown = made.invitation(expert=made.experts.approved(with_account=False))
    with pytest.raises(NoAccount):
        ask_interests(session, actor=made.desk, invitation=unknown, now=now)
    assert mails(session) == []


def test_asking_all_asks_those_who_may_be_asked_and_names_the_others(
    made: Invitations, session: Session, now: datetime
) -> None:
    consultation = made.consultation()
    willing = made.invitation(consultation=consultation)
    paused = made.invitation(consultation=consultation, expert=made.experts.approved(Standing.PAUSED))
    outcome = ask_all(session, actor=made.desk, consultation=consultation, now=now)
    assert outcome.asked == [willing]
    assert [(refused, type(why)) for refused, why in outcome.refused] == [(paused, NotAvailable)]
    assert paused.state == State.PROPOSED
    paused.state = State.WITHDRAWN
    with pytest.raises(Invalid):
        ask_all(session, actor=made.desk, consultation=consultation, now=now)


def test_an_expert_accepts_once(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.ACCEPTED)
    assert (invitation.state, invitation.responded_at) == (State.ACCEPTED, now)
    with pytest.raises(WrongState):
        accept_invitation(session, actor=made.actor(invitation), invitation=invitation, now=now)
    assert events(session).count("invitation:accepted") == 1


def test_nobody_else_replies_for_the_expert(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.SENT)
    for other in (made.desk, made.people.make(Role.EXPERT).actor, WORKER):
        with pytest.raises(Forbidden):
            accept_invitation(session, actor=other, invitation=invitation, now=now)
        with pytest.raises(Forbidden):
            decline_invitation(session, actor=other, invitation=invitation, reason="x", now=now)


def test_accepting_is_possible_until_just_before_the_time_to_reply(
    made: Invitations, session: Session, now: datetime
) -> None:
    late, timely = made.invitation(State.SENT), made.invitation(State.SENT)
    limit = now + timedelta(days=7)
    with pytest.raises(ReplyTooLate):
        accept_invitation(session, actor=made.actor(late), invitation=late, now=limit)
    accept_invitation(session, actor=made.actor(timely), invitation=timely, now=limit - SECOND)
    assert (late.state, timely.state) == (State.SENT, State.ACCEPTED)


def test_a_closed_consultation_takes_no_acceptance(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.SENT)
    invitation.consultation.state, invitation.consultation.closed_at = ConsultationState.CLOSED, now
    with pytest.raises(NoLongerAsking):
        accept_invitation(session, actor=made.actor(invitation), invitation=invitation, now=now)


@pytest.mark.parametrize("state", [State.INTERESTS_ASKED, State.SENT, State.ACCEPTED])
def test_an_expert_declines_with_a_reason_and_may_suggest_someone(
    made: Invitations, session: Session, now: datetime, state: State
) -> None:
    invitation = made.invitation(state)
    with pytest.raises(Invalid) as refusal:
        decline_invitation(session, actor=made.actor(invitation), invitation=invitation, reason=" ", now=now)
    assert (refusal.value.field, invitation.state) == ("reason", state)
    decline_invitation(
        session,
        actor=made.actor(invitation),
        invitation=invitation,
        reason="No time",
        suggestion="Dr Yuki Samui",
        now=now,
    )
    assert (invitation.state, invitation.decline_reason, invitation.suggestion) == (
        State.DECLINED,
        "No time",
        "Dr Yuki Samui",
    )
    with pytest.raises(WrongState):
        decline_invitation(session, actor=made.actor(invitation), invitation=invitation, reason="No", now=now)


def test_who_has_answered_does_not_decline_any_more(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.ACCEPTED)
    note_answered(session, invitation=invitation)
    with pytest.raises(WrongState):
        decline_invitation(session, actor=made.actor(invitation), invitation=invitation, reason="No", now=now)


def test_an_answer_is_noted_only_of_who_accepted(made: Invitations, session: Session) -> None:
    with pytest.raises(WrongState):
        note_answered(session, invitation=made.invitation(State.SENT))


@pytest.mark.parametrize("state", [State.INTERESTS_ASKED, State.SENT])
def test_an_invitation_lapses_at_the_time_to_reply_and_not_before(
    made: Invitations, session: Session, now: datetime, state: State
) -> None:
    invitation = made.invitation(state)
    limit = now + timedelta(days=7)
    with pytest.raises(WrongState):
        lapse_invitation(session, actor=WORKER, invitation=invitation, now=limit - SECOND)
    lapse_invitation(session, actor=WORKER, invitation=invitation, now=limit)
    assert invitation.state == State.LAPSED
    assert [message for message, _, _ in mails(session)][-1] == "invitation_lapsed"


def test_nothing_lapses_while_the_screening_is_awaited_or_once_accepted(
    made: Invitations, session: Session, now: datetime
) -> None:
    waiting = made.invitation(State.INTERESTS_ASKED, interests="Shares in a shipyard")
    accepted = made.invitation(State.ACCEPTED)
    for invitation in (waiting, accepted):
        with pytest.raises(WrongState):
            lapse_invitation(session, actor=WORKER, invitation=invitation, now=now + timedelta(days=8))
    with pytest.raises(Forbidden):
        lapse_invitation(session, actor=made.desk, invitation=made.invitation(State.SENT), now=now + timedelta(days=8))


def test_withdrawing_before_asking_tells_nobody(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation()
    with pytest.raises(Invalid):
        withdraw_invitation(session, actor=made.desk, invitation=invitation, reason="", now=now)
    withdraw_invitation(session, actor=made.desk, invitation=invitation, reason="Picked by mistake", now=now)
    assert (invitation.state, mails(session)) == (State.WITHDRAWN, [])


def test_withdrawing_after_asking_tells_the_expert(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.SENT)
    withdraw_invitation(session, actor=made.desk, invitation=invitation, reason="Enough seats", now=now)
    assert mails(session)[-1][0] == "invitation_withdrawn"
    assert "Enough seats" not in str(mails(session)[-1])
    with pytest.raises(WrongState):
        withdraw_invitation(session, actor=made.desk, invitation=invitation, reason="Again", now=now)


@pytest.mark.parametrize("has_answered", [True, False])
@pytest.mark.parametrize("mode", [Mode.ANONYMOUS, Mode.NAMED_TO_ADVISOR])
def test_the_refusal_to_withdraw_does_not_tell_who_has_answered(
    made: Invitations, session: Session, now: datetime, mode: Mode, has_answered: bool
) -> None:
    invitation = made.invitation(State.ACCEPTED, consultation=made.consultation(mode=mode))
    if has_answered:
        note_answered(session, invitation=invitation)
    with pytest.raises(WrongState, match="the expert has accepted it"):
        withdraw_invitation(session, actor=made.desk, invitation=invitation, reason="Late", now=now)


def test_an_attributed_invitation_is_withdrawn_until_an_answer_came(
    made: Invitations, session: Session, now: datetime
) -> None:
    silent, answered = made.invitation(State.ACCEPTED), made.invitation(State.ACCEPTED)
    note_answered(session, invitation=answered)
    withdraw_invitation(session, actor=made.desk, invitation=silent, reason="Silent", now=now)
    with pytest.raises(WrongState):
        withdraw_invitation(session, actor=made.desk, invitation=answered, reason="Late", now=now)
    assert (silent.state, answered.state) == (State.WITHDRAWN, State.ACCEPTED)


def test_who_was_withdrawn_may_be_proposed_and_asked_anew(made: Invitations, session: Session, now: datetime) -> None:
    invitation = made.invitation(State.ACCEPTED)
    withdraw_invitation(session, actor=made.desk, invitation=invitation, reason="Silent", now=now)
    again = made.invitation(State.ACCEPTED, consultation=invitation.consultation, expert=invitation.expert)
    assert again is invitation
    assert events(session).count("invitation:accepted") == 2


def test_who_declined_or_was_barred_is_not_proposed_again(made: Invitations) -> None:
    for state in (State.DECLINED, State.BARRED):
        invitation = made.invitation(state)
        with pytest.raises(AlreadyOnPanel):
            made.invitation(consultation=invitation.consultation, expert=invitation.expert)


def test_an_empty_seat_goes_to_another_candidate(made: Invitations, session: Session, now: datetime) -> None:
    declined = made.invitation(State.DECLINED)
    other = made.invitation(consultation=declined.consultation)
    stranger = made.invitation()
    with pytest.raises(Invalid):
        replace_invitation(session, actor=made.desk, invitation=declined, replacement=stranger, now=now)
    replace_invitation(session, actor=made.desk, invitation=declined, replacement=other, now=now)
    assert (declined.state, declined.replaced_by_id) == (State.REPLACED, other.id)
    barred = made.invitation(State.BARRED, consultation=declined.consultation)
    with pytest.raises(Invalid):
        replace_invitation(session, actor=made.desk, invitation=barred, replacement=other, now=now)
    with pytest.raises(WrongState):
        replace_invitation(session, actor=made.desk, invitation=declined, replacement=other, now=now)
    with pytest.raises(Forbidden):
        replace_invitation(session, actor=made.actor(other), invitation=barred, replacement=other, now=now)


def test_a_taken_seat_is_not_replaced(made: Invitations, session: Session, now: datetime) -> None:
    sent = made.invitation(State.SENT)
    other = made.invitation(consultation=sent.consultation)
    with pytest.raises(WrongState):
        replace_invitation(session, actor=made.desk, invitation=sent, replacement=other, now=now)


def test_progress_is_told_in_totals(made: Invitations, session: Session) -> None:
    consultation = made.consultation(wanted_answers=8)
    made.invitation(consultation=consultation)
    made.invitation(State.INTERESTS_ASKED, consultation=consultation)
    made.invitation(State.INTERESTS_ASKED, consultation=consultation, interests="Shares")
    made.invitation(State.SENT, consultation=consultation)
    note_answered(session, invitation=made.invitation(State.ACCEPTED, consultation=consultation))
    made.invitation(State.ACCEPTED, consultation=consultation)
    made.invitation(State.ACCEPTED)
    told = progress(session, consultation=consultation)
    assert (told.proposed, told.asked, told.to_screen, told.sent) == (1, 2, 1, 1)
    assert (told.accepted, told.answered, told.wanted) == (2, 1, 8)
