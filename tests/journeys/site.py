"""A whole installation on this machine: web and worker as processes of their own, a database, mail as files."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError
from urllib.request import urlopen

from advnet import schema
from advnet.accounts.model import Role, system_actor
from advnet.db import Database
from advnet.experts.vocabulary.loading import load_shipped_vocabulary
from tests.people import People

PATIENCE_SECONDS = 40
"""For what the worker or a starting process does; a loaded machine may be slow."""

Found = TypeVar("Found")


class Site:
    """A running installation with one advisor and one administrator.

    :ivar address: where it answers, without a slash at the end
    """

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder

    def link_from_mail(self, to: str, path: str) -> str:
        """The address below ``path`` that a mail to this person names, once in its text and once in its HTML."""
        begin = f"{self.address}{path}"

        def find() -> str | None:
            for mail in self._mails():
                words = mail.get_body(("plain",)).get_content().split()
                link = next((word for word in words if word.startswith(begin)), None)
                if to in mail["To"] and link:
                    assert f'href="{link}"' in mail.get_body(("html",)).get_content()
                    return link
            return None

        return eventually(find, f"a mail to {to} with a link to {path}")

    def _mails(self) -> list[EmailMessage]:
        files = sorted((self.folder / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
        return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


def eventually(find: Callable[[], Found | None], what: str) -> Found:
    """What ``find`` finds, as soon as it finds it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        found = find()
        if found is not None:
            return found
        time.sleep(0.2)
    raise AssertionError(f"waited {PATIENCE_SECONDS} seconds in vain for {what}")


@contextmanager
def running(folder: Path, *, language: str) -> Iterator[Site]:
    """Make the installation in ``folder`` and run it: the same two commands as in production."""
    port = _free_port()
    environment = {
        "ADVNET_MODE": "test",
        "ADVNET_INSTANCE": str(folder),
        "ADVNET_SECRET_KEY": "only for tests, where nothing is secret",
        "ADVNET_BASE_URL": f"http://127.0.0.1:{port}",
        "ADVNET_MAIL_URL": f"file:{folder / 'mail'}",
        "ADVNET_LOG_LEVEL": "WARNING",
    }
    folder.mkdir(parents=True)
    _make_database(f"sqlite:///{folder / 'advnet.sqlite'}", language)
    with ExitStack() as processes:
        for command in (["serve", "--port", str(port)], ["worker"]):
            processes.enter_context(_process(command, environment, folder / f"{command[0]}.log"))
        site = Site(environment["ADVNET_BASE_URL"], folder)
        eventually(lambda: _answers(f"{site.address}/healthz"), "the web process to answer")
        yield site
    logs = "".join((folder / f"{name}.log").read_text() for name in ("serve", "worker"))
    assert '"level": "error"' not in logs, logs


def _make_database(url: str, language: str) -> None:
    now = datetime.now(UTC)
    database = Database(url)
    schema.upgrade(database)
    with database.transaction() as session:
        load_shipped_vocabulary(session, actor=system_actor("tests"), now=now)
        people = People(session, now)
        for role in (Role.ADVISOR, Role.ADMINISTRATOR):
            people.make(role, email=f"{role}@example.org", language=language)
    database.dispose()


@contextmanager
def _process(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "advnet.cli", *command], env=environment, stdout=output, stderr=output
        )
        try:
            yield
            assert process.poll() is None, f"{command[0]} has died: {log.read_text()}"
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_SECONDS)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(url: str) -> bool | None:
    try:
        with urlopen(url, timeout=5) as response:
            return response.status == 200 or None
    except (URLError, OSError):
        return None
