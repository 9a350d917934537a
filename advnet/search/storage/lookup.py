"""Terms looked up in one generation: how many documents hold each, and what they say of a document together."""

from collections.abc import Sequence
from copy import copy
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from advnet.search.arrays import kernels
from advnet.search.storage.cache import Cache
from advnet.search.storage.matrix import IMPACTS, Matrix
from advnet.search.storage.segments import Part
from advnet.search.storage.texts import Texts

Values = NDArray[np.float32]

Norms = Literal["word_norms", "pair_norms"]
"""By what a document's impacts are divided."""


class Lookup:
    """Terms in one generation of the index.

    :ivar terms: as they were given
    :ivar held: per term, how many documents hold it; deleted ones are left out
    """

    def __init__(self, parts: Sequence[Part], size: int, terms: Sequence[str], cache: Cache) -> None:
        """:param parts: of the generation; :param size: of all of them, in documents"""
        self.terms = list(terms)
        texts = Texts.of([term.encode() for term in terms])
        self.held: NDArray[np.int64] = np.zeros(len(terms), dtype=np.int64)
        self._size = size
        self._found: list[tuple[Part, NDArray[np.int64], Matrix]] = []
        for part in parts if terms else ():
            rows, matrix = part.segment.rows(terms, texts, cache)
            if (rows >= 0).any():
                self._found.append((part, rows, matrix))
                kernels.count_live(rows, matrix.offsets, matrix.documents, part.is_live, part.is_whole, self.held)

    def used(self) -> "Lookup":
        """The same without the terms that nobody has used."""
        is_used = self.held > 0
        found = copy(self)
        found.terms = [term for term, kept in zip(self.terms, is_used.tolist(), strict=True) if kept]
        found.held = self.held[is_used]
        found._found = [(part, rows[is_used], matrix) for part, rows, matrix in self._found]
        return found

    def sums(self, weights: Sequence[float] | NDArray[np.floating[Any]], norms: Norms) -> Values:
        """For each document, the sum of weight · impact over the terms, divided by its norm; 0 for deleted ones.

        :param weights: per term
        """
        given = np.asarray(weights, dtype=np.float32)
        sums = np.zeros(self._size, dtype=np.float32)
        for part, rows, matrix in self._found:
            kernels.add_sums(
                rows,
                given,
                matrix.offsets,
                matrix.documents,
                matrix.frequencies,
                IMPACTS,
                getattr(part.segment.facts, norms),
                part.is_live,
                sums[part.base : part.base + part.segment.size],
            )
        return sums

    def impacts_on(self, documents: NDArray[np.integer[Any]], norms: Norms) -> NDArray[np.float64]:
        """What each term (row) says about each document (column; ascending numbers): impact / norm, else 0."""
        found = np.zeros((len(self.held), len(documents)))
        for part, rows, matrix in self._found:
            begin, end = np.searchsorted(documents, [part.base, part.base + part.segment.size])
            if begin == end:
                continue
            here = np.zeros((len(rows), end - begin))
            kernels.add_impacts_on(
                documents[begin:end].astype(np.int64) - part.base,
                rows,
                matrix.offsets,
                matrix.documents,
                matrix.frequencies,
                IMPACTS,
                getattr(part.segment.facts, norms),
                here,
            )
            found[:, begin:end] = here
        return found
