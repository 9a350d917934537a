"""The picture of each kind that an expert sees after a round, with the own place in it."""

from typing import Any

import pytest
from flask import Flask

from advnet.answers.feedback.distribution import distribution_of
from advnet.answers.feedback.picture_views import picture_of
from advnet.answers.model import Answer
from advnet.consultations.model import QuestionKind
from tests.answers.kinds import make_question

RATINGS = {"1": {"1": 7, "2": 5, "3": 0}, "2": {"1": 3, "2": 10, "3": 8}}
GIVEN: dict[QuestionKind, list[dict[str, Any]]] = {
    QuestionKind.CHOICE: [{"choices": ["2"]}, {"choices": ["1"]}, {"choices": ["2"]}],
    QuestionKind.LIKERT: [{"choices": ["4"]}, {"choices": ["5"]}, {"choices": ["1"]}],
    QuestionKind.RANKING: [{"choices": ["2", "1", "3"]}, {"choices": ["2", "3", "1"]}, {"choices": ["2", "1", "3"]}],
    QuestionKind.PROBABILITY: [{"values": {"low": 0, "best": best, "high": 100}} for best in (20, 40, 90)],
    QuestionKind.QUANTITY: [{"values": {"low": 0, "best": best, "high": 1000}} for best in (20, 40, 90)],
    QuestionKind.APPRAISAL: [{"values": {"ratings": RATINGS}}] * 3,
}
"""Kind → what three experts gave, the reader first."""


def shown(app: Flask, kind: QuestionKind, *, has_own: bool = True) -> Any:
    question = make_question(kind)
    blank: dict[str, Any] = {"choices": [], "values": {}}
    answers = [Answer(**{**blank, **one}) for one in GIVEN[kind]]
    spread = distribution_of(question, answers, answers[0] if has_own else None)
    assert spread is not None
    with app.test_request_context("/?lang=en"):
        return picture_of(question, spread, number=1)


@pytest.mark.parametrize(
    ("kind", "picture"),
    [
        (QuestionKind.CHOICE, "choices"),
        (QuestionKind.LIKERT, "likert"),
        (QuestionKind.RANKING, "flow"),
        (QuestionKind.PROBABILITY, "dots"),
        (QuestionKind.QUANTITY, "dots"),
        (QuestionKind.APPRAISAL, None),
    ],
)
def test_each_kind_has_its_picture_and_no_other(app: Flask, kind: QuestionKind, picture: str | None) -> None:
    found = vars(shown(app, kind))
    assert {name for name, one in found.items() if one is not None} == ({picture} if picture else set())


def test_the_own_place_is_marked(app: Flask) -> None:
    assert [one.is_own for one in shown(app, QuestionKind.CHOICE).choices.choices] == [False, True, False]
    (stack,) = shown(app, QuestionKind.LIKERT).likert.stacks
    assert [part.is_own for part in stack.parts] == [False, False, False, True, False]
    dots = shown(app, QuestionKind.PROBABILITY).dots
    assert (dots.own, dots.below, dots.above, dots.count) == ("20%", 0, 2, 3)


def test_without_an_own_answer_nothing_is_marked(app: Flask) -> None:
    assert not shown(app, QuestionKind.CHOICE, has_own=False).choices.has_own
    assert not shown(app, QuestionKind.LIKERT, has_own=False).likert.has_own
    assert shown(app, QuestionKind.PROBABILITY, has_own=False).dots.own_at is None


def test_a_ranking_says_how_far_the_experts_agree(app: Flask) -> None:
    flow = shown(app, QuestionKind.RANKING).flow
    assert [(one.label, one.answered, one.w) for one in flow.columns] == [("Round 1", 3, "0.78")]
    assert [one.label for one in flow.first] == ["Canada"]
