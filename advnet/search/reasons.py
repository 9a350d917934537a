"""Why an expert is proposed: the parts of the score, as works, skills and words that can be shown.

Whatever is shown is a reason indeed: without it the score would be lower. Shares are parts of the expert's whole score.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np

from advnet.search.analysis import MixedAnalyzer, counts_in_matching, split_values
from advnet.search.documents import Evidence, FieldEvidence, MatchQuestion, TermShare, WorkEvidence
from advnet.search.matching import BEST_WORKS, PARTS, Asked
from advnet.search.ranking import Hit, Ranking
from advnet.search.schema import impact
from advnet.search.snapshot import Snapshot
from advnet.search.words import JapaneseWords, katakana_words

_SHOWN_FIELDS = ("skills", "biography", "title", "abstract")
_SHOWN_TERMS = 8
_SMALLEST_SHARE = 0.01
_NOTHING = 1e-9
_ANALYZER = MixedAnalyzer()


class Matching:
    """Who fits a question in one generation of the index, and why.

    :ivar hits: everybody with any evidence among the candidates, best first; equal ones by id
    """

    def __init__(
        self,
        snapshot: Snapshot,
        question: MatchQuestion,
        *,
        candidates: Collection[str] | None = None,
        limit: int | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._asked = asked = Asked(snapshot, question)
        self.hits: Ranking = asked.ranked(candidates=candidates, limit=limit)
        self._written = {token.term: asked.text[token.start : token.end] for token in reversed(asked.tokens)}
        pairs = [token for token in asked.tokens if token.is_cjk]
        self._pairs = {token.term for token in pairs}
        self._words = JapaneseWords(asked.text, pairs, {one.term: one.held for one in asked.terms})

    def explain(self, hits: Iterable[Hit]) -> list[Evidence]:
        """The reasons of each of these :attr:`hits`."""
        hits = list(hits)
        counted = {hit.expert_id: self._counted(hit.expert_id) for hit in hits}
        documents = np.array(sorted(number for numbers in counted.values() for number in numbers), dtype=np.int32)
        impacts = self._asked.impacts_on(documents)
        weights = np.array([asked.weight for asked in self._asked.terms])
        amounts = weights[:, np.newaxis] * impacts
        gained_without = amounts.sum(axis=0) * (1.0 - np.sqrt(np.maximum(0.0, 1.0 - impacts**2)))
        is_reason = amounts > gained_without  # else the document would stand higher without the word
        terms = [asked.term for asked in self._asked.terms]
        evidence = []
        for hit in hits:
            together = _Said()
            works = []
            profile: tuple[FieldEvidence, ...] = ()
            for number in counted[hit.expert_id]:
                column = int(np.searchsorted(documents, number))
                said = _Said(
                    {terms[row]: amounts[row, column] / PARTS for row in np.flatnonzero(is_reason[:, column])},
                    {terms[row] for row in np.flatnonzero(impacts[:, column])},
                )
                stored = self._snapshot.stored(number)
                said.hear(*(stored.get(field, "") for field in _SHOWN_FIELDS))
                together.add(said)
                if not self._snapshot.is_work[number]:
                    profile += self._profile_evidence(number, stored, hit.score)
                elif said.amounts:
                    works.append(self._work_evidence(stored, said, number, hit.score))
            evidence.append(
                Evidence(
                    hit.expert_id,
                    hit.score,
                    self._shares(together, hit.score),
                    tuple(works),
                    tuple(sorted(profile, key=lambda one: (-one.share, one.text))),
                )
            )
        return evidence

    def _counted(self, expert_id: str) -> list[int]:
        """The documents whose parts make the score: the profile and the best works, those with nothing left out."""
        parts = self._asked.parts
        units = [number for number in self._snapshot.documents_of(self._snapshot.blocks[expert_id]) if parts[number]]
        works = [number for number in units if self._snapshot.is_work[number]]
        best = sorted(works, key=lambda number: (-parts[number], number))[:BEST_WORKS]
        return [number for number in units if not self._snapshot.is_work[number]] + best

    def _work_evidence(self, stored: dict[str, Any], said: "_Said", number: int, score: float) -> WorkEvidence:
        share = min(1.0, float(self._asked.parts[number]) / PARTS / score)
        terms = self._shares(said, score)
        return WorkEvidence(stored["work_id"], stored.get("title", ""), stored.get("year"), share, terms)

    def _profile_evidence(self, number: int, stored: dict[str, str], score: float) -> tuple[FieldEvidence, ...]:
        """Each declared skill, or the biography, that speaks for the expert; its share is what the score loses."""
        weights = self._asked.weights_for(number)
        said = [("skills", skill, _frequencies_of_skill(skill)) for skill in split_values(stored.get("skills", ""))]
        if "biography" in stored:
            said.append(("biography", stored["biography"], _frequencies(stored["biography"])))
        vector = _Vector([frequencies for _, _, frequencies in said], weights)
        evidence = []
        for field, text, frequencies in said:
            spoken = {term: weights[term] for term in frequencies if term in weights}
            if not spoken:
                continue
            loss = vector.loss_without(frequencies) / PARTS
            if loss / score < _SMALLEST_SHARE:
                continue
            scale = loss / sum(spoken.values())
            heard = _Said({term: weight * scale for term, weight in spoken.items()}, set(spoken))
            heard.hear(text)
            terms = self._shares(heard, score)
            shown = text if field == "skills" else ", ".join(term.term for term in terms)
            evidence.append(FieldEvidence(field, shown, min(1.0, loss / score), terms))
        return tuple(evidence)

    def _shares(self, said: "_Said", score: float) -> tuple[TermShare, ...]:
        """Amounts as words of the question, the largest first."""
        japanese = {term: amount for term, amount in said.amounts.items() if term in self._pairs}
        words = self._words.shares(japanese, said.present, said.katakana)
        for term, amount in said.amounts.items():
            if term not in japanese:
                words[self._written[term]] = words.get(self._written[term], 0.0) + float(amount)
        shares = [TermShare(word, min(1.0, amount / score)) for word, amount in words.items()]
        shares.sort(key=lambda share: (-share.share, share.term))
        return tuple(shares[:_SHOWN_TERMS])


class _Said:
    """What texts say of a question.

    :ivar amounts: term → what it adds to the score, where it is a reason
    :ivar present: all terms that stand there
    :ivar katakana: words that do
    """

    def __init__(self, amounts: Mapping[str, float] | None = None, present: set[str] | None = None) -> None:
        self.amounts: defaultdict[str, float] = defaultdict(float, amounts or {})
        self.present = present or set()
        self.katakana: set[str] = set()

    def hear(self, *texts: str) -> None:
        for text in texts:
            if not text.isascii():
                self.katakana |= katakana_words(text)

    def add(self, other: "_Said") -> None:
        for term, amount in other.amounts.items():
            self.amounts[term] += amount
        self.present |= other.present
        self.katakana |= other.katakana


class _Vector:
    """The profile as a vector against the question, from which single values can be taken away."""

    def __init__(self, values: Iterable[Mapping[str, int]], weights: Mapping[str, float]) -> None:
        self._frequencies: defaultdict[str, int] = defaultdict(int)
        self._weights = weights
        for term, often in _items(values):
            self._frequencies[term] += often
        self._product = sum(impact(often) * weights.get(term, 0.0) for term, often in self._frequencies.items())
        self._square = sum(impact(often) ** 2 for often in self._frequencies.values())

    def loss_without(self, value: Mapping[str, int]) -> float:
        """How much smaller the cosine is without the terms of a value; negative when it only stood in the way."""
        product, square = self._product, self._square
        for term, often in value.items():
            before, left = impact(self._frequencies[term]), self._frequencies[term] - often
            after = impact(left) if left else 0.0
            product -= (before - after) * self._weights.get(term, 0.0)
            square -= before**2 - after**2
        return _cosine(self._product, self._square) - _cosine(product, square)


def _items(values: Iterable[Mapping[str, int]]) -> Iterator[tuple[str, int]]:
    for value in values:
        yield from value.items()


def _cosine(product: float, square: float) -> float:
    return product / sqrt(square) if square > _NOTHING else 0.0


def _frequencies(text: str) -> Mapping[str, int]:
    return Counter({term: len(at) for term, at in _ANALYZER.positions(text).items() if counts_in_matching(term)})


_frequencies_of_skill = lru_cache(maxsize=2**14)(_frequencies)
"""Many experts declare the same skills."""
