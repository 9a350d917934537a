"""The job that sends a mail. It touches no database, so no transaction is open during the SMTP conversation."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.config import Settings
from advnet.jobs.worker import Handler
from advnet.mail.render import MailRenderer
from advnet.mail.transport import Transport


def handlers(settings: Settings, transport: Transport) -> dict[str, Handler]:
    """Job kinds of this part. A mail may be sent again after a crash; its Message-ID stays the same."""
    renderer = MailRenderer(settings)

    def send_mail(session: Session, payload: dict[str, Any], now: datetime) -> None:
        transport.send(renderer.render(payload, now=now))

    return {"mail:send": send_mail}
