"""A scale holds every figure, keeps their order, and has round figures beside it that can be told apart."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advnet.pictures.numbers import axis_text, number_text, short_text, span_text
from advnet.pictures.scale import make_scale
from tests.pictures.figures import FIGURES, lies_inside


@given(st.lists(FIGURES, max_size=8), st.sampled_from(["ja", "en"]))
@example([], "en")
@example([1e9, 1e9 + 1e-6], "en")
@example([0.1, 0.1 + 1e-17], "ja")
def test_every_figure_and_every_tick_lies_on_the_scale_in_order(values, locale):
    scale = make_scale(values, locale=locale)
    places = [scale.at(value) for value in sorted(values)]
    assert scale.low < scale.high
    assert lies_inside(*places)
    assert places == sorted(places)
    ticks = [tick.at for tick in scale.ticks]
    assert lies_inside(*ticks)
    assert ticks == sorted(set(ticks))
    assert 2 <= len(ticks) <= 7


@given(st.lists(FIGURES, min_size=2, max_size=8), st.sampled_from(["ja", "en"]))
def test_no_two_ticks_say_the_same(values, locale):
    texts = [tick.text for tick in make_scale(values, locale=locale).ticks]
    assert len(set(texts)) == len(texts)


@given(st.lists(FIGURES, max_size=5))
def test_known_ends_are_the_ends(values):
    scale = make_scale(values, low=0, high=100)
    assert (scale.low, scale.high) == (0, 100)
    assert [tick.text for tick in scale.ticks] == ["0", "25", "50", "75", "100"]
    assert lies_inside(*(scale.at(value) for value in values))


@given(FIGURES, FIGURES)
def test_one_known_end_is_kept_whatever_the_figures(low, value):
    assert make_scale([value], low=low).low == low
    assert make_scale([value], high=low).high == low


@given(FIGURES, st.integers(1, 6))
def test_figures_that_are_all_equal_stand_at_one_place(value, count):
    scale = make_scale([value] * count)
    assert 0 < scale.at(value) < 100


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e301])
def test_what_cannot_be_placed_is_refused(value):
    with pytest.raises(ValueError, match="cannot be shown"):
        make_scale([value])


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (1e9, 1e9 + 1e-7)])
def test_ends_that_are_not_apart_are_refused(low, high):
    with pytest.raises(ValueError, match="low end below"):
        make_scale([1], low=low, high=high)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (-0.0, "0"), (45, "45"), (-3, "−3"), (1234567, "1,234,567"), (39.2857, "39.3"), (0.12345, "0.123"),
        (1234.5, "1,234"), (2e15, "2×10¹⁵"), (-1.5e-7, "−1.5×10⁻⁷"), (0.5, "0.5"), (1e-300, "1×10⁻³⁰⁰"),
    ],
)  # fmt: skip
def test_a_figure_is_written_in_full(value, text):
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("value", "step", "english", "japanese"),
    [
        (250_000, 50_000, "250,000", "250,000"),
        (2_500_000, 500_000, "2.5M", "250万"),
        (7.5e9, 2.5e9, "7.5B", "75億"),
        (1_000_005, 5, "1,000,005", "1,000,005"),
        (-0.25, 0.25, "−0.25", "−0.25"),
        (2e-7, 1e-7, "2×10⁻⁷", "2×10⁻⁷"),
        (4e18, 2e18, "4×10¹⁸", "4×10¹⁸"),
    ],
)
def test_a_figure_beside_an_axis_is_short(value, step, english, japanese):
    assert axis_text(value, step=step, locale="en") == english
    assert axis_text(value, step=step, locale="ja") == japanese


def test_a_span_says_its_unit_once_and_large_figures_by_their_size():
    assert span_text(20, 45.25, 80, unit="%") == "20 – 45.2 – 80%"
    assert span_text(-1, 0, 1.5, unit="GW") == "−1 – 0 – 1.5 GW"
    assert short_text(123_456_789, locale="ja") == "1.2億"
    assert short_text(999_999, locale="en") == "999,999"
