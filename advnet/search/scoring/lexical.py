"""How far the words of each unit are those of a question.

Each unit of evidence is a vector of its terms, of length 1, so that a long text weighs no more than a short one (SMART
"lnc": 1 + ln f, no idf, cosine; Salton and Buckley 1988, doi:10.1016/0306-4573(88)90021-0). The question is one as
well, its rare words weighing more ("ltc": (1 + ln f) · idf, cosine; idf = 1 + ln((N + 1) / (n + 1)); words that nobody
ever used are left out). What a unit says of the question in words is the product of both, 0 to 1.

Where Japanese is written, its pairs of letters make a second vector, of unit and question alike. The language in which
a unit says more is the one that counts, so that nobody is set back for having written in two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advnet.search.storage.lookup import Lookup, Norms
from advnet.search.storage.snapshot import Snapshot
from advnet.search.terms.analysis import is_pair


@dataclass(frozen=True, slots=True, eq=False)
class AskedTerm:
    """A term of the question that somebody has used.

    :param is_pair: of Japanese letters; else it is a word
    :param weight: its part of the question's unit vector in that language
    :param held: how many documents hold it
    """

    term: str
    is_pair: bool
    weight: float
    held: int


class _Language(NamedTuple):
    """The terms of a question in one language. :param terms: those that somebody has used"""

    norms: Norms
    terms: list[AskedTerm]
    looked_up: Lookup

    @property
    def weights(self) -> list[float]:
        return [asked.weight for asked in self.terms]


class AskedTerms:
    """The terms of a question against one generation of the index.

    :param said: term → how much the question says it, before its rareness counts
    """

    def __init__(self, snapshot: Snapshot, said: Mapping[str, float]) -> None:
        self._snapshot = snapshot
        self._words = self._weigh(said, "word_norms")
        self._pairs = self._weigh(said, "pair_norms")
        self.terms = [*self._words.terms, *self._pairs.terms]

    @cached_property
    def cosines(self) -> NDArray[np.float32]:
        """Per document; 0 for deleted ones."""
        by_words, by_pairs = self._languages
        return np.maximum(by_words, by_pairs) if self._pairs.terms else by_words

    def impacts_on(self, documents: NDArray[np.int32]) -> NDArray[np.float64]:
        """The part of each term (row) in the vector of each document (column; ascending numbers), in the language that
        counts there."""
        by_words, by_pairs = self._languages
        is_by_pairs = by_pairs[documents] > by_words[documents]
        words, pairs = (one.looked_up.impacts_on(documents, one.norms) for one in (self._words, self._pairs))
        words[:, is_by_pairs] = 0.0
        pairs[:, ~is_by_pairs] = 0.0
        return np.concatenate([words, pairs])

    @cached_property
    def _languages(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The cosines by words, and those by pairs of Japanese letters."""
        by_words, by_pairs = (one.looked_up.sums(one.weights, one.norms) for one in (self._words, self._pairs))
        return by_words, by_pairs

    def _weigh(self, said: Mapping[str, float], norms: Norms) -> _Language:
        is_wanted = norms == "pair_norms"
        looked_up = self._snapshot.look_up([term for term in said if is_pair(term) is is_wanted]).used()
        held: Sequence[int] = looked_up.held.tolist()
        weights = [
            said[term] * (1.0 + log((self._snapshot.live_units + 1) / (number + 1)))
            for term, number in zip(looked_up.terms, held, strict=True)
        ]
        length = sqrt(sum(weight**2 for weight in weights)) or 1.0
        asked = [
            AskedTerm(term, is_wanted, weight / length, number)
            for term, weight, number in zip(looked_up.terms, weights, held, strict=True)
        ]
        return _Language(norms, asked, looked_up)
