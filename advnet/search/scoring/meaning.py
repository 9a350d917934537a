"""How far the meaning of each unit is that of the question."""

import numpy as np

from advnet.search.scoring.weighing import Weights
from advnet.search.storage.lookup import Values
from advnet.search.storage.snapshot import Snapshot
from advnet.search.vectors.questions import DenseQuestion


def meaning_of(asked: DenseQuestion, snapshot: Snapshot, *, weights: Weights) -> Values | None:
    """For each document, what its vector says of a question: the cosine, less what all units have in common.

    :returns: None where the question has no vector, or no unit has one; NaN for units that have none
    """
    found = None if asked.vector is None else snapshot.dense_mean(asked.model)
    if asked.vector is None or found is None or len(found[0]) != len(asked.vector):
        return None
    mean, count = found
    centre = np.float32(weights.centre * count / (count + weights.settled))
    return snapshot.dense_cosines(asked.model, asked.vector - centre * mean)
