"""A process that does nothing but put vectors, to be killed in the middle of it."""

from itertools import count
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from advnet.search.vectors.store import VectorStore
from tests.processes import begin

GROUP = 20


def key(number: int) -> bytes:
    return number.to_bytes(16, "big")


def vector(number: int) -> tuple[float, bytes]:
    return float(number + 1), bytes([number % 127]) * 384


def put_for_ever(path: Path, told: "SimpleQueue[int]", begun: int) -> None:
    """Put group after group; tell the number of each when it is there."""
    begin()
    store = VectorStore(path)
    for group in count(begun):
        store.put("model", {key(number): vector(number) for number in range(group * GROUP, (group + 1) * GROUP)})
        told.put(group + 1)
