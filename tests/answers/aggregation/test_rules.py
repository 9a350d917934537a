"""Each rule of the table, held to every manner that it is not exempted from by name and with the reason."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import betainc

from advnet.answers.aggregation import RULES, Manner, Need, Ratings, Round, missing, pool, pool_all, round_of
from advnet.answers.aggregation.distributions import TOLERANCE, distribution_mean
from advnet.answers.aggregation.means import Outcome, mean_of
from advnet.answers.aggregation.pooling import NothingToWeighBy, UnknownRule
from tests.answers.aggregation.studies import rounds, studies

NEAR = {name: TOLERANCE if name == "DistribArMean" else 1e-9 for name in RULES}
"""How near a figure has to be; one rule looks for its own with a tolerance."""


def outcome(rule: str, ratings: Ratings) -> Outcome:
    """Of the rule itself, also where no answer has what it needs."""
    return RULES[rule].pool(ratings)


every_rule = pytest.mark.parametrize("rule", RULES)


def with_manner(manner: Manner) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if manner not in rule.exempt])


@every_rule
@given(data=st.data())
def test_the_order_of_experts_changes_nothing(rule: str, data: st.DataObject):
    ratings = data.draw(studies())
    order = np.array(data.draw(st.permutations(range(ratings.experts))))
    before, after = outcome(rule, ratings), outcome(rule, ratings.of(order))
    assert after.values == pytest.approx(before.values, abs=NEAR[rule], nan_ok=True)
    assert after.counted.tolist() == before.counted[order].tolist()


@every_rule
@given(ratings=studies())
def test_a_figure_is_a_probability_or_there_is_no_answer(rule: str, ratings: Ratings):
    found = outcome(rule, ratings)
    there = ~np.isnan(found.values)
    assert ((found.values[there] >= 0) & (found.values[there] <= 1)).all()
    assert found.counted.any(axis=0)[there].all()
    assert (there == ~np.isnan(ratings.last.best).all(axis=0)).all()


@with_manner(Manner.WITHIN_BEST)
@given(ratings=studies(gaps=False))
def test_a_figure_lies_between_the_least_and_the_greatest_best_value(rule: str, ratings: Ratings):
    values = pool(ratings, rule).values
    assert (values >= ratings.last.best.min(axis=0) - NEAR[rule]).all()
    assert (values <= ratings.last.best.max(axis=0) + NEAR[rule]).all()


@with_manner(Manner.UNANIMITY)
@given(data=st.data())
def test_what_all_say_is_what_comes_out(rule: str, data: st.DataObject):
    ratings = data.draw(studies(gaps=False))
    alike = [np.broadcast_to(values[:1], values.shape) for values in
             (ratings.last.low, ratings.last.best, ratings.last.high)]  # fmt: skip
    pooled = pool(replace(ratings, last=Round(*alike)), rule)
    assert pooled.values == pytest.approx(alike[1][0], abs=NEAR[rule])


@with_manner(Manner.MONOTONY)
@given(data=st.data())
def test_a_figure_does_not_fall_when_one_expert_raises_the_best_value_within_the_interval(
    rule: str, data: st.DataObject
):
    ratings = data.draw(studies(gaps=False))
    expert = data.draw(st.integers(0, ratings.experts - 1))
    item = data.draw(st.integers(0, ratings.items - 1))
    best = ratings.last.best.copy()
    room = ratings.last.high[expert, item] - best[expert, item]
    assume(room > 0)
    best[expert, item] += room * data.draw(st.sampled_from([0.25, 0.5, 1.0]))
    raised = replace(ratings, last=replace(ratings.last, best=best))
    assert pool(raised, rule).values[item] >= pool(ratings, rule).values[item] - 2 * NEAR[rule]


@every_rule
@given(data=st.data())
def test_percent_and_shares_give_the_same_figure(rule: str, data: st.DataObject):
    ratings = data.draw(studies())

    def of_percent(given: Round) -> Round:
        return round_of(given.best * 100, given.low * 100, given.high * 100, full=100)

    percent = replace(ratings, last=of_percent(ratings.last), first=of_percent(ratings.first))
    assume(np.array_equal(percent.last.best, ratings.last.best, equal_nan=True))  # else steps of 0.05 may differ
    assert outcome(rule, percent).values == pytest.approx(outcome(rule, ratings).values, abs=NEAR[rule], nan_ok=True)


BROKEN = {
    Manner.UNANIMITY: {"BetaArMean"},
    Manner.WITHIN_BEST: {"BetaArMean"},
    Manner.MONOTONY: {
        "AsymWAgg",
        "IndIntAsymWAgg",
        "KitchSinkWAgg",
        "GranWAgg",
        "OutWAgg",
        "ShiftWAgg",
    },
}


def test_no_rule_is_exempted_without_being_named_here():
    """So that a rule cannot get out of a test by an entry in its table alone."""
    exempt = {manner: {name for name, rule in RULES.items() if manner in rule.exempt} for manner in Manner}
    assert exempt == BROKEN


def test_the_exempted_rules_do_break_what_they_are_exempted_from():
    assert pool(Ratings(round_of([[0.8], [0.8]])), "BetaArMean").values[0] > 0.9

    def falls(rule: str, before: Ratings, best: list[list[float]]) -> bool:
        after = replace(before, last=replace(before.last, best=np.array(best)))
        return bool((pool(after, rule).values < pool(before, rule).values)[0])

    lopsided = Ratings(round_of([[0.2], [0.5]], [[0.1], [0.3]], [[0.5], [1.0]]))
    assert falls("AsymWAgg", lopsided, [[0.2], [0.6]])
    assert falls("IndIntAsymWAgg", lopsided, [[0.2], [0.6]])
    varying = Ratings(round_of([[0.2, 0.5], [0.5, 0.5]], [[0.1, 0.1], [0.3, 0.4]], [[0.5, 0.7], [1.0, 0.6]]))
    assert falls("KitchSinkWAgg", varying, [[0.2, 0.5], [0.6, 0.5]])
    assert falls("OutWAgg", Ratings(round_of([[0.2], [0.3], [0.4], [0.6]])), [[0.2], [0.3], [0.4], [0.9]])
    assert falls("GranWAgg", Ratings(round_of([[0.51], [0.23]])), [[0.55], [0.23]])
    moved = Ratings(round_of([[0.2], [0.5]], [[0.0], [0.1]], [[0.9], [0.9]]),
                    first=round_of([[0.4], [0.9]], [[0.0], [0.1]], [[0.9], [0.9]]))  # fmt: skip
    assert falls("ShiftWAgg", moved, [[0.2], [0.85]])


@every_rule
def test_one_expert_is_taken_at_the_word(rule: str):
    one = Ratings(
        round_of([[0.3]], [[0.2]], [[0.6]]),
        first=round_of([[0.5]], [[0.2]], [[0.6]]),
        comprehension=np.array([[5.0]]),
        quiz=np.array([9.0]),
        reasons=np.ones((1, 1, 2)),
        words=np.array([[12.0]]),
    )
    expected = 0.3 if rule != "BetaArMean" else betainc(6, 6, 0.3)
    assert pool(one, rule).values[0] == pytest.approx(expected, abs=NEAR[rule])
    assert pool(one, rule).experts.tolist() == [1]


@every_rule
def test_nobody_gives_nothing(rule: str):
    nobody = Ratings(
        round_of(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 2))),
        first=round_of(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 2))),
        comprehension=np.zeros((0, 2)),
        quiz=np.zeros(0),
        reasons=np.zeros((0, 2, 1)),
        words=np.zeros((0, 2)),
    )
    outcome = RULES[rule].pool(nobody)
    assert np.isnan(outcome.values).all()
    assert not outcome.fell_back.any()


def test_who_did_not_answer_is_not_counted():
    pooled = pool(Ratings(round_of([0.2, np.nan, 0.4])), "ArMean")
    assert (pooled.values[0], pooled.experts[0]) == (pytest.approx(0.3), 2)


def test_where_nobody_has_a_weight_the_figure_says_that_it_is_without():
    ratings = Ratings(round_of([[0.2], [0.6]]), words=np.zeros((2, 1)), quiz=np.array([np.nan, np.nan]))
    words, quiz = pool(ratings, "EngWAgg"), pool(ratings, "QuizWAgg")
    assert (words.values[0], words.fell_back[0], words.experts[0]) == (pytest.approx(0.4), True, 2)
    assert quiz.values[0] == pool(ratings, "LOArMean").values[0]
    assert quiz.fell_back[0]


def test_who_joined_for_the_second_round_has_no_change_to_be_weighed_by():
    ratings = Ratings(
        round_of([[0.2], [0.6], [0.9]], [[0.1], [0.5], [0.8]], [[0.3], [0.7], [1.0]]),
        first=round_of([[0.3], [0.5], [np.nan]], [[0.1], [0.5], [np.nan]], [[0.3], [0.7], [np.nan]]),
    )
    pooled = pool(ratings, "ShiftWAgg")
    assert (pooled.values[0], pooled.experts[0]) == (pytest.approx(0.4), 2)


def test_two_rounds_without_a_person_in_common_give_the_mean_and_say_so():
    nan = np.nan
    ratings = Ratings(
        round_of([[nan], [0.6]], [[nan], [0.5]], [[nan], [0.7]]),
        first=round_of([[0.3], [nan]], [[0.1], [nan]], [[0.3], [nan]]),
    )
    pooled = pool(ratings, "ShiftWAgg")
    assert (pooled.values[0], pooled.fell_back[0]) == (pytest.approx(0.6), True)


def test_a_rule_that_lacks_something_is_refused_and_left_out_of_all():
    ratings = Ratings(round_of([0.2, 0.4]))
    with pytest.raises(NothingToWeighBy) as refusal:
        pool(ratings, "ShiftWAgg")
    assert refusal.value.needs == {Need.INTERVAL, Need.TWO_ROUNDS}
    assert {one.rule for one in pool_all(ratings)} == {
        "ArMean", "Median", "LOArMean", "BetaArMean", "DistLimitWAgg", "GranWAgg", "OutWAgg",
    }  # fmt: skip
    assert missing(RULES["QuizWAgg"], ratings) == {Need.QUIZ}
    with pytest.raises(UnknownRule):
        pool(ratings, "GeoMean")


@given(rounds(4, 2, gaps=False))
def test_a_finer_search_of_the_median_moves_it_by_less_than_the_tolerance(last: Round):
    ratings = Ratings(last)
    exact = distribution_mean(ratings, tolerance=1e-12).values
    assert distribution_mean(ratings).values == pytest.approx(exact, abs=TOLERANCE)


def test_the_mean_of_the_log_odds_is_pulled_by_certainty_but_not_decided_by_it():
    assert 0.99 < pool(Ratings(round_of([1.0, 0.5, 0.5])), "LOArMean").values[0] < 1
    assert np.isnan(mean_of(np.full((2, 1), np.nan)))[0]
