"""One question under many weights: what is read of it and of the index is read once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advnet.search.documents import MatchQuestion
from advnet.search.scoring.formula import Asked
from advnet.search.scoring.meaning import meaning_of
from advnet.search.scoring.weighing import Weights
from advnet.search.storage.snapshot import Snapshot
from advnet.search.vectors import NO_DENSE, DenseEvidence, EmbeddingError
from advnet.search.vectors.questions import OTHER_LANGUAGE, DenseQuestion


class Setting(NamedTuple):
    """:param has_meaning: whether meaning is added to words, as it is where there is a model"""

    weights: Weights
    has_meaning: bool = True


def vector_for(question: MatchQuestion, dense: DenseEvidence | None, settings: Sequence[Setting]) -> DenseQuestion:
    """The vector of a question, where a setting needs one.

    :raises EmbeddingError: there is none; that the model does not read its language is no error, matching goes by words
    """
    if not any(setting.has_meaning for setting in settings):
        return NO_DENSE
    asked = NO_DENSE if dense is None else dense.question(question)
    if asked.missing is not None and asked.missing != OTHER_LANGUAGE:
        raise EmbeddingError(f"a question has no vector: {asked.missing.replace('_', ' ')}", reason=asked.missing)
    return asked


def evidence(
    snapshot: Snapshot, question: MatchQuestion, asked: DenseQuestion, settings: Sequence[Setting]
) -> tuple[list[str], NDArray[np.float64]]:
    """Expert ids, and S (settings × experts) of everybody who is not deleted."""
    read = Asked(snapshot, question)
    meanings = {
        (weights.centre, weights.settled): meaning_of(asked, snapshot, weights=weights)
        for weights, has_meaning in settings
        if has_meaning
    }
    found = np.empty((len(settings), len(snapshot.starts)))
    for row, (weights, has_meaning) in enumerate(settings):
        meaning = meanings[weights.centre, weights.settled] if has_meaning else None
        found[row] = read.weighed(weights, meaning=meaning).evidence
    live = np.flatnonzero(snapshot.block_is_live)
    return [snapshot.expert_ids[block] for block in live.tolist()], found[:, live]
