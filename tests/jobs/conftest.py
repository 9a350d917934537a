"""Processes that do the worker's work, and a mail server for them."""

from multiprocessing.context import ForkServerContext

import pytest

from tests.processes import forkserver
from tests.smtp import Mailbox, serving


@pytest.fixture
def mailbox():
    with serving(Mailbox()) as mailbox:
        yield mailbox


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    return forkserver()
