"""What each kind of question lets the asker set, and what must hold of it: one rule a kind, no branching elsewhere.

``Question.options`` are the things that are chosen, placed or appraised; everything else that a kind needs is in
``Question.settings``, shaped here:

- Likert: ``{"scale": name}`` of :data:`SCALES`, or ``own`` where the options are the points
- quantity: ``{"unit_ja", "unit_en", "form": "interval" | "quantiles", "minimum": number | null, "maximum": …}``
- appraisal: ``{"criteria": [{"value", "label_ja", "label_en", "weight": number | null}], "scale": "points" | "words"}``
- the others: ``{}``
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from advnet.consultations.model import QuestionKind
from advnet.errors import Invalid, msgid

if TYPE_CHECKING:  # details.py asks the rules, and their arguments are its own
    from advnet.consultations.details import QuestionDetails

MAXIMUM_OPTIONS = 20
MAXIMUM_CRITERIA = 8
TOO_FEW_OPTIONS = msgid("Give at least two options to choose from, one on a line.")
LONGEST_UNIT = 40
OWN = "own"
INTERVAL, QUANTILES = "interval", "quantiles"
POINTS, WORDS = "points", "words"
HIGHEST_POINT = 10

_AGREE = (
    ("まったくそう思わない", "Strongly disagree"),
    ("そう思わない", "Disagree"),
    ("あまりそう思わない", "Rather disagree"),
    ("どちらともいえない", "Neither agree nor disagree"),
    ("ややそう思う", "Rather agree"),
    ("そう思う", "Agree"),
    ("強くそう思う", "Strongly agree"),
)
_LIKELY = (
    ("まず起こらない", "Almost impossible"),
    ("可能性は低い", "Unlikely"),
    ("可能性はやや低い", "Rather unlikely"),
    ("五分五分", "About as likely as not"),
    ("可能性はやや高い", "Rather likely"),
    ("可能性は高い", "Likely"),
    ("ほぼ確実に起こる", "Almost certain"),
)
_IMPORTANT = (
    ("まったく重要でない", "Not important at all"),
    ("重要でない", "Not important"),
    ("あまり重要でない", "Rather unimportant"),
    ("どちらともいえない", "Neither important nor unimportant"),
    ("やや重要", "Rather important"),
    ("重要", "Important"),
    ("きわめて重要", "Extremely important"),
)
_FEASIBLE = (
    ("実現不可能", "Not feasible at all"),
    ("実現は難しい", "Hardly feasible"),
    ("実現はやや難しい", "Rather hard to do"),
    ("どちらともいえない", "Neither hard nor easy"),
    ("おおむね実現可能", "Rather feasible"),
    ("実現可能", "Feasible"),
    ("容易に実現可能", "Easily feasible"),
)


def _five(points: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The scale of seven without the two "rather"."""
    return tuple(points[place] for place in (0, 1, 3, 5, 6))


SCALES: Mapping[str, tuple[tuple[str, str], ...]] = {
    f"{name}{count}": _five(points) if count == 5 else points
    for name, points in (
        ("agreement", _AGREE),
        ("likelihood", _LIKELY),
        ("importance", _IMPORTANT),
        ("feasibility", _FEASIBLE),
    )
    for count in (5, 7)
}
"""Ready-made scales by name: the points in Japanese and English, from the lowest. The words are ours."""

APPRAISAL_WORDS = (
    ("きわめて悪い", "Very poor"),
    ("悪い", "Poor"),
    ("普通", "Fair"),
    ("良い", "Good"),
    ("きわめて良い", "Very good"),
)
"""What 1 to 5 mean where options are appraised in words."""


