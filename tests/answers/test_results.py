"""What many answers come to: defined figures or words for every kind, however few have answered."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from advnet.answers.aggregation import RULES, Need
from advnet.answers.results.assembling import QuestionResult, assemble, needed_for
from advnet.answers.results.estimates import made_sure
from advnet.answers.results.opinions import FEWEST, find_opinions
from advnet.answers.results.queries import Given
from advnet.answers.results.rules import KNOWN_ANSWERS, MEAN_OF_FIGURES, QUANTITY_RULES, QuantityNeed, offers, rule_used
from advnet.consultations.kinds import QUANTILES
from advnet.consultations.model import Question, QuestionKind
from tests.answers.kinds import make_question, quantity

RATINGS = {"1": {"1": 7, "2": 5, "3": 0}, "2": {"1": 3, "2": 10, "3": 8}}
SAID: Mapping[str, tuple[QuestionKind, dict[str, Any], tuple[str, ...], dict[str, Any]]] = {
    "text": (QuestionKind.TEXT, {}, (), {}),
    "choice": (QuestionKind.CHOICE, {}, ("2",), {}),
    "multiple": (QuestionKind.CHOICE, {"multiple": True}, ("1", "3"), {}),
    "ranking": (QuestionKind.RANKING, {}, ("2", "3", "1"), {}),
    "likert": (QuestionKind.LIKERT, {}, ("4",), {}),
    "probability": (QuestionKind.PROBABILITY, {}, (), {"low": 10, "best": 12.5, "high": 60}),
    "interval": (QuestionKind.QUANTITY, {}, (), {"low": 1200, "best": 1500, "high": 3000}),
    "quantiles": (QuestionKind.QUANTITY, {"settings": quantity(QUANTILES)}, (), {"q05": -5, "q50": 8, "q95": 40}),
    "appraisal": (QuestionKind.APPRAISAL, {}, (), {"ratings": RATINGS}),
    "ask back": (QuestionKind.ASK_BACK, {}, (), {}),
}
BACK = {"missing": "Which year?"}


def asked(kind: QuestionKind, number: int = 1, **values: Any) -> Question:
    question = make_question(kind, position=number, **values)
    question.id = number
    question.rule = values.get("rule", "")
    question.is_seed = values.get("is_seed", False)
    return question


def given(
    question: Question, who: int, values: Mapping[str, Any], choices: Sequence[str] = (), *, number: int = 1
) -> Given:
    return Given(question.id, number, who, tuple(choices), values, 80)


def three(question: Question, *best: float, number: int = 1, first: int = 1) -> list[Given]:
    """Experts from ``first`` on, each with an interval of ten on both sides."""
    return [
        given(question, who, {"low": max(0, one - 10), "best": one, "high": min(100, one + 10)}, number=number)
        for who, one in enumerate(best, first)
    ]


def result_of(question: Question, answers: Sequence[Given]) -> QuestionResult:
    (result,) = assemble([question], answers)
    return result


def numbers_in(value: Any) -> list[float]:
    if isinstance(value, float | int):
        return [float(value)]
    if isinstance(value, Mapping):
        return [number for one in value.values() for number in numbers_in(one)]
    if isinstance(value, tuple | list):
        return [number for one in value for number in numbers_in(one)]
    return [number for one in vars(value).values() for number in numbers_in(one)] if hasattr(value, "__dict__") else []


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("case", ["one", "all equal", "all asked back", "different people", "one asked back"])
def test_no_figure_of_any_kind_is_a_silent_nan(name: str, case: str) -> None:
    kind, values, choices, said = SAID[name]
    question = asked(kind, **values)
    answers = {
        "one": [given(question, 1, said, choices)],
        "all equal": [given(question, who, said, choices) for who in range(5)],
        "all asked back": [given(question, who, BACK) for who in range(3)],
        "different people": [given(question, who, said, choices, number=1 + who % 2) for who in range(4)],
        "one asked back": [given(question, 1, said, choices), given(question, 2, BACK)],
    }[case]
    result = result_of(question, answers)
    told = [
        number
        for one in result.rounds
        for part in vars(one).values()
        if part is not None
        for number in numbers_in(part)
    ]
    assert [number for number in told if math.isnan(number)] == []
    assert result.last.experts == {"one": 1, "all equal": 5, "all asked back": 0, "different people": 2}.get(case, 1)
    assert result.last.asked_back == {"all asked back": 3, "one asked back": 1}.get(case, 0)
    assert result.last.concordance is None or case in {"all equal", "different people"}
    if result.is_measured:
        assert result.last.pooled is not None
        assert (result.last.pooled.figures is None) == (case == "all asked back")
    if case == "different people":
        assert result.movement is not None
        assert (result.movement.both, result.movement.only_before, result.movement.only_now) == (0, 2, 2)
        assert (result.movement.unchanged, result.movement.moved) == (None, None)


def test_nobody_at_all_gives_no_result() -> None:
    assert assemble([asked(QuestionKind.PROBABILITY)], []) == []


def test_a_probability_is_pooled_by_the_rule_whose_name_stands_beside_it() -> None:
    question = asked(QuestionKind.PROBABILITY)
    answers = three(question, 20, 40, 90)
    usual = result_of(question, answers).last.pooled
    assert usual is not None
    assert usual.rule == "LOArMean"
    odds = sum(math.log(p / (1 - p)) for p in (0.2, 0.4, 0.9)) / 3
    assert usual.figures == pytest.approx((100 / (1 + math.exp(-odds)),))
    question.rule = "ArMean"
    chosen = result_of(question, answers).last.pooled
    assert chosen is not None
    assert (chosen.rule, chosen.figures, chosen.experts) == ("ArMean", pytest.approx((50,)), 3)


def test_each_round_has_its_own_figure_and_those_in_both_are_counted() -> None:
    question = asked(QuestionKind.PROBABILITY, rule="ArMean")
    answers = three(question, 20, 40, 90) + three(question, 40, 70, 10, number=2, first=2)
    result = result_of(question, answers)
    assert [one.pooled.figures for one in result.rounds if one.pooled] == [pytest.approx((50,)), pytest.approx((40,))]
    assert result.movement is not None
    assert (result.movement.both, result.movement.only_before, result.movement.only_now) == (2, 1, 1)
    assert (result.movement.unchanged, result.movement.moved) == (0.5, 10)


def test_a_rule_whose_needs_are_not_met_gives_way_with_its_reason() -> None:
    question = asked(QuestionKind.PROBABILITY, rule="ShiftWAgg")
    one_round = result_of(question, three(question, 20, 40, 90)).last.pooled
    assert one_round is not None
    assert (one_round.rule, one_round.lacks) == ("LOArMean", {Need.TWO_ROUNDS})
    both = three(question, 20, 40, 90) + three(question, 30, 40, 60, number=2)
    two_rounds = result_of(question, both).last.pooled
    assert two_rounds is not None
    assert (two_rounds.rule, two_rounds.lacks) == ("ShiftWAgg", frozenset())


def test_rules_that_compare_questions_see_the_others_even_when_one_is_shown() -> None:
    first, second = (asked(QuestionKind.PROBABILITY, number, rule="IndIntWAgg") for number in (1, 2))
    wide = [given(second, who, {"low": 0, "best": 50, "high": 100}) for who in (1, 2)]
    answers = [
        given(first, 1, {"low": 10, "best": 20, "high": 30}),
        given(first, 2, {"low": 0, "best": 80, "high": 100}),
        *wide,
    ]
    assert needed_for(first, [first, second]) == [first, second]
    (alone,) = assemble([first, second], answers, shown=[first])
    both = assemble([first, second], answers)
    assert alone.last.pooled == both[0].last.pooled
    assert needed_for(asked(QuestionKind.PROBABILITY), [first, second]) != [first, second]


def test_quantities_with_equal_figures_have_no_distribution_and_are_counted_as_left_out() -> None:
    question = asked(QuestionKind.QUANTITY)
    answers = [
        given(question, 1, {"low": 5, "best": 5, "high": 9}),
        given(question, 2, {"low": 1, "best": 2, "high": 3}),
    ]
    pooled = result_of(question, answers).last.pooled
    assert pooled is not None
    assert (pooled.experts, pooled.left_out) == (1, 1)
    question.rule = MEAN_OF_FIGURES
    pooled = result_of(question, answers).last.pooled
    assert pooled is not None
    assert (pooled.experts, pooled.left_out, pooled.figures and pooled.figures[1]) == (2, 0, 3.5)
    (flat,) = assemble([asked(QuestionKind.QUANTITY)], answers[:1])
    assert flat.last.pooled is not None
    assert (flat.last.pooled.figures, flat.last.pooled.left_out) == (None, 1)


def test_intervals_are_made_ninety_percent_sure_within_the_bounds() -> None:
    question = asked(QuestionKind.QUANTITY, settings=quantity(minimum=0))
    said = Given(1, 1, 1, (), {"low": 8, "best": 20, "high": 32}, 60)
    assert made_sure(question, said) == (pytest.approx(2), 20, pytest.approx(38))
    assert made_sure(question, Given(1, 1, 1, (), {"low": 1, "best": 20, "high": 32}, 50)) == (
        0,
        20,
        pytest.approx(41.6),
    )
    assert made_sure(question, Given(1, 1, 1, (), {"low": 8, "best": 20, "high": 32}, None)) is None


def test_known_answers_weigh_experts_only_where_a_seed_was_answered() -> None:
    seed = asked(QuestionKind.QUANTITY, 1, settings=quantity(QUANTILES), is_seed=True, outcome=10.0)
    target = asked(QuestionKind.QUANTITY, 2, settings=quantity(QUANTILES), rule=KNOWN_ANSWERS)
    good, bad = {"q05": 5, "q50": 11, "q95": 15}, {"q05": 50, "q50": 60, "q95": 70}
    answers = [
        given(seed, 1, good),
        given(seed, 2, bad),
        *(given(target, who, {"q05": 1 * who, "q50": 2 * who, "q95": 3 * who}) for who in (1, 2, 3)),
    ]
    results = assemble([seed, target], answers)
    pooled = results[1].last.pooled
    assert pooled is not None
    assert (pooled.rule, pooled.experts, pooled.left_out) == (KNOWN_ANSWERS, 1, 2)
    assert pooled.figures == pytest.approx((1, 2, 3))
    (alone,) = assemble([target], answers[2:])
    assert alone.last.pooled is not None
    assert (alone.last.pooled.rule, alone.last.pooled.lacks) == ("EqualWeights", {QuantityNeed.SEEDS})


def test_only_rules_whose_needs_are_met_are_offered() -> None:
    probability = asked(QuestionKind.PROBABILITY)
    found = {one.name: one.lacks for one in offers(probability, has_two_rounds=False, has_seeds=True)}
    assert list(found) == list(RULES)
    assert found["ShiftWAgg"] == {Need.TWO_ROUNDS}
    assert found["EngWAgg"] == {Need.WORDS}
    assert not found["KitchSinkWAgg"]
    again = {one.name: one.lacks for one in offers(probability, has_two_rounds=True, has_seeds=False)}
    assert not again["ShiftWAgg"]
    interval = {
        one.name: one.lacks for one in offers(asked(QuestionKind.QUANTITY), has_two_rounds=True, has_seeds=True)
    }
    assert list(interval) == list(QUANTITY_RULES)
    assert interval[KNOWN_ANSWERS] == {QuantityNeed.PERCENTILES}
    assert offers(asked(QuestionKind.CHOICE), has_two_rounds=True, has_seeds=True) == []


def test_a_rule_that_is_no_longer_known_counts_as_none_chosen() -> None:
    assert rule_used(asked(QuestionKind.PROBABILITY, rule="BayTriVar")) == "LOArMean"


def test_an_appraisal_shows_means_by_criterion_and_how_far_experts_agree() -> None:
    question = asked(QuestionKind.APPRAISAL)
    other = {"1": {"1": 9, "2": 5, "3": 2}, "2": {"1": 5, "2": 8, "3": 8}}
    last = result_of(question, [given(question, 1, {"ratings": RATINGS}), given(question, 2, {"ratings": other})]).last
    assert last.appraised is not None
    assert last.appraised.means["1", "1"] == 8
    assert last.appraised.totals["1"] == pytest.approx((6 + 8) / 2)
    assert last.concordance == 0.75
    assert last.appraised.alpha is not None
    assert 0.5 < last.appraised.alpha < 1


@pytest.mark.parametrize(("experts", "is_shown"), [(FEWEST - 1, False), (FEWEST, True)])
def test_groups_of_opinion_need_enough_experts(experts: int, is_shown: bool) -> None:
    question = asked(QuestionKind.CHOICE, multiple=True)
    answers = [given(question, who, {}, ("1", "2") if who % 2 else ("3",)) for who in range(experts)]
    found = find_opinions([question], {1: answers})
    assert (found is not None) is is_shown
    if found is not None:
        assert (found.groups, len(found.places)) == (2, experts)
        assert found.up is None
        assert {one.item.option for one in found.dividing} == {"1", "2", "3"}
        assert all(len(one.means) == 2 for one in found.dividing)


def test_alike_answers_make_one_group_without_directions() -> None:
    question = asked(QuestionKind.LIKERT)
    found = find_opinions([question], {1: [given(question, who, {}, ("5",)) for who in range(8)]})
    assert found is not None
    assert (found.groups, found.across, found.up, found.dividing) == (1, None, None, ())
    assert [one.means for one in found.bridging] == [(1.0,)]
