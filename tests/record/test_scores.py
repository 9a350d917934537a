"""Scores against figures computed by hand, and what must hold of them whatever was said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.answers.record.scores import (
    brier_scores,
    decompose,
    estimate_score,
    groups_of,
    interval_score,
    sharpness,
    weights_from_record,
)

CLAIMS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=1, max_size=40)


def test_scores_are_those_computed_by_hand() -> None:
    scores = brier_scores([0.9, 0.6, 0.2], [1, 0, 0])
    assert scores == pytest.approx([0.01, 0.36, 0.04])
    assert sharpness([0.9, 0.6, 0.2]) == pytest.approx((0.09 + 0.24 + 0.16) / 3)


def test_the_parts_of_a_score_are_those_computed_by_hand() -> None:
    """Three claims at 0.8, of which two came true, and one at 0.3 that did not."""
    parts = decompose([0.8, 0.8, 0.8, 0.3], [1, 1, 0, 0])
    assert parts.uncertainty == pytest.approx(0.25)
    assert parts.reliability == pytest.approx(0.75 * (0.8 - 2 / 3) ** 2 + 0.25 * 0.09)
    assert parts.resolution == pytest.approx(0.75 * (2 / 3 - 0.5) ** 2 + 0.25 * 0.25)
    assert parts.within == pytest.approx(0)


@given(st.lists(st.integers(0, 1), min_size=1, max_size=30))
def test_who_is_certain_and_right_scores_0_and_who_always_says_one_half_a_quarter(outcomes: list[int]) -> None:
    assert brier_scores(outcomes, outcomes).sum() == 0
    assert brier_scores([0.5] * len(outcomes), outcomes).mean() == 0.25


@given(CLAIMS, st.integers(1, 20))
def test_the_parts_add_up_to_the_score(claims: list[tuple[float, int]], bins: int) -> None:
    stated, came = zip(*claims, strict=True)
    parts = decompose(stated, came, bins=bins)
    assert parts.total == pytest.approx(brier_scores(stated, came).mean(), abs=1e-12)
    share = sum(came) / len(came)
    assert parts.uncertainty == pytest.approx(share * (1 - share), abs=1e-12)
    assert parts.resolution <= parts.uncertainty + 1e-12


@given(CLAIMS, st.randoms(use_true_random=False))
def test_the_order_of_claims_changes_nothing(claims: list[tuple[float, int]], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(claims)
    random.shuffle(shuffled)
    first, second = (brier_scores(*zip(*one, strict=True)) for one in (claims, shuffled))
    assert first.mean() == pytest.approx(second.mean())
    assert estimate_score(first).low == pytest.approx(estimate_score(second).low)
    counts = [[(one.count, one.came_true) for one in groups_of(*zip(*c, strict=True))] for c in (claims, shuffled)]
    assert counts[0] == counts[1]


def test_bins_begin_where_people_read_them() -> None:
    groups = groups_of([0.3, 0.29, 1.0, 0.95], [1, 0, 1, 1])
    assert [(one.count, one.came_true) for one in groups] == [(1, 0), (1, 1), (2, 2)]


@given(st.lists(st.floats(0, 1), max_size=60))
def test_an_estimate_lies_between_the_prior_and_what_was_seen(scores: list[float]) -> None:
    estimate = estimate_score(scores)
    seen = float(np.mean(scores)) if scores else 0.25
    assert min(0.25, seen) - 1e-12 <= estimate.mean <= max(0.25, seen) + 1e-12
    assert 0 <= estimate.low < estimate.mean < estimate.high <= 1


def test_few_claims_are_drawn_to_one_half_and_many_stand_for_themselves() -> None:
    assert estimate_score([]).mean == 0.25
    assert estimate_score([0.0]).mean == pytest.approx(2.5 / 11)
    assert estimate_score([0.0] * 10).mean == pytest.approx(0.125)
    assert estimate_score([0.0] * 990).mean == pytest.approx(0.0025)
    widths = [estimate_score([0.1] * n).high - estimate_score([0.1] * n).low for n in (0, 10, 100)]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize(("outcome", "score"), [(15, 10), (10, 10), (20, 10), (8, 10 + 10 * 2), (23, 10 + 10 * 3)])
def test_an_interval_pays_for_its_width_and_for_what_it_misses(outcome: float, score: float) -> None:
    assert interval_score(10, 20, outcome, sureness=0.8) == pytest.approx(score)


def test_the_interval_score_is_the_sum_of_both_pinball_losses() -> None:
    def pinball(level: float, quantile: float, outcome: float) -> float:
        return (level - (outcome < quantile)) * (outcome - quantile)

    for outcome in (3.0, 11.0, 40.0):
        losses = pinball(0.05, 10, outcome) + pinball(0.95, 20, outcome)
        assert interval_score(10, 20, outcome, sureness=0.9) == pytest.approx(losses * 2 / 0.1)


def test_complete_sureness_costs_much_and_not_everything() -> None:
    assert interval_score(10, 20, 21, sureness=1.0) == pytest.approx(10 + 200)


def test_weights_are_equal_without_records_and_tame_with_them() -> None:
    assert weights_from_record([0, 0, 0], [0, 0, 0]) == pytest.approx([1 / 3] * 3)
    perfect, new = weights_from_record([0, 0], [10, 0])
    assert perfect / new == pytest.approx(2)
    assert weights_from_record([], []).shape == (0,)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 50)), min_size=1, max_size=12))
def test_weights_add_up_and_follow_the_record(records: list[tuple[float, int]]) -> None:
    totals, counts = [mean * n for mean, n in records], [n for _, n in records]
    weights = weights_from_record(totals, counts)
    assert weights.sum() == pytest.approx(1)
    means = [(2.5 + total) / (10 + count) for total, count in zip(totals, counts, strict=True)]
    assert all(weights[i] >= weights[j] for i in range(len(means)) for j in range(len(means)) if means[i] < means[j])
    backwards = weights_from_record(totals[::-1], counts[::-1])
    assert list(backwards[::-1]) == pytest.approx(list(weights))


@pytest.mark.parametrize(
    "bad",
    [
        lambda: brier_scores([0.5], [0, 1]),
        lambda: brier_scores([1.5], [1]),
        lambda: brier_scores([float("nan")], [1]),
        lambda: brier_scores([0.5], [0.5]),
        lambda: interval_score(2, 1, 1, sureness=0.9),
        lambda: weights_from_record([1.0], []),
        lambda: weights_from_record([2.0], [1]),
    ],
)
def test_what_is_no_judgement_is_refused(bad) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r"."):
        bad()
