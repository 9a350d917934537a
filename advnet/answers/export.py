"""Answers as a CSV file: by label, so that it says no more than the page does."""

from collections.abc import Iterator, Sequence

from advnet.answers.queries import AnsweredQuestion, Label
from advnet.spreadsheet import BYTE_ORDER_MARK, csv_line

COLUMNS = ("question", "contributor", "revision", "language", "choices", "text", "sureness_percent", "evidence")


def answers_csv(answered: Sequence[AnsweredQuestion]) -> str:
    """One line an answer (RFC 4180, UTF-8 with a byte order mark), safe to open in a spreadsheet."""
    return BYTE_ORDER_MARK + "".join(_lines(answered))


def _lines(answered: Sequence[AnsweredQuestion]) -> Iterator[str]:
    yield csv_line(COLUMNS)
    for part in answered:
        for labelled in part.answers:
            answer = labelled.answer
            yield csv_line(
                (
                    part.question.position,
                    _called(labelled.label),
                    answer.revision,
                    answer.language,
                    "; ".join(answer.choices),
                    answer.text,
                    answer.sureness_percent,
                    "\n".join(" ".join(filter(None, (e.kind, e.link, e.doi, e.note))) for e in answer.evidence),
                )
            )


def _called(label: Label) -> str:
    return label.name_en or label.name_ja or f"Expert {label.number}"
