"""Asking the experts who stand proposed for their interests, and whether each may be asked at this moment.

Experts' time is the scarcest thing, so the load is judged when somebody is asked, not when a list was made: the row of
the expert is locked and the open invitations are counted behind that lock, so that two people cannot both take the
last place.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.consultations.invitations import queries
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.moves import ASKING, NoLongerAsking, arrive, begin, expert_recipient, need_asking
from advnet.consultations.invitations.reminders import schedule_reply
from advnet.consultations.marking import mail_values
from advnet.consultations.model import Consultation
from advnet.errors import DomainError, Invalid, msgid
from advnet.experts.model import Expert
from advnet.experts.queries import is_eligible, lock_expert
from advnet.mail.messages import invitations as messages
from advnet.permissions import Permission, require

RESPOND_DAYS = 7
"""How long an expert has to reply unless the desk says otherwise."""

LONGEST_RESPOND_DAYS = 30


class NotAsked(DomainError):
    """The expert cannot be asked at this moment; the invitation stays proposed."""


class NoAccount(NotAsked):
    message = msgid("This expert has no account yet, so nothing can be asked here: invite the expert to join first.")


class AtLimit(NotAsked):
    message = msgid("This expert has %(count)s open invitations, which is the most that the expert takes at a time.")


class NotAvailable(NotAsked):
    message = msgid("This expert is not available at present: paused, or no longer an active member of the Network.")


@dataclass(frozen=True)
class Asked:
    """What came of asking everybody: who was asked, and who was not, each with the refusal."""

    asked: list[Invitation]
    refused: list[tuple[Invitation, DomainError]]


def ask_interests(
    session: Session, *, actor: Actor, invitation: Invitation, respond_days: int = RESPOND_DAYS, now: datetime
) -> None:
    """The expert is asked by mail to declare interests and has ``respond_days`` for the reply, at most until the
    deadline; a reminder and the lapse are queued.

    :raises WrongState: it does not stand proposed
    :raises NoLongerAsking: the consultation is not asking experts (yet, or any more)
    :raises NotAsked: the expert has no account, is not available or is at the limit; nothing is changed
    :raises Invalid: ``respond_days`` is not from 1 to 30
    """
    begin(session, actor=actor, invitation=invitation, permission=Permission.INVITATION_ASK, sources=(State.PROPOSED,))
    need_asking(invitation, now=now)
    if not 1 <= respond_days <= LONGEST_RESPOND_DAYS:
        raise Invalid(msgid("Give from 1 to %(maximum)s days."), field="respond_days", maximum=LONGEST_RESPOND_DAYS)
    check_may_be_asked(session, expert=invitation.expert, now=now)
    consultation = invitation.consultation
    respond_by = now + timedelta(days=respond_days)
    if consultation.deadline_at is not None:
        respond_by = min(respond_by, consultation.deadline_at)
    invitation.interests_asked_at, invitation.respond_by = now, respond_by
    arrive(
        session,
        actor=actor,
        invitation=invitation,
        target=State.INTERESTS_ASKED,
        event="interests-asked",
        detail={"respond_by": respond_by.isoformat()},
        now=now,
    )
    schedule_reply(session, invitation=invitation, now=now)
    to = expert_recipient(session, invitation)
    if to is not None:
        messages.interests_asked(
            session,
            to=to,
            invitation_id=invitation.id,
            respond_by=respond_by.isoformat(),
            deadline_at=consultation.deadline_at.isoformat() if consultation.deadline_at else "",
            now=now,
            **mail_values(consultation),
        )


def ask_all(
    session: Session, *, actor: Actor, consultation: Consultation, respond_days: int = RESPOND_DAYS, now: datetime
) -> Asked:
    """Everybody who stands proposed and may be asked now is asked; the others stay proposed.

    :raises Forbidden: the actor may not ask
    :raises NoLongerAsking: the consultation is not asking experts (yet, or any more)
    :raises Invalid: nobody stands proposed, or ``respond_days`` is not from 1 to 30
    """
    session.flush()
    session.refresh(consultation, ["state", "deadline_at"], with_for_update=True)
    require(Permission.INVITATION_ASK, actor, consultation)
    if consultation.state not in ASKING:
        raise NoLongerAsking()
    proposed = queries.list_proposed(session, consultation_id=consultation.id)
    if not proposed:
        raise Invalid(msgid("Nobody stands proposed: everybody on the panel has been asked already."))
    outcome = Asked([], [])
    for invitation in proposed:
        try:
            ask_interests(session, actor=actor, invitation=invitation, respond_days=respond_days, now=now)
        except NotAsked as refusal:
            outcome.refused.append((invitation, refusal))
        else:
            outcome.asked.append(invitation)
    return outcome


def check_may_be_asked(session: Session, *, expert: Expert, now: datetime) -> None:
    """The expert may be asked about one more consultation at this moment; the row is locked until the transaction ends.

    :raises NoAccount:
    :raises NotAvailable: paused, suspended, expired, without consent, or with a closed account
    :raises AtLimit: as many invitations are open as the expert takes
    """
    lock_expert(session, expert)
    if expert.user_id is None:
        raise NoAccount()
    if session.scalar(sa.select(Expert.id).where(Expert.id == expert.id, is_eligible(now))) is None:
        raise NotAvailable()
    count = queries.count_open_invitations(session, expert_ids=[expert.id])[expert.id]
    if count >= expert.max_open_invitations:
        raise AtLimit(count=count)
