"""The installation that the soak test runs on: what is in it, and its processes."""

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Lock
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from advnet import schema
from advnet.accounts.model import Role, system_actor
from advnet.clock import now
from advnet.config import Settings
from advnet.consultations.model import Consultation, ConsultationState, Question
from advnet.db import Database
from advnet.experts.vocabulary.file import read_vocabulary
from advnet.experts.vocabulary.loading import load_shipped_vocabulary
from advnet.text import normalise
from tests.people import PASSWORD, People

EMAIL = "advisor@example.org"
PATIENCE_SECONDS = 120
"""For what a process does while the machine is busy."""

_FIELD = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Site:
    """An installation in a folder of its own. :ivar logs: of every process that it has started"""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "ADVNET_MODE": "test",
            "ADVNET_INSTANCE": str(folder / "instance"),
            "ADVNET_SECRET_KEY": "only for the soak test, where nothing is secret",
            "ADVNET_LOG_LEVEL": "INFO",
        }
        self.settings = Settings.from_environ(self.environment)
        self.database = Database(self.settings.database_url)
        self.logs: list[Path] = []

    @property
    def is_made(self) -> bool:
        return (self.folder / "experts.jsonl").exists()

    def make(self, *, experts: int, questions: int) -> None:
        """An advisor, open consultations, and experts who were imported from a file."""
        schema.upgrade(self.database)
        with self.database.transaction() as session:
            load_shipped_vocabulary(session, actor=system_actor("soak test"), now=now())
            advisor = People(session, now()).make(Role.ADVISOR, email=EMAIL)
            session.add_all(_consultations(questions, created_by_id=advisor.id))
        file = self.folder / "experts.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in _experts(experts))
        self.run("experts", "import", str(file), "--approve")

    def run(self, *command: str) -> str:
        """A command to its end. :returns: what it wrote :raises AssertionError: it failed"""
        done = subprocess.run(self._command(command), env=self._environment(), capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
        return done.stdout

    def start(self, *command: str, **more: str) -> "Process":
        """A process, in a session of its own so that Ctrl-C reaches it by this program alone."""
        log = self.folder / f"{len(self.logs):03}-{command[0]}.log"
        self.logs.append(log)
        with log.open("wb") as output:
            started = subprocess.Popen(
                self._command(command),
                env=self._environment(**more),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return Process(started, log)

    @contextmanager
    def web(self, port: int) -> Iterator["Web"]:
        """A web process, with an advisor who has signed in."""
        address = f"http://127.0.0.1:{port}"
        process = self.start("serve", "--port", str(port), ADVNET_BASE_URL=address)
        try:
            web = Web(address, process)
            web.wait()
            web.sign_in()
            yield web
        finally:
            process.end()

    def _command(self, command: Sequence[str]) -> list[str]:
        return [sys.executable, "-m", "advnet.cli", *command]

    def _environment(self, **more: str) -> dict[str, str]:
        return {**self.environment, **more, "PYTHONFAULTHANDLER": "1"}


@dataclass
class Process:
    started: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        self.started.kill()
        self.started.wait()

    def end(self) -> None:
        self.started.terminate()
        try:
            self.started.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()


@dataclass(frozen=True)
class Answer:
    """:ivar sent_at: when the question left, :ivar came_at: when the answer was whole, in seconds of the clock"""

    status: int
    text: str
    sent_at: float
    came_at: float


@dataclass
class Web:
    """:ivar statuses: how often each status came, by the route that was asked for
    :ivar faults: addresses whose answer none may give
    """

    address: str
    process: Process
    statuses: dict[tuple[str, int], int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._open = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str, **query: object) -> Answer:
        address = f"{self.address}{path}" + (f"?{urlencode(query)}" if query else "")
        answer = self._ask(Request(address, headers={"Accept-Language": "en"}))
        route = re.sub(r"\d+", "N", path)
        with self._lock:
            self.statuses[route, answer.status] = self.statuses.get((route, answer.status), 0) + 1
            if answer.status != 200:
                self.faults.append(f"{answer.status} for {address}: {answer.text[:200]}")
        return answer

    def wait(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while self._ask(Request(f"{self.address}/healthz")).status != 200:
            assert time.monotonic() < until, self.process.log.read_text()
            assert self.process.started.poll() is None, self.process.log.read_text()
            time.sleep(0.2)

    def sign_in(self) -> None:
        page = self._ask(Request(f"{self.address}/sign-in")).text
        found = _FIELD.search(page)
        assert found, "the page has no form to sign in"
        values = {"email": EMAIL, "password": PASSWORD, "csrf_token": found[1]}
        answer = self._ask(Request(f"{self.address}/sign-in", data=urlencode(values).encode()))
        assert answer.status == 200, f"signing in gave {answer.status}"
        assert 'name="password"' not in answer.text, "signing in was refused"

    def _ask(self, request: Request) -> Answer:
        sent_at = time.time()
        try:
            with self._open.open(request, timeout=60) as response:
                status, text = response.status, response.read().decode()
        except HTTPError as error:
            status, text = error.code, error.read().decode(errors="replace")
        except (URLError, OSError) as error:
            status, text = 0, repr(error)
        return Answer(status, text, sent_at, time.time())


def _consultations(count: int, *, created_by_id: int) -> Iterator[Consultation]:
    """Every fourth is Japanese alone."""
    chance = random.Random(7)
    entries = read_vocabulary()
    for number in range(1, count + 1):
        one, other, third = chance.sample(entries, 3)
        is_english = number % 4 != 0
        title_en = f"{one.en} and {other.en}: what should be agreed" if is_english else ""
        title_ja = "" if is_english else f"{one.ja}と{other.ja}に関する国際的な取り決め"
        prompt_en = f"Which limits does {one.en} set to {third.en}?" if is_english else ""
        prompt_ja = "" if is_english else f"{third.ja}への影響をどう評価しますか。"
        opened_at = now()
        yield Consultation(
            reference=f"2026-{number:05}",
            title_en=title_en,
            title_ja=title_ja,
            background_en="",
            background_ja="",
            deadline_at=opened_at + timedelta(days=60),
            state=ConsultationState.OPEN,
            state_changed_at=opened_at,
            created_by_id=created_by_id,
            created_at=opened_at,
            updated_at=opened_at,
            opened_at=opened_at,
            search_text=normalise(f"{title_en} {title_ja}"),
            questions=[Question(position=1, prompt_en=prompt_en, prompt_ja=prompt_ja)],
        )


def _experts(count: int) -> Iterator[dict[str, object]]:
    """Short texts, so that the model is through with all of them in a few minutes."""
    chance = random.Random(11)
    entries = read_vocabulary()
    for number in range(count):
        chosen = chance.sample(entries, 4)
        yield {
            "id": f"soak-{number}",
            "name": f"Soak{number}, Hanako",
            "email": f"soak{number}@example.org",
            "affiliation": f"Invented University {number % 97}",
            "country": "JP",
            "languages": ["en", "ja"],
            "skills": [entry.en for entry in chosen[:3]],
            "biography": f"Works on {chosen[0].en} and {chosen[1].en}. {chosen[2].ja}の研究に従事。",
            "works": [
                {
                    "title": f"{entry.en} under {chance.choice(entries).en}",
                    "abstract": f"We measure {chance.choice(entries).en} in the field and compare {entry.en}.",
                    "year": chance.randint(2005, 2026),
                }
                for entry in chosen[1:3]
            ],
        }
