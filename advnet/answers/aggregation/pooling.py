"""From answers to a figure with the rule's name on it: what pages, exports and the command line call."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from advnet.answers.aggregation.mixture import Background, intrinsic_range, mixture_quantiles
from advnet.answers.aggregation.ratings import Array, Ratings, round_of, standardised
from advnet.answers.aggregation.table import DEFAULT, RULES, Need, missing
from advnet.errors import DomainError, msgid


class UnknownRule(DomainError):
    message = msgid("There is no such rule.")


class NothingToWeighBy(DomainError):
    """The rule needs something that was not collected.

    :ivar needs: what is missing
    """

    message = msgid("This rule needs more than was asked: choose another.")

    def __init__(self, needs: frozenset[Need]) -> None:
        super().__init__(field="rule")
        self.needs = needs


class UnsoundQuantiles(DomainError):
    message = msgid("The values must rise from the lowest to the highest.")


@dataclass(frozen=True)
class Pooled:
    """Figures and how they came about.

    :ivar rule: name in :data:`~advnet.answers.aggregation.table.RULES`
    :ivar values: (items,), shares; NaN where nobody answered
    :ivar experts: (items,), how many answers went in
    :ivar fell_back: (items,), True where no expert had a weight and the rule's fallback was used
    """

    rule: str
    values: Array
    experts: npt.NDArray[np.int64]
    fell_back: npt.NDArray[np.bool_]


def pool(ratings: Ratings, rule: str = DEFAULT) -> Pooled:
    """One figure for each item.

    :raises UnknownRule: no rule has this name
    :raises NothingToWeighBy: the ratings lack what the rule needs
    """
    if rule not in RULES:
        raise UnknownRule(field="rule")
    lacking = missing(RULES[rule], ratings)
    if lacking:
        raise NothingToWeighBy(lacking)
    outcome = RULES[rule].pool(ratings)
    return Pooled(rule, outcome.values, outcome.counted.sum(axis=0), outcome.fell_back)


def pool_all(ratings: Ratings) -> list[Pooled]:
    """By every rule whose needs are met, in the table's order."""
    return [pool(ratings, name) for name, rule in RULES.items() if not missing(rule, ratings)]


def pool_probability(
    best: npt.ArrayLike,
    low: npt.ArrayLike | None = None,
    high: npt.ArrayLike | None = None,
    *,
    sureness: npt.ArrayLike | None = None,
    rule: str = DEFAULT,
) -> Pooled:
    """One question's probabilities.

    :param best: (experts,), shares; NaN where somebody has not answered
    :param low: (experts,), shares; with ``high``, or neither
    :param sureness: (experts,), shares: how sure each is that the interval holds; intervals are then stretched to 0.9
    :raises UnsoundRatings: see :func:`~advnet.answers.aggregation.ratings.round_of`
    :raises NothingToWeighBy: the rule needs intervals and there are none
    """
    given = round_of(best, low, high)
    return pool(Ratings(given if sureness is None else standardised(given, sureness)), rule)


def pool_quantity(
    quantiles: npt.ArrayLike,
    levels: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    background: Background = Background.UNIFORM,
) -> Array:
    """One question's quantiles, pooled as the weighted mean of the experts' distributions.

    :param quantiles: (experts, levels), in one unit, rising; a row of NaN where somebody has not answered
    :param levels: (levels,), shares, rising: which quantiles they are
    :param weights: (experts,), at least 0; the same for all when left out
    :returns: (levels,), in the same unit; NaN when nobody answered or nobody who answered has a weight
    :raises UnsoundQuantiles: a row does not rise, or has gaps; a value at or below 0 on the logarithmic background
    Source: the linear pool of Cooke 1991, Experts in Uncertainty, with the minimal information between quantiles.
    """
    values = np.asarray(quantiles, dtype=np.float64)
    shares = np.asarray(levels, dtype=np.float64)
    given = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    check_quantiles(values, background)
    counted = ~np.isnan(values).any(axis=1) & (given > 0)
    if not counted.any():
        return np.full(len(shares), np.nan)
    scaled = background.scaled(values[counted])
    low, high = intrinsic_range(scaled)
    return background.unscaled(mixture_quantiles(scaled, given[counted], shares, low, high))


def check_quantiles(values: Array, background: Background) -> None:
    """Refuse what is no set of quantiles.

    :param values: (…, levels)
    :raises UnsoundQuantiles: see :func:`pool_quantity`
    """
    gaps = np.isnan(values)
    with np.errstate(invalid="ignore"):
        falls = (np.diff(values, axis=-1) <= 0).any()
    if falls or np.isinf(values).any() or (gaps.any(axis=-1) != gaps.all(axis=-1)).any():
        raise UnsoundQuantiles(field="quantiles")
    if background is Background.LOG and (values <= 0).any():
        raise UnsoundQuantiles(msgid("On a logarithmic scale every value lies above 0."), field="quantiles")
