"""Matching and search beside tantivy, bm25s and SQLite FTS5, which index the same units in the same run.

    python tests/benchmarks/bench_peers.py [--experts 10000 …] [--questions 40] [--keep DIR] [--only advnet,tantivy]

Each engine builds and answers in a process of its own, one after the other. A question is asked as "any of these words"
and the best 20 units are wanted; a search of three words as "all of them" (bm25s has no "all"). advnet answers each
question in three depths: the lexical stage alone, down to the best 20 units, which is what the others do; down to the
best 20 experts; and the whole match with reasons. Times are CPU milliseconds, of all threads of the process. How far
advnet's first 20 units are those of the same formula, computed here from the texts without an index, is printed as
well, and for information how far they are those of BM25.

The peers are no dependencies of the program: ``pip install 'advnet[bench]'``. One that is not installed is left out.
With ``--keep`` indexes are kept in a folder and used again (times of building are kept with them).
"""

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from math import log
from pathlib import Path
from typing import Any

import numpy as np

from advnet.search import ExpertIndex
from advnet.search.arrays import kernels
from advnet.search.scoring.lexical import AskedTerms
from advnet.search.storage.schema import impact
from advnet.search.storage.snapshot import Snapshot
from advnet.search.terms.analysis import MixedAnalyzer, counts_in_matching
from tests.benchmarks.corpus import Corpus

TOP = 20
ENGINES = ("advnet", "tantivy", "bm25s", "fts5")
_ANALYZER = MixedAnalyzer()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--experts", type=int, nargs="+", default=[10_000])
    arguments.add_argument("--questions", type=int, default=40)
    arguments.add_argument("--keep", type=Path)
    arguments.add_argument("--only", default=",".join(ENGINES))
    given = arguments.parse_args()
    chosen = [name for name in ENGINES if name in given.only.split(",")]
    for experts in given.experts:
        with tempfile.TemporaryDirectory(prefix="advnet-bench-") as scratch:
            folder = (given.keep or Path(scratch)) / str(experts)
            folder.mkdir(parents=True, exist_ok=True)
            compare(experts, given.questions, folder, [name for name in chosen if is_there(name)])


def is_there(engine: str) -> bool:
    found = engine in ("advnet", "fts5") or find_spec(engine) is not None
    if not found:
        print(f"{engine} is not installed: pip install 'advnet[bench]'")
    return found


def compare(experts: int, questions: int, folder: Path, engines: list[str]) -> None:
    print(f"\n{experts} experts, {9 * experts} units, {os.cpu_count()} cores")
    results = {name: in_process(measure, name, experts, questions, folder) for name in engines}
    rows = list(dict.fromkeys(row for result in results.values() for row in result["ms"]))
    print(f"{'CPU ms':36}" + "".join(f"{name:>26}" for name in engines))
    for row in rows:
        peer = results.get("tantivy", {}).get("ms", {}).get(row.split(",")[0])
        cells = []
        for name in engines:
            times = results[name]["ms"].get(row)
            if not times:
                cells.append("–")
                continue
            p50, p95 = statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]
            ratio = f"{p50 / statistics.median(peer):7.2f}x" if peer else ""
            cells.append(f"{p50:8.2f} {p95:8.2f}{ratio}")
        print(f"{row:36}" + "".join(f"{cell:>26}" for cell in cells))
    for what in ("build CPU s", "size MB", "open ms", "memory MB, asked", "memory MB, most"):
        print(f"{what:36}" + "".join(f"{results[name].get(what, 0):26.1f}" for name in engines))
    if "advnet" in engines:
        for line in results["advnet"]["more"] + in_process(overlap, experts, min(questions, 20), folder):
            print(line)
        for line in two_readers_and_a_writer(experts, questions, folder / "advnet"):
            print(line)


