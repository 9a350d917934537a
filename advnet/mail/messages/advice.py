"""About an issued brief; nothing of the brief itself.

``values``: reference, title_ja and title_en as for consultations.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.mail.outbox import Recipient, queue


def brief_issued_contributor(
    session: Session, *, to: Recipient, user_id: int, brief_id: int, now: datetime, **values: Any
) -> None:
    """Tells an expert that the brief to which the answers contributed is issued, and thanks; once for each brief."""
    key = f"brief:{brief_id}:issued:contributor:{user_id}"
    queue(session, message="brief_issued_contributor", to=to, key=key, brief_id=brief_id, now=now, **values)


def brief_issued_requester(session: Session, *, to: Recipient, brief_id: int, now: datetime, **values: Any) -> None:
    """Tells the requester that the advice is there; once for each brief."""
    key = f"brief:{brief_id}:issued:requester"
    queue(session, message="brief_issued_requester", to=to, key=key, brief_id=brief_id, now=now, **values)
