"""Options appraised by criteria, each pair on its own: 0 to 10, or 1 to 5 in words."""

from collections.abc import Mapping
from typing import Any

from advnet.answers.kinds.base import Kind, Reading, Typed, fault, typed_values
from advnet.answers.kinds.options import option_values
from advnet.consultations.kinds import APPRAISAL_WORDS, HIGHEST_POINT, WORDS
from advnet.consultations.model import Question
from advnet.errors import DomainError, msgid
from advnet.figures import NoFigure, read_figure


class Appraisal(Kind):
    """``values`` are ``{"ratings": {criterion: {option: points}}}``; all pairs must be there."""

    empty = msgid("Appraise each option by each criterion.")

    def figures(self, question: Question) -> tuple[str, ...]:
        """``<criterion>_<option>``, criterion by criterion, so that options are compared on one thing at a time."""
        return tuple(
            f"{criterion['value']}_{option}"
            for criterion in question.settings.get("criteria", ())
            for option in option_values(question)
        )

    def read(self, question: Question, typed: Typed) -> Reading:
        low, high = point_range(question)
        faults: list[DomainError] = []
        ratings: dict[str, dict[str, int]] = {}
        for name, text in typed_values(question, self, typed).items():
            criterion, _, option = name.partition("_")
            points = _points(text, low, high)
            if not text:
                faults.append(fault(question, f"value_{name}", msgid("Appraise this option too.")))
            elif points is None:
                message = msgid("Give a whole number from %(low)s to %(high)s.")
                faults.append(fault(question, f"value_{name}", message, low=low, high=high))
            else:
                ratings.setdefault(criterion, {})[option] = points
        return Reading(values={"ratings": ratings}, faults=faults)


def point_range(question: Question) -> tuple[int, int]:
    """The smallest and the largest number of points."""
    if question.settings.get("scale") == WORDS:
        return 1, len(APPRAISAL_WORDS)
    return 0, HIGHEST_POINT


def weighted_means(question: Question, values: Mapping[str, Any]) -> dict[str, float]:
    """Option → mean of its points, by the weights of the criteria where they have any.

    Source: additive value model (Keeney & Raiffa 1976, *Decisions with Multiple Objectives*, ch. 3).
    """
    weights = {one["value"]: one["weight"] or 1.0 for one in question.settings.get("criteria", ())}
    ratings: Mapping[str, Mapping[str, int]] = values.get("ratings", {})
    means = {}
    for option in option_values(question):
        rated = [(weights[criterion], points[option]) for criterion, points in ratings.items() if option in points]
        if rated:
            means[option] = sum(weight * points for weight, points in rated) / sum(weight for weight, _ in rated)
    return means


def _points(text: str, low: int, high: int) -> int | None:
    try:
        value = read_figure(text)
    except NoFigure:
        return None
    return int(value) if value.is_integer() and low <= value <= high else None
