"""The forms of invitations. Deadlines are typed and shown in Japan time."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from advnet.consultations.invitations.asking import LONGEST_RESPOND_DAYS, RESPOND_DAYS
from advnet.consultations.invitations.labels import VERDICTS
from advnet.consultations.invitations.model import ExtensionVerdict, Invitation
from advnet.consultations.invitations.screening import LONGEST_INTERESTS
from advnet.consultations.invitations.service import LONGEST_SUGGESTION
from advnet.consultations.moves import LONGEST_REASON
from advnet.days import from_clock_in_japan
from advnet.web.fields import DateTimeLocalField
from advnet.web.forms import Form
from advnet.web.templating import in_language

REASON = (
    InputRequired(_l("Give a reason.")),
    Length(max=LONGEST_REASON, message=_l("Use at most %(max)d characters.")),
)
SHORT_ENOUGH = Length(max=LONGEST_REASON, message=_l("Use at most %(max)d characters."))


class InterestsForm(Form):
    """``has_interests`` starts unchosen, so that nobody declares by leaving a page as it is."""

    has_interests = RadioField(
        _l("Do you have interests that touch this consultation?"),
        [InputRequired(_l("Choose one of the two."))],
        choices=[
            SelectChoice("no", _l("No, I have none")),
            SelectChoice("yes", _l("Yes, or I am not sure: I describe them below")),
        ],
    )
    interests = TextAreaField(
        _l("Your interests"),
        [Length(max=LONGEST_INTERESTS, message=_l("Use at most %(max)d characters."))],
    )


class DeclineForm(Form):
    reason = TextAreaField(_l("Why can you not take part?"), REASON)
    suggestion = TextAreaField(
        _l("Whom would you ask instead?"),
        [Length(max=LONGEST_SUGGESTION, message=_l("Use at most %(max)d characters."))],
    )


class ExtensionForm(Form):
    until = DateTimeLocalField(
        _l("Until when do you need?"),
        [InputRequired(_l("Choose a day and a time."))],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    reason = TextAreaField(_l("Why do you need more time?"), REASON)

    @property
    def moment(self) -> datetime:
        """The moment that was typed as Japan time."""
        clock: datetime = self.until.data
        return from_clock_in_japan(clock)


class AskForm(Form):
    respond_days = IntegerField(
        _l("Days to reply"),
        [
            InputRequired(_l("Give a number of days.")),
            NumberRange(1, LONGEST_RESPOND_DAYS, _l("Give from %(min)d to %(max)d days.")),
        ],
        default=RESPOND_DAYS,
    )


class WithdrawForm(Form):
    reason = TextAreaField(_l("Why is the invitation withdrawn?"), REASON)


class ReadForm(Form):
    """A judgement on something as it was read: the moment of the thing read goes with it."""

    read_at = HiddenField()

    @property
    def moment(self) -> datetime | None:
        """What ``read_at`` says; None when somebody changed it into nonsense."""
        try:
            return datetime.fromisoformat(self.read_at.data or "")
        except ValueError:
            return None

    def compare_with(self, read_at: datetime) -> None:
        """The reader has been shown what stood at this moment, so that the next judgement is meant."""
        self.read_at.data = read_at.isoformat()


class ScreeningForm(ReadForm):
    verdict = RadioField(
        _l("Judgement"),
        [InputRequired(_l("Choose a judgement."))],
        choices=[SelectChoice(verdict.value, label) for verdict, label in VERDICTS.items()],
    )
    reason = TextAreaField(_l("Reason"), [SHORT_ENOUGH])


class ExtensionDecisionForm(ReadForm):
    verdict = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose a decision."))],
        choices=[
            SelectChoice(ExtensionVerdict.GRANTED.value, _l("Grant the time asked for, to this expert alone")),
            SelectChoice(ExtensionVerdict.REFUSED.value, _l("Refuse; the deadline stays")),
        ],
    )
    reason = TextAreaField(_l("Reason"), [SHORT_ENOUGH])


class ReplaceForm(Form):
    """:param candidates: invitations that stand proposed, with their experts"""

    replacement = RadioField(_l("Who takes the seat?"), [InputRequired(_l("Choose an expert."))], coerce=int)

    def __init__(self, candidates: list[Invitation]) -> None:
        super().__init__()
        self.replacement.choices = [
            SelectChoice(one.id, in_language(one.expert.name_ja, one.expert.name_en)) for one in candidates
        ]
