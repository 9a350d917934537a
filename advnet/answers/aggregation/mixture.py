"""Distributions made from a few quantiles, and their weighted mean.

Between two quantiles nothing is known but the mass, so it is spread evenly: on the scale itself, or on its logarithm
where a quantity runs over orders of magnitude. To close the ends, the range that all experts (and the answer, where it
is known) span together is widened by a tenth on each side: the intrinsic range. A weighted mean of such functions is
again straight between the points where any of them bends, so its quantiles are exact, without a search.

Source: Cooke 1991, Experts in Uncertainty, chapter 12; the tenth is Excalibur's default.
"""

from enum import StrEnum

import numpy as np

from advnet.answers.aggregation.ratings import Array

OVERSHOOT = 0.1
"""By which share of its length the range is widened on each side."""


class Background(StrEnum):
    """On which scale the mass between two quantiles is spread evenly; the values are Excalibur's words."""

    UNIFORM = "UNI"
    LOG = "LOG"

    def scaled(self, values: Array) -> Array:
        """Values on the scale of the background. The logarithm of what is not above 0 is NaN."""
        if self is Background.UNIFORM:
            return values
        return np.log(np.where(values > 0, values, np.nan))

    def unscaled(self, values: Array) -> Array:
        return values if self is Background.UNIFORM else np.exp(values)


def intrinsic_range(
    quantiles: Array, realisation: float = float("nan"), *, overshoot: float = OVERSHOOT
) -> tuple[float, float]:
    """From where to where the background of one item goes.

    :param quantiles: (experts, levels) on the background's scale; NaN is passed over
    :param realisation: the known answer on the same scale; NaN where it is not known
    :returns: lower and upper end; both NaN when nothing is known
    """
    known = np.append(quantiles[~np.isnan(quantiles)], [] if np.isnan(realisation) else [realisation])
    if not len(known):
        return float("nan"), float("nan")
    low, high = float(known.min()), float(known.max())
    margin = overshoot * (high - low)
    return low - margin, high + margin


def mixture_quantiles(quantiles: Array, weights: Array, levels: Array, low: float, high: float) -> Array:
    """Quantiles of the weighted mean of the experts' distributions of one item.

    :param quantiles: (experts, levels), rising, without NaN, on the background's scale
    :param weights: (experts,), at least 0, some above 0; their sum does not matter
    :param levels: (levels,), shares, rising
    :param low: lower end of the intrinsic range
    :param high: upper end
    :returns: (levels,)
    """
    shares = weights / weights.sum()
    knots = np.unique(np.concatenate([[low], quantiles.ravel(), [high]]))
    heights = np.concatenate([[0.0], levels, [1.0]])
    mean = np.zeros_like(knots)
    for row, share in zip(quantiles, shares, strict=True):
        if share > 0:
            mean += share * np.interp(knots, np.concatenate([[low], row, [high]]), heights)
    pooled: Array = np.interp(levels, mean, knots)
    return pooled
