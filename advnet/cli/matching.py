"""``advnet match``: candidates for a question, without a browser."""

import json
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TextIO

import click

from advnet.cli.context import ACTOR, Instance, pass_instance
from advnet.cli.indexing import bring_up_to_date, fill
from advnet.clock import now
from advnet.matching.candidates import LIMIT, CandidateList, match_question
from advnet.matching.explanation import Candidate
from advnet.search import CollectionError, IndexUnusable, MatchQuestion
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
        bring_up_to_date(database, index)
        fill(index)
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
