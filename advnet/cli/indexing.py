"""``advnet index``: the search index, built, counted and brought up to date."""

import json
import sqlite3

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.cli.context import Instance, pass_instance
from advnet.cli.progress import Bars, counted
from advnet.db import Database
from advnet.experts.model import Expert
from advnet.jobs.queries import last_change_number
from advnet.matching.handlers import IndexFollower, rebuild_index
from advnet.matching.queries import is_findable
from advnet.search import EmbeddingError, ExpertIndex, IndexBusy, IndexUnusable, fill_vectors
from advnet.web.request_log import configure


@click.group("index")
def index() -> None:
    """The search index. It is derived from the database and can be built anew at any time."""


@index.command()
@pass_instance
def rebuild(instance: Instance) -> None:
    """Build the index anew, aside, and put it in place of the old one, which answers until then."""
    configure("WARNING")
    try:
        _build(instance.database, instance.index)
        counts = instance.index.counts()
    except IndexBusy as error:
        raise click.ClickException("Somebody else is rebuilding the index at this moment. Try again.") from error
    finally:
        instance.index.close()
    click.echo(f"{counted(counts.experts, 'expert')} with {counted(counts.works, 'work')} indexed.")


@index.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_instance
def status(instance: Instance, as_json: bool) -> None:
    """What the index holds, and how far it is behind the database. Exit status 1 when there is none to read."""
    with instance.database.reading() as session:
        last = last_change_number(session)
        findable = _findable(session)
    try:
        counts = instance.index.counts()
        vectors = instance.index.vector_counts()
    except IndexUnusable as error:
        raise click.ClickException(f"{error}. Start the worker, or run: advnet index rebuild") from error
    finally:
        instance.index.close()
    values = {
        "experts": counts.experts,
        "experts_in_database": findable,
        "works": counts.works,
        "reached": counts.reached,
        "last_change": last,
        "behind": last - counts.reached,
        "segments": counts.segments,
        "bytes": counts.folder_bytes,
        "vectors": vectors.present if vectors else None,
        "vectors_expected": vectors.present + vectors.awaited if vectors else None,
        "vectors_refused": vectors.refused if vectors else None,
        "vectors_trouble": instance.index.dense.trouble() if instance.index.dense else "off",
    }
    if as_json:
        click.echo(json.dumps(values))
        return
    click.echo(f"Experts   {counts.experts:>12,} of {findable:,} in the database")
    click.echo(f"Works     {counts.works:>12,}")
    click.echo(f"Changes   {counts.reached:>12,} of {last:,} followed")
    click.echo(f"Segments  {counts.segments:>12,}")
    click.echo(f"Size      {counts.folder_bytes:>12,} bytes")
    if vectors:
        click.echo(
            f"Vectors   {vectors.present:>12,} of {vectors.present + vectors.awaited:,}{_trouble(instance.index)}"
        )
        if vectors.refused:
            click.echo(f"Refused   {vectors.refused:>12,} by the model: matched by words until they change")
    else:
        click.echo("Vectors            off: matching goes by words alone")


def bring_up_to_date(database: Database, index: ExpertIndex) -> None:
    """Follow the change log to its end; where the worker is at it, say how far it is behind."""
    try:
        try:
            index.reached()
        except IndexUnusable:
            _build(database, index)
        follower = IndexFollower(database, index)
        while follower():
            pass
    except IndexBusy:
        pass
    with database.reading() as session:
        last = last_change_number(session)
    try:
        behind = last - index.reached()
    except IndexUnusable:
        return
    if behind:
        click.echo(f"The index is {counted(behind, 'change')} behind; the worker is at it.", err=True)


def _build(database: Database, index: ExpertIndex) -> None:
    with database.reading() as session:
        total = _findable(session)
    bars = Bars({"experts": "Indexing"})
    try:
        rebuild_index(database, index, progress=lambda done: bars.show("experts", done, total))
    finally:
        bars.close()


def fill(index: ExpertIndex) -> None:
    """Give every unit its vector; where that cannot be, say so and go on by words."""
    bars = Bars({"vectors": "Embedding"})
    try:
        fill_vectors(index, progress=bars.show)
    except (EmbeddingError, IndexUnusable, sqlite3.Error) as error:
        click.echo(f"Some texts have no vector yet ({error}).", err=True)
    finally:
        bars.close()


def _trouble(index: ExpertIndex) -> str:
    trouble = index.dense.trouble() if index.dense else None
    return f", {trouble.replace('_', ' ')}: matching goes by words alone" if trouble else ""


def _findable(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Expert).where(is_findable())) or 0
