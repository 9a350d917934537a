"""The forms of the administrator's pages."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from advnet.accounts.forms import staff_roles_field
from advnet.web.forms import Form


class RolesForm(Form):
    roles = staff_roles_field()


class ReasonForm(Form):
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Enter the reason.")), Length(max=1000, message=_l("Use at most 1,000 characters."))],
    )
