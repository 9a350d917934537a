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

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from advnet.search.analysis import MixedAnalyzer, Token, counts_in_matching, split_values
from advnet.search.documents import Evidence, FieldEvidence, Hit, MatchQuestion, TermShare, WorkEvidence
from advnet.search.schema import impact
from advnet.search.snapshot import Documents, Snapshot, Values

BEST_WORKS = 3
PARTS = BEST_WORKS + 1

_QUESTION_CHARACTERS = 20_000
_SHOWN_TERMS = 8
_SMALLEST_SHARE = 0.01
_NOTHING = 1e-9
_ANALYZER = MixedAnalyzer()


@dataclass(frozen=True, slots=True, eq=False)
class AskedTerm:
    """A term of the question that somebody has used.

    :param weight: its part of the question's unit vector
    :param impacts: its part of each document's unit vector
    """

    term: str
    weight: float
    documents: Documents
    impacts: Values


class Asked:
    """A question against one generation of the index."""

    def __init__(self, snapshot: Snapshot, question: MatchQuestion) -> None:
        self.snapshot = snapshot
        self.text = f"{question.title}\n\n{question.text}"[:_QUESTION_CHARACTERS]
        self.tokens = [token for token in _ANALYZER.tokens(self.text) if counts_in_matching(token.term)]
        self._pairs = [token for token in self.tokens if token.is_cjk]
        self._written = {token.term: self.text[token.start : token.end] for token in reversed(self.tokens)}
        self.terms = self._weigh()
        self.weights = {asked.term: asked.weight for asked in self.terms}

    def parts(self) -> NDArray[np.float32]:
        """For each document, its part: the cosine with the question."""
        parts = np.zeros(self.snapshot.size, dtype=np.float32)
        for asked in self.terms:
            parts[asked.documents] += np.float32(asked.weight) * asked.impacts
        return parts

    def contributions(self, documents: NDArray[np.int32]) -> NDArray[np.float64]:
        """What each term (row) adds to the part of each document (column; ascending numbers), 0 where showing it would
        mislead, since the document would stand higher without it."""
        rows = np.zeros((len(self.terms), len(documents)))
        impacts = np.zeros_like(rows)
        for row, asked in enumerate(self.terms):
            at = np.minimum(np.searchsorted(asked.documents, documents), len(asked.documents) - 1)
            impacts[row] = np.where(asked.documents[at] == documents, asked.impacts[at], 0.0)
            rows[row] = asked.weight * impacts[row]
        gained_without = rows.sum(axis=0) * (1.0 - np.sqrt(np.maximum(0.0, 1.0 - impacts**2)))
        return np.where(rows > gained_without, rows, 0.0)

    def shares(self, contributions: Mapping[str, float], score: float) -> tuple[TermShare, ...]:
        """Contributions as words of the question, the largest first; Japanese pairs are joined as they stand there."""
        words: defaultdict[str, float] = defaultdict(float)
        left = dict(contributions)
        for start, end, tokens in _stretches(self._pairs, contributions.keys()):
            words[self.text[start:end]] += sum(left.pop(token.term, 0.0) for token in tokens)
        for term, amount in left.items():
            words[self._written[term]] += amount
        shares = [TermShare(word, min(1.0, amount / score)) for word, amount in words.items() if amount > 0]
        shares.sort(key=lambda share: (-share.share, share.term))
        return tuple(shares[:_SHOWN_TERMS])

    def _weigh(self) -> list[AskedTerm]:
        found = []
        for term, often in Counter(token.term for token in self.tokens).items():
            documents, impacts = self.snapshot.impacts(term)
            if len(documents):
                idf = 1.0 + log((self.snapshot.live_documents + 1) / (len(documents) + 1))
                found.append(AskedTerm(term, impact(often) * idf, documents, impacts))
        length = sqrt(sum(asked.weight**2 for asked in found)) or 1.0
        return [AskedTerm(one.term, one.weight / length, one.documents, one.impacts) for one in found]


def scores(
    snapshot: Snapshot, question: MatchQuestion, *, candidates: Collection[str] | None = None, limit: int | None = None
) -> list[Hit]:
    """Experts with any evidence, best first; equal ones by id."""
    return _ranked(snapshot, Asked(snapshot, question).parts(), candidates=candidates, limit=limit)


def match(
    snapshot: Snapshot, question: MatchQuestion, *, limit: int | None, candidates: Collection[str] | None = None
) -> list[Evidence]:
    """The same with the reasons; a reason is shown only where the score would be lower without it."""
    asked = Asked(snapshot, question)
    parts = asked.parts()
    hits = _ranked(snapshot, parts, candidates=candidates, limit=limit)
    counted = {hit.expert_id: _counted(snapshot, parts, hit.expert_id) for hit in hits}
    documents = np.array(sorted(number for numbers in counted.values() for number in numbers), dtype=np.int32)
    column_of = {int(number): column for column, number in enumerate(documents)}
    contributions = asked.contributions(documents) if len(documents) else np.zeros((0, 0))
    evidence = []
    for hit in hits:
        by_document = {
            number: {
                one.term: float(amount) / PARTS
                for one, amount in zip(asked.terms, contributions[:, column_of[number]], strict=True)
                if amount > 0
            }
            for number in counted[hit.expert_id]
        }
        evidence.append(_evidence(asked, hit, parts, by_document))
    return evidence


