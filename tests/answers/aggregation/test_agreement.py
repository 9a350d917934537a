"""Statistics of agreement beside published examples and counted by hand, and at their limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.answers.aggregation.agreement import (
    Scale,
    histogram_change,
    kendalls_w,
    krippendorffs_alpha,
    spread,
    stability,
)

NAN = np.nan
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]
"""Four observers and twelve units: Krippendorff 2011, section C."""


@pytest.mark.parametrize(("scale", "alpha"), [(Scale.NOMINAL, 0.743), (Scale.ORDINAL, 0.815), (Scale.INTERVAL, 0.849)])
def test_alpha_is_that_of_krippendorffs_own_example(scale: Scale, alpha: float):
    assert krippendorffs_alpha(KRIPPENDORFF, scale) == pytest.approx(alpha, abs=0.0006)


@pytest.mark.parametrize("scale", Scale)
def test_alpha_has_nothing_to_say_of_one_expert_or_of_answers_all_alike(scale: Scale):
    assert np.isnan(krippendorffs_alpha([[1, 2, 3]], scale))
    assert np.isnan(krippendorffs_alpha([[2, 2], [2, 2]], scale))
    assert np.isnan(krippendorffs_alpha(np.full((2, 2), NAN), scale))
    assert krippendorffs_alpha([[1, 2], [1, 2]], scale) == 1.0


def test_w_is_that_of_ranks_counted_by_hand():
    """Three experts, rank sums 4, 6, 8 and 12 about a mean of 7.5."""
    ranks = [[1, 2, 3, 4], [1, 3, 2, 4], [2, 1, 3, 4]]
    sums = np.array([4, 6, 8, 12])
    assert kendalls_w(ranks).w == pytest.approx(12 * ((sums - 7.5) ** 2).sum() / (9 * 60))


def test_w_is_one_for_the_same_order_with_ties_and_does_not_mind_which_end_is_best():
    tied = [[1, 1, 2, 3], [10, 10, 20, 70]]
    assert kendalls_w(tied).w == pytest.approx(1.0)
    scores = [[1, 2, 2, 5], [2, 1, 3, 3], [1, 4, 2, 3]]
    assert kendalls_w(scores).w == pytest.approx(kendalls_w(-np.array(scores)).w)
    assert kendalls_w([[1, 2, 3], [3, 2, 1]]).w == pytest.approx(0.0)


def test_w_leaves_out_who_did_not_rank_everything_and_is_silent_where_nothing_can_be_said():
    full = kendalls_w([[1, 2, 3], [1, 3, 2], [NAN, 1, 2]])
    assert (full.experts, full.items) == (2, 3)
    for silent in ([[1, 2, 3]], [[1], [2]], [[2, 2], [3, 3]]):
        assert np.isnan(kendalls_w(silent).w)


@given(st.integers(0, 2**32 - 1))
def test_w_and_alpha_do_not_depend_on_the_order_of_experts(seed: int):
    random = np.random.default_rng(seed)
    scores = random.integers(1, 5, (random.integers(2, 7), random.integers(2, 6))).astype(float)
    mixed = random.permutation(scores)
    one, other = kendalls_w(scores), kendalls_w(mixed)
    assert other.w == pytest.approx(one.w, nan_ok=True)
    assert np.isnan(one.w) or 0 <= one.w <= 1 + 1e-12
    for scale in Scale:
        before = krippendorffs_alpha(scores, scale)
        assert krippendorffs_alpha(mixed, scale) == pytest.approx(before, nan_ok=True)
        assert np.isnan(before) or before <= 1


def test_the_spread_is_between_the_quartiles_of_those_who_answered():
    found = spread([1, 2, 3, 4, NAN])
    assert (found.low, found.median, found.high, found.iqr, found.answers) == (1.75, 2.5, 3.25, 1.5, 4)
    assert np.isnan(spread([NAN]).median)
    assert spread([NAN]).answers == 0


def test_stability_is_of_those_who_were_in_both_rounds():
    found = stability([1, 5, NAN, 9], [1, 4, 7, NAN])
    assert (found.paired, found.unchanged, found.moved) == (2, 0.5, 0.5)
    assert found.spread_ratio == pytest.approx(3 / 4)
    assert stability([1, NAN], [NAN, 2]).paired == 0
    assert np.isnan(stability([3, 3], [3, 4]).spread_ratio)


def test_a_distribution_has_changed_by_the_share_that_has_moved():
    assert histogram_change([4, 4, 2], [2, 6, 2]) == pytest.approx(0.2)
    assert histogram_change([1, 1], [5, 5]) == 0
    assert np.isnan(histogram_change([0, 0], [1, 2]))
