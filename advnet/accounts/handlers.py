"""The jobs that mail a link to an address that somebody gave, if it has an account for it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.joining import request_confirmation
from advnet.accounts.links import MAIL_CONFIRMATION, MAIL_RESET
from advnet.accounts.new_passwords import mail_reset_link
from advnet.jobs.worker import Handler


def handlers() -> dict[str, Handler]:
    """Job kinds of this part."""
    return {MAIL_CONFIRMATION: mail_confirmation, MAIL_RESET: mail_reset}


def mail_confirmation(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """To an account that waits for its address to be confirmed."""
    request_confirmation(session, email=payload["email"], now=now)


def mail_reset(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """To an active account."""
    mail_reset_link(session, email=payload["email"], now=now)
