"""Every mail that advnet sends: one function here, one folder under ``templates/mail/``.

A function queues the mail in the transaction of the change that causes it; the worker renders and sends it. Arguments
are plain JSON-ready values: ids for the links, titles, times as ISO 8601 strings; never text of answers or advice, and
of a consultation no more than its marking lets the reader of a mailbox see.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import User
from advnet.jobs.service import enqueue


@dataclass(frozen=True)
class Recipient:
    """Where a mail goes and in which language and time zone it speaks."""

    email: str
    name: str
    language: str
    timezone: str


def to_user(user: User) -> Recipient:
    return Recipient(user.email, user.name, user.language, user.timezone)


def queue(
    session: Session,
    *,
    message: str,
    to: Recipient,
    key: str,
    now: datetime,
    run_at: datetime | None = None,
    **values: Any,
) -> None:
    """Queue ``message`` (a folder of ``templates/mail``) once for this ``key``."""
    payload = {"message": message, "to": asdict(to), "values": values, "key": key}
    enqueue(session, kind="mail:send", key=f"mail:{key}", payload=payload, now=now, run_at=run_at)


def confirm_email(session: Session, *, to: Recipient, token_id: int, secret: str, hours: int, now: datetime) -> None:
    """The link that confirms an address after registration."""
    queue(session, message="confirm_email", to=to, key=f"token:{token_id}", secret=secret, hours=hours, now=now)


def account_exists(session: Session, *, to: Recipient, attempt: str, now: datetime) -> None:
    """Somebody registered with an address that has an account; the page does not tell, the mailbox is told."""
    queue(session, message="account_exists", to=to, key=f"account-exists:{attempt}", now=now)


def reset_password(session: Session, *, to: Recipient, token_id: int, secret: str, hours: int, now: datetime) -> None:
    """The link that sets a new password."""
    queue(session, message="reset_password", to=to, key=f"token:{token_id}", secret=secret, hours=hours, now=now)


def password_changed(session: Session, *, to: Recipient, user_id: int, now: datetime) -> None:
    """Tells that the password was changed, so that a stranger's change is noticed."""
    queue(session, message="password_changed", to=to, key=f"password:{user_id}:{now.isoformat()}", now=now)


def staff_invitation(
    session: Session, *, to: Recipient, token_id: int, secret: str, hours: int, roles: list[str], now: datetime
) -> None:
    """The link with which a member of staff sets a password and joins."""
    queue(
        session,
        message="staff_invitation",
        to=to,
        key=f"token:{token_id}",
        secret=secret,
        hours=hours,
        roles=roles,
        now=now,
    )


def registration_received(session: Session, *, to: Recipient, registration_id: int, due_on: str, now: datetime) -> None:
    """Acknowledges a submission or a reply, and says by when a decision is meant to be made (``due_on``, ISO date)."""
    key = f"registration:{registration_id}:received:{now.isoformat()}"
    queue(session, message="registration_received", to=to, key=key, due_on=due_on, now=now)


def more_asked(session: Session, *, to: Recipient, registration_id: int, question: str, now: datetime) -> None:
    """What the administrator needs from the applicant before a decision."""
    key = f"registration:{registration_id}:more-asked:{now.isoformat()}"
    queue(session, message="more_asked", to=to, key=key, question=question, now=now)


def registration_approved(session: Session, *, to: Recipient, registration_id: int, now: datetime) -> None:
    """Welcomes the new expert and says what happens next."""
    key = f"registration:{registration_id}:approved:{now.isoformat()}"
    queue(session, message="registration_approved", to=to, key=key, now=now)


def registration_rejected(
    session: Session, *, to: Recipient, registration_id: int, reason_code: str, reason: str, now: datetime
) -> None:
    """The refusal with its reason: the sentence of ``reason_code``, then the administrator's own words, if any."""
    key = f"registration:{registration_id}:rejected:{now.isoformat()}"
    queue(session, message="registration_rejected", to=to, key=key, reason_code=reason_code, reason=reason, now=now)


