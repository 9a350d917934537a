"""The job that mails a link to set a new password.

Who asks for one waits for the same work whether the address has an account or not: a row in the queue. What depends on
the account happens here, where nobody can measure it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.new_passwords import MAIL_RESET_LINK, mail_reset_link
from advnet.jobs.worker import Handler


def handlers() -> dict[str, Handler]:
    """Job kinds of this part."""
    return {MAIL_RESET_LINK: mail_link}


def mail_link(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Mail the link to the address that somebody gave, if an active account has it."""
    mail_reset_link(session, email=payload["email"], now=now)
