"""``advnet evaluate aggregate`` and ``cooke``: columns, shape, exit status, and what is said of bad input."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from advnet.answers.aggregation import RULES
from advnet.cli import main
from tests.answers.aggregation.studies import EXTRACT, published

CASE = """* CLASS ASCII OUTPUT FILE. NQ=   3   QU=   5  50  95
    1     Anna    1           rain UNI  1.00000E+0000  2.00000E+0000  3.00000E+0000
    1     Anna    2           cost UNI  1.00000E+0001  2.00000E+0001  3.00000E+0001
    2      Bob    1           rain UNI  5.00000E+0000  6.00000E+0000  7.00000E+0000
    2      Bob    2           cost UNI  1.00000E+0001  2.00000E+0001  3.00000E+0001
"""
KNOWN = "    1           rain  2.50000E+0000 UNI\n    2           cost -9.99600E+0002 UNI\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["evaluate", *map(str, arguments)])


@pytest.fixture
def case(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "case.dtt", tmp_path / "case.rls"
    for path, text in zip(paths, (CASE, KNOWN), strict=True):
        path.write_text(text)
    return paths


def test_every_rule_whose_needs_are_met_gives_a_figure_for_every_item(tmp_path: Path):
    out = tmp_path / "out.csv"
    result = run("aggregate", "--ratings", EXTRACT / "ratings.csv", "--out", out)
    assert result.exit_code == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["method", "paper_id", "cs"]
    left_out = {
        "QuizWAgg": "--quiz",
        "ReasonWAgg": "--reasons",
        "ReasonWAgg2": "--reasons",
        "EngWAgg": "--justifications",
    }
    assert {row["method"] for row in rows} == set(RULES) - set(left_out)
    assert len(rows) == 4 * (len(RULES) - len(left_out))
    assert all(f"Left out: {rule} (needs {option})" in result.stderr for rule, option in left_out.items())
    figures = published(EXTRACT / "confidence_scores.csv")
    away = [abs(float(row["cs"]) - figures[row["method"]][row["paper_id"]]) for row in rows if row["method"] in figures]
    assert len(away) == 44
    assert max(away) <= 1e-6


def test_a_rule_can_be_asked_for_alone_and_all_are_listed(tmp_path: Path):
    out = tmp_path / "out.csv"
    assert run("aggregate", "--ratings", EXTRACT / "ratings.csv", "--rule", "Median", "--out", out).exit_code == 0
    assert [line.split(",")[0] for line in out.read_text().splitlines()] == ["method", *["Median"] * 4]
    refused = run("aggregate", "--ratings", EXTRACT / "ratings.csv", "--rule", "QuizWAgg", "--out", out)
    assert (refused.exit_code, refused.stderr) == (1, "Error: QuizWAgg needs --quiz.\n")
    listed = run("aggregate", "--list")
    assert (listed.exit_code, len(listed.output.splitlines())) == (0, len(RULES))


def test_shares_are_taken_when_they_are_announced_and_suspected_when_not(tmp_path: Path):
    ratings, out = tmp_path / "r.csv", tmp_path / "out.csv"
    ratings.write_text("round,paper_id,user_name,element,value\nround_1,c,a,three_point_best,0.4\n"
                       "round_1,c,b,three_point_best,0.6\n")  # fmt: skip
    arguments = ("aggregate", "--ratings", ratings, "--rule", "ArMean", "--out", out)
    assert "say --shares" in run(*arguments).stderr
    result = run(*arguments, "--shares")
    assert (result.stderr, out.read_text()) == ("", "method,paper_id,cs\nArMean,c,0.5\n")


def test_what_cannot_be_pooled_is_left_out_and_said(tmp_path: Path):
    ratings, out = tmp_path / "r.csv", tmp_path / "out.csv"
    ratings.write_text("round,paper_id,user_name,element,value\nround_1,c,a,three_point_best,40\n"
                       "round_1,d,a,three_point_best,\n")  # fmt: skip
    result = run("aggregate", "--ratings", ratings, "--rule", "ArMean", "--out", out)
    assert "Left out: ArMean for d (nobody has what it needs)" in result.stderr
    assert out.read_text() == "method,paper_id,cs\nArMean,c,0.4\n"


def test_a_fault_is_one_line_with_file_and_row_and_nothing_is_written(tmp_path: Path):
    ratings, out = tmp_path / "r.csv", tmp_path / "out.csv"
    ratings.write_text("round,paper_id,user_name,element,value\nround_1,c,a,three_point_best,140\n")
    result = run("aggregate", "--ratings", ratings, "--out", out)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {ratings}, row 2: a on c in round_1: –, 140, –.")
    assert not out.exists()
    assert run("aggregate", "--ratings", tmp_path / "none.csv", "--out", out).exit_code == 2
    assert run("aggregate", "--out", out).exit_code == 2


def test_a_case_is_judged_and_combined(case: tuple[Path, Path]):
    result = run("cooke", *case, "--json")
    assert result.exit_code == 0
    values = json.loads(result.output)
    figures = {"calibration", "information_seed_items", "information_all_items"}
    assert {name: set(of) for name, of in values["experts"].items()} == {"Anna": figures, "Bob": figures}
    combination = values["combination"]
    assert set(combination) == figures | {"weights", "cutoff", "expert_weights", "items"}
    assert combination["expert_weights"] == {"Anna": 1.0, "Bob": 0.0}
    assert combination["items"][0] == {"name": "rain", "quantiles": pytest.approx([1, 2, 3]), "realisation": 2.5}
    assert combination["items"][1]["realisation"] is None


@pytest.mark.parametrize("weights", ["global", "item", "equal"])
def test_a_case_is_told_as_a_table(case: tuple[Path, Path], weights: str):
    result = run("cooke", *case, "--weights", weights)
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.splitlines()[1:4]] == ["Anna", "Bob", weights]
    assert "known 2.5" in result.output


def test_a_case_that_cannot_be_judged_says_why(case: tuple[Path, Path]):
    case[1].write_text(KNOWN.replace(" 2.50000E+0000", "-9.99600E+0002"))
    result = run("cooke", *case)
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: No question has a known answer, so nobody can be weighed by one.\n",
    )
    case[0].write_text(CASE.replace("3.00000E+0000", "1.50000E+0000"))
    result = run("cooke", *case)
    assert result.exit_code == 1
    assert f"{case[0]}, row 2: the quantiles of Anna for rain must rise" in result.stderr
    assert run("cooke", case[0]).exit_code == 2


@pytest.mark.parametrize("command", ["aggregate", "cooke"])
def test_help_says_what_goes_in_and_comes_out(command: str):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Options" in result.output
