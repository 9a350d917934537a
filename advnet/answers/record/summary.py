"""A record as pages show it: scores with their numbers of claims, the curve, and where there is too little to judge."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from advnet.answers.record.judged import Judged
from advnet.answers.record.scores import (
    Decomposition,
    Estimate,
    brier_scores,
    decompose,
    estimate_score,
    groups_of,
    interval_score,
    sharpness,
)
from advnet.consultations.model import Consultation
from advnet.experts.vocabulary.model import Concept
from advnet.pictures.calibration import FEWEST, Bin, CalibrationCurve, calibration_curve, wilson_percent

Key = TypeVar("Key", Consultation, Concept)


@dataclass(frozen=True)
class Claims:
    """What was said of claims.

    :ivar count: how many judgements of claims; all else is None where there are none
    :ivar score: the plain mean Brier score
    :ivar promised: the score that the stated probabilities promise; see ``scores.sharpness``
    """

    count: int
    score: float | None
    estimate: Estimate
    promised: float | None
    parts: Decomposition | None
    curve: CalibrationCurve

    @property
    def is_enough(self) -> bool:
        return self.count >= FEWEST

    @property
    def is_too_sure(self) -> bool:
        """What was reached lies above what was promised, by more than a rounding would show."""
        return self.score is not None and self.promised is not None and self.score - self.promised >= 0.02


@dataclass(frozen=True)
class Intervals:
    """What was said of quantities.

    :ivar sureness_percent: the mean of what was stated: so many should hold
    :ivar range_percent: 95 % interval of the share that holds (Wilson)
    """

    count: int
    held: int
    held_percent: float | None
    sureness_percent: float | None
    range_percent: tuple[float, float] | None

    @property
    def is_enough(self) -> bool:
        return self.count >= FEWEST


@dataclass(frozen=True)
class Row:
    """One judgement beside what was true. :ivar score: Brier score, or interval score in the quantity's unit"""

    judged: Judged
    score: float
    held: bool | None


@dataclass(frozen=True)
class Record:
    claims: Claims
    intervals: Intervals
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class PanelRecord:
    consultation: Consultation
    claims: Claims
    intervals: Intervals


@dataclass(frozen=True)
class FieldRecord:
    """:ivar questions: how many claims and quantities; :attr:`Claims.count` counts the judgements of them"""

    concept: Concept
    questions: int
    claims: Claims
    intervals: Intervals


def summarise(judged: Sequence[Judged]) -> Record:
    """The record of one expert, in the order given."""
    return Record(_claims(judged), _intervals(judged), tuple(_row(one) for one in judged))


def by_panel(judged: Sequence[Judged]) -> list[PanelRecord]:
    """One record for each consultation, in the order given."""
    groups = _grouped(judged, lambda one: [one.consultation])
    return [PanelRecord(consultation, _claims(of), _intervals(of)) for consultation, of in groups]


def by_field(judged: Sequence[Judged], fields: dict[int, list[Concept]]) -> list[FieldRecord]:
    """One record for each concept that the consultations are about, the one with most judgements first."""
    groups = _grouped(judged, lambda one: fields[one.consultation.id])
    records = [FieldRecord(c, len({one.question.id for one in of}), _claims(of), _intervals(of)) for c, of in groups]
    return sorted(records, key=lambda one: (-one.claims.count - one.intervals.count, one.concept.position))


def _grouped(judged: Sequence[Judged], keys: Callable[[Judged], Iterable[Key]]) -> list[tuple[Key, list[Judged]]]:
    groups: dict[Key, list[Judged]] = {}
    for one in judged:
        for key in keys(one):
            groups.setdefault(key, []).append(one)
    return list(groups.items())


def _claims(judged: Sequence[Judged]) -> Claims:
    pairs = [(one.stated, one.outcome) for one in judged if one.stated is not None]
    stated, came = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    curve = calibration_curve(
        [Bin(100 * group.stated, group.count, group.came_true) for group in groups_of(stated, came)]
    )
    scores = brier_scores(stated, came)
    if not pairs:
        return Claims(0, None, estimate_score(scores), None, None, curve)
    return Claims(
        len(pairs), float(scores.mean()), estimate_score(scores), sharpness(stated), decompose(stated, came), curve
    )


def _intervals(judged: Sequence[Judged]) -> Intervals:
    given = [one for one in judged if one.interval is not None]
    if not given:
        return Intervals(0, 0, None, None, None)
    held, count = sum(_holds(one) for one in given), len(given)
    sureness = 100 * sum(one.sureness for one in given) / count
    return Intervals(count, held, 100 * held / count, sureness, wilson_percent(held, count))


def _row(one: Judged) -> Row:
    if one.stated is not None:
        return Row(one, (one.stated - one.outcome) ** 2, None)
    assert one.interval is not None  # one or the other
    return Row(one, interval_score(*one.interval, one.outcome, sureness=one.sureness), _holds(one))


def _holds(one: Judged) -> bool:
    return one.interval is not None and one.interval[0] <= one.outcome <= one.interval[1]
