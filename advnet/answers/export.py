"""Answers as a CSV file: by label, so that it says no more than the page does.

How often an answer was revised stands with a name only: beside the audit log, which names who revised, the number would
tell whose an answer is.
"""

from collections.abc import Iterator, Sequence

from advnet.answers.queries import AnsweredQuestion, Label
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
)


def answers_csv(answered: Sequence[AnsweredQuestion], *, language: str) -> str:
    """One line an answer (RFC 4180, UTF-8 with a byte order mark), safe to open in a spreadsheet.

    :param language: ``ja`` or ``en``: of the questions' and options' texts where both are there
    """
    return BYTE_ORDER_MARK + "".join(_lines(answered, language))


def _lines(answered: Sequence[AnsweredQuestion], language: str) -> Iterator[str]:
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
                    "\n".join(" ".join(filter(None, (e.kind, e.link, e.doi, e.note))) for e in answer.evidence),
                )
            )


def _called(label: Label) -> str:
    return label.name_en or label.name_ja or f"Expert {label.number}"


def _in(language: str, japanese: str, english: str) -> str:
    return (japanese or english) if language == "ja" else (english or japanese)
