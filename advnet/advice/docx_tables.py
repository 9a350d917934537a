"""Tables of the Word file: columns as wide as what they hold, rows that stay on one sheet, the head on every sheet."""

import re
from collections.abc import Mapping, Sequence

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.table import Table, _Cell, _Row
from markdown_it.token import Token

from advnet.advice.docx_frame import TEXT_WIDTH
from advnet.advice.docx_runs import Look, add_inline
from advnet.text import is_cjk

_LETTER, _PADDING = Mm(2.1), Mm(4.5)
"""About the width of a bold letter, and what a cell needs besides."""
_WIDEST_WORD, _WIDEST_TEXT = 16, 60
"""In letters: beyond this a column gains nothing when the width is shared out."""
_WORD = re.compile(r"\S+")
_ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_Cells = list[tuple[Token, Token]]


def add_table(file: Document, tokens: Sequence[Token], *, numbers: Mapping[int | None, int]) -> None:
    """The table that the tokens describe, at the end of the file.

    :param numbers: answer → its number in the list of references
    """
    rows = _rows(tokens)
    table = file.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for cells, row in zip(rows, table.rows, strict=True):
        _keep_together(row)
        for (opening, content), cell in zip(cells, row.cells, strict=True):
            is_head = opening.type == "th_open"
            paragraph = cell.paragraphs[0]
            paragraph.alignment = _ALIGNMENTS.get(str(opening.attrs.get("style", "")).partition(":")[2])
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            add_inline(paragraph, content.children or (), numbers=numbers, look=Look(bold=is_head))
            if is_head:
                _shade(cell)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _set_widths(table, rows)
    file.add_paragraph()


def _rows(tokens: Sequence[Token]) -> list[_Cells]:
    rows: list[_Cells] = []
    for position, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"}:
            rows[-1].append((token, tokens[position + 1]))
    return rows


def _set_widths(table: Table, rows: Sequence[_Cells]) -> None:
    """Room for the longest word of each column first, then for its longest text; Word would make all columns alike."""
    columns = [[content.content for _, content in column] for column in zip(*rows, strict=True)]
    words = [min(max(map(_longest_word, column)), _WIDEST_WORD) for column in columns]
    texts = [min(max(map(_letters, column)), _WIDEST_TEXT) for column in columns]
    needed = [_PADDING + word * _LETTER for word in words]
    wanted = [max(0, text - word) for text, word in zip(texts, words, strict=True)]
    spare = max(0, TEXT_WIDTH - sum(needed))
    widths = [
        need + spare * (want + 1) // sum(one + 1 for one in wanted) for need, want in zip(needed, wanted, strict=True)
    ]
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Emu(width * TEXT_WIDTH // sum(widths))
        for cell in column.cells:
            cell.width = column.width


def _longest_word(text: str) -> int:
    """In letters; Japanese may break anywhere, but four signs stay together where they can."""
    return max((min(_letters(word), 8) if is_cjk(word[0]) else len(word) for word in _WORD.findall(text)), default=0)


def _letters(text: str) -> int:
    return sum(2 if is_cjk(letter) else 1 for letter in text)


def _keep_together(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E8ECF1")):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)
