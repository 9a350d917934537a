"""Every select of answers. What is read here by people carries labels, never a person, unless the mode names them."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from advnet.accounts.model import Actor, User
from advnet.answers.kinds import kind_of
from advnet.answers.model import Answer, AnswerState, Contributor, ContributorIdentity, Release
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.invitations.queries import get_own_invitation
from advnet.consultations.model import Consultation, Question
from advnet.errors import NotFound
from advnet.experts.model import Expert
from advnet.permissions import Permission, allows, require

SUBMITTED = (AnswerState.SUBMITTED, AnswerState.REVISED, AnswerState.RELEASED)

FEW = 3
"""Fewer anonymous contributors than this, and who knows the panel may guess who they are."""


@dataclass(frozen=True)
class Label:
    """How a contributor is called before this reader.

    :ivar name_ja: the person's names where the mode lets this reader know them; else empty
    """

    number: int
    name_ja: str = ""
    name_en: str = ""

    @property
    def is_named(self) -> bool:
        return bool(self.name_ja or self.name_en)


@dataclass(frozen=True)
class LabelledAnswer:
    answer: Answer
    label: Label


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question with its latest answers, by the contributors' numbers.

    :ivar tally: of a choice or a Likert scale: how many chose each option, by value; empty for the other kinds
    """

    question: Question
    answers: tuple[LabelledAnswer, ...]
    tally: dict[str, int]

    def by(self, label: Label) -> "AnsweredQuestion":
        """The same with the answer of one contributor alone."""
        return replace(self, answers=tuple(one for one in self.answers if one.label.number == label.number))


def get_invitation_to_answer(session: Session, invitation_id: int, *, actor: Actor) -> Invitation:
    """The actor's own invitation whose material is open to them, with consultation and questions.

    :raises NotFound: none such for this actor
    """
    invitation = get_own_invitation(session, invitation_id, actor=actor)
    if not invitation.shows_material:
        raise NotFound()
    return invitation


def find_contributor(session: Session, *, invitation: Invitation) -> Contributor | None:
    """The pseudonym behind an invitation, with its latest answers; for the expert's own pages and for the system."""
    return session.scalar(
        sa.select(Contributor)
        .join(ContributorIdentity, ContributorIdentity.contributor_id == Contributor.id)
        .where(ContributorIdentity.invitation_id == invitation.id)
        .options(selectinload(Contributor.answers.and_(Answer.is_latest)).selectinload(Answer.evidence))
    )


def list_standing(session: Session, *, contributor: Contributor) -> list[Answer]:
    """The contributor's latest answers with evidence, in the order of the questions; for the system."""
    query = (
        sa.select(Answer)
        .join(Answer.question)
        .where(Answer.contributor_id == contributor.id, Answer.is_latest)
        .options(selectinload(Answer.evidence))
        .order_by(Question.position)
    )
    return list(session.scalars(query))


def list_reasons(session: Session, *, contributor: Contributor) -> dict[int, str]:
    """Why the contributor's latest answers differ from the round before, by question; for the expert's own pages."""
    query = sa.select(Answer.question_id, Answer.change_reason).where(
        Answer.contributor_id == contributor.id, Answer.is_latest
    )
    reasons: dict[int, str] = dict(session.execute(query).all())
    return reasons


def list_former(session: Session, *, contributor: Contributor, before: int) -> list[Answer]:
    """The contributor's last words of the last round answered before round ``before``; for the system."""
    query = (
        sa.select(Answer)
        .where(Answer.contributor_id == contributor.id, Answer.is_last_of_round)
        .where(Answer.round_number == _last_round(Answer.contributor_id, through=before - 1))
    )
    return list(session.scalars(query))


def has_answered_before(session: Session, *, contributor: Contributor, round_number: int) -> bool:
    """Whether the contributor has answered in a round before this one; for the system."""
    query = sa.select(Answer.id).where(Answer.contributor_id == contributor.id, Answer.round_number < round_number)
    return session.scalar(query.limit(1)) is not None


def get_reference(session: Session, *, invitation: Invitation) -> str:
    """What the expert may quote; for the expert's own pages and mail."""
    query = sa.select(ContributorIdentity.reference).where(ContributorIdentity.invitation_id == invitation.id)
    return session.scalars(query).one()


def list_answers(session: Session, *, actor: Actor, consultation: Consultation) -> list[AnsweredQuestion]:
    """Every question with its latest submitted answers, labelled as this actor may know their authors.

    Who may not follow answers as they come in reads those of the rounds that have closed.

    :param consultation: loaded with its questions
    :raises Forbidden: the actor may not read answers, or not yet
    """
    require(Permission.ANSWER_READ, actor, consultation)
    answers = _latest(session, consultation, through=through_round(consultation, actor=actor))
    labels = labels_for(session, actor=actor, consultation=consultation, contributors=[a.contributor for a in answers])
    return [
        AnsweredQuestion(
            question,
            tuple(
                LabelledAnswer(answer, labels[answer.contributor_id])
                for answer in answers
                if answer.question_id == question.id
            ),
            _tally(question, answers),
        )
        for question in consultation.questions
    ]


