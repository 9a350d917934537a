"""One text that a model will not take does not keep the others from their vectors.

A server that refuses one input refuses the whole request, and says neither which nor whether it would take any. So a
harmless text is asked for after a failure: where it gets its vector, what was asked is at fault, and each text is asked
for by itself; where it gets none, the model is, and nothing is held against any text.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from advnet.search.vectors.embedding import REFUSED, WRONG_ANSWER, Embedder, EmbeddingError

HARMLESS = "expert advice"


def is_fault_of_texts(error: EmbeddingError, embedder: Embedder, *, seconds: float | None = None) -> bool:
    """Whether the model answers at this moment, and not to what it was asked when it failed so."""
    if error.reason not in {REFUSED, WRONG_ANSWER}:
        return False
    try:
        embedder.embed([HARMLESS], seconds=seconds)
    except EmbeddingError:
        return False
    return True


def embed_each(embedder: Embedder, texts: Sequence[str]) -> list[NDArray[np.float32] | None]:
    """The vector of each text; None for those that the model refuses, or has no usable answer to.

    :raises EmbeddingError: it answers to nothing now
    """
    try:
        return list(embedder.embed(texts))
    except EmbeddingError as error:
        if not is_fault_of_texts(error, embedder):
            raise
    if len(texts) == 1:
        return [None]
    return [vector for text in texts for vector in embed_each(embedder, [text])]
