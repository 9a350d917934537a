"""The dot strip: every answer once at its own figure, the middle half beneath, the reader's own place marked."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from advnet.pictures.numbers import checked, number_text
from advnet.pictures.scale import Tick, make_scale

DOT_PERCENT = 3.2
"""How wide a dot is where the frame is narrowest, about 330 pixels: nearer ones stand on top of each other."""

STEP_PX = 11
TALLEST_PX = 132
SMALLEST = 0.2
"""To which part of their size dots shrink where there are so many that their stacks would be taller than this."""


@dataclass(frozen=True)
class Dot:
    """:ivar y: pixels above the axis, of the centre"""

    x: float
    y: float


@dataclass(frozen=True)
class Frequency:
    text: str
    count: int


@dataclass(frozen=True)
class Strip:
    """:ivar radius: pixels; smaller where many are alike, so that the picture keeps to one screen
    :ivar height: pixels from the axis to above the highest dot
    :ivar median: text; ``lower`` and ``upper`` are the quartiles, places beside them in percents of the frame
    :ivar own: text of the reader's own figure; empty when there is none
    :ivar below: how many of the figures lie below the reader's own, ``above`` likewise
    """

    dots: tuple[Dot, ...]
    radius: float
    height: int
    ticks: tuple[Tick, ...]
    median_at: float
    lower_at: float
    upper_at: float
    median: str
    lower: str
    upper: str
    own_at: float | None
    own: str
    below: int
    above: int
    table: tuple[Frequency, ...]

    @property
    def count(self) -> int:
        return len(self.dots)


def strip(
    values: Sequence[float],
    *,
    own: float | None = None,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    locale: str = "en",
) -> Strip:
    """Stack equal and near figures upwards, without chance: the lowest level on which a dot touches none.

    :param values: those of all experts who may be shown; whether the reader's is among them, the caller decides
    :param own: the reader's figure, marked beneath the axis
    :param low: the least that the figure can be, where that is known (0 for a probability); ``high`` likewise
    :raises ValueError: a figure is not finite
    """
    ordered = sorted(checked(value) for value in values)
    scale = make_scale([*ordered, *([] if own is None else [own])], low=low, high=high, locale=locale)
    levels, step = _stacked([scale.at(value) for value in ordered])
    radius = max(1.0, step / 2 - 0.5)
    dots = tuple(
        Dot(scale.at(value), round(radius + 3 + step * level, 2)) for value, level in zip(ordered, levels, strict=True)
    )
    quartiles = [quantile(ordered, share) if ordered else 0.0 for share in (0.25, 0.5, 0.75)]
    at = [scale.at(value) for value in quartiles]
    lower, median, upper = (number_text(value, unit=unit) if ordered else "" for value in quartiles)
    return Strip(
        dots=dots,
        radius=round(radius, 2),
        height=math.ceil(max((dot.y for dot in dots), default=0.0) + radius + 3),
        ticks=scale.ticks,
        median_at=at[1],
        lower_at=at[0],
        upper_at=at[2],
        median=median,
        lower=lower,
        upper=upper,
        own_at=None if own is None else scale.at(own),
        own="" if own is None else number_text(own, unit=unit),
        below=0 if own is None else sum(value < own for value in ordered),
        above=0 if own is None else sum(value > own for value in ordered),
        table=_frequencies(ordered, unit),
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """Between the two nearest figures in proportion; ``ordered`` is ascending and not empty.

    Source: Hyndman and Fan 1996 (doi:10.1080/00031305.1996.10473566), definition 7, NumPy's default.
    """
    place = share * (len(ordered) - 1)
    before = math.floor(place)
    after = min(before + 1, len(ordered) - 1)
    part = place - before
    return ordered[before] * (1 - part) + ordered[after] * part


def _stacked(places: Sequence[float]) -> tuple[list[int], float]:
    """The level of each dot, and how many pixels a level is high: as large as the dots can be."""
    size = 1.0
    levels = _levels(places, DOT_PERCENT)
    while STEP_PX * size * (max(levels, default=0) + 1) > TALLEST_PX and size > SMALLEST:
        size *= 0.85
        levels = _levels(places, DOT_PERCENT * size)
    return levels, min(STEP_PX * size, TALLEST_PX / (max(levels, default=0) + 1))


def _levels(places: Sequence[float], apart: float) -> list[int]:
    """For each place, in ascending order, the lowest level whose last dot is far enough to the left."""
    last: list[float] = []
    levels = []
    for place in places:
        free = (level for level, x in enumerate(last) if place - x >= apart)
        level = next(free, len(last))
        last[level : level + 1] = [place]
        levels.append(level)
    return levels


def _frequencies(ordered: Sequence[float], unit: str) -> tuple[Frequency, ...]:
    counts = Counter(number_text(value, unit=unit) for value in ordered)
    return tuple(Frequency(text, count) for text, count in counts.items())
