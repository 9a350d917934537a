"""Weighing: the sum of best values times weights, over the sum of weights; and weights made from what was said.

A weight of NaN means that nothing is known of this expert here, who is then left out of the item. Where no weight is
above zero there is nothing to weigh by, and the rule falls back on a figure without weights and says so
(:attr:`Outcome.fell_back`); the original package gives zero or nothing at such places.
"""

from collections.abc import Callable

import numpy as np

from advnet.answers.aggregation.means import Outcome, log_odds_mean_of, mean_of
from advnet.answers.aggregation.ratings import Array, Ratings

_STEP = 0.05
_LEAST = float(np.finfo(np.float64).eps)


def weighted(ratings: Ratings, weights: Array, *, fallback: Callable[[Array], Array] = mean_of) -> Outcome:
    """The weighted mean of the best values.

    :param weights: (experts, items) or (experts, 1), at least 0; NaN leaves the expert out
    :param fallback: (experts, items) → (items,), used where no weight is above 0
    """
    best = ratings.last.best
    answered = ~np.isnan(best)
    known = answered & ~np.isnan(weights)
    given = np.where(known, weights, 0.0)
    total = given.sum(axis=0)
    has_weight = total > 0
    summed = (given * np.where(known, best, 0.0)).sum(axis=0)
    values = np.divide(summed, total, out=np.full(ratings.items, np.nan), where=has_weight)
    fell_back = ~has_weight & answered.any(axis=0)
    values = np.where(fell_back, fallback(best), values)
    held = np.where(known, best, np.inf).min(axis=0, initial=np.inf)  # rounding must not lead out of what was said
    top = np.where(known, best, -np.inf).max(axis=0, initial=-np.inf)
    values = np.where(has_weight, np.clip(values, np.minimum(held, top), np.maximum(held, top)), values)
    return Outcome(values, np.where(has_weight, known & (given > 0), answered), fell_back)


def weighted_or_odds(ratings: Ratings, weights: Array) -> Outcome:
    """As :func:`weighted`, with the mean of the log odds where there is nothing to weigh by."""
    return weighted(ratings, weights, fallback=log_odds_mean_of)


def by_distance_from_doubt(ratings: Ratings) -> Array:
    """max(best, 1 − best): who is nearer to certainty counts more. Source: DistLimitWAgg of Hanea et al. 2021."""
    return np.maximum(ratings.last.best, 1.0 - ratings.last.best)


def by_granularity(ratings: Ratings) -> Array:
    """(experts, 1): the share of an expert's best values that are finer than steps of 0.05.

    Quotients are taken in double precision, without correction, as the published figures were: 0.15, 0.3, 0.35, 0.6,
    0.7 and 0.95 over 0.05 fall just short of a whole number and count as fine. An expert without one fine value keeps
    the smallest weight there is. Source: GranWAgg of Hanea et al. 2021.
    """
    best = ratings.last.best
    steps = best / _STEP
    fine = np.where(np.isnan(best), np.nan, np.ceil(steps - np.floor(steps)))
    share = mean_of(fine.T)[:, None]
    return np.where(share == 0.0, _LEAST, share)


def by_nearness_to_median(ratings: Ratings) -> Array:
    """1 − d / max d, with d the squared distance from the item's median. Source: OutWAgg of Hanea et al. 2021."""
    best = ratings.last.best
    middle = _median_of(best)
    distance = (best - middle) ** 2
    largest = np.where(np.isnan(distance), 0.0, distance).max(axis=0, initial=0.0)
    return 1.0 - distance / np.where(largest == 0.0, _LEAST, largest)


def by_shift(ratings: Ratings) -> Array:
    """|Δbest| + (|Δlow| + |Δhigh|) / 2 between the rounds; NaN for who was in one round only.

    Source: ShiftWAgg of Hanea et al. 2021.
    """
    if ratings.first is None:
        return np.full_like(ratings.last.best, np.nan)
    first, last = ratings.first, ratings.last
    sides = (np.abs(first.low - last.low) + np.abs(first.high - last.high)) / 2
    return np.abs(first.best - last.best) + sides


def by_comprehension(ratings: Ratings) -> Array:
    """The expert's own mark for having understood the item. Source: CompWAgg of Hanea et al. 2021."""
    return _given(ratings.comprehension, ratings)


def by_words(ratings: Ratings) -> Array:
    """Words written in justification, over both rounds and all questions. Source: EngWAgg of Hanea et al. 2021."""
    return _given(ratings.words, ratings)


def by_quiz(ratings: Ratings) -> Array:
    """(experts, 1): points in the quiz. Source: QuizWAgg of Hanea et al. 2021."""
    return np.full((ratings.experts, 1), np.nan) if ratings.quiz is None else ratings.quiz[:, None]


def by_number_of_reasons(ratings: Ratings) -> Array:
    """How many kinds of reason were given; none counts as unknown. Source: ReasonWAgg of Hanea et al. 2021."""
    used = _reasons_used(ratings)
    number = used.sum(axis=2)
    return np.where(number > 0, number, np.nan)


def by_rare_reasons(ratings: Ratings) -> Array:
    """Kinds of reason, each worth 1 − the share of this expert's items in which the expert used it.

    Who was coded for one item only has nothing to compare it with and is weighed by the number of reasons.
    Source: ReasonWAgg2 of Hanea et al. 2021 (w_varReason).
    """
    used = _reasons_used(ratings)
    coded = np.logical_not(np.isnan(used).any(axis=2))
    number = coded.sum(axis=1)
    share = np.where(coded[:, :, None], used, 0.0).sum(axis=1) / np.maximum(number, 1)[:, None]
    rarity = np.where((number > 1)[:, None], 1.0 - share, 1.0)
    weight = (used * rarity[:, None, :]).sum(axis=2)
    return np.where(weight > 0, weight, np.nan)


def or_equal(weights: Array) -> Array:
    """The same, with 1 for everybody in items where nobody has a weight above 0."""
    nothing = np.where(np.isnan(weights), 0.0, weights).max(axis=0, initial=0.0) == 0.0
    return np.where(nothing, 1.0, weights)


def _reasons_used(ratings: Ratings) -> Array:
    """(experts, items, kinds): 1 where used, 0 where not, NaN where nothing was coded."""
    if ratings.reasons is None:
        return np.full((ratings.experts, ratings.items, 1), np.nan)
    return np.minimum(ratings.reasons, 1.0)


def _given(values: Array | None, ratings: Ratings) -> Array:
    return np.full_like(ratings.last.best, np.nan) if values is None else values


def _median_of(best: Array) -> Array:
    """(items,), 0 where nobody answered (there it meets no value)."""
    answered = ~np.isnan(best).all(axis=0) if best.shape[0] else np.zeros(best.shape[1], dtype=bool)
    middle = np.zeros(best.shape[1])
    if answered.any():
        middle[answered] = np.nanmedian(best[:, answered], axis=0)
    return middle
