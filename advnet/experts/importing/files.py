"""JSON lines, CSV and Excel workbooks as rows of experts.

Tables have a first row with the names of :data:`~.rows.FIELDS`; a cell that holds a list has semicolons between.
Works stand in numbered columns (``work1_title``, ``work1_abstract``, ``work1_year``, ``work1_doi``, ``work2_title``, …)
or, in a workbook, in a second sheet ``works`` with the columns ``id``, ``title``, ``abstract``, ``year`` and ``doi``,
where ``id`` is the expert's. A cell with a formula is refused: its result is not in the file, or was once.
"""

import csv
import hashlib
import io
import json
import re
import warnings
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from advnet.errors import Invalid, msgid
from advnet.experts.importing.rows import FIELDS, WORK_FIELDS, ExpertRow, RowError, check_row

MAX_BYTES = 200_000_000
MAX_UNPACKED_BYTES = 2_000_000_000

_WORK_COLUMN = re.compile(r"work([1-9][0-9]{0,2})_(title|abstract|year|doi)")

Numbered = tuple[int, dict[str, Any]]
"""Row of the file, and its values by the names of :data:`FIELDS`."""


@dataclass(frozen=True)
class ExpertFile:
    """What was read. :ivar sha256: of the file's bytes; :ivar ignored: unknown keys or columns → rows that have them"""

    name: str
    sha256: str
    rows: list[ExpertRow]
    errors: list[RowError]
    ignored: Counter[str] = field(default_factory=Counter)


