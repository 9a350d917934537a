"""Which rules there are for a question, and which of them its answers allow.

Probabilities have the rules of ``aggregation.table``. Quantities have the few here: there is no scale from 0 to 1 on
which their weights could be compared, so what is pooled is the experts' distributions, or their three figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from advnet.answers.aggregation import DEFAULT, RULES, Need
from advnet.consultations.kinds import QUANTILES
from advnet.consultations.model import Question, QuestionKind
from advnet.errors import msgid

EQUAL_WEIGHTS, MEAN_OF_FIGURES, MEDIAN_OF_FIGURES, KNOWN_ANSWERS = (
    "EqualWeights",
    "MeanOfThree",
    "MedianOfThree",
    "Cooke",
)
DEFAULT_OF_QUANTITIES = EQUAL_WEIGHTS


class QuantityNeed(StrEnum):
    """What a rule for quantities looks at beside the three figures."""

    PERCENTILES = "percentiles"
    SEEDS = "seeds"


@dataclass(frozen=True)
class QuantityRule:
    """:ivar title: msgid, as :class:`~advnet.answers.aggregation.table.Rule` has it; likewise ``caveat``"""

    name: str
    title: str
    source: str
    needs: frozenset[QuantityNeed] = frozenset()
    caveat: str = ""


_IDEA = "Hemming et al. 2018, doi:10.1111/2041-210X.12857"
QUANTITY_RULES: Mapping[str, QuantityRule] = {
    rule.name: rule
    for rule in (
        QuantityRule(
            EQUAL_WEIGHTS,
            msgid("Mean of the distributions, equal weights"),
            "Cooke 1991, Experts in Uncertainty, chapter 12",
            caveat=msgid("An answer in which two of the three figures are equal has no distribution and is left out."),
        ),
        QuantityRule(
            MEAN_OF_FIGURES,
            msgid("Mean of each of the three figures"),
            _IDEA,
            caveat=msgid("One far value pulls hard, and the interval is narrower than the experts differ."),
        ),
        QuantityRule(
            MEDIAN_OF_FIGURES,
            msgid("Median of each of the three figures"),
            _IDEA,
            caveat=msgid("The interval is narrower than the experts differ."),
        ),
        QuantityRule(
            KNOWN_ANSWERS,
            msgid("Weighted by known answers (classical model)"),
            "Cooke 1991, Experts in Uncertainty, chapter 12",
            frozenset(QuantityNeed),
            msgid("Few known answers tell experts hardly apart; who answered none of them is left out."),
        ),
    )
}

Lack = Need | QuantityNeed


@dataclass(frozen=True)
class Offer:
    """A rule that a question may be pooled by.

    :ivar lacks: what it needs and is not there; it is offered when that is nothing
    """

    name: str
    lacks: frozenset[Lack]
    is_chosen: bool
    is_usual: bool


def usual_rule(question: Question) -> str:
    """The name of the rule where nobody chose one; empty for kinds that are not pooled to a figure."""
    if question.kind == QuestionKind.PROBABILITY:
        return DEFAULT
    return DEFAULT_OF_QUANTITIES if question.kind == QuestionKind.QUANTITY else ""


def rule_used(question: Question) -> str:
    """The rule that the desk chose, else the usual one. A name that is no longer known counts as none chosen."""
    return question.rule if question.rule in rules_for(question) else usual_rule(question)


def rules_for(question: Question) -> list[str]:
    """Names, in the order in which they are offered."""
    if question.kind == QuestionKind.PROBABILITY:
        return list(RULES)
    return list(QUANTITY_RULES) if question.kind == QuestionKind.QUANTITY else []


def offers(question: Question, *, has_two_rounds: bool, has_seeds: bool) -> list[Offer]:
    """Every rule for the question, with what it lacks.

    Intervals are always asked. Nothing else is: no quiz, no mark for understanding, no coded reasons; and words are
    counted by spaces, which Japanese does not have.

    :param has_two_rounds: experts have answered it in two rounds
    :param has_seeds: some question by percentiles has a known answer
    """
    there: set[Lack] = {Need.INTERVAL, Need.SEVERAL_ITEMS}
    if has_two_rounds:
        there.add(Need.TWO_ROUNDS)
    if has_seeds:
        there.add(QuantityNeed.SEEDS)
    if question.settings.get("form") == QUANTILES:
        there.add(QuantityNeed.PERCENTILES)
    used, usual = rule_used(question), usual_rule(question)
    return [Offer(name, needs_of(name) - there, name == used, name == usual) for name in rules_for(question)]


def needs_of(name: str) -> frozenset[Lack]:
    return frozenset(RULES[name].needs if name in RULES else QUANTITY_RULES[name].needs)


def caveat_of(name: str) -> str:
    """msgid; empty where there is nothing to mind."""
    return RULES[name].caveat if name in RULES else QUANTITY_RULES[name].caveat


def title_of(name: str) -> str:
    """msgid"""
    return RULES[name].title if name in RULES else QUANTITY_RULES[name].title


def source_of(name: str) -> str:
    return RULES[name].source if name in RULES else QUANTITY_RULES[name].source
