"""The product's own matching on a foreign collection."""

from collections.abc import Callable
from pathlib import Path


class CollectionError(ValueError):
    """A line of an input file cannot be read; the message names file and line."""


def match_collection(
    experts_path: Path,
    queries_path: Path,
    run_path: Path,
    timings_path: Path | None = None,
    *,
    progress: Callable[[str, int, int | None], None] | None = None,
) -> None:
    """Match every query of a collection against its experts, in a throw-away index.

    :param experts_path: JSON lines, an expert each, as ``advnet experts import`` takes them
    :param queries_path: JSON lines ``{"id", "title", "text"?}``
    :param run_path: written: ``query⇥expert⇥score`` for every pair with any evidence
    :param timings_path: written: JSON with ``index_s``, ``index_bytes``, ``peak_rss_bytes``, ``query_ms`` (in query order)
    :param progress: called with ("experts" | "queries", done, total or None)
    :raises CollectionError: nothing is written
    """
    raise NotImplementedError
