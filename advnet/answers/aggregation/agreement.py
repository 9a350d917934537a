"""How far experts agree, and whether another round would change that.

These figures propose when to stop and never decide it. Each is defined for every input or says with NaN that there is
nothing to tell: one expert agrees with nobody, and of answers that are all alike a chance-corrected figure has nothing
to correct by.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc


@dataclass(frozen=True)
class Spread:
    """Quartiles of one item's answers, in their unit.

    :ivar answers: how many there are
    """

    low: float
    median: float
    high: float
    answers: int

    @property
    def iqr(self) -> float:
        """The distance between the quartiles; on a scale of 1 to 9 Delphi studies often stop at 1 or 2."""
        return self.high - self.low


def spread(values: npt.ArrayLike) -> Spread:
    """Quartiles by linear interpolation.

    :param values: (experts,), NaN where somebody has not answered
    :returns: NaN quartiles when nobody answered
    Source: type 7 of Hyndman and Fan 1996, doi:10.2307/2684934; as a stop rule: von der Gracht 2012,
    doi:10.1016/j.techfore.2012.04.013.
    """
    given = np.asarray(values, dtype=np.float64)
    given = given[~np.isnan(given)]
    if not len(given):
        return Spread(np.nan, np.nan, np.nan, 0)
    low, median, high = np.percentile(given, [25, 50, 75])
    return Spread(float(low), float(median), float(high), len(given))


@dataclass(frozen=True)
class Concordance:
    """How alike experts rank.

    :ivar w: 0 (no agreement) to 1 (the same order); NaN for fewer than two experts or items, or where all tie all
    :ivar p: chance of a W at least as large among random orders (chi-square; rough for fewer than eight items)
    :ivar experts: who ranked every item, the others are left out
    """

    w: float
    p: float
    experts: int
    items: int


def kendalls_w(scores: npt.ArrayLike) -> Concordance:
    """Kendall's coefficient of concordance, corrected for ties.

    W = 12 S / (m² (n³ − n) − m ΣT), with S the squared deviations of the items' rank sums and T = Σ (t³ − t) over each
    expert's groups of t tied items.

    :param scores: (experts, items): ranks or any marks, greater or smaller better alike; NaN leaves the expert out
    Source: Kendall and Babington Smith 1939, doi:10.1214/aoms/1177732186; ties: Kendall and Gibbons 1990, chapter 6.
    """
    given = np.asarray(scores, dtype=np.float64)
    given = given[~np.isnan(given).any(axis=1)]
    experts, items = given.shape
    if experts < 2 or items < 2:
        return Concordance(np.nan, np.nan, experts, items)
    before = (given[:, None, :] < given[:, :, None]).sum(axis=2)
    same = (given[:, None, :] == given[:, :, None]).sum(axis=2)
    ranks = before + (same + 1) / 2
    ties = float((same**2 - 1).sum())  # every one of t tied items adds t² − 1: t³ − t for the group
    deviation = float(((ranks.sum(axis=0) - experts * (items + 1) / 2) ** 2).sum())
    possible = experts**2 * (items**3 - items) - experts * ties
    if possible <= 0:
        return Concordance(np.nan, np.nan, experts, items)
    w = 12 * deviation / possible
    return Concordance(w, float(chdtrc(items - 1, experts * (items - 1) * w)), experts, items)


@dataclass(frozen=True)
class Stability:
    """How much answers moved between two rounds, of those who were in both.

    :ivar paired: how many those are; all figures are NaN where there is none
    :ivar unchanged: share of them whose answer is the same
    :ivar moved: mean absolute change, in the unit of the answers
    :ivar spread_ratio: distance between the quartiles after over before; NaN where it was 0 before
    """

    paired: int
    unchanged: float
    moved: float
    spread_ratio: float


def stability(first: npt.ArrayLike, last: npt.ArrayLike) -> Stability:
    """How one item's answers moved. Who was in one round only is left out.

    :param first: (experts,), NaN where somebody was not in the round
    :param last: the same experts in the same order
    Source: what Delphi calls stability, by individuals: Dajani et al. 1979, doi:10.1016/0040-1625(79)90007-6.
    """
    before, after = np.asarray(first, dtype=np.float64), np.asarray(last, dtype=np.float64)
    both = ~np.isnan(before) & ~np.isnan(after)
    before, after = before[both], after[both]
    if not len(before):
        return Stability(0, np.nan, np.nan, np.nan)
    narrow = spread(before).iqr
    ratio = spread(after).iqr / narrow if narrow > 0 else np.nan
    change = np.abs(after - before)
    return Stability(len(before), float((change == 0).mean()), float(change.mean()), ratio)


def histogram_change(first: npt.ArrayLike, last: npt.ArrayLike) -> float:
    """Share of answers that would have to move to make one distribution of choices into the other.

    Half the sum of the absolute differences of shares; below 0.15 a Delphi question is usually called stable.

    :param first: (choices,), how many chose each in the first round
    :param last: the same choices in the last round
    :returns: NaN where a round has no answer
    Source: Scheibe, Skutsch and Schofer 1975, in Linstone and Turoff, The Delphi Method, IV.C.
    """
    before, after = np.asarray(first, dtype=np.float64), np.asarray(last, dtype=np.float64)
    if not before.sum() or not after.sum():
        return float("nan")
    return float(np.abs(before / before.sum() - after / after.sum()).sum() / 2)


class Scale(StrEnum):
    """What the distance between two answers means."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def krippendorffs_alpha(values: npt.ArrayLike, scale: Scale) -> float:
    """Agreement beyond chance: 1 − the disagreement observed within items over that expected among all answers.

    :param values: (experts, items); NaN where somebody has not answered, items with one answer are left out
    :returns: at most 1; NaN where no item has two answers or all answers are alike
    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section C (many observers, missing answers).
    """
    given = np.asarray(values, dtype=np.float64)
    kinds, place = np.unique(given[~np.isnan(given)], return_inverse=True)
    counts = np.zeros((given.shape[1], len(kinds)))
    np.add.at(counts, (np.nonzero(~np.isnan(given))[1], place), 1)
    counts = counts[counts.sum(axis=1) > 1]
    in_item, of_kind = counts.sum(axis=1), counts.sum(axis=0)
    if scale is Scale.NOMINAL:
        distance = 1.0 - np.eye(len(kinds))
    else:
        position = kinds if scale is Scale.INTERVAL else np.cumsum(of_kind) - of_kind / 2
        distance = (position[:, None] - position[None, :]) ** 2
    expected = of_kind @ distance @ of_kind / (of_kind.sum() - 1) if len(counts) else 0.0
    if expected == 0:
        return float("nan")
    observed = (((counts @ distance) * counts).sum(axis=1) / (in_item - 1)).sum()
    return float(1.0 - observed / expected)
