"""A worker that is killed at any moment loses nothing: every mail arrives, the index reaches the end of the log."""

import random
import time
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from advnet.clock import now as clock_now
from advnet.db import Database
from advnet.experts.model import Expert
from advnet.jobs.model import Job
from advnet.jobs.queries import last_change_number
from advnet.jobs.service import note_index_change
from advnet.mail.messages.accounts import password_changed
from advnet.mail.outbox import to_user
from advnet.mail.render import message_id
from advnet.search import ExpertIndex
from tests.builders_experts import Experts
from tests.installed import environment
from tests.jobs import worker_process
from tests.people import People

KILLS = 50
MAILS_A_ROUND = 3


def test_fifty_kills_lose_no_mail_and_no_change_of_the_index(database: Database, settings, mailbox, processes):
    settings = replace(settings, mail_url=mailbox.url)
    for round_number in range(KILLS):
        give_work(database, round_number, now=clock_now())
        begins = processes.Event()
        worker = processes.Process(target=worker_process.run, args=(environment(settings),), kwargs={"begins": begins})
        worker.start()
        assert begins.wait(timeout=30)
        if round_number % 2:  # right after a mail was taken: the job is in hand, or the next one is
            received = len(mailbox.received)
            until = time.monotonic() + 30
            while len(mailbox.received) == received and time.monotonic() < until:
                time.sleep(0.001)
        time.sleep(random.uniform(0, 0.02 if round_number % 2 else 0.12))
        worker.kill()
        worker.join()
        assert worker.exitcode == -9

    time.sleep(worker_process.LEASE.total_seconds())
    last = processes.Process(
        target=worker_process.run, args=(environment(settings),), kwargs={"until_nothing_is_left": True}
    )
    last.start()
    last.join(timeout=60)
    assert last.exitcode == 0

    with database.reading() as session:
        jobs = session.scalars(sa.select(Job)).all()
        reached = last_change_number(session)
        experts = {str(number) for number in session.scalars(sa.select(Expert.id))}
    assert len(jobs) == KILLS * MAILS_A_ROUND
    assert [job.id for job in jobs if job.done_at is None] == []
    queued = {message_id(job.key.removeprefix("mail:"), settings) for job in jobs}
    assert set(mailbox.message_ids) == queued
    assert max(job.attempts for job in jobs) > 1, "no kill met a job in hand: the test has shown nothing"

    index = ExpertIndex(settings.index_folder)
    assert index.reached() == reached == KILLS
    assert set(index.document_ids()) == experts
    index.close()


def give_work(database: Database, round_number: int, *, now: datetime) -> None:
    """Some mails to send and a new expert to index, as a request would leave them."""
    with database.transaction() as session:
        people = People(session, now)
        for number in range(MAILS_A_ROUND):
            user = people.make("advisor", email=f"advisor{round_number}-{number}@example.org")
            password_changed(session, to=to_user(user), user_id=user.id, now=now)
        experts = Experts(session, now)
        experts.count = experts.accounts = round_number
        note_index_change(session, expert_id=experts.approved().id, now=now)
