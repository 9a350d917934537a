"""The form in which an expert answers: one part for each question of the consultation."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms import Form as Subform
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from advnet.answers.drafts import MAXIMUM_TEXT, Draft
from advnet.answers.model import EvidenceKind
from advnet.consultations.model import Question, QuestionKind
from advnet.errors import DomainError
from advnet.web.forms import Form, translated
from advnet.web.templating import in_language
from advnet.web.typed_text import TypedText

EVIDENCE_LABELS = {
    EvidenceKind.ARTICLE: _l("Article"),
    EvidenceKind.REPORT: _l("Report"),
    EvidenceKind.BOOK: _l("Book"),
    EvidenceKind.DATASET: _l("Dataset"),
    EvidenceKind.STANDARD: _l("Standard"),
    EvidenceKind.LAW: _l("Law or agreement"),
    EvidenceKind.EXPERIENCE: _l("Own experience"),
    EvidenceKind.OTHER: _l("Other"),
}
LANGUAGES = [
    SelectChoice("", _l("Find out from the text")),
    SelectChoice("ja", "日本語"),
    SelectChoice("en", "English"),
]
PARTS = ("text", "choices", "sureness", "language", "evidence")
_TYPED = re.compile(r"q([0-9]+)_(?:evidence-[0-9]+-)?(text|sureness|link|doi|note)")
_TYPED_LABELS = {
    "text": _l("Your answer"),
    "sureness": _l("Sureness"),
    "link": _l("Link"),
    "doi": _l("DOI"),
    "note": _l("Note"),
}


class EvidenceForm(Subform):
    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind.value, label) for kind, label in EVIDENCE_LABELS.items()])
    link = StringField(_l("Link"))
    doi = StringField(_l("DOI"))
    note = StringField(_l("Note"))


class Checkboxes(SelectMultipleField):
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class DraftForm(Form):
    """A form about the draft as this window knows it."""

    draft_version = HiddenField(default="0")

    def seen_version(self) -> int:
        """The draft that this window began from; 0 when the field was tampered with."""
        typed = self.draft_version.data or "0"
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


class AnswerForm(DraftForm):
    """For each question ``q<question id>_text``, ``…_choices``, ``…_sureness``, ``…_language`` and ``…_evidence``.

    Nothing in it is judged: a draft may hold anything, and the service says what an answer lacks.
    """

    questions: tuple[Question, ...] = ()

    def draft(self) -> Draft:
        """What is typed, in the shape of ``drafts.py``."""
        return {str(question.id): self._typed(question) for question in self.questions}

    def blame(self, error: DomainError) -> None:
        """A refusal of a row of evidence stands in the row, at the field that is to blame."""
        name, dash, _place = (error.field or "").partition("-")
        rows = self._fields.get(name)
        if not dash or not isinstance(rows, FieldList):
            return super().blame(error)
        for field in (field for row in rows.entries for field in row.form if field.name == error.field):
            field.errors = [*field.errors, translated(error)]
        rows.errors = [row.errors for row in rows.entries if row.errors]

    def _typed(self, question: Question) -> dict[str, Any]:
        typed: dict[str, Any] = {}
        for part in PARTS:
            field = self._fields.get(f"q{question.id}_{part}")
            if field is None:
                continue
            if part == "evidence":
                typed[part] = [{key: value or "" for key, value in row.items()} for row in field.data]
            elif part == "choices":
                typed[part] = [field.data] if isinstance(field.data, str) else list(field.data or ())
            else:
                typed[part] = field.data or ""
        return typed


def answer_form(
    questions: tuple[Question, ...], draft: Draft, version: int, *, reads_request: bool = True
) -> AnswerForm:
    """The form for these questions, filled with what the request sends or else, or only, with the draft."""
    members: dict[str, Any] = {"questions": questions}
    for question in questions:
        members.update(_fields_of(question))
    form_class = type("ConsultationAnswerForm", (AnswerForm,), members)
    source: dict[str, Any] = {} if reads_request else {"formdata": None}
    form: AnswerForm = form_class(data={"draft_version": str(version), **_data(questions, draft)}, **source)
    for question in questions:
        evidence = form._fields[f"q{question.id}_evidence"]
        if not evidence.entries:
            evidence.append_entry()
    return form


def typed_answers(sent: MultiDict[str, str]) -> list[TypedText]:
    """What a form of answers brings, for a reader to whom the questions may be closed: they are only counted."""
    found = [(match[1], match[2], text) for name, text in sent.items() if (match := _TYPED.fullmatch(name))]
    numbers = {question: number for number, question in enumerate(dict.fromkeys(one[0] for one in found), 1)}
    return [
        TypedText(_("Question %(number)s: %(part)s", number=numbers[question], part=_TYPED_LABELS[part]), text)
        for question, part, text in found
        if text.strip()
    ]


def _fields_of(question: Question) -> dict[str, Any]:
    prefix = f"q{question.id}_"
    text_label = _l("Your answer") if question.kind == QuestionKind.TEXT else _l("Reasons")
    fields: dict[str, Any] = {
        f"{prefix}text": TextAreaField(text_label, [Length(max=MAXIMUM_TEXT)]),
        f"{prefix}sureness": StringField(_l("How sure are you that this answer holds?")),
        f"{prefix}language": SelectField(_l("Language of this answer"), choices=LANGUAGES),
        f"{prefix}evidence": FieldList(FormField(EvidenceForm), label=_l("Evidence")),
    }
    if question.kind == QuestionKind.CHOICE:
        choices = [
            SelectChoice(option["value"], in_language(option["label_ja"], option["label_en"]))
            for option in question.options
        ]
        kind = Checkboxes if question.multiple else RadioField
        fields[f"{prefix}choices"] = kind(_("Your choice"), [Optional()], choices=choices, validate_choice=False)
    return fields


def _data(questions: tuple[Question, ...], draft: Draft) -> Mapping[str, Any]:
    data: dict[str, Any] = {}
    for question in questions:
        typed = draft.get(str(question.id), {})
        for part in PARTS:
            value: Any = typed.get(part)
            if value is None:
                continue
            if part == "choices" and not question.multiple:
                value = value[0] if value else None
            data[f"q{question.id}_{part}"] = value
    return data
