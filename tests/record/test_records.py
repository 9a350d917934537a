"""Whose record holds what, and who sees it: nothing of an anonymous consultation is ever one person's figure."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor, Role
from advnet.answers.record.judged import list_fields, list_named, list_of_panels, list_own
from advnet.answers.record.summary import Record, by_field, by_panel, summarise
from advnet.answers.record.weighing import find_weights
from advnet.consultations.model import Consultation, ConsultationState, Mode
from advnet.consultations.resolving.service import resolve_question
from advnet.errors import Forbidden
from advnet.experts.model import Expert
from advnet.permissions import Permission, allows
from tests.record.panels import Panels


@pytest.fixture
def panels(session: Session, now: datetime) -> Panels:
    return Panels(session, now)


def resolve(panels: Panels, consultation: Consultation, *outcomes: float) -> None:
    for position, outcome in enumerate(outcomes, start=1):
        resolve_question(
            panels.session,
            actor=panels.made.desk,
            consultation=consultation,
            position=position,
            outcome=outcome,
            source="The yearbook",
            now=panels.now,
        )
    panels.session.flush()


def actor_of(expert: Expert) -> Actor:
    assert expert.user is not None
    return expert.user.actor


def own(panels: Panels, expert: Expert) -> Record:
    return summarise(list_own(panels.session, actor=actor_of(expert), expert=expert))


def seen(panels: Panels, expert: Expert) -> Record:
    return summarise(list_named(panels.session, actor=panels.advisor, expert=expert))


def test_an_experts_record_holds_scores_and_intervals(panels: Panels) -> None:
    (expert,) = panels.experts(1)
    consultation = panels.consultation([expert], claims=2, quantities=2)
    panels.judge(consultation, expert, 90, 40, 50, 50)
    resolve(panels, consultation, 1, 1, 55, 70)
    record = own(panels, expert)
    assert record.claims.count == 2
    assert record.claims.score == pytest.approx((0.01 + 0.36) / 2)
    assert record.claims.estimate.mean == pytest.approx((2.5 + 0.37) / 12)
    assert not record.claims.is_enough
    assert not record.claims.curve.is_enough
    assert (record.intervals.count, record.intervals.held, record.intervals.sureness_percent) == (2, 1, 80)
    assert [row.held for row in record.rows] == [None, None, True, False]
    assert record.rows[3].score == pytest.approx(20 + 10 * 10)


def test_a_correction_changes_the_record(panels: Panels) -> None:
    (expert,) = panels.experts(1)
    consultation = panels.consultation([expert])
    panels.judge(consultation, expert, 100)
    resolve(panels, consultation, 1)
    assert own(panels, expert).claims.score == 0
    resolve_question(
        panels.session,
        actor=panels.made.desk,
        consultation=consultation,
        position=1,
        outcome=0.0,
        source="The yearbook, revised",
        reason="It was revised",
        now=panels.now,
    )
    assert own(panels, expert).claims.score == 1


@pytest.mark.parametrize(
    ("mode", "advisor_sees"), [(Mode.ATTRIBUTED, 1), (Mode.NAMED_TO_ADVISOR, 1), (Mode.ANONYMOUS, 0)]
)
def test_the_expert_sees_all_modes_and_the_advisor_those_with_names(
    panels: Panels, mode: Mode, advisor_sees: int
) -> None:
    experts = panels.experts(4)
    consultation = panels.consultation(experts, mode=mode)
    for expert in experts:
        panels.judge(consultation, expert, 70)
    resolve(panels, consultation, 1)
    assert own(panels, experts[0]).claims.count == 1
    assert seen(panels, experts[0]).claims.count == advisor_sees


def test_one_anonymous_claim_changes_nothing_of_what_is_shown_of_an_expert(panels: Panels) -> None:
    experts = panels.experts(3)
    named, hidden = panels.consultation(experts), panels.consultation(experts, mode=Mode.ANONYMOUS)
    for expert, percent in zip(experts, (90, 50, 10), strict=True):
        panels.judge(named, expert, percent)
        panels.judge(hidden, expert, percent)
    resolve(panels, named, 1)
    before = [(record.claims, record.intervals) for record in (seen(panels, one) for one in experts)]
    resolve(panels, hidden, 0)
    assert [(record.claims, record.intervals) for record in (seen(panels, one) for one in experts)] == before
    assert own(panels, experts[0]).claims.count == 2


@pytest.mark.parametrize(("count", "is_shown"), [(1, False), (2, False), (3, True)])
def test_panels_and_fields_show_a_question_whole_or_not_at_all(panels: Panels, count: int, is_shown: bool) -> None:
    experts = panels.experts(count)
    consultation = panels.consultation(experts, mode=Mode.ANONYMOUS)
    for expert in experts:
        panels.judge(consultation, expert, 60)
    resolve(panels, consultation, 1)
    judged = list_of_panels(panels.session, actor=panels.advisor)
    assert [one.claims.count for one in by_panel(judged)] == ([count] if is_shown else [])
    fields = list_fields(panels.session, consultation_ids={one.consultation.id for one in judged})
    assert [(one.questions, one.claims.count) for one in by_field(judged, fields)] == ([(1, count)] if is_shown else [])


def test_nothing_counts_before_all_answers_are_in_and_seeds_for_the_expert_when_settled(panels: Panels) -> None:
    experts = panels.experts(3)
    consultation = panels.consultation(experts, claims=2)
    consultation.questions[1].is_seed, consultation.questions[1].outcome = True, 1.0
    for expert in experts:
        panels.judge(consultation, expert, 60, 60)
    panels.put(consultation, ConsultationState.CLOSED)
    resolve(panels, consultation, 1)
    counts = []
    for state in (ConsultationState.CLOSED, ConsultationState.SYNTHESIS, ConsultationState.SETTLED):
        panels.put(consultation, state)
        whole = list_of_panels(panels.session, actor=panels.advisor)
        counts.append((own(panels, experts[0]).claims.count, seen(panels, experts[0]).claims.count, len(whole)))
    assert counts == [(0, 0, 0), (1, 2, 6), (2, 2, 6)]


def test_records_are_for_their_expert_and_the_advisor_alone(panels: Panels) -> None:
    expert, other = panels.experts(2)
    assert allows(Permission.RECORD_READ_OWN, actor_of(expert), expert)
    assert allows(Permission.RECORD_READ, panels.advisor, expert)
    assert allows(Permission.RECORD_COMPARE, panels.advisor)
    assert not allows(Permission.RECORD_READ_OWN, panels.advisor, expert)
    others = [panels.made.people.make(role).actor for role in Role if role != Role.ADVISOR]
    for actor in (*others, actor_of(other)):
        assert not allows(Permission.RECORD_READ, actor, expert)
        assert not allows(Permission.RECORD_READ_OWN, actor, expert)
        assert not allows(Permission.RECORD_COMPARE, actor)
        for read in (list_own, list_named):
            with pytest.raises(Forbidden):
                read(panels.session, actor=actor, expert=expert)
        with pytest.raises(Forbidden):
            list_of_panels(panels.session, actor=actor)
    with pytest.raises(Forbidden):
        list_own(panels.session, actor=panels.advisor, expert=expert)


def test_records_of_other_named_consultations_weigh_where_the_advisor_says_so(panels: Panels) -> None:
    good, bad, new = experts = panels.experts(3)
    before = panels.consultation([good, bad], claims=2)
    hidden = panels.consultation([new], mode=Mode.ANONYMOUS)
    panels.judge(before, good, 100, 0)
    panels.judge(before, bad, 0, 100)
    panels.judge(hidden, new, 100)
    resolve(panels, before, 1, 0)
    resolve(panels, hidden, 1)
    consultation = panels.consultation(experts)
    seats = [panels.judge(consultation, expert, 50).id for expert in experts]
    (question,) = consultation.questions

    def weights() -> dict[int, float] | None:
        return find_weights(panels.session, actor=panels.advisor, consultation=consultation, question=question)

    assert weights() is None
    question.uses_record = True
    inverse = [12 / 2.5, 12 / 4.5, 4]
    found = weights()
    assert found is not None
    assert [found[seat] for seat in seats] == pytest.approx([one / sum(inverse) for one in inverse])
    resolve(panels, consultation, 1)
    assert weights() == pytest.approx(found)  # its own outcome is no reason to weigh it by
    consultation.mode = Mode.ANONYMOUS
    panels.session.flush()
    assert weights() is None
    with pytest.raises(Forbidden):
        find_weights(panels.session, actor=panels.made.desk, consultation=consultation, question=question)
