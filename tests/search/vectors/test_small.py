"""Vectors in 8 bits say what the whole ones say."""

import numpy as np
import pytest

from advnet.search.arrays import kernels
from advnet.search.vectors.embedding import EmbeddingError, of_length_one
from advnet.search.vectors.small import SmallVectors, made_small, unchangeable


def cosines(question: np.ndarray, small: SmallVectors, is_live: np.ndarray) -> np.ndarray:
    asked = made_small(question[None, :])
    found = np.full(len(small.scales), np.nan, dtype=np.float32)
    kernels.cosines(asked.values[0], float(asked.scales[0]), *unchangeable(small), is_live, found)
    return found


def test_cosines_are_off_by_less_than_five_thousandths():
    chance = np.random.default_rng(1)
    vectors = of_length_one(chance.normal(size=(2_000, 384)).astype(np.float32))
    vectors[1] = of_length_one(vectors[:1] + 0.3 * vectors[1:2])[0]
    is_live = np.ones(2_000, dtype=bool)
    is_live.flags.writeable = False
    assert np.abs(cosines(vectors[0], made_small(vectors), is_live) - vectors @ vectors[0]).max() < 0.005


def test_deleted_documents_and_those_without_a_vector_say_nothing():
    vectors = of_length_one(np.eye(4, dtype=np.float32) + 0.5)
    small = made_small(vectors)
    small.scales[1], small.scales[2] = 0.0, -1.0
    is_live = np.array([False, True, True, True])
    is_live.flags.writeable = False
    assert np.isnan(cosines(vectors[3], small, is_live)).tolist() == [True, True, True, False]


def test_none_are_made_small_as_well():
    assert made_small(np.empty((0, 384), dtype=np.float32)).values.shape == (0, 384)


@pytest.mark.parametrize("vector", [[0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_a_vector_without_a_direction_is_refused(vector: list[float]):
    with pytest.raises(EmbeddingError):
        of_length_one(np.array([vector]))
