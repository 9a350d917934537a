"""``advnet evaluate learn`` and ``ablation``: where the weights come from, and what each part is worth."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import numpy as np

from advnet.cli.evaluating import dense_for_evaluation
from advnet.cli.evaluating import evaluate as evaluate
from advnet.cli.progress import Bars
from advnet.search import DenseEvidence, EmbeddingError
from advnet.search.evaluation import judged, learning
from advnet.search.evaluation.judged import Worth
from advnet.search.evaluation.measures import Figures
from advnet.search.scoring.comparing import Setting
from advnet.search.scoring.weighing import Weights, learned_weights
from advnet.web.request_log import configure

_COLUMN = 18
_WIDE_COLUMN = 21

_collections = click.argument(
    "folders",
    metavar="COLLECTION...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
_cache = click.option(
    "--cache",
    "cache_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keeps the vectors of texts for the next run; made when it is not there.",
)
_seed = click.option("--seed", type=int, default=0, show_default=True, help="Of all draws.")


@evaluate.command("learn")
@_collections
@_cache
@click.option("--folds", type=click.IntRange(2, 100), default=10, show_default=True, help="Of experts and of queries.")
@click.option(
    "--repeats", type=click.IntRange(1, 100), default=10, show_default=True, help="Times they are dealt anew."
)
@_seed
@click.option("--write", "target", type=click.Path(dir_okay=False, writable=True, path_type=Path),
              help="Written: the weights that all together say, as advnet/search/scoring/weights.toml.")  # fmt: skip
def learn(
    folders: tuple[Path, ...], cache_folder: Path | None, folds: int, repeats: int, seed: int, target: Path | None
) -> None:
    """Learn the weights of the formula from collections of judged matches, and cross-validate the choice.

    A COLLECTION is a folder with experts.jsonl (or several samples, experts_*.jsonl), queries.jsonl and qrels.tsv
    (query, expert and grade between tabs). Grades are 0 and 1, or 1 to 5: what experts said of their own knowledge. The
    settings for embeddings are those of this installation.
    """
    now = learned_weights()
    worths = _measured(folders, cache_folder, learning.settings_to_learn(now))
    settings = learning.grid(now)
    tried = [_only(worth, len(settings)) for worth in worths]
    validated = learning.cross_validate(tried, folds=folds, repeats=repeats, seed=seed)
    best = int(learning.objective(tried).argmax())
    rows: list[tuple[str, Callable[[int], Figures]]] = [
        ("cross-validated", lambda number: validated.got[number]),
        ("best on all (seen)", lambda number: tried[number].got[best]),
    ]
    if now in settings:
        current = settings.index(now)
        rows.append(("weights.toml", lambda number: tried[number].got[current]))
    for number, worth in enumerate(tried):
        _print_head(worth)
        for label, got in rows:
            _print_figures(label, worth, got(number), seed=seed)
        if now in settings and best != current:
            _print_figures("best less weights.toml", worth, tried[number].got[best], less=tried[number].got[current],
                           seed=seed)  # fmt: skip
    click.echo(f"\nChosen by {folds} folds, {repeats} times:")
    for one, times in validated.chosen.most_common():
        click.echo(f"  {times:>4} × {_told(settings[one])}")
    click.echo("Fold by fold, the first time:")
    for fold, one in enumerate(validated.first, 1):
        click.echo(f"  {fold:>4}   {_told(settings[one])}")
    try:
        found = learning.learned(worths, now)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"\nOn all: {_told(found)}")
    click.echo(f"        words alone {found.lexical_alone}, half {found.half}, steepness {found.steepness}")
    click.echo(f"Now:    {_told(now)}")
    click.echo(f"        words alone {now.lexical_alone}, half {now.half}, steepness {now.steepness}")
    if target:
        target.write_text(learning.written(found), encoding="utf-8")


@evaluate.command("ablation")
@_collections
@_cache
@_seed
def ablation(folders: tuple[Path, ...], cache_folder: Path | None, seed: int) -> None:
    """What each part of the formula is worth on collections of judged matches: it is left out, and all else kept.

    For COLLECTION see learn. In brackets: 95 of 100 draws of experts (graded) or queries lie there.
    """
    labels, settings = zip(*learning.ablations(learned_weights()), strict=True)
    for worth in _measured(folders, cache_folder, settings):
        _print_head(worth)
        for label, got in zip(labels, worth.got, strict=True):
            _print_figures(label, worth, got, seed=seed)
        click.echo("  the whole formula less …")
        for label, got in list(zip(labels, worth.got, strict=True))[1:]:
            _print_figures(label, worth, worth.got[0], less=got, seed=seed)


def _measured(folders: Sequence[Path], cache_folder: Path | None, settings: Sequence[Setting]) -> list[Worth]:
    configure("WARNING")
    collections = [judged.read_collection(folder) for folder in folders]
    found = []
    with _dense(cache_folder) as dense:
        for collection in collections:
            bars = Bars({"vectors": f"Embedding {collection.name}", "queries": f"Matching {collection.name}"})
            try:
                found.append(judged.measure(collection, settings, dense=dense, progress=bars.show))
            except (EmbeddingError, sqlite3.Error) as error:
                raise click.ClickException(f"There are no vectors ({error}). Try again.") from error
            finally:
                bars.close()
    return found


@contextmanager
def _dense(cache_folder: Path | None) -> Iterator[DenseEvidence | None]:
    with tempfile.TemporaryDirectory(prefix="advnet-vectors-") as folder:
        yield dense_for_evaluation((cache_folder or Path(folder)) / "vectors.sqlite")


def _only(worth: Worth, settings: int) -> Worth:
    """Of the first settings."""
    return Worth(worth.collection, worth.is_graded, worth.items, worth.got[:settings], worth.possible,
                 worth.judged[:settings], worth.fits, worth.best[:settings])  # fmt: skip


def _print_head(worth: Worth) -> None:
    kind = "experts" if worth.is_graded else "queries"
    click.echo(f"\n{worth.collection} ({len(worth.items)} {kind})")
    click.echo(" " * 40 + "".join(f"{name:<{_COLUMN}}" for name in worth.measures))


def _print_figures(label: str, worth: Worth, got: Figures, *, less: Figures | None = None, seed: int) -> None:
    """A line with the interval of each figure, or of each difference."""
    figures = judged.share((got if less is None else got - less).sum(axis=0), worth.possible.sum(axis=0))
    low, high = learning.interval(got, worth.possible, less=less, seed=seed)
    form = "{:.3f}" if less is None else "{:+.3f}"
    told = [
        f"{form.format(figure)} [{form.format(least)} {form.format(most)}]" if np.isfinite(figure) else "–"
        for figure, least, most in zip(figures, low, high, strict=True)
    ]
    width = _COLUMN if less is None else _WIDE_COLUMN
    click.echo(f"  {label:<38}" + "".join(f"{one.replace('0.', '.'):<{width}}" for one in told))


def _told(weights: Weights) -> str:
    ranks = " ".join(f"{rank:g}" for rank in weights.ranks)
    return f"centre {weights.centre}, lexical {weights.lexical}, enough terms {weights.enough_terms:g}, ranks {ranks}"
