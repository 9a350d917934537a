"""Answers as a CSV file: by label, so that it says no more than the page does.

How often an answer was revised stands with a name only: beside the audit log, which names who revised, the number would
tell whose an answer is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from advnet.answers.grounds import find_confidence
from advnet.answers.kinds.base import MISSING
from advnet.answers.model import Answer
from advnet.answers.queries import AnsweredQuestion, Label
from advnet.consultations.model import Question
from advnet.spreadsheet import BYTE_ORDER_MARK, csv_line

COLUMNS = (
    "question",
    "question_text",
    "contributor",
    "revision",
    "language",
    "choices",
    "choices_text",
    "text",
    "sureness_percent",
    "evidence",
    "kind",
    "figures",
    "in_words",
    "missing",
    "against",
    "assumptions",
    "evidence_base",
    "agreement",
    "confidence",
    "distance",
    "release",
)


def answers_csv(
    answered: Sequence[AnsweredQuestion], *, language: str, in_words: Callable[[Question, Answer], str]
) -> str:
    """One line an answer (RFC 4180, UTF-8 with a byte order mark), safe to open in a spreadsheet.

    ``figures`` holds each as ``name=number``, as the answer keeps them: ``low``, ``best``, ``high``; ``q05``, ``q50``,
    ``q95``; of an appraisal ``<criterion>/<option>``, both by their place. A ranking's options stand in ``choices`` in
    their order. ``release`` says what may be done with the words.

    :param language: ``ja`` or ``en``: of the questions' and options' texts where both are there
    :param in_words: what an answer says beside its text, in that language
    """
    return BYTE_ORDER_MARK + "".join(_lines(answered, language, in_words))


def _lines(
    answered: Sequence[AnsweredQuestion], language: str, in_words: Callable[[Question, Answer], str]
) -> Iterator[str]:
    yield csv_line(COLUMNS)
    for part in answered:
        options = {
            option["value"]: _in(language, option["label_ja"], option["label_en"]) for option in part.question.options
        }
        for labelled in part.answers:
            answer = labelled.answer
            yield csv_line(
                (
                    part.question.position,
                    _in(language, part.question.prompt_ja, part.question.prompt_en),
                    _called(labelled.label),
                    answer.revision if labelled.label.is_named else "",
                    answer.language,
                    "; ".join(answer.choices),
                    "; ".join(options[choice] for choice in answer.choices),
                    answer.text,
                    answer.sureness_percent,
                    "\n".join(
                        " ".join(filter(None, (e.kind, e.link, e.doi, e.note, e.grade))) for e in answer.evidence
                    ),
                    part.question.kind,
                    "; ".join(f"{name}={value:.10g}" for name, value in _figures(answer.values)),
                    in_words(part.question, answer),
                    answer.values.get(MISSING, ""),
                    answer.against,
                    answer.assumptions,
                    answer.evidence_base,
                    answer.agreement,
                    find_confidence(answer.evidence_base, answer.agreement) or "",
                    answer.distance,
                    answer.release,
                )
            )


def _figures(values: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            for criterion, points in value.items():
                yield from ((f"{criterion}/{option}", figure) for option, figure in points.items())
        elif name != MISSING:
            yield name, value


def _called(label: Label) -> str:
    return label.name_en or label.name_ja or f"Expert {label.number}"


def _in(language: str, japanese: str, english: str) -> str:
    return (japanese or english) if language == "ja" else (english or japanese)
