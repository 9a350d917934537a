"""The database schema's version: what the code expects, what the database has, and the way from one to the other."""

from collections.abc import Callable
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from advnet.config import resource_folder
from advnet.db import Database


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource_folder("migrations")))
    return config


@cache
def expected_head() -> str | None:
    """The newest migration of this version of advnet."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def present_head(session: Session) -> str | None:
    """The migration that the database is at; None when it is empty."""
    return MigrationContext.configure(session.connection()).get_current_revision()


def upgrade(database: Database) -> None:
    """Bring the database to :func:`expected_head`, in one transaction.

    :raises RuntimeError: a migration left a row that refers to nothing; nothing is changed
    """
    migrate(database, lambda config: command.upgrade(config, "head"))


def migrate(database: Database, step: Callable[[Config], None]) -> None:
    """Run Alembic's command in one transaction.

    SQLite changes a table by making it anew under its name, and would follow references to the old one while it is
    dropped. So it looks at references once at the end instead of at every statement; it can be told so only outside of
    a transaction.
    """
    config = alembic_config()
    with database.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            _say_to_sqlite(connection, "PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                config.attributes["connection"] = connection
                step(config)
                if is_sqlite and (astray := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                    raise RuntimeError(f"After the migration a row of {astray[0]} refers to nothing in {astray[2]}.")
        finally:
            if is_sqlite:
                _say_to_sqlite(connection, "PRAGMA foreign_keys=ON")


def _say_to_sqlite(connection: Connection, pragma: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(pragma)
