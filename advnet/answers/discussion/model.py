"""Table of remarks: a thread a question, in which contributors speak under their labels.

A conversation needs an order, so a remark has a place in its thread; it has no moment, and its number is drawn. Beside
the audit log, which names no remark, the place tells nobody's name.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advnet.answers.model import WITHOUT_ORDER, Contributor, random_id
from advnet.db import Base


class Remark(Base):
    """One remark in the thread of a question.

    :ivar contributor_id: who says it; None for the facilitator
    :ivar round_number: the round after which it was said
    :ivar place: in the thread, from 1
    :ivar reply_to_id: the remark that it answers
    :ivar hidden_reason: why the facilitator took it out of sight; empty as long as it is shown
    """

    __tablename__ = "remark"
    __table_args__ = (
        sa.UniqueConstraint("question_id", "place"),
        sa.CheckConstraint("place >= 1", name="place"),
        sa.CheckConstraint("text <> ''", name="text"),
        WITHOUT_ORDER,
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False, default=random_id)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    contributor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contributor.id"), index=True)
    round_number: Mapped[int]
    place: Mapped[int]
    reply_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("remark.id"))
    language: Mapped[str] = mapped_column(sa.String(2))
    text: Mapped[str] = mapped_column(sa.Text)
    hidden_reason: Mapped[str] = mapped_column(sa.String(300), default="")

    contributor: Mapped[Contributor | None] = relationship(lazy="raise")
