"""The folder of the index: which generation of it counts, who may write, and what survives a power cut.

::

    <folder>/current        the name of the generation that counts, and the version that made it; replaced in one step
    <folder>/generation-…/  a Whoosh index; no name comes twice, even where the folder was emptied by hand
    <folder>/write.lock     held by the one process that writes the generation that counts
    <folder>/rebuild.lock   held by the one process that fills a new generation

A rebuild fills a new generation and names it in ``current`` when it is complete and on the disk; until then the old one
answers and follows changes, and whatever interrupts the rebuild leaves it in force. Whoosh itself never waits for the
disk, so its own commits are made durable here: everything written so far goes to the disk before the table of contents
that refers to it gets its name.

The folder is unpickled when it is read: it belongs to the service user alone and never comes from outside.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from advnet.search.arrays.derived import UNFINISHED
from advnet.search.errors import IndexBusy, IndexUnusable
from advnet.search.storage.schema import SCHEMA, VERSION

INDEX_NAME = "MAIN"
"""Whoosh's own; the name of a segment, and so of its files, begins with it."""

_PREFIX = "generation-"
_WRITE_LOCK, _REBUILD_LOCK = "write.lock", "rebuild.lock"
_SETTLED_AFTER_NS = 200_000_000
_TRY_AGAIN_SECONDS = 0.02


class DurableStorage(FileStorage):
    """Files of one Whoosh index. They are not mapped: one cut short then raises instead of ending the process."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), supports_mmap=False)
        self.before_commit: Callable[[], None] = _do_nothing
        self._unsynced: set[str] = set()
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        file = super().open_file(name, **options)
        self._opened = [*(one for one in self._opened if not one.is_closed), file]
        return file

    def close_files(self) -> None:
        """Close every file that was opened for reading: Whoosh forgets some, above all when reading one fails."""
        while self._opened:
            file = self._opened.pop()
            if not file.is_closed:
                file.close()

    def create_file(self, name: str, **options: Any) -> Any:
        self._unsynced.add(name)
        return super().create_file(name, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Whoosh renames a table of contents into force, and nothing else: the end of every commit."""
        self.before_commit()
        for name in self._unsynced:
            with contextlib.suppress(FileNotFoundError):
                _sync(Path(self.folder, name))
        self._unsynced.clear()
        super().rename_file(oldname, newname, safe=safe)
        _sync(Path(self.folder))


class Committed(NamedTuple):
    """:param number: of the commit; :param segments: as Whoosh has them, each with its deleted documents"""

    number: int
    segments: tuple[Any, ...]


class Generation:
    """A generation as readers see it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._settled_ns: int | None = None

    def may_have_changed(self) -> bool:
        """Whether files came or went since this was last asked. Listing them all takes long where there are many.

        Their times come in steps of some milliseconds: a folder that changed just now may change again in the same.
        """
        changed_ns = self.path.stat().st_mtime_ns
        if changed_ns == self._settled_ns:
            return False
        self._settled_ns = changed_ns if time.time_ns() - changed_ns > _SETTLED_AFTER_NS else None
        return True

    def committed(self) -> Committed:
        """What the last commit left."""
        files = DurableStorage(self.path)
        try:
            contents = TOC.read(files, INDEX_NAME, schema=SCHEMA)
        finally:
            files.close_files()
        return Committed(int(contents.generation), tuple(contents.segments))


class IndexFolder:
    """:param path: made when something is first written"""

    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self) -> str:
        """The name of the generation that counts.

        :raises IndexUnusable: there is none, or another version of the program made it
        """
        try:
            marker = json.loads((self.path / "current").read_text("utf-8"))
            version, generation = marker["version"], marker["generation"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnusable("there is no index yet") from error
        if version != VERSION:
            raise IndexUnusable(f"the index was made by version {version} of the analysis, this is {VERSION}")
        return str(generation)

    def generation(self, name: str) -> "Generation":
        return Generation(self.path / name)

    @contextlib.contextmanager
    def opening(self, generation: str) -> Iterator[FileIndex]:
        """A generation as Whoosh sees it; when the block fails, its files are closed."""
        files = DurableStorage(self.path / generation)
        try:
            yield FileIndex(files, schema=SCHEMA, indexname=INDEX_NAME)
        except BaseException:
            files.close_files()
            raise

    @contextlib.contextmanager
    def writing(self, *, wait_seconds: float = 0.0) -> Iterator[None]:
        """Keep every other writer out, in this process and in others; a killed one no longer counts.

        :raises IndexBusy: there was one for so long
        """
        with self._holding(_WRITE_LOCK, wait_seconds):
            yield

    @contextlib.contextmanager
    def building(self) -> Iterator[str]:
        """The name of a new, empty generation, that this process alone fills; others may write meanwhile.

        It counts once it was named (:meth:`name`), and is gone when the block fails.

        :raises IndexBusy: another process fills one
        """
        with self._holding(_REBUILD_LOCK):
            self._remove_all_but(self._kept())
            generation = f"{_PREFIX}{secrets.token_hex(8)}"
            path = self.path / generation
            path.mkdir(mode=0o700)
            try:
                FileIndex.create(DurableStorage(path), SCHEMA, indexname=INDEX_NAME)
                yield generation
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise

    def name(self, generation: str) -> None:
        """It is the one that counts, and the others are gone. Call it building and writing."""
        self._name(generation)
        self._remove_all_but(generation)

    def clean(self) -> None:
        """Remove what does not count: old generations, and what interrupted writing left. Call it writing."""
        kept = self._kept()
        with contextlib.suppress(IndexBusy), self._holding(_REBUILD_LOCK):
            self._remove_all_but(kept)
        for pattern in ("*.tmp/*", f"*{UNFINISHED}") if kept else ():
            for leftover in (self.path / kept).glob(pattern):
                leftover.unlink(missing_ok=True)

    def size(self) -> int:
        """Bytes on disk of everything in the folder."""
        return sum(path.stat().st_size for path in self.path.rglob("*") if path.is_file())

    @contextlib.contextmanager
    def _holding(self, name: str, wait_seconds: float = 0.0) -> Iterator[None]:
        """:raises IndexBusy: somebody else held it for so long"""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        until = time.monotonic() + wait_seconds
        with (self.path / name).open("w") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    if time.monotonic() >= until:
                        raise IndexBusy("another process is writing the index") from error
                    time.sleep(_TRY_AGAIN_SECONDS)
                else:
                    break
            yield

    def _kept(self) -> str:
        try:
            return self.current()
        except IndexUnusable:
            return ""

    def _remove_all_but(self, kept: str) -> None:
        for path in self.path.glob(f"{_PREFIX}*"):
            if path.is_dir() and path.name != kept:
                shutil.rmtree(path, ignore_errors=True)

    def _name(self, generation: str) -> None:
        _sync(self.path / generation)
        fresh = self.path / "current.new"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({"version": VERSION, "generation": generation}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path / "current")
        _sync(self.path)


def _do_nothing() -> None:
    pass


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
