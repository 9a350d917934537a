"""An installation as an operator has it: its environment, and a database that says which schema it has."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from advnet.config import Settings
from advnet.db import Database
from advnet.schema import alembic_config


def environment(settings: Settings) -> dict[str, str]:
    """The variables that give ``settings`` again."""
    return {
        "ADVNET_MODE": settings.mode,
        "ADVNET_INSTANCE": str(settings.instance),
        "ADVNET_DATABASE_URL": settings.database_url,
        "ADVNET_SECRET_KEY": settings.secret_key,
        "ADVNET_MAIL_URL": settings.mail_url,
        "ADVNET_BASE_URL": settings.base_url,
        "ADVNET_LOG_LEVEL": settings.log_level,
    }


def stamp(database: Database) -> None:
    """The tests' schema comes from the metadata; say in the database that it is the newest migration's."""
    with database.engine.begin() as connection:
        MigrationContext.configure(connection).stamp(ScriptDirectory.from_config(alembic_config()), "head")
