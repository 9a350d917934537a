"""How fast texts and questions get vectors, how fast vectors are compared, and what the model takes of memory.

    python tests/benchmarks/bench_vectors.py

Texts are made up of words as abstracts are (150 words); a text longer than 256 tokens costs as much as one of 256.
"""

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import quantiles

import numpy as np

from advnet.search import MatchQuestion
from advnet.search.arrays import kernels
from advnet.search.vectors import DenseEvidence, LocalModel
from advnet.search.vectors.small import SmallVectors, made_small, unchangeable

COMPARED = 500_000
WORDS = (
    *("ocean", "policy", "climate", "model", "carbon", "region", "data", "system", "energy", "trade", "health"),
    *("network", "water", "risk", "method", "result", "analysis", "development", "species", "security", "control"),
    *("growth", "field", "study", "effect", "temperature", "government", "process"),
)


def main() -> None:
    chance = random.Random(1)
    before = memory()
    model = LocalModel(threads=1)
    _, loading = timed(lambda: model.embed(["first"]))
    print(f"first vector, model loaded        {loading:8.2f} s, {memory() - before:.0f} MB of memory")
    texts = [text(chance, 150) for _ in range(150)]
    began = time.process_time()
    model.embed(texts)
    print(f"texts of 150 words, 1 processor   {len(texts) / (time.process_time() - began):8.1f} a second of CPU")
    began = time.process_time()
    model.embed([text(chance, 8) for _ in range(600)])
    print(f"titles of 8 words, 1 processor    {600 / (time.process_time() - began):8.1f} a second of CPU")
    print(f"memory after that                 {memory() - before:8.0f} MB")
    for threads in (1, 2):
        ask_questions(chance, threads)
    compare()


def ask_questions(chance: random.Random, threads: int) -> None:
    dense = DenseEvidence(LocalModel(threads=threads), store_path=Path("unused"))
    dense.question(MatchQuestion("first"))
    for words in (20, 80, 150, 2_000):
        asked = [MatchQuestion(text(chance, 8), text(chance, words)) for _ in range(20)]
        clock, cpu = [], []
        for question in asked:
            began, began_cpu = time.perf_counter(), time.process_time()
            dense.question(question)
            clock.append(time.perf_counter() - began)
            cpu.append(time.process_time() - began_cpu)
        print(f"question of {words:5} words, {threads} threads  {shown(clock)} by the clock, {shown(cpu)} of CPU")
        again = [timed(partial(dense.question, question))[1] for question in asked]
        print(f"the same again                    {shown(again)}")


def compare() -> None:
    chance = np.random.default_rng(1)
    values = chance.integers(-127, 128, size=(COMPARED, 384), dtype=np.int8)
    vectors = unchangeable(SmallVectors(values, np.full(COMPARED, 0.0004, dtype=np.float32)))
    is_live = np.ones(COMPARED, dtype=bool)
    is_live.flags.writeable = False
    asked = made_small(chance.normal(size=(1, 384)).astype(np.float32))
    found = np.empty(COMPARED, dtype=np.float32)
    whole = asked.values[0].astype(np.float32)

    def by_kernel() -> None:
        kernels.cosines(asked.values[0], float(asked.scales[0]), *vectors, is_live, found)

    by_kernel()
    print(f"{COMPARED:,} vectors compared         {shown([timed(by_kernel)[1] for _ in range(20)])}")
    some = values[:50_000].astype(np.float32)
    by_numpy = [10 * timed(lambda: some @ whole)[1] for _ in range(20)]
    print(f"numpy, 32 bits, same number       {shown(by_numpy)}")


def timed(act: Callable[[], object]) -> tuple[object, float]:
    began = time.perf_counter()
    found = act()
    return found, time.perf_counter() - began


def text(chance: random.Random, words: int) -> str:
    """Sentences of about 20 words, never the same."""
    pieces = [f"{chance.choice(WORDS)}{chance.choice(('', '', 's', chance.randint(1, 99)))}" for _ in range(words)]
    return ". ".join(" ".join(pieces[at : at + 20]).capitalize() for at in range(0, len(pieces), 20))


def shown(seconds: list[float]) -> str:
    cuts = quantiles(seconds, n=20)
    return f"p50 {1000 * cuts[9]:7.1f} ms, p95 {1000 * cuts[18]:7.1f} ms"


def memory() -> float:
    """MB held now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


if __name__ == "__main__":
    main()
