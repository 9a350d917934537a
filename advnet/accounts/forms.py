"""The forms of accounts."""

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from advnet.accounts.labels import ROLES
from advnet.accounts.model import STAFF_ROLES, email_key
from advnet.web.forms import Form

LONGEST_EMAIL = 254


def key_fits(_form: Form, field: EmailField) -> None:
    """Some letters become two or three when case is folded, which is how an address is kept to be found."""
    if max(len(field.data or ""), len(email_key(field.data or ""))) > LONGEST_EMAIL:
        raise StopValidation(_l("Use at most 254 characters."))


EMAIL = (
    InputRequired(_l("Enter an e-mail address.")),
    key_fits,
    Regexp(r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$", message=_l("Enter an e-mail address such as name@example.org.")),
)
NAME = (InputRequired(_l("Enter a name.")), Length(max=200, message=_l("Use at most 200 characters.")))
LANGUAGES = [SelectChoice("ja", "日本語"), SelectChoice("en", "English")]


def staff_roles_field() -> SelectMultipleField:
    """Check boxes for the roles that an administrator gives."""
    return SelectMultipleField(
        _l("Roles"),
        choices=[SelectChoice(role.value, ROLES[role]) for role in sorted(STAFF_ROLES)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class SignInForm(Form):
    email = EmailField(_l("E-mail address"), EMAIL)
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))])
    next = HiddenField()


class EmailForm(Form):
    email = EmailField(_l("E-mail address"), EMAIL)


class NewPasswordForm(Form):
    password = PasswordField(_l("New password"), [InputRequired(_l("Enter a password."))])


class RegisterForm(Form):
    name = StringField(_l("Your name"), NAME)
    email = EmailField(_l("E-mail address"), EMAIL)
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter a password."))])


class ChangePasswordForm(Form):
    current = PasswordField(_l("Current password"), [InputRequired(_l("Enter your password."))])
    password = PasswordField(_l("New password"), [InputRequired(_l("Enter a password."))])


class PreferencesForm(Form):
    name = StringField(_l("Your name"), NAME)
    language = SelectField(_l("Language of pages and mail"), choices=LANGUAGES)
    timezone = SelectField(
        _l("Time zone"), choices=[SelectChoice(zone, zone) for zone in sorted(available_timezones()) if "/" in zone]
    )


class StaffInvitationForm(Form):
    name = StringField(_l("Name"), NAME)
    email = EmailField(_l("E-mail address"), EMAIL)
    language = SelectField(_l("Language of the invitation"), choices=LANGUAGES)
    roles = staff_roles_field()


class ConfirmForm(Form):
    """A button that acts: nothing but the CSRF token."""
