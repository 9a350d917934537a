"""Whether search stays right while everything happens to it at once, for as long as one likes.

    python tests/benchmarks/soak.py [--minutes 10] [--experts 2000] [--questions 50] [--folder DIR]

Two web processes and a worker run on an instance of their own. Beside them profiles change all the time, the index is
rebuilt again and again (every fourth rebuild is killed half-way), the worker is killed and started anew every minute,
and files derived from the index vanish or are put back cut short. Every change carries a word of its own; both web
processes are asked for it until they tell the truth, and now and then again, since what was told once must stay told.
At the end, when the worker has caught up, both web processes must rank every question as an index does that is built
afresh from the same database. Exit status 1 when anything was not as it must be; the folder is then kept.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from advnet.search.storage.segments import KINDS
from advnet.search.vectors.files import VECTORS
from tests.benchmarks.soak_changes import Changes, Fact
from tests.benchmarks.soak_ranking import compare_rankings
from tests.benchmarks.soak_site import PATIENCE_SECONDS, Site, Web

WRITE_SECONDS = 0.6
UNTOLD_AT_ONCE = 2
KILL_SECONDS = 60
REBUILD_PAUSE_SECONDS = 5
DAMAGE_SECONDS = 7
ASK_SECONDS = 0.15
STALE_SECONDS = 2.0
"""The aim: no answer older than this while the worker lives."""

_EXPECTED_REFUSAL = "Somebody else is rebuilding the index"


class Soak:
    """:ivar faults: whatever must not be, in words"""

    def __init__(self, site: Site, webs: Sequence[Web], changes: Changes) -> None:
        self.site = site
        self.webs = webs
        self.changes = changes
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()
        self.loads: list[float] = []
        self.rebuilds: list[tuple[float, float]] = []
        self.killed: list[tuple[float, Path]] = []
        self.worker = site.start("worker")
        self._is_over = threading.Event()
        self._is_asked_for = threading.Event()

    def run(self, minutes: float) -> None:
        """Everything at once for so long; then until both web processes have told every change."""
        acting = [self._thread(act) for act in (self._write, self._damage, self._rebuild, self._kill, self._load)]
        asking = [self._thread(act, web) for web in self.webs for act in (self._search, self._look)]
        until = time.monotonic() + 60 * minutes
        while time.monotonic() < until and any(thread.is_alive() for thread in acting):
            time.sleep(0.5)
        self._is_over.set()
        for thread in acting:
            thread.join()
        until = time.monotonic() + PATIENCE_SECONDS
        while (untold := self._untold()) and time.monotonic() < until:
            time.sleep(0.5)
        self.faults += [f"never told: {fact}" for fact in untold]
        self._is_asked_for.set()
        for thread in asking:
            thread.join()

    def stop(self) -> None:
        self._is_over.set()
        self._is_asked_for.set()
        self.worker.end()

    def wait_for_worker(self) -> dict[str, Any]:
        """Until the index holds every change, and every unit its vector. :returns: what the index says of itself"""
        until = time.monotonic() + 5 * PATIENCE_SECONDS
        while True:
            status: dict[str, Any] = json.loads(self.site.run("index", "status", "--json"))
            if status["behind"] == 0 and status["vectors"] == status["vectors_expected"]:
                return status
            if time.monotonic() > until or self.worker.started.poll() is not None:
                self.faults.append(f"the index was never finished: {status}")
                return status
            time.sleep(1)

    def _thread(self, act: Callable[..., None], *given: object) -> threading.Thread:
        def run() -> None:
            try:
                act(*given)
            except Exception as error:
                self.faults.append(f"the soak test itself failed in {act.__name__}: {error!r}")
                raise

        thread = threading.Thread(target=run, name=act.__name__, daemon=True)
        thread.start()
        return thread

    def _write(self) -> None:
        """As fast as the readers keep up with: a change that is asked for late says nothing of how late it was told."""
        while not self._is_over.wait(WRITE_SECONDS):
            if len(self._untold()) < UNTOLD_AT_ONCE:
                self.changes.change()
                self.counts["changes"] += 1

    def _search(self, web: Web) -> None:
        """Ask for what is not told yet, the most recent change last; else for something that was told before."""
        chance = random.Random(web.address)
        asked: dict[int, float] = {}
        while not self._is_asked_for.is_set():
            valid = self.changes.valid()
            fresh = [fact for fact in valid if web.address not in fact.told]
            due = [fact for fact in fresh if time.time() - asked.get(id(fact), 0) > ASK_SECONDS]
            if due:
                fact = due[0]
            elif valid and not fresh and chance.random() < 0.5:
                fact = chance.choice(valid)
            else:
                time.sleep(0.05)
                continue
            asked[id(fact)] = time.time()
            self._ask(web, fact)

    def _ask(self, web: Web, fact: Fact) -> None:
        answer = web.get("/experts", q=fact.word)
        self.counts["searches"] += 1
        if "search answers from the database" in answer.text:
            self.faults.append(f"{web.address} had no index, asked for {fact.word}")
        elif answer.status == 200 and fact.is_valid:
            is_there = f'href="/experts/{fact.expert_id}"' in answer.text
            if is_there == fact.is_there:
                fact.told.setdefault(web.address, answer.came_at)
            else:
                fact.stale[web.address] = answer.sent_at
                if web.address in fact.told:
                    age = answer.sent_at - fact.at
                    self.faults.append(f"{web.address} went back {age:.1f} s after: {fact.what}, {fact.word}")

    def _look(self, web: Web) -> None:
        """At pages that rank, and at what operators read."""
        chance = random.Random(web.address)
        while not self._is_asked_for.wait(0.7):
            answer = web.get(f"/consultations/{chance.randint(1, 20)}/candidates")
            self.counts["candidates pages"] += 1
            if "The ranking waits for the search index" in answer.text:
                self.faults.append(f"{web.address} had no index to rank by")
            self.counts["candidates pages without vectors"] += "This ranking goes without" in answer.text
            web.get("/readyz")

    def _rebuild(self) -> None:
        while not self._is_over.wait(REBUILD_PAUSE_SECONDS):
            began = time.time()
            process = self.site.start("index", "rebuild")
            self.counts["rebuilds begun"] += 1
            is_to_die = self.counts["rebuilds begun"] % 4 == 0
            if is_to_die:
                time.sleep(random.uniform(3, 8))
                process.kill()
                self.counts["rebuilds killed"] += 1
                continue
            status = process.started.wait()
            if status == 0:
                self.rebuilds.append((began, time.time()))
                self.counts["rebuilds done"] += 1
            elif _EXPECTED_REFUSAL in process.log.read_text():
                self.counts["rebuilds refused, since another one was under way"] += 1
            else:
                self.faults.append(f"a rebuild ended with {status}: {process.log.read_text()[-500:]}")

    def _kill(self) -> None:
        while not self._is_over.wait(KILL_SECONDS * random.uniform(0.8, 1.2)):
            if self.worker.started.poll() is not None:
                self.faults.append(f"the worker ended by itself with {self.worker.started.poll()}")
            self.worker.kill()
            killed_at = time.time()
            self.worker = self.site.start("worker")
            self.killed.append((killed_at, self.worker.log))
            self.counts["workers killed"] += 1

    def _damage(self) -> None:
        """A file that readers hold open is not cut in place: the system ends who reads beyond the end of such a one."""
        chance = random.Random(5)
        while not self._is_over.wait(DAMAGE_SECONDS):
            kind = chance.choice([*KINDS, VECTORS])
            files = sorted(self.site.settings.index_folder.glob(f"generation-*/*.{kind.name}"))
            if not files:
                continue
            path = chance.choice(files)
            with contextlib.suppress(FileNotFoundError):  # a merge was faster
                if chance.random() < 0.5:
                    path.unlink()
                    self.counts[f"{kind.name} files deleted"] += 1
                else:
                    cut = path.with_name(path.name + ".cut")
                    content = path.read_bytes()
                    cut.write_bytes(content[: chance.randrange(len(content))])
                    cut.replace(path)
                    self.counts[f"{kind.name} files cut short"] += 1

    def _load(self) -> None:
        while not self._is_over.wait(5):
            self.loads.append(os.getloadavg()[0])

    def _untold(self) -> list[Fact]:
        return [fact for fact in self.changes.valid() if len(fact.told) < len(self.webs)]

    def spans_without_worker(self) -> list[tuple[float, float]]:
        """From each kill until the next worker had followed changes for the first time."""
        return [(killed_at, _first_work(log) or time.time()) for killed_at, log in self.killed]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--experts", type=int, default=2_000)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--folder", type=Path, help="Filled once and used again; kept at the end.")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, _stop)
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="advnet-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    is_kept = True
    try:
        faults = _soak(folder, minutes=asked.minutes, experts=asked.experts, questions=asked.questions)
        is_kept = bool(faults) or asked.folder is not None
    except KeyboardInterrupt:
        is_kept = asked.folder is not None
        raise SystemExit(130) from None
    finally:
        if is_kept:
            print(f"kept: {folder}", flush=True)
        else:
            shutil.rmtree(folder)
    sys.exit(1 if faults else 0)


def _soak(folder: Path, *, minutes: float, experts: int, questions: int) -> list[str]:
    site = Site(folder)
    with contextlib.ExitStack() as stack:
        stack.callback(site.database.dispose)
        if not site.is_made:
            with _timed(f"{experts:,} experts imported"):
                site.make(experts=experts, questions=questions)
            with _timed("index built"):
                site.run("index", "rebuild")
        webs = [stack.enter_context(site.web(port)) for port in _free_ports(2)]
        soak = Soak(site, webs, Changes(site.database, len(webs)))
        stack.callback(soak.stop)
        with _timed("vectors made"):
            soak.wait_for_worker()
        print(f"{minutes:g} minutes begin at {datetime.now(UTC):%H:%M:%S} UTC", flush=True)
        soak.run(minutes)
        with _timed("caught up afterwards"):
            status = soak.wait_for_worker()
        print(f"the index at the end: {status}")
        try:
            soak.faults += compare_rankings(site, webs, questions=questions)
        except Exception as error:
            traceback.print_exc()
            soak.faults.append(f"the rankings could not be compared: {error!r}")
        soak.faults += [fault for web in webs for fault in web.faults]
        alive = {web.address: web.process.started.poll() for web in webs}
        soak.faults += [f"{address} ended with {status}" for address, status in alive.items() if status is not None]
        stack.close()
    soak.faults += _faults_of_logs(site.logs)
    _report(soak)
    return soak.faults


def _report(soak: Soak) -> None:
    spans = soak.spans_without_worker()
    told = [fact for fact in soak.changes.facts if fact.told]
    groups: dict[str, list[Fact]] = {"worker alive, no rebuild": [], "worker alive, during a rebuild": []}
    groups["around a kill of the worker"] = []
    for fact in told:
        until = max(fact.told.values())
        if _meets(spans, fact.at, until):
            groups["around a kill of the worker"].append(fact)
        elif _meets(soak.rebuilds, fact.at, until):
            groups["worker alive, during a rebuild"].append(fact)
        else:
            groups["worker alive, no rebuild"].append(fact)
    print(f"\n{'seconds':<34}{'changes':>8}{'p50':>7}{'p95':>7}{'most':>7}   last old answer asked for: p95, most")
    for name, facts in groups.items():
        right = sorted(came - fact.at for fact in facts for came in fact.told.values())
        old = sorted(max(0.0, sent - fact.at) for fact in facts for sent in fact.stale.values()) or [0.0]
        if right:
            print(
                f"{name:<34}{len(facts):>8}{_at(right, 50):>7.2f}{_at(right, 95):>7.2f}{right[-1]:>7.2f}"
                f"   {_at(old, 95):.2f} {old[-1]:.2f}"
            )
        late = sum(max(fact.stale.values(), default=0) - fact.at > STALE_SECONDS for fact in facts)
        if late and "kill" not in name:
            soak.faults.append(f"{late} changes, {name}: an old answer later than {STALE_SECONDS:g} s")
    away = sorted(until - since for since, until in spans)
    if away:
        print(f"a killed worker is missed for {_at(away, 50):.1f} s (p50), {away[-1]:.1f} s at most")
    taken = sorted(until - since for since, until in soak.rebuilds)
    if taken:
        print(f"a rebuild takes {_at(taken, 50):.1f} s (p50), {taken[-1]:.1f} s at most, as a process of its own")
    for name, count in sorted(soak.counts.items()):
        print(f"{count:>8,} {name}")
    for web in soak.webs:
        shown = ", ".join(f"{route} {status}: {count:,}" for (route, status), count in sorted(web.statuses.items()))
        print(f"{web.address}  {shown}")
    loads = sorted(soak.loads) or [0.0]
    print(
        f"load of the machine {loads[0]:.1f} to {loads[-1]:.1f}, p50 {_at(loads, 50):.1f}, {os.cpu_count()} processors"
    )
    print(f"\n{len(soak.faults)} faults")
    for fault in soak.faults[:40]:
        print(f"- {fault}")
    sys.stdout.flush()


def _faults_of_logs(logs: Sequence[Path]) -> list[str]:
    """Tracebacks, errors, and processes that the system ended."""
    faults = []
    for log in logs:
        for line in log.read_text(errors="replace").splitlines():
            if any(sign in line for sign in ("Traceback", '"level": "error"', '"exception"', "Fatal Python error")):
                faults.append(f"{log.name}: {line[:600]}")
    return faults


def _first_work(log: Path) -> float | None:
    for line in log.read_text(errors="replace").splitlines():
        if '"index_followed"' in line:
            return datetime.fromisoformat(json.loads(line)["timestamp"]).timestamp()
    return None


def _meets(spans: Sequence[tuple[float, float]], since: float, until: float) -> bool:
    return any(begin < until and since < end for begin, end in spans)


def _at(ordered: Sequence[float], percent: int) -> float:
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in found:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in found]


@contextlib.contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{what} in {time.monotonic() - began:.1f} s", flush=True)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
