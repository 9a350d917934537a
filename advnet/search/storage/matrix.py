"""What matching needs of a segment, derived from its Whoosh postings: the facts of its documents and its impact matrix.

The matrix says which terms stand in which documents, and how often, over all fields that count in matching together. It
is exact: nothing is left out or rounded but the frequency, which counts up to 255 in the formula as well. Its terms are
sorted by a hash of their letters, so that all terms of a question are found by one call of a compiled loop, and its
postings are read by another; a question looks at all postings of its terms and still takes a few milliseconds.

While a segment is written its postings pass through :class:`PostingsCodec` anyway and are noted there; for one that was
written before, they are read back.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3Segment
from whoosh.reading import TermNotFound

from advnet.search.arrays import kernels
from advnet.search.arrays.derived import Arrays, Kind
from advnet.search.storage.schema import MATCHED_FIELDS, MOST_TIMES, PROFILE, TEXT_FIELDS, impact, read_head

IMPACTS: NDArray[np.float32] = np.array([0.0, *(impact(often) for often in range(1, MOST_TIMES + 1))], dtype=np.float32)
"""Of each frequency."""

_BLOCK_POSTINGS = 1_024
_NOTED_FIELDS = {*MATCHED_FIELDS, *TEXT_FIELDS}


@dataclass(slots=True)
class FieldPostings:
    """All postings of a field, term after term, ascending.

    :param ends: of each term, where its postings end in the other three
    """

    terms: list[bytes]
    ends: "array[int]"
    documents: "array[int]"
    times: "array[float]"
    values: list[bytes]

    @classmethod
    def none(cls) -> "FieldPostings":
        return cls([], array("q"), array("i"), array("f"), [])


class Source:
    """A segment of which files are derived.

    :param reader: of this segment alone
    :param postings: by field, where they are known already
    """

    def __init__(self, reader: Any, postings: Mapping[str, FieldPostings] | None = None) -> None:
        self.reader = reader
        self.size = int(reader.doc_count_all())
        self._postings = postings

    @cached_property
    def facts(self) -> Arrays:
        return _facts(self.reader.column_reader("head"))

    def postings(self, field: str) -> FieldPostings:
        if self._postings is not None:
            return self._postings.get(field) or FieldPostings.none()
        return _read_postings(self.reader, field)


class Texts(NamedTuple):
    """Texts as compiled loops take them: their letters one after the other, where each ends, and their hashes."""

    letters: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    hashes: NDArray[np.uint64]

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> "Texts":
        letters = np.frombuffer(b"".join(texts) or b"\0", dtype=np.uint8)
        offsets = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in texts], out=offsets[1:])
        return cls(letters, offsets, kernels.hash_texts(letters, offsets))

    def sorted(self) -> tuple["Texts", NDArray[np.intp]]:
        """The same by hash, and where each stood before."""
        order = np.argsort(self.hashes, kind="stable")
        lengths = np.diff(self.offsets)[order]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        places = np.repeat(self.offsets[:-1][order] - offsets[:-1], lengths) + np.arange(offsets[-1])
        letters = self.letters[places] if len(places) else self.letters[:1]
        return Texts(letters, offsets, self.hashes[order]), order


class Matrix(NamedTuple):
    """Rows are terms; row ``n`` has its postings from ``offsets[n]`` to ``offsets[n + 1]``, by ascending document."""

    terms: Texts
    offsets: NDArray[np.int64]
    documents: NDArray[np.int32]
    frequencies: NDArray[np.uint8]

    @classmethod
    def read(cls, arrays: Arrays) -> "Matrix":
        terms = Texts(arrays["letters"], arrays["letter_offsets"], arrays["hashes"])
        return cls(terms, arrays["offsets"], arrays["documents"], arrays["frequencies"])

    def rows(self, sought: Texts) -> NDArray[np.int64]:
        """Of each sought term; :data:`kernels.NO_ROW` where nobody uses it."""
        found: NDArray[np.int64] = kernels.find_rows(
            sought.hashes, sought.letters, sought.offsets, self.terms.hashes, self.terms.letters, self.terms.offsets
        )
        return found


def make_matrix(source: Source) -> Arrays:
    known: dict[bytes, int] = {}
    cells, times = [], []
    size = max(source.size, 1)
    for field in MATCHED_FIELDS:
        found = source.postings(field)
        terms = np.array([known.setdefault(term, len(known)) for term in found.terms], dtype=np.int64)
        ends = np.array([0, *found.ends], dtype=np.int64)
        lengths = ends[1:] - ends[:-1]
        cells.append(np.repeat(terms, lengths) * size + np.array(found.documents, dtype=np.int64))
        times.append(np.array(found.times, dtype=np.float32))
    texts, order = Texts.of(list(known)).sorted()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return _matrix(texts, rank, np.concatenate(cells), np.concatenate(times), size)


def small_matrix(terms: Texts, postings: Iterable[tuple[NDArray[np.int32], NDArray[np.uint8]]]) -> Matrix:
    """Of these terms alone, a row each in this order, from their documents and frequencies."""
    documents, frequencies = zip(*postings, strict=True)
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in documents])]).astype(np.int64)
    return Matrix(terms, *unchangeable(offsets, np.concatenate(documents), np.concatenate(frequencies)))


def _matrix(
    texts: Texts, rank: NDArray[np.int64], cells: NDArray[np.int64], times: NDArray[np.float32], size: int
) -> Arrays:
    """:param cells: per posting, the number of its term · size + its document; :param rank: of each term, its row"""
    cells = rank[cells // size] * size + cells % size if len(cells) else cells
    order = np.argsort(cells, kind="stable")
    cells = cells[order]
    firsts = np.flatnonzero(np.diff(cells, prepend=np.int64(-1)))
    together = np.add.reduceat(times[order], firsts) if len(firsts) else times
    cells = cells[firsts]
    return {
        "hashes": texts.hashes,
        "letters": texts.letters,
        "letter_offsets": texts.offsets,
        "offsets": np.searchsorted(cells, np.arange(len(rank) + 1) * size).astype(np.int64),
        "documents": (cells % size).astype(np.int32),
        "frequencies": np.minimum(together, MOST_TIMES).astype(np.uint8),
    }


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
    return source.facts


def _facts(heads_packed: Iterable[bytes]) -> Arrays:
    heads = [read_head(value) for value in heads_packed]
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
MATRIX = Kind("matrix", 1, make_matrix)


class PostingsCodec(W3Codec):
    """Whoosh's own codec, in larger blocks that are packed less hard: such an index is written and read in less time.
    No field keeps its lengths, so none are looked up either, which Whoosh would do at each of millions of postings.

    :ivar written: the segment that was written, and its postings, once that is done
    """

    def __init__(self) -> None:
        super().__init__(blocklimit=_BLOCK_POSTINGS, compression=1)
        self.length_stats = False
        self.written: tuple[Any, Mapping[str, FieldPostings]] | None = None

    def new_segment(self, storage: Any, indexname: str) -> W3Segment:
        """It is pickled, so it gets a codec without what is noted here."""
        return W3Segment(_plain_codec(), indexname)

    def field_writer(self, storage: Any, segment: Any) -> W3FieldWriter:
        return _NotingFieldWriter(self, storage, segment)


def _plain_codec() -> W3Codec:
    codec = W3Codec(blocklimit=_BLOCK_POSTINGS, compression=1)
    codec.length_stats = False
    return codec


class _NotingFieldWriter(W3FieldWriter):
    """Notes the postings as they pass, which costs a hundredth of writing them."""

    def __init__(self, codec: PostingsCodec, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._noting = codec
        self._noted: dict[str, FieldPostings] = {}
        self._into = FieldPostings.none()

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        super().start_field(fieldname, fieldobj)
        self._into = FieldPostings.none()
        if fieldname in _NOTED_FIELDS:
            self._noted[fieldname] = self._into
        self._note_document = self._into.documents.append
        self._note_times = self._into.times.append
        self._note_value = self._into.values.append

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        self._note_document(docnum)
        self._note_times(weight)
        self._note_value(vbytes)
        self._postwriter.add_posting(docnum, weight, vbytes, length)

    def finish_term(self) -> None:
        super().finish_term()
        self._into.terms.append(self._btext)
        self._into.ends.append(len(self._into.documents))

    def close(self) -> None:
        super().close()
        self._noting.written = (self._segment, self._noted)


def _read_postings(reader: Any, field: str) -> FieldPostings:
    found = FieldPostings.none()
    for text in reader.lexicon(field):
        for document, value in walk(reader, field, text):
            found.documents.append(document)
            found.times.append(len(value) // 2)
            found.values.append(value)
        found.terms.append(text)
        found.ends.append(len(found.documents))
    return found


def walk(reader: Any, field: str, term: str | bytes) -> Iterator[tuple[int, bytes]]:
    """The documents of a term, and the value of each posting."""
    try:
        matcher = reader.postings(field, term)
    except TermNotFound:
        return
    is_active, number, value, step = matcher.is_active, matcher.id, matcher.value, matcher.next
    while is_active():
        yield number(), value()
        step()


def read_row(reader: Any, term: str) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """What the matrix holds of a term, from Whoosh: its documents, and how often it stands in each."""
    together: dict[int, int] = {}
    for field in MATCHED_FIELDS:
        for document, value in walk(reader, field, term):
            together[document] = together.get(document, 0) + len(value) // 2
    documents = np.array(sorted(together), dtype=np.int32)
    frequencies = np.array([min(together[one], MOST_TIMES) for one in sorted(together)], dtype=np.uint8)
    return documents, frequencies


def unchangeable(*arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """As mapped ones are: else the loops would be compiled for both."""
    for one in arrays:
        one.flags.writeable = False
    return arrays
