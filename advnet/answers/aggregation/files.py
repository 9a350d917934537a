"""Ratings as CSV, with the columns of the aggreCAT data sets: read with every fault named by file and row, and written.

``round,paper_id,user_name,question,element,value,group``, one row a figure; ``question`` and ``group`` may be left out.
Elements are ``three_point_lower``, ``three_point_best``, ``three_point_upper`` (percent) and, for the question
``comprehension``, ``likert_binary``; others are passed over. An empty value or NA is no answer. Experts and items keep
the order in which the file first names them.
"""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from advnet.answers.aggregation.ratings import Array, Ratings, Round, UnsoundRatings, round_of

ROUNDS = ("round_1", "round_2")
POINTS = ("three_point_lower", "three_point_best", "three_point_upper")
COLUMNS = ("round", "paper_id", "user_name", "question", "element", "value", "group")
_KEY = tuple[str, str, str]
_Row = tuple[int, dict[str, str]]


class UnsoundFile(Exception):
    """A file cannot be read as what it should be; the message names the file, and the row where there is one."""


@dataclass(frozen=True)
class Study:
    """Ratings with the names that the file gives.

    :ivar experts: (experts,), in the order of the rows of ``ratings``
    :ivar items: (items,), in the order of its columns
    :ivar round: which round is pooled
    :ivar only_first: experts who answered before, and no more in the round that is pooled
    """

    experts: tuple[str, ...]
    items: tuple[str, ...]
    ratings: Ratings
    round: str
    only_first: tuple[str, ...] = ()


def read_study(
    ratings: Path,
    *,
    quiz: Path | None = None,
    quiz_column: str = "quiz_score",
    reasons: Path | None = None,
    justifications: Path | None = None,
    full: float = 100.0,
) -> Study:
    """A study from its files.

    :param quiz: ``user_name`` and ``quiz_column``
    :param reasons: ``paper_id``, ``user_name`` and a column for each kind of reason
    :param justifications: ``round``, ``paper_id``, ``user_name``, ``justification``
    :param full: what certainty is written as: 100 for percent, 1 for shares
    :raises UnsoundFile: a file is not of this form, a figure is none, is given twice or contradicts others
    """
    cells, comprehension, experts, items = _figures(ratings)
    if not cells:
        raise UnsoundFile(f"{ratings}: there is no rating in it ({', '.join(POINTS)})")
    found = [name for name in ROUNDS if any(key[0] == name for key in cells)]
    shape = (len(experts), len(items))
    rounds = {name: _round(ratings, name, cells, experts, items, full) for name in found}
    last, first = found[-1], found[0] if len(found) > 1 else None
    only_first: tuple[str, ...] = ()
    if first:
        absent = {name: np.isnan(rounds[name].best).min(axis=1) for name in (first, last)}
        only_first = tuple(name for name, row in experts.items() if absent[last][row] and not absent[first][row])
    return Study(
        tuple(experts),
        tuple(items),
        Ratings(
            last=rounds[last],
            first=rounds[first] if first else None,
            comprehension=_comprehension(comprehension, last, experts, items),
            quiz=_quiz(quiz, quiz_column, experts) if quiz else None,
            reasons=_reasons(reasons, experts, items) if reasons else None,
            words=_words(justifications, experts, items, shape) if justifications else None,
        ),
        last,
        only_first,
    )


def write_ratings(path: Path, study: Study, *, full: float = 100.0) -> None:
    """The ratings of both rounds, and the marks for understanding, so that :func:`read_study` gives the same again."""
    ratings = study.ratings
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS[:-1])
        for name, given in (("round_1", ratings.first), (study.round, ratings.last)):
            if given is None:
                continue
            for item, expert in np.ndindex(ratings.items, ratings.experts):
                head = (name, study.items[item], study.experts[expert])
                points = (given.low, given.best, given.high)
                for element, values in zip(POINTS, points, strict=True):
                    if not np.isnan(values[expert, item]):
                        writer.writerow(
                            (*head, "direct_replication", element, _told(float(values[expert, item]), full))
                        )
                if name == study.round and ratings.comprehension is not None:
                    mark = ratings.comprehension[expert, item]
                    if not np.isnan(mark):
                        writer.writerow((*head, "comprehension", "likert_binary", repr(float(mark))))


def _told(share: float, full: float) -> str:
    """The shortest figure that gives the same share again."""
    figure = float(share) * full
    near = round(figure, 10)
    return repr(near if near / full == share else figure)


def _figures(
    path: Path,
) -> tuple[dict[_KEY, list[tuple[float, int]]], dict[_KEY, float], dict[str, int], dict[str, int]]:
    cells: dict[_KEY, list[tuple[float, int]]] = {}
    comprehension: dict[_KEY, float] = {}
    experts: dict[str, int] = {}
    items: dict[str, int] = {}
    for number, row in _rows(path, ("round", "paper_id", "user_name", "element", "value")):
        if row["round"] not in ROUNDS:
            raise UnsoundFile(f"{path}, row {number}: “{row['round']}” is no round ({', '.join(ROUNDS)})")
        if not row["paper_id"] or not row["user_name"]:
            raise UnsoundFile(f"{path}, row {number}: needs a paper_id and a user_name")
        key = (row["round"], row["user_name"], row["paper_id"])
        experts.setdefault(row["user_name"], len(experts))
        items.setdefault(row["paper_id"], len(items))
        value = _number(path, number, "value", row["value"])
        if row["element"] in POINTS:
            cell = cells.setdefault(key, [(math.nan, 0)] * 3)
            place = POINTS.index(row["element"])
            if cell[place][1]:
                raise UnsoundFile(
                    f"{path}, row {number}: {row['element']} is given twice, first in row {cell[place][1]}"
                )
            cell[place] = (value, number)
        elif row.get("question") == "comprehension":
            if key in comprehension:
                raise UnsoundFile(f"{path}, row {number}: comprehension is given twice")
            if value < 0:
                raise UnsoundFile(f"{path}, row {number}: comprehension must not be below 0")
            comprehension[key] = value
    return cells, comprehension, experts, items


