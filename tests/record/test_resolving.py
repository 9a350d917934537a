"""Saying what was true: when, by whom, once; corrected with a reason."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.advice.desk_queries import load_desk
from advnet.audit.model import AuditEntry
from advnet.consultations.model import Consultation, ConsultationState, Mode
from advnet.consultations.resolving.queries import list_due
from advnet.consultations.resolving.service import resolve_question, weigh_by_record
from advnet.days import day_in_japan
from advnet.errors import DomainError, Forbidden, Invalid, NotFound, WrongState
from tests.record.panels import Panels

ROLES = [Role.REQUESTER, Role.EXPERT, Role.ADMINISTRATOR, Role.AUDITOR, Role.APPLICANT]


@pytest.fixture
def panels(session: Session, now: datetime) -> Panels:
    return Panels(session, now)


def resolve(panels: Panels, consultation: Consultation, position: int = 1, **values: object) -> None:
    given = {"outcome": 1.0, "source": "The yearbook", "actor": panels.made.desk, "now": panels.now, **values}
    resolve_question(panels.session, consultation=consultation, position=position, **given)  # type: ignore[arg-type]


def last_entry(session: Session) -> AuditEntry:
    return session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()


def test_an_outcome_is_stated_with_its_source_and_stands_in_the_log(panels: Panels) -> None:
    consultation = panels.consultation([])
    resolve(panels, consultation, outcome=0.0, source="  The yearbook ")
    (question,) = consultation.questions
    assert (question.outcome, question.outcome_source, question.resolved_at) == (0.0, "The yearbook", panels.now)
    assert question.resolved_by_id == panels.made.desk.user_id
    entry = last_entry(panels.session)
    assert (entry.event, entry.detail) == ("consultation:question-resolved", {"question": 1, "outcome": 0.0})


@pytest.mark.parametrize("state", [ConsultationState.INVITING, ConsultationState.OPEN])
def test_nothing_is_resolved_while_answers_come_in(panels: Panels, state: ConsultationState) -> None:
    consultation = panels.consultation([])
    consultation.state = state
    with pytest.raises(WrongState):
        resolve(panels, consultation)
    consultation.is_between_rounds = True
    with pytest.raises(WrongState):
        resolve(panels, consultation)
    panels.put(consultation, ConsultationState.CLOSED)
    resolve(panels, consultation)


@pytest.mark.parametrize("role", ROLES)
def test_others_than_the_desk_resolve_nothing(panels: Panels, role: Role) -> None:
    consultation = panels.consultation([])
    with pytest.raises(Forbidden):
        resolve(panels, consultation, actor=panels.made.people.make(role).actor)
    resolve(panels, consultation, actor=panels.advisor)


def test_an_outcome_is_corrected_with_a_reason_and_the_log_keeps_both(panels: Panels) -> None:
    consultation = panels.consultation([])
    resolve(panels, consultation)
    with pytest.raises(Invalid, match="reason"):
        resolve(panels, consultation, outcome=0.0)
    with pytest.raises(Invalid, match="stands already"):
        resolve(panels, consultation, reason="Again")
    resolve(panels, consultation, outcome=0.0, reason="The yearbook was revised")
    entry = last_entry(panels.session)
    assert entry.event == "consultation:outcome-corrected"
    assert (entry.detail, entry.reason) == ({"question": 1, "from": 1.0, "to": 0.0}, "The yearbook was revised")


@pytest.mark.parametrize(
    ("position", "values", "field"),
    [
        (1, {"outcome": None}, "outcome"),
        (1, {"outcome": 0.5}, "outcome"),
        (1, {"source": "  "}, "source"),
        (1, {"source": "x" * 1001}, "source"),
        (2, {"outcome": -1.0}, "outcome"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    panels: Panels, position: int, values: dict[str, object], field: str
) -> None:
    consultation = panels.consultation([], quantities=1)
    with pytest.raises(Invalid) as refused:
        resolve(panels, consultation, position, **values)
    assert refused.value.field == field
    assert consultation.questions[position - 1].outcome is None


def test_what_is_no_claim_cannot_be_resolved(panels: Panels) -> None:
    consultation = panels.consultation([])
    with pytest.raises(NotFound):
        resolve(panels, consultation, 2)


def test_experts_learn_an_outcome_when_all_is_in_and_of_a_seed_when_all_is_settled(panels: Panels) -> None:
    consultation = panels.consultation([], claims=2)
    claim, seed = consultation.questions
    seed.is_seed, seed.outcome = True, 1.0
    panels.put(consultation, ConsultationState.CLOSED)
    resolve(panels, consultation)
    told = []
    for state in (ConsultationState.CLOSED, ConsultationState.SYNTHESIS, ConsultationState.SETTLED):
        panels.put(consultation, state)
        told.append((consultation.tells_outcome(claim), consultation.tells_outcome(seed)))
    assert told == [(False, False), (True, False), (True, True)]


def test_the_desk_sees_what_is_due_today_or_overdue(panels: Panels) -> None:
    today = day_in_japan(panels.now)
    consultation = panels.consultation([], claims=4)
    for question, days in zip(consultation.questions, (1, 0, -3, -5), strict=True):
        question.resolves_on = today + timedelta(days=days)
    resolve(panels, consultation, 4)
    still_open = panels.consultation([])
    still_open.questions[0].resolves_on = today
    panels.put(still_open, ConsultationState.OPEN)
    due = list_due(panels.session, actor=panels.made.desk, now=panels.now, limit=10)
    assert [(one.question.position, one.is_overdue) for one in due] == [(3, True), (2, False)]
    desk = load_desk(panels.session, actor=panels.advisor, now=panels.now)
    assert desk.waiting.to_resolve == len(desk.to_resolve) == 2


def test_the_advisor_alone_says_that_records_weigh_and_never_where_answers_are_anonymous(panels: Panels) -> None:
    consultation, hidden = panels.consultation([]), panels.consultation([], mode=Mode.ANONYMOUS)

    def weigh(of: Consultation, **values: object) -> None:
        given = {"actor": panels.advisor, "position": 1, "uses_record": True, "now": panels.now, **values}
        weigh_by_record(panels.session, consultation=of, **given)  # type: ignore[arg-type]

    for role in (Role.SECRETARIAT, *ROLES):
        with pytest.raises(Forbidden):
            weigh(consultation, actor=panels.made.people.make(role).actor)
    with pytest.raises(DomainError, match="whose they are"):
        weigh(hidden)
    weigh(consultation)
    assert consultation.questions[0].uses_record
    assert last_entry(panels.session).detail == {"question": 1, "uses_record": True}
    weigh(consultation, uses_record=False)
    assert not consultation.questions[0].uses_record
    panels.put(consultation, ConsultationState.ISSUED)
    with pytest.raises(WrongState):
        weigh(consultation)
