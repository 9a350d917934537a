"""Bars of agreement: as long as their shares, side by side, inside the frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.pictures.agreement import MOST_LEVELS, Statement, agreement_bars, choice_bars, whole_percents
from tests.pictures.figures import lies_inside

COUNTS = st.integers(0, 10**6)


@given(
    st.integers(2, MOST_LEVELS).flatmap(
        lambda levels: st.lists(st.tuples(*[COUNTS] * levels), min_size=1, max_size=5).map(lambda rows: (levels, rows))
    )
)
def test_the_pieces_of_a_bar_touch_each_other_and_the_middle_parts_the_sides(case):
    levels, rows = case
    bars = agreement_bars([Statement(str(n), counts) for n, counts in enumerate(rows)], levels=levels)
    assert len(set(bars.patterns)) == levels
    half = levels // 2
    for stack, counts in zip(bars.stacks, rows, strict=True):
        assert stack.answered == sum(counts)
        assert stack.against + stack.neutral + stack.favour == (100 if sum(counts) else 0)
        for part, following in zip(stack.parts, stack.parts[1:], strict=False):
            assert part.x + part.width == pytest.approx(following.x, abs=0.01)
        assert lies_inside(stack.parts[0].x)
        assert stack.parts[-1].x + stack.parts[-1].width <= 100.01
        middle = stack.parts[half].x + (stack.parts[half].width / 2 if levels % 2 else 0)
        assert middle == pytest.approx(50, abs=0.01)


def test_the_largest_side_of_all_statements_fills_its_half():
    bars = agreement_bars([Statement("a", (0, 0, 4)), Statement("b", (1, 2, 1))], levels=3)
    assert [(part.x, part.width) for part in bars.stacks[0].parts] == [(50, 0), (50, 0), (50, 50)]
    assert bars.stacks[1].parts[0].width == 12.5
    assert (bars.most.label, bars.least.label) == ("a", "b")


def test_nobody_is_neither_the_most_nor_the_least():
    bars = agreement_bars([Statement("a", (0, 0))], levels=2)
    assert (bars.most, bars.least, bars.stacks[0].answered) == (None, None, 0)


@pytest.mark.parametrize(("counts", "levels"), [((1,), 1), ((1,) * 8, 8), ((1, 2), 3), ((1, -1, 0), 3)])
def test_levels_that_do_not_fit_are_refused(counts, levels):
    with pytest.raises(ValueError, match="levels"):
        agreement_bars([Statement("a", counts)], levels=levels)


@given(st.lists(COUNTS, min_size=1, max_size=9))
def test_whole_percents_add_up_and_none_is_off_by_one(counts):
    percents = whole_percents(counts)
    assert sum(percents) == (100 if sum(counts) else 0)
    assert all(
        abs(percent - 100 * count / (sum(counts) or 1)) < 1 for percent, count in zip(percents, counts, strict=True)
    )


@given(st.lists(st.integers(0, 40), max_size=6), st.integers(40, 60))
def test_an_option_is_as_long_as_its_share_of_those_who_answered(counts, answered):
    bars = choice_bars([(str(n), count) for n, count in enumerate(counts)], answered=answered)
    assert [choice.label for choice in bars.choices] == [str(n) for n in range(len(counts))]
    for choice in bars.choices:
        assert lies_inside(choice.width)
        assert choice.width == pytest.approx(100 * choice.count / answered, abs=0.001)
    assert all(counts[int(label)] == max(counts) for label in bars.leaders)


def test_options_that_equally_many_chose_lead_together_and_none_leads_where_nobody_answered():
    assert choice_bars([("a", 2), ("b", 2), ("c", 0)], answered=4, own=["b"]).leaders == ("a", "b")
    assert choice_bars([("a", 0)], answered=0).leaders == ()
    assert choice_bars([("a", 1), ("b", 1), ("c", 1)], answered=3, is_single=True).choices[0].percent == 34


def test_more_choices_than_answers_are_refused():
    with pytest.raises(ValueError, match="more than answered"):
        choice_bars([("a", 3)], answered=2)