def get_cited(
    session: Session, *, actor: Actor, consultation: Consultation, answer_ids: Collection[int]
) -> dict[int, LabelledAnswer]:
    """The answers of this consultation among ``answer_ids`` that were submitted, of any revision, with their questions.

    Who may read a brief may read the labels of what it cites; the texts themselves are for ``answer:read``.
    """
    query = (
        sa.select(Answer)
        .join(Answer.contributor)
        .where(Answer.id.in_(answer_ids), Contributor.consultation_id == consultation.id)
        .options(joinedload(Answer.contributor), joinedload(Answer.question))
    )
    answers = list(session.scalars(query))
    labels = labels_for(session, actor=actor, consultation=consultation, contributors=[a.contributor for a in answers])
    return {answer.id: LabelledAnswer(answer, labels[answer.contributor_id]) for answer in answers}


def list_uncitable(session: Session, *, answer_ids: Collection[int]) -> set[int]:
    """Those of the answers that their expert keeps at the desk, in this revision or the last one, or has withdrawn."""
    last = aliased(Answer)
    same = sa.and_(last.contributor_id == Answer.contributor_id, last.question_id == Answer.question_id, last.is_latest)
    query = (
        sa.select(Answer.id)
        .join(Answer.contributor)
        .join(last, same)
        .where(
            Answer.id.in_(answer_ids),
            sa.or_(Answer.release == Release.KEPT, last.release == Release.KEPT, Contributor.state.not_in(SUBMITTED)),
        )
    )
    return set(session.scalars(query))


def labels_for(
    session: Session, *, actor: Actor, consultation: Consultation, contributors: Sequence[Contributor]
) -> dict[int, Label]:
    """Contributor → label. The token table is read only where the permission table lets this actor identify."""
    labels = {contributor.id: Label(contributor.number) for contributor in contributors}
    if not labels or not allows(Permission.ANSWER_IDENTIFY, actor, consultation):
        return labels
    query = (
        sa.select(ContributorIdentity.contributor_id, Expert)
        .join(Invitation, Invitation.id == ContributorIdentity.invitation_id)
        .join(Expert, Expert.id == Invitation.expert_id)
        .where(ContributorIdentity.contributor_id.in_(labels))
    )
    for contributor_id, expert in session.execute(query):
        labels[contributor_id] = Label(labels[contributor_id].number, expert.name_ja, expert.name_en)
    return labels


def count_answers(session: Session, *, consultation_id: int, through: int | None = None) -> int:
    """How many contributors have submitted; a number that tells nobody who.

    :param through: the last round that counts; all of them when left out
    """
    query = (
        sa.select(sa.func.count())
        .select_from(Contributor)
        .where(Contributor.consultation_id == consultation_id, Contributor.state.in_(SUBMITTED))
    )
    if through is not None:
        came = sa.select(Answer.contributor_id).where(Answer.round_number <= through)
        query = query.where(Contributor.id.in_(came))
    return session.scalar(query) or 0


def are_too_few(consultation: Consultation, count: int, *, actor: Actor) -> bool:
    """Whether this reader must be warned that so few answers without a name may give their authors away."""
    return not allows(Permission.ANSWER_IDENTIFY, actor, consultation) and 0 < count < FEW


def list_contributors_to_notify(session: Session, *, consultation: Consultation) -> list[User]:
    """The accounts of everyone whose answer stands, by account. For the system's own mails only: show it to nobody."""
    return list(
        session.scalars(
            sa.select(User)
            .join(Expert, Expert.user_id == User.id)
            .join(Invitation, Invitation.expert_id == Expert.id)
            .join(ContributorIdentity, ContributorIdentity.invitation_id == Invitation.id)
            .join(Contributor, Contributor.id == ContributorIdentity.contributor_id)
            .where(Contributor.consultation_id == consultation.id, Contributor.state.in_(SUBMITTED))
            .order_by(User.id)
        )
    )


def free_number(session: Session, *, consultation_id: int, drawn: int) -> bool:
    """Whether no contributor of the consultation has the number yet."""
    taken = sa.select(Contributor.id).where(Contributor.consultation_id == consultation_id, Contributor.number == drawn)
    return session.scalar(taken) is None


def through_round(consultation: Consultation, *, actor: Actor) -> int | None:
    """The last round of which this actor may read answers; None when answers may be read as they come in."""
    return None if allows(Permission.ANSWER_FOLLOW, actor, consultation) else consultation.closed_round or 0


def _last_round(contributor_id: sa.orm.InstrumentedAttribute[int], *, through: int) -> sa.ScalarSelect[int | None]:
    """The number of the contributor's last answered round up to ``through``."""
    own = sa.orm.aliased(Answer)
    return (
        sa.select(sa.func.max(own.round_number))
        .where(own.contributor_id == contributor_id, own.round_number <= through)
        .scalar_subquery()
    )


def _latest(session: Session, consultation: Consultation, *, through: int | None) -> list[Answer]:
    last = (
        Answer.is_latest
        if through is None
        else sa.and_(
            Answer.is_last_of_round, Answer.round_number == _last_round(Answer.contributor_id, through=through)
        )
    )
    query = (
        sa.select(Answer)
        .join(Answer.contributor)
        .where(Contributor.consultation_id == consultation.id, Contributor.state.in_(SUBMITTED), last)
        .options(joinedload(Answer.contributor), selectinload(Answer.evidence))
        .order_by(Contributor.number)
    )
    return list(session.scalars(query))


def _tally(question: Question, answers: Sequence[Answer]) -> dict[str, int]:
    if not kind_of(question).counts_choices:
        return {}
    chosen = Counter(value for answer in answers if answer.question_id == question.id for value in answer.choices)
    return {option["value"]: chosen[option["value"]] for option in question.options}
