"""The administrator's side: taking into hand, asking, deciding, undoing; two administrators at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.audit.model import AuditEntry
from advnet.errors import Forbidden, Invalid, NotFound, WrongState
from advnet.experts.model import Standing
from advnet.experts.registration import queries as vetting_queries
from advnet.experts.registration import vetting
from advnet.experts.registration.model import Registration, RegistrationState
from advnet.experts.registration.vetting import Check
from advnet.experts.versions import ChangedMeanwhile
from advnet.jobs.model import IndexChange, Job
from tests.builders_experts import ORCID, Experts

ALL_CHECKS = list(Check)


@pytest.fixture
def experts(session, now) -> Experts:
    return Experts(session, now)


@pytest.fixture
def administrator(people):
    return people.make(Role.ADMINISTRATOR)


@pytest.fixture
def in_hand(session, experts, administrator) -> Registration:
    """A registration that ``administrator`` has in hand, as the page loads it."""
    registration = experts.applicant(RegistrationState.IN_REVIEW)
    registration.reviewer = administrator
    session.flush()
    return vetting_queries.get_registration(session, registration.id, actor=administrator.actor)


def mails(session) -> list[str]:
    payloads = session.scalars(sa.select(Job.payload).where(Job.kind == "mail:send").order_by(Job.id))
    return [payload["message"] for payload in payloads]


def last_entry(session) -> AuditEntry:
    return session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()


def changes(session) -> list[int]:
    return list(session.scalars(sa.select(IndexChange.expert_id)))


def approve(session, user, registration, now, **values):
    values = {"version": registration.version, "checks": ALL_CHECKS, **values}
    vetting.approve_registration(session, actor=user.actor, registration=registration, now=now, **values)


def reject(session, user, registration, now, **values):
    values = {"version": registration.version, "reason_code": "evidence", "reason": "", **values}
    vetting.reject_registration(session, actor=user.actor, registration=registration, now=now, **values)


@pytest.mark.parametrize("state", list(RegistrationState))
def test_what_waits_for_a_decision_can_be_taken_into_hand_and_nothing_else(session, experts, administrator, now, state):
    registration = experts.applicant(state)
    claim = {"actor": administrator.actor, "registration": registration, "version": registration.version, "now": now}
    if state in (RegistrationState.SUBMITTED, RegistrationState.IN_REVIEW, RegistrationState.MORE_ASKED):
        before = registration.reviewer_id
        vetting.claim_review(session, **claim)
        assert (registration.state, registration.reviewer_id) == (RegistrationState.IN_REVIEW, administrator.id)
        assert last_entry(session).detail == {"taken_from": before}
    else:
        with pytest.raises(WrongState):
            vetting.claim_review(session, **claim)


def test_giving_it_back_puts_it_at_its_old_place_in_the_queue(session, in_hand, administrator, now):
    waiting_since = in_hand.submitted_at
    vetting.release_review(session, actor=administrator.actor, registration=in_hand, version=in_hand.version, now=now)
    assert (in_hand.state, in_hand.reviewer_id, in_hand.submitted_at) == ("submitted", None, waiting_since)


def test_approval_makes_the_applicant_an_expert_who_is_findable_and_told(session, in_hand, administrator, now):
    approve(session, administrator, in_hand, now)
    expert = in_hand.expert
    assert (in_hand.state, in_hand.decided_at, in_hand.decided_by_id) == ("approved", now, administrator.id)
    assert (expert.standing, expert.approved_at) == (Standing.ACTIVE, now)
    assert expert.vetted_until == now + timedelta(days=365)
    assert expert.user.roles == {Role.EXPERT}
    assert changes(session) == [expert.id]
    assert mails(session) == ["registration_approved"]
    assert last_entry(session).event == "registration:approved"


def test_approval_needs_every_check(session, in_hand, administrator, now):
    with pytest.raises(Invalid) as refused:
        approve(session, administrator, in_hand, now, checks=ALL_CHECKS[:-1])
    assert refused.value.field == "checks"
    assert (in_hand.state, in_hand.expert.standing, changes(session)) == ("in_review", None, [])


def test_approval_is_refused_where_another_expert_has_the_orcid_id(session, experts, in_hand, administrator, now):
    experts.approved(orcid=ORCID)
    in_hand.expert.orcid = ORCID
    session.flush()
    with pytest.raises(Invalid) as refused:
        approve(session, administrator, in_hand, now)
    assert refused.value.field == "orcid"
    assert in_hand.state == "in_review"


def test_approval_is_refused_where_consent_was_taken_back(session, in_hand, administrator, now):
    in_hand.expert.consent_at = in_hand.expert.consent_version = None
    with pytest.raises(WrongState):
        approve(session, administrator, in_hand, now)


def test_rejection_keeps_the_reason_and_mails_it(session, in_hand, administrator, now):
    reject(session, administrator, in_hand, now, reason="Add a publication.")
    assert (in_hand.state, in_hand.reason_code, in_hand.reason) == ("rejected", "evidence", "Add a publication.")
    assert in_hand.expert.user.roles == {Role.APPLICANT}
    assert in_hand.expert.standing is None
    assert mails(session) == ["registration_rejected"]
    assert last_entry(session).reason == "Add a publication."


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason_code": ""}, "reason_code"),
        ({"reason_code": "whim"}, "reason_code"),
        ({"reason_code": "other"}, "reason"),
    ],
)
def test_rejection_without_a_reason_is_refused_on_its_field(session, in_hand, administrator, now, values, field):
    with pytest.raises(Invalid) as refused:
        reject(session, administrator, in_hand, now, **values)
    assert refused.value.field == field
    assert in_hand.state == "in_review"


def test_asking_for_more_mails_the_question_and_opens_the_profile(session, in_hand, administrator, now):
    vetting.ask_for_more(
        session, actor=administrator.actor, registration=in_hand, version=in_hand.version, question="Which?", now=now
    )
    assert (in_hand.state, in_hand.question, in_hand.asked_at) == ("more_asked", "Which?", now)
    assert in_hand.is_editable
    assert mails(session) == ["more_asked"]


def test_an_empty_question_is_refused_on_its_field(session, in_hand, administrator, now):
    with pytest.raises(Invalid) as refused:
        vetting.ask_for_more(
            session, actor=administrator.actor, registration=in_hand, version=in_hand.version, question=" ", now=now
        )
    assert refused.value.field == "question"


def test_the_checklist_is_kept_for_later(session, in_hand, administrator, now):
    vetting.save_checklist(
        session, actor=administrator.actor, registration=in_hand, version=in_hand.version,
        checks=["duplicates", "identity", "unheard of"], now=now,
    )  # fmt: skip
    assert in_hand.checklist == ["identity", "duplicates"]


def test_undoing_an_approval_takes_role_and_standing_back_and_says_why(session, in_hand, administrator, people, now):
    approve(session, administrator, in_hand, now)
    other = people.make(Role.ADMINISTRATOR)
    vetting.undo_decision(
        session, actor=other.actor, registration=in_hand, version=in_hand.version, reason="Wrong person.", now=now
    )
    expert = in_hand.expert
    assert (in_hand.state, in_hand.reviewer_id, in_hand.decided_at) == ("in_review", other.id, None)
    assert (expert.standing, expert.approved_at, expert.user.roles) == (None, None, {Role.APPLICANT})
    assert changes(session) == [expert.id, expert.id]
    assert mails(session) == ["registration_approved", "decision_undone"]
    assert (last_entry(session).reason, last_entry(session).detail) == ("Wrong person.", {"undone": "approved"})


def test_undoing_a_rejection_puts_it_back_into_review(session, in_hand, administrator, now):
    reject(session, administrator, in_hand, now)
    vetting.undo_decision(
        session, actor=administrator.actor, registration=in_hand, version=in_hand.version, reason="Mistake", now=now
    )
    assert (in_hand.state, in_hand.reason_code, in_hand.reason) == ("in_review", None, "")


@pytest.mark.parametrize(("seconds", "works"), [(-1, True), (0, False)])
def test_a_decision_can_be_undone_for_fourteen_days(session, in_hand, administrator, now, seconds, works):
    reject(session, administrator, in_hand, now)
    later = now + timedelta(days=14, seconds=seconds)
    undo = {"actor": administrator.actor, "registration": in_hand, "version": in_hand.version, "reason": "Mistake"}
    if works:
        vetting.undo_decision(session, now=later, **undo)
        assert in_hand.state == "in_review"
    else:
        with pytest.raises(WrongState):
            vetting.undo_decision(session, now=later, **undo)


def test_undoing_needs_a_reason(session, in_hand, administrator, now):
    reject(session, administrator, in_hand, now)
    with pytest.raises(Invalid) as refused:
        vetting.undo_decision(
            session, actor=administrator.actor, registration=in_hand, version=in_hand.version, reason="", now=now
        )
    assert refused.value.field == "reason"


def test_a_rejection_cannot_be_undone_once_the_applicant_has_asked_again(session, in_hand, administrator, now):
    reject(session, administrator, in_hand, now)
    in_hand.expert.registrations.append(Registration(state=RegistrationState.STARTED, started_at=now))
    session.flush()
    with pytest.raises(WrongState, match="new request"):
        vetting.undo_decision(
            session, actor=administrator.actor, registration=in_hand, version=in_hand.version, reason="x", now=now
        )


@pytest.mark.parametrize("move", [approve, reject])
def test_a_decision_on_an_older_page_is_refused_and_changes_nothing(session, in_hand, administrator, now, move):
    old = in_hand.version
    vetting.save_checklist(
        session, actor=administrator.actor, registration=in_hand, version=old, checks=["identity"], now=now
    )
    with pytest.raises(ChangedMeanwhile):
        move(session, administrator, in_hand, now, version=old)
    assert (in_hand.state, mails(session)) == ("in_review", [])


@pytest.mark.parametrize("move", [approve, reject])
def test_a_second_administrator_must_take_it_over_before_deciding(session, in_hand, people, now, move):
    second = people.make(Role.ADMINISTRATOR)
    with pytest.raises(WrongState, match="colleague"):
        move(session, second, in_hand, now)
    vetting.claim_review(session, actor=second.actor, registration=in_hand, version=in_hand.version, now=now)
    move(session, second, in_hand, now)
    assert in_hand.decided_by_id == second.id


def test_the_version_is_compared_with_the_database_and_not_with_what_was_loaded(
    database, session, in_hand, administrator, now
):
    session.commit()
    seen = in_hand.version
    with database.transaction() as other:
        loaded = vetting_queries.get_registration(other, in_hand.id, actor=administrator.actor)
        vetting.save_checklist(
            other, actor=administrator.actor, registration=loaded, version=seen, checks=["identity"], now=now
        )
    with pytest.raises(ChangedMeanwhile):
        approve(session, administrator, in_hand, now, version=seen)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_vet(session, in_hand, people, now, role):
    user = people.make(role)
    for move in (approve, reject):
        with pytest.raises(Forbidden):
            move(session, user, in_hand, now)
    with pytest.raises(NotFound):
        vetting_queries.get_registration(session, in_hand.id, actor=user.actor)
    listed = vetting_queries.list_vetting_queue(session, actor=user.actor, states=list(RegistrationState), number=1)
    assert listed.total == 0
    assert vetting_queries.count_by_state(session, actor=user.actor) == {}


def test_nobody_decides_on_the_own_registration(session, experts, now):
    registration = experts.applicant(RegistrationState.SUBMITTED)
    user = registration.expert.user
    user.grants.append(type(user.grants[0])(role=Role.ADMINISTRATOR, granted_at=now))
    session.flush()
    with pytest.raises(Forbidden):
        vetting.claim_review(
            session, actor=user.actor, registration=registration, version=registration.version, now=now
        )
    with pytest.raises(NotFound):
        vetting_queries.get_registration(session, registration.id, actor=user.actor)


def test_a_registration_that_was_not_submitted_is_nobody_elses_business(session, experts, administrator):
    registration = experts.applicant()
    with pytest.raises(NotFound):
        vetting_queries.get_registration(session, registration.id, actor=administrator.actor)


def test_the_queue_begins_with_the_longest_waiting(session, experts, administrator, now):
    young = experts.applicant(RegistrationState.SUBMITTED)
    old = experts.applicant(RegistrationState.IN_REVIEW)
    old.submitted_at = now - timedelta(days=9)
    experts.applicant(RegistrationState.STARTED)
    session.flush()
    page = vetting_queries.list_vetting_queue(
        session, actor=administrator.actor, states=vetting_queries.WAITING_STATES, number=1
    )
    assert [row.id for row in page.items] == [old.id, young.id]
    assert vetting_queries.count_by_state(session, actor=administrator.actor) == {
        "submitted": 1, "in_review": 1, "started": 1, "re_vetting": 0,
    }  # fmt: skip
