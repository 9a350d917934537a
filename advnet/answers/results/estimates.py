"""Three figures of each expert, and what they are pooled to: probabilities and quantities, round by round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advnet.answers.aggregation import RULES, Ratings, missing, pool, pool_quantity
from advnet.answers.aggregation.cooke import Case, UnsoundCase, combine
from advnet.answers.aggregation.mixture import Background
from advnet.answers.aggregation.ratings import Array, Round
from advnet.answers.kinds.estimates import BEST, HIGH, LOW, Q05, Q50, Q95
from advnet.answers.results.queries import Given
from advnet.answers.results.rules import (
    DEFAULT_OF_QUANTITIES,
    KNOWN_ANSWERS,
    MEAN_OF_FIGURES,
    MEDIAN_OF_FIGURES,
    Lack,
    QuantityNeed,
    rule_used,
    usual_rule,
)
from advnet.consultations.kinds import QUANTILES
from advnet.consultations.model import Question, QuestionKind

LEVELS = np.array([0.05, 0.5, 0.95])
SURE = 0.9
"""How sure the intervals are made that hold less or more often: as 5 and 95 percent quantiles do."""

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Pooled:
    """A figure and how it came about.

    :ivar rule: the rule's name, which stands beside the figure
    :ivar figures: percent (one) or the lowest, the middle and the highest in the unit; None when there is no figure
    :ivar experts: answers that went in
    :ivar left_out: answers that the rule cannot take
    :ivar fell_back: nobody had a weight, and the rule's own way out was taken
    :ivar lacks: why another rule than the chosen one was used
    """

    rule: str
    figures: tuple[float, ...] | None
    experts: int
    left_out: int = 0
    fell_back: bool = False
    lacks: frozenset[Lack] = frozenset()


def triple_of(question: Question, given: Given) -> Triple | None:
    """Lowest, best and highest as they were given, or the three quantiles; None of who gave none."""
    low, best, high = (Q05, Q50, Q95) if question.settings.get("form") == QUANTILES else (LOW, BEST, HIGH)
    values = given.values
    try:
        return float(values[low]), float(values[best]), float(values[high])
    except KeyError:
        return None


def pool_probabilities(
    questions: Sequence[Question], rounds: Mapping[int, Mapping[int, Sequence[Given]]]
) -> dict[tuple[int, int], Pooled]:
    """(question, round) → its figure in percent. Rules that compare a question with others see all of ``questions``.

    :param questions: probabilities alone
    :param rounds: round → question → answers
    """
    experts = sorted({one.contributor_id for by in rounds.values() for of in by.values() for one in of})
    rows = {contributor_id: row for row, contributor_id in enumerate(experts)}
    given = {number: round_of(questions, by, rows) for number, by in rounds.items()}
    found = {}
    for number, last in given.items():
        ratings = Ratings(last=last, first=given.get(number - 1))
        wanted = {rule_used(question) for question in questions}
        lacking = {name: missing(RULES[name], ratings) for name in wanted}
        names = {name: usual_rule(questions[0]) if lacking[name] else name for name in wanted}
        pooled = {name: pool(ratings, name) for name in set(names.values())}
        for item, question in enumerate(questions):
            chosen = rule_used(question)
            one = pooled[names[chosen]]
            value = float(one.values[item])
            found[question.id, number] = Pooled(
                one.rule,
                None if np.isnan(value) else (100 * value,),
                int(one.experts[item]),
                fell_back=bool(one.fell_back[item]),
                lacks=frozenset(lacking[chosen]) if one.experts[item] else frozenset(),
            )
    return found


def pool_quantities(
    questions: Sequence[Question], rounds: Mapping[int, Mapping[int, Sequence[Given]]]
) -> dict[tuple[int, int], Pooled]:
    """(question, round) → lowest, middle and highest of all, in the question's unit.

    Intervals are first made 90 % sure, so that they can be taken for the 5 and 95 percent quantiles.

    :param questions: quantities alone
    """
    found = {}
    for number, by in rounds.items():
        for question in questions:
            found[question.id, number] = _pooled_quantity(question, by.get(question.id, ()), questions, by)
    return found


def made_sure(question: Question, given: Given) -> Triple | None:
    """The triple with its interval stretched or drawn in about the best value until it is 90 % sure, within the bounds.

    :returns: None where nothing was given, or an interval without a sureness
    Source: linear extrapolation of IDEA's fourth step (Hemming et al. 2018, doi:10.1111/2041-210X.12857).
    """
    triple = triple_of(question, given)
    if triple is None or question.settings.get("form") == QUANTILES:
        return triple
    if not given.sureness_percent:
        return None
    low, best, high = triple
    factor = SURE / (given.sureness_percent / 100)
    least, most = question.settings.get("minimum"), question.settings.get("maximum")
    low, high = best - (best - low) * factor, best + (high - best) * factor
    return (low if least is None else max(low, least)), best, (high if most is None else min(high, most))


def case_of(
    questions: Sequence[Question], answers: Mapping[int, Sequence[Given]], *, experts: Mapping[int, str]
) -> Case | None:
    """The questions by percentiles, as the classical model takes them; None without a seed or without answers to it.

    Who has answered no seed is left out, and so is an answer in which two percentiles are equal.

    :param experts: contributor → name, in the order of the rows
    """
    asked = [one for one in questions if one.settings.get("form") == QUANTILES]
    quantiles = np.full((len(experts), len(asked), 3), np.nan)
    rows = {contributor_id: row for row, contributor_id in enumerate(experts)}
    for item, question in enumerate(asked):
        for given in answers.get(question.id, ()):
            triple = triple_of(question, given)
            if triple is not None and triple[0] < triple[1] < triple[2]:
                quantiles[rows[given.contributor_id], item] = triple
    is_seed = np.array([one.is_seed and one.outcome is not None for one in asked], dtype=bool)
    if not is_seed.any():
        return None
    kept = np.flatnonzero(~np.isnan(quantiles[:, is_seed, 0]).all(axis=1))
    if not len(kept):
        return None
    names = list(experts.values())
    return Case(
        experts=tuple(names[row] for row in kept),
        items=tuple(f"Q{one.position}" for one in asked),
        levels=LEVELS,
        quantiles=quantiles[kept],
        realisations=np.array(
            [float(one.outcome) if one.is_seed and one.outcome is not None else np.nan for one in asked]
        ),
        backgrounds=(Background.UNIFORM,) * len(asked),
    )


def round_of(questions: Sequence[Question], by: Mapping[int, Sequence[Given]], rows: Mapping[int, int]) -> Round:
    """The three figures of probabilities as shares.

    :param by: question → answers of one round
    :param rows: contributor → row
    """
    values = np.full((3, len(rows), len(questions)), np.nan)
    for item, question in enumerate(questions):
        for given in by.get(question.id, ()):
            triple = triple_of(question, given)
            if triple is not None:
                values[:, rows[given.contributor_id], item] = triple
    low, best, high = values / 100
    return Round(low, best, high)


def _pooled_quantity(
    question: Question,
    answers: Sequence[Given],
    questions: Sequence[Question],
    by: Mapping[int, Sequence[Given]],
) -> Pooled:
    rule = rule_used(question)
    triples = [(one, made_sure(question, one)) for one in answers if triple_of(question, one) is not None]
    values = np.array([triple for _, triple in triples if triple is not None], dtype=float).reshape(-1, 3)
    if rule in (MEAN_OF_FIGURES, MEDIAN_OF_FIGURES):
        middle = np.mean if rule == MEAN_OF_FIGURES else np.median
        figures = middle(values, axis=0) if len(values) else None
        return _pooled(rule, figures, len(values), len(triples) - len(values))
    if rule == KNOWN_ANSWERS:
        weighed = _by_known_answers(question, questions, by, len(triples))
        if weighed is not None:
            return weighed
        lacks: frozenset[Lack] = frozenset({QuantityNeed.SEEDS}) if triples else frozenset()
    else:
        lacks = frozenset()
    rising = values[(np.diff(values, axis=1) > 0).all(axis=1)]
    figures = pool_quantity(rising, LEVELS) if len(rising) else None
    return _pooled(DEFAULT_OF_QUANTITIES, figures, len(rising), len(triples) - len(rising), lacks)


def _by_known_answers(
    question: Question, questions: Sequence[Question], by: Mapping[int, Sequence[Given]], answered: int
) -> Pooled | None:
    experts = {one.contributor_id: str(one.contributor_id) for of in by.values() for one in of}
    quantities = [one for one in questions if one.kind == QuestionKind.QUANTITY]
    case = case_of(quantities, by, experts=experts)
    item = f"Q{question.position}"
    if case is None or item not in case.items:
        return None
    try:
        combination = combine(case)
    except UnsoundCase:
        return None
    place = case.items.index(item)
    figures = combination.quantiles[place]
    if np.isnan(figures).any():
        return None
    counted = int((combination.weights[:, place] > 0).sum())
    return _pooled(KNOWN_ANSWERS, figures, counted, answered - counted)


def _pooled(
    rule: str, figures: Array | None, experts: int, left_out: int, lacks: frozenset[Lack] = frozenset()
) -> Pooled:
    told = None if figures is None else tuple(float(one) for one in figures)
    return Pooled(rule, told, experts, left_out, lacks=lacks)
