"""The forms in which the desk says what was true."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from advnet.consultations.model import Question, QuestionKind
from advnet.consultations.moves import LONGEST_REASON
from advnet.consultations.resolving.service import LONGEST_SOURCE
from advnet.web.fields import FigureField
from advnet.web.forms import Form


def _at_most(maximum: int) -> Length:
    return Length(max=maximum, message=_l("Use at most %(max)d characters."))


class OutcomeForm(Form):
    source = TextAreaField(_l("Where this is known from"), [_at_most(LONGEST_SOURCE)])
    reason = TextAreaField(_l("Why it is corrected"), [_at_most(LONGEST_REASON)])


class ClaimForm(OutcomeForm):
    outcome = RadioField(
        _l("Did the claim come true?"),
        choices=[SelectChoice("1", _l("Yes, it came true")), SelectChoice("0", _l("No, it did not"))],
        validate_choice=False,
    )

    def found(self) -> float | None:
        """As chosen; None where nothing was."""
        return {"1": 1.0, "0": 0.0}.get(self.outcome.data or "")


class QuantityForm(OutcomeForm):
    outcome = FigureField(_l("What was the value?"))

    def found(self) -> float | None:
        """As typed; None where nothing was."""
        return self.outcome.data


def form_of(question: Question) -> ClaimForm | QuantityForm:
    """The form for this question, with what stands where something was stated."""
    is_claim = question.kind == QuestionKind.PROBABILITY
    if question.outcome is None:
        return ClaimForm() if is_claim else QuantityForm()
    data = {"outcome": str(int(question.outcome)) if is_claim else question.outcome, "source": question.outcome_source}
    return ClaimForm(data=data) if is_claim else QuantityForm(data=data)
