"""The forms of the discussion."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from advnet.web.forms import Form


class RemarkForm(Form):
    """One remark in the thread of one question, of which a page holds several."""

    question = HiddenField()
    reply_to = SelectField(_l("In reply to"), choices=[], validate_choice=False)
    text = TextAreaField(_l("Your remark"))

    def position(self) -> int:
        """Of the question; 0, which none has, when the field was tampered with."""
        return _number(self.question.data) or 0

    def answered(self) -> int | None:
        """Place of the remark that is answered; None when none is."""
        return _number(self.reply_to.data)

    def stand_in(self, position: int, places: Sequence[int]) -> None:
        """Belong to the thread of this question, whose remarks that may be answered have these places."""
        self.question.data = str(position)
        self.reply_to.choices = [SelectChoice("", _("Nothing in particular"))] + [
            SelectChoice(str(place), _("Remark %(number)s", number=place)) for place in places
        ]
        for field in self:
            field.id = f"q{position}-{field.name}"
            field.label.field_id = field.id


class HideForm(Form):
    question = HiddenField()
    place = HiddenField()
    reason = TextAreaField(_l("Why is it hidden?"))

    def position(self) -> int:
        return _number(self.question.data) or 0

    def hidden(self) -> int:
        """Place of the remark; 0, which none has, when the field was tampered with."""
        return _number(self.place.data) or 0


def _number(text: str | None) -> int | None:
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None