def decision_undone(session: Session, *, to: Recipient, registration_id: int, reason: str, now: datetime) -> None:
    """Tells that a decision on the registration was taken back and why."""
    key = f"registration:{registration_id}:undone:{now.isoformat()}"
    queue(session, message="decision_undone", to=to, key=key, reason=reason, now=now)


# Consultations. ``reference``, ``title_ja`` and ``title_en`` come from ``consultations.marking.mail_values``: titles
# are empty where the marking keeps them inside.


def request_received(
    session: Session, *, to: Recipient, consultation_id: int, user_id: int, filed_at: str, now: datetime, **values: Any
) -> None:
    """Tells the desk that a requester filed a request (or filed it again).

    :param values: reference, title_ja, title_en, deadline_at
    """
    queue(
        session,
        message="request_received",
        to=to,
        key=f"consultation:{consultation_id}:filed:{filed_at}:{user_id}",
        consultation_id=consultation_id,
        now=now,
        **values,
    )


def consultation_returned(
    session: Session, *, to: Recipient, consultation_id: int, reason: str, now: datetime, **values: Any
) -> None:
    """Tells who wrote it that something is missing; ``reason`` is empty where the marking keeps it inside."""
    _verdict(session, "consultation_returned", to, consultation_id, reason, now, values)


def consultation_declined(
    session: Session, *, to: Recipient, consultation_id: int, reason: str, now: datetime, **values: Any
) -> None:
    """Tells who wrote it that it will not be asked."""
    _verdict(session, "consultation_declined", to, consultation_id, reason, now, values)


def consultation_merged(
    session: Session, *, to: Recipient, consultation_id: int, reason: str, now: datetime, **values: Any
) -> None:
    """Tells who wrote it that it is treated together with another one, which is not named."""
    _verdict(session, "consultation_merged", to, consultation_id, reason, now, values)


def consultation_cancelled(
    session: Session, *, to: Recipient, consultation_id: int, reason: str, now: datetime, **values: Any
) -> None:
    """Tells the requester and everybody who was asked that there is nothing left to do."""
    _verdict(session, "consultation_cancelled", to, consultation_id, reason, now, values)


def deadline_extended(
    session: Session, *, to: Recipient, consultation_id: int, deadline_at: str, now: datetime, **values: Any
) -> None:
    """Tells an expert who was asked that there is more time."""
    queue(
        session,
        message="deadline_extended",
        to=to,
        key=f"consultation:{consultation_id}:deadline:{deadline_at}:{to.email}",
        consultation_id=consultation_id,
        deadline_at=deadline_at,
        now=now,
        **values,
    )


def _verdict(
    session: Session,
    message: str,
    to: Recipient,
    consultation_id: int,
    reason: str,
    now: datetime,
    values: dict[str, Any],
) -> None:
    queue(
        session,
        message=message,
        to=to,
        key=f"{message}:{consultation_id}:{now.isoformat()}:{to.email}",
        consultation_id=consultation_id,
        reason=reason,
        now=now,
        **values,
    )


# Invitations. ``values``: reference, title_ja and title_en as for consultations; times as ISO 8601.


def interests_asked(
    session: Session, *, to: Recipient, invitation_id: int, respond_by: str, now: datetime, **values: Any
) -> None:
    """Asks an expert for a declaration of interests, before any material is shown.

    :param values: also deadline_at
    """
    _invitation(session, "interests_asked", to, invitation_id, respond_by, now, respond_by=respond_by, **values)


def interests_declared(
    session: Session, *, to: Recipient, invitation_id: int, declared_at: str, now: datetime, **values: Any
) -> None:
    """Tells the desk that declared interests wait for the screening; what they are is read inside."""
    _invitation(session, "interests_declared", to, invitation_id, declared_at, now, **values)


def invitation_sent(
    session: Session,
    *,
    to: Recipient,
    invitation_id: int,
    respond_by: str,
    is_accepted: bool,
    now: datetime,
    **values: Any,
) -> None:
    """Tells an expert after the screening that the invitation can be accepted or declined.

    :param is_accepted: the expert had accepted before the declaration was amended and screened again
    """
    _invitation(
        session,
        "invitation_sent",
        to,
        invitation_id,
        now.isoformat(),
        now,
        respond_by=respond_by,
        is_accepted=is_accepted,
        **values,
    )


