"""What a closed round brought, for one of those who answered in it.

Controlled feedback is what makes a second round worth more than a longer first one: an expert learns how the group
stands and why, and not who stands where, so that neither rank nor name moves anybody. Source: Delphi's anonymity and
controlled feedback (Dalkey & Helmer 1963, doi:10.1287/mnsc.9.3.458).

What is shown obeys three rules. *Nothing joins*: reasons stand under letters in the order of the answers' numbers,
which are drawn at random for each answer, so that the A of one question is not the A of another, and no figure stands
beside a letter. *Nothing is shown that was not released*: reasons that may only be paraphrased or are kept at the desk
are left out; their judgement counts in the figures. *Few give themselves away*: where fewer than :data:`FEW` others
have answered, neither figures nor reasons are shown, only the facilitator's summary; unless answers are attributed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from advnet.accounts.model import Actor
from advnet.answers.feedback.distribution import Distribution, distribution_of
from advnet.answers.feedback.stopping import Proposal, proposals_of
from advnet.answers.model import Answer, Contributor, Release
from advnet.answers.queries import FEW, SUBMITTED, Label, find_contributor, get_invitation_to_answer, labels_for
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.model import Consultation, Question
from advnet.consultations.rounds.model import Round
from advnet.consultations.rounds.queries import find_round
from advnet.errors import NotFound
from advnet.permissions import Permission, allows, require
from advnet.text import letters_of


@dataclass(frozen=True)
class Reason:
    """Another expert's words on one question.

    :ivar letter: A, B, C …, of this question alone
    :ivar label: with a name where the mode lets everybody know it; else None
    """

    letter: str
    label: Label | None
    text: str
    against: str
    language: str


@dataclass(frozen=True)
class QuestionFeedback:
    """:ivar others: how many others answered it in the round; None where that number itself is protected
    :ivar own: the reader's own answer in the round
    :ivar withheld: how many others gave reasons that may not be shown as they are written
    """

    question: Question
    own: Answer | None
    is_protected: bool
    others: int | None
    distribution: Distribution | None
    reasons: tuple[Reason, ...]
    withheld: int


@dataclass(frozen=True)
class Feedback:
    number: int
    summary: Round | None
    questions: tuple[QuestionFeedback, ...]


@dataclass(frozen=True)
class ProposalsOfQuestion:
    question: Question
    proposals: list[Proposal]


def get_invitation_with_feedback(session: Session, invitation_id: int, *, actor: Actor) -> Invitation:
    """The actor's own invitation, with consultation and questions, when a closed round may be read.

    :raises NotFound: none such for this actor, or the own answer is not in
    """
    invitation = get_invitation_to_answer(session, invitation_id, actor=actor)
    if not invitation.shows_feedback:
        raise NotFound()
    return invitation


def load_feedback(session: Session, *, actor: Actor, invitation: Invitation) -> Feedback:
    """What the last closed round brought, for this expert.

    :param invitation: as :func:`get_invitation_with_feedback` loads it
    :raises Forbidden: it is not the actor's, or nothing may be read yet
    """
    require(Permission.FEEDBACK_READ, actor, invitation)
    consultation = invitation.consultation
    number = consultation.closed_round
    assert number is not None  # the permission says so
    own = find_contributor(session, invitation=invitation)
    answers = list_of_round(session, consultation=consultation, number=number)
    names = (
        labels_for(session, actor=actor, consultation=consultation, contributors=[a.contributor for a in answers])
        if allows(Permission.ANSWER_IDENTIFY, actor, consultation)
        else {}
    )
    return Feedback(
        number,
        find_round(session, consultation_id=consultation.id, number=number),
        tuple(
            _feedback(question, [one for one in answers if one.question_id == question.id], own, names)
            for question in consultation.questions
        ),
    )


def list_proposals(session: Session, *, actor: Actor, consultation: Consultation) -> list[ProposalsOfQuestion]:
    """What the stop rules say of the last closed round, question by question; nothing as long as none has closed.

    :param consultation: loaded with its questions
    """
    number = consultation.closed_round
    if not number or not allows(Permission.ANSWER_READ, actor, consultation):
        return []
    answers = list_of_round(session, consultation=consultation, number=number)
    before = list_of_round(session, consultation=consultation, number=number - 1) if number > 1 else []
    found = [
        ProposalsOfQuestion(
            question,
            proposals_of(
                question,
                [one for one in answers if one.question_id == question.id],
                [one for one in before if one.question_id == question.id],
            ),
        )
        for question in consultation.questions
    ]
    return [one for one in found if one.proposals]


def list_of_round(session: Session, *, consultation: Consultation, number: int) -> list[Answer]:
    """What counts in a round: everybody's last word in it, in the random order of the answers' numbers. For this
    part."""
    query = (
        sa.select(Answer)
        .join(Answer.contributor)
        .where(Contributor.consultation_id == consultation.id, Contributor.state.in_(SUBMITTED))
        .where(Answer.round_number == number, Answer.is_last_of_round)
        .options(joinedload(Answer.contributor))
        .order_by(Answer.id)
    )
    return list(session.scalars(query))


def _feedback(
    question: Question, answers: Sequence[Answer], own: Contributor | None, names: dict[int, Label]
) -> QuestionFeedback:
    mine = next((one for one in answers if own is not None and one.contributor_id == own.id), None)
    others = [one for one in answers if one is not mine]
    if len(others) < FEW and not names:
        return QuestionFeedback(question, mine, True, None, None, (), 0)
    worded = [one for one in others if one.text.strip() or one.against.strip()]
    shown = [one for one in worded if one.release == Release.QUOTED]
    reasons = tuple(
        Reason(letters_of(place), names.get(one.contributor_id), one.text, one.against, one.language)
        for place, one in enumerate(shown)
    )
    spread = distribution_of(question, answers, mine)
    if spread is not None and spread.count <= FEW and not names:
        spread = None  # who asked back or gave reasons alone is not in it
    return QuestionFeedback(question, mine, False, len(others), spread, reasons, len(worded) - len(shown))
