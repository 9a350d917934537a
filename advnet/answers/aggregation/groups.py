"""Opinion groups: who answers alike, what divides them, and what they share all the same.

Groups are found by answers alone, and reported as groups alone: the caller knows which experts a group has, a page must
not say so where the consultation is anonymous, and a group below :data:`LEAST` members is none. Two answers are as far
apart as they differ on the items that both answered. Clusters are joined by average distance, and the number of groups
is that whose members lie clearest by their own (mean silhouette); where even that is weak, there is one group, since a
picture of camps that are not there is worse than none.

Source: average linkage of Sokal and Michener 1958; silhouette of Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7, with
his bound of 0.25 for "no substantial structure"; dividing and bridging statements after Small et al. 2021 (Polis),
doi:10.6035/recerca.5516.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from advnet.answers.aggregation.ratings import Array

LEAST = 3
"""Members of a group: fewer would be pointed at."""

MOST_GROUPS = 5
WEAKEST = 0.25
IN_NO_GROUP = -1

_Groups = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Division:
    """One item, group by group.

    :ivar item: column
    :ivar means: (groups,), mean position, −1 to 1; NaN where no member answered
    :ivar divides: 0 to 1, how much of the variance of answers lies between the groups
    :ivar bridges: 0 to 1, the least share of agreement in any group, with one friend and one foe added to each
    """

    item: int
    means: Array
    divides: float
    bridges: float


@dataclass(frozen=True)
class Opinions:
    """Groups, largest first.

    :ivar group: (experts,), 0, 1, …; −1 for who answered too little to be placed, or whose group is too small to be one
    :ivar number: of groups; 1 where there is no clear division
    :ivar silhouette: −1 to 1, how clear the groups are; NaN for one group
    :ivar divisions: one for each item, the most dividing first
    """

    group: _Groups
    number: int
    silhouette: float
    divisions: tuple[Division, ...]


def opinion_groups(positions: npt.ArrayLike) -> Opinions:
    """Groups among experts.

    :param positions: (experts, items), −1 (against) to 1 (for); NaN where somebody has not answered
    """
    given = np.asarray(positions, dtype=np.float64)
    placed = np.flatnonzero((~np.isnan(given)).sum(axis=1) * 2 >= given.shape[1]) if given.size else np.array([], int)
    group = np.full(len(given), IN_NO_GROUP, dtype=np.intp)
    clearness = float("nan")
    if len(placed):
        group[placed], clearness = _grouped(distances(given[placed]))
    number = int(group.max(initial=IN_NO_GROUP)) + 1
    divisions = [_division(given[:, item], group, number, item) for item in range(given.shape[1])]
    order = sorted(divisions, key=lambda one: (-np.nan_to_num(one.divides, nan=-1.0), one.item))
    return Opinions(group, number, clearness, tuple(order))


def positions_of_choices(chosen: npt.ArrayLike) -> Array:
    """1 where an option was chosen, −1 where not.

    :param chosen: (experts, options), 1, 0 or NaN
    """
    return np.asarray(chosen, dtype=np.float64) * 2 - 1


def positions_of_ranks(ranks: npt.ArrayLike) -> Array:
    """From 1 for the first of an expert's ranking to −1 for the last; ties share.

    :param ranks: (experts, items), 1 is best; NaN where an item was not ranked
    Source: Borda's count, scaled.
    """
    given = np.asarray(ranks, dtype=np.float64)
    behind = (given[:, None, :] > given[:, :, None]).sum(axis=2) - (given[:, None, :] < given[:, :, None]).sum(axis=2)
    others = np.maximum((~np.isnan(given)).sum(axis=1) - 1, 1)[:, None]
    return np.where(np.isnan(given), np.nan, behind / others)


def distances(positions: Array) -> Array:
    """(experts, experts): root of the mean squared difference over what both answered; 1 where that is nothing."""
    there = (~np.isnan(positions)).astype(np.float64)
    values = np.nan_to_num(positions)
    squares = (values**2) @ there.T + there @ (values**2).T - 2 * values @ values.T
    number = there @ there.T
    apart = np.sqrt(np.maximum(squares, 0.0) / np.maximum(number, 1.0))
    apart = np.where(number > 0, apart, 1.0)
    np.fill_diagonal(apart, 0.0)
    return (apart + apart.T) / 2


def _grouped(apart: Array) -> tuple[_Groups, float]:
    """The clearest division into groups that are large enough; the rest in none."""
    alone = np.zeros(len(apart), dtype=np.intp)
    if len(apart) < 2 * LEAST or not apart.any():
        return alone, float("nan")
    tree = linkage(squareform(apart, checks=False), "average")
    best, clearest = alone, WEAKEST
    for number in range(2, len(apart) // LEAST + 3):
        found = _numbered(fcluster(tree, number, "maxclust"))
        groups = found.max() + 1
        if groups < 2 or groups > MOST_GROUPS:
            continue
        clear = _silhouette(apart, found)
        if clear > clearest + 1e-12:
            best, clearest = found, clear
    return best, clearest if best.max() > 0 else float("nan")


def _numbered(labels: npt.NDArray[np.int32]) -> _Groups:
    """Groups from 0 up, the largest first; of equal ones that with the first member first."""
    kinds, first, size = np.unique(labels, return_index=True, return_counts=True)
    order = sorted(range(len(kinds)), key=lambda place: (-size[place], first[place]))
    group = np.full(len(labels), IN_NO_GROUP, dtype=np.intp)
    for number, place in enumerate(place for place in order if size[place] >= LEAST):
        group[labels == kinds[place]] = number
    return group


def _silhouette(apart: Array, group: _Groups) -> float:
    """Mean over all who were placed; who is in no group counts 0."""
    number = int(group.max()) + 1
    members = (group[None, :] == np.arange(number)[:, None]).astype(np.float64)
    size = members.sum(axis=1)
    inside = group != IN_NO_GROUP
    to_groups = apart @ members.T
    rows = np.flatnonzero(inside)
    own = to_groups[rows, group[rows]] / np.maximum(size[group[rows]] - 1, 1)
    others = to_groups[rows] / size
    others[np.arange(len(rows)), group[rows]] = np.inf
    nearest = others.min(axis=1)
    larger = np.maximum(own, nearest)
    return float(np.divide(nearest - own, larger, out=np.zeros_like(own), where=larger > 0).sum() / len(group))


def _division(answers: Array, group: _Groups, number: int, item: int) -> Division:
    means, agree = np.full(number, np.nan), np.full(number, np.nan)
    known = ~np.isnan(answers) & (group != IN_NO_GROUP)
    between = 0.0
    for one in range(number):
        of_group = answers[known & (group == one)]
        agree[one] = ((of_group > 0).sum() + 1) / (len(of_group) + 2)
        if len(of_group):
            means[one] = of_group.mean()
            between += len(of_group) * (means[one] - answers[known].mean()) ** 2
    total = float(((answers[known] - answers[known].mean()) ** 2).sum()) if known.any() else 0.0
    divides = between / total if total > 0 and number > 1 else 0.0
    return Division(item, means, float(min(divides, 1.0)), float(agree.min(initial=1.0)) if number else float("nan"))
