"""What is learned from judged matches, on collections small enough to see through."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from advnet.search import CollectionError, DenseEvidence, EmbeddingError, ExpertIndex, MatchQuestion
from advnet.search.evaluation import learning
from advnet.search.evaluation.collection import fill_vectors
from advnet.search.evaluation.judged import Worth, measure, read_collection
from advnet.search.scoring import weighing
from advnet.search.scoring.comparing import Setting
from advnet.search.scoring.weighing import learned_weights
from advnet.search.vectors.embedding import UNREACHABLE
from tests.search.conftest import NETWORK
from tests.search.vectors.embedders import WordCounter

NOW = learned_weights()
EXPERTS = [
    {"id": "ice", "works": [{"title": "Sea ice decline"}, {"title": "Glaciers"}]},
    {"id": "law", "works": [{"title": "Treaty law of the sea"}]},
    {"id": "fire", "works": [{"title": "Volcanoes and lava"}, {"title": "Ice on volcanoes"}]},
]
QUERIES = [{"id": "q1", "title": "sea ice"}, {"id": "q2", "title": "treaty law"}, {"id": "q3", "title": "lava flows"}]


def collection(folder: Path, judgements: str, experts: str = "experts.jsonl") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / experts).write_text("".join(json.dumps(one) + "\n" for one in EXPERTS))
    (folder / "queries.jsonl").write_text("".join(json.dumps(one) + "\n" for one in QUERIES))
    (folder / "qrels.tsv").write_text(judgements)
    return folder


def every_pair(fitting: str) -> str:
    lines = []
    for query, who in zip(("q1", "q2", "q3"), fitting.split(), strict=True):
        lines += [f"{query}\t{one['id']}\t{int(one['id'] == who)}\n" for one in EXPERTS]
    return "".join(lines)


@pytest.fixture
def dense(tmp_path: Path) -> DenseEvidence:
    return DenseEvidence(WordCounter(), store_path=tmp_path / "vectors.sqlite")


def worth(got: list[list[list[float]]], items: tuple[str, ...], *, is_graded: bool = False) -> Worth:
    """Settings × items × measures, out of 1 each."""
    found = np.array(got, dtype=np.float64)
    empty = np.empty((len(found), 0))
    return Worth("made up", is_graded, items, found, np.ones(found.shape[1:]), empty, np.empty(0, dtype=bool),
                 np.ones(len(found)))  # fmt: skip


def test_other_weights_give_what_the_product_gives_with_them(empty: ExpertIndex, dense: DenseEvidence):
    """The learned weights, with meaning and without: S grows to the score of a match."""
    question = MatchQuestion("Plastic pollution of the sea", "北極海の氷")
    empty.dense = dense
    empty.rebuild(NETWORK, reached=1)
    fill_vectors(empty)
    heavier = replace(NOW, lexical=2.0, ranks=(1.0, 1.0), centre=0.0)
    ids, found = empty.evidence(question, settings=[Setting(heavier), Setting(NOW), Setting(NOW, has_meaning=False)])
    grown = found**NOW.steepness
    scores = grown / (grown + NOW.half**NOW.steepness)
    assert {hit.expert_id: hit.score for hit in empty.scores(question)} == pytest.approx(
        {one: score for one, score in zip(ids, scores[1], strict=True) if score > 0}
    )
    assert not np.allclose(found[0], found[1])
    empty.dense = None
    assert {hit.expert_id: hit.score for hit in empty.scores(question)} == pytest.approx(
        {one: score for one, score in zip(ids, scores[2], strict=True) if score > 0}
    )


def test_a_setting_with_meaning_needs_a_model(index: ExpertIndex, dense: DenseEvidence):
    with pytest.raises(EmbeddingError):
        index.evidence(MatchQuestion("ice"), settings=[Setting(NOW)])
    assert isinstance(dense.embedder, WordCounter)
    dense.embedder.failure = UNREACHABLE
    index.dense = dense
    with pytest.raises(EmbeddingError):
        index.evidence(MatchQuestion("ice"), settings=[Setting(NOW)])
    ids, found = index.evidence(MatchQuestion("ice"), settings=[Setting(NOW, has_meaning=False)])
    assert found.shape == (1, len(ids))


def test_binary_judgements_are_summed_up_by_query(tmp_path: Path):
    given = read_collection(collection(tmp_path / "small", every_pair("ice law fire")))
    assert not given.is_graded
    found = measure(given, [Setting(NOW, has_meaning=False)], dense=None)
    assert found.items == ("q1", "q2", "q3")
    assert dict(zip(found.measures, found.figures()[0], strict=True)) == pytest.approx(
        {"AUC": 1, "P@10": 0.1, "AP": 1, "MRR": 1, "nDCG@10": 1}
    )
    assert (found.judged.shape, found.fits.sum()) == ((1, 9), 3)


def test_a_query_that_tells_nobody_apart_is_left_out(tmp_path: Path):
    given = read_collection(collection(tmp_path / "small", every_pair("ice law nobody")))
    assert measure(given, [Setting(NOW, has_meaning=False)], dense=None).items == ("q1", "q2")
    nothing = read_collection(collection(tmp_path / "small", "q1\tice\t1\n"))
    with pytest.raises(CollectionError, match="of no query"):
        measure(nothing, [Setting(NOW, has_meaning=False)], dense=None)


def test_graded_judgements_are_summed_up_by_expert_over_the_samples(tmp_path: Path):
    """Fire knows lava best; of the two samples, the second knows nothing of it."""
    grades = "q3\tfire\t5\nq1\tfire\t2\nq1\tice\t4\nq2\tice\t4.5\n"
    folder = collection(tmp_path / "small", grades, "experts_1.jsonl")
    mute = [{**one, "works": []} for one in EXPERTS]
    (folder / "experts_2.jsonl").write_text("".join(json.dumps(one) + "\n" for one in mute))
    given = read_collection(folder)
    assert (given.is_graded, len(given.samples)) == (True, 2)
    found = measure(given, [Setting(NOW, has_meaning=False)], dense=None)
    assert found.items == ("fire", "ice")
    assert found.possible.tolist() == [[3, 1, 0, 1], [0.5, 0, 1, 2]]
    # Of ice, neither sample has q2 above q1; without any works all scores are equal, and fire is the first by id.
    assert found.got[0].tolist() == [[0.75, 0.5, 0, 1], [0.375, 0, 0, pytest.approx((1 + 1 / 3 + 1 / 2 + 1 / 2) / 2)]]


@pytest.mark.parametrize(
    ("judgements", "message"),
    [
        ("q1 ice 1\n", "qrels.tsv, line 1: must be a query, an expert and a number"),
        ("q1\tice\tgood\n", "qrels.tsv, line 1: must be a query, an expert and a number"),
        ("q1\tice\t1\nq9\tice\t1\n", "qrels.tsv, line 2: there is no query 'q9'"),
        ("q1\tice\t5.5\n", "qrels.tsv, line 1: a grade lies between 0 and 5"),
        ("q1\tice\tnan\n", "qrels.tsv, line 1: a grade lies between 0 and 5"),
        ("", "qrels.tsv holds no judgement"),
    ],
)
def test_judgements_that_cannot_be_understood_are_refused_with_their_line(tmp_path: Path, judgements, message):
    with pytest.raises(CollectionError, match=message):
        read_collection(collection(tmp_path / "small", judgements))


@pytest.mark.parametrize("missing", ["experts.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str):
    folder = collection(tmp_path / "small", "q1\tice\t1\n")
    (folder / missing).unlink()
    with pytest.raises(CollectionError, match=f"there is no {missing}"):
        read_collection(folder)


def test_an_expert_who_is_judged_must_be_there(tmp_path: Path):
    given = read_collection(collection(tmp_path / "small", "q1\tghost\t1\n"))
    with pytest.raises(CollectionError, match="'ghost' is missing"):
        measure(given, [Setting(NOW, has_meaning=False)], dense=None)


def test_what_goes_beyond_the_aim_buys_nothing():
    at_aims = [goal.aim for goal in learning.BINARY_GOALS.values()]
    at_reach = [goal.reach for goal in learning.BINARY_GOALS.values()]
    beyond = [1.0, *at_aims[1:]]
    short = [1.0, 1.0, at_reach[2]]
    found = learning.objective([worth([[[*one, 0, 0]] for one in (at_aims, at_reach, beyond, short)], ("q1",))])
    assert found == pytest.approx([3, 0, 3, 2])


def test_a_smaller_loss_is_better():
    found = learning.objective(
        [worth([[[loss, 0.91, 0.65, 0.56]] for loss in (0.19, 0.2, 0.22)], ("e",), is_graded=True)]
    )
    assert found == pytest.approx([4, 3.5, 2.5])


def test_an_item_never_takes_part_in_choosing_how_it_is_judged():
    """Each of two settings is perfect on one item and useless on the other: whoever looks only at the others chooses
    the wrong one each time."""
    one = worth([[[1.0] * 5, [0.0] * 5], [[0.0] * 5, [1.0] * 5]], ("a", "b"))
    found = learning.cross_validate([one], folds=2, repeats=3)
    assert found.got[0].tolist() == [[0.0] * 5, [0.0] * 5]
    assert found.chosen == {0: 3, 1: 3}
    assert set(found.first) == {0, 1}


def test_an_item_is_in_the_same_fold_in_all_collections_and_folds_are_even():
    items = [f"q{number}" for number in range(23)]
    first, second, other = learning.deal([items, items[::-1], ["e1", "e2"]], 5, np.random.default_rng(1))
    assert first.tolist() == second.tolist()[::-1]
    assert sorted(np.bincount(first).tolist()) == [4, 4, 5, 5, 5]
    assert len(set(other.tolist())) == 2
    again = learning.deal([items, items[::-1], ["e1", "e2"]], 5, np.random.default_rng(1))[0]
    assert first.tolist() == again.tolist()
    assert first.tolist() != learning.deal([items], 5, np.random.default_rng(2))[0].tolist()


def test_an_interval_is_as_wide_as_the_mean_is_unsure():
    random = np.random.default_rng(3)
    got = random.normal(0.5, 0.1, size=(400, 1))
    low, high = learning.interval(got, np.ones_like(got))
    assert (low[0], high[0]) == (
        pytest.approx(got.mean() - 1.96 * 0.1 / 20, abs=0.003),
        pytest.approx(got.mean() + 1.96 * 0.1 / 20, abs=0.003),
    )
    low, high = learning.interval(got + 0.1, np.ones_like(got), less=got)
    assert (low[0], high[0]) == (pytest.approx(0.1), pytest.approx(0.1))


def test_the_score_is_fitted_to_the_share_of_those_who_fit():
    random = np.random.default_rng(4)
    evidence = random.uniform(0.01, 0.9, 20_000)
    fits = random.random(20_000) < evidence**2.5 / (evidence**2.5 + 0.3**2.5)
    half, steepness = learning.fit_score(evidence, fits)
    assert (half, steepness) == (pytest.approx(0.3, abs=0.01), pytest.approx(2.5, abs=0.1))


@pytest.mark.parametrize("fits", [[True, True, True, True], [False, False, True, True], [True, True, False, False]])
def test_a_score_that_cannot_be_told_is_refused(fits):
    with pytest.raises(ValueError, match="cannot be fitted"):
        learning.fit_score(np.array([0.1, 0.2, 0.3, 0.4]), np.array(fits))


def test_the_file_of_weights_is_as_it_would_be_written():
    file = Path(weighing.__file__).with_name("weights.toml")
    assert learning.written(NOW) == file.read_text("utf-8")


def test_the_weights_are_in_the_grid_and_each_ablation_differs_from_the_whole():
    assert NOW in learning.grid(NOW)
    (label, whole), *others = learning.ablations(NOW)
    assert (label, whole) == ("whole formula", Setting(NOW))
    assert all(setting != whole for _, setting in others)
    assert len({setting for _, setting in others}) == len(others)
