"""The figures by which evidence is weighed: a small file, so that learning them changes no program."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Weights:
    """
    :param centre: how much of what all units have in common is taken from the meaning of a question
    :param settled: with so many units, half of that; with a few, next to nothing, since their mean says little
    :param lexical: what a unit's words count beside its meaning
    :param enough_terms: of a question, from which on its words count in full; with fewer they count by their number
    :param ranks: what the expert's best unit counts, the second, and so on, falling; what follows counts nothing
    :param lexical_alone: what a unit's words count where there is no meaning to add
    :param half: the evidence at which the score is ½; :param steepness: how fast it grows there
    :param levels: what a declared skill counts, by its level
    """

    centre: float
    settled: float
    lexical: float
    enough_terms: float
    ranks: tuple[float, ...]
    lexical_alone: float
    half: float
    steepness: float
    levels: tuple[float, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """The ranks, so that evidence lies between 0 and 1: meaning and words of a unit are 2 at most."""
        return tuple(rank / (2 * sum(self.ranks)) for rank in self.ranks)


@cache
def learned_weights() -> Weights:
    given = tomllib.loads(files("advnet.search.scoring").joinpath("weights.toml").read_text("utf-8"))
    return Weights(**given | {name: tuple(given[name]) for name in ("ranks", "levels")})


def by_age(years: NDArray[np.int16], year: int, *, half_life_years: float) -> NDArray[np.float32]:
    """What works count: half after so many years, whole where their year is not known.

    :param years: per document; 0 where it is not known or there is none
    """
    ages = np.where(years > 0, np.maximum(year - years.astype(np.int32), 0), 0)
    return np.exp2(-ages / np.float32(half_life_years)).astype(np.float32)
