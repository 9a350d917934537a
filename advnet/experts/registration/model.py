"""The table of registrations: each is one request to join, with its vetting and decision."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advnet.accounts.model import User
from advnet.db import Base, one_of
from advnet.experts.model import Expert


class RegistrationState(StrEnum):
    STARTED = "started"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    MORE_ASKED = "more_asked"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


OPEN_STATES = (
    RegistrationState.STARTED,
    RegistrationState.SUBMITTED,
    RegistrationState.IN_REVIEW,
    RegistrationState.MORE_ASKED,
)
"""The request is still under way."""

EDITABLE_STATES = (RegistrationState.STARTED, RegistrationState.MORE_ASKED)
"""The applicant may change the profile; while it is being judged it stands still."""


class Registration(Base):
    """One request to join.

    ``reviewer_id`` is who has taken it into hand; ``question`` what was asked of the applicant and ``reply`` what came
    back; ``checklist`` the checks that the reviewer ticked. A decision keeps who made it and why in the applicant's
    words of the mail (``reason``).
    """

    __tablename__ = "registration"
    __table_args__ = (
        one_of("state", RegistrationState),
        sa.CheckConstraint(
            "state = 'withdrawn' OR (state = 'started') = (submitted_at IS NULL)", name="submitted_is_dated"
        ),
        sa.CheckConstraint("(state IN ('approved', 'rejected')) = (decided_at IS NOT NULL)", name="decision_is_dated"),
        sa.CheckConstraint(
            "state NOT IN ('in_review', 'more_asked') OR reviewer_id IS NOT NULL", name="review_has_reviewer"
        ),
        sa.CheckConstraint("state <> 'submitted' OR reviewer_id IS NULL", name="waiting_has_none"),
        sa.CheckConstraint("state <> 'rejected' OR reason_code IS NOT NULL", name="rejection_has_reason"),
        sa.CheckConstraint("state <> 'more_asked' OR question <> ''", name="question_is_said"),
        sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawal_is_dated"),
        sa.Index(
            "uq_registration_open",
            "expert_id",
            unique=True,
            sqlite_where=sa.text("state NOT IN ('rejected', 'withdrawn')"),
            postgresql_where=sa.text("state NOT IN ('rejected', 'withdrawn')"),
        ),
        sa.Index(None, "state", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    state: Mapped[RegistrationState] = mapped_column(sa.String(20), default=RegistrationState.STARTED)
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    claimed_at: Mapped[datetime | None]
    checklist: Mapped[list[str]] = mapped_column(default=list)
    question: Mapped[str] = mapped_column(sa.Text, default="")
    asked_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    replied_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reason_code: Mapped[str | None] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    expert: Mapped[Expert] = relationship(lazy="raise", back_populates="registrations")
    reviewer: Mapped[User | None] = relationship(lazy="raise", foreign_keys=reviewer_id)
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)

    __mapper_args__ = {"version_id_col": version}

    @property
    def user_id(self) -> int | None:
        """Whose request it is; the expert must be loaded."""
        return self.expert.user_id

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE_STATES
