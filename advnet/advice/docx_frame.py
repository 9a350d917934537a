"""The sheet of the Word file: A4, its styles, the marking on every page, and properties that name no person.

The marking stands right-aligned in header and footer, the label in twelve points, as TLP 2.0 asks.
"""

from datetime import datetime
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from advnet.advice.document import BriefDocument, printable
from advnet.advice.docx_runs import BODY_FONT, HEADING_FONT, Look, add_run, set_font

TLP_COLOURS = {"RED": "FF2B2B", "AMBER": "FFC000", "AMBER+STRICT": "FFC000", "GREEN": "33FF00", "CLEAR": "FFFFFF"}
"""On black. Source: FIRST, Traffic Light Protocol 2.0."""
TEXT_WIDTH = Mm(160)
"""Of A4 without its margins."""
_NAVY = RGBColor(0, 0x23, 0x4B)
_SIZES = {"Normal": 10.5, "Title": 20, "Heading 1": 14, "Heading 2": 12, "Heading 3": 11}


def frame(file: Document, document: BriefDocument, *, now: datetime) -> None:
    """The file is a sheet on which the text can be written."""
    _set_properties(file, document, now)
    _set_styles(file)
    _set_page(file)
    section = file.sections[0]
    _mark(section.header.paragraphs[0], document)
    _mark(section.footer.paragraphs[0], document)
    pages = section.footer.add_paragraph()
    pages.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_field(pages, "PAGE")
    add_run(pages, " / ")
    _add_field(pages, "NUMPAGES")


def _set_properties(file: Document, document: BriefDocument, now: datetime) -> None:
    properties = file.core_properties
    properties.author, properties.last_modified_by = document.author, ""
    properties.title, properties.subject = printable(document.title)[:255], document.subject
    properties.comments, properties.keywords = "", f"TLP:{document.tlp}"
    properties.language = document.language
    properties.created = properties.modified = now


def _set_styles(file: Document) -> None:
    for style in file.styles:
        if not isinstance(style, ParagraphStyle):
            continue
        is_heading = str(style.name).startswith(("Heading", "Title"))
        set_font(style.element.get_or_add_rPr(), HEADING_FONT if is_heading else BODY_FONT)
        if style.name in _SIZES:
            style.font.size = Pt(_SIZES[style.name])
        if is_heading:
            style.font.color.rgb = _NAVY
            style.font.italic = False  # the deeper headings of the template are slanted
            style.font.bold = True
    quote = file.styles["Quote"]
    quote.font.italic = False
    quote.paragraph_format.left_indent = Mm(6)
    _border(quote.element.get_or_add_pPr(), "left", space=8)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:eastAsia"), "ja-JP")
    properties = file.styles["Normal"].element.get_or_add_rPr()
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(language)


def _border(properties: Any, side: str, *, space: int) -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "12"), ("space", str(space)), ("color", "B3B3B3")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _set_page(file: Document) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(30), Mm(30)
    section.header_distance = section.footer_distance = Mm(12)


def _mark(paragraph: Paragraph, document: BriefDocument) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    label = add_run(paragraph, f"TLP:{document.tlp}", Look(bold=True))
    label.font.size = Pt(12)
    label.font.color.rgb = RGBColor.from_string(TLP_COLOURS[document.tlp])
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "000000")):
        shade.set(qn(f"w:{name}"), value)
    label._r.get_or_add_rPr().append(shade)
    for part in document.marking:
        add_run(paragraph, f"  {part}").font.size = Pt(9)


def _add_field(paragraph: Paragraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    field.append(add_run(paragraph, "1")._r)
    paragraph._p.append(field)
