"""Bars of agreement: statements between disagreement and agreement, and options with who chose them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

MOST_LEVELS = 7
"""As many as patterns can be told apart in black and white."""


@dataclass(frozen=True)
class Statement:
    """How many chose each level, from full disagreement to full agreement; ``own`` is the reader's level, from 0."""

    label: str
    counts: tuple[int, ...]
    own: int | None = None


@dataclass(frozen=True)
class Part:
    """One level's piece of a bar.

    :ivar x: where it begins, percent of the frame
    :ivar width: likewise
    :ivar pattern: ``d3`` for the farthest disagreement, then ``d2`` and ``d1``, ``n``, and up to ``a3`` likewise
    """

    x: float
    width: float
    pattern: str
    count: int
    percent: int
    is_own: bool


@dataclass(frozen=True)
class Stack:
    """One statement's bar; the three percents add up to a hundred unless nobody answered."""

    label: str
    parts: tuple[Part, ...]
    answered: int
    against: int
    neutral: int
    favour: int


@dataclass(frozen=True)
class AgreementBars:
    """:ivar patterns: of the levels, in their order
    :ivar has_neutral: whether there is a level in the middle; it then lies astride the middle of the frame
    """

    stacks: tuple[Stack, ...]
    patterns: tuple[str, ...]
    has_neutral: bool
    has_own: bool

    @property
    def most(self) -> Stack | None:
        """The statement with the most agreement, the first of equals; None when nobody answered any."""
        return max((stack for stack in self.stacks if stack.answered), key=lambda stack: stack.favour, default=None)

    @property
    def least(self) -> Stack | None:
        """Likewise with the least agreement."""
        return min((stack for stack in self.stacks if stack.answered), key=lambda stack: stack.favour, default=None)


@dataclass(frozen=True)
class Choice:
    """:ivar width: percent of the frame, which stands for all who answered"""

    label: str
    count: int
    percent: int
    width: float
    is_own: bool


@dataclass(frozen=True)
class ChoiceBars:
    """:ivar leaders: labels of the options that most chose, in their order; none when nobody answered"""

    choices: tuple[Choice, ...]
    answered: int
    leaders: tuple[str, ...]
    most: int

    @property
    def has_own(self) -> bool:
        return any(choice.is_own for choice in self.choices)


def agreement_bars(statements: Sequence[Statement], *, levels: int) -> AgreementBars:
    """Stack each statement's levels on both sides of the middle, all statements on one scale.

    :param levels: 2 to 7; an odd number has a neutral level, of which half lies on each side
    :raises ValueError: another number of levels, counts that do not fit it, or a negative count
    Source: diverging stacked bars after Heiberger and Robbins 2014 (doi:10.18637/jss.v057.i05).
    """
    if not 2 <= levels <= MOST_LEVELS:
        raise ValueError(f"{levels} levels cannot be told apart")
    for statement in statements:
        if len(statement.counts) != levels or min(statement.counts) < 0:
            raise ValueError(f"{statement.label}: {statement.counts} are not the counts of {levels} levels")
    half = levels // 2
    patterns = [f"d{3 - place}" for place in range(half)]
    patterns += ["n"] * (levels % 2) + [f"a{4 - half + place}" for place in range(half)]
    reach = max((max(_sides(statement.counts)) for statement in statements), default=0.0) or 1.0
    stacks = tuple(_stack(statement, patterns, reach) for statement in statements)
    has_own = any(statement.own is not None for statement in statements)
    return AgreementBars(stacks, tuple(patterns), bool(levels % 2), has_own)


def choice_bars(
    options: Sequence[tuple[str, int]], *, answered: int, own: Collection[str] = (), is_single: bool = False
) -> ChoiceBars:
    """One bar an option, as long as the share of those who answered and chose it.

    :param options: label and how many chose it
    :param answered: how many answered the question; several choices each may add up to more
    :param own: labels of the reader's choices
    :param is_single: whether each chose one; the percents then add up to a hundred, if all who answered chose
    :raises ValueError: an option that more chose than answered, or a negative count
    """
    counts = [count for _, count in options]
    if any(not 0 <= count <= answered for count in counts):
        raise ValueError("an option cannot be chosen by more than answered")
    if is_single and sum(counts) == answered:
        percents = whole_percents(counts)
    else:
        percents = [round(100 * count / answered) if answered else 0 for count in counts]
    most = max(counts, default=0)
    choices = tuple(
        Choice(label, count, percent, round(100 * count / answered, 3) if answered else 0.0, label in own)
        for (label, count), percent in zip(options, percents, strict=True)
    )
    return ChoiceBars(choices, answered, tuple(label for label, count in options if count == most and most), most)


def whole_percents(counts: Sequence[int]) -> list[int]:
    """Shares of the sum as whole percents, by the largest remainder: 100 together, or 0 when every count is 0."""
    total = sum(counts)
    if total == 0:
        return [0] * len(counts)
    percents = [100 * count // total for count in counts]
    left = sorted(range(len(counts)), key=lambda place: -(100 * counts[place] % total))
    for place in left[: 100 - sum(percents)]:
        percents[place] += 1
    return percents


def _sides(counts: Sequence[int]) -> tuple[float, float]:
    """What lies on either side of the middle, as shares of all."""
    total, half = sum(counts) or 1, len(counts) // 2
    middle = counts[half] / 2 if len(counts) % 2 else 0
    return (sum(counts[:half]) + middle) / total, (sum(counts[-half:]) + middle) / total


def _stack(statement: Statement, patterns: Sequence[str], reach: float) -> Stack:
    counts, half = statement.counts, len(statement.counts) // 2
    answered = sum(counts)
    x = 50 - 50 * _sides(counts)[0] / reach
    parts = []
    for place, pattern in enumerate(patterns):
        width = 50 * counts[place] / (answered or 1) / reach
        percent = round(100 * counts[place] / (answered or 1))
        parts.append(Part(round(x, 3), round(width, 3), pattern, counts[place], percent, place == statement.own))
        x += width
    against, favour = sum(counts[:half]), sum(counts[-half:])
    sums = whole_percents((against, answered - against - favour, favour))
    return Stack(statement.label, tuple(parts), answered, *sums)
