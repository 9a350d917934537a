"""A real mail server in a thread of its own, as friendly or slow as a test wants it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller


class Mailbox:
    """Keeps what it takes.

    :ivar received: the mails that it took responsibility for, in order
    :ivar is_free: cleared, every mail hangs after its last line until it is set again
    :ivar in_hand: how many mails hang or are being taken
    :ivar most_in_hand: at the same time, so far
    """

    url: str

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.is_free = threading.Event()
        self.is_free.set()
        self.in_hand = self.most_in_hand = 0
        self.seconds = 0.0

    @property
    def message_ids(self) -> list[str]:
        return [str(mail["Message-ID"]).strip() for mail in self.received]

    async def handle_DATA(self, server, session, envelope) -> str:
        self.in_hand += 1
        self.most_in_hand = max(self.most_in_hand, self.in_hand)
        try:
            await asyncio.sleep(self.seconds)
            while not self.is_free.is_set():
                await asyncio.sleep(0.01)
        finally:
            self.in_hand -= 1
        self.received.append(message_from_bytes(envelope.content, policy=default))
        return "250 Kept"


@contextmanager
def serving(mailbox: Mailbox) -> Iterator[Mailbox]:
    """The mailbox behind ``mailbox.url``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mailbox.url = f"smtp://127.0.0.1:{port}"
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        mailbox.is_free.set()
        controller.stop()
