"""The administrator's moves: take a registration into hand, ask, approve, reject, take a decision back.

Several administrators work on one queue. Who has taken a registration is shown to the others, and every move carries
the ``version`` of the registration as it was on that administrator's page: a move on an older state is refused with a
message, and what was typed stays on the page. Anybody may take over what a colleague has in hand; it is one click, is
recorded, and makes the colleague's page the older one. Whatever move is made, the checks that were ticked on the page
are kept with it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor, Role
from advnet.accounts.service import change_roles
from advnet.audit.service import record
from advnet.errors import Invalid, WrongState, msgid
from advnet.experts import standing
from advnet.experts.model import Expert
from advnet.experts.profile import refuse_taken_orcid
from advnet.experts.registration.applying import lock_registration
from advnet.experts.registration.model import Registration, RegistrationState
from advnet.experts.versions import refuse_overtaken
from advnet.jobs.service import note_index_change
from advnet.mail.messages import registrations as messages
from advnet.mail.outbox import to_user
from advnet.permissions import Permission, require

UNDO_DAYS = 14


class Check(StrEnum):
    """What an administrator looks at before approving."""

    IDENTITY = "identity"
    AFFILIATION = "affiliation"
    COMPETENCE = "competence"
    DUPLICATES = "duplicates"
    INTEGRITY = "integrity"


class RejectionReason(StrEnum):
    """Each has its sentence in the mail and on the applicant's page."""

    OUT_OF_SCOPE = "out_of_scope"
    EVIDENCE = "evidence"
    IDENTITY = "identity"
    DUPLICATE = "duplicate"
    NO_REPLY = "no_reply"
    OTHER = "other"


def claim_review(session: Session, *, actor: Actor, registration: Registration, version: int, now: datetime) -> None:
    """The actor has the registration in hand, whoever had it before, and no reply is waited for.

    :raises ChangedMeanwhile:
    :raises WrongState: it does not wait for a decision
    """
    _open(session, actor=actor, registration=registration, version=version,
          states=(RegistrationState.SUBMITTED, RegistrationState.IN_REVIEW, RegistrationState.MORE_ASKED))  # fmt: skip
    taken_from = registration.reviewer_id
    registration.state = RegistrationState.IN_REVIEW
    registration.reviewer_id, registration.claimed_at = actor.user_id, now
    detail = {"taken_from": taken_from}
    record(session, actor=actor, event="registration:claimed", subject=registration, detail=detail, now=now)


def release_review(
    session: Session, *, actor: Actor, registration: Registration, version: int, now: datetime,
    checks: Sequence[str] | None = None,
) -> None:  # fmt: skip
    """Nobody has the registration in hand; it waits again at its old place in the queue.

    :param checks: those that are ticked; None where they stay as they are
    :raises ChangedMeanwhile:
    :raises WrongState: it is not in review
    """
    _in_hand(session, actor=actor, registration=registration, version=version)
    _keep_checks(registration, checks)
    registration.state = RegistrationState.SUBMITTED
    registration.reviewer_id = registration.claimed_at = None
    detail = {"checks": registration.checklist}
    record(session, actor=actor, event="registration:released", subject=registration, detail=detail, now=now)


def save_checklist(
    session: Session, *, actor: Actor, registration: Registration, version: int, checks: Sequence[str], now: datetime
) -> None:
    """The ticked checks are these.

    :raises ChangedMeanwhile:
    :raises WrongState: the actor has it not in hand
    """
    _in_hand(session, actor=actor, registration=registration, version=version)
    _keep_checks(registration, checks)
    detail = {"checks": registration.checklist}
    record(session, actor=actor, event="registration:checked", subject=registration, detail=detail, now=now)


def ask_for_more(
    session: Session, *, actor: Actor, registration: Registration, version: int, question: str, now: datetime,
    checks: Sequence[str] | None = None,
) -> None:  # fmt: skip
    """The applicant has the question by mail and may change the profile; the review waits for the reply.

    :param checks: those that are ticked; None where they stay as they are
    :raises Invalid: on ``question``, when it is empty
    :raises ChangedMeanwhile:
    :raises WrongState: the actor has it not in hand
    """
    _in_hand(session, actor=actor, registration=registration, version=version)
    if not question.strip():
        raise Invalid(msgid("Write what you need from the applicant."), field="question")
    _keep_checks(registration, checks)
    registration.state, registration.question, registration.asked_at = (
        RegistrationState.MORE_ASKED, question.strip(), now,
    )  # fmt: skip
    detail = {"checks": registration.checklist}
    record(session, actor=actor, event="registration:more-asked", subject=registration, detail=detail, now=now)
    user = registration.expert.user
    if user is not None:
        messages.more_asked(
            session, to=to_user(user), registration_id=registration.id, question=question.strip(), now=now
        )


def approve_registration(
    session: Session, *, actor: Actor, registration: Registration, version: int, checks: Sequence[str], now: datetime
) -> None:
    """The applicant is an expert of the Network: role, standing for a year, findable, told by mail.

    :param checks: all of :class:`Check`
    :raises Invalid: on ``checks``, when one is missing; on ``orcid``, when another approved expert has it
    :raises ChangedMeanwhile:
    :raises WrongState: the actor has it not in hand, or the applicant has taken the consent back
    """
    _in_hand(session, actor=actor, registration=registration, version=version)
    if not set(Check) <= set(checks):
        raise Invalid(msgid("Tick every check before you approve."), field="checks")
    expert = registration.expert
    if expert.consent_at is None:
        raise WrongState(msgid("The applicant no longer agrees to the terms. Ask before you decide."))
    if expert.orcid:
        refuse_taken_orcid(session, expert=expert, orcid=expert.orcid)
    registration.checklist = [check.value for check in Check]
    _decide(registration, RegistrationState.APPROVED, actor=actor, now=now)
    standing.admit(session, expert=expert, now=now)
    if expert.user is not None:
        roles = (expert.user.roles - {Role.APPLICANT}) | {Role.EXPERT}
        change_roles(session, actor=actor, user=expert.user, roles=roles, now=now)
        messages.registration_approved(session, to=to_user(expert.user), registration_id=registration.id, now=now)
    detail = {"expert_id": expert.id}
    record(session, actor=actor, event="registration:approved", subject=registration, detail=detail, now=now)


