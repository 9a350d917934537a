"""Dense evidence as the index uses it: vectors of units and questions, close where the meaning is.

It adds to the words and replaces nothing. Where there is no model, no server, no vector yet, matching goes on by words
alone, and says so.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from contextvars import copy_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advnet.search.documents import UNITS, MatchQuestion
from advnet.search.vectors.embedding import Embedder
from advnet.search.vectors.filling import Filler, SegmentPart
from advnet.search.vectors.questions import DenseQuestion, QuestionVectors
from advnet.search.vectors.small import AWAITED
from advnet.search.vectors.store import VectorStore
from advnet.search.vectors.texts import Pivot, Preparation, as_it_is

OFF = "off"
"""Why a question has no vector, where there is no dense evidence at all."""

STAYS = "stays"
"""Why a question has no vector, where its text may not go to where vectors are made."""

QUESTIONS_FILE = "questions.sqlite"
"""Beside the store of the units' vectors: those of questions that somebody will ask soon."""

NO_DENSE = DenseQuestion("", None, OFF)


class VectorCounts(NamedTuple):
    """:param present: units that have their vector
    :param awaited: units that will have one; the others have nothing that the model could read
    :param refused: units that the model would not take; they are found by their words
    """

    present: int
    awaited: int
    refused: int = 0


class DenseEvidence:
    """:param store_path: where vectors are kept; survives every index
    :param forgets: whether vectors that the index does not use are dropped from there
    :param pivot: brings Japanese into English, for a model that reads no Japanese; ``pivot_version`` names it
    :param stays_here: whether texts never leave this machine
    :ivar model: under which vectors stand beside the index
    """

    def __init__(
        self,
        embedder: Embedder,
        *,
        store_path: Path,
        forgets: bool = True,
        pivot: Pivot = as_it_is,
        pivot_version: str = "0",
        stays_here: bool = True,
    ) -> None:
        self._stays_here = stays_here
        preparation = Preparation(pivot, reads_japanese=embedder.reads_japanese, version=pivot_version)
        self.model = f"{embedder.id} {preparation.id}"
        self.embedder = embedder
        self.store = VectorStore(store_path)
        self.filler = Filler(embedder, preparation, self.store, model=self.model, forgets=forgets)
        ahead = VectorStore(store_path.with_name(QUESTIONS_FILE))
        self._questions = QuestionVectors(embedder, preparation, model=self.model, ahead=ahead)

    def question(self, question: MatchQuestion) -> DenseQuestion:
        """The vector of a question, or why there is none; within about a second."""
        if not (question.may_leave or self._stays_here):
            return DenseQuestion(self.model, None, STAYS)
        return self._questions.of(question)

    def begin_question(self, question: MatchQuestion) -> Callable[[], DenseQuestion]:
        """Begin to make the vector of a question, whose words can be looked up meanwhile.

        :returns: waits, and gives what :meth:`question` does
        """
        coming: Future[DenseQuestion] = Future()
        context = copy_context()

        def make() -> None:
            try:
                coming.set_result(context.run(self.question, question))
            except BaseException as error:  # it belongs to whoever waits
                coming.set_exception(error)

        threading.Thread(target=make, name="question", daemon=True).start()
        return coming.result

    def keep_questions(self, questions: Iterable[MatchQuestion]) -> bool:
        """Make the vectors of questions before anybody asks, a few seconds at a time, and forget those of all others.

        None is made of a question whose text may not leave: its vector would be a trace of it on the disk.

        :returns: whether there is more to do
        :raises EmbeddingError: the model does not answer now
        :raises sqlite3.Error: the file cannot be used now
        """
        return self._questions.keep(question for question in questions if question.may_leave)

    def trouble(self) -> str | None:
        """A reason of :mod:`embedding` why questions are matched by words alone; None while they are not."""
        return self._questions.trouble or self.embedder.trouble()

    def counts(self, parts: Sequence[SegmentPart]) -> VectorCounts:
        """Of the units that count now."""
        present = awaited = refused = 0
        for part in parts:
            found = part.segment.vectors.read()
            if found is None or found.model != self.model:
                awaited += int((_is_unit(part.segment.facts.kinds) & part.is_live).sum())
            else:
                present += int(((found.vectors.scales > 0) & part.is_live).sum())
                awaited += int(((found.vectors.scales == AWAITED) & part.is_live).sum())
                refused += found.refused(part.is_live)
        return VectorCounts(present, awaited, refused)

    def keys_of(self, parts: Sequence[SegmentPart], documents: Collection[int]) -> set[bytes]:
        """Under which the vectors of these documents are kept. :param documents: numbers across all parts"""
        wanted = np.array(sorted(documents), dtype=np.int64)
        keys: set[bytes] = set()
        for part in parts:
            found = part.segment.vectors.read()
            if found is not None and found.model == self.model:
                is_wanted = np.zeros(part.segment.size, dtype=bool)
                here = wanted - part.base
                is_wanted[here[(here >= 0) & (here < part.segment.size)]] = True
                keys |= found.used(is_wanted)
        return keys

    def forget_gone(self, keys: set[bytes], parts: Sequence[SegmentPart]) -> None:
        """Drop from the store those that no unit has which counts now."""
        first = np.array([int.from_bytes(key[:8], "little") for key in keys], dtype="<u8")
        for part in parts if keys else ():
            found = part.segment.vectors.read()
            if found is not None and found.model == self.model:
                has_maybe = np.isin(np.ascontiguousarray(found.keys).view("<u8")[:, 0], first)
                keys = keys - found.used(part.is_live & has_maybe)
        self.filler.forget(keys)

    def close(self) -> None:
        """Give the stores' files back; they are opened again when they are needed."""
        self.store.close()
        self._questions.close()


def _is_unit(kinds: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.isin(kinds, [ord(kind) for kind in UNITS])
