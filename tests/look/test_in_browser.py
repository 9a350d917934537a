"""What only a browser can judge: contrast, overflow, the content security policy, and the small scripts."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page whose console must stay silent."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize(
    "path",
    [
        "/style-guide?lang=en",
        "/style-guide?lang=ja&errors=1",
        "/desk?lang=ja&demo=1",
        "/pictures?lang=en",
        "/pictures?lang=ja",
        "/errors/404",
    ],
)
def test_a_page_is_accessible_and_fits_the_screen(page: Page, address: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + path)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_tables_of_pictures_are_accessible_and_fit_the_screen(
    page: Page, address: str, width: int, language: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/pictures?lang={language}")
    for summary in page.locator(".picture__table > summary").all():
        summary.click()
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1280])
def test_every_letter_of_a_picture_stays_on_the_screen_or_in_its_own_scrolling_box(
    page: Page, address: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/pictures?lang=ja")
    texts = page.locator(".picture text").evaluate_all(
        """all => all.filter(text => !text.closest('.picture__scroll'))
            .map(text => [text.textContent, text.getBoundingClientRect().left, text.getBoundingClientRect().right])"""
    )
    assert len(texts) > 50
    assert [text for text, left, right in texts if left < 0 or right > width] == []


def test_a_picture_wider_than_a_phone_scrolls_by_keyboard_in_its_own_box(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{address}/pictures")
    box = page.locator(".picture__scroll")
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.picture__scroll').scrollLeft > 0")
    assert page.evaluate("window.scrollX") == 0


def test_on_paper_a_picture_keeps_to_the_sheet_and_its_own_row_has_a_frame(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 680, "height": 900})
    page.goto(f"{address}/pictures")
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    own = page.locator(".intervals__row--own").first
    assert own.evaluate("row => getComputedStyle(row).outlineStyle") == "solid"
    expect(own).to_contain_text("you")


@pytest.mark.parametrize("around", ["", "stack"])
@pytest.mark.parametrize("width", [390, 1280])
def test_fields_keep_one_distance_from_each_other(page: Page, address: str, around: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/form")
    field = '<div class="field"><input class="input"></div>'
    pair = f'<div class="columns">{field}{field}</div>'
    distances = page.evaluate(
        """([markup, around]) => {
            const form = document.createElement("section");
            form.className = around;
            form.innerHTML = markup;
            document.querySelector("main").append(form);
            const boxes = [...form.querySelectorAll(".field")].map(field => field.getBoundingClientRect());
            const below = boxes.slice(1).map((box, place) => Math.round(box.top - boxes[place].bottom));
            return [...new Set(below.filter(distance => distance >= 0))];
        }""",
        [pair + pair + field + field, around],
    )
    assert distances == [24]


def test_a_refused_form_opens_with_the_focus_on_its_errors(page: Page, address: str) -> None:
    page.goto(f"{address}/form?errors=1")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Enter a title.").click()
    assert page.evaluate("document.querySelector(':target').id") == "title"


def test_a_row_is_added_with_names_of_its_own_and_removed(page: Page, address: str) -> None:
    page.goto(f"{address}/form")
    page.get_by_role("button", name="Add a work").click()
    expect(page.locator("#works-1-title")).to_be_focused()
    assert page.locator("label[for=works-1-title]").count() == 1
    page.get_by_role("button", name="Remove this work").first.click()
    assert page.locator("[data-row] input").evaluate_all("boxes => boxes.map(box => box.name)") == [
        "works-1-title",
        "works-1-year",
    ]
    expect(page.locator("[data-row-number]")).to_have_text("1")


def test_a_draft_saves_itself_and_says_so(page: Page, address: str) -> None:
    page.goto(f"{address}/form")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.fill("#title", "Hydrogen")
    assert "Hydrogen" in (sent.value.post_data or "")
    assert "csrf_token" in (sent.value.post_data or "")
    expect(page.get_by_role("status").filter(has_text="Draft saved at")).to_be_visible()


def test_a_draft_that_cannot_be_saved_says_so_and_keeps_the_text(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{address}/form")
    page.route("**/form", lambda route: route.abort())
    page.fill("#title", "Hydrogen")
    expect(page.locator("[data-autosave-status]")).to_contain_text("could not be saved", timeout=6000)
    expect(page.locator("#title")).to_have_value("Hydrogen")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    context.close()


def test_leaving_with_unsaved_text_is_asked_about(page: Page, address: str) -> None:
    page.goto(f"{address}/form")
    page.locator("#title").press_sequentially("Hydrogen")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{address}/desk")
    assert asked == ["beforeunload"]


def test_characters_are_counted_down_and_over_but_never_cut(page: Page, address: str) -> None:
    page.goto(f"{address}/form")
    page.fill("#background", "x" * 4005)
    expect(page.locator("#background-count")).to_have_text("5 characters too many")
    assert len(page.input_value("#background")) == 4005


def test_a_slider_sets_no_value_until_it_is_moved(page: Page, address: str) -> None:
    page.goto(f"{address}/form")
    assert page.input_value("#sureness") == ""
    page.locator("input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#sureness")).to_have_value("51")


def test_menu_filters_and_account_open_without_scripts(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/style-guide")
    for summary, shown in [(".menu", "nav a"), (".account", "button"), (".facets", "input")]:
        inside = page.locator(f"{summary} {shown}").first
        expect(inside).to_be_hidden()
        page.locator(f"{summary} > summary").click()
        expect(inside).to_be_visible()
        page.locator(f"{summary} > summary").click()
    context.close()


def test_filters_stand_open_on_a_wide_screen(page: Page, address: str) -> None:
    page.goto(f"{address}/style-guide")
    expect(page.locator(".facets input").first).to_be_visible()


def test_everything_to_press_is_large_enough_for_a_finger(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{address}/style-guide")
    small = page.locator("button:visible, summary:visible, input:visible, select:visible").evaluate_all(
        """all => all.filter(e => !e.closest('.visually-hidden'))
            .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
            .filter(([_, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""
    )
    assert small == []
