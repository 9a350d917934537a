"""The results of a consultation: question by question and round by round, from what was given. No page, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from advnet.answers.aggregation.agreement import Spread, spread
from advnet.answers.kinds.base import MISSING
from advnet.answers.results import estimates, tallies
from advnet.answers.results.estimates import Pooled, Triple, triple_of
from advnet.answers.results.queries import Given
from advnet.answers.results.rules import Offer, offers
from advnet.answers.results.tallies import Appraised, Movement
from advnet.consultations.kinds import QUANTILES
from advnet.consultations.model import Question, QuestionKind

MEASURED = (QuestionKind.PROBABILITY, QuestionKind.QUANTITY)
IN_WORDS = (QuestionKind.TEXT, QuestionKind.ASK_BACK)


@dataclass(frozen=True)
class RoundResult:
    """What one round brought on one question.

    :ivar experts: who gave a judgement
    :ivar asked_back: who said instead what is missing
    :ivar triples: of figures: contributor → the three; the order is that of their numbers
    :ivar pooled: of figures; its ``figures`` are None when nobody gave any
    :ivar spread: of the best values, or of the points on a Likert scale (from 1)
    :ivar counts: of options: how many chose each, in their order
    :ivar places: of a ranking: option → mean place
    :ivar concordance: Kendall's W of a ranking or an appraisal; None where it is not defined
    """

    number: int
    experts: int
    asked_back: int
    triples: Mapping[int, Triple]
    pooled: Pooled | None = None
    spread: Spread | None = None
    counts: tuple[int, ...] = ()
    places: Mapping[str, float] | None = None
    concordance: float | None = None
    appraised: Appraised | None = None

    @property
    def share(self) -> float | None:
        """Of a choice: the share of the experts who chose what most chose."""
        return max(self.counts) / self.experts if self.counts and self.experts else None


@dataclass(frozen=True)
class QuestionResult:
    """:ivar rounds: from the first, each round in which anybody answered any question; never empty
    :ivar movement: into the last round; None after one round
    :ivar offers: the rules that there are; none for kinds that are not pooled to a figure
    """

    question: Question
    rounds: tuple[RoundResult, ...]
    movement: Movement | None
    offers: tuple[Offer, ...]

    @property
    def last(self) -> RoundResult:
        return self.rounds[-1]

    @property
    def before(self) -> RoundResult | None:
        return self.rounds[-2] if len(self.rounds) > 1 else None

    @property
    def is_measured(self) -> bool:
        return self.question.kind in MEASURED

    @property
    def is_in_words(self) -> bool:
        return self.question.kind in IN_WORDS


def by_round(given: Sequence[Given]) -> dict[int, dict[int, list[Given]]]:
    """Round → question → answers, rounds in order."""
    rounds: dict[int, dict[int, list[Given]]] = {}
    for one in given:
        rounds.setdefault(one.round_number, {}).setdefault(one.question_id, []).append(one)
    return dict(sorted(rounds.items()))


def assemble(
    questions: Sequence[Question], given: Sequence[Given], *, shown: Sequence[Question] | None = None
) -> list[QuestionResult]:
    """The results of the questions ``shown``, all when left out; rules that compare questions see all of ``questions``.

    :param given: what this reader may read of them
    :returns: nothing as long as nobody has answered
    """
    rounds = by_round(given)
    if not rounds:
        return []
    pooled: dict[tuple[int, int], Pooled] = {}
    probabilities = [one for one in questions if one.kind == QuestionKind.PROBABILITY]
    if probabilities:
        pooled |= estimates.pool_probabilities(probabilities, rounds)
    quantities = [one for one in questions if one.kind == QuestionKind.QUANTITY]
    if quantities:
        pooled |= estimates.pool_quantities(quantities, rounds)
    has_seeds = any(one.is_seed and one.settings.get("form") == QUANTILES for one in quantities)
    return [
        _result(question, rounds, pooled, has_seeds=has_seeds) for question in (questions if shown is None else shown)
    ]


def needed_for(question: Question, questions: Sequence[Question]) -> list[Question]:
    """Whose answers have to be there for the figures of one question: others of its kind, where its rule compares."""
    if question.kind not in MEASURED or not question.rule:
        return [question]
    return [one for one in questions if one.kind == question.kind]


def _result(
    question: Question,
    rounds: Mapping[int, Mapping[int, Sequence[Given]]],
    pooled: Mapping[tuple[int, int], Pooled],
    *,
    has_seeds: bool,
) -> QuestionResult:
    answers = {number: by.get(question.id, ()) for number, by in rounds.items()}
    numbers = list(answers)
    judged = {number: [one for one in given if _is_judgement(question, one)] for number, given in answers.items()}
    results = tuple(
        _round_result(question, number, judged[number], given, pooled.get((question.id, number)))
        for number, given in answers.items()
    )
    moved = tallies.movement(question, judged[numbers[-2]], judged[numbers[-1]]) if len(numbers) > 1 else None
    answered_twice = sum(bool(one) for one in judged.values()) > 1
    return QuestionResult(
        question, results, moved, tuple(offers(question, has_two_rounds=answered_twice, has_seeds=has_seeds))
    )


def _is_judgement(question: Question, given: Given) -> bool:
    if MISSING in given.values:
        return False
    if question.kind in IN_WORDS:
        return True
    if question.kind in MEASURED:
        return triple_of(question, given) is not None
    return bool(given.values.get("ratings") if question.kind == QuestionKind.APPRAISAL else given.choices)


def _round_result(
    question: Question, number: int, judged: Sequence[Given], given: Sequence[Given], pooled: Pooled | None
) -> RoundResult:
    kind = QuestionKind(question.kind)
    counts = len(judged), sum(MISSING in one.values for one in given)
    if kind in MEASURED:
        triples = {one.contributor_id: triple for one in judged if (triple := triple_of(question, one)) is not None}
        best = [triple[1] for triple in triples.values()]
        return RoundResult(number, *counts, triples, pooled, spread(best) if best else None)
    if kind == QuestionKind.LIKERT:
        points = [level for one in judged if (level := tallies.level_of(question, one)) is not None]
        told = spread(points) if points else None
        return RoundResult(number, *counts, {}, None, told, tallies.count_choices(question, judged))
    if kind == QuestionKind.CHOICE:
        return RoundResult(number, *counts, {}, counts=tallies.count_choices(question, judged))
    if kind == QuestionKind.RANKING:
        places, w = tallies.mean_places(question, judged), tallies.concordance(question, judged)
        return RoundResult(number, *counts, {}, places=places, concordance=w)
    if kind == QuestionKind.APPRAISAL:
        appraised, w = tallies.appraise(question, judged), tallies.concordance(question, judged)
        return RoundResult(number, *counts, {}, concordance=w, appraised=appraised)
    return RoundResult(number, *counts, {})
