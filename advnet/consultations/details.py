"""What people write about a consultation, and the rules for it, apart from any table and any form.

A draft may be half done: it needs a title, and what is there must be sound. What is filed, submitted or scoped must be
whole. All faults are found at once, so that nobody corrects a page field by field.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from advnet.consultations.kinds import TOO_FEW_OPTIONS, rule_of
from advnet.consultations.model import Consultation, Mode, QuestionKind, Tlp
from advnet.days import day_in_japan
from advnet.errors import Invalid, Unsound, msgid

MAXIMUM_QUESTIONS = 30
LONGEST = {"title_ja": 200, "title_en": 300, "handling": 300, "source_note": 500}
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Option:
    value: str
    label_ja: str = ""
    label_en: str = ""


@dataclass(frozen=True)
class QuestionDetails:
    kind: QuestionKind = QuestionKind.TEXT
    prompt_ja: str = ""
    prompt_en: str = ""
    help_ja: str = ""
    help_en: str = ""
    options: tuple[Option, ...] = ()
    multiple: bool = False
    required: bool = True
    settings: dict[str, Any] = field(default_factory=dict)
    resolves_on: date | None = None
    resolution_rule_ja: str = ""
    resolution_rule_en: str = ""
    is_seed: bool = False
    outcome: float | None = None
    outcome_source: str = ""


@dataclass(frozen=True)
class Details:
    """The content of a consultation; the fields are those of :class:`Consultation`.

    :ivar facets: numbers of concepts
    """

    title_ja: str = ""
    title_en: str = ""
    background_ja: str = ""
    background_en: str = ""
    decision_ja: str = ""
    decision_en: str = ""
    decision_on: date | None = None
    deadline_at: datetime | None = None
    tlp: Tlp = Tlp.AMBER
    chatham_house: bool = False
    confidentiality: int = 2
    handling: str = ""
    mode: Mode = Mode.ATTRIBUTED
    wanted_answers: int = 5
    planned_rounds: int = 1
    names_items: bool = False
    has_discussion: bool = False
    source_note: str = ""
    facets: tuple[int, ...] = ()
    questions: tuple[QuestionDetails, ...] = ()


def details_of(consultation: Consultation) -> Details:
    """What stands in the rows. :param consultation: loaded with facets and questions"""
    columns = [name for name in Details.__dataclass_fields__ if name not in {"facets", "questions"}]
    return Details(
        **{name: getattr(consultation, name) for name in columns},
        facets=tuple(facet.concept_id for facet in consultation.facets),
        questions=tuple(
            QuestionDetails(
                QuestionKind(question.kind),
                question.prompt_ja,
                question.prompt_en,
                question.help_ja,
                question.help_en,
                tuple(Option(**option) for option in question.options),
                question.multiple,
                question.required,
                question.settings,
                question.resolves_on,
                question.resolution_rule_ja,
                question.resolution_rule_en,
                question.is_seed,
                question.outcome if question.is_seed else None,
                question.outcome_source if question.is_seed else "",
            )
            for question in consultation.questions
        ),
    )


def check_draft(details: Details) -> None:
    """:raises Unsound: what is there breaks a rule, or there is no title"""
    _raise(list(_draft_faults(details)))


def check_whole(details: Details, *, now: datetime) -> None:
    """:raises Unsound: something is missing, breaks a rule, or the deadline does not lie ahead"""
    _raise([*_draft_faults(details), *_missing(details, now)])


def _raise(faults: list[Invalid]) -> None:
    if faults:
        raise Unsound(faults)


def _draft_faults(details: Details) -> Iterator[Invalid]:
    if not (details.title_ja.strip() or details.title_en.strip()):
        yield Invalid(msgid("Give a title in Japanese or in English."), field="title_ja")
    for name, limit in LONGEST.items():
        if len(getattr(details, name)) > limit:
            yield Invalid(msgid("Use at most %(maximum)s characters."), field=name, maximum=limit)
    for name in ("background_ja", "background_en", "decision_ja", "decision_en"):
        if len(getattr(details, name)) > LONGEST_TEXT:
            yield Invalid(msgid("Use at most %(maximum)s characters."), field=name, maximum=LONGEST_TEXT)
    if not 1 <= details.wanted_answers <= 500:
        yield Invalid(msgid("Give a number from 1 to 500."), field="wanted_answers")
    if not 1 <= details.planned_rounds <= 5:
        yield Invalid(msgid("Give a number from 1 to 5."), field="planned_rounds")
    if not 1 <= details.confidentiality <= 3:
        yield Invalid(msgid("Choose a level from 1 to 3."), field="confidentiality")
    if details.decision_on and details.deadline_at and details.decision_on < day_in_japan(details.deadline_at):
        yield Invalid(
            msgid("The decision is taken before the answers arrive: choose a later day, or an earlier deadline."),
            field="decision_on",
        )
    if len(details.questions) > MAXIMUM_QUESTIONS:
        yield Invalid(msgid("Ask at most %(maximum)s questions."), field="questions", maximum=MAXIMUM_QUESTIONS)
    for index, question in enumerate(details.questions):
        for fault in _question_faults(question, f"questions-{index}"):
            if not (details.names_items and fault.text == TOO_FEW_OPTIONS):  # the experts name them
                yield fault


def _missing(details: Details, now: datetime) -> Iterator[Invalid]:
    if not (details.background_ja.strip() or details.background_en.strip()):
        yield Invalid(msgid("Describe the background in Japanese or in English."), field="background_ja")
    if not details.questions:
        yield Invalid(msgid("Ask at least one question."), field="questions")
    if details.deadline_at is None:
        yield Invalid(msgid("Set a deadline for the answers."), field="deadline_at")
    elif details.deadline_at <= now:
        yield Invalid(msgid("The deadline has passed: choose a later one."), field="deadline_at")
    for index, question in enumerate(details.questions):
        yield from rule_of(question.kind).missing(question, f"questions-{index}")
        yield from _early(question, details.deadline_at, f"questions-{index}")


def _question_faults(question: QuestionDetails, name: str) -> Iterator[Invalid]:
    if not (question.prompt_ja.strip() or question.prompt_en.strip()):
        yield Invalid(msgid("Write the question in Japanese or in English."), field=f"{name}-prompt_ja")
    yield from rule_of(question.kind).faults(question, name)


def _early(question: QuestionDetails, deadline_at: datetime | None, name: str) -> Iterator[Invalid]:
    """What is known before the answers arrive is asked as a seed or not at all."""
    if question.is_seed or question.resolves_on is None or deadline_at is None:
        return
    if question.resolves_on < day_in_japan(deadline_at):
        yield Invalid(
            msgid("It would be known before the answers arrive: choose a later day."), field=f"{name}-resolves_on"
        )
