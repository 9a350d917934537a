"""Experts of any number with made-up texts, the same in every run: what the search benchmarks run on.

Words are drawn after Zipf from a vocabulary of invented ones; titles and abstracts have as many different words as
those of real papers (8 and 78; the goldstandard collection has 7 and 74). Four works, four skills and a biography each.
Experts are made in chunks that stand for themselves, so that none of them has to be kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from advnet.search import ExpertDocument, MatchQuestion, SkillDocument, WorkDocument

CHUNK = 1_000
_SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "ki",
    "lo",
    "mu",
    "ne",
    "pra",
    "ri",
    "so",
    "ta",
    "vi",
    "stra",
    "con",
    "tion",
    "mer",
    "lu",
]
_WORKS, _SKILLS = 4, 4
_TITLE, _ABSTRACT, _BIOGRAPHY, _SKILL = 8, 90, 50, 2

Words = NDArray[np.int64]


@dataclass(frozen=True)
class Expert:
    """Every unit of evidence as numbers of words."""

    id: str
    biography: Words
    skills: list[Words]
    works: list[tuple[Words, Words]]

    @property
    def units(self) -> list[Words]:
        """In the order in which the index holds them."""
        return [*self.skills, self.biography, *(np.concatenate(work) for work in self.works)]


class Corpus:
    """:ivar words: from the most to the least frequent"""

    def __init__(self, experts: int, *, vocabulary: int = 60_000, seed: int = 1) -> None:
        self.experts = experts
        self._seed = seed
        chance = np.random.default_rng(seed)
        spelled = {"".join(chance.choice(_SYLLABLES, size=chance.integers(2, 5))) for _ in range(2 * vocabulary)}
        self.words = np.array(sorted(spelled)[:: max(1, len(spelled) // vocabulary)][:vocabulary], dtype=object)
        chance.shuffle(self.words)
        weights = 1.0 / (np.arange(len(self.words)) + 3.0)
        self._ends = np.cumsum(weights / weights.sum())

    def __iter__(self) -> Iterator[Expert]:
        for first in range(0, self.experts, CHUNK):
            chance = np.random.default_rng((self._seed, first))
            for number in range(first, min(first + CHUNK, self.experts)):
                yield Expert(
                    str(number + 1),
                    self._draw(chance, _BIOGRAPHY),
                    [self._draw(chance, _SKILL) for _ in range(_SKILLS)],
                    [(self._draw(chance, _TITLE), self._draw(chance, _ABSTRACT)) for _ in range(_WORKS)],
                )

    def documents(self) -> Iterator[ExpertDocument]:
        """As advnet takes them."""
        for number, expert in enumerate(self):
            yield ExpertDocument(
                id=expert.id,
                names=(f"{self.words[number % 997]} {self.words[number % 1009]}".title(),),
                affiliations=(f"Institute {self.words[number % 499]}",),
                biography=self.text(expert.biography),
                skills=tuple(SkillDocument((self.text(one),), id=str(at)) for at, one in enumerate(expert.skills)),
                works=tuple(
                    WorkDocument(str(at), self.text(title), self.text(abstract), 2000 + (number + at) % 26)
                    for at, (title, abstract) in enumerate(expert.works)
                ),
            )

    def units(self) -> Iterator[str]:
        """Every unit of evidence as one text."""
        return (self.text(unit) for expert in self for unit in expert.units)

    def questions(self, count: int, words: int) -> list[MatchQuestion]:
        chance = np.random.default_rng((self._seed, 10**9, words))
        drawn = [self._draw(chance, words) for _ in range(count)]
        return [MatchQuestion(self.text(one[:_TITLE]), self.text(one[_TITLE:])) for one in drawn]

    def searches(self, count: int) -> list[str]:
        """Three words that one unit holds, not the most frequent, so that somebody is found."""
        chance = np.random.default_rng((self._seed, 10**9))
        found = []
        for expert in self:
            unit = np.unique(np.concatenate(expert.works[0]))
            found.append(self.text(chance.choice(unit[unit >= 20], size=3, replace=False)))
            if len(found) == count:
                break
        return found

    def text(self, words: Words) -> str:
        return " ".join(self.words[words])

    def _draw(self, chance: np.random.Generator, count: int) -> Words:
        return np.searchsorted(self._ends, chance.random(count)).clip(max=len(self.words) - 1)
