"""The applicant's side: starting, submitting, replying, withdrawing, and who may not."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.audit.model import AuditEntry
from advnet.errors import Forbidden, Invalid, WrongState
from advnet.experts import profile
from advnet.experts.editing import BeingJudged, queries
from advnet.experts.registration import applying as registering
from advnet.experts.registration.completeness import Section, list_gaps
from advnet.experts.registration.model import OPEN_STATES, RegistrationState
from advnet.jobs.model import Job
from tests.builders_experts import Experts


@pytest.fixture
def experts(session, now) -> Experts:
    return Experts(session, now)


def mails(session) -> list[str]:
    payloads = session.scalars(sa.select(Job.payload).where(Job.kind == "mail:send").order_by(Job.id))
    return [payload["message"] for payload in payloads]


def events(session) -> list[str]:
    return list(session.scalars(sa.select(AuditEntry.event).order_by(AuditEntry.number)))


def test_starting_gives_a_profile_with_the_address_of_the_account(session, people, now):
    user = people.make(Role.APPLICANT)
    registration = registering.start_registration(session, actor=user.actor, user=user, now=now)
    expert = queries.find_own_expert(session, actor=user.actor)
    assert (registration.state, expert.email, expert.standing) == (RegistrationState.STARTED, user.email, None)
    assert events(session) == ["registration:started"]
    assert {gap.section for gap in list_gaps(expert)} == set(Section) - {Section.AVAILABILITY}


@pytest.mark.parametrize("state", OPEN_STATES)
def test_a_second_request_cannot_be_started_beside_an_open_one(session, experts, now, state):
    registration = experts.applicant(state)
    user = registration.expert.user
    with pytest.raises(WrongState):
        registering.start_registration(session, actor=user.actor, user=user, now=now)


@pytest.mark.parametrize("state", [RegistrationState.REJECTED, RegistrationState.WITHDRAWN])
def test_after_a_rejection_or_withdrawal_the_same_profile_asks_again(session, experts, now, state):
    user = experts.applicant(state).expert.user
    again = registering.start_registration(session, actor=user.actor, user=user, now=now)
    expert = queries.find_own_expert(session, actor=user.actor)
    assert expert.name_en
    assert [row.state for row in expert.registrations] == [state, RegistrationState.STARTED]
    assert queries.find_registration(expert) is again


def test_staff_cannot_start_a_registration(session, people, now):
    advisor = people.make(Role.ADVISOR)
    with pytest.raises(Forbidden):
        registering.start_registration(session, actor=advisor.actor, user=advisor, now=now)


def test_a_complete_registration_is_submitted_and_acknowledged(session, experts, now):
    registration = experts.applicant()
    expert = registration.expert
    registering.submit_registration(session, actor=expert.user.actor, expert=expert, now=now)
    assert (registration.state, registration.submitted_at) == (RegistrationState.SUBMITTED, now)
    assert mails(session) == ["registration_received"]
    assert events(session) == ["registration:submitted"]


@pytest.mark.parametrize(
    ("changed", "section"),
    [
        ({"family_en": ""}, Section.IDENTITY),
        ({"given_kana": ""}, Section.IDENTITY),
        ({"country": None}, Section.IDENTITY),
        ({"languages": []}, Section.IDENTITY),
        ({"career_stage": None}, Section.IDENTITY),
        ({"affiliations": []}, Section.AFFILIATIONS),
        ({"skills": []}, Section.SKILLS),
        ({"works": []}, Section.WORKS),
        ({"biography_en": ""}, Section.BIOGRAPHY),
        ({"consent_at": None, "consent_version": None}, Section.CONSENT),
    ],
)
def test_what_is_missing_is_named_with_its_section_and_nothing_is_submitted(session, experts, now, changed, section):
    registration = experts.applicant()
    expert = registration.expert
    for name, value in changed.items():
        setattr(expert, name, value)
    with pytest.raises(registering.Incomplete) as refused:
        registering.submit_registration(session, actor=expert.user.actor, expert=expert, now=now)
    assert [gap.section for gap in refused.value.gaps] == [section]
    assert registration.state == RegistrationState.STARTED
    assert mails(session) == []


def test_a_name_without_kanji_needs_no_reading(session, experts, now):
    expert = experts.applicant(family_ja="", given_ja="", family_kana="", given_kana="").expert
    assert list_gaps(expert) == []


@pytest.mark.parametrize("state", [state for state in RegistrationState if state != RegistrationState.STARTED])
def test_only_a_started_registration_can_be_submitted(session, experts, now, state):
    expert = experts.applicant(state).expert
    with pytest.raises(WrongState):
        registering.submit_registration(session, actor=expert.user.actor, expert=expert, now=now)


def test_a_reply_puts_the_registration_back_into_review_with_the_same_administrator(session, experts, now):
    registration = experts.applicant(RegistrationState.MORE_ASKED)
    expert, reviewer = registration.expert, registration.reviewer_id
    registering.reply_to_question(session, actor=expert.user.actor, expert=expert, reply=" In 2019. ", now=now)
    assert (registration.state, registration.reviewer_id) == (RegistrationState.IN_REVIEW, reviewer)
    assert (registration.reply, registration.replied_at) == ("In 2019.", now)
    assert mails(session) == ["registration_received"]


def test_an_empty_reply_is_refused_on_its_field(session, experts, now):
    expert = experts.applicant(RegistrationState.MORE_ASKED).expert
    with pytest.raises(Invalid) as refused:
        registering.reply_to_question(session, actor=expert.user.actor, expert=expert, reply=" ", now=now)
    assert refused.value.field == "reply"


def test_nothing_can_be_replied_where_nothing_was_asked(session, experts, now):
    expert = experts.applicant(RegistrationState.IN_REVIEW).expert
    with pytest.raises(WrongState):
        registering.reply_to_question(session, actor=expert.user.actor, expert=expert, reply="Here", now=now)


@pytest.mark.parametrize("state", list(RegistrationState))
def test_an_open_registration_can_be_withdrawn_and_a_closed_one_not(session, experts, now, state):
    registration = experts.applicant(state)
    expert = registration.expert
    if state in OPEN_STATES:
        registering.withdraw_registration(session, actor=expert.user.actor, expert=expert, now=now)
        assert (registration.state, registration.withdrawn_at) == (RegistrationState.WITHDRAWN, now)
    else:
        with pytest.raises(WrongState):
            registering.withdraw_registration(session, actor=expert.user.actor, expert=expert, now=now)


@pytest.mark.parametrize("state", list(RegistrationState))
def test_a_profile_stands_still_while_it_is_being_judged(session, experts, now, state):
    expert = experts.applicant(state).expert
    save = {"session": session, "actor": expert.user.actor, "expert": expert, "now": now}
    if state in (RegistrationState.SUBMITTED, RegistrationState.IN_REVIEW):
        with pytest.raises(BeingJudged):
            profile.save_biography(biography_ja="", biography_en="New", **save)
    else:
        profile.save_biography(biography_ja="", biography_en="New", **save)
        assert expert.biography_en == "New"


def test_nobody_else_can_submit_reply_or_withdraw(session, experts, people, now):
    registration = experts.applicant()
    for other in (people.make(Role.APPLICANT), people.make(Role.ADMINISTRATOR), people.make(Role.ADVISOR)):
        for move in (registering.submit_registration, registering.withdraw_registration):
            with pytest.raises(Forbidden):
                move(session, actor=other.actor, expert=registration.expert, now=now)
    assert registration.state == RegistrationState.STARTED


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        (datetime(2026, 11, 20, 3, tzinfo=UTC), date(2026, 12, 4)),  # Friday noon in Japan
        (datetime(2026, 11, 20, 16, tzinfo=UTC), date(2026, 12, 4)),  # already Saturday in Japan
        (datetime(2026, 11, 22, 16, tzinfo=UTC), date(2026, 12, 7)),  # Monday in Japan
    ],
)
def test_a_decision_is_aimed_for_ten_working_days_later_in_japan(submitted, due):
    assert registering.decision_due_on(submitted) == due


def test_the_database_refuses_a_second_open_registration(session, experts, now):
    registration = experts.applicant()
    session.add(type(registration)(expert_id=registration.expert_id, state=RegistrationState.STARTED, started_at=now))
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    "values",
    [
        {"state": "submitted"},
        {"state": "approved"},
        {"state": "withdrawn"},
        {"state": "unheard of"},
        {"decided_at": datetime(2026, 11, 20, tzinfo=UTC)},
    ],
)
def test_the_database_refuses_a_state_without_its_time(session, experts, values):
    registration = experts.applicant()
    for name, value in values.items():
        setattr(registration, name, value)
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
