"""Every mail has its four files, and what they say can be filled in and leads somewhere."""

import inspect
import pkgutil
import re
from datetime import UTC, datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from jinja2 import meta

from advnet import create_app
from advnet.config import Settings
from advnet.mail import messages, outbox
from advnet.mail.messages import accounts, advice, consultations, invitations, registrations
from advnet.mail.render import MailRenderer
from tests.patrol.source import TEMPLATES

MAIL = TEMPLATES / "mail"
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SAMPLES: dict[str, Any] = {"roles": ["advisor", "auditor"], "reason_code": "evidence", "due_on": "2026-12-01"}
"""Where a value of the right type would not do."""

VALUES = {
    "reference": "2026-001",
    "title_ja": "海氷の予測",
    "title_en": "Sea ice forecasts",
    "deadline_at": AT.isoformat(),
    "is_granted": True,
    "is_accepted": False,
}
"""What functions with ``**values`` are given by their callers."""

FUNCTIONS = {
    name: function
    for module in (accounts, advice, consultations, invitations, registrations)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
}
FOLDERS = sorted(path.name for path in MAIL.iterdir() if path.is_dir())


@pytest.fixture
def settings(tmp_path):
    return Settings.from_environ(
        {"ADVNET_MODE": "test", "ADVNET_SECRET_KEY": "patrol", "ADVNET_INSTANCE": str(tmp_path)}
    )


@pytest.fixture
def queued(monkeypatch):
    """What a message function would have queued, instead of queueing it."""
    kept: list[dict[str, Any]] = []
    monkeypatch.setattr(outbox, "enqueue", lambda session, **job: kept.append(job["payload"]))
    return kept


def call(function: Any, language: str) -> None:
    """Call a message function with a sample value for each argument, told by its type and name."""
    hints = get_type_hints(function)
    arguments = {
        name: sample(name, hints[name], language)
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "session"
        and parameter.kind is not inspect.Parameter.VAR_KEYWORD
        and parameter.default is inspect.Parameter.empty
    }
    takes_values = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in inspect.signature(function).parameters.values())
    function(None, **{**(VALUES if takes_values else {}), **arguments})


def sample(name: str, kind: Any, language: str) -> Any:
    if kind is outbox.Recipient:
        return outbox.Recipient("mei@example.org", "Mei <Sample>", language, "Europe/Paris")
    if name in SAMPLES:
        return SAMPLES[name]
    if get_origin(kind) in {Union, UnionType}:
        kind = next(member for member in get_args(kind) if member is not type(None))
    if kind is datetime:
        return AT
    if get_origin(kind) in {list, tuple}:
        return [sample(name, get_args(kind)[0], language)]
    if get_origin(kind) is dict or kind is dict:
        return {}
    if kind is str:
        return AT.isoformat() if name.endswith(("_at", "_by", "_until", "deadline", "until")) else f"<{name}>"
    return kind(3)


def test_every_room_of_the_messages_is_patrolled():
    rooms = {name for _finder, name, _is_package in pkgutil.iter_modules(messages.__path__)}
    assert rooms == {"accounts", "advice", "consultations", "invitations", "registrations"}


def test_every_function_has_a_folder_and_every_folder_a_function(queued):
    for function in FUNCTIONS.values():
        call(function, "ja")
    assert sorted({payload["message"] for payload in queued}) == FOLDERS


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_mail_has_text_and_html_in_both_languages(folder):
    assert sorted(path.name for path in (MAIL / folder).iterdir()) == ["en.html", "en.txt", "ja.html", "ja.txt"]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_mail_can_be_rendered_with_what_its_function_queues(name, language, settings, queued):
    call(FUNCTIONS[name], language)
    assert len(queued) == 1
    mail = MailRenderer(settings).render(queued[0], now=AT)
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert mail["Subject"].strip()
    assert "Mei &lt;Sample&gt;" in html
    assert "Mei <Sample>" in text
    assert not re.search(r"\{\{|\{%|\}\}|Undefined", text + html)
    if language == "ja":
        assert re.search("[ぁ-ん]", mail["Subject"] + text), "a Japanese mail without Japanese"
        assert re.search("[ぁ-ん]", html)
    else:
        assert not re.search("[ぁ-んァ-ヶ]", text.replace("科学技術外交アドバイザリー・ネットワーク", ""))


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_link_of_a_mail_leads_to_a_page(name, language, settings, queued):
    app = create_app(settings)
    call(FUNCTIONS[name], language)
    mail = MailRenderer(settings).render(queued[0], now=AT)
    pages = app.url_map.bind("localhost")
    for kind in ("plain", "html"):
        body = mail.get_body((kind,)).get_content()
        for path in re.findall(re.escape(settings.base_url) + r"(/[^\s\"'<>]*(?:<[a-z_]+>)?)", body):
            assert pages.test(path.partition("?")[0].partition("#")[0].rstrip("."), "GET"), path
    app.extensions["advnet.database"].dispose()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_text_and_html_say_the_same_values(name, language, settings, queued):
    """A value that only one of the two shows was forgotten in the other; the subject may say more than the HTML."""
    call(FUNCTIONS[name], language)
    folder = MAIL / queued[0]["message"]
    values = set(queued[0]["values"])
    lines = (folder / f"{language}.txt").read_text("utf-8").splitlines()
    while lines[0].startswith("{% from"):
        lines.pop(0)
    environment = MailRenderer(settings).environment

    def named(source: str) -> set[str]:
        return values & meta.find_undeclared_variables(environment.parse(source))

    subject, text = named(lines[0]), named("\n".join(lines[1:]))
    html = named((folder / f"{language}.html").read_text("utf-8"))
    assert text <= html <= text | subject


def test_no_mail_loads_anything_from_elsewhere():
    for path in MAIL.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<img|<link|<script|@import|url\(", text), path
