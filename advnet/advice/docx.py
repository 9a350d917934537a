"""A brief as a Word document, walked from the same tokens as its page."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from advnet.advice.document import PARSER, BriefDocument, Reference, printable
from advnet.advice.docx_body import add_blocks
from advnet.advice.docx_frame import frame
from advnet.advice.docx_runs import add_run, anchor_of


def write_docx(document: BriefDocument, *, now: datetime) -> bytes:
    """The file.

    :param now: when it is said to have been made; aware UTC
    """
    file = docx.Document()
    frame(file, document, now=now)
    add_run(file.add_paragraph(style="Title"), document.title)
    for fact in document.facts:
        paragraph = file.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        add_run(paragraph, fact)
    for note in document.notes:
        add_run(file.add_paragraph(style="Quote"), note)
    numbers: dict[int | None, int] = {reference.answer_id: reference.number for reference in document.references}
    add_blocks(file, PARSER.parse(printable(document.text)), numbers=numbers)
    _add_references(file, document.references, heading=document.references_heading)
    held = BytesIO()
    file.save(held)
    return held.getvalue()


def _add_references(file: Document, references: Sequence[Reference], *, heading: str) -> None:
    if not references:
        return
    add_run(file.add_paragraph(style="Heading 1"), heading)
    for reference in references:
        paragraph = file.add_paragraph()
        paragraph.paragraph_format.keep_together = True
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Mm(9), Mm(-9)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(9))
        paragraph._p.append(_bookmark("w:bookmarkStart", reference.number, name=anchor_of(reference.number)))
        add_run(paragraph, f"[{reference.number}]\t{reference.label}")
        paragraph._p.append(_bookmark("w:bookmarkEnd", reference.number))
        if reference.question:
            add_run(paragraph, f"\n{reference.question}")
        if reference.words:
            add_run(paragraph, f"\n{reference.words}")


def _bookmark(tag: str, number: int, *, name: str = "") -> Any:
    element = OxmlElement(tag)
    element.set(qn("w:id"), str(number))
    if name:
        element.set(qn("w:name"), name)
    return element
