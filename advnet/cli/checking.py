"""``advnet check``: would it run, and if not, what is to be set right?"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import click
import sqlalchemy as sa

from advnet.cli.context import Instance, pass_instance
from advnet.config import Settings
from advnet.jobs.queries import last_change_number
from advnet.mail.transport import transport_for
from advnet.schema import expected_head, present_head
from advnet.search import HARMLESS, EmbeddingError, IndexUnusable

_PATIENCE_SECONDS = 5.0
"""For an embedding server."""


class Fault(Exception):
    """Something that keeps the installation from working; the message says what to do."""


@click.command()
@click.option("--mail", "with_mail", is_flag=True, help="Also speak to the mail server, without sending anything.")
@pass_instance
def check(instance: Instance, with_mail: bool) -> None:
    """Check settings, instance folder, database, schema, index and model. Exit status 1 when something is wrong."""
    click.echo(f"ok     settings: mode {instance.settings.mode}, {instance.settings.base_url}")
    failed = False
    for name, look in _checks(instance, with_mail):
        try:
            click.echo(f"ok     {name}: {look()}")
        except (Fault, OSError, sa.exc.SQLAlchemyError) as error:
            failed = True
            click.echo(f"FAILED {name}: {_line(error)}", err=True)
    if failed:
        raise click.exceptions.Exit(1)


def _checks(instance: Instance, with_mail: bool) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "instance folder", lambda: _folder(instance.settings)
    yield "database", lambda: _database(instance)
    yield "schema", lambda: _schema(instance)
    yield "index", lambda: _index(instance)
    yield "vectors", lambda: _vectors(instance)
    if with_mail:
        yield "mail", lambda: _mail(instance.settings)


def _folder(settings: Settings) -> str:
    folder: Path = settings.instance
    if not folder.is_dir():
        raise Fault(f"{folder} does not exist. Create it for the service user alone.")
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        raise Fault(f"{folder} is open to others (mode {mode:o}). Run: chmod 700 {folder}")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise Fault(f"{folder} cannot be written by this user.")
    return str(folder)


def _database(instance: Instance) -> str:
    with instance.any_database.reading() as session:
        session.execute(sa.select(1))
    return str(instance.any_database.url.render_as_string(hide_password=True))


def _schema(instance: Instance) -> str:
    with instance.any_database.reading() as session:
        present = present_head(session)
    if present != expected_head():
        raise Fault(f"at {present}, expected {expected_head()}. Run: advnet db upgrade")
    return f"at {present}"


def _index(instance: Instance) -> str:
    with instance.any_database.reading() as session:
        expected = last_change_number(session)
    try:
        reached = instance.index.reached()
    except IndexUnusable as error:
        if expected == 0:
            return "nothing to find yet"
        raise Fault("there is none that this version can read. The worker builds it: start advnet worker") from error
    return f"reached {reached} of {expected}"


def _vectors(instance: Instance) -> str:
    """Makes one."""
    dense = instance.index.dense
    if dense is None:
        return "off, matching goes by words alone"
    try:
        (vector,) = dense.embedder.embed([HARMLESS], seconds=_PATIENCE_SECONDS)
    except EmbeddingError as error:
        raise Fault(f"{error}; matching goes by words alone. See ADVNET_EMBEDDINGS in the README") from error
    told = f"{len(vector)} dimensions, {instance.settings.embeddings.kind}"
    refused = _refused(instance)
    return f"{told}; it refuses {refused} of the texts, which are matched by words" if refused else told


def _refused(instance: Instance) -> int:
    with suppress(IndexUnusable):
        counts = instance.index.vector_counts()
        return counts.refused if counts else 0
    return 0


def _mail(settings: Settings) -> str:
    transport_for(settings).check()
    return settings.mail_url.partition(":")[0]


def _line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
