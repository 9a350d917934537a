"""Collections of judged matches, and what settings of the formula are worth on them.

There are two kinds. In a *graded* one each expert said of some questions how well they know the matter: what counts is
whether their own questions come in that order, so scores must be comparable between questions. In a *binary* one it is
known who fits each question: what counts is whether they come first. Graded ones are summed up by expert and binary
ones by question, since these are what was drawn from a larger world: an interval must draw them anew.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advnet.search.documents import MatchQuestion
from advnet.search.evaluation import measures
from advnet.search.evaluation.collection import CollectionError, Progress, fill_vectors, read_experts, read_queries
from advnet.search.evaluation.measures import Figures
from advnet.search.index import ExpertIndex
from advnet.search.scoring.comparing import Setting
from advnet.search.vectors import DenseEvidence

GRADED = ("loss", "easy", "hard", "MRR")
BINARY = ("AUC", "P@10", "AP", "MRR", "nDCG@10")

_BEST = 10


class Collection(NamedTuple):
    """
    :param samples: files of experts: the same people with other works each; figures are their mean
    :param judgements: query id → expert id → grade, 1 to 5, or 0 and 1
    """

    name: str
    samples: tuple[Path, ...]
    queries: dict[str, MatchQuestion]
    judgements: dict[str, dict[str, float]]

    @property
    def is_graded(self) -> bool:
        return any(grade not in (0.0, 1.0) for grades in self.judgements.values() for grade in grades.values())


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    """What settings are worth on a collection.

    :param items: ids of experts (graded) or queries (binary)
    :param got: settings × items × measures; :param possible: items × measures. A figure is the sum of what was got
        over the sum of what was possible
    :param judged: settings × pairs of query and expert, S; :param fits: of each pair, whether the judges say so
    :param best: of each setting, S of the ten best experts, mean over queries
    """

    collection: str
    is_graded: bool
    items: tuple[str, ...]
    got: Figures
    possible: Figures
    judged: Figures
    fits: NDArray[np.bool_]
    best: Figures

    @property
    def measures(self) -> tuple[str, ...]:
        return GRADED if self.is_graded else BINARY

    def figures(self, among: NDArray[np.bool_] | None = None) -> Figures:
        """Settings × measures, of some items or all; NaN where none of them has anything to measure."""
        chosen = slice(None) if among is None else among
        return share(self.got[:, chosen].sum(axis=1), self.possible[chosen].sum(axis=0))


def share(got: Figures, possible: Figures) -> Figures:
    """NaN where nothing was possible."""
    found: Figures = np.full(np.broadcast_shapes(got.shape, possible.shape), np.nan)
    np.divide(got, possible, out=found, where=possible > 0)
    return found


def read_collection(folder: Path) -> Collection:
    """``experts.jsonl`` (or several samples, ``experts_*.jsonl``) and ``queries.jsonl`` as for ``evaluate match``, and
    ``qrels.tsv``: ``query⇥expert⇥grade``.

    :raises CollectionError: a file is missing, or a line cannot be understood
    :raises OSError: a file cannot be read
    """
    samples = tuple(sorted(folder.glob("experts*.jsonl")))
    for name, is_there in (
        ("experts.jsonl", bool(samples)),
        ("queries.jsonl", (folder / "queries.jsonl").is_file()),
        ("qrels.tsv", (folder / "qrels.tsv").is_file()),
    ):
        if not is_there:
            raise CollectionError(f"{folder}: there is no {name}")
    queries = dict(read_queries(folder / "queries.jsonl"))
    judgements: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for query, expert, grade in _read_judgements(folder / "qrels.tsv", queries):
        judgements[query][expert] = grade
    if not judgements:
        raise CollectionError(f"{folder}: qrels.tsv holds no judgement")
    return Collection(folder.resolve().name, samples, queries, dict(judgements))


def measure(
    collection: Collection,
    settings: Sequence[Setting],
    *,
    dense: DenseEvidence | None,
    progress: Progress | None = None,
) -> Worth:
    """Match all judged queries of a collection by every setting, in throw-away indexes.

    :param progress: called with ("vectors" | "queries", done, total)
    :raises CollectionError: an expert was judged who is not there
    :raises EmbeddingError: a setting asks for meaning, and there is no model
    """
    marks = [_by_sample(collection, path, settings, dense, progress) for path in collection.samples]
    return Worth(
        collection.name,
        collection.is_graded,
        marks[0].items,
        np.mean([one.got for one in marks], axis=0),
        marks[0].possible,
        np.concatenate([one.judged for one in marks], axis=1),
        np.concatenate([one.fits for one in marks]),
        np.mean([one.best for one in marks], axis=0),
    )


def _by_sample(
    collection: Collection,
    path: Path,
    settings: Sequence[Setting],
    dense: DenseEvidence | None,
    progress: Progress | None,
) -> Worth:
    marks = _Graded() if collection.is_graded else _Binary()
    experts = list(read_experts(path))
    ids = sorted(expert.id for expert in experts)
    columns = {expert_id: column for column, expert_id in enumerate(ids)}
    _check_judged(collection, columns, path)
    judged, fits, best = [], [], []
    with (
        tempfile.TemporaryDirectory(prefix="advnet-evaluate-") as folder,
        closing(ExpertIndex(Path(folder), dense=dense)) as index,
    ):
        index.rebuild(experts, reached=0)
        if any(setting.has_meaning for setting in settings):
            fill_vectors(index, progress=progress)
        for done, (query, grades) in enumerate(sorted(collection.judgements.items()), 1):
            found_ids, found = index.evidence(collection.queries[query], settings=settings)
            scores = np.empty_like(found)
            scores[:, [columns[expert_id] for expert_id in found_ids]] = found
            known = np.array([columns[expert_id] for expert_id in sorted(grades)])
            given = np.array([grades[expert_id] for expert_id in sorted(grades)])
            marks.add(query, scores, ids, known, given)
            judged.append(scores[:, known])
            fits.append(marks.is_relevant(given))
            best.append(np.sort(scores, axis=1)[:, -_BEST:].mean(axis=1))
            if progress:
                progress("queries", done, len(collection.judgements))
    items, got, possible = marks.summed()
    return Worth(
        collection.name,
        collection.is_graded,
        items,
        got,
        possible,
        np.concatenate(judged, axis=1),
        np.concatenate(fits),
        np.mean(best, axis=0),
    )


class _Graded:
    """By expert. A query belongs to the expert who knows it best, for the rank at which they are found."""

    def __init__(self) -> None:
        self._of: defaultdict[str, list[tuple[float, Figures]]] = defaultdict(list)
        self._ranks: defaultdict[str, list[Figures]] = defaultdict(list)

    def is_relevant(self, grades: Figures) -> NDArray[np.bool_]:
        return grades >= measures.RELEVANT_GRADE

    def add(self, query: str, scores: Figures, ids: Sequence[str], known: NDArray[np.intp], grades: Figures) -> None:
        """:param scores: settings × experts, by id; :param known: the judged ones among these columns"""
        for column, grade in zip(known.tolist(), grades.tolist(), strict=True):
            self._of[ids[column]].append((grade, scores[:, column]))
        is_relevant = np.zeros(len(ids), dtype=bool)
        is_relevant[known[self.is_relevant(grades)]] = True
        if is_relevant.any():
            self._ranks[ids[known[grades.argmax()]]].append(measures.reciprocal_rank(scores, is_relevant))

    def summed(self) -> tuple[tuple[str, ...], Figures, Figures]:
        items = tuple(sorted(self._of))
        got, possible = [], []
        for expert_id in items:
            grades, columns = zip(*self._of[expert_id], strict=True)
            ordered, out_of = measures.well_ordered(np.stack(columns, axis=-1), np.array(grades))
            ranks = np.sum([np.zeros(len(ordered)), *self._ranks[expert_id]], axis=0)
            got.append(np.column_stack([ordered, ranks]))
            possible.append(np.append(out_of, len(self._ranks[expert_id])))
        return items, np.stack(got, axis=1), np.stack(possible)


class _Binary:
    """By query, where some judged experts fit and some do not. MRR and nDCG look at all experts, as if those who were
    not judged did not fit.
    """

    def __init__(self) -> None:
        self._of: dict[str, Figures] = {}

    def is_relevant(self, grades: Figures) -> NDArray[np.bool_]:
        return grades > 0

    def add(self, query: str, scores: Figures, ids: Sequence[str], known: NDArray[np.intp], grades: Figures) -> None:
        """As of :class:`_Graded`."""
        relevant = self.is_relevant(grades)
        if relevant.all() or not relevant.any():
            return
        of_all = np.zeros(len(ids), dtype=bool)
        of_all[known[relevant]] = True
        among = scores[:, known]
        self._of[query] = np.column_stack(
            [
                measures.auc(among, relevant),
                measures.precision(among, relevant),
                measures.average_precision(among, relevant),
                measures.reciprocal_rank(scores, of_all),
                measures.ndcg(scores, of_all.astype(np.float64)),
            ]
        )

    def summed(self) -> tuple[tuple[str, ...], Figures, Figures]:
        if not self._of:
            raise CollectionError("of no query are there both experts who fit and experts who do not")
        return tuple(self._of), np.stack([*self._of.values()], axis=1), np.ones((len(self._of), len(BINARY)))


def _read_judgements(path: Path, queries: Mapping[str, MatchQuestion]) -> Iterator[tuple[str, str, float]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            where = f"{path.name}, line {number}"
            try:
                query, expert, grade = line.rstrip("\n").split("\t")
                value = float(grade)
            except ValueError as error:
                raise CollectionError(f"{where}: must be a query, an expert and a number, between tabs") from error
            if query not in queries:
                raise CollectionError(f"{where}: there is no query {query!r}")
            if not 0.0 <= value <= 5.0:
                raise CollectionError(f"{where}: a grade lies between 0 and 5")
            yield query, expert, value


def _check_judged(collection: Collection, known: Mapping[str, int], path: Path) -> None:
    for query, grades in collection.judgements.items():
        for expert_id in grades:
            if expert_id not in known:
                raise CollectionError(f"{path.name}: the expert {expert_id!r} is missing, who is judged for {query!r}")
