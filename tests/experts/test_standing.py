"""The standing of approved experts, who may be asked at a moment, and the jobs that end a vetting."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import AccountState, Actor, Role, system_actor
from advnet.audit.model import AuditEntry
from advnet.errors import Forbidden, Invalid, NotFound, WrongState
from advnet.experts import queries, standing
from advnet.experts.handlers import HANDLERS
from advnet.experts.model import Expert, Pause, Standing
from advnet.experts.standing import RE_VETTING_DAYS, VETTED_FOR
from advnet.experts.versions import ChangedMeanwhile
from advnet.jobs.model import IndexChange, Job
from tests.builders_experts import Experts

ASKED = {Standing.ACTIVE, Standing.RE_VETTING}


@pytest.fixture
def experts(session, now) -> Experts:
    return Experts(session, now)


@pytest.fixture
def administrator(people) -> Actor:
    return people.make(Role.ADMINISTRATOR).actor


def eligible(session, now) -> list[int]:
    return [expert.id for expert in session.scalars(sa.select(Expert).where(queries.is_eligible(now)))]


def last_event(session) -> tuple[str, dict]:
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    return entry.event, entry.detail


@pytest.mark.parametrize("held", list(Standing))
def test_pausing_is_for_those_who_are_asked(session, experts, now, held):
    expert = experts.approved(held)
    if held in ASKED:
        standing.pause_expert(session, actor=expert.user.actor, expert=expert, now=now)
        assert expert.standing == Standing.PAUSED
        assert last_event(session) == ("expert:paused", {"from": held, "to": "paused"})
        assert session.scalars(sa.select(IndexChange.expert_id)).all() == [expert.id]
    else:
        with pytest.raises(WrongState):
            standing.pause_expert(session, actor=expert.user.actor, expert=expert, now=now)


@pytest.mark.parametrize("held", list(Standing))
def test_only_a_pause_can_be_resumed_from(session, experts, now, held):
    expert = experts.approved(held)
    if held == Standing.PAUSED:
        standing.resume_expert(session, actor=expert.user.actor, expert=expert, now=now)
        assert expert.standing == Standing.ACTIVE
    else:
        with pytest.raises(WrongState):
            standing.resume_expert(session, actor=expert.user.actor, expert=expert, now=now)


def test_resuming_after_a_material_change_leads_to_re_vetting(session, experts, now):
    expert = experts.approved(Standing.PAUSED, re_vetting_since=now)
    standing.resume_expert(session, actor=expert.user.actor, expert=expert, now=now)
    assert expert.standing == Standing.RE_VETTING


@pytest.mark.parametrize("held", list(Standing))
def test_everybody_but_the_suspended_can_be_suspended_and_only_they_reinstated(
    session, experts, administrator, now, held
):
    expert = experts.approved(held)
    move, other = standing.suspend_expert, standing.reinstate_expert
    if held == Standing.SUSPENDED:
        move, other = other, move
    with pytest.raises(WrongState):
        other(session, actor=administrator, expert=expert, reason="Complaint", now=now)
    with pytest.raises(Invalid) as refused:
        move(session, actor=administrator, expert=expert, reason=" ", now=now)
    assert refused.value.field == "reason"
    assert expert.standing == held
    move(session, actor=administrator, expert=expert, reason="Complaint", now=now)
    assert expert.standing == (Standing.ACTIVE if held == Standing.SUSPENDED else Standing.SUSPENDED)


def test_whoever_is_reinstated_after_the_year_is_vetted_again(session, experts, administrator, now):
    expert = experts.approved(Standing.SUSPENDED, vetted_until=now)
    standing.reinstate_expert(session, actor=administrator, expert=expert, reason="Settled", now=now)
    assert (expert.standing, expert.re_vetting_since) == (Standing.RE_VETTING, now)


@pytest.mark.parametrize("held", list(Standing))
def test_confirming_counts_for_another_year(session, experts, administrator, now, held):
    expert = experts.approved(held)
    confirm = {"actor": administrator, "expert": expert, "version": expert.version, "now": now}
    if held in (Standing.RE_VETTING, Standing.EXPIRED):
        standing.confirm_standing(session, **confirm)
        assert (expert.standing, expert.re_vetting_since) == (Standing.ACTIVE, None)
        assert expert.vetted_until == now + VETTED_FOR
        assert last_event(session) == ("expert:confirmed", {"from": held, "to": "active"})
    else:
        with pytest.raises(WrongState):
            standing.confirm_standing(session, **confirm)


def test_a_profile_that_changed_since_it_was_looked_at_is_not_confirmed(session, experts, administrator, now):
    expert = experts.approved(Standing.RE_VETTING)
    with pytest.raises(ChangedMeanwhile):
        standing.confirm_standing(session, actor=administrator, expert=expert, version=expert.version - 1, now=now)
    assert expert.standing == Standing.RE_VETTING


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_suspend_and_confirm(session, experts, people, now, role):
    expert, actor = experts.approved(Standing.RE_VETTING), people.make(role).actor
    with pytest.raises(Forbidden):
        standing.suspend_expert(session, actor=actor, expert=expert, reason="x", now=now)
    with pytest.raises(Forbidden):
        standing.confirm_standing(session, actor=actor, expert=expert, version=expert.version, now=now)


def test_nobody_pauses_somebody_else(session, experts, administrator, now):
    with pytest.raises(Forbidden):
        standing.pause_expert(session, actor=administrator, expert=experts.approved(), now=now)


@pytest.mark.parametrize("held", list(Standing))
def test_who_is_active_or_in_re_vetting_may_be_asked(session, experts, now, held):
    expert = experts.approved(held)
    experts.applicant()
    assert eligible(session, now) == ([expert.id] if held in ASKED else [])


@pytest.mark.parametrize(
    ("first", "last", "asked"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), False),
        (date(2026, 11, 19), date(2026, 11, 21), False),
        (date(2026, 11, 1), date(2026, 11, 19), True),
        (date(2026, 11, 21), date(2026, 11, 30), True),
    ],
)
def test_nobody_is_asked_on_the_days_of_a_pause_in_japan(session, experts, now, first, last, asked):
    expert = experts.approved(pauses=[Pause(from_on=first, until_on=last)])
    assert eligible(session, now) == ([expert.id] if asked else [])
    midnight_in_japan = now.replace(hour=15)
    assert eligible(session, midnight_in_japan) == ([] if first <= date(2026, 11, 21) <= last else [expert.id])


def test_nobody_is_asked_without_consent_or_with_a_closed_account(session, experts, now):
    experts.approved(consent_at=None, consent_version=None)
    closed = experts.approved()
    closed.user.state = AccountState.CLOSED
    imported = experts.approved(with_account=False)
    session.flush()
    assert eligible(session, now) == [imported.id]


def test_a_vetting_ends_after_a_year_and_the_standing_sixty_days_later(session, experts, administrator, now):
    expert = experts.complete()
    standing.admit(session, expert=expert, now=now)
    jobs = session.scalars(sa.select(Job).where(Job.kind == "expert:end-vetting").order_by(Job.run_at)).all()
    year, expiry = now + VETTED_FOR, now + VETTED_FOR + timedelta(days=RE_VETTING_DAYS)
    assert [job.run_at for job in jobs] == [year, expiry]
    seconds = timedelta(seconds=1)
    for at, expected in (
        (year - seconds, Standing.ACTIVE), (year, Standing.RE_VETTING), (expiry - seconds, Standing.RE_VETTING),
        (expiry, Standing.EXPIRED), (expiry, Standing.EXPIRED),
    ):  # fmt: skip
        HANDLERS["expert:end-vetting"](session, jobs[0].payload, at)
        assert (at, expert.standing) == (at, expected)


@pytest.mark.parametrize("held", [Standing.PAUSED, Standing.SUSPENDED])
def test_the_end_of_the_year_leaves_a_pause_and_a_suspension_but_is_remembered(session, experts, now, held):
    expert = experts.approved(held, vetted_until=now)
    standing.end_vetting(session, actor=system_actor("worker"), expert=expert, now=now)
    assert (expert.standing, expert.re_vetting_since) == (held, now)


def test_a_job_for_an_expert_who_is_gone_does_nothing(session, now):
    HANDLERS["expert:end-vetting"](session, {"expert_id": 99}, now)
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0


def test_a_profile_that_is_not_there_is_not_found(session, administrator):
    with pytest.raises(NotFound):
        queries.get_expert(session, 1, actor=administrator)
    assert session.scalar(sa.select(Expert)) is None
