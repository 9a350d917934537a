"""Learning the weights of the formula from judged matches, so that nobody has to believe them.

Every setting of a small grid is measured on every collection. The best is the one that goes farthest, over all
measures, from what the matching has to reach to what it aims at; a measure beyond its aim counts no more, so that none
is bought with the others. What that choice is worth on people and questions that it has not seen is found by
cross-validation: experts and questions are dealt into folds, and each fold is judged by the setting that was best on
all the others. A question that stands in several collections is in the same fold everywhere.

How the score grows with the evidence is fitted afterwards by maximum likelihood (logistic regression on the logarithm
of S), and what words count alone is measured: how much larger S is with meaning, for a question's ten best experts.
Neither changes an order.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advnet.search.evaluation.judged import Worth, share
from advnet.search.evaluation.measures import Figures, Marks
from advnet.search.scoring.comparing import Setting
from advnet.search.scoring.weighing import Weights

CENTRES = (0.0, 0.3, 0.6)
LEXICALS = (0.5, 0.75, 1.0, 1.25)
ENOUGH_TERMS = (1.0, 16.0, 32.0, 48.0)
RANKS = (
    (1.0, 1.0, 1.0),
    (4.0, 3.0, 2.0, 1.0),
    (5.0, 4.0, 3.0, 2.0, 1.0),
    (6.0, 5.0, 4.0, 3.0, 2.0, 1.0),
    (1.0, 0.8, 0.64, 0.5),
)


class Goal(NamedTuple):
    """:param reach: what has to be; :param aim: what would be better still"""

    reach: float
    aim: float


GRADED_GOALS = {"loss": Goal(0.21, 0.19), "easy": Goal(0.89, 0.91), "hard": Goal(0.62, 0.65), "MRR": Goal(0.51, 0.56)}
BINARY_GOALS = {"AUC": Goal(0.82, 0.85), "P@10": Goal(0.34, 0.38), "AP": Goal(0.35, 0.38)}
"""The first reach of loss is the best that was published: Stelmakh et al. 2023, arXiv 2303.16750."""

_LEAST_EVIDENCE = 1e-3
_STEPS = 50
_DRAWS = 2_000


def grid(now: Weights) -> list[Weights]:
    """All that is tried; what is not learned stays as it is now."""
    return [
        replace(now, centre=centre, lexical=lexical, enough_terms=enough_terms, ranks=ranks)
        for centre, lexical, enough_terms, ranks in itertools.product(CENTRES, LEXICALS, ENOUGH_TERMS, RANKS)
    ]


def settings_to_learn(now: Weights) -> list[Setting]:
    """The grid, and behind it for each :data:`RANKS` words alone, each counting once."""
    return [
        *(Setting(weights) for weights in grid(now)),
        *(Setting(replace(now, ranks=ranks, lexical_alone=1.0), has_meaning=False) for ranks in RANKS),
    ]


def objective(worths: Sequence[Worth], among: Sequence[Marks] | None = None) -> Figures:
    """Per setting, the sum over the measures of how far it goes from reach to aim, 1 at most.

    :param among: per collection, the items that count; all when left out
    """
    total: Figures = np.zeros(len(worths[0].got))
    for number, worth in enumerate(worths):
        figures = worth.figures(None if among is None else among[number])
        for name, goal in goals_of(worth).items():
            gone = (figures[:, worth.measures.index(name)] - goal.reach) / (goal.aim - goal.reach)
            total += np.nan_to_num(np.minimum(1.0, gone))
    return total


def goals_of(worth: Worth) -> Mapping[str, Goal]:
    return GRADED_GOALS if worth.is_graded else BINARY_GOALS


@dataclass(frozen=True, slots=True, eq=False)
class Validated:
    """
    :param got: per collection, items × measures: what each item got by a setting chosen without it, mean over repeats
    :param chosen: number of the setting → by how many folds it was chosen
    :param first: the settings chosen by the folds of the first repeat, in their order
    """

    got: tuple[Figures, ...]
    chosen: Counter[int]
    first: tuple[int, ...]


def cross_validate(worths: Sequence[Worth], *, folds: int = 10, repeats: int = 10, seed: int = 0) -> Validated:
    """:param folds: 2 or more; :param repeats: so many times the folds are dealt anew; :param seed: of the dealing"""
    random = np.random.default_rng(seed)
    got = [np.zeros(worth.got.shape[1:]) for worth in worths]
    chosen: list[int] = []
    for _ in range(repeats):
        dealt = deal([worth.items for worth in worths], folds, random)
        for fold in range(folds):
            best = int(objective(worths, [one != fold for one in dealt]).argmax())
            chosen.append(best)
            for sums, worth, one in zip(got, worths, dealt, strict=True):
                sums[one == fold] += worth.got[best, one == fold] / repeats
    return Validated(tuple(got), Counter(chosen), tuple(chosen[:folds]))


def deal(groups: Sequence[Sequence[str]], folds: int, random: np.random.Generator) -> list[NDArray[np.intp]]:
    """The fold of each item; the folds of each group are as even as can be. An item has one fold in all groups."""
    fold_of: dict[str, int] = {}
    for group in groups:
        new = sorted(set(group) - fold_of.keys())
        fold_of |= dict(zip(new, (random.permutation(len(new)) % folds).tolist(), strict=True))
    return [np.array([fold_of[item] for item in group], dtype=np.intp) for group in groups]


def interval(got: Figures, possible: Figures, *, less: Figures | None = None, seed: int = 0) -> tuple[Figures, Figures]:
    """Between what each measure lies in 95 of 100 draws of as many items, with replacement (percentile bootstrap).

    :param got: items × measures, of one setting; :param possible: likewise
    :param less: got by another, item by item: then the interval of the difference
    """
    random = np.random.default_rng(seed)
    times = random.multinomial(len(got), np.full(len(got), 1.0 / len(got)), size=_DRAWS).astype(np.float64)
    drawn = share(times @ (got if less is None else got - less), times @ possible)
    low, high = np.nanpercentile(drawn, (2.5, 97.5), axis=0)
    return low, high


def fit_score(evidence: Figures, fits: Marks) -> tuple[float, float]:
    """``half`` and ``steepness`` of the score by maximum likelihood, over pairs with any evidence.

    :raises ValueError: they cannot be told, as where all fit or evidence tells them apart without error
    """
    known = evidence > 0
    logs, named = np.log(np.maximum(evidence[known], _LEAST_EVIDENCE)), fits[known].astype(np.float64)
    columns = np.column_stack([np.ones_like(logs), logs])
    found = np.zeros(2)
    for _ in range(_STEPS):
        likely = 1.0 / (1.0 + np.exp(-np.clip(columns @ found, -50.0, 50.0)))
        curve = (columns * (likely * (1.0 - likely))[:, np.newaxis]).T @ columns
        try:
            step = np.linalg.solve(curve, columns.T @ (named - likely))
        except np.linalg.LinAlgError as error:
            raise ValueError("the score cannot be fitted to these judgements") from error
        found += step
        if np.abs(step).max() < 1e-9 and found[1] > 0:
            return math.exp(-found[0] / found[1]), float(found[1])
    raise ValueError("the score cannot be fitted to these judgements")


def learned(worths: Sequence[Worth], now: Weights) -> Weights:
    """What all items together say.

    :param worths: of :func:`settings_to_learn`
    :raises ValueError: the score cannot be fitted; it needs a binary collection
    """
    best = int(objective(worths)[: len(grid(now))].argmax())
    binary = [worth for worth in worths if not worth.is_graded]
    if not binary:
        raise ValueError("the score is fitted to binary judgements, and there are none")
    half, steepness = fit_score(
        np.concatenate([worth.judged[best] for worth in binary]), np.concatenate([worth.fits for worth in binary])
    )
    weights = grid(now)[best]
    alone = len(grid(now)) + RANKS.index(weights.ranks)
    times = float(np.mean([worth.best[best] / worth.best[alone] for worth in worths]))
    return replace(
        weights, lexical_alone=round(times, 1), half=float(f"{half:.2g}"), steepness=float(f"{steepness:.2g}")
    )


def ablations(weights: Weights) -> Iterator[tuple[str, Setting]]:
    """The whole formula first, then without each of its parts."""
    yield "whole formula", Setting(weights)
    yield "words only", Setting(weights, has_meaning=False)
    yield "meaning only", Setting(replace(weights, lexical=0.0, lexical_alone=0.0))
    yield "without centring", Setting(replace(weights, centre=0.0))
    yield "without the rule for short questions", Setting(replace(weights, enough_terms=1.0))
    yield "best unit only", Setting(replace(weights, ranks=(1.0,)))
    yield "best three, equal", Setting(replace(weights, ranks=(1.0, 1.0, 1.0)))


def written(weights: Weights) -> str:
    """As ``weights.toml`` says it."""
    ranks, levels = (", ".join(map(str, values)) for values in (weights.ranks, weights.levels))
    return f"""\
# How the evidence for an expert is weighed: weighing.py says what each figure does, docs/matching.md how it was found.
# Learned by cross-validation on collections of judged matches (`advnet evaluate learn`):
centre = {weights.centre}
settled = {weights.settled}
lexical = {weights.lexical}
enough_terms = {weights.enough_terms}
ranks = [{ranks}]

# Measured there: how much larger meaning and words are together than words alone.
lexical_alone = {weights.lexical_alone}

# Fitted there (maximum likelihood): at which evidence half of the experts are known for it, and how steeply that grows.
half = {weights.half}
steepness = {weights.steepness}

# Chosen, since no collection tells: what a declared skill counts by its level, 1 (basic) to 4 (leading).
levels = [{levels}]
"""
