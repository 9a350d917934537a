"""The flow of a ranking: which option stands where from round to round, and how far the experts rank alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from advnet.pictures.intervals import letter
from advnet.pictures.numbers import checked

Concord = Literal["", "very-weak", "weak", "moderate", "strong", "very-strong"]

SLOT_PX = 46
"""From one place to the next: a mark with its letter, and the mean place under it."""

WORDS_FOR_W: tuple[tuple[float, Concord], ...] = (
    (0.2, "very-weak"),
    (0.4, "weak"),
    (0.6, "moderate"),
    (0.8, "strong"),
    (1.0, "very-strong"),
)
"""Up to which W which word holds: halfway between the points 0.1, 0.3, 0.5, 0.7 and 0.9 that the source describes.

Source: Schmidt 1997 (doi:10.1111/j.1540-5915.1997.tb01330.x), table 2.
"""


@dataclass(frozen=True)
class RankedRound:
    """One round before it is drawn.

    :ivar label: such as "Round 1"
    :ivar places: option → its mean place, 1 for the first; options that were not yet named are left out
    :ivar w: Kendall's coefficient of concordance, 0 to 1; None where it is not defined
    :ivar answered: how many ranked
    """

    label: str
    places: Mapping[str, float]
    w: float | None
    answered: int


@dataclass(frozen=True)
class Stop:
    """An option in one round.

    :ivar x: percent of the frame
    :ivar y: pixels from the upper edge, of the mark's centre
    :ivar place: 1 for the first; options of equal mean stand beneath each other and share the number
    :ivar mean: text of its mean place
    """

    x: float
    y: int
    place: int
    mean: str


@dataclass(frozen=True)
class Option:
    """:ivar letter: A for the first of the last round, B for the next …
    :ivar stops: one a round; None in a round in which it was not there
    """

    label: str
    letter: str
    stops: tuple[Stop | None, ...]

    @property
    def legs(self) -> list[tuple[Stop, Stop]]:
        """The lines between neighbouring rounds in which it was there."""
        pairs = zip(self.stops, self.stops[1:], strict=False)
        return [(a, b) for a, b in pairs if a is not None and b is not None]


@dataclass(frozen=True)
class Column:
    """:ivar concord: the word for W, such as ``strong``; empty where W is not defined"""

    x: float
    label: str
    answered: int
    w: str
    concord: Concord


@dataclass(frozen=True)
class RankingFlow:
    """:ivar options: in the order of the last round that they were in
    :ivar height: pixels
    :ivar is_wide: whether a phone must scroll it inside its own box
    """

    options: tuple[Option, ...]
    columns: tuple[Column, ...]
    height: int
    is_wide: bool

    @property
    def first(self) -> tuple[Option, ...]:
        """The options that share the first place of the last round."""
        return tuple(one for one in self.options if one.stops[-1] is not None and one.stops[-1].place == 1)


def ranking_flow(rounds: Sequence[RankedRound]) -> RankingFlow:
    """Put the options of each round under each other by their mean place, the best on top.

    Neighbours are equally far apart whatever their means: the picture shows the order, its figures how near they are.

    :raises ValueError: a mean place is below 1 or not finite, or a W outside 0 to 1
    """
    for one in rounds:
        if any(checked(place) < 1 for place in one.places.values()):
            raise ValueError("the first place is 1")
        if one.w is not None and not 0 <= one.w <= 1:
            raise ValueError(f"W is {one.w}")
    order: dict[str, None] = {}
    for one in reversed(rounds):  # an option that was dropped follows those that were kept
        order |= {option: None for option in _ranked(one) if option not in order}
    xs = [round(100 * (2 * number + 1) / (2 * len(rounds)), 3) for number in range(len(rounds))]
    stops = [_stops(one, list(order), x) for one, x in zip(rounds, xs, strict=True)]
    options = (
        Option(label, letter(place), tuple(each.get(label) for each in stops)) for place, label in enumerate(order)
    )
    return RankingFlow(
        options=tuple(options),
        columns=tuple(_column(one, x) for one, x in zip(rounds, xs, strict=True)),
        height=SLOT_PX * max((len(one.places) for one in rounds), default=0) + 4,
        is_wide=len(rounds) > 6,
    )


def concord(w: float) -> Concord:
    """The word for a coefficient of concordance; see :data:`WORDS_FOR_W`."""
    return next(word for limit, word in WORDS_FOR_W if w < limit or limit == 1.0)


def _ranked(one: RankedRound) -> list[str]:
    return sorted(one.places, key=lambda option: one.places[option])


def _stops(one: RankedRound, order: list[str], x: float) -> dict[str, Stop]:
    ranked = sorted(one.places, key=lambda option: (one.places[option], order.index(option)))
    means = [one.places[option] for option in ranked]
    return {
        option: Stop(x, SLOT_PX * slot + 14, means.index(mean) + 1, f"{mean:.1f}")
        for slot, (option, mean) in enumerate(zip(ranked, means, strict=True))
    }


def _column(one: RankedRound, x: float) -> Column:
    if one.w is None:
        return Column(x, one.label, one.answered, "", "")
    return Column(x, one.label, one.answered, f"{one.w:.2f}", concord(one.w))
