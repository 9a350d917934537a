"""Who answers alike over all questions with options: groups, what divides them, and a map of two directions.

The directions are those along which the answers differ most (principal components of the positions; who left an item
out stands at its mean). An expert in no group is not on the map: one or two marks apart would be pointed at.

Source: Pearson 1901, doi:10.1080/14786440109462720; groups: see ``aggregation.groups``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advnet.answers.aggregation.groups import LEAST, opinion_groups, positions_of_choices, positions_of_ranks
from advnet.answers.aggregation.ratings import Array
from advnet.answers.kinds.options import option_values
from advnet.answers.results.queries import Given
from advnet.consultations.model import Question, QuestionKind

FEWEST = 2 * LEAST
"""Experts: with fewer there cannot be two groups."""

WITH_OPTIONS = (QuestionKind.CHOICE, QuestionKind.RANKING, QuestionKind.LIKERT)


@dataclass(frozen=True)
class Item:
    """What a position is about: one option of one question, or the whole of a Likert scale (``option`` is empty)."""

    question: Question
    option: str


@dataclass(frozen=True)
class Place:
    """:ivar x: along the first direction, ``y`` along the second"""

    x: float
    y: float
    group: int


@dataclass(frozen=True)
class ItemOfGroups:
    """:ivar means: one a group, −1 (against) to 1 (for)"""

    item: Item
    means: tuple[float, ...]


@dataclass(frozen=True)
class Opinions:
    """:ivar places: of those who are in a group
    :ivar experts: all who answered some such question
    :ivar across: the item whose agreement rises most to the right; ``up`` likewise upwards; None where nothing differs
    :ivar dividing: what tells the groups apart, the most first
    :ivar bridging: what more than half agree to in every group, the most first
    """

    places: tuple[Place, ...]
    groups: int
    experts: int
    across: Item | None
    up: Item | None
    dividing: tuple[ItemOfGroups, ...]
    bridging: tuple[ItemOfGroups, ...]


def find_opinions(questions: Sequence[Question], answers: Mapping[int, Sequence[Given]]) -> Opinions | None:
    """The groups of one round; None where no question has options or fewer than :data:`FEWEST` experts answered one.

    :param answers: question → answers of the round
    """
    asked = [one for one in questions if one.kind in WITH_OPTIONS and answers.get(one.id)]
    experts = sorted({given.contributor_id for one in asked for given in answers[one.id] if given.choices})
    if len(experts) < FEWEST:
        return None
    rows = {contributor_id: row for row, contributor_id in enumerate(experts)}
    items: list[Item] = []
    columns: list[Array] = []
    for question in asked:
        positions = _positions(question, answers[question.id], rows)
        likert = question.kind == QuestionKind.LIKERT
        items += [Item(question, "")] if likert else [Item(question, value) for value in option_values(question)]
        columns.append(positions)
    given = np.hstack(columns)
    found = opinion_groups(given)
    scores, loadings = _directions(given)
    places = tuple(
        Place(float(x), float(y), int(group)) for (x, y), group in zip(scores, found.group, strict=True) if group >= 0
    )
    divisions = [
        (one, ItemOfGroups(items[one.item], tuple(float(mean) for mean in np.nan_to_num(one.means))))
        for one in found.divisions
    ]
    bridging = sorted((one for one in divisions if one[0].bridges > 0.5), key=lambda one: -one[0].bridges)
    return Opinions(
        places,
        found.number,
        len(experts),
        _leading(items, loadings[0]),
        _leading(items, loadings[1]),
        tuple(shown for one, shown in divisions if one.divides >= 0.2)[:3],
        tuple(shown for _, shown in bridging)[:3],
    )


def _positions(question: Question, answers: Sequence[Given], rows: Mapping[int, int]) -> Array:
    options = option_values(question)
    values = np.full((len(rows), 1 if question.kind == QuestionKind.LIKERT else len(options)), np.nan)
    for one in answers:
        if not one.choices:
            continue
        row = rows[one.contributor_id]
        if question.kind == QuestionKind.LIKERT:
            values[row, 0] = 2 * options.index(one.choices[0]) / max(len(options) - 1, 1) - 1
        elif question.kind == QuestionKind.CHOICE:
            values[row] = [float(value in one.choices) for value in options]
        else:
            values[row] = [one.choices.index(value) + 1 if value in one.choices else np.nan for value in options]
    if question.kind == QuestionKind.CHOICE:
        return positions_of_choices(values)
    return positions_of_ranks(values) if question.kind == QuestionKind.RANKING else values


def _directions(given: Array) -> tuple[Array, Array]:
    """(experts, 2) places and (2, items) loadings; each direction turned so that its largest loading is above 0."""
    known = ~np.isnan(given)
    means = np.divide(
        np.nansum(given, axis=0), known.sum(axis=0), out=np.zeros(given.shape[1]), where=known.any(axis=0)
    )
    centred = np.where(known, given - means, 0.0)
    _, _, vectors = np.linalg.svd(centred, full_matrices=False)
    loadings = np.zeros((2, given.shape[1]))
    loadings[: min(2, len(vectors))] = vectors[:2]
    largest = loadings[np.arange(2), np.abs(loadings).argmax(axis=1)]
    loadings *= np.where(largest < 0, -1.0, 1.0)[:, None]
    return centred @ loadings.T, np.where(np.ptp(centred @ loadings.T, axis=0)[:, None] > 1e-9, loadings, 0.0)


def _leading(items: Sequence[Item], loadings: Array) -> Item | None:
    return items[int(loadings.argmax())] if loadings.any() else None
