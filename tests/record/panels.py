"""Panels that judged claims and quantities, in consultations that are over."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor, Role
from advnet.answers.model import Answer, AnswerState, Contributor, ContributorIdentity
from advnet.consultations.invitations.model import Invitation, InvitationState
from advnet.consultations.model import Consultation, ConsultationState, Mode, Question, QuestionKind
from advnet.experts.model import Expert
from tests.builders_invitations import Invitations

REACHED = (
    ConsultationState.OPEN,
    ConsultationState.CLOSED,
    ConsultationState.SYNTHESIS,
    ConsultationState.REVIEW,
    ConsultationState.ISSUED,
    ConsultationState.SETTLED,
)


class Panels:
    """Makes what is needed; each is flushed, not committed."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self.made = Invitations(session, now)
        self.advisor: Actor = self.made.people.make(Role.ADVISOR, email="advisor@example.org").actor
        self.references = 0

    def experts(self, count: int) -> list[Expert]:
        return [self.made.experts.approved() for _ in range(count)]

    def consultation(
        self,
        experts: list[Expert],
        *,
        claims: int = 1,
        quantities: int = 0,
        mode: Mode = Mode.ATTRIBUTED,
        **values: Any,
    ) -> Consultation:
        """In synthesis, all answers still to come: claims first, then quantities; nothing resolved."""
        consultation = self.made.consultation(ConsultationState.INVITING, mode=mode, **values)
        consultation.questions.clear()
        self.session.flush()
        consultation.questions = [
            Question(position=1 + n, kind=QuestionKind.PROBABILITY, prompt_en=f"Claim {n}", options=[], settings={})
            for n in range(claims)
        ] + [
            Question(
                position=1 + claims + n,
                kind=QuestionKind.QUANTITY,
                prompt_en=f"Quantity {n}",
                options=[],
                settings={"unit_en": "km", "form": "interval", "minimum": 0, "maximum": None},
            )
            for n in range(quantities)
        ]
        for expert in experts:
            self.made.invitation(InvitationState.ACCEPTED, consultation=consultation, expert=expert)
        self.put(consultation, ConsultationState.SYNTHESIS)
        return consultation

    def put(self, consultation: Consultation, state: ConsultationState) -> None:
        """Into the state, with the times it needs."""
        place = REACHED.index(state)
        consultation.round_number, consultation.opened_at = 1, self.now
        consultation.closed_at = self.now if place >= 1 else None
        consultation.issued_at = self.now if place >= 4 else None
        consultation.settled_at = self.now if place >= 5 else None
        consultation.state = state
        self.session.flush()

    def judge(self, consultation: Consultation, expert: Expert, *percents: float, sureness: int = 80) -> Contributor:
        """The expert's answers by position: percents of claims; of a quantity the interval ten below to ten above."""
        invitation = (
            self.session.query(Invitation).filter_by(consultation_id=consultation.id, expert_id=expert.id).one()
        )
        number = self.session.query(Contributor).filter_by(consultation_id=consultation.id).count() + 1
        contributor = Contributor(
            consultation_id=consultation.id, number=number, state=AnswerState.SUBMITTED, revision=1
        )
        self.session.add(contributor)
        self.session.flush()
        self.references += 1
        self.session.add(
            ContributorIdentity(
                contributor_id=contributor.id, invitation_id=invitation.id, reference=f"R{self.references}"
            )
        )
        for question, figure in zip(consultation.questions, percents, strict=True):
            is_claim = question.kind == QuestionKind.PROBABILITY
            around = 0 if is_claim else 10
            self.session.add(
                Answer(
                    contributor_id=contributor.id,
                    question_id=question.id,
                    revision=1,
                    language="en",
                    values={"low": figure - around, "best": figure, "high": figure + around},
                    sureness_percent=None if is_claim else sureness,
                )
            )
        self.session.flush()
        return contributor
