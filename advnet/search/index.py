"""The index as the rest of the program sees it."""

import contextlib
import threading
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from whoosh.index import FileIndex

from advnet.search import finding, snippets, suggestions, writing
from advnet.search.cache import Cache
from advnet.search.documents import (
    Change,
    Evidence,
    ExpertDocument,
    FindResult,
    IndexCounts,
    MatchQuestion,
    Snippets,
)
from advnet.search.errors import IndexUnusable, unusable_on_error
from advnet.search.matching import Asked
from advnet.search.ranking import Hit
from advnet.search.reasons import Matching
from advnet.search.snapshot import Segment, Snapshot
from advnet.search.storage import IndexFolder

Answer = TypeVar("Answer")


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
        return self._read(lambda snapshot: snapshot.reached)

    def apply(self, changes: Iterable[Change], *, reached: int) -> None:
        """Carry out the changes and remember ``reached``, in one commit: afterwards both hold, or neither.

        The same changes again leave the index as it is. Only the last change of an expert counts.

        :raises IndexUnusable: nothing to apply them to; rebuild
        :raises IndexBusy: another process writes; nothing is changed
        """
        writing.apply(self._folder, changes, reached=reached)

    def rebuild(
        self, documents: Iterable[ExpertDocument], *, reached: int, progress: Callable[[int], None] | None = None
    ) -> None:
        """Build a new index aside and put it in place of the old one, which answers until then.

        :param reached: the number of the change log read *before* the first document was
        :param progress: called with the number of experts done so far
        :raises IndexBusy: another process writes; nothing is changed
        :raises ValueError: the same expert came twice; nothing is changed
        """
        writing.rebuild(self._folder, documents, reached=reached, progress=progress)

    def counts(self) -> IndexCounts:
        return self._read(self._counted)

    def document_ids(self) -> dict[str, frozenset[str]]:
        """Expert id → ids of the works indexed for them."""
        return self._read(Snapshot.document_ids)

    def match(
        self, question: MatchQuestion, *, limit: int | None = 20, candidates: Collection[str] | None = None
    ) -> list[Evidence]:
        """Experts for a question, best first, those without any evidence left out.

        :param limit: None for all
        :param candidates: only these expert ids
        """

        def answer(snapshot: Snapshot) -> list[Evidence]:
            found = Matching(snapshot, question, candidates=candidates, limit=limit)
            return found.explain(found.hits)

        return self._read(answer)

    def scores(self, question: MatchQuestion, *, candidates: Collection[str] | None = None) -> list[Hit]:
        """The same order and scores as :meth:`match`, of all experts with any evidence, without the reasons."""
        return self._read(lambda snapshot: Asked(snapshot, question).ranked(candidates=candidates)[:])

    @contextlib.contextmanager
    def matching(self, question: MatchQuestion) -> Iterator[Matching]:
        """Who fits a question, for a caller who looks at some of the hits and then wants the reasons of a few.

        Both come of one reading of the question and of one generation of the index, held while the block runs.
        """
        opened, found = self._begin(lambda snapshot: Matching(snapshot, question))
        try:
            yield found
        finally:
            self._release(opened)

    def find(self, text: str, *, limit: int | None = None, candidates: Collection[str] | None = None) -> FindResult:
        """Experts whose profile and works hold every word of the text.

        ``"a phrase"``, ``-without`` and ``prefix*`` are understood; anything else is plain text. At most 200 characters
        and 12 terms are read, the rest is returned as ignored.

        :raises SearchTimeout: nothing is returned
        """
        return self._read(lambda snapshot: finding.find(snapshot, text, limit=limit, candidates=candidates))

    def snippets(self, text: str, expert_ids: Sequence[str], *, per_expert: int = 3) -> Snippets:
        """For hits of :meth:`find` with the same text: where they matched, at most ``per_expert`` places each."""
        return self._read(lambda snapshot: snippets.snippets(snapshot, text, expert_ids, per_expert=per_expert))

    def suggest(self, text: str) -> tuple[str, ...]:
        """Up to three corrected texts that would find something, best first; for when nothing was found."""
        return self._read(lambda snapshot: suggestions.suggest(snapshot, text))

    def close(self) -> None:
        """Give the files back. The instance can be used again afterwards, and opens them again."""
        with self._lock:
            self._retire()

    def _counted(self, snapshot: Snapshot) -> IndexCounts:
        return IndexCounts(
            experts=len(snapshot.blocks),
            works=int((snapshot.is_work & snapshot.is_live).sum()),
            reached=snapshot.reached,
            folder_bytes=self._folder.size(),
            segments=len(snapshot.segment_ids),
        )

    def _read(self, answer: Callable[[Snapshot], Answer]) -> Answer:
        opened, answered = self._begin(answer)
        self._release(opened)
        return answered

    def _begin(self, answer: Callable[[Snapshot], Answer]) -> tuple["_OpenGeneration", Answer]:
        """Ask the latest generation; should that fail, once more: a writer may have removed its files just then.

        :returns: the generation as well, to be released
        """
        try:
            return self._ask(answer)
        except IndexUnusable:
            self.close()
        return self._ask(answer)

    def _ask(self, answer: Callable[[Snapshot], Answer]) -> tuple["_OpenGeneration", Answer]:
        with self._lock, unusable_on_error():
            opened = self._latest()
        try:
            return opened, answer(opened.snapshot)
        except BaseException:
            self._release(opened)
            raise

    def _release(self, opened: "_OpenGeneration") -> None:
        with self._lock:
            opened.users -= 1
            opened.close_when_unused()

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
        with self._folder.opening(generation) as index:
            commit = index.latest_generation()
            snapshot = Snapshot(index.reader(), known=self._segments, cache=self._cache)
            return _OpenGeneration(generation, index, commit, snapshot)

    def _retire(self) -> None:
        if self._open is not None:
            self._open.is_retired = True
            self._open.close_when_unused()
            self._open = None


class _OpenGeneration:
    """A snapshot and how many threads are using it: its files are closed when it is outdated and nobody does."""

    def __init__(self, generation: str, index: FileIndex, commit: int, snapshot: Snapshot) -> None:
        self.generation = generation
        self.snapshot = snapshot
        self.users = 0
        self.is_retired = False
        self._index = index
        self._commit = commit
        self._close = weakref.finalize(self, index.storage.close_files)

    def is_up_to_date(self) -> bool:
        return bool(self._index.latest_generation() == self._commit)

    def close_when_unused(self) -> None:
        if self.is_retired and not self.users:
            self._close()
