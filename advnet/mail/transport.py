"""Handing an e-mail over: an SMTP conversation, or a file in a folder."""

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from advnet.config import Settings

TIMEOUT_SECONDS = 30


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
        with self._connect() as smtp:
            self._greet(smtp)
            smtp.send_message(mail)

    def check(self) -> None:
        with self._connect() as smtp:
            self._greet(smtp)
            smtp.noop()

    def _greet(self, smtp: smtplib.SMTP) -> None:
        if self.starttls:
            smtp.starttls(context=ssl.create_default_context())
        if self.user:
            smtp.login(self.user, self.password)

    def _connect(self) -> smtplib.SMTP:
        if self.implicit_tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)


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
