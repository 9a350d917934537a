"""The product's own matching on a foreign collection, so that anybody can check what docs/matching.md says of it."""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from advnet.search.documents import ExpertDocument, MatchQuestion, SkillDocument, WorkDocument
from advnet.search.index import ExpertIndex
from advnet.search.vectors import DenseEvidence

Progress = Callable[[str, int, int | None], None]


class CollectionError(ValueError):
    """A line of an input file cannot be read; the message names file and line and says what is wrong."""


def match_collection(
    experts_path: Path,
    queries_path: Path,
    run_path: Path,
    timings_path: Path | None = None,
    *,
    dense: DenseEvidence | None = None,
    progress: Progress | None = None,
) -> None:
    """Match every query of a collection against its experts, in a throw-away index.

    :param experts_path: JSON lines, an expert each, as ``advnet experts import`` takes them
    :param queries_path: JSON lines ``{"id", "title", "text"?}``
    :param run_path: written: ``query⇥expert⇥score`` for every pair with any evidence, best first within a query
    :param timings_path: written: JSON with ``index_s``, ``index_bytes``, ``peak_rss_bytes``, ``query_ms`` (a list,
        in query order)
    :param dense: all units get their vectors before the first query
    :param progress: called with ("experts" | "vectors" | "queries", done, total or None)
    :raises CollectionError: nothing is written
    :raises EmbeddingError: there is no model; nothing is written
    :raises OSError: a file cannot be read or written
    """
    experts = list(read_experts(experts_path))
    queries = list(read_queries(queries_path))
    query_ms: list[float] = []
    with tempfile.TemporaryDirectory(prefix="advnet-evaluate-") as folder:
        index = ExpertIndex(Path(folder), dense=dense)
        try:
            began = time.perf_counter()
            index.rebuild(experts, reached=0, progress=_counting(progress, "experts", len(experts)))
            fill_vectors(index, progress=progress)
            index_bytes = index.counts().folder_bytes
            index_s = time.perf_counter() - began
            lines = []
            for done, (query_id, question) in enumerate(queries, 1):
                began = time.perf_counter()
                hits = index.scores(question)
                query_ms.append(1000 * (time.perf_counter() - began))
                lines += [f"{query_id}\t{hit.expert_id}\t{hit.score:.9f}\n" for hit in hits]
                if progress:
                    progress("queries", done, len(queries))
        finally:
            index.close()
    run_path.write_text("".join(lines), encoding="utf-8")
    if timings_path:
        timings = {
            "index_s": index_s,
            "index_bytes": index_bytes,
            "peak_rss_bytes": _peak_rss_bytes(),
            "query_ms": query_ms,
        }
        timings_path.write_text(json.dumps(timings) + "\n", encoding="utf-8")


def fill_vectors(index: ExpertIndex, *, progress: Progress | None = None) -> None:
    """Give every unit its vector, however long it takes.

    :param progress: called with "vectors", done, total
    :raises EmbeddingError: the model does not answer; what was made is kept
    """
    while index.fill_vectors():
        counts = index.vector_counts()
        if progress and counts:
            progress("vectors", counts.present, counts.present + counts.awaited)


def read_experts(path: Path) -> Iterator[ExpertDocument]:
    seen: set[str] = set()
    for where, row in _rows(path):
        works = row.get("works") or []
        if not isinstance(works, list) or not all(isinstance(work, dict) for work in works):
            raise CollectionError(f"{where}: “works” must be a list of objects")
        yield ExpertDocument(
            id=_id(where, row, seen),
            names=_texts(where, row, "name"),
            affiliations=_texts(where, row, "affiliation"),
            biography=_text(where, row, "biography"),
            skills=tuple(SkillDocument((text,), id=text) for text in _texts(where, row, "skills")),
            works=tuple(
                WorkDocument(str(number), _text(where, work, "title"), _text(where, work, "abstract"))
                for number, work in enumerate(works, 1)
            ),
        )


def read_queries(path: Path) -> Iterator[tuple[str, MatchQuestion]]:
    seen: set[str] = set()
    for where, row in _rows(path):
        title, text = _text(where, row, "title"), _text(where, row, "text")
        if not title and not text:
            raise CollectionError(f"{where}: a query needs a “title” or a “text”")
        yield _id(where, row, seen), MatchQuestion(title, text)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line that is not empty, with the name of its place."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            where = f"{path.name}, line {number}"
            try:
                row = json.loads(line) if line.strip() else None
            except ValueError as error:
                raise CollectionError(f"{where}: not JSON in UTF-8 ({error})") from error
            if row is None and not line.strip():
                continue
            if not isinstance(row, dict):
                raise CollectionError(f"{where}: must be a JSON object")
            yield where, row


def _id(where: str, row: dict[str, Any], seen: set[str]) -> str:
    given = row.get("id")
    known = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    if not known or any(letter in known for letter in "\t\r\n"):
        raise CollectionError(f"{where}: “id” must be a text or a whole number, not empty, without tabs")
    if known in seen:
        raise CollectionError(f"{where}: the id {known!r} stands in an earlier line already")
    seen.add(known)
    return known


def _text(where: str, row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CollectionError(f"{where}: “{key}” must be a text")
    return value


def _texts(where: str, row: dict[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts, or one."""
    value = row.get(key) or []
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise CollectionError(f"{where}: “{key}” must be a text or a list of texts")
    return tuple(one for one in values if one)


def _counting(progress: Progress | None, what: str, total: int) -> Callable[[int], None] | None:
    return None if progress is None else lambda done: progress(what, done, total)


def _peak_rss_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
