"""Giving every unit of evidence its vector, a few seconds at a time.

A new or changed unit is found by its words at once and by its vector soon after: the index is written without waiting
for any model. Whoever fills the gaps takes the segment with the fewest of them first, so that one changed profile does
not wait for a Network that was just imported. Each slice of work is kept in the store before it is shown in a segment's
file; whatever kills the process, no more than a slice is made again.
"""

import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from advnet.backoff import BackOff
from advnet.search.vectors.embedding import WRONG_ANSWER, Embedder, EmbeddingError
from advnet.search.vectors.files import UnitVectors, VectorFile
from advnet.search.vectors.refusing import embed_each
from advnet.search.vectors.small import AWAITED, NEVER, REFUSED, SmallVectors, made_small
from advnet.search.vectors.store import VectorStore
from advnet.search.vectors.texts import KEY_BYTES, Preparation, key_of

SLICE_SECONDS = 2.0

_SHOWN_EVERY_SECONDS, _SMALL = 10.0, 2_000
"""How often a segment's file is replaced while its vectors come; with so many documents or fewer, after each slice."""

_TASKS = 2
_LONGEST_PAUSE_SECONDS = 60.0

Stored = Callable[[int], Mapping[str, Any]]
"""The stored fields of a document."""

log = structlog.get_logger()


class Units(NamedTuple):
    """A segment's documents before a model.

    :param texts: by key; each text once
    :param keys: documents × bytes, zeros where there is nothing to embed
    :param places: the documents of each key
    """

    texts: dict[bytes, str]
    keys: NDArray[np.uint8]
    places: dict[bytes, list[int]]


class SegmentPart(Protocol):
    """What filling needs of a segment in a generation of the index."""

    @property
    def segment(self) -> Any: ...
    @property
    def base(self) -> int: ...
    @property
    def is_live(self) -> NDArray[np.bool_]: ...


def read_units(stored: Stored, documents: Iterable[int], size: int, preparation: Preparation) -> Units:
    """:param documents: those to look at; :param size: how many the segment has"""
    texts: dict[bytes, str] = {}
    places: defaultdict[bytes, list[int]] = defaultdict(list)
    keys = np.zeros((size, KEY_BYTES), dtype=np.uint8)
    for document in documents:
        text = preparation.of_unit(stored(document))
        if text is not None:
            key = key_of(text)
            texts[key] = text
            places[key].append(document)
            keys[document] = np.frombuffer(key, dtype=np.uint8)
    return Units(texts, keys, dict(places))


class Task:
    """The vectors of one segment while they come. :ivar missing: texts without a vector, by key, short ones first"""

    def __init__(self, model: str, file: VectorFile, units: Units) -> None:
        self.file = file
        self.missing = dict(sorted(units.texts.items(), key=lambda item: len(item[1])))
        self.shown_at = time.monotonic()
        self._model = model
        self._units = units
        self._values = np.zeros((file.size, 0), dtype=np.int8)
        self._scales = np.full(file.size, NEVER, dtype=np.float32)
        self._scales[[document for places in units.places.values() for document in places]] = AWAITED

    def take(self, found: Mapping[bytes, tuple[float, bytes]]) -> None:
        """:param found: key → scale, whole numbers; those that do not fit are left out"""
        for key, (scale, value) in found.items():
            if scale == REFUSED:
                if self.missing.pop(key, None) is not None:
                    self._scales[self._units.places[key]] = REFUSED
                continue
            if not self._values.shape[1]:
                self._values = np.zeros((self.file.size, len(value)), dtype=np.int8)
            if key in self.missing and len(value) == self._values.shape[1] and scale > 0:
                places = self._units.places[key]
                self._values[places] = np.frombuffer(value, dtype=np.int8)
                self._scales[places] = scale
                del self.missing[key]

    def leave_out_gone(self, is_live: NDArray[np.bool_]) -> None:
        """Texts of those who are not to be found any more are not brought before a model."""
        for key in [key for key in self.missing if not is_live[self._units.places[key]].any()]:
            self._scales[self._units.places[key]] = NEVER
            del self.missing[key]

    def show(self) -> None:
        """Write the segment's file."""
        self.file.write(UnitVectors(self._model, SmallVectors(self._values, self._scales), self._units.keys))
        self.shown_at = time.monotonic()


