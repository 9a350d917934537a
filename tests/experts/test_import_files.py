"""Files of experts: every fault named with its row and field, whatever the format."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.errors import Invalid
from advnet.experts.importing import files as import_files
from advnet.experts.importing.files import ExpertFile, read_experts
from advnet.experts.importing.rows import ExpertRow, Name, SkillRow, WorkRow, check_row, split_name

WHOLE = {
    "id": "x1",
    "name": "山田 太郎",
    "email": "taro@example.org",
    "affiliation": "架空大学",
    "country": "jp",
    "languages": ["ja", "EN", "ja"],
    "skills": ["sea-ice", {"skill": "海洋", "level": 4, "evidence": "Cruises"}],
    "biography": "一行目。\n二行目。",
    "works": [{"title": "Sea ice", "abstract": "How it melts.", "year": 2020, "doi": "https://doi.org/10.1000/A"}],
}
READ = ExpertRow(
    row=1,
    id="x1",
    name=Name(family_ja="山田", given_ja="太郎"),
    email="taro@example.org",
    affiliation="架空大学",
    country="JP",
    languages=("ja", "en"),
    skills=(SkillRow("sea-ice"), SkillRow("海洋", 4, "Cruises")),
    biography="一行目。\n二行目。",
    works=(WorkRow("Sea ice", "How it melts.", 2020, "10.1000/a"),),
)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    def write(**sheets: list[list[object]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "experts.xlsx"
        book.save(path)
        book.close()
        return path

    return write


def faults(found: ExpertFile) -> list[tuple[int | str, str | None, str]]:
    return [(error.row, error.field, str(error)) for error in found.errors]


def lines(*values: object) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


# Characters that are none

BROKEN = ["\x00", "\x01", "\x08", "\x1b", "\x7f"]


@pytest.mark.parametrize("character", [*BROKEN, "\ud800"])
@pytest.mark.parametrize("field", ["id", "name", "email", "biography", "skills"])
def test_a_control_character_in_json_is_named_with_its_row_and_field(write, character, field):
    row = {"id": "2", "name": "Kei Sample", field: f"a{character}b"}
    path = write("e.jsonl", json.dumps({"id": "1", "name": "Mei"}) + "\n" + json.dumps(row) + "\n")
    message = f"The character U+{ord(character):04X} stands for nothing that can be read. Take it out."
    assert faults(read_experts(path)) == [(2, field, message)]


@pytest.mark.parametrize("character", BROKEN)
def test_a_control_character_in_csv_is_named_with_its_row_and_field(write, character):
    path = write("e.csv", f"id,name,work1_title\n1,Mei,Fine\n2,Kei,Sea{character}ice\n")
    message = f"The character U+{ord(character):04X} stands for nothing that can be read. Take it out."
    assert faults(read_experts(path)) == [(3, "works[1].title", message)]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (b"a_x0001_b", "The character U+0001 stands for nothing that can be read. Take it out."),
        (b"a_x0000_b", "The character U+0000 stands for nothing that can be read. Take it out."),
        (b"a\x01b", "Here or soon after, the workbook holds what no workbook may. Save it again in Excel."),
        (b"a\x00b", "Here or soon after, the workbook holds what no workbook may. Save it again in Excel."),
        (b"a&#1;b", "Here or soon after, the workbook holds what no workbook may. Save it again in Excel."),
        (b"<open", "Here or soon after, the workbook holds what no workbook may. Save it again in Excel."),
    ],
)
def test_a_control_character_in_a_workbook_is_named_with_its_row(workbook, write, written, fault):
    path = workbook(experts=[["id", "name", "biography"], ["1", "Mei", "fine"], ["2", "Kei", "MARK"]])
    damaged = io.BytesIO()
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(damaged, "w") as parts:
        for name in whole.namelist():
            parts.writestr(name, whole.read(name).replace(b"MARK", written))
    found = read_experts(write("damaged.xlsx", damaged.getvalue()))
    assert [(row, message) for row, _field, message in faults(found)] == [(3, fault)]


@pytest.mark.parametrize(
    ("written", "kept"), [("a\rb", "a\nb"), ("a\r\nb", "a\nb"), ("a\x0cb", "a\nb"), ("a\x95b", "ab")]
)
def test_line_breaks_of_every_kind_are_kept_and_what_a_wrong_encoding_left_is_dropped(write, written, kept):
    (row,) = read_experts(write("e.jsonl", lines({"id": "1", "name": "Mei", "biography": written}))).rows
    assert row.biography == kept


def test_the_line_break_that_excel_writes_in_its_own_way_is_one(workbook):
    path = workbook(experts=[["id", "name", "biography"], ["1", "Mei", "one_x000D_\ntwo"]])
    assert [row.biography for row in read_experts(path).rows] == ["one\ntwo"]


# JSON lines


def test_a_line_with_everything_is_read_whole(write):
    found = read_experts(write("e.jsonl", "\ufeff" + lines(WHOLE)))
    assert (found.rows, found.errors, found.ignored) == ([READ], [], {})
    assert len(found.sha256) == 64


def test_a_line_needs_no_more_than_id_and_name_and_a_blank_line_is_none(write):
    found = read_experts(write("e.jsonl", "\n" + lines({"id": 7, "name": "Marie Curie", "works": None}) + "\n\n"))
    assert found.rows == [ExpertRow(2, "7", Name(family_en="Curie", given_en="Marie"))]


def test_unknown_keys_are_left_out_and_counted(write):
    found = read_experts(write("e.jsonl", lines({"id": 1, "name": "A", "twitter": "x"}, {"id": 2, "name": "B"})))
    assert found.ignored == {"twitter": 1}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "1"', "This is not JSON (Expecting ',' delimiter)."),
        ("[1]", "Each line is one object"),
        ("[" * 100_000, "This is not JSON (RecursionError)."),
        ("1" * 5000, "This is not JSON (ValueError)."),
    ],
)
def test_a_line_that_is_no_object_is_named_and_the_others_are_still_checked(write, line, message):
    found = read_experts(write("e.jsonl", lines(WHOLE) + line + "\n" + lines({"id": "2"})))
    assert [(row, field) for row, field, _ in faults(found)] == [(2, None), (3, "name")]
    assert faults(found)[0][2].startswith(message)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"id": ""}, "id", "This is missing."),
        ({"id": None}, "id", "This is missing."),
        ({"id": "x" * 201}, "id", "Use at most 200 characters; there are 201."),
        ({"name": " \x00"}, "name", "The character U+0000 stands for nothing that can be read. Take it out."),
        ({"name": ["A"]}, "name", "This must be text."),
        ({"name": "A " + "b" * 101}, "name", "The family name and the given name have at most 100 characters each."),
        ({"email": "nobody"}, "email", "“nobody” is not an e-mail address."),
        ({"email": True}, "email", "This must be text."),
        ({"country": "Japan"}, "country", "“JAPAN” is not a country code. Use two letters of ISO 3166-1, such as JP."),
        ({"country": "EU"}, "country", "“EU” is not a country code. Use two letters of ISO 3166-1, such as JP."),
        ({"languages": ["x"]}, "languages", "“x” is not a language code. Use two letters of ISO 639-1, such as ja."),
        ({"languages": 3}, "languages", "This must be a list, or text with semicolons between."),
        ({"skills": [{"skill": "x", "level": 5}]}, "skills", "The level of a skill is 1, 2, 3 or 4."),
        ({"skills": [{"level": 1}]}, "skills", "This is missing."),
        ({"works": {}}, "works", "This must be a list."),
        ({"works": ["x"]}, "works[1]", "A work is an object with at least a title."),
        ({"works": [{"title": "x"}, {"title": ""}]}, "works[2].title", "This is missing."),
        ({"works": [{"title": "x", "year": 1799}]}, "works[1].year", "“1799” is not a year between 1800 and 2200."),
        ({"works": [{"title": "x", "year": "soon"}]}, "works[1].year", "“soon” is not a year between 1800 and 2200."),
        ({"works": [{"title": "x", "doi": "x"}]}, "works[1].doi", "“x” is not a DOI. A DOI looks like 10.1000/182."),
    ],
)  # fmt: skip
def test_a_fault_names_row_and_field(write, changes, field, message):
    found = read_experts(write("e.jsonl", lines(WHOLE, {**WHOLE, "id": "x2", **changes})))
    assert faults(found) == [(2, field, message)]


def test_all_faults_of_a_row_are_named_together(write):
    found = read_experts(write("e.jsonl", lines({"email": "x", "country": "x", "works": [{"year": 1}]})))
    assert [field for _, field, _ in faults(found)] == [
        "id", "name", "email", "country", "works[1].title", "works[1].year",
    ]  # fmt: skip


def test_an_id_given_twice_names_the_row_that_had_it_first(write):
    found = read_experts(write("e.jsonl", lines({"id": 1, "name": "A"}, WHOLE, {"id": "1", "name": "B"})))
    assert faults(found) == [(3, "id", "Row 1 has the same id. Give each expert an id of its own.")]


# CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_with_its_lists_and_numbered_works(write, delimiter):
    header = ["id", "Name", "languages", "skills", "work2_title", "work1_title", "work1_year", "work1_doi"]
    cells = [
        "1",
        '"Curie, Marie"',
        '"fr; en"',
        '"sea-ice；海洋"',
        "Second",
        '"First,\n""quoted"""',
        "1903",
        "doi:10.1000/1",
    ]
    found = read_experts(
        write("e.csv", "\ufeff" + delimiter.join(header) + "\r\n" + delimiter.join(cells) + "\r\n\r\n")
    )
    assert found.errors == []
    assert found.rows == [
        ExpertRow(
            row=2,
            id="1",
            name=Name(family_en="Curie", given_en="Marie"),
            languages=("fr", "en"),
            skills=(SkillRow("sea-ice"), SkillRow("海洋")),
            works=(WorkRow('First, "quoted"', "", 1903, "10.1000/1"), WorkRow("Second")),
        )
    ]


