"""Which experts a question asks for.

Each unit of evidence (a work, a declared skill, the biography) says something of the question in two ways: by its words
(:mod:`lexical`) and by its meaning, which is the cosine of its vector with that of the question (:mod:`vectors`), from
which some of what all units have in common is taken away. Both are added before anything else, so that a work that fits
in words and in meaning counts more than two works that fit in one way each:

    u = (max(0, meaning) + a · words) · (what its level or age counts)

where a is smaller for questions of a few words, which say less than their meaning does. An expert's evidence is what
the best five units say, the first more than the second:

    S = (5 · u₍₁₎ + 4 · u₍₂₎ + 3 · u₍₃₎ + 2 · u₍₄₎ + u₍₅₎) / 30

Of skills only the best counts, since declaring is easier than writing. Not all works count, and not their mean: who
wrote three papers on the matter is not set back by thirty others. A unit more never lowers S, a unit fewer never raises
it, and every part of S can be shown as a reason. Where there are no vectors, u is a larger share of the words alone.

    score = S^k / (S^k + h^k)

changes no order. It is about the share of experts with such evidence who turned out to be known for the matter, in
collections where anybody could be meant; it understates where all who are looked at were chosen before. It can be
compared between questions, and is no probability to bet on. All figures are in ``weights.toml``; docs/matching.md tells
how they were found and what else was tried.
"""

from collections import Counter
from collections.abc import Callable, Collection
from copy import copy
from functools import cached_property
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advnet.search.arrays import kernels
from advnet.search.documents import SKILLS, MatchQuestion
from advnet.search.glossary import Gloss, Vocabulary, gloss
from advnet.search.ranking import Ranking
from advnet.search.scoring.lexical import AskedTerms
from advnet.search.scoring.weighing import Weights, by_age, learned_weights
from advnet.search.storage.schema import impact
from advnet.search.storage.snapshot import Snapshot
from advnet.search.terms.analysis import MixedAnalyzer, counts_in_matching, is_pair, is_told_in_words_too

_QUESTION_CHARACTERS = 20_000
_NOTHING = 1e-9
_ANALYZER = MixedAnalyzer()


class Counted(NamedTuple):
    """A unit that counts for an expert. :param factor: by which what it says is multiplied in S"""

    document: int
    factor: float


