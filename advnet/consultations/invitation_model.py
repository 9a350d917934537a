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

from advnet.consultations.model import Consultation
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

    :ivar respond_by: until when the expert accepts or declines; afterwards it lapses
    :ivar suggestion: whom the expert suggests instead, in the expert's words
    :ivar has_no_interests: the expert declared that there are none; ``interests`` is then empty
    :ivar has_answered: an answer was submitted; a moment would tie the expert to an anonymous answer
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
        sa.CheckConstraint("NOT has_answered OR state = 'accepted'", name="has_answered"),
        sa.CheckConstraint("declared_at IS NULL OR has_no_interests = (interests = '')", name="interests"),
        sa.CheckConstraint("extension_verdict IS NULL OR extension_asked_until IS NOT NULL", name="extension"),
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

    extension_asked_at: Mapped[datetime | None]
    extension_asked_until: Mapped[datetime | None]
    extension_reason: Mapped[str] = mapped_column(sa.Text, default="")
    extension_verdict: Mapped[ExtensionVerdict | None] = mapped_column(sa.String(20))
    extension_decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    extension_decided_at: Mapped[datetime | None]

    consultation: Mapped[Consultation] = relationship(lazy="raise")
    expert: Mapped[Expert] = relationship(lazy="raise")
