"""The words of the stop rules that pages show."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from advnet.answers.feedback.stopping import Rule

RULES: dict[Rule, LazyString] = {
    Rule.NARROW: _l("Do the estimates lie close together?"),
    Rule.CONCORDANT: _l("Do the experts put the options in the same order?"),
    Rule.STABLE: _l("Have the answers stopped moving since the round before?"),
}

FIGURES: dict[str, tuple[LazyString, LazyString]] = {
    "%": (_l("Between the quartiles: %(value)s"), _l("at most %(value)s")),
    "points": (_l("Between the quartiles: %(value)s points"), _l("at most %(value)s")),
    "share": (_l("Between the quartiles: %(value)s of the median"), _l("at most %(value)s")),
    "": (_l("Kendall’s W: %(value)s"), _l("at least %(value)s")),
    "moved": (_l("Moved to another option: %(value)s"), _l("less than %(value)s")),
    "stayed": (_l("Kept their answer: %(value)s"), _l("at least %(value)s")),
}
"""By the unit of a proposal: how its figure and its threshold are said."""
