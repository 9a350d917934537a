"""Macros refuse what would leave someone without words, and print what the page relies on."""

from collections.abc import Callable

import pytest
from jinja2 import UndefinedError
from lxml import html

Render = Callable[[str], str]

REFUSED = [
    ("button", "{{ m.submit('') }}"),
    ("button", "{{ m.submit() }}"),
    ("button", "{{ m.link_button(' ', '/') }}"),
    ("button", "{{ m.post_button('', '/') }}"),
    ("card", "{% call m.card('') %}x{% endcall %}"),
    ("chart", "{{ m.bars('', 'a', 'b', [], 'none') }}"),
    ("chart", "{{ m.bars('a', 'a', '', [], 'none') }}"),
    ("chart", "{{ m.bars('a', 'a', 'b', [], '') }}"),
    ("chart", "{{ m.dots('', 'v', [1], 'l', 'h', 'none') }}"),
    ("chart", "{{ m.dots('a', 'v', [1], '', 'h', 'none') }}"),
    ("chart", "{{ m.dots('a', 'v', [1], 'l', 'h') }}"),
    ("agreement", "{{ m.likert('i', '', 'a', ['l'], ['l', '', 'h'], pictures.silent, 'none') }}"),
    ("agreement", "{{ m.likert('i', 'a', 'a', ['l'], ['l', 'm', 'h'], pictures.silent, 'none') }}"),
    ("agreement", "{{ m.likert('i', 'a', 'a', 'abcde', ['l', '', 'h'], pictures.statements, 'none') }}"),
    ("agreement", "{{ m.likert('i', 'a', 'a', 'abcde', ['l', 'm', 'h'], pictures.statements, '') }}"),
    ("agreement", "{{ m.choices('i', 'a', '', pictures.chosen, 'none') }}"),
    ("agreement", "{{ m.choices('i', 'a', 'b', pictures.chosen, '') }}"),
    ("calibration", "{{ m.calibration('i', 'a', '', pictures.record, 'none') }}"),
    ("calibration", "{{ m.calibration('i', 'a', 'b', pictures.record, '') }}"),
    ("intervals", "{{ m.intervals('', 'a', 'b', 'lbh', 'x', pictures.resolved, 'none') }}"),
    ("intervals", "{{ m.intervals('i', 'a', 'b', 'lb', 'x', pictures.resolved, 'none') }}"),
    ("intervals", "{{ m.intervals('i', 'a', 'b', 'lbh', '', pictures.resolved, 'none') }}"),
    ("intervals", "{{ m.intervals('i', 'a', 'b', 'lbh', 'x', pictures.two_rounds, 'none') }}"),
    ("opinions", "{{ m.opinions('i', 'a', 'lr', 'du', '', pictures.map, 'none') }}"),
    ("opinions", "{{ m.opinions('i', 'a', 'lr', 'd', 'e', pictures.map, 'none') }}"),
    ("opinions", "{{ m.opinions('i', 'a', 'lr', 'du', 'e', pictures.map, '') }}"),
    ("ranking", "{{ m.ranking('i', 'a', '', pictures.flow, 'none') }}"),
    ("ranking", "{{ m.ranking('i', 'a', 'b', pictures.flow) }}"),
    ("strip", "{{ m.strip('i', 'a', '', pictures.sure, 'none') }}"),
    ("strip", "{{ m.strip('i', 'a', 'b', pictures.sure, 'none', ends=['l']) }}"),
    ("deadline", "{{ m.deadline(now) }}"),
    ("dialog", "{% call m.confirm('', '/a', 'Do', '/b', 'Back') %}x{% endcall %}"),
    ("dialog", "{% call m.confirm('Sure?', '/a', 'Do', '/b', '') %}x{% endcall %}"),
    ("facets", "{{ m.facets('', []) }}"),
    ("facets", "{{ m.search_box('', 'q') }}"),
    ("field", "{{ m.text() }}"),
    ("field", "{{ m.password(form.password) }}"),
    ("field", "{{ m.password(form.password, 'off') }}"),
    ("field", "{{ m.datetime(form.deadline, '') }}"),
    ("field", "{{ m.percent(form.sureness, 'no', '') }}"),
    ("field", "{% call(row) m.rows(form.works, '', 'Work', 'Add', 'Remove') %}x{% endcall %}"),
    ("field", "{% call(row) m.rows(form.works, 'Works', 'Work', 'Add', '') %}x{% endcall %}"),
    ("markup", "{{ m.tlp('PINK') }}"),
    ("markup", "{{ m.confidentiality(4) }}"),
    ("nav", "{{ m.subnav('', []) }}"),
    ("notice", "{{ m.notice('') }}"),
    ("stat", "{{ m.stat(1, '', '/') }}"),
    ("stat", "{% call m.stats('') %}x{% endcall %}"),
    ("status", "{{ m.status('open', '', 'info') }}"),
    ("status", "{{ m.status('open', 'Open', 'pink') }}"),
    ("status", "{{ m.tags('', ['a']) }}"),
    ("steps", "{{ m.steps('', []) }}"),
    ("summary", "{{ m.entry('') }}"),
    ("table", "{% call(r, c) m.table('', [], [], 'none') %}{% endcall %}"),
    ("table", "{% call(r, c) m.table('Experts', [], [], '') %}{% endcall %}"),
    ("table", "{% call(r, c) m.table('Experts', [], []) %}{% endcall %}"),
    ("table", "{{ m.paging(page, '') }}"),
    ("table", "{{ m.empty('') }}"),
    ("timeline", "{{ m.timeline('', [], 'none') }}"),
    ("timeline", "{{ m.timeline('Events', [], '') }}"),
]


