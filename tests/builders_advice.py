"""Closed consultations with answers, and briefs on them, for tests of any part."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import Role, User
from advnet.advice import issuing, service
from advnet.advice.document import code_of
from advnet.advice.model import Brief
from advnet.advice.service import BriefText
from advnet.answers.model import Answer, AnswerState, Contributor, ContributorIdentity
from advnet.consultations.model import Consultation
from tests.builders_consultations import make_bare_expert, make_bare_invitation, make_consultation
from tests.people import People


class Advice:
    """Makes what is needed around a brief; each is flushed, not committed.

    :ivar advisor: who issues
    :ivar secretary: who prepares
    """

    def __init__(self, session: Session, people: People, now: datetime) -> None:
        self.session = session
        self.people = people
        self.now = now
        self.advisor = people.make(Role.ADVISOR)
        self.secretary = people.make(Role.SECRETARIAT)

    def consultation(self, state: str = "closed", **values: Any) -> Consultation:
        """A consultation with a text and a choice as its questions; ``values`` are of its details."""
        return make_consultation(self.session, by=self.advisor, state=state, now=self.now, **values)

    def contributor(
        self, consultation: Consultation, *, number: int, text: str = "More buoys.", name: str | None = None
    ) -> User:
        """An expert who has answered the first question; the answer is found with :meth:`answer_of`."""
        user = self.people.make(Role.EXPERT, name=name)
        expert = make_bare_expert(self.session, user=user, now=self.now)
        expert.family_ja, expert.given_ja = "氷室", f"花子{number}"
        expert.family_en, expert.given_en = "Himuro", f"Hanako{number}"
        invitation = make_bare_invitation(
            self.session, consultation=consultation, expert=expert, state="accepted", now=self.now
        )
        invitation.has_answered, invitation.answered_round = True, 1
        contributor = Contributor(
            consultation_id=consultation.id,
            number=number,
            state=AnswerState.SUBMITTED,
            revision=1,
        )
        self.session.add(contributor)
        self.session.flush()
        self.session.add(
            ContributorIdentity(
                contributor_id=contributor.id, invitation_id=invitation.id, reference=f"C{consultation.id}-{number}"
            )
        )
        self.session.add(
            Answer(
                contributor_id=contributor.id,
                question_id=consultation.questions[0].id,
                revision=1,
                language="en",
                text=text,
                sureness_percent=70,
            )
        )
        self.session.flush()
        return user

    def answer_of(self, consultation: Consultation, *, number: int) -> Answer:
        """The answer of the contributor with this number."""
        query = self.session.query(Answer).join(Contributor, Contributor.id == Answer.contributor_id)
        return query.filter(Contributor.consultation_id == consultation.id, Contributor.number == number).one()

    def brief(
        self, *, state: str = "drafting", numbers: Sequence[int] = (3, 5), user_language: str = "en", **values: Any
    ) -> tuple[Brief, list[User]]:
        """A brief in ``state`` on a consultation with contributors of these numbers, citing the first of them.

        Returns the brief and the contributors' accounts.
        """
        consultation = self.consultation(**values)
        users = [self.contributor(consultation, number=number) for number in numbers]
        for user in users:
            user.language = user_language
        brief = service.start_brief(self.session, actor=self.secretary.actor, consultation=consultation, now=self.now)
        self.save(brief, body_en=f"# What to do\n\nDeploy buoys {code_of(self.cited(brief, numbers).id)}.")
        if state != "drafting":
            service.send_to_review(self.session, actor=self.secretary.actor, brief=brief, now=self.now)
        if state == "issued":
            self.issue(brief)
        return brief, users

    def cited(self, brief: Brief, numbers: Sequence[int]) -> Answer:
        """The answer that :meth:`brief` cites."""
        return self.answer_of(brief.consultation, number=numbers[0])

    def save(self, brief: Brief, *, actor: User | None = None, version: int | None = None, **changes: str) -> Any:
        """The brief saved with these parts changed."""
        text = BriefText(**{**service.text_of(brief).__dict__, **changes})
        return service.save_brief(
            self.session,
            actor=(actor or self.secretary).actor,
            brief=brief,
            text=text,
            version=brief.version if version is None else version,
            now=self.now,
        )

    def issue(self, brief: Brief, *, actor: User | None = None, version: int | None = None) -> None:
        """The brief issued by the advisor."""
        issuing.issue_brief(
            self.session,
            actor=(actor or self.advisor).actor,
            brief=brief,
            version=brief.version if version is None else version,
            now=self.now,
        )
