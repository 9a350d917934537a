"""The worker's loop. It knows nothing of what the jobs do: handlers are given to it by who starts it."""

import os
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from advnet.clock import now as clock_now
from advnet.db import Database
from advnet.jobs.model import Job
from advnet.jobs.queries import is_anything_due
from advnet.jobs.service import fail_job, finish_job, lease_next

Handler = Callable[[Session, dict[str, Any], datetime], None]
"""Carries out one job in the given transaction; an exception puts the job back."""

Follower = Callable[[], bool]
"""Brings derived data (the search index) up to date; True when it changed something."""

log = structlog.get_logger()


class Worker:
    """Carries out due jobs one by one and lets the followers catch up after each.

    :param handlers: job kind → handler
    :param followers: called in every round, each in its own transactions
    :param pause_seconds: how long to sleep when nothing was to do
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
        self.stopping = threading.Event()

    def run(self) -> None:
        """Work until :meth:`stop`; a job in hand is finished first."""
        while not self.stopping.is_set():
            if not self.run_once():
                self.stopping.wait(self.pause_seconds)

    def stop(self) -> None:
        self.stopping.set()

    def run_once(self) -> bool:
        """One round: every follower, then one job. True when there was something to do."""
        followed = [self._follow(follower) for follower in self.followers]
        job = self._lease()
        if job is not None:
            self._carry_out(job)
        return job is not None or any(followed)

    def _follow(self, follower: Follower) -> bool:
        try:
            return follower()
        except Exception:
            log.exception("follower_failed", follower=getattr(follower, "__name__", repr(follower)))
            return False

    def _lease(self) -> Job | None:
        with self.database.reading() as session:
            if not is_anything_due(session, now=self.now()):
                return None
        with self.database.transaction() as session:
            return lease_next(session, worker=self.name, now=self.now())

    def _carry_out(self, leased: Job) -> None:
        try:
            # The transaction begins at the first statement: a handler that only talks to the outside (mail) does so
            # before the database is locked.
            with self.database.transaction() as session:
                self.handlers[leased.kind](session, leased.payload, self.now())
                finish_job(session, job=session.get_one(Job, leased.id), now=self.now())
        except Exception as error:
            log.exception("job_failed", job_id=leased.id, kind=leased.kind, attempts=leased.attempts)
            with self.database.transaction() as session:
                fail_job(
                    session,
                    job=session.get_one(Job, leased.id),
                    error=f"{type(error).__name__}: {error}",
                    now=self.now(),
                )
        else:
            log.info("job_done", job_id=leased.id, kind=leased.kind, attempts=leased.attempts)
