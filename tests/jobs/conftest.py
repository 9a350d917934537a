"""Processes that do the worker's work, and a mail server for them."""

import multiprocessing
from multiprocessing.context import ForkServerContext

import pytest

from tests.smtp import Mailbox, serving


@pytest.fixture
def mailbox():
    with serving(Mailbox()) as mailbox:
        yield mailbox


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    """Starts processes from one that has imported the program already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "tests.jobs.worker_process", "tests.search.writer_process"])
    return context
