"""A mail server that is slow or says no holds nobody up for long, and its own words are kept."""

import asyncio
import socket
from datetime import UTC, datetime

import pytest

from advnet.jobs.service import LEASE
from advnet.mail import transport
from advnet.mail.render import MailRenderer
from advnet.mail.transport import MailRefused, SmtpTransport
from tests.mail.test_sending import payload
from tests.smtp import Mailbox, serving

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def database_url(tmp_path):
    """No database is needed here."""
    return f"sqlite:///{tmp_path / 'unused.sqlite'}"


@pytest.fixture
def mail(settings):
    return MailRenderer(settings).render(payload(), now=AT)


def test_no_mail_can_take_longer_than_its_lease():
    assert transport.REPLY_SECONDS < transport.CONVERSATION_SECONDS < LEASE.total_seconds()


def test_a_server_that_accepts_and_says_nothing_is_given_up(mail, monkeypatch):
    monkeypatch.setattr(transport, "REPLY_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(OSError, match="timed out"):
        SmtpTransport(f"smtp://127.0.0.1:{silent.getsockname()[1]}").send(mail)


def test_a_server_that_does_not_answer_in_time_is_given_up(mail, monkeypatch):
    monkeypatch.setattr(transport, "REPLY_SECONDS", 0.2)
    with serving(Mailbox()) as mailbox:
        mailbox.is_free.clear()
        with pytest.raises(OSError, match="timed out"):
            SmtpTransport(mailbox.url).send(mail)


class Dawdler(Mailbox):
    """Each answer comes soon enough, the last one never."""

    async def handle_MAIL(self, server, session, envelope, address, options) -> str:
        await asyncio.sleep(0.2)
        envelope.mail_from = address
        return "250 OK"


def test_a_server_whose_answers_take_too_long_together_is_given_up(mail, monkeypatch):
    monkeypatch.setattr(transport, "CONVERSATION_SECONDS", 0.4)
    with serving(Dawdler()) as mailbox:
        mailbox.is_free.clear()
        with pytest.raises(TimeoutError, match=r"took more than 0\.4 seconds"):
            SmtpTransport(mailbox.url).send(mail)


class Refuser(Mailbox):
    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        return "550 5.1.1 No such user here"


class FullDisk(Mailbox):
    async def handle_DATA(self, server, session, envelope) -> str:
        return "452 4.3.1 Not enough storage"


@pytest.mark.parametrize(
    ("server", "words"), [(Refuser, "550 5.1.1 No such user here"), (FullDisk, "452 4.3.1 Not enough storage")]
)
def test_what_the_server_said_is_kept(mail, server, words):
    with serving(server()) as mailbox, pytest.raises(MailRefused) as caught:
        SmtpTransport(mailbox.url).send(mail)
    assert str(caught.value) == words


class Sulker(Mailbox):
    async def handle_QUIT(self, server, session, envelope) -> str:
        return "421 Not now"


def test_a_mail_that_was_taken_is_sent_whatever_the_goodbye(mail):
    with serving(Sulker()) as mailbox:
        SmtpTransport(mailbox.url).send(mail)
    assert len(mailbox.received) == 1
