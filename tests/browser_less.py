"""A browser without a screen: it keeps cookies, reads forms as a person would, and does not forgive malformed HTML."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from lxml import etree, html
from werkzeug.test import TestResponse

from tests.people import PASSWORD

HARMLESS = {"HTML_UNKNOWN_TAG", "ERR_TAG_NAME"}  # libxml2 knows neither <main> nor <svg>


class Page:
    """An answer of the application.

    :ivar tree: the parsed document
    """

    def __init__(self, browser: "Browser", response: TestResponse) -> None:
        self.browser = browser
        self.status = response.status_code
        self.url = response.request.path
        self.headers = response.headers
        self.data = response.data
        self.text = response.get_data(as_text=True) if (response.mimetype or "").startswith("text/") else ""
        if response.mimetype == "text/html" and self.text:
            parser = etree.HTMLParser()
            self.tree = html.fromstring(self.text)
            etree.fromstring(self.text, parser)
            faults = [entry for entry in parser.error_log if entry.type_name not in {"HTML_UNKNOWN_TAG"} | HARMLESS]
            assert not faults, f"{self.url}: malformed HTML: {faults[0]}"
            identifiers = self.tree.xpath("//@id")
            twice = {name for name in identifiers if identifiers.count(name) > 1}
            assert not twice, f"{self.url}: the same id twice: {twice}"

    def words(self) -> str:
        """The visible text of ``<main>``, white space folded."""
        (main,) = self.tree.xpath("//main")
        return " ".join(main.text_content().split())

    def errors(self) -> list[str]:
        """The messages of the error summary."""
        return [
            " ".join(item.text_content().split())
            for item in self.tree.xpath("//*[contains(@class,'error-summary')]//li")
        ]

    def link(self, text: str) -> "Page":
        """Follow the link with this text."""
        found = [a for a in self.tree.xpath("//a[@href]") if " ".join(a.text_content().split()) == text]
        assert found, f"{self.url} has no link {text!r}"
        return self.browser.get(urljoin(self.url, found[0].get("href")))

    def submit(
        self, values: Mapping[str, Any] | None = None, *, button: str | None = None, follow: bool = True
    ) -> "Page":
        """Fill in and send the form of the page's main part that has ``button`` (by its text), else the first.

        Fields that are not in ``values`` go as they stand. A name that the form does not have is an error of the test.
        """
        forms = self.tree.xpath("//main//form")
        chosen = [form for form in forms if button is None or _button(form, button) is not None]
        assert chosen, f"{self.url} has no form with a button {button!r}"
        form = chosen[0]
        fields: dict[str, list[str]] = {}
        for name, value in form.form_values():
            fields.setdefault(name, []).append(value)
        known = {element.get("name") for element in form.xpath(".//input|.//select|.//textarea")}
        for name, value in (values or {}).items():
            assert name in known, f"{self.url}: the form has no field {name!r}, only {sorted(filter(None, known))}"
            listed = value if isinstance(value, list) else [value]
            fields[name] = [str(item) for item in listed if item is not None]
        pressed = _button(form, button) if button else None
        if pressed is not None and pressed.get("name"):
            fields.setdefault(pressed.get("name"), []).append(pressed.get("value") or "")
        action = (pressed.get("formaction") if pressed is not None else None) or form.get("action")
        target = urljoin(self.url, action or "")
        if (form.get("method") or "get").lower() == "get":
            return self.browser.get(target, query=fields)
        return self.browser.post(target, fields, follow=follow)


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.app = app
        self.client = app.test_client()
        self.language = language

    def get(self, url: str, *, query: Mapping[str, Any] | None = None, follow: bool = True) -> Page:
        response = self.client.get(
            url, query_string=query, follow_redirects=follow, headers={"Accept-Language": self.language}
        )
        return Page(self, response)

    def post(self, url: str, values: Mapping[str, Any], *, follow: bool = True) -> Page:
        response = self.client.post(
            url, data=values, follow_redirects=follow, headers={"Accept-Language": self.language}
        )
        return Page(self, response)

    def sign_in(self, email: str, password: str = PASSWORD) -> Page:
        page = self.get("/sign-in").submit({"email": email, "password": password})
        assert "/sign-in" not in urlsplit(page.url).path, f"{email} could not sign in: {page.errors()}"
        return page

    def another(self) -> "Browser":
        """A second person's browser on the same application."""
        return Browser(self.app, self.language)


def _button(form: Any, text: str) -> Any:
    for button in form.xpath(".//button"):
        if " ".join(button.text_content().split()).startswith(text):
            return button
    return None
