"""Pooling what experts believe as distributions: each answer is one, they are averaged, and the median is read off.

The lowest, best and highest value are taken for the 5th, 50th and 95th percentile, with the mass spread evenly between
them and out to 0 and 1. Source: DistribArMean of Hanea et al. 2021 (doi:10.1371/journal.pone.0256919).
"""

import numpy as np
from scipy.optimize import brentq

from advnet.answers.aggregation.means import Outcome
from advnet.answers.aggregation.ratings import Array, Ratings

_LEAST = float(np.finfo(np.float64).eps)
TOLERANCE = _LEAST**0.25
"""How near the median is looked for (0.00012, as a share). The published figures were made with this tolerance of R's
root finder, which is Brent's; with a finer one three of twelve would differ from them by up to 0.00002."""


def distribution_mean(ratings: Ratings, *, tolerance: float = TOLERANCE) -> Outcome:
    """The median of the average distribution.

    :param tolerance: within which the median is found, as a share
    """
    last = ratings.last
    counted = ~np.isnan(last.low) & ~np.isnan(last.best)
    low = np.minimum(np.where(last.low == 0.0, _LEAST, last.low), last.best)
    high = np.maximum(np.where(last.high == 1.0, 1.0 - _LEAST, last.high), last.best)
    values = np.full(ratings.items, np.nan)
    for item in range(ratings.items):
        who = counted[:, item]
        if who.any():
            values[item] = _median(low[who, item], last.best[who, item], high[who, item], tolerance)
    return Outcome(values, counted, np.zeros(ratings.items, dtype=bool))


def _median(low: Array, best: Array, high: Array, tolerance: float) -> float:
    def excess(x: float) -> float:
        return float(_cumulative(x, low, best, high).mean()) - 0.5

    if excess(0.0) >= 0.0:
        return 0.0
    return float(brentq(excess, 0.0, 1.0, xtol=tolerance))


def _cumulative(x: float, low: Array, best: Array, high: Array) -> Array:
    """(experts,): the share of each expert's belief that lies at or below ``x``; jumps where two values coincide."""
    if x >= 1.0:
        return np.ones_like(best)
    below = np.where(x < low, x * 0.05 / np.where(low > 0, low, 1.0), 0.0)
    lower = 0.05 + 0.45 * (x - low) / np.where(best > low, best - low, 1.0)
    upper = 0.50 + 0.45 * (x - best) / np.where(high > best, high - best, 1.0)
    above = 0.95 + 0.05 * (x - high) / np.where(high < 1.0, 1.0 - high, 1.0)
    return np.where(x < low, below, np.where(x < best, lower, np.where(x < high, upper, above)))
