"""Interests: declared by the expert, judged before any material is shown.

A declaration that there are none is cleared by rule and the invitation sent at once, so that the expert goes on in the
same sitting. Everything else waits for a person of the desk, who clears, bars or waives. An amended declaration goes
the same way again, also after the expert has accepted; until it is judged the material is closed. The rule clears
nobody who had described something before: to take it back is for a person to judge, who sees both.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor, system_actor
from advnet.consultations.invitations.model import Invitation, ScreeningVerdict
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.moves import (
    arrive,
    begin,
    desk_recipients,
    expert_recipient,
    need_asking,
)
from advnet.consultations.invitations.reminders import schedule_answer_reminders, schedule_reply
from advnet.consultations.invitations.service import need_time_to_reply
from advnet.consultations.marking import mail_values
from advnet.consultations.moves import stated
from advnet.errors import EditedMeanwhile, Invalid, WrongState, msgid
from advnet.mail.messages import invitations as messages
from advnet.permissions import Permission, require

RULE = system_actor("screening rule")
RULE_REASON = "Cleared by rule: the expert declared that there are no interests."
TIME_AFTER_SCREENING = timedelta(days=3)
"""What is left to reply at least when the screening took long; at most until the deadline."""

LONGEST_INTERESTS = 4000


def declare_interests(
    session: Session, *, actor: Actor, invitation: Invitation, has_interests: bool, interests: str = "", now: datetime
) -> None:
    """The declaration stands. None, and none before: cleared by rule and sent. Else the desk is told, and screens it.

    May be called again to amend it, also when the invitation was sent or accepted.

    :param interests: in the expert's words; empty when there are none
    :raises WrongState: it is at an end
    :raises ReplyTooLate: the first declaration comes at or after the time to reply
    :raises NoLongerAsking: the consultation asks nobody any more
    :raises Invalid: described but empty, too long, or text given together with "none"
    """
    begin(
        session,
        actor=actor,
        invitation=invitation,
        permission=Permission.INVITATION_REPLY,
        sources=(State.INTERESTS_ASKED, State.SENT, State.ACCEPTED),
    )
    need_asking(invitation, now=now)
    if invitation.declared_at is None or invitation.state == State.SENT:
        need_time_to_reply(invitation, now=now)
    interests = _described(interests) if has_interests else _nothing(interests)
    is_amended = invitation.declared_at is not None
    invitation.interests_before = invitation.interests or invitation.interests_before
    invitation.interests, invitation.has_no_interests, invitation.declared_at = interests, not has_interests, now
    invitation.screening_verdict = invitation.screened_at = invitation.screened_by_id = None
    invitation.screening_reason = ""
    arrive(
        session,
        actor=actor,
        invitation=invitation,
        target=State.INTERESTS_ASKED,
        event="interests-amended" if is_amended else "interests-declared",
        detail={"has_interests": has_interests},
        now=now,
    )
    if has_interests or invitation.interests_before:
        for to in desk_recipients(session):
            messages.interests_declared(
                session,
                to=to,
                invitation_id=invitation.id,
                declared_at=now.isoformat(),
                now=now,
                **mail_values(invitation.consultation),
            )
    else:
        _judge(session, actor=RULE, invitation=invitation, verdict=State.CLEARED, reason=RULE_REASON, now=now)
        _send(session, actor=RULE, invitation=invitation, now=now)


def clear_interests(
    session: Session,
    *,
    actor: Actor,
    invitation: Invitation,
    declared_at: datetime | None,
    reason: str = "",
    now: datetime,
) -> None:
    """The declared interests do not stand in the way; the invitation is sent, with a mail.

    :param declared_at: of the declaration as the actor read it; None when that is not known
    :raises Forbidden: the actor is not of the desk, or is the expert
    :raises WrongState: nothing waits for screening
    :raises EditedMeanwhile: the expert has declared anew since
    :raises NoLongerAsking: the consultation asks nobody any more
    """
    _begin_screening(session, actor=actor, invitation=invitation, declared_at=declared_at)
    need_asking(invitation, now=now)
    _judge(session, actor=actor, invitation=invitation, verdict=State.CLEARED, reason=reason.strip(), now=now)
    _send_with_mail(session, actor=actor, invitation=invitation, now=now)


def waive_interests(
    session: Session, *, actor: Actor, invitation: Invitation, declared_at: datetime | None, reason: str, now: datetime
) -> None:
    """The declared interests would stand in the way, but the actor answers for asking nevertheless; it is sent.

    :raises Invalid: no reason is given
    :raises DomainError: as :func:`clear_interests`
    """
    _begin_screening(session, actor=actor, invitation=invitation, declared_at=declared_at)
    need_asking(invitation, now=now)
    _judge(session, actor=actor, invitation=invitation, verdict=State.WAIVED, reason=stated(reason), now=now)
    _send_with_mail(session, actor=actor, invitation=invitation, now=now)


def bar_expert(
    session: Session, *, actor: Actor, invitation: Invitation, declared_at: datetime | None, reason: str, now: datetime
) -> None:
    """The declared interests stand in the way: the expert sees no material and is told, with thanks, by mail.

    :raises Invalid: no reason is given
    :raises DomainError: as :func:`clear_interests`
    """
    _begin_screening(session, actor=actor, invitation=invitation, declared_at=declared_at)
    _judge(session, actor=actor, invitation=invitation, verdict=State.BARRED, reason=stated(reason), now=now)
    to = expert_recipient(session, invitation)
    if to is not None:
        messages.invitation_barred(
            session, to=to, invitation_id=invitation.id, now=now, **mail_values(invitation.consultation)
        )


def _begin_screening(session: Session, *, actor: Actor, invitation: Invitation, declared_at: datetime | None) -> None:
    begin(
        session,
        actor=actor,
        invitation=invitation,
        permission=Permission.INVITATION_SCREEN,
        sources=(State.INTERESTS_ASKED,),
    )
    if not invitation.awaits_screening:
        raise WrongState()
    if invitation.declared_at != declared_at:
        raise EditedMeanwhile(
            msgid(
                "The expert has changed the declaration since you opened this page. Read the present one, then decide "
                "again."
            )
        )


def _judge(
    session: Session, *, actor: Actor, invitation: Invitation, verdict: State, reason: str, now: datetime
) -> None:
    require(Permission.INVITATION_SCREEN, actor, invitation)
    invitation.screening_verdict, invitation.screening_reason = ScreeningVerdict(verdict.value), reason
    invitation.screened_by_id, invitation.screened_at = actor.user_id, now
    arrive(
        session, actor=actor, invitation=invitation, target=verdict, event=verdict.value, reason=reason or None, now=now
    )


def _send(session: Session, *, actor: Actor, invitation: Invitation, now: datetime) -> None:
    """The material is open. Who had accepted before an amended declaration stands accepted again."""
    deadline_at = invitation.consultation.deadline_at
    if invitation.responded_at is not None:
        arrive(session, actor=actor, invitation=invitation, target=State.ACCEPTED, event="reinstated", now=now)
        schedule_answer_reminders(session, invitation=invitation, now=now)
        return
    if invitation.respond_by is not None and deadline_at is not None:
        invitation.respond_by = max(invitation.respond_by, min(now + TIME_AFTER_SCREENING, deadline_at))
    invitation.sent_at = now
    arrive(session, actor=actor, invitation=invitation, target=State.SENT, event="sent", now=now)
    schedule_reply(session, invitation=invitation, now=now)


def _send_with_mail(session: Session, *, actor: Actor, invitation: Invitation, now: datetime) -> None:
    _send(session, actor=actor, invitation=invitation, now=now)
    to = expert_recipient(session, invitation)
    if to is not None and invitation.respond_by is not None:
        messages.invitation_sent(
            session,
            to=to,
            invitation_id=invitation.id,
            respond_by=invitation.respond_by.isoformat(),
            is_accepted=invitation.state == State.ACCEPTED,
            now=now,
            **mail_values(invitation.consultation),
        )


def _described(interests: str) -> str:
    interests = interests.strip()
    if not interests:
        raise Invalid(msgid("Describe the interests in your own words."), field="interests")
    if len(interests) > LONGEST_INTERESTS:
        raise Invalid(msgid("Use at most %(maximum)s characters."), field="interests", maximum=LONGEST_INTERESTS)
    return interests


def _nothing(interests: str) -> str:
    if interests.strip():
        raise Invalid(
            msgid("You have described interests but chosen that there are none: choose one of the two."),
            field="interests",
        )
    return ""
