"""``advnet audit``: is the log what was written?"""

import click

from advnet.audit.queries import count_entries
from advnet.audit.service import verify_chain
from advnet.cli.context import ACTOR, Instance, pass_instance


@click.group("audit")
def group() -> None:
    """The audit log."""


@group.command()
@pass_instance
def verify(instance: Instance) -> None:
    """Check every entry and the chain between them. Exit status 1 names the first entry that does not hold.

    A chain that was cut off at its end holds as well: compare number and digest of the last entry with a copy that
    you keep elsewhere.
    """
    with instance.database.reading() as session:
        broken = verify_chain(session)
        number, digest = count_entries(session, actor=ACTOR)
    if broken is not None:
        raise click.ClickException(f"The chain does not hold: entry {broken.number} is {broken.what}.")
    click.echo(f"{number} entries, the chain holds. Last digest: {digest}")
