"""The selects of vetting: the queue, one registration with its profile, likely duplicates."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from advnet.accounts.model import Actor
from advnet.errors import NotFound
from advnet.experts.model import Expert, ExpertKey, KeyKind, Standing
from advnet.experts.queries import whole_profile
from advnet.experts.registration.model import Registration, RegistrationState
from advnet.paging import SIZE, Page, paged
from advnet.permissions import Permission, allows

WAITING_STATES = (RegistrationState.SUBMITTED, RegistrationState.IN_REVIEW)
_WEIGHT = {KeyKind.ORCID: 4, KeyKind.EMAIL: 2, KeyKind.NAME: 1}


@dataclass(frozen=True)
class Duplicate:
    """Another record that may be of the same person, and what the two share."""

    expert: Expert
    reasons: tuple[KeyKind, ...]


def list_vetting_queue(
    session: Session, *, actor: Actor, states: Sequence[RegistrationState], number: int, size: int = SIZE
) -> Page[Registration]:
    """Registrations in these states with expert and reviewer, the longest waiting first; decided ones latest first."""
    is_decided = set(states) <= {RegistrationState.APPROVED, RegistrationState.REJECTED, RegistrationState.WITHDRAWN}
    latest = sa.func.coalesce(Registration.decided_at, Registration.withdrawn_at).desc()
    query = (
        sa.select(Registration)
        .where(Registration.state.in_(list(states)))
        .options(
            joinedload(Registration.expert), joinedload(Registration.reviewer), joinedload(Registration.decided_by)
        )
        .order_by(latest if is_decided else Registration.submitted_at, Registration.id)
    )
    if not allows(Permission.REGISTRATION_VET, actor):
        query = query.where(sa.false())
    return paged(session, query, number=number, size=size)


def count_by_state(session: Session, *, actor: Actor) -> dict[str, int]:
    """How many registrations there are in each state, and under ``re_vetting`` how many experts in that standing."""
    if not allows(Permission.REGISTRATION_VET, actor):
        return {}
    query = sa.select(Registration.state, sa.func.count()).group_by(Registration.state)
    counts = {str(state): count for state, count in session.execute(query)}
    again = sa.select(sa.func.count()).select_from(Expert).where(Expert.standing == Standing.RE_VETTING)
    return {**counts, Standing.RE_VETTING.value: session.scalar(again) or 0}


def list_re_vetting(session: Session, *, actor: Actor, number: int, size: int = SIZE) -> Page[Expert]:
    """Experts in re-vetting or expired, the longest waiting first."""
    query = (
        sa.select(Expert)
        .where(Expert.standing.in_((Standing.RE_VETTING, Standing.EXPIRED)))
        .order_by(Expert.re_vetting_since, Expert.id)
    )
    if not allows(Permission.REGISTRATION_VET, actor):
        query = query.where(sa.false())
    return paged(session, query, number=number, size=size)


def get_registration(session: Session, registration_id: int, *, actor: Actor) -> Registration:
    """A registration that was submitted, with the whole profile, the reviewer and who decided.

    :raises NotFound: none, not submitted yet, or not for this actor's eyes
    """
    query = (
        sa.select(Registration)
        .join(Registration.expert)
        .where(Registration.id == registration_id, Registration.submitted_at.is_not(None))
        .options(
            contains_eager(Registration.expert).options(*whole_profile()),
            joinedload(Registration.reviewer),
            joinedload(Registration.decided_by),
        )
    )
    registration = session.scalar(query)
    if registration is None or not allows(Permission.REGISTRATION_VET, actor, registration):
        raise NotFound()
    return registration


def list_likely_duplicates(session: Session, expert: Expert, *, limit: int = 20) -> list[Duplicate]:
    """Other records that share a key with this one, the most telling first; with their registrations loaded.

    One statement by the index over the keys, however many experts there are, and one for the records found.
    """
    reasons = _reasons_by_expert(session, [expert.id]).get(expert.id, {})
    found = {
        other.id: other
        for other in session.scalars(
            sa.select(Expert).where(Expert.id.in_(reasons)).options(selectinload(Expert.registrations))
        )
    }
    duplicates = [
        Duplicate(found[other_id], tuple(sorted(kinds, key=lambda kind: -_WEIGHT[kind])))
        for other_id, kinds in reasons.items()
    ]
    duplicates.sort(key=lambda duplicate: (-sum(_WEIGHT[kind] for kind in duplicate.reasons), duplicate.expert.id))
    return duplicates[:limit]


def count_likely_duplicates(session: Session, expert_ids: Sequence[int]) -> dict[int, int]:
    """For each of the experts that has any, how many other records share a key with it: one statement."""
    return {expert_id: len(others) for expert_id, others in _reasons_by_expert(session, expert_ids).items()}


def _reasons_by_expert(session: Session, expert_ids: Sequence[int]) -> dict[int, dict[int, set[KeyKind]]]:
    own, other = aliased(ExpertKey), aliased(ExpertKey)
    query = (
        sa.select(own.expert_id, other.expert_id, own.kind)
        .join(other, sa.and_(other.kind == own.kind, other.key == own.key, other.expert_id != own.expert_id))
        .where(own.expert_id.in_(list(expert_ids)))
        .distinct()
    )
    reasons: dict[int, dict[int, set[KeyKind]]] = defaultdict(lambda: defaultdict(set))
    for own_id, other_id, kind in session.execute(query):
        reasons[own_id][other_id].add(KeyKind(kind))
    return reasons
