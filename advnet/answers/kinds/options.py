"""Kinds that are answered by options: choice, Likert scale, ranking."""

from advnet.answers.kinds.base import Kind, Reading, Typed, fault, typed_values
from advnet.consultations.model import Question
from advnet.errors import DomainError, msgid
from advnet.figures import NoFigure, read_figure


def option_values(question: Question) -> list[str]:
    return [str(option["value"]) for option in question.options]


class Choice(Kind):
    counts_choices = True
    empty = msgid("Choose an answer.")

    def begin_field(self, question: Question) -> str:
        return "choices"

    def is_begun(self, question: Question, typed: Typed) -> bool:
        return bool(typed.get("choices"))

    def read(self, question: Question, typed: Typed) -> Reading:
        choices = tuple(typed.get("choices") or ())
        faults: list[DomainError] = []
        if not choices:
            faults.append(self.missing(question))
        if not set(choices) <= set(option_values(question)):
            faults.append(fault(question, "choices", msgid("Choose one of the options shown.")))
        if len(choices) > 1 and not question.multiple:
            faults.append(fault(question, "choices", msgid("Choose one answer only.")))
        return Reading(choices=choices, faults=faults)


class Likert(Choice):
    """A choice of one point of a scale."""

    empty = msgid("Choose a point of the scale.")


class Ranking(Kind):
    """Each option has a place of its own, 1 the first.

    Ties are not taken: an order without ties is what rank correlation and Borda count are defined for, and who sees two
    options as equal says so in the reasons.
    """

    empty = msgid("Give each option a place.")

    def figures(self, question: Question) -> tuple[str, ...]:
        return tuple(option_values(question))

    def read(self, question: Question, typed: Typed) -> Reading:
        faults: list[DomainError] = []
        places: dict[int, str] = {}
        count = len(question.options)
        for name, text in typed_values(question, self, typed).items():
            place = _place(text, count)
            if not text:
                faults.append(fault(question, f"value_{name}", msgid("Give this option a place too.")))
            elif place is None:
                message = msgid("Give a place from 1 to %(count)s.")
                faults.append(fault(question, f"value_{name}", message, count=count))
            elif place in places:
                message = msgid("Place %(place)s is taken by another option already. Give each place once.")
                faults.append(fault(question, f"value_{name}", message, place=place))
            else:
                places[place] = name
        return Reading(choices=tuple(places[place] for place in sorted(places)), faults=faults)


def _place(text: str, count: int) -> int | None:
    try:
        value = read_figure(text)
    except NoFigure:
        return None
    return int(value) if value.is_integer() and 1 <= value <= count else None
