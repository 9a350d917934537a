"""Arrays kept for the next search."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from numpy.typing import NDArray


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


def _bytes(arrays: tuple[NDArray[Any], ...]) -> int:
    return 512 + sum(array.nbytes for array in arrays)
