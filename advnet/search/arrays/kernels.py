"""The loops that look at every posting or every document, compiled.

They take plain arrays, most of them mapped from files, and nothing else; what does not fit together (a document number
beyond the segment, say, because a file was changed on the disk) is left out, never followed. All release the lock of
the interpreter. Compiling takes seconds, once: the result is kept beside this file, or where ``NUMBA_CACHE_DIR`` says;
where neither can be written to, every process compiles for itself.

They stay in one file, long as it is: they share these rules and the way they are compiled, none is called but by the
rooms above, and a loop that follows numbers of a file is best read beside the others that do.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

Function = TypeVar("Function", bound=Callable[..., Any])

NO_ROW = -1

_FNV_START = np.uint64(0xCBF29CE484222325)
_FNV_PRIME = np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)


def compiled(function: Function) -> Function:
    try:
        made: Function = numba.njit(function, cache=True, nogil=True)
    except RuntimeError:  # nowhere to keep it
        made = numba.njit(function, nogil=True)
    return made


@compiled
def hash_texts(letters: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A number for each text, spread over all 64 bits (FNV-1a, then multiplied and folded).

    :param letters: the texts one after the other; text ``n`` ends where ``n + 1`` begins: ``offsets`` is one longer
    """
    found = np.empty(len(offsets) - 1, dtype=np.uint64)
    for number in range(len(found)):
        value = _FNV_START
        for at in range(offsets[number], offsets[number + 1]):
            value = (value ^ np.uint64(letters[at])) * _FNV_PRIME
        value = (value ^ (value >> np.uint64(32))) * _MIX
        found[number] = value ^ (value >> np.uint64(29))
    return found


