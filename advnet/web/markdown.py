"""Markdown of users into safe HTML: CommonMark with tables, no raw HTML, then a sanitiser that knows few tags."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = set("p br strong em ul ol li blockquote code pre h2 h3 h4 h5 h6 a table thead tbody tr th td hr sup sub".split())  # noqa: SIM905

_parser = MarkdownIt("commonmark", {"html": False}).enable("table")


def render_markdown(text: str) -> Markup:
    """``text`` as HTML. Its headings begin at h2 (a page has its own h1); links go out without a referrer."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    return Markup(clean)  # noqa: S704  # the sanitiser's output
