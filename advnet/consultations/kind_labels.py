"""The words in which the kinds of question are offered to who asks, and told to who will answer."""

from collections.abc import Callable, Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advnet.consultations.kinds import INTERVAL, OWN, POINTS, QUANTILES, WORDS
from advnet.consultations.model import Question, QuestionKind
from advnet.web.templating import format_on, in_language

KINDS: dict[QuestionKind, LazyString] = {
    QuestionKind.TEXT: _l("Free text"),
    QuestionKind.CHOICE: _l("Choice from options"),
    QuestionKind.RANKING: _l("Ranking of options"),
    QuestionKind.LIKERT: _l("Point on a scale (Likert)"),
    QuestionKind.PROBABILITY: _l("Probability that a claim comes true"),
    QuestionKind.QUANTITY: _l("Quantity with its uncertainty"),
    QuestionKind.APPRAISAL: _l("Appraisal of options by criteria"),
    QuestionKind.ASK_BACK: _l("Ask back: what is missing"),
}

SCALES: dict[str, LazyString] = {
    OWN: _l("Points of my own, as options below"),
    "agreement5": _l("Agreement, 5 points"),
    "agreement7": _l("Agreement, 7 points"),
    "likelihood5": _l("Likelihood, 5 points"),
    "likelihood7": _l("Likelihood, 7 points"),
    "importance5": _l("Importance, 5 points"),
    "importance7": _l("Importance, 7 points"),
    "feasibility5": _l("Feasibility, 5 points"),
    "feasibility7": _l("Feasibility, 7 points"),
}

QUANTITY_FORMS: dict[str, LazyString] = {
    INTERVAL: _l("Lowest, highest, best, and how sure the interval holds (IDEA's four steps)"),
    QUANTILES: _l("5th, 50th and 95th percentile (as Cooke's method needs them)"),
}

APPRAISAL_SCALES: dict[str, LazyString] = {
    POINTS: _l("In points from 0 to 10"),
    WORDS: _l("In words from very poor to very good"),
}

WORK = {
    "text": (QuestionKind.TEXT, QuestionKind.ASK_BACK),
    "choice": (QuestionKind.CHOICE, QuestionKind.RANKING, QuestionKind.LIKERT),
    "figure": (QuestionKind.PROBABILITY, QuestionKind.QUANTITY, QuestionKind.APPRAISAL),
}
"""Kinds that ask for the same sort of work, as an invitation counts them."""


def _choice(question: Question) -> str:
    return str(_("Several options may be chosen.") if question.multiple else _("One option is chosen."))


def _quantity(question: Question) -> str:
    unit = in_language(question.settings.get("unit_ja"), question.settings.get("unit_en"))
    if question.settings.get("form") == QUANTILES:
        return str(_("Answered in %(unit)s by the 5th, 50th and 95th percentile.", unit=unit))
    text: str = _(
        "Answered in %(unit)s: lowest, highest and best estimate, and how sure the interval holds.", unit=unit
    )
    return text


def _appraisal(question: Question) -> str:
    criteria = [in_language(one["label_ja"], one["label_en"]) for one in question.settings.get("criteria", ())]
    return str(_("Each option is appraised by these criteria: %(criteria)s.", criteria=_(", ").join(criteria)))


ANSWERED: Mapping[QuestionKind, Callable[[Question], str]] = {
    QuestionKind.TEXT: lambda question: str(_("Answered in free text.")),
    QuestionKind.CHOICE: _choice,
    QuestionKind.RANKING: lambda question: str(_("The options are put in an order.")),
    QuestionKind.LIKERT: lambda question: str(_("One point of the scale is chosen.")),
    QuestionKind.PROBABILITY: lambda question: str(
        _("Answered by a probability in percent: lowest, highest and best estimate.")
    ),
    QuestionKind.QUANTITY: _quantity,
    QuestionKind.APPRAISAL: _appraisal,
    QuestionKind.ASK_BACK: lambda question: str(_("Answered by what is missing for a sound answer.")),
}


def how_answered(question: Question) -> str:
    """In which way the question is answered, in one sentence."""
    return ANSWERED[QuestionKind(question.kind)](question)


def resolution_of(question: Question) -> list[str]:
    """When and how it will be known, for all readers. What is known of a seed is no part of it."""
    said = []
    if question.resolves_on:
        said.append(str(_("It will be known on %(day)s.", day=format_on(question.resolves_on))))
    rule = in_language(question.resolution_rule_ja, question.resolution_rule_en)
    if rule:
        said.append(str(_("Told by: %(rule)s", rule=rule)))
    return said
