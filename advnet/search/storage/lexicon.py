"""What skill search needs of a segment, derived from its Whoosh postings: where each word stands in each field.

A row is a word in a field; rows are sorted by field and word, so that all words that begin alike stand together. As the
impact matrix does (:mod:`matrix`), a table sorted by hash finds the rows of many words by one call. Positions are kept
as Whoosh has them, so that phrases need no other file.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advnet.search.arrays import kernels
from advnet.search.arrays.derived import Arrays, Kind
from advnet.search.storage.schema import TEXT_FIELDS
from advnet.search.storage.source import Source
from advnet.search.storage.texts import Texts, unchangeable

_NUMBERS = {field: number for number, field in enumerate(TEXT_FIELDS)}


class Postings(NamedTuple):
    """Where a term stands in a field.

    :param documents: ascending
    :param frequencies: times per document
    :param positions: of the first document, then of the second, …, as many for each as its frequency
    """

    documents: NDArray[np.int32]
    frequencies: NDArray[np.uint16]
    positions: NDArray[np.uint16]


NO_POSTINGS = Postings(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.uint16), np.empty(0, dtype=np.uint16))


class Lexicon(NamedTuple):
    """:param keys: of all rows, sorted by hash; ``rows`` says which row each is
    :param letters: the same keys in the order of the rows, each ending where ``letter_offsets`` says
    :param offsets: row ``n`` has its postings from ``offsets[n]`` to ``offsets[n + 1]``
    :param position_offsets: likewise its positions
    """

    keys: Texts
    rows: NDArray[np.int64]
    letters: NDArray[np.uint8]
    letter_offsets: NDArray[np.int64]
    offsets: NDArray[np.int64]
    documents: NDArray[np.int32]
    frequencies: NDArray[np.uint16]
    position_offsets: NDArray[np.int64]
    positions: NDArray[np.uint16]

    @classmethod
    def read(cls, arrays: Arrays) -> "Lexicon":
        keys = Texts(arrays["key_letters"], arrays["key_offsets"], arrays["key_hashes"])
        return cls(keys, **{name: arrays[name] for name in cls._fields if name != "keys"})

    def find(self, sought: Texts) -> NDArray[np.int64]:
        """The row of each key; :data:`kernels.NO_ROW` where it stands nowhere."""
        known = self.keys
        at = kernels.find_rows(
            sought.hashes, sought.letters, sought.offsets, known.hashes, known.letters, known.offsets
        )
        found: NDArray[np.int64] = np.where(at >= 0, self.rows[at] if len(self.rows) else at, at)
        return found

    def starting(self, field: str, prefix: str) -> range:
        """The rows of all words of a field that start so."""
        sought = np.frombuffer(_key(field, prefix.encode()), dtype=np.uint8)
        first, last = kernels.find_prefix(sought, self.letters, self.letter_offsets)
        return range(first, last)

    def word(self, row: int) -> str:
        begin, end = self.letter_offsets[row : row + 2].tolist()
        return self.letters[begin + 1 : end].tobytes().decode()

    def postings(self, row: int) -> Postings:
        (begin, end), (first, last) = (
            self.offsets[row : row + 2].tolist(),
            self.position_offsets[row : row + 2].tolist(),
        )
        return Postings(self.documents[begin:end], self.frequencies[begin:end], self.positions[first:last])


def keys(words: Iterable[tuple[str, str]]) -> Texts:
    """Fields and words as they are looked up."""
    return Texts.of([_key(field, word.encode()) for field, word in words])


def small_lexicon(words: Sequence[tuple[str, str]], postings: Sequence[Postings]) -> Lexicon:
    """Of these alone, a row each in this order; nothing that starts alike can be found in it."""
    texts, order = keys(words).sorted()
    offsets, position_offsets = (
        np.cumsum([0, *(len(one[part]) for one in postings)], dtype=np.int64) for part in (0, 2)
    )
    nothing = np.zeros(1, dtype=np.uint8)
    joined = [np.concatenate(arrays) for arrays in zip(NO_POSTINGS, *postings, strict=True)]
    unchangeable(*texts, order, nothing, offsets, position_offsets, *joined)
    return Lexicon(texts, order, nothing, offsets[:1], offsets, joined[0], joined[1], position_offsets, joined[2])


def make_lexicon(source: Source) -> Arrays:
    words: list[bytes] = []
    lengths, documents, times, values = [], [], [], []
    for field in TEXT_FIELDS:
        found = source.postings(field)
        words += [_key(field, term) for term in found.terms]
        lengths.append(np.diff(np.frombuffer(found.ends, dtype=np.int64), prepend=np.int64(0)))
        documents.append(np.array(found.documents, dtype=np.int32))
        times.append(np.array(found.times, dtype=np.uint16))
        values.append(np.frombuffer(b"".join(found.values), dtype=np.uint16))
    in_order = Texts.of(words)
    by_hash, order = in_order.sorted()
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
    frequencies = np.concatenate(times)
    ends = np.concatenate([[0], np.cumsum(frequencies, dtype=np.int64)])
    return {
        "key_letters": by_hash.letters,
        "key_offsets": by_hash.offsets,
        "key_hashes": by_hash.hashes,
        "rows": order.astype(np.int64),
        "letters": in_order.letters,
        "letter_offsets": in_order.offsets,
        "offsets": offsets,
        "documents": np.concatenate(documents),
        "frequencies": frequencies,
        "position_offsets": ends[offsets].astype(np.int64),
        "positions": np.concatenate(values),
    }


def _key(field: str, word: bytes) -> bytes:
    return bytes((_NUMBERS[field],)) + word


LEXICON = Kind("lexicon", 1, make_lexicon)
