"""What stands inside a paragraph of the Word file: runs of text with their fonts, links and citations.

Word chooses fonts by script: a run without an East-Asian font shows Japanese in whatever the reader's machine falls
back to, so each run and each style names one. Slanted Japanese is no emphasis but a fault of the machine: it gets the
dots that Japanese print uses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from markdown_it.token import Token

from advnet.advice.document import printable
from advnet.text import is_cjk

BODY_FONT = ("Times New Roman", "Yu Mincho")
HEADING_FONT = ("Arial", "Yu Gothic")
CODE_FONT = ("Courier New", "MS Gothic")
_LINK_COLOUR = RGBColor(0, 0x17, 0xC1)


@dataclass(frozen=True)
class Look:
    """How the next run looks, and where it leads."""

    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""


PLAIN = Look()


def add_run(paragraph: Paragraph, text: str, look: Look = PLAIN) -> Run:
    """The text at the end of the paragraph."""
    run = paragraph.add_run(printable(text))
    run.bold = look.bold or None
    is_heading = paragraph.style is not None and str(paragraph.style.name).startswith(("Heading", "Title"))
    set_font(run._r.get_or_add_rPr(), CODE_FONT if look.code else HEADING_FONT if is_heading else BODY_FONT)
    if look.italic:
        _emphasise(run)
    if look.link:
        run.font.underline, run.font.color.rgb = True, _LINK_COLOUR
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), paragraph.part.relate_to(look.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        link.append(run._r)
        paragraph._p.append(link)
    return run


def add_inline(
    paragraph: Paragraph, tokens: Sequence[Token], *, numbers: Mapping[int | None, int], look: Look = PLAIN
) -> None:
    """What the tokens of one block say.

    :param numbers: answer → its number in the list of references
    """
    looks = [look]
    for token in tokens:
        if token.type.endswith("_open"):
            looks.append(_changed(looks[-1], token))
        elif token.type.endswith("_close"):
            looks.pop()
        elif token.type == "citation":
            _add_citation(paragraph, token, numbers.get(token.meta["answer_id"]), looks[-1])
        elif token.type == "softbreak":
            add_run(paragraph, " ", looks[-1])
        elif token.type == "hardbreak":
            add_run(paragraph, "\n", looks[-1])
        elif token.type == "code_inline":
            add_run(paragraph, token.content, replace(looks[-1], code=True))
        else:
            add_run(paragraph, token.content, looks[-1])


def anchor_of(number: int) -> str:
    """What the bookmark of a reference is called."""
    return f"reference_{number}"


def set_font(properties: Any, font: tuple[str, str]) -> None:
    """Latin and East-Asian font, in place of those that the theme would choose."""
    latin, east_asian = font
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, value in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", east_asian)):
        fonts.set(qn(f"w:{name}"), value)


def _add_citation(paragraph: Paragraph, token: Token, number: int | None, look: Look) -> None:
    if number is None:
        add_run(paragraph, f"[[answer:{token.content}]]", look)
        return
    run = add_run(paragraph, f"[{number}]", look)
    run.font.superscript = True
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), anchor_of(number))
    link.append(run._r)
    paragraph._p.append(link)


def _emphasise(run: Run) -> None:
    if not any(is_cjk(letter) for letter in run.text):
        run.italic = True
        return
    dots = OxmlElement("w:em")
    dots.set(qn("w:val"), "dot")
    run._r.get_or_add_rPr().append(dots)


def _changed(look: Look, token: Token) -> Look:
    if token.type == "strong_open":
        return replace(look, bold=True)
    if token.type == "em_open":
        return replace(look, italic=True)
    target = str(token.attrs.get("href", ""))
    return replace(look, link=target if urlsplit(target).scheme in {"http", "https", "mailto"} else "")
