"""Rounds open and close, by the worker and by the desk, and everything that hangs on deadlines follows them."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.audit.model import AuditEntry
from advnet.consultations.handlers import close_at_deadline
from advnet.consultations.invitations.extensions import grant_extension, request_extension
from advnet.consultations.invitations.handlers import remind_answer
from advnet.consultations.invitations.model import takes_answers, takes_drafts, takes_items
from advnet.consultations.invitations.queries import progress
from advnet.consultations.model import ConsultationState
from advnet.consultations.progress import cancel_consultation, close_consultation, extend_deadline
from advnet.consultations.rounds.queries import find_round, list_rounds
from advnet.consultations.rounds.service import close_round, open_round, write_summary
from advnet.errors import EditedMeanwhile, Forbidden, Invalid, WrongState
from advnet.jobs.model import Job
from tests.builders_answers import own
from tests.builders_rounds import Rounds

DAY = timedelta(days=1)


@pytest.fixture
def rounds(session: Session, now: datetime) -> Rounds:
    return Rounds(session, now)


def mails(session: Session, message: str) -> list[Job]:
    return [job for job in session.scalars(sa.select(Job)) if job.payload.get("message") == message]


def at_deadline(rounds: Rounds, moment: datetime | None = None) -> None:
    """The worker's job of the deadline comes to its turn."""
    rounds.session.flush()
    moment = moment or rounds.consultation.deadline_at
    assert moment is not None
    rounds.now = moment
    close_at_deadline(rounds.session, {"consultation_id": rounds.consultation.id}, moment)


def place(rounds: Rounds) -> tuple[str, int | None, bool]:
    consultation = rounds.consultation
    return str(consultation.state), consultation.round_number, consultation.is_between_rounds


def test_two_rounds_open_and_close_one_after_the_other(rounds: Rounds) -> None:
    rounds.open()
    assert place(rounds) == ("open", 1, False)
    at_deadline(rounds)
    assert place(rounds) == ("open", 1, True)
    rounds.open_next()
    assert place(rounds) == ("open", 2, False)
    at_deadline(rounds)
    assert rounds.consultation.state == ConsultationState.CLOSED
    first, second = list_rounds(rounds.session, consultation_id=rounds.consultation.id)
    assert (first.number, second.number) == (1, 2)
    assert first.closed_at is not None
    assert first.closed_at < second.opened_at
    assert second.closed_at == rounds.consultation.closed_at == rounds.now


def test_a_consultation_of_one_round_closes_at_its_deadline_as_ever(session: Session, now: datetime) -> None:
    rounds = Rounds(session, now, planned_rounds=1)
    rounds.open()
    at_deadline(rounds)
    assert rounds.consultation.state == ConsultationState.CLOSED
    (only,) = list_rounds(session, consultation_id=rounds.consultation.id)
    assert only.closed_at == rounds.now
    assert mails(session, "round_closed_feedback") == []


def test_the_job_of_a_deadline_changes_nothing_twice_or_before_its_time(rounds: Rounds) -> None:
    rounds.open()
    at_deadline(rounds, rounds.now + DAY)
    assert place(rounds) == ("open", 1, False)
    at_deadline(rounds)
    closed = len(mails(rounds.session, "round_closed_feedback"))
    at_deadline(rounds)
    assert place(rounds) == ("open", 1, True)
    assert len(mails(rounds.session, "round_closed_feedback")) == closed
    events = rounds.session.scalars(sa.select(AuditEntry.event)).all()
    assert events.count("consultation:round-closed") == 1


def test_one_job_closes_each_round(rounds: Rounds) -> None:
    rounds.open()
    rounds.close_round()
    rounds.open_next()
    jobs = rounds.session.scalars(sa.select(Job).where(Job.kind == "consultation:close")).all()
    assert len({job.key for job in jobs}) == len(jobs) == 2


def test_a_round_that_another_follows_waits_for_who_was_given_more_time(rounds: Rounds) -> None:
    rounds.open()
    deadline_at = rounds.consultation.deadline_at
    assert deadline_at is not None
    invitation = rounds.invitations[0]
    longer = deadline_at + 2 * DAY
    request_extension(
        rounds.session,
        actor=rounds.made.actor(invitation),
        invitation=invitation,
        until=longer,
        reason="Field work",
        now=rounds.now,
    )
    grant_extension(rounds.session, actor=rounds.made.desk, invitation=invitation, asked_at=rounds.now, now=rounds.now)
    at_deadline(rounds)
    assert place(rounds) == ("open", 1, False)
    assert takes_answers(invitation, now=rounds.now)
    assert not takes_answers(rounds.invitations[1], now=rounds.now)
    assert rounds.session.scalar(sa.select(Job.id).where(Job.kind == "consultation:close", Job.run_at == longer))
    at_deadline(rounds, longer)
    assert place(rounds) == ("open", 1, True)
    rounds.session.refresh(invitation)
    assert invitation.extended_until is None


