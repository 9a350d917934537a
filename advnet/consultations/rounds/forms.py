"""The forms of rounds."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from advnet.consultations.details import LONGEST_TEXT
from advnet.consultations.forms import MOMENT_FORMATS
from advnet.days import from_clock_in_japan
from advnet.web.fields import DateTimeLocalField
from advnet.web.forms import Form, VersionedForm

_LIMIT = Length(max=LONGEST_TEXT, message=_l("Use at most %(max)d characters."))


class CloseRoundForm(Form):
    """A button that acts."""


class OpenRoundForm(Form):
    deadline_at = DateTimeLocalField(
        _l("Deadline of the round"), [InputRequired(_l("Choose a day and a time."))], format=MOMENT_FORMATS
    )

    @property
    def moment(self) -> datetime:
        assert self.deadline_at.data is not None  # required above
        return from_clock_in_japan(self.deadline_at.data)


class SummaryForm(VersionedForm):
    summary_ja = TextAreaField(_l("Summary in Japanese"), [_LIMIT])
    summary_en = TextAreaField(_l("Summary in English"), [_LIMIT])
