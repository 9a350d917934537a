"""The dot strip: a dot for each answer at its own figure, none on another, all inside the frame."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.pictures.strip import STEP_PX, TALLEST_PX, quantile, strip
from tests.pictures.figures import FIGURES, lies_inside

NARROWEST_PX = 330


@given(st.lists(FIGURES, max_size=30), st.none() | FIGURES)
def test_every_dot_lies_inside_the_frame_and_the_quartiles_in_order(values, own):
    shown = strip(values, own=own)
    assert shown.count == len(values) == sum(row.count for row in shown.table)
    assert lies_inside(*(dot.x for dot in shown.dots), shown.lower_at, shown.median_at, shown.upper_at)
    assert shown.lower_at <= shown.median_at <= shown.upper_at
    assert all(shown.radius < dot.y <= shown.height - shown.radius for dot in shown.dots)
    assert [dot.x for dot in shown.dots] == sorted(dot.x for dot in shown.dots)
    assert shown.height <= TALLEST_PX + 2 * STEP_PX
    assert shown.below + shown.above <= len(values)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=40))
def test_no_dot_lies_on_another_even_on_a_phone(values):
    shown = strip(values, low=0, high=100)
    for one, other in combinations(shown.dots, 2):
        across = abs(one.x - other.x) / 100 * NARROWEST_PX
        assert across**2 + (one.y - other.y) ** 2 >= (2 * shown.radius - 0.1) ** 2


@given(st.integers(1, 500))
def test_equal_figures_make_one_stack_that_fits_the_screen(count):
    shown = strip([7.0] * count)
    assert len({dot.x for dot in shown.dots}) == 1
    assert len({dot.y for dot in shown.dots}) == count
    assert shown.height <= TALLEST_PX + 2 * STEP_PX


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.floats(0, 1))
def test_quantiles_are_those_of_numpy(values, share):
    assert quantile(sorted(values), share) == pytest.approx(float(np.quantile(values, share)), abs=1e-6)


def test_the_own_figure_is_compared_with_the_others():
    shown = strip([10, 20, 20, 30], own=20, unit="%")
    assert (shown.own, shown.below, shown.above, shown.median) == ("20%", 1, 1, "20%")
    assert [(row.text, row.count) for row in shown.table] == [("10%", 1), ("20%", 2), ("30%", 1)]


def test_without_answers_there_is_nothing_to_draw():
    shown = strip([])
    assert (shown.count, shown.dots, shown.median, shown.own_at) == (0, (), "", None)
