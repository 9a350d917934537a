"""The form in which an expert answers: one part for each question of the consultation."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms import Form as Subform
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from advnet.answers import labels
from advnet.answers.drafts import MAXIMUM_TEXT, Draft
from advnet.answers.grounds import LONGEST_GROUND
from advnet.answers.kinds import kind_of
from advnet.answers.kinds.forms import kind_fields
from advnet.answers.kinds.labels import Line, kind_words
from advnet.answers.model import Release
from advnet.consultations.model import Question
from advnet.errors import DomainError
from advnet.web.forms import Form, translated
from advnet.web.typed_text import TypedText

LANGUAGES = [
    SelectChoice("", _l("Find out from the text")),
    SelectChoice("ja", "日本語"),
    SelectChoice("en", "English"),
]
PLAIN_PARTS = (
    "text",
    "sureness",
    "ask_back",
    "language",
    "against",
    "assumptions",
    "evidence_base",
    "agreement",
    "distance",
    "release",
)
CHOOSING = {"RadioField", "SelectField", "Checkboxes"}
GROUNDS = ("against", "assumptions", "evidence_base", "agreement", "distance")
_TYPED = re.compile(
    r"q([0-9]+)_(?:evidence-[0-9]+-)?(text|sureness|ask_back|against|assumptions|link|doi|note|value_[0-9a-z_]+)"
)
_TYPED_LABELS = {
    "text": _l("Your answer"),
    "sureness": _l("Sureness"),
    "ask_back": _l("What is missing"),
    "against": _l("What speaks against it"),
    "assumptions": _l("Assumptions"),
    "link": _l("Link"),
    "doi": _l("DOI"),
    "note": _l("Note"),
    "value": _l("Figure"),
}


def _selection(words: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in words.items()]


def _or_not(words: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice("", _l("Not said")), *_selection(words)]


class EvidenceForm(Subform):
    kind = SelectField(_l("Kind"), choices=_selection(labels.EVIDENCE_LABELS))
    grade = SelectField(_l("Quality of this evidence"), choices=_or_not(labels.GRADES), validate_choice=False)
    link = StringField(_l("Link"))
    doi = StringField(_l("DOI"))
    note = StringField(_l("Note"))


class DraftForm(Form):
    """A form about the draft as this window knows it."""

    draft_version = HiddenField(default="0")

    def seen_version(self) -> int:
        """The draft that this window began from; 0 when the field was tampered with."""
        typed = self.draft_version.data or "0"
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


class AnswerForm(DraftForm):
    """For each question ``q<question id>_`` and each part of its draft; a figure's is ``…_value_<name>``.

    Nothing in it is judged: a draft may hold anything, and the service says what an answer lacks.
    """

    questions: tuple[Question, ...] = ()

    def draft(self) -> Draft:
        """What is typed, in the shape of ``drafts.py``."""
        return {str(question.id): self._typed(question) for question in self.questions}

    def blame(self, error: DomainError) -> None:
        """A refusal of a row of evidence stands in the row; that of a figure names the figure, since there are many."""
        name, dash, _place = (error.field or "").partition("-")
        rows = self._fields.get(name)
        if rows is not None and "_value_" in name:
            rows.errors = [*rows.errors, _("%(label)s: %(value)s", label=rows.label.text, value=translated(error))]
            return None
        if not dash or not isinstance(rows, FieldList):
            return super().blame(error)
        for field in (field for row in rows.entries for field in row.form if field.name == error.field):
            field.errors = [*field.errors, translated(error)]
        rows.errors = [row.errors for row in rows.entries if row.errors]

    def has_grounds(self, question: Question) -> bool:
        """Whether something stands in the grounds of the answer, or is wrong there."""
        parts = [self._fields[f"q{question.id}_{part}"] for part in (*GROUNDS, "evidence", "release")]
        evidence, release = parts[-2:]
        return (
            any(part.errors for part in parts)
            or any(part.data for part in parts[:-2])
            or (release.data or Release.QUOTED) != Release.QUOTED
            or len(evidence.entries) > 1
            or any(row.form[name].data for row in evidence.entries for name in ("grade", "link", "doi", "note"))
        )

    def in_words(self, question: Question) -> list[Line]:
        """What is typed for the question beside its words, under its labels: to compare two drafts."""
        prefix = f"q{question.id}_"
        names = [f"value_{name}" for name in kind_of(question).figures(question)]
        fields = [
            self._fields[prefix + name] for name in (*names, "choices", "sureness") if prefix + name in self._fields
        ]
        lines = []
        for field in (field for field in fields if field.data):
            chosen = [str(option.label.text) for option in field if option.checked] if field.type in CHOOSING else []
            lines.append(Line(str(field.label.text), _(", ").join(chosen) or str(field.data)))
        return lines

    def _typed(self, question: Question) -> dict[str, Any]:
        prefix = f"q{question.id}_"
        typed: dict[str, Any] = {}
        for part in PLAIN_PARTS:
            field = self._fields.get(f"{prefix}{part}")
            if field is not None:
                typed[part] = field.data or ""
        typed["evidence"] = [
            {key: value or "" for key, value in row.items()} for row in self._fields[f"{prefix}evidence"].data
        ]
        choices = self._fields.get(f"{prefix}choices")
        if choices is not None:
            typed["choices"] = [choices.data] if isinstance(choices.data, str) else list(choices.data or ())
        names = kind_of(question).figures(question)
        if names:
            typed["values"] = {name: self._fields[f"{prefix}value_{name}"].data or "" for name in names}
        return typed


def answer_form(
    questions: tuple[Question, ...],
    draft: Draft,
    version: int,
    *,
    reads_request: bool = True,
    names_contributors: bool = False,
) -> AnswerForm:
    """The form for these questions, filled with what the request sends or else, or only, with the draft.

    :param names_contributors: whether a brief may say who contributed
    """
    members: dict[str, Any] = {"questions": questions}
    for question in questions:
        fields = {**_fields_of(question, names_contributors), **kind_fields(question)}
        members.update((f"q{question.id}_{part}", field) for part, field in fields.items())
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
    found = [
        (match[1], match[2].partition("_")[0] if match[2].startswith("value_") else match[2], text)
        for name, text in sent.items()
        if (match := _TYPED.fullmatch(name))
    ]
    numbers = {question: number for number, question in enumerate(dict.fromkeys(one[0] for one in found), 1)}
    return [
        TypedText(_("Question %(number)s: %(part)s", number=numbers[question], part=_TYPED_LABELS[part]), text)
        for question, part, text in found
        if text.strip()
    ]


def _fields_of(question: Question, names_contributors: bool) -> dict[str, Any]:
    """The parts that every question has; of the sureness only where it is asked."""
    words = kind_words(question)
    releases = labels.NAMED if names_contributors else labels.UNNAMED
    fields: dict[str, Any] = {
        "text": TextAreaField(words.text_label, [Length(max=MAXIMUM_TEXT)]),
        "language": SelectField(_l("Language of this answer"), choices=LANGUAGES),
        "evidence": FieldList(FormField(EvidenceForm), label=_l("Evidence")),
        "evidence_base": SelectField(
            _l("How much evidence there is in all"), choices=_or_not(labels.EVIDENCE_BASES), validate_choice=False
        ),
        "agreement": SelectField(
            _l("How far the evidence agrees"), choices=_or_not(labels.AGREEMENTS), validate_choice=False
        ),
        "distance": SelectField(
            _l("How far the question lies from your field"), choices=_or_not(labels.DISTANCES), validate_choice=False
        ),
        "assumptions": TextAreaField(_l("Assumptions"), [Length(max=LONGEST_GROUND)]),
        "against": TextAreaField(_l("What speaks against it"), [Length(max=LONGEST_GROUND)]),
        "release": RadioField(
            _l("What may be done with this answer"),
            choices=_selection(releases),
            default=Release.QUOTED.value,
            validate_choice=False,
        ),
    }
    if kind_of(question).takes_ask_back:
        fields["ask_back"] = TextAreaField(_l("What is missing"), [Length(max=MAXIMUM_TEXT)])
    if kind_of(question).least_sureness(question) is not None:
        fields["sureness"] = StringField(words.sureness_label)
    return fields


def _data(questions: tuple[Question, ...], draft: Draft) -> Mapping[str, Any]:
    data: dict[str, Any] = {}
    for question in questions:
        typed = draft.get(str(question.id), {})
        for part in (*PLAIN_PARTS, "evidence", "choices"):
            value: Any = typed.get(part)
            if value is None or (part == "release" and not value):
                continue
            if part == "choices" and not question.multiple:
                value = value[0] if value else None
            data[f"q{question.id}_{part}"] = value
        data.update((f"q{question.id}_value_{name}", value) for name, value in typed.get("values", {}).items())
    return data
