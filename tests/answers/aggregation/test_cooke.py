"""The classical model: what must hold for any case, and one that can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.answers.aggregation import pool_quantity
from advnet.answers.aggregation.cooke import Case, UnsoundCase, Weighting, combine, score
from advnet.answers.aggregation.mixture import Background, mixture_quantiles
from advnet.answers.aggregation.pooling import UnsoundQuantiles

LEVELS = np.array([0.05, 0.5, 0.95])


def case(quantiles: list, realisations: list, background: Background = Background.UNIFORM) -> Case:
    values = np.array(quantiles, dtype=float)
    return Case(
        experts=tuple(f"E{row}" for row in range(values.shape[0])),
        items=tuple(f"item {column}" for column in range(values.shape[1])),
        levels=LEVELS,
        quantiles=values,
        realisations=np.array(realisations, dtype=float),
        backgrounds=(background,) * values.shape[1],
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Two to five experts, three to eight items of which the last has no known answer; values above 0."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    experts, items = draw(st.integers(2, 5)), draw(st.integers(3, 8))
    quantiles = np.cumsum(random.integers(1, 20, (experts, items, 3)), axis=2)
    known = random.integers(1, 60, items).astype(float)
    known[-1] = np.nan
    return case(quantiles.tolist(), known.tolist())


def test_one_expert_and_one_known_answer_by_hand():
    """Answer in the second of four bins, ranges 10 to 30 widened by 2: I = ln(1/.45); χ² = 2 I on three degrees."""
    scores = score(case([[[10, 20, 30]]], [15]))
    surprise = np.log(1 / 0.45)
    chi = 2 * surprise
    tail = 1 - (_erf(np.sqrt(chi / 2)) - np.sqrt(2 * chi / np.pi) * np.exp(-chi / 2))
    assert scores.calibration[0] == pytest.approx(tail)
    widths = np.array([2, 10, 10, 2]) / 24
    mass = np.array([0.05, 0.45, 0.45, 0.05])
    assert scores.information_seed_items[0] == pytest.approx((mass * np.log(mass / widths)).sum())


def _erf(x: float) -> float:
    grid = np.linspace(0, x, 200_001)
    return float(2 / np.sqrt(np.pi) * np.trapezoid(np.exp(-(grid**2)), grid))


def test_an_answer_equal_to_a_quantile_lies_below_it():
    on, below = case([[[10, 20, 30]] * 4], [20.0] * 4), case([[[10, 20, 30]] * 4], [15.0] * 4)
    assert score(on).calibration == pytest.approx(score(below).calibration)


@given(cases(), st.floats(-50, 50), st.floats(0.01, 100))
def test_units_do_not_matter_on_the_uniform_background(one: Case, shift: float, factor: float):
    """Another zero and another unit (degrees, yen, metres) change no score; the combination moves with them."""
    other = replace(one, quantiles=one.quantiles * factor + shift, realisations=one.realisations * factor + shift)
    before, after = score(one), score(other)
    assert after.information == pytest.approx(before.information, abs=1e-6)
    moved = before.calibration != pytest.approx(after.calibration)
    if not moved:  # rounding may put an answer that equals a quantile above it
        first, second = combine(one, cutoff=0.0), combine(other, cutoff=0.0)
        assert second.quantiles == pytest.approx(first.quantiles * factor + shift, rel=1e-6, abs=1e-6)


@given(cases(), st.floats(0.01, 100))
def test_the_unit_does_not_matter_on_the_logarithmic_background(one: Case, factor: float):
    logarithmic = replace(one, backgrounds=(Background.LOG,) * len(one.items))
    other = replace(logarithmic, quantiles=one.quantiles * factor, realisations=one.realisations * factor)
    assert score(other).information == pytest.approx(score(logarithmic).information, abs=1e-6)


@pytest.mark.parametrize("weighting", Weighting)
@given(data=st.data())
def test_the_order_of_experts_changes_nothing(weighting: Weighting, data: st.DataObject):
    one = data.draw(cases())
    order = data.draw(st.permutations(range(len(one.experts))))
    other = replace(one, quantiles=one.quantiles[order], experts=tuple(one.experts[row] for row in order))
    assert score(other).calibration == pytest.approx(score(one).calibration[order])
    assert combine(other, weighting, cutoff=0.0).quantiles == pytest.approx(
        combine(one, weighting, cutoff=0.0).quantiles
    )


@pytest.mark.parametrize("weighting", Weighting)
@given(one=cases())
def test_experts_who_agree_are_given_back(weighting: Weighting, one: Case):
    alike = replace(one, quantiles=np.broadcast_to(one.quantiles[:1], one.quantiles.shape))
    assert combine(alike, weighting).quantiles == pytest.approx(one.quantiles[0])


@pytest.mark.parametrize("weighting", Weighting)
@given(one=cases())
def test_the_combination_lies_within_what_experts_said_and_rises(weighting: Weighting, one: Case):
    pooled = combine(one, weighting).quantiles
    assert (np.diff(pooled, axis=1) > 0).all()
    assert (pooled >= one.quantiles.min(axis=0) - 1e-9).all()
    assert (pooled <= one.quantiles.max(axis=0) + 1e-9).all()


@given(cases())
def test_the_chosen_cut_off_is_at_least_as_good_as_every_other(one: Case):
    def product(cutoff: float | None) -> float:
        scores = combine(one, cutoff=cutoff).scores
        return float(scores.calibration[0] * scores.information_seed_items[0])

    best = product(None)
    assert all(best >= product(float(other)) for other in score(one).calibration)


@given(cases(), st.floats(0, 10))
def test_when_an_expert_raises_the_quantiles_none_of_the_pool_falls(one: Case, by: float):
    """The range of the item held, which grows only when the expert goes beyond all others."""
    before = one.quantiles[:, -1]
    after = before.copy()
    after[0] += by
    weights, low, high = np.ones(len(before)), float(before.min()) - 1, float(after.max()) + 1
    pooled = [mixture_quantiles(values, weights, LEVELS, low, high) for values in (before, after)]
    assert (pooled[1] >= pooled[0] - 1e-9).all()


def test_who_skips_known_questions_gains_nothing_by_it():
    full = case([[[10, 20, 30]] * 8, [[10, 20, 30]] * 8], [5.0] * 8)
    skipped = full.quantiles.copy()
    skipped[1, 2:] = np.nan
    scores = score(replace(full, quantiles=skipped))
    assert scores.seeds.tolist() == [8, 2]
    assert scores.calibration[0] == pytest.approx(scores.calibration[1])


def test_an_item_that_nobody_with_weight_answered_has_no_combination():
    quantiles = np.array([[[10, 20, 30], [np.nan] * 3], [[21, 22, 23], [10, 20, 30]]], dtype=float)
    pooled = combine(case(quantiles.tolist(), [15, np.nan]), cutoff=0.5)
    assert np.isnan(pooled.quantiles[1]).all()
    assert pooled.weights[:, 0].tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("quantiles", "known", "background", "message"),
    [
        ([[[10, 30, 20]]], [15], Background.UNIFORM, "E0 for item 0 do not rise"),
        ([[[10, 20, 20]]], [15], Background.UNIFORM, "E0 for item 0 do not rise"),
        ([[[10, np.nan, 20]]], [15], Background.UNIFORM, "some are missing"),
        ([[[np.nan] * 3]], [15], Background.UNIFORM, "Nobody has answered"),
        ([[[10, 20, 30]]], [np.nan], Background.UNIFORM, "No question has a known answer"),
        ([[[10, 20, 30]], [[np.nan] * 3]], [15], Background.UNIFORM, "E1 has answered no question"),
        ([[[-1, 20, 30]]], [15], Background.LOG, "above 0: see item 0"),
        ([[[1, 20, 30]]], [0], Background.LOG, "above 0: see item 0"),
    ],
)
def test_a_case_without_a_defined_result_is_refused(quantiles, known, background, message):
    with pytest.raises(UnsoundCase, match=message):
        score(case(quantiles, known, background))


def test_a_cut_off_that_nobody_meets_is_refused():
    with pytest.raises(UnsoundCase, match="as well as the cut-off"):
        combine(case([[[10, 20, 30]] * 9], [50.0] * 9), cutoff=0.5)


def test_one_question_of_a_page_is_pooled_without_known_answers():
    nan = np.nan
    assert pool_quantity([[1, 2, 3], [nan, nan, nan]], LEVELS).tolist() == pytest.approx([1, 2, 3])
    assert np.isnan(pool_quantity([[nan, nan, nan]], LEVELS)).all()
    both = pool_quantity([[1, 2, 3], [3, 4, 5]], LEVELS)
    assert both[1] == pytest.approx(3.0)
    assert pool_quantity([[1, 2, 3], [3, 4, 5]], LEVELS, weights=[1, 0]).tolist() == pytest.approx([1, 2, 3])
    with pytest.raises(UnsoundQuantiles):
        pool_quantity([[3, 2, 1]], LEVELS)
    with pytest.raises(UnsoundQuantiles, match="above 0"):
        pool_quantity([[0, 2, 3]], LEVELS, background=Background.LOG)
