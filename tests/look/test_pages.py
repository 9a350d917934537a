"""Sample pages that use every macro are sound HTML in both languages."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.look.markup import faults_in
from tests.look.sample import ROOT

ERRORS = sorted(path.stem for path in (ROOT / "templates" / "errors").glob("[0-9]*.html"))
PAGES = ["/style-guide", "/style-guide?errors=1", "/desk", "/form?errors=1", "/desk?visitor=1", "/pictures"]
PAGES += [f"/errors/{status}" for status in ERRORS]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_html_with_every_control_named(sample_app: Flask, path: str, language: str) -> None:
    answer = sample_app.test_client().get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer.status_code == 200
    assert faults_in(answer.text) == []
    assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ('<h1>a</h1><p style="x">b</p>', "inline style"),
        ("<h1>a</h1><script>b</script>", "inline script"),
        ("<h1>a</h1><form><form></form></form>", "form inside a form"),
        ('<h1>a</h1><input id="q">', "no label"),
        ('<h1>a</h1><input id="q" aria-label="b" aria-describedby="r">', "nothing has the id"),
        ('<h1>a</h1><b id="q"></b><b id="q"></b>', "id twice"),
        ("<h1>a</h1><h3>b</h3>", "heading level jumps"),
        ("<h1><b>a</h1></b>", "are open"),
        ("<p>a</p>", "headings of level 1"),
    ],
)
def test_the_check_of_pages_sees_a_fault(broken: str, fault: str) -> None:
    assert any(fault in found for found in faults_in(broken))


def test_the_style_guide_shows_every_macro() -> None:
    shown = "".join(path.read_text() for path in (Path(__file__).parent / "templates").glob("*.html"))
    shown += (ROOT / "templates" / "base.html").read_text()
    macros = {
        name
        for path in (ROOT / "templates" / "macros").glob("*.html")
        for name in re.findall(r"{%-? macro ([a-z]\w*)\(", path.read_text())
    }
    assert {name for name in macros if not re.search(rf"\b{name}\(", shown)} == set()


def test_every_error_page_of_the_application_exists() -> None:
    assert ERRORS == ["400", "403", "404", "405", "409", "413", "422", "429", "500", "503"]


def test_an_error_page_says_what_to_do_and_names_the_request(sample_app: Flask) -> None:
    text = sample_app.test_client().get("/errors/404").text
    assert "Page not found" in text
    assert "Check the address." in text
    assert "01HQ5Z7K3V" in text


def test_the_page_of_a_crash_asks_nothing_of_the_account(sample_app: Flask) -> None:
    text = sample_app.test_client().get("/errors/500").text
    assert "Ayame Kirishima" not in text
    assert "Registrations" not in text


def test_styles_and_scripts_load_nothing_from_elsewhere() -> None:
    own = [*(ROOT / "static" / "css").glob("*.css"), *(ROOT / "static" / "js").glob("*.js")]
    assert own
    assert [path.name for path in own if re.search(r"https?://(?!www\.w3\.org)|@import|data:", path.read_text())] == []


def test_every_stylesheet_and_script_is_linked_and_no_other(sample_app: Flask) -> None:
    text = sample_app.test_client().get("/desk").text
    linked = set(re.findall(r"/static/((?:css|js)/[a-z-]+\.(?:css|js))", text))
    there = {f"{path.parent.name}/{path.name}" for kind in ("css", "js") for path in (ROOT / "static" / kind).iterdir()}
    assert linked == there


@pytest.mark.parametrize("path", ["digital-agency/LICENSE", "htmx/LICENSE"])
def test_copies_of_released_files_carry_their_licence(path: str) -> None:
    assert "Permission" in (ROOT / "static" / "vendor" / path).read_text()
