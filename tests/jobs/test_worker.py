"""The worker as it runs: what is slow holds nothing else up, what fails is seen, and it ends in good order."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
import structlog
from structlog.testing import LogCapture

from advnet.cli.wiring import make_worker
from advnet.clock import now as clock_now
from advnet.jobs.model import Job
from advnet.jobs.service import LEASE, hold_job, note_index_change
from advnet.jobs.worker import Worker
from advnet.mail.messages.accounts import password_changed
from advnet.mail.outbox import to_user
from advnet.search import ExpertIndex, IndexUnusable
from tests.builders_experts import Experts
from tests.installed import environment
from tests.jobs import worker_process

PATIENCE_SECONDS = 60
"""For machines of any speed; nothing here waits so long."""


@pytest.fixture
def mail_settings(settings, mailbox):
    return replace(settings, mail_url=mailbox.url)


@pytest.fixture
def logged(monkeypatch) -> list[dict]:
    """What the worker logs."""
    kept = LogCapture()
    every = structlog.make_filtering_bound_logger(0)
    monkeypatch.setattr("advnet.jobs.worker.log", structlog.wrap_logger(None, processors=[kept], wrapper_class=every))
    return kept.entries


def events(logged) -> list[str]:
    return [entry["event"] for entry in logged]


def wait_until(is_so, what):
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, f"never: {what}"
        time.sleep(0.01)


@contextmanager
def running(worker: Worker):
    """The worker at work; afterwards it has come to its end."""
    worker.pause_seconds = 0.02
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield thread
    finally:
        worker.stop()
        thread.join(timeout=PATIENCE_SECONDS)
        assert not thread.is_alive()


def queue_mails(session, people, count=1):
    for _ in range(count):
        user = people.make("advisor")
        password_changed(session, to=to_user(user), user_id=user.id, now=clock_now())
    session.commit()


def unfinished(database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.done_at.is_(None)))


def test_an_approved_expert_is_found_while_a_mail_hangs(database, session, people, mail_settings, mailbox):
    mailbox.is_free.clear()
    queue_mails(session, people)
    folder = mail_settings.index_folder
    with (
        closing(ExpertIndex(folder)) as written,
        closing(ExpertIndex(folder)) as read,
        running(make_worker(mail_settings, database, written)),
    ):
        wait_until(lambda: mailbox.in_hand, "a mail hangs")
        expert = Experts(session, clock_now()).approved()
        note_index_change(session, expert_id=expert.id, now=clock_now())
        session.commit()
        wait_until(lambda: reads(read, expert.id), "the expert is found")
        assert mailbox.in_hand == 1
        assert mailbox.received == []
        mailbox.is_free.set()
        wait_until(lambda: not unfinished(database), "the mail is sent")
    assert len(mailbox.received) == 1


def reads(index: ExpertIndex, expert_id: int) -> bool:
    try:
        return str(expert_id) in index.document_ids()
    except IndexUnusable:
        return False


def test_told_to_end_by_sigterm_the_worker_finishes_the_mail_in_hand_and_begins_no_other(
    database, session, people, mail_settings, mailbox
):
    mailbox.is_free.clear()
    queue_mails(session, people, 2)
    process = subprocess.Popen(
        [sys.executable, "-m", "advnet.cli", "worker"],
        env={"PATH": os.environ["PATH"], **environment(mail_settings)},
    )
    try:
        wait_until(lambda: mailbox.in_hand, "a mail hangs")
        process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        mailbox.is_free.set()
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
    assert len(mailbox.received) == 1
    with database.reading() as reader:
        jobs = reader.scalars(sa.select(Job).order_by(Job.id)).all()
    assert [(job.done_at is not None, job.attempts, job.leased_by) for job in jobs] == [
        (True, 1, None),
        (False, 0, None),
    ]


def test_two_workers_share_the_mails_and_send_none_twice(database, session, people, mail_settings, mailbox, processes):
    mailbox.seconds = 0.05
    queue_mails(session, people, 30)
    together = processes.Barrier(2)
    workers = [
        processes.Process(target=worker_process.send_mail, args=(environment(mail_settings), together))
        for _ in range(2)
    ]
    for one in workers:
        one.start()
    for one in workers:
        one.join(timeout=PATIENCE_SECONDS)
        assert one.exitcode == 0
    assert unfinished(database) == 0
    assert (len(mailbox.received), len(set(mailbox.message_ids))) == (30, 30)
    assert mailbox.most_in_hand == 2, "they never worked at the same time: the test has shown nothing"


def test_a_follower_that_fails_holds_up_no_mail_and_is_seen(
    database, session, people, mail_settings, mailbox, app, logged
):
    note_index_change(session, expert_id=1, now=clock_now() - timedelta(seconds=301))
    queue_mails(session, people)
    worker = make_worker(mail_settings, database, app.extensions["advnet.index"])
    tried = threading.Event()

    def broken() -> bool:
        tried.set()
        raise OSError("disk full")

    worker.followers = (broken,)
    with running(worker):
        wait_until(lambda: not unfinished(database) and tried.is_set(), "the mail is sent")
    assert {"follower_failed", "job_done"} <= set(events(logged))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["checks"]["index"].startswith("unreadable")
    assert answer.get_json()["checks"]["outbox"] == "ok"


def test_a_mail_that_fails_holds_up_no_follower_and_is_seen(database, session, people, app, logged):
    queue_mails(session, people)
    followed = threading.Event()

    def refuse(inner, payload, moment):
        raise RuntimeError("no route")

    worker = Worker(database, handlers={"mail:send": refuse}, followers=(lambda: followed.set() or False,))
    with running(worker):
        wait_until(lambda: followed.is_set() and failing(app), "the mail has failed")
    assert "job_failed" in events(logged)
    assert failing(app) == 1


def failing(app) -> int:
    return app.test_client().get("/readyz").get_json()["checks"]["outbox_failing"]


def test_a_database_that_fails_for_a_moment_ends_neither_loop(database, session, people, monkeypatch, logged):
    followed = threading.Event()
    worker = Worker(database, handlers={"mail:send": lambda *given: None}, followers=(followed.set,))
    faults = iter([sa.exc.OperationalError("SELECT", {}, OSError("gone"))] * 2)
    lease = worker._lease

    def lease_or_fail():
        for fault in faults:
            raise fault
        return lease()

    monkeypatch.setattr(worker, "_lease", lease_or_fail)
    queue_mails(session, people)
    with running(worker):
        wait_until(lambda: followed.is_set() and not unfinished(database), "the mail is sent")
    assert events(logged).count("worker_failed") == 2


def test_a_mail_that_is_sent_is_not_sent_again_because_the_database_is_busy(
    database, session, people, mail_settings, mailbox, app, monkeypatch, logged
):
    queue_mails(session, people)
    worker = make_worker(mail_settings, database, app.extensions["advnet.index"])
    worker.pause_seconds = 0.01
    faults = iter([sa.exc.OperationalError("UPDATE", {}, OSError("database is locked"))] * 3)

    def hold_or_fail(held, *, leased):
        for fault in faults:
            raise fault
        return hold_job(held, leased=leased)

    monkeypatch.setattr("advnet.jobs.worker.hold_job", hold_or_fail)
    while worker.work():
        pass
    assert events(logged) == ["job_done_but_not_noted"] * 3 + ["job_done"]
    assert len(mailbox.received) == 1
    assert unfinished(database) == 0


def test_a_database_that_stays_away_leaves_the_mail_to_the_next_try(database, session, people, monkeypatch, logged):
    queue_mails(session, people)
    moments = iter([clock_now()] * 3)
    late = clock_now() + LEASE
    worker = Worker(database, handlers={"mail:send": lambda *given: None}, now=lambda: next(moments, late))

    def fail(held, *, leased):
        raise sa.exc.OperationalError("UPDATE", {}, OSError("database is locked"))

    monkeypatch.setattr("advnet.jobs.worker.hold_job", fail)
    with pytest.raises(sa.exc.OperationalError):
        worker.work()
    assert events(logged) == ["job_failed"]
    with database.reading() as reader:
        assert reader.scalars(sa.select(Job)).one().leased_by == worker.name


def test_what_the_database_quotes_is_not_kept_as_the_reason(database, session, people):
    queue_mails(session, people)

    def write_twice(inner, payload, moment):
        for _ in range(2):
            inner.add(Job(kind="k", key="what an answer says", payload={}, created_at=moment, run_at=moment))
        inner.flush()

    Worker(database, handlers={"mail:send": write_twice}).run_once()
    with database.reading() as reader:
        (job,) = reader.scalars(sa.select(Job)).all()
    assert job.error.startswith("IntegrityError")
    assert "answer" not in job.error
