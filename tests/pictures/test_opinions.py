"""The map of opinions: everybody inside the frame, nobody where too few answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.pictures.opinions import SHAPES, Opinion, opinion_map
from tests.pictures.figures import FIGURES, lies_inside

OPINIONS = st.lists(st.builds(Opinion, FIGURES, FIGURES, st.integers(0, 2), st.booleans()), max_size=12)
NAMES = ("a", "b", "c")


@given(OPINIONS, st.integers(0, 6))
def test_everybody_stands_inside_the_frame_in_the_shape_of_the_group_or_nobody_does(opinions, fewest):
    shown = opinion_map(opinions, NAMES, fewest=fewest)
    if len(opinions) < max(1, fewest):
        assert (shown.marks, shown.groups, shown.count) == ((), (), len(opinions))
        return
    assert sum(mark.count for mark in shown.marks) == sum(group.count for group in shown.groups) == len(opinions)
    assert all(lies_inside(mark.x, mark.y) and mark.shape in SHAPES for mark in shown.marks)
    places = [(mark.x, mark.y, mark.group) for mark in shown.marks]
    assert len(set(places)) == len(places)


@given(st.lists(FIGURES, min_size=5, max_size=9, unique=True))
def test_who_stands_further_right_or_higher_is_drawn_there(figures):
    figures = sorted(figures)
    shown = opinion_map([Opinion(figure, figure, 0) for figure in figures], ["a"], fewest=1)
    xs = [mark.x for mark in shown.marks]
    ys = [mark.y for mark in shown.marks]
    assert xs == sorted(xs)
    assert ys == sorted(ys, reverse=True)


def test_equal_opinions_are_one_mark_with_their_number_and_the_own_lies_on_top():
    opinions = [Opinion(1, 1, 0), Opinion(1, 1, 0, is_own=True), Opinion(1, 1, 1), Opinion(-1, 0, 1)]
    shown = opinion_map(opinions, NAMES[:2], fewest=3)
    assert [(mark.group, mark.count, mark.is_own) for mark in shown.marks] == [
        ("b", 1, False),
        ("b", 1, False),
        ("a", 2, True),
    ]
    assert shown.own_group.label == "a"


def test_all_at_one_place_stand_in_the_middle_when_that_is_zero():
    (mark,) = opinion_map([Opinion(0, 0, 0)] * 5, ["a"], fewest=5).marks
    assert (mark.x, mark.y, mark.count) == (50, 50, 5)


@pytest.mark.parametrize(("opinions", "groups"), [([Opinion(0, 0, 1)], ["a"]), ([], list("abcdefg"))])
def test_groups_without_a_name_or_a_shape_are_refused(opinions, groups):
    with pytest.raises(ValueError, match="group"):
        opinion_map(opinions, groups, fewest=1)
