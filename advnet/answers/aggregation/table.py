"""The rules by name, with what each needs, where it comes from, and which good manners it does not have.

A page lists this table and offers the rules whose needs are met; a test holds each rule to every property that it is
not exempted from here, by name and with the reason. Names are those of the aggreCAT package, so that a figure can be
looked up in its papers. Two of the package's 22 rules are missing: BayTriVar and BayPRIORsAgg sample from a posterior,
and a sampled figure changes with the seed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from advnet.answers.aggregation import distributions, intervals, means, weights
from advnet.answers.aggregation.means import Outcome
from advnet.answers.aggregation.ratings import Array, Ratings
from advnet.errors import msgid

HANEA = "Hanea et al. 2021, doi:10.1371/journal.pone.0256919"


class Need(StrEnum):
    """What a rule looks at beside the best values of one round."""

    INTERVAL = "interval"
    TWO_ROUNDS = "two_rounds"
    SEVERAL_ITEMS = "several_items"
    COMPREHENSION = "comprehension"
    WORDS = "words"
    QUIZ = "quiz"
    REASONS = "reasons"


class Manner(StrEnum):
    """What may be expected of a rule unless its entry says why not. All of them take experts in any order."""

    UNANIMITY = "unanimity"
    """When all give p with the same interval, p comes out."""
    WITHIN_BEST = "within_best"
    """What comes out lies between the least and the greatest best value."""
    MONOTONY = "monotony"
    """When one expert raises the best value within the interval and nothing else changes, the figure does not fall."""


@dataclass(frozen=True)
class Rule:
    """One way to pool.

    :ivar name: aggreCAT's
    :ivar title: msgid
    :ivar needs: without which there is no figure; ``SEVERAL_ITEMS`` alone is no condition: of one item the rule gives
        everybody the same weight
    :ivar pool: the rule itself
    :ivar exempt: manner → why the rule does not have it
    :ivar caveat: msgid, what to know before trusting it, or nothing
    :ivar is_verified: whether published figures were met; where not, the caveat says why
    """

    name: str
    title: str
    pool: Callable[[Ratings], Outcome]
    needs: frozenset[Need] = frozenset()
    source: str = HANEA
    exempt: Mapping[Manner, str] = field(default_factory=dict)
    caveat: str = ""
    is_verified: bool = True


def missing(rule: Rule, ratings: Ratings) -> frozenset[Need]:
    """What the rule needs and these ratings do not have for anybody."""
    there = {Need.SEVERAL_ITEMS}
    if (ratings.last.low == ratings.last.low).any():
        there.add(Need.INTERVAL)
    if ratings.first is not None:
        there.add(Need.TWO_ROUNDS)
    for need, values in (
        (Need.COMPREHENSION, ratings.comprehension),
        (Need.WORDS, ratings.words),
        (Need.QUIZ, ratings.quiz),
        (Need.REASONS, ratings.reasons),
    ):
        if values is not None:
            there.add(need)
    return rule.needs - there


_Weigh = Callable[[Ratings], Array]


def _weighing(by: _Weigh) -> Callable[[Ratings], Outcome]:
    return lambda ratings: weights.weighted(ratings, by(ratings))


def _weighing_or_odds(by: _Weigh) -> Callable[[Ratings], Outcome]:
    return lambda ratings: weights.weighted_or_odds(ratings, by(ratings))


_INTERVAL = frozenset({Need.INTERVAL})
_OVER_ITEMS = frozenset({Need.INTERVAL, Need.SEVERAL_ITEMS})
_ASYMMETRY = {Manner.MONOTONY: "the weight follows the place of the best value in its interval"}
_POINT = msgid("An expert whose interval has no width outweighs all others.")
_OTHER_QUIZ = msgid(
    "Not met by published figures: these were made with other quiz results than the data set that was published has."
)
_OTHER_REASONS = msgid(
    "Not met by published figures: these were made with other coded reasons than the data set that was published has."
)

RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("ArMean", msgid("Mean"), means.mean),
        Rule("Median", msgid("Median"), means.median),
        Rule("LOArMean", msgid("Mean of the log odds"), means.log_odds_mean),
        Rule(
            "BetaArMean",
            msgid("Mean, moved away from one half"),
            means.beta_mean,
            exempt={
                Manner.UNANIMITY: "it moves every mean away from one half, that of a unanimous panel as well",
                Manner.WITHIN_BEST: "it moves the mean further than any expert went",
            },
            caveat=msgid("Right only where experts share what they know less than they could."),
        ),
        Rule("DistribArMean", msgid("Median of the average distribution"), distributions.distribution_mean, _INTERVAL),
        Rule("IntWAgg", msgid("Weighted by narrow intervals"), _weighing(intervals.by_narrowness), _INTERVAL,
             caveat=_POINT),
        Rule("IndIntWAgg", msgid("Weighted by intervals narrow for the expert"), _weighing(intervals.by_own_narrowness),
             _OVER_ITEMS, caveat=_POINT),
        Rule("AsymWAgg", msgid("Weighted by lopsided intervals"), _weighing(intervals.by_asymmetry), _INTERVAL,
             exempt=_ASYMMETRY),
        Rule("IndIntAsymWAgg", msgid("Weighted by narrow and lopsided intervals"),
             _weighing(intervals.by_own_narrowness_and_asymmetry), _OVER_ITEMS, exempt=_ASYMMETRY, caveat=_POINT),
        Rule("VarIndIntWAgg", msgid("Weighted by how intervals vary"), _weighing(intervals.by_variation), _OVER_ITEMS),
        Rule("KitchSinkWAgg", msgid("Weighted by narrow, lopsided and varying intervals"),
             _weighing(intervals.by_all_of_these), _OVER_ITEMS, exempt=_ASYMMETRY, caveat=_POINT),
        Rule("DistLimitWAgg", msgid("Weighted by distance from doubt"), _weighing(weights.by_distance_from_doubt)),
        Rule("GranWAgg", msgid("Weighted by fine steps"), _weighing(weights.by_granularity),
             frozenset({Need.SEVERAL_ITEMS}), exempt={Manner.MONOTONY: "the weight follows the best value"},
             caveat=msgid(
                 "Some round values count as fine, as in the published figures (0.15, 0.3, 0.35, 0.6, 0.7, 0.95)."
             )),
        Rule("OutWAgg", msgid("Outliers count less"), _weighing(weights.by_nearness_to_median),
             exempt={Manner.MONOTONY: "who moves away from the median loses weight"}),
        Rule("ShiftWAgg", msgid("Weighted by change between rounds"), _weighing(weights.by_shift),
             frozenset({Need.INTERVAL, Need.TWO_ROUNDS}),
             exempt={Manner.MONOTONY: "the weight follows the change of the best value"}),
        Rule("CompWAgg", msgid("Weighted by understanding"), _weighing(weights.by_comprehension),
             frozenset({Need.COMPREHENSION})),
        Rule("EngWAgg", msgid("Weighted by words of justification"), _weighing(weights.by_words),
             frozenset({Need.WORDS})),
        Rule("QuizWAgg", msgid("Weighted by a quiz"), _weighing_or_odds(weights.by_quiz), frozenset({Need.QUIZ}),
             caveat=_OTHER_QUIZ, is_verified=False),
        Rule("ReasonWAgg", msgid("Weighted by the number of reasons"), _weighing_or_odds(weights.by_number_of_reasons),
             frozenset({Need.REASONS}), caveat=_OTHER_REASONS, is_verified=False),
        Rule("ReasonWAgg2", msgid("Weighted by rare reasons"), _weighing_or_odds(weights.by_rare_reasons),
             frozenset({Need.REASONS, Need.SEVERAL_ITEMS}), caveat=_OTHER_REASONS,
             is_verified=False),
    )
}  # fmt: skip
"""In the order in which they are offered."""

DEFAULT = "LOArMean"
"""Which rule is used where nobody chose: docs/decisions/0011-elicitation.md says why."""