@compiled
def find_rows(
    sought: NDArray[np.uint64],
    sought_letters: NDArray[np.uint8],
    sought_offsets: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    letters: NDArray[np.uint8],
    offsets: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The row of each sought text in a table sorted by hash, or :data:`NO_ROW`.

    Hashes lie evenly, so the search begins where the value says and widens from there.
    """
    rows = np.full(len(sought), NO_ROW, dtype=np.int64)
    size = len(hashes)
    if size == 0:
        return rows
    for number in range(len(sought)):
        value = sought[number]
        guess = int(np.int64((value >> np.uint64(32)) * np.uint64(size) >> np.uint64(32)))
        low, step = guess, 32
        while low > 0 and hashes[low] >= value:
            low = max(0, low - step)
            step *= 2
        high, step = guess, 32
        while high < size and hashes[high] < value:
            high = min(size, high + step)
            step *= 2
        while low < high:
            middle = (low + high) // 2
            if hashes[middle] < value:
                low = middle + 1
            else:
                high = middle
        begin = sought_offsets[number]
        length = sought_offsets[number + 1] - begin
        while low < size and hashes[low] == value:
            start = offsets[low]
            same = offsets[low + 1] - start == length and start >= 0 and start + length <= len(letters)
            at = 0
            while same and at < length:
                same = letters[start + at] == sought_letters[begin + at]
                at += 1
            if same:
                rows[number] = low
                break
            low += 1
    return rows


@compiled
def count_live(
    rows: NDArray[np.int64],
    offsets: NDArray[np.int64],
    documents: NDArray[np.int32],
    is_live: NDArray[np.bool_],
    is_whole: bool,
    counts: NDArray[np.int64],
) -> None:
    """Add to each count how many of the row's documents are not deleted. :param is_whole: none is"""
    size = np.uint32(len(is_live))
    for number in range(len(rows)):
        row = rows[number]
        if row < 0:
            continue
        if is_whole:
            counts[number] += offsets[row + 1] - offsets[row]
            continue
        found = 0
        for at in range(max(0, offsets[row]), min(offsets[row + 1], len(documents))):
            document = np.uint32(documents[at])
            if document < size and is_live[document]:
                found += 1
        counts[number] += found


@compiled
def add_sums(
    rows: NDArray[np.int64],
    weights: NDArray[np.float32],
    offsets: NDArray[np.int64],
    documents: NDArray[np.int32],
    frequencies: NDArray[np.uint8],
    impacts: NDArray[np.float32],
    norms: NDArray[np.float32],
    is_live: NDArray[np.bool_],
    sums: NDArray[np.float32],
) -> None:
    """For each document of a segment, the sum of weight · impact over the rows, by its norm; 0 for deleted ones.

    :param impacts: of each frequency, 0 to 255
    :param sums: all 0; filled
    """
    size = np.uint32(len(sums))
    last = len(documents)
    for number in range(len(rows)):
        row = rows[number]
        if row < 0:
            continue
        weight = weights[number]
        for at in range(max(0, offsets[row]), min(offsets[row + 1], last)):
            document = np.uint32(documents[at])
            if document < size:
                sums[document] += weight * impacts[frequencies[at]]
    for number in range(len(sums)):
        if norms[number] > 0 and is_live[number]:
            sums[number] /= norms[number]
        else:
            sums[number] = 0.0


@compiled
def add_impacts_on(
    sought: NDArray[np.int64],
    rows: NDArray[np.int64],
    offsets: NDArray[np.int64],
    documents: NDArray[np.int32],
    frequencies: NDArray[np.uint8],
    impacts: NDArray[np.float32],
    norms: NDArray[np.float32],
    found: NDArray[np.float64],
) -> None:
    """What each row says of each sought document of a segment: impact / norm, 0 where it does not stand there.

    :param found: rows × sought, all 0; filled
    """
    for number in range(len(rows)):
        row = rows[number]
        if row < 0:
            continue
        begin, end = max(0, offsets[row]), min(offsets[row + 1], len(documents))
        for column in range(len(sought)):
            low, high = begin, end
            while low < high:
                middle = (low + high) // 2
                if documents[middle] < sought[column]:
                    low = middle + 1
                else:
                    high = middle
            if low < end and documents[low] == sought[column] and norms[sought[column]] > 0:
                found[number, column] = impacts[frequencies[low]] / norms[sought[column]]


@compiled
def find_prefix(prefix: NDArray[np.uint8], letters: NDArray[np.uint8], offsets: NDArray[np.int64]) -> tuple[int, int]:
    """The first text in a sorted table that starts with the prefix or comes after, and the first that comes after."""
    bounds = (0, 0)
    for is_after in range(2):
        low, high = 0, len(offsets) - 1
        while low < high:
            middle = (low + high) // 2
            start, end = max(0, offsets[middle]), min(offsets[middle + 1], len(letters))
            is_before = False
            at = 0
            while at < len(prefix):
                if start + at >= end or letters[start + at] < prefix[at]:
                    is_before = True
                    break
                if letters[start + at] > prefix[at]:
                    break
                at += 1
            if is_before or (is_after and at == len(prefix)):
                low = middle + 1
            else:
                high = middle
        bounds = (bounds[1], low)
    return bounds


@compiled
def add_amounts(
    firsts: NDArray[np.int64],
    lasts: NDArray[np.int64],
    weights: NDArray[np.float32],
    offsets: NDArray[np.int64],
    documents: NDArray[np.int32],
    frequencies: NDArray[np.uint16],
    impacts: NDArray[np.float32],
    block_of: NDArray[np.int32],
    is_live: NDArray[np.bool_],
    amounts: NDArray[np.float32],
) -> None:
    """Add to each block of a segment what it says of a word: over fields and documents, weight · impact.

    :param firsts: by field, the first row of the word, and ``lasts`` the one after its last; none where they are equal
    :param amounts: per block; added to
    """
    size = np.uint32(len(is_live))
    for field in range(len(firsts)):
        first, last = firsts[field], lasts[field]
        if first < 0 or first >= last or last >= len(offsets):
            continue
        begin, end = max(0, offsets[first]), min(offsets[last], len(documents))
        if last == first + 1:
            for at in range(begin, end):
                document = np.uint32(documents[at])
                if document < size and is_live[document] and 0 <= block_of[document] < len(amounts):
                    amounts[block_of[document]] += weights[field] * impacts[min(frequencies[at], 255)]
            continue
        times = np.zeros(len(is_live), dtype=np.int32)
        for at in range(begin, end):
            document = np.uint32(documents[at])
            if document < size and is_live[document]:
                times[document] += frequencies[at]
        for number in range(len(times)):
            if times[number] and 0 <= block_of[number] < len(amounts):
                amounts[block_of[number]] += weights[field] * impacts[min(times[number], 255)]


@compiled
def pool_blocks(
    units: NDArray[np.float32],
    is_skill: NDArray[np.bool_],
    starts: NDArray[np.int32],
    ranks: NDArray[np.float64],
) -> NDArray[np.float64]:
    """For each block, its units above 0 in falling order, each times what its rank counts; of skills only the best."""
    pooled = np.zeros(len(starts), dtype=np.float64)
    depth = len(ranks)
    best = np.zeros(depth, dtype=np.float32)
    for block in range(len(starts)):
        end = starts[block + 1] if block + 1 < len(starts) else len(units)
        best[:] = 0.0
        skill = np.float32(0.0)
        for document in range(starts[block], end + 1):
            unit = np.float32(0.0)
            if document == end:
                unit = skill
            elif is_skill[document]:
                skill = max(skill, units[document])
            else:
                unit = units[document]
            place = depth
            while place > 0 and best[place - 1] < unit:
                if place < depth:
                    best[place] = best[place - 1]
                place -= 1
            if place < depth:
                best[place] = unit
        for rank in range(depth):
            pooled[block] += ranks[rank] * best[rank]
    return pooled


@compiled
def floor_of_best(scores: NDArray[np.float64], wanted: int) -> float:
    """The ``wanted``-th largest of the scores above 0, or 0 when there are not so many."""
    heap = np.zeros(wanted, dtype=np.float64)
    for score in scores:
        if score > heap[0]:
            at = 0
            while True:
                child = 2 * at + 1
                if child >= wanted:
                    break
                if child + 1 < wanted and heap[child + 1] < heap[child]:
                    child += 1
                if heap[child] >= score:
                    break
                heap[at] = heap[child]
                at = child
            heap[at] = score
    return float(heap[0])


@compiled
def cosines(
    question: NDArray[np.int8],
    question_scale: float,
    values: NDArray[np.int8],
    scales: NDArray[np.float32],
    is_live: NDArray[np.bool_],
    found: NDArray[np.float32],
) -> None:
    """The product of each document's vector with the question's; NaN for deleted ones and those without a vector.

    :param values: documents × dimensions, whole numbers that stand for themselves times the document's scale
    :param scales: above 0 where there is a vector
    :param found: per document; filled
    """
    width = len(question)
    for number in range(len(found)):
        if scales[number] <= 0 or not is_live[number]:
            found[number] = np.nan
            continue
        product = np.int32(0)
        for at in range(width):
            product += np.int32(values[number, at]) * np.int32(question[at])
        found[number] = np.float32(product) * scales[number] * np.float32(question_scale)


@compiled
def add_vectors(values: NDArray[np.int8], scales: NDArray[np.float32], total: NDArray[np.float64]) -> int:
    """Add every vector that is there to the total. :returns: how many there are"""
    count = 0
    for number in range(len(scales)):
        if scales[number] > 0:
            count += 1
            for at in range(len(total)):
                total[at] += np.float64(values[number, at]) * np.float64(scales[number])
    return count
