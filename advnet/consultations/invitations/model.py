"""Tables of invitations: one expert asked about one consultation.

PRODUCT.md draws one line from *proposed* to *released*. It is kept here in two parts. Up to *accepted* it speaks of the
**invitation**: was this person asked, cleared, did they say yes. From *drafting* on it speaks of the **answer**
(drafting, submitted, revised, released, withdrawn), whose states stand with the answers. The cut is what makes
anonymity possible: where a consultation is anonymous, nothing in this table may tell which answer is whose, so it knows
only *that* an accepted expert has answered (so that reminders stop), not when. ``withdrawn`` here means that the desk
took the invitation back.
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advnet.consultations.model import Consultation, ConsultationState
from advnet.db import Base, one_of
from advnet.experts.model import Expert


class InvitationState(StrEnum):
    PROPOSED = "proposed"
    INTERESTS_ASKED = "interests_asked"
    CLEARED = "cleared"
    BARRED = "barred"
    WAIVED = "waived"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class ScreeningVerdict(StrEnum):
    """What was judged of the declared interests; kept when the invitation has moved on."""

    CLEARED = "cleared"
    BARRED = "barred"
    WAIVED = "waived"


class ExtensionVerdict(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"


KNOWN_TO_EXPERT = (
    InvitationState.INTERESTS_ASKED,
    InvitationState.CLEARED,
    InvitationState.WAIVED,
    InvitationState.SENT,
    InvitationState.ACCEPTED,
)
"""The expert may know that the consultation exists: its title, its deadline, its marking."""

SHOWS_MATERIAL = (InvitationState.SENT, InvitationState.ACCEPTED)
"""The expert has declared interests, was cleared or waived, and may read background and questions."""


class Invitation(Base):
    """One expert and one consultation.

    :ivar respond_by: until when the expert declares, accepts or declines; at that moment it lapses
    :ivar suggestion: whom the expert suggests instead, in the expert's words
    :ivar has_no_interests: the expert declared that there are none; ``interests`` is then empty
    :ivar interests_before: what the last amended declaration had described; empty when nothing was described before
    :ivar declared_at: of the declaration that stands; a later one goes through the screening again
    :ivar responded_at: when the expert accepted or declined; kept while an amended declaration is screened
    :ivar has_answered: an answer was submitted; a moment would tie the expert to an anonymous answer
    :ivar answered_round: the last round in which an answer was submitted; a number, and no moment, for the same reason
    :ivar extension_asked_until: of the last request; ``extended_until`` is what was granted, to this expert alone
    """

    __tablename__ = "invitation"
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "expert_id"),
        one_of("state", InvitationState),
        one_of("screening_verdict", ScreeningVerdict),
        one_of("extension_verdict", ExtensionVerdict),
        sa.CheckConstraint(
            "state NOT IN ('sent', 'accepted') OR (sent_at IS NOT NULL AND declared_at IS NOT NULL "
            "AND screening_verdict IN ('cleared', 'waived'))",
            name="screened_before_sent",
        ),
        sa.CheckConstraint(
            "state NOT IN ('cleared', 'barred', 'waived') OR screening_verdict = state", name="screened"
        ),
        sa.CheckConstraint("(screening_verdict IS NULL) = (screened_at IS NULL)", name="screened_at"),
        sa.CheckConstraint("state <> 'accepted' OR responded_at IS NOT NULL", name="responded_at"),
        sa.CheckConstraint("state <> 'declined' OR responded_at IS NOT NULL", name="declined_at"),
        # after an amended declaration an answered invitation is screened once more, and perhaps barred
        sa.CheckConstraint(
            "NOT has_answered OR state NOT IN ('proposed', 'sent', 'declined', 'lapsed', 'withdrawn')",
            name="has_answered",
        ),
        sa.CheckConstraint("declared_at IS NULL OR has_no_interests = (interests = '')", name="interests"),
        sa.CheckConstraint("extension_verdict IS NULL OR extension_asked_until IS NOT NULL", name="extension"),
        sa.CheckConstraint("extended_until IS NULL OR extension_asked_at IS NOT NULL", name="extended_until"),
        sa.Index(None, "expert_id", "state"),
        sa.Index(None, "state", "respond_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"))
    state: Mapped[InvitationState] = mapped_column(sa.String(20), default=InvitationState.PROPOSED)
    state_changed_at: Mapped[datetime]

    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    proposal_reason: Mapped[str] = mapped_column(sa.Text, default="")

    interests_asked_at: Mapped[datetime | None]
    interests: Mapped[str] = mapped_column(sa.Text, default="")
    has_no_interests: Mapped[bool] = mapped_column(default=False)
    interests_before: Mapped[str] = mapped_column(sa.Text, default="")
    declared_at: Mapped[datetime | None]

    screening_verdict: Mapped[ScreeningVerdict | None] = mapped_column(sa.String(20))
    screening_reason: Mapped[str] = mapped_column(sa.Text, default="")
    screened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    screened_at: Mapped[datetime | None]

    sent_at: Mapped[datetime | None]
    respond_by: Mapped[datetime | None]
    responded_at: Mapped[datetime | None]
    decline_reason: Mapped[str] = mapped_column(sa.Text, default="")
    suggestion: Mapped[str] = mapped_column(sa.Text, default="")
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("invitation.id"))
    has_answered: Mapped[bool] = mapped_column(default=False)
    answered_round: Mapped[int | None]

    extension_asked_at: Mapped[datetime | None]
    extension_asked_until: Mapped[datetime | None]
    extension_reason: Mapped[str] = mapped_column(sa.Text, default="")
    extension_verdict: Mapped[ExtensionVerdict | None] = mapped_column(sa.String(20))
    extension_decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    extension_decision_reason: Mapped[str] = mapped_column(sa.Text, default="")
    extension_decided_at: Mapped[datetime | None]
    extended_until: Mapped[datetime | None]

    consultation: Mapped[Consultation] = relationship(lazy="raise")
    expert: Mapped[Expert] = relationship(lazy="raise")

    @property
    def user_id(self) -> int | None:
        """Whose invitation it is; the expert must be loaded."""
        return self.expert.user_id

    @property
    def is_known(self) -> bool:
        """The expert may know what the consultation is called and when it ends."""
        return self.state in KNOWN_TO_EXPERT

    @property
    def shows_material(self) -> bool:
        """The expert may read background, questions and decision."""
        return self.state in SHOWS_MATERIAL

    @property
    def awaits_screening(self) -> bool:
        """The expert has declared interests, and the desk has not judged them."""
        return self.state == InvitationState.INTERESTS_ASKED and self.declared_at is not None

    @property
    def has_answered_round(self) -> bool:
        """The expert has given what the round that is open, or was last, asks for.

        The consultation must be loaded.
        """
        return self.answered_round is not None and self.answered_round == self.consultation.round_number

    @property
    def shows_feedback(self) -> bool:
        """The expert may read what a closed round brought: only after the own answer is in, so that nobody follows
        others.

        The consultation must be loaded.
        """
        closed_round = self.consultation.closed_round
        return (
            self.state == InvitationState.ACCEPTED
            and self.has_answered
            and self.consultation.planned_rounds > 1
            and closed_round is not None
            and closed_round > 0
        )

    @property
    def awaits_extension(self) -> bool:
        """The expert has asked for more time, and the desk has not decided."""
        return self.extension_asked_at is not None and self.extension_verdict is None


def answer_until(invitation: Invitation) -> datetime:
    """This expert's own deadline: the consultation's, or a later one that was granted. At that moment it is too late.

    :param invitation: loaded with its consultation
    """
    deadline_at = invitation.consultation.deadline_at
    if deadline_at is None:
        raise ValueError("A consultation that experts are asked about has a deadline")
    return max(deadline_at, invitation.extended_until or deadline_at)


def takes_answers(invitation: Invitation, *, now: datetime) -> bool:
    """Whether the expert may submit or revise an answer: accepted, a round of answers is open, before the own deadline.

    A consultation that has closed still takes the answers of those to whom more time was granted, until the work on
    the brief begins. Between rounds nothing is taken.
    """
    return _is_asked(invitation, now) and invitation.consultation.round_number != 0


def takes_items(invitation: Invitation, *, now: datetime) -> bool:
    """Whether the expert may name items: accepted, round 0 is open, before the own deadline.

    :param invitation: loaded with its consultation
    """
    return _is_asked(invitation, now) and invitation.consultation.round_number == 0


def _is_asked(invitation: Invitation, now: datetime) -> bool:
    consultation = invitation.consultation
    if invitation.state != InvitationState.ACCEPTED or consultation.is_between_rounds:
        return False
    if now >= answer_until(invitation):
        return False
    return consultation.state == ConsultationState.OPEN or (
        consultation.state == ConsultationState.CLOSED and invitation.extended_until is not None
    )


def takes_drafts(invitation: Invitation, *, now: datetime) -> bool:
    """Whether the expert may write: from accepting to the own deadline, as long as answers are or will be taken.

    :param invitation: loaded with its consultation
    """
    return takes_answers(invitation, now=now) or (
        invitation.state == InvitationState.ACCEPTED
        and invitation.consultation.state == ConsultationState.INVITING
        and not invitation.consultation.names_items  # what is asked is not known before round 0
        and now < answer_until(invitation)
    )
