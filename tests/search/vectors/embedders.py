"""Models for tests: one that counts words, and one that fails when it is told to."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from advnet.search.vectors import EmbeddingError
from advnet.search.vectors.embedding import REFUSED, Vectors, of_length_one

DIMENSIONS = 64


class WordCounter:
    """Each word is a direction: texts are close where they share words. Deterministic, and needs no time.

    :ivar failure: the reason with which it fails; :ivar refused: a text with these letters is refused
    """

    id = "words/1"
    reads_japanese = False
    batch = 4

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.asked: list[str] = []
        self.failure: str | None = None
        self.refused: str | None = None

    def trouble(self) -> str | None:
        return self.failure

    def embed(self, texts: Sequence[str], *, seconds: float | None = None) -> Vectors:
        if self.failure:
            raise EmbeddingError("told to fail", reason=self.failure)
        self.asked += texts
        if self.refused is not None and any(self.refused in text for text in texts):
            raise EmbeddingError("told to refuse", reason=REFUSED)
        self.texts += texts
        found = np.full((len(texts), DIMENSIONS), 0.1, dtype=np.float32)
        for row, text in zip(found, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[hashlib.sha256(word.encode()).digest()[0] % DIMENSIONS] += 1
        return of_length_one(found)
