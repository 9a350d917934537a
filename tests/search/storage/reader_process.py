"""A process that does nothing but ask, as a web process does while the worker writes."""

from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from advnet.search import ExpertIndex, MatchQuestion
from tests.processes import begin

QUESTIONS = (MatchQuestion("plastic in the deep ocean", "ice and policy"), MatchQuestion("海洋プラスチックの汚染"))
SEARCHES = ("ocean", '"deep ocean"', "pol* ice", "海洋")


def answers(index: ExpertIndex) -> list[Any]:
    matched = [[(one.expert_id, one.score) for one in index.match(question, limit=None)] for question in QUESTIONS]
    found = [[(hit.expert_id, hit.score) for hit in index.find(text).hits] for text in SEARCHES]
    return [*matched, *found]


def ask_until(folder: Path, last: int, is_over: Event, told: "SimpleQueue[Any]") -> None:
    """Ask without a pause until the writer is done and the index has come to the last change; tell what was found."""
    begin()
    index = ExpertIndex(folder)
    reached = asked = 0
    try:
        while not (is_over.is_set() and reached == last):
            now = index.reached()
            if now < reached:
                raise AssertionError(f"{now} after {reached}")
            reached = now
            answers(index)
            asked += 1
        told.put((asked, answers(index)))
    except BaseException as failure:
        told.put((asked, repr(failure)))
        raise
