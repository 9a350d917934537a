"""Many experts from a file into the database at once.

Whoever imports vouches for the people: that they agreed to be in the Network and, with ``approve``, that they were
vetted; both happened outside. Without ``approve`` each new expert stands in the vetting queue like anybody who applied.
All happens in one transaction, with one statement for many rows. The same import again changes the same experts, since
a row's ``id`` is kept and found again. The file speaks for a profile as long as nobody else does: an expert who has an
account keeps the profile as it is, and so does one whose registration was rejected. Works that were not imported stay.

A skill that the vocabulary does not know is no reason to refuse a file: it goes into the biography, where it is found,
and is named in the summary with the words that come nearest.

The audit log has one entry for the import: the file's name and SHA-256, the counts, and the numbers of the experts, so
that it can be told of each whether, when and by which file. An entry for each expert would say nothing more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.audit.service import record
from advnet.db import serialise
from advnet.experts.importing.batches import Batches, ImportSummary
from advnet.experts.importing.rows import ExpertRow
from advnet.experts.importing.skills import SkillFinder
from advnet.experts.model import Expert
from advnet.jobs.service import note_index_changes
from advnet.permissions import Permission, require

BATCH = 500

Progress = Callable[[int], None]
"""Called with the number of rows done since the last call."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file that is imported, as the audit log names it."""

    name: str
    sha256: str


def import_experts(
    session: Session,
    *,
    actor: Actor,
    rows: Sequence[ExpertRow],
    approve: bool,
    source: Source,
    now: datetime,
    progress: Progress | None = None,
) -> ImportSummary:
    """Every row is an expert with its ``id`` as ``external_id``; findable when approved.

    :param rows: checked, each ``id`` once
    :param approve: new experts, and those of earlier imports who still wait, are active for a year
    """
    require(Permission.EXPERT_IMPORT, actor)
    session.flush()
    serialise(session, "experts:import")
    batches = Batches(session, SkillFinder(session), approve, now)
    for begin in range(0, len(rows), BATCH):
        batch = rows[begin : begin + BATCH]
        batches.take(batch)
        if progress is not None:
            progress(len(batch))
    summary = batches.summary
    note_index_changes(session, expert_ids=batches.findable, now=now)
    session.expire_all()
    detail = {
        "file": source.name,
        "sha256": source.sha256,
        "rows": len(rows),
        "added": summary.added,
        "updated": summary.updated,
        "kept": len(summary.kept),
        "approved": summary.approved,
        "works": summary.works,
        "expert_ids": _ranges(summary.expert_ids),
    }
    record(session, actor=actor, event="experts:imported", subject=AllExperts(), detail=detail, now=now)
    return summary


@dataclass
class AllExperts:
    """The subject of what is done to many experts at once."""

    __tablename__ = Expert.__tablename__
    id: int = 0


def _ranges(numbers: Sequence[int]) -> list[list[int]]:
    """First and last of every unbroken stretch."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges
