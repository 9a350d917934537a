"""Table of the items that experts name before they are asked to judge: options, risks, indicators.

An item belongs to its contributor's pseudonym, like an answer, and tells neither author nor order of coming. What the
facilitator takes becomes an option of the question; what says the same is merged into one, so that no wording counts
twice.
"""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advnet.answers.model import WITHOUT_ORDER, Contributor, random_id
from advnet.db import Base, one_of


class ItemState(StrEnum):
    NAMED = "named"
    TAKEN = "taken"
    MERGED = "merged"
    LEFT_OUT = "left_out"


class Item(Base):
    """One thing that an expert names for a question.

    :ivar language: ``ja`` or ``en``, the language it is written in
    :ivar option: value of the question's option that it became; empty unless taken
    """

    __tablename__ = "item"
    __table_args__ = (
        one_of("state", ItemState),
        sa.CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into"),
        sa.CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        sa.CheckConstraint("(state = 'taken') = (option <> '')", name="option"),
        WITHOUT_ORDER,
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False, default=random_id)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"), index=True)
    contributor_id: Mapped[int] = mapped_column(sa.ForeignKey("contributor.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    text: Mapped[str] = mapped_column(sa.String(300))
    state: Mapped[ItemState] = mapped_column(sa.String(20), default=ItemState.NAMED)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("item.id"), index=True)
    option: Mapped[str] = mapped_column(sa.String(20), default="")

    contributor: Mapped[Contributor] = relationship(lazy="raise")
