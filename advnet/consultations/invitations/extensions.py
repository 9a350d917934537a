"""More time for one expert: asked for by the expert, granted or refused by the desk, for this expert alone."""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.consultations.invitations.model import ExtensionVerdict, Invitation, answer_until
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.moves import (
    ASKING,
    NoLongerAsking,
    begin,
    desk_recipients,
    expert_recipient,
    note,
)
from advnet.consultations.invitations.reminders import schedule_answer_reminders
from advnet.consultations.marking import mail_values
from advnet.consultations.model import ConsultationState
from advnet.consultations.moves import stated
from advnet.errors import EditedMeanwhile, Invalid, WrongState, msgid
from advnet.mail.messages import invitations as messages
from advnet.permissions import Permission

DECIDING = (*ASKING, ConsultationState.CLOSED)
"""A request may be decided shortly after the closing: the answer of one expert may still be waited for."""


class BetweenRounds(WrongState):
    message = msgid("The round has closed. The next one will have a deadline of its own.")


def request_extension(
    session: Session, *, actor: Actor, invitation: Invitation, until: datetime, reason: str, now: datetime
) -> None:
    """The desk is told by mail that this expert asks for time until ``until``.

    :raises WrongState: not accepted, a request waits already, or the expert's own deadline has passed
    :raises Invalid: no reason, or ``until`` is not later than the present deadline
    """
    begin(
        session,
        actor=actor,
        invitation=invitation,
        permission=Permission.INVITATION_REPLY,
        sources=(State.ACCEPTED,),
    )
    if invitation.awaits_extension:
        raise WrongState(msgid("You have asked for more time already; the secretariat has not decided yet."))
    if invitation.consultation.state not in ASKING or now >= answer_until(invitation):
        raise NoLongerAsking()
    if invitation.consultation.is_between_rounds:
        raise BetweenRounds()
    reason = stated(reason)
    if until <= answer_until(invitation):
        raise Invalid(msgid("Choose a moment after your present deadline."), field="until")
    invitation.extension_asked_at, invitation.extension_asked_until = now, until
    invitation.extension_reason, invitation.extension_decision_reason = reason, ""
    invitation.extension_verdict = invitation.extension_decided_by_id = invitation.extension_decided_at = None
    note(
        session,
        actor=actor,
        invitation=invitation,
        event="extension-requested",
        reason=reason,
        detail={"until": until.isoformat()},
        now=now,
    )
    for to in desk_recipients(session):
        messages.extension_requested(
            session,
            to=to,
            invitation_id=invitation.id,
            consultation_id=invitation.consultation_id,
            until=until.isoformat(),
            now=now,
            **mail_values(invitation.consultation),
        )


def grant_extension(
    session: Session,
    *,
    actor: Actor,
    invitation: Invitation,
    asked_at: datetime | None,
    reason: str = "",
    now: datetime,
) -> None:
    """The expert's own deadline is the one asked for; the expert is told by mail and reminded before it.

    :param asked_at: of the request as the actor read it; None when that is not known
    :raises WrongState: nothing waits for a decision, or work on the brief has begun
    :raises EditedMeanwhile: the expert has asked anew since
    :raises Invalid: the moment asked for has passed meanwhile
    """
    _begin_decision(session, actor=actor, invitation=invitation, asked_at=asked_at)
    until = invitation.extension_asked_until
    if until is None or until <= now:
        raise Invalid(msgid("The moment that the expert asked for has passed."))
    invitation.extended_until = until
    _decide(
        session, actor=actor, invitation=invitation, verdict=ExtensionVerdict.GRANTED, reason=reason.strip(), now=now
    )
    schedule_answer_reminders(session, invitation=invitation, now=now)


def refuse_extension(
    session: Session, *, actor: Actor, invitation: Invitation, asked_at: datetime | None, reason: str, now: datetime
) -> None:
    """The deadline stays as it is; the expert is told by mail and reads the reason on the page.

    :raises Invalid: no reason is given
    :raises DomainError: as :func:`grant_extension`
    """
    _begin_decision(session, actor=actor, invitation=invitation, asked_at=asked_at)
    _decide(
        session, actor=actor, invitation=invitation, verdict=ExtensionVerdict.REFUSED, reason=stated(reason), now=now
    )


def _begin_decision(session: Session, *, actor: Actor, invitation: Invitation, asked_at: datetime | None) -> None:
    begin(
        session,
        actor=actor,
        invitation=invitation,
        permission=Permission.INVITATION_EXTEND,
        sources=(State.ACCEPTED,),
    )
    if not invitation.awaits_extension:
        raise WrongState()
    if invitation.extension_asked_at != asked_at:
        raise EditedMeanwhile(
            msgid("The expert has asked anew since you opened this page. Read the present request, then decide again.")
        )
    if invitation.consultation.state not in DECIDING:
        raise NoLongerAsking()
    if invitation.consultation.is_between_rounds:
        raise BetweenRounds()


def _decide(
    session: Session,
    *,
    actor: Actor,
    invitation: Invitation,
    verdict: ExtensionVerdict,
    reason: str,
    now: datetime,
) -> None:
    invitation.extension_verdict, invitation.extension_decision_reason = verdict, reason
    invitation.extension_decided_by_id, invitation.extension_decided_at = actor.user_id, now
    until = answer_until(invitation).isoformat()
    note(
        session,
        actor=actor,
        invitation=invitation,
        event=f"extension-{verdict.value}",
        reason=reason or None,
        detail={"until": until},
        now=now,
    )
    to = expert_recipient(session, invitation)
    if to is not None:
        messages.extension_decided(
            session,
            to=to,
            invitation_id=invitation.id,
            until=until,
            is_granted=verdict == ExtensionVerdict.GRANTED,
            now=now,
            **mail_values(invitation.consultation),
        )
