"""What experts do with their answers: save drafts, submit, revise, withdraw.

None of it ties an answer to its author outside the token table: the audit log and the mail name the invitation, the
answers carry no moment, and their identifiers are random.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.answers import queries
from advnet.answers.changes import checked_reasons, list_changed
from advnet.answers.drafts import AnswerInput, Draft, EvidenceInput, checked, clipped
from advnet.answers.grounds import GROUNDS
from advnet.answers.model import Answer, AnswerState, Contributor, ContributorIdentity, Evidence
from advnet.answers.timing import NotOpenYet, need_answers_taken, need_drafts_taken
from advnet.audit.service import record
from advnet.consultations.invitations.model import Invitation, answer_until
from advnet.consultations.invitations.moves import expert_recipient
from advnet.consultations.invitations.service import note_answer_withdrawn, note_answered
from advnet.consultations.marking import mail_values
from advnet.consultations.model import Consultation, Question
from advnet.db import serialise
from advnet.errors import EditedMeanwhile, WrongState, msgid
from advnet.mail.messages import invitations as messages
from advnet.permissions import Permission, require

_REFERENCE_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"


class DraftOverwritten(EditedMeanwhile):
    """Another window saved the draft meanwhile.

    :ivar saved: the draft as it stands
    """

    message = msgid("Another window or device has saved this draft meanwhile. Compare the two, then save again.")

    def __init__(self, saved: Draft, version: int) -> None:
        super().__init__()
        self.saved = saved
        self.version = version


class RoundClosed(WrongState):
    """The answers belong to a round that has closed: others have read what they came to."""

    message = msgid(
        "What you answered in a round that has closed has become part of what the others read, and stays. "
        "You can still change your answer in this round, or say that it is to be kept at the desk."
    )


class DraftChanged(EditedMeanwhile):
    """What would be submitted is not what the expert has reviewed."""

    message = msgid("The draft has changed since you reviewed it. Review it as it stands now, then submit it.")


def open_contributor(session: Session, *, invitation: Invitation) -> Contributor:
    """The invitation's pseudonym in its consultation, made at the first need."""
    contributor = queries.find_contributor(session, invitation=invitation)
    if contributor is None:
        serialise(session, f"contributors of {invitation.consultation_id}")  # two windows may begin at once
        contributor = queries.find_contributor(session, invitation=invitation)
    if contributor is not None:
        session.refresh(contributor, ["state", "revision", "draft", "draft_version"], with_for_update=True)
        return contributor
    contributor = Contributor(
        consultation_id=invitation.consultation_id,
        number=_draw_number(session, consultation_id=invitation.consultation_id),
        state=AnswerState.DRAFTING,
        answers=[],
    )
    session.add(contributor)
    session.flush()
    reference = "-".join("".join(secrets.choice(_REFERENCE_LETTERS) for _ in range(4)) for _ in range(2))
    session.add(ContributorIdentity(contributor_id=contributor.id, invitation_id=invitation.id, reference=reference))
    session.flush()
    return contributor


def save_draft(
    session: Session, *, actor: Actor, invitation: Invitation, draft: Draft, seen_version: int, now: datetime
) -> Contributor:
    """The draft stands as typed, for its author alone. It is no move: nothing is logged.

    :param invitation: as ``get_invitation_to_answer`` loads it
    :param seen_version: ``draft_version`` that the window began from
    :raises DraftOverwritten: the draft was saved elsewhere since; nothing is changed
    :raises ConsultationClosed: at or after the expert's deadline; nothing is changed
    """
    require(Permission.ANSWER_WRITE, actor, invitation)
    kept = clipped(draft, invitation.consultation.questions)
    need_drafts_taken(invitation, now=now)
    contributor = open_contributor(session, invitation=invitation)
    if contributor.draft_version != seen_version:
        if contributor.draft == kept:
            return contributor
        raise DraftOverwritten(contributor.draft, contributor.draft_version)
    contributor.draft, contributor.draft_version = kept, contributor.draft_version + 1
    session.flush()
    return contributor


def submit_answers(
    session: Session,
    *,
    actor: Actor,
    invitation: Invitation,
    now: datetime,
    seen_version: int | None = None,
    change_reasons: Mapping[int, str] | None = None,
) -> Contributor:
    """The saved draft is the expert's answer in the open round: its first revision, or the next one. The expert is
    mailed the reference.

    A draft that says nothing but what stands submitted in this round changes nothing: pressing twice makes no second
    revision. One that says what stood in the round before confirms it for this round.

    :param seen_version: ``draft_version`` that the expert has reviewed; None where nobody reviews
    :param change_reasons: question's number → why its judgement differs from that of the round before
    :raises Unsound: a changed judgement has no reason; nothing is changed
    :raises DraftChanged: the draft was saved elsewhere since it was reviewed; nothing is changed
    :raises Incomplete: the draft does not answer everything, with each fault; nothing is changed
    :raises NotOpenYet: the consultation is not open yet; nothing is changed
    :raises ConsultationClosed: at or after the expert's deadline; nothing is changed
    """
    require(Permission.ANSWER_WRITE, actor, invitation)
    need_answers_taken(invitation, now=now)
    contributor = open_contributor(session, invitation=invitation)
    if seen_version is not None and contributor.draft_version != seen_version:
        raise DraftChanged()
    inputs = checked(contributor.draft, invitation.consultation.questions)
    number = _round_number(invitation.consultation)
    changed = find_changed(session, invitation=invitation, contributor=contributor, inputs=inputs)
    reasons = checked_reasons(changed, change_reasons or {})
    standing = queries.list_standing(session, contributor=contributor)
    if (
        contributor.state in queries.SUBMITTED
        and inputs == [_as_input(answer) for answer in standing]
        and all(
            one.round_number == number and one.change_reason == reasons.get(one.question_id, "") for one in standing
        )
    ):
        return contributor
    is_first = contributor.revision == 0
    contributor.revision += 1
    contributor.state = AnswerState.SUBMITTED if is_first else AnswerState.REVISED
    _supersede(session, contributor, number)
    session.add_all(_answer(contributor, given, number, reasons.get(given.question_id, "")) for given in inputs)
    note_answered(session, invitation=invitation)
    to = expert_recipient(session, invitation)
    if to is not None:
        messages.answers_received(
            session,
            to=to,
            invitation_id=invitation.id,
            answer_reference=queries.get_reference(session, invitation=invitation),
            until=answer_until(invitation).isoformat(),
            now=now,
            **mail_values(invitation.consultation),
        )
    event = "answer:submitted" if is_first else "answer:revised"
    record(session, actor=actor, event=event, subject=invitation, now=now)
    session.expire(contributor, ["answers"])
    return contributor


