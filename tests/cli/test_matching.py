"""``advnet match``, ``index`` and ``evaluate match``: what an operator sees."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from advnet.cli import main
from advnet.cli.context import Instance
from advnet.experts.model import Standing
from advnet.jobs.service import note_index_change
from advnet.search import ExpertIndex
from tests.matching.network import make_expert


@pytest.fixture
def run(database, tmp_path: Path, monkeypatch) -> Callable[..., Result]:
    def prepared() -> Instance:
        instance = Instance()
        instance.__dict__.update(database=database, index=ExpertIndex(tmp_path / "index"))
        return instance

    monkeypatch.setattr("advnet.cli.Instance", prepared)

    def run(*arguments: object, text: str | None = None) -> Result:
        return CliRunner().invoke(main, [str(one) for one in arguments], input=text)

    return run


@pytest.fixture
def experts(session: Session, now):
    made = [
        make_expert(session, now=now, name="Aoi Sample", works=("Sea ice drift", "Fog"), external_id="a-1"),
        make_expert(session, now=now, name="Kei Sample", works=("Ice cream",)),
        make_expert(session, now=now, name="Ren Sample", works=("Sea ice drift",), standing=Standing.PAUSED),
    ]
    for expert in made:
        note_index_change(session, expert_id=expert.id, now=now)
    session.commit()
    return made


def test_a_plain_question_gets_candidates_though_no_worker_has_run_yet(run, experts):
    result = run("match", text="Sea ice drift\nin the Arctic Ocean")
    assert result.exit_code == 0, result.output
    first, second = (result.stdout.index(name) for name in ("Aoi Sample [a-1]", "Kei Sample"))
    assert first < second
    assert "Sea ice drift" in result.stdout
    assert "Ren Sample" not in result.stdout
    assert "not to be asked now: paused 1" in result.stdout
    assert "Indexing" in result.stderr


def test_questions_of_a_file_come_as_json_lines(run, experts, tmp_path, session, now):
    file = tmp_path / "q.jsonl"
    file.write_text('{"id": 7, "title": "ice drift"}\n\n{"id": "b", "title": "Nothing", "text": "quantum"}\n')
    result = run("match", "--question", file, "--json", "--limit", 1)
    assert result.exit_code == 0, result.output
    one, none = (json.loads(line) for line in result.stdout.splitlines())
    assert (one["question"], none["question"], none["candidates"]) == ("7", "b", [])
    (candidate,) = one["candidates"]
    assert (candidate["external_id"], candidate["name"]) == ("a-1", "Aoi Sample")
    assert [work["title"] for work in candidate["works"]] == ["Sea ice drift"]
    assert 0 < candidate["score"] <= 1
    late = make_expert(session, now=now, name="Late Sample", works=("Quantum sensing",))
    note_index_change(session, expert_id=late.id, now=now)
    session.commit()
    again = run("match", "--question", file, "--json")
    assert json.loads(again.stdout.splitlines()[1])["candidates"][0]["name"] == "Late Sample"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no question"),
        ("  \n", "there is no question"),
        ('{"title": ', "line 1: not JSON"),
        ('{"title": "a"}\n[1]', "line 2: must be a JSON object"),
        ('{"id": 1}', "line 1: a question needs"),
        ('{"title": 5}', "line 1: a question needs"),
    ],
)
def test_what_is_no_question_is_refused_with_its_line(run, experts, text, said):
    result = run("match", text=text)
    assert result.exit_code == 1
    assert said in result.stderr
    assert not result.stdout


def test_wrong_usage_is_told_from_refusals(run, experts, tmp_path):
    assert run("match", "--limit", 0, text="x").exit_code == 2
    assert run("match", "--question", tmp_path / "missing").exit_code == 2
    assert run("evaluate", "match").exit_code == 2
    file = tmp_path / "latin.txt"
    file.write_bytes("Überall".encode("latin-1"))
    result = run("match", "--question", file)
    assert (result.exit_code, "not text in UTF-8" in result.stderr) == (1, True)


def test_the_index_is_rebuilt_and_its_status_told(run, experts, session, now):
    missing = run("index", "status")
    assert missing.exit_code == 1
    assert "advnet index rebuild" in missing.stderr
    rebuilt = run("index", "rebuild")
    assert (rebuilt.exit_code, rebuilt.stdout) == (0, "3 experts with 4 works indexed.\n")
    note_index_change(session, expert_id=experts[0].id, now=now)
    session.commit()
    status = run("index", "status", "--json")
    assert status.exit_code == 0
    values = json.loads(status.stdout)
    assert (values["experts"], values["experts_in_database"], values["works"]) == (3, 3, 4)
    assert (values["reached"], values["last_change"], values["behind"]) == (3, 4, 1)
    assert "3 of 4 followed" in run("index", "status").stdout


def test_a_collection_is_matched_without_touching_this_installation(run, tmp_path):
    people, queries, scores, times = (tmp_path / name for name in ("e.jsonl", "q.jsonl", "run.tsv", "t.json"))
    people.write_text('{"id": "x", "name": "X", "works": [{"title": "Sea ice"}]}\n{"id": "y", "name": "Y"}\n')
    queries.write_text('{"id": "q1", "title": "ice"}\n')
    result = run("evaluate", "match", "--experts", people, "--queries", queries, "--run", scores, "--timings", times)
    assert result.exit_code == 0, result.output
    assert [line.split("\t")[:2] for line in scores.read_text().splitlines()] == [["q1", "x"]]
    assert set(json.loads(times.read_text())) == {"index_s", "index_bytes", "peak_rss_bytes", "query_ms"}
    assert "Indexing" in result.stderr
    assert not (tmp_path / "index").exists()
    people.write_text('{"id": "x"')
    broken = run("evaluate", "match", "--experts", people, "--queries", queries, "--run", scores)
    assert broken.exit_code == 1
    assert "e.jsonl, line 1" in broken.stderr
