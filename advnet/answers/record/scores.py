"""How good probabilities and intervals were, once it is known what was true. Numbers in, numbers out.

A claim is stated with a probability p (a share, 0 to 1) and came true (1) or not (0). The Brier score is the squared
distance between the two: 0 for who was certain and right, 0.25 for who always says one half, 1 for who was certain
and wrong. It is *proper*: nobody gains by saying anything but what they hold to be true.

Few claims say little, and the first ones least of all: who was lucky once would else lead every list. So a record is
never the plain mean alone. The estimate beside it counts :data:`PRIOR_CLAIMS` claims more than there were, each with
the score of who knows nothing and says so (:data:`PRIOR_SCORE`). It is not drawn to the mean of the panel: that mean
holds the scores of others, some of whom answered anonymously, and one expert's figure would tell of another's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

Array = npt.NDArray[np.float64]

PRIOR_SCORE = 0.25
"""Who always says one half scores this, whatever comes true."""

PRIOR_CLAIMS = 10
"""How many claims the prior is worth: as many as it takes until a calibration curve is drawn at all. From the
eleventh on, the record says more than the prior."""

BINS = 10
LEAST_MISS = 0.01
"""The share of intervals that even a sureness of 100 percent is allowed to miss: else one miss would cost infinitely
much and no later answer could make it good."""


@dataclass(frozen=True)
class Decomposition:
    """What a mean Brier score is made of: ``reliability − resolution + uncertainty + within``.

    :ivar reliability: how far stated probabilities lie from what came true; 0 is perfect
    :ivar resolution: how far apart claims that came true and others were told; the more the better
    :ivar uncertainty: of the claims themselves; no matter of the expert
    :ivar within: what binning leaves over; 0 when all probabilities within a bin are equal
    """

    reliability: float
    resolution: float
    uncertainty: float
    within: float

    @property
    def total(self) -> float:
        return self.reliability - self.resolution + self.uncertainty + self.within


@dataclass(frozen=True)
class Group:
    """Claims of one bin. :ivar stated: the mean of what was stated, a share"""

    stated: float
    count: int
    came_true: int


@dataclass(frozen=True)
class Estimate:
    """A mean Brier score with the prior in it. :ivar low, high: 95 % lie between"""

    mean: float
    low: float
    high: float


def brier_scores(stated: npt.ArrayLike, came_true: npt.ArrayLike) -> Array:
    """(claims,): squared distances. Source: Brier 1950 (Mon. Weather Rev. 78:1), for one of two outcomes.

    :param stated: (claims,), shares
    :param came_true: (claims,), 1 or 0
    :raises ValueError: lengths differ, a share outside 0 to 1, or an outcome that is neither 1 nor 0
    """
    shares, outcomes = _checked(stated, came_true)
    scores: Array = (shares - outcomes) ** 2
    return scores


def sharpness(stated: npt.ArrayLike) -> float:
    """Mean of p(1 − p): the Brier score that the probabilities promise, if they hold. Small is sharp.

    What was reached lies above it where an expert was too sure. It is the mean variance of the stated distributions,
    which is how sharpness is measured; source: Gneiting, Balabdaoui & Raftery 2007
    (doi:10.1111/j.1467-9868.2007.00587.x).

    :param stated: (claims,), shares; at least one
    """
    shares = np.asarray(stated, dtype=np.float64)
    return float(np.mean(shares * (1.0 - shares)))


def groups_of(stated: npt.ArrayLike, came_true: npt.ArrayLike, *, bins: int = BINS) -> list[Group]:
    """The claims in ``bins`` equal spans of what was stated, those without claims left out; 1 belongs to the last."""
    shares, outcomes = _checked(stated, came_true)
    places = _places(shares, bins)
    return [
        Group(float(shares[here].mean()), int(here.sum()), int(outcomes[here].sum()))
        for here in (places == place for place in np.unique(places))
    ]


def decompose(stated: npt.ArrayLike, came_true: npt.ArrayLike, *, bins: int = BINS) -> Decomposition:
    """The parts of the mean Brier score; :attr:`Decomposition.total` is that mean, exactly.

    Source: Murphy 1973 (doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2); with bins, the two terms within them of
    Stephenson, Coelho & Jolliffe 2008 (doi:10.1175/2007WAF2006116.1), here as one.

    :param stated: (claims,), shares; at least one
    """
    shares, outcomes = _checked(stated, came_true)
    places, count, base = _places(shares, bins), len(shares), float(outcomes.mean())
    reliability = resolution = within = 0.0
    for place in np.unique(places):
        here = places == place
        said, came = shares[here], outcomes[here]
        share = here.sum() / count
        reliability += share * (said.mean() - came.mean()) ** 2
        resolution += share * (came.mean() - base) ** 2
        within += share * (said.var() - 2 * np.mean((said - said.mean()) * (came - came.mean())))
    return Decomposition(float(reliability), float(resolution), base * (1 - base), float(within))


def estimate_score(scores: npt.ArrayLike) -> Estimate:
    """The mean Brier score, drawn to :data:`PRIOR_SCORE` the more the fewer claims there are.

    Each score is a part of a whole between 0 and 1 and counts as that part of a failure: the prior Beta(2.5, 7.5) comes
    to Beta(2.5 + Σb, 7.5 + n − Σb). Source: the conjugate beta-binomial (Gelman et al. 2013, Bayesian Data Analysis,
    ch. 2). Its interval is wide on purpose: among all values between 0 and 1 with a given mean, those that are only 0
    and 1 vary most (Bhatia & Davis 2000, doi:10.1080/00029890.2000.12005203).

    :param scores: (claims,), each 0 to 1; none gives the prior
    """
    given = np.asarray(scores, dtype=np.float64)
    failures = PRIOR_SCORE * PRIOR_CLAIMS + float(given.sum())
    whole = PRIOR_CLAIMS + len(given)
    low, high = beta.ppf((0.025, 0.975), failures, whole - failures)
    return Estimate(failures / whole, float(low), float(high))


def interval_score(low: float, high: float, outcome: float, *, sureness: float) -> float:
    """Width of an interval plus what a miss costs, in the unit of the quantity; small is good.

    With α = 1 − sureness: (high − low) + 2/α · the distance by which the outcome lies outside. It is the sum of the
    pinball losses of both ends, times 2/α, and proper. Source: Gneiting & Raftery 2007
    (doi:10.1198/016214506000001437), equation 43.

    :param sureness: share, how sure it was said that the interval holds
    :raises ValueError: the ends are out of order
    """
    if low > high:
        raise ValueError(f"{low} to {high} is no interval")
    miss = max(1.0 - sureness, LEAST_MISS)
    return (high - low) + 2.0 / miss * (max(low - outcome, 0.0) + max(outcome - high, 0.0))


def weights_from_record(totals: Sequence[float], counts: Sequence[int]) -> Array:
    """(experts,), adding up to 1: each expert's weight from the record of claims, drawn to the prior.

    In inverse proportion to the mean squared error, that is to :attr:`Estimate.mean`. Source: Bates & Granger 1969
    (doi:10.1057/jors.1969.103), errors taken as independent. The prior keeps it tame: without a record everybody
    weighs the same, and who was perfect in n claims weighs (10 + n) / 10 times as much as who has none.

    :param totals: (experts,), sums of Brier scores
    :param counts: (experts,), how many claims
    :raises ValueError: lengths differ, or a total is no sum of so many scores
    """
    if len(totals) != len(counts):
        raise ValueError("Each total has its count")
    if any(not 0 <= total <= count for total, count in zip(totals, counts, strict=True)):
        raise ValueError("A Brier score lies between 0 and 1")
    if not totals:
        return np.zeros(0)
    means = (PRIOR_SCORE * PRIOR_CLAIMS + np.asarray(totals)) / (PRIOR_CLAIMS + np.asarray(counts))
    weights: Array = (1.0 / means) / np.sum(1.0 / means)
    return weights


def _places(shares: Array, bins: int) -> npt.NDArray[np.int64]:
    """The rounding keeps 0.3 · 10, which is a little less than 3 in double precision, where people read it."""
    return np.minimum(np.floor(np.round(shares * bins, 9)), bins - 1).astype(np.int64)


def _checked(stated: npt.ArrayLike, came_true: npt.ArrayLike) -> tuple[Array, Array]:
    shares, outcomes = np.asarray(stated, dtype=np.float64), np.asarray(came_true, dtype=np.float64)
    if shares.shape != outcomes.shape or shares.ndim != 1:
        raise ValueError("Each stated probability has its outcome")
    if not all(map(math.isfinite, shares)) or ((shares < 0) | (shares > 1)).any():
        raise ValueError("A probability is a share from 0 to 1")
    if not np.isin(outcomes, (0, 1)).all():
        raise ValueError("A claim came true, 1, or it did not, 0")
    return shares, outcomes
