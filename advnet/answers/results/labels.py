"""The words of the rules of pooling: what each is called, what it needs, what to mind."""

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from advnet.answers.aggregation import Need
from advnet.answers.results import rules
from advnet.answers.results.rules import QuantityNeed

NEEDS: dict[Need, LazyString] = {
    Need.INTERVAL: _l("needs intervals"),
    Need.TWO_ROUNDS: _l("needs answers of two rounds"),
    Need.SEVERAL_ITEMS: _l("needs several questions"),
    Need.COMPREHENSION: _l("needs how well each expert understood the question, which is not asked"),
    Need.WORDS: _l("needs the words of the reasons counted by spaces, which Japanese does not have"),
    Need.QUIZ: _l("needs a quiz, which is not asked"),
    Need.REASONS: _l("needs reasons sorted by kind, which nobody has done"),
}
QUANTITY_NEEDS: dict[QuantityNeed, LazyString] = {
    QuantityNeed.PERCENTILES: _l("needs percentiles (5, 50, 95) instead of an interval"),
    QuantityNeed.SEEDS: _l("needs a question by percentiles whose answer is known and that experts have answered"),
}
REASONS: dict[str, LazyString] = {
    "LOArMean": _l(
        "The usual rule: it needs best values alone, weighs every expert alike, and treats an event and its contrary"
        " alike."
    ),
    rules.EQUAL_WEIGHTS: _l("The usual rule: it weighs every expert alike and keeps how far they differ."),
}
"""Why a rule is the usual one."""


def rule_title(name: str) -> str:
    return str(gettext(rules.title_of(name)))


def rule_caveat(name: str) -> str:
    """What to know before trusting its figure; empty where there is nothing."""
    caveat = rules.caveat_of(name)
    return str(gettext(caveat)) if caveat else ""


def rule_source(name: str) -> str:
    return rules.source_of(name)


def lack_words(lacks: frozenset[rules.Lack]) -> list[str]:
    """Why a rule is not offered, or was not used."""
    return [str(NEEDS[one] if isinstance(one, Need) else QUANTITY_NEEDS[one]) for one in sorted(lacks)]