def invitation_barred(session: Session, *, to: Recipient, invitation_id: int, now: datetime, **values: Any) -> None:
    """Tells an expert, with thanks, that the declared interests stand in the way this time; why is not mailed."""
    _invitation(session, "invitation_barred", to, invitation_id, now.isoformat(), now, **values)


def invitation_reminder(
    session: Session, *, to: Recipient, invitation_id: int, respond_by: str, now: datetime, **values: Any
) -> None:
    """Reminds an expert that a word is awaited."""
    _invitation(session, "invitation_reminder", to, invitation_id, respond_by, now, respond_by=respond_by, **values)


def answer_reminder(
    session: Session, *, to: Recipient, invitation_id: int, days: int, until: str, now: datetime, **values: Any
) -> None:
    """Reminds an accepted expert that ``days`` are left for the answer."""
    occasion = f"{days}:{until}"
    _invitation(session, "answer_reminder", to, invitation_id, occasion, now, days=days, until=until, **values)


def invitation_lapsed(session: Session, *, to: Recipient, invitation_id: int, now: datetime, **values: Any) -> None:
    """Tells an expert that the time to reply has passed and nothing is left to do."""
    _invitation(session, "invitation_lapsed", to, invitation_id, now.isoformat(), now, **values)


def invitation_withdrawn(session: Session, *, to: Recipient, invitation_id: int, now: datetime, **values: Any) -> None:
    """Tells an expert that the desk took the invitation back."""
    _invitation(session, "invitation_withdrawn", to, invitation_id, now.isoformat(), now, **values)


def extension_requested(
    session: Session, *, to: Recipient, invitation_id: int, until: str, now: datetime, **values: Any
) -> None:
    """Tells the desk that an expert asks for more time."""
    _invitation(session, "extension_requested", to, invitation_id, now.isoformat(), now, until=until, **values)


def extension_decided(
    session: Session, *, to: Recipient, invitation_id: int, until: str, now: datetime, **values: Any
) -> None:
    """Tells an expert whether there is more time; ``until`` is the deadline that holds now.

    :param values: also is_granted
    """
    _invitation(session, "extension_decided", to, invitation_id, now.isoformat(), now, until=until, **values)


def answers_received(
    session: Session,
    *,
    to: Recipient,
    invitation_id: int,
    answer_reference: str,
    until: str,
    now: datetime,
    **values: Any,
) -> None:
    """Acknowledges an expert's answers, with the reference to quote and until when they may be revised."""
    _invitation(
        session,
        "answers_received",
        to,
        invitation_id,
        now.isoformat(),
        now,
        answer_reference=answer_reference,
        until=until,
        **values,
    )


def _invitation(
    session: Session, message: str, to: Recipient, invitation_id: int, occasion: str, now: datetime, **values: Any
) -> None:
    reader = sha256(to.email.encode()).hexdigest()[:16]  # an address may be longer than a key
    key = f"{message}:{invitation_id}:{occasion}:{reader}"
    queue(session, message=message, to=to, key=key, invitation_id=invitation_id, now=now, **values)


# Advice. ``values``: reference, title_ja and title_en as for consultations; nothing of the brief itself.


def brief_issued_contributor(
    session: Session, *, to: Recipient, user_id: int, brief_id: int, now: datetime, **values: Any
) -> None:
    """Tells an expert that the brief to which the answers contributed is issued, and thanks; once for each brief."""
    key = f"brief:{brief_id}:issued:contributor:{user_id}"
    queue(session, message="brief_issued_contributor", to=to, key=key, brief_id=brief_id, now=now, **values)


def brief_issued_requester(session: Session, *, to: Recipient, brief_id: int, now: datetime, **values: Any) -> None:
    """Tells the requester that the advice is there; once for each brief."""
    key = f"brief:{brief_id}:issued:requester"
    queue(session, message="brief_issued_requester", to=to, key=key, brief_id=brief_id, now=now, **values)