def _round(
    path: Path,
    name: str,
    cells: dict[_KEY, list[tuple[float, int]]],
    experts: dict[str, int],
    items: dict[str, int],
    full: float,
) -> Round:
    values = np.full((3, len(experts), len(items)), np.nan)
    rows = np.zeros((len(experts), len(items)), dtype=int)
    for (of_round, expert, item), cell in cells.items():
        if of_round == name:
            values[:, experts[expert], items[item]] = [value for value, _ in cell]
            rows[experts[expert], items[item]] = cell[1][1] or max(number for _, number in cell)
    try:
        return round_of(values[1], values[0], values[2], full=full)
    except UnsoundRatings as error:
        row, column = error.expert or 0, error.item or 0
        low, best, high = ("–" if math.isnan(value) else f"{value:g}" for value in values[:, row, column])
        raise UnsoundFile(
            f"{path}, row {rows[row, column]}: {list(experts)[row]} on {list(items)[column]} in {name}: "
            f"{low}, {best}, {high}. {error}"
        ) from error


def _comprehension(given: dict[_KEY, float], last: str, experts: dict[str, int], items: dict[str, int]) -> Array | None:
    values = np.full((len(experts), len(items)), np.nan)
    for (of_round, expert, item), value in given.items():
        if of_round == last:
            values[experts[expert], items[item]] = value
    return None if np.isnan(values).all() else values


def _quiz(path: Path, column: str, experts: dict[str, int]) -> Array:
    values = np.full(len(experts), np.nan)
    seen: dict[str, float] = {}
    for number, row in _rows(path, ("user_name", column)):
        points = _number(path, number, column, row[column])
        if points < 0:
            raise UnsoundFile(f"{path}, row {number}: {column} must not be below 0")
        name = row["user_name"]
        if name in experts:
            if not math.isnan(seen.get(name, math.nan)) and not math.isnan(points) and seen[name] != points:
                raise UnsoundFile(f"{path}, row {number}: {name} is given twice, with different points")
            if math.isnan(seen.get(name, math.nan)):
                seen[name] = values[experts[name]] = points
    return values


def _reasons(path: Path, experts: dict[str, int], items: dict[str, int]) -> Array:
    kinds: list[str] = []
    values: Array | None = None
    for number, row in _rows(path, ("paper_id", "user_name")):
        if values is None:
            kinds = [column for column in row if column not in {"paper_id", "user_name"}]
            if not kinds:
                raise UnsoundFile(f"{path}: there is no column for a kind of reason")
            values = np.full((len(experts), len(items), len(kinds)), np.nan)
        if row["user_name"] not in experts or row["paper_id"] not in items:
            continue
        place = experts[row["user_name"]], items[row["paper_id"]]
        if not np.isnan(values[place]).all():
            raise UnsoundFile(f"{path}, row {number}: {row['user_name']} on {row['paper_id']} is given twice")
        counts = [_number(path, number, kind, row[kind]) for kind in kinds]
        if min(counts) < 0:
            raise UnsoundFile(f"{path}, row {number}: a count must not be below 0")
        values[place] = np.nan_to_num(counts)
    if values is None:
        raise UnsoundFile(f"{path}: there is no row in it")
    return values


def _words(path: Path, experts: dict[str, int], items: dict[str, int], shape: tuple[int, int]) -> Array:
    """Spaces and one more, as aggreCAT counts; who wrote nothing has 0."""
    values = np.zeros(shape)
    for _, row in _rows(path, ("paper_id", "user_name", "justification")):
        text = row["justification"]
        if text and text != "NA" and row["user_name"] in experts and row["paper_id"] in items:
            values[experts[row["user_name"]], items[row["paper_id"]]] += text.count(" ") + 1
    return values


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[_Row]:
    """Rows by column, numbered as an editor or a spreadsheet shows them: the heading is row 1."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            lacking = [column for column in needed if column not in (reader.fieldnames or ())]
            if lacking:
                raise UnsoundFile(f"{path}: there is no column {', '.join(lacking)}")
            for number, row in enumerate(reader, 2):
                if None in row or None in row.values():
                    raise UnsoundFile(f"{path}, row {number}: has more or fewer columns than the heading")
                yield number, row
    except UnicodeDecodeError as error:
        raise UnsoundFile(f"{path}: not text in UTF-8") from error
    except csv.Error as error:
        raise UnsoundFile(f"{path}: not CSV ({error})") from error


def _number(path: Path, row: int, column: str, text: str) -> float:
    if text in {"", "NA"}:
        return math.nan
    try:
        value = float(text)
    except ValueError as error:
        raise UnsoundFile(f"{path}, row {row}: {column} is “{text}”, which is no number") from error
    if not math.isfinite(value):
        raise UnsoundFile(f"{path}, row {row}: {column} is “{text}”, which is no number")
    return value
