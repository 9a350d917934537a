"""Whether another round would still change something: rules that propose and never decide.

Three questions are asked of a closed round. Do the experts stand close together? Do they order alike? Have they stopped
moving? Each is answered with the figure, the threshold and where the threshold comes from, and the desk reads them side
by side: agreement without stability may be a crowd on its way, stability without agreement is a lasting dissent, which
is a result as well.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from advnet.answers.aggregation.agreement import histogram_change, kendalls_w, spread, stability
from advnet.answers.feedback.distribution import COUNTED, MEASURED, figure_of, points_of
from advnet.answers.model import Answer
from advnet.consultations.model import Question, QuestionKind

FEWEST_EXPERTS = 3
"""Of fewer, no such figure says anything."""

NARROW_PERCENT = 20.0
"""Of a scale from 0 to 100: the quartiles lie within a fifth of it."""

NARROW_POINTS = 1.0
"""On a scale of 4 to 7 points."""

NARROW_SHARE = 0.2
"""Of a quantity: the distance between the quartiles, as a share of the median."""

STRONG_CONCORDANCE = 0.7
STABLE_CHANGE = 0.15
STABLE_UNCHANGED = 0.85


class Rule(StrEnum):
    """What is asked."""

    NARROW = "narrow"
    CONCORDANT = "concordant"
    STABLE = "stable"


@dataclass(frozen=True)
class Proposal:
    """One rule's answer for one question.

    :ivar figure: as measured; on the scale that ``threshold`` is on
    :ivar is_met: the rule speaks for stopping
    :ivar source: of the threshold
    :ivar experts: how many the figure rests on
    """

    rule: Rule
    figure: float
    threshold: float
    is_met: bool
    source: str
    experts: int
    unit: str = ""


def proposals_of(question: Question, answers: Sequence[Answer], before: Sequence[Answer]) -> list[Proposal]:
    """What the rules say of one question; none where they have nothing to tell.

    :param answers: of the closed round, one an expert
    :param before: of the round before; empty after the first
    """
    kind = QuestionKind(question.kind)
    found: list[Proposal | None] = []
    if kind in MEASURED or kind == QuestionKind.LIKERT:
        found.append(_narrow(question, kind, answers))
    if kind in (QuestionKind.RANKING, QuestionKind.APPRAISAL):
        found.append(_concordant(question, kind, answers))
    found.append(_stable(question, kind, answers, before))
    return [one for one in found if one is not None]


def _narrow(question: Question, kind: QuestionKind, answers: Sequence[Answer]) -> Proposal | None:
    """The distance between the quartiles is small.

    Source: von der Gracht 2012, doi:10.1016/j.techfore.2012.04.013, which reviews the limits in use: 1 or less on
    scales of 4 or 5 units, 2 or less on 10 units, so a fifth of the scale. Ours: 1 holds for 7 points as well, and of a
    quantity, which has no scale, a fifth of the median.
    """
    values = [value for answer in answers if (value := _value(question, kind, answer)) is not None]
    if len(values) < FEWEST_EXPERTS:
        return None
    found = spread(values)
    if kind == QuestionKind.QUANTITY:
        if found.median == 0:
            return None
        figure, threshold, unit = found.iqr / abs(found.median), NARROW_SHARE, "share"
    elif kind == QuestionKind.PROBABILITY:
        figure, threshold, unit = found.iqr, NARROW_PERCENT, "%"
    else:
        figure, threshold, unit = found.iqr, NARROW_POINTS, "points"
    source = "von der Gracht 2012, doi:10.1016/j.techfore.2012.04.013"
    return Proposal(Rule.NARROW, figure, threshold, figure <= threshold, source, len(values), unit)


def _concordant(question: Question, kind: QuestionKind, answers: Sequence[Answer]) -> Proposal | None:
    """Kendall's W is high.

    Source: Schmidt 1997, doi:10.1111/j.1540-5915.1997.tb01330.x: 0.7 is strong agreement.
    """
    options = [option["value"] for option in question.options]
    scores = [row for answer in answers if (row := _scores(question, kind, options, answer)) is not None]
    if len(scores) < FEWEST_EXPERTS:
        return None
    found = kendalls_w(np.array(scores))
    if math.isnan(found.w):
        return None
    source = "Schmidt 1997, doi:10.1111/j.1540-5915.1997.tb01330.x"
    is_met = found.w >= STRONG_CONCORDANCE
    return Proposal(Rule.CONCORDANT, found.w, STRONG_CONCORDANCE, is_met, source, found.experts)


def _stable(
    question: Question, kind: QuestionKind, answers: Sequence[Answer], before: Sequence[Answer]
) -> Proposal | None:
    """Few have moved since the round before, of those who were in both: who stays away has not moved.

    Of choices the change of the distribution, less than 15 %: Scheibe, Skutsch & Schofer 1975 (in Linstone & Turoff,
    The Delphi Method, IV.C). Of figures and orders how many have stayed, at least 85 %: the same limit counted by
    heads, which is ours; stability by individuals: Dajani et al. 1979, doi:10.1016/0040-1625(79)90007-6.
    """
    if kind in COUNTED:
        former = {answer.contributor_id: answer for answer in before if answer.choices}
        both = [one for one in answers if one.choices and one.contributor_id in former]
        if len(both) < FEWEST_EXPERTS:
            return None
        change = histogram_change(
            _tally(question, [former[one.contributor_id] for one in both]), _tally(question, both)
        )
        source = "Scheibe, Skutsch & Schofer 1975, in: The Delphi Method, IV.C"
        return Proposal(Rule.STABLE, change, STABLE_CHANGE, change < STABLE_CHANGE, source, len(both), "moved")
    pairs = _pairs(question, kind, answers, before)
    if len(pairs) < FEWEST_EXPERTS:
        return None
    if kind in MEASURED:
        unchanged = stability([one[0] for one in pairs], [one[1] for one in pairs]).unchanged
    else:
        unchanged = sum(first == last for first, last in pairs) / len(pairs)
    source = "Dajani et al. 1979, doi:10.1016/0040-1625(79)90007-6"
    is_met = unchanged >= STABLE_UNCHANGED
    return Proposal(Rule.STABLE, unchanged, STABLE_UNCHANGED, is_met, source, len(pairs), "stayed")


def _value(question: Question, kind: QuestionKind, answer: Answer) -> float | None:
    if kind != QuestionKind.LIKERT:
        return figure_of(answer)
    points = [option["value"] for option in question.options]
    return float(points.index(answer.choices[0])) if answer.choices and answer.choices[0] in points else None


def _scores(question: Question, kind: QuestionKind, options: Sequence[str], answer: Answer) -> list[float] | None:
    """One number an option, in their order; None unless all are there."""
    if kind == QuestionKind.RANKING:
        places: Mapping[str, float] = {value: place for place, value in enumerate(answer.choices)}
    else:
        places = points_of(question, answer)
    return [places[value] for value in options] if set(options) <= set(places) else None


def _tally(question: Question, answers: Sequence[Answer]) -> list[int]:
    return [sum(option["value"] in answer.choices for answer in answers) for option in question.options]


def _pairs(
    question: Question, kind: QuestionKind, answers: Sequence[Answer], before: Sequence[Answer]
) -> list[tuple[float, float]] | list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Former and present judgement of the experts who answered in both rounds; none of kinds in words."""
    former = {answer.contributor_id: answer for answer in before}
    both = [(former[one.contributor_id], one) for one in answers if one.contributor_id in former]
    if kind in MEASURED:
        figures = [(figure_of(first), figure_of(last)) for first, last in both]
        return [(first, last) for first, last in figures if first is not None and last is not None]
    if kind == QuestionKind.RANKING:
        return [(tuple(first.choices), tuple(last.choices)) for first, last in both]
    return []
