"""A process that gives units their vectors slowly, to be killed in the middle of it."""

import time
from collections.abc import Sequence
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from advnet.search import DenseEvidence, ExpertDocument, ExpertIndex, WorkDocument
from advnet.search.vectors.embedding import Vectors
from tests.processes import begin
from tests.search.vectors.embedders import WordCounter

WORKS = 300
NETWORK = [
    ExpertDocument(str(expert), works=tuple(WorkDocument(str(n), f"Title {expert} {n}") for n in range(WORKS // 3)))
    for expert in range(3)
]


class Slow(WordCounter):
    def embed(self, texts: Sequence[str], *, seconds: float | None = None) -> Vectors:
        time.sleep(0.002)
        return super().embed(texts)


def slow_index(folder: Path) -> ExpertIndex:
    return ExpertIndex(folder / "index", dense=DenseEvidence(Slow(), store_path=folder / "vectors.sqlite"))


def fill_slowly(folder: Path, told: "SimpleQueue[int]") -> None:
    """Tell after each slice how many vectors are kept."""
    begin()
    index = slow_index(folder)
    while index.fill_vectors(seconds=0.01):
        told.put(index.dense.store.count(Slow.id))
