"""The facts of a segment's documents, that every search needs: whose each is, of what kind, how long, how old."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from advnet.search.arrays.derived import Arrays, Kind
from advnet.search.storage.schema import PROFILE, read_head
from advnet.search.storage.source import Source
from advnet.search.storage.texts import Texts, unchangeable


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What every search needs of the documents of a segment, deleted ones included.

    :param kinds: per document, the code of its letter in :mod:`schema`
    :param word_norms: per document, as in its head; ``pair_norms``, ``years`` and ``levels`` likewise
    :param starts: numbers of the profile documents, ascending: where the blocks begin
    :param block_of: per document, the number of its block in this segment
    :param ids: of the experts, by block
    :param keys: per block, the first eight bytes of the id as a number, which sorts as they do
    :param numbers: per block, the number that the id spells, or -1
    """

    kinds: NDArray[np.uint8]
    word_norms: NDArray[np.float32]
    pair_norms: NDArray[np.float32]
    years: NDArray[np.int16]
    levels: NDArray[np.uint8]
    starts: NDArray[np.int32]
    block_of: NDArray[np.int32]
    ids: Texts
    keys: NDArray[np.uint64]
    numbers: NDArray[np.int64]

    def are_possible(self) -> bool:
        """Whether loops that follow them stay within the segment."""
        steps = np.diff(self.starts, prepend=np.int32(-1), append=np.int32(len(self.kinds)))
        return bool((steps > 0).all())

    @classmethod
    def read(cls, arrays: Arrays) -> "Facts":
        ids = Texts(arrays["letters"], arrays["letter_offsets"], arrays["hashes"])
        unchangeable(*arrays.values())
        same = ("kinds", "word_norms", "pair_norms", "years", "levels", "starts", "block_of", "keys", "numbers")
        return cls(ids=ids, **{name: arrays[name] for name in same})


def make_facts(source: Source) -> Arrays:
    heads = [read_head(value) for value in source.reader.column_reader("head")]
    starts = [number for number, head in enumerate(heads) if head.kind == PROFILE]
    expert_ids = [heads[number].expert_id.encode() for number in starts]
    ids = Texts.of(expert_ids)
    begins = np.zeros(len(heads), dtype=np.int32)
    begins[starts] = 1
    return {
        "kinds": np.frombuffer("".join(head.kind for head in heads).encode(), dtype=np.uint8),
        "word_norms": np.array([head.word_norm for head in heads], dtype=np.float32),
        "pair_norms": np.array([head.pair_norm for head in heads], dtype=np.float32),
        "years": np.array([head.year for head in heads], dtype=np.int16),
        "levels": np.array([head.level for head in heads], dtype=np.uint8),
        "starts": np.array(starts, dtype=np.int32),
        "block_of": np.cumsum(begins, dtype=np.int32) - np.int32(1),
        "letters": ids.letters,
        "letter_offsets": ids.offsets,
        "hashes": ids.hashes,
        "keys": np.array([int.from_bytes(one[:8].ljust(8, b"\0")) for one in expert_ids], dtype=np.uint64),
        "numbers": np.array([_number(one) for one in expert_ids], dtype=np.int64),
    }


def _number(expert_id: bytes) -> int:
    is_one = expert_id.isdigit() and len(expert_id) <= 18 and (expert_id[:1] != b"0" or expert_id == b"0")
    return int(expert_id) if is_one else -1


FACTS = Kind("facts", 1, make_facts)
