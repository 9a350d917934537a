"""The vector of a question. People wait for it, so it is kept, it may not take long, and it may be missing.

It is kept in the memory of each process, and, where somebody will ask soon, in a file beside the index, so that it is
there before the first reader and web processes need no model of their own. That file holds vectors under the hash of
what they were made of, no text, and only of questions that are still looking for experts and whose text may leave: of
others nothing stays but in memory.
"""

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import structlog
from numpy.typing import NDArray

from advnet.search.documents import MatchQuestion
from advnet.search.vectors.embedding import REFUSED, Embedder, EmbeddingError
from advnet.search.vectors.refusing import is_fault_of_texts
from advnet.search.vectors.store import VectorStore
from advnet.search.vectors.texts import Preparation, QuestionTexts, key_of

SECONDS = 1.0
"""How long a question may wait for its vector."""

OTHER_LANGUAGE = "other_language"
"""Why a question has none, beside the reasons of :mod:`embedding`: the model does not read it."""

_LEAST_SECONDS = 0.2
AHEAD_SECONDS = 2.0
"""How long vectors are made ahead before whoever does it looks around again."""

_REMEMBERED = 500
_PAUSE_SECONDS = 15.0

log = structlog.get_logger()


class DenseQuestion(NamedTuple):
    """:param model: as of the units' vectors
    :param vector: of length 1 at most; None where there is none
    :param missing: why there is none: a reason of :mod:`embedding`, of which REFUSED is the question's own, or
        :data:`OTHER_LANGUAGE`
    """

    model: str
    vector: NDArray[np.float32] | None
    missing: str | None = None


class QuestionVectors:
    """Any thread may ask. After a failure nobody waits again for some seconds.

    :param model: under which the units' vectors stand
    :param ahead: what :meth:`keep` fills and every process reads
    """

    def __init__(self, embedder: Embedder, preparation: Preparation, *, model: str, ahead: VectorStore) -> None:
        self._embedder = embedder
        self._preparation = preparation
        self._model = model
        self._ahead = ahead
        self._kept: OrderedDict[bytes, NDArray[np.float32] | None] = OrderedDict()  # None: it was refused
        self._lock = threading.Lock()
        self._failure: tuple[float, str] | None = None

    @property
    def trouble(self) -> str | None:
        """Why the last question that needed one got no vector, where it is not the question's own fault."""
        failure = self._failure
        return failure[1] if failure else None

    def of(self, question: MatchQuestion) -> DenseQuestion:
        texts = self._preparation.of_question(question)
        if texts is None:
            return DenseQuestion(self._model, None, OTHER_LANGUAGE)
        key = _key(texts)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._answer(self._kept[key])
        vector = self._made_ahead(key)
        if vector is not None:
            self._remember(key, vector)
            return DenseQuestion(self._model, vector)
        failure = self._failure
        if failure is not None and time.monotonic() < failure[0] + _PAUSE_SECONDS:
            return DenseQuestion(self._model, None, failure[1])
        return self._asked(key, texts)

    def _answer(self, vector: NDArray[np.float32] | None) -> DenseQuestion:
        return DenseQuestion(self._model, vector, REFUSED if vector is None else None)

    def _asked(self, key: bytes, texts: QuestionTexts) -> DenseQuestion:
        until = time.monotonic() + SECONDS
        vector: NDArray[np.float32] | None = None
        try:
            vector = self._vector(texts, seconds=SECONDS)
        except EmbeddingError as error:
            log.warning("question_without_vector", reason=error.reason, error=str(error))
            left = max(_LEAST_SECONDS, until - time.monotonic())
            if not is_fault_of_texts(error, self._embedder, seconds=left):
                self._failure = (time.monotonic(), error.reason)
                return DenseQuestion(self._model, None, error.reason)
        self._failure = None
        self._remember(key, vector)
        return self._answer(vector)

    def keep(self, questions: Iterable[MatchQuestion], *, seconds: float = AHEAD_SECONDS) -> bool:
        """Have the vectors of these questions in the file, those of no others, and make what is missing for so long.

        :param questions: whose text may leave
        :returns: whether there is more to do
        :raises EmbeddingError: the model does not answer now; what was made is kept
        :raises sqlite3.Error: the file cannot be used now
        """
        read = [texts for question in questions if (texts := self._preparation.of_question(question)) is not None]
        wanted = {_key(texts): texts for texts in read}
        self._ahead.keep_only(self._model, wanted)
        there = self._ahead.get(self._model, wanted)
        until = time.monotonic() + seconds
        for key, texts in wanted.items():
            if key not in there:
                if time.monotonic() >= until:
                    return True
                try:
                    vector = self._vector(texts)
                except EmbeddingError as error:
                    if not is_fault_of_texts(error, self._embedder):
                        raise
                    continue  # refused; who asks it is told so
                self._ahead.put(self._model, {key: (1.0, vector.tobytes())})
        return False

    def close(self) -> None:
        """Give the file back; it is opened again when it is needed."""
        self._ahead.close()

    def _made_ahead(self, key: bytes) -> NDArray[np.float32] | None:
        if not self._ahead.path.exists():
            return None
        try:
            found = self._ahead.get(self._model, [key]).get(key)
        except sqlite3.Error as error:
            log.warning("question_vectors_not_read", error=type(error).__name__)
            return None
        return None if found is None else np.frombuffer(found[1], dtype=np.float32)

    def _remember(self, key: bytes, vector: NDArray[np.float32] | None) -> None:
        with self._lock:
            self._kept[key] = vector
            while len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)

    def _vector(self, texts: QuestionTexts, *, seconds: float | None = None) -> NDArray[np.float32]:
        """The mean of the whole, of what its stretches have in common, and of what its sentences have."""
        levels = [(texts.whole,), texts.stretches, texts.sentences]
        asked = list(dict.fromkeys(text for level in levels for text in level))
        vectors = dict(zip(asked, self._embedder.embed(asked, seconds=seconds), strict=True))
        means = [np.mean([vectors[text] for text in level], axis=0) for level in levels]
        return np.asarray(np.mean(means, axis=0), dtype=np.float32)


def _key(texts: QuestionTexts) -> bytes:
    return key_of("\n".join((texts.whole, *texts.stretches, *texts.sentences)))