def read_experts(path: Path) -> ExpertFile:
    """Every row of the file, checked. It may be used only when there are no ``errors``.

    :raises Invalid: it is of no known kind, too large, or not what its name says
    :raises OSError: it cannot be read
    """
    read = {".jsonl": _read_json_lines, ".ndjson": _read_json_lines, ".csv": _read_csv, ".xlsx": _read_workbook}
    reader = read.get(path.suffix.lower())
    if reader is None:
        raise Invalid(msgid("Give a file that ends in .jsonl, .csv or .xlsx."))
    if path.stat().st_size > MAX_BYTES:
        raise Invalid(msgid("The file is larger than %(limit)s MB. Import it in parts."), limit=MAX_BYTES // 1_000_000)
    content = path.read_bytes()
    found = ExpertFile(path.name, hashlib.sha256(content).hexdigest(), [], [])
    seen: dict[str, int] = {}
    for row, values in reader(content, found):
        expert, errors = check_row(values, row)
        found.errors.extend(errors)
        found.ignored.update(key for key in values if key not in FIELDS)
        if expert is None:
            continue
        first = seen.setdefault(expert.id, row)
        if first != row:
            message = msgid("Row %(first)s has the same id. Give each expert an id of its own.")
            found.errors.append(RowError(message, row=row, field="id", first=first))
        else:
            found.rows.append(expert)
    if not found.rows and not found.errors:
        raise Invalid(msgid("The file holds no expert."))
    return found


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = msgid("Line %(line)s is not UTF-8. Save the file as UTF-8 (in Excel: “CSV UTF-8”).")
        raise Invalid(message, line=line) from error


def _read_json_lines(content: bytes, found: ExpertFile) -> Iterator[Numbered]:
    for row, line in enumerate(_decode(content).split("\n"), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
            message = msgid("This is not JSON (%(reason)s). Each line is one object, without line breaks in it.")
            found.errors.append(RowError(message, row=row, reason=reason))
            continue
        if isinstance(values, dict):
            yield row, values
        else:
            message = msgid("Each line is one object, such as {“id”: “1”, “name”: “…”}.")
            found.errors.append(RowError(message, row=row))


def _read_csv(content: bytes, found: ExpertFile) -> Iterator[Numbered]:
    text = _decode(content)
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # of the whole process: never lowered
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = _lines_of(reader, found)
    columns = _columns(next(rows, (1, []))[1])
    for row, cells in rows:
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            message = msgid("There are %(count)s cells, but %(columns)s columns. Put quotation marks round the text.")
            found.errors.append(RowError(message, row=row, count=len(cells), columns=len(columns)))
        elif any(cell.strip() for cell in cells):
            yield row, _values(columns, cells)


def _lines_of(reader: Any, found: ExpertFile) -> Iterator[tuple[int, list[str]]]:
    """The lines on which records begin, and their cells; what cannot be taken apart ends the file."""
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = msgid("This is not CSV (%(reason)s). Check the quotation marks here and after.")
            found.errors.append(RowError(message, row=begins, reason=str(error)))
            return
        yield begins, cells


def _read_workbook(content: bytes, found: ExpertFile) -> Iterator[Numbered]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            limit = MAX_UNPACKED_BYTES // 1_000_000
            raise Invalid(msgid("The workbook unpacks to more than %(limit)s MB. Import it in parts."), limit=limit)
        with warnings.catch_warnings():  # about parts of a workbook that are of no use here
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:
        raise Invalid(msgid("This is not an Excel workbook (.xlsx). Save it again as one, or as CSV UTF-8.")) from error
    try:
        names = {name.strip().lower(): name for name in book.sheetnames}
        main = names.get("experts") or next((name for key, name in names.items() if key != "works"), book.sheetnames[0])
        works = _works_sheet(book[names["works"]], found) if "works" in names else {}
        rows = _sheet_rows(book[main], found, prefix="")
        columns = _columns([str(cell or "") for cell in next(rows, (1, []))[1]])
        for row, cells in rows:
            values = _values(columns, cells)
            identifier = _as_id(values.get("id"))
            values["works"] = [*values.get("works", []), *works.pop(identifier, [])]
            yield row, values
        for identifier in works:
            message = msgid("The sheet of experts has no id “%(id)s”. Correct it in one of the sheets.")
            found.errors.append(RowError(message, row="works", field="id", id=identifier[:80]))
    finally:
        book.close()


def _works_sheet(sheet: Any, found: ExpertFile) -> dict[str, list[dict[str, Any]]]:
    rows = _sheet_rows(sheet, found, prefix="works:")
    columns = [str(cell or "").strip().lower() for cell in next(rows, (1, []))[1]]
    for needed in ("id", "title"):
        if needed not in columns:
            raise Invalid(msgid("The sheet “works” needs a column “%(column)s” in its first row."), column=needed)
    found.ignored.update(f"works.{column}" for column in columns if column and column not in ("id", *WORK_FIELDS))
    works: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for _, cells in rows:
        values = dict(zip(columns, cells, strict=False))
        works[_as_id(values.get("id"))].append({name: values.get(name) for name in WORK_FIELDS})
    return dict(works)


def _sheet_rows(sheet: Any, found: ExpertFile, *, prefix: str) -> Iterator[tuple[int, list[Any]]]:
    """The rows that hold something, with their numbers; cells that hold a formula or an error are faults and empty.

    XML that cannot be read, such as a control character in a cell, is a fault of its row and ends the sheet.
    """
    sheet.reset_dimensions()  # a wrong size, as some programs write, would cut the sheet off
    rows = enumerate(sheet.iter_rows(), 1)
    number = 0
    while True:
        try:
            number, row = next(rows)
        except StopIteration:
            return
        except SyntaxError:
            message = msgid("Here or soon after, the workbook holds what no workbook may. Save it again in Excel.")
            found.errors.append(RowError(message, row=f"{prefix}{number + 1}" if prefix else number + 1))
            return
        cells: list[Any] = []
        for cell in row:
            is_bad = cell.data_type in (TYPE_FORMULA, TYPE_ERROR)
            if is_bad:
                message = msgid("Cell %(cell)s holds a formula or an error. Put the plain value there.")
                found.errors.append(
                    RowError(message, row=f"{prefix}{number}" if prefix else number, cell=cell.coordinate)
                )
            cells.append(None if is_bad else unescape(cell.value) if isinstance(cell.value, str) else cell.value)
        if any(_is_given(cell) for cell in cells):
            yield number, cells


def _columns(names: Sequence[str]) -> list[str]:
    """The header's names as they are known.

    :raises Invalid: a needed column is missing, or one is there twice
    """
    columns = [name.strip().lower() for name in names]
    for needed in ("id", "name"):
        if needed not in columns:
            message = msgid("The first row has no column “%(column)s”. It names the columns: %(known)s.")
            raise Invalid(message, column=needed, known=", ".join([*FIELDS[:-1], "work1_title", "…"]))
    twice = [name for name, count in Counter(filter(None, columns)).items() if count > 1]
    if twice:
        raise Invalid(msgid("The column “%(column)s” is there twice."), column=twice[0])
    return columns


def _values(columns: Sequence[str], cells: Iterable[Any]) -> dict[str, Any]:
    """The cells by name, those of works gathered in the order of their numbers."""
    values: dict[str, Any] = {}
    works: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for name, cell in zip(columns, cells, strict=False):
        work = _WORK_COLUMN.fullmatch(name)
        if work is not None:
            works[int(work[1])][work[2]] = cell
        elif name and name != "works":
            values[name] = cell
    values["works"] = [work for _, work in sorted(works.items()) if any(_is_given(cell) for cell in work.values())]
    return values


def _is_given(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _as_id(value: Any) -> str:
    """Numbers lose the decimal point that a workbook gives them."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value or "").strip()
