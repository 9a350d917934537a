"""Markdown of users into safe HTML: CommonMark with tables, no raw HTML, then a sanitiser that knows few tags."""

from collections.abc import MutableMapping
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = set("p br strong em ul ol li blockquote code pre h2 h3 h4 h5 h6 a table thead tbody tr th td hr sup sub".split())  # noqa: SIM905

_parser = MarkdownIt("commonmark", {"html": False}).enable("table")


def render_markdown(
    text: str,
    *,
    parser: MarkdownIt = _parser,
    environment: MutableMapping[str, Any] | None = None,
    level: int = 2,
) -> Markup:
    """``text`` as HTML. Links go out without a referrer.

    Its highest headings, with however many # they are written, are of ``level`` (a page has its own h1), the next ones
    one below.

    :param parser: one that knows more than plain Markdown, such as the citations of a brief
    :param environment: what the rules of that parser need
    """
    environment = {} if environment is None else environment
    tokens = parser.parse(text, environment)
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(levels.index(token.tag) + level, 6)}"
    html = parser.renderer.render(tokens, parser.options, environment)
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href", "title"}}, url_schemes={"http", "https", "mailto"})
    return Markup(clean)  # noqa: S704  # the sanitiser's output
