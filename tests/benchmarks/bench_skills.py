"""Skill search with filters and facets, without the page around it: three words, two filters, every facet counted.

    python tests/benchmarks/bench_skills.py [--experts 20000] [--consultations 5000] [--searches 100]
        [--index DIR] [--keep DIR]

A search is asked as the page asks it: who holds all the words, best first; who of them fits a country and a language;
how many each choice of each of the six facets would give, and who of the Network may not be asked today. Then come the
experts of the first page, with the places where the words stand. Milliseconds, by the clock and of CPU: of the engine
with filters and counts, and with the page's rows as well.

The texts are those of ``bench_peers.py``, whose index can be given (``--index DIR/100000/advnet``); names, countries,
languages and skills are in a database beside it.
"""

import argparse
import contextlib
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import cycle
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet import schema
from advnet.accounts.model import Actor, Role
from advnet.clock import now
from advnet.db import Database
from advnet.experts.model import Expert
from advnet.jobs.service import note_index_change
from advnet.matching.facets import Chosen, Counted, Scope, load_unavailable
from advnet.matching.roster import load_roster
from advnet.matching.skill_search import Query, search_experts
from advnet.matching.tree import load_tree
from advnet.search import ExpertIndex
from tests.benchmarks.corpus import Corpus
from tests.benchmarks.population import add_consultations, add_experts
from tests.people import People

FILTERS = (
    Chosen(countries=("JP",), languages=("en",)),
    Chosen(countries=("US", "GB"), languages=("fr",)),
    Chosen(languages=("ja",), stages=("senior",)),
    Chosen(countries=("JP",), availability=("available",)),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experts", type=int, default=20_000)
    parser.add_argument("--consultations", type=int, default=5_000)
    parser.add_argument("--searches", type=int, default=100)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="advnet-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        corpus = Corpus(given.experts)
        index = stack.enter_context(contextlib.closing(ExpertIndex(given.index or folder / "index")))
        if not (given.index or folder / "index").exists():
            index.rebuild(corpus.documents(), reached=0)
        database = Database(f"sqlite:///{folder / 'advnet.sqlite'}")
        actor = fill(database, given.experts, given.consultations)
        print(f"\n{given.experts} experts, searches of three words with two filters and six facets counted")
        measure(database, index, actor, corpus.searches(given.searches))
        database.dispose()


def fill(database: Database, experts: int, consultations: int) -> Actor:
    """The experts of the texts, unless they are there, and somebody who may search."""
    schema.upgrade(database)
    with database.transaction() as session:
        advisor = People(session, now()).make(Role.ADVISOR, email=f"advisor{time.time_ns()}@example.org")
        if not session.scalar(sa.select(sa.func.count()).select_from(Expert)):
            add_experts(session, experts, works=0)
            add_consultations(session, consultations, experts=experts, created_by_id=advisor.id)
            note_index_change(session, expert_id=1, now=now())
        return Actor(advisor.id, frozenset({Role.ADVISOR}))


def measure(database: Database, index: ExpertIndex, actor: Actor, searches: Sequence[str]) -> None:
    asked = [Query(text, chosen) for text, chosen in zip(searches, cycle(FILTERS), strict=False)]
    moment = now()
    with database.reading() as session:
        print(f"{'':44}{'clock p50':>10}{'p95':>8}{'CPU p50':>10}{'p95':>8}")
        shown("the roster, read the first time", [milliseconds(lambda: load_roster(session))])
        steps: dict[str, Callable[[Query], object]] = {
            "words alone": lambda query: index.find(query.looked_for),
            "words, filters, counts": lambda query: counted(session, index, query, moment),
            "and the rows of the page": lambda query: search_experts(
                session, index, actor=actor, query=query, now=moment
            ),
        }
        for name, step in steps.items():
            for label in (f"{name}, first time", name):
                shown(label, [milliseconds(partial(step, query)) for query in asked])


def counted(session: Session, index: ExpertIndex, query: Query, moment: datetime) -> Counted:
    """What the page shows beside its rows."""
    found = index.find(query.looked_for)
    hits = [int(expert_id) for expert_id in found.hits.expert_ids]
    unavailable = load_unavailable(session, now=moment, expert_ids=hits)
    scope = Scope(load_roster(session), load_tree(session), query.chosen, hits=hits, unavailable=unavailable)
    scope.ids(by_name=False)
    return scope.count()


def shown(name: str, taken: Sequence[tuple[float, float]]) -> None:
    cells = [f"{statistics.median(times):>10.2f}{p95(times):>8.2f}" for times in zip(*taken, strict=True)]
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
