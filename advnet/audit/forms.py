"""The filters of the audit log."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from advnet.web.fields import DateField
from advnet.web.forms import SearchForm


class FilterForm(SearchForm):
    """Which entries are shown; days are those of Japan."""

    event = SelectField(_l("Event"), default="")
    subject_type = SelectField(_l("Subject"), default="")
    subject_id = IntegerField(
        _l("Number of the subject"), [Optional(), NumberRange(1, 2**31 - 1, _l("Enter a whole number from 1."))]
    )
    who = StringField(_l("Who acted"), [Length(max=200, message=_l("Use at most 200 characters."))])
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("To (this day included)"), [Optional()])
