"""``advnet experts import``: what an operator sees, and what stands afterwards."""

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from advnet.cli.context import Instance
from advnet.cli.experts import MAX_SHOWN, experts
from advnet.experts.model import Expert
from advnet.jobs.model import IndexChange


@pytest.fixture
def run(database) -> Callable[..., Result]:
    instance = Instance()
    instance.__dict__["database"] = database

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(experts, ["import", *map(str, arguments)], obj=instance)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def file(*values: object, name: str = "experts.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
        return path

    return file


def person(number: int, **changes: object) -> dict:
    return {"id": str(number), "name": f"Person {number}", "works": [{"title": "A work"}], **changes}


def count(database, model: type = Expert) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_an_import_says_what_it_did_and_has_done_it(run, file, database):
    result = run(file(person(1), person(2)), "--approve")
    assert (result.exit_code, result.stdout) == (0, "2 experts added, 0 updated, with 2 works.\n2 newly approved.\n")
    assert "Importing" in result.stderr
    assert (count(database), count(database, IndexChange)) == (2, 2)


def test_without_approval_it_says_that_they_wait(run, file, database):
    assert run(file(person(1))).stdout == "1 expert added, 0 updated, with 1 work.\n1 waiting for vetting.\n"
    assert count(database, IndexChange) == 0


def test_the_same_file_again_updates(run, file, database):
    path = file(person(1))
    run(path, "--approve")
    assert run(path, "--approve").stdout == "0 experts added, 1 updated, with 1 work.\n0 newly approved.\n"
    assert count(database) == 1


def test_a_dry_run_says_the_same_and_writes_nothing(run, file, database):
    result = run(file(person(1), person(2)), "--approve", "--dry-run")
    assert result.exit_code == 0
    assert result.stdout == (
        "Nothing was written. The import would be:\n2 experts added, 0 updated, with 2 works.\n2 newly approved.\n"
    )
    assert count(database) == 0


def test_one_faulty_row_refuses_the_file_and_is_named_with_file_row_and_field(run, file, database):
    path = file(person(1), person(2, email="wrong"), {"name": "Nobody"})
    result = run(path, "--approve")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        f"{path}:2: email: “wrong” is not an e-mail address.",
        f"{path}:3: id: This is missing.",
        f"Error: {path}: 2 faults; nothing was written.",
    ]
    assert count(database) == 0


def test_a_thousand_faults_are_counted_and_the_first_ones_listed(run, file):
    result = run(file(*({"id": number} for number in range(1000))))
    lines = result.stderr.splitlines()
    assert len(lines) == MAX_SHOWN + 2
    assert lines[MAX_SHOWN] == "… and 950 more."
    assert lines[-1].endswith("1,000 faults; nothing was written.")


def test_what_was_left_out_is_told(run, file):
    result = run(file(person(1, skills=["no such skill"], twitter="x"), person(2)))
    assert "1 skill not in the vocabulary, kept in biographies.\n" in result.stdout
    assert "Not known, so left out: twitter (1 row).\n" in result.stdout
    assert ":1: skills: “no such skill” is not in the vocabulary" in result.stderr


@pytest.mark.parametrize("name", ["experts.xlsx", "experts.txt"])
def test_a_wrong_file_is_refused_before_the_database_is_written(run, file, database, name):
    result = run(file(person(1), name=name))
    assert result.exit_code == 1
    assert count(database) == 0


def test_a_file_that_is_not_there_is_wrong_usage(run, tmp_path):
    result = run(tmp_path / "missing.jsonl")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr


def test_a_fault_in_the_middle_of_writing_leaves_nothing(run, file, database, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise click.ClickException("the power went")

    monkeypatch.setattr("advnet.experts.importing.service.record", fail)
    assert run(file(person(1)), "--approve").exit_code == 1
    assert (count(database), count(database, IndexChange)) == (0, 0)


def test_help_documents_the_columns(run):
    result = run("--help")
    assert result.exit_code == 0
    for word in ("work1_title", "works", "semicolons", "--approve", "--dry-run"):
        assert word in result.stdout
