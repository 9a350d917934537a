"""A process that does nothing but write the index, to be killed in the middle of it."""

from collections.abc import Iterator
from itertools import count
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from advnet.search import ExpertDocument, ExpertIndex, IndexUnusable, WorkDocument
from tests.processes import begin

EXPERTS = 6


def document(expert: int, change: int) -> ExpertDocument:
    """What change number ``change`` says of an expert."""
    works = tuple(WorkDocument(f"{change}-{number}", f"title{change}") for number in range(3))
    return ExpertDocument(str(expert), biography=f"biography{change}", works=works)


def last_change(expert: int, reached: int) -> int | None:
    """The number of the last change of an expert in a log that goes round: 1 is about expert 1, 2 about 2, …"""
    last = reached - (reached - expert) % EXPERTS
    return last if last > 0 else None


def network(reached: int) -> Iterator[ExpertDocument]:
    for expert in range(EXPERTS):
        if (change := last_change(expert, reached)) is not None:
            yield document(expert, change)


def write_for_ever(folder: Path, progress: "SimpleQueue[int]") -> None:
    """Follow an endless log from where the index is, rebuilding now and then; tell each number before it is written."""
    begin()
    index = ExpertIndex(folder)
    try:
        reached = index.reached()
    except IndexUnusable:
        reached = 0
        index.rebuild([], reached=0)
    for change in count(reached + 1):
        progress.put(change)
        if change % 5 == 0:
            index.rebuild(network(change), reached=change)
        else:
            index.apply([document(change % EXPERTS, change)], reached=change)
