"""Cells that a spreadsheet shows and does not run (CSV injection; source: OWASP, "CSV Injection")."""

import csv
import io
import unicodedata
from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"
"""First in a CSV file, so that Excel reads it as UTF-8."""

_BEGINS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BREAKS_CELL = ("\t", "\r", "\n")


def formula_safe(text: str) -> str:
    """``text`` with an apostrophe before it where a spreadsheet would take it for a formula.

    Spaces and invisible characters before the sign are looked through: some programs drop them first.
    """
    begins = next((place for place, letter in enumerate(text) if unicodedata.category(letter)[0] not in "ZC"), 0)
    is_formula = text.startswith(_BREAKS_CELL) or text.startswith(_BEGINS_FORMULA, begins)
    return f"'{text}" if is_formula else text


def csv_line(values: Iterable[object]) -> str:
    """One line of CSV (RFC 4180) with its end; None is empty, a number stays a number."""
    line = io.StringIO()
    csv.writer(line).writerow(
        "" if value is None else formula_safe(value) if isinstance(value, str) else value for value in values
    )
    return line.getvalue()