@pytest.mark.parametrize(("name", "use"), REFUSED)
def test_a_macro_refuses_to_leave_out_words(render: Render, name: str, use: str) -> None:
    with pytest.raises(UndefinedError):
        render(f'{{% import "macros/{name}.html" as m %}}{use}')


@pytest.mark.parametrize("macro", ["text", "textarea", "select", "date", "radios", "checkboxes", "checkbox"])
def test_a_field_without_a_label_is_refused(render: Render, macro: str) -> None:
    field = {"radios": "mode", "checkboxes": "areas", "checkbox": "consent"}.get(macro, "title")
    blank = f"{{% set gone = form.{field}.label.__setattr__('text', '') %}}"
    with pytest.raises(UndefinedError, match="field_needs_a_label"):
        render(f'{{% import "macros/field.html" as m %}}{blank}{{{{ m.{macro}(form.{field}) }}}}')


def test_a_refused_field_is_tied_to_its_error_and_its_hint(render: Render) -> None:
    shown = render(
        "{% import 'macros/field.html' as m %}{% set gone = form.validate() %}{{ m.text(form.title, hint='One line') }}"
    )
    tree = html.fromstring(shown)
    (box,) = tree.xpath("//input")
    assert box.get("aria-invalid") == "true"
    assert box.get("aria-describedby").split() == ["title-hint", "title-error"]
    assert "Enter a title." in tree.get_element_by_id("title-error").text_content()


def test_a_text_box_never_cuts_what_is_pasted(render: Render) -> None:
    shown = render("{% import 'macros/field.html' as m %}{{ m.textarea(form.background) }}{{ m.text(form.title) }}")
    assert "maxlength" not in shown
    assert 'data-count-max="4000"' in shown


def test_the_error_summary_links_to_fields_inside_rows(render: Render) -> None:
    shown = render(
        "{% from 'macros/errors.html' import error_summary %}{% set gone = form.validate() %}{{ error_summary(form) }}"
    )
    targets = html.fromstring(shown).xpath("//li/a/@href")
    assert "#title" in targets
    assert "#works-0-title" in targets


def test_a_form_without_errors_has_no_summary_and_a_plain_title(render: Render) -> None:
    shown = render("{% import 'macros/errors.html' as m %}{{ m.error_summary(form) }}{{ m.title_prefix(form) }}")
    assert shown.strip() == ""


