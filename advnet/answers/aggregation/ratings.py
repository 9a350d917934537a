"""What experts said, as arrays: one row an expert, one column an item, a share between 0 and 1 in each cell.

Rules read one frozen object and nothing else, so that the same rule serves a page of one question, a study of
25 claims and a test. Whoever has no answer in a cell has NaN there and is left out of that item alone. Nothing is
corrected here: what contradicts itself is refused with the place of the fault, since a figure that was silently put in
order is a figure that nobody gave.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from advnet.errors import DomainError, msgid

Array = npt.NDArray[np.float64]
"""Floating-point numbers; NaN means no answer."""


class UnsoundRatings(DomainError):
    """An answer contradicts itself, or the parts do not fit together.

    :ivar expert: row of the first answer that is wrong, None when it is about the whole
    :ivar item: its column
    """

    message = msgid("These answers cannot be pooled.")

    def __init__(self, message: str, *, field: str, expert: int | None = None, item: int | None = None) -> None:
        super().__init__(message, field=field)
        self.expert = expert
        self.item = item


OUT_OF_RANGE = msgid("A probability lies between 0 and 100 percent.")
OUT_OF_ORDER = msgid("The lowest value must not be above the best one, nor the best one above the highest.")
WITHOUT_BEST = msgid("An interval needs a best value in it.")
HALF_AN_INTERVAL = msgid("An interval has a lowest and a highest value: give both, or neither.")
WITHOUT_SURENESS = msgid("Say how sure it is that the interval holds: more than 0, at most 100 percent.")


@dataclass(frozen=True)
class Round:
    """One round's three points of each expert for each item.

    :ivar low: (experts, items), shares; NaN where there is no interval
    :ivar best: (experts, items), shares; NaN where there is no answer
    :ivar high: (experts, items), shares; NaN where there is no interval
    """

    low: Array
    best: Array
    high: Array

    @property
    def width(self) -> Array:
        """(experts, items): highest less lowest."""
        return self.high - self.low


@dataclass(frozen=True)
class Ratings:
    """All that a rule may look at.

    :ivar last: the round that is pooled
    :ivar first: the round before the experts saw each other's reasons, None where there was one round only; its
        NaN rows are those who joined later
    :ivar comprehension: (experts, items), how well the expert understood the item; any scale from 0 up
    :ivar quiz: (experts,), points in a test of knowledge; NaN for who did not take it
    :ivar reasons: (experts, items, kinds), how often each kind of reason was coded; NaN where nothing was coded
    :ivar words: (experts, items), words that the expert wrote in justification
    """

    last: Round
    first: Round | None = None
    comprehension: Array | None = None
    quiz: Array | None = None
    reasons: Array | None = None
    words: Array | None = None

    @property
    def experts(self) -> int:
        return int(self.last.best.shape[0])

    @property
    def items(self) -> int:
        return int(self.last.best.shape[1])

    def of(self, rows: npt.NDArray[np.intp]) -> "Ratings":
        """The same of these experts alone, in this order."""
        return replace(
            self,
            last=_rows_of(self.last, rows),
            first=_rows_of(self.first, rows) if self.first else None,
            comprehension=None if self.comprehension is None else self.comprehension[rows],
            quiz=None if self.quiz is None else self.quiz[rows],
            reasons=None if self.reasons is None else self.reasons[rows],
            words=None if self.words is None else self.words[rows],
        )


def round_of(
    best: npt.ArrayLike,
    low: npt.ArrayLike | None = None,
    high: npt.ArrayLike | None = None,
    *,
    full: float = 1.0,
    field: str = "best",
) -> Round:
    """A round from figures as they were given, looked through.

    :param best: (experts, items) or, for one question, (experts,)
    :param low: like ``best``; left out where only a best value was asked
    :param full: what certainty is written as: 1 for shares, 100 for percent
    :param field: the input to blame where it is about a value alone
    :raises UnsoundRatings: a value outside 0 to ``full``, low > best > high, an interval without a best value
    """
    middle = _table(best)
    if (low is None) != (high is None):
        raise UnsoundRatings(HALF_AN_INTERVAL, field="low" if low is None else "high")
    lower = np.full_like(middle, np.nan) if low is None else _table(low)
    upper = np.full_like(middle, np.nan) if high is None else _table(high)
    if not lower.shape == middle.shape == upper.shape:
        raise UnsoundRatings(HALF_AN_INTERVAL, field="low")
    for name, values in (("low", lower), (field, middle), ("high", upper)):
        _refuse((values < 0) | (values > full) | np.isinf(values), OUT_OF_RANGE, name)
    _refuse(np.isnan(lower) != np.isnan(upper), HALF_AN_INTERVAL, "low")
    _refuse(np.isnan(middle) & ~np.isnan(lower), WITHOUT_BEST, field)
    _refuse((lower > middle) | (middle > upper), OUT_OF_ORDER, field)
    return Round(lower / full, middle / full, upper / full)


def standardised(given: Round, sureness: npt.ArrayLike, *, to: float = 0.9) -> Round:
    """Intervals that were given with different sureness, made comparable: each stretched about its best value.

    low' = best − (best − low) · to / sureness, likewise above, kept within 0 and 1.

    :param sureness: (experts, items) or (experts,), shares above 0: how sure the expert is that the interval holds
    :raises UnsoundRatings: an interval without a sureness, or one that is not above 0 and at most 1
    Source: linear extrapolation of IDEA's fourth step (Hemming et al. 2018, doi:10.1111/2041-210X.12857).
    """
    how_sure = _table(sureness)
    has_interval = ~np.isnan(given.low)
    unusable = ~((how_sure > 0) & (how_sure <= 1))
    _refuse(has_interval & unusable, WITHOUT_SURENESS, "sureness")
    factor = to / np.where(has_interval, how_sure, 1.0)
    low = np.clip(given.best - (given.best - given.low) * factor, 0.0, 1.0)
    return Round(low, given.best, np.clip(given.best + (given.high - given.best) * factor, 0.0, 1.0))


def _table(values: npt.ArrayLike) -> Array:
    array = np.asarray(values, dtype=np.float64)
    return array[:, None] if array.ndim == 1 else array


def _refuse(is_wrong: npt.NDArray[np.bool_], message: str, field: str) -> None:
    if is_wrong.any():
        expert, item = (int(place) for place in np.argwhere(is_wrong)[0])
        raise UnsoundRatings(message, field=field, expert=expert, item=item)


def _rows_of(given: Round, rows: npt.NDArray[np.intp]) -> Round:
    return Round(given.low[rows], given.best[rows], given.high[rows])
