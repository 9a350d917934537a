"""The vectors of a segment's units, in a file beside it, aligned with its documents.

Unlike what else is derived from a segment, this file is replaced while the segment lives, each time by one that holds
more: vectors come one by one. Readers therefore look whether it is still the same file before each use.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advnet.search.arrays import derived, kernels
from advnet.search.arrays.derived import Arrays, Kind
from advnet.search.vectors.small import AWAITED, NEVER, REFUSED, SmallVectors

_UNFINISHED = ".filling"
"""Ends the name of a file that is being written, after the number of the process: a worker and a command may be at the
same segment. Who writes the index removes those of :mod:`derived`, not these; they go with their segment."""


def _nothing(_source: Any) -> Arrays | None:
    """It takes more than the segment to make it: see :mod:`filling`."""
    return None


VECTORS = Kind("vectors", 1, _nothing)


@dataclass(frozen=True, eq=False)
class UnitVectors:
    """:param model: which made them, from texts prepared in which way
    :param vectors: per document
    :param keys: per document, the key of its text; documents × bytes
    """

    model: str
    vectors: SmallVectors
    keys: NDArray[np.uint8]

    @property
    def dimensions(self) -> int:
        return int(self.vectors.values.shape[1])

    @cached_property
    def total(self) -> tuple[NDArray[np.float64], int]:
        """The sum of all vectors that are there, and how many they are."""
        total = np.zeros(self.dimensions)
        return total, int(kernels.add_vectors(*self.vectors, total))

    def total_of(self, is_live: NDArray[np.bool_]) -> tuple[NDArray[np.float64], int]:
        """The same of these documents alone. Nearly all are live: the others are taken off."""
        total, count = self.total
        values, scales = self.vectors
        gone = np.flatnonzero(~is_live & (scales > 0))
        return total - (values[gone] * scales[gone, None].astype(np.float64)).sum(axis=0), count - len(gone)

    @cached_property
    def awaited(self) -> int:
        """How many are still to come."""
        return int((self.vectors.scales == AWAITED).sum())

    def refused(self, is_live: NDArray[np.bool_]) -> int:
        """How many of these documents the model would not take."""
        return int(((self.vectors.scales == REFUSED) & is_live).sum())

    def items(self) -> Iterator[tuple[bytes, tuple[float, bytes]]]:
        """The key, scale and whole numbers of every vector that is there, and of what was refused, without numbers."""
        scales = self.vectors.scales
        for at in np.flatnonzero((scales > 0) | (scales == REFUSED)).tolist():
            value = self.vectors.values[at].tobytes() if scales[at] > 0 else b""
            yield self.keys[at].tobytes(), (float(scales[at]), value)

    def used(self, documents: NDArray[np.bool_]) -> set[bytes]:
        """The keys of the texts of these documents, whether their vectors are there or not."""
        found = self.keys[documents & (self.vectors.scales != NEVER)]
        return {row.tobytes() for row in found}


class VectorFile:
    """The file of one segment, whatever stands there now. :param size: how many documents the segment has"""

    def __init__(self, folder: Path, segment_id: str, size: int) -> None:
        self.folder = folder
        self.segment_id = segment_id
        self.size = size
        self._read: tuple[object, UnitVectors | None] = (None, None)

    def read(self) -> UnitVectors | None:
        """None where there is no such file to trust."""
        signature = self._signature()
        known, found = self._read
        if known != signature or signature is None:
            found = self._opened()
            self._read = signature, found
        return found

    def is_sound(self) -> bool:
        """Whether the bytes are those that were written. Reads all of them."""
        return derived.is_sound(VECTORS, self.folder, self.segment_id)

    def write(self, found: UnitVectors) -> None:
        """Needs no lock. Where the segment has just gone, perhaps with its generation, there is nothing to write."""
        arrays: Arrays = {
            "model": np.frombuffer(found.model.encode(), dtype=np.uint8),
            "values": found.vectors.values,
            "scales": found.vectors.scales,
            "keys": found.keys,
        }
        name = f".{os.getpid()}{_UNFINISHED}"
        with contextlib.suppress(FileNotFoundError):
            derived.write(VECTORS, self.folder, self.segment_id, self.size, arrays, unfinished_as=name)

    def _signature(self) -> object:
        try:
            about = VECTORS.path(self.folder, self.segment_id).stat()
        except OSError:
            return None
        return about.st_ino, about.st_mtime_ns, about.st_size

    def _opened(self) -> UnitVectors | None:
        arrays = derived.read(VECTORS, self.folder, self.segment_id, self.size)
        if arrays is None:
            return None
        try:
            values, scales, keys = arrays["values"], arrays["scales"], arrays["keys"]
            model = arrays["model"].tobytes().decode()
        except (KeyError, UnicodeDecodeError):
            return None
        fits = values.dtype == np.int8 and values.ndim == 2 and scales.dtype == np.float32
        if not fits or len(values) != self.size or scales.shape != (self.size,) or len(keys) != self.size:
            return None
        return UnitVectors(model, SmallVectors(values, scales), keys)
