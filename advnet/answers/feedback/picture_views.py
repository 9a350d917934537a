"""A distribution as the picture of its kind, with the reader's own place marked."""

from advnet.answers.feedback.distribution import Bar, Distribution
from advnet.answers.results.picture_views import Pictures
from advnet.consultations.model import Question, QuestionKind
from advnet.consultations.rounds.views import round_name
from advnet.pictures.agreement import MOST_LEVELS, Statement, agreement_bars, choice_bars
from advnet.pictures.ranking import RankedRound, ranking_flow
from advnet.pictures.strip import strip
from advnet.web import language
from advnet.web.templating import in_language


def picture_of(question: Question, spread: Distribution, *, number: int) -> Pictures:
    """What is drawn of one question after round ``number``; nothing for an appraisal, whose bars need no picture."""
    if spread.figures:
        return _dots(question, spread)
    if spread.measure == "answers":
        return _counts(question, spread)
    if spread.measure == "place":
        places = {_name(bar): bar.number for bar in spread.bars}
        return Pictures(flow=ranking_flow([RankedRound(round_name(number), places, spread.concordance, spread.count)]))
    return Pictures()


def _dots(question: Question, spread: Distribution) -> Pictures:
    is_percent = question.kind == QuestionKind.PROBABILITY
    low, high = (0, 100) if is_percent else (question.settings.get("minimum"), question.settings.get("maximum"))
    unit = in_language(spread.unit_ja, spread.unit_en)
    return Pictures(
        dots=strip(spread.figures, own=spread.own, low=low, high=high, unit=unit, locale=language.current())
    )


def _counts(question: Question, spread: Distribution) -> Pictures:
    counts = tuple(int(bar.number) for bar in spread.bars)
    own = [place for place, bar in enumerate(spread.bars) if bar.is_own]
    if question.kind == QuestionKind.LIKERT and 2 <= len(counts) <= MOST_LEVELS:
        prompt = in_language(question.prompt_ja, question.prompt_en)
        statement = Statement(prompt, counts, own[0] if own else None)
        return Pictures(likert=agreement_bars([statement], levels=len(counts)))
    is_single = question.kind == QuestionKind.LIKERT or not question.multiple
    named = [(_name(bar), count) for bar, count in zip(spread.bars, counts, strict=True)]
    chosen = [named[place][0] for place in own]
    return Pictures(choices=choice_bars(named, answered=spread.count, own=chosen, is_single=is_single))


def _name(bar: Bar) -> str:
    return in_language(bar.label_ja, bar.label_en)
