"""Who has not been told."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.jobs.model import Job
from advnet.permissions import Permission, require


@dataclass(frozen=True)
class Addressee:
    """Whom a queued mail is for, and which message it is; of what it says, nothing.

    :ivar message: a folder of ``templates/mail``
    """

    message: str
    name: str
    email: str


def find_addressees(session: Session, *, actor: Actor, job_ids: Collection[int]) -> dict[int, Addressee]:
    """Job id → addressee, of the jobs that are mails. Links and texts of the payload stay in the database.

    :raises Forbidden: the actor may not read jobs
    """
    require(Permission.JOB_READ, actor)
    payload = Job.payload
    rows = session.execute(
        sa.select(
            Job.id,
            payload["message"].as_string(),
            payload[("to", "name")].as_string(),
            payload[("to", "email")].as_string(),
        ).where(Job.id.in_(job_ids), Job.kind == "mail:send")
    )
    return {job_id: Addressee(message, name, email) for job_id, message, name, email in rows}
