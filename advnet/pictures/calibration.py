"""The calibration curve: how often what was called likely came true."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from advnet.pictures.numbers import checked, number_text

NORMAL_95 = 1.959963984540054
"""The 0.975 quantile of the standard normal distribution."""

FEWEST = 10
"""Below so many resolved claims a curve says nothing: one of ten moves a share by ten percent."""


@dataclass(frozen=True)
class Bin:
    """Claims whose stated probabilities lie near each other.

    :ivar stated_percent: the mean of what was stated
    :ivar count: how many claims
    :ivar came_true: how many of them
    :ivar interval: percents between which the true share lies, where the caller has them (with a prior, say);
        else it is computed after Wilson
    """

    stated_percent: float
    count: int
    came_true: int
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Point:
    """One bin, in percents of the frame from its lower left corner.

    :ivar radius: pixels, larger for more claims
    :ivar rise: pixels from the upper end of the interval to the count above it, which must not lie on the circle
    :ivar side: where the whole interval lies: ``on`` the diagonal, ``above`` it (came true more often than stated) or
        ``below`` it
    """

    x: float
    y: float
    low: float
    high: float
    radius: float
    rise: float
    count: int
    came_true: int
    stated: str
    observed: str
    interval: str
    side: str


@dataclass(frozen=True)
class CalibrationCurve:
    """:ivar points: by stated probability; none where there are too few claims
    :ivar count: how many claims there are all the same
    :ivar fewest: how many are needed
    """

    points: tuple[Point, ...]
    count: int
    fewest: int

    @property
    def is_enough(self) -> bool:
        return bool(self.points)

    def on(self, side: str) -> int:
        """How many points lie on this side; see :attr:`Point.side`."""
        return sum(point.side == side for point in self.points)


def calibration_curve(bins: Sequence[Bin], *, fewest: int = FEWEST) -> CalibrationCurve:
    """Place each bin with claims at its stated and its observed share.

    :raises ValueError: a percent outside 0 to 100, more claims came true than there are, or an interval out of order
    """
    for one in bins:
        if not 0 <= checked(one.stated_percent) <= 100 or not 0 <= one.came_true <= one.count:
            raise ValueError(f"{one} is no bin")
        if one.interval is not None and not 0 <= one.interval[0] <= one.interval[1] <= 100:
            raise ValueError(f"{one.interval} is no interval")
    filled = sorted((one for one in bins if one.count), key=lambda one: one.stated_percent)
    total = sum(one.count for one in filled)
    if total < max(1, fewest):
        return CalibrationCurve((), total, max(1, fewest))
    largest = max(one.count for one in filled)
    return CalibrationCurve(tuple(_point(one, largest) for one in filled), total, max(1, fewest))


def wilson_percent(came_true: int, count: int) -> tuple[float, float]:
    """The 95 % score interval of a share, in percent; ``count`` is at least 1.

    Source: Wilson 1927 (doi:10.1080/01621459.1927.10502953), recommended for small numbers by Brown, Cai and DasGupta
    2001 (doi:10.1214/ss/1009213286).
    """
    share, z2 = came_true / count, NORMAL_95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = NORMAL_95 / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    return 100 * (middle - half) if came_true else 0.0, 100 * (middle + half) if came_true < count else 100.0


def _point(one: Bin, largest: int) -> Point:
    low, high = one.interval or wilson_percent(one.came_true, one.count)
    observed = 100 * one.came_true / one.count
    radius = round(4 + 5 * math.sqrt(one.count / largest), 2)
    side = "above" if low > one.stated_percent else "below" if high < one.stated_percent else "on"
    return Point(
        x=round(one.stated_percent, 3),
        y=round(observed, 3),
        low=round(low, 3),
        high=round(high, 3),
        radius=radius,
        rise=radius + 4 if high - observed < 5 else 6,
        count=one.count,
        came_true=one.came_true,
        stated=number_text(round(one.stated_percent, 1), unit="%"),
        observed=number_text(round(observed), unit="%"),
        interval=f"{low:.0f}–{high:.0f}%",
        side=side,
    )