def test_a_fault_of_a_table_names_the_line_on_which_its_record_begins(write):
    text = 'id,name,email,biography\n1,A,,"two\nlines"\n\n2,B,wrong,\n3,C,,x,y\n'
    assert [(row, field) for row, field, _ in faults(read_experts(write("e.csv", text)))] == [(5, "email"), (6, None)]


def test_a_table_with_an_open_quotation_mark_is_named(write):
    found = read_experts(write("e.csv", 'id,name\n1,A\n2,"B\n3,C\n'))
    assert [row for row, _, _ in faults(found)] == [3]
    assert "Check the quotation marks" in faults(found)[0][2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,email\nA,\n", "The first row has no column “id”"),
        ("id\n1\n", "The first row has no column “name”"),
        ("id,name,Name\n1,A,B\n", "The column “name” is there twice."),
        ("", "The first row has no column “id”"),
        ("id,name\n", "The file holds no expert."),
        ('{"id": 1, "name": "A"}\n', "The first row has no column “id”"),
    ],
)
def test_a_table_that_is_none_is_refused_whole(write, text, message):
    with pytest.raises(Invalid, match=message):
        read_experts(write("e.csv", text))


# Workbooks


def test_a_workbook_is_read_with_its_sheet_of_works(workbook):
    found = read_experts(
        workbook(
            experts=[["id", "name", "work1_title"], [1.0, "Curie, Marie", "First"], [None, None], ["b", "B", None]],
            works=[
                ["ID", "title", "year", "note"],
                [1, "Second", 1903, "x"],
                ["b", "Third", date(2001, 5, 1)],
            ],
        )
    )
    assert found.errors == []
    assert [(row.row, row.id, row.works) for row in found.rows] == [
        (2, "1", (WorkRow("First"), WorkRow("Second", "", 1903))),
        (4, "b", (WorkRow("Third", "", 2001),)),
    ]
    assert found.ignored == {"works.note": 1}


