"""Making a move of an invitation: both ends of it, the same for every move, and who is told."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts import queries as accounts
from advnet.accounts.model import Actor, Role
from advnet.audit.service import record
from advnet.consultations.invitations.model import Invitation, InvitationState
from advnet.consultations.model import ConsultationState
from advnet.errors import WrongState, msgid
from advnet.mail.outbox import Recipient, to_user
from advnet.permissions import Permission, require

ASKING = (ConsultationState.INVITING, ConsultationState.OPEN)
"""States of a consultation in which experts are asked and say yes or no."""


class NoLongerAsking(WrongState):
    message = msgid("This consultation is not asking experts at present.")


def begin(
    session: Session, *, actor: Actor, invitation: Invitation, permission: Permission, sources: Collection[str]
) -> None:
    """The row is locked and read afresh, so that of two moves one wins; its consultation's state is the present one.

    :param invitation: loaded with consultation and expert
    :raises Forbidden: the actor may not make this move
    :raises WrongState: the invitation is in none of ``sources``
    """
    session.flush()
    session.refresh(invitation.consultation, ["state", "deadline_at", "round_number", "is_between_rounds"])
    session.refresh(invitation, [column.key for column in Invitation.__mapper__.column_attrs], with_for_update=True)
    require(permission, actor, invitation)
    if invitation.state not in sources:
        raise WrongState()


def need_asking(invitation: Invitation, *, now: datetime) -> None:
    """:raises NoLongerAsking: the consultation asks nobody any more, or its deadline has passed"""
    consultation = invitation.consultation
    if consultation.state not in ASKING or consultation.deadline_at is None or consultation.deadline_at <= now:
        raise NoLongerAsking()


def arrive(
    session: Session,
    *,
    actor: Actor,
    invitation: Invitation,
    target: InvitationState,
    event: str,
    now: datetime,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """The invitation is in ``target`` since ``now``, and the audit log says so (``invitation:`` and ``event``)."""
    source = str(invitation.state)
    invitation.state, invitation.state_changed_at = target, now
    note(
        session,
        actor=actor,
        invitation=invitation,
        event=event,
        reason=reason,
        detail={"from": source, "to": str(target), **(detail or {})},
        now=now,
    )


def note(
    session: Session,
    *,
    actor: Actor,
    invitation: Invitation,
    event: str,
    now: datetime,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """The audit log tells of something that happened to the invitation without a change of state."""
    facts = {"consultation": invitation.consultation_id, **(detail or {})}
    record(session, actor=actor, event=f"invitation:{event}", subject=invitation, reason=reason, detail=facts, now=now)


def expert_recipient(session: Session, invitation: Invitation) -> Recipient | None:
    """Where mail to the expert goes; None when there is no account."""
    user_id = invitation.expert.user_id
    return None if user_id is None else to_user(accounts.get_user(session, user_id))


def desk_recipients(session: Session) -> list[Recipient]:
    """Everybody at the desk, once each."""
    desk = {
        user.id: user
        for role in (Role.ADVISOR, Role.SECRETARIAT)
        for user in accounts.list_users_with_role(session, role)
    }
    return [to_user(user) for user in desk.values()]
