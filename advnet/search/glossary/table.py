"""The glossary as it lies on the disk: plain text, a headword a line, sorted by bytes.

A process maps the file and keeps of it only where each line begins and its first two letters (3 MB, 0.05 s); lines are
read when a text asks for them. Processes therefore share one copy, and who wants to know what a word became opens the
file.

A line is ``headword⇥ending⇥gloss⇥gloss…``, the best gloss first. The headword is folded as texts are. The ending is
empty, or the letter with which the dictionary form goes on after the stem that stands as the headword (持⇥つ), or
``ru`` for verbs whose stem never changes (助け⇥ru), or one of the scripts in :mod:`~advnet.search.glossary.reading`.
A word without glosses is there so that it is not cut into others.
"""

import hashlib
import mmap
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

PATH = Path(__file__).with_name("jmdict.tsv")

_LETTER_BYTES = 3
"""Of every letter that a headword may hold, in UTF-8."""


class Entry(NamedTuple):
    """:param word: folded
    :param ending: what may follow, see above
    :param glosses: English, best first
    """

    word: str
    ending: str
    glosses: tuple[str, ...]


class Table:
    """Read-only and free of state: any thread may ask it."""

    def __init__(self, path: Path = PATH) -> None:
        """:raises OSError: the file cannot be read"""
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        letters = np.frombuffer(self._map, dtype=np.uint8)
        ends = np.flatnonzero(letters == ord("\n"))
        self._starts = np.concatenate([[0], ends[:-1] + 1, [len(letters)]]).astype(np.uint32)
        heads = np.zeros(len(ends), dtype=np.uint64)
        is_single = letters[self._starts[:-1] + _LETTER_BYTES] == ord("\t")
        for place in range(2 * _LETTER_BYTES):
            here = letters[self._starts[:-1] + place].astype(np.uint64)
            if place >= _LETTER_BYTES:
                here[is_single] = 0
            heads = (heads << np.uint64(8)) | here
        self._heads = heads
        self.starting = lru_cache(maxsize=2**13)(self._starting)

    def __len__(self) -> int:
        return len(self._heads)

    def _starting(self, head: str) -> tuple[Entry, ...]:
        """All headwords that begin with these two letters, longest first, and at last the first letter as a word."""
        own = tuple(sorted(self._lines(head), key=lambda entry: -len(entry.word)))
        return own + self._lines(head[0]) if len(head) > 1 else own

    def _lines(self, head: str) -> tuple[Entry, ...]:
        key = np.uint64(int.from_bytes(head.encode().ljust(2 * _LETTER_BYTES, b"\0")[: 2 * _LETTER_BYTES], "big"))
        first, last = self._heads.searchsorted(key, "left"), self._heads.searchsorted(key, "right")
        if first == last:
            return ()
        lines = self._map[int(self._starts[first]) : int(self._starts[last])].decode().splitlines()
        return tuple(map(read_line, lines))


def digest(path: Path = PATH) -> str:
    """Changes with the table. :raises OSError: the file cannot be read"""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=8)).hexdigest()


def read_line(line: str) -> Entry:
    word, ending, *glosses = line.split("\t")
    return Entry(word, ending, tuple(glosses))


def write_table(path: Path, entries: Iterable[Entry]) -> int:
    """Write the entries, sorted. :return: how many"""
    lines = sorted("\t".join([entry.word, entry.ending, *entry.glosses]).encode() for entry in entries)
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return len(lines)
