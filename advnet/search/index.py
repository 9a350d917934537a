"""The index as the rest of the program sees it."""

import contextlib
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from advnet.search.documents import (
    Change,
    Evidence,
    ExpertDocument,
    FindResult,
    IndexCounts,
    MatchQuestion,
    Meanings,
    Snippets,
)
from advnet.search.errors import IndexUnusable, unusable_on_error
from advnet.search.finding import hits, snippets, suggestions
from advnet.search.ranking import Hit
from advnet.search.scoring import comparing
from advnet.search.scoring.comparing import Setting
from advnet.search.scoring.formula import Asked
from advnet.search.scoring.meaning import meaning_of
from advnet.search.scoring.reasons import Matching, Meaning
from advnet.search.scoring.weighing import learned_weights
from advnet.search.storage import writing
from advnet.search.storage.cache import Cache
from advnet.search.storage.folder import Generation, IndexFolder
from advnet.search.storage.segments import Segment
from advnet.search.storage.snapshot import Snapshot
from advnet.search.storage.writing import Newer
from advnet.search.vectors import DenseEvidence, VectorCounts
from advnet.search.vectors.filling import SLICE_SECONDS

Answer = TypeVar("Answer")

_TRIES = 5


class ExpertIndex:
    """Experts and their works, findable. One instance may be shared by all threads of a process.

    Making an instance touches no file. Every method that reads raises :exc:`IndexUnusable` while there is no index that
    it can read, and answers again by itself as soon as another process has (re)built one.
    """

    def __init__(
        self,
        folder: Path,
        *,
        cache_bytes: int = 256 * 2**20,
        dense: DenseEvidence | None = None,
        half_life_years: float | None = None,
    ) -> None:
        """:param folder: belongs to the service user alone; :param cache_bytes: bound of the postings kept in memory
        :param dense: None: there are words alone
        :param half_life_years: after which a work counts half; None: its age does not matter
        """
        self._half_life_years = half_life_years
        self.dense = dense
        self._folder = IndexFolder(folder)
        self._cache = Cache(cache_bytes)
        self._segments: dict[str, Segment] = {}
        self._sound: set[str] = set()
        self._lock = threading.Lock()
        self._generation: Generation | None = None
        self._opened: _Opened | None = None

    def reached(self) -> int:
        """The number of the change log up to which the index holds everything.

        :raises IndexUnusable: so that the worker rebuilds
        """
        return self._read(lambda snapshot: snapshot.reached)

    def apply(self, changes: Iterable[Change], *, reached: int) -> None:
        """Carry out the changes and remember ``reached``, in one commit: afterwards both hold, or neither.

        The same changes again leave the index as it is. Only the last change of an expert counts. Vectors of texts that
        nobody has any more are dropped from where they are kept.

        :raises IndexUnusable: nothing to apply them to; rebuild
        :raises IndexBusy: another process writes; nothing is changed
        """
        changes = list(changes)
        had = self._text_keys({change.id for change in changes})
        writing.apply(self._folder, changes, reached=reached, dense=self.dense)
        if self.dense is not None and had:
            dense = self.dense
            with contextlib.suppress(IndexUnusable):  # whoever reads it next finds that out
                self._read(lambda snapshot: dense.forget_gone(had, snapshot.parts))

    def rebuild(
        self,
        documents: Iterable[ExpertDocument],
        *,
        reached: int,
        newer: Newer | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """Build a new index aside and put it in place of the old one, which answers and is written to until then.

        :param reached: the number of the change log read *before* the first document was
        :param newer: asked for what has changed since, so that nothing that the old index held by then is missing
        :param progress: called with the number of experts done so far
        :returns: the number that the new index has reached
        :raises IndexBusy: another process rebuilds, or does not stop writing; nothing is changed
        :raises ValueError: the same expert came twice; nothing is changed
        """
        return writing.rebuild(
            self._folder, documents, reached=reached, newer=newer, progress=progress, dense=self.dense
        )

    def mend(self) -> bool:
        """Make anew the files derived from a segment that are missing, damaged or of another version: for the worker.

        Nothing depends on them but speed. Each is read through once in the life of this instance, and then no more. A
        large segment takes some seconds, so a call does one.

        :returns: whether there were any; ask again
        :raises IndexUnusable: there is nothing to derive them from
        :raises IndexBusy: another process writes; nothing is changed
        """
        snapshot = self._read(lambda snapshot: snapshot)
        self._sound &= snapshot.segment_ids
        for segment in (part.segment for part in snapshot.parts):
            kinds = segment.missing
            if not kinds and segment.id not in self._sound:
                kinds = segment.unsound()
                if not kinds:
                    self._sound.add(segment.id)
            if kinds:
                return writing.mend(self._folder, segment.id, kinds)
        return False

    def fill_vectors(self, *, seconds: float = SLICE_SECONDS) -> bool:
        """Give units their vectors, for so long at most: for the worker, in one thread. True when some were missing.

        :raises IndexUnusable: there are no units
        :raises EmbeddingError: the model does not answer now; for a while the next calls do nothing
        :raises sqlite3.Error: the store of vectors cannot be used now
        """
        if self.dense is None:
            return False
        snapshot = self._read(lambda snapshot: snapshot)
        generation = self._folder.current()
        return self.dense.filler.fill(snapshot.parts, generation=generation, seconds=seconds)

    def vector_counts(self) -> VectorCounts | None:
        """How many units have their vector; None without dense evidence."""
        dense = self.dense
        return None if dense is None else self._read(lambda snapshot: dense.counts(snapshot.parts))

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

        meaning = self._meaning(question)

        def answer(snapshot: Snapshot) -> list[Evidence]:
            found = self._matching(snapshot, question, meaning, candidates=candidates, limit=limit)
            return found.explain(found.hits)

        return self._read(answer)

    def scores(self, question: MatchQuestion, *, candidates: Collection[str] | None = None) -> list[Hit]:
        """The same order and scores as :meth:`match`, of all experts with any evidence, without the reasons."""
        meaning = self._meaning(question)

        def answer(snapshot: Snapshot) -> list[Hit]:
            asked = Asked(snapshot, question, meaning=lambda: meaning(snapshot), half_life_years=self._half_life_years)
            return asked.ranked(candidates=candidates)[:]

        return self._read(answer)

    def evidence(
        self, question: MatchQuestion, *, settings: Sequence[Setting]
    ) -> tuple[list[str], NDArray[np.float64]]:
        """What there is for a question under other weights than the learned ones, so that they can be learned.

        :returns: expert ids, and S of :mod:`~advnet.search.scoring.formula` (settings × experts)
        :raises EmbeddingError: the question has no vector now, and a setting asks for its meaning
        """
        asked = comparing.vector_for(question, self.dense, settings)
        return self._read(lambda snapshot: comparing.evidence(snapshot, question, asked, settings))

    @contextlib.contextmanager
    def matching(self, question: MatchQuestion) -> Iterator[Matching]:
        """Who fits a question, for a caller who looks at some of the hits and then wants the reasons of a few.

        Both come of one reading of the question and of one generation of the index, held while the block runs.
        """
        meaning = self._meaning(question)
        yield self._read(lambda snapshot: self._matching(snapshot, question, meaning))

    def find(
        self,
        text: str,
        *,
        limit: int | None = None,
        candidates: Collection[str] | None = None,
        meanings: Meanings | None = None,
    ) -> FindResult:
        """Experts whose profile and works hold every word of the text.

        ``"a phrase"``, ``-without`` and ``prefix*`` are understood; anything else is plain text. At most 200 characters
        and 12 terms are read, the rest is returned as ignored.

        :param meanings: what words stand for, beside themselves
        :raises SearchTimeout: nothing is returned
        """
        return self._read(
            lambda snapshot: hits.find(snapshot, text, limit=limit, candidates=candidates, meanings=meanings)
        )

    def snippets(
        self, text: str, expert_ids: Sequence[str], *, per_expert: int = 3, meanings: Meanings | None = None
    ) -> Snippets:
        """For hits of :meth:`find` with the same text: where they matched, at most ``per_expert`` places each, so that
        as many of the words as can be are seen."""
        return self._read(
            lambda snapshot: snippets.snippets(snapshot, text, expert_ids, per_expert=per_expert, meanings=meanings)
        )

    @staticmethod
    def marked(text: str, asked: str) -> tuple[tuple[int, int], ...]:
        """Where words of a query stand in a text, as in :class:`Snippet`."""
        return snippets.marked(text, asked)

    def suggest(self, text: str, *, few: int = 0) -> tuple[str, ...]:
        """Up to three corrected texts that would find more, best first; none when more than ``few`` were found."""
        return self._read(lambda snapshot: suggestions.suggest(snapshot, text, few=few))

    def close(self) -> None:
        """Give the files back. The instance can be used again afterwards, and opens them again."""
        with self._lock:
            self._generation = self._opened = None
            self._cache.forget(self._segments)
            self._segments = {}
        if self.dense is not None:
            self.dense.close()

    def _text_keys(self, expert_ids: Collection[str]) -> set[bytes]:
        """Of the texts of these experts that have vectors, or wait for one."""
        dense = self.dense
        if dense is None:
            return set()

        def answer(snapshot: Snapshot) -> set[bytes]:
            blocks = snapshot.blocks.of(expert_ids)
            documents = [number for block in blocks.tolist() for number in snapshot.documents_of(block)]
            return dense.keys_of(snapshot.parts, documents)

        return self._read(answer)

    def _matching(self, snapshot: Snapshot, question: MatchQuestion, meaning: Meaning, **options: Any) -> Matching:
        return Matching(snapshot, question, meaning=meaning, half_life_years=self._half_life_years, **options)

    def _meaning(self, question: MatchQuestion) -> Meaning:
        """Of the question in any generation; its vector is begun now, and waited for when it is asked for."""
        if self.dense is None:
            return lambda _snapshot: None
        asked = self.dense.begin_question(question)
        return lambda snapshot: meaning_of(asked(), snapshot, weights=learned_weights())

    def _counted(self, snapshot: Snapshot) -> IndexCounts:
        return IndexCounts(
            experts=len(snapshot.blocks),
            works=int((snapshot.is_work & snapshot.is_live).sum()),
            reached=snapshot.reached,
            folder_bytes=self._folder.size(),
            segments=len(snapshot.segment_ids),
        )

    def _read(self, answer: Callable[[Snapshot], Answer]) -> Answer:
        """Ask the latest generation; should that fail, once more with everything opened anew."""
        try:
            return answer(self._latest())
        except IndexUnusable:
            self.close()
        return answer(self._latest())

    def _latest(self) -> Snapshot:
        with self._lock, unusable_on_error():
            name = self._folder.current()
            if self._generation is None or self._generation.path.name != name:
                self._generation, self._opened = self._folder.generation(name), None
            if self._generation.may_have_changed() or self._opened is None:
                before, self._opened = self._opened, None
                self._opened = self._open(self._generation, before)
            return self._opened.snapshot

    def _open(self, generation: Generation, before: "_Opened | None") -> "_Opened":
        """The last commit; once more where a writer removed its files just then."""
        for _ in range(_TRIES - 1):
            with contextlib.suppress(FileNotFoundError):
                return self._open_commit(generation, before)
        return self._open_commit(generation, before)

    def _open_commit(self, generation: Generation, before: "_Opened | None") -> "_Opened":
        number, listed = generation.committed()
        known = {segment_id: one for segment_id, one in self._segments.items() if not one.has_other_files()}
        if before is not None and before.number == number and len(known) == len(self._segments):
            return before
        segments = []
        for one in listed:
            segment_id = one.segment_id()
            if segment_id not in known:
                known[segment_id] = Segment(generation.path, one)
            segments.append((known[segment_id], np.fromiter(one.deleted_docs(), dtype=np.int64)))
        snapshot = Snapshot(segments, cache=self._cache)
        gone = self._segments.keys() - snapshot.segment_ids
        self._segments = {segment.id: segment for segment, _ in segments}
        self._cache.forget(gone)
        return _Opened(number, snapshot)


class _Opened(NamedTuple):
    """:param number: of the commit"""

    number: int
    snapshot: Snapshot
