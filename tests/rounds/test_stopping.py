"""The stop rules: both sides of each threshold, and silence where there is nothing to tell."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.answers.feedback.queries import list_proposals
from advnet.answers.feedback.stopping import Proposal, Rule, proposals_of
from advnet.answers.model import Answer
from advnet.consultations.model import Question, QuestionKind
from tests.builders_rounds import Rounds

OPTIONS = [{"value": value, "label_ja": value, "label_en": value} for value in "abc"]


def question(kind: QuestionKind) -> Question:
    return Question(kind=kind, options=OPTIONS, settings={}, position=1)


def best(*figures: float) -> list[Answer]:
    return [Answer(contributor_id=place, choices=[], values={"best": figure}) for place, figure in enumerate(figures)]


def chosen(*choices: str) -> list[Answer]:
    """Each a string of options: ``"ab"`` ranks a before b."""
    return [Answer(contributor_id=place, choices=list(one), values={}) for place, one in enumerate(choices)]


def said(kind: QuestionKind, answers: list[Answer], before: list[Answer] | None = None) -> dict[Rule, Proposal]:
    return {one.rule: one for one in proposals_of(question(kind), answers, before or [])}


@pytest.mark.parametrize(
    ("kind", "figures", "figure", "is_met"),
    [
        (QuestionKind.PROBABILITY, (40, 50, 60, 60, 60), 10, True),
        (QuestionKind.PROBABILITY, (40, 40, 50, 60, 60), 20, True),
        (QuestionKind.PROBABILITY, (39, 39, 50, 60, 60), 21, False),
        (QuestionKind.QUANTITY, (90, 90, 100, 110, 110), 0.2, True),
        (QuestionKind.QUANTITY, (80, 80, 100, 110, 110), 0.3, False),
    ],
)
def test_estimates_lie_close_together(
    kind: QuestionKind, figures: tuple[float, ...], figure: float, is_met: bool
) -> None:
    found = said(kind, best(*figures))[Rule.NARROW]
    assert found.figure == pytest.approx(figure)
    assert found.is_met is is_met
    assert found.experts == 5
    assert "10.1016" in found.source


@pytest.mark.parametrize(("choices", "is_met"), [("aabb", True), ("aacc", False)])
def test_points_of_a_likert_scale_lie_close_together(choices: str, is_met: bool) -> None:
    assert said(QuestionKind.LIKERT, chosen(*choices))[Rule.NARROW].is_met is is_met


@pytest.mark.parametrize(
    ("rankings", "w", "is_met"),
    [(("abc", "abc", "abc"), 1, True), (("abc", "bca", "cab"), 0, False), (("abc", "abc", "acb"), 7 / 9, True)],
)
def test_experts_put_the_options_in_the_same_order(rankings: tuple[str, ...], w: float, is_met: bool) -> None:
    found = said(QuestionKind.RANKING, chosen(*rankings))[Rule.CONCORDANT]
    assert found.figure == pytest.approx(w)
    assert found.is_met is is_met


@pytest.mark.parametrize(("after", "change", "is_met"), [("aaabbbb", 1 / 7, True), ("aabbbbb", 2 / 7, False)])
def test_choices_have_stopped_moving(after: str, change: float, is_met: bool) -> None:
    found = said(QuestionKind.CHOICE, chosen(*after), chosen(*"aaaabbb"))[Rule.STABLE]
    assert found.figure == pytest.approx(change)
    assert found.is_met is is_met


@pytest.mark.parametrize(("moved", "is_met"), [(0, True), (1, True), (2, False)])
def test_estimates_have_stopped_moving(moved: int, is_met: bool) -> None:
    before, after = [50.0] * 10, [60.0] * moved + [50.0] * (10 - moved)
    found = said(QuestionKind.PROBABILITY, best(*after), best(*before))[Rule.STABLE]
    assert found.figure == pytest.approx(1 - moved / 10)
    assert found.is_met is is_met


def test_rankings_have_stopped_moving() -> None:
    before = ["abc"] * 4
    assert said(QuestionKind.RANKING, chosen(*before), chosen(*before))[Rule.STABLE].is_met
    assert not said(QuestionKind.RANKING, chosen("bac", *before[1:]), chosen(*before))[Rule.STABLE].is_met


def test_who_was_in_one_round_only_does_not_count_as_moved() -> None:
    found = said(QuestionKind.CHOICE, chosen(*"aab"), chosen(*"aabbbbb"))[Rule.STABLE]
    assert (found.figure, found.experts) == (0, 3)
    assert said(QuestionKind.PROBABILITY, best(10, 20, 30, 90), best(10, 20, 30))[Rule.STABLE].experts == 3


@pytest.mark.parametrize("kind", list(QuestionKind))
@pytest.mark.parametrize("count", [0, 2])
def test_of_fewer_than_three_nothing_is_said(kind: QuestionKind, count: int) -> None:
    answers = [
        Answer(contributor_id=place, choices=list("abc"), values={"best": 5, "ratings": {"x": dict.fromkeys("abc", 3)}})
        for place in range(count)
    ]
    assert proposals_of(question(kind), answers, answers) == []


@pytest.mark.parametrize("kind", [QuestionKind.TEXT, QuestionKind.ASK_BACK])
def test_of_words_nothing_is_said(kind: QuestionKind) -> None:
    assert proposals_of(question(kind), best(1, 2, 3), best(1, 2, 3)) == []


def test_nothing_is_said_where_a_figure_has_no_meaning() -> None:
    assert Rule.NARROW not in said(QuestionKind.QUANTITY, best(-1, 0, 0, 1))
    same = [Answer(contributor_id=n, choices=[], values={"ratings": {"x": dict.fromkeys("abc", 3)}}) for n in range(3)]
    assert said(QuestionKind.APPRAISAL, same) == {}


def test_the_desk_reads_the_proposals_when_a_round_has_closed(session: Session, now: datetime) -> None:
    rounds = Rounds(session, now, planned_rounds=3)
    secretariat, requester = rounds.made.desk, rounds.made.people.make(Role.REQUESTER).actor

    def shown(actor: object) -> list[tuple[int, list[Rule]]]:
        found = list_proposals(session, actor=actor, consultation=rounds.consultation)  # type: ignore[arg-type]
        return [(one.question.position, [proposal.rule for proposal in one.proposals]) for one in found]

    rounds.open()
    rounds.answer()
    rounds.close_round()
    assert shown(secretariat) == []  # of words, and of choices that nobody could have changed yet
    rounds.open_next()
    rounds.answer()
    assert shown(secretariat) == []
    rounds.close_round()
    assert shown(secretariat) == [(2, [Rule.STABLE])]
    assert shown(requester) == []
