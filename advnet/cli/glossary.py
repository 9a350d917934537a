"""``advnet glossary``: the Japanese-English dictionary that comes along, made from its source."""

import sqlite3
from pathlib import Path

import click

from advnet.search.glossary.build import build
from advnet.search.glossary.table import PATH


@click.group("glossary")
def group() -> None:
    """The glossary from JMdict, through which Japanese is found in English."""


@group.command("build")
@click.option(
    "--jmdict",
    "source",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="jamdict.db of the package jamdict-data, unpacked.",
)
@click.option(
    "--out",
    "target",
    default=PATH,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it; by default into this package.",
)
def build_glossary(source: Path, target: Path) -> None:
    """Make the glossary anew. For maintainers: the result is kept with the source, under JMdict's licence.

    The index then needs a rebuild: raise its version. Texts in Japanese get new vectors by themselves.
    """
    try:
        count = build(source, target, progress=lambda line: click.echo(line, err=True))
    except sqlite3.Error as error:
        raise click.ClickException(f"{source} is not the database of jamdict-data: {error}") from error
    click.echo(f"{count:,} headwords, {target.stat().st_size:,} bytes: {target}")
