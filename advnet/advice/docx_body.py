"""The text of the Word file, block by block: headings, paragraphs, lists, quotations, code and rules."""

from collections.abc import Mapping, Sequence

from docx.document import Document
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from markdown_it.token import Token

from advnet.advice.docx_runs import Look, add_inline, add_run
from advnet.advice.docx_tables import add_table

DEEPEST_LIST = 3
DEEPEST_HEADING = 6


def add_blocks(file: Document, tokens: Sequence[Token], *, numbers: Mapping[int | None, int]) -> None:
    """What the tokens say, at the end of the file.

    :param numbers: answer → its number in the list of references
    """
    _Body(file, numbers).add(tokens)


class _Body:
    def __init__(self, file: Document, numbers: Mapping[int | None, int]) -> None:
        self.file, self.numbers = file, numbers
        self.lists: list[_List] = []
        self.quoted = 0
        self.style = "Normal"

    def add(self, tokens: Sequence[Token]) -> None:
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == "table_open":
                end = next(n for n in range(position, len(tokens)) if tokens[n].type == "table_close")
                add_table(self.file, tokens[position:end], numbers=self.numbers)
                position = end
            elif token.type == "inline":
                self._add_paragraph(token)
            elif token.type in {"fence", "code_block"}:
                self._add_code(token)
            elif token.type == "hr":
                self._add_rule()
            else:
                self._go(token)
            position += 1

    def _go(self, token: Token) -> None:
        """Where the walk now stands: in which lists, how deeply quoted, in which style."""
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            self.lists.append(self._begin_list(token))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self.lists.pop()
        elif token.type == "list_item_open":
            self.lists[-1].is_fresh = True
        elif token.type == "blockquote_open":
            self.quoted += 1
        elif token.type == "blockquote_close":
            self.quoted -= 1
        elif token.type == "heading_open":
            self.style = f"Heading {min(int(token.tag[1]), DEEPEST_HEADING)}"
        elif token.type == "paragraph_open":
            self.style = "Quote" if self.quoted else "Normal"

    def _add_paragraph(self, token: Token) -> None:
        paragraph = self.file.add_paragraph(style=self.style)
        if self.lists and self.style == "Normal":
            self.lists[-1].apply(paragraph)
        add_inline(paragraph, token.children or (), numbers=self.numbers)

    def _add_code(self, token: Token) -> None:
        paragraph = self.file.add_paragraph()
        paragraph.paragraph_format.left_indent = Mm(4)
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        add_run(paragraph, token.content.rstrip("\n"), Look(code=True)).font.size = Pt(9)

    def _add_rule(self) -> None:
        borders = OxmlElement("w:pBdr")
        line = OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
        self.file.add_paragraph()._p.get_or_add_pPr().append(borders)

    def _begin_list(self, token: Token) -> "_List":
        is_ordered = token.type == "ordered_list_open"
        level = min(len(self.lists) + 1, DEEPEST_LIST)
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
