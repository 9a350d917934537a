"""Cells that a spreadsheet shows and does not run."""

import csv
import io

import pytest

from advnet.spreadsheet import csv_line, formula_safe


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A1"])
def test_what_would_run_is_shown_as_text(text):
    assert formula_safe(text) == f"'{text}"


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
@pytest.mark.parametrize("before", [" ", "   ", "\t", "\r\n", " \t ", "\u3000", "\xa0", "\ufeff", "\u200b", "\x00"])
def test_what_cannot_be_seen_before_the_sign_does_not_hide_it(before, sign):
    assert formula_safe(f"{before}{sign}1") == f"'{before}{sign}1"


@pytest.mark.parametrize("text", ["", " ", "1-1", "a=b", "題名", " 1-1", "'=1", "（＝1"])
def test_what_would_not_run_is_left_alone(text):
    assert formula_safe(text) == text


def test_a_line_is_read_back_as_it_was():
    values = ['say "a", b', "two\nlines", "", "海氷"]
    assert next(csv.reader(io.StringIO(csv_line(values), newline=""))) == values
    assert csv_line((None, 3, -2.5)) == ",3,-2.5\r\n"
