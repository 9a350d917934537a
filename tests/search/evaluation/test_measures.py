"""The measures against worked examples, and against the published script where it is at hand."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from advnet.search import ExpertIndex
from advnet.search.evaluation import measures
from advnet.search.evaluation.collection import read_experts
from advnet.search.evaluation.judged import Collection, measure, read_collection
from advnet.search.scoring.comparing import Setting
from advnet.search.scoring.weighing import learned_weights

SHARED = Path(__file__).parents[4] / "shared" / "data" / "match"


def test_a_wrong_order_costs_the_difference_of_grades_and_a_tie_half():
    grades = np.array([5.0, 4.0, 1.0])
    got, possible = measures.well_ordered(np.array([[3, 2, 1], [1, 2, 3], [1, 1, 1], [1, 3, 2]]), grades)
    assert possible.tolist() == [1 + 4 + 3, 2, 1]
    assert got.tolist() == [[0, 2, 1], [8, 0, 0], [4, 0, 0], [5, 1, 0]]


@pytest.mark.parametrize(
    ("grades", "easy", "hard"),
    [((4.0, 2.0), 1, 0), ((4.0, 2.25), 0, 0), ((3.75, 1.0), 0, 0), ((4.0, 4.25), 0, 1), ((4.0, 4.0), 0, 0)],
)
def test_easy_and_hard_pairs_are_told_apart_at_four_and_two(grades, easy, hard):
    _, possible = measures.well_ordered(np.zeros(2), np.array(grades))
    assert possible[1:].tolist() == [easy, hard]


def test_the_earlier_column_comes_first_where_scores_are_equal():
    assert measures.places(np.array([0.5, 0.9, 0.5, 0.0])).tolist() == [1, 0, 2, 3]


def test_ranks_and_gains_of_a_worked_example():
    scores, relevant = np.array([[0.9, 0.5, 0.1], [0.1, 0.5, 0.9]]), np.array([False, True, False])
    assert measures.reciprocal_rank(scores, relevant).tolist() == [0.5, 0.5]
    gains = np.array([0.0, 1.0, 3.0])
    ideal = 3 + 1 / np.log2(3)
    expected = [(1 / np.log2(3) + 3 / 2) / ideal, 1.0]
    assert measures.ndcg(scores, gains) == pytest.approx(expected)
    assert measures.ndcg(scores, gains, depth=1) == pytest.approx([0.0, 1.0])


def test_equal_scores_count_half_in_auc_and_together_in_average_precision():
    scores, relevant = np.array([0.9, 0.5, 0.5, 0.1]), np.array([False, True, False, True])
    assert measures.auc(scores, relevant) == pytest.approx((0.5 + 0 + 0 + 0) / 4)
    assert measures.average_precision(scores, relevant) == pytest.approx((1 / 3 + 2 / 4) / 2)
    assert measures.precision(scores, relevant, depth=2) == 0.5


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the collections may not be shipped and are not beside the project")
@pytest.mark.parametrize("name", ["goldstandard", "dblp_short_en"])
def test_the_published_script_finds_the_same(name: str, tmp_path: Path):
    """Words alone; S in the run file, every expert in it, some queries."""
    given = read_collection(SHARED / name)
    asked = sorted(given.judgements)[:: 10 if given.is_graded else 25]
    some = Collection(
        name,
        given.samples[:1],
        {query: given.queries[query] for query in asked},
        {query: given.judgements[query] for query in asked},
    )
    worth = measure(some, [Setting(learned_weights(), has_meaning=False)], dense=None)
    folder = tmp_path / name
    folder.mkdir()
    (folder / "experts.jsonl").write_bytes(given.samples[0].read_bytes())
    (folder / "meta.json").write_bytes((SHARED / name / "meta.json").read_bytes())
    pairs = [(query, expert) for query in asked for expert in sorted(some.judgements[query])]
    (folder / "qrels.tsv").write_text("".join(f"{q}\t{e}\t{some.judgements[q][e]}\n" for q, e in pairs))
    run = _run(some, tmp_path)
    command = [sys.executable, str(SHARED / "evaluate.py"), "--json", str(folder), str(run)]
    official = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    official["P@10"] = official.get("P@10(off)", official["P@10"])
    found = dict(zip(worth.measures, worth.figures()[0], strict=True))
    assert found == pytest.approx({measure: official[measure] for measure in found}, abs=1e-6)


def _run(collection: Collection, folder: Path) -> Path:
    """A run file of S with all its digits, as the product's index gives it."""
    run = folder / "run.tsv"
    with closing(ExpertIndex(folder / "index")) as index, run.open("w") as lines:
        index.rebuild(read_experts(collection.samples[0]), reached=0)
        for query, question in collection.queries.items():
            ids, found = index.evidence(question, settings=[Setting(learned_weights(), has_meaning=False)])
            lines.writelines(f"{query}\t{one}\t{score!r}\n" for one, score in zip(ids, found[0].tolist(), strict=True))
    return run
