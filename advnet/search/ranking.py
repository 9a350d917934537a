"""The order in which experts were found."""

from collections.abc import Sequence
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray


class Hit(NamedTuple):
    """An expert and a score; higher is better, and only scores of one search can be compared unless it says more."""

    expert_id: str
    score: float


class Ranking(Sequence[Hit]):
    """Hits, best first, each made when it is looked at: of thousands only the first few are."""

    def __init__(
        self,
        expert_ids: Sequence[str] = (),
        blocks: Sequence[int] | NDArray[np.intp] = (),
        scores: Sequence[float] | NDArray[np.float64] = (),
    ) -> None:
        """:param blocks: in order; the other two are per block"""
        self._expert_ids = expert_ids
        self._blocks = np.asarray(blocks, dtype=np.intp)
        self._scores = np.asarray(scores, dtype=np.float64)

    @property
    def expert_ids(self) -> list[str]:
        """Of all hits, in order."""
        return [self._expert_ids[block] for block in self._blocks.tolist()]

    def __len__(self) -> int:
        return len(self._blocks)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            blocks = self._blocks[place]
            return [
                Hit(self._expert_ids[block], score)
                for block, score in zip(blocks.tolist(), self._scores[blocks].tolist(), strict=True)
            ]
        block = int(self._blocks[place])
        return Hit(self._expert_ids[block], float(self._scores[block]))
