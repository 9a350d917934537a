"""Writing a consultation and judging it: drafting, filing, editing, triage. What follows is in ``progress.py``."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts import queries as accounts
from advnet.accounts.model import Actor, Role
from advnet.audit.service import record
from advnet.consultations import queries
from advnet.consultations.details import Details, check_draft, check_whole, details_of
from advnet.consultations.marking import mail_values, may_be_mailed
from advnet.consultations.model import Consultation, ConsultationFacet, ConsultationState, Question
from advnet.consultations.moves import arrive, begin, lock, stated
from advnet.consultations.states import EDITABLE, Move, is_under_way
from advnet.days import day_in_japan
from advnet.db import serialise
from advnet.errors import EditedMeanwhile, Invalid, WrongState, msgid
from advnet.mail.messages import consultations as messages
from advnet.mail.outbox import to_user
from advnet.permissions import Permission, require
from advnet.text import normalise


def draft_consultation(session: Session, *, actor: Actor, details: Details, now: datetime) -> Consultation:
    """A draft of the desk stands, with a reference of its own.

    :raises Forbidden: the actor may not draft
    :raises Unsound: no title, or what is there breaks a rule
    """
    require(Permission.CONSULTATION_DRAFT, actor)
    check_draft(details)
    consultation = _new(session, actor=actor, details=details, now=now)
    record(session, actor=actor, event="consultation:drafted", subject=consultation, now=now)
    return consultation


def draft_request(session: Session, *, actor: Actor, details: Details, now: datetime) -> Consultation:
    """A draft of the requester stands, which nobody else may know of until it is filed.

    :raises Forbidden: the actor may not file
    :raises Unsound: no title, or what is there breaks a rule
    """
    require(Permission.CONSULTATION_FILE, actor)
    check_draft(details)
    consultation = _new(session, actor=actor, details=details, now=now)
    consultation.requester_id = actor.user_id
    record(session, actor=actor, event="consultation:drafted", subject=consultation, now=now)
    return consultation


def file_consultation(session: Session, *, actor: Actor, details: Details, now: datetime) -> Consultation:
    """The requester's request stands, and everybody at the desk is told of it by mail.

    :raises Forbidden: the actor may not file
    :raises Unsound: something is missing or breaks a rule
    """
    require(Permission.CONSULTATION_FILE, actor)
    check_whole(details, now=now)
    consultation = _new(session, actor=actor, details=details, now=now)
    consultation.state, consultation.filed_at, consultation.requester_id = ConsultationState.FILED, now, actor.user_id
    record(session, actor=actor, event="consultation:filed", subject=consultation, now=now)
    _tell_desk(session, consultation=consultation, now=now)
    return consultation


def edit_consultation(
    session: Session, *, actor: Actor, consultation: Consultation, details: Details, version: int, now: datetime
) -> None:
    """Its text is as given. A draft may stay half done; anything later must stay whole.

    :param consultation: loaded with facets and questions
    :param version: of the consultation as the editor saw it
    :raises WrongState: experts have been asked already, or it is at an end
    :raises EditedMeanwhile: it has another version by now; nothing is changed
    :raises Unsound: something is missing or breaks a rule
    """
    lock(session, consultation)
    require(Permission.CONSULTATION_EDIT, actor, consultation)
    if consultation.state not in EDITABLE:
        raise WrongState(msgid("The text can no longer be changed: experts have been asked about it."))
    if consultation.version != version:
        raise EditedMeanwhile()
    if consultation.state == ConsultationState.DRAFT:
        check_draft(details)
    else:
        check_whole(details, now=now)
    _write(session, consultation, details)
    consultation.version += 1
    consultation.updated_at = now
    record(
        session,
        actor=actor,
        event="consultation:edited",
        subject=consultation,
        detail={"version": consultation.version},
        now=now,
    )


def submit_to_triage(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """A draft, or a request that was filed, is in triage.

    :param consultation: loaded with facets and questions
    :raises Unsound: something is missing, or the deadline has passed
    """
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.SUBMIT)
    if consultation.state == ConsultationState.DRAFT:
        check_whole(details_of(consultation), now=now)
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, now=now)


def file_draft(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """The requester's draft is filed, and the desk is told of it by mail.

    :param consultation: loaded with facets and questions
    :raises Unsound: something is missing, or the deadline has passed
    """
    _file(session, actor=actor, consultation=consultation, move=Move.FILE_DRAFT, now=now)


def file_again(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """A returned request is filed once more, and the desk is told of it by mail.

    :param consultation: loaded with facets and questions
    :raises Unsound: something is missing, or the deadline has passed
    """
    _file(session, actor=actor, consultation=consultation, move=Move.FILE_AGAIN, now=now)


def return_consultation(
    session: Session, *, actor: Actor, consultation: Consultation, reason: str, now: datetime
) -> None:
    """It is returned to who wrote it, with the reason on its page and by mail.

    :raises Invalid: no reason is given
    """
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.RETURN)
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, reason=stated(reason), now=now)
    _tell_author(session, message=messages.consultation_returned, actor=actor, consultation=consultation, now=now)


def decline_consultation(
    session: Session, *, actor: Actor, consultation: Consultation, reason: str, now: datetime
) -> None:
    """It will not be asked; who wrote it reads the reason on its page and by mail.

    :raises Invalid: no reason is given
    """
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.DECLINE)
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, reason=stated(reason), now=now)
    _tell_author(session, message=messages.consultation_declined, actor=actor, consultation=consultation, now=now)


def merge_consultation(
    session: Session, *, actor: Actor, consultation: Consultation, into: Consultation, reason: str = "", now: datetime
) -> None:
    """It is part of ``into`` from now on; who wrote it is told by mail that, but not with what, it was merged.

    :param reason: what the requester should know; may be empty
    :raises Invalid: ``into`` is the same one, a draft, or at an end
    """
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.MERGE)
    if into.id == consultation.id:
        raise Invalid(msgid("A consultation cannot be merged with itself."), field="into")
    if not is_under_way(into.state):
        raise Invalid(msgid("That consultation is not under way: choose another one."), field="into")
    consultation.merged_into_id = into.id
    arrive(
        session,
        actor=actor,
        consultation=consultation,
        arrow=arrow,
        reason=reason.strip() or None,
        detail={"into": into.id},
        now=now,
    )
    record(session, actor=actor, event="consultation:joined", subject=into, detail={"from": consultation.id}, now=now)
    _tell_author(session, message=messages.consultation_merged, actor=actor, consultation=consultation, now=now)


def scope_consultation(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> None:
    """It is understood what is asked, of how many, until when: experts may be looked for.

    :param consultation: loaded with facets and questions
    :raises Unsound: something is missing, or the deadline has passed
    """
    arrow = begin(session, actor=actor, consultation=consultation, move=Move.SCOPE)
    check_whole(details_of(consultation), now=now)
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, now=now)


def _file(session: Session, *, actor: Actor, consultation: Consultation, move: Move, now: datetime) -> None:
    arrow = begin(session, actor=actor, consultation=consultation, move=move)
    check_whole(details_of(consultation), now=now)
    consultation.filed_at = now
    arrive(session, actor=actor, consultation=consultation, arrow=arrow, now=now)
    _tell_desk(session, consultation=consultation, now=now)


def _new(session: Session, *, actor: Actor, details: Details, now: datetime) -> Consultation:
    consultation = Consultation(
        reference=_next_reference(session, now),
        state=ConsultationState.DRAFT,
        state_changed_at=now,
        created_by_id=actor.user_id,
        created_at=now,
        updated_at=now,
        facets=[],
        questions=[],
    )
    _write(session, consultation, details)
    session.add(consultation)
    session.flush()
    return consultation


def _next_reference(session: Session, now: datetime) -> str:
    """The next free number of the year in Japan, such as ``2026-014``; numbers grow beyond 999."""
    serialise(session, "consultation reference")
    year = day_in_japan(now).year
    last = session.scalar(
        sa.select(Consultation.reference)
        .where(Consultation.reference.startswith(f"{year}-"))
        .order_by(sa.func.length(Consultation.reference).desc(), Consultation.reference.desc())
        .limit(1)
    )
    number = int(last.partition("-")[2]) + 1 if last else 1
    return f"{year}-{number:03d}"


def _write(session: Session, consultation: Consultation, details: Details) -> None:
    for name in Details.__dataclass_fields__:
        if name not in {"facets", "questions"}:
            value = getattr(details, name)
            setattr(consultation, name, value.strip() if isinstance(value, str) else value)
    wanted = set(queries.list_concept_ids(session, details.facets))
    kept = [facet for facet in consultation.facets if facet.concept_id in wanted]
    added = wanted - {facet.concept_id for facet in kept}
    consultation.facets = [*kept, *(ConsultationFacet(concept_id=concept_id) for concept_id in sorted(added))]
    _write_questions(consultation, details)
    prompts = [text for question in consultation.questions for text in (question.prompt_ja, question.prompt_en)]
    texts = (consultation.reference, consultation.title_ja, consultation.title_en)
    backgrounds = (consultation.background_ja, consultation.background_en)
    consultation.search_text = normalise("\n".join(filter(None, (*texts, *backgrounds, *prompts))))


def _write_questions(consultation: Consultation, details: Details) -> None:
    """Rows are kept by position, so that a question that was only reworded stays the same question."""
    rows = list(consultation.questions[: len(details.questions)])
    rows += [Question(position=len(rows) + 1 + extra) for extra in range(len(details.questions) - len(rows))]
    for row, given in zip(rows, details.questions, strict=True):
        row.kind = given.kind
        row.prompt_ja, row.prompt_en = given.prompt_ja.strip(), given.prompt_en.strip()
        row.help_ja, row.help_en = given.help_ja.strip(), given.help_en.strip()
        row.options = [
            {"value": option.value, "label_ja": option.label_ja.strip(), "label_en": option.label_en.strip()}
            for option in given.options
        ]
        row.multiple, row.required = given.multiple, given.required
        row.settings, row.resolves_on = given.settings, given.resolves_on
        row.resolution_rule_ja, row.resolution_rule_en = (
            given.resolution_rule_ja.strip(),
            given.resolution_rule_en.strip(),
        )
        row.is_seed, row.outcome = given.is_seed, given.outcome if given.is_seed else None
        row.outcome_source = given.outcome_source.strip() if given.is_seed else ""
    consultation.questions = rows


def _tell_desk(session: Session, *, consultation: Consultation, now: datetime) -> None:
    """Mail to everybody at the desk, once each."""
    desk = {
        user.id: user
        for role in (Role.ADVISOR, Role.SECRETARIAT)
        for user in accounts.list_users_with_role(session, role)
    }
    for user in desk.values():
        messages.request_received(
            session,
            to=to_user(user),
            consultation_id=consultation.id,
            user_id=user.id,
            filed_at=now.isoformat(),
            deadline_at=consultation.deadline_at.isoformat() if consultation.deadline_at else "",
            now=now,
            **mail_values(consultation),
        )


def _tell_author(
    session: Session, *, message: Callable[..., None], actor: Actor, consultation: Consultation, now: datetime
) -> None:
    """Mail to the requester, else to who drafted it, unless that is the actor."""
    author_id = consultation.requester_id or consultation.created_by_id
    if author_id is None or author_id == actor.user_id:
        return
    message(
        session,
        to=to_user(accounts.get_user(session, author_id)),
        consultation_id=consultation.id,
        reason=consultation.state_reason if may_be_mailed(consultation) else "",
        now=now,
        **mail_values(consultation),
    )
