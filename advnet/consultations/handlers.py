"""The job that closes a consultation at its deadline."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import system_actor
from advnet.consultations.model import Consultation, ConsultationState
from advnet.consultations.progress import close_consultation
from advnet.jobs.worker import Handler


def handlers() -> dict[str, Handler]:
    """Job kinds of this part."""
    return {"consultation:close": close_at_deadline}


def close_at_deadline(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Close the consultation, unless it is not open any more or its deadline was put off meanwhile."""
    consultation = session.get(Consultation, payload["consultation_id"], with_for_update=True)
    if consultation is None or consultation.state != ConsultationState.OPEN:
        return
    if consultation.deadline_at is not None and consultation.deadline_at <= now:
        close_consultation(session, actor=system_actor("worker"), consultation=consultation, now=now)
