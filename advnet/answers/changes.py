"""What has changed since the round before, and why.

An expert who has read what others think may stay or move; both are worth knowing, and so is the reason for a move: it
tells a reader whether an argument or the crowd has moved it. So in a later round a judgement that differs from the
expert's own former one needs a reason. Words, evidence and language may be mended without one.

Source: Delphi asks for reasons where an answer leaves the group (Linstone & Turoff 2002, ch. III.A); IDEA's second
round is a private revision after discussion (Hemming et al. 2018, doi:10.1111/2041-210X.12857).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from advnet.answers.drafts import AnswerInput
from advnet.answers.model import Answer
from advnet.consultations.model import Question, QuestionKind
from advnet.errors import DomainError, Invalid, Unsound, msgid

MAXIMUM_REASON = 2_000

IN_WORDS = (QuestionKind.TEXT, QuestionKind.ASK_BACK)
"""Kinds whose judgement is the text itself."""


def list_changed(
    inputs: Sequence[AnswerInput], former: Sequence[Answer], questions: Sequence[Question]
) -> list[Question]:
    """The questions whose judgement differs from that of ``former``; none for a question that was left out before.

    :param former: the contributor's answers of the last round answered before this one
    """
    before = {answer.question_id: answer for answer in former}
    kinds = {question.id: QuestionKind(question.kind) for question in questions}
    changed = {
        given.question_id
        for given in inputs
        if given.question_id in before
        and _judgement(given, kinds[given.question_id])
        != _judgement(before[given.question_id], kinds[given.question_id])
    }
    return [question for question in questions if question.id in changed]


def checked_reasons(changed: Sequence[Question], reasons: Mapping[int, str]) -> dict[int, str]:
    """The reason for each change, by the question's number.

    :raises Unsound: a fault for each that is missing or too long; its ``field`` is ``q<question id>_change_reason``
    """
    given = {question.id: reasons.get(question.id, "").strip() for question in changed}
    faults: list[DomainError] = []
    for number, reason in given.items():
        field = f"q{number}_change_reason"
        if not reason:
            faults.append(Invalid(msgid("Say what has changed your answer."), field=field))
        elif len(reason) > MAXIMUM_REASON:
            faults.append(Invalid(msgid("Use at most %(maximum)s characters."), field=field, maximum=MAXIMUM_REASON))
    if faults:
        raise Unsound(faults)
    return given


def _judgement(answer: AnswerInput | Answer, kind: QuestionKind) -> tuple[Any, ...]:
    return (
        answer.text.strip() if kind in IN_WORDS else "",
        tuple(answer.choices),
        getattr(answer, "values", {}),
        answer.sureness_percent,
    )
