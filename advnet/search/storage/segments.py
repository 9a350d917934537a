"""One Whoosh segment, opened once and for all generations that contain it.

A segment never changes once written; only which of its documents are deleted does, and that is no part of it. So what
was opened serves every later generation, and a commit costs a reader no more than its own segment.
"""

import contextlib
import threading
import weakref
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Segment
from whoosh.reading import SegmentReader

from advnet.search.arrays import derived
from advnet.search.arrays.derived import Kind
from advnet.search.errors import unusable_on_error
from advnet.search.storage.cache import Cache
from advnet.search.storage.facts import FACTS, Facts, make_facts
from advnet.search.storage.folder import DurableStorage
from advnet.search.storage.lexicon import LEXICON, NO_POSTINGS, Lexicon, Postings, keys, small_lexicon
from advnet.search.storage.matrix import MATRIX, Matrix, small_matrix
from advnet.search.storage.schema import SCHEMA
from advnet.search.storage.source import Source, read_row, walk
from advnet.search.storage.texts import Texts
from advnet.search.vectors.files import VectorFile

KINDS = (FACTS, MATRIX, LEXICON)
"""The derived files of every segment."""


class TooManyTerms(Exception):
    """A prefix stands for more terms than it may."""


class Found(NamedTuple):
    """Words in a lexicon: of each the rows from its first up to, not including, its last."""

    lexicon: Lexicon
    firsts: NDArray[np.int64]
    lasts: NDArray[np.int64]


