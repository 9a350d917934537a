"""The course of a consultation: every arrow of the machine, and no other."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.audit.model import AuditEntry
from advnet.audit.service import verify_chain
from advnet.consultations import progress, service
from advnet.consultations.model import Consultation, ConsultationState
from advnet.consultations.states import COURSE, ENDS, MOVES, Move, moves_for
from advnet.errors import Forbidden, Unsound, WrongState
from tests.builders_consultations import make_bare_expert, make_bare_invitation, make_consultation, make_details
from tests.consultations.outbox import mails

State = ConsultationState
ARROWS = {
    (State.DRAFT, Move.FILE_DRAFT): State.FILED,
    (State.DRAFT, Move.SUBMIT): State.TRIAGE,
    (State.FILED, Move.SUBMIT): State.TRIAGE,
    (State.TRIAGE, Move.RETURN): State.RETURNED,
    (State.TRIAGE, Move.MERGE): State.MERGED,
    (State.TRIAGE, Move.DECLINE): State.DECLINED,
    (State.TRIAGE, Move.SCOPE): State.SCOPED,
    (State.RETURNED, Move.FILE_AGAIN): State.FILED,
    (State.SCOPED, Move.PROPOSE_PANEL): State.PANEL_PROPOSED,
    (State.PANEL_PROPOSED, Move.BEGIN_INVITING): State.INVITING,
    (State.INVITING, Move.OPEN): State.OPEN,
    (State.OPEN, Move.CLOSE): State.CLOSED,
    (State.CLOSED, Move.BEGIN_SYNTHESIS): State.SYNTHESIS,
    (State.SYNTHESIS, Move.BEGIN_REVIEW): State.REVIEW,
    (State.REVIEW, Move.RETURN_TO_SYNTHESIS): State.SYNTHESIS,
    (State.REVIEW, Move.ISSUE): State.ISSUED,
    (State.ISSUED, Move.PUT_IN_USE): State.IN_USE,
    (State.IN_USE, Move.SETTLE): State.SETTLED,
} | {
    (state, Move.CANCEL): State.CANCELLED
    for state in State
    if state not in {State.MERGED, State.DECLINED, State.SETTLED, State.CANCELLED}
}

FUNCTIONS: dict[Move, Callable[..., None]] = {
    Move.FILE_DRAFT: service.file_draft,
    Move.SUBMIT: service.submit_to_triage,
    Move.RETURN: service.return_consultation,
    Move.FILE_AGAIN: service.file_again,
    Move.MERGE: service.merge_consultation,
    Move.DECLINE: service.decline_consultation,
    Move.SCOPE: service.scope_consultation,
    Move.PROPOSE_PANEL: progress.propose_panel,
    Move.BEGIN_INVITING: progress.begin_inviting,
    Move.OPEN: progress.open_consultation,
    Move.CLOSE: progress.close_consultation,
    Move.BEGIN_SYNTHESIS: progress.begin_synthesis,
    Move.BEGIN_REVIEW: progress.begin_review,
    Move.RETURN_TO_SYNTHESIS: progress.return_to_synthesis,
    Move.ISSUE: progress.issue_consultation,
    Move.PUT_IN_USE: progress.put_in_use,
    Move.SETTLE: progress.settle,
    Move.CANCEL: progress.cancel_consultation,
}
WITH_REASON = {Move.RETURN, Move.DECLINE, Move.RETURN_TO_SYNTHESIS, Move.CANCEL}


def make_move(session: Session, move: Move, consultation: Consultation, *, by: Any, into: Any, now: datetime) -> None:
    extra: dict[str, Any] = {"reason": "because"} if move in WITH_REASON else {}
    if move == Move.MERGE:
        extra["into"] = into
    FUNCTIONS[move](session, actor=by.actor, consultation=consultation, now=now, **extra)


@pytest.mark.parametrize("state", State)
def test_each_state_allows_the_arrows_of_the_machine_and_refuses_every_other_move(session, people, now, state):
    advisor, requester = people.make(Role.ADVISOR), people.make(Role.REQUESTER)
    into = make_consultation(session, by=advisor, state="triage", now=now)
    expert = make_bare_expert(session, now=now)
    later = now + timedelta(hours=1)
    for move in Move:
        owner = requester if move == Move.FILE_DRAFT else None
        by = owner or advisor
        consultation = make_consultation(session, by=advisor, state=state, requester=owner, now=now)
        make_bare_invitation(session, consultation=consultation, expert=expert, now=now)
        target = ARROWS.get((state, move))
        if target is None:
            with pytest.raises(WrongState):
                make_move(session, move, consultation, by=by, into=into, now=later)
            assert consultation.state == state
            continue
        make_move(session, move, consultation, by=by, into=into, now=later)
        session.refresh(consultation)
        assert (consultation.state, consultation.state_changed_at) == (target, later)
        entry = session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.subject_type == "consultation", AuditEntry.subject_id == consultation.id)
            .order_by(AuditEntry.number.desc())
        ).first()
        assert entry is not None
        assert (entry.event, entry.actor_id, entry.at) == (MOVES[move].event, by.id, later)
        assert (entry.detail["from"], entry.detail["to"]) == (state, target)
        assert entry.reason == ("because" if move in WITH_REASON else None)
    assert verify_chain(session) is None


def test_the_table_holds_exactly_the_arrows_of_the_machine():
    held = {(source, move): arrow.target for move, arrow in MOVES.items() for source in arrow.sources}
    assert held == ARROWS


def test_nothing_leaves_an_end_and_every_other_state_has_a_way_on():
    leaving = {state for arrow in MOVES.values() for state in arrow.sources}
    assert leaving == set(State) - ENDS


def test_a_consultation_passes_the_whole_course_through_the_services(session, people, now):
    advisor, requester = people.make(Role.ADVISOR), people.make(Role.REQUESTER)
    consultation = make_consultation(session, by=advisor, state="filed", requester=requester, now=now)
    make_bare_invitation(session, consultation=consultation, expert=make_bare_expert(session, now=now), now=now)
    passed = []
    for move in (Move.SUBMIT, Move.SCOPE, Move.PROPOSE_PANEL, Move.BEGIN_INVITING, Move.OPEN, Move.CLOSE,
                 Move.BEGIN_SYNTHESIS, Move.BEGIN_REVIEW, Move.ISSUE, Move.PUT_IN_USE, Move.SETTLE):  # fmt: skip
        make_move(session, move, consultation, by=advisor, into=None, now=now)
        passed.append(consultation.state)
    assert tuple(passed) == COURSE


@pytest.mark.parametrize("role", Role)
def test_who_may_make_which_move(session, people, now, role):
    advisor, someone = people.make(Role.ADVISOR), people.make(role)
    into = make_consultation(session, by=advisor, state="triage", now=now)
    allowed = {
        Role.ADVISOR: set(Move) - {Move.FILE_DRAFT},
        Role.SECRETARIAT: set(Move) - {Move.FILE_DRAFT, Move.ISSUE},
    }.get(role, set())
    for move, arrow in MOVES.items():
        consultation = make_consultation(session, by=advisor, state=min(arrow.sources), now=now)
        make_bare_invitation(session, consultation=consultation, expert=make_bare_expert(session, now=now), now=now)
        assert (move in moves_for(someone.actor, consultation)) == (move in allowed)
        if move in allowed:
            make_move(session, move, consultation, by=someone, into=into, now=now)
            assert consultation.state == arrow.target
        else:
            with pytest.raises(Forbidden):
                make_move(session, move, consultation, by=someone, into=into, now=now)


def test_a_requester_takes_back_only_the_own_request_and_only_before_it_is_scoped(session, people, now):
    advisor, owner, other = people.make(Role.ADVISOR), people.make(Role.REQUESTER), people.make(Role.REQUESTER)
    for state in (State.FILED, State.TRIAGE, State.RETURNED):
        consultation = make_consultation(session, by=advisor, state=state, requester=owner, now=now)
        with pytest.raises(Forbidden):
            progress.cancel_consultation(session, actor=other.actor, consultation=consultation, reason="x", now=now)
        progress.cancel_consultation(session, actor=owner.actor, consultation=consultation, reason="x", now=now)
        assert consultation.state == State.CANCELLED
    scoped = make_consultation(session, by=advisor, state="scoped", requester=owner, now=now)
    with pytest.raises(Forbidden):
        progress.cancel_consultation(session, actor=owner.actor, consultation=scoped, reason="x", now=now)


def test_only_who_wrote_a_request_may_file_it_and_the_desk_is_told_then(session, people, now):
    advisor, owner, other = people.make(Role.ADVISOR), people.make(Role.REQUESTER), people.make(Role.REQUESTER)
    consultation = service.draft_request(session, actor=owner.actor, details=make_details(now=now), now=now)
    assert (consultation.state, consultation.requester_id, mails(session)) == (State.DRAFT, owner.id, [])
    for person in (advisor, other):
        assert moves_for(person.actor, consultation) == []
        for act in (service.file_draft, service.submit_to_triage):
            with pytest.raises(Forbidden):
                act(session, actor=person.actor, consultation=consultation, now=now)
    assert moves_for(owner.actor, consultation) == [Move.FILE_DRAFT, Move.CANCEL]
    service.file_draft(session, actor=owner.actor, consultation=consultation, now=now)
    assert (consultation.state, consultation.filed_at) == (State.FILED, now)
    assert [(message, to) for message, to, _ in mails(session)] == [("request_received", advisor.email)]


def test_a_request_half_done_is_kept_as_a_draft_and_not_filed(session, people, now):
    owner = people.make(Role.REQUESTER)
    half = make_details(now=now, background_ja="", background_en="", questions=(), deadline_at=None)
    consultation = service.draft_request(session, actor=owner.actor, details=half, now=now)
    with pytest.raises(Unsound) as raised:
        service.file_draft(session, actor=owner.actor, consultation=consultation, now=now)
    assert [fault.field for fault in raised.value.faults] == ["background_ja", "questions", "deadline_at"]
    assert consultation.state == State.DRAFT
    with pytest.raises(Unsound):
        service.draft_request(
            session, actor=owner.actor, details=make_details(now=now, title_ja="", title_en=""), now=now
        )
