"""Longer and longer pauses between tries of something that fails."""

import time


class BackOff:
    """Longer and longer pauses between tries of something that fails: 1 s, then twice as long each time.

    :param longest_seconds: no pause is longer
    """

    def __init__(self, longest_seconds: float) -> None:
        self._longest = longest_seconds
        self._seconds, self._until = 0.0, 0.0

    @property
    def is_waiting(self) -> bool:
        return time.monotonic() < self._until

    def failed(self) -> float:
        """:returns: how many seconds to wait from now on"""
        self._seconds = min(max(1.0, 2 * self._seconds), self._longest)
        self._until = time.monotonic() + self._seconds
        return self._seconds

    def end(self) -> None:
        """Let the next try come now, and the pause after it be short again."""
        self._seconds, self._until = 0.0, 0.0
