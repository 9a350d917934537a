"""``advnet user``: the first accounts, before anybody can sign in to invite others."""

import sys
from typing import TextIO

import click

from advnet.accounts.joining import create_user
from advnet.accounts.model import STAFF_ROLES, Role
from advnet.cli.context import ACTOR, Instance, pass_instance
from advnet.clock import now


@click.group("user")
def group() -> None:
    """Accounts."""


@group.command()
@click.option("--email", required=True, help="Address to sign in with.")
@click.option("--name", required=True, help="Name as others see it.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(sorted(role.value for role in STAFF_ROLES)),
    help="May be given more than once.",
)
@click.option("--language", type=click.Choice(["ja", "en"]), default="ja", show_default=True)
@click.option(
    "--password-file",
    type=click.File(encoding="utf-8"),
    help="First line of this file, - for standard input. Without it the password is asked for.",
)
@pass_instance
def create(
    instance: Instance, email: str, name: str, roles: tuple[str, ...], language: str, password_file: TextIO | None
) -> None:
    """Create an active account of staff.

    The password is never an argument, since others on the machine could read it.
    """
    granted = frozenset(Role(role) for role in roles)
    database = instance.database
    password = _password(password_file)
    with database.transaction() as session:
        create_user(
            session,
            actor=ACTOR,
            email=email,
            name=name,
            roles=granted,
            password=password,
            language=language,
            now=now(),
        )
    click.echo(f"{email.strip()} can sign in as {', '.join(sorted(granted))}.")


def _password(file: TextIO | None) -> str:
    if file is None and sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    source: TextIO = file or sys.stdin
    return source.readline().rstrip("\r\n")
