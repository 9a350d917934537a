"""``advnet demo``: true data, one call, a clean end."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import AccountState, Role, User
from advnet.audit.model import AuditEntry
from advnet.audit.service import verify_chain
from advnet.cli import demo_records, demo_rounds, demo_seed
from advnet.cli.demo_timeline import at_work, tell, together
from advnet.consultations.invitations.model import Invitation, InvitationState
from advnet.consultations.model import Consultation, ConsultationState
from advnet.days import JAPAN
from advnet.db import Database
from advnet.experts.model import Expert, Standing
from advnet.experts.registration.model import Registration
from advnet.jobs.model import Job

READY_SECONDS = 120


@pytest.fixture
def seeded(database, now):
    steps: list[None] = []
    with database.transaction() as session:
        demo_seed.seed(session, password="only a demonstration", now=now, step=lambda: steps.append(None))
    assert len(steps) == demo_seed.count_steps()
    with database.reading() as session:
        yield session


def test_the_demo_has_what_it_promises_and_its_log_is_true(seeded, now):
    experts, applicants, plans = demo_seed.read_data()
    found = {row.title_en: row.state for row in seeded.execute(sa.select(Consultation.title_en, Consultation.state))}
    in_rounds = {plan["title_en"]: "open" for plan in demo_rounds.read_plans()}
    with_outcomes = {plan["title_en"]: "issued" for plan in demo_records.read_records()}
    assert found == {plan["title_en"]: plan["target_state"] for plan in plans} | in_rounds | with_outcomes
    stood = seeded.execute(
        sa.select(Consultation.round_number, Consultation.is_between_rounds).where(Consultation.planned_rounds > 1)
    )
    assert sorted(map(tuple, stood)) == [(1, True), (2, False)]
    assert set(found.values()) >= set(ConsultationState)
    standings = Counter(seeded.scalars(sa.select(Expert.standing).where(Expert.standing.is_not(None))))
    assert sum(standings.values()) == len(experts) == 40
    assert set(standings) == {Standing.ACTIVE, Standing.PAUSED, Standing.RE_VETTING}
    states = Counter(seeded.scalars(sa.select(Registration.state)))
    assert states - Counter({"approved": 40}) == Counter(person["state"] for person in applicants)
    invited = set(seeded.scalars(sa.select(Invitation.state)))
    assert invited >= {
        InvitationState.PROPOSED, InvitationState.INTERESTS_ASKED, InvitationState.SENT, InvitationState.ACCEPTED,
        InvitationState.DECLINED,
    }  # fmt: skip

    assert verify_chain(seeded) is None
    moments = seeded.scalars(sa.select(AuditEntry.at).order_by(AuditEntry.number)).all()
    assert list(moments) == sorted(moments)
    assert moments[-1] <= now
    assert seeded.scalar(sa.select(sa.func.max(Job.created_at))) <= now


def test_every_role_has_an_account_that_can_sign_in(seeded):
    users = {user.email: user for user in seeded.scalars(sa.select(User).options(sa.orm.selectinload(User.grants)))}
    for email, _ in demo_seed.ACCOUNTS:
        assert users[email].state == AccountState.ACTIVE
    assert {role for user in users.values() for role in user.roles} == set(Role)
    assert all(f"expert{number}@demo.example" in users for number in range(1, 41))


def test_the_same_moment_makes_the_same_demo(seeded, now, tmp_path, request):
    def facts(session):
        entries = session.execute(
            sa.select(AuditEntry.at, AuditEntry.event, AuditEntry.actor_name).order_by(AuditEntry.number)
        )
        return [tuple(entry) for entry in entries]

    first = facts(seeded)
    with demo_again(request, tmp_path, now) as session:
        assert facts(session) == first


def demo_again(request, tmp_path, now):
    path = tmp_path / "again.sqlite"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    database = Database(f"sqlite:///{path}")
    request.addfinalizer(database.dispose)
    with database.transaction() as session:
        demo_seed.seed(session, password="only a demonstration", now=now, step=lambda: None)
    return database.reading()


def test_stories_are_told_in_the_order_of_time(now):
    told = []

    def story(name, *days):
        for day in days:
            yield now + timedelta(days=day)
            told.append((day, name))

    tell([story("a", 1, 4, 5), together(story("b", 2, 4), story("c", 3)), story("d")])
    assert told == [(1, "a"), (2, "b"), (3, "c"), (4, "a"), (4, "b"), (5, "a")]


def test_a_moment_at_work_is_in_office_hours_in_japan_and_not_ahead_of_now(now):
    for days in range(-9, 1):
        moment = at_work(now, days=days, minutes=1000)
        assert moment <= now
        assert 10 <= moment.astimezone(JAPAN).hour < 17


class Demo:
    """A running ``advnet demo`` of its own."""

    def __init__(self, folder, *arguments: str) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("ADVNET_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "advnet.cli", "demo", "--dir", str(folder), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**env, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        self.said = ""

    def until_ready(self) -> str:
        """The address that it prints."""
        for line in self.process.stdout:
            self.said += line
            if "Ctrl-C" in line:
                address = re.search(r"http://\S+", self.said)[0]
                wait_for(lambda url=f"{address}/readyz": fetch(url)[0] == 200)
                return address
        raise AssertionError(f"the demo ended: {self.said}")

    def worker(self) -> int:
        (child,) = (
            int(name) for name in os.listdir("/proc") if name.isdigit() and parent_of(int(name)) == self.process.pid
        )
        return child

    def end(self, sign: int = signal.SIGTERM) -> int:
        self.process.send_signal(sign)
        status = self.process.wait(timeout=30)
        self.process.stdout.close()
        return status


def parent_of(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""
    except OSError:
        return 0, ""


def wait_for(holds) -> None:
    end = time.monotonic() + READY_SECONDS
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@pytest.fixture
def start():
    running: list[Demo] = []

    def begin(folder, *arguments):
        running.append(Demo(folder, *arguments))
        return running[-1]

    yield begin
    for demo in running:
        if demo.process.poll() is None:
            demo.end(signal.SIGKILL)
        demo.process.stdout.close()


def test_one_call_leaves_a_ready_instance_that_ends_whole_and_keeps_its_data(start, tmp_path):
    folder = tmp_path / "demo"
    first = start(folder, "--port", "0", "--password", "our own demonstration")
    address = first.until_ready()
    for email, _ in demo_seed.ACCOUNTS:
        assert email in first.said
    assert "our own demonstration" in first.said
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "secret-key").stat().st_mode & 0o077 == 0
    checks = json.loads(fetch(f"{address}/readyz")[1])["checks"]
    assert checks["index_reached"] == checks["index_expected"] > 0
    assert fetch(f"{address}/sign-in")[0] == 200
    with socket.socket() as outside, pytest.raises(OSError, match="refused"):
        outside.connect(("127.0.0.2", int(address.rpartition(":")[2])))  # an address that a wildcard would take
    assert list((folder / "mail").glob("*.eml"))
    aim = dict(word.split("=", 1) for word in first.said.split() if word.startswith("ADVNET_"))
    verified = subprocess.run(
        [sys.executable, "-m", "advnet.cli", "audit", "verify"], env={"PATH": os.environ["PATH"], **aim}, check=False
    )
    assert verified.returncode == 0

    second = start(folder, "--port", "0")
    assert second.process.wait(timeout=60) == 1
    assert "A demo is running in" in second.process.stdout.read()
    taken = start(tmp_path / "other", "--port", address.rpartition(":")[2])
    assert taken.process.wait(timeout=60) == 1
    assert "cannot be used: Address already in use" in taken.process.stdout.read()
    assert not (tmp_path / "other").exists()

    worker = first.worker()
    assert first.end() == 0
    wait_for(lambda: not is_alive(worker))
    size = (folder / "advnet.sqlite").stat().st_size
    again = start(folder, "--port", "0", "--password", "ignored without reset")
    again.until_ready()
    assert "changes nothing without --reset" in again.said
    assert "our own demonstration" in again.said
    assert (folder / "advnet.sqlite").stat().st_size == size

    worker = again.worker()
    os.kill(worker, signal.SIGKILL)
    assert again.process.wait(timeout=30) == 1
    assert "The worker has died" in again.process.stdout.read()

    third = start(folder, "--port", "0")
    third.until_ready()
    worker = third.worker()
    third.end(signal.SIGKILL)
    wait_for(lambda: not is_alive(worker))


def test_a_folder_that_holds_something_else_is_left_alone(start, tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    demo = start(tmp_path, "--port", "0", "--reset")
    assert demo.process.wait(timeout=60) == 1
    assert "not a demo's folder" in demo.process.stdout.read()
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]
