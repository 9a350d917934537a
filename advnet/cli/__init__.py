"""The ``advnet`` command. Each group of subcommands is a module here; this one only gathers them.

Exit status: 0 done, 1 refused or failed (one line on standard error says why), 2 wrong usage.
"""

from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from advnet.cli import (
    audit,
    checking,
    database,
    demo,
    elicitation,
    experts,
    glossary,
    matching,
    serving,
    users,
)
from advnet.cli.context import Instance
from advnet.config import SettingsError
from advnet.errors import DomainError
from advnet.search import CollectionError, SearchError


class Commands(click.Group):
    """Turns every refusal into one line on standard error and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SettingsError, DomainError, SearchError, CollectionError) as error:
            raise click.ClickException(str(error) or type(error).__name__) from error
        except DBAPIError as error:
            raise click.ClickException(f"The database refused: {str(error.orig).splitlines()[0]}") from error
        except BrokenPipeError:
            raise
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{where}{error.strerror or error}") from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="advnet")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Expert advice to government: consultations, experts found by skill, answers, and advice traced back to them.

    Settings come from the environment (ADVNET_…); the README has the table. To look around: advnet demo
    """
    ctx.obj = Instance()
    ctx.call_on_close(ctx.obj.close)


for command in (
    demo.demo,
    serving.serve,
    serving.worker,
    database.group,
    users.group,
    checking.check,
    experts.experts,
    matching.index,
    matching.match,
    elicitation.evaluate,
    glossary.group,
    audit.group,
):
    main.add_command(command)
