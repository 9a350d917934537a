"""Queueing, leasing and finishing jobs; noting what the search index must follow.

A job is leased in a transaction of its own, carried out, and marked done in the transaction of its effects. A worker
that dies in between leaves the lease to run out, and the job is taken again: at least once, never lost. A try is
counted when the lease is taken, and a lease that ran out is a try that failed like any other: a job that kills every
worker that takes it waits longer each time and ends as a dead letter, while a worker that is killed for reasons of its
own, once or some times, costs the job a few minutes.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.audit.service import record
from advnet.db import serialise
from advnet.errors import WrongState, msgid
from advnet.jobs.model import IndexChange, Job
from advnet.permissions import Permission, require

LEASE = timedelta(minutes=2)
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 21600, 43200, 86400))
"""Wait before each next try; after the last one the job is dead."""

WORKER_DIED = msgid(
    "The worker ended in the middle of this job: it was killed, ran out of memory or lost the database. "
    "Its log at that time may say more."
)
"""The error of a job whose lease ran out."""


class LeaseLost(Exception):
    """The job was taken by another worker, or done, since this one leased it."""


def enqueue(
    session: Session, *, kind: str, key: str, payload: dict[str, Any], now: datetime, run_at: datetime | None = None
) -> Job | None:
    """Queue a job with the transaction of ``session``; None when one with this key was queued before.

    :param kind: names the handler, such as ``mail:send``
    :param key: the same for the same effect, so that a repeated move does not repeat the effect
    :param run_at: not before this moment; at once when left out
    """
    if session.scalar(sa.select(Job.id).where(Job.key == key)) is not None:
        return None
    job = Job(kind=kind, key=key, payload=payload, created_at=now, run_at=run_at or now)
    session.add(job)
    session.flush()
    return job


def enqueue_all(session: Session, *, jobs: Collection[dict[str, Any]], now: datetime) -> None:
    """Queue many jobs at once, whose keys are all new. :param jobs: each kind, key, payload and run_at"""
    if jobs:
        session.execute(sa.insert(Job.__table__), [{**job, "created_at": now} for job in jobs])  # type: ignore[arg-type]


def note_index_change(session: Session, *, expert_id: int, now: datetime) -> None:
    """Append the expert to the change log; every call after which the index would read differently needs it."""
    session.flush()
    serialise(session, "index_change")
    number = session.scalar(sa.select(sa.func.coalesce(sa.func.max(IndexChange.number), 0))) or 0
    session.add(IndexChange(number=number + 1, expert_id=expert_id, at=now))
    session.flush()


def note_index_changes(session: Session, *, expert_ids: Collection[int], now: datetime) -> None:
    """Append many experts to the change log at once, in their order."""
    session.flush()
    serialise(session, "index_change")
    last = session.scalar(sa.select(sa.func.coalesce(sa.func.max(IndexChange.number), 0))) or 0
    rows = [{"number": number, "expert_id": one, "at": now} for number, one in enumerate(expert_ids, last + 1)]
    if rows:
        session.execute(sa.insert(IndexChange.__table__), rows)  # type: ignore[arg-type]


def lease_next(session: Session, *, worker: str, now: datetime) -> Job | None:
    """Take the next due job for :data:`LEASE`; the caller commits before it begins.

    Jobs met on the way whose lease ran out are put back to wait, or marked dead, as :func:`fail_job` does.
    """
    query = (
        sa.select(Job)
        .where(Job.done_at.is_(None), Job.dead_at.is_(None), Job.run_at <= now)
        .where(sa.or_(Job.leased_until.is_(None), Job.leased_until <= now))
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while (job := session.scalar(query)) is not None:
        if job.leased_until is None:
            job.leased_by, job.leased_until, job.attempts = worker, now + LEASE, job.attempts + 1
            session.flush()
            return job
        fail_job(session, job=job, error=WORKER_DIED, now=now)
    return None


def hold_job(session: Session, *, leased: Job) -> Job:
    """The leased job as it stands now, kept from other workers until the transaction ends.

    :param leased: as :func:`lease_next` returned it, from another session
    :raises LeaseLost: the lease ran out and what was done under it must not count
    """
    job = session.get_one(Job, leased.id, with_for_update=True)
    if job.attempts != leased.attempts or job.done_at is not None:
        raise LeaseLost
    return job


def finish_job(session: Session, *, job: Job, now: datetime) -> None:
    """Mark the job done, in the transaction of its effects, and forget its payload (it may hold a secret link)."""
    job.done_at, job.dead_at, job.leased_until, job.leased_by, job.error, job.payload = now, None, None, None, None, {}
    session.flush()


def fail_job(session: Session, *, job: Job, error: str, now: datetime) -> None:
    """Put the job back with the next wait, or mark it dead after the last; nothing of its effects stands."""
    job.leased_until, job.leased_by, job.error = None, None, error[:2000]
    if job.attempts > len(BACK_OFF):
        job.dead_at = now
    else:
        job.run_at = now + BACK_OFF[job.attempts - 1]
    session.flush()


def retry_job(session: Session, *, actor: Actor, job: Job, now: datetime) -> None:
    """Give a dead job its tries again.

    :raises WrongState: it is not dead
    """
    require(Permission.JOB_RETRY, actor, job)
    if job.dead_at is None:
        raise WrongState()
    job.dead_at, job.attempts, job.run_at = None, 0, now
    record(session, actor=actor, event="job:retried", subject=job, detail={"kind": job.kind}, now=now)
