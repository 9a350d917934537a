"""Files derived from one Whoosh segment, for reading by arrays instead of posting by posting.

A segment never changes once written, so what is derived from it holds as long as it does. Such a file stands beside the
segment and bears its name; Whoosh removes it with the segment, and who still has it mapped keeps what they have. It is
only ever created whole and then named, never changed in place: a mapped file that was cut short would end the process.
Readers map it, so that all processes of a machine share one copy, and check on opening that it is theirs and complete;
the bytes themselves are summed up by the worker alone (:func:`is_sound`), since that reads all of them.

Nothing depends on such a file. Whatever is missing, damaged, foreign or of another version is read from Whoosh until
the worker has made it anew.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

UNFINISHED = ".new"
"""Ends the name of a file that is being written."""

_MAGIC = b"advnet\r\n"
_HEAD = struct.Struct("<8sII")
_ALIGNED = 64
_BYTE_ORDER = "little" if np.little_endian else "big"


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of derived file.

    :param name: what the file ends with
    :param version: raised with any change to what is in it
    :param make: the arrays for a segment, one-dimensional or C-contiguous; None when there is nothing to make them of
    """

    name: str
    version: int
    make: Callable[[Any], Arrays | None]

    def path(self, folder: Path, segment_id: str) -> Path:
        return folder / f"{segment_id}.{self.name}"


def write(
    kind: Kind, folder: Path, segment_id: str, documents: int, arrays: Arrays, *, unfinished_as: str = UNFINISHED
) -> None:
    """Put the file there, whole and on the disk, in place of one that may be there.

    :param documents: how many the segment has
    :param unfinished_as: what its name ends with until then; the usual one takes the writer's lock
    """
    places: dict[str, tuple[str, list[int], int]] = {}
    end = checksum = 0
    blocks = []
    for name, array in arrays.items():
        block = np.ascontiguousarray(array).tobytes()
        block += bytes(-len(block) % _ALIGNED)
        places[name] = (array.dtype.str, list(array.shape), end)
        end += len(block)
        checksum = zlib.crc32(block, checksum)
        blocks.append(block)
    about = {
        "kind": kind.name,
        "version": kind.version,
        "segment": segment_id,
        "documents": documents,
        "order": _BYTE_ORDER,
        "bytes": end,
        "checksum": checksum,
        "arrays": places,
    }
    head = json.dumps(about).encode()
    head += b" " * (-(_HEAD.size + len(head)) % _ALIGNED)
    path = kind.path(folder, segment_id)
    unfinished = path.with_name(path.name + unfinished_as)
    with unfinished.open("wb") as file:
        file.write(_HEAD.pack(_MAGIC, len(head), zlib.crc32(head)) + head)
        file.writelines(blocks)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def read(kind: Kind, folder: Path, segment_id: str, documents: int) -> Arrays | None:
    """The arrays of a segment's file, mapped and not to be written to; None when there is no such file to trust."""
    try:
        with kind.path(folder, segment_id).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            about, begin = _read_head(file, size)
            expected = (kind.name, kind.version, segment_id, documents, _BYTE_ORDER, size - begin)
            if tuple(about[key] for key in ("kind", "version", "segment", "documents", "order", "bytes")) != expected:
                return None
            mapped = mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ)
        return {name: _array(mapped, begin, *place) for name, place in about["arrays"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def stamp(kind: Kind, folder: Path, segment_id: str) -> tuple[int, int] | None:
    """What tells a file from another one put in its place; None when there is none."""
    try:
        found = kind.path(folder, segment_id).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def is_sound(kind: Kind, folder: Path, segment_id: str) -> bool:
    """Whether the bytes are those that were written. Reads all of them."""
    try:
        with kind.path(folder, segment_id).open("rb") as file:
            about, _ = _read_head(file, os.fstat(file.fileno()).st_size)
            checksum = 0
            while block := file.read(2**20):
                checksum = zlib.crc32(block, checksum)
            return bool(about["checksum"] == checksum)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _read_head(file: Any, size: int) -> tuple[dict[str, Any], int]:
    """What the file says of itself, and where the arrays begin; the file stands there as well."""
    first = file.read(_HEAD.size)
    if len(first) < _HEAD.size:
        raise ValueError("cut short")
    magic, length, checksum = _HEAD.unpack(first)
    if magic != _MAGIC or _HEAD.size + length > size:
        raise ValueError("no such file")
    head = file.read(length)
    if zlib.crc32(head) != checksum:
        raise ValueError("damaged")
    about = json.loads(head)
    if not isinstance(about, dict):
        raise ValueError("damaged")
    return about, _HEAD.size + length


def _array(mapped: mmap.mmap, begin: int, dtype: str, shape: list[int], offset: int) -> NDArray[Any]:
    kind, count = np.dtype(dtype), int(np.prod(shape))
    if not count:
        array: NDArray[Any] = np.empty(shape, dtype=kind)
        array.flags.writeable = False
        return array
    return np.frombuffer(mapped, dtype=kind, count=count, offset=begin + offset).reshape(shape)
