"""Whether an expert may be asked at this moment. The database is asked each time; nothing here is remembered.

Who has left the Network, or never agreed to be in it, is one who may not be asked and may not be named either.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import AccountState, User
from advnet.consultations.invitations.model import Invitation, InvitationState
from advnet.consultations.invitations.service import AGAIN
from advnet.consultations.model import Consultation
from advnet.experts.model import Expert, Standing
from advnet.matching.queries import among, is_findable, is_paused_on, load_and_last_asked


class Hindrance(StrEnum):
    """Why an expert may not be asked now."""

    PAUSED = "paused"
    FULL_LOAD = "full_load"
    ACCOUNT_CLOSED = "account_closed"
    FILED_IT = "filed_it"
    LEFT = "left"


@dataclass(frozen=True)
class Eligibility:
    """What the database says of an expert now.

    :ivar open_invitations: what the expert has in hand, of all consultations
    :ivar last_asked_at: about anything
    :ivar invitation_state: of the invitation to the consultation in question, None when there is none
    """

    hindrances: tuple[Hindrance, ...]
    invitation_state: InvitationState | None = None
    open_invitations: int = 0
    last_asked_at: datetime | None = None

    @property
    def is_on_panel(self) -> bool:
        """Invited, and not one who was withdrawn or lapsed and may be proposed anew. Who declined is as well."""
        return self.invitation_state is not None and self.invitation_state not in AGAIN

    @property
    def may_be_asked(self) -> bool:
        return not self.hindrances and not self.is_on_panel

    @property
    def may_be_named(self) -> bool:
        return Hindrance.LEFT not in self.hindrances


def judge_experts(
    session: Session, expert_ids: Collection[int], *, consultation: Consultation | None, now: datetime
) -> Mapping[int, Eligibility]:
    """Of every one of the ids, also of those that belong to nobody, in a fixed number of statements.

    :param consultation: for which they would be asked, None when for none in particular
    """
    facts = _facts(session, expert_ids, consultation=consultation, now=now)
    loads = load_and_last_asked(session, expert_ids)
    judged = {}
    for expert_id in expert_ids:
        fact = facts.get(expert_id)
        load, last_asked_at = loads.get(expert_id, (0, None))
        invited = InvitationState(fact.invitation_state) if fact and fact.invitation_state else None
        judged[expert_id] = Eligibility(_hindrances(fact, load), invited, load, last_asked_at)
    return judged


def _facts(
    session: Session, expert_ids: Collection[int], *, consultation: Consultation | None, now: datetime
) -> dict[int, Any]:
    consultation_id = consultation.id if consultation else None
    filed_by_id = consultation.requester_id if consultation else None
    invitation_state = (
        sa.select(Invitation.state)
        .where(Invitation.expert_id == Expert.id, Invitation.consultation_id == consultation_id)
        .scalar_subquery()
    )
    query = sa.select(
        Expert.id,
        Expert.max_open_invitations,
        is_findable().label("is_findable"),
        sa.or_(Expert.standing == Standing.PAUSED, is_paused_on(now)).label("is_paused"),
        sa.exists().where(User.id == Expert.user_id, User.state != AccountState.ACTIVE).label("is_account_closed"),
        (Expert.user_id == filed_by_id if filed_by_id else sa.false()).label("has_filed_it"),
        (invitation_state if consultation else sa.null()).label("invitation_state"),
    ).where(among(session, Expert.id, expert_ids))
    return {row.id: row for row in session.execute(query)}


def _hindrances(fact: Any, load: int) -> tuple[Hindrance, ...]:
    if fact is None or not fact.is_findable:
        return (Hindrance.LEFT,)
    found = {
        Hindrance.PAUSED: fact.is_paused,
        Hindrance.FULL_LOAD: load >= fact.max_open_invitations,
        Hindrance.ACCOUNT_CLOSED: fact.is_account_closed,
        Hindrance.FILED_IT: fact.has_filed_it,
    }
    return tuple(hindrance for hindrance, holds in found.items() if holds)
