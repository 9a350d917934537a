"""The worker as a process of its own, for tests that kill it. Its lease is short, so that nobody waits two minutes."""

from datetime import timedelta
from multiprocessing.synchronize import Event

from advnet.cli.wiring import make_worker
from advnet.config import Settings
from advnet.db import Database
from advnet.jobs import service
from advnet.search import ExpertIndex
from advnet.web.request_log import configure

LEASE = timedelta(seconds=0.3)


def run(environment: dict[str, str], *, begins: Event | None = None, until_nothing_is_left: bool = False) -> None:
    """Work until killed, or as long as there is something to do.

    :param begins: set when the first round is about to begin, however long the process took to start
    """
    service.LEASE = LEASE
    settings = Settings.from_environ(environment)
    configure(settings.log_level)
    worker = make_worker(settings, Database(settings.database_url), ExpertIndex(settings.index_folder))
    worker.pause_seconds = 0.02
    if begins is not None:
        begins.set()
    if not until_nothing_is_left:
        worker.run()
    while worker.run_once():
        pass
