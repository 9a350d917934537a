"""How long an import takes, beside plain ``sqlite3`` writing the same rows into the same tables in the same run.

    python tests/benchmarks/bench_import.py [--experts 10000] [--works 3]

The file is made up and the same in every run. The import is the one of ``advnet experts import --approve``: reading and
checking, then one transaction with profiles, works, skills, the keys for finding duplicates, the change log, two
vetting jobs for each expert and the audit entry. The peer copies the tables that the import has written, row for row,
into an empty database with the same schema and the same durability, with ``executemany`` and nothing else: what no
import can be faster than.
"""

import argparse
import json
import random
import sqlite3
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

assert models
ACTOR = system_actor("benchmark")
TABLES = ("expert", "work", "expert_skill", "expert_key", "affiliation", "job", "index_change", "audit_entry")
WORDS = (
    "ice",
    "sea",
    "energy",
    "model",
    "policy",
    "risk",
    "data",
    "sensor",
    "network",
    "border",
    "grid",
    "storm",
    "law",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--experts", type=int, default=10_000)
    parser.add_argument("--works", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="advnet-bench-import-") as folder:
        path = Path(folder) / "experts.jsonl"
        write_file(path, experts=chosen.experts, works=chosen.works)
        print(f"{chosen.experts:,} experts with {chosen.works} works each, {path.stat().st_size / 1e6:.1f} MB")
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


def write_file(path: Path, *, experts: int, works: int) -> None:
    """Titles of eight words and abstracts of eighty, as those of real papers have."""
    draw = random.Random(1)  # the same in every run
    codes = [concept.code for concept in read_vocabulary()]

    def text(count: int) -> str:
        return " ".join(draw.choices(WORDS, k=count)) + f" {draw.randrange(10**6)}"

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
