"""``advnet match``, ``advnet index`` and ``advnet evaluate match``: finding experts without a browser."""

import json
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.cli.context import ACTOR, Instance, pass_instance
from advnet.clock import now
from advnet.config import Embeddings
from advnet.db import Database
from advnet.experts.model import Expert
from advnet.jobs.queries import last_change_number
from advnet.matching.candidates import LIMIT, CandidateList, match_question
from advnet.matching.explanation import Candidate
from advnet.matching.handlers import IndexFollower, rebuild_index
from advnet.matching.opening import dense_evidence
from advnet.matching.queries import is_findable
from advnet.search import (
    CollectionError,
    DenseEvidence,
    EmbeddingError,
    ExpertIndex,
    IndexBusy,
    IndexUnusable,
    MatchQuestion,
    fill_vectors,
    match_collection,
)
from advnet.web.request_log import configure

_Asked = tuple[str | None, MatchQuestion]
_MANY = 10
JSON_FILES = {".jsonl", ".json"}


@click.command()
@click.option(
    "--question",
    "file",
    type=click.File(encoding="utf-8"),
    default="-",
    help="Plain text, its first line the title; or JSON lines with id, title, text. Standard input when left out or -.",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=LIMIT, show_default=True, help="Candidates a question.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each question.")
@pass_instance
def match(instance: Instance, file: TextIO, limit: int, as_json: bool) -> None:
    """Candidates for a question, best first, with score and explanation.

    Who may be asked is decided by the database at this moment; who fits but may not be asked is counted. The index is
    brought up to date first.
    """
    if file is sys.stdin and sys.stdin.isatty():
        raise click.UsageError("Give a question: --question FILE, or text on standard input.")
    configure("WARNING")
    questions = read_questions(file)
    database, index = instance.database, instance.index
    try:
        _bring_up_to_date(database, index)
        _fill(index)
        with database.reading() as session, _each(questions) as shown:
            for question_id, question in shown:
                found = match_question(session, index, actor=ACTOR, question=question, limit=limit, now=now())
                if not found.is_index_usable:
                    raise IndexUnusable("There is no usable index. Run: advnet index rebuild")
                if as_json:
                    click.echo(json.dumps(_as_values(question_id, question, found), ensure_ascii=False))
                else:
                    _print(question, found)
    finally:
        index.close()


@click.group("index")
def index() -> None:
    """The search index. It is derived from the database and can be built anew at any time."""


@index.command()
@pass_instance
def rebuild(instance: Instance) -> None:
    """Build the index anew, aside, and put it in place of the old one, which answers until then."""
    configure("WARNING")
    try:
        _rebuild(instance.database, instance.index)
        counts = instance.index.counts()
    except IndexBusy as error:
        raise click.ClickException("Somebody else is rebuilding the index at this moment. Try again.") from error
    finally:
        instance.index.close()
    click.echo(f"{_count(counts.experts, 'expert')} with {_count(counts.works, 'work')} indexed.")


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


def _each(questions: list[_Asked]) -> AbstractContextManager[Iterable[_Asked]]:
    """With a bar where there are many."""
    if len(questions) < _MANY:
        return nullcontext(questions)
    bar: AbstractContextManager[Iterable[_Asked]] = click.progressbar(questions, label="Matching", file=sys.stderr)
    return bar


def read_questions(file: TextIO) -> list[_Asked]:
    """The questions of a file and what it calls them: JSON lines, or one question in plain text (no name).

    :raises CollectionError: there is none, or a line is not a question; the message names it
    """
    name = getattr(file, "name", "standard input")
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise CollectionError(f"{name}: not text in UTF-8") from error
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise CollectionError(f"{name}: there is no question")
    if Path(name).suffix in JSON_FILES or lines[0][1].lstrip().startswith("{"):
        return [_question(f"{name}, line {number}", line) for number, line in lines]
    title, _, rest = text.strip().partition("\n")
    return [(None, MatchQuestion(title.strip(), rest.strip()))]


