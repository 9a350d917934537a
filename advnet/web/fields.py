"""Fields of days and moments that refuse what no calendar of this work can mean, and of numbers as people write them.

The year 1 or 9999 is a slip of the hand, or somebody's attempt: neither can be shown in every time zone.
"""

import re
from datetime import date

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from advnet.figures import NoFigure, read_figure, write_figure

FIRST_YEAR, LAST_YEAR = 1900, 2100


def check_year(field: wtforms.Field, day: date | None) -> None:
    """:raises ValueError: the year lies outside; the typed text stays"""
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        field.data = None
        raise ValueError(str(_l("Enter a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)))


class DateField(wtforms.DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        check_year(self, self.data)


class DateTimeLocalField(wtforms.DateTimeLocalField):
    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        check_year(self, self.data)


class FigureField(wtforms.Field):
    """A number as people write it; None where nothing is typed."""

    widget = wtforms.widgets.TextInput()
    data: float | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else write_figure(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """:raises ValueError: it is no number; the typed text stays"""
        typed, self.data = "".join(valuelist[:1]).strip(), None
        if typed:
            self.data = _read(typed)


class FiguresField(wtforms.Field):
    """Numbers on one line, set apart by commas or spaces."""

    widget = wtforms.widgets.TextInput()
    data: list[float] | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return ", ".join(write_figure(value) for value in self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """:raises ValueError: one of them is no number; the typed text stays"""
        typed, self.data = "".join(valuelist[:1]), []
        self.data = [_read(one) for one in re.split(r"[\s,;，、；]+", typed) if one]


def _read(typed: str) -> float:
    try:
        return read_figure(typed)
    except NoFigure as error:
        raise ValueError(gettext(error.text)) from error
