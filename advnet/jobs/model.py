"""The job queue and the change log that the search index follows."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from advnet.db import Base


class Job(Base):
    """One thing to do, at least once, not before ``run_at``.

    ``key`` makes it idempotent: the same key is queued once. It is *done* (``done_at``), *dead* (``dead_at``, after the
    last try: shown to administrators, who may retry it) or waiting; while a worker has it, ``leased_until`` lies ahead.
    """

    __tablename__ = "job"
    __table_args__ = (
        sa.CheckConstraint("done_at IS NULL OR dead_at IS NULL", name="one_end"),
        sa.Index("ix_job_waiting", "run_at", sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
                 postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(sa.String(80))
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.Text)


class IndexChange(Base):
    """Expert ``expert_id`` changed (or went); the index follows these rows by ``number``, which has no gaps."""

    __tablename__ = "index_change"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    expert_id: Mapped[int]
    at: Mapped[datetime]
