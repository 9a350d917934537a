"""The figures by which evidence is weighed: a small file, so that learning them changes no program."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Weights:
    """
    :param lexical: what a unit's words count beside its meaning
    :param mean: how much of what all units have in common is taken from the meaning of a question
    :param ranks: what the expert's best unit counts, the second, and so on, falling; what follows counts nothing
    :param levels: what a declared skill counts, by its level
    """

    lexical: float
    mean: float
    ranks: tuple[float, ...]
    levels: tuple[float, float, float, float]


@cache
def learned_weights() -> Weights:
    given = tomllib.loads(files("advnet.search").joinpath("weights.toml").read_text("utf-8"))
    basic, working, expert, leading = given["levels"]
    return Weights(given["lexical"], given["mean"], tuple(given["ranks"]), (basic, working, expert, leading))


@dataclass(frozen=True, slots=True)
class Recency:
    """What a work counts by its age.

    :param half_life_years: after which it counts half; None: age does not matter, as when it is not known
    :param this_year: from which on ages count
    """

    half_life_years: float | None = None
    this_year: int = 0
