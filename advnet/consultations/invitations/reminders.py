"""Reminders: before the time to reply, and before the deadline for the answer. None to who has replied or answered.

Each is a job queued ahead, so nothing has to look for whom to remind. What was true when it was queued need not be true
when it runs: then it looks again, keeps silent when there is nothing left to do, and queues itself anew when the time
was put off. One that comes so late (the worker stood still) that a later one is due as well leaves it to that one.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from advnet.consultations.invitations.model import Invitation, answer_until
from advnet.jobs.service import enqueue

RESPOND_REMINDER = timedelta(days=2)
"""Before the time to reply."""

ANSWER_REMINDER_DAYS = (7, 2, 1)
"""Before the deadline for the answer; from early to late."""


def schedule_reply(session: Session, *, invitation: Invitation, now: datetime) -> None:
    """A reminder before, and the lapse at, the time to reply are queued; once for each such time."""
    if invitation.respond_by is None:
        return
    key = f"invitation:{invitation.id}:%s:{invitation.respond_by.isoformat()}"
    payload = {"invitation_id": invitation.id}
    enqueue(
        session,
        kind="invitation:lapse",
        key=key % "lapse",
        payload=payload,
        run_at=invitation.respond_by,
        now=now,
    )
    if invitation.respond_by - RESPOND_REMINDER > now:
        enqueue(
            session,
            kind="invitation:remind-reply",
            key=key % "remind-reply",
            payload=payload,
            run_at=invitation.respond_by - RESPOND_REMINDER,
            now=now,
        )


def schedule_answer_reminders(session: Session, *, invitation: Invitation, now: datetime) -> None:
    """Reminders before this expert's deadline are queued, those that still lie ahead; once for each deadline."""
    until = answer_until(invitation)
    for days in ANSWER_REMINDER_DAYS:
        run_at = until - timedelta(days=days)
        if run_at > now:
            enqueue(
                session,
                kind="invitation:remind-answer",
                key=f"invitation:{invitation.id}:remind-answer:{days}:{until.isoformat()}",
                payload={"invitation_id": invitation.id, "days": days},
                run_at=run_at,
                now=now,
            )
