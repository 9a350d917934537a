"""How the answers to one question are spread, as numbers that any picture may be drawn from.

One shape for all kinds: labelled bars (how many chose an option, the mean place in a ranking, the mean points of an
appraisal) or figures on a line (a probability in percent, a quantity in its unit). Whose answer is whose is not in it;
the reader's own stands beside it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median, quantiles
from typing import Any

import numpy as np

from advnet.answers.aggregation.agreement import kendalls_w
from advnet.answers.model import Answer
from advnet.consultations.model import Question, QuestionKind

COUNTED = (QuestionKind.CHOICE, QuestionKind.LIKERT)
MEASURED = (QuestionKind.PROBABILITY, QuestionKind.QUANTITY)


@dataclass(frozen=True)
class Bar:
    """One option and its number. :ivar is_own: the reader chose it, or placed it first"""

    label_ja: str
    label_en: str
    number: float
    is_own: bool = False


@dataclass(frozen=True)
class Distribution:
    """:ivar measure: what the numbers are: ``answers``, ``place``, ``points``, ``percent`` or ``figure``
    :ivar count: how many answers are in it, the reader's own among them
    :ivar bars: of options, in their order; of a ranking from the best mean place
    :ivar figures: of a line, sorted
    :ivar own: the reader's figure
    :ivar concordance: Kendall's W of a ranking, 0 to 1; None where it is not defined
    """

    measure: str
    count: int
    bars: tuple[Bar, ...] = ()
    figures: tuple[float, ...] = ()
    own: float | None = None
    unit_ja: str = ""
    unit_en: str = ""
    concordance: float | None = None

    @property
    def median(self) -> float | None:
        return median(self.figures) if self.figures else None

    @property
    def middle_half(self) -> tuple[float, float] | None:
        """Between which two numbers the middle half lies: first and third quartile, inclusive method."""
        if len(self.figures) < 2:
            return None
        low, _, high = quantiles(self.figures, n=4, method="inclusive")
        return low, high

    @property
    def own_rank(self) -> str:
        """Where the reader stands: ``below``, ``within`` or ``above`` the middle half; empty without an own figure."""
        half = self.middle_half
        if self.own is None or half is None:
            return ""
        return "below" if self.own < half[0] else "above" if self.own > half[1] else "within"


def distribution_of(question: Question, answers: Sequence[Answer], own: Answer | None) -> Distribution | None:
    """How ``answers`` are spread; None where the kind is answered in words alone, or nobody has given a judgement."""
    kind = QuestionKind(question.kind)
    if kind in MEASURED:
        return _on_a_line(question, kind, answers, own)
    if kind in COUNTED:
        return _counted(question, answers, own)
    if kind == QuestionKind.RANKING:
        return _placed(question, answers, own)
    if kind == QuestionKind.APPRAISAL:
        return _appraised(question, answers, own)
    return None


def figure_of(answer: Answer) -> float | None:
    """The best estimate, or the median where quantiles were asked; None of an answer that gave none."""
    value = answer.values.get("best", answer.values.get("q50"))
    return float(value) if isinstance(value, int | float) else None


def points_of(question: Question, answer: Answer) -> dict[str, float]:
    """Option → mean of the points that an appraisal gives it, weighted as the criteria are."""
    ratings: Mapping[str, Mapping[str, float]] = answer.values.get("ratings", {})
    weights = {one["value"]: float(one.get("weight") or 1) for one in question.settings.get("criteria", ())}
    points: dict[str, float] = {}
    for option in question.options:
        rated = [
            (weights.get(criterion, 1.0), given[option["value"]])
            for criterion, given in ratings.items()
            if option["value"] in given
        ]
        if rated:
            points[option["value"]] = sum(weight * point for weight, point in rated) / sum(
                weight for weight, _ in rated
            )
    return points


def _on_a_line(
    question: Question, kind: QuestionKind, answers: Sequence[Answer], own: Answer | None
) -> Distribution | None:
    figures = sorted(figure for answer in answers if (figure := figure_of(answer)) is not None)
    if not figures:
        return None
    is_percent = kind == QuestionKind.PROBABILITY
    return Distribution(
        "percent" if is_percent else "figure",
        len(figures),
        figures=tuple(figures),
        own=figure_of(own) if own else None,
        unit_ja="%" if is_percent else question.settings.get("unit_ja") or question.settings.get("unit_en", ""),
        unit_en="%" if is_percent else question.settings.get("unit_en") or question.settings.get("unit_ja", ""),
    )


def _counted(question: Question, answers: Sequence[Answer], own: Answer | None) -> Distribution | None:
    given = [answer for answer in answers if answer.choices]
    chosen = set(own.choices) if own else set()
    bars = (
        _bar(option, sum(option["value"] in answer.choices for answer in given), option["value"] in chosen)
        for option in question.options
    )
    return Distribution("answers", len(given), tuple(bars)) if given else None


def _placed(question: Question, answers: Sequence[Answer], own: Answer | None) -> Distribution | None:
    given = [answer for answer in answers if answer.choices]
    first = own.choices[0] if own and own.choices else None
    bars = []
    for option in question.options:
        places = [answer.choices.index(option["value"]) + 1 for answer in given if option["value"] in answer.choices]
        if places:
            bars.append(_bar(option, mean(places), option["value"] == first))
    if not bars:
        return None
    ordered = tuple(sorted(bars, key=lambda bar: bar.number))
    return Distribution("place", len(given), ordered, concordance=_concordance(question, given))


def _concordance(question: Question, given: Sequence[Answer]) -> float | None:
    options = {option["value"] for option in question.options}
    ranks = [
        [answer.choices.index(one) for one in sorted(options)] for answer in given if options <= set(answer.choices)
    ]
    w = kendalls_w(np.array(ranks)).w if ranks else math.nan
    return None if math.isnan(w) else min(1.0, max(0.0, w))


def _appraised(question: Question, answers: Sequence[Answer], own: Answer | None) -> Distribution | None:
    given = [points for answer in answers if (points := points_of(question, answer))]
    own_points = points_of(question, own) if own else {}
    best = max(own_points.values(), default=None)
    bars = []
    for option in question.options:
        value = option["value"]
        rated = [one[value] for one in given if value in one]
        if rated:
            bars.append(_bar(option, mean(rated), best is not None and own_points.get(value) == best))
    return Distribution("points", len(given), tuple(bars)) if bars else None


def _bar(option: Mapping[str, Any], number: float, is_own: bool) -> Bar:
    return Bar(option["label_ja"], option["label_en"], number, is_own)
