"""Cooke's classical model: experts are weighed by how they did on questions whose answer is known.

Two figures judge an expert. Calibration asks whether the known answers fell between the quantiles as often as the
expert said they would: the probability of a disagreement at least as large if the expert were right, by the chi-square
of twice the number of answers times their relative information. Information asks how much narrower than the background
the expert's distributions are. Their product is a weight, and it rewards honesty in the long run as long as experts
below a cut-off of calibration get none. The cut-off is chosen so that the combination itself has the largest product.

Source: Cooke 1991, Experts in Uncertainty, chapter 12. Conventions of Excalibur: a tenth of overshoot, the known answer
within the range of its item, an answer equal to a quantile lies below it. Where experts answered different numbers of
the known questions, all are judged as if by the smallest number (its "calibration power"): who skips gains nothing.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from advnet.answers.aggregation.mixture import OVERSHOOT, Background, intrinsic_range, mixture_quantiles
from advnet.answers.aggregation.ratings import Array
from advnet.errors import DomainError, msgid


class UnsoundCase(DomainError):
    message = msgid("The classical model cannot be used on these answers.")


NO_SEEDS = msgid("No question has a known answer, so nobody can be weighed by one.")
NO_EXPERT = msgid("Nobody has answered.")
NO_ANSWER_TO_SEEDS = msgid("%(expert)s has answered no question whose answer is known.")
NOBODY_ABOVE = msgid("No expert is calibrated as well as the cut-off asks.")
QUANTILES = msgid("The quantiles of %(expert)s for %(item)s do not rise, or some are missing.")
NOT_POSITIVE = msgid("On a logarithmic scale every value lies above 0: see %(item)s.")


class Weighting(StrEnum):
    GLOBAL = "global"
    """One weight for each expert: calibration times mean information."""
    ITEM = "item"
    """One weight for each expert and item: calibration times the information on this item."""
    EQUAL = "equal"


@dataclass(frozen=True)
class Case:
    """Who said what, and what is known.

    :ivar experts: (experts,), names
    :ivar items: (items,), names
    :ivar levels: (levels,), shares, rising: which quantiles were asked
    :ivar quantiles: (experts, items, levels), each item in its unit; NaN rows are no answer
    :ivar realisations: (items,), in the item's unit; NaN where the answer is not known
    :ivar backgrounds: (items,)
    """

    experts: tuple[str, ...]
    items: tuple[str, ...]
    levels: Array
    quantiles: Array
    realisations: Array
    backgrounds: tuple[Background, ...]

    @property
    def is_seed(self) -> npt.NDArray[np.bool_]:
        """(items,): has a known answer."""
        return ~np.isnan(self.realisations)


@dataclass(frozen=True)
class Scores:
    """How experts did.

    :ivar calibration: (experts,), 0 to 1
    :ivar information: (experts, items), nats over the background; NaN where there is no answer
    :ivar seeds: (experts,), known questions that each answered
    :ivar information_seed_items: (experts,), the mean over the known questions
    :ivar information_all_items: (experts,), the mean over all
    """

    calibration: Array
    information: Array
    seeds: npt.NDArray[np.int64]
    information_seed_items: Array
    information_all_items: Array


@dataclass(frozen=True)
class Combination:
    """The pooled distribution, scored as if it were an expert.

    :ivar cutoff: calibration below which an expert has no weight
    :ivar weights: (experts, items), adding up to 1 in every item that somebody with weight answered
    :ivar quantiles: (items, levels), in each item's unit; NaN where nobody with weight answered
    :ivar scores: of one row
    """

    weighting: Weighting
    cutoff: float
    weights: Array
    quantiles: Array
    scores: Scores


def check_case(case: Case, *, needs_seeds: bool = True) -> None:
    """Refuse what has no defined result.

    :raises UnsoundCase: no expert, no known answer, an expert with none of them, quantiles that do not rise
    """
    if not len(case.experts) or np.isnan(case.quantiles).all():
        raise UnsoundCase(NO_EXPERT)
    gaps = np.isnan(case.quantiles)
    with np.errstate(invalid="ignore"):
        unsound = (np.diff(case.quantiles, axis=2) <= 0).any(axis=2) | (gaps.any(axis=2) & ~gaps.all(axis=2))
    if unsound.any():
        expert, item = np.argwhere(unsound)[0]
        raise UnsoundCase(QUANTILES, expert=case.experts[expert], item=case.items[item])
    for item, background in enumerate(case.backgrounds):
        values = np.append(case.quantiles[:, item].ravel(), case.realisations[item])
        if background is Background.LOG and (values <= 0).any():
            raise UnsoundCase(NOT_POSITIVE, item=case.items[item])
    if not needs_seeds:
        return
    if not case.is_seed.any():
        raise UnsoundCase(NO_SEEDS)
    without = (~gaps.any(axis=2) & case.is_seed).sum(axis=1) == 0
    if without.any():
        raise UnsoundCase(NO_ANSWER_TO_SEEDS, expert=case.experts[int(without.argmax())])


def score(case: Case, *, overshoot: float = OVERSHOOT) -> Scores:
    """How every expert did on the known questions.

    :param overshoot: by which share of its length the range of an item is widened on each side
    :raises UnsoundCase: see :func:`check_case`
    """
    check_case(case)
    return _scores(case, _ranges(case, overshoot), case.quantiles)


def combine(
    case: Case, weighting: Weighting = Weighting.GLOBAL, *, cutoff: float | None = None, overshoot: float = OVERSHOOT
) -> Combination:
    """The weighted mean of the experts' distributions.

    :param cutoff: calibration below which an expert has no weight; chosen when left out, so that the combination's
        calibration times information is largest. Equal weights know no cut-off
    :raises UnsoundCase: see :func:`check_case`; or nobody is above the cut-off
    """
    scores = score(case, overshoot=overshoot)
    ranges = _ranges(case, overshoot)
    if weighting is Weighting.EQUAL:
        return _combined(case, ranges, weighting, 0.0, np.ones_like(scores.information))
    if cutoff is not None:
        return _combined(case, ranges, weighting, cutoff, _weights(scores, weighting, cutoff))
    tried = [
        _combined(case, ranges, weighting, float(one), _weights(scores, weighting, float(one)))
        for one in np.unique(scores.calibration)
    ]
    return max(tried, key=lambda one: float(one.scores.calibration[0] * one.scores.information_seed_items[0]))


def _weights(scores: Scores, weighting: Weighting, cutoff: float) -> Array:
    passes = np.where(scores.calibration >= cutoff, scores.calibration, 0.0)[:, None]
    if weighting is Weighting.GLOBAL:
        return np.broadcast_to(passes * scores.information_seed_items[:, None], scores.information.shape)
    return passes * scores.information


def _combined(case: Case, ranges: Array, weighting: Weighting, cutoff: float, raw: Array) -> Combination:
    answered = ~np.isnan(case.quantiles).any(axis=2)
    given = np.where(answered, np.nan_to_num(raw), 0.0)
    total = given.sum(axis=0)
    if not total.any():
        raise UnsoundCase(NOBODY_ABOVE)
    weights = np.divide(given, total, out=np.zeros_like(given), where=total > 0)
    quantiles = np.full(case.quantiles.shape[1:], np.nan)
    for item, background in enumerate(case.backgrounds):
        who = weights[:, item] > 0
        if who.any():
            scaled = background.scaled(case.quantiles[who, item])
            quantiles[item] = background.unscaled(
                mixture_quantiles(scaled, weights[who, item], case.levels, *ranges[item])
            )
    return Combination(weighting, cutoff, weights, quantiles, _scores(case, ranges, quantiles[None]))


def _ranges(case: Case, overshoot: float) -> Array:
    """(items, 2): the intrinsic range of each item on its background's scale."""
    return np.array(
        [
            intrinsic_range(
                background.scaled(case.quantiles[:, item]),
                float(background.scaled(case.realisations[item : item + 1])[0]),
                overshoot=overshoot,
            )
            for item, background in enumerate(case.backgrounds)
        ]
    )


