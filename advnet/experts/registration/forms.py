"""The forms of vetting. Each carries the version of what its page showed, so that a later change is noticed."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField

from advnet.experts import labels
from advnet.experts.forms import Checkboxes, at_most
from advnet.web.forms import Form, VersionedForm


class ReviewForm(VersionedForm):
    """All that may be filled in by who has the registration in hand. Every move takes all of it along."""

    checks = Checkboxes(_l("Checks"), choices=labels.choices(labels.CHECKS))
    question = TextAreaField(_l("What do you need from the applicant?"), [at_most(4000)])
    reason_code = RadioField(_l("Reason"), choices=labels.choices(labels.REJECTION_REASONS), validate_choice=False)
    reason = TextAreaField(_l("Your own words to the applicant"), [at_most(4000)])

    def typed(self) -> list[str]:
        """What was filled in, in words, for a page on which the form itself no longer is."""
        ticked = [str(label) for check, label in labels.CHECKS.items() if check in (self.checks.data or [])]
        return [*ticked, *(text for text in (self.question.data, self.reason.data) if text)]


class UndoForm(VersionedForm):
    reason = TextAreaField(_l("Why the decision is taken back"), [at_most(2000)])

    def typed(self) -> list[str]:
        """As :meth:`ReviewForm.typed`."""
        return [self.reason.data] if self.reason.data else []


class StandingForm(Form):
    reason = TextAreaField(_l("Reason"), [at_most(2000)])
