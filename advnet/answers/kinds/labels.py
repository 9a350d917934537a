"""The words of each kind of question: what its figures are called, and an answer as a person reads it.

Pages, files and briefs all show an answer by :func:`answer_lines`, so that they cannot say different things.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advnet.answers.kinds.appraisal import point_range, weighted_means
from advnet.answers.kinds.base import MISSING
from advnet.answers.kinds.estimates import BEST, HIGH, LOW, Q05, Q50, Q95
from advnet.consultations.kinds import APPRAISAL_WORDS, WORDS
from advnet.consultations.model import Question, QuestionKind
from advnet.figures import write_figure
from advnet.text import is_cjk
from advnet.web.templating import in_language


class Given(Protocol):
    """An answer, submitted or fit to be."""

    @property
    def choices(self) -> Sequence[str]: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Line:
    """One thing that an answer says.

    :ivar label: what it is called
    """

    label: str
    words: str


class KindWords:
    """What a kind says of itself.

    :ivar text_label: above the words of the answer
    :ivar ends: what the two ends of the sureness mean
    """

    text_label: LazyString = _l("Reasons")
    sureness_label: LazyString = _l("How sure are you that this answer holds?")
    sureness_hint: LazyString = _l("Your own probability that the answer holds. 50 means: as likely as not.")
    ends: tuple[LazyString, LazyString] = (_l("certainly wrong"), _l("certainly right"))

    def unit(self, question: Question) -> str:
        """Behind each figure."""
        return ""

    def figure(self, question: Question, name: str) -> str:
        """What the figure is called."""
        return name

    def lines(self, question: Question, given: Given) -> list[Line]:
        return []


class TextWords(KindWords):
    text_label = _l("Your answer")


class AskBackWords(KindWords):
    text_label = _l("What is missing for a sound answer")


class ChoiceWords(KindWords):
    label: LazyString = _l("Your choice")
    said: LazyString = _l("Choice")

    def lines(self, question: Question, given: Given) -> list[Line]:
        chosen = [option_label(option) for option in question.options if option["value"] in given.choices]
        return [Line(str(self.said), _(", ").join(chosen))] if chosen else []


class LikertWords(ChoiceWords):
    label = _l("Your point on the scale")
    said = _l("Point on the scale")


class RankingWords(KindWords):
    def figure(self, question: Question, name: str) -> str:
        return next(option_label(option) for option in question.options if str(option["value"]) == name)

    def lines(self, question: Question, given: Given) -> list[Line]:
        return [
            Line(_("Place %(place)s", place=place), self.figure(question, value))
            for place, value in enumerate(given.choices, start=1)
        ]


class ProbabilityWords(KindWords):
    names: Mapping[str, LazyString] = {
        LOW: _l("Lowest probability"),
        HIGH: _l("Highest probability"),
        BEST: _l("Best estimate"),
    }

    def unit(self, question: Question) -> str:
        return "%"

    def figure(self, question: Question, name: str) -> str:
        return str(self.names[name])

    def lines(self, question: Question, given: Given) -> list[Line]:
        return [
            Line(self.figure(question, name), with_unit(given.values[name], self.unit(question)))
            for name in self.names
            if name in given.values
        ]


class QuantityWords(ProbabilityWords):
    sureness_label = _l("How sure are you that the interval from lowest to highest holds the true value?")
    sureness_hint = _l("From 50 to 100. If you are less sure than 50, widen the interval.")
    ends = (_l("certainly outside"), _l("certainly inside"))
    names = {
        LOW: _l("Lowest plausible value"),
        HIGH: _l("Highest plausible value"),
        BEST: _l("Best estimate"),
        Q05: _l("5th percentile: the true value lies below it in 1 of 20 cases"),
        Q95: _l("95th percentile: the true value lies above it in 1 of 20 cases"),
        Q50: _l("50th percentile: as likely above as below"),
    }

    def unit(self, question: Question) -> str:
        return in_language(question.settings.get("unit_ja"), question.settings.get("unit_en"))


class AppraisalWords(KindWords):
    def figure(self, question: Question, name: str) -> str:
        criterion, _dash, option = name.partition("_")
        text: str = _("%(one)s – %(other)s", one=self.criterion(question, criterion), other=_option(question, option))
        return text

    def criterion(self, question: Question, value: str) -> str:
        return next(option_label(one) for one in question.settings["criteria"] if one["value"] == value)

    def points(self, question: Question, points: int) -> str:
        """In words where the question asks in words."""
        if question.settings.get("scale") == WORDS:
            return in_language(*APPRAISAL_WORDS[points - 1])
        return str(points)

    def lines(self, question: Question, given: Given) -> list[Line]:
        """One for each option: its points by criterion, and their mean."""
        ratings: Mapping[str, Mapping[str, int]] = given.values.get("ratings", {})
        means = weighted_means(question, given.values)
        found = []
        for option in question.options:
            value = str(option["value"])
            rated = [
                _("%(label)s: %(value)s", label=self.criterion(question, one), value=self.points(question, by[value]))
                for one, by in ratings.items()
                if value in by
            ]
            if rated:
                mean = _("mean %(mean)s", mean=write_figure(round(means[value], 2)))
                found.append(Line(option_label(option), f"{'; '.join(rated)} ({mean})"))
        return found


WORDS_OF: Mapping[QuestionKind, KindWords] = {
    QuestionKind.TEXT: TextWords(),
    QuestionKind.CHOICE: ChoiceWords(),
    QuestionKind.RANKING: RankingWords(),
    QuestionKind.LIKERT: LikertWords(),
    QuestionKind.PROBABILITY: ProbabilityWords(),
    QuestionKind.QUANTITY: QuantityWords(),
    QuestionKind.APPRAISAL: AppraisalWords(),
    QuestionKind.ASK_BACK: AskBackWords(),
}


def kind_words(question: Question) -> KindWords:
    return WORDS_OF[QuestionKind(question.kind)]


def answer_lines(question: Question, given: Given) -> list[Line]:
    """What the answer says apart from its text, its sureness and its grounds."""
    if MISSING in given.values:
        return [Line(_("Cannot be answered as it stands; missing is"), str(given.values[MISSING]))]
    return kind_words(question).lines(question, given)


def answer_in_words(question: Question, given: Given) -> str:
    """The same in one line, for files and references."""
    return "; ".join(
        _("%(label)s: %(value)s", label=line.label, value=line.words) for line in answer_lines(question, given)
    )


def with_unit(value: float, unit: str) -> str:
    """A Japanese unit follows at once; others, by the SI, after a space; one that begins with a number, times it."""
    if unit == "%":
        percent: str = _("%(percent)s %%", percent=write_figure(value))
        return percent
    gap = "" if not unit or is_cjk(unit[0]) else " × " if unit[0].isdigit() else " "
    return f"{write_figure(value)}{gap}{unit}"


def option_label(option: Mapping[str, Any]) -> str:
    return in_language(option["label_ja"], option["label_en"])


def appraisal_points(question: Question) -> list[tuple[str, str]]:
    """Value and words of every number of points, from the highest."""
    words = AppraisalWords()
    low, high = point_range(question)
    return [(str(points), words.points(question, points)) for points in range(high, low - 1, -1)]


def _option(question: Question, value: str) -> str:
    return next(option_label(option) for option in question.options if str(option["value"]) == value)
