"""The database schema's version: what the code expects, what the database has, and the way from one to the other."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
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
    """Bring the database to :func:`expected_head`, in one transaction."""
    config = alembic_config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
