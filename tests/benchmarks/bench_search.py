"""How long the index takes to build, and a search, a match and a refresh take, beside stock Whoosh in the same run.

    python tests/benchmarks/bench_search.py [--experts 20000] [--questions 60] [--peer-experts 20000]

The texts are made up and the same in every run: English-looking words drawn after Zipf and some Japanese, titles and
abstracts with as many different words as those of real papers (8 and 78; the goldstandard collection has 7 and 74).
Times are CPU milliseconds of one thread; the ratios hold on other machines.
"""

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from whoosh import fields, index, query

from advnet.search import ExpertDocument, ExpertIndex, MatchQuestion, SkillDocument, WorkDocument

_SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "ki",
    "lo",
    "mu",
    "ne",
    "pra",
    "ri",
    "so",
    "ta",
    "vi",
    "stra",
    "con",
    "tion",
)
_KANJI = (
    "海洋気候変動技術外交政策宇宙衛星感染症食料安全保障資源環境材料情報通信教育国際協力研究開発防災地震津波人工知能"
)


class Vocabulary:
    """Words drawn as in real text: a few very often, most hardly ever."""

    def __init__(self, size: int, seed: int) -> None:
        self._random = random.Random(seed)
        words = {"".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 4))) for _ in range(2 * size)}
        self._words = sorted(words)[:size]
        self._random.shuffle(self._words)
        self._weights = [1 / (rank + 3) for rank in range(len(self._words))]

    def words(self, count: int) -> list[str]:
        return self._random.choices(self._words, self._weights, k=count)

    def text(self, count: int) -> str:
        return " ".join(self.words(count)).capitalize() + "."

    def japanese(self, count: int) -> str:
        return "の".join("".join(self._random.choices(_KANJI, k=4)) for _ in range(count))


def experts(count: int, vocabulary: Vocabulary) -> Iterator[ExpertDocument]:
    for number in range(count):
        yield ExpertDocument(
            id=str(number),
            names=(" ".join(vocabulary.words(2)).title(), vocabulary.japanese(1)),
            affiliations=(vocabulary.text(4),),
            biography=vocabulary.text(50) + vocabulary.japanese(5),
            skills=(
                *(SkillDocument((vocabulary.text(2),), str(skill)) for skill in range(4)),
                SkillDocument((vocabulary.japanese(1),), "4"),
            ),
            works=tuple(
                WorkDocument(str(work), vocabulary.text(8), vocabulary.text(90), 2000 + work) for work in range(3)
            ),
        )


def cpu_ms(action: Callable[[], object]) -> float:
    began = time.process_time()
    action()
    return 1000 * (time.process_time() - began)


def show(name: str, times: list[float]) -> float:
    times = sorted(times)
    p95 = times[min(len(times) - 1, int(0.95 * len(times)))]
    print(f"{name:58} p50 {statistics.median(times):9.2f}   p95 {p95:9.2f}   max {times[-1]:9.2f}")
    return statistics.median(times)


