"""What a command works on: the settings of the environment, their database, their index."""

from functools import cached_property

import click

from advnet.accounts.model import Actor, system_actor
from advnet.config import Settings
from advnet.db import Database
from advnet.matching.opening import open_index
from advnet.schema import expected_head, present_head
from advnet.search import ExpertIndex

ACTOR: Actor = system_actor("command line")
"""Who acts when an operator does."""


class Instance:
    """Opened piece by piece, when a command first asks; closed when the command ends.

    Asking raises :exc:`~advnet.config.SettingsError` where the environment does not describe it.
    """

    @cached_property
    def settings(self) -> Settings:
        return Settings.from_environ()

    @cached_property
    def any_database(self) -> Database:
        """The database, whatever its schema."""
        return Database(self.settings.database_url)

    @cached_property
    def database(self) -> Database:
        """The database with the schema of this version.

        :raises click.ClickException: it has another one
        """
        with self.any_database.reading() as session:
            if present_head(session) != expected_head():
                raise click.ClickException("The database has not the schema of this version. Run: advnet db upgrade")
        return self.any_database

    @cached_property
    def index(self) -> ExpertIndex:
        return open_index(self.settings)

    def close(self) -> None:
        if "index" in self.__dict__:
            self.index.close()
        if "any_database" in self.__dict__:
            self.any_database.dispose()


pass_instance = click.make_pass_decorator(Instance)
