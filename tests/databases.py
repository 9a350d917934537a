"""Two databases a process for all its tests, SQLite and PostgreSQL, each put back to empty after a test.

To make a database, to wire an application and to compile its statements anew took more than half of the time of a test.
So the engine stays, with the statements that it has compiled; what a test leaves is what is thrown away.
"""

import shutil
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from advnet import models, schema
from advnet.consultations import similar
from advnet.db import Base, Database
from advnet.matching import directory, documents, offers, roster, tree

assert models.__all__


class SqliteBench:
    """A file that is a copy of an empty one before every test."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.sqlite"
        database = Database(f"sqlite:///{self.template}")
        schema.upgrade(database)
        database.dispose()
        self._path = folder / "advnet.sqlite"
        self.url = f"sqlite:///{self._path}"
        self.database = Database(self.url)

    def lay(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
        shutil.copyfile(self.template, self._path)

    def clear(self) -> None:
        forget()
        self.database.dispose()


class PostgresBench:
    """A database whose rows are deleted after every test; it is made anew after one that touched the schema."""

    def __init__(self, server: sa.URL) -> None:
        self._admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._template, self._name = "advnet_template", "advnet_test"
        self._make(self._template)
        template = Database(self._url(self._template))
        schema.upgrade(template)
        template.dispose()
        self.url = self._url(self._name)
        self.database = Database(self.url)
        self._schema: object = None

    def lay(self) -> None:
        if self._schema is None:
            self._make(self._name, like=self._template)
            with self.database.engine.connect() as connection:
                self._schema = _written(connection)
            self.database.dispose()

    def clear(self) -> None:
        forget()
        self.database.dispose()
        try:
            with self.database.engine.begin() as connection:
                connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
                if _written(connection) != self._schema:
                    raise _Foreign()
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no trigger, any order
                connection.exec_driver_sql(_EMPTIED)
        except (DBAPIError, _Foreign):
            self._schema = None
        finally:
            self.database.dispose()

    def _url(self, name: str) -> str:
        return self._admin.url.set(database=name).render_as_string(hide_password=False)

    def _make(self, name: str, like: str = "template1") -> None:
        with self._admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {like}"))


KEPT_BY_ENGINE = (
    similar._VECTORS,
    *(module._KNOWN for module in (directory, documents, offers, roster, tree)),
)


def forget() -> None:
    """What the application keeps in memory of a database, as long as its engine lives."""
    for kept in KEPT_BY_ENGINE:
        kept.clear()


class _Foreign(Exception):
    """The tables are not those that were laid."""


def _written(connection: sa.Connection) -> object:
    """Which transaction wrote the version of the schema: any migration, back and forth too, is another one."""
    return connection.exec_driver_sql("SELECT xmin::text, version_num FROM alembic_version").all()


_EMPTIED = "".join(f'DELETE FROM "{table}";' for table in Base.metadata.tables) + (
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences"
)
