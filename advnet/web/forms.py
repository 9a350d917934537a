"""The form that every page's form derives from."""

from typing import Any

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField

from advnet.errors import DomainError

TEXT_FIELDS = {"StringField", "TextAreaField", "PasswordField", "EmailField", "URLField", "HiddenField", "SearchField"}


class Form(FlaskForm):
    """CSRF-protected; carries refusals of the domain to the field they blame."""

    def process(self, *args: Any, **kwargs: Any) -> None:
        """A text that was not sent at all is an empty one, as it is where its field was left empty."""
        super().process(*args, **kwargs)
        for field in self:
            if field.type in TEXT_FIELDS and field.data is None:
                field.data = ""

    @property
    def status(self) -> int:
        """200 for a fresh page, 422 for one that came back with errors; typed text stands in both."""
        return 422 if self.errors or self.form_errors else 200

    def values(self) -> dict[str, Any]:
        """The fields' data by name, ready for a service; the CSRF token and submit buttons are left out."""
        return {field.name: field.data for field in self if field.type not in {"CSRFTokenField", "SubmitField"}}

    def blame(self, error: DomainError) -> None:
        """Put the refusal on its field, or above the form when it names none that is here."""
        text = translated(error)
        field = self._fields.get(error.field) if error.field else None
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


class VersionedForm(Form):
    """Carries the version of what its page showed, so that a later change is noticed."""

    version = HiddenField()

    def seen_version(self) -> int:
        """The version that the page showed; 0, which nothing has, when the field was tampered with."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    def show_version(self, version: object) -> None:
        """The page shows this version now, whichever came back with the form, so that the next save is meant."""
        self.version.data, self.version.raw_data = str(version), None


class SearchForm(Form):
    """A form sent by GET: no CSRF token, values from the URL."""

    class Meta:
        csrf = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(formdata=request.args, **kwargs)


def translated(error: DomainError) -> str:
    """The refusal in the reader's language."""
    text: str = gettext(error.text)
    return text % error.params if error.params else text
