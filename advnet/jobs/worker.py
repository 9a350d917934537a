"""The worker's loops. It knows nothing of what the jobs do: handlers are given to it by who starts it.

Jobs are carried out one by one in the thread that runs the worker. Each follower has a thread of its own, since a mail
server may take its time over one mail, and a model over a text, and nobody should be looked for in vain meanwhile.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from advnet.clock import now as clock_now
from advnet.db import Database
from advnet.jobs.model import Job
from advnet.jobs.queries import is_anything_due
from advnet.jobs.service import LeaseLost, fail_job, finish_job, hold_job, lease_next

Handler = Callable[[Session, dict[str, Any], datetime], None]
"""Carries out one job in the given transaction; an exception puts the job back."""

Follower = Callable[[], bool]
"""Brings derived data (the search index) up to date; True when it changed something."""

log = structlog.get_logger()


class Worker:
    """Carries out due jobs one by one while the followers keep up with the changes.

    :param handlers: job kind → handler
    :param followers: called again and again, each by a thread of its own, in its own transactions
    :param pause_seconds: how long to sleep when nothing was to do, and after a failure
    """

    def __init__(
        self,
        database: Database,
        *,
        handlers: Mapping[str, Handler],
        followers: tuple[Follower, ...] = (),
        pause_seconds: float = 0.5,
        now: Callable[[], datetime] = clock_now,
    ) -> None:
        self.database = database
        self.handlers = handlers
        self.followers = followers
        self.pause_seconds = pause_seconds
        self.now = now
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.is_stopping = False

    def run(self) -> None:
        """Work until :meth:`stop`; the job and what each follower has in hand are finished first."""
        following = [
            threading.Thread(target=self._repeat, args=(partial(self._follow, follower),), name=_name(follower))
            for follower in self.followers
        ]
        for thread in following:
            thread.start()
        try:
            self._repeat(self.work)
        finally:
            self.stop()
            for thread in following:
                thread.join()

    def stop(self) -> None:
        """Let :meth:`run` come to its end. A signal handler may call this: it takes no lock."""
        self.is_stopping = True

    def run_once(self) -> bool:
        """One round: every follower, then one job. True when there was something to do."""
        followed = self.follow()
        return self.work() or followed

    def follow(self) -> bool:
        """Call every follower once. True when one had something to do."""
        followed = [self._follow(follower) for follower in self.followers]
        return any(followed)

    def work(self) -> bool:
        """Carry out one job. True when there was one."""
        job = self._lease()
        if job is not None:
            self._carry_out(job)
        return job is not None

    def _repeat(self, act: Callable[[], bool]) -> None:
        """A failure here is the database's (a job's or follower's own is caught before): it may come back."""
        while not self.is_stopping:
            try:
                is_busy = act()
            except Exception:
                log.exception("worker_failed", act=getattr(act, "__name__", "follow"))
                is_busy = False
            if not is_busy:
                time.sleep(self.pause_seconds)

    def _follow(self, follower: Follower) -> bool:
        try:
            return follower()
        except Exception:
            log.exception("follower_failed", follower=_name(follower))
            return False

    def _lease(self) -> Job | None:
        with self.database.reading() as session:
            if not is_anything_due(session, now=self.now()):
                return None
        with self.database.transaction() as session:
            return lease_next(session, worker=self.name, now=self.now())

    def _carry_out(self, leased: Job) -> None:
        told = log.bind(job_id=leased.id, kind=leased.kind, attempts=leased.attempts)
        try:
            # The transaction begins at the first statement: a handler that only talks to the outside (mail) does so
            # before the database is locked.
            with self.database.writing() as session:
                self.handlers[leased.kind](session, leased.payload, self.now())
                if session.in_transaction():
                    finish_job(session, job=hold_job(session, leased=leased), now=self.now())
                    session.commit()
                else:
                    self._note_done(leased)
        except LeaseLost:
            told.error("job_lease_lost")
        except Exception as error:
            told.exception("job_failed")
            self._put_back(leased, in_words(error))
        else:
            told.info("job_done")

    def _note_done(self, leased: Job) -> None:
        """What was done outside the database stands: better to wait for a busy database than to send a mail again."""
        while True:
            try:
                with self.database.transaction() as session:
                    finish_job(session, job=hold_job(session, leased=leased), now=self.now())
            except sa.exc.OperationalError:
                if leased.leased_until is None or self.now() >= leased.leased_until:
                    raise
                log.warning("job_done_but_not_noted", job_id=leased.id, kind=leased.kind)
                time.sleep(self.pause_seconds)
            else:
                return

    def _put_back(self, leased: Job, error: str) -> None:
        with suppress(LeaseLost), self.database.transaction() as session:
            fail_job(session, job=hold_job(session, leased=leased), error=error, now=self.now())


def _name(follower: Follower) -> str:
    return getattr(follower, "__name__", type(follower).__name__)


def in_words(error: Exception) -> str:
    """What administrators may read of a failure. The database quotes rows in its messages: of those only the kind."""
    if isinstance(error, sa.exc.SQLAlchemyError):
        kinds = [type(error), type(error.orig)] if isinstance(error, sa.exc.DBAPIError) else [type(error)]
        return ": ".join(dict.fromkeys(kind.__name__ for kind in kinds))
    return f"{type(error).__name__}: {error}"
