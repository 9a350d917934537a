"""The words of invitations that pages show: states as the desk sees them, and as the expert does."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from advnet.consultations.invitations.model import KNOWN_TO_EXPERT, Invitation, ScreeningVerdict
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.model import ConsultationState

Words = tuple[LazyString, str]
"""Label and tone of a status."""

STATES: dict[State, Words] = {
    State.PROPOSED: (_l("Proposed"), "neutral"),
    State.INTERESTS_ASKED: (_l("Interests asked"), "info"),
    State.CLEARED: (_l("Cleared"), "progress"),
    State.BARRED: (_l("Barred"), "danger"),
    State.WAIVED: (_l("Waived"), "progress"),
    State.SENT: (_l("Reply awaited"), "info"),
    State.ACCEPTED: (_l("Accepted"), "success"),
    State.DECLINED: (_l("Declined"), "danger"),
    State.LAPSED: (_l("Lapsed"), "warning"),
    State.REPLACED: (_l("Replaced"), "neutral"),
    State.WITHDRAWN: (_l("Withdrawn"), "neutral"),
}

VERDICTS: dict[ScreeningVerdict, LazyString] = {
    ScreeningVerdict.CLEARED: _l("Cleared – nothing stands in the way"),
    ScreeningVerdict.WAIVED: _l("Waived – there is a conflict, but the expert is to be asked nevertheless"),
    ScreeningVerdict.BARRED: _l("Barred – the conflict stands in the way"),
}

TO_SCREEN: Words = (_l("Interests to screen"), "warning")
ANSWERED: Words = (_l("Answered"), "success")
DECLARATION_AWAITED: Words = (_l("Your declaration is awaited"), "warning")
BEING_SCREENED: Words = (_l("Your declaration is being looked at"), "info")
REPLY_AWAITED: Words = (_l("Your reply is awaited"), "warning")
YOU_ACCEPTED: Words = (_l("You have accepted"), "progress")
YOU_ANSWERED: Words = (_l("You have answered"), "success")
BETWEEN_ROUNDS: Words = (_l("Between rounds"), "info")
YOU_DECLINED: Words = (_l("You have declined"), "neutral")
TOO_LATE: Words = (_l("The time to reply has passed"), "neutral")
NOT_THIS_TIME: Words = (_l("Not invited after the screening"), "neutral")
CALLED_OFF: Words = (_l("The consultation was cancelled"), "neutral")
TAKEN_BACK: Words = (_l("Withdrawn by the secretariat"), "neutral")


ENDED_WITH_IT = (*KNOWN_TO_EXPERT, State.WITHDRAWN)
"""Where an invitation stood when its consultation was cancelled, or is since."""


def desk_words(invitation: Invitation, *, shows_answered: bool) -> Words:
    """:param shows_answered: whether the reader may know who has answered"""
    if invitation.awaits_screening:
        return TO_SCREEN
    if shows_answered and invitation.has_answered_round and invitation.state == State.ACCEPTED:
        return ANSWERED
    return STATES[State(invitation.state)]


def expert_words(invitation: Invitation) -> Words:
    """What the expert's own pages call the state.

    :param invitation: loaded with its consultation
    """
    if invitation.state in ENDED_WITH_IT and invitation.consultation.state == ConsultationState.CANCELLED:
        return CALLED_OFF
    if invitation.state == State.INTERESTS_ASKED:
        return BEING_SCREENED if invitation.awaits_screening else DECLARATION_AWAITED
    if invitation.state == State.SENT:
        return REPLY_AWAITED
    if invitation.state == State.ACCEPTED:
        if invitation.consultation.state == ConsultationState.OPEN and invitation.consultation.is_between_rounds:
            return BETWEEN_ROUNDS
        return YOU_ANSWERED if invitation.has_answered_round else YOU_ACCEPTED
    if invitation.state == State.WITHDRAWN:
        return TAKEN_BACK
    if invitation.screening_verdict == ScreeningVerdict.BARRED:
        return NOT_THIS_TIME
    return YOU_DECLINED if invitation.decline_reason else TOO_LATE  # that the seat was given away concerns the desk
