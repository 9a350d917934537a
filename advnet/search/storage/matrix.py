"""The impact matrix of a segment, which is what matching needs of its postings.

It says which terms stand in which documents, and how often, over all fields that count in matching together. It
is exact: nothing is left out or rounded but the frequency, which counts up to 255 in the formula as well. Its terms are
sorted by a hash of their letters, so that all terms of a question are found by one call of a compiled loop, and its
postings are read by another; a question looks at all postings of its terms and still takes a few milliseconds.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advnet.search.arrays import kernels
from advnet.search.arrays.derived import Arrays, Kind
from advnet.search.storage.schema import MATCHED_FIELDS, MOST_TIMES, impact
from advnet.search.storage.source import Source
from advnet.search.storage.texts import Texts, unchangeable

IMPACTS: NDArray[np.float32] = np.array([0.0, *(impact(often) for often in range(1, MOST_TIMES + 1))], dtype=np.float32)
"""Of each frequency."""


class Matrix(NamedTuple):
    """Rows are terms; row ``n`` has its postings from ``offsets[n]`` to ``offsets[n + 1]``, by ascending document."""

    terms: Texts
    offsets: NDArray[np.int64]
    documents: NDArray[np.int32]
    frequencies: NDArray[np.uint8]

    @classmethod
    def read(cls, arrays: Arrays) -> "Matrix":
        terms = Texts(arrays["letters"], arrays["letter_offsets"], arrays["hashes"])
        return cls(terms, arrays["offsets"], arrays["documents"], arrays["frequencies"])

    def rows(self, sought: Texts) -> NDArray[np.int64]:
        """Of each sought term; :data:`kernels.NO_ROW` where nobody uses it."""
        found: NDArray[np.int64] = kernels.find_rows(
            sought.hashes, sought.letters, sought.offsets, self.terms.hashes, self.terms.letters, self.terms.offsets
        )
        return found


def make_matrix(source: Source) -> Arrays:
    known: dict[bytes, int] = {}
    cells, times = [], []
    size = max(source.size, 1)
    for field in MATCHED_FIELDS:
        found = source.postings(field)
        terms = np.array([known.setdefault(term, len(known)) for term in found.terms], dtype=np.int64)
        ends = np.array([0, *found.ends], dtype=np.int64)
        lengths = ends[1:] - ends[:-1]
        cells.append(np.repeat(terms, lengths) * size + np.array(found.documents, dtype=np.int64))
        times.append(np.array(found.times, dtype=np.float32))
    texts, order = Texts.of(list(known)).sorted()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return _matrix(texts, rank, np.concatenate(cells), np.concatenate(times), size)


def small_matrix(terms: Texts, postings: Iterable[tuple[NDArray[np.int32], NDArray[np.uint8]]]) -> Matrix:
    """Of these terms alone, a row each in this order, from their documents and frequencies."""
    documents, frequencies = zip(*postings, strict=True)
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in documents])]).astype(np.int64)
    return Matrix(terms, *unchangeable(offsets, np.concatenate(documents), np.concatenate(frequencies)))


def _matrix(
    texts: Texts, rank: NDArray[np.int64], cells: NDArray[np.int64], times: NDArray[np.float32], size: int
) -> Arrays:
    """:param cells: per posting, the number of its term · size + its document; :param rank: of each term, its row"""
    cells = rank[cells // size] * size + cells % size if len(cells) else cells
    order = np.argsort(cells, kind="stable")
    cells = cells[order]
    firsts = np.flatnonzero(np.diff(cells, prepend=np.int64(-1)))
    together = np.add.reduceat(times[order], firsts) if len(firsts) else times
    cells = cells[firsts]
    return {
        "hashes": texts.hashes,
        "letters": texts.letters,
        "letter_offsets": texts.offsets,
        "offsets": np.searchsorted(cells, np.arange(len(rank) + 1) * size).astype(np.int64),
        "documents": (cells % size).astype(np.int32),
        "frequencies": np.minimum(together, MOST_TIMES).astype(np.uint8),
    }


MATRIX = Kind("matrix", 1, make_matrix)