def stock_whoosh(folder: Path, documents: list[ExpertDocument]) -> index.FileIndex:
    """One document per expert, as Whoosh is used out of the box."""
    schema = fields.Schema(expert_id=fields.ID(stored=True), text=fields.TEXT)
    made = index.create_in(str(folder), schema)
    writer = made.writer(limitmb=512)
    for one in documents:
        skills = (word for skill in one.skills for word in skill.words)
        works = " ".join(f"{work.title} {work.abstract}" for work in one.works)
        writer.add_document(expert_id=one.id, text=" ".join((*one.names, *skills, one.biography, works)))
    writer.commit()
    return made


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--experts", type=int, default=20_000)
    arguments.add_argument("--built", type=int, default=10_000, help="experts in the timed build")
    arguments.add_argument("--questions", type=int, default=60)
    arguments.add_argument("--peer-experts", type=int, default=20_000, help="0 leaves stock Whoosh out")
    given = arguments.parse_args()
    vocabulary = Vocabulary(30_000, seed=1)
    documents = list(experts(given.experts, vocabulary))
    questions = [MatchQuestion(vocabulary.text(10), vocabulary.text(80)) for _ in range(given.questions)]
    searches = [" ".join(vocabulary.words(3)) for _ in range(given.questions)]
    with tempfile.TemporaryDirectory(prefix="advnet-bench-") as folder:
        built = documents[: given.built]
        first = ExpertIndex(Path(folder, "first"))
        began, wall = time.process_time(), time.perf_counter()
        first.rebuild(built, reached=0)
        print(
            f"build, {len(built)} experts x 3 works: {time.process_time() - began:.1f} s CPU, "
            f"{time.perf_counter() - wall:.1f} s wall, {first.counts().folder_bytes / 1e6:.0f} MB"
        )
        first.close()

        made = ExpertIndex(Path(folder, "index"))
        made.rebuild(documents, reached=0)
        show("open", [cpu_ms(made.reached)])
        print(f"{given.experts} experts, {made.counts().segments} segments")
        show("match, 90 words, first time", [cpu_ms(lambda q=q: made.match(q)) for q in questions])
        match_ms = show("match, 90 words, again", [cpu_ms(lambda q=q: made.match(q)) for q in questions])
        show("find, 3 words, first time", [cpu_ms(lambda s=s: made.find(s)) for s in searches])
        find_ms = show("find, 3 words, again", [cpu_ms(lambda s=s: made.find(s)) for s in searches])
        one_word = show("find, 1 word", [cpu_ms(lambda s=s: made.find(s.split()[0])) for s in searches])
        show("find, phrase of 2", [cpu_ms(lambda s=s: made.find(f'"{" ".join(s.split()[:2])}"')) for s in searches])
        show("find, prefix of 6 letters", [cpu_ms(lambda s=s: made.find(s[:6] + "*")) for s in searches])
        show("find, Japanese", [cpu_ms(lambda: made.find(vocabulary.japanese(1))) for _ in searches])
        found = [
            (search, [hit.expert_id for hit in made.find(search.split()[0], limit=20).hits]) for search in searches
        ]
        show("snippets for 20 hits", [cpu_ms(lambda f=f: made.snippets(f[0].split()[0], f[1])) for f in found])
        show("suggest", [cpu_ms(lambda s=s: made.suggest("q" + s)) for s in searches[:20]])
        changes = [cpu_ms(lambda n=n: made.apply([documents[n]], reached=n)) for n in range(20)]
        show("apply one expert", changes)
        refreshed = []
        for number in range(20, 30):
            made.apply([documents[number]], reached=number)
            refreshed.append(cpu_ms(made.reached))
        show("see it (refresh)", refreshed)
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")
        made.close()
        if given.peer_experts:
            peer_folder = Path(folder, "peer")
            peer_folder.mkdir()
            began = time.process_time()
            peer = stock_whoosh(peer_folder, documents[: given.peer_experts])
            print(f"stock Whoosh, {given.peer_experts} experts: built in {time.process_time() - began:.1f} s CPU")
            with peer.searcher() as searcher:
                ors = [
                    query.Or([query.Term("text", word) for word in set(f"{q.title} {q.text}".lower()[:-1].split())])
                    for q in questions[:10]
                ]
                ands = [query.And([query.Term("text", word) for word in search.split()]) for search in searches]
                or_ms = show(
                    "stock OR of the question", [cpu_ms(lambda q=q: searcher.search(q, limit=20)) for q in ors]
                )
                and_ms = show("stock AND of 3 words", [cpu_ms(lambda q=q: searcher.search(q, limit=20)) for q in ands])
                word_ms = show(
                    "stock, 1 word",
                    [cpu_ms(lambda s=s: searcher.search(query.Term("text", s.split()[0]), limit=20)) for s in searches],
                )
            print(f"stock / ours: match {or_ms / match_ms:.0f}x, find {and_ms / find_ms:.1f}x, ", end="")
            print(f"one word {word_ms / one_word:.1f}x")


if __name__ == "__main__":
    main()
