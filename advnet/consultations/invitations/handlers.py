"""Jobs of invitations: the lapse and the reminders. Each looks first whether there is still something to do."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import system_actor
from advnet.consultations.invitations.model import Invitation, answer_until, takes_answers, takes_items
from advnet.consultations.invitations.moves import ASKING, expert_recipient
from advnet.consultations.invitations.queries import find_for_job
from advnet.consultations.invitations.reminders import (
    ANSWER_REMINDER_DAYS,
    RESPOND_REMINDER,
    schedule_answer_reminders,
    schedule_reply,
)
from advnet.consultations.invitations.service import is_expert_due, lapse_invitation
from advnet.consultations.marking import mail_values
from advnet.jobs.worker import Handler
from advnet.mail.messages import invitations as messages


def handlers() -> dict[str, Handler]:
    """Job kinds of invitations."""
    return {
        "invitation:lapse": lapse,
        "invitation:remind-reply": remind_reply,
        "invitation:remind-answer": remind_answer,
    }


def lapse(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The invitation lapses, unless the expert has replied, waits for the screening or has got more time."""
    invitation = find_for_job(session, payload["invitation_id"])
    if invitation is None or not is_expert_due(invitation) or invitation.respond_by is None:
        return
    if now < invitation.respond_by:
        schedule_reply(session, invitation=invitation, now=now)
    else:
        lapse_invitation(session, actor=system_actor("worker"), invitation=invitation, now=now)


def remind_reply(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The expert is reminded that a word is awaited, if it is and there is time left."""
    invitation = find_for_job(session, payload["invitation_id"])
    if invitation is None or not is_expert_due(invitation) or invitation.consultation.state not in ASKING:
        return
    respond_by = invitation.respond_by
    if respond_by is None or now >= respond_by:
        return
    if now < respond_by - RESPOND_REMINDER:
        schedule_reply(session, invitation=invitation, now=now)
        return
    to = expert_recipient(session, invitation)
    if to is not None:
        messages.invitation_reminder(
            session,
            to=to,
            invitation_id=invitation.id,
            respond_by=respond_by.isoformat(),
            now=now,
            **mail_values(invitation.consultation),
        )


def remind_answer(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The accepted expert who has not answered is reminded, if answers are taken; never of a deadline put off."""
    invitation = find_for_job(session, payload["invitation_id"])
    if invitation is None or invitation.has_answered_round:
        return
    days = payload["days"]
    if now < answer_until(invitation) - timedelta(days=days):
        schedule_answer_reminders(session, invitation=invitation, now=now)
    elif _is_asked(invitation, now) and not _later_one_is_due(invitation, days, now):
        to = expert_recipient(session, invitation)
        if to is not None:
            messages.answer_reminder(
                session,
                to=to,
                invitation_id=invitation.id,
                days=days,
                until=answer_until(invitation).isoformat(),
                now=now,
                **mail_values(invitation.consultation),
            )


def _is_asked(invitation: Invitation, now: datetime) -> bool:
    return takes_answers(invitation, now=now) or takes_items(invitation, now=now)


def _later_one_is_due(invitation: Invitation, days: int, now: datetime) -> bool:
    until = answer_until(invitation)
    return any(later < days and now >= until - timedelta(days=later) for later in ANSWER_REMINDER_DAYS)
