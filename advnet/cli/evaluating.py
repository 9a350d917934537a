"""``advnet evaluate match``: the product's own matching on collections from elsewhere."""

import os
import sqlite3
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from advnet.cli.progress import Bars
from advnet.config import Embeddings
from advnet.matching.opening import dense_evidence
from advnet.search import DenseEvidence, EmbeddingError, match_collection
from advnet.web.request_log import configure


@click.group("evaluate")
def evaluate() -> None:
    """The product's own rules on collections from elsewhere."""


@evaluate.command("match")
@click.option("--experts", "experts_path", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="JSON lines, an expert each.")  # fmt: skip
@click.option("--queries", "queries_path", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="JSON lines: id, title, text.")  # fmt: skip
@click.option("--run", "run_path", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path),
              help="Written: query, expert and score between tabs.")  # fmt: skip
@click.option("--timings", "timings_path", type=click.Path(dir_okay=False, writable=True, path_type=Path),
              help="Written: JSON with index_s, index_bytes, peak_rss_bytes, query_ms.")  # fmt: skip
@click.option("--cache", "cache_folder", type=click.Path(file_okay=False, path_type=Path),
              help="Keeps the vectors of texts for the next run; made when it is not there.")  # fmt: skip
@click.option("--words-only", is_flag=True, help="Without vectors, whatever the settings say.")
def evaluate_match(
    experts_path: Path,
    queries_path: Path,
    run_path: Path,
    timings_path: Path | None,
    cache_folder: Path | None,
    words_only: bool,
) -> None:
    """Match every query of a collection against its experts, in a throw-away index.

    Neither the database nor the index of this installation is touched; what it uses for vectors is used here as well.
    """
    configure("WARNING")
    bars = Bars({"experts": "Indexing", "vectors": "Embedding", "queries": "Matching"})
    with tempfile.TemporaryDirectory(prefix="advnet-vectors-") as folder:
        dense = None if words_only else dense_for_evaluation((cache_folder or Path(folder)) / "vectors.sqlite")
        try:
            match_collection(experts_path, queries_path, run_path, timings_path, dense=dense, progress=bars.show)
        except (EmbeddingError, sqlite3.Error) as error:
            raise click.ClickException(f"There are no vectors ({error}). Try again, or with --words-only.") from error
        finally:
            bars.close()


def dense_for_evaluation(store_path: Path) -> DenseEvidence | None:
    """By the settings for embeddings, and none of the others; on all processors."""
    chosen = Embeddings.from_environ(os.environ)
    threads = max(chosen.threads, os.cpu_count() or 1)
    return dense_evidence(replace(chosen, threads=threads), store_path, forgets=False)
