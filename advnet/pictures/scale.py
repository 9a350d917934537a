"""A scale: from figures to percents of the frame, with round figures beside it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from advnet.pictures.numbers import TINY, axis_text, checked

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Tick:
    """A figure beside the scale.

    :ivar at: percent of the frame, from its low end
    :ivar anchor: which part of the text stands there; at the ends a long text must not leave the frame
    """

    at: float
    text: str
    anchor: Anchor


@dataclass(frozen=True)
class Scale:
    """Figures from ``low`` to ``high``, which are apart, over the whole frame."""

    low: float
    high: float
    ticks: tuple[Tick, ...]

    def at(self, value: float) -> float:
        """Percent of the frame; a figure beyond the scale stands at its end.

        :raises ValueError: the figure is not finite
        """
        if not math.isfinite(value):
            raise ValueError(f"{value} cannot be shown in a picture")
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(1.0, max(0.0, share)), 3)


def make_scale(
    values: Iterable[float],
    *,
    low: float | None = None,
    high: float | None = None,
    locale: str = "en",
    parts: int = 4,
) -> Scale:
    """The scale that holds all values, from one round figure to another.

    :param low: the least that could be, where that is known, such as 0 for a probability; ``high`` likewise
    :param parts: about so many steps; few enough that their texts stand beside each other on a phone
    :raises ValueError: a value is not finite, or ``low`` is not below ``high``
    """
    known = [checked(value) for value in values]
    least = checked(min(known, default=0.0) if low is None else low)
    most = checked(max(known, default=least + 1) if high is None else high)
    least = least if low is not None else min(least, most)
    most = most if high is not None else max(least, most)
    largest = max(abs(least), abs(most))
    if most - least <= 1e-9 * max(largest, TINY):
        if low is not None and high is not None:
            raise ValueError("a scale needs its low end below its high end")
        margin = largest / 10 if largest > TINY else 1.0
        least = least if low is not None else least - margin
        most = most if high is not None else most + margin
    step = _step((most - least) / parts)
    start = least if low is not None else math.floor(least / step + 1e-9) * step
    end = most if high is not None else math.ceil(most / step - 1e-9) * step
    first = math.ceil(start / step - 1e-9)
    count = math.floor(end / step + 1e-9) - first + 1
    bare = Scale(start, end, ())
    ticks = tuple(_tick(bare, (first + place) * step, step, locale) for place in range(count))
    return Scale(start, end, ticks)


def _step(rough: float) -> float:
    """The least of 1, 2, 2.5 and 5 times a power of ten that is not below ``rough``."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * (1 - 1e-9))


def _tick(scale: Scale, value: float, step: float, locale: str) -> Tick:
    at = scale.at(value)
    text = axis_text(value, step=step, locale=locale)
    if len(text) <= 3 or 6 <= at <= 94:
        return Tick(at, text, "middle")
    return Tick(at, text, "start" if at < 6 else "end")
