"""Many texts, or other values, as compiled loops take them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advnet.search.arrays import kernels


class Texts(NamedTuple):
    """Texts as compiled loops take them: their letters one after the other, where each ends, and their hashes."""

    letters: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    hashes: NDArray[np.uint64]

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> "Texts":
        letters = np.frombuffer(b"".join(texts) or b"\0", dtype=np.uint8)
        offsets = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in texts], out=offsets[1:])
        return cls(letters, offsets, kernels.hash_texts(letters, offsets))

    def sorted(self) -> tuple["Texts", NDArray[np.intp]]:
        """The same by hash, and where each stood before."""
        order = np.argsort(self.hashes, kind="stable")
        lengths = np.diff(self.offsets)[order]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        places = np.repeat(self.offsets[:-1][order] - offsets[:-1], lengths) + np.arange(offsets[-1])
        letters = self.letters[places] if len(places) else self.letters[:1]
        return Texts(letters, offsets, self.hashes[order]), order


def unchangeable(*arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """As mapped ones are: else the loops would be compiled for both."""
    for one in arrays:
        one.flags.writeable = False
    return arrays
