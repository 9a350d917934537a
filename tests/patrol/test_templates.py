"""Templates hold no script, no style, no trust: the content security policy would refuse them anyway."""

import re

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from tests.patrol.source import TEMPLATES, page_templates

ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True)
NAMES = {path: str(path.relative_to(TEMPLATES)) for path in page_templates()}


def each_template(test):
    return pytest.mark.parametrize("path", NAMES, ids=NAMES.values())(test)


@each_template
def test_no_text_is_trusted(path):
    """The sanitiser returns what Jinja trusts by itself; nothing else is."""
    tree = ENVIRONMENT.parse(path.read_text(encoding="utf-8"))
    assert [node.lineno for node in tree.find_all(nodes.Filter) if node.name == "safe"] == []
    assert [node.lineno for node in tree.find_all(nodes.ScopedEvalContextModifier)] == []


@each_template
def test_no_inline_script_or_style(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text) == []
    assert [tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag] == []


@each_template
def test_nothing_comes_from_another_site(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?:src|action|srcset)\s*=\s*[\"'](?:https?:)?//", text) == []
    assert re.findall(r"<link[^>]+href\s*=\s*[\"'](?:https?:)?//", text) == []


@each_template
def test_every_form_that_posts_carries_the_token(path):
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", text, re.DOTALL | re.IGNORECASE):
        assert "csrf" in form, form[:200]
