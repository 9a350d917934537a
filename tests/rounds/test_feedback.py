"""What an expert reads of a closed round, and what not."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor, Role
from advnet.answers.feedback.distribution import distribution_of
from advnet.answers.feedback.queries import Feedback, get_invitation_with_feedback, load_feedback
from advnet.answers.model import Answer, AnswerState, Release
from advnet.answers.queries import find_contributor, list_uncitable
from advnet.answers.service import RoundClosed, withdraw_answers
from advnet.consultations.model import ConsultationState, Mode, Question, QuestionKind
from advnet.consultations.progress import close_consultation
from advnet.errors import Forbidden, NotFound
from advnet.permissions import Permission, allows
from tests.builders_answers import own
from tests.builders_rounds import OPTIONS, Rounds


@pytest.fixture
def rounds(session: Session, now: datetime) -> Rounds:
    return Rounds(session, now)


def read(rounds: Rounds, place: int = 0, *, actor: Actor | None = None) -> Feedback:
    rounds.session.flush()
    actor = actor or rounds.made.actor(rounds.invitations[place])
    invitation = get_invitation_with_feedback(rounds.session, rounds.invitations[place].id, actor=actor)
    return load_feedback(rounds.session, actor=actor, invitation=invitation)


def tell_apart(rounds: Rounds) -> None:
    """Every expert writes something of the own."""
    for place in range(len(rounds.invitations)):
        rounds.answer(place, text=f"The words of number {place}", choices=["1" if place % 2 else "2"])


def test_an_expert_sees_nothing_before_the_own_answer_is_in_and_the_round_has_closed(rounds: Rounds) -> None:
    """Before answering, after answering, after the close, in round 2, when all is over; and who stayed silent."""
    rounds.open()
    rounds.answer(1, 2, 3)
    with pytest.raises(NotFound):
        read(rounds, 1)
    rounds.close_round()
    assert read(rounds, 1).number == 1
    with pytest.raises(NotFound):
        read(rounds, 0)
    rounds.open_next()
    with pytest.raises(NotFound):
        read(rounds, 0)
    rounds.answer(0)
    assert read(rounds, 0).number == 1  # the own answer is in now; of round 2 nothing is shown yet
    assert read(rounds, 1).number == 1
    close_consultation(rounds.session, actor=rounds.made.desk, consultation=rounds.consultation, now=rounds.now)
    assert read(rounds, 1).number == 1
    rounds.consultation.state = ConsultationState.SYNTHESIS
    assert read(rounds, 0).number == 2


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.REQUESTER, Role.ADMINISTRATOR, Role.AUDITOR, Role.EXPERT])
def test_feedback_belongs_to_its_expert(rounds: Rounds, role: Role) -> None:
    rounds.open()
    rounds.answer()
    rounds.close_round()
    other = rounds.made.people.make(role).actor
    invitation = own(rounds.session, rounds.invitations[0])
    with pytest.raises(NotFound):
        read(rounds, actor=other)
    assert not allows(Permission.FEEDBACK_READ, other, invitation)
    with pytest.raises(Forbidden):
        load_feedback(rounds.session, actor=other, invitation=invitation)
    assert allows(Permission.FEEDBACK_READ, rounds.made.actor(invitation), invitation)


def test_a_consultation_of_one_round_has_no_feedback(session: Session, now: datetime) -> None:
    rounds = Rounds(session, now, planned_rounds=1)
    rounds.open()
    rounds.answer()
    rounds.consultation.state, rounds.consultation.closed_at = ConsultationState.SYNTHESIS, now + timedelta(days=1)
    with pytest.raises(NotFound):
        read(rounds)


def test_others_reasons_stand_under_letters_and_the_own_is_not_among_them(rounds: Rounds) -> None:
    rounds.open()
    tell_apart(rounds)
    rounds.close_round()
    text, choice = read(rounds, 0).questions
    assert [one.letter for one in text.reasons] == ["A", "B", "C"]
    assert {one.text for one in text.reasons} == {f"The words of number {place}" for place in (1, 2, 3)}
    assert {one.label for one in (*text.reasons, *choice.reasons)} == {None}
    assert text.others == 3
    assert choice.distribution is not None
    assert [bar.number for bar in choice.distribution.bars] == [2, 2]
    assert [bar.is_own for bar in choice.distribution.bars] == [False, True]


def test_letters_of_two_questions_cannot_be_joined(session: Session, now: datetime) -> None:
    rounds = Rounds(session, now, experts=9)
    rounds.open()
    tell_apart(rounds)
    rounds.close_round()
    text, choice = read(rounds, 0).questions
    # the same order of eight twice comes once in 40,320 runs
    assert [one.text for one in text.reasons] != [one.text for one in choice.reasons]
    again, _ = read(rounds, 0).questions
    assert [one.text for one in again.reasons] == [one.text for one in text.reasons]


@pytest.mark.parametrize(("release", "passed_on"), [(Release.QUOTED, 3), (Release.PARAPHRASED, 0), (Release.KEPT, 0)])
def test_reasons_are_passed_on_only_as_they_were_released(rounds: Rounds, release: Release, passed_on: int) -> None:
    rounds.open()
    tell_apart(rounds)
    rounds.session.execute(sa.update(Answer).values(release=release))
    rounds.close_round()
    text, choice = read(rounds).questions
    assert (len(text.reasons), text.withheld) == (passed_on, 3 - passed_on)
    assert choice.distribution is not None
    assert choice.distribution.count == 4


@pytest.mark.parametrize(("experts", "is_protected"), [(1, True), (3, True), (4, False)])
def test_few_others_are_protected(session: Session, now: datetime, experts: int, is_protected: bool) -> None:
    rounds = Rounds(session, now, experts=experts)
    rounds.open()
    tell_apart(rounds)
    rounds.close_round()
    for part in read(rounds).questions:
        assert part.is_protected is is_protected
        assert (part.others is None) is is_protected
        assert bool(part.reasons) is not is_protected
        if is_protected:
            assert part.distribution is None


@pytest.mark.parametrize("mode", list(Mode))
def test_names_stand_beside_reasons_only_where_answers_are_attributed(
    session: Session, now: datetime, mode: Mode
) -> None:
    rounds = Rounds(session, now, mode=mode, experts=5)
    rounds.open()
    tell_apart(rounds)
    rounds.close_round()
    text, _ = read(rounds).questions
    assert {one.label is not None and one.label.is_named for one in text.reasons} == {mode == Mode.ATTRIBUTED}


def test_withdrawn_answers_are_shown_to_nobody(session: Session, now: datetime) -> None:
    rounds = Rounds(session, now, experts=5)
    rounds.open()
    tell_apart(rounds)
    invitation = own(session, rounds.invitations[4])
    withdraw_answers(session, actor=rounds.made.actor(invitation), invitation=invitation, now=now)
    rounds.close_round()
    text, _ = read(rounds).questions
    assert "The words of number 4" not in {one.text for one in text.reasons}
    assert text.others == 3


def test_a_distribution_needs_enough_who_are_in_it(session: Session, now: datetime) -> None:
    rounds = Rounds(session, now, experts=4)
    rounds.open()
    tell_apart(rounds)
    silent = find_contributor(session, invitation=rounds.invitations[3])
    assert silent is not None
    asked = rounds.consultation.questions[1].id
    own_row = sa.update(Answer).where(Answer.contributor_id == silent.id, Answer.question_id == asked)
    session.execute(own_row.values(choices=[], values={"missing": "The year"}))
    rounds.close_round()
    _, choice = read(rounds).questions
    assert choice.others == 3
    assert choice.distribution is None


def test_answers_of_a_round_that_has_closed_stay(session: Session, now: datetime) -> None:
    rounds = Rounds(session, now, experts=5, planned_rounds=2)
    rounds.open()
    tell_apart(rounds)
    rounds.close_round()
    rounds.open_next()
    invitation = own(session, rounds.invitations[4])
    with pytest.raises(RoundClosed):
        withdraw_answers(session, actor=rounds.made.actor(invitation), invitation=invitation, now=rounds.now)
    contributor = find_contributor(session, invitation=invitation)
    assert contributor is not None
    assert contributor.state == AnswerState.SUBMITTED


def test_nothing_is_cited_that_was_withdrawn_or_kept_later(session: Session, now: datetime) -> None:
    rounds = Rounds(session, now, experts=3)
    rounds.open()
    rounds.answer(0, 1, 2)
    first = {place: answers_of(session, rounds, place) for place in range(3)}
    everything = {number for numbers in first.values() for number in numbers}
    assert list_uncitable(session, answer_ids=everything) == set()
    rounds.answer(1, release="kept", text="Another word")
    invitation = own(session, rounds.invitations[2])
    withdraw_answers(session, actor=rounds.made.actor(invitation), invitation=invitation, now=now)
    assert list_uncitable(session, answer_ids=everything) == first[1] | first[2]


def answers_of(session: Session, rounds: Rounds, place: int) -> set[int]:
    contributor = find_contributor(session, invitation=rounds.invitations[place])
    assert contributor is not None
    return {answer.id for answer in contributor.answers}


def made(kind: QuestionKind, *answers: dict[str, object], **question: object) -> tuple[Question, list[Answer]]:
    asked = Question(kind=kind, options=OPTIONS, settings={}, position=1)
    for name, value in question.items():
        setattr(asked, name, value)
    blank: dict[str, object] = {"choices": [], "values": {}}
    return asked, [Answer(**{**blank, **one}) for one in answers]


def test_figures_stand_on_a_line_with_the_own_place() -> None:
    given = [{"values": {"low": 0, "best": best, "high": 100}} for best in (10, 20, 30, 90)]
    question, answers = made(QuestionKind.PROBABILITY, *given, {"values": {"missing": True}})
    spread = distribution_of(question, answers, answers[3])
    assert spread is not None
    assert (spread.count, spread.figures, spread.own) == (4, (10, 20, 30, 90), 90)
    assert (spread.median, spread.middle_half, spread.own_rank) == (25, (17.5, 45), "above")
    assert distribution_of(question, answers, answers[1]).own_rank == "within"  # type: ignore[union-attr]
    assert distribution_of(question, answers, answers[0]).own_rank == "below"  # type: ignore[union-attr]
    assert distribution_of(question, answers, None).own_rank == ""  # type: ignore[union-attr]


def test_one_figure_has_no_middle_half_and_none_no_distribution() -> None:
    question, answers = made(QuestionKind.QUANTITY, {"values": {"q05": 1, "q50": 2, "q95": 3}}, {})
    spread = distribution_of(question, answers, answers[0])
    assert spread is not None
    assert (spread.figures, spread.middle_half, spread.own_rank) == ((2,), None, "")
    assert distribution_of(question, answers[1:], None) is None


def test_a_ranking_shows_mean_places_from_the_first() -> None:
    question, answers = made(
        QuestionKind.RANKING, {"choices": ["2", "1"]}, {"choices": ["2", "1"]}, {"choices": ["1", "2"]}
    )
    spread = distribution_of(question, answers, answers[2])
    assert spread is not None
    assert [(bar.label_en, round(bar.number, 2), bar.is_own) for bar in spread.bars] == [
        ("The ship", 1.33, False),
        ("The route", 1.67, True),
    ]


def test_an_appraisal_shows_mean_points_weighed_as_the_criteria_are() -> None:
    ratings = {"values": {"ratings": {"a": {"1": 4, "2": 0}, "b": {"1": 1, "2": 5}}}}
    criteria = {"criteria": [{"value": "a", "weight": 2}, {"value": "b", "weight": None}]}
    question, answers = made(QuestionKind.APPRAISAL, ratings, settings=criteria)
    spread = distribution_of(question, answers, answers[0])
    assert spread is not None
    assert [(round(bar.number, 2), bar.is_own) for bar in spread.bars] == [(3, True), (1.67, False)]


@pytest.mark.parametrize("kind", [QuestionKind.TEXT, QuestionKind.ASK_BACK])
def test_words_have_no_distribution(kind: QuestionKind) -> None:
    question, answers = made(kind, {"text": "Words"})
    assert distribution_of(question, answers, None) is None


def test_no_reason_that_is_told_names_its_author(rounds: Rounds) -> None:
    rounds.open()
    tell_apart(rounds)
    rounds.close_round()
    told = repr(
        [(one.letter, one.text, one.against, one.label) for part in read(rounds).questions for one in part.reasons]
    )
    for invitation in rounds.invitations:
        for telling in (invitation.expert.name_en, invitation.expert.name_ja, rounds.made.email(invitation)):
            assert not telling or telling not in told
