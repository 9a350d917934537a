"""When an expert may write and when submit, and what to say when not.

Whoever has accepted may write at once, so that nobody waits with a thought until the desk opens the consultation; what
is written before stays a draft.
"""

from datetime import datetime

from advnet.consultations.invitations.model import Invitation, answer_until, takes_answers, takes_drafts, takes_items
from advnet.consultations.model import ConsultationState
from advnet.errors import WrongState, msgid


class NotOpenYet(WrongState):
    message = msgid(
        "Answers can be submitted once the consultation is open. Until then you can write and save a draft."
    )


class NamingItems(WrongState):
    message = msgid(
        "This round asks you to name items. The questions are asked in the next round, when it is known what to judge."
    )


class BetweenRounds(WrongState):
    message = msgid(
        "This round has closed. You can confirm or change your answer when the next one opens; you will hear by mail."
    )


class ConsultationClosed(WrongState):
    message = msgid("The deadline has passed: answers can no longer be submitted or changed.")


class ClosedEarly(ConsultationClosed):
    message = msgid("This consultation is closed: answers can no longer be submitted or changed.")


class ConsultationCancelled(ConsultationClosed):
    message = msgid("This consultation has been cancelled: answers can no longer be submitted or changed.")


def find_obstacle(invitation: Invitation, *, now: datetime) -> WrongState | None:
    """Why the expert cannot submit at this moment; None when nothing is in the way.

    :param invitation: accepted, loaded with its consultation
    """
    if takes_answers(invitation, now=now):
        return None
    if invitation.consultation.state == ConsultationState.CANCELLED:
        return ConsultationCancelled()
    if takes_drafts(invitation, now=now):
        return NotOpenYet()
    if invitation.consultation.state == ConsultationState.OPEN and invitation.consultation.is_between_rounds:
        return BetweenRounds()
    if takes_items(invitation, now=now):
        return NamingItems()
    return ConsultationClosed() if now >= answer_until(invitation) else ClosedEarly()


def need_answers_taken(invitation: Invitation, *, now: datetime) -> None:
    """:raises WrongState: answers are not taken (yet, or any more): the obstacle"""
    obstacle = find_obstacle(invitation, now=now)
    if obstacle is not None:
        raise obstacle


def need_drafts_taken(invitation: Invitation, *, now: datetime) -> None:
    """:raises ConsultationClosed: nothing is taken any more"""
    obstacle = find_obstacle(invitation, now=now)
    if obstacle is not None and not takes_drafts(invitation, now=now):
        raise obstacle
