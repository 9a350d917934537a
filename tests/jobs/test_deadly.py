"""A job that kills the worker that carries it out (out of memory, a fault in a library) is not tried for ever."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.jobs.model import Job
from advnet.jobs.service import BACK_OFF, LEASE, WORKER_DIED, LeaseLost, enqueue, hold_job, lease_next, retry_job
from advnet.jobs.worker import Worker
from tests.jobs import worker_process

SECOND = timedelta(seconds=1)


def queue(session, now, key="deadly"):
    return enqueue(session, kind="mail:send", key=key, payload={}, now=now)


def worker(database, now, handler) -> Worker:
    return Worker(database, handlers={"mail:send": handler}, now=lambda: now)


def test_a_job_that_kills_every_worker_becomes_a_dead_letter_and_can_be_tried_again(
    database, session, people, processes, now
):
    boss = people.make(Role.ADMINISTRATOR).actor
    job = queue(session, now)
    session.commit()
    done, moment = [], now
    url = database.url.render_as_string(hide_password=False)
    for wait in (*BACK_OFF, None):
        process = processes.Process(target=worker_process.die_at_work, args=(url, moment))
        process.start()
        process.join(timeout=30)
        assert process.exitcode == -9
        with database.transaction() as other:
            queue(other, moment, key=f"innocent at {moment}")
        assert worker(database, moment, lambda *given: done.append(given)).run_once(), "others wait for nobody"
        moment += LEASE
        assert not worker(database, moment, lambda *given: done.append(given)).run_once(), "not taken again at once"
        moment += wait or timedelta(days=9)
    session.expire_all()
    assert (job.attempts, job.error) == (len(BACK_OFF) + 1, WORKER_DIED)
    assert job.dead_at is not None
    assert not worker(database, moment, lambda *given: done.append(given)).run_once()
    assert len(done) == len(BACK_OFF) + 1

    retry_job(session, actor=boss, job=job, now=moment)
    session.commit()
    assert worker(database, moment, lambda *given: done.append(given)).run_once()
    session.expire_all()
    assert (job.done_at, job.dead_at, job.error) == (moment, None, None)


def test_lost_leases_and_failures_are_counted_together(session, now):
    job = queue(session, now)
    job.attempts = len(BACK_OFF)
    assert lease_next(session, worker="a", now=now) is job
    assert lease_next(session, worker="b", now=now + LEASE - SECOND) is None
    assert (job.dead_at, job.leased_by) == (None, "a")
    assert lease_next(session, worker="b", now=now + LEASE) is None
    assert (job.dead_at, job.leased_by) == (now + LEASE, None)


def test_a_worker_that_was_held_up_for_longer_than_its_lease_leaves_the_job_to_the_next(database, session, now):
    job = queue(session, now)
    session.commit()

    def be_held_up(inner, payload, moment):
        with database.transaction() as other:
            assert lease_next(other, worker="b", now=now + LEASE) is None
        with database.transaction() as other:
            assert lease_next(other, worker="b", now=now + LEASE + BACK_OFF[0]) is not None
        enqueue(inner, kind="tea:brew", key="effect", payload={}, now=moment)

    assert worker(database, now, be_held_up).run_once()
    session.expire_all()
    assert session.scalars(sa.select(Job)).all() == [job], "what was done under a lost lease does not stand"
    assert (job.leased_by, job.attempts, job.done_at) == ("b", 2, None)


def test_a_worker_that_fails_after_its_lease_takes_nothing_from_the_next(database, session, now):
    job = queue(session, now)
    session.commit()

    def fail_late(inner, payload, moment):
        for at in (now + LEASE, now + LEASE + BACK_OFF[0]):
            with database.transaction() as other:
                lease_next(other, worker="b", now=at)
        raise RuntimeError("late")

    assert worker(database, now, fail_late).run_once()
    session.expire_all()
    assert (job.leased_by, job.attempts, job.error) == ("b", 2, WORKER_DIED)


def test_a_worker_that_comes_late_to_a_job_that_nobody_took_finishes_it(database, session, now):
    job = queue(session, now)
    session.commit()

    def come_late(inner, payload, moment):
        with database.transaction() as other:
            assert lease_next(other, worker="b", now=now + LEASE) is None

    assert worker(database, now, come_late).run_once()
    session.expire_all()
    assert (job.done_at, job.attempts) == (now, 1)


def test_a_job_that_is_done_is_held_by_nobody(database, session, now):
    queue(session, now)
    leased = lease_next(session, worker="a", now=now)
    leased.done_at = now
    session.commit()
    with database.writing() as other, pytest.raises(LeaseLost):
        hold_job(other, leased=leased)
