"""The table of the skill vocabulary."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advnet.db import Base, one_of


class Facet(StrEnum):
    FIELD = "field"
    AREA = "area"
    REGION = "region"
    INSTRUMENT = "instrument"


class Concept(Base):
    """A term of the skill vocabulary: a field, an area, a region or an instrument. A code never changes.

    :ivar position: order within the vocabulary
    :ivar retired_at: since then it cannot be chosen any more; skills that name it stay
    :ivar edited_at: when an administrator last changed it; what is shipped does not overwrite it since then
    """

    __tablename__ = "concept"
    __table_args__ = (
        one_of("facet", Facet),
        sa.CheckConstraint("label_ja <> '' AND label_en <> ''", name="has_both_labels"),
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("concept.id"), index=True)
    facet: Mapped[Facet] = mapped_column(sa.String(20), index=True)
    position: Mapped[int] = mapped_column(default=0)
    label_ja: Mapped[str] = mapped_column(sa.String(200))
    label_en: Mapped[str] = mapped_column(sa.String(200))
    synonyms_ja: Mapped[list[str]] = mapped_column(default=list)
    synonyms_en: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str | None] = mapped_column(sa.Text)
    retired_at: Mapped[datetime | None]
    edited_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    parent: Mapped["Concept | None"] = relationship(lazy="raise", remote_side=id)

    __mapper_args__ = {"version_id_col": version}
