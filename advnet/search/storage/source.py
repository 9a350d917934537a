"""The postings of a segment, of which its files are derived.

While a segment is written its postings pass through :class:`PostingsCodec` anyway and are noted there; for one that was
written before, they are read back.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3Segment
from whoosh.reading import TermNotFound

from advnet.search.storage.schema import MATCHED_FIELDS, MOST_TIMES, TEXT_FIELDS

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

    def postings(self, field: str) -> FieldPostings:
        if self._postings is not None:
            return self._postings.get(field) or FieldPostings.none()
        return _read_postings(self.reader, field)


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
