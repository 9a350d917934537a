"""What waits in the outbox."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.jobs.model import Job


def mails(session: Session) -> list[tuple[str, str, dict[str, Any]]]:
    """Queued mails in order: message, address, values."""
    jobs = session.scalars(sa.select(Job).where(Job.kind == "mail:send").order_by(Job.id))
    return [(job.payload["message"], job.payload["to"]["email"], job.payload["values"]) for job in jobs]


def jobs(session: Session, kind: str) -> list[Job]:
    """Queued jobs of a kind in the order of their moments."""
    return list(session.scalars(sa.select(Job).where(Job.kind == kind).order_by(Job.run_at, Job.id)))
