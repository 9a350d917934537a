"""``advnet db``: the schema and what every installation holds from the first day."""

import click

from advnet import schema
from advnet.cli.context import Instance, pass_instance


@click.group("db")
def group() -> None:
    """The database's schema."""


@group.command()
@pass_instance
def upgrade(instance: Instance) -> None:
    """Bring the database to the schema of this version. Running it again changes nothing."""
    with instance.any_database.reading() as session:
        before = schema.present_head(session)
    schema.upgrade(instance.any_database)
    after = schema.expected_head()
    click.echo(f"The schema is at {after}." if before == after else f"The schema went from {before} to {after}.")
