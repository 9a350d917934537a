"""``advnet experts``: many experts from a file."""

import sys
from pathlib import Path

import click

from advnet.cli.context import ACTOR, Instance, pass_instance
from advnet.clock import now
from advnet.experts.importing.batches import ImportSummary
from advnet.experts.importing.files import ExpertFile, read_experts
from advnet.experts.importing.rows import RowError
from advnet.experts.importing.service import Source, import_experts

MAX_SHOWN = 50
"""Faults and remarks of one kind that are listed; the rest is counted."""


@click.group("experts")
def experts() -> None:
    """Experts of the Network."""


@experts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and say what would happen; write nothing.")
@click.option("--approve", is_flag=True, help="They were vetted elsewhere: approve them, findable at once.")
@pass_instance
def import_(instance: Instance, file: Path, dry_run: bool, approve: bool) -> None:
    """Import experts from FILE: JSON lines (.jsonl), CSV in UTF-8 (.csv) or an Excel workbook (.xlsx).

    Fields: id and name (needed), email, affiliation, country (ISO 3166-1, two letters), languages (ISO 639-1), skills
    (codes, labels or synonyms of the vocabulary), biography, and works with title, abstract, year and doi.

    A table names the fields in its first row and puts semicolons between the members of a list. Works stand in columns
    work1_title, work1_abstract, work1_year, work1_doi, work2_title and so on, or in a workbook's second sheet "works"
    with the columns id (the expert's), title, abstract, year, doi.

    All or nothing: one faulty row, and nothing is written. An id that was imported before is updated, unless the expert
    has an account by now. By importing you vouch that these people have agreed to it; without --approve they wait in
    the vetting queue.
    """
    database = instance.database
    found = read_experts(file)
    if found.errors:
        _list(file, found.errors)
        raise click.ClickException(f"{file}: {_count(len(found.errors), 'fault')}; nothing was written.")
    with database.writing() as session, session.begin() as transaction:
        with click.progressbar(length=len(found.rows), label="Importing", file=sys.stderr) as bar:
            summary = import_experts(
                session,
                actor=ACTOR,
                rows=found.rows,
                approve=approve,
                source=Source(found.name, found.sha256),
                now=now(),
                progress=bar.update,
            )
        if dry_run:
            transaction.rollback()
    _list(file, summary.notes)
    _say(summary, found, approve=approve, dry_run=dry_run)


def _list(file: Path, remarks: list[RowError]) -> None:
    """``FILE:row: field: message``, one a line, on standard error."""
    for remark in remarks[:MAX_SHOWN]:
        field = f"{remark.field}: " if remark.field else ""
        click.echo(f"{file}:{remark.row}: {field}{remark}", err=True)
    if len(remarks) > MAX_SHOWN:
        click.echo(f"… and {len(remarks) - MAX_SHOWN:,} more.", err=True)


def _say(summary: ImportSummary, found: ExpertFile, *, approve: bool, dry_run: bool) -> None:
    if dry_run:
        click.echo("Nothing was written. The import would be:")
    click.echo(
        f"{_count(summary.added, 'expert')} added, {summary.updated:,} updated, with {_count(summary.works, 'work')}."
    )
    if approve:
        click.echo(f"{summary.approved:,} newly approved.")
    elif summary.queued:
        click.echo(f"{summary.queued:,} waiting for vetting.")
    if summary.kept:
        click.echo(f"{len(summary.kept):,} left as they are, because they have an account or were rejected.")
    if summary.notes:
        click.echo(f"{_count(len(summary.notes), 'skill')} not in the vocabulary, kept in biographies.")
    if found.ignored:
        names = ", ".join(f"{name} ({_count(count, 'row')})" for name, count in sorted(found.ignored.items()))
        click.echo(f"Not known, so left out: {names}.")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
