"""Cases of Excalibur, the program of the classical model: a ``.dtt`` with experts' quantiles, a ``.rls`` with answers.

Both are lines of fixed columns. ``.dtt``: a heading with the number of quantiles and their percents, then number and
name (8 letters) of the expert, number and name (14) of the item, the scale (UNI or LOG) and the quantiles. ``.rls``:
number and name of the item, the known answer, the scale. Figures have six digits and four of exponent. What is between
−1000 and −995 is no answer.
"""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np

from advnet.answers.aggregation.cooke import Case
from advnet.answers.aggregation.files import UnsoundFile
from advnet.answers.aggregation.mixture import Background

NAME_LETTERS = 8
ITEM_LETTERS = 14
NO_ANSWER = -999.6
_HEADING = re.compile(r"NQ=\s*(\d+)\s+QU=((?:\s*\d+(?:\.\d+)?)+)\s*$")
_LINE = re.compile(r"^(?P<head>.*?)\s+(?P<scale>UNI|LOG)\s+(?P<values>[-+0-9.eE\s]+?)\s*$", re.IGNORECASE)
_KNOWN = re.compile(
    r"^(?P<head>.*?)\s+(?P<value>[-+]?[0-9.]+(?:[eE][-+]?\d+)?)\s+(?P<scale>UNI|LOG)\s*$", re.IGNORECASE
)
_ASKED = re.compile(r"^\s*(\d+)\s+(\S.*?)\s+(\d+)\s+(\S.*?)\s*$")
_NAMED = re.compile(r"^\s*(\d+)\s+(\S.*?)\s*$")


def read_case(dtt: Path, rls: Path | None) -> Case:
    """A case from its files; without ``rls`` no answer is known.

    :raises UnsoundFile: a line is not of the form above, an item is given twice or on two scales
    """
    lines = _lines(dtt)
    if not lines:
        raise UnsoundFile(f"{dtt}: there is nothing in it")
    heading = _HEADING.search(lines[0][1])
    if not heading:
        raise UnsoundFile(f"{dtt}, row {lines[0][0]}: the heading must name the quantiles (NQ=   3   QU=   5  50  95)")
    percents = [float(text) for text in heading[2].split()]
    if len(percents) != int(heading[1]):
        raise UnsoundFile(f"{dtt}, row {lines[0][0]}: NQ={heading[1]}, but {len(percents)} quantiles")
    experts: dict[int, str] = {}
    items: dict[int, tuple[str, Background]] = {}
    given: dict[tuple[int, int], list[float]] = {}
    for row, line in lines[1:]:
        found = _LINE.match(line)
        head = _head(found["head"]) if found else None
        if not found or not head:
            raise UnsoundFile(f"{dtt}, row {row}: not an expert, an item, a scale and quantiles")
        expert, name, item, title = head
        values = [_figure(dtt, row, text) for text in found["values"].split()]
        if len(values) != len(percents):
            raise UnsoundFile(f"{dtt}, row {row}: {len(values)} values, but {len(percents)} quantiles")
        if experts.setdefault(expert, name) != name:
            raise UnsoundFile(f"{dtt}, row {row}: expert {expert} is {experts[expert]} before, and {name} here")
        _same_item(dtt, row, items, item, (title, Background(found["scale"].upper())))
        if (expert, item) in given:
            raise UnsoundFile(f"{dtt}, row {row}: {name} has answered item {item} before")
        answered = [not _is_no_answer(value) for value in values]
        if any(answered) and not all(answered):
            raise UnsoundFile(f"{dtt}, row {row}: some quantiles are there and others are not")
        if all(answered) and any(a >= b for a, b in pairwise(values)):
            raise UnsoundFile(
                f"{dtt}, row {row}: the quantiles of {name} for {title} must rise: {found['values'].strip()}"
            )
        given[expert, item] = values if all(answered) else [float("nan")] * len(values)
    if not given:
        raise UnsoundFile(f"{dtt}: there is no expert in it")
    if len(set(experts.values())) < len(experts):
        raise UnsoundFile(f"{dtt}: two experts have the same name")
    known = _known(rls, items) if rls else {}
    quantiles = np.full((len(experts), len(items), len(percents)), np.nan)
    rows, columns = {number: n for n, number in enumerate(experts)}, {number: n for n, number in enumerate(items)}
    for (expert, item), values in given.items():
        quantiles[rows[expert], columns[item]] = values
    return Case(
        experts=tuple(experts.values()),
        items=tuple(title for title, _ in items.values()),
        levels=np.array(percents) / 100.0,
        quantiles=quantiles,
        realisations=np.array([known.get(number, float("nan")) for number in items]),
        backgrounds=tuple(background for _, background in items.values()),
    )