def find_changed(
    session: Session, *, invitation: Invitation, contributor: Contributor, inputs: Sequence[AnswerInput]
) -> list[Question]:
    """The questions for whose change since the round before the expert must say a reason."""
    number = _round_number(invitation.consultation)
    former = queries.list_former(session, contributor=contributor, before=number)
    return list_changed(inputs, former, invitation.consultation.questions)


def withdraw_answers(session: Session, *, actor: Actor, invitation: Invitation, now: datetime) -> None:
    """The answers count no more; the draft stays, so that they may be submitted again before the deadline.

    Were they taken out of a round that has closed, whoever compares before and after would know which were one
    person's, and beside the panel whose.

    :raises WrongState: nothing was submitted
    :raises RoundClosed: some were submitted in an earlier round; nothing is changed
    :raises ConsultationClosed: at or after the expert's deadline; nothing is changed
    """
    require(Permission.ANSWER_WRITE, actor, invitation)
    need_answers_taken(invitation, now=now)
    contributor = queries.find_contributor(session, invitation=invitation)
    if contributor is None or contributor.state not in queries.SUBMITTED:
        raise WrongState()
    number = _round_number(invitation.consultation)
    if queries.has_answered_before(session, contributor=contributor, round_number=number):
        raise RoundClosed()
    contributor.state = AnswerState.WITHDRAWN
    note_answer_withdrawn(session, invitation=invitation)
    record(session, actor=actor, event="answer:withdrawn", subject=invitation, now=now)


def release_answers(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> int:
    """Every standing answer of the consultation has become part of issued advice. Returns how many contributors' did.

    :raises Forbidden: the actor may not issue
    """
    require(Permission.CONSULTATION_ISSUE, actor, consultation)
    released = session.execute(
        sa.update(Contributor)
        .where(Contributor.consultation_id == consultation.id)
        .where(Contributor.state.in_((AnswerState.SUBMITTED, AnswerState.REVISED)))
        .values(state=AnswerState.RELEASED)
        .returning(Contributor.id)
    ).all()
    detail = {"contributors": len(released)}
    record(session, actor=actor, event="answer:released", subject=consultation, detail=detail, now=now)
    return len(released)


def _draw_number(session: Session, *, consultation_id: int) -> int:
    """A number that is free, drawn so that it does not tell the order of coming."""
    size = 20
    while True:
        for _ in range(size):
            drawn = secrets.randbelow(size) + 1
            if queries.free_number(session, consultation_id=consultation_id, drawn=drawn):
                return drawn
        size *= 2


def _round_number(consultation: Consultation) -> int:
    if consultation.round_number is None:
        raise NotOpenYet()
    return consultation.round_number


def _as_input(answer: Answer) -> AnswerInput:
    """What stands submitted, in the shape of ``checked``."""
    return AnswerInput(
        question_id=answer.question_id,
        text=answer.text,
        choices=tuple(answer.choices),
        sureness_percent=answer.sureness_percent,
        values=answer.values,
        language=answer.language,
        evidence=tuple(
            EvidenceInput(item.kind, item.link, item.doi, item.note, item.grade) for item in answer.evidence
        ),
        **{name: getattr(answer, name) for name in GROUNDS},
    )


def _supersede(session: Session, contributor: Contributor, round_number: int) -> None:
    """What the contributor said before is no longer the last word, nor the last of this round."""
    own = sa.update(Answer).where(Answer.contributor_id == contributor.id)
    session.execute(own.where(Answer.is_latest).values(is_latest=False))
    session.execute(own.where(Answer.round_number == round_number).values(is_last_of_round=False))


def _answer(contributor: Contributor, given: AnswerInput, round_number: int, change_reason: str) -> Answer:
    return Answer(
        round_number=round_number,
        change_reason=change_reason,
        contributor_id=contributor.id,
        question_id=given.question_id,
        revision=contributor.revision,
        language=given.language,
        text=given.text,
        choices=list(given.choices),
        values=given.values,
        sureness_percent=given.sureness_percent,
        evidence=[Evidence(position=position, **vars(item)) for position, item in enumerate(given.evidence, start=1)],
        **{name: getattr(given, name) for name in GROUNDS},
    )
