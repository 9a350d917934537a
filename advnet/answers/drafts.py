"""What an expert has typed, and when it is good enough to submit.

A draft holds whatever was typed, as text, within limits of size alone: nothing is refused and nothing lost. Only
:func:`checked` judges it, question by question, and says everything that is wrong at once.

The shape of a draft is JSON: ``{"<question id>": {"text", "choices": [...], "values": {<figure>: …}, "sureness",
"ask_back", "language", "against", "assumptions", "evidence_base", "agreement", "distance", "release", "evidence":
[{"kind", "link", "doi", "note", "grade"}]}}``, every value a string but the lists and the figures' object.

Any question may be asked back instead of being answered: ``ask_back`` says what is missing, and the answer's ``values``
are then ``{"missing": …}`` and nothing else of it is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from advnet.answers.grounds import EvidenceInput, Grounds, filled_evidence, read_grounds
from advnet.answers.kinds import kind_of
from advnet.answers.kinds.base import MISSING, Reading, fault
from advnet.consultations.model import Question
from advnet.errors import DomainError, Invalid, msgid
from advnet.figures import NoFigure, read_figure
from advnet.text import guess_language

Draft = dict[str, dict[str, Any]]

MAXIMUM_TEXT = 20_000
MAXIMUM_FIGURE = 200
MAXIMUM_EVIDENCE = 20
TEXTS = ("text", "ask_back", "against", "assumptions")

__all__ = ["AnswerInput", "Draft", "EvidenceInput", "Incomplete", "checked", "clipped", "guess_language"]


@dataclass(frozen=True, kw_only=True)
class AnswerInput(Grounds):
    """One question's answer, fit to be submitted."""

    question_id: int
    text: str
    choices: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
    sureness_percent: int | None
    language: str


class Incomplete(DomainError):
    """The draft cannot be submitted yet.

    :ivar faults: one refusal for each thing that is wrong; its ``field`` is ``q<question id>_`` and a part of the
        draft, ``value_<figure>`` or ``evidence-<position from 0>-<kind, link, doi, note or grade>``
    """

    message = msgid("Some answers are not complete yet.")

    def __init__(self, faults: Sequence[DomainError]) -> None:
        super().__init__()
        self.faults = tuple(faults)


def clipped(draft: Draft, questions: Sequence[Question]) -> Draft:
    """The draft without what belongs to no question; refused rather than cut where it is too long to be kept.

    :raises Invalid: a text is longer than may be kept; ``field`` names it
    """
    known = {str(question.id) for question in questions}
    kept = {key: value for key, value in draft.items() if key in known}
    for key, value in kept.items():
        for name in TEXTS:
            if len(value.get(name, "")) > MAXIMUM_TEXT:
                message = msgid("An answer has at most %(limit)s characters.")
                raise Invalid(message, field=f"q{key}_{name}", limit=MAXIMUM_TEXT)
        for name, typed in (value.get("values") or {}).items():
            if len(typed) > MAXIMUM_FIGURE:
                raise Invalid(NoFigure.message, field=f"q{key}_value_{name}")
        if len(value.get("evidence", ())) > MAXIMUM_EVIDENCE:
            raise Invalid(
                msgid("Name at most %(limit)s items of evidence."), field=f"q{key}_evidence", limit=MAXIMUM_EVIDENCE
            )
    return kept


def checked(draft: Draft, questions: Sequence[Question]) -> list[AnswerInput]:
    """The answers of the draft, in the order of the questions; optional questions left empty are left out.

    :raises Incomplete: with every fault
    """
    answers: list[AnswerInput] = []
    faults: list[DomainError] = []
    for question in questions:
        typed = draft.get(str(question.id), {})
        if not _says_something(question, typed):
            if question.required:
                faults.append(kind_of(question).missing(question))
            continue
        answer = _one(question, typed, faults)
        if answer is not None:
            answers.append(answer)
    if not answers and not faults:
        first = questions[0]
        faults.append(fault(first, kind_of(first).begin_field(first), msgid("Answer at least one question.")))
    if faults:
        raise Incomplete(faults)
    return answers


def _says_something(question: Question, typed: dict[str, Any]) -> bool:
    if any(typed.get(name, "").strip() for name in TEXTS) or filled_evidence(typed.get("evidence", ())):
        return True
    return kind_of(question).is_begun(question, typed)


def _one(question: Question, typed: dict[str, Any], faults: list[DomainError]) -> AnswerInput | None:
    before = len(faults)
    text, missing = typed.get("text", "").strip(), typed.get("ask_back", "").strip()
    is_begun = kind_of(question).is_begun(question, typed)
    sureness = None
    if missing and not is_begun:
        reading = Reading(values={MISSING: missing})
    else:
        reading = _read(question, typed)
        faults += reading.faults
        if is_begun or typed.get("sureness", "").strip():
            sureness = _sureness(question, typed.get("sureness", ""), faults)
        if missing:
            message = msgid("You have answered the question as well: leave either the answer or this empty.")
            faults.append(fault(question, "ask_back", message))
    grounds = read_grounds(question, typed, faults)
    if len(faults) > before:
        return None
    language = typed.get("language", "")
    return AnswerInput(
        question_id=question.id,
        text=text,
        choices=reading.choices,
        values=reading.values,
        sureness_percent=sureness,
        language=language if language in {"ja", "en"} else guess_language(text or missing or grounds.against),
        **vars(grounds),
    )


def _read(question: Question, typed: dict[str, Any]) -> Reading:
    """An optional question may have reasons alone: they are an answer in words."""
    kind = kind_of(question)
    is_begun = kind.is_begun(question, typed)
    if not is_begun and (kind.needs_text or question.required):
        return Reading(faults=[kind.missing(question)])
    return kind.read(question, typed) if is_begun else Reading()


def _sureness(question: Question, typed: str, faults: list[DomainError]) -> int | None:
    least = kind_of(question).least_sureness(question)
    if least is None:
        return None
    try:
        value = read_figure(typed, units=("%",))
    except Invalid:
        value = -1.0
    if value.is_integer() and least <= value <= 100:
        return int(value)
    if least:
        message = msgid(
            "Say how sure you are that the interval holds the true value: a whole number from %(least)s to 100. If you "
            "are less sure, widen the interval."
        )
        faults.append(fault(question, "sureness", message, least=least))
    else:
        message = msgid("Say how sure you are: a whole number from 0 to 100.")
        faults.append(fault(question, "sureness", message))
    return None
