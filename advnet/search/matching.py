"""Which experts a question asks for.

Each unit of evidence (a work, a declared skill, the biography) says something of the question in two ways: by its words
(:mod:`lexical`) and by its meaning, which is the cosine of its vector with that of the question (:mod:`vectors`), from
which what all units have in common is taken away. Both are added before anything else, so that a work that fits in
words and in meaning counts more than two works that fit in one way each:

    u = max(0, meaning + a · words) · (what its level or age counts)

and an expert's evidence is what the best units say, the first more than the second:

    S = g₁ · u₍₁₎ + g₂ · u₍₂₎ + …

Of skills only the best counts, since declaring is easier than writing. Not all works count, and not their mean: who
wrote three papers on the matter is not set back by thirty others. A unit more never lowers S, a unit fewer never raises
it, and every part of S can be shown as a reason. a and g are learned (:mod:`weighing`, docs/matching.md). Where there
are no vectors the same holds by words alone.
"""

from collections import Counter
from collections.abc import Collection
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advnet.search import kernels
from advnet.search.analysis import MixedAnalyzer, counts_in_matching
from advnet.search.documents import MatchQuestion
from advnet.search.glossary import Vocabulary, gloss
from advnet.search.lexical import AskedTerms
from advnet.search.ranking import Ranking
from advnet.search.schema import SKILLS, impact
from advnet.search.snapshot import Snapshot
from advnet.search.weighing import Weights, learned_weights

_QUESTION_CHARACTERS = 20_000
_NOTHING = 1e-9
_ANALYZER = MixedAnalyzer()


class Counted(NamedTuple):
    """A unit that counts for an expert. :param factor: by which what it says is multiplied in S"""

    document: int
    factor: float


class Asked:
    """A question against one generation of the index.

    :param meaning: per document, what its vector says of the question, 0 where there is none; None where there is no
        vector at all
    """

    def __init__(
        self,
        snapshot: Snapshot,
        question: MatchQuestion,
        *,
        meaning: NDArray[np.float32] | None = None,
        vocabulary: Vocabulary | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.weights = weights or learned_weights()
        self.meaning = meaning
        self.text = f"{question.title}\n\n{question.text}"[:_QUESTION_CHARACTERS]
        self.tokens = [token for token in _ANALYZER.tokens(self.text) if counts_in_matching(token.term)]
        times = Counter(token.term for token in self.tokens)
        said = {term: impact(often) for term, often in times.items()}
        self.glossed: dict[str, tuple[int, int]] = {}
        for meant in gloss(self.text, vocabulary) if vocabulary else gloss(self.text):
            for term in _ANALYZER.positions(meant.english):
                if term not in times:
                    said[term] = said.get(term, 0.0) + meant.weight
                    self.glossed.setdefault(term, (meant.start, meant.end))
        self.terms = AskedTerms(snapshot, said)

    @cached_property
    def parts(self) -> NDArray[np.float32]:
        """For each document, u; 0 for deleted ones."""
        return self.said * self.factors

    @cached_property
    def said(self) -> NDArray[np.float32]:
        """For each document, what it says before its level or age counts."""
        said = self.terms.cosines * np.float32(self.weights.lexical)
        if self.meaning is not None:
            said = np.maximum(said + self.meaning, np.float32(0.0))
            said[~self.snapshot.is_live] = 0.0
        return said

    @cached_property
    def factors(self) -> NDArray[np.float32]:
        """For each document, what its level counts."""
        by_level = np.array([1.0, *self.weights.levels], dtype=np.float32)
        found: NDArray[np.float32] = by_level[np.minimum(self.snapshot.levels, len(by_level) - 1)]
        return found

    def ranked(self, *, candidates: Collection[str] | None = None, limit: int | None = None) -> Ranking:
        """Experts with any evidence, best first; equal ones by id."""
        scores = self.calibrated(
            kernels.pool_blocks(
                self.parts, self._is_skill, self.snapshot.starts, np.array(self.weights.ranks, dtype=np.float64)
            )
        )
        return self.snapshot.ranked(scores, scores > _NOTHING, candidates=candidates, limit=limit)

    def counted(self, expert_id: str) -> list[Counted]:
        """The units that make an expert's S, the best first."""
        documents = [one for one in self.snapshot.documents_of(self.snapshot.blocks[expert_id]) if self.parts[one] > 0]
        documents.sort(key=lambda document: (-self.parts[document], document))
        skills = [document for document in documents if self._is_skill[document]]
        units = [document for document in documents if document not in skills[1:]]
        return [
            Counted(document, rank * float(self.factors[document]))
            for rank, document in zip(self.weights.ranks, units, strict=False)
        ]

    def calibrated(self, evidence: NDArray[np.float64]) -> NDArray[np.float64]:
        """S as a score from 0 to 1."""
        most = sum(self.weights.ranks) * (self.weights.lexical + 1.0)
        return np.minimum(1.0, evidence / most)

    @cached_property
    def _is_skill(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.snapshot.kinds == ord(SKILLS)
        return found
