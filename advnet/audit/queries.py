"""Every select of the audit log. It is read by who holds ``audit:read`` and by nobody else.

What is read is not the row but a bundle of its columns, in which a reason stands only where ``events.py`` leaves it
open: the words of a consultation or an answer do not reach a page, an export or a snippet by way of the log.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Bundle, Session

from advnet.accounts.model import Actor
from advnet.audit.events import REASON_IS_OPEN
from advnet.audit.model import AuditEntry
from advnet.audit.service import GENESIS
from advnet.paging import Page, paged
from advnet.permissions import Permission, require


def count_entries(session: Session, *, actor: Actor) -> tuple[int, str]:
    """How many entries there are, and the digest of the last (zeros for an empty log)."""
    require(Permission.AUDIT_READ, actor)
    last = session.execute(
        sa.select(AuditEntry.number, AuditEntry.digest).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    count = session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0
    return count, last.digest if last else GENESIS


def list_entries(
    session: Session,
    *,
    actor: Actor,
    event: str = "",
    subject_type: str = "",
    subject_id: int | None = None,
    who: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    number: int = 1,
) -> Page[Any]:
    """Entries as :func:`selection` gives them, newest first.

    :param event: the whole event (``consultation:opened``) or its noun (``consultation``)
    :param who: part of the name of who acted, whatever its case
    :param since: from this moment on
    :param until: before this moment
    """
    query = selection(
        actor=actor,
        event=event,
        subject_type=subject_type,
        subject_id=subject_id,
        who=who,
        since=since,
        until=until,
    )
    return paged(session, query, number=number)


def selection(
    *,
    actor: Actor,
    event: str = "",
    subject_type: str = "",
    subject_id: int | None = None,
    who: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> sa.Select[Any]:
    """The select behind :func:`list_entries`, for who reads it in one go.

    A row has the columns of :class:`AuditEntry` but for ``previous_digest``; ``reason`` is None where it is withheld,
    and ``has_reason`` says whether one was given.
    """
    require(Permission.AUDIT_READ, actor)
    query = sa.select(_readable()).order_by(AuditEntry.number.desc())
    if event:
        query = query.where(sa.or_(AuditEntry.event == event, _has_noun(event)))
    if subject_type:
        query = query.where(AuditEntry.subject_type == subject_type)
    if subject_id is not None:
        query = query.where(AuditEntry.subject_id == subject_id)
    if who:
        query = query.where(AuditEntry.actor_name.icontains(who, autoescape=True))
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    if until is not None:
        query = query.where(AuditEntry.at < until)
    return query


def list_kinds(session: Session, *, actor: Actor) -> tuple[list[str], list[str]]:
    """The events and the subjects that occur, each in alphabetical order."""
    require(Permission.AUDIT_READ, actor)
    events = session.scalars(sa.select(AuditEntry.event).distinct().order_by(AuditEntry.event))
    subjects = session.scalars(sa.select(AuditEntry.subject_type).distinct().order_by(AuditEntry.subject_type))
    return list(events), list(subjects)


def _has_noun(noun: str) -> sa.ColumnElement[bool]:
    return AuditEntry.event.startswith(f"{noun}:", autoescape=True)


def _readable() -> Bundle[Any]:
    is_open = sa.or_(*(_has_noun(noun) for noun in sorted(REASON_IS_OPEN)))
    return Bundle(
        "entry",
        AuditEntry.number,
        AuditEntry.at,
        AuditEntry.event,
        AuditEntry.actor_id,
        AuditEntry.actor_name,
        AuditEntry.subject_type,
        AuditEntry.subject_id,
        sa.case((is_open, AuditEntry.reason)).label("reason"),
        AuditEntry.reason.is_not(None).label("has_reason"),
        AuditEntry.detail,
        AuditEntry.digest,
    )
