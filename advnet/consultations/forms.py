"""The forms of consultations. Deadlines are typed and shown in Japan time."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from advnet.consultations import labels
from advnet.consultations.details import LONGEST, LONGEST_TEXT, Details
from advnet.consultations.model import Consultation, Mode, Tlp
from advnet.consultations.moves import LONGEST_REASON
from advnet.consultations.question_forms import DeskQuestionForm, QuestionForm, row_of
from advnet.days import clock_in_japan, from_clock_in_japan
from advnet.errors import DomainError, Unsound
from advnet.experts.labels import FACETS
from advnet.experts.vocabulary.model import Concept
from advnet.web import language
from advnet.web.bounds import identifier
from advnet.web.fields import DateField, DateTimeLocalField
from advnet.web.forms import Form, VersionedForm, translated
from advnet.web.rows import rows_changed

MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def _short(name: str) -> Length:
    return Length(max=LONGEST[name], message=_l("Use at most %(max)d characters."))


def _long(maximum: int = LONGEST_TEXT) -> Length:
    return Length(max=maximum, message=_l("Use at most %(max)d characters."))


def _choices(words: dict[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in words.items()]


class Checkboxes(SelectMultipleField):
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class RequestForm(VersionedForm):
    """What a requester files: everything but what the desk decides."""

    title_ja = StringField(_l("Title in Japanese"), [_short("title_ja")])
    title_en = StringField(_l("Title in English"), [_short("title_en")])
    background_ja = TextAreaField(_l("Background in Japanese"), [_long()])
    background_en = TextAreaField(_l("Background in English"), [_long()])
    decision_ja = TextAreaField(_l("What is decided with the advice, in Japanese"), [_long()])
    decision_en = TextAreaField(_l("What is decided with the advice, in English"), [_long()])
    decision_on = DateField(_l("Day of the decision"), [Optional()])
    deadline_at = DateTimeLocalField(_l("Deadline for answers"), [Optional()], format=MOMENT_FORMATS)
    questions = FieldList(FormField(QuestionForm), _l("Questions"))
    facets = Checkboxes(_l("Fields, areas and regions"), coerce=identifier, validate_choice=False)
    facet_text = StringField(_l("Look for a field, an area, a region or an instrument"), [Length(max=100)])
    tlp = RadioField(_l("How it may be passed on"), choices=_choices(labels.TLP), default=Tlp.AMBER.value)
    chatham_house = BooleanField(_l("Chatham House Rule: what is said may be used, who said it may not be told"))
    confidentiality = RadioField(_l("Confidentiality"), choices=_choices(labels.CONFIDENTIALITY), default="2")
    handling = StringField(_l("Handling restrictions"), [_short("handling")])

    first_facets: list[Any]
    broad_facets: list[tuple[LazyString, list[Any]]]

    def press(self) -> bool:
        """Carry out a button that only changes the form (rows, looking for facets); False when it is to be saved."""
        return rows_changed(self) or "find-facets" in request.form

    @property
    def stays_draft(self) -> bool:
        """The writer wants it kept as a draft, not filed."""
        return request.form.get("act") == "draft"

    def offer_facets(self, *, chosen: list[Concept], found: list[Concept], broad: list[Concept]) -> None:
        """Show the chosen concepts, ticked, with those found, and after them the broad ones by their facet."""
        first = {concept.id: concept for concept in (*chosen, *found)}
        offered = [*first.values(), *(concept for concept in broad if concept.id not in first)]
        japanese = language.current() == "ja"
        self.facets.choices = [
            SelectChoice(concept.id, concept.label_ja if japanese else concept.label_en) for concept in offered
        ]
        self.facets.data = sorted(concept.id for concept in chosen)
        options = dict(zip((concept.id for concept in offered), self.facets, strict=True))
        self.first_facets = [options[number] for number in first]
        self.broad_facets = [
            (label, [options[one.id] for one in broad if one.facet == facet and one.id not in first])
            for facet, label in FACETS.items()
        ]

    def details(self, base: Details) -> Details:
        """``base`` with what the form says. Rows in which nothing was written are dropped."""
        self.questions.entries = [entry for entry in self.questions.entries if not entry.form.is_blank]
        rows = [entry.form for entry in self.questions.entries]
        same: dict[str, Any] = {name: self._fields[name].data or "" for name in self._fields if name in TEXTS}
        return replace(
            base,
            **same,
            decision_on=self.decision_on.data,
            deadline_at=_from_japan(self.deadline_at.data),
            tlp=Tlp(self.tlp.data),
            chatham_house=bool(self.chatham_house.data),
            confidentiality=int(self.confidentiality.data),
            facets=tuple(self.facets.data or ()),
            questions=tuple(replace(row.details(), **self.seed_of(row, base)) for row in rows),
        )

    def seed_of(self, row: QuestionForm, base: Details) -> dict[str, Any]:
        """A requester neither sees nor loses what the desk knows: it stays with a question that was not reworded."""
        key = (row.kind.data, (row.prompt_ja.data or "").strip(), (row.prompt_en.data or "").strip())
        same = next((one for one in base.questions if (one.kind, one.prompt_ja, one.prompt_en) == key), None)
        if same is None or not same.is_seed:
            return {}
        return {"is_seed": True, "outcome": same.outcome, "outcome_source": same.outcome_source}

    def blame(self, error: DomainError) -> None:
        """Also onto a field of a question, and every fault of an unsound text."""
        if isinstance(error, Unsound):
            for fault in error.faults:
                self.blame(fault)
            return
        parts = (error.field or "").split("-")
        if len(parts) == 3 and parts[0] == "questions":
            field = self.questions.entries[int(parts[1])].form._fields.get(parts[2])
            if field is None:  # what the desk alone may set
                self.form_errors.append(translated(error))
                return
            field.errors = [*field.errors, translated(error)]
            self.questions.errors = [*self.questions.errors, {parts[2]: field.errors}]
        elif error.field == "questions":
            self.questions.errors = [*self.questions.errors, translated(error)]
        else:
            super().blame(error)


class ConsultationForm(RequestForm):
    """What the desk writes."""

    questions = FieldList(FormField(DeskQuestionForm), _l("Questions"))
    mode = RadioField(_l("Who sees who wrote an answer"), choices=_choices(labels.MODES), default=Mode.ATTRIBUTED.value)
    wanted_answers = IntegerField(
        _l("Wanted number of answers"),
        [InputRequired(_l("Give a number from 1 to 500.")), NumberRange(1, 500, _l("Give a number from 1 to 500."))],
        default=5,
    )

    planned_rounds = IntegerField(
        _l("Planned number of rounds"),
        [InputRequired(_l("Give a number from 1 to 5.")), NumberRange(1, 5, _l("Give a number from 1 to 5."))],
        default=1,
    )
    names_items = BooleanField(_l("Before the first round the experts name the options that are then judged"))
    has_discussion = BooleanField(_l("Between rounds the experts may discuss, known to each other as the mode says"))

    def seed_of(self, row: QuestionForm, base: Details) -> dict[str, Any]:
        assert isinstance(row, DeskQuestionForm)
        return row.seed()

    def details(self, base: Details) -> Details:
        return replace(
            super().details(base),
            mode=Mode(self.mode.data),
            wanted_answers=self.wanted_answers.data,
            planned_rounds=self.planned_rounds.data,
            names_items=bool(self.names_items.data),
            has_discussion=bool(self.has_discussion.data),
        )


class MoveForm(Form):
    """A button that acts."""


class ReasonForm(Form):
    reason = TextAreaField(validators=[_long(LONGEST_REASON)])

    def ask(self, question: LazyString) -> None:
        """Label the reason with the question of this move."""
        self.reason.label.text = question


class MergeForm(ReasonForm):
    into = StringField(
        _l("Reference of the other consultation"), [InputRequired(_l("Give a reference such as 2026-014."))]
    )


class DeadlineForm(Form):
    deadline_at = DateTimeLocalField(
        _l("New deadline"), [InputRequired(_l("Choose a day and a time."))], format=MOMENT_FORMATS
    )

    @property
    def moment(self) -> datetime:
        at = _from_japan(self.deadline_at.data)
        assert at is not None  # required above
        return at


TEXTS = frozenset(
    {
        "title_ja",
        "title_en",
        "background_ja",
        "background_en",
        "decision_ja",
        "decision_en",
        "handling",
    }
)


def values_of(consultation: Consultation) -> dict[str, Any]:
    """What the form of this consultation starts with. :param consultation: loaded with facets and questions"""
    plain = {name: getattr(consultation, name) for name in (*TEXTS, "decision_on", "chatham_house", "version")}
    return {
        **plain,
        "tlp": str(consultation.tlp),
        "mode": str(consultation.mode),
        "confidentiality": str(consultation.confidentiality),
        "wanted_answers": consultation.wanted_answers,
        "planned_rounds": consultation.planned_rounds,
        "names_items": consultation.names_items,
        "has_discussion": consultation.has_discussion,
        "deadline_at": clock_in_japan(consultation.deadline_at) if consultation.deadline_at else None,
        "facets": [facet.concept_id for facet in consultation.facets],
        "questions": [row_of(question) for question in consultation.questions],
    }


def _from_japan(clock: datetime | None) -> datetime | None:
    return from_clock_in_japan(clock) if clock else None
