"""Many answers, one figure: the rules by which answers are pooled, and what the answers say of each other.

The numbers only. Arrays and small frozen objects come in and go out; nothing here knows of a database or a page, so
that each rule can be held against the figures that its authors published. A rule is an entry in a table, with its
source and with what it needs; the figure that comes out carries the rule's name.
"""

from advnet.answers.aggregation.pooling import Pooled, pool, pool_all, pool_probability, pool_quantity
from advnet.answers.aggregation.ratings import Ratings, Round, UnsoundRatings, round_of, standardised
from advnet.answers.aggregation.table import DEFAULT, RULES, Manner, Need, Rule, missing

__all__ = [
    "DEFAULT",
    "RULES",
    "Manner",
    "Need",
    "Pooled",
    "Ratings",
    "Round",
    "Rule",
    "UnsoundRatings",
    "missing",
    "pool",
    "pool_all",
    "pool_probability",
    "pool_quantity",
    "round_of",
    "standardised",
]
