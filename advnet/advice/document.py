"""A brief as a document: Markdown in which ``[[answer:ID]]`` cites an answer.

The text is read into tokens once, here, and everything is made from those: the rows of ``citation``, the page, the
DOCX. So they cannot disagree on what is a citation: one in a code span or behind a backslash is none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_CODE = re.compile(r"\[\[answer:([^\[\]\n]*)\]\]")
_NUMBER = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Cited:
    """One citation as it stands in the text.

    :ivar code: what is written behind ``answer:``
    :ivar answer_id: the same as a number; None when it is none
    :ivar line: of the text, counted from 1
    """

    code: str
    answer_id: int | None
    line: int


@dataclass(frozen=True)
class Reference:
    """A cited answer as the list at the end shows it.

    :ivar number: from 1, in the order of the first citation
    :ivar label: whose answer to which question, as far as the mode lets readers know
    :ivar words: what it says in figures or options, or that it is told in other words; empty where its text says all
    """

    number: int
    answer_id: int
    label: str
    question: str
    words: str = ""


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


def code_of(answer_id: int) -> str:
    """What cites the answer in a text."""
    return f"[[answer:{answer_id}]]"


def printable(text: str) -> str:
    """The text with line ends of one kind and without control characters, which no document can hold."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def list_cited(text: str) -> list[Cited]:
    """The citations of the text in their order, good and bad; one that is repeated is there again."""
    return list(_cited(PARSER.parse(text)))


def make_references(text: str, labels: Mapping[int, tuple[str, ...]]) -> list[Reference]:
    """The answers that the text cites, numbered in the order of their first citation.

    :param labels: answer → its label, its question and, perhaps, its words; a citation not in it has no reference
    """
    cited = dict.fromkeys(citation.answer_id for citation in list_cited(text))
    known = [answer_id for answer_id in cited if answer_id is not None and answer_id in labels]
    return [Reference(number, answer_id, *labels[answer_id]) for number, answer_id in enumerate(known, 1)]


def render_environment(references: Iterable[Reference], *, anchor: str = "reference") -> dict[str, Any]:
    """What :data:`PARSER` must be given to write citations as numbers.

    :param anchor: what the ids in the list of references begin with, before ``-`` and the number
    """
    return {"references": {reference.answer_id: reference for reference in references}, "anchor": anchor}


def _cited(tokens: Sequence[Token]) -> Iterator[Cited]:
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        for child in token.children or ():
            if child.type in {"softbreak", "hardbreak"}:
                line += 1
            elif child.type == "citation":
                yield Cited(child.content, child.meta["answer_id"], line)


def _read_citation(state: StateInline, silent: bool) -> bool:
    found = _CODE.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = found[1]
        token.meta["answer_id"] = int(found[1]) if _NUMBER.fullmatch(found[1]) else None
    state.pos = found.end()
    return True


def _write_citation(
    renderer: RendererProtocol, tokens: Sequence[Token], position: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[position]
    reference = env.get("references", {}).get(token.meta["answer_id"])
    if reference is None:
        return escape(f"[[answer:{token.content}]]")
    label = escape(reference.label)
    return f'<sup><a href="#{env["anchor"]}-{reference.number}" title="{label}">[{reference.number}]</a></sup>'


PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
"""CommonMark with tables and citations, no raw HTML."""
PARSER.inline.ruler.before("link", "citation", _read_citation)
PARSER.add_render_rule("citation", _write_citation)
