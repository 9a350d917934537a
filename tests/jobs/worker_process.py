"""The worker as a process of its own, for tests that kill it."""

import os
import signal
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier, Event
from typing import Any

from sqlalchemy.orm import Session

from advnet.cli.wiring import make_worker
from advnet.config import Settings
from advnet.db import Database
from advnet.jobs import service
from advnet.jobs.worker import Worker
from advnet.search import ExpertIndex
from advnet.web.request_log import configure
from tests.processes import begin

LEASE = timedelta(seconds=0.3)
"""Of workers that are to be killed, so that nobody waits two minutes."""


def run(environment: dict[str, str], *, begins: Event | None = None, until_nothing_is_left: bool = False) -> None:
    """Work until killed, or as long as there is something to do.

    :param begins: set when the first round is about to begin, however long the process took to start
    """
    service.LEASE = LEASE
    service.BACK_OFF = (timedelta(0),) * 1000  # killed so often, no job is at fault
    worker = make(environment)
    worker.pause_seconds = 0.02
    if begins is not None:
        begins.set()
    if not until_nothing_is_left:
        worker.run()
    while worker.run_once():
        pass


def send_mail(environment: dict[str, str], together: Barrier) -> None:
    """Work beside other workers, beginning together, as long as there is something to do."""
    worker = make(environment)
    together.wait()
    while worker.work():
        pass


def make(environment: dict[str, str]) -> Worker:
    begin()
    settings = Settings.from_environ(environment)
    configure(settings.log_level)
    return make_worker(settings, Database(settings.database_url), ExpertIndex(settings.index_folder))


def die_at_work(database_url: str, now: datetime) -> None:
    """Carry out what is due, where it is a deadly job: no handler returns."""

    def die(session: Session, payload: dict[str, Any], moment: datetime) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    Worker(Database(database_url), handlers={"mail:send": die}, now=lambda: now).run_once()
