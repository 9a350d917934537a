"""The forms of briefs. What may be kept is judged by the service, so that nothing typed is cut or lost."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from advnet.advice.service import BriefText
from advnet.errors import DomainError, Unsound
from advnet.web.forms import Form, SearchForm, VersionedForm
from advnet.web.typed_text import TypedText


class BriefForm(VersionedForm):
    title_ja = StringField(_l("Title in Japanese"))
    body_ja = TextAreaField(_l("Text in Japanese"))
    title_en = StringField(_l("Title in English"))
    body_en = TextAreaField(_l("Text in English"))

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


class CompareForm(SearchForm):
    """Which two saved versions are compared; at first the last two."""

    old = SelectField(_l("From version"), coerce=int)
    new = SelectField(_l("To version"), coerce=int)

    def __init__(self, versions: int) -> None:
        """:param versions: how many there are; they are numbered from 1"""
        super().__init__(data={"old": max(1, versions - 1), "new": versions})
        choices = [SelectChoice(number, str(number)) for number in range(versions, 0, -1)]
        self.old.choices = self.new.choices = choices
        self.is_asked = versions > 1


class MoveForm(Form):
    """A button that acts: nothing but the CSRF token."""


def typed_brief(sent: MultiDict[str, str]) -> list[TypedText]:
    """What an editor's form brings, in the order of the page."""
    labels = {
        "title_ja": _("Title in Japanese"),
        "body_ja": _("Text in Japanese"),
        "title_en": _("Title in English"),
        "body_en": _("Text in English"),
    }
    return [TypedText(label, sent[name]) for name, label in labels.items() if sent.get(name, "").strip()]
