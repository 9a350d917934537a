"""Tables of advice: the brief, every version of it, and which answers it cites.

The text is Markdown, in Japanese, in English or in both. A citation is written ``[[answer:ID]]``; the rows of
``citation`` are derived from the text whenever it is saved, so that an answer knows where it was used.
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advnet.accounts.model import User
from advnet.consultations.model import Consultation
from advnet.db import Base, one_of


class BriefState(StrEnum):
    DRAFTING = "drafting"
    IN_REVIEW = "in_review"
    ISSUED = "issued"


class Brief(Base):
    """The advice document of one consultation.

    :ivar version: grows with every save, so that a second editor is noticed; each has its :class:`BriefRevision`
    """

    __tablename__ = "brief"
    __table_args__ = (
        one_of("state", BriefState),
        sa.CheckConstraint("(state = 'issued') = (issued_at IS NOT NULL)", name="issued_at"),
        sa.CheckConstraint("state <> 'issued' OR body_ja <> '' OR body_en <> ''", name="issued_text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), unique=True)
    state: Mapped[BriefState] = mapped_column(sa.String(20), default=BriefState.DRAFTING)
    title_ja: Mapped[str] = mapped_column(sa.String(200), default="")
    title_en: Mapped[str] = mapped_column(sa.String(300), default="")
    body_ja: Mapped[str] = mapped_column(sa.Text, default="")
    body_en: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    review_reason: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    issued_at: Mapped[datetime | None] = mapped_column(index=True)
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    consultation: Mapped[Consultation] = relationship(lazy="raise")


class BriefRevision(Base):
    """A saved version of the brief, kept whole."""

    __tablename__ = "brief_revision"
    __table_args__ = (sa.UniqueConstraint("brief_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    brief_id: Mapped[int] = mapped_column(sa.ForeignKey("brief.id"))
    version: Mapped[int]
    title_ja: Mapped[str] = mapped_column(sa.String(200))
    title_en: Mapped[str] = mapped_column(sa.String(300))
    body_ja: Mapped[str] = mapped_column(sa.Text)
    body_en: Mapped[str] = mapped_column(sa.Text)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    saved_by: Mapped[User | None] = relationship(lazy="raise")


class Citation(Base):
    """The brief cites this answer."""

    __tablename__ = "citation"

    brief_id: Mapped[int] = mapped_column(sa.ForeignKey("brief.id"), primary_key=True)
    answer_id: Mapped[int] = mapped_column(sa.ForeignKey("answer.id"), primary_key=True, index=True)
