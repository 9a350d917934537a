"""Writing the audit log, inside the transaction of the move that it records, and verifying its chain.

Entries are numbered one by one behind a lock that is held until the transaction ends (``db.serialise``): on PostgreSQL
this queues writers for the length of one short transaction, which is the price of a chain without gaps.
"""

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.audit.events import EVENTS
from advnet.audit.model import AuditEntry
from advnet.db import serialise

GENESIS = "0" * 64


class Subject(Protocol):
    """Any row with a table name and a number."""

    __tablename__: Any
    id: Any


@dataclass(frozen=True)
class ChainBreak:
    """The first entry at which the chain does not hold."""

    number: int
    what: str


def record(
    session: Session,
    *,
    actor: Actor,
    event: str,
    subject: Subject,
    now: datetime,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry. It stands exactly when the transaction of ``session`` is committed.

    :param event: one of :data:`advnet.audit.events.EVENTS`, such as ``consultation:opened``
    :param subject: the row that was changed; it is flushed first, so that it has its number
    :param reason: the person's own words where a move asks for them
    :param detail: JSON-ready facts; never text of consultations, answers or advice, never secrets
    :raises ValueError: nobody could read the event: it has no words
    """
    if event not in EVENTS:
        raise ValueError(f"{event!r} is no event of advnet.audit.events")
    session.flush()
    serialise(session, "audit")
    last = session.execute(
        sa.select(AuditEntry.number, AuditEntry.digest).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=now,
        event=event,
        actor_id=actor.user_id,
        actor_name=actor.name,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        reason=reason,
        detail=detail or {},
        previous_digest=last.digest if last else GENESIS,
    )
    entry.digest = digest_of(entry)
    session.add(entry)
    session.flush()
    return entry


def digest_of(entry: AuditEntry) -> str:
    """SHA-256, as hexadecimal, over the entry's canonical JSON and the digest before it."""
    content = [
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.event,
        entry.actor_id,
        entry.actor_name,
        entry.subject_type,
        entry.subject_id,
        entry.reason,
        entry.detail,
        entry.previous_digest,
    ]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def verify_chain(session: Session) -> ChainBreak | None:
    """The first break of the chain, or None when every entry holds. Reads the log in order, a thousand at a time."""
    expected_number, previous = 1, GENESIS
    query = sa.select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000)
    with closing(session.scalars(query)) as entries:
        for entry in entries:
            if entry.number != expected_number:
                return ChainBreak(expected_number, "missing")
            if entry.previous_digest != previous or entry.digest != digest_of(entry):
                return ChainBreak(entry.number, "changed")
            expected_number, previous = entry.number + 1, entry.digest
    return None
