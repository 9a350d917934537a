"""Intervals stand in the frame in the order given, low before best before high."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.pictures.intervals import Judgement, Span, interval_plot, letter, lettered
from tests.pictures.figures import FIGURES, SPANS, lies_inside

JUDGEMENTS = st.builds(
    Judgement, label=st.text(max_size=5), now=st.none() | SPANS, before=st.none() | SPANS, is_own=st.booleans()
)


@given(st.lists(JUDGEMENTS, max_size=6), st.lists(JUDGEMENTS, max_size=2), st.none() | FIGURES)
def test_every_mark_lies_inside_the_frame_in_order(judgements, pooled, outcome):
    plot = interval_plot(judgements, pooled=pooled, outcome=outcome)
    assert [row.label for row in (*plot.rows, *plot.pooled)] == [row.label for row in (*judgements, *pooled)]
    for row, given_row in zip((*plot.rows, *plot.pooled), (*judgements, *pooled), strict=True):
        for bar, span in ((row.now, given_row.now), (row.before, given_row.before)):
            assert (bar is None) == (span is None)
            if bar is not None:
                assert lies_inside(bar.low, bar.best, bar.high)
                assert bar.low <= bar.best <= bar.high
    assert (plot.outcome_at is None) == (outcome is None)
    assert plot.outcome_at is None or lies_inside(plot.outcome_at)
    assert 0 <= plot.held <= plot.of == sum(row.now is not None for row in judgements)


@pytest.mark.parametrize("three", [(2, 1, 3), (1, 3, 2), (float("nan"), 1, 2), (1, 2, float("inf"))])
def test_a_span_out_of_order_is_refused(three):
    with pytest.raises(ValueError, match=r"in order|cannot be shown"):
        Span(*three)


def test_the_ends_of_an_interval_hold_the_outcome_too():
    rows = [Judgement("a", Span(1, 2, 3)), Judgement("b", Span(3, 4, 5)), Judgement("c", Span(4, 5, 6))]
    plot = interval_plot([*rows, Judgement("d", None, Span(0, 3, 9))], outcome=3)
    assert (plot.held, plot.of) == (2, 3)


def test_without_anybody_there_is_an_empty_plot():
    plot = interval_plot([])
    assert (plot.rows, plot.pooled, plot.has_before, plot.own) == ((), (), False, None)


def test_rows_are_lettered_as_columns_of_a_sheet():
    assert [letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
    rows = lettered([Judgement("Expert 7", Span(1, 2, 3)), Judgement("Expert 2", Span(1, 2, 3), is_own=True)])
    assert [(row.label, row.is_own) for row in rows] == [("A", False), ("B", True)]