def test_formulas_and_errors_are_refused_with_their_cells(workbook):
    found = read_experts(
        workbook(
            experts=[["id", "name", "biography"], [1, "=A2&B2", "#N/A"], [2, "B", "fine"]],
            works=[["id", "title"], [2, '=HYPERLINK("https://example.org")']],
        )
    )
    message = "Cell {} holds a formula or an error. Put the plain value there."
    assert {(row, message) for row, _, message in faults(found)} >= {
        ("works:2", message.format("B2")),
        (2, message.format("B2")),
        (2, message.format("C2")),
    }
    assert found.rows == []


def test_a_work_of_nobody_is_named(workbook):
    found = read_experts(workbook(experts=[["id", "name"], [1, "A"]], works=[["id", "title"], [2, "Lost"]]))
    assert faults(found) == [("works", "id", "The sheet of experts has no id “2”. Correct it in one of the sheets.")]


def test_a_sheet_of_works_needs_its_columns(workbook):
    with pytest.raises(Invalid, match="The sheet “works” needs a column “title”"):
        read_experts(workbook(experts=[["id", "name"], [1, "A"]], works=[["id", "name"], [1, "A"]]))


# Wrong files


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("e.xls", b"x", "Give a file that ends in .jsonl, .csv or .xlsx."),
        ("experts", b"x", "Give a file that ends in"),
        ("e.xlsx", b"id,name\n1,A\n", "This is not an Excel workbook"),
        ("e.xlsx", b"", "This is not an Excel workbook"),
        ("e.xlsx", b"PK\x05\x06" + b"\x00" * 18, "This is not an Excel workbook"),
        ("e.csv", "id,name\n1,A\n2,山田\n".encode("cp932"), "Line 3 is not UTF-8"),
        ("e.jsonl", "山田".encode("utf-16"), "Line 1 is not UTF-8"),
        ("e.jsonl", b"", "The file holds no expert."),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_whole(write, name, content, message):
    with pytest.raises(Invalid, match=message):
        read_experts(write(name, content))


