"""The index as the rest of the program sees it."""

import contextlib
import errno
import threading
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex
from whoosh.writing import MERGE_SMALL, NO_MERGE

from advnet.search import finding, matching, snippets, suggestions
from advnet.search.documents import (
    Change,
    Evidence,
    ExpertDeletion,
    ExpertDocument,
    FindResult,
    Hit,
    IndexCounts,
    MatchQuestion,
    Snippets,
)
from advnet.search.errors import IndexUnusable, SearchError
from advnet.search.schema import POSITION, AnalysedText, expert_fields, position_fields
from advnet.search.snapshot import Cache, Segment, Snapshot
from advnet.search.storage import IndexFolder

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE)

_SEGMENT_TERMS = 600_000
"""How many terms (each once per field of a document) a rebuild holds in memory before it writes a segment: 200 MB."""


class ExpertIndex:
    """Experts and their works, findable. One instance may be shared by all threads of a process.

    Making an instance touches no file. Every method that reads raises :exc:`IndexUnusable` while there is no index that
    it can read, and answers again by itself as soon as another process has (re)built one.
    """

    def __init__(self, folder: Path, *, cache_bytes: int = 256 * 2**20) -> None:
        """:param folder: belongs to the service user alone; :param cache_bytes: bound of the postings kept in memory"""
        self._folder = IndexFolder(folder)
        self._cache = Cache(cache_bytes)
        self._segments: dict[str, Segment] = {}
        self._lock = threading.Lock()
        self._open: _OpenGeneration | None = None

    def reached(self) -> int:
        """The number of the change log up to which the index holds everything.

        :raises IndexUnusable: so that the worker rebuilds
        """
        with self._reading() as snapshot:
            return snapshot.reached

    def apply(self, changes: Iterable[Change], *, reached: int) -> None:
        """Carry out the changes and remember ``reached``, in one commit: afterwards both hold, or neither.

        The same changes again leave the index as it is. Only the last change of an expert counts.

        :raises IndexUnusable: nothing to apply them to; rebuild
        :raises IndexBusy: another process writes; nothing is changed
        """
        latest = {change.id: change for change in changes}
        added = [fields for change in latest.values() for fields in _fields(change)]
        with self._folder.writing():
            self._folder.clean()
            generation = self._folder.current()
            with _unusable_on_error():
                index = self._folder.open(generation)
                with _committing(index, merge=MERGE_SMALL) as writer:
                    for number in _numbers(writer, latest):
                        writer.delete_document(number)
                    for fields in added:
                        writer.add_document(**fields)
                    writer.add_document(**position_fields(reached))

    def rebuild(
        self, documents: Iterable[ExpertDocument], *, reached: int, progress: Callable[[int], None] | None = None
    ) -> None:
        """Build a new index aside and put it in place of the old one, which answers until then.

        :param reached: the number of the change log read *before* the first document was
        :param progress: called with the number of experts done so far
        :raises IndexBusy: another process writes; nothing is changed
        :raises ValueError: the same expert came twice; nothing is changed
        """
        seen: set[str] = set()
        with self._folder.writing(), self._folder.replacing() as index:
            writer = _writer(index)
            try:
                terms = 0
                for document in documents:
                    if document.id in seen:
                        raise ValueError(f"the expert {document.id!r} came twice")
                    seen.add(document.id)
                    if terms >= _SEGMENT_TERMS:
                        writer.commit(mergetype=NO_MERGE)
                        writer, terms = _writer(index), 0
                    terms += _add(writer, document)
                    if progress:
                        progress(len(seen))
                writer.add_document(**position_fields(reached))
                writer.commit(mergetype=NO_MERGE)
            except BaseException:
                if not writer.is_closed:
                    writer.cancel()
                raise

    def counts(self) -> IndexCounts:
        with self._reading() as snapshot:
            works = int((snapshot.is_work & snapshot.is_live).sum())
            return IndexCounts(
                experts=len(snapshot.blocks),
                works=works,
                reached=snapshot.reached,
                folder_bytes=self._folder.size(),
                segments=len(snapshot.segment_ids),
            )

    def document_ids(self) -> dict[str, frozenset[str]]:
        """Expert id → ids of the works indexed for them."""
        with self._reading() as snapshot:
            return {
                expert_id: frozenset(
                    snapshot.stored(document)["work_id"] for document in snapshot.documents_of(block)[1:]
                )
                for expert_id, block in snapshot.blocks.items()
            }

    def match(
        self, question: MatchQuestion, *, limit: int | None = 20, candidates: Collection[str] | None = None
    ) -> list[Evidence]:
        """Experts for a question, best first, those without any evidence left out.

        :param limit: None for all
        :param candidates: only these expert ids
        """
        with self._reading() as snapshot:
            return matching.match(snapshot, question, limit=limit, candidates=candidates)

    def scores(self, question: MatchQuestion, *, candidates: Collection[str] | None = None) -> list[Hit]:
        """The same order and scores as :meth:`match`, of all experts with any evidence, without the reasons."""
        with self._reading() as snapshot:
            return matching.scores(snapshot, question, candidates=candidates)

    def find(self, text: str, *, limit: int | None = None, candidates: Collection[str] | None = None) -> FindResult:
        """Experts whose profile and works hold every word of the text.

        ``"a phrase"``, ``-without`` and ``prefix*`` are understood; anything else is plain text. At most 200 characters
        and 12 terms are read, the rest is returned as ignored.

        :raises SearchTimeout: nothing is returned
        """
        with self._reading() as snapshot:
            return finding.find(snapshot, text, limit=limit, candidates=candidates)

    def snippets(self, text: str, expert_ids: Sequence[str], *, per_expert: int = 3) -> Snippets:
        """For hits of :meth:`find` with the same text: where they matched, at most ``per_expert`` places each."""
        with self._reading() as snapshot:
            return snippets.snippets(snapshot, text, expert_ids, per_expert=per_expert)

    def suggest(self, text: str) -> tuple[str, ...]:
        """Up to three corrected texts that would find something, best first; for when nothing was found."""
        with self._reading() as snapshot:
            return suggestions.suggest(snapshot, text)

    def close(self) -> None:
        """Give the files back. The instance can be used again afterwards, and opens them again."""
        with self._lock:
            self._retire()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        opened = self._acquire()
        try:
            yield opened.snapshot
        finally:
            with self._lock:
                opened.users -= 1
                opened.close_when_unused()

    def _acquire(self) -> "_OpenGeneration":
        with self._lock, _unusable_on_error():
            try:
                return self._latest()
            except FileNotFoundError:  # another process committed or swapped just then
                return self._latest()

    def _latest(self) -> "_OpenGeneration":
        generation = self._folder.current()
        if self._open is None or self._open.generation != generation or not self._open.is_up_to_date():
            fresh = self._opened(generation)
            self._retire()
            self._open = fresh
            gone = self._segments.keys() - fresh.snapshot.segment_ids
            self._cache.forget(gone)
            for segment_id in gone:
                del self._segments[segment_id]
        self._open.users += 1
        return self._open

    def _opened(self, generation: str) -> "_OpenGeneration":
        index = self._folder.open(generation)
        commit = index.latest_generation()
        reader = index.reader()
        try:
            snapshot = Snapshot(reader, known=self._segments, cache=self._cache)
        except BaseException:
            reader.close()
            raise
        return _OpenGeneration(generation, index, commit, snapshot, reader)

    def _retire(self) -> None:
        if self._open is not None:
            self._open.is_retired = True
            self._open.close_when_unused()
            self._open = None


