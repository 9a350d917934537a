"""One generation of the index, as arrays.

Whoosh walks postings one by one in Python, which is hopeless for a question of eighty words. Here a term's postings are
read from Whoosh once and kept as numpy arrays; scoring and searching are then array arithmetic over all documents, and
exact. Segments never change once written, so what was read of a segment serves every later generation that still
contains it; only which documents are deleted is looked up anew. (An impact matrix kept on disk could answer
:meth:`Snapshot.impacts` without reading Whoosh at all.)

The documents of an expert stand one after the other, profile first: a block. Everything per expert is per block.
"""

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import TermNotFound

from advnet.search.errors import IndexUnusable
from advnet.search.schema import MATCHED_FIELDS, POSITION, PROFILE, WORK, read_head

Documents = NDArray[np.int32]
"""Document numbers, ascending."""

Values = NDArray[np.float32]


class Postings(NamedTuple):
    """Where a term stands in a field.

    :param frequencies: times per document
    :param positions: of the first document, then of the second, …, as many for each as its frequency
    """

    documents: Documents
    frequencies: NDArray[np.int32]
    positions: NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """What every search needs of a segment, read once.

    :param norms: per document, the length of its vector of impacts
    :param starts: numbers of the profile documents, ascending
    :param expert_ids: of the profile documents
    """

    size: int
    norms: Values
    is_work: NDArray[np.bool_]
    starts: Documents
    expert_ids: tuple[str, ...]
    position_documents: tuple[int, ...]


