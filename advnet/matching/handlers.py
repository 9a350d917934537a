"""Keeping the index at the heels of the database.

The database keeps a change log: numbered rows, each naming an expert, written in the transaction of the change itself.
The index keeps, in its own commit, the number up to which it holds everything. So there is nothing to remember in
between: whatever was killed, whenever, the next round reads from the index itself where it truly is and goes on there.
A change that is applied twice leaves the index as it was. The documents are read *after* the numbers that they belong
to, so they may be newer than their number, never older; what they are ahead, a later number brings again.
"""

import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy.orm import Session

from advnet.db import Database
from advnet.jobs.queries import last_change_number, list_changes_after
from advnet.matching.documents import iterate_documents, load_documents
from advnet.matching.queries import list_looking_for_experts, list_versions_looking_for_experts
from advnet.matching.topics import question_of
from advnet.search import Change, EmbeddingError, ExpertDeletion, ExpertIndex, IndexBusy, IndexUnusable

BATCH = 500
AGAIN_SECONDS = 60.0
"""How often the questions of consultations are read again though none of them has changed: the vocabulary may have."""

log = structlog.get_logger()


class IndexFollower:
    """Called by the worker in every round; brings the index one batch of changes further, or builds it anew."""

    def __init__(self, database: Database, index: ExpertIndex, *, batch: int = BATCH) -> None:
        """:param batch: how many rows of the change log go into one commit of the index"""
        self.database = database
        self.index = index
        self.batch = batch

    def __call__(self) -> bool:
        """True when the index was changed, so that the caller asks again at once."""
        try:
            return self._follow(self.index.reached()) or self._mend()
        except IndexUnusable as error:
            log.info("index_rebuilding", reason=str(error))
        except IndexBusy:
            return False
        return self._rebuild()

    def _follow(self, reached: int) -> bool:
        with self.database.reading() as session:
            numbers = list_changes_after(session, number=reached, limit=self.batch)
            if not numbers:
                if reached > last_change_number(session):
                    raise IndexUnusable("The index is ahead of the database: an older database was put in its place.")
                return False
            changes = load_changes(session, {row.expert_id for row in numbers})
        self.index.apply(changes, reached=numbers[-1].number)
        log.info("index_followed", reached=numbers[-1].number, experts=len(changes))
        return True

    def _mend(self) -> bool:
        if not self.index.mend():
            return False
        log.info("index_mended")
        return True

    def _rebuild(self) -> bool:
        try:
            rebuild_index(self.database, self.index)
        except IndexBusy:
            return False
        return True


class VectorFollower:
    """Called by the worker in every round; gives a few of the units that have none their vectors.

    The index never waits for it. What it cannot do now (no model, a server that is away) it tries again by itself, in
    longer and longer intervals; matching goes on by words alone meanwhile.
    """

    def __init__(self, index: ExpertIndex) -> None:
        self.index = index
        self._told: str | None = None

    def __call__(self) -> bool:
        """True when there was something to do, so that the caller asks again at once."""
        try:
            filled = self.index.fill_vectors()
        except IndexUnusable:
            return False
        except EmbeddingError as error:
            self._tell(error.reason, str(error))
            return False
        except sqlite3.Error as error:
            self._tell("store", type(error).__name__)
            return False
        if filled:
            self._told = None
        return filled

    def _tell(self, reason: str, error: str) -> None:
        """Once, until it is another reason or none."""
        if self._told != reason:
            log.warning("vectors_not_made", reason=reason, error=error)
        self._told = reason


class QuestionFollower:
    """Called by the worker in every round; has the vectors of what experts are being sought for ready before the page
    of candidates asks for them, and forgets them when nobody is sought any more.

    So the page does not wait for a model, and web processes seldom have to load one.
    """

    def __init__(
        self,
        database: Database,
        index: ExpertIndex,
        *,
        now: Callable[[], datetime],
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self.database = database
        self.index = index
        self.now = now
        self.again_seconds = again_seconds
        self._done: _Done | None = None
        self._told: str | None = None

    def __call__(self) -> bool:
        """True when there is more to do, so that the caller asks again at once."""
        dense = self.index.dense
        if dense is None:
            return False
        with self.database.reading() as session:
            versions = list_versions_looking_for_experts(session)
            if self._done and self._done.versions == versions and time.monotonic() < self._done.good_until:
                return False
            asked_at = self.now()
            questions = [
                question_of(session, consultation=consultation, now=asked_at)
                for consultation in list_looking_for_experts(session)
            ]
        try:
            is_left = dense.keep_questions(questions)
        except (EmbeddingError, sqlite3.Error) as error:
            reason = error.reason if isinstance(error, EmbeddingError) else "store"
            if self._told != reason:
                log.warning("question_vectors_not_made", reason=reason, error=type(error).__name__)
            self._told, is_left = reason, False
        else:
            self._told = None
        self._done = None if is_left else _Done(versions, time.monotonic() + self.again_seconds)
        return is_left


class _Done(NamedTuple):
    """What was last read, and until when that is good enough while no version changes."""

    versions: list[tuple[int, int, datetime]]
    good_until: float


def rebuild_index(database: Database, index: ExpertIndex, *, progress: Callable[[int], None] | None = None) -> int:
    """Build the index anew from the database and put it in place of the old one, which answers until then.

    The old one goes on following changes meanwhile; the new one catches up with it before it takes its place.

    :param progress: called with the number of experts done so far
    :returns: the number of the change log that the new index has reached
    :raises IndexBusy: another process builds the index anew; nothing is changed
    """

    def newer(number: int) -> tuple[list[Change], int] | None:
        with database.reading() as session:
            found = list_changes_after(session, number=number, limit=BATCH)
            return (load_changes(session, {row.expert_id for row in found}), found[-1].number) if found else None

    with database.reading() as session:
        documents = iterate_documents(session)
        reached = index.rebuild(documents, reached=last_change_number(session), newer=newer, progress=progress)
    log.info("index_rebuilt", reached=reached)
    return reached


def load_changes(session: Session, expert_ids: set[int]) -> list[Change]:
    """What the index has to hold about these experts now: a document, or nothing for those who are not to be found."""
    documents = load_documents(session, expert_ids)
    return [documents.get(expert_id) or ExpertDeletion(str(expert_id)) for expert_id in sorted(expert_ids)]
