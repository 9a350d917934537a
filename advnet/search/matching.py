"""Which experts a question asks for, and why.

Each work, and each profile, is a vector of its terms, of length 1, so that a long text weighs no more than a short one
(SMART "lnc": 1 + ln f, no idf, cosine; Salton and Buckley 1988, doi:10.1016/0306-4573(88)90021-0). The question is one
as well, its rare words weighing more ("ltc": (1 + ln f) · idf, cosine; idf = 1 + ln((N + 1) / (n + 1)); words that
nobody ever used are left out). A document's part is the product of both, 0 to 1.

    score = (best work + second + third + profile) / 4

The three best works, not all of them, and not their mean: who wrote three papers on the matter is not set back by
thirty others, nor by having written only two; a work more never lowers a score, a work fewer never raises it. What
experts say of themselves counts as much as one work. An expert without works can therefore reach a quarter at most.

All weights are equal and nothing was fitted. Three works are the depth that the first measurements elsewhere had shown
to be good; other depths, discounts and expert-level sums were then tried on the collections of docs/matching.md, which
names them with their figures, and none was better on every measure, so the plainest stayed. As the question has length
1 whatever it says, scores of different questions can be compared.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from advnet.search.analysis import MixedAnalyzer, counts_in_matching
from advnet.search.documents import MatchQuestion
from advnet.search.ranking import Ranking
from advnet.search.schema import impact
from advnet.search.snapshot import Impacts, Snapshot

BEST_WORKS = 3
PARTS = BEST_WORKS + 1

_QUESTION_CHARACTERS = 20_000
_NOTHING = 1e-9
_ANALYZER = MixedAnalyzer()


@dataclass(frozen=True, slots=True, eq=False)
class AskedTerm:
    """A term of the question that somebody has used.

    :param weight: its part of the question's unit vector
    :param held: how many documents hold it
    :param pieces: its part of each document's unit vector
    """

    term: str
    weight: float
    held: int
    pieces: Sequence[Impacts]


class Asked:
    """A question against one generation of the index."""

    def __init__(self, snapshot: Snapshot, question: MatchQuestion) -> None:
        self.snapshot = snapshot
        self.text = f"{question.title}\n\n{question.text}"[:_QUESTION_CHARACTERS]
        self.tokens = [token for token in _ANALYZER.tokens(self.text) if counts_in_matching(token.term)]
        self.terms = self._weigh()
        self.weights = {asked.term: asked.weight for asked in self.terms}

    @cached_property
    def parts(self) -> NDArray[np.float32]:
        """For each document, its part: the cosine with the question; 0 for deleted ones."""
        parts = np.zeros(self.snapshot.size, dtype=np.float32)
        for asked in self.terms:
            for piece in asked.pieces:
                parts[piece.base :][piece.documents] += np.float32(asked.weight) * piece.values
        parts[~self.snapshot.is_live] = 0.0
        return parts

    def impacts_on(self, documents: NDArray[np.int32]) -> NDArray[np.float64]:
        """What each term (row) says about each document (column; ascending numbers)."""
        found = np.zeros((len(self.terms), len(documents)))
        for row, asked in zip(found, self.terms, strict=True):
            for piece in asked.pieces:
                local = documents - np.int32(piece.base)
                at = np.minimum(np.searchsorted(piece.documents, local), len(piece.documents) - 1)
                here = piece.documents[at] == local
                row[here] = piece.values[at[here]]
        return found

    def ranked(self, *, candidates: Collection[str] | None = None, limit: int | None = None) -> Ranking:
        """Experts with any evidence, best first; equal ones by id."""
        totals = self._pooled()
        return self.snapshot.ranked(totals, totals > 0, candidates=candidates, limit=limit)

    def _pooled(self) -> NDArray[np.float64]:
        """Per block the score. Works are sorted within all blocks at once: blocks are two apart, parts at most one."""
        snapshot, starts = self.snapshot, self.snapshot.starts
        if not len(starts):
            return np.zeros(0)
        base = 2.0 * snapshot.block_of
        ordered = np.sort(base - np.where(snapshot.is_work, self.parts, 0.0))
        ends = np.append(starts[1:], snapshot.size)
        totals = self.parts[starts].astype(np.float64)
        for rank in range(BEST_WORKS):
            at = starts + rank
            exists = at < ends
            at = at[exists]
            totals[exists] += base[at] - ordered[at]
        return np.where(totals > _NOTHING, totals / PARTS, 0.0)

    def _weigh(self) -> list[AskedTerm]:
        found = []
        for term, often in Counter(token.term for token in self.tokens).items():
            pieces = self.snapshot.impacts(term)
            if held := self.snapshot.live_among(pieces):
                idf = 1.0 + log((self.snapshot.live_documents + 1) / (held + 1))
                found.append(AskedTerm(term, impact(often) * idf, held, pieces))
        length = sqrt(sum(asked.weight**2 for asked in found)) or 1.0
        return [AskedTerm(one.term, one.weight / length, one.held, one.pieces) for one in found]