def test_the_desk_closes_a_round_early(rounds: Rounds) -> None:
    rounds.open()
    close_round(rounds.session, actor=rounds.made.desk, consultation=rounds.consultation, now=rounds.now + DAY)
    assert place(rounds) == ("open", 1, True)
    entry = rounds.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "consultation:round-closed")).one()
    assert entry.detail == {"round": 1, "early": True}
    at_deadline(rounds)
    assert place(rounds) == ("open", 1, True)


def test_the_last_round_is_closed_by_closing_the_consultation(rounds: Rounds) -> None:
    rounds.open()
    rounds.close_round()
    rounds.open_next()
    with pytest.raises(WrongState, match="last round that was planned"):
        rounds.close_round()


def test_no_round_is_closed_twice(rounds: Rounds) -> None:
    rounds.open()
    rounds.close_round()
    with pytest.raises(WrongState):
        rounds.close_round()


def test_no_round_opens_while_one_is_open_or_when_the_consultation_is_closed(rounds: Rounds) -> None:
    rounds.open()
    with pytest.raises(WrongState):
        rounds.open_next()
    rounds.close_round()
    close_consultation(rounds.session, actor=rounds.made.desk, consultation=rounds.consultation, now=rounds.now)
    with pytest.raises(WrongState):
        rounds.open_next()


def test_a_round_needs_a_deadline_that_lies_ahead(rounds: Rounds) -> None:
    rounds.open()
    rounds.close_round()
    with pytest.raises(Invalid, match="choose a later one") as refused:
        open_round(
            rounds.session,
            actor=rounds.made.desk,
            consultation=rounds.consultation,
            deadline_at=rounds.now,
            now=rounds.now,
        )
    assert refused.value.field == "deadline_at"
    assert place(rounds) == ("open", 1, True)


def test_there_are_at_most_five_rounds(session: Session, now: datetime) -> None:
    rounds = Rounds(session, now, experts=0, planned_rounds=5)
    rounds.open()
    for _ in range(4):
        rounds.close_round()
        rounds.open_next()
    with pytest.raises(WrongState):
        rounds.close_round()


def test_stopping_between_rounds_is_closing_the_consultation(rounds: Rounds) -> None:
    rounds.open()
    rounds.answer()
    rounds.close_round()
    close_consultation(rounds.session, actor=rounds.made.desk, consultation=rounds.consultation, now=rounds.now + DAY)
    assert rounds.consultation.state == ConsultationState.CLOSED
    assert rounds.consultation.closed_round == 1
    row = find_round(rounds.session, consultation_id=rounds.consultation.id, number=1)
    assert row is not None
    assert row.closed_at == rounds.now  # not the moment of the stop
    assert not any(takes_answers(one, now=rounds.now) for one in rounds.invitations)