class Filler:
    """Used by one thread at a time.

    :ivar pause: after the model has failed

    :param model: under which the vectors stand in segments' files; in the store it is the embedder's id, since there a
        text is what it was prepared to be
    :param forgets: whether what the index does not use is dropped from the store
    """

    def __init__(
        self, embedder: Embedder, preparation: Preparation, store: VectorStore, *, model: str, forgets: bool = True
    ) -> None:
        self._embedder = embedder
        self._preparation = preparation
        self._store = store
        self._model = model
        self._forgets = forgets
        self._tasks: dict[str, Task] = {}
        self._sound: set[str] = set()
        self._cleaned: str | None = None
        self._gone: set[bytes] = set()
        self._lock = threading.Lock()
        self._is_restored = False
        self.pause = BackOff(_LONGEST_PAUSE_SECONDS)

    def fill(self, parts: Sequence[SegmentPart], *, generation: str, seconds: float = SLICE_SECONDS) -> bool:
        """Work for so long at most, or until nothing is missing. True when there was something to do.

        Once per generation, and as soon as all its texts are known, the store forgets what it does not use.

        :raises EmbeddingError: the model does not answer; for a while the next calls do nothing
        :raises sqlite3.Error: the store cannot be used now
        """
        if not self._is_restored:
            self._restore(parts)
        self._clean(parts, generation)
        if self.pause.is_waiting:
            return False
        waiting = {part.segment.id: part for part in parts if self._is_waiting(part)}
        self._tasks = {one: task for one, task in self._tasks.items() if one in waiting}
        if not waiting:
            self._drop_gone()
            return False
        part = min(waiting.values(), key=lambda part: _missing(part.segment.vectors))
        task = self._tasks.get(part.segment.id)
        if task is None:
            task = self._begun(part)
        task.leave_out_gone(part.is_live)
        try:
            self._embed(task, time.monotonic() + seconds)
        except EmbeddingError:
            self.pause.failed()
            raise
        finally:
            self._drop_gone()
        self.pause.end()
        if not task.missing or task.file.size <= _SMALL or time.monotonic() > task.shown_at + _SHOWN_EVERY_SECONDS:
            task.show()
        if not task.missing:
            del self._tasks[part.segment.id]
            log.info("vectors_complete", segment=part.segment.id, units=part.segment.size)
        return True

    def forget(self, keys: Collection[bytes]) -> None:
        """Drop the vectors of texts that nobody in the index has any more; any thread may say so.

        What cannot be dropped now, and what is being made of them at this moment, goes after the next slice.
        """
        if self._forgets and keys:
            with self._lock:
                self._gone.update(keys)
            try:
                self._store.drop(self._embedder.id, keys)
            except sqlite3.Error as error:
                log.warning("vectors_not_dropped", error=type(error).__name__)

    def _drop_gone(self) -> None:
        with self._lock:
            gone, self._gone = self._gone, set()
        try:
            if gone:
                self._store.drop(self._embedder.id, gone)
        except sqlite3.Error:
            with self._lock:
                self._gone |= gone
            raise

    def derive(self, folder: Path, segment_id: str, size: int, stored: Stored) -> None:
        """Write the file of a new segment with what the store has; nothing is embedded, and nothing fails."""
        try:
            file = VectorFile(folder, segment_id, size)
            task = self._task(file, read_units(stored, range(size), size, self._preparation))
            task.show()
        except (sqlite3.Error, OSError) as error:
            log.warning("vectors_not_derived", error=type(error).__name__)

    def _restore(self, parts: Sequence[SegmentPart]) -> None:
        """Give an empty store back what the segments' files hold."""
        if not self._store.count(self._embedder.id):
            for part in parts:
                found = part.segment.vectors.read()
                if found is not None and found.model == self._model and part.segment.vectors.is_sound():
                    self._store.put(self._embedder.id, dict(found.items()))
        self._is_restored = True

    def _is_waiting(self, part: SegmentPart) -> bool:
        file = part.segment.vectors
        found = file.read()
        if found is None or found.model != self._model:
            return True
        if part.segment.id not in self._sound:
            if not file.is_sound():
                log.warning("vectors_damaged", segment=part.segment.id)
                return True
            self._sound.add(part.segment.id)
        return bool(found.awaited)

    def _begun(self, part: SegmentPart) -> Task:
        """A task for the segment, with what the store has already shown."""
        while len(self._tasks) >= _TASKS:
            self._tasks.pop(max(self._tasks, key=lambda one: len(self._tasks[one].missing)))
        segment = part.segment
        documents = np.flatnonzero(part.is_live).tolist()
        units = read_units(segment.stored, documents, segment.size, self._preparation)
        task = self._task(segment.vectors, units)
        if len(task.missing) < len(units.texts):
            task.show()
        self._tasks[segment.id] = task
        return task

    def _task(self, file: VectorFile, units: Units) -> Task:
        task = Task(self._model, file, units)
        task.take(self._store.get(self._embedder.id, units.texts))
        return task

    def _embed(self, task: Task, until: float) -> None:
        """Embed what is missing until then; what was made is kept even if the next fails.

        :raises EmbeddingError: also where the model answers with vectors of another length than before
        """
        made: dict[bytes, tuple[float, bytes]] = {}
        try:
            left = iter(list(task.missing.items()))
            while batch := [item for item, _ in zip(left, range(self._embedder.batch), strict=False)]:
                vectors = embed_each(self._embedder, [text for _, text in batch])
                made.update((key, _kept(vector)) for (key, _), vector in zip(batch, vectors, strict=True))
                if time.monotonic() >= until:
                    break
        finally:
            if made:
                self._store.put(self._embedder.id, made)
                task.take(made)
                if refused := sum(scale == REFUSED for scale, _ in made.values()):
                    log.warning("vectors_refused", count=refused)
        if made.keys() & task.missing.keys():
            raise EmbeddingError("the model's vectors have changed their length", reason=WRONG_ANSWER)

    def _clean(self, parts: Sequence[SegmentPart], generation: str) -> None:
        """Once for a generation; not before every segment has a file of this model, which tells what is used."""
        if not self._forgets or self._cleaned == generation:
            return
        used: set[bytes] = set()
        for part in parts:
            found = part.segment.vectors.read()
            if found is None or found.model != self._model:
                return
            used |= found.used(part.is_live)
        dropped = self._store.keep_only(self._embedder.id, used)
        self._cleaned = generation
        if dropped:
            log.info("vectors_dropped", count=dropped)


def _kept(vector: NDArray[np.float32] | None) -> tuple[float, bytes]:
    """As it is stored."""
    if vector is None:
        return REFUSED, b""
    small = made_small(vector[None, :])
    return float(small.scales[0]), small.values[0].tobytes()


def _missing(file: VectorFile) -> int:
    found = file.read()
    return file.size if found is None else found.awaited
