"""Consultations that ask experts, and invitations in the state that a test begins from, made by the services."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor, Role
from advnet.consultations.invitations.asking import ask_interests
from advnet.consultations.invitations.model import Invitation, InvitationState
from advnet.consultations.invitations.queries import find_for_job
from advnet.consultations.invitations.screening import bar_expert, declare_interests
from advnet.consultations.invitations.service import accept_invitation, decline_invitation, propose_invitation
from advnet.consultations.model import Consultation, ConsultationFacet, ConsultationState, Question
from advnet.experts.model import Expert
from tests.builders_experts import Experts

BACKGROUND = "The ice edge has moved by forty kilometres."
PROMPT = "Which sensor would you trust?"


class Invitations:
    """Makes what is needed around an invitation; each is flushed, not committed.

    :ivar desk: a member of the secretariat who acts for the desk
    """

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self.experts = Experts(session, now)
        self.people = self.experts.people
        self.desk: Actor = self.people.make(Role.SECRETARIAT, email="desk@example.org").actor
        self.count = 0

    def consultation(
        self, state: ConsultationState = ConsultationState.OPEN, *, days: float = 20, **values: Any
    ) -> Consultation:
        """A consultation in this state, with one question, whose deadline is ``days`` away."""
        self.count += 1
        opened = None if state in (ConsultationState.SCOPED, ConsultationState.INVITING) else self.now
        consultation = Consultation(
            **{
                "reference": f"2026-{900 + self.count}",
                "title_en": f"Sea ice and shipping {self.count}",
                "background_en": BACKGROUND,
                "deadline_at": self.now + timedelta(days=days),
                "state": state,
                "state_changed_at": self.now,
                "created_at": self.now,
                "updated_at": self.now,
                "opened_at": opened,
                "closed_at": opened if state == ConsultationState.CLOSED else None,
                "round_number": 1 if opened else None,
                **values,
            },
            facets=[ConsultationFacet(concept=self.experts.concept())],
            questions=[Question(position=1, prompt_en=PROMPT, options=[])],
        )
        self.session.add(consultation)
        self.session.flush()
        return consultation

    def invitation(
        self,
        state: InvitationState = InvitationState.PROPOSED,
        *,
        consultation: Consultation | None = None,
        expert: Expert | None = None,
        interests: str = "",
    ) -> Invitation:
        """An invitation that came to ``state`` by the moves that lead there; ``interests`` are declared on the way.

        With interests, ``INTERESTS_ASKED`` means that they wait for the screening.
        """
        expert = expert or self.experts.approved()
        consultation = consultation or self.consultation()
        invitation = propose_invitation(
            self.session,
            actor=self.desk,
            consultation=consultation,
            expert=expert,
            reason="Knows sea ice",
            now=self.now,
        )
        if state == InvitationState.PROPOSED:
            return invitation
        ask_interests(self.session, actor=self.desk, invitation=invitation, now=self.now)
        person = self.actor(invitation)
        if state == InvitationState.INTERESTS_ASKED and not interests:
            return invitation
        if state == InvitationState.DECLINED:
            decline_invitation(self.session, actor=person, invitation=invitation, reason="No time", now=self.now)
            return invitation
        barred = state == InvitationState.BARRED
        interests = interests or ("Shares in a shipyard" if barred else "")
        declare_interests(
            self.session,
            actor=person,
            invitation=invitation,
            has_interests=bool(interests),
            interests=interests,
            now=self.now,
        )
        if barred:
            bar_expert(
                self.session,
                actor=self.desk,
                invitation=invitation,
                declared_at=self.now,
                reason="Too near",
                now=self.now,
            )
        if state == InvitationState.ACCEPTED:
            accept_invitation(self.session, actor=person, invitation=invitation, now=self.now)
        return invitation

    def again(self, invitation: Invitation) -> Invitation:
        """The invitation as it stands after somebody else's transaction; leaves none of ours open."""
        number = invitation.id
        self.session.rollback()
        self.session.expire_all()
        found = find_for_job(self.session, number)
        assert found is not None
        self.session.commit()
        return found

    def actor(self, invitation: Invitation) -> Actor:
        """The invited expert as actor."""
        user = invitation.expert.user
        assert user is not None
        return user.actor

    def email(self, invitation: Invitation) -> str:
        """What the invited expert signs in with."""
        user = invitation.expert.user
        assert user is not None
        return user.email