@pytest.mark.parametrize("role", [Role.EXPERT, Role.REQUESTER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_the_desk_moves_rounds(rounds: Rounds, role: Role) -> None:
    other = rounds.made.people.make(role).actor
    rounds.open()
    with pytest.raises(Forbidden):
        close_round(rounds.session, actor=other, consultation=rounds.consultation, now=rounds.now)
    rounds.close_round()
    with pytest.raises(Forbidden):
        open_round(
            rounds.session,
            actor=other,
            consultation=rounds.consultation,
            deadline_at=rounds.now + DAY,
            now=rounds.now,
        )
    with pytest.raises(Forbidden):
        summarise(rounds, actor=other)


def test_nothing_is_taken_between_rounds(rounds: Rounds) -> None:
    rounds.open()
    (first, *_) = rounds.invitations
    assert takes_answers(first, now=rounds.now)
    close_round(rounds.session, actor=rounds.made.desk, consultation=rounds.consultation, now=rounds.now)
    assert not takes_answers(first, now=rounds.now)
    assert not takes_drafts(first, now=rounds.now)
    with pytest.raises(WrongState, match="This round has closed"):
        rounds.answer(0)
    with pytest.raises(WrongState, match="open the next one"):
        extend_deadline(
            rounds.session,
            actor=rounds.made.desk,
            consultation=rounds.consultation,
            deadline_at=rounds.now + 30 * DAY,
            now=rounds.now,
        )
    with pytest.raises(WrongState, match="deadline of its own"):
        request_extension(
            rounds.session,
            actor=rounds.made.actor(first),
            invitation=first,
            until=rounds.now + 30 * DAY,
            reason="Field work",
            now=rounds.now,
        )


def test_round_0_takes_items_and_no_answers(session: Session, now: datetime) -> None:
    rounds = Rounds(session, now, names_items=True, planned_rounds=1)
    (first, *_) = rounds.invitations
    assert not takes_drafts(first, now=now)
    rounds.open()
    assert place(rounds) == ("open", 0, False)
    assert takes_items(first, now=now)
    assert not takes_answers(first, now=now)
    with pytest.raises(WrongState, match="asks you to name items"):
        rounds.answer(0)
    at_deadline(rounds)
    assert place(rounds) == ("open", 0, True)
    assert mails(session, "round_closed_feedback") == []
    rounds.open_next()
    assert place(rounds) == ("open", 1, False)
    assert takes_answers(first, now=rounds.now)


def test_putting_off_the_deadline_puts_off_the_round(rounds: Rounds) -> None:
    rounds.open()
    later = rounds.now + 30 * DAY
    extend_deadline(
        rounds.session, actor=rounds.made.desk, consultation=rounds.consultation, deadline_at=later, now=rounds.now
    )
    row = find_round(rounds.session, consultation_id=rounds.consultation.id, number=1)
    assert row is not None
    assert row.closes_at == later


def test_reminders_of_a_round_go_to_those_who_have_not_answered_in_it(rounds: Rounds) -> None:
    rounds.open()
    rounds.answer()
    rounds.close_round()
    rounds.open_next()
    rounds.answer(0)
    deadline_at = rounds.consultation.deadline_at
    assert deadline_at is not None
    for invitation in rounds.invitations:
        remind_answer(rounds.session, {"invitation_id": invitation.id, "days": 2}, deadline_at - 2 * DAY)
    reminded = {job.payload["values"]["invitation_id"] for job in mails(rounds.session, "answer_reminder")}
    assert reminded == {one.id for one in rounds.invitations[1:]}


def test_opening_a_round_tells_every_accepted_expert_and_its_closing_those_who_answered(rounds: Rounds) -> None:
    rounds.open()
    rounds.answer(0, 1)
    rounds.close_round()
    told = {job.payload["values"]["invitation_id"] for job in mails(rounds.session, "round_closed_feedback")}
    assert told == {one.id for one in rounds.invitations[:2]}
    rounds.open_next()
    told = {job.payload["values"]["invitation_id"] for job in mails(rounds.session, "round_opened")}
    assert told == {one.id for one in rounds.invitations}


def test_the_desk_counts_who_has_answered_in_this_round(rounds: Rounds) -> None:
    rounds.open()
    rounds.answer()
    rounds.close_round()
    assert progress(rounds.session, consultation=rounds.consultation).answered == 4
    rounds.open_next()
    assert progress(rounds.session, consultation=rounds.consultation).answered == 0
    rounds.answer(2)
    assert progress(rounds.session, consultation=rounds.consultation).answered == 1


def test_cancelling_between_rounds_ends_it(rounds: Rounds) -> None:
    rounds.open()
    rounds.close_round()
    cancel_consultation(
        rounds.session, actor=rounds.made.desk, consultation=rounds.consultation, reason="Overtaken", now=rounds.now
    )
    at_deadline(rounds)
    assert rounds.consultation.state == ConsultationState.CANCELLED


def summarise(rounds: Rounds, *, version: int = 1, actor: object = None, **texts: str) -> None:
    write_summary(
        rounds.session,
        actor=actor or rounds.made.desk,  # type: ignore[arg-type]
        consultation=rounds.consultation,
        number=1,
        version=version,
        now=rounds.now,
        **{"summary_ja": "", "summary_en": "Most agree.", **texts},
    )


def test_the_summary_of_a_closed_round_is_kept_with_a_version(rounds: Rounds) -> None:
    rounds.open()
    with pytest.raises(WrongState, match="when the round has closed"):
        summarise(rounds)
    rounds.close_round()
    summarise(rounds)
    with pytest.raises(EditedMeanwhile):
        summarise(rounds)
    summarise(rounds, version=2, summary_ja="おおむね一致した。")
    row = find_round(rounds.session, consultation_id=rounds.consultation.id, number=1)
    assert row is not None
    assert (row.summary_ja, row.summary_en, row.version) == ("おおむね一致した。", "Most agree.", 3)


@pytest.mark.parametrize(
    ("texts", "field"),
    [({"summary_en": " "}, "summary_ja"), ({"summary_en": "x" * 100_001}, "summary_en")],
)
def test_a_summary_says_something_and_not_too_much(rounds: Rounds, texts: dict[str, str], field: str) -> None:
    rounds.open()
    rounds.close_round()
    with pytest.raises(Invalid) as refused:
        summarise(rounds, **texts)
    assert refused.value.field == field


def test_feedback_is_for_who_has_answered_and_for_closed_rounds(rounds: Rounds) -> None:
    rounds.open()
    rounds.answer(0)
    answered, silent = own(rounds.session, rounds.invitations[0]), rounds.invitations[1]
    assert not answered.shows_feedback
    rounds.close_round()
    assert answered.shows_feedback
    assert not silent.shows_feedback
    rounds.open_next()
    assert answered.shows_feedback  # of round 1, while round 2 is open
