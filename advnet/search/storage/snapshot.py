"""One generation of the index, as arrays.

Whoosh walks postings one by one in Python, which is hopeless for a question of eighty words. So what matching needs of
a segment stands beside it as arrays (:mod:`matrix`), mapped and shared by all processes; scoring is arithmetic over all
documents, and exact. What search needs is read from Whoosh once and kept. Segments never change once written, so what
was opened of one serves every later generation that still contains it; only which documents are deleted is new.

The documents of an expert stand one after the other, profile first: a block. Everything per expert is per block.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advnet.search.arrays import kernels
from advnet.search.documents import UNITS, WORK
from advnet.search.errors import IndexUnusable
from advnet.search.ranking import Ranking
from advnet.search.storage.blocks import Blocks, ExpertIds
from advnet.search.storage.cache import Cache
from advnet.search.storage.lexicon import NO_POSTINGS, Postings
from advnet.search.storage.lookup import Lookup, Values
from advnet.search.storage.matrix import IMPACTS
from advnet.search.storage.schema import POSITION
from advnet.search.storage.segments import Found, Part, Segment
from advnet.search.vectors.small import made_small

_WORTH_A_THREAD = 50_000
"""Documents, from which on two threads compare their vectors sooner than one."""

Documents = NDArray[np.int32]
"""Document numbers, ascending."""


class Snapshot:
    """All documents of one generation, numbered from 0 across its segments.

    Any thread may ask it at any time: what it gave is never changed afterwards.

    :param segments: with the numbers of the deleted documents of each
    """

    def __init__(self, segments: Sequence[tuple[Segment, NDArray[np.int64]]], *, cache: Cache) -> None:
        self._cache = cache
        self.size = sum(segment.size for segment, _ in segments)
        self.is_live = np.ones(self.size, dtype=bool)
        self.parts: list[Part] = []
        base = 0
        for segment, deleted in segments:
            self.is_live[base + deleted] = False
            self.parts.append(Part(segment, base, self.is_live[base : base + segment.size], not len(deleted)))
            base += segment.size
        facts = [part.segment.facts for part in self.parts]
        self.kinds = _joined([one.kinds for one in facts], np.uint8)
        self.reached = self._read_reached()
        self.starts: Documents = _joined([part.segment.facts.starts + part.base for part in self.parts], np.int32)
        self.expert_ids = ExpertIds(facts)
        self.block_is_live = self.is_live[self.starts]
        self.blocks = Blocks(self.expert_ids, self.block_is_live)
        self.live_units = int((self.is_live & self._is_unit).sum())

    @property
    def segment_ids(self) -> set[str]:
        return {part.segment.id for part in self.parts}

    @cached_property
    def is_work(self) -> NDArray[np.bool_]:
        """Per document."""
        found: NDArray[np.bool_] = _IS_WORK[self.kinds]
        return found

    @cached_property
    def years(self) -> NDArray[np.int16]:
        """Per document, of a work; 0 when not known."""
        return _joined([part.segment.facts.years for part in self.parts], np.int16)

    @cached_property
    def levels(self) -> NDArray[np.uint8]:
        """Per document, of a declared skill; else 0."""
        return _joined([part.segment.facts.levels for part in self.parts], np.uint8)

    @cached_property
    def block_of(self) -> NDArray[np.int32]:
        """Per document."""
        joined, blocks = [], 0
        for part in self.parts:
            joined.append(part.segment.facts.block_of + np.int32(blocks))
            blocks += len(part.segment.facts.starts)
        return _joined(joined, np.int32)

    def look_up(self, terms: Sequence[str]) -> Lookup:
        """Which documents speak of these terms, in any field that counts in matching."""
        return Lookup(self.parts, self.size, terms, self._cache)

    def dense_cosines(self, model: str, vector: NDArray[np.float32]) -> Values:
        """For each document, the product of its vector with this one: the cosine, where both have length 1; NaN for
        deleted ones, for those without a vector of this model, and where vectors have another length.
        """
        cosines = np.full(self.size, np.nan, dtype=np.float32)
        asked = made_small(vector[None, :])
        pile = deque(self.parts)

        def work() -> None:
            while pile:
                try:
                    part = pile.popleft()
                except IndexError:  # the other thread was quicker
                    return
                found = part.segment.vectors.read()
                if found is not None and found.model == model and found.dimensions == len(vector):
                    here = cosines[part.base : part.base + part.segment.size]
                    kernels.cosines(asked.values[0], float(asked.scales[0]), *found.vectors, part.is_live, here)

        if self.size < _WORTH_A_THREAD:
            work()
        else:
            with ThreadPoolExecutor(1) as helper:
                helping = helper.submit(work)
                work()
                helping.result()
        return cosines

    def dense_mean(self, model: str) -> tuple[NDArray[np.float32], int] | None:
        """What the vectors of all units have in common, their mean, and how many they are; None where there is none."""
        found = [(part, part.segment.vectors.read()) for part in self.parts]
        totals = [one.total_of(part.is_live) for part, one in found if one is not None and one.model == model]
        totals = [(total, count) for total, count in totals if count]
        if not totals or len({len(total) for total, _ in totals}) > 1:
            return None
        count = sum(count for _, count in totals)
        return np.asarray(sum(total for total, _ in totals) / count, dtype=np.float32), count

    def among(self, fits: NDArray[np.bool_], candidates: Collection[str] | None) -> NDArray[np.intp]:
        """The blocks that fit and belong to candidates, None meaning everybody."""
        if candidates is not None:
            chosen = np.zeros(len(fits), dtype=bool)
            chosen[self.blocks.of(candidates)] = True
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
        return Ranking(self.expert_ids, found, scores, limit=limit)

    def documents_of(self, block: int) -> range:
        """The profile of an expert, then the units of evidence."""
        start = int(self.starts[block])
        end = start + 1
        while end < self.size and self._is_unit[end]:
            end += 1
        return range(start, end)

    def document_ids(self) -> dict[str, frozenset[str]]:
        return {
            self.expert_ids[block]: frozenset(
                self.stored(number)["work_id"] for number in self.documents_of(block) if self.is_work[number]
            )
            for block in np.flatnonzero(self.block_is_live).tolist()
        }

    def stored(self, document: int) -> dict[str, Any]:
        """The fields of a document as they were given."""
        part = next(part for part in reversed(self.parts) if part.base <= document)
        return part.segment.stored(document - part.base)

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands in a field, deleted documents included: see :attr:`is_live`."""
        found = []
        for part in self.parts:
            one = part.segment.postings(field, term, self._cache)
            if len(one.documents):
                found.append((one.documents + np.int32(part.base), one.frequencies, one.positions))
        if not found:
            return NO_POSTINGS
        return Postings(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))

    def postings_starting(self, field: str, prefix: str, *, limit: int) -> Iterator[Postings]:
        """As :meth:`postings`, for each term of a field that starts so, segment by segment.

        :raises TooManyTerms: a segment has more than ``limit`` of them
        """
        for part in self.parts:
            lexicon, (first,), (last,) = part.segment.starting([(field, prefix)], limit, self._cache)
            for row in range(int(first), int(last)):
                one = lexicon.postings(row)
                yield one._replace(documents=one.documents + np.int32(part.base))

    def amounts(self, words: Sequence[tuple[str, str]], weights: Sequence[float]) -> Values:
        """For each block, over fields and documents, weight · impact of these words; deleted documents are left out.

        :param words: each in its field; :param weights: of each
        """
        return self._amounts(lambda segment: segment.words(words, self._cache), weights)

    def amounts_starting(self, prefixes: Sequence[tuple[str, str]], weights: Sequence[float], *, limit: int) -> Values:
        """As :meth:`amounts`, all words of a field that start so counting as one.

        :raises TooManyTerms: a segment has more than ``limit`` of them in a field
        """
        return self._amounts(lambda segment: segment.starting(prefixes, limit, self._cache), weights)

    def _amounts(self, find: Callable[[Segment], Found], weights: Sequence[float]) -> Values:
        given = np.array(weights, dtype=np.float32)
        amounts = np.zeros(len(self.starts), dtype=np.float32)
        begin = 0
        for part in self.parts:
            facts = part.segment.facts
            end = begin + len(facts.starts)
            lexicon, firsts, lasts = find(part.segment)
            if (firsts < lasts).any():
                kernels.add_amounts(
                    firsts,
                    lasts,
                    given,
                    lexicon.offsets,
                    lexicon.documents,
                    lexicon.frequencies,
                    IMPACTS,
                    facts.block_of,
                    part.is_live,
                    amounts[begin:end],
                )
            begin = end
        return amounts

    def terms_like(self, field: str, word: str, *, edits: int, same_start: int) -> list[str]:
        """Terms of a field at most so many letters changed, added or left out away from a word."""
        found: dict[str, None] = {}
        for part in self.parts:
            with part.segment.whoosh() as reader:
                found.update(dict.fromkeys(reader.terms_within(field, word, edits, prefix=same_start)))
        return list(found)

    @cached_property
    def _is_unit(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = _IS_UNIT[self.kinds]
        return found

    def _read_reached(self) -> int:
        numbers = np.flatnonzero((self.kinds == ord(POSITION)) & self.is_live)
        if len(numbers) != 1:
            raise IndexUnusable(f"the index holds {len(numbers)} positions of the change log instead of one")
        return int(self.stored(int(numbers[0]))["reached"])


def _joined(arrays: Sequence[NDArray[Any]], kind: type[Any]) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype=kind), *arrays])


_IS_WORK, _IS_UNIT = (np.isin(np.arange(256), [ord(kind) for kind in kinds]) for kinds in ((WORK,), UNITS))