def _ranked(
    snapshot: Snapshot, parts: NDArray[np.float32], *, candidates: Collection[str] | None, limit: int | None
) -> list[Hit]:
    totals = _pooled(snapshot, parts)
    return snapshot.ranked(totals, totals > 0, candidates=candidates, limit=limit)


def _pooled(snapshot: Snapshot, parts: NDArray[np.float32]) -> NDArray[np.float64]:
    """Per block the score. Works are sorted within all blocks at once: blocks are two apart, parts at most one."""
    starts = snapshot.starts
    if not len(starts):
        return np.zeros(0)
    base = 2.0 * snapshot.block_of
    ordered = np.sort(base - np.where(snapshot.is_work, parts, 0.0))
    ends = np.append(starts[1:], snapshot.size)
    totals = parts[starts].astype(np.float64)
    for rank in range(BEST_WORKS):
        at = starts + rank
        exists = at < ends
        at = at[exists]
        totals[exists] += base[at] - ordered[at]
    return np.where(totals > _NOTHING, totals / PARTS, 0.0)


def _counted(snapshot: Snapshot, parts: NDArray[np.float32], expert_id: str) -> list[int]:
    """The documents whose parts make the score: the profile and the best works, those with nothing left out."""
    profile, *works = snapshot.documents_of(snapshot.blocks[expert_id])
    best = sorted(works, key=lambda number: (-parts[number], number))[:BEST_WORKS]
    return [number for number in (profile, *best) if parts[number] > 0]


def _evidence(asked: Asked, hit: Hit, parts: NDArray[np.float32], by_document: dict[int, dict[str, float]]) -> Evidence:
    snapshot = asked.snapshot
    together: defaultdict[str, float] = defaultdict(float)
    works = []
    profile: tuple[FieldEvidence, ...] = ()
    for number, contributions in by_document.items():
        for term, amount in contributions.items():
            together[term] += amount
        stored = snapshot.stored(number)
        if not snapshot.is_work[number]:
            profile = _profile_evidence(asked, stored, hit.score)
        elif contributions:
            share = min(1.0, float(parts[number]) / PARTS / hit.score)
            terms = asked.shares(contributions, hit.score)
            works.append(WorkEvidence(stored["work_id"], stored.get("title", ""), stored.get("year"), share, terms))
    return Evidence(hit.expert_id, hit.score, asked.shares(together, hit.score), tuple(works), profile)


def _profile_evidence(asked: Asked, stored: dict[str, str], score: float) -> tuple[FieldEvidence, ...]:
    """Each declared skill, and the biography, that speaks for the expert; its share is what the score would lose."""
    said = [("skills", skill) for skill in split_values(stored.get("skills", ""))]
    said += [("biography", stored["biography"])] if "biography" in stored else []
    counted = [_frequencies(text) for _, text in said]
    vector = _Vector(sum(counted, Counter()), asked.weights)
    evidence = []
    for (field, text), frequencies in zip(said, counted, strict=True):
        loss = vector.loss_without(frequencies) / PARTS
        spoken = {term: asked.weights[term] for term in frequencies if term in asked.weights}
        if loss / score < _SMALLEST_SHARE or not spoken:
            continue
        scale = loss / sum(spoken.values())
        terms = asked.shares({term: weight * scale for term, weight in spoken.items()}, score)
        shown = text if field == "skills" else ", ".join(term.term for term in terms)
        evidence.append(FieldEvidence(field, shown, min(1.0, loss / score), terms))
    return tuple(sorted(evidence, key=lambda one: (-one.share, one.text)))


class _Vector:
    """The profile as a vector against the question, from which single values can be taken away."""

    def __init__(self, frequencies: Counter[str], weights: dict[str, float]) -> None:
        self._frequencies = frequencies
        self._weights = weights
        self._product = sum(impact(often) * weights.get(term, 0.0) for term, often in frequencies.items())
        self._square = sum(impact(often) ** 2 for often in frequencies.values())

    def loss_without(self, value: Counter[str]) -> float:
        """How much smaller the cosine is without the terms of a value; negative when it only stood in the way."""
        product, square = self._product, self._square
        for term, often in value.items():
            before, left = impact(self._frequencies[term]), self._frequencies[term] - often
            after = impact(left) if left else 0.0
            product -= (before - after) * self._weights.get(term, 0.0)
            square -= before**2 - after**2
        return _cosine(self._product, self._square) - _cosine(product, square)


def _cosine(product: float, square: float) -> float:
    return product / sqrt(square) if square > _NOTHING else 0.0


def _frequencies(text: str) -> Counter[str]:
    return Counter({term: len(at) for term, at in _ANALYZER.positions(text).items() if counts_in_matching(term)})


def _stretches(pairs: list[Token], terms: Collection[str]) -> list[tuple[int, int, list[Token]]]:
    """Japanese pairs of these terms, as (start, end, pairs) in the question, those joined that overlap there."""
    stretches: list[tuple[int, int, list[Token]]] = []
    for token in pairs:
        if token.term not in terms:
            continue
        if stretches:
            start, _, before = stretches[-1]
            if token.position == before[-1].position + 1:
                stretches[-1] = (start, token.end, [*before, token])
                continue
        stretches.append((token.start, token.end, [token]))
    return stretches
