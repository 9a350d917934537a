"""The calibration curve: shares with intervals, and nothing where there is too little to say."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.pictures.calibration import NORMAL_95, Bin, calibration_curve, wilson_percent
from tests.pictures.figures import lies_inside

BINS = st.lists(
    st.builds(
        lambda stated, count, part: Bin(stated, count, round(part * count)),
        st.floats(0, 100),
        st.integers(0, 10**6),
        st.floats(0, 1),
    ),
    max_size=10,
)


@given(BINS, st.integers(0, 30))
def test_points_stand_by_what_was_stated_inside_the_frame_and_hold_their_share(bins, fewest):
    curve = calibration_curve(bins, fewest=fewest)
    assert curve.count == sum(one.count for one in bins)
    assert curve.is_enough == (curve.count >= max(1, fewest))
    assert [point.x for point in curve.points] == sorted(point.x for point in curve.points)
    for point in curve.points:
        assert lies_inside(point.x, point.y, point.low, point.high)
        assert point.low - 0.001 <= point.y <= point.high + 0.001
        assert 4 <= point.radius <= 9
    assert sum(curve.on(side) for side in ("on", "above", "below")) == len(curve.points)


@given(st.integers(1, 10**5).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_the_ends_of_the_interval_are_as_far_from_the_share_as_the_score_test_allows(case):
    came_true, count = case
    for end in wilson_percent(came_true, count):
        deviation = math.sqrt(end / 100 * (1 - end / 100) / count)
        assert abs(came_true / count - end / 100) == pytest.approx(NORMAL_95 * deviation, abs=1e-6)


def test_what_always_or_never_came_true_may_be_certain():
    assert wilson_percent(10, 10)[1] == 100
    assert wilson_percent(0, 10)[0] == 0
    (point,) = calibration_curve([Bin(100, 10, 10)]).points
    assert point.side == "on"


def test_a_point_says_on_which_side_of_the_diagonal_its_interval_lies():
    curve = calibration_curve([Bin(90, 40, 20), Bin(50, 40, 20), Bin(10, 40, 20)])
    assert [point.side for point in curve.points] == ["above", "on", "below"]


def test_an_interval_of_the_caller_is_drawn_as_it_is():
    (point,) = calibration_curve([Bin(50, 10, 1, (5, 60))]).points
    assert (point.low, point.high, point.interval, point.side) == (5, 60, "5–60%", "on")


@pytest.mark.parametrize("bad", [Bin(101, 1, 1), Bin(-1, 1, 1), Bin(50, 1, 2), Bin(50, 1, -1), Bin(50, 2, 1, (60, 40))])
def test_what_is_no_bin_is_refused(bad):
    with pytest.raises(ValueError, match="is no"):
        calibration_curve([bad])
