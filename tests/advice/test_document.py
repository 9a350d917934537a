"""Citations in Markdown: what is one, what is none, and where it stands."""

import pytest

from advnet.advice.document import PARSER, list_cited, make_references, printable, render_environment
from advnet.web.markdown import render_markdown

LABELS = {7: ("Expert 3, question 2", "Why?"), 9: ("Expert <1>, question 1", "What?")}


def test_a_citation_is_found_with_its_line_in_paragraphs_lists_quotes_and_tables():
    paragraph, items = "One [[answer:7]]\nand [[answer:9]].", "- item\n  - [[answer:7]]"
    text = f"{paragraph}\n\n{items}\n\n> [[answer:9]]\n\n|a|\n|-|\n|[[answer:7]]|\n"
    assert [(one.answer_id, one.line) for one in list_cited(text)] == [(7, 1), (9, 2), (7, 5), (9, 7), (7, 11)]


@pytest.mark.parametrize("text", ["`[[answer:7]]`", "    [[answer:7]]", "\\[[answer:7]]"])
def test_code_and_escapes_hold_no_citation(text):
    assert list_cited(text) == []


def test_a_citation_makes_no_link_inside_a_link():
    html = PARSER.render("[see [[answer:7]]](/b)", render_environment(make_references("[[answer:7]]", LABELS)))
    assert html.count("<a ") == 1


@pytest.mark.parametrize("code", ["", "x", "-1", "0", " 7", "7 ", "1.5", "٧", "12345678901234567"])
def test_what_is_no_number_is_a_citation_of_nothing(code):
    (one,) = list_cited(f"[[answer:{code}]]")
    assert one.code == code
    assert one.answer_id is None


def test_references_are_numbered_by_first_citation_and_each_is_there_once():
    references = make_references("[[answer:9]] [[answer:7]] [[answer:9]] [[answer:8]]", LABELS)
    assert [(one.number, one.answer_id) for one in references] == [(1, 9), (2, 7)]


def test_a_citation_is_written_as_a_link_to_its_reference_and_what_is_unknown_stays_as_typed():
    text = "[[answer:9]] [[answer:8]] [[answer:<b>]]"
    html = PARSER.render(text, render_environment(make_references(text, LABELS)))
    assert '<sup><a href="#reference-1" title="Expert &lt;1&gt;, question 1">[1]</a></sup>' in html
    assert "[[answer:8]] [[answer:&lt;b&gt;]]" in html


def test_line_ends_become_one_kind_and_control_characters_go():
    assert printable("a\r\nb\rc\x00\x0b\x1b\ufffe\td") == "a\nb\nc\td"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("### a\n##### b\n### c", "<h2>a</h2>\n<h3>b</h3>\n<h2>c</h2>\n"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>\n"),
    ],
)
def test_a_page_has_headings_from_h2_and_nothing_that_acts(text, html):
    assert render_markdown(text, parser=PARSER) == html


def test_a_citation_survives_the_sanitiser():
    environment = render_environment(make_references("[[answer:7]]", LABELS), anchor="reference-ja")
    html = render_markdown("[[answer:7]]", parser=PARSER, environment=environment)
    assert 'href="#reference-ja-1"' in html
    assert 'title="Expert 3, question 2"' in html