class Segment:
    """:ivar size: how many documents it has, deleted ones included
    :ivar files: the arrays of each derived file, by the name of its kind; None where it has to be made
    :ivar facts: from the file, or read anew
    :ivar vectors: of its units, as many as there are by now
    """

    def __init__(self, folder: Path, segment: Any, *, kinds: Sequence[Kind] = KINDS) -> None:
        """:param segment: as Whoosh's table of contents has it"""
        self.id: str = segment.segment_id()
        self.size = int(segment.doc_count_all())
        self.vectors = VectorFile(folder, self.id, self.size)
        self._kinds = kinds
        self._folder = folder
        self._reading = threading.Lock()
        storage = DurableStorage(folder)
        self._close = weakref.finalize(self, storage.close_files)
        self._reader = open_segment(storage, segment)
        if self.size:
            self._reader.stored_fields(0)  # opens their file as well: the next commit may remove it
        self._stamps = self._read_stamps()
        self.files = {kind.name: derived.read(kind, folder, self.id, self.size) for kind in kinds}
        facts = self.files.get(FACTS.name)
        if facts is None or not Facts.read(facts).are_possible():
            self.files[FACTS.name], facts = None, make_facts(Source(self._reader))
        self.facts = Facts.read(facts)
        matrix = self.files.get(MATRIX.name)
        self._matrix = Matrix.read(matrix) if matrix is not None else None
        lexicon = self.files.get(LEXICON.name)
        self._lexicon = Lexicon.read(lexicon) if lexicon is not None else None

    @property
    def missing(self) -> tuple[Kind, ...]:
        """The derived files that it goes without."""
        return tuple(kind for kind in self._kinds if self.files[kind.name] is None)

    def unsound(self) -> tuple[Kind, ...]:
        """The derived files whose bytes are not those that were written; reads all of them."""
        return tuple(kind for kind in self._kinds if not derived.is_sound(kind, self._folder, self.id))

    def has_other_files(self) -> bool:
        """Whether derived files came or were made anew since it was opened."""
        return self._stamps != self._read_stamps()

    def stored(self, document: int) -> dict[str, Any]:
        with self.whoosh() as reader:
            return dict(reader.stored_fields(document))

    def rows(self, terms: Sequence[str], texts: Texts, cache: Cache) -> tuple[NDArray[np.int64], Matrix]:
        """The row of each term in a matrix of this segment that has at least these.

        :param texts: the same terms
        """
        if self._matrix is not None:
            return self._matrix.rows(texts), self._matrix
        return np.arange(len(terms)), small_matrix(texts, [self._row(term, cache) for term in terms])

    def words(self, words: Sequence[tuple[str, str]], cache: Cache) -> "Found":
        """Each word in its field."""
        if self._lexicon is not None:
            rows = self._lexicon.find(keys(words))
            return Found(self._lexicon, rows, rows + (rows >= 0))
        rows = np.arange(len(words))
        return Found(small_lexicon(words, [self._postings(*word, cache) for word in words]), rows, rows + 1)

    def starting(self, prefixes: Sequence[tuple[str, str]], limit: int, cache: Cache) -> "Found":
        """All words that start so, for each prefix in its field.

        :raises TooManyTerms: a prefix has more than ``limit`` of them
        """
        if self._lexicon is not None:
            ranges = [self._lexicon.starting(*prefix) for prefix in prefixes]
            found = Found(
                self._lexicon,
                np.array([one.start for one in ranges], dtype=np.int64),
                np.array([one.stop for one in ranges], dtype=np.int64),
            )
        else:
            words = [self._expanded(*prefix, limit) for prefix in prefixes]
            every = [word for listed in words for word in listed]
            lasts = np.cumsum([len(listed) for listed in words], dtype=np.int64)
            lexicon = small_lexicon(every, [self._postings(*word, cache) for word in every])
            found = Found(lexicon, np.concatenate([[0], lasts[:-1]]).astype(np.int64), lasts)
        if len(prefixes) and (found.lasts - found.firsts).max() > limit:
            raise TooManyTerms
        return found

    def postings(self, field: str, term: str, cache: Cache) -> Postings:
        if self._lexicon is None:
            return self._postings(field, term, cache)
        (row,) = self._lexicon.find(keys([(field, term)])).tolist()
        return self._lexicon.postings(row) if row >= 0 else NO_POSTINGS

    def _expanded(self, field: str, prefix: str, limit: int) -> list[tuple[str, str]]:
        with self.whoosh() as reader:
            return [(field, term.decode()) for term in islice(reader.expand_prefix(field, prefix), limit + 1)]

    def _postings(self, field: str, term: str, cache: Cache) -> Postings:
        key = (self.id, field, term)
        found = cache.get(key)
        if found is None:
            found = self._read_postings(field, term)
            cache.put(key, found)
        return Postings(*found)

    @contextlib.contextmanager
    def whoosh(self) -> Iterator[Any]:
        """Whoosh's own reader, for one thread at a time; whatever goes wrong means the files are not what they were."""
        with self._reading, unusable_on_error():
            yield self._reader

    def _row(self, term: str, cache: Cache) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        key = (self.id, term)
        found = cache.get(key)
        if found is None:
            with self.whoosh() as reader:
                found = read_row(reader, term)
            cache.put(key, found)
        return found[0], found[1]

    def _read_postings(self, field: str, term: str) -> Postings:
        documents: list[int] = []
        values: list[bytes] = []
        with self.whoosh() as reader:
            for document, value in walk(reader, field, term):
                documents.append(document)
                values.append(value)
        times = np.fromiter((len(value) // 2 for value in values), dtype=np.uint16, count=len(values))
        return Postings(np.array(documents, dtype=np.int32), times, np.frombuffer(b"".join(values), dtype=np.uint16))

    def _read_stamps(self) -> list[tuple[int, int] | None]:
        return [derived.stamp(kind, self._folder, self.id) for kind in self._kinds]


class Part(NamedTuple):
    """A segment in a generation.

    :param base: number of its first document
    :param is_live: of its documents
    :param is_whole: all of them are
    """

    segment: Segment
    base: int
    is_live: NDArray[np.bool_]
    is_whole: bool


def open_segment(storage: DurableStorage, segment: Any) -> SegmentReader:
    """A reader of all documents of a segment, deleted ones included: which they are, each generation knows by itself,
    and Whoosh would look them up at every posting."""
    whole = W3Segment(segment.codec(), segment.indexname, segment.doc_count_all(), segment.segid)
    return SegmentReader(storage, SCHEMA, whole)


def make_files(folder: Path, source: Source, segment_id: str, kinds: Sequence[Kind] = KINDS) -> None:
    """Write derived files of a segment."""
    for kind in kinds:
        arrays = kind.make(source)
        if arrays is not None:
            derived.write(kind, folder, segment_id, source.size, arrays)
