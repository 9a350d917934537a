"""The table of works."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from advnet.db import Base, one_of


class WorkKind(StrEnum):
    ARTICLE = "article"
    CONFERENCE = "conference"
    BOOK = "book"
    CHAPTER = "chapter"
    REPORT = "report"
    THESIS = "thesis"
    DATASET = "dataset"
    SOFTWARE = "software"
    PATENT = "patent"
    STANDARD = "standard"
    OTHER = "other"


class WorkSource(StrEnum):
    """How the record of a work came here."""

    HAND = "hand"
    BIBTEX = "bibtex"
    RIS = "ris"
    DOI = "doi"
    IMPORT = "import"


class Work(Base):
    """A publication or other evidence. :ivar doi: lower case, without resolver (``10.1000/182``)."""

    __tablename__ = "work"
    __table_args__ = (
        one_of("kind", WorkKind),
        one_of("source", WorkSource),
        sa.CheckConstraint("title <> ''", name="has_title"),
        sa.CheckConstraint("year BETWEEN 1800 AND 2200", name="year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    kind: Mapped[WorkKind] = mapped_column(sa.String(20), default=WorkKind.ARTICLE)
    title: Mapped[str] = mapped_column(sa.Text)
    abstract: Mapped[str] = mapped_column(sa.Text, default="")
    year: Mapped[int | None]
    venue: Mapped[str] = mapped_column(sa.String(300), default="")
    doi: Mapped[str | None] = mapped_column(sa.String(300), index=True)
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    source: Mapped[WorkSource] = mapped_column(sa.String(20), default=WorkSource.HAND)
