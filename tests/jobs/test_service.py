"""Queue, lease, back-off, dead letter, retry."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import VISITOR, Role, system_actor
from advnet.errors import Forbidden, WrongState
from advnet.jobs import queries
from advnet.jobs.model import IndexChange, Job
from advnet.jobs.service import (
    BACK_OFF,
    LEASE,
    enqueue,
    fail_job,
    finish_job,
    lease_next,
    note_index_change,
    retry_job,
)
from advnet.jobs.worker import Worker

SECOND = timedelta(seconds=1)


def queue(session, now, key="k", **values):
    return enqueue(session, kind="mail:send", key=key, payload={"secret": "s"}, now=now, **values)


def test_the_same_key_is_queued_once(session, now):
    assert queue(session, now) is not None
    assert queue(session, now) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1


def test_a_job_of_a_transaction_that_is_rolled_back_was_never_queued(database, session, now):
    queue(session, now)
    session.rollback()
    with database.reading() as reader:
        assert reader.scalars(sa.select(Job)).all() == []


def test_a_job_is_leased_from_its_time_on(session, now):
    queue(session, now, run_at=now + timedelta(hours=1))
    assert lease_next(session, worker="a", now=now + timedelta(hours=1) - SECOND) is None
    assert lease_next(session, worker="a", now=now + timedelta(hours=1)).key == "k"


def test_a_leased_job_is_nobody_elses_until_the_lease_has_run_out(session, now):
    queue(session, now)
    assert lease_next(session, worker="a", now=now).leased_by == "a"
    assert lease_next(session, worker="b", now=now + LEASE - SECOND) is None
    assert lease_next(session, worker="b", now=now + LEASE) is None, "a lost lease is a try that failed"
    taken = lease_next(session, worker="b", now=now + LEASE + BACK_OFF[0])
    assert (taken.leased_by, taken.attempts) == ("b", 2)


def test_a_finished_job_is_not_leased_again_and_forgets_its_payload(session, now):
    queue(session, now)
    job = lease_next(session, worker="a", now=now)
    finish_job(session, job=job, now=now)
    assert lease_next(session, worker="a", now=now + LEASE) is None
    assert job.payload == {}


def test_failures_wait_longer_each_time_and_the_last_one_is_final(session, now):
    queue(session, now)
    moment = now
    for wait in BACK_OFF:
        job = lease_next(session, worker="a", now=moment)
        fail_job(session, job=job, error="no route", now=moment)
        assert lease_next(session, worker="a", now=moment + wait - SECOND) is None
        moment += wait
    job = lease_next(session, worker="a", now=moment)
    assert job.dead_at is None
    fail_job(session, job=job, error="no route", now=moment)
    assert job.dead_at == moment
    assert lease_next(session, worker="a", now=moment + timedelta(days=9)) is None
    assert queries.list_dead(session, actor=system_actor("command line")).items == [job]


def test_a_dead_job_is_retried_by_an_administrator_and_by_nobody_else(session, people, now):
    job = queue(session, now)
    job.dead_at, job.attempts = now, 9
    session.flush()
    for actor in (people.make(Role.ADVISOR).actor, VISITOR):
        with pytest.raises(Forbidden):
            retry_job(session, actor=actor, job=job, now=now)
    boss = people.make(Role.ADMINISTRATOR).actor
    retry_job(session, actor=boss, job=job, now=now)
    assert lease_next(session, worker="a", now=now).attempts == 1
    with pytest.raises(WrongState):
        retry_job(session, actor=boss, job=job, now=now)


def test_jobs_are_counted_by_what_becomes_of_them(session, now):
    queue(session, now, key="due")
    queue(session, now, key="later", run_at=now + SECOND).error = "no route"
    queue(session, now, key="dead").dead_at = now
    queue(session, now, key="done").done_at = now
    session.flush()
    assert queries.count_jobs(session, now=now) == queries.OutboxCounts(due=1, scheduled=1, dead=1, failing=1)


def test_the_outbox_is_as_old_as_its_most_overdue_job(session, now):
    assert queries.oldest_due_age(session, now=now) == timedelta(0)
    queue(session, now - timedelta(minutes=7))
    queue(session, now - timedelta(minutes=3), key="younger")
    assert queries.oldest_due_age(session, now=now) == timedelta(minutes=7)


def test_index_changes_are_numbered_without_gaps_even_after_a_rollback(session, now):
    note_index_change(session, expert_id=1, now=now)
    session.commit()
    note_index_change(session, expert_id=2, now=now)
    session.rollback()
    note_index_change(session, expert_id=3, now=now + SECOND)
    session.commit()
    rows = session.execute(sa.select(IndexChange.number, IndexChange.expert_id).order_by(IndexChange.number)).all()
    assert [tuple(row) for row in rows] == [(1, 1), (2, 3)]
    assert queries.oldest_change_age_after(session, number=1, now=now + 3 * SECOND) == 2 * SECOND
    assert queries.oldest_change_age_after(session, number=2, now=now + 3 * SECOND) == timedelta(0)


def worker(database, now, handler, followers=()) -> Worker:
    return Worker(database, handlers={"mail:send": handler}, followers=followers, now=lambda: now)


def test_what_a_failed_handler_wrote_does_not_stand_and_the_error_is_kept(database, session, now):
    queue(session, now)
    session.commit()

    def write_and_fail(inner, payload, moment):
        enqueue(inner, kind="mail:send", key="written", payload={}, now=moment)
        raise RuntimeError("half way")

    assert worker(database, now, write_and_fail).run_once()
    session.expire_all()
    (job,) = session.scalars(sa.select(Job)).all()
    assert (job.key, job.error) == ("k", "RuntimeError: half way")
    assert job.run_at == now + BACK_OFF[0]


def test_a_job_of_an_unknown_kind_is_kept_for_a_worker_that_knows_it(database, session, now):
    enqueue(session, kind="tea:brew", key="k", payload={}, now=now)
    session.commit()
    worker(database, now, lambda *given: None).run_once()
    session.expire_all()
    (job,) = session.scalars(sa.select(Job)).all()
    assert job.done_at is None
    assert job.error == "KeyError: 'tea:brew'"


def test_a_follower_that_fails_keeps_no_job_from_being_done(database, session, now):
    queue(session, now)
    session.commit()

    def broken():
        raise OSError("disk full")

    done = []
    assert worker(database, now, lambda *given: done.append(given), (broken,)).run_once()
    assert len(done) == 1


def test_a_worker_with_nothing_to_do_writes_nothing(database, now):
    assert worker(database, now, lambda *given: None).run_once() is False


def test_two_workers_do_not_take_the_same_job(database, session, now):
    queue(session, now, key="one")
    queue(session, now, key="two")
    session.commit()
    with database.transaction() as first:
        taken = lease_next(first, worker="a", now=now)
    with database.transaction() as second:
        other = lease_next(second, worker="b", now=now)
    assert {taken.key, other.key} == {"one", "two"}
