"""The forms of briefs. What may be kept is judged by the service, so that nothing typed is cut or lost."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired

from advnet.advice.service import BriefText
from advnet.errors import DomainError, Unsound
from advnet.web.forms import Form


class BriefForm(Form):
    title_ja = StringField(_l("Title in Japanese"))
    body_ja = TextAreaField(_l("Text in Japanese"))
    title_en = StringField(_l("Title in English"))
    body_en = TextAreaField(_l("Text in English"))
    version = HiddenField()

    def seen_version(self) -> int:
        """Which version the editor began from."""
        return number_in(self.version)

    def text(self) -> BriefText:
        """What was typed."""
        names = BriefText.__dataclass_fields__
        return BriefText(**{name: self[name].data or "" for name in names})

    def blame(self, error: DomainError) -> None:
        """Every fault on its own field."""
        for fault in error.faults if isinstance(error, Unsound) else (error,):
            super().blame(fault)


class ReturnForm(Form):
    reason = TextAreaField(_l("What should be done"), [InputRequired(_l("Give a reason."))])


class IssueForm(Form):
    """``version`` is the one that the page shows."""

    version = HiddenField()

    def seen_version(self) -> int:
        """Which version the reader has seen."""
        return number_in(self.version)


class MoveForm(Form):
    """A button that acts: nothing but the CSRF token."""


def number_in(field: HiddenField) -> int:
    """The number that a hidden field brings back; 0, which no version has, when it is none."""
    text = str(field.data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
