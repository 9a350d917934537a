"""Expert ids by block, and blocks by expert id, without a Python object for each of hundreds of thousands."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from advnet.search.storage.facts import Facts
from advnet.search.storage.texts import Texts

_KEY_BYTES = 8


class ExpertIds(Sequence[str]):
    """The id of each block of a generation."""

    def __init__(self, facts: Sequence[Facts]) -> None:
        self._facts = facts
        self._begins = [0, *accumulate(len(one.starts) for one in facts)]

    def __len__(self) -> int:
        return self._begins[-1]

    @overload
    def __getitem__(self, block: int) -> str: ...
    @overload
    def __getitem__(self, block: slice) -> list[str]: ...
    def __getitem__(self, block: int | slice) -> str | list[str]:
        if isinstance(block, slice):
            return [self[one] for one in range(*block.indices(len(self)))]
        if not 0 <= block < len(self):
            raise IndexError(block)
        part = bisect_right(self._begins, block) - 1
        ids = self._facts[part].ids
        begin, end = ids.offsets[block - self._begins[part] :][:2]
        return ids.letters[begin:end].tobytes().decode()

    def of(self, blocks: NDArray[np.intp]) -> list[str]:
        """As many at once; fast where ids are numbers."""
        numbers = self.numbers[blocks]
        if len(numbers) and numbers.min() < 0:
            return [self[block] for block in blocks.tolist()]
        return list(map(str, numbers.tolist()))

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """The number that each id spells, or -1."""
        return np.concatenate([np.empty(0, dtype=np.int64), *(one.numbers for one in self._facts)])

    @cached_property
    def hashes(self) -> NDArray[np.uint64]:
        return np.concatenate([np.empty(0, dtype=np.uint64), *(one.ids.hashes for one in self._facts)])

    def order(self, blocks: NDArray[np.intp]) -> NDArray[Any]:
        """A number for each of these blocks that sorts as their ids do."""
        if self._are_short:
            return self._keys[blocks]
        ids = np.array([self[block] for block in blocks.tolist()], dtype=object)
        ranks = np.empty(len(blocks), dtype=np.intp)
        ranks[np.argsort(ids, kind="stable")] = np.arange(len(blocks))
        return ranks

    @cached_property
    def _keys(self) -> NDArray[np.uint64]:
        return np.concatenate([np.empty(0, dtype=np.uint64), *(one.keys for one in self._facts)])

    @cached_property
    def _are_short(self) -> bool:
        return all(not len(one.starts) or np.diff(one.ids.offsets).max() <= _KEY_BYTES for one in self._facts)


class Blocks(Mapping[str, int]):
    """Of the experts who are not deleted: the block of each id."""

    def __init__(self, expert_ids: ExpertIds, is_live: NDArray[np.bool_]) -> None:
        self._expert_ids = expert_ids
        self._is_live = is_live
        self._count = int(is_live.sum())

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return (self._expert_ids[block] for block in np.flatnonzero(self._is_live).tolist())

    def __contains__(self, expert_id: object) -> bool:
        return isinstance(expert_id, str) and len(self.of([expert_id])) == 1

    def __getitem__(self, expert_id: str) -> int:
        found = self.of([expert_id])
        if not len(found):
            raise KeyError(expert_id)
        return int(found[0])

    def of(self, expert_ids: Collection[str]) -> NDArray[np.intp]:
        """The blocks of those that are there, in the order given."""
        sought = list(expert_ids)
        hashes, blocks = self._by_hash
        wanted = Texts.of([one.encode() for one in sought]).hashes
        first, last = np.searchsorted(hashes, wanted), np.searchsorted(hashes, wanted, side="right")
        found = [
            block
            for expert_id, begin, end in zip(sought, first.tolist(), last.tolist(), strict=True)
            for block in blocks[begin:end].tolist()
            if self._expert_ids[block] == expert_id
        ]
        return np.array(found, dtype=np.intp)

    @cached_property
    def _by_hash(self) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
        blocks = np.flatnonzero(self._is_live)
        hashes = self._expert_ids.hashes[blocks]
        order = np.argsort(hashes)
        return hashes[order], blocks[order]
