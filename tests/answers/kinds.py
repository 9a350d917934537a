"""Questions of every kind, and what an expert may type to each."""

from datetime import date
from typing import Any

from advnet.consultations.kinds import INTERVAL, POINTS, QUANTILES, SCALES, WORDS
from advnet.consultations.model import Question, QuestionKind

OPTIONS = [
    {"value": "1", "label_ja": "ノルウェー", "label_en": "Norway"},
    {"value": "2", "label_ja": "カナダ", "label_en": "Canada"},
    {"value": "3", "label_ja": "韓国", "label_en": "Korea"},
]
POINTS_OF_SCALE = [
    {"value": str(place), "label_ja": ja, "label_en": en} for place, (ja, en) in enumerate(SCALES["likelihood5"], 1)
]
CRITERIA = [
    {"value": "1", "label_ja": "費用", "label_en": "Cost", "weight": 3.0},
    {"value": "2", "label_ja": "速さ", "label_en": "Speed", "weight": 1.0},
]


def quantity(form: str = INTERVAL, *, minimum: float | None = None, maximum: float | None = None) -> dict[str, Any]:
    return {"unit_ja": "億円", "unit_en": "100 million yen", "form": form, "minimum": minimum, "maximum": maximum}


def appraisal(scale: str = POINTS) -> dict[str, Any]:
    return {"criteria": CRITERIA, "scale": scale}


def make_question(kind: QuestionKind, **values: Any) -> Question:
    """A question of this kind as its row stands; in no session."""
    options: list[dict[str, Any]] = []
    settings: dict[str, Any] = {}
    if kind in {QuestionKind.CHOICE, QuestionKind.RANKING, QuestionKind.APPRAISAL}:
        options = OPTIONS
    elif kind == QuestionKind.LIKERT:
        options, settings = POINTS_OF_SCALE, {"scale": "likelihood5"}
    if kind == QuestionKind.QUANTITY:
        settings = quantity()
    elif kind == QuestionKind.APPRAISAL:
        settings = appraisal()
    elif kind == QuestionKind.PROBABILITY:
        values = {"resolves_on": date(2030, 3, 31), "resolution_rule_en": "By the yearbook", **values}
    return Question(
        **{
            "position": 1,
            "kind": kind,
            "prompt_ja": f"{kind.value}の設問",
            "prompt_en": f"A question of kind {kind.value}",
            "options": options,
            "settings": settings,
            "multiple": False,
            "required": True,
            **values,
        }
    )


RATED = {"1_1": "7", "1_2": "5", "1_3": "0", "2_1": "3", "2_2": "10", "2_3": "8"}
GOOD: dict[str, tuple[QuestionKind, dict[str, Any], dict[str, Any]]] = {
    "text": (QuestionKind.TEXT, {}, {"text": "Buoys", "sureness": "70"}),
    "choice": (QuestionKind.CHOICE, {}, {"choices": ["2"], "sureness": "70"}),
    "multiple": (QuestionKind.CHOICE, {"multiple": True}, {"choices": ["1", "3"], "sureness": "70"}),
    "ranking": (QuestionKind.RANKING, {}, {"values": {"1": "3", "2": "1", "3": "2"}, "sureness": "70"}),
    "likert": (QuestionKind.LIKERT, {}, {"choices": ["4"], "sureness": "70"}),
    "probability": (QuestionKind.PROBABILITY, {}, {"values": {"low": "１０", "high": "60 %", "best": "12.5"}}),
    "interval": (
        QuestionKind.QUANTITY,
        {},
        {"values": {"low": "1,200", "high": "３，０００億円", "best": "1500"}, "sureness": "80"},
    ),
    "quantiles": (
        QuestionKind.QUANTITY,
        {"settings": quantity(QUANTILES)},
        {"values": {"q05": "-5", "q95": "40", "q50": "8"}},
    ),
    "appraisal": (QuestionKind.APPRAISAL, {}, {"values": RATED, "sureness": "70"}),
    "appraisal in words": (
        QuestionKind.APPRAISAL,
        {"settings": appraisal(WORDS)},
        {"values": dict.fromkeys(RATED, "4"), "sureness": "70"},
    ),
    "ask back": (QuestionKind.ASK_BACK, {}, {"text": "Which year?"}),
}
"""Name → kind, what else its row holds, what is typed and can be submitted."""
