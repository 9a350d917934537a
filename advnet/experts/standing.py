"""The standing of approved experts: admitted, paused, looked at again, suspended, expired.

A vetting counts for a year. When it has run out, or after a material edit, the expert is in re-vetting and goes on
being asked; an administrator confirms the standing. When nobody does within :data:`RE_VETTING_DAYS` of its running
out, the standing expires and the expert is asked no more, until an administrator confirms it. The two dates are jobs
in the queue (:mod:`.handlers`), written with the vetting that they end.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.audit.service import record
from advnet.errors import Invalid, WrongState, msgid
from advnet.experts import queries
from advnet.experts.model import Expert, Standing
from advnet.experts.versions import refuse_overtaken
from advnet.jobs.service import enqueue, note_index_change
from advnet.permissions import Permission, require

VETTED_FOR = timedelta(days=365)
RE_VETTING_DAYS = 60


def admit(session: Session, *, expert: Expert, now: datetime) -> None:
    """The expert is active and findable, vetted for a year. Part of an approval, which is what is audited."""
    expert.standing, expert.approved_at, expert.re_vetting_since = Standing.ACTIVE, now, None
    _vet_until(session, expert=expert, until=now + VETTED_FOR, now=now)
    note_index_change(session, expert_id=expert.id, now=now)


def pause_expert(session: Session, *, actor: Actor, expert: Expert, now: datetime) -> None:
    """The expert is not asked until resuming. :raises WrongState: the standing is not one that is asked"""
    require(Permission.PROFILE_EDIT, actor, expert)
    _expect(session, expert, *queries.ASKED_STANDINGS)
    _move(session, actor=actor, expert=expert, to=Standing.PAUSED, event="expert:paused", now=now)


def resume_expert(session: Session, *, actor: Actor, expert: Expert, now: datetime) -> None:
    """The expert is asked again, and in re-vetting where that came up during the pause.

    :raises WrongState: there is no pause
    """
    require(Permission.PROFILE_EDIT, actor, expert)
    _expect(session, expert, Standing.PAUSED)
    to = Standing.RE_VETTING if expert.re_vetting_since else Standing.ACTIVE
    _move(session, actor=actor, expert=expert, to=to, event="expert:resumed", now=now)


def suspend_expert(session: Session, *, actor: Actor, expert: Expert, reason: str, now: datetime) -> None:
    """The expert is neither asked nor found. :raises Invalid: on ``reason``, when it is empty"""
    require(Permission.EXPERT_SUSPEND, actor, expert)
    _expect(session, expert, *(standing for standing in Standing if standing != Standing.SUSPENDED))
    _say_why(reason)
    _move(session, actor=actor, expert=expert, to=Standing.SUSPENDED, event="expert:suspended", reason=reason, now=now)


def reinstate_expert(session: Session, *, actor: Actor, expert: Expert, reason: str, now: datetime) -> None:
    """A suspended expert is active again, in re-vetting where the last vetting no longer counts.

    :raises Invalid: on ``reason``, when it is empty
    """
    require(Permission.EXPERT_SUSPEND, actor, expert)
    _expect(session, expert, Standing.SUSPENDED)
    _say_why(reason)
    if expert.vetted_until is not None and expert.vetted_until <= now:
        expert.re_vetting_since = expert.re_vetting_since or now
    to = Standing.RE_VETTING if expert.re_vetting_since else Standing.ACTIVE
    _move(session, actor=actor, expert=expert, to=to, event="expert:reinstated", reason=reason, now=now)


def confirm_standing(session: Session, *, actor: Actor, expert: Expert, version: int, now: datetime) -> None:
    """The changed profile, or the one whose year is over, is vetted for another year.

    :param version: of the expert as the administrator saw it
    :raises ChangedMeanwhile:
    :raises WrongState: there is nothing to confirm
    """
    require(Permission.EXPERT_SUSPEND, actor, expert)
    _expect(session, expert, Standing.RE_VETTING, Standing.EXPIRED)
    refuse_overtaken(expert.version, version)
    detail = _change(expert, to=Standing.ACTIVE, now=now)
    expert.re_vetting_since = None
    _vet_until(session, expert=expert, until=now + VETTED_FOR, now=now)
    note_index_change(session, expert_id=expert.id, now=now)
    record(session, actor=actor, event="expert:confirmed", subject=expert, detail=detail, now=now)


def end_vetting(session: Session, *, actor: Actor, expert: Expert, now: datetime) -> None:
    """Re-vetting begins when the year is over; :data:`RE_VETTING_DAYS` later the standing expires; before, nothing."""
    require(Permission.EXPERT_SUSPEND, actor, expert)
    queries.lock_expert(session, expert)
    if expert.vetted_until is None or now < expert.vetted_until:
        return
    is_over = now >= expert.vetted_until + timedelta(days=RE_VETTING_DAYS)
    expert.re_vetting_since = expert.re_vetting_since or now
    if expert.standing in queries.ASKED_STANDINGS and is_over:
        _move(session, actor=actor, expert=expert, to=Standing.EXPIRED, event="expert:expired", now=now)
    elif expert.standing == Standing.ACTIVE:
        _move(session, actor=actor, expert=expert, to=Standing.RE_VETTING, event="expert:re-vetting", now=now)


def vetting_ends(expert_id: int, *, until: datetime) -> list[dict[str, Any]]:
    """The two jobs that a vetting brings: its own end, and that of the standing."""
    return [
        {
            "kind": "expert:end-vetting",
            "key": f"expert:{expert_id}:vetting-ends:{at.isoformat()}",
            "payload": {"expert_id": expert_id},
            "run_at": at,
        }
        for at in (until, until + timedelta(days=RE_VETTING_DAYS))
    ]


def _vet_until(session: Session, *, expert: Expert, until: datetime, now: datetime) -> None:
    expert.vetted_until = until
    session.flush()
    for job in vetting_ends(expert.id, until=until):
        enqueue(session, **job, now=now)


def _expect(session: Session, expert: Expert, *standings: Standing) -> None:
    queries.lock_expert(session, expert)
    if expert.standing not in standings:
        raise WrongState()


def _say_why(reason: str) -> None:
    if not reason.strip():
        raise Invalid(msgid("Write the reason; it is kept in the audit log."), field="reason")


def _move(
    session: Session, *, actor: Actor, expert: Expert, to: Standing, event: str, now: datetime, reason: str = ""
) -> None:
    detail = _change(expert, to=to, now=now)
    note_index_change(session, expert_id=expert.id, now=now)
    record(session, actor=actor, event=event, subject=expert, reason=reason.strip() or None, detail=detail, now=now)


def _change(expert: Expert, *, to: Standing, now: datetime) -> dict[str, str | None]:
    """Set the standing; what the audit log says of it."""
    detail = {"from": expert.standing, "to": to.value}
    expert.standing, expert.changed_at = to, now
    return detail
