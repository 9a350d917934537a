"""The forms of items: naming them, and making options of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from advnet.answers.items.model import Item, ItemState
from advnet.consultations.model import Question
from advnet.errors import DomainError, Unsound
from advnet.web.forms import Form


class ItemsForm(Form):
    """For each question ``q<question id>_items``, one item on a line."""

    questions: tuple[Question, ...] = ()

    def named(self) -> dict[int, list[str]]:
        """What is typed, by the question's number."""
        return {
            question.id: (self._fields[f"q{question.id}_items"].data or "").splitlines() for question in self.questions
        }

    def blame(self, error: DomainError) -> None:
        """Every fault at its question."""
        for fault in error.faults if isinstance(error, Unsound) else (error,):
            super().blame(fault)


def items_form(questions: Sequence[Question], own: Sequence[Item]) -> ItemsForm:
    """The form for these questions, filled with what the request sends or else with the own items."""
    members: dict[str, Any] = {"questions": tuple(questions)}
    data: dict[str, str] = {}
    for question in questions:
        name = f"q{question.id}_items"
        members[name] = TextAreaField(_l("Your items, one on a line"))
        data[name] = "\n".join(item.text for item in own if item.question_id == question.id)
    form: ItemsForm = type("ConsultationItemsForm", (ItemsForm,), members)(data=data)
    return form


class SortForm(Form):
    """About one item; ``act`` says which button was pressed."""

    item = HiddenField()
    label_ja = StringField(_l("Option in Japanese"))
    label_en = StringField(_l("Option in English"))
    into = SelectField(_l("Says the same as"), choices=[], validate_choice=False)

    def item_id(self) -> int:
        """The item's number; 0, which nothing has, when the field was tampered with."""
        return _number(self.item.data)

    def into_id(self) -> int:
        """The other item's number; 0 when none is chosen."""
        return _number(self.into.data)


def sort_form(item: Item, others: Sequence[Item], labels: Mapping[str, str], *, reads_request: bool) -> SortForm:
    """The form of one item, of which a page holds many. :param labels: of the option that it is, when it is one"""
    data = {
        "item": str(item.id),
        "label_ja": labels.get("label_ja", item.text if item.language == "ja" else ""),
        "label_en": labels.get("label_en", item.text if item.language == "en" else ""),
    }
    source: dict[str, Any] = {} if reads_request else {"formdata": None}
    form = SortForm(data=data, **source)
    form.into.choices = [SelectChoice("", _l("Choose an item"))] + [
        SelectChoice(str(one.id), one.text)
        for one in others
        if one.id != item.id
        and one.question_id == item.question_id
        and one.state not in (ItemState.MERGED, ItemState.LEFT_OUT)
    ]
    for field in form:
        field.id = f"i{item.id}-{field.name}"
        field.label.field_id = field.id
    return form


def _number(text: str | None) -> int:
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 17 else 0
