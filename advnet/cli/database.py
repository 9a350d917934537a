"""``advnet db``: the schema and what every installation holds from the first day."""

import click

from advnet import schema
from advnet.cli.context import ACTOR, Instance, pass_instance
from advnet.clock import now
from advnet.experts.vocabulary.loading import load_shipped_vocabulary


@click.group("db")
def group() -> None:
    """The database's schema."""


@group.command()
@pass_instance
def upgrade(instance: Instance) -> None:
    """Bring the database to the schema of this version, and the skill vocabulary to the shipped one.

    Running it again changes nothing; what administrators changed in the vocabulary stays.
    """
    with instance.any_database.reading() as session:
        before = schema.present_head(session)
    schema.upgrade(instance.any_database)
    after = schema.expected_head()
    click.echo(f"The schema is at {after}." if before == after else f"The schema went from {before} to {after}.")
    with instance.any_database.transaction() as session:
        loaded = load_shipped_vocabulary(session, actor=ACTOR, now=now())
    if not loaded.is_empty:
        click.echo(
            f"The vocabulary: {len(loaded.added)} concepts added, {len(loaded.changed)} changed, "
            f"{len(loaded.retired)} retired, {len(loaded.kept)} kept as administrators edited them."
        )
