"""A brief as a Word document, walked from the same tokens as its page.

Word chooses fonts by script: a run without an East-Asian font shows Japanese in whatever the reader's machine falls
back to, so each run and each style names one. The marking stands right-aligned in header and footer, as TLP 2.0 asks.
Nothing in the file's properties names a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from markdown_it.token import Token

from advnet.advice.document import PARSER, Reference, printable

BODY_FONT = ("Times New Roman", "Yu Mincho")
HEADING_FONT = ("Arial", "Yu Gothic")
CODE_FONT = ("Courier New", "MS Gothic")
TLP_COLOURS = {"RED": "FF2B2B", "AMBER": "FFC000", "AMBER+STRICT": "FFC000", "GREEN": "33FF00", "CLEAR": "FFFFFF"}
"""On black. Source: FIRST, Traffic Light Protocol 2.0."""
DEEPEST_LIST = 3
DEEPEST_HEADING = 6


@dataclass(frozen=True)
class BriefDocument:
    """What the file holds, in one language, its words ready.

    :ivar language: ``ja`` or ``en``
    :ivar text: Markdown with citations
    :ivar tlp: label without ``TLP:``
    :ivar marking: what stands behind the label, such as the confidentiality
    :ivar facts: a line each below the title
    :ivar notes: a paragraph each below the facts
    :ivar references_heading: above the list of references
    :ivar author: of the file: the office, never a person
    """

    language: str
    title: str
    text: str
    references: Sequence[Reference]
    tlp: str
    marking: Sequence[str]
    facts: Sequence[str]
    notes: Sequence[str]
    references_heading: str
    author: str
    subject: str


@dataclass(frozen=True)
class _Look:
    """How the next run looks, and where it leads."""

    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""


def write_docx(document: BriefDocument, *, now: datetime) -> bytes:
    """The file.

    :param now: when it is said to have been made; aware UTC
    """
    return _Writer(document, now=now).write()


class _Writer:
    def __init__(self, document: BriefDocument, *, now: datetime) -> None:
        self.document = document
        self.file = docx.Document()
        self.numbers = {reference.answer_id: reference.number for reference in document.references}
        self._set_properties(now)
        self._set_styles()
        self._set_margins()

    def write(self) -> bytes:
        self._paragraph(self.document.title, "Title")
        for fact in self.document.facts:
            self._paragraph(fact, "Normal")
        for note in self.document.notes:
            self._paragraph(note, "Quote")
        self._blocks(PARSER.parse(printable(self.document.text)))
        self._references()
        held = BytesIO()
        self.file.save(held)
        return held.getvalue()

    # frame

    def _set_properties(self, now: datetime) -> None:
        properties = self.file.core_properties
        properties.author, properties.last_modified_by = self.document.author, ""
        properties.title, properties.subject = printable(self.document.title)[:255], self.document.subject
        properties.comments, properties.keywords = "", f"TLP:{self.document.tlp}"
        properties.language = self.document.language
        properties.created = properties.modified = now

    def _set_styles(self) -> None:
        for style in self.file.styles:
            if getattr(style, "font", None) is None:
                continue
            is_heading = style.name.startswith(("Heading", "Title"))
            _set_font(style.element.get_or_add_rPr(), HEADING_FONT if is_heading else BODY_FONT)
            if is_heading:
                style.font.color.rgb = RGBColor(0, 0x23, 0x4B)
        self.file.styles["Normal"].font.size = Pt(10.5)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "en-GB")
        language.set(qn("w:eastAsia"), "ja-JP")
        properties = self.file.styles["Normal"].element.get_or_add_rPr()
        for old in properties.findall(qn("w:lang")):
            properties.remove(old)
        properties.append(language)

    def _set_margins(self) -> None:
        section = self.file.sections[0]
        header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
        self._mark(header)
        self._mark(footer)
        pages = section.footer.add_paragraph()
        pages.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._field(pages, "PAGE")
        self._run(pages, " / ", _Look())
        self._field(pages, "NUMPAGES")

    def _mark(self, paragraph: Paragraph) -> None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        label = self._run(paragraph, f"TLP:{self.document.tlp}", _Look(bold=True))
        label.font.size = Pt(12)
        label.font.color.rgb = RGBColor.from_string(TLP_COLOURS[self.document.tlp])
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "000000")):
            shade.set(qn(f"w:{name}"), value)
        label._r.get_or_add_rPr().append(shade)
        for part in self.document.marking:
            self._run(paragraph, f"  {part}", _Look())

    def _field(self, paragraph: Paragraph, instruction: str) -> None:
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), instruction)
        field.append(self._run(paragraph, "1", _Look())._r)
        paragraph._p.append(field)

    # blocks

    def _paragraph(self, text: str, style: str) -> Paragraph:
        paragraph = self.file.add_paragraph(style=style)
        self._run(paragraph, text, _Look())
        return paragraph

    def _blocks(self, tokens: Sequence[Token]) -> None:
        lists: list[_List] = []
        quoted = 0
        style = "Normal"
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type in {"bullet_list_open", "ordered_list_open"}:
                lists.append(self._begin_list(token, depth=len(lists) + 1))
            elif token.type in {"bullet_list_close", "ordered_list_close"}:
                lists.pop()
            elif token.type == "list_item_open":
                lists[-1].is_fresh = True
            elif token.type == "blockquote_open":
                quoted += 1
            elif token.type == "blockquote_close":
                quoted -= 1
            elif token.type == "heading_open":
                style = f"Heading {min(int(token.tag[1]), DEEPEST_HEADING)}"
            elif token.type == "paragraph_open":
                style = "Quote" if quoted else "Normal"
            elif token.type == "inline":
                paragraph = self.file.add_paragraph(style=style)
                if lists and style == "Normal":
                    lists[-1].apply(paragraph)
                self._inline(paragraph, token.children or ())
            elif token.type in {"fence", "code_block"}:
                self._run(self.file.add_paragraph(), token.content.rstrip("\n"), _Look(code=True))
            elif token.type == "hr":
                self._rule()
            elif token.type == "table_open":
                end = next(n for n in range(position, len(tokens)) if tokens[n].type == "table_close")
                self._table(tokens[position:end])
                position = end
            position += 1

    def _begin_list(self, token: Token, *, depth: int) -> "_List":
        is_ordered = token.type == "ordered_list_open"
        level = min(depth, DEEPEST_LIST)
        suffix = f" {level}" if level > 1 else ""
        number = self._restart(f"List Number{suffix}", int(token.attrs.get("start", 1))) if is_ordered else None
        return _List("List Number" + suffix if is_ordered else "List Bullet" + suffix, "List Continue" + suffix, number)

    def _restart(self, style: str, start: int) -> int:
        """A numbering of its own, so that each list counts from its start instead of going on with the last one."""
        numbering = self.file.part.numbering_part.element
        used = self.file.styles[style].element.pPr.numPr.numId.val
        added = numbering.add_num(numbering.num_having_numId(used).abstractNumId.val)
        added.add_lvlOverride(ilvl=0).add_startOverride(start)
        return int(added.numId)

    def _rule(self) -> None:
        borders = OxmlElement("w:pBdr")
        line = OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
        self.file.add_paragraph()._p.get_or_add_pPr().append(borders)

    def _table(self, tokens: Sequence[Token]) -> None:
        rows: list[list[tuple[Token, Token]]] = []
        for position, token in enumerate(tokens):
            if token.type == "tr_open":
                rows.append([])
            elif token.type in {"th_open", "td_open"}:
                rows[-1].append((token, tokens[position + 1]))
        table = self.file.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
        for cells, row in zip(rows, table.rows, strict=True):
            for (opening, content), cell in zip(cells, row.cells, strict=True):
                paragraph = cell.paragraphs[0]
                alignment = str(opening.attrs.get("style", "")).partition(":")[2]
                paragraph.alignment = _ALIGNMENTS.get(alignment)
                self._inline(paragraph, content.children or (), _Look(bold=opening.type == "th_open"))
        head = table.rows[0]._tr.get_or_add_trPr()
        head.append(OxmlElement("w:tblHeader"))
        self.file.add_paragraph()

    def _references(self) -> None:
        if not self.document.references:
            return
        self._paragraph(self.document.references_heading, "Heading 1")
        for reference in self.document.references:
            paragraph = self.file.add_paragraph()
            paragraph._p.append(_bookmark("w:bookmarkStart", reference.number, name=f"reference_{reference.number}"))
            self._run(paragraph, f"[{reference.number}] {reference.label}", _Look())
            paragraph._p.append(_bookmark("w:bookmarkEnd", reference.number))
            if reference.question:
                self._run(paragraph, f"\n{reference.question}", _Look())

    # inside a paragraph

    def _inline(self, paragraph: Paragraph, tokens: Sequence[Token], look: _Look | None = None) -> None:
        looks = [look or _Look()]
        for token in tokens:
            if token.type.endswith("_open"):
                looks.append(_changed(looks[-1], token))
            elif token.type.endswith("_close"):
                looks.pop()
            elif token.type == "citation":
                self._citation(paragraph, token, looks[-1])
            elif token.type == "softbreak":
                self._run(paragraph, " ", looks[-1])
            elif token.type == "hardbreak":
                self._run(paragraph, "\n", looks[-1])
            elif token.type == "code_inline":
                self._run(paragraph, token.content, replace(looks[-1], code=True))
            else:
                self._run(paragraph, token.content, looks[-1])

    def _citation(self, paragraph: Paragraph, token: Token, look: _Look) -> None:
        number = self.numbers.get(token.meta["answer_id"])
        if number is None:
            self._run(paragraph, f"[[answer:{token.content}]]", look)
            return
        run = self._run(paragraph, f"[{number}]", look)
        run.font.superscript = True
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), f"reference_{number}")
        link.append(run._r)
        paragraph._p.append(link)

    def _run(self, paragraph: Paragraph, text: str, look: _Look) -> Run:
        run = paragraph.add_run(printable(text))
        run.bold, run.italic = look.bold or None, look.italic or None
        is_heading = paragraph.style is not None and str(paragraph.style.name).startswith(("Heading", "Title"))
        _set_font(run._r.get_or_add_rPr(), CODE_FONT if look.code else HEADING_FONT if is_heading else BODY_FONT)
        if look.link:
            run.font.underline, run.font.color.rgb = True, RGBColor(0, 0x17, 0xC1)
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), paragraph.part.relate_to(look.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            link.append(run._r)
            paragraph._p.append(link)
        return run


class _List:
    """A list that is being written; ``is_fresh`` until the item's first paragraph stands."""

    def __init__(self, style: str, continued: str, number: int | None) -> None:
        self.style, self.continued, self.number = style, continued, number
        self.is_fresh = False

    def apply(self, paragraph: Paragraph) -> None:
        paragraph.style = self.style if self.is_fresh else self.continued
        if self.is_fresh and self.number is not None:
            paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = self.number
        self.is_fresh = False


_ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


def _changed(look: _Look, token: Token) -> _Look:
    if token.type == "strong_open":
        return replace(look, bold=True)
    if token.type == "em_open":
        return replace(look, italic=True)
    target = str(token.attrs.get("href", ""))
    return replace(look, link=target if urlsplit(target).scheme in {"http", "https", "mailto"} else "")


def _set_font(properties: Any, font: tuple[str, str]) -> None:
    """Latin and East-Asian font, in place of those that the theme would choose."""
    latin, east_asian = font
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, value in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", east_asian)):
        fonts.set(qn(f"w:{name}"), value)


def _bookmark(tag: str, number: int, *, name: str = "") -> Any:
    element = OxmlElement(tag)
    element.set(qn("w:id"), str(number))
    if name:
        element.set(qn("w:name"), name)
    return element
