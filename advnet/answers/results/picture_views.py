"""Results as pictures and words: what the macros draw, in the reader’s language and by labels they may know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from advnet.answers.aggregation.agreement import Spread
from advnet.answers.kinds.labels import option_label, with_unit
from advnet.answers.queries import Label
from advnet.answers.results.assembling import QuestionResult, RoundResult
from advnet.answers.results.estimates import Triple
from advnet.answers.results.labels import rule_title
from advnet.answers.results.opinions import FEWEST, Item, Opinions
from advnet.consultations.model import Question, QuestionKind
from advnet.consultations.rounds.views import round_name
from advnet.pictures.agreement import MOST_LEVELS, AgreementBars, ChoiceBars, Statement, agreement_bars, choice_bars
from advnet.pictures.intervals import IntervalPlot, Judgement, Span, interval_plot, letter
from advnet.pictures.opinions import Opinion, OpinionMap, opinion_map
from advnet.pictures.ranking import RankedRound, RankingFlow, ranking_flow
from advnet.pictures.strip import Strip, strip
from advnet.web import language
from advnet.web.templating import in_language

MOST_ROWS = 40
"""Beyond so many experts intervals under each other are no picture any more: their best values are shown as dots."""

LONGEST_END = 30
"""Letters of a statement where it names the end of an axis."""


@dataclass(frozen=True)
class Pictures:
    """Those that the question's kind has; None for the others."""

    intervals: IntervalPlot | None = None
    dots: Strip | None = None
    choices: ChoiceBars | None = None
    likert: AgreementBars | None = None
    flow: RankingFlow | None = None


def unit_of(question: Question) -> str:
    if question.kind == QuestionKind.PROBABILITY:
        return "%"
    return in_language(question.settings.get("unit_ja"), question.settings.get("unit_en"))


def figure_words(question: Question, value: float) -> str:
    """Shortened as far as it can be relied on: percent to one decimal, quantities to three digits, or whole."""
    if question.kind == QuestionKind.PROBABILITY:
        return with_unit(round(value, 1), "%")
    short = round(value) if abs(value) >= 1e3 else float(f"{value:.3g}")
    return with_unit(short, unit_of(question))


def pooled_words(question: Question, one: RoundResult) -> str:
    """The pooled figure, or the three; empty when there is none."""
    figures = one.pooled.figures if one.pooled else None
    if figures is None:
        return ""
    if len(figures) == 1:
        return figure_words(question, figures[0])
    low, middle, high = (figure_words(question, figure) for figure in figures)
    return str(_("%(middle)s (%(low)s to %(high)s)", middle=middle, low=low, high=high))


def spread_words(question: Question, spread: Spread | None) -> str:
    """The quartiles; of one answer there are none."""
    if spread is None or spread.answers < 2:
        return ""
    low, high = (
        f"{value:g}" if question.kind == QuestionKind.LIKERT else figure_words(question, value)
        for value in (spread.low, spread.high)
    )
    return str(_("%(low)s to %(high)s", low=low, high=high))


def called(label: Label) -> str:
    if label.is_named:
        return in_language(label.name_ja, label.name_en)
    return str(_("Expert %(number)s", number=label.number))


def pictures_of(result: QuestionResult, labels: Mapping[int, Label]) -> Pictures:
    """What is drawn of one question; rows stand by the contributors' numbers."""
    kind = QuestionKind(result.question.kind)
    if result.is_measured:
        return _intervals(result, labels)
    if kind == QuestionKind.RANKING:
        return Pictures(flow=ranking_flow([_ranked(result.question, one) for one in result.rounds]))
    names = [option_label(option) for option in result.question.options]
    if kind == QuestionKind.LIKERT and 2 <= len(names) <= MOST_LEVELS:
        rounds = [Statement(round_name(one.number), one.counts) for one in result.rounds]
        return Pictures(likert=agreement_bars(rounds, levels=len(names)))
    if kind in (QuestionKind.CHOICE, QuestionKind.LIKERT):
        is_single = kind == QuestionKind.LIKERT or not result.question.multiple
        counted = list(zip(names, result.last.counts, strict=True))
        return Pictures(choices=choice_bars(counted, answered=result.last.experts, is_single=is_single))
    return Pictures()


def map_of(opinions: Opinions) -> OpinionMap:
    names = [str(_("Group %(letter)s", letter=letter(number))) for number in range(opinions.groups)]
    return opinion_map([Opinion(one.x, one.y, one.group) for one in opinions.places], names, fewest=FEWEST)


def ends_of(item: Item | None) -> tuple[str, str]:
    """What the two ends of a direction mean."""
    if item is None:
        return str(_("no difference")), str(_("no difference"))
    return str(_("less: %(item)s", item=item_words(item))), str(_("more: %(item)s", item=item_words(item)))


def item_words(item: Item) -> str:
    question = str(_("Question %(number)s", number=item.question.position))
    if not item.option:
        prompt = in_language(item.question.prompt_ja, item.question.prompt_en)
        return str(
            _(
                "%(label)s: %(value)s",
                label=question,
                value=prompt if len(prompt) <= LONGEST_END else f"{prompt[:LONGEST_END]}…",
            )
        )
    chosen = next(option_label(one) for one in item.question.options if str(one["value"]) == item.option)
    return str(_("%(label)s: %(value)s", label=question, value=chosen))


def _intervals(result: QuestionResult, labels: Mapping[int, Label]) -> Pictures:
    question, last, before = result.question, result.last, result.before
    former: Mapping[int, Triple] = before.triples if before else {}
    who = [one for one in labels if one in last.triples or one in former]
    is_many = len(who) > MOST_ROWS
    rows = [
        Judgement(called(labels[one]), _span(last.triples.get(one)), _span(former.get(one)))
        for one in (() if is_many else who)
    ]
    is_percent = question.kind == QuestionKind.PROBABILITY
    low, high = (0, 100) if is_percent else (question.settings.get("minimum"), question.settings.get("maximum"))
    unit, locale = unit_of(question), language.current()
    plot = interval_plot(
        rows,
        pooled=_pooled_rows(last, before),
        outcome=None if is_percent else question.outcome,
        low=low,
        high=high,
        unit=unit,
        locale=locale,
    )
    best = [triple[1] for triple in last.triples.values()]
    return Pictures(plot, strip(best, low=low, high=high, unit=unit, locale=locale) if is_many else None)


def _pooled_rows(last: RoundResult, before: RoundResult | None) -> Sequence[Judgement]:
    """By the rule of the last round; the round before beside it where the same rule was used."""
    pooled = last.pooled
    if pooled is None or pooled.figures is None:
        return ()
    former = before.pooled if before else None
    same = former is not None and former.rule == pooled.rule
    return (
        Judgement(
            rule_title(pooled.rule),
            _span(pooled.figures),
            _span(former.figures) if former is not None and same else None,
        ),
    )


def _span(figures: tuple[float, ...] | None) -> Span | None:
    if figures is None:
        return None
    return Span(figures[0], figures[len(figures) // 2], figures[-1])


def _ranked(question: Question, one: RoundResult) -> RankedRound:
    names = {str(option["value"]): option_label(option) for option in question.options}
    places = {names[value]: place for value, place in (one.places or {}).items()}
    w = None if one.concordance is None else min(1.0, max(0.0, one.concordance))
    return RankedRound(round_name(one.number), places, w, one.experts)