def reject_registration(
    session: Session, *, actor: Actor, registration: Registration, version: int, reason_code: str, reason: str,
    now: datetime, checks: Sequence[str] | None = None,
) -> None:  # fmt: skip
    """The request is refused; the applicant has the reason by mail and may ask again.

    :param reason: the administrator's own words, sent with the sentence of ``reason_code``; needed for ``other``
    :param checks: those that are ticked; None where they stay as they are
    :raises Invalid: on ``reason_code`` or ``reason``
    :raises ChangedMeanwhile:
    :raises WrongState: the actor has it not in hand
    """
    _in_hand(session, actor=actor, registration=registration, version=version)
    if reason_code not in set(RejectionReason):
        raise Invalid(msgid("Choose a reason."), field="reason_code")
    if reason_code == RejectionReason.OTHER and not reason.strip():
        raise Invalid(msgid("Write the reason: the applicant reads it."), field="reason")
    _keep_checks(registration, checks)
    registration.reason_code, registration.reason = reason_code, reason.strip()
    _decide(registration, RegistrationState.REJECTED, actor=actor, now=now)
    detail = {"reason_code": reason_code, "checks": registration.checklist}
    record(
        session, actor=actor, event="registration:rejected", subject=registration, reason=reason.strip() or None,
        detail=detail, now=now,
    )  # fmt: skip
    user = registration.expert.user
    if user is not None:
        messages.registration_rejected(
            session, to=to_user(user), registration_id=registration.id, reason_code=reason_code,
            reason=reason.strip(), now=now,
        )  # fmt: skip


def undo_decision(
    session: Session, *, actor: Actor, registration: Registration, version: int, reason: str, now: datetime
) -> None:
    """The registration is in review again, in the actor's hand; an approved expert is none any more; told by mail.

    :raises Invalid: on ``reason``, when it is empty
    :raises ChangedMeanwhile:
    :raises WrongState: it is not decided, or was more than :data:`UNDO_DAYS` days ago, or was followed by a new request
    """
    _open(session, actor=actor, registration=registration, version=version,
          states=(RegistrationState.APPROVED, RegistrationState.REJECTED))  # fmt: skip
    if not can_undo(registration, now=now):
        message = msgid("A decision can be taken back for %(days)s days. Suspend the expert, or ask for a new request.")
        raise WrongState(message, days=UNDO_DAYS)
    if registration.id != max(other.id for other in registration.expert.registrations):
        raise WrongState(msgid("The applicant has made a new request since then. Decide that one."))
    if not reason.strip():
        raise Invalid(msgid("Write why the decision is taken back: the applicant reads it."), field="reason")
    undone = registration.state
    registration.state = RegistrationState.IN_REVIEW
    registration.reviewer_id, registration.claimed_at = actor.user_id, now
    registration.decided_at = registration.decided_by_id = registration.reason_code = None
    registration.reason = ""
    expert = registration.expert
    if undone == RegistrationState.APPROVED:
        _take_back_approval(session, actor=actor, expert=expert, now=now)
    detail = {"undone": undone}
    record(
        session, actor=actor, event="registration:decision-undone", subject=registration, reason=reason.strip(),
        detail=detail, now=now,
    )  # fmt: skip
    if expert.user is not None:
        messages.decision_undone(
            session, to=to_user(expert.user), registration_id=registration.id, reason=reason.strip(), now=now
        )


def can_undo(registration: Registration, *, now: datetime) -> bool:
    """Whether the registration has a decision that is still young enough."""
    return registration.decided_at is not None and now < registration.decided_at + timedelta(days=UNDO_DAYS)


def _open(
    session: Session, *, actor: Actor, registration: Registration, version: int, states: Sequence[RegistrationState]
) -> None:
    require(Permission.REGISTRATION_VET, actor, registration)
    lock_registration(session, registration)
    refuse_overtaken(registration.version, version)
    if registration.state not in states:
        raise WrongState()


def _in_hand(session: Session, *, actor: Actor, registration: Registration, version: int) -> None:
    _open(session, actor=actor, registration=registration, version=version, states=(RegistrationState.IN_REVIEW,))
    if registration.reviewer_id != actor.user_id:
        raise WrongState(msgid("A colleague has this registration in hand. Take it over first."))


def _keep_checks(registration: Registration, checks: Sequence[str] | None) -> None:
    if checks is not None:
        registration.checklist = [check.value for check in Check if check in checks]


def _decide(registration: Registration, state: RegistrationState, *, actor: Actor, now: datetime) -> None:
    registration.state, registration.decided_at, registration.decided_by_id = state, now, actor.user_id


def _take_back_approval(session: Session, *, actor: Actor, expert: Expert, now: datetime) -> None:
    expert.standing = expert.approved_at = expert.vetted_until = expert.re_vetting_since = None
    if expert.user is not None:
        roles = (expert.user.roles - {Role.EXPERT}) | {Role.APPLICANT}
        change_roles(session, actor=actor, user=expert.user, roles=roles, now=now)
    note_index_change(session, expert_id=expert.id, now=now)
