"""Judgements and scores in words."""

from flask_babel import gettext as _

from advnet.answers.record.judged import Judged
from advnet.figures import write_figure
from advnet.pictures.numbers import number_text
from advnet.web.templating import in_language


def judgement_of(one: Judged) -> str:
    """Such as "70%" or "3.9–4.6 million km² (80% sure)"."""
    if one.stated is not None:
        return number_text(round(100 * one.stated, 1), unit="%")
    assert one.interval is not None  # one or the other
    low, high = (write_figure(end) for end in one.interval)
    return str(
        _(
            "%(low)s–%(high)s %(unit)s (%(sure)s%% sure)",
            low=low,
            high=high,
            unit=_unit(one),
            sure=round(100 * one.sureness),
        )
    )


def score_text(value: float) -> str:
    """A Brier score, two decimals: more would pretend."""
    return f"{value:.2f}"


def part_text(value: float) -> str:
    """A part of a Brier score, three decimals, since it is a difference of small figures."""
    return number_text(round(value, 3), digits=3)


def interval_score_of(one: Judged, score: float) -> str:
    """In the unit of the quantity."""
    return number_text(score, unit=_unit(one))


def _unit(one: Judged) -> str:
    settings = one.question.settings
    return in_language(settings.get("unit_ja"), settings.get("unit_en"))