def write_case(case: Case, dtt: Path, rls: Path) -> None:
    """Both files, as Excalibur reads them. Figures keep six digits.

    :raises UnsoundFile: a name is too long for its columns; nothing is written
    """
    for name, letters in [(n, NAME_LETTERS) for n in case.experts] + [(n, ITEM_LETTERS) for n in case.items]:
        if len(name) > letters or not name.isprintable() or not name.strip():
            raise UnsoundFile(f"{dtt}: “{name}” must have 1 to {letters} letters")
    percents = "".join(f"{percent:>4g}" for percent in case.levels * 100.0)
    lines = [f"* CLASS ASCII OUTPUT FILE. NQ={len(case.levels):>4}   QU={percents}"]
    for expert, name in enumerate(case.experts):
        for item, (title, background) in enumerate(zip(case.items, case.backgrounds, strict=True)):
            values = "".join(f"{_told(value):>15}" for value in case.quantiles[expert, item])
            lines.append(f"{expert + 1:>5}{name:>9}{item + 1:>5}{title:>15} {background}{values} ")
    dtt.write_text("\n".join(lines) + "\n", encoding="utf-8")
    known = [
        f"{item + 1:>5}{title:>15}{_told(value):>15} {background}"
        for item, (title, background, value) in enumerate(
            zip(case.items, case.backgrounds, case.realisations, strict=True)
        )
    ]
    rls.write_text("\n".join(known) + "\n", encoding="utf-8")


def _known(path: Path, items: dict[int, tuple[str, Background]]) -> dict[int, float]:
    known: dict[int, float] = {}
    for row, line in _lines(path):
        found = _KNOWN.match(line)
        named = _NAMED.match(found["head"]) if found else None
        if not found or not named:
            raise UnsoundFile(f"{path}, row {row}: not an item, its answer and a scale")
        item = int(named[1])
        if item in known:
            raise UnsoundFile(f"{path}, row {row}: item {item} has an answer before")
        if item not in items:
            raise UnsoundFile(f"{path}, row {row}: no expert was asked item {item} ({named[2]})")
        _same_item(path, row, items, item, (named[2], Background(found["scale"].upper())))
        value = _figure(path, row, found["value"])
        known[item] = float("nan") if _is_no_answer(value) else value
    return known


def _same_item(
    path: Path, row: int, items: dict[int, tuple[str, Background]], item: int, told: tuple[str, Background]
) -> None:
    before = items.setdefault(item, told)
    if before != told:
        raise UnsoundFile(
            f"{path}, row {row}: item {item} is {before[0]} ({before[1]}) before, and {told[0]} ({told[1]}) here"
        )


def _head(text: str) -> tuple[int, str, int, str] | None:
    """By columns, as names may hold blanks; by blanks where somebody typed the file."""
    columns = text[:5], text[5:14], text[14:19], text[19:34]
    if columns[0].strip().isdigit() and columns[2].strip().isdigit() and columns[1].strip() and columns[3].strip():
        return int(columns[0]), columns[1].strip(), int(columns[2]), columns[3].strip()
    found = _ASKED.match(text)
    return (int(found[1]), found[2], int(found[3]), found[4]) if found else None


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="latin-1")  # Excalibur is older than UTF-8
    return [(row, line.rstrip()) for row, line in enumerate(text.splitlines(), 1) if line.strip(" \x1a")]


def _figure(path: Path, row: int, text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise UnsoundFile(f"{path}, row {row}: “{text}” is no number") from error
    if not np.isfinite(value):
        raise UnsoundFile(f"{path}, row {row}: “{text}” is no number")
    return value


def _is_no_answer(value: float) -> bool:
    return -1000.0 < value <= -995.0


def _told(value: float) -> str:
    """1.00000E-0004"""
    mantissa, exponent = f"{NO_ANSWER if np.isnan(value) else value:.5E}".split("E")
    return f"{mantissa}E{int(exponent):+05d}"
