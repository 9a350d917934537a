"""The forms of vetting. Each carries the version of what its page showed, so that a later change is noticed."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField

from advnet.experts import labels
from advnet.experts.forms import Checkboxes, at_most
from advnet.web.forms import Form


class VersionedForm(Form):
    """A button that acts on what the page showed."""

    version = HiddenField()

    def version_seen(self) -> int:
        """0, which no row has, when the field was tampered with."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdecimal() else 0


class ChecklistForm(VersionedForm):
    checks = Checkboxes(_l("Checks"), choices=labels.choices(labels.CHECKS))


class AskForm(VersionedForm):
    question = TextAreaField(_l("What do you need from the applicant?"), [at_most(4000)])


class RejectForm(VersionedForm):
    reason_code = RadioField(_l("Reason"), choices=labels.choices(labels.REJECTION_REASONS), validate_choice=False)
    reason = TextAreaField(_l("Your own words to the applicant"), [at_most(4000)])

    def values(self) -> dict[str, Any]:
        return {"reason_code": self.reason_code.data or "", "reason": self.reason.data or ""}


class UndoForm(VersionedForm):
    reason = TextAreaField(_l("Why the decision is taken back"), [at_most(2000)])


class StandingForm(Form):
    reason = TextAreaField(_l("Reason"), [at_most(2000)])
