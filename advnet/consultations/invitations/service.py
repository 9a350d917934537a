"""The course of an invitation but for its screening: proposed, accepted, declined, lapsed, withdrawn, replaced.

An expert holds at most one invitation to a consultation. Who is asked, and what is declared, is in ``asking.py`` and
``screening.py``. Whether an accepted expert has answered is known here as a bare yes (:func:`note_answered`), so that
reminders stop; it never decides about anything the desk could see, unless answers are attributed anyway.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.consultations.invitations import queries
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.moves import ASKING, NoLongerAsking, arrive, begin, expert_recipient, need_asking
from advnet.consultations.invitations.reminders import schedule_answer_reminders
from advnet.consultations.marking import mail_values
from advnet.consultations.model import Consultation, ConsultationState, Mode
from advnet.consultations.moves import lock, stated
from advnet.errors import DomainError, Invalid, WrongState, msgid
from advnet.experts.model import Expert, Standing
from advnet.experts.queries import ASKED_STANDINGS
from advnet.mail.messages import invitations as messages
from advnet.permissions import Permission, require

PROPOSING = (ConsultationState.SCOPED, ConsultationState.PANEL_PROPOSED, *ASKING)
"""States of a consultation in which its panel may grow."""

UNANSWERED = (State.INTERESTS_ASKED, State.CLEARED, State.WAIVED, State.SENT)
"""The expert was asked and has not said yes or no."""

AGAIN = (State.WITHDRAWN, State.LAPSED)
"""The expert may be proposed once more: nobody said no."""

REPLACEABLE = (State.DECLINED, State.LAPSED, State.BARRED)
"""The seat is empty."""

LONGEST_SUGGESTION = 2000


class AlreadyOnPanel(WrongState):
    message = msgid("This expert already stands on the panel of this consultation.")


class NotProposable(DomainError):
    message = msgid("This expert cannot be proposed: the registration is not approved, or the expert is not active.")


class ReplyTooLate(WrongState):
    message = msgid("The time to reply has passed, so the invitation has lapsed. Please write to the secretariat.")


def propose_invitation(
    session: Session, *, actor: Actor, consultation: Consultation, expert: Expert, reason: str, now: datetime
) -> Invitation:
    """The expert stands on the panel as proposed; nobody is told. One who was withdrawn or lapsed is proposed anew.

    :param reason: why, in a line; kept with the invitation and shown to the desk
    :raises WrongState: the consultation is not looking for experts
    :raises AlreadyOnPanel: the expert is on the panel, or has declined or been barred
    :raises NotProposable: the expert is not an active member of the Network
    :raises Invalid: no reason, or the expert is who filed the request
    """
    lock(session, consultation)
    require(Permission.INVITATION_PROPOSE, actor, consultation)
    if consultation.state not in PROPOSING:
        raise WrongState(msgid("This consultation is not looking for experts at present."))
    reason = stated(reason)
    if expert.standing not in (*ASKED_STANDINGS, Standing.PAUSED):
        raise NotProposable()
    if expert.user_id is not None and expert.user_id == consultation.requester_id:
        raise Invalid(msgid("Who filed a request cannot be an expert on it."), field="expert")
    invitation = queries.find_invitation(session, consultation_id=consultation.id, expert_id=expert.id)
    if invitation is None:
        invitation = Invitation(consultation=consultation, expert=expert, proposed_at=now, state_changed_at=now)
        session.add(invitation)
    elif invitation.state in AGAIN:
        _begin_anew(invitation)
    else:
        raise AlreadyOnPanel()
    invitation.proposed_at, invitation.proposed_by_id, invitation.proposal_reason = now, actor.user_id, reason
    session.flush()
    arrive(
        session,
        actor=actor,
        invitation=invitation,
        target=State.PROPOSED,
        event="proposed",
        reason=reason,
        detail={"expert": expert.id},
        now=now,
    )
    return invitation


def withdraw_invitation(session: Session, *, actor: Actor, invitation: Invitation, reason: str, now: datetime) -> None:
    """The desk has taken the invitation back; an expert who was asked is told by mail.

    :raises WrongState: it is at an end; or accepted, unless answers are attributed and none has come (otherwise the
        refusal itself would tell who has answered)
    :raises Invalid: no reason is given
    """
    begin(
        session,
        actor=actor,
        invitation=invitation,
        permission=Permission.INVITATION_WITHDRAW,
        sources=(State.PROPOSED, *UNANSWERED, State.ACCEPTED),
    )
    if not is_withdrawable(invitation):
        raise WrongState(msgid("This invitation can no longer be withdrawn: the expert has accepted it."))
    reason = stated(reason)
    was_asked = invitation.state != State.PROPOSED
    arrive(
        session,
        actor=actor,
        invitation=invitation,
        target=State.WITHDRAWN,
        event="withdrawn",
        reason=reason,
        now=now,
    )
    to = expert_recipient(session, invitation)
    if was_asked and to is not None:
        messages.invitation_withdrawn(
            session, to=to, invitation_id=invitation.id, now=now, **mail_values(invitation.consultation)
        )


def is_withdrawable(invitation: Invitation) -> bool:
    """Whether the desk may take it back; says nothing of who has answered, unless answers are attributed."""
    if invitation.state == State.ACCEPTED:
        return invitation.consultation.mode == Mode.ATTRIBUTED and not invitation.has_answered
    return invitation.state in (State.PROPOSED, *UNANSWERED)


def accept_invitation(session: Session, *, actor: Actor, invitation: Invitation, now: datetime) -> None:
    """The expert has said yes, and is reminded of the deadline until an answer has come.

    :raises WrongState: it was not sent, or was answered already
    :raises ReplyTooLate: at or after the time to reply; nothing is changed
    :raises NoLongerAsking: the consultation asks nobody any more
    """
    begin(session, actor=actor, invitation=invitation, permission=Permission.INVITATION_REPLY, sources=(State.SENT,))
    need_asking(invitation, now=now)
    need_time_to_reply(invitation, now=now)
    invitation.responded_at = now
    arrive(session, actor=actor, invitation=invitation, target=State.ACCEPTED, event="accepted", now=now)
    schedule_answer_reminders(session, invitation=invitation, now=now)


def decline_invitation(
    session: Session, *, actor: Actor, invitation: Invitation, reason: str, suggestion: str = "", now: datetime
) -> None:
    """The expert has said no, before or after declaring interests, or steps back after accepting.

    :param suggestion: whom the expert would ask instead, in free words
    :raises WrongState: it is at an end, or the expert has answered
    :raises Invalid: no reason is given, or a text is too long
    """
    begin(
        session,
        actor=actor,
        invitation=invitation,
        permission=Permission.INVITATION_REPLY,
        sources=(*UNANSWERED, State.ACCEPTED),
    )
    if invitation.has_answered:
        raise WrongState(msgid("You have answered already, so you cannot decline any more."))
    reason = stated(reason)
    suggestion = suggestion.strip()
    if len(suggestion) > LONGEST_SUGGESTION:
        raise Invalid(msgid("Use at most %(maximum)s characters."), field="suggestion", maximum=LONGEST_SUGGESTION)
    invitation.responded_at, invitation.decline_reason, invitation.suggestion = now, reason, suggestion
    arrive(
        session,
        actor=actor,
        invitation=invitation,
        target=State.DECLINED,
        event="declined",
        detail={"suggests": bool(suggestion)},
        now=now,
    )


def lapse_invitation(session: Session, *, actor: Actor, invitation: Invitation, now: datetime) -> None:
    """The time to reply passed without a word; the expert is told, if the consultation still asks anybody.

    :raises WrongState: the expert has replied, waits for the screening, or has time left
    """
    begin(
        session,
        actor=actor,
        invitation=invitation,
        permission=Permission.INVITATION_LAPSE,
        sources=(State.INTERESTS_ASKED, State.SENT),
    )
    if not is_expert_due(invitation) or invitation.respond_by is None or now < invitation.respond_by:
        raise WrongState()
    arrive(session, actor=actor, invitation=invitation, target=State.LAPSED, event="lapsed", now=now)
    to = expert_recipient(session, invitation)
    if to is not None and invitation.consultation.state in ASKING:
        messages.invitation_lapsed(
            session, to=to, invitation_id=invitation.id, now=now, **mail_values(invitation.consultation)
        )


def replace_invitation(
    session: Session, *, actor: Actor, invitation: Invitation, replacement: Invitation, now: datetime
) -> None:
    """The empty seat belongs to ``replacement``, who still stands proposed.

    :raises WrongState: the seat is not empty
    :raises Invalid: ``replacement`` is not proposed for the same consultation, or replaces somebody else
    """
    begin(session, actor=actor, invitation=invitation, permission=Permission.INVITATION_REPLACE, sources=REPLACEABLE)
    if invitation.consultation.state not in PROPOSING:
        raise NoLongerAsking()
    fits = replacement.consultation_id == invitation.consultation_id and replacement.state == State.PROPOSED
    if not fits or queries.is_replacing(session, invitation_id=replacement.id):
        raise Invalid(msgid("Choose an expert who stands proposed and replaces nobody else."), field="replacement")
    invitation.replaced_by_id = replacement.id
    arrive(
        session,
        actor=actor,
        invitation=invitation,
        target=State.REPLACED,
        event="replaced",
        detail={"by": replacement.id},
        now=now,
    )


def note_answered(session: Session, *, invitation: Invitation) -> None:
    """An answer to the open round was submitted. No moment is kept and nothing is logged here: either would tie it to
    the person.

    :raises WrongState: it is not accepted
    """
    if invitation.state != State.ACCEPTED:
        raise WrongState()
    invitation.has_answered, invitation.answered_round = True, invitation.consultation.round_number
    session.flush()


def note_items_named(session: Session, *, invitation: Invitation) -> None:
    """Items were named in round 0, so that reminders stop; an answer it is not.

    :raises WrongState: it is not accepted
    """
    if invitation.state != State.ACCEPTED:
        raise WrongState()
    invitation.answered_round = 0
    session.flush()


def note_answer_withdrawn(session: Session, *, invitation: Invitation) -> None:
    """No answer stands any more; reminders go on."""
    invitation.has_answered, invitation.answered_round = False, None
    session.flush()


def is_expert_due(invitation: Invitation) -> bool:
    """The next word is the expert's: to declare interests, or to accept or decline."""
    if invitation.state == State.INTERESTS_ASKED:
        return invitation.declared_at is None
    return invitation.state == State.SENT


def need_time_to_reply(invitation: Invitation, *, now: datetime) -> None:
    """:raises ReplyTooLate: at or after the time to reply"""
    if invitation.respond_by is None or now >= invitation.respond_by:
        raise ReplyTooLate()


def _begin_anew(invitation: Invitation) -> None:
    """As if never asked; what was, the audit log keeps."""
    invitation.interests_asked_at = invitation.declared_at = invitation.screened_at = None
    invitation.sent_at = invitation.respond_by = invitation.responded_at = None
    invitation.interests = invitation.interests_before = ""
    invitation.has_no_interests = False
    invitation.screening_verdict, invitation.screening_reason, invitation.screened_by_id = None, "", None
    invitation.decline_reason = invitation.suggestion = ""
    invitation.extension_asked_at = invitation.extension_asked_until = invitation.extended_until = None
    invitation.extension_verdict = invitation.extension_decided_by_id = invitation.extension_decided_at = None
    invitation.extension_reason = invitation.extension_decision_reason = ""