@dataclass(frozen=True)
class Rule:
    """What one kind needs of the asker.

    :ivar fewest: of options; 0 where it has none
    :ivar resolves: the answer will be known one day, so that a seed may be asked as well
    """

    fewest: int = 0
    resolves: bool = False

    @property
    def has_options(self) -> bool:
        return self.fewest > 0

    def settings(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of the kind out of everything that the form holds, which may be more."""
        return {}

    def options(self, settings: Mapping[str, Any], pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        """What is chosen from, in Japanese and English, out of the lines that the form holds."""
        return pairs if self.has_options else ()

    def faults(self, question: "QuestionDetails", name: str) -> Iterator[Invalid]:
        """What breaks a rule, each at its field below ``name``."""
        if self.has_options:
            yield from _option_faults(question, name, self.fewest)
        if question.is_seed and not self.resolves:
            message = msgid("Only a probability or a quantity can have a known answer.")
            yield Invalid(message, field=f"{name}-outcome")
        if question.is_seed and self.resolves and question.outcome is None:
            yield Invalid(msgid("Give the known answer, which only the desk sees."), field=f"{name}-outcome")

    def missing(self, question: "QuestionDetails", name: str) -> Iterator[Invalid]:
        """What must be there before experts are asked."""
        return iter(())


class LikertRule(Rule):
    def settings(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        scale = typed.get("scale", "")
        return {"scale": scale if scale in SCALES else OWN}

    def options(self, settings: Mapping[str, Any], pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        return SCALES.get(settings["scale"], pairs)


class ProbabilityRule(Rule):
    def faults(self, question: "QuestionDetails", name: str) -> Iterator[Invalid]:
        yield from super().faults(question, name)
        if question.outcome is not None and question.outcome not in (0, 1):
            yield Invalid(msgid("Give 1 if the claim is true, 0 if it is not."), field=f"{name}-outcome")

    def missing(self, question: "QuestionDetails", name: str) -> Iterator[Invalid]:
        """Source: IDEA asks about claims that events will settle (Hemming et al. 2018, doi:10.1111/2041-210X.12857)."""
        if question.is_seed:
            return
        if question.resolves_on is None:
            yield Invalid(msgid("Say on which day it will be known."), field=f"{name}-resolves_on")
        if not (question.resolution_rule_ja.strip() or question.resolution_rule_en.strip()):
            yield Invalid(
                msgid("Say how it will be told whether the claim came true."), field=f"{name}-resolution_rule_ja"
            )


class QuantityRule(Rule):
    def settings(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "unit_ja": str(typed.get("unit_ja") or "").strip(),
            "unit_en": str(typed.get("unit_en") or "").strip(),
            "form": QUANTILES if typed.get("quantity_form") == QUANTILES else INTERVAL,
            "minimum": typed.get("minimum"),
            "maximum": typed.get("maximum"),
        }

    def faults(self, question: "QuestionDetails", name: str) -> Iterator[Invalid]:
        yield from super().faults(question, name)
        settings = question.settings
        if not (settings.get("unit_ja") or settings.get("unit_en")):
            yield Invalid(msgid("Name the unit, such as km² or 億円."), field=f"{name}-unit_ja")
        for language in ("ja", "en"):
            if len(settings.get(f"unit_{language}") or "") > LONGEST_UNIT:
                yield Invalid(
                    msgid("Use at most %(maximum)s characters."), field=f"{name}-unit_{language}", maximum=LONGEST_UNIT
                )
        low, high = settings.get("minimum"), settings.get("maximum")
        if low is not None and high is not None and low >= high:
            yield Invalid(msgid("The largest possible value must lie above the smallest."), field=f"{name}-maximum")
        known = question.outcome
        if known is not None and ((low is not None and known < low) or (high is not None and known > high)):
            yield Invalid(msgid("The known answer lies outside what is possible."), field=f"{name}-outcome")


class AppraisalRule(Rule):
    def settings(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        japanese, english = list(typed.get("criteria_ja", ())), list(typed.get("criteria_en", ()))
        weights = list(typed.get("weights", ()))
        count = max(len(japanese), len(english))
        japanese, english = padded(japanese, count), padded(english, count)
        return {
            "criteria": [
                {
                    "value": str(place + 1),
                    "label_ja": japanese[place],
                    "label_en": english[place],
                    "weight": weights[place] if place < len(weights) else None,
                }
                for place in range(count)
            ],
            "scale": WORDS if typed.get("appraisal_scale") == WORDS else POINTS,
        }

    def faults(self, question: "QuestionDetails", name: str) -> Iterator[Invalid]:
        yield from super().faults(question, name)
        criteria = question.settings.get("criteria", [])
        if not criteria:
            yield Invalid(msgid("Give at least one criterion, one on a line."), field=f"{name}-criteria_ja")
        if len(criteria) > MAXIMUM_CRITERIA:
            yield Invalid(
                msgid("Give at most %(maximum)s criteria."), field=f"{name}-criteria_ja", maximum=MAXIMUM_CRITERIA
            )
        yield from _label_faults(criteria, f"{name}-criteria")
        weights = [one["weight"] for one in criteria]
        if any(weight is not None for weight in weights) and None in weights:
            yield Invalid(msgid("Give each criterion a weight, or none of them."), field=f"{name}-weights")
        elif any(weight is not None and weight <= 0 for weight in weights):
            yield Invalid(msgid("A weight is greater than 0."), field=f"{name}-weights")


RULES: Mapping[QuestionKind, Rule] = {
    QuestionKind.TEXT: Rule(),
    QuestionKind.CHOICE: Rule(fewest=2),
    QuestionKind.RANKING: Rule(fewest=2),
    QuestionKind.LIKERT: LikertRule(fewest=3),
    QuestionKind.PROBABILITY: ProbabilityRule(resolves=True),
    QuestionKind.QUANTITY: QuantityRule(resolves=True),
    QuestionKind.APPRAISAL: AppraisalRule(fewest=2),
    QuestionKind.ASK_BACK: Rule(),
}


def rule_of(kind: QuestionKind | str) -> Rule:
    return RULES[QuestionKind(kind)]


def padded(lines: list[str], count: int) -> list[str]:
    return lines + [""] * (count - len(lines))


def _option_faults(question: "QuestionDetails", name: str, fewest: int) -> Iterator[Invalid]:
    place = f"{name}-options_ja"
    if len(question.options) < fewest:
        if fewest == 2:
            yield Invalid(TOO_FEW_OPTIONS, field=place)
        else:
            yield Invalid(
                msgid("Choose a scale, or give at least three points of your own, one on a line."), field=place
            )
    if len(question.options) > MAXIMUM_OPTIONS:
        yield Invalid(msgid("Give at most %(maximum)s options."), field=place, maximum=MAXIMUM_OPTIONS)
    labels = [{"label_ja": option.label_ja, "label_en": option.label_en} for option in question.options]
    yield from _label_faults(labels, f"{name}-options")


def _label_faults(labelled: Sequence[Mapping[str, Any]], field: str) -> Iterator[Invalid]:
    for language in ("ja", "en"):
        labels = [str(one[f"label_{language}"]).strip() for one in labelled]
        given = [label for label in labels if label]
        if len(set(given)) < len(given):
            yield Invalid(msgid("Two options read the same."), field=f"{field}_{language}")
        if given and len(given) < len(labels):
            yield Invalid(
                msgid("Give the options in as many lines as in the other language, or leave one language out."),
                field=f"{field}_{language}",
            )
