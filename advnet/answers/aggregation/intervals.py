"""Weights from the interval about the best value: its width, how lopsided it is, how it varies from item to item.

All are of Hanea et al. 2021 (doi:10.1371/journal.pone.0256919), with the conventions of Gould et al.'s aggreCAT: a
width of zero is replaced by the smallest step of a double. An expert who gives no width at all then outweighs all
others: the published rules hold a point for perfect knowledge. The table of rules says so where a rule is offered.
"""

import numpy as np

from advnet.answers.aggregation.ratings import Array, Ratings
from advnet.answers.aggregation.weights import or_equal

_LEAST = float(np.finfo(np.float64).eps)


def by_narrowness(ratings: Ratings) -> Array:
    """1 / width. Source: IntWAgg."""
    return 1.0 / _width(ratings)


def by_own_narrowness(ratings: Ratings) -> Array:
    """The expert's widest interval over the width of this one: narrow for this expert. Source: IndIntWAgg."""
    width = ratings.last.width
    widest = np.where(np.isnan(width), -np.inf, width).max(axis=1, initial=-np.inf)
    widest = np.where(widest == 0.0, _LEAST, np.where(np.isinf(widest), np.nan, widest))
    return widest[:, None] / _width(ratings)


def by_variation(ratings: Ratings) -> Array:
    """(experts, 1): the variance of the expert's widths over the items; 0 for who gave one interval only.

    Source: VarIndIntWAgg; the variance divides by one less than the number.
    """
    width = _width(ratings)
    number = (~np.isnan(width)).sum(axis=1)
    average = np.nansum(width, axis=1) / np.maximum(number, 1)
    squares = np.nansum((width - average[:, None]) ** 2, axis=1)
    variance = np.where(number > 1, squares / np.maximum(number - 1, 1), 0.0)
    return np.where(number > 0, variance, np.nan)[:, None]


def by_asymmetry(ratings: Ratings) -> Array:
    """1 − 2 · (the shorter side / width), at least 0: 0 in the middle, 1 at an end. Source: AsymWAgg."""
    last, width = ratings.last, _width(ratings)
    is_upper = last.best >= width / 2 + last.low
    side = np.where(is_upper, last.high - last.best, last.best - last.low)
    return np.maximum(1.0 - 2.0 * side / width, 0.0)


def by_own_narrowness_and_asymmetry(ratings: Ratings) -> Array:
    """The product of the two. Source: IndIntAsymWAgg."""
    return or_equal(by_own_narrowness(ratings)) * or_equal(by_asymmetry(ratings))


def by_all_of_these(ratings: Ratings) -> Array:
    """The product of own narrowness, asymmetry and variation. Source: KitchSinkWAgg."""
    variation = np.broadcast_to(by_variation(ratings), ratings.last.best.shape)
    return by_own_narrowness_and_asymmetry(ratings) * or_equal(np.where(np.isnan(ratings.last.best), np.nan, variation))


def _width(ratings: Ratings) -> Array:
    width = ratings.last.width
    return np.where(width == 0.0, _LEAST, width)
