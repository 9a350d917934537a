"""``advnet evaluate learn`` and ``ablation``: what somebody sees who doubts the weights."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from advnet.cli import main
from advnet.search import DenseEvidence
from advnet.search.scoring.weighing import Weights, learned_weights
from advnet.search.vectors.embedding import UNREACHABLE
from tests.search.vectors.embedders import WordCounter

SUBJECTS = (
    "sea ice",
    "treaty law",
    "lava flows",
    "coral reefs",
    "wind farms",
    "rice fields",
    "deep mining",
    "old maps",
)
QUERIES = [{"id": f"q{number}", "title": subject} for number, subject in enumerate(SUBJECTS)]


@pytest.fixture
def model(monkeypatch) -> WordCounter:
    embedder = WordCounter()
    monkeypatch.setattr("advnet.cli.learning.dense_for_evaluation",
                        lambda path: DenseEvidence(embedder, store_path=path))  # fmt: skip
    return embedder


@pytest.fixture
def run(model: WordCounter) -> Callable[..., Result]:
    return lambda *arguments: CliRunner().invoke(main, ["evaluate", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve experts with works on two subjects each, of whom most, but not all, fit the first."""
    random = np.random.default_rng(7)
    folder = tmp_path / "small"
    folder.mkdir()
    experts, judgements = [], []
    for number in range(12):
        subjects = random.choice(len(SUBJECTS), 2, replace=False)
        works = [
            {"title": f"A study of {SUBJECTS[one]} and of {SUBJECTS[other]}"}
            for one, other in (subjects, subjects[::-1])
        ]
        experts.append({"id": f"e{number}", "works": works})
        for query in range(len(SUBJECTS)):
            fits = random.random() < (0.8 if query == subjects[0] else 0.1)
            judgements.append(f"q{query}\te{number}\t{int(fits)}\n")
    (folder / "experts.jsonl").write_text("".join(json.dumps(one) + "\n" for one in experts))
    (folder / "queries.jsonl").write_text("".join(json.dumps(one) + "\n" for one in QUERIES))
    (folder / "qrels.tsv").write_text("".join(judgements))
    return folder


def test_weights_are_learned_told_and_written(run, folder: Path, tmp_path: Path):
    target = tmp_path / "weights.toml"
    first = run("learn", folder, "--folds", 2, "--repeats", 2, "--write", target)
    assert first.exit_code == 0, first.output
    assert re.search(r"cross-validated +\.\d{3} \[\.\d{3} \.\d{3}\]", first.stdout)
    assert "Chosen by 2 folds, 2 times:" in first.stdout
    chosen = re.findall(r"^ +(\d+) × centre", first.stdout, re.MULTILINE)
    assert sum(map(int, chosen)) == 4
    values = tomllib.loads(target.read_text())
    assert values.keys() == set(Weights.__slots__)
    now = learned_weights()
    assert (values["settled"], tuple(values["levels"])) == (now.settled, now.levels)
    assert values["half"] > 0
    assert values["steepness"] > 0
    assert values["lexical_alone"] > 1
    again = run("learn", folder, "--folds", 2, "--repeats", 2)
    assert again.stdout == first.stdout


def test_an_ablation_tells_every_part_and_what_the_whole_has_beyond_it(run, folder: Path):
    result = run("ablation", folder, "--cache", folder.parent / "kept")
    assert result.exit_code == 0, result.output
    assert "small (" in result.stdout
    for label in ("words only", "meaning only", "without centring", "best unit only", "best three, equal"):
        assert len(re.findall(rf"^  {label} ", result.stdout, re.MULTILINE)) == 2
    assert len(re.findall("^  whole formula ", result.stdout, re.MULTILINE)) == 1
    assert (folder.parent / "kept" / "vectors.sqlite").exists()


def test_without_a_model_nothing_is_told(run, folder: Path, model: WordCounter, tmp_path: Path):
    model.failure = UNREACHABLE
    result = run("learn", folder, "--write", tmp_path / "weights.toml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "There are no vectors" in result.stderr
    assert not (tmp_path / "weights.toml").exists()


def test_a_folder_that_is_no_collection_is_refused(run, tmp_path: Path):
    result = run("ablation", tmp_path)
    assert result.exit_code == 1
    assert "there is no experts.jsonl" in result.stderr
    assert run("learn").exit_code == 2
