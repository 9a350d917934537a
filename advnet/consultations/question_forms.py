"""The row in which one question is written: its text, its kind, and what each kind needs beside that."""

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from advnet.consultations import kind_labels as labels
from advnet.consultations.details import Option, QuestionDetails
from advnet.consultations.kinds import INTERVAL, OWN, POINTS, padded, rule_of
from advnet.consultations.model import Question, QuestionKind
from advnet.web.fields import DateField, FigureField, FiguresField

SETTINGS = ("scale", "unit_ja", "unit_en", "quantity_form", "minimum", "maximum", "weights", "appraisal_scale")
TEXTS = ("prompt_ja", "prompt_en", "help_ja", "help_en")
RULES = ("resolution_rule_ja", "resolution_rule_en")
LINES = ("options_ja", "options_en", "criteria_ja", "criteria_en")


def _at_most(maximum: int) -> Length:
    return Length(max=maximum, message=_l("Use at most %(max)d characters."))


def _choices(words: dict[Any, LazyString]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in words.items()]


class QuestionForm(PlainForm):
    """One question; a row of the request. What its kind does not need is dropped when it is saved."""

    prompt_ja = TextAreaField(_l("Question in Japanese"), [_at_most(4000)])
    prompt_en = TextAreaField(_l("Question in English"), [_at_most(4000)])
    help_ja = StringField(_l("Explanation in Japanese"), [_at_most(1000)])
    help_en = StringField(_l("Explanation in English"), [_at_most(1000)])
    kind = SelectField(_l("Kind of answer"), choices=_choices(labels.KINDS), default=QuestionKind.TEXT.value)
    options_ja = TextAreaField(_l("Options in Japanese"), [_at_most(4000)])
    options_en = TextAreaField(_l("Options in English"), [_at_most(4000)])
    multiple = BooleanField(_l("More than one option may be chosen"))
    scale = SelectField(_l("Scale"), choices=_choices(labels.SCALES), default="agreement5")
    unit_ja = StringField(_l("Unit in Japanese"), [_at_most(100)])
    unit_en = StringField(_l("Unit in English"), [_at_most(100)])
    quantity_form = SelectField(_l("How it is asked"), choices=_choices(labels.QUANTITY_FORMS), default=INTERVAL)
    minimum = FigureField(_l("Smallest possible value"))
    maximum = FigureField(_l("Largest possible value"))
    criteria_ja = TextAreaField(_l("Criteria in Japanese"), [_at_most(2000)])
    criteria_en = TextAreaField(_l("Criteria in English"), [_at_most(2000)])
    weights = FiguresField(_l("Weights of the criteria"))
    appraisal_scale = SelectField(_l("How it is appraised"), choices=_choices(labels.APPRAISAL_SCALES), default=POINTS)
    resolves_on = DateField(_l("Day on which it will be known"), [Optional()])
    resolution_rule_ja = TextAreaField(_l("How it will be told, in Japanese"), [_at_most(2000)])
    resolution_rule_en = TextAreaField(_l("How it will be told, in English"), [_at_most(2000)])
    required = BooleanField(_l("Has to be answered"), default=True)

    @property
    def is_blank(self) -> bool:
        return not any((self._fields[name].data or "").strip() for name in (*TEXTS, *RULES, *LINES))

    def details(self) -> QuestionDetails:
        """The row as typed; options of both languages are paired line by line."""
        kind = QuestionKind(self.kind.data or QuestionKind.TEXT)
        rule = rule_of(kind)
        lines = {name: _lines(self._fields[name].data) for name in LINES}
        settings = rule.settings({**lines, **{name: self._fields[name].data for name in SETTINGS}})
        count = max(len(lines["options_ja"]), len(lines["options_en"]))
        pairs = list(zip(padded(lines["options_ja"], count), padded(lines["options_en"], count), strict=True))
        texts: dict[str, Any] = {name: self._fields[name].data or "" for name in TEXTS}
        if rule.resolves:
            texts |= {name: self._fields[name].data or "" for name in RULES}
        return QuestionDetails(
            kind,
            **texts,
            options=tuple(
                Option(str(number), *labels) for number, labels in enumerate(rule.options(settings, pairs), start=1)
            ),
            multiple=bool(self.multiple.data) and kind == QuestionKind.CHOICE,
            required=bool(self.required.data),
            settings=settings,
            resolves_on=self.resolves_on.data if rule.resolves else None,
        )


class DeskQuestionForm(QuestionForm):
    """The desk may know an answer already, and ask to see how well the experts are calibrated."""

    outcome = FigureField(_l("Known answer"))
    outcome_source = StringField(_l("Where the known answer comes from"), [_at_most(1000)])

    def seed(self) -> dict[str, Any]:
        """What of the question's details is for the desk alone."""
        resolves = rule_of(self.kind.data or QuestionKind.TEXT).resolves
        if not resolves or self.outcome.data is None:
            return {}
        return {
            "is_seed": True,
            "outcome": self.outcome.data,
            "outcome_source": self.outcome_source.data or "",
        }


def row_of(question: Question) -> dict[str, Any]:
    """What the row of this question starts with."""
    settings = question.settings
    criteria = settings.get("criteria", ())
    scale = settings.get("scale", "agreement5") if question.kind == QuestionKind.LIKERT else "agreement5"
    is_own = question.kind != QuestionKind.LIKERT or scale == OWN
    weights = [one["weight"] for one in criteria if one["weight"] is not None]
    return {
        **{name: getattr(question, name) for name in (*TEXTS, *RULES)},
        "kind": str(question.kind),
        "options_ja": _joined(question.options, "label_ja") if is_own else "",
        "options_en": _joined(question.options, "label_en") if is_own else "",
        "multiple": question.multiple,
        "required": question.required,
        "scale": scale,
        "unit_ja": settings.get("unit_ja", ""),
        "unit_en": settings.get("unit_en", ""),
        "quantity_form": settings.get("form", INTERVAL),
        "minimum": settings.get("minimum"),
        "maximum": settings.get("maximum"),
        "criteria_ja": _joined(criteria, "label_ja"),
        "criteria_en": _joined(criteria, "label_en"),
        "weights": weights,
        "appraisal_scale": settings.get("scale", POINTS) if criteria else POINTS,
        "resolves_on": question.resolves_on,
        "outcome": question.outcome if question.is_seed else None,
        "outcome_source": question.outcome_source if question.is_seed else "",
    }


def _joined(labelled: Any, name: str) -> str:
    return "\n".join(one[name] for one in labelled).strip()


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
