"""The fields in which each kind of question is answered.

None of them judges: whatever is typed goes into the draft, and the kind says what is wrong with it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from advnet.answers.kinds import kind_of
from advnet.answers.kinds.labels import ChoiceWords, appraisal_points, kind_words, option_label
from advnet.consultations.model import Question, QuestionKind

Make = Callable[[Question, str], Any]
"""Question and label → field."""


class Checkboxes(SelectMultipleField):
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


def _number(question: Question, label: str) -> Any:
    return StringField(label)


def _place(question: Question, label: str) -> Any:
    places = [SelectChoice(str(place), str(place)) for place in range(1, len(question.options) + 1)]
    return SelectField(label, choices=[SelectChoice("", _l("Place")), *places], validate_choice=False)


def _points(question: Question, label: str) -> Any:
    points = [SelectChoice(value, words) for value, words in appraisal_points(question)]
    return SelectField(label, choices=[SelectChoice("", _l("Choose")), *points], validate_choice=False)


def _options(question: Question, label: str) -> Any:
    choices = [SelectChoice(option["value"], option_label(option)) for option in question.options]
    kind = Checkboxes if question.multiple else RadioField
    return kind(label, [Optional()], choices=choices, validate_choice=False)


FIGURES: Mapping[QuestionKind, Make] = {
    QuestionKind.RANKING: _place,
    QuestionKind.PROBABILITY: _number,
    QuestionKind.QUANTITY: _number,
    QuestionKind.APPRAISAL: _points,
}
"""How each of a kind's figures is typed."""


def kind_fields(question: Question) -> dict[str, Any]:
    """Part of the form → field, for what the kind asks beside the words."""
    words = kind_words(question)
    fields = {
        f"value_{name}": FIGURES[QuestionKind(question.kind)](question, words.figure(question, name))
        for name in kind_of(question).figures(question)
    }
    if isinstance(words, ChoiceWords):
        fields["choices"] = _options(question, str(words.label))
    return fields
