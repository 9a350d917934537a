"""Changing the index: one writer at a time, each change whole or not at all."""

import contextlib
import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import NO_MERGE

from advnet.search.arrays.derived import Kind
from advnet.search.documents import Change, ExpertDeletion, ExpertDocument
from advnet.search.errors import unusable_on_error
from advnet.search.storage.folder import DurableStorage, IndexFolder
from advnet.search.storage.schema import POSITION, AnalysedText, expert_fields, position_fields
from advnet.search.storage.segments import make_files, open_segment
from advnet.search.storage.source import PostingsCodec, Source
from advnet.search.vectors import DenseEvidence

_SEGMENT_TERMS = 2_000_000
"""How many terms (each once per field of a document) a rebuild holds in memory before it writes a segment: 300 MB."""

_FEW = 20
"""So many changes a rebuild may catch up with while others wait for it."""

_WAIT_SECONDS = 60.0

_MERGED_TOGETHER = 8
_SIZES = (100, 1_000)
"""Segments up to so many live documents are merged with their like; the last is also the most for one commit."""

Newer = Callable[[int], tuple[Sequence[Change], int] | None]
"""The changes after a number of the change log, and the number that they reach; None when there are none."""


class _Prepared(NamedTuple):
    """:param added: the fields of each document"""

    expert_ids: list[str]
    added: list[dict[str, Any]]


def apply(folder: IndexFolder, changes: Iterable[Change], *, reached: int, dense: DenseEvidence | None = None) -> None:
    """See :meth:`ExpertIndex.apply`."""
    change = _prepared(changes)
    with folder.writing():
        folder.clean()
        _carry_out(folder, folder.current(), change, reached=reached, dense=dense)


def rebuild(
    folder: IndexFolder,
    documents: Iterable[ExpertDocument],
    *,
    reached: int,
    newer: Newer | None = None,
    progress: Callable[[int], None] | None,
    dense: DenseEvidence | None = None,
) -> int:
    """See :meth:`ExpertIndex.rebuild`."""
    seen: set[str] = set()
    left = iter(documents)
    with folder.building() as generation, _collector_paused():
        is_complete = False
        while not is_complete:
            with folder.opening(generation) as index, _writing(index, dense) as writer:
                is_complete = _add_segment(writer, left, seen, progress)
                if is_complete:
                    writer.add_document(**position_fields(reached))
                writer.commit(mergetype=NO_MERGE)
            gc.collect()  # a finished writer refers to itself
        reached = _catch_up(folder, generation, newer, reached=reached, until=_FEW, dense=dense)
        with folder.writing(wait_seconds=_WAIT_SECONDS):
            reached = _catch_up(folder, generation, newer, reached=reached, dense=dense)
            folder.name(generation)
    return reached


def _catch_up(
    folder: IndexFolder,
    generation: str,
    newer: Newer | None,
    *,
    reached: int,
    until: int = 0,
    dense: DenseEvidence | None,
) -> int:
    """Carry out what has changed, until no more than so many changes came at once. :returns: the number reached"""
    while newer is not None and (found := newer(reached)) is not None:
        changes, reached = found
        _carry_out(folder, generation, _prepared(changes), reached=reached, dense=dense)
        if len(changes) <= until:
            break
    return reached


def _carry_out(
    folder: IndexFolder, generation: str, change: _Prepared, *, reached: int, dense: DenseEvidence | None
) -> None:
    with unusable_on_error(), folder.opening(generation) as index, _writing(index, dense) as writer:
        for number in _numbers(writer, change.expert_ids):
            writer.delete_document(number)
        for fields in change.added:
            writer.add_document(**fields)
        writer.add_document(**position_fields(reached))
        writer.commit(mergetype=merge_small)


def mend(folder: IndexFolder, segment_id: str, kinds: Sequence[Kind]) -> bool:
    """Write derived files of a segment anew. :returns: whether the segment is still there"""
    with folder.writing(), unusable_on_error():
        folder.clean()
        generation = folder.generation(folder.current())
        found = [one for one in generation.committed().segments if one.segment_id() == segment_id]
        for segment in found:
            files = DurableStorage(generation.path)
            try:
                make_files(generation.path, Source(open_segment(files, segment)), segment_id, kinds)
            finally:
                files.close_files()
        return bool(found)


