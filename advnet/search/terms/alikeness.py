"""How alike texts are that stand in no index: a few thousand, compared in memory.

A text is a vector of its terms, ``(1 + ln f) · idf``, of length 1, and two texts are as alike as the cosine of the two
(Salton and Buckley 1988, doi:10.1016/0306-4573(88)90021-0). How rare a term is, is counted among the texts that are
compared and no others: so the numbers tell nothing of texts that the asker may not read. Terms are those of the index,
English words and pairs of Japanese letters.

What is kept of a text is which terms it has and how often: in this process alone, never on disk.
"""

import threading
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from advnet.search.terms.analysis import MixedAnalyzer, Token, counts_in_matching
from advnet.search.terms.telling import is_telling
from advnet.search.terms.words import JapaneseWords, katakana_words
from advnet.text import normalise, runs

_ANALYZER = MixedAnalyzer()
_CHARACTERS = 20_000
_FEW_ENTRIES = 100_000
_FEW_TEXTS = 8
"""So many texts may have a word and it still tells something of two of them, however few there are."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Alike(Generic[Key]):
    """:param alikeness: 0 to 1, 1 for the same terms as often
    :param amounts: term → its part of the alikeness, for those that both texts have and that tell something
    """

    key: Key
    alikeness: float
    amounts: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class _Vector:
    terms: NDArray[np.int32]
    weights: NDArray[np.float32]


class TermVectors(Generic[Key]):
    """Texts as counted terms, by key, the first to come the first to go. May be shared by threads.

    :param most: texts that are kept
    :param most_entries: terms that are kept, each once for a text that has it; 8 bytes each. The words themselves are
        kept as long as a text has them, and for some time more
    """

    def __init__(self, most: int = 60_000, most_entries: int = 8_000_000) -> None:
        self._most = most
        self._most_entries = most_entries
        self._entries = self._dropped = 0
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._vectors: dict[Key, _Vector] = {}
        self._lock = threading.Lock()

    def missing(self, keys: Iterable[Key]) -> list[Key]:
        """Those of the keys of which no text is kept."""
        return [key for key in keys if key not in self._vectors]

    def add(self, texts: Mapping[Key, str]) -> None:
        """Keep these as well; only the first 20,000 characters of each are looked at."""
        counted = {key: _frequencies(text) for key, text in texts.items()}
        with self._lock:
            for key, frequencies in counted.items():
                self._drop(key)
                vector = self._vectors[key] = self._vector(frequencies)
                self._entries += len(vector.terms)
            while len(self._vectors) > self._most or (self._entries > self._most_entries and len(self._vectors) > 1):
                self._drop(next(iter(self._vectors)))
            if self._dropped > max(self._entries, _FEW_ENTRIES):
                self._number_anew()

    @property
    def size(self) -> tuple[int, int, int]:
        """How many texts, terms of texts, and words there are."""
        return len(self._vectors), self._entries, len(self._names)

    def most_alike(self, text: str, keys: Collection[Key], *, limit: int, least: float = 0.0) -> list[Alike[Key]]:
        """Those of the keys whose texts are most like ``text``, the most alike first, equal ones in the given order.

        :param keys: the texts that are compared, and among which rare terms are counted
        :param least: alikeness below which a text is left out
        """
        with self._lock:
            known = [(key, vector) for key in keys if (vector := self._vectors.get(key)) is not None]
            names, numbers = self._names, self._numbers
            frequencies = _frequencies(text)
            own = self._vector({term: often for term, often in frequencies.items() if term in numbers})
            size = len(names)
        if not known or not len(own.terms):
            return []
        terms = np.concatenate([vector.terms for _, vector in known])
        weights = np.concatenate([vector.weights for _, vector in known])
        rows = np.repeat(np.arange(len(known)), [len(vector.terms) for _, vector in known])
        held = np.bincount(terms, minlength=size)
        held[own.terms] += 1
        idf = 1.0 + np.log((len(known) + 1) / np.maximum(held, 1))
        asked = np.zeros(size)
        asked[own.terms] = own.weights * idf[own.terms]
        rarest = 1.0 + log(len(known) + 1)
        alone = sum((rarest * (1.0 + log(often))) ** 2 for term, often in frequencies.items() if term not in numbers)
        asked /= np.sqrt((asked**2).sum() + alone)
        impacts = weights * idf[terms]
        lengths = np.sqrt(np.bincount(rows, weights=impacts**2, minlength=len(known)))
        sums = np.bincount(rows, weights=impacts * asked[terms], minlength=len(known))
        alike = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)
        best = [place for place in np.argsort(-alike, kind="stable")[:limit].tolist() if alike[place] > least]
        return [
            Alike(
                known[place][0],
                min(1.0, float(alike[place])),
                {
                    names[term]: amount
                    for term, amount in _amounts(known[place][1], asked, idf).items()
                    if is_telling(names[term], held=int(held[term]), of=len(known), few=_FEW_TEXTS)
                },
            )
            for place in best
        ]

    def _drop(self, key: Key) -> None:
        vector = self._vectors.pop(key, None)
        if vector is not None:
            self._entries -= len(vector.terms)
            self._dropped += len(vector.terms)

    def _number_anew(self) -> None:
        """Forget the words that no text has any more. Whoever compares at this moment goes on with the old numbers."""
        used = np.unique(np.concatenate([np.empty(0, dtype=np.int32), *(one.terms for one in self._vectors.values())]))
        names = [self._names[term] for term in used.tolist()]
        self._vectors = {
            key: _Vector(np.searchsorted(used, one.terms).astype(np.int32), one.weights)
            for key, one in self._vectors.items()
        }
        self._names, self._numbers = names, {term: number for number, term in enumerate(names)}
        self._dropped = 0

    def _vector(self, frequencies: Mapping[str, int]) -> _Vector:
        for term in frequencies:
            if term not in self._numbers:
                self._numbers[term] = len(self._names)
                self._names.append(term)
        numbers = np.fromiter((self._numbers[term] for term in frequencies), dtype=np.int32, count=len(frequencies))
        weights = np.fromiter((1.0 + log(often) for often in frequencies.values()), np.float32, len(frequencies))
        return _Vector(numbers, weights)


def _amounts(vector: _Vector, asked: NDArray[np.float64], idf: NDArray[np.float64]) -> dict[int, float]:
    """The number of each term that both have → its part of the alikeness."""
    impacts = vector.weights * idf[vector.terms]
    amounts = impacts * asked[vector.terms] / np.sqrt((impacts**2).sum())
    return {term: amount for term, amount in zip(vector.terms.tolist(), amounts.tolist(), strict=True) if amount > 0}


def shared_words(text: str, amounts: Mapping[str, float], others: Sequence[str], *, limit: int = 8) -> tuple[str, ...]:
    """The terms as words, as they stand in ``text``, those that add most first.

    :param amounts: as :class:`Alike` has them
    :param others: the texts of the other, as written
    """
    tokens = _tokens(text)
    pairs = [token for token in tokens if token.is_cjk]
    known = {word for other in others for word in katakana_words(other)}
    japanese = JapaneseWords(text, pairs, {})
    words = japanese.shares({pair.term: amounts[pair.term] for pair in pairs if pair.term in amounts}, amounts, known)
    for token in reversed(tokens):
        if not token.is_cjk and token.term in amounts:
            words[text[token.start : token.end]] = amounts[token.term]
    ordered = sorted(words, key=lambda word: -words[word])
    return tuple({normalise(word): word for word in reversed(ordered)}.values())[::-1][:limit]


def says_something(text: str) -> bool:
    """Whether anything stands there that can be looked for: a letter or a figure of any script."""
    return next(iter(runs(normalise(text[:_CHARACTERS]))), None) is not None


def _tokens(text: str) -> list[Token]:
    return [token for token in _ANALYZER.tokens(text[:_CHARACTERS]) if counts_in_matching(token.term)]


def _frequencies(text: str) -> dict[str, int]:
    return Counter(
        {term: len(at) for term, at in _ANALYZER.positions(text[:_CHARACTERS]).items() if counts_in_matching(term)}
    )
