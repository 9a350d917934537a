"""Processes that tests start by the dozen, to kill them."""

import gc
import multiprocessing
from multiprocessing.context import ForkServerContext


def forkserver() -> ForkServerContext:
    """Starts processes from one that has imported the program: in hundredths of a second, not in whole ones.

    That one is started once in a test run, so it knows what any of the tests needs.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        [
            "__main__",
            "tests.jobs.worker_process",
            "tests.search.storage.writer_process",
            "tests.search.storage.reader_process",
            "tests.search.vectors.filling_process",
            "tests.search.vectors.store_process",
        ]
    )
    return context


def begin() -> None:
    """Call it first in such a process: what was imported is never garbage, and is looked through no more."""
    gc.freeze()
