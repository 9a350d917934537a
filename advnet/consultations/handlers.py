"""The job that closes a round, and after the last one the consultation, at its deadline."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import system_actor
from advnet.consultations.model import Consultation
from advnet.consultations.progress import close_consultation
from advnet.consultations.rounds.queries import round_ends_at
from advnet.consultations.rounds.service import close_round, schedule_close
from advnet.jobs.worker import Handler

WORKER = system_actor("worker")


def handlers() -> dict[str, Handler]:
    """Job kinds of this part."""
    return {"consultation:close": close_at_deadline}


def close_at_deadline(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Close the round, or after the last one the consultation, unless it was done or put off meanwhile.

    A round that is followed by another one waits for those to whom more time was granted.
    """
    consultation = session.get(Consultation, payload["consultation_id"], with_for_update=True)
    if consultation is None or not consultation.is_round_open:
        return
    if consultation.deadline_at is None or consultation.deadline_at > now:
        return
    if not consultation.has_further_round:
        close_consultation(session, actor=WORKER, consultation=consultation, now=now)
        return
    ends_at = round_ends_at(session, consultation=consultation)
    if ends_at > now:
        schedule_close(session, consultation=consultation, at=ends_at, now=now)
    else:
        close_round(session, actor=WORKER, consultation=consultation, now=now)
