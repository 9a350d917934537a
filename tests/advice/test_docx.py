"""The Word file, read back: what it says, how it counts, what it keeps to itself."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from advnet.accounts.model import Role
from advnet.advice.document import BriefDocument, make_references
from advnet.advice.docx import write_docx
from advnet.consultations.model import Mode
from tests.builders_advice import Advice

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TEXT = """# 提言

Deploy **buoys** and *gliders* [[answer:7]], see [the report](https://example.org/report) or [this page](/inside)
soon [[answer:9]] and again [[answer:7]].

## Steps

1. first
2. second
   - inner

     goes on

Between.

5. fifth

> quoted [[answer:404]]

| Who | Cost |
|-----|-----:|
| 機関 | 12 |

```
[[answer:7]] x < y
```

---
"""
LABELS = {7: ("Expert 3, question 2", "What is missing?"), 9: ("Expert 1, question 1", "")}


def make(text: str = TEXT, **changes):
    values = {
        "language": "ja",
        "title": "北極海の観測網",
        "text": text,
        "references": make_references(text, LABELS),
        "tlp": "AMBER+STRICT",
        "marking": ["機密性2", "Room 7 only"],
        "facts": ["諮問 2026-014", "2026年11月20日発出"],
        "notes": ["Chatham House Rule: …"],
        "references_heading": "参考",
        "author": "The Network",
        "subject": "諮問 2026-014",
    }
    return write_docx(BriefDocument(**{**values, **changes}), now=AT)


@pytest.fixture(scope="module")
def file():
    return docx.Document(BytesIO(make()))


def shown(file) -> list[tuple[str, str]]:
    return [(paragraph.style.name, paragraph.text) for paragraph in file.paragraphs if paragraph.text]


def test_title_facts_headings_and_lists_have_their_styles(file):
    said = shown(file)
    assert said[:4] == [
        ("Title", "北極海の観測網"),
        ("Normal", "諮問 2026-014"),
        ("Normal", "2026年11月20日発出"),
        ("Quote", "Chatham House Rule: …"),
    ]
    assert [text for style, text in said if style == "Heading 1"] == ["提言", "参考"]
    assert [text for style, text in said if style == "Heading 2"] == ["Steps"]
    assert [text for style, text in said if style == "List Number"] == ["first", "second", "fifth"]
    assert ("List Bullet 2", "inner") in said
    assert ("List Continue 2", "goes on") in said
    assert ("Quote", "quoted [[answer:404]]") in said
    assert ("Normal", "[[answer:7]] x < y") in said


def test_each_numbered_list_counts_from_its_own_start(file):
    used = [paragraph._p.pPr.numPr.numId.val for paragraph in file.paragraphs if paragraph.style.name == "List Number"]
    assert used[0] == used[1] != used[2]
    numbering = file.part.numbering_part.element
    starts = [numbering.num_having_numId(one).xpath("./w:lvlOverride/w:startOverride/@w:val") for one in used]
    assert starts == [["1"], ["1"], ["5"]]


def test_emphasis_links_and_citations_stand_in_the_paragraph(file):
    (paragraph,) = [one for one in file.paragraphs if one.text.startswith("Deploy")]
    assert paragraph.text == "Deploy buoys and gliders [1], see the report or this page soon [2] and again [1]."
    assert [run.text for run in paragraph.runs if run.bold] == ["buoys"]
    assert [run.text for run in paragraph.runs if run.italic] == ["gliders"]
    links = {link.text: (link.address, link.fragment) for link in paragraph.hyperlinks}
    assert links == {
        "[1]": ("", "reference_1"),
        "the report": ("https://example.org/report", ""),
        "[2]": ("", "reference_2"),
    }
    marks = [run for link in paragraph.hyperlinks for run in link.runs if link.fragment]
    assert all(run.font.superscript for run in marks)


def test_references_are_numbered_at_the_end_with_the_place_that_citations_lead_to(file):
    assert [text for _, text in shown(file)[-2:]] == [
        "[1]\tExpert 3, question 2\nWhat is missing?",
        "[2]\tExpert 1, question 1",
    ]
    names = file.element.xpath("//w:bookmarkStart/@w:name")
    assert names == ["reference_1", "reference_2"]


def test_a_table_has_its_head_and_its_alignment(file):
    (table,) = file.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Who", "Cost"], ["機関", "12"]]
    assert all(run.bold for cell in table.rows[0].cells for run in cell.paragraphs[0].runs)
    assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    assert table.rows[1].cells[1].paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT


def test_every_run_names_an_east_asian_font_and_no_theme_chooses_another(file):
    parts = [file.element.body, file.sections[0].header._element, file.sections[0].footer._element]
    runs = [run for part in parts for run in part.iter(qn("w:r"))]
    fonts = [run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}") for run in runs]
    assert len(fonts) > 30
    assert {font.get(qn("w:eastAsia")) for font in fonts} == {"Yu Mincho", "Yu Gothic", "MS Gothic"}
    assert not [font for font in fonts if font.get(qn("w:eastAsiaTheme"))]


def test_the_marking_stands_right_in_header_and_footer_in_twelve_points_with_the_page(file):
    section = file.sections[0]
    for part in (section.header, section.footer):
        paragraph = part.paragraphs[0]
        assert paragraph.text == "TLP:AMBER+STRICT  機密性2  Room 7 only"
        assert paragraph.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT
        assert paragraph.runs[0].font.size.pt == 12
        assert str(paragraph.runs[0].font.color.rgb) == "FFC000"
    assert section.footer._element.xpath(".//w:fldSimple/@w:instr") == ["PAGE", "NUMPAGES"]


def test_the_properties_name_the_office_and_nobody_else(file):
    properties = file.core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("The Network", "", "")
    assert (properties.title, properties.created) == ("北極海の観測網", AT)


def test_what_no_document_can_hold_is_left_out():
    file = docx.Document(BytesIO(make("a\x00b\x0bc\ud800", title="t\x07", marking=["h\x1b"])))
    assert ("Normal", "abc") in shown(file)


@pytest.mark.parametrize(
    "text", ["", "- ", "1. \n\n   - x", "> - a\n>\n>   b", "![alt](https://example.org/a.png)", "|a|\n|-|"]
)
def test_odd_texts_make_a_file_all_the_same(text):
    assert docx.Document(BytesIO(make(text))).paragraphs[0].text == "北極海の観測網"


def test_the_download_says_no_title_in_its_name_and_no_name_in_its_text(browser, session, people, now):
    advice = Advice(session, people, now)
    requester = people.make(Role.REQUESTER)
    brief, users = advice.brief(state="issued", requester=requester, mode=Mode.NAMED_TO_ADVISOR, chatham_house=True)
    session.commit()
    browser.sign_in(advice.advisor.email)
    answer = browser.get(f"/briefs/{brief.id}.docx")
    assert answer.headers["Content-Type"].endswith("wordprocessingml.document")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="brief-{brief.consultation.reference}.docx"'
    said = [text for _, text in shown(docx.Document(BytesIO(answer.data)))]
    assert said[-1].startswith("[1]\tExpert 3, question 1")
    assert f"Consultation {brief.consultation.reference}" in said
    with ZipFile(BytesIO(answer.data)) as package:
        everything = b"".join(package.read(name) for name in package.namelist()).decode(errors="replace")
    for secret in ("Himuro", "氷室", requester.name, advice.advisor.name, *(user.email for user in users)):
        assert secret not in everything


def test_a_draft_says_that_it_is_one(browser, session, people, now):
    advice = Advice(session, people, now)
    brief, _ = advice.brief(state="in_review")
    session.commit()
    browser.sign_in(advice.secretary.email)
    said = [text for _, text in shown(docx.Document(BytesIO(browser.get(f"/briefs/{brief.id}.docx").data)))]
    assert "Draft, version 2: not issued" in said


def test_columns_are_as_wide_as_what_they_hold_and_rows_stay_whole():
    text = (
        "| Sureness | What is bought |\n|--|--|\n" + "| 40 | Twelve buoys and two gliders a year, kept running |\n" * 3
    )
    (table,) = docx.Document(BytesIO(make(text))).tables
    narrow, wide = (column.width.mm for column in table.columns)
    assert (narrow < wide, round(narrow + wide)) == (True, 160)
    assert narrow > len("Sureness") * 2
    assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)


def test_japanese_is_emphasised_by_dots_and_never_slanted():
    file = docx.Document(BytesIO(make("A *word* and *提案* and\n\n> 「引用」\n\n#### 注\n")))
    runs = {run.text: run for paragraph in file.paragraphs for run in paragraph.runs}
    assert runs["word"].italic
    assert not runs["提案"].italic
    assert runs["提案"]._r.xpath("./w:rPr/w:em/@w:val") == ["dot"]
    assert not any(file.styles[name].font.italic for name in ("Quote", "Heading 4", "Title"))


def test_the_sheet_is_a4(file):
    section = file.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
