"""How long the list and search pages take with a large Network, and how soon an approved expert can be found.

    python tests/benchmarks/bench_pages.py [--experts 20000] [--consultations 5000] [--repeats 20] [--folder DIR]

Every page is asked for in process, signed in, on SQLite; milliseconds by the clock and of CPU, the first time after a
start by itself. Beside it stands what plain sqlite3 needs for the very same statements with the same values, fetched
and thrown away: the ratio of CPU times is what the program adds (index, objects, template), and holds on other
machines. The latency is measured against ``advnet worker`` as a process of its own, from the commit of an approval to
the first search that finds the expert, in another process than the worker. A folder that is given is filled once and
used again.
"""

import argparse
import contextlib
import gc
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask.testing import FlaskClient

from advnet import create_app, schema
from advnet.accounts.model import Role
from advnet.clock import now
from advnet.config import Settings
from advnet.db import Database
from advnet.experts.model import Expert
from advnet.experts.standing import admit
from advnet.jobs.service import note_index_change
from advnet.matching.handlers import rebuild_index
from advnet.search import ExpertIndex
from tests.benchmarks.population import add_consultations, add_experts
from tests.people import PASSWORD, People

EMAIL = "advisor@example.org"

PAGES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("everybody", "/experts", {}),
    ("everybody in Japan", "/experts", {"country": "JP"}),
    ("everybody, available", "/experts", {"availability": "available"}),
    ("one field", "/experts", {"field": "mathematics"}),
    ("page 400", "/experts", {"page": 400}),
    ("one word", "/experts", {"q": "arctic"}),
    ("Japanese", "/experts", {"q": "海氷"}),
    ("two common words", "/experts", {"q": "risk monitoring"}),
    ("a phrase", "/experts", {"q": '"long term"'}),
    ("a word left out", "/experts", {"q": "quantum -risk"}),
    ("word and facets", "/experts", {"q": "energy", "country": ["JP", "US"], "language": "ja", "area": "energy"}),
    ("nothing found", "/experts", {"q": "zzzqqq"}),
    ("consultations", "/consultations", {}),
    ("consultations, a word", "/consultations", {"q": "ocean"}),
    ("candidates", "/consultations/10/candidates", {}),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experts", type=int, default=20_000)
    parser.add_argument("--consultations", type=int, default=5_000)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environment = {
            "ADVNET_MODE": "test",
            "ADVNET_SECRET_KEY": "only for benchmarks, where nothing is secret",
            "ADVNET_INSTANCE": str(folder),
            "ADVNET_BASE_URL": "http://localhost",
            "ADVNET_LOG_LEVEL": "CRITICAL",
        }
        settings = Settings.from_environ(environment)
        if not (folder / "advnet.sqlite").exists():
            _fill(settings, experts=asked.experts, consultations=asked.consultations)
        _measure_pages(settings, repeats=asked.repeats)
        _measure_latency(settings, environment, repeats=asked.repeats)


def _fill(settings: Settings, *, experts: int, consultations: int) -> None:
    database = Database(settings.database_url)
    schema.upgrade(database)
    with _timed(f"{experts:,} experts written"), database.transaction() as session:
        add_experts(session, experts)
        advisor = People(session, now()).make(Role.ADVISOR, email=EMAIL)
        note_index_change(session, expert_id=1, now=now())
    with _timed(f"{consultations:,} consultations written"), database.transaction() as session:
        add_consultations(session, consultations, experts=experts, created_by_id=advisor.id)
    with _timed("index built"), contextlib.closing(ExpertIndex(settings.index_folder)) as index:
        rebuild_index(database, index)
        counts = index.counts()
    print(f"{counts.experts:,} experts, {counts.works:,} works, {counts.folder_bytes / 1e6:.0f} MB", flush=True)
    database.dispose()


def _measure_pages(settings: Settings, *, repeats: int) -> None:
    app = create_app(settings)
    database: Database = app.extensions["advnet.database"]
    client = app.test_client()
    _sign_in(client)
    gc.freeze()  # as every web process of the product does when it begins
    print(
        f"\n{'page':<24}{'first':>8}{'p50':>8}{'p95':>8}{'CPU first':>11}{'CPU p50':>9}{'CPU p95':>9}{'SQL CPU':>9}"
        f"{'ratio':>7}{'statements':>12}"
    )
    for name, path, values in PAGES:
        _measure_page(client, database, name, f"{path}?{urlencode(values, doseq=True)}", repeats=repeats)
    app.extensions["advnet.index"].close()
    database.dispose()


def _measure_page(client: FlaskClient, database: Database, name: str, address: str, *, repeats: int) -> None:
    def ask() -> None:
        _get(client, address)

    first, first_cpu = _milliseconds(ask)
    with _recorded(database) as statements:
        ask()
    taken, plain = [], []
    with contextlib.closing(sqlite3.connect(str(database.url.database))) as peer:
        for _ in range(repeats):
            taken.append(_milliseconds(ask))
            plain.append(_milliseconds(lambda: _replay(peer, statements))[1])
    wall, cpu = zip(*taken, strict=True)
    p50, sql = statistics.median(cpu), statistics.median(plain)
    print(
        f"{name:<24}{first:>8.1f}{statistics.median(wall):>8.1f}{_p95(wall):>8.1f}{first_cpu:>11.1f}{p50:>9.1f}"
        f"{_p95(cpu):>9.1f}{sql:>9.1f}{p50 / sql:>7.1f}{len(statements):>12}",
        flush=True,
    )


def _measure_latency(settings: Settings, environment: dict[str, str], *, repeats: int) -> None:
    database = Database(settings.database_url)
    worker = subprocess.Popen(
        [sys.executable, "-m", "advnet.cli", "worker", "--stop-with-stdin"],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
    )
    seconds = []
    try:
        with contextlib.closing(ExpertIndex(settings.index_folder)) as index:
            time.sleep(3)
            for _ in range(repeats):
                word = f"findable{time.time_ns()}"
                with database.transaction() as session:
                    moment = now()
                    expert = Expert(
                        given_en="Newly", family_en="Approved", biography_en=word, created_at=moment, changed_at=moment,
                        consent_at=moment, consent_version="1",
                    )  # fmt: skip
                    session.add(expert)
                    admit(session, expert=expert, now=moment)
                began = time.perf_counter()
                while not index.find(word).total:
                    time.sleep(0.005)
                    if time.perf_counter() - began > 60:
                        raise RuntimeError("The expert was not found within a minute.")
                seconds.append(time.perf_counter() - began)
    finally:
        worker.communicate(timeout=60)
        database.dispose()
    print(
        f"\napproved to findable, {repeats} times: p50 {statistics.median(seconds):.2f} s, p95 {_p95(seconds):.2f} s, "
        f"most {max(seconds):.2f} s"
    )


def _sign_in(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    answer = client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 303, answer.status


def _get(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, f"{address}: {answer.status}"


@contextlib.contextmanager
def _recorded(database: Database) -> Iterator[list[tuple[str, Any]]]:
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)


def _replay(connection: sqlite3.Connection, statements: list[tuple[str, Any]]) -> None:
    for statement, parameters in statements:
        connection.execute(statement, parameters).fetchall()


def _milliseconds(act: Callable[[], None]) -> tuple[float, float]:
    """By the clock, and of CPU: the first is what a reader waits, the second what holds when others use the machine."""
    began, before = time.perf_counter(), time.process_time()
    act()
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - before)


@contextlib.contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{what} in {time.perf_counter() - began:.1f} s", flush=True)


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[max(0, -(-95 * len(values) // 100) - 1)]


if __name__ == "__main__":
    main()
