"""Consultations that ask in rounds, made by the services, with experts who answer them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import system_actor
from advnet.consultations.invitations.model import Invitation, InvitationState
from advnet.consultations.model import Consultation, ConsultationState, Mode, Question, QuestionKind
from advnet.consultations.progress import open_consultation
from advnet.consultations.rounds.service import close_round, open_round
from tests.builders_answers import submit
from tests.builders_invitations import Invitations

OPTIONS = [
    {"value": "1", "label_ja": "航路", "label_en": "The route"},
    {"value": "2", "label_ja": "船", "label_en": "The ship"},
]
WORKER = system_actor("worker")


class Rounds:
    """One consultation in rounds: a text and a choice, anonymous unless said otherwise.

    :ivar now: moves on with every move; the deadline of a round lies ten days after its opening
    """

    def __init__(self, session: Session, now: datetime, *, experts: int = 4, **values: Any) -> None:
        self.session = session
        self.now = now
        self.made = Invitations(session, now)
        self.consultation: Consultation = self.made.consultation(
            ConsultationState.INVITING, days=10, **{"mode": Mode.ANONYMOUS, "planned_rounds": 2, **values}
        )
        self.consultation.questions.append(
            Question(position=2, kind=QuestionKind.CHOICE, prompt_en="What limits the season?", options=OPTIONS)
        )
        session.flush()
        self.invitations: list[Invitation] = [
            self.made.invitation(InvitationState.ACCEPTED, consultation=self.consultation) for _ in range(experts)
        ]

    def open(self) -> None:
        open_consultation(self.session, actor=self.made.desk, consultation=self.consultation, now=self.now)

    def answer(self, *places: int, **overrides: Any) -> None:
        """The experts at these places answer; all of them when none is named."""
        for place in places or range(len(self.invitations)):
            submit(self.session, self.invitations[place], now=self.now, **overrides)

    def close_round(self) -> None:
        assert self.consultation.deadline_at is not None
        self.now = self.consultation.deadline_at
        close_round(self.session, actor=WORKER, consultation=self.consultation, now=self.now)

    def open_next(self) -> None:
        self.now += timedelta(days=1)
        open_round(
            self.session,
            actor=self.made.desk,
            consultation=self.consultation,
            deadline_at=self.now + timedelta(days=10),
            now=self.now,
        )
