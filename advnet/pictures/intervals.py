"""The interval plot: what each expert holds likely, what all together come to, and what it turned out to be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from advnet.pictures.numbers import checked, number_text, span_text
from advnet.pictures.scale import Scale, Tick, make_scale


@dataclass(frozen=True)
class Span:
    """Low, best and high of one judgement, or its 5, 50 and 95 percent quantiles.

    :raises ValueError: not in this order, or not finite
    """

    low: float
    best: float
    high: float

    def __post_init__(self) -> None:
        if not checked(self.low) <= checked(self.best) <= checked(self.high):
            raise ValueError(f"{self.low}, {self.best}, {self.high} are not in order")

    @property
    def figures(self) -> tuple[float, float, float]:
        return self.low, self.best, self.high


@dataclass(frozen=True)
class Judgement:
    """One row before it is drawn.

    :ivar label: who, such as "Expert C", or by which rule several were pooled
    :ivar now: the judgement of this round; None when there is none
    :ivar before: that of the round before, where two are shown
    """

    label: str
    now: Span | None
    before: Span | None = None
    is_own: bool = False


@dataclass(frozen=True)
class Bar:
    """A span in percents of the frame; its figures as texts for the table, and in one line."""

    low: float
    best: float
    high: float
    texts: tuple[str, str, str]
    text: str


@dataclass(frozen=True)
class Row:
    label: str
    now: Bar | None
    before: Bar | None
    is_own: bool


@dataclass(frozen=True)
class IntervalPlot:
    """:ivar rows: the experts, in the order given
    :ivar pooled: the pooled figures, below them
    :ivar has_before: whether any row has a second interval; each row then keeps room for it
    :ivar outcome_at: percent of the frame, None while it is not known
    :ivar held: how many of the experts' present intervals hold the outcome, and of how many
    """

    rows: tuple[Row, ...]
    pooled: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    has_before: bool
    outcome_at: float | None
    outcome: str
    held: int
    of: int

    @property
    def own(self) -> Row | None:
        return next((row for row in self.rows if row.is_own), None)


def interval_plot(
    judgements: Sequence[Judgement],
    *,
    pooled: Sequence[Judgement] = (),
    outcome: float | None = None,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    locale: str = "en",
) -> IntervalPlot:
    """Lay the judgements under each other on one scale.

    :param low: the least that the figure can be, where that is known (0 for a probability); ``high`` likewise
    :param unit: shown once behind the figures of a row
    :raises ValueError: a figure is not finite
    """
    spans = [span for row in (*judgements, *pooled) for span in (row.now, row.before) if span is not None]
    figures = [figure for span in spans for figure in span.figures]
    scale = make_scale([*figures, *_given(outcome)], low=low, high=high, locale=locale)
    present = [row.now for row in judgements if row.now is not None]
    return IntervalPlot(
        rows=tuple(_row(row, scale, unit, locale) for row in judgements),
        pooled=tuple(_row(row, scale, unit, locale) for row in pooled),
        ticks=scale.ticks,
        has_before=any(row.before is not None for row in (*judgements, *pooled)),
        outcome_at=None if outcome is None else scale.at(outcome),
        outcome="" if outcome is None else number_text(outcome, unit=unit),
        held=0 if outcome is None else sum(span.low <= outcome <= span.high for span in present),
        of=len(present),
    )


def lettered(judgements: Iterable[Judgement]) -> list[Judgement]:
    """The same rows under A, B, …, Z, AA, …: for figures whose order and names would tell who is meant."""
    return [replace(row, label=letter(place)) for place, row in enumerate(judgements)]


def letter(place: int) -> str:
    """A for 0, Z for 25, AA for 26, as columns of a spreadsheet are named."""
    more, rest = divmod(place, 26)
    return (letter(more - 1) if more else "") + chr(ord("A") + rest)


def _given(value: float | None) -> list[float]:
    return [] if value is None else [value]


def _row(judgement: Judgement, scale: Scale, unit: str, locale: str) -> Row:
    spans = (judgement.now, judgement.before)
    now, before = (None if span is None else _bar(span, scale, unit, locale) for span in spans)
    return Row(judgement.label, now, before, judgement.is_own)


def _bar(span: Span, scale: Scale, unit: str, locale: str) -> Bar:
    low, best, high = span.figures
    texts = (number_text(low), number_text(best), number_text(high))
    text = span_text(low, best, high, unit=unit, locale=locale)
    return Bar(scale.at(low), scale.at(best), scale.at(high), texts, text)
