"""The form under the reviewed answer: why what has changed since the round before has changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from advnet.answers.changes import MAXIMUM_REASON
from advnet.answers.forms import DraftForm
from advnet.consultations.model import Question
from advnet.errors import DomainError, Unsound


class ReviewForm(DraftForm):
    """For each changed question ``q<question id>_change_reason``."""

    changed: tuple[Question, ...] = ()

    def reasons(self) -> dict[int, str]:
        """What is typed, by the question's number."""
        return {question.id: self._fields[f"q{question.id}_change_reason"].data or "" for question in self.changed}

    def blame(self, error: DomainError) -> None:
        """Every fault of the reasons at its field."""
        for fault in error.faults if isinstance(error, Unsound) else (error,):
            super().blame(fault)


def review_form(changed: Sequence[Question], reasons: Mapping[int, str], version: int) -> ReviewForm:
    """The form for these changes, filled with what the request sends or else with the reasons that stand."""
    members: dict[str, Any] = {"changed": tuple(changed)}
    data: dict[str, Any] = {"draft_version": str(version)}
    for question in changed:
        name = f"q{question.id}_change_reason"
        label = _l("Question %(number)s: what has changed your answer?", number=question.position)
        needed = InputRequired(_l("Say what has changed your answer."))
        limit = Length(max=MAXIMUM_REASON, message=_l("Use at most %(max)d characters."))
        members[name] = TextAreaField(label, [needed, limit])
        data[name] = reasons.get(question.id, "")
    form: ReviewForm = type("ConsultationReviewForm", (ReviewForm,), members)(data=data)
    return form
