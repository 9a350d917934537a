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
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import TermNotFound

from advnet.search.cache import Cache
from advnet.search.errors import IndexUnusable, unusable_on_error
from advnet.search.ranking import Ranking
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


class Impacts(NamedTuple):
    """What a term says about the documents of one segment.

    :param base: number of the segment's first document; ``documents`` are counted from there
    :param values: (1 + ln f) / norm, f counting all fields that count in matching: the term's part of the document's
        unit vector
    """

    base: int
    documents: Documents
    values: Values


class TooManyTerms(Exception):
    """A prefix stands for more terms than it may."""


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
        for _, leaf, start in self._parts:
            self.is_live[[start + number for number in leaf.segment().deleted_docs()]] = False
        self.reached = self._read_reached(segments, bases)
        self.norms = np.concatenate([segment.norms for segment in segments])
        self.is_work = np.concatenate([segment.is_work for segment in segments])
        self.starts = np.concatenate([segment.starts + start for segment, start in zip(segments, bases, strict=True)])
        self.expert_ids = [expert_id for segment in segments for expert_id in segment.expert_ids]
        self.block_of = np.cumsum(np.bincount(self.starts, minlength=base), dtype=np.int32) - 1
        self.block_is_live = self.is_live[self.starts]
        self.blocks = {self.expert_ids[block]: block for block in np.flatnonzero(self.block_is_live).tolist()}
        self.live_documents = int(self.is_live.sum()) - 1
        self._whole = bool(self.is_live.all())

    @property
    def segment_ids(self) -> set[str]:
        return {segment_id for segment_id, _, _ in self._parts}

    def among(self, fits: NDArray[np.bool_], candidates: Collection[str] | None) -> NDArray[np.intp]:
        """The blocks that fit and belong to candidates, None meaning everybody."""
        if candidates is not None:
            chosen = np.zeros(len(fits), dtype=bool)
            chosen[[self.blocks[one] for one in candidates if one in self.blocks]] = True
            fits = fits & chosen
        return np.flatnonzero(fits)

    def ranked(
        self,
        scores: NDArray[np.float64],
        fits: NDArray[np.bool_],
        *,
        candidates: Collection[str] | None,
        limit: int | None,
    ) -> Ranking:
        """The best blocks that fit, by score and then by expert id."""
        found = self.among(fits, candidates)
        if limit is not None and 0 < limit < len(found):
            found = found[scores[found] >= -np.partition(-scores[found], limit - 1)[limit - 1]]
        order = np.lexsort((self._alphabetical[found], -scores[found]))[:limit]
        return Ranking(self.expert_ids, found[order], scores)

    @cached_property
    def _alphabetical(self) -> NDArray[np.intp]:
        """The rank of each block's expert id."""
        return np.argsort(np.argsort(np.array(self.expert_ids, dtype=object), kind="stable"))

    def documents_of(self, block: int) -> range:
        """The profile document of an expert, then the works."""
        start = int(self.starts[block])
        end = start + 1
        while end < self.size and self.is_work[end]:
            end += 1
        return range(start, end)

    def document_ids(self) -> dict[str, frozenset[str]]:
        return {
            expert_id: frozenset(self.stored(number)["work_id"] for number in self.documents_of(block)[1:])
            for expert_id, block in self.blocks.items()
        }

    def stored(self, document: int) -> dict[str, Any]:
        """The fields of a document as they were given."""
        _, leaf, base = next(part for part in reversed(self._parts) if part[2] <= document)
        with self._whoosh():
            return dict(leaf.stored_fields(document - base))

    def impacts(self, term: str) -> list[Impacts]:
        """The documents that speak of a term, in any field that counts in matching, and how much each does.

        Deleted documents are included: see :attr:`is_live`.
        """
        pieces = []
        for segment_id, leaf, base in self._parts:
            key = (segment_id, term)
            found = self._cache.get(key)
            if found is None:
                found = self._read_impacts(leaf, term, base)
                self._cache.put(key, found)
            if len(found[0]):
                pieces.append(Impacts(base, found[0], found[1]))
        return pieces

    def live_among(self, pieces: Sequence[Impacts]) -> int:
        """How many of these documents are not deleted."""
        if self._whole:
            return sum(len(piece.documents) for piece in pieces)
        return sum(int(self.is_live[piece.documents + np.int32(piece.base)].sum()) for piece in pieces)

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands in a field, deleted documents included: see :attr:`is_live`."""
        parts = []
        for segment_id, leaf, base in self._parts:
            documents, frequencies, positions = self._postings_of(segment_id, leaf, field, term)
            if len(documents):
                parts.append((documents + np.int32(base), frequencies, positions))
        if not parts:
            return Postings(_NO_DOCUMENTS, _NO_DOCUMENTS, _NO_POSITIONS)
        return Postings(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))

    def postings_starting(self, field: str, prefix: str, *, limit: int) -> Iterator[Postings]:
        """As :meth:`postings`, for each term of a field that starts so, segment by segment.

        :raises TooManyTerms: a segment has more than ``limit`` of them
        """
        for segment_id, leaf, base in self._parts:
            with self._whoosh():
                found = [term.decode() for term in islice(leaf.expand_prefix(field, prefix), limit + 1)]
            if len(found) > limit:
                raise TooManyTerms
            for term in found:
                documents, frequencies, positions = self._postings_of(segment_id, leaf, field, term)
                yield Postings(documents + np.int32(base), frequencies, positions)

    def terms_like(self, field: str, word: str, *, edits: int, same_start: int) -> list[str]:
        """Terms of a field at most so many letters changed, added or left out away from a word."""
        with self._whoosh():
            return list(self._reader.terms_within(field, word, edits, prefix=same_start))

    @contextlib.contextmanager
    def _whoosh(self) -> Iterator[None]:
        """One thread at a time; whatever goes wrong in there means that the files are not what they were."""
        with self._reading, unusable_on_error():
            yield

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

    def _postings_of(self, segment_id: str, leaf: Any, field: str, term: str) -> tuple[NDArray[Any], ...]:
        key = (segment_id, field, term)
        found = self._cache.get(key)
        if found is None:
            found = self._read_postings(leaf, field, term)
            self._cache.put(key, found)
        return found

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
            is_active, number, value, step = matcher.is_active, matcher.id, matcher.value, matcher.next
            while is_active():
                documents.append(number())
                values.append(value())
                step()
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


_NO_DOCUMENTS: Documents = np.empty(0, dtype=np.int32)
_NO_VALUES: Values = np.empty(0, dtype=np.float32)
_NO_POSITIONS: NDArray[np.uint16] = np.empty(0, dtype=np.uint16)
