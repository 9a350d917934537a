"""Why an expert is proposed: the parts of the score, as works, skills and words that can be shown.

Shares are parts of the expert's whole evidence (S of :mod:`formula`): those of the works, skills and biography shown
add up to 1, and so do those of meaning and of all words, of which only those are shown that tell something
(:mod:`telling`). Whatever is shown is a reason indeed: without the unit the
score would be lower, or the next best of the expert's own takes its place; and a word is shown only where the unit
would say less without it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advnet.search.documents import WORK, Evidence, FieldEvidence, MatchQuestion, TermShare, WorkEvidence
from advnet.search.ranking import Hit, Ranking
from advnet.search.scoring.formula import Asked, Counted
from advnet.search.storage.snapshot import Snapshot
from advnet.search.terms.analysis import MixedAnalyzer, split_values
from advnet.search.terms.telling import is_telling
from advnet.search.terms.words import JapaneseWords, katakana_words
from advnet.text import normalise

_TEXT_FIELDS = ("skills", "broader", "biography", "title", "abstract")
_SHOWN_TERMS = 8
_ANALYZER = MixedAnalyzer()

Meaning = Callable[[Snapshot], NDArray[np.float32] | None]
"""What the vectors of one generation say of a question: see :class:`Asked`."""


def _no_meaning(_snapshot: Snapshot) -> None:
    return None


class Matching:
    """Who fits a question in one generation of the index, and why.

    :ivar hits: everybody with any evidence among the candidates, best first; equal ones by id
    :ivar is_dense: whether meaning was compared, not words alone
    :ivar reached: the number of the change log up to which this generation holds everything
    """

    def __init__(
        self,
        snapshot: Snapshot,
        question: MatchQuestion,
        *,
        meaning: Meaning = _no_meaning,
        half_life_years: float | None = None,
        candidates: Collection[str] | None = None,
        limit: int | None = None,
    ) -> None:
        self._snapshot = snapshot
        self.reached = snapshot.reached
        self._asked = asked = Asked(
            snapshot, question, meaning=lambda: meaning(snapshot), half_life_years=half_life_years
        )
        self.is_dense = asked.meaning is not None
        self.hits: Ranking = asked.ranked(candidates=candidates, limit=limit)
        self._glossed = asked.glossed
        self._written = {token.term: asked.text[token.start : token.end] for token in reversed(asked.tokens)}
        pairs = [token for token in asked.tokens if token.is_cjk]
        self._pairs = {token.term for token in pairs}
        of = snapshot.live_units
        self._slight = {one.term for one in asked.terms.terms if not is_telling(one.term, held=one.held, of=of)}
        self._words = JapaneseWords(asked.text, pairs, {one.term: one.held for one in asked.terms.terms})

    def score_without(self, score: float, share: float) -> float:
        """What is left of a score without a share of its evidence, when nothing else takes its place."""
        left = score * (1.0 - share) ** self._asked.weights.steepness
        return left / (left + 1.0 - score) if left else 0.0

    def explain(self, hits: Iterable[Hit]) -> list[Evidence]:
        """The reasons of each of these :attr:`hits`."""
        hits = list(hits)
        counted = {hit.expert_id: self._asked.counted(hit.expert_id) for hit in hits}
        documents = np.array(sorted(one.document for units in counted.values() for one in units), dtype=np.int32)
        said = self._said(documents)
        return [self._evidence(hit, counted[hit.expert_id], said) for hit in hits]

    def _said(self, documents: NDArray[np.int32]) -> dict[int, "_Said"]:
        """What each of these units says of the question, before its rank counts."""
        asked = self._asked
        word_factors = np.broadcast_to(asked.word_factors, self._snapshot.size)
        impacts = asked.terms.impacts_on(documents)
        amounts = np.array([one.weight for one in asked.terms.terms])[:, np.newaxis] * impacts
        cosines = amounts.sum(axis=0)
        is_reason = amounts > cosines * (1.0 - np.sqrt(np.maximum(0.0, 1.0 - impacts**2)))
        terms = [one.term for one in asked.terms.terms]
        found = {}
        for column, document in enumerate(documents.tolist()):
            factor = float(word_factors[document])
            said = _Said(
                {terms[row]: factor * amounts[row, column] for row in np.flatnonzero(is_reason[:, column])},
                {terms[row] for row in np.flatnonzero(impacts[:, column])},
                meaning=float(asked.meaning[document]) if asked.meaning is not None else 0.0,
            )
            stored = self._snapshot.stored(document)
            said.hear(*(stored.get(field, "") for field in _TEXT_FIELDS))
            said.stored = stored
            found[document] = said
        return found

    def _evidence(self, hit: Hit, counted: list[Counted], said: Mapping[int, "_Said"]) -> Evidence:
        whole = sum(factor * float(self._asked.said[document]) for document, factor in counted)
        together = _Said()
        works, profile = [], []
        for document, factor in counted:
            unit = said[document]
            share = factor * float(self._asked.said[document]) / whole
            together.add(unit, factor)
            terms, meaning = self._shares(unit, whole / factor), unit.meaning * factor / whole
            stored = unit.stored
            if stored["kind"] == WORK:
                work = WorkEvidence(
                    stored["work_id"], stored.get("title", ""), stored.get("year"), share, terms, meaning
                )
                works.append(work)
            elif "skills" in stored:
                label = split_values(stored["skills"])[0]
                profile.append(FieldEvidence("skills", label, share, terms, meaning, stored["skill_id"]))
            else:
                words = ", ".join(term.term for term in terms)
                profile.append(FieldEvidence("biography", words, share, terms, meaning))
        terms = self._shares(together, whole)
        return Evidence(hit.expert_id, hit.score, terms, tuple(works), tuple(profile), together.meaning / whole)

    def _shares(self, said: "_Said", whole: float) -> tuple[TermShare, ...]:
        """Amounts as words of the question that tell something, the largest first."""
        japanese = {term: amount for term, amount in said.amounts.items() if term in self._pairs}
        words = self._words.shares(japanese, said.present, said.katakana)
        words = {word: amount for word, amount in words.items() if normalise(word) not in self._slight}
        for term, amount in said.amounts.items():
            if term not in japanese and term not in self._slight:
                written = self._written.get(term) or self._meant(term, said)
                words[written] = words.get(written, 0.0) + float(amount)
        shares = [TermShare(word, min(1.0, float(amount) / whole)) for word, amount in words.items()]
        shares.sort(key=lambda share: (-share.share, share.term))
        return tuple(shares[:_SHOWN_TERMS])

    def _meant(self, term: str, said: "_Said") -> str:
        """What to show for an English term by which a Japanese word was looked for: as much of the word as stands in
        the text, else the word where the term is all that it means, else the English."""
        meant = self._glossed[term]
        word = self._asked.text[meant.start : meant.end]
        pairs = {pair.term: 1.0 for pair in self._asked.tokens if meant.start <= pair.start and pair.end <= meant.end}
        there = {pair: one for pair, one in pairs.items() if pair in said.japanese}
        if whole := [one for one in self._words.shares(there, said.japanese, said.katakana) if one in word]:
            return max(whole, key=len)
        english = {token.term: meant.english[token.start : token.end] for token in _ANALYZER.tokens(meant.english)}
        return word if len(english) == 1 else english[term]


class _Said:
    """What texts say of a question.

    :ivar amounts: term → what it adds, where it is a reason
    :ivar present: all terms that stand there
    :ivar meaning: what the vector adds
    :ivar katakana: words that stand there
    :ivar japanese: pairs of Japanese letters that stand there
    """

    def __init__(
        self, amounts: Mapping[str, float] | None = None, present: set[str] | None = None, *, meaning: float = 0.0
    ) -> None:
        self.amounts: defaultdict[str, float] = defaultdict(float, amounts or {})
        self.present = present or set()
        self.meaning = meaning
        self.katakana: set[str] = set()
        self.japanese: set[str] = set()
        self.stored: dict[str, Any] = {}

    def hear(self, *texts: str) -> None:
        for text in texts:
            if not text.isascii():
                self.katakana |= katakana_words(text)
                self.japanese |= _ANALYZER.positions(text).keys()

    def add(self, other: "_Said", factor: float) -> None:
        for term, amount in other.amounts.items():
            self.amounts[term] += factor * amount
        self.present |= other.present
        self.meaning += factor * other.meaning
        self.katakana |= other.katakana
        self.japanese |= other.japanese
