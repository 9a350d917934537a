"""How long it takes until imported experts are found, and what of it is the import beside plain ``sqlite3``.

    python tests/benchmarks/bench_import.py [--experts 10000] [--works 3]

The file is made up and the same in every run, its words drawn as those of real abstracts are. First the whole way, in
an empty instance and with the product's own commands, one after the other: ``advnet experts import --approve`` and
``advnet index rebuild``, until a search finds whoever came last; CPU seconds are those of the commands.

Then the import by itself: reading and checking, then one transaction with profiles, works, skills, the keys for finding
duplicates, the change log, two vetting jobs for each expert and the audit entry. The peer copies the tables that the
import has written, row for row, into an empty database with the same schema and the same durability, with
``executemany`` and nothing else: what no import can be faster than.
"""

import argparse
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from advnet import models
from advnet.accounts.model import system_actor
from advnet.clock import now
from advnet.db import Base, Database
from advnet.experts.importing.files import read_experts
from advnet.experts.importing.service import Source, import_experts
from advnet.experts.vocabulary.file import read_vocabulary
from advnet.experts.vocabulary.loading import load_shipped_vocabulary
from advnet.search import ExpertIndex
from tests.benchmarks.bench_search import Vocabulary

assert models
ACTOR = system_actor("benchmark")
TABLES = ("expert", "work", "expert_skill", "expert_key", "affiliation", "job", "index_change", "audit_entry")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--experts", type=int, default=10_000)
    parser.add_argument("--works", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="advnet-bench-import-") as folder:
        path = Path(folder) / "experts.jsonl"
        write_file(path, experts=chosen.experts, works=chosen.works)
        print(f"{chosen.experts:,} experts with {chosen.works} works each, {path.stat().st_size / 1e6:.1f} MB")
        measure_whole_way(path, Path(folder) / "instance", last=chosen.experts - 1)
        database = Database(f"sqlite:///{folder}/advnet.sqlite")
        Base.metadata.create_all(database.engine)
        with database.transaction() as session:
            load_shipped_vocabulary(session, actor=ACTOR, now=now())
        first = import_file(database, path, "import")
        import_file(database, path, "the same again (updates)")
        rows = {table: read_table(Path(folder) / "advnet.sqlite", table) for table in TABLES}
        peer = copy_rows(Path(folder) / "peer.sqlite", rows)
        print(f"peer, sqlite3 executemany of the same {sum(map(len, rows.values())):,} rows: {peer:.2f} s")
        print(f"import / peer: {first / peer:.1f}")
        database.dispose()


def measure_whole_way(path: Path, instance: Path, *, last: int) -> None:
    """From the file to a search that finds the last expert of it, by the commands of the product."""
    environment = os.environ | {
        "ADVNET_MODE": "test",
        "ADVNET_SECRET_KEY": "only for benchmarks, where nothing is secret",
        "ADVNET_INSTANCE": str(instance),
        "ADVNET_BASE_URL": "http://localhost",
        "ADVNET_LOG_LEVEL": "CRITICAL",
    }
    run_command(environment, "db", "upgrade")
    wall, cpu = 0.0, 0.0
    for command in (("experts", "import", str(path), "--approve"), ("index", "rebuild")):
        taken = run_command(environment, *command)
        print(f"advnet {' '.join(command[:2])}: {taken[0]:.1f} s, CPU {taken[1]:.1f} s")
        wall, cpu = wall + taken[0], cpu + taken[1]
    with closing(ExpertIndex(instance / "index")) as index:
        assert index.find(f"family{last}").total == 1
    print(f"imported and searchable: {wall:.1f} s, CPU {cpu:.1f} s")


def run_command(environment: dict[str, str], *command: str) -> tuple[float, float]:
    """Seconds, and CPU seconds."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "advnet.cli", *command], env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, cpu


def write_file(path: Path, *, experts: int, works: int) -> None:
    """Titles of eight words and abstracts of eighty, as those of real papers have."""
    draw = random.Random(1)  # the same in every run
    words = Vocabulary(30_000, seed=1)
    codes = [concept.code for concept in read_vocabulary()]
    text = words.text

    def lines() -> Iterator[str]:
        for number in range(experts):
            yield json.dumps(
                {
                    "id": f"bench-{number}",
                    "name": f"Family{number}, Given{number % 97}",
                    "email": f"person{number}@example.org",
                    "affiliation": f"Example University {number % 500}",
                    "country": draw.choice(["JP", "DE", "KE", "BR"]),
                    "languages": ["en"],
                    "skills": draw.sample(codes, 4),
                    "biography": text(40),
                    "works": [
                        {"title": text(8), "abstract": text(80), "year": 2000 + one, "doi": f"10.1000/{number}.{one}"}
                        for one in range(works)
                    ],
                }
            )  # fmt: skip

    path.write_text("\n".join(lines()), encoding="utf-8")


def import_file(database: Database, path: Path, label: str) -> float:
    """Seconds for all of it."""
    began = time.perf_counter()
    found = read_experts(path)
    read = time.perf_counter()
    assert not found.errors
    with database.transaction() as session:
        import_experts(
            session,
            actor=ACTOR,
            rows=found.rows,
            approve=True,
            source=Source(found.name, found.sha256),
            now=now(),
        )
    ended = time.perf_counter()
    print(f"{label}: {ended - began:.2f} s (reading {read - began:.2f}, writing {ended - read:.2f})")
    return ended - began


def read_table(path: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def copy_rows(path: Path, rows: dict[str, list[tuple[object, ...]]]) -> float:
    """Seconds to write the rows into an empty database."""
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    database.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        began = time.perf_counter()
        with connection:
            for table, values in rows.items():
                if values:
                    marks = ", ".join("?" * len(values[0]))
                    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
