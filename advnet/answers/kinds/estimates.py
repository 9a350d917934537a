"""Kinds that are answered by figures with their uncertainty: probability and quantity.

The order of asking, lowest, highest, best, is part of the method: bounds that come first keep the best estimate from
anchoring them. Source: the four-step question (Speirs-Bridge et al. 2010, Risk Analysis 30:512) of the IDEA protocol
(Hemming et al. 2018, doi:10.1111/2041-210X.12857), for probabilities its three-step form; percentiles after Cooke 1991,
*Experts in Uncertainty*.
"""

from collections.abc import Sequence

from advnet.answers.kinds.base import Kind, Reading, Typed, fault, typed_values
from advnet.consultations.kinds import QUANTILES
from advnet.consultations.model import Question
from advnet.errors import DomainError, Invalid, msgid
from advnet.figures import read_figure, write_figure

LOW, BEST, HIGH = "low", "best", "high"
Q05, Q50, Q95 = "q05", "q50", "q95"
LEAST_INTERVAL_PERCENT = 50
"""Of an interval that holds the truth less often than not nothing can be made; IDEA asks for 50 to 100."""


class Estimate(Kind):
    """Three figures that must stand in an order."""

    empty = msgid("Give the lowest, the highest and the best estimate.")

    def ascending(self, question: Question) -> tuple[str, str, str]:
        """The figures from the smallest."""
        return (LOW, BEST, HIGH)

    def figures(self, question: Question) -> tuple[str, ...]:
        return (LOW, HIGH, BEST)

    def units(self, question: Question) -> Sequence[str]:
        """What may stand behind a figure."""
        return ()

    def bounds(self, question: Question) -> tuple[float | None, float | None]:
        return (None, None)

    def read(self, question: Question, typed: Typed) -> Reading:
        values: dict[str, float] = {}
        faults: list[DomainError] = []
        for name, text in typed_values(question, self, typed).items():
            if not text:
                faults.append(fault(question, f"value_{name}", msgid("Give this figure too.")))
                continue
            try:
                value = read_figure(text, units=self.units(question))
            except Invalid as error:
                faults.append(fault(question, f"value_{name}", error.text, **error.params))
                continue
            faults += self._beyond(question, name, value)
            values[name] = value
        if not faults:
            faults += self._disordered(question, values)
        return Reading(
            values={name: values[name] for name in self.ascending(question) if name in values}, faults=faults
        )

    def _beyond(self, question: Question, name: str, value: float) -> list[DomainError]:
        low, high = self.bounds(question)
        if low is not None and value < low:
            return [fault(question, f"value_{name}", msgid("It cannot be below %(limit)s."), limit=write_figure(low))]
        if high is not None and value > high:
            return [fault(question, f"value_{name}", msgid("It cannot be above %(limit)s."), limit=write_figure(high))]
        return []

    def _disordered(self, question: Question, values: dict[str, float]) -> list[DomainError]:
        low, middle, high = self.ascending(question)
        if values[low] > values[high]:
            return [fault(question, f"value_{high}", self.crossed(question))]
        if values[middle] < values[low]:
            return [fault(question, f"value_{middle}", self.below(question))]
        if values[middle] > values[high]:
            return [fault(question, f"value_{middle}", self.above(question))]
        return []

    def crossed(self, question: Question) -> str:
        return msgid("The highest estimate lies below the lowest.")

    def below(self, question: Question) -> str:
        return msgid("The best estimate lies below the lowest.")

    def above(self, question: Question) -> str:
        return msgid("The best estimate lies above the highest.")


class Probability(Estimate):
    """The chance, in percent, that a claim comes true. The figures say how sure the expert is."""

    def least_sureness(self, question: Question) -> int | None:
        return None

    def units(self, question: Question) -> Sequence[str]:
        return ("%", "percent", "パーセント")

    def bounds(self, question: Question) -> tuple[float | None, float | None]:
        return (0.0, 100.0)


class Quantity(Estimate):
    """A number in a unit: an interval with how sure it holds, or the 5th, 50th and 95th percentile."""

    def ascending(self, question: Question) -> tuple[str, str, str]:
        return (Q05, Q50, Q95) if _by_quantiles(question) else (LOW, BEST, HIGH)

    def figures(self, question: Question) -> tuple[str, ...]:
        return (Q05, Q95, Q50) if _by_quantiles(question) else (LOW, HIGH, BEST)

    def least_sureness(self, question: Question) -> int | None:
        return None if _by_quantiles(question) else LEAST_INTERVAL_PERCENT

    def units(self, question: Question) -> Sequence[str]:
        return (question.settings.get("unit_ja") or "", question.settings.get("unit_en") or "")

    def bounds(self, question: Question) -> tuple[float | None, float | None]:
        return (question.settings.get("minimum"), question.settings.get("maximum"))

    def crossed(self, question: Question) -> str:
        if _by_quantiles(question):
            return msgid("The 95th percentile lies below the 5th.")
        return super().crossed(question)

    def below(self, question: Question) -> str:
        if _by_quantiles(question):
            return msgid("The 50th percentile lies below the 5th.")
        return super().below(question)

    def above(self, question: Question) -> str:
        if _by_quantiles(question):
            return msgid("The 50th percentile lies above the 95th.")
        return super().above(question)


def _by_quantiles(question: Question) -> bool:
    return bool(question.settings.get("form") == QUANTILES)
