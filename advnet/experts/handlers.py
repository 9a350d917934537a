"""Jobs of experts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import system_actor
from advnet.experts import standing
from advnet.experts.model import Expert
from advnet.jobs.worker import Handler


def end_vetting(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Carry out ``expert:end-vetting``: ``{"expert_id"}``."""
    expert = session.scalar(sa.select(Expert).where(Expert.id == payload["expert_id"]))
    if expert is not None:
        standing.end_vetting(session, actor=system_actor("worker"), expert=expert, now=now)


HANDLERS: Mapping[str, Handler] = {"expert:end-vetting": end_vetting}
