"""Rules that give every expert the same weight, and what comes out of any rule."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, expit, logit

from advnet.answers.aggregation.ratings import Array, Ratings

EXTREMISING = 6.0
"""Both parameters of the beta distribution; aggreCAT's default, chosen by its authors on parts of their first study."""

_LEAST = float(np.finfo(np.float64).eps)
"""Stands for a probability of nothing, whose odds would have no logarithm."""


@dataclass(frozen=True)
class Outcome:
    """Pooled figures before they are given the rule's name.

    :ivar values: (items,), shares; NaN where no answer counts
    :ivar counted: (experts, items), whose answer went in
    :ivar fell_back: (items,), where no expert had a weight, so that the rule's fallback was used
    """

    values: Array
    counted: npt.NDArray[np.bool_]
    fell_back: npt.NDArray[np.bool_]


def mean(ratings: Ratings) -> Outcome:
    """The arithmetic mean of the best values. Source: ArMean of Hanea et al. 2021."""
    return plain(ratings, mean_of(ratings.last.best))


def median(ratings: Ratings) -> Outcome:
    """The median of the best values; of an even number the mean of two. Source: Median, Hanea et al. 2021."""
    best = ratings.last.best
    ranked = np.sort(best, axis=0)  # NaN goes last
    number = (~np.isnan(best)).sum(axis=0)
    if not best.shape[0]:
        return plain(ratings, np.full(best.shape[1], np.nan))
    low, high = np.maximum(number - 1, 0) // 2, number // 2
    columns = np.arange(best.shape[1])
    high = np.minimum(high, best.shape[0] - 1)
    values = (ranked[low, columns] + ranked[high, columns]) / 2
    return plain(ratings, np.where(number > 0, values, np.nan))


def log_odds_mean(ratings: Ratings) -> Outcome:
    """The mean of the log odds, as a probability again.

    Nothing and certainty are moved by the smallest step of a double, so that one expert who is certain pulls hard but
    does not decide alone. Source: LOArMean of Hanea et al. 2021; the step from Gould et al.'s aggreCAT.
    """
    return plain(ratings, log_odds_mean_of(ratings.last.best))


def beta_mean(ratings: Ratings) -> Outcome:
    """The mean, moved away from one half by the cumulative beta distribution with both parameters 6.

    Source: BetaArMean of Hanea et al. 2021, after Satopää et al. 2014 (doi:10.1016/j.ijforecast.2013.09.009).
    """
    average = mean_of(ratings.last.best)
    return plain(ratings, np.asarray(betainc(EXTREMISING, EXTREMISING, average), dtype=np.float64))


def mean_of(best: Array) -> Array:
    """(items,): the mean over the experts who answered; NaN where there is none."""
    number = (~np.isnan(best)).sum(axis=0)
    total = np.nansum(best, axis=0)
    average: Array = np.divide(total, number, out=np.full(best.shape[1], np.nan), where=number > 0)
    return average


def log_odds_mean_of(best: Array) -> Array:
    """(items,): see :func:`log_odds_mean`."""
    inner = np.where(best == 0.0, _LEAST, np.where(best == 1.0, 1.0 - _LEAST, best))
    return np.asarray(expit(mean_of(logit(inner))), dtype=np.float64)


def plain(ratings: Ratings, values: Array) -> Outcome:
    """The outcome of a rule in which every answer counts."""
    return Outcome(values, ~np.isnan(ratings.last.best), np.zeros(ratings.items, dtype=bool))