def in_process(work: Callable[..., Any], *arguments: Any) -> Any:
    """Memory is that of the engine alone, and what one compiles or caches does not serve another."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def measure(engine: str, experts: int, questions: int, folder: Path) -> dict[str, Any]:
    corpus = Corpus(experts)
    path, note = folder / engine, folder / f"{engine}.json"
    if not note.exists():
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        in_process(build, engine, experts, path, note)
    result: dict[str, Any] = json.loads(note.read_text())
    result["size MB"] = sum(one.stat().st_size for one in path.rglob("*") if one.is_file()) / 1e6
    asked = {f"{words} words": corpus.questions(questions, words) for words in (80, 150)}
    searches = corpus.searches(questions)
    result["ms"], result["more"] = {}, []
    began = cpu_s()
    ASK[engine](path, asked, searches, result, began)
    result["memory MB, asked"] = pss_mb()
    return result


def build(engine: str, experts: int, path: Path, note: Path) -> None:
    corpus = Corpus(experts)
    began, making = cpu_s(), 0.0
    for _ in corpus.units():  # what the texts alone take
        pass
    making = cpu_s() - began
    began = cpu_s()
    BUILD[engine](path, corpus)
    built = {"build CPU s": cpu_s() - began - making, "memory MB, most": peak_mb()}
    note.write_text(json.dumps(built))


def build_advnet(path: Path, corpus: Corpus) -> None:
    index = ExpertIndex(path)
    index.rebuild(corpus.documents(), reached=0)
    index.close()


def ask_advnet(path: Path, asked: dict[str, Any], searches: list[str], result: dict[str, Any], began: float) -> None:
    wall = time.perf_counter()
    index = ExpertIndex(path)
    index.reached()
    result["open ms"] = 1000 * (cpu_s() - began)
    first = cpu_ms(lambda: index.match(asked["80 words"][0]))
    segments = index.counts().segments
    result["more"].append(
        f"advnet: {segments} segments; from opening to the first match {time.perf_counter() - wall:.2f} s by clock, "
        f"{result['open ms'] + first:.0f} ms CPU"
    )
    for name, questions in asked.items():
        texts = [f"{one.title}\n\n{one.text}" for one in questions]
        lexical(index, texts[0])
        result["ms"][name] = [cpu_ms(lambda t=text: lexical(index, t)) for text in texts]
        index.match(questions[0])
        whole = f"{name}, experts with reasons"
        result["ms"][whole] = [cpu_ms(lambda q=question: index.match(q)) for question in questions]
    result["ms"]["3 words, first time"] = [cpu_ms(lambda s=one: index.find(s, limit=TOP)) for one in searches]
    result["ms"]["3 words"] = [cpu_ms(lambda s=one: index.find(s, limit=TOP)) for one in searches]
    index.close()


def two_readers_and_a_writer(experts: int, questions: int, path: Path) -> list[str]:
    """Memory of all three, shared pages counted once, and how soon a change is found; the index is changed back."""
    corpus = Corpus(experts)
    context = multiprocessing.get_context("spawn")
    pipes, readers = [], []
    for _ in range(2):
        here, there = context.Pipe()
        reader = context.Process(target=read_for_ever, args=(path, corpus.questions(questions, 80), there), daemon=True)
        reader.start()
        pipes.append(here)
        readers.append(reader)
    opened = [pipe.recv() for pipe in pipes]
    writer = ExpertIndex(path)
    reached = writer.reached()
    first = next(corpus.documents())
    seconds = []
    for number in range(1, 11):
        word = f"zzfindable{number}"
        for pipe in pipes:
            pipe.send(word)
        began = time.perf_counter()
        changed = first if number == 10 else replace(first, biography=word)
        writer.apply([changed], reached=reached)
        if number < 10:
            for pipe in pipes:
                pipe.recv()
            seconds.append(time.perf_counter() - began)
    memory = [pss_mb(one.pid) for one in readers] + [pss_mb()]
    for reader in readers:
        reader.kill()
        reader.join()
    writer.close()
    opened_s = max(open_s for open_s, _ in opened)
    return [
        f"two readers and a writer: {sum(memory):.0f} MB together ({', '.join(f'{one:.0f}' for one in memory)}); "
        f"opened and first matched in {opened_s:.2f} s by the clock, {max(cpu for _, cpu in opened):.2f} s CPU from "
        f"the start of the process; a change is found in {statistics.median(seconds):.2f} s (most {max(seconds):.2f})"
    ]


def read_for_ever(path: Path, questions: list[Any], pipe: Any) -> None:
    began = time.perf_counter()
    index = ExpertIndex(path)
    index.match(questions[0])
    pipe.send((time.perf_counter() - began, cpu_s()))
    for question in questions:
        index.match(question)
    while True:
        word = pipe.recv()
        while word != "zzfindable10" and not index.find(word, limit=1).total:
            time.sleep(0.005)
        pipe.send(word)


def said(text: str) -> dict[str, float]:
    times: dict[str, int] = {}
    for token in _ANALYZER.tokens(text):
        if counts_in_matching(token.term):
            times[token.term] = times.get(token.term, 0) + 1
    return {term: impact(often) for term, often in times.items()}


def lexical(index: ExpertIndex, text: str) -> list[int]:
    """From the text to the numbers of the best units."""

    def answer(snapshot: Snapshot) -> list[int]:
        found = AskedTerms(snapshot, said(text)).cosines
        best = np.flatnonzero(found >= max(kernels.floor_of_best(found, TOP), 1e-9))
        return best[np.argsort(-found[best], kind="stable")][:TOP].tolist()

    return index._read(answer)


def build_tantivy(path: Path, corpus: Corpus) -> None:
    import tantivy  # noqa: PLC0415

    made = tantivy.SchemaBuilder().add_integer_field("unit", stored=True, indexed=False)
    schema = made.add_text_field("text", stored=False, tokenizer_name="en_stem").build()
    index = tantivy.Index(schema, path=str(path))
    writer = index.writer(heap_size=256_000_000, num_threads=1)
    for number, text in enumerate(corpus.units()):
        writer.add_document(tantivy.Document(unit=number, text=text))
    writer.commit()
    writer.wait_merging_threads()


def ask_tantivy(path: Path, asked: dict[str, Any], searches: list[str], result: dict[str, Any], began: float) -> None:
    import tantivy  # noqa: PLC0415

    index = tantivy.Index.open(str(path))
    searcher = index.searcher()
    result["open ms"] = 1000 * (cpu_s() - began)

    def ask(text: str) -> Any:
        hits = searcher.search(index.parse_query(text, ["text"]), TOP).hits
        return [searcher.doc(address)["unit"] for _, address in hits]

    for name, questions in asked.items():
        ask(questions[0].text)
        result["ms"][name] = [cpu_ms(lambda q=one: ask(f"{q.title} {q.text}")) for one in questions]
    result["ms"]["3 words"] = [
        cpu_ms(lambda s=one: ask(" ".join(f"+{word}" for word in s.split()))) for one in searches
    ]


def build_bm25s(path: Path, corpus: Corpus) -> None:
    import bm25s  # noqa: PLC0415

    texts = list(corpus.units())
    tokens = bm25s.tokenize(texts, stemmer=None, stopwords="en", show_progress=False)
    made = bm25s.BM25(backend="numba")
    made.index(tokens, show_progress=False)
    made.save(str(path))


def ask_bm25s(path: Path, asked: dict[str, Any], searches: list[str], result: dict[str, Any], began: float) -> None:
    import bm25s  # noqa: PLC0415

    index = bm25s.BM25.load(str(path), mmap=True)
    index.backend = "numba"
    result["open ms"] = 1000 * (cpu_s() - began)

    def ask(text: str) -> Any:
        tokens = bm25s.tokenize([text], stemmer=None, stopwords="en", show_progress=False, return_ids=False)
        return index.retrieve(tokens, k=TOP, show_progress=False, n_threads=0)

    for name, questions in asked.items():
        ask(questions[0].text)
        result["ms"][name] = [cpu_ms(lambda q=one: ask(f"{q.title} {q.text}")) for one in questions]


def build_fts5(path: Path, corpus: Corpus) -> None:
    database = sqlite3.connect(path / "units.sqlite")
    database.execute("CREATE VIRTUAL TABLE unit USING fts5(text, content='', tokenize='porter unicode61')")
    database.executemany("INSERT INTO unit (text) VALUES (?)", ((text,) for text in corpus.units()))
    database.execute("INSERT INTO unit (unit) VALUES ('optimize')")
    database.commit()
    database.close()


def ask_fts5(path: Path, asked: dict[str, Any], searches: list[str], result: dict[str, Any], began: float) -> None:
    database = sqlite3.connect(path / "units.sqlite")
    result["open ms"] = 1000 * (cpu_s() - began)
    statement = f"SELECT rowid FROM unit WHERE unit MATCH ? ORDER BY bm25(unit) LIMIT {TOP}"

    def ask(text: str, joint: str) -> Any:
        words = joint.join(f'"{word}"' for word in dict.fromkeys(text.split()))
        return database.execute(statement, (words,)).fetchall()

    for name, questions in asked.items():
        few = questions[:10]
        result["ms"][name] = [cpu_ms(lambda q=one: ask(f"{q.title} {q.text}", " OR ")) for one in few]
    result["ms"]["3 words"] = [cpu_ms(lambda s=one: ask(s, " AND ")) for one in searches]
    database.close()


BUILD = {"advnet": build_advnet, "tantivy": build_tantivy, "bm25s": build_bm25s, "fts5": build_fts5}
ASK = {"advnet": ask_advnet, "tantivy": ask_tantivy, "bm25s": ask_bm25s, "fts5": ask_fts5}


def overlap(experts: int, questions: int, folder: Path) -> list[str]:
    """How many of the best 20 units are those of an exact scoring without an index; all questions have 80 words."""
    corpus = Corpus(experts)
    texts = [f"{one.title}\n\n{one.text}" for one in corpus.questions(questions, 80)]
    term_of: dict[str, int] = {}
    stems = np.array(
        [term_of.setdefault(next(iter(_ANALYZER.positions(word)), ""), len(term_of)) for word in corpus.words.tolist()]
    )
    exact = Exact(corpus, stems, len(term_of))
    index = ExpertIndex(folder / "advnet")
    snapshot = index._read(lambda one: one)
    is_unit = np.flatnonzero(snapshot._is_unit)
    cosines, bm25s = [], []
    for text in texts:
        ours = set(np.searchsorted(is_unit, lexical(index, text)).tolist())
        asked = {term_of[term]: often for term, often in said(text).items() if term in term_of}
        for scores, shared in zip(exact.scores(asked), (cosines, bm25s), strict=True):
            best = set(np.argsort(-scores, kind="stable")[:TOP].tolist())
            shared.append(len(ours & best) / TOP)
    index.close()
    return [
        f"top {TOP} units shared with exact scoring of the same formula: {statistics.mean(cosines):.4f} "
        f"(least {min(cosines):.2f}); with exact BM25: {statistics.mean(bm25s):.3f}"
    ]


class Exact:
    """Every (unit, term, frequency) of the corpus, counted from its words."""

    def __init__(self, corpus: Corpus, stems: Any, terms: int) -> None:
        keys = []
        counts = []
        lengths: list[int] = []
        pending: list[Any] = []
        base = 0
        for expert in corpus:
            for unit in expert.units:
                pending.append((len(lengths) - base) * terms + stems[unit])
                lengths.append(len(unit))
            if len(pending) > 50_000:
                self._count(pending, keys, counts, base * terms)
                base = len(lengths)
        self._count(pending, keys, counts, base * terms)
        key = np.concatenate(keys)
        self.unit, self.term = (key // terms).astype(np.int32), (key % terms).astype(np.int32)
        self.often = np.concatenate(counts)
        self.lengths = np.array(lengths, dtype=np.float64)
        says = 1.0 + np.log(self.often)
        self.norms = np.sqrt(np.bincount(self.unit, weights=says**2, minlength=len(lengths)))
        self.held = np.bincount(self.term, minlength=terms)

    @staticmethod
    def _count(pending: list[Any], keys: list[Any], counts: list[Any], begin: int) -> None:
        if pending:
            key, often = np.unique(np.concatenate(pending), return_counts=True)
            keys.append(key + begin)
            counts.append(often.astype(np.int16))
            pending.clear()

    def scores(self, asked: dict[int, float]) -> tuple[Any, Any]:
        """Of each unit: the cosine of docs/matching.md, and BM25 (k1 1.2, b 0.75)."""
        units = len(self.lengths)
        weights, rarities = np.zeros(len(self.held)), np.zeros(len(self.held))
        for term, says in asked.items():
            held = int(self.held[term])
            weights[term] = says * (1.0 + log((units + 1) / (held + 1)))
            rarities[term] = log(1.0 + (units - held + 0.5) / (held + 0.5))
        weights /= np.sqrt((weights**2).sum()) or 1.0
        here = np.flatnonzero(weights[self.term])
        unit, term, often = self.unit[here], self.term[here], self.often[here].astype(np.float64)
        cosine = np.bincount(unit, weights=weights[term] * (1.0 + np.log(often)), minlength=units)
        slope = 1.2 * (0.25 + 0.75 * self.lengths[unit] / self.lengths.mean())
        bm25 = np.bincount(unit, weights=rarities[term] * often * 2.2 / (often + slope), minlength=units)
        return cosine / np.maximum(self.norms, 1e-9), bm25


def cpu_s() -> float:
    return time.process_time()


def cpu_ms(action: Callable[[], object]) -> float:
    began = cpu_s()
    action()
    return 1000 * (cpu_s() - began)


def peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def pss_mb(process: int | None = None) -> float:
    """What of the memory is a process's own, shared pages by their share."""
    try:
        lines = Path(f"/proc/{process or 'self'}/smaps_rollup").read_text().splitlines()
    except OSError:
        return peak_mb()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1e3


if __name__ == "__main__":
    main()
