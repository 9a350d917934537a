"""Killed at any moment, the index opens, and holds exactly what the number says that it wrote with it."""

import random
import time
from multiprocessing.process import BaseProcess
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from advnet.search import ExpertIndex
from tests.processes import forkserver
from tests.search.storage import writer_process
from tests.search.storage.writer_process import EXPERTS, last_change

KILLS = 50


def wait_for(progress: SimpleQueue, writer: BaseProcess) -> None:
    while progress.empty():
        assert writer.is_alive(), "the writer stopped by itself"
        time.sleep(0.002)
    progress.get()


def test_fifty_kills_of_the_writer_leave_an_index_that_is_what_it_says(folder: Path):
    processes = forkserver()
    chance = random.Random()
    before = 0
    index = ExpertIndex(folder)
    for round_number in range(KILLS):
        progress = processes.SimpleQueue()
        writer = processes.Process(target=writer_process.write_for_ever, args=(folder, progress))
        writer.start()
        wait_for(progress, writer)
        began, changes = time.monotonic(), chance.randint(1, 3)
        for _ in range(changes):
            wait_for(progress, writer)
        one_change_seconds = (time.monotonic() - began) / changes
        time.sleep(chance.uniform(0.0, one_change_seconds))
        writer.kill()
        writer.join()
        progress.close()
        assert writer.exitcode == -9
        reached = index.reached()
        assert reached >= before, f"round {round_number}"
        before = reached
        known = {expert: last_change(expert, reached) for expert in range(EXPERTS)}
        assert index.document_ids() == {
            str(expert): {f"{change}-{number}" for number in range(3)}
            for expert, change in known.items()
            if change is not None
        }
        for expert, change in known.items():
            if change is not None:
                assert [hit.expert_id for hit in index.find(f"biography{change} title{change}").hits] == [str(expert)]
    assert before >= KILLS, "it was killed at work, not before"
    index.close()
