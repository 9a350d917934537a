"""What answers say together where no rule pools them: how many chose what, what stands first, how far they agree."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advnet.answers.aggregation.agreement import Scale, histogram_change, kendalls_w, krippendorffs_alpha, stability
from advnet.answers.kinds.appraisal import weighted_means
from advnet.answers.kinds.options import option_values
from advnet.answers.results.estimates import triple_of
from advnet.answers.results.queries import Given
from advnet.consultations.model import Question, QuestionKind


@dataclass(frozen=True)
class Appraised:
    """What an appraisal comes to.

    :ivar means: (option, criterion) → mean points
    :ivar totals: option → mean of the experts' means, weighted as the criteria are
    :ivar alpha: Krippendorff's, of all points on an interval scale; None where it says nothing
    """

    means: Mapping[tuple[str, str], float]
    totals: Mapping[str, float]
    alpha: float | None


@dataclass(frozen=True)
class Movement:
    """From one round to the next.

    :ivar both: who answered in both; the other figures are theirs alone
    :ivar only_before: who answered before and not again
    :ivar only_now: who came anew
    :ivar unchanged: share whose answer is the same; None when nobody answered in both
    :ivar moved: of choices: share that would have to move to make one distribution into the other; of figures: mean
        absolute change in their unit; None for other kinds
    """

    both: int
    only_before: int
    only_now: int
    unchanged: float | None = None
    moved: float | None = None


def count_choices(question: Question, answers: Sequence[Given]) -> tuple[int, ...]:
    """How many chose each option, in their order."""
    return tuple(sum(value in one.choices for one in answers) for value in option_values(question))


def mean_places(question: Question, answers: Sequence[Given]) -> dict[str, float]:
    """Option → its mean place; options that nobody placed are left out."""
    places: dict[str, list[int]] = {}
    for one in answers:
        for place, value in enumerate(one.choices, start=1):
            places.setdefault(value, []).append(place)
    return {value: float(np.mean(places[value])) for value in option_values(question) if value in places}


def concordance(question: Question, answers: Sequence[Given]) -> float | None:
    """Kendall's W of a ranking, or of the means of an appraisal; None where it is not defined."""
    options = option_values(question)
    scores = []
    for one in answers:
        marks: Mapping[str, float] = (
            {value: place for place, value in enumerate(one.choices)}
            if question.kind == QuestionKind.RANKING
            else weighted_means(question, one.values)
        )
        if set(options) <= set(marks):
            scores.append([marks[value] for value in options])
    return _defined(kendalls_w(np.array(scores)).w) if scores else None


def appraise(question: Question, answers: Sequence[Given]) -> Appraised:
    """Mean points of each option by each criterion, and over the criteria."""
    pairs = [(option, one["value"]) for option in option_values(question) for one in question.settings["criteria"]]
    points = np.full((len(answers), len(pairs)), np.nan)
    totals: dict[str, list[float]] = {}
    for row, given in enumerate(answers):
        ratings: Mapping[str, Mapping[str, float]] = given.values.get("ratings", {})
        for column, (option, criterion) in enumerate(pairs):
            points[row, column] = ratings.get(criterion, {}).get(option, np.nan)
        for option, mean in weighted_means(question, given.values).items():
            totals.setdefault(option, []).append(mean)
    means = {
        pair: float(np.nanmean(points[:, column]))
        for column, pair in enumerate(pairs)
        if not np.isnan(points[:, column]).all()
    }
    alpha = _defined(krippendorffs_alpha(points, Scale.INTERVAL)) if len(answers) > 1 else None
    return Appraised(means, {option: float(np.mean(of)) for option, of in totals.items()}, alpha)


def level_of(question: Question, given: Given) -> float | None:
    """The point on a Likert scale, from 1."""
    options = option_values(question)
    return float(options.index(given.choices[0]) + 1) if given.choices and given.choices[0] in options else None


def movement(question: Question, before: Sequence[Given], now: Sequence[Given]) -> Movement:
    """How the answers moved, of those who were in both rounds."""
    former = {one.contributor_id: one for one in before}
    latter = {one.contributor_id: one for one in now}
    both = [(former[who], latter[who]) for who in former if who in latter]
    counts = len(both), len(former) - len(both), len(latter) - len(both)
    if not both:
        return Movement(*counts)
    kind = QuestionKind(question.kind)
    if kind in (QuestionKind.PROBABILITY, QuestionKind.QUANTITY):
        figures = [(triple_of(question, first), triple_of(question, last)) for first, last in both]
        pairs = [(first[1], last[1]) for first, last in figures if first is not None and last is not None]
        found = stability([first for first, _ in pairs], [last for _, last in pairs])
        return Movement(*counts, _defined(found.unchanged), _defined(found.moved))
    same = sum(first.choices == last.choices and first.values == last.values for first, last in both) / len(both)
    if kind in (QuestionKind.CHOICE, QuestionKind.LIKERT):
        moved = histogram_change(
            count_choices(question, [first for first, _ in both]), count_choices(question, [last for _, last in both])
        )
        return Movement(*counts, same, _defined(moved))
    return Movement(*counts, same if kind in (QuestionKind.RANKING, QuestionKind.APPRAISAL) else None)


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