def test_a_file_above_the_limit_is_refused_before_it_is_read(write, monkeypatch):
    monkeypatch.setattr(import_files, "MAX_BYTES", 30)
    assert read_experts(write("e.csv", "id,name\n1,A\n")).rows
    with pytest.raises(Invalid, match="larger than"):
        read_experts(write("e.csv", "id,name\n1,A\n" + "2,B\n" * 5))


def test_a_workbook_that_unpacks_beyond_the_limit_is_refused(workbook, monkeypatch):
    path = workbook(experts=[["id", "name"], [1, "A"]])
    monkeypatch.setattr(import_files, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(Invalid, match="unpacks to more than"):
        read_experts(path)


# Names and arbitrary values


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Curie, Marie", Name(family_en="Curie", given_en="Marie")),
        ("Marie Skłodowska Curie", Name(family_en="Curie", given_en="Marie Skłodowska")),
        ("Aristotle", Name(family_en="Aristotle")),
        ("van der Berg,  Jan", Name(family_en="van der Berg", given_en="Jan")),
        ("山田 太郎", Name(family_ja="山田", given_ja="太郎")),
        ("山田　太郎", Name(family_ja="山田", given_ja="太郎")),
        ("山田太郎", Name(family_ja="山田太郎")),
        ("山田、太郎", Name(family_ja="山田", given_ja="太郎")),
        ("やまだ たろう", Name(family_ja="やまだ", given_ja="たろう")),
    ],
)
def test_a_name_goes_into_the_columns_of_its_script(text, name):
    assert split_name(text) == name


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(WHOLE, VALUES)), st.data())
def test_no_value_breaks_the_check(values, data):
    if data.draw(st.booleans()):
        values["works"] = [
            data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(("title", "year", "doi"), VALUES)))
        ]
    expert, errors = check_row(values, 1)
    assert (expert is None) == bool(errors)
    assert all(error.row == 1 and error.field and str(error) for error in errors)
