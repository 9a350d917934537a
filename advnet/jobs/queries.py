"""What waits, what is late, what is dead."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from advnet.accounts.model import Actor
from advnet.errors import NotFound
from advnet.jobs.model import IndexChange, Job
from advnet.paging import Page, paged
from advnet.permissions import Permission, require


def get_job(session: Session, job_id: int, *, actor: Actor) -> Job:
    """:raises Forbidden: the actor may not read jobs
    :raises NotFound:
    """
    require(Permission.JOB_READ, actor)
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound()
    return job


def list_dead(session: Session, *, actor: Actor, number: int = 1) -> Page[Job]:
    """The dead letters, newest first. Their payload may hold a secret link: it is for the worker alone.

    :raises Forbidden: the actor may not read jobs
    """
    require(Permission.JOB_READ, actor)
    query = sa.select(Job).where(Job.dead_at.is_not(None)).order_by(Job.dead_at.desc(), Job.id.desc())
    return paged(session, query.options(defer(Job.payload, raiseload=True)), number=number)


def is_anything_due(session: Session, *, now: datetime) -> bool:
    """Whether a job could be leased now."""
    due = sa.exists().where(
        Job.done_at.is_(None),
        Job.dead_at.is_(None),
        Job.run_at <= now,
        sa.or_(Job.leased_until.is_(None), Job.leased_until <= now),
    )
    return bool(session.scalar(sa.select(due)))


def oldest_due_age(session: Session, *, now: datetime) -> timedelta:
    """How long the most overdue waiting job has been due; zero when none is."""
    oldest = session.scalar(
        sa.select(sa.func.min(Job.run_at)).where(Job.done_at.is_(None), Job.dead_at.is_(None), Job.run_at <= now)
    )
    return now - oldest if oldest else timedelta(0)


@dataclass(frozen=True)
class OutboxCounts:
    """Jobs by what becomes of them: due now, waiting for their time, dead.

    :ivar failing: of those due or waiting, how many failed at their last try
    """

    due: int
    scheduled: int
    dead: int
    failing: int


def count_jobs(session: Session, *, now: datetime) -> OutboxCounts:
    """How many jobs are not done."""
    is_dead, is_due = Job.dead_at.is_not(None), Job.run_at <= now
    due, scheduled, dead, failing = session.execute(
        sa.select(
            sa.func.count().filter(~is_dead, is_due),
            sa.func.count().filter(~is_dead, ~is_due),
            sa.func.count().filter(is_dead),
            sa.func.count().filter(~is_dead, Job.error.is_not(None)),
        ).where(Job.done_at.is_(None))
    ).one()
    return OutboxCounts(due, scheduled, dead, failing)


def oldest_change_age_after(session: Session, *, number: int, now: datetime) -> timedelta:
    """How long the first change after ``number`` has waited to be followed; zero when there is none."""
    oldest = session.scalar(sa.select(sa.func.min(IndexChange.at)).where(IndexChange.number > number))
    return now - oldest if oldest else timedelta(0)


def last_change_number(session: Session) -> int:
    """The number that an index without anything left to follow has reached; 0 for an empty log."""
    return session.scalar(sa.select(sa.func.max(IndexChange.number))) or 0


def list_changes_after(session: Session, *, number: int, limit: int = 500) -> list[IndexChange]:
    """The next changes of the log, in order."""
    return list(
        session.scalars(
            sa.select(IndexChange).where(IndexChange.number > number).order_by(IndexChange.number).limit(limit)
        )
    )