class Asked:
    """A question against one generation of the index.

    :param meaning: gives, per document, what its vector says of the question, NaN where there is none; None where there
        is no vector at all. It is asked last, since the vector may still be in the making while words are looked up
    :param half_life_years: after which a work counts half; None: its age does not matter
    """

    def __init__(
        self,
        snapshot: Snapshot,
        question: MatchQuestion,
        *,
        meaning: Callable[[], NDArray[np.float32] | None] = lambda: None,
        half_life_years: float | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.weights = weights or learned_weights()
        self.text = f"{question.title}\n\n{question.text}"[:_QUESTION_CHARACTERS]
        self.tokens = [token for token in _ANALYZER.tokens(self.text) if counts_in_matching(token.term)]
        self._half_life_years = half_life_years if question.year else None
        self._year = question.year
        times = Counter(token.term for token in self.tokens)
        said = {term: impact(often) for term, often in times.items()}
        self.glossed = _glossed(self.text, question.vocabulary, times.keys())
        self.terms = AskedTerms(snapshot, said | {term: meant.weight for term, meant in self.glossed.items()})
        _ = self.terms.cosines
        known = meaning()
        self.meaning = None if known is None else np.fmax(known, np.float32(0.0))
        self.word_factors = self._word_factors(known)

    @cached_property
    def said(self) -> NDArray[np.float32]:
        """For each document, what it says before its level or age counts; 0 for deleted ones."""
        said = self.terms.cosines * self.word_factors
        if self.meaning is not None:
            said += self.meaning
            said[~self.snapshot.is_live] = 0.0
        return np.asarray(said, dtype=np.float32)

    @cached_property
    def units(self) -> NDArray[np.float32]:
        """For each document, u; 0 for deleted ones."""
        return self.said * self.factors

    @cached_property
    def factors(self) -> NDArray[np.float32]:
        """For each document, what its level or age counts."""
        by_level = np.array([1.0, *self.weights.levels], dtype=np.float32)
        found: NDArray[np.float32] = by_level[np.minimum(self.snapshot.levels, len(by_level) - 1)]
        if self._half_life_years is None:
            return found
        return found * by_age(self.snapshot.years, self._year, half_life_years=self._half_life_years)

    @cached_property
    def evidence(self) -> NDArray[np.float64]:
        """For each block of the snapshot, S."""
        shares = np.array(self.weights.shares, dtype=np.float64)
        found: NDArray[np.float64] = kernels.pool_blocks(self.units, self._is_skill, self.snapshot.starts, shares)
        return found

    def weighed(self, weights: Weights, *, meaning: NDArray[np.float32] | None) -> "Asked":
        """The same question with other weights, without reading it again."""
        found = copy(self)
        for derived in ("said", "units", "factors", "evidence"):
            found.__dict__.pop(derived, None)
        found.weights = weights
        found.meaning = None if meaning is None else np.fmax(meaning, np.float32(0.0))
        found.word_factors = found._word_factors(meaning)
        return found

    def ranked(self, *, candidates: Collection[str] | None = None, limit: int | None = None) -> Ranking:
        """Experts with any evidence, best first; equal ones by id."""
        scores = self.likely(self.evidence)
        return self.snapshot.ranked(scores, scores > _NOTHING, candidates=candidates, limit=limit)

    def counted(self, expert_id: str) -> list[Counted]:
        """The units that make an expert's S, the best first."""
        documents = [one for one in self.snapshot.documents_of(self.snapshot.blocks[expert_id]) if self.units[one] > 0]
        documents.sort(key=lambda document: (-self.units[document], document))
        skills = [document for document in documents if self._is_skill[document]]
        units = [document for document in documents if document not in skills[1:]]
        return [
            Counted(document, share * float(self.factors[document]))
            for share, document in zip(self.weights.shares, units, strict=False)
        ]

    def likely(self, evidence: NDArray[np.float64]) -> NDArray[np.float64]:
        """S as a score from 0 to 1."""
        grown = evidence**self.weights.steepness
        return np.asarray(grown / (grown + self.weights.half**self.weights.steepness))

    def _word_factors(self, meaning: NDArray[np.float32] | None) -> NDArray[np.float32] | np.float32:
        """What the words of each document count, where its meaning is added and where there is none."""
        alone = np.float32(self.weights.lexical_alone)
        if meaning is None:
            return alone
        known = np.float32(self.weights.lexical * min(1.0, self._known_words() / self.weights.enough_terms))
        return np.where(np.isnan(meaning), alone, known)

    def _known_words(self) -> int:
        """How many different words of the question somebody has used; a Japanese one is one, whatever it may mean."""
        used = {one.term for one in self.terms.terms}
        words = {(self.glossed[term].start, self.glossed[term].end) for term in used & self.glossed.keys()}
        return len(words) + len([term for term in used - self.glossed.keys() if not is_pair(term)])

    @cached_property
    def _is_skill(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.snapshot.kinds == ord(SKILLS)
        return found


def _glossed(text: str, vocabulary: Vocabulary, written: Collection[str]) -> dict[str, Gloss]:
    """What Japanese words may mean in English: term → the word that means it most, with what it weighs. The root makes
    the second and third meaning count more than their share, since any of them may be the one that was meant. Nothing,
    where the text itself says it in English.
    """
    found: dict[str, Gloss] = {}
    if is_told_in_words_too(text):
        return found
    for meant in gloss(text, vocabulary):
        weighed = meant._replace(weight=sqrt(meant.weight))
        for term in _ANALYZER.positions(meant.english):
            if term not in written and (term not in found or found[term].weight < weighed.weight):
                found[term] = weighed
    return found
