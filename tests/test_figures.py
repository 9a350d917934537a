"""Numbers as people of either language write them: read where they say one thing, refused where they might say two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.figures import NoFigure, OtherUnit, read_figure, write_figure


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("１２．５", 12.5),
        ("1,234,567.5", 1_234_567.5),
        ("１，２３４", 1234),
        ("1 234 567", 1_234_567),
        (".5", 0.5),
        ("−3", -3),
        ("△3", -3),
        ("1e6", 1e6),
        ("3万", 3e4),
        ("1億2,000万", 1.2e8),
        ("1.5兆", 1.5e12),
        ("2千万", 2e7),
        ("3億5", 300_000_005),
        ("3 million", 3e6),
        ("1.2 Billion", 1.2e9),
        ("0", 0),
    ],
)
def test_a_number_is_read_in_either_width_and_language(text, value):
    assert read_figure(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["", "many", "1,5", "1,23,456", "1-2", "10〜20", "1.2.3", "万", "3万2億", "nan", "inf", "1e99"]
)
def test_what_says_no_number_or_two_is_refused(text):
    with pytest.raises(NoFigure):
        read_figure(text)


@pytest.mark.parametrize(
    ("text", "units", "value"),
    [
        ("30%", ["%"], 30),
        ("３０％", ["%"], 30),
        ("5 km²", ["", "km²"], 5),
        ("3億円", ["億円", "100 million yen"], 3),
        ("3億円", ["円"], 3e8),
    ],
)
def test_the_unit_asked_for_may_stand_behind(text, units, value):
    assert read_figure(text, units=units) == value


@pytest.mark.parametrize(
    ("text", "units"),
    [("5 km", ["m"]), ("5 MW", ["mW"]), ("3 million", ["億円", "100 million yen"]), ("3億", ["億円"]), ("5 t", ["%"])],
)
def test_another_unit_is_refused_by_the_name_of_the_one_asked_for(text, units):
    with pytest.raises(OtherUnit) as refused:
        read_figure(text, units=units)
    assert units[0] in str(refused.value)


@given(st.floats(-1e15, 1e15, allow_nan=False))
def test_what_is_written_is_read_as_the_same_number(value):
    assert read_figure(write_figure(value)) == pytest.approx(value, rel=1e-9, abs=1e-12)