def merge_small(writer: Any, segments: list[Any]) -> list[Any]:
    """A merge policy for Whoosh that takes a second at most: Whoosh's own may merge everything in one commit.

    Segments without a live document go; small ones are merged when enough of a size have come together. What remains
    grows by a segment per some hundred changed experts, until a rebuild makes few of them again.
    """
    alive = sorted((one.doc_count_all() - one.deleted_count(), number) for number, one in enumerate(segments))
    gone = {number for count, number in alive if not count}
    for size in _SIZES:
        merged, documents = [], 0
        for count, number in alive:
            documents += count
            if 0 < count <= size and documents <= _SIZES[-1]:
                merged.append(number)
        if len(merged) >= _MERGED_TOGETHER:
            for number in merged:
                with contextlib.closing(SegmentReader(writer.storage, writer.schema, segments[number])) as reader:
                    writer.add_reader(reader)
            gone.update(merged)
            break
    return [one for number, one in enumerate(segments) if number not in gone]


@contextlib.contextmanager
def _writing(index: FileIndex, dense: DenseEvidence | None) -> Iterator[Any]:
    """A Whoosh writer; the block commits it, or nothing is changed."""
    codec = PostingsCodec()
    writer = index.writer(limitmb=512, compound=False, codec=codec)
    index.storage.before_commit = partial(_derive, index, codec, dense)
    try:
        yield writer
    except BaseException:
        with contextlib.suppress(Exception):  # what went wrong first is what counts
            writer.cancel()
        raise
    finally:
        index.storage.close_files()


def _derive(index: FileIndex, codec: PostingsCodec, dense: DenseEvidence | None) -> None:
    """Write the derived files of the segment that was just written, before the commit that makes it count."""
    if codec.written is None:
        return
    segment, postings = codec.written
    files = DurableStorage(Path(index.storage.folder))
    try:
        if segment.doc_count_all():
            source = Source(open_segment(files, segment), postings)
            folder, segment_id = Path(index.storage.folder), segment.segment_id()
            make_files(folder, source, segment_id)
            if dense is not None:
                dense.filler.derive(folder, segment_id, source.size, source.reader.stored_fields)
    finally:
        files.close_files()


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """A rebuild makes millions of objects that are in no cycle; looking for cycles takes an eighth of its time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _add_segment(
    writer: Any, documents: Iterator[ExpertDocument], seen: set[str], progress: Callable[[int], None] | None
) -> bool:
    """Add as many experts as make a segment. :returns: whether these were the last"""
    terms = 0
    for document in documents:
        if document.id in seen:
            raise ValueError(f"the expert {document.id!r} came twice")
        seen.add(document.id)
        for fields in expert_fields(document):
            writer.add_document(**fields)
            terms += sum(len(value.positions) for value in fields.values() if isinstance(value, AnalysedText))
        if progress:
            progress(len(seen))
        if terms >= _SEGMENT_TERMS:
            return False
    return True


def _prepared(changes: Iterable[Change]) -> _Prepared:
    """Only the last change of an expert counts. This takes longer than writing, and needs no lock."""
    latest = {change.id: change for change in changes}
    return _Prepared(list(latest), [fields for change in latest.values() for fields in _fields(change)])


def _fields(change: Change) -> Iterator[dict[str, Any]]:
    return iter(()) if isinstance(change, ExpertDeletion) else expert_fields(change)


def _numbers(writer: Any, expert_ids: Iterable[str]) -> list[int]:
    """The documents of these experts, and the one that carries the position."""
    with contextlib.closing(writer.reader()) as reader:
        keys = [("kind", POSITION), *(("expert_id", expert_id) for expert_id in expert_ids)]
        return [number for key in keys if key in reader for number in reader.postings(*key).all_ids()]