def test_an_empty_table_says_so(render: Render) -> None:
    shown = render(
        "{% from 'macros/table.html' import table %}"
        "{% call(r, c) table('Experts', [{'key': 'a', 'label': 'A'}], [], 'Nobody found.') %}{% endcall %}"
    )
    assert "Nobody found." in shown
    assert "<table" not in shown


@pytest.mark.parametrize(
    ("number", "total", "shown"),
    [
        (1, 20, []),
        (1, 21, ["1", "2"]),
        (3, 100, ["1", "2", "3", "4", "5"]),
        (9, 400, ["1", "…", "8", "9", "10", "…", "20"]),
    ],
)
def test_paging_shows_the_ends_and_the_neighbours(render: Render, number: int, total: int, shown: list[str]) -> None:
    page = f"{{% set page = page.__class__({number}, 20, {total}) %}}"
    tree = html.fromstring(render(f"{{% import 'macros/table.html' as m %}}{page}{{{{ m.paging(page, 'Pages') }}}}"))
    texts = [" ".join(item.text_content().split()).removeprefix("Page ") for item in tree.xpath("//li")]
    assert [text for text in texts if text not in {"Previous", "Next"}] == shown
    assert tree.xpath("//a[@aria-current='page']/text()") == ([str(number)] if shown else [])


@pytest.mark.parametrize(("days", "tone"), [(4, "later"), (2, "soon"), (0, "overdue"), (-1, "overdue")])
def test_a_deadline_turns_soon_and_overdue(render: Render, days: int, tone: str) -> None:
    shown = render(f"{{% import 'macros/deadline.html' as m %}}{{{{ m.deadline(now + days({days}), now) }}}}")
    assert f"deadline--{tone}" in shown
    assert ("Overdue" in shown) == (tone == "overdue")


@pytest.mark.parametrize("code", ["amber_strict", "AMBER+STRICT", "TLP:AMBER+STRICT", "amber-strict"])
def test_a_tlp_label_is_written_as_first_writes_it(render: Render, code: str) -> None:
    assert ">TLP:AMBER+STRICT<" in render(f"{{% import 'macros/markup.html' as m %}}{{{{ m.tlp('{code}') }}}}")


def test_a_chart_has_every_figure_as_text(render: Render) -> None:
    shown = html.fromstring(
        render("{% import 'macros/chart.html' as m %}{{ m.dots('a', 'v', [20, 80, 80], 'l', 'h', 'none') }}")
    )
    rows = [[cell.text_content() for cell in row.xpath("./th|./td")] for row in shown.xpath("//tbody/tr")]
    assert rows == [["20%", "1"], ["80%", "2"]]
    assert len(shown.xpath("//circle")) == 3


def test_a_picture_is_named_described_and_told_in_full_by_its_table(render: Render) -> None:
    use = "m.intervals('i', 'Cost', 'Expert', ('low', 'best', 'high'), 'USD', pictures.two_rounds, 'none', 'R1', 'R2')"
    shown = html.fromstring(render(f"{{% import 'macros/intervals.html' as m %}}{{{{ {use} }}}}"))
    (image,) = shown.xpath("//*[@role='img']")
    assert shown.get_element_by_id(image.get("aria-labelledby")).text_content() == "Cost"
    assert "39.3" in shown.get_element_by_id(image.get("aria-describedby")).text_content()
    row = [cell.text_content().strip() for cell in shown.xpath("//tbody/tr")[0].xpath("./th|./td")]
    assert row == ["Expert A", "10", "30", "45", "5", "20", "40"]
    assert len(shown.xpath("//tbody/tr")) == 10


def test_a_map_of_too_few_experts_draws_nobody_and_says_why(render: Render) -> None:
    use = "m.opinions('i', 'Map', ('l', 'r'), ('d', 'u'), 'e', pictures.small_map, 'none')"
    shown = render(f"{{% import 'macros/opinions.html' as m %}}{{{{ {use} }}}}")
    assert "<svg" not in shown
    assert "from 5 experts on" in shown


def test_words_are_escaped(render: Render) -> None:
    assert "<b>" not in render("{% import 'macros/notice.html' as m %}{{ m.notice('<b>x</b>') }}")
