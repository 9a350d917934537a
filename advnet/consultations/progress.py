"""From the proposed panel to the end: every move after triage. Each is one function with its precondition.

Who may be asked, and what they answered, is looked after elsewhere (invitations, answers, advice); here stands only
what the consultation itself must know before it moves on.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts import queries as accounts
from advnet.accounts.model import Actor
from advnet.audit.service import record
from advnet.consultations import queries
from advnet.consultations.invitations.following import end_invitations, tell_deadline, tell_opened
from advnet.consultations.invitations.model import InvitationState
from advnet.consultations.marking import mail_values, may_be_mailed
from advnet.consultations.model import Consultation, ConsultationState
from advnet.consultations.moves import arrive, begin, lock, stated
from advnet.consultations.rounds.queries import find_round
from advnet.consultations.rounds.service import begin_rounds, end_rounds, schedule_close
from advnet.consultations.states import EXTENDABLE, Move
from advnet.errors import Invalid, WrongState, msgid
from advnet.mail.messages import consultations as messages
from advnet.mail.outbox import to_user
from advnet.permissions import Permission, require

ON_PANEL = frozenset(InvitationState) - {
    InvitationState.BARRED,
    InvitationState.DECLINED,
    InvitationState.LAPSED,
    InvitationState.REPLACED,
    InvitationState.WITHDRAWN,
}
"""The expert holds a seat, or may still come to hold one."""


def propose_panel(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """The experts that stand proposed are the panel, ready to be looked at.

    :raises Invalid: nobody stands proposed
    """
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.PROPOSE_PANEL)
    seats = _need_panel(session, consultation)
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, detail={"seats": seats}, now=now)


def begin_inviting(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """Experts may be asked; from now on the text stands.

    :raises Invalid: nobody stands proposed, or the deadline has passed
    """
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.BEGIN_INVITING)
    seats = _need_panel(session, consultation)
    _need_time(consultation, now)
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, detail={"seats": seats}, now=now)


def open_consultation(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """Its first round is open until the deadline, at which the worker closes it; who has accepted is told by mail.

    :raises Invalid: the deadline has passed
    """
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.OPEN)
    _need_time(consultation, now)
    consultation.opened_at = now
    begin_rounds(session, consultation=consultation, now=now)
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, now=now)
    _schedule_close(session, consultation, now)
    tell_opened(session, consultation=consultation, now=now)


def extend_deadline(
    session: Session, *, actor: Actor, consultation: Consultation, deadline_at: datetime, now: datetime
) -> None:
    """The deadline is ``deadline_at``; everybody who was asked is told by mail.

    :raises WrongState: nobody was asked yet, it is closed, or no round is open
    :raises Invalid: it is not later than the present deadline, or not ahead
    """
    lock(session, consultation)
    require(Permission.CONSULTATION_EXTEND, actor, consultation)
    before = consultation.deadline_at
    if consultation.state not in EXTENDABLE or before is None:
        raise WrongState()
    if consultation.is_between_rounds:
        raise WrongState(msgid("The round has closed: open the next one with a deadline of its own."))
    if deadline_at <= max(before, now):
        raise Invalid(msgid("Choose a moment after the present deadline that still lies ahead."), field="deadline_at")
    consultation.deadline_at, consultation.updated_at = deadline_at, now
    consultation.version += 1
    detail = {"from": before.isoformat(), "to": deadline_at.isoformat()}
    record(session, actor=actor, event="consultation:deadline-extended", subject=consultation, detail=detail, now=now)
    if consultation.state == ConsultationState.OPEN:
        _put_off_round(session, consultation)
        _schedule_close(session, consultation, now)
    tell_deadline(session, consultation=consultation, now=now)


def close_consultation(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """No answer is taken any more: the last round is over, or a person ends it early or between rounds."""
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.CLOSE)
    end_rounds(session, consultation=consultation, now=now)
    consultation.closed_at = now
    early = consultation.deadline_at is not None and now < consultation.deadline_at
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, detail={"early": early}, now=now)


def begin_synthesis(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """The answers are being drawn together into a brief."""
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.BEGIN_SYNTHESIS)
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, now=now)


def begin_review(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """The brief is being checked before it is issued."""
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.BEGIN_REVIEW)
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, now=now)


def return_to_synthesis(
    session: Session, *, actor: Actor, consultation: Consultation, reason: str, now: datetime
) -> None:
    """The review found something to do again.

    :raises Invalid: no reason is given
    """
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.RETURN_TO_SYNTHESIS)
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, reason=stated(reason), now=now)


def issue_consultation(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """Its advice is issued. The advice part calls this in the transaction that issues the brief.

    :raises Forbidden: the actor is not the advisor
    """
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.ISSUE)
    consultation.issued_at = now
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, now=now)


def put_in_use(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """The advice is being used for the decision it was asked for."""
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.PUT_IN_USE)
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, now=now)


def settle(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """What came of the advice is known; nothing more is to do."""
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.SETTLE)
    consultation.settled_at = now
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, now=now)


def cancel_consultation(
    session: Session, *, actor: Actor, consultation: Consultation, reason: str, now: datetime
) -> None:
    """It ends here. The requester and everybody who was asked are told by mail; no reply is awaited any more.

    :raises Forbidden: a requester may take back only what is not scoped yet
    :raises Invalid: no reason is given
    """
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.CANCEL)
    reason = stated(reason)
    consultation.cancelled_at = now
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, reason=reason, now=now)
    end_invitations(session, actor=actor, consultation=consultation, now=now)
    requester_id = consultation.requester_id
    if requester_id is not None and requester_id != actor.user_id:
        messages.consultation_cancelled(
            session,
            to=to_user(accounts.get_user(session, requester_id)),
            consultation_id=consultation.id,
            invitation_id=None,
            reason=reason if may_be_mailed(consultation) else "",
            now=now,
            **mail_values(consultation),
        )


def _need_panel(session: Session, consultation: Consultation) -> int:
    seats = queries.count_invitations(session, consultation_id=consultation.id, states=ON_PANEL)
    if not seats:
        raise Invalid(msgid("Nobody stands on the panel yet: propose at least one expert first."))
    return seats


def _need_time(consultation: Consultation, now: datetime) -> None:
    if consultation.deadline_at is None or consultation.deadline_at <= now:
        raise Invalid(msgid("The deadline has passed: set a later one first."), field="deadline_at")


def _schedule_close(session: Session, consultation: Consultation, now: datetime) -> None:
    if consultation.deadline_at is not None:
        schedule_close(session, consultation=consultation, at=consultation.deadline_at, now=now)


def _put_off_round(session: Session, consultation: Consultation) -> None:
    if consultation.round_number is not None and consultation.deadline_at is not None:
        row = find_round(session, consultation_id=consultation.id, number=consultation.round_number)
        if row is not None:
            row.closes_at = consultation.deadline_at
