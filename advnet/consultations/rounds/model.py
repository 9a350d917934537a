"""Tables of rounds.

A consultation that is open is in one of two conditions, which PRODUCT.md draws as *round k → feedback → round k+1*: a
round is open and answers are taken, or it has closed and experts read what it brought. The consultation's row says
which (``round_number``, ``is_between_rounds``), so that one row is enough to decide who may do what; here stands the
history, and the facilitator's words.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from advnet.db import Base


class Round(Base):
    """One time that the experts of a consultation are asked.

    :ivar number: 0 for the round in which experts name items, then from 1
    :ivar closes_at: until when answers are taken; the consultation's deadline while the round is open
    :ivar summary_ja: what the facilitator tells the experts when it has closed; Markdown
    :ivar version: grows with every edit of the summary, so that a second editor is noticed
    """

    __tablename__ = "round"
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "number"),
        sa.CheckConstraint("number BETWEEN 0 AND 5", name="number"),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closed_after_opened"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    number: Mapped[int]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    summary_ja: Mapped[str] = mapped_column(sa.Text, default="")
    summary_en: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
