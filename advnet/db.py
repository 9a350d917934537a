"""The database: one declarative base, one type for times, two kinds of transaction.

Reading and writing are told apart when the transaction begins. A *reading* session cannot write: SQLite runs it under
``PRAGMA query_only``, PostgreSQL as ``READ ONLY``; so "a GET never changes anything" is kept by the database itself. A
*writing* session begins with ``BEGIN IMMEDIATE`` on SQLite, so that two writers queue (busy timeout) instead of
deadlocking half-way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware moment, kept and returned as UTC. Naive values are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A naive time reached the database: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Relationships of every model are declared ``lazy="raise"``: what a page needs is loaded by its query."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: sa.JSON,
        list[str]: sa.JSON,
    }


def one_of(column: str, values: type[Any], name: str | None = None) -> sa.CheckConstraint:
    """A check that ``column`` holds one of the values of a ``StrEnum``."""
    listed = ", ".join(f"'{member.value}'" for member in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name or column)


class Database:
    """The engine of one process and the sessions made from it."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        options: dict[str, Any] = {"hide_parameters": True}  # texts of answers do not belong into logs
        if self.url.get_backend_name() == "sqlite":
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            options["connect_args"] = {"timeout": 30, "check_same_thread": False}
            options["pool_size"] = 20
            options["poolclass"] = sa.QueuePool
        else:
            options["pool_pre_ping"] = True
        self.engine = sa.create_engine(self.url, **options)
        if self.url.get_backend_name() == "sqlite":
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
        self._reading = self.engine.execution_options(advnet_readonly=True, postgresql_readonly=True)

    def reading(self) -> Session:
        """A session that the database keeps from writing."""
        return Session(self._reading, expire_on_commit=False)

    def writing(self) -> Session:
        """A session that may write; the caller commits once, at the end."""
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing session that is committed at the end of the block and rolled back by any exception."""
        with self.writing() as session, session.begin():
            yield session

    def dispose(self) -> None:
        self.engine.dispose()


def serialise(session: Session, name: str) -> None:
    """Let no other transaction pass this point under the same ``name`` until this one ends.

    Numbers given out behind it are visible in the order of their numbers, which sequences do not promise. On SQLite a
    writing transaction is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(crc32(name.encode()))))


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    readonly = connection.get_execution_options().get("advnet_readonly", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if readonly else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")
