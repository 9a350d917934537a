"""Fields of days and moments that refuse what no calendar of this work can mean.

The year 1 or 9999 is a slip of the hand, or somebody's attempt: neither can be shown in every time zone.
"""

from datetime import date

import wtforms
from flask_babel import lazy_gettext as _l

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
