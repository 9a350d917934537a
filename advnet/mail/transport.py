"""Handing an e-mail over: an SMTP conversation, or a file in a folder."""

import os
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from advnet.config import Settings

REPLY_SECONDS = 60
"""How long the mail server may think about one command."""

CONVERSATION_SECONDS = 100
"""How long it may take over one mail; less than a lease, so that no other worker sends the mail meanwhile."""


class MailRefused(Exception):
    """The mail server's own words, as ``550 5.1.1 no such user``."""

    def __init__(self, code: int, text: bytes | str) -> None:
        super().__init__(f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}")


class Transport(Protocol):
    """Accepts responsibility for the mail or raises."""

    def send(self, mail: EmailMessage) -> None: ...

    def check(self) -> None:
        """Go as far as one can without sending.

        :raises OSError: mail could not be handed over now
        """


class SmtpTransport:
    """``smtp://[user:password@]host[:port][?starttls=1]`` or ``smtps://…``; one conversation a mail."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or "127.0.0.1"
        self.implicit_tls = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.implicit_tls else 25)
        self.starttls = "starttls=1" in parts.query
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")

    def send(self, mail: EmailMessage) -> None:
        with _refusals_kept(), self._conversation() as smtp:
            smtp.send_message(mail)

    def check(self) -> None:
        with self._conversation() as smtp:
            smtp.noop()

    @contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        """A greeted server. What was said in the block holds, whatever becomes of the goodbye.

        :raises TimeoutError: it did not come to an end in :data:`CONVERSATION_SECONDS`
        """
        ends = time.monotonic() + CONVERSATION_SECONDS
        smtp = self._connect()
        hanging_up = HangingUp(smtp, seconds=ends - time.monotonic())
        try:
            self._greet(smtp)
            yield smtp
            with suppress(OSError):
                smtp.putcmd("QUIT")
        except Exception as error:
            if hanging_up.is_done:
                raise TimeoutError(f"the mail server took more than {CONVERSATION_SECONDS} seconds") from error
            raise
        finally:
            hanging_up.cancel()
            smtp.close()

    def _greet(self, smtp: smtplib.SMTP) -> None:
        if self.starttls:
            smtp.starttls(context=ssl.create_default_context())
        if self.user:
            smtp.login(self.user, self.password)

    def _connect(self) -> smtplib.SMTP:
        if self.implicit_tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=REPLY_SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=REPLY_SECONDS)


@contextmanager
def _refusals_kept() -> Iterator[None]:
    """Whatever way smtplib tells a refusal, keep what the server said."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        ((code, text),) = error.recipients.values()  # a mail has one recipient
        raise MailRefused(code, text) from error
    except smtplib.SMTPResponseException as error:
        raise MailRefused(error.smtp_code, error.smtp_error) from error


class HangingUp:
    """Cuts the line after some seconds, unless cancelled: a timeout of the socket bounds each wait, not their sum."""

    def __init__(self, smtp: smtplib.SMTP, *, seconds: float) -> None:
        self.is_done = False
        self._smtp = smtp
        self._timer = threading.Timer(max(0, seconds), self._hang_up)
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        self._timer.cancel()

    def _hang_up(self) -> None:
        self.is_done = True
        if self._smtp.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._smtp.sock, socket.SHUT_RDWR)  # SSLSocket's own would take the keys away


class FileTransport:
    """Writes each mail as ``<message id>.eml``, whole or not at all; the same mail sent twice is one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, mail: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / f"{mail['Message-ID'].strip('<>').partition('@')[0]}.eml"
        partial = target.with_suffix(".partial")
        with partial.open("wb") as file:
            file.write(mail.as_bytes(policy=SMTP))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)

    def check(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self.folder, os.W_OK):
            raise PermissionError(f"{self.folder} cannot be written.")


def transport_for(settings: Settings) -> Transport:
    """The transport that ``ADVNET_MAIL_URL`` names."""
    if settings.mail_url.startswith("file:"):
        return FileTransport(Path(settings.mail_url.removeprefix("file:")))
    return SmtpTransport(settings.mail_url)
