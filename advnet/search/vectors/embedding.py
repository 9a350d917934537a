"""What turns texts into vectors: the promise that every model keeps, and how it fails."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""A row for each text."""


class EmbeddingError(Exception):
    """There are no vectors now; matching goes on by words alone. The message names no text.

    :param reason: one of :data:`REASONS`
    """

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


NO_MODEL, WRONG_MODEL, UNREACHABLE, WRONG_ANSWER = "no_model", "wrong_model", "unreachable", "wrong_answer"
REFUSED = "refused"
"""It answers, and will not take what it was asked: see :mod:`refusing` for whose fault that is."""

REASONS = (NO_MODEL, WRONG_MODEL, UNREACHABLE, WRONG_ANSWER, REFUSED)


class Embedder(Protocol):
    """Any thread may ask it.

    :ivar id: names the model and the version of what is done to a text before it: vectors of the same text under the
        same id are the same
    :ivar reads_japanese: whether Japanese means anything to it
    :ivar batch: how many texts it is best asked for at a time
    """

    id: str
    reads_japanese: bool
    batch: int

    def trouble(self) -> str | None:
        """The reason, one of :data:`REASONS`, why it could not answer now, as far as can be told without asking it."""
        ...

    def embed(self, texts: Sequence[str], *, seconds: float | None = None) -> Vectors:
        """A vector of length 1 for each text.

        :param seconds: how long it may take, where somebody waits for it
        :raises EmbeddingError: there is none for any of them
        """
        ...


def of_length_one(vectors: NDArray[np.floating]) -> Vectors:
    """:raises EmbeddingError: a vector has no direction"""
    found = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths == 0).any():
        raise EmbeddingError("a vector without a direction", reason=WRONG_ANSWER)
    return np.asarray(found / lengths, dtype=np.float32)
