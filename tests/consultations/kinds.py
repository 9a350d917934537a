"""Questions of every kind as their asker details them, and one as it is typed."""

from datetime import datetime, timedelta
from typing import Any

from advnet.consultations.details import Option, QuestionDetails
from advnet.consultations.kinds import rule_of
from advnet.consultations.model import QuestionKind

PAIRS = (("ノルウェー", "Norway"), ("カナダ", "Canada"))
SETTINGS: dict[str, Any] = {
    "scale": "agreement7",
    "unit_ja": "億円",
    "unit_en": "100 million yen",
    "quantity_form": "interval",
    "minimum": 0.5,
    "maximum": None,
    "criteria_ja": ["費用", "速さ"],
    "criteria_en": ["Cost", "Speed"],
    "weights": [3.0, 1.5],
    "appraisal_scale": "words",
}

ASKED = {
    "prompt_en": "What will it cost?",
    "kind": "quantity",
    "unit_ja": "億円",
    "unit_en": "100 million yen",
    "quantity_form": "quantiles",
    "minimum": "１，０００",
    "maximum": "3億",
    "outcome": "2,000",
    "outcome_source": "Settled accounts",
}
"""A quantity as it is typed into its row."""


def asked(kind: QuestionKind, now: datetime, **changed: Any) -> QuestionDetails:
    """A sound question of this kind."""
    rule = rule_of(kind)
    settings = rule.settings(SETTINGS)
    values: dict[str, Any] = {
        "prompt_ja": f"{kind.value}の設問",
        "prompt_en": f"A question of kind {kind.value}",
        "options": tuple(Option(str(place), *pair) for place, pair in enumerate(rule.options(settings, PAIRS), 1)),
        "settings": settings,
    }
    if rule.resolves:
        values |= {"resolves_on": (now + timedelta(days=400)).date(), "resolution_rule_en": "By the yearbook"}
    return QuestionDetails(kind, **{**values, **changed})