class _OpenGeneration:
    """A snapshot and how many threads are using it: its files are closed when it is outdated and nobody does."""

    def __init__(self, generation: str, index: FileIndex, commit: int, snapshot: Snapshot, reader: Any) -> None:
        self.generation = generation
        self.snapshot = snapshot
        self.users = 0
        self.is_retired = False
        self._index = index
        self._commit = commit
        self._close = weakref.finalize(self, reader.close)

    def is_up_to_date(self) -> bool:
        return bool(self._index.latest_generation() == self._commit)

    def close_when_unused(self) -> None:
        if self.is_retired and not self.users:
            self._close()


@contextlib.contextmanager
def _unusable_on_error() -> Iterator[None]:
    """Whatever goes wrong with files of unknown state means one thing: rebuild."""
    try:
        yield
    except SearchError:
        raise
    except OSError as error:
        if error.errno in _FULL:  # a new index would not fit either
            raise
        raise IndexUnusable(f"the index cannot be read: {error!r}") from error
    except Exception as error:
        raise IndexUnusable(f"the index cannot be read: {error!r}") from error


@contextlib.contextmanager
def _committing(index: FileIndex, *, merge: Any) -> Iterator[Any]:
    writer = _writer(index)
    try:
        yield writer
        writer.commit(mergetype=merge)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def _writer(index: FileIndex) -> Any:
    return index.writer(limitmb=512, compound=False)


def _add(writer: Any, expert: ExpertDocument) -> int:
    """Add the documents of an expert. :returns: how many terms that were"""
    terms = 0
    for fields in expert_fields(expert):
        writer.add_document(**fields)
        terms += sum(len(value.positions) for value in fields.values() if isinstance(value, AnalysedText))
    return terms


def _fields(change: Change) -> Iterator[dict[str, Any]]:
    return iter(()) if isinstance(change, ExpertDeletion) else expert_fields(change)


def _numbers(writer: Any, expert_ids: Iterable[str]) -> list[int]:
    """The documents of these experts, and the one that carries the position."""
    with contextlib.closing(writer.reader()) as reader:
        keys = [("kind", POSITION), *(("expert_id", expert_id) for expert_id in expert_ids)]
        return [number for key in keys if key in reader for number in reader.postings(*key).all_ids()]