class Cache:
    """The arrays last used, up to a number of bytes. Shared by all generations and threads."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.used_bytes = 0
        self._kept: OrderedDict[tuple[str, ...], tuple[NDArray[Any], ...]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...]) -> tuple[NDArray[Any], ...] | None:
        with self._lock:
            arrays = self._kept.get(key)
            if arrays is not None:
                self._kept.move_to_end(key)
            return arrays

    def put(self, key: tuple[str, ...], arrays: tuple[NDArray[Any], ...]) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = arrays
            self.used_bytes += _bytes(arrays)
            while self.used_bytes > self.limit_bytes and len(self._kept) > 1:
                self.used_bytes -= _bytes(self._kept.popitem(last=False)[1])

    def forget(self, segment_ids: Iterable[str]) -> None:
        """Drop what was read of segments that are no more."""
        gone = set(segment_ids)
        with self._lock:
            for key in [key for key in self._kept if key[0] in gone]:
                self.used_bytes -= _bytes(self._kept.pop(key))


class Snapshot:
    """All documents of one generation, numbered from 0 across its segments.

    Any thread may ask it at any time: the Whoosh reader behind it is used by one thread at a time, and what it gave is
    never changed afterwards.

    :param reader: of the whole generation; who opened it closes it
    :param known: segments read before, by id; the ones read here are added
    """

    def __init__(self, reader: Any, *, known: dict[str, Segment], cache: Cache) -> None:
        self._reader = reader
        self._reading = threading.Lock()
        self._cache = cache
        self._parts: list[tuple[str, Any, int]] = []
        segments: list[Segment] = []
        base = 0
        for leaf, _ in reader.leaf_readers():
            segment_id = leaf.segment().segment_id()
            if segment_id not in known:
                known[segment_id] = read_segment(leaf)
            self._parts.append((segment_id, leaf, base))
            segments.append(known[segment_id])
            base += segments[-1].size
        bases = [part[2] for part in self._parts]
        self.size = base
        self.is_live = np.ones(base, dtype=bool)
        for (_, leaf, start), segment in zip(self._parts, segments, strict=True):
            self.is_live[[start + number for number in leaf.segment().deleted_docs()]] = False
            leaf.stored_fields(segment.size - 1)  # opens the file, which a later commit may delete
        self.reached = self._read_reached(segments, bases)
        self.norms = np.concatenate([segment.norms for segment in segments])
        self.is_work = np.concatenate([segment.is_work for segment in segments])
        self.starts = np.concatenate([segment.starts + start for segment, start in zip(segments, bases, strict=True)])
        self.expert_ids = [expert_id for segment in segments for expert_id in segment.expert_ids]
        self.block_of = np.cumsum(np.bincount(self.starts, minlength=base), dtype=np.int32) - 1
        self.block_is_live = self.is_live[self.starts]
        self.blocks = {expert_id: block for block, expert_id in enumerate(self.expert_ids) if self.block_is_live[block]}
        self.live_documents = int(self.is_live.sum()) - 1
        self._whole = bool(self.is_live.all())

    @property
    def segment_ids(self) -> set[str]:
        return {segment_id for segment_id, _, _ in self._parts}

    def documents_of(self, block: int) -> range:
        """The profile document of an expert, then the works."""
        start = int(self.starts[block])
        end = start + 1
        while end < self.size and self.is_work[end]:
            end += 1
        return range(start, end)

    def stored(self, document: int) -> dict[str, Any]:
        """The fields of a document as they were given."""
        _, leaf, base = next(part for part in reversed(self._parts) if part[2] <= document)
        with self._whoosh():
            return dict(leaf.stored_fields(document - base))

    def impacts(self, term: str) -> tuple[Documents, Values]:
        """The live documents that speak of a term, in any field that counts in matching, and how much each does.

        The value is (1 + ln f) / norm, f counting all those fields: the term's part of the document's unit vector.
        """
        documents, values = [], []
        for segment_id, leaf, base in self._parts:
            key = (segment_id, term)
            found = self._cache.get(key)
            if found is None:
                found = self._read_impacts(leaf, term, base)
                self._cache.put(key, found)
            if len(found[0]):
                documents.append(found[0] + np.int32(base))
                values.append(found[1])
        if not documents:
            return _NO_DOCUMENTS, _NO_VALUES
        which, values_ = np.concatenate(documents), np.concatenate(values)
        if self._whole:
            return which, values_
        kept = self.is_live[which]
        return which[kept], values_[kept]

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands in a field, deleted documents included: see :attr:`is_live`."""
        parts = []
        for segment_id, leaf, base in self._parts:
            key = (segment_id, field, term)
            found = self._cache.get(key)
            if found is None:
                found = self._read_postings(leaf, field, term)
                self._cache.put(key, found)
            if len(found[0]):
                parts.append((found[0] + np.int32(base), found[1], found[2]))
        if not parts:
            return Postings(_NO_DOCUMENTS, _NO_DOCUMENTS, _NO_POSITIONS)
        return Postings(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))

    def terms_starting(self, field: str, prefix: str, *, limit: int) -> list[str]:
        """Terms of a field in order of letters, at most ``limit`` of them."""
        found: list[str] = []
        with self._whoosh():
            for term in self._reader.expand_prefix(field, prefix):
                if len(found) >= limit:
                    break
                found.append(term.decode() if isinstance(term, bytes) else term)
        return found

    def terms_like(self, field: str, word: str, *, edits: int, same_start: int) -> list[str]:
        """Terms of a field at most so many letters changed, added or left out away from a word."""
        with self._whoosh():
            return list(self._reader.terms_within(field, word, edits, prefix=same_start))

    @contextlib.contextmanager
    def _whoosh(self) -> Iterator[None]:
        """One thread at a time; whatever goes wrong in there means that the files are not what they were."""
        with self._reading:
            try:
                yield
            except Exception as error:
                raise IndexUnusable(f"the index cannot be read: {error!r}") from error

    def _read_reached(self, segments: list[Segment], bases: list[int]) -> int:
        numbers = [
            base + number
            for segment, base in zip(segments, bases, strict=True)
            for number in segment.position_documents
            if self.is_live[base + number]
        ]
        if len(numbers) != 1:
            raise IndexUnusable(f"the index holds {len(numbers)} positions of the change log instead of one")
        return int(self.stored(numbers[0])["reached"])

    def _read_postings(self, leaf: Any, field: str, term: str) -> Postings:
        documents, values = self._walk(leaf, field, term)
        lengths = np.fromiter(map(len, values), dtype=np.int32, count=len(values))
        return Postings(
            np.array(documents, dtype=np.int32), lengths // 2, np.frombuffer(b"".join(values), dtype=np.uint16)
        )

    def _read_impacts(self, leaf: Any, term: str, base: int) -> tuple[Documents, Values]:
        documents: list[int] = []
        frequencies: list[int] = []
        for field in MATCHED_FIELDS:
            found, values = self._walk(leaf, field, term)
            documents += found
            frequencies += [len(value) // 2 for value in values]
        if not documents:
            return _NO_DOCUMENTS, _NO_VALUES
        which, inverse = np.unique(np.array(documents, dtype=np.int32), return_inverse=True)
        together = np.bincount(inverse, weights=frequencies)
        return which, ((1.0 + np.log(together)) / self.norms[which + base]).astype(np.float32)

    def _walk(self, leaf: Any, field: str, term: str) -> tuple[list[int], list[bytes]]:
        documents: list[int] = []
        values: list[bytes] = []
        with self._whoosh():
            try:
                matcher = leaf.postings(field, term)
            except TermNotFound:
                return documents, values
            while matcher.is_active():
                documents.append(matcher.id())
                values.append(matcher.value())
                matcher.next()
        return documents, values


def read_segment(leaf: Any) -> Segment:
    """The facts of all documents of a segment, deleted ones included, from its one column."""
    kinds, norms, starts, expert_ids, position_documents = [], [], [], [], []
    for number, value in enumerate(leaf.column_reader("head")):
        kind, norm, expert_id = read_head(value)
        kinds.append(kind)
        norms.append(norm)
        if kind == PROFILE:
            starts.append(number)
            expert_ids.append(expert_id)
        elif kind == POSITION:
            position_documents.append(number)
    return Segment(
        size=len(kinds),
        norms=np.array(norms, dtype=np.float32),
        is_work=np.array([kind == WORK for kind in kinds], dtype=bool),
        starts=np.array(starts, dtype=np.int32),
        expert_ids=tuple(expert_ids),
        position_documents=tuple(position_documents),
    )


def _bytes(arrays: tuple[NDArray[Any], ...]) -> int:
    return 512 + sum(array.nbytes for array in arrays)


_NO_DOCUMENTS: Documents = np.empty(0, dtype=np.int32)
_NO_VALUES: Values = np.empty(0, dtype=np.float32)
_NO_POSITIONS: NDArray[np.uint16] = np.empty(0, dtype=np.uint16)