def _scores(case: Case, ranges: Array, quantiles: Array) -> Scores:
    """:param quantiles: (experts, items, levels), the experts' own or the combination's"""
    mass = np.diff(np.concatenate([[0.0], case.levels, [1.0]]))
    answered: npt.NDArray[np.bool_] = np.logical_not(np.isnan(quantiles).any(axis=2))
    seeds: npt.NDArray[np.bool_] = np.logical_and(answered, case.is_seed)
    number = seeds.sum(axis=1)
    power = number[number > 0].min(initial=len(case.items))
    between = (case.realisations[None, :, None] > quantiles).sum(axis=2)
    found = np.stack([((between == place) & seeds).sum(axis=1) for place in range(len(mass))], axis=1)
    share = found / np.maximum(number, 1)[:, None]
    surprise = (share * np.log(np.where(share > 0, share, 1.0) / mass)).sum(axis=1)
    calibration = np.where(number > 0, chdtrc(len(mass) - 1, 2.0 * power * np.maximum(surprise, 0.0)), np.nan)
    scaled = np.stack([b.scaled(quantiles[:, item]) for item, b in enumerate(case.backgrounds)], axis=1)
    ends = np.broadcast_to(ranges[None], (*scaled.shape[:2], 2))
    edges = np.concatenate([ends[..., :1], scaled, ends[..., 1:]], axis=2)
    widths = np.diff(edges, axis=2) / (ranges[:, 1] - ranges[:, 0])[None, :, None]
    information = (mass * np.log(mass / widths)).sum(axis=2)
    return Scores(calibration, information, number, _mean(information, seeds), _mean(information, answered))


def _mean(values: Array, where: npt.NDArray[np.bool_]) -> Array:
    number = where.sum(axis=1)
    total = np.where(where, values, 0.0).sum(axis=1)
    mean: Array = np.divide(total, number, out=np.full(len(values), np.nan), where=number > 0)
    return mean
