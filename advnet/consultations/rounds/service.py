"""Moves of rounds: open, close, tell the experts what a round brought.

Rounds are not states of the consultation: it stays *open* from its first round to its last, and its row says which
round that is and whether it takes answers. Closing the last planned round is closing the consultation, which has a
move of its own (``progress.close_consultation``); so has the end that a person decides on between rounds.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.audit.service import record
from advnet.consultations.details import LONGEST_TEXT
from advnet.consultations.invitations.following import tell_round_closed, tell_round_opened
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.model import Consultation, ConsultationState
from advnet.consultations.moves import lock
from advnet.consultations.rounds.model import Round
from advnet.consultations.rounds.queries import find_round
from advnet.errors import EditedMeanwhile, Invalid, WrongState, msgid
from advnet.jobs.service import enqueue
from advnet.permissions import Permission, require

MOST_ROUNDS = 5


def begin_rounds(session: Session, *, consultation: Consultation, now: datetime) -> None:
    """The first round is open: round 0 where experts name items, else round 1. Called by the move that opens it."""
    consultation.round_number = 0 if consultation.names_items else 1
    _add_round(session, consultation, now)


def end_rounds(session: Session, *, consultation: Consultation, now: datetime) -> None:
    """No round is open. Called by the move that closes the consultation."""
    if not consultation.is_between_rounds and consultation.round_number is not None:
        row = find_round(session, consultation_id=consultation.id, number=consultation.round_number)
        if row is not None:
            row.closed_at = now


def close_round(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """Nothing is taken until the next round; those who have answered are told by mail what they can read.

    What was granted or asked for in this round, such as more time, ends with it.

    :raises WrongState: no round is open, or no further one is planned
    """
    lock(session, consultation)
    require(Permission.ROUND_CLOSE, actor, consultation)
    if not consultation.is_round_open:
        raise WrongState()
    if not consultation.has_further_round:
        raise WrongState(msgid("This is the last round that was planned: close the consultation instead."))
    early = consultation.deadline_at is not None and now < consultation.deadline_at
    end_rounds(session, consultation=consultation, now=now)
    consultation.is_between_rounds = True
    _end_extensions(session, consultation)
    detail = {"round": consultation.round_number, "early": early}
    record(session, actor=actor, event="consultation:round-closed", subject=consultation, detail=detail, now=now)
    if consultation.round_number:
        tell_round_closed(session, consultation=consultation, now=now)


def open_round(
    session: Session, *, actor: Actor, consultation: Consultation, deadline_at: datetime, now: datetime
) -> None:
    """The next round takes answers until ``deadline_at``; every accepted expert is told by mail, and reminded before.

    A round more than was planned may be opened: the plan then grows.

    :param consultation: loaded with its questions
    :raises WrongState: a round is open, or the consultation is not
    :raises Invalid: the deadline does not lie ahead, five rounds have been, or a question has nothing to choose from
    """
    lock(session, consultation)
    require(Permission.ROUND_OPEN, actor, consultation)
    if consultation.state != ConsultationState.OPEN or not consultation.is_between_rounds:
        raise WrongState()
    number = (consultation.round_number or 0) + 1
    if number > MOST_ROUNDS:
        raise Invalid(msgid("There can be at most %(maximum)s rounds."), maximum=MOST_ROUNDS)
    if deadline_at <= now:
        raise Invalid(msgid("The deadline has passed: choose a later one."), field="deadline_at")
    need_options(consultation)
    consultation.round_number, consultation.is_between_rounds = number, False
    consultation.planned_rounds = max(consultation.planned_rounds, number)
    consultation.deadline_at, consultation.updated_at = deadline_at, now
    consultation.version += 1
    _add_round(session, consultation, now)
    detail = {"round": number, "deadline": deadline_at.isoformat()}
    record(session, actor=actor, event="consultation:round-opened", subject=consultation, detail=detail, now=now)
    schedule_close(session, consultation=consultation, at=deadline_at, now=now)
    tell_round_opened(session, consultation=consultation, now=now)


def write_summary(
    session: Session,
    *,
    actor: Actor,
    consultation: Consultation,
    number: int,
    summary_ja: str,
    summary_en: str,
    version: int,
    now: datetime,
) -> Round:
    """The facilitator's words on a closed round, which its experts read above the figures.

    :param version: of the summary as the writer saw it
    :raises WrongState: the round has not closed
    :raises EditedMeanwhile: it has another version by now; nothing is changed
    :raises Invalid: too long, or neither in Japanese nor in English
    """
    lock(session, consultation)
    require(Permission.ROUND_SUMMARISE, actor, consultation)
    row = find_round(session, consultation_id=consultation.id, number=number)
    if row is None or row.closed_at is None:
        raise WrongState(msgid("The summary is written when the round has closed."))
    session.refresh(row, with_for_update=True)
    if row.version != version:
        raise EditedMeanwhile()
    texts = {"summary_ja": summary_ja.strip(), "summary_en": summary_en.strip()}
    for field, text in texts.items():
        if len(text) > LONGEST_TEXT:
            raise Invalid(msgid("Use at most %(maximum)s characters."), field=field, maximum=LONGEST_TEXT)
    if not any(texts.values()):
        raise Invalid(msgid("Write the summary in Japanese or in English."), field="summary_ja")
    row.summary_ja, row.summary_en, row.version = texts["summary_ja"], texts["summary_en"], row.version + 1
    detail = {"round": number, "version": row.version}
    record(session, actor=actor, event="consultation:round-summarised", subject=consultation, detail=detail, now=now)
    return row


def schedule_close(session: Session, *, consultation: Consultation, at: datetime, now: datetime) -> None:
    """One job for each such moment; the job of a deadline that was put off finds that and does nothing."""
    enqueue(
        session,
        kind="consultation:close",
        key=f"consultation:{consultation.id}:close:{at.isoformat()}",
        payload={"consultation_id": consultation.id},
        run_at=at,
        now=now,
    )


def need_options(consultation: Consultation) -> None:
    """:raises Invalid: after round 0 a question that must be answered has fewer than two options to judge"""
    for question in consultation.questions if consultation.names_items else ():
        if question.takes_items and len(question.options) < 2:
            raise Invalid(
                msgid("Question %(number)s has fewer than two options: take some of the items that were named."),
                number=question.position,
            )


def _add_round(session: Session, consultation: Consultation, now: datetime) -> None:
    session.add(
        Round(
            consultation_id=consultation.id,
            number=consultation.round_number,
            opened_at=now,
            closes_at=consultation.deadline_at,
        )
    )
    session.flush()


def _end_extensions(session: Session, consultation: Consultation) -> None:
    """Of this round: the next one has a deadline of its own. What was, the audit log keeps."""
    session.execute(
        sa.update(Invitation)
        .where(Invitation.consultation_id == consultation.id, Invitation.extension_asked_at.is_not(None))
        .values(
            extension_asked_at=None,
            extension_asked_until=None,
            extension_reason="",
            extension_verdict=None,
            extension_decided_by_id=None,
            extension_decision_reason="",
            extension_decided_at=None,
            extended_until=None,
        )
    )
