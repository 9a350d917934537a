"""The whole match of a question that nobody asked before: from the text to 20 experts with reasons, words and meaning.

    python tests/benchmarks/bench_match.py [--experts 10000] [--questions 40] [--index DIR]

By the clock, since two threads work on it, and of CPU. "Ahead" is the same with the question's vector made before, as
the worker makes it for every consultation that looks for experts. Words are drawn as in ``bench_peers.py``, whose index
can be given; the units' vectors are made up where they are missing (making real ones takes hours), and a question's
vector is made of an English text of as many words, since the model cuts invented words into more pieces than real ones.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np

from advnet.search import DenseEvidence, ExpertIndex, LocalModel, MatchQuestion
from advnet.search.schema import UNITS
from advnet.search.vectors import DenseQuestion
from advnet.search.vectors.files import UnitVectors
from advnet.search.vectors.small import SmallVectors
from tests.benchmarks.bench_vectors import text
from tests.benchmarks.corpus import Corpus

DIMENSIONS = 384


class InEnglish(DenseEvidence):
    """Hears an English text of as many words instead of each question."""

    english: dict[MatchQuestion, MatchQuestion]

    def question(self, question: MatchQuestion) -> DenseQuestion:
        return super().question(self.english[question])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experts", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--index", type=Path)
    given = parser.parse_args()
    corpus = Corpus(given.experts)
    with tempfile.TemporaryDirectory(prefix="advnet-bench-") as scratch:
        dense = InEnglish(LocalModel(threads=2), store_path=Path(scratch) / "vectors.sqlite")
        with closing(ExpertIndex(given.index or Path(scratch) / "index", dense=dense)) as index:
            if given.index is None:
                index.rebuild(corpus.documents(), reached=0)
            make_up_vectors(index, dense.model)
            print(f"\n{given.experts} experts, {index.vector_counts()}")
            print(f"{'':44}{'clock p50':>10}{'p95':>8}{'CPU p50':>10}{'p95':>8}")
            for words in (20, 80, 150):
                measure(index, dense, corpus.questions(given.questions, words), words)


def measure(index: ExpertIndex, dense: InEnglish, questions: Sequence[MatchQuestion], words: int) -> None:
    chance = random.Random(words)
    dense.english = {one: MatchQuestion(text(chance, 8), text(chance, words - 8)) for one in questions}
    index.match(questions[0])  # reads pages, and loads the model
    asked = questions[1:]
    shown(f"{words} words, a new question", [milliseconds(partial(index.match, one)) for one in asked])
    shown(f"{words} words, its vector made ahead", [milliseconds(partial(index.match, one)) for one in asked])


def make_up_vectors(index: ExpertIndex, model: str) -> None:
    chance = np.random.default_rng(7)
    for part in index._read(lambda snapshot: snapshot.parts):
        segment = part.segment
        known = segment.vectors.read()
        if known is not None and known.model == model:
            continue
        is_unit = np.isin(segment.facts.kinds, [ord(kind) for kind in UNITS])
        values = np.clip(np.rint(chance.normal(0, 35, (segment.size, DIMENSIONS))), -127, 127).astype(np.int8)
        scales = np.where(is_unit, 1 / (35 * DIMENSIONS**0.5), -1).astype(np.float32)
        keys = chance.integers(0, 256, (segment.size, 16), dtype=np.uint8)
        segment.vectors.write(UnitVectors(model, SmallVectors(values, scales), keys))


def shown(name: str, taken: Sequence[tuple[float, float]]) -> None:
    cells = [f"{statistics.median(times):>10.1f}{p95(times):>8.1f}" for times in zip(*taken, strict=True)]
    print(f"{name:<44}{''.join(cells)}", flush=True)


def milliseconds(act: Callable[[], object]) -> tuple[float, float]:
    """By the clock, and of CPU."""
    began, before = time.perf_counter(), time.process_time()
    act()
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - before)


def p95(values: Sequence[float]) -> float:
    return sorted(values)[max(0, -(-95 * len(values) // 100) - 1)]


if __name__ == "__main__":
    main()
