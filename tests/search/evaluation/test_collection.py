import json
import subprocess
import sys
from pathlib import Path

import pytest

from advnet.search import CollectionError, match_collection

SHARED = Path(__file__).parents[4] / "shared" / "data" / "match"
EXPERTS = [
    {"id": "e1", "name": "Mori Ren", "works": [{"title": "Deep sea mining", "abstract": "Nodules", "year": 2020}]},
    {"id": 2, "name": "佐藤 花子", "skills": ["Volcanoes"], "biography": "火山の研究", "languages": ["ja"]},
    {"id": "e3", "name": "Nobody"},
]
QUERIES = [
    {"id": "q1", "title": "Mining of the sea floor", "text": None},
    {"id": "q2", "title": "火山", "text": "lava"},
]


def lines(rows: list[object]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture
def run(tmp_path: Path):
    """Evaluate texts; returns the lines of the run."""

    def evaluate(experts: str, queries: str, **rest) -> list[str]:
        (tmp_path / "E.jsonl").write_text(experts, encoding="utf-8")
        (tmp_path / "Q.jsonl").write_text(queries, encoding="utf-8")
        match_collection(
            tmp_path / "E.jsonl", tmp_path / "Q.jsonl", tmp_path / "run.tsv", tmp_path / "timings.json", **rest
        )
        return (tmp_path / "run.tsv").read_text("utf-8").splitlines()

    return evaluate


def test_a_run_holds_every_pair_with_evidence_and_no_other(run, tmp_path: Path):
    pairs = [line.split("\t") for line in run(lines(EXPERTS), lines(QUERIES) + "\n")]
    assert [(query, expert) for query, expert, _ in pairs] == [("q1", "e1"), ("q2", "2")]
    assert all(0 < float(score) <= 1 for _, _, score in pairs)
    timings = json.loads((tmp_path / "timings.json").read_text())
    assert timings.keys() == {"index_s", "index_bytes", "peak_rss_bytes", "query_ms"}
    assert timings["index_s"] > 0
    assert timings["index_bytes"] > 1000
    assert timings["peak_rss_bytes"] > 10_000_000
    assert len(timings["query_ms"]) == 2


def test_progress_is_told_for_experts_and_queries(run):
    told: list[tuple[str, int, int | None]] = []
    run(lines(EXPERTS), lines(QUERIES), progress=lambda *step: told.append(step))
    assert told == [("experts", 1, 3), ("experts", 2, 3), ("experts", 3, 3), ("queries", 1, 2), ("queries", 2, 2)]


@pytest.mark.parametrize(
    ("experts", "queries", "message"),
    [
        (lines(EXPERTS[:1]) + "{broken\n", lines(QUERIES), "E.jsonl, line 2: not JSON"),
        ("[]\n", lines(QUERIES), "E.jsonl, line 1: must be a JSON object"),
        (lines([{"name": "x"}]), lines(QUERIES), "E.jsonl, line 1: “id”"),
        (lines([{"id": "a\tb"}]), lines(QUERIES), "E.jsonl, line 1: “id”"),
        (lines([EXPERTS[0], EXPERTS[0]]), lines(QUERIES), "E.jsonl, line 2: the id 'e1' stands in an earlier line"),
        (lines([{"id": "a", "works": "x"}]), lines(QUERIES), "E.jsonl, line 1: “works”"),
        (lines([{"id": "a", "works": [{"title": 5}]}]), lines(QUERIES), "E.jsonl, line 1: “title”"),
        (lines([{"id": "a", "skills": [5]}]), lines(QUERIES), "E.jsonl, line 1: “skills”"),
        (lines(EXPERTS), lines([{"id": "q"}]), "Q.jsonl, line 1: a query needs"),
        (lines(EXPERTS), lines([*QUERIES, {"id": "q1", "title": "x"}]), "Q.jsonl, line 3: the id 'q1'"),
    ],
)
def test_an_error_names_file_and_line_and_nothing_is_written(run, tmp_path: Path, experts, queries, message):
    with pytest.raises(CollectionError) as error:
        run(experts, queries)
    assert str(error.value).startswith(message)
    assert not (tmp_path / "run.tsv").exists()
    assert not (tmp_path / "timings.json").exists()


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path):
    (tmp_path / "E.jsonl").write_bytes(b'{"id": "a"}\n{"id": "\xff"}\n')
    with pytest.raises(CollectionError, match=r"^E\.jsonl, line 2: not JSON in UTF-8"):
        match_collection(tmp_path / "E.jsonl", tmp_path / "E.jsonl", tmp_path / "run.tsv")


def test_an_empty_collection_makes_an_empty_run(run):
    assert run("", lines(QUERIES)) == []


ONE_DOCUMENT_PER_EXPERT = {
    "goldstandard": {"loss": 0.339, "easy": 0.722, "hard": 0.549, "MRR": 0.354},
    "dblp_clean": {"AUC": 0.747, "P@10(off)": 0.268, "AP": 0.280},
}
"""Whoosh with one document per expert, BM25F, OR: what this has to beat (docs/matching.md)."""


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the collections may not be shipped and are not beside the project")
@pytest.mark.parametrize("collection", ONE_DOCUMENT_PER_EXPERT)
def test_matching_beats_one_document_per_expert_on_every_measure(tmp_path: Path, collection: str):
    """On two of the ten samples of goldstandard; docs/matching.md has all ten."""
    samples = sorted((SHARED / collection).glob("experts*.jsonl"))[:2]
    runs = []
    for sample in samples:
        runs.append(tmp_path / f"{sample.stem}.tsv")
        match_collection(sample, SHARED / collection / "queries.jsonl", runs[-1])
    command = [sys.executable, str(SHARED / "evaluate.py"), "--json", str(SHARED / collection), *map(str, runs)]
    measured = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    for measure, beaten in ONE_DOCUMENT_PER_EXPERT[collection].items():
        if measure == "loss":
            assert measured[measure] < beaten
        else:
            assert measured[measure] > beaten
