"""What an expert has typed, and when it is good enough to submit.

A draft holds whatever was typed, as text, within limits of size alone: nothing is refused and nothing lost. Only
:func:`checked` judges it, question by question, and says everything that is wrong at once.

The shape of a draft is JSON: ``{"<question id>": {"text", "choices": [...], "sureness", "language", "evidence":
[{"kind", "link", "doi", "note"}]}}``, every value a string but the lists.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from advnet.answers.model import EvidenceKind
from advnet.consultations.model import Question, QuestionKind
from advnet.errors import DomainError, Invalid, msgid
from advnet.experts.works.doi import normalise_doi
from advnet.text import is_cjk

Draft = dict[str, dict[str, Any]]

MAXIMUM_TEXT = 20_000
MAXIMUM_NOTE = 2_000
MAXIMUM_LINK = 2_000
MAXIMUM_EVIDENCE = 20


@dataclass(frozen=True)
class EvidenceInput:
    kind: EvidenceKind
    link: str = ""
    doi: str = ""
    note: str = ""


@dataclass(frozen=True)
class AnswerInput:
    """One question's answer, fit to be submitted."""

    question_id: int
    text: str
    choices: tuple[str, ...]
    sureness_percent: int | None
    language: str
    evidence: tuple[EvidenceInput, ...]


class Incomplete(DomainError):
    """The draft cannot be submitted yet.

    :ivar faults: one refusal for each thing that is wrong; its ``field`` is ``q<question id>_text``, ``…_choices``,
        ``…_sureness`` or ``…_evidence-<position from 0>-<kind, link, doi or note>``
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
        if len(value.get("text", "")) > MAXIMUM_TEXT:
            raise Invalid(
                msgid("An answer has at most %(limit)s characters."), field=f"q{key}_text", limit=MAXIMUM_TEXT
            )
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
        if not _says_something(typed):
            if question.required:
                faults.append(_missing(question))
            continue
        answer = _one(question, typed, faults)
        if answer is not None:
            answers.append(answer)
    if not answers and not faults:
        faults.append(Invalid(msgid("Answer at least one question."), field=f"q{questions[0].id}_text"))
    if faults:
        raise Incomplete(faults)
    return answers


def guess_language(text: str) -> str:
    """``ja`` when a good part of the letters is Japanese, else ``en``."""
    letters = [character for character in text if character.isalpha()]
    japanese = sum(1 for character in letters if is_cjk(character))
    return "ja" if japanese * 5 > len(letters) else "en"


def _says_something(typed: dict[str, Any]) -> bool:
    return bool(typed.get("text", "").strip() or typed.get("choices") or _filled(typed.get("evidence", ())))


def _filled(rows: Sequence[dict[str, str]]) -> list[tuple[int, dict[str, str]]]:
    """Rows of evidence in which something stands, with their positions."""
    return [
        (position, row)
        for position, row in enumerate(rows)
        if any(row.get(name, "").strip() for name in ("link", "doi", "note"))
    ]


def _missing(question: Question) -> DomainError:
    if question.kind == QuestionKind.CHOICE:
        return Invalid(msgid("Choose an answer."), field=f"q{question.id}_choices")
    return Invalid(msgid("Write an answer."), field=f"q{question.id}_text")


def _one(question: Question, typed: dict[str, Any], faults: list[DomainError]) -> AnswerInput | None:
    before = len(faults)
    text = typed.get("text", "").strip()
    choices = tuple(typed.get("choices") or ())
    if question.kind == QuestionKind.CHOICE:
        if not choices and question.required:
            faults.append(_missing(question))
        if not set(choices) <= {option["value"] for option in question.options}:
            faults.append(Invalid(msgid("Choose one of the options shown."), field=f"q{question.id}_choices"))
        if len(choices) > 1 and not question.multiple:
            faults.append(Invalid(msgid("Choose one answer only."), field=f"q{question.id}_choices"))
    elif not text:
        faults.append(_missing(question))
    sureness = _sureness(question, typed.get("sureness", ""), faults)
    evidence = [_evidence(question, position, row, faults) for position, row in _filled(typed.get("evidence", ()))]
    if len(faults) > before:
        return None
    language = typed.get("language", "")
    return AnswerInput(
        question_id=question.id,
        text=text,
        choices=choices if question.kind == QuestionKind.CHOICE else (),
        sureness_percent=sureness,
        language=language if language in {"ja", "en"} else guess_language(text),
        evidence=tuple(item for item in evidence if item is not None),
    )


def _sureness(question: Question, typed: str, faults: list[DomainError]) -> int:
    if re.fullmatch("[0-9]{1,3}", typed.strip()) and int(typed) <= 100:
        return int(typed)
    faults.append(
        Invalid(msgid("Say how sure you are: a whole number from 0 to 100."), field=f"q{question.id}_sureness")
    )
    return 0


def _is_web_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:  # such as https://[
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(link) <= MAXIMUM_LINK


def _evidence(
    question: Question, position: int, row: dict[str, str], faults: list[DomainError]
) -> EvidenceInput | None:
    field = f"q{question.id}_evidence-{position}"
    link, doi, note = (row.get(name, "").strip() for name in ("link", "doi", "note"))
    kind = row.get("kind", "")
    if kind not in set(EvidenceKind):
        faults.append(Invalid(msgid("Choose what kind of evidence this is."), field=f"{field}-kind"))
        return None
    if link and not _is_web_address(link):
        faults.append(Invalid(msgid("A link begins with https:// or http://."), field=f"{field}-link"))
        return None
    if len(note) > MAXIMUM_NOTE:
        limit = msgid("A note has at most %(limit)s characters.")
        faults.append(Invalid(limit, field=f"{field}-note", limit=MAXIMUM_NOTE))
        return None
    if doi:
        try:
            doi = normalise_doi(doi)
        except Invalid as error:
            faults.append(Invalid(error.text, field=f"{field}-doi", **error.params))
            return None
    return EvidenceInput(EvidenceKind(kind), link, doi, note)