def _question(where: str, line: str) -> _Asked:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise CollectionError(f"{where}: not JSON ({error})") from error
    if not isinstance(row, dict):
        raise CollectionError(f"{where}: must be a JSON object")
    title, text = row.get("title") or "", row.get("text") or ""
    if not isinstance(title, str) or not isinstance(text, str) or not (title.strip() or text.strip()):
        raise CollectionError(f"{where}: a question needs a “title” or a “text”")
    return None if row.get("id") is None else str(row["id"]), MatchQuestion(title, text)


def _bring_up_to_date(database: Database, index: ExpertIndex) -> None:
    """Follow the change log to its end; where the worker is at it, say how far it is behind."""
    try:
        try:
            index.reached()
        except IndexUnusable:
            _rebuild(database, index)
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
        click.echo(f"The index is {_count(behind, 'change')} behind; the worker is at it.", err=True)


def _rebuild(database: Database, index: ExpertIndex) -> None:
    with database.reading() as session:
        total = _findable(session)
    bars = Bars({"experts": "Indexing"})
    try:
        rebuild_index(database, index, progress=lambda done: bars.show("experts", done, total))
    finally:
        bars.close()


def _fill(index: ExpertIndex) -> None:
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


class Bars:
    """A progress bar on standard error for each stage, the next one when the one before is over."""

    def __init__(self, labels: dict[str, str]) -> None:
        self.labels = labels
        self.stage: str | None = None
        self.bar: Any = None

    def show(self, stage: str, done: int, total: int | None) -> None:
        if stage != self.stage:
            self.close()
            self.stage = stage
            self.bar = click.progressbar(length=total or 0, label=self.labels[stage], file=sys.stderr)
            self.bar.__enter__()
        self.bar.update(done - self.bar.pos)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.__exit__(None, None, None)
            self.bar = None


def _as_values(question_id: str | None, question: MatchQuestion, found: CandidateList) -> dict[str, Any]:
    return {
        "question": question_id,
        "title": question.title,
        "candidates": [
            {
                "expert": one.expert.id,
                "external_id": one.expert.external_id,
                "name": _name(one),
                "score": round(one.score, 6),
                "terms": [{"term": term.term, "share": round(term.share, 4)} for term in one.terms],
                "works": [
                    {"title": reason.work.title, "year": reason.work.year, "share": round(reason.share, 4)}
                    for reason in one.works
                    if reason.work
                ],
                "skills": [
                    {"code": reason.skill.concept.code, "share": round(reason.share, 4)}
                    for reason in one.skills
                    if reason.skill
                ],
                "profile": [{"part": part, "share": round(share, 4)} for part, share in one.elsewhere],
                "open_invitations": one.eligibility.open_invitations,
                "off_limits_touched": list(one.topics),
            }
            for one in found.candidates
        ],
        "not_to_be_asked_now": {hindrance.value: number for hindrance, number in found.counts},
    }


def _print(question: MatchQuestion, found: CandidateList) -> None:
    click.echo(f"{question.title or question.text[:80]}")
    if not found.candidates:
        click.echo("  Nobody fits.")
    for place, one in enumerate(found.candidates, 1):
        called = f" [{one.expert.external_id}]" if one.expert.external_id else ""
        click.echo(f"{place:>4}. {one.score:.3f}  {_name(one)}{called}  (expert {one.expert.id})")
        _print_list("words", [f"{term.term} {term.share:.0%}" for term in one.terms])
        _print_list("works", [f"{reason.work.title} {reason.share:.0%}" for reason in one.works if reason.work])
        _print_list("skills", [f"{why.skill.concept.label_en} {why.share:.0%}" for why in one.skills if why.skill])
        _print_list("profile", [f"{part} {share:.0%}" for part, share in one.elsewhere])
    if found.counts:
        reasons = ", ".join(f"{hindrance.value.replace('_', ' ')} {number}" for hindrance, number in found.counts)
        click.echo(f"  Fit as well, but not to be asked now: {reasons}")
    click.echo()


def _print_list(label: str, items: list[str]) -> None:
    if items:
        click.echo(f"{'':13}{label}: {'; '.join(items)}")


def _name(one: Candidate) -> str:
    return " / ".join(name for name in (one.expert.name_ja, one.expert.name_en) if name)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
