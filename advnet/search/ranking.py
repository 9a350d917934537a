"""The order in which experts were found."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from advnet.search.arrays import kernels

_FEW = 2_000
_FIRST = 256
"""How many are put in order at the first look."""


class Hit(NamedTuple):
    """An expert and a score; higher is better, and only scores of one search can be compared unless it says more."""

    expert_id: str
    score: float


class Ids(Protocol):
    """The expert id of each block."""

    def of(self, blocks: NDArray[np.intp]) -> list[str]: ...

    def order(self, blocks: NDArray[np.intp]) -> NDArray[Any]:
        """A value for each of these blocks; they sort as the ids do."""


class Ranking(Sequence[Hit]):
    """Hits, best first, equal ones by id. Each is made when it is looked at, and only as many are put in order as are
    looked at: of hundreds of thousands, the first few."""

    def __init__(
        self,
        expert_ids: Ids | None = None,
        blocks: NDArray[np.intp] | None = None,
        scores: NDArray[np.float64] | None = None,
        *,
        limit: int | None = None,
    ) -> None:
        """:param blocks: that were found, in any order; the other two are per block
        :param limit: only so many of the best; None for all
        """
        self._expert_ids = expert_ids
        self._found = np.empty(0, dtype=np.intp) if blocks is None else blocks
        self._scores = np.empty(0) if scores is None else scores
        self._count = len(self._found) if limit is None else min(limit, len(self._found))
        self._ordered = self._found[:0]

    @property
    def expert_ids(self) -> list[str]:
        """Of all hits, in order."""
        return self._expert_ids.of(self._first(self._count)) if self._expert_ids is not None else []

    def __len__(self) -> int:
        return self._count

    def better_than(self, score: float) -> int:
        """How many have a better score; nobody is put in order for it."""
        return min(self._count, int((self._scores[self._found] > score).sum()))

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            return self._hits(range(*place.indices(self._count)))
        at = range(self._count)[place]
        return self._hits(range(at, at + 1))[0]

    def __iter__(self) -> Iterator[Hit]:
        begin, size = 0, _FIRST
        while hits := self[begin : begin + size]:
            yield from hits
            begin, size = begin + size, 2 * size

    def _hits(self, places: range) -> list[Hit]:
        if not len(places) or self._expert_ids is None:
            return []
        blocks = self._first(max(places) + 1)[places.start : places.stop : places.step] if places.step > 0 else None
        if blocks is None:
            return self._hits(places[::-1])[::-1]
        scores = self._scores[blocks].tolist()
        return [Hit(*one) for one in zip(self._expert_ids.of(blocks), scores, strict=True)]

    def _first(self, count: int) -> NDArray[np.intp]:
        """At least so many blocks, in order."""
        if len(self._ordered) < min(count, self._count):
            self._ordered = self._sorted(self._best(max(2 * count, _FIRST)))[: self._count]
        return self._ordered

    def _best(self, count: int) -> NDArray[np.intp]:
        """The blocks of the ``count`` best, and those equal to the last of them."""
        count = min(count, self._count)
        if count >= len(self._found):
            return self._found
        scores = self._scores[self._found]
        floor = kernels.floor_of_best(scores, count) if count <= _FEW else np.partition(scores, -count)[-count]
        found: NDArray[np.intp] = self._found[scores >= floor]
        return found

    def _sorted(self, blocks: NDArray[np.intp]) -> NDArray[np.intp]:
        if self._expert_ids is None:
            return blocks
        return blocks[np.lexsort((self._expert_ids.order(blocks), -self._scores[blocks]))]
