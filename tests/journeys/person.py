"""A person at a browser: finds controls by their label and role in the person's language, and sees each page whole.

Every page that a click leads to is judged at once: by axe, by its width, by what its console and the network said.
"""

import os
import re
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from advnet.config import PACKAGE
from tests.journeys.site import Site, eventually

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
HEIGHT = 844


class Person:
    """One browser of its own, in one language, at one width, with scripts or without."""

    def __init__(
        self, chromium: Browser, site: Site, *, who: str, language: str, width: int, scripts: bool, album: "Album"
    ) -> None:
        self.site, self.who, self.language, self.width, self.scripts = site, who, language, width, scripts
        self.album = album
        self.complaints: list[str] = []
        self.words = _translations(language)
        screen = {"viewport": {"width": width, "height": HEIGHT}, "locale": language}
        self.context = chromium.new_context(**screen, java_script_enabled=scripts)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type != "log" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.context.on(
            "response", lambda got: self.complaints.append(f"{got.status} {got.url}") if got.status >= 400 else None
        )
        self.mirror = None if scripts else _Mirror(chromium.new_context(**screen))

    def close(self) -> None:
        self.context.close()
        if self.mirror:
            self.mirror.context.close()

    # Words

    def t(self, msgid: str, **values: object) -> str:
        """The words of the interface in this person's language."""
        return self.words.gettext(msgid) % values if values else self.words.gettext(msgid)

    def labelled(self, msgid: str, **values: object) -> re.Pattern[str]:
        """The whole label with these words, whether or not it adds that something has to be given."""
        marks = "|".join(self.t(mark) for mark in ("required", "optional"))
        words = re.sub(
            r"[^\w\s]", r"[\g<0>]", self.t(msgid, **values)
        )  # not re.escape: the browser reads it differently
        return re.compile(rf"^\s*{words}(\s*\W?({marks})\W?)?\s*$")

    # Going about

    def open(self, link: str) -> None:
        """Type an address, such as one from a mail."""
        self.page.goto(link)
        self.look()

    def reload_until(self, shown: Locator, what: str) -> None:
        """Look again and again until it is there, as a person would who was told to wait."""

        def find() -> bool | None:
            self.page.reload()
            return shown.count() > 0 or None

        eventually(find, what)
        self.look()

    def sign_in(self, email: str, password: str) -> None:
        if not self.page.url.startswith(f"{self.site.address}/sign-in"):
            self.open(f"{self.site.address}/sign-in")
        self.fill("E-mail address", email)
        self.fill("Password", password)
        self.press("Sign in")
        assert "/sign-in" not in self.page.url, self.main.inner_text()

    def sign_out(self) -> None:
        self.page.locator("details.account > summary").click()
        self._go(self.page.get_by_role("button", name=self.t("Sign out"), exact=True))

    def go_to(self, msgid: str) -> None:
        """By the main navigation; on a phone it is folded into a menu."""
        menu = self.page.locator("details.menu > summary")
        if menu.is_visible():
            menu.click()
        navigation = self.page.get_by_role("navigation", name=self.t("Main"), exact=True)
        self._go(navigation.get_by_role("link", name=self.t(msgid), exact=True))

    def follow(self, msgid: str, **values: object) -> None:
        """A link of the page by its words."""
        self._go(self.main.get_by_role("link", name=self.t(msgid, **values), exact=True).first)

    def follow_to(self, text: str) -> None:
        """A link whose words have ``text`` in them."""
        self._go(self.main.get_by_role("link", name=text).first)

    def press(self, msgid: str, **values: object) -> None:
        """A button that sends a form."""
        self._go(self.main.get_by_role("button", name=self.t(msgid, **values), exact=True).first)

    def add_row(self, msgid: str) -> None:
        """A button that adds a row: in place, or by way of the server."""
        button = self.main.get_by_role("button", name=self.t(msgid), exact=True)
        if self.scripts:
            button.click()
        else:
            self._go(button)

    def _go(self, control: Locator) -> None:
        with self.page.expect_navigation():
            control.click()
        self.look()

    # Forms

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def part(self, msgid: str, **values: object) -> Locator:
        """The part of the page with this name: a section or a set of fields."""
        name = self.labelled(msgid, **values)
        return self.main.get_by_role("region", name=name).or_(self.main.get_by_role("group", name=name)).first

    def field(self, msgid: str, within: Locator | None = None) -> Locator:
        """The control with this label."""
        controls = "input:not([type=range]), textarea, select"
        return (within or self.main).get_by_label(self.labelled(msgid)).and_(self.page.locator(controls)).first

    def field_of(self, name: str) -> Locator:
        """The control whose label are these very words, such as a person's name."""
        return self.main.get_by_label(name, exact=True)

    def fill(self, msgid: str, text: str, within: Locator | None = None) -> None:
        self.field(msgid, within).fill(text)

    def tick(self, msgid: str) -> None:
        self.field(msgid).check()

    def choose(self, group: str, option: str, within: Locator | None = None) -> None:
        """The option with these words (as they stand on the page) in the group with this name."""
        place = (within or self.main).get_by_role("group", name=self.labelled(group))
        place.get_by_label(option, exact=True).check()

    def choose_value(self, group: str, value: str) -> None:
        """The option of the group that sends ``value``."""
        self.main.get_by_role("group", name=self.labelled(group)).locator(f"input[value='{value}']").check()

    # Seeing

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.main).to_contain_text(text)

    def sees_words(self, msgid: str, **values: object) -> None:
        self.sees(self.t(msgid, **values))

    def is_on(self, msgid: str) -> None:
        """The heading of the page has these words of the interface."""
        self.is_called(self.t(msgid))

    def is_called(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def look(self) -> None:
        """Judge the page as a whole."""
        where = f"{self.who}: {self.page.url}"
        self.album.keep(self.page)
        assert not self.complaints, f"{where}: {self.complaints}"
        assert self.page.locator("html").get_attribute("lang") == self.language, where
        over = self.page.evaluate("document.documentElement.scrollWidth") - self.width
        assert over <= 0, f"{where} is {over} px too wide"
        judged = self.mirror.of(self.page) if self.mirror else self.page
        found = Axe().run(judged, options=RULES).response["violations"]
        faults = [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]
        assert not faults, f"{where}: {faults}"


class _Mirror:
    """The same document in a page where axe, which is a script, may run, but none of the product's scripts do."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page = context.new_page()
        self.page.route("**/*.js", lambda route: route.abort())

    def of(self, page: Page) -> Page:
        document = page.content()

        def answer(route: Route) -> None:
            route.fulfill(body=document, content_type="text/html; charset=utf-8")

        url = page.url.partition("#")[0]
        self.page.route(url, answer)
        self.page.goto(url)
        self.page.unroute(url)
        return self.page


class Album:
    """Keeps a picture of every page when ``ADVNET_SCREENSHOTS`` names a folder."""

    def __init__(self, name: str) -> None:
        folder = os.environ.get("ADVNET_SCREENSHOTS")
        self.folder = Path(folder) / name if folder else None
        self.count = 0

    def keep(self, page: Page) -> None:
        if self.folder:
            self.count += 1
            path = re.sub(r"\W+", "-", page.url.partition("//")[2].partition("/")[2])[:60].strip("-")
            page.screenshot(path=self.folder / f"{self.count:02d}-{path or 'home'}.png", full_page=True)


def _translations(language: str) -> NullTranslations:
    """What the pages say for each msgid; English is what the msgids are."""
    if language == "en":
        return NullTranslations()
    with (PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return GNUTranslations(file)
