"""The applicant's moves: start, submit, reply, withdraw. The administrator's are in :mod:`.vetting`."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor, User
from advnet.audit.service import record
from advnet.days import day_in_japan
from advnet.errors import DomainError, Invalid, WrongState, msgid
from advnet.experts import queries
from advnet.experts.identity import refresh_keys
from advnet.experts.model import Expert
from advnet.experts.registration.completeness import Gap, list_gaps
from advnet.experts.registration.model import OPEN_STATES, Registration, RegistrationState
from advnet.mail.messages import registrations as messages
from advnet.mail.outbox import to_user
from advnet.permissions import Permission, require

TARGET_WORKING_DAYS = 10


class Incomplete(DomainError):
    """:ivar gaps: what is missing, in the order of the sections"""

    message = msgid("Your registration is not complete yet. Fill in what is missing, then submit it.")

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__()
        self.gaps = gaps


def start_registration(session: Session, *, actor: Actor, user: User, now: datetime) -> Registration:
    """The account has a profile and an open registration, to be filled in and submitted.

    A profile that an import made under the same address is left alone; the administrator is shown that they are
    likely the same. After a rejection or a withdrawal the profile is taken up again as it was.

    :raises WrongState: there is a registration under way, or the person is an approved expert
    """
    require(Permission.REGISTRATION_OWN, actor)
    expert = queries.find_own_expert(session, actor=actor)
    if expert is None:
        expert = Expert(
            user_id=user.id,
            email=user.email,
            created_at=now,
            changed_at=now,
            affiliations=[], skills=[], works=[], pauses=[], keys=[], registrations=[],
        )  # fmt: skip
        session.add(expert)
        session.flush()
        refresh_keys(expert)
    elif expert.is_approved or any(registration.is_open for registration in expert.registrations):
        raise WrongState()
    registration = Registration(state=RegistrationState.STARTED, started_at=now)
    expert.registrations.append(registration)
    record(session, actor=actor, event="registration:started", subject=registration, now=now)
    return registration


def submit_registration(session: Session, *, actor: Actor, expert: Expert, now: datetime) -> Registration:
    """The registration waits for an administrator; the applicant has a mail that says what happens next.

    :param expert: the whole profile
    :raises Incomplete: with what is missing; nothing is changed
    :raises WrongState: it is not being filled in
    """
    registration = _own(session, actor=actor, expert=expert, states=(RegistrationState.STARTED,))
    _refuse_incomplete(expert)
    registration.state, registration.submitted_at = RegistrationState.SUBMITTED, now
    record(session, actor=actor, event="registration:submitted", subject=registration, now=now)
    _acknowledge(session, expert=expert, registration=registration, now=now)
    return registration


def reply_to_question(session: Session, *, actor: Actor, expert: Expert, reply: str, now: datetime) -> Registration:
    """The reply is with the administrator who asked, and the registration in review again.

    :raises Incomplete: the profile was left with gaps
    :raises Invalid: on ``reply``, when it is empty
    :raises WrongState: nothing was asked
    """
    registration = _own(session, actor=actor, expert=expert, states=(RegistrationState.MORE_ASKED,))
    if not reply.strip():
        raise Invalid(msgid("Write what you have changed, or your reply to the question."), field="reply")
    _refuse_incomplete(expert)
    registration.state = RegistrationState.IN_REVIEW
    registration.reply, registration.replied_at = reply.strip(), now
    record(session, actor=actor, event="registration:replied", subject=registration, now=now)
    _acknowledge(session, expert=expert, registration=registration, now=now)
    return registration


def withdraw_registration(session: Session, *, actor: Actor, expert: Expert, now: datetime) -> Registration:
    """The request is withdrawn; the profile stays with the account and a new request may be started.

    :raises WrongState: it is decided already
    """
    registration = _own(session, actor=actor, expert=expert, states=OPEN_STATES)
    registration.state, registration.withdrawn_at = RegistrationState.WITHDRAWN, now
    record(session, actor=actor, event="registration:withdrawn", subject=registration, now=now)
    return registration


def decision_due_on(submitted_at: datetime) -> date:
    """The day (Japan time) by which a decision is meant to be made: :data:`TARGET_WORKING_DAYS` after submission.

    Saturdays and Sundays are left out; public holidays are not known, so this is a target and not a promise.
    """
    day = day_in_japan(submitted_at)
    left = TARGET_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def _own(session: Session, *, actor: Actor, expert: Expert, states: tuple[RegistrationState, ...]) -> Registration:
    require(Permission.PROFILE_EDIT, actor, expert)
    queries.lock_expert(session, expert)
    registration = queries.find_registration(expert)
    if registration is None:
        raise WrongState()
    lock_registration(session, registration)
    if registration.state not in states:
        raise WrongState()
    return registration


def lock_registration(session: Session, registration: Registration) -> None:
    """Let no other transaction change the registration until this one ends, and see it as it stands now."""
    session.flush()
    columns = [attribute.key for attribute in sa.inspect(Registration).column_attrs]
    session.refresh(registration, columns, with_for_update=True)


def _refuse_incomplete(expert: Expert) -> None:
    gaps = list_gaps(expert)
    if gaps:
        raise Incomplete(gaps)


def _acknowledge(session: Session, *, expert: Expert, registration: Registration, now: datetime) -> None:
    if expert.user is not None:
        messages.registration_received(
            session,
            to=to_user(expert.user),
            registration_id=registration.id,
            due_on=decision_due_on(now).isoformat(),
            now=now,
        )
