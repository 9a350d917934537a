"""How good an order of experts is, by what judges said of them.

Scores may have any leading axes (settings, for one); their last axis is experts, or one expert's questions, as that of
the judgements. Where ties are broken, the earlier column comes first.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.floating[Any]]
Marks = NDArray[np.bool_]
Figures = NDArray[np.float64]

RELEVANT_GRADE = 4.0
"""Of 5: from here on somebody knows the matter; easy and hard pairs are told apart by it as well."""

UNFIT_GRADE = 2.0


def well_ordered(scores: Scores, grades: Figures) -> tuple[Figures, Figures]:
    """How an expert's questions are ordered, by the grades 1 to 5 that they gave their own knowledge of each.

    All pairs of questions count. *Loss*: a wrong order costs the difference of the grades, an order left open half of
    it. *Easy*: pairs of 4 or more and of 2 or less that are in order. *Hard*: those of different grades, both 4 or
    more.

    :returns: (…, 3), loss, easy and hard, and out of how much each is (3)
    Source: Stelmakh et al. 2023, arXiv 2303.16750.
    """
    first, second = np.triu_indices(len(grades), k=1)
    apart = grades[first] - grades[second]
    higher, lower = np.maximum(grades[first], grades[second]), np.minimum(grades[first], grades[second])
    agrees = np.sign(scores[..., first] - scores[..., second]) * np.sign(apart)
    is_easy = (higher >= RELEVANT_GRADE) & (lower <= UNFIT_GRADE)
    is_hard = (lower >= RELEVANT_GRADE) & (apart != 0)
    loss = (np.abs(apart) * (1.0 - agrees) / 2.0).sum(axis=-1)
    right = agrees > 0
    got = np.stack([loss, right[..., is_easy].sum(axis=-1), right[..., is_hard].sum(axis=-1)], axis=-1)
    return got, np.array([np.abs(apart).sum(), is_easy.sum(), is_hard.sum()], dtype=np.float64)


def places(scores: Scores) -> NDArray[np.intp]:
    """Of each column in the order of falling scores, from 0."""
    order = np.argsort(-scores, axis=-1, kind="stable")
    found = np.empty_like(order)
    np.put_along_axis(found, order, np.broadcast_to(np.arange(scores.shape[-1]), order.shape), axis=-1)
    return found


def reciprocal_rank(scores: Scores, is_relevant: Marks) -> Figures:
    """1 / the rank of the first relevant one."""
    found: Figures = 1.0 / (1.0 + places(scores)[..., is_relevant].min(axis=-1))
    return found


def ndcg(scores: Scores, gains: Figures, *, depth: int = 10) -> Figures:
    """Discounted gain of the best ``depth``, as a share of what the best order would have.

    Source: Järvelin and Kekäläinen 2002, doi:10.1145/582415.582418.
    """
    place = places(scores)
    discounts = np.where(place < depth, 1.0 / np.log2(place + 2.0), 0.0)
    best = np.sort(gains)[::-1][:depth]
    found: Figures = (discounts * gains).sum(axis=-1) / (best / np.log2(np.arange(len(best)) + 2.0)).sum()
    return found


def precision(scores: Scores, is_relevant: Marks, *, depth: int = 10) -> Figures:
    """The share of relevant ones among the best ``depth``."""
    found: Figures = (places(scores)[..., is_relevant] < depth).sum(axis=-1) / depth
    return found


def auc(scores: Scores, is_relevant: Marks) -> Figures:
    """How often a relevant one stands before another; equal scores count half."""
    relevant, other = scores[..., is_relevant, np.newaxis], scores[..., np.newaxis, ~is_relevant]
    found: Figures = ((relevant > other) + 0.5 * (relevant == other)).mean(axis=(-2, -1))
    return found


def average_precision(scores: Scores, is_relevant: Marks) -> Figures:
    """The mean over the relevant ones of the share of relevant ones among all that score as much or more."""
    relevant = scores[..., is_relevant, np.newaxis]
    before = scores[..., np.newaxis, :] >= relevant
    found: Figures = (before[..., is_relevant].sum(axis=-1) / before.sum(axis=-1)).mean(axis=-1)
    return found
