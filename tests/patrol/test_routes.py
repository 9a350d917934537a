"""Every address × every role, on the demo's data: who gets in, nothing breaks, no GET writes.

The reading sessions are kept from writing by the database itself, so a GET that tries fails here with its own error.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from advnet import create_app
from advnet.accounts.model import VISITOR, Actor, User
from advnet.accounts.queries import find_user_by_email
from advnet.advice.model import Brief
from advnet.cli import demo_seed
from advnet.config import Settings
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.model import Consultation
from advnet.db import Database
from advnet.experts.model import Expert, ExpertSkill
from advnet.experts.registration.model import Registration
from advnet.experts.vocabulary.model import Concept
from advnet.experts.works.model import Work
from advnet.matching.handlers import IndexFollower
from advnet.permissions import allows
from advnet.search import ExpertIndex
from tests.browser_less import Browser

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PASSWORD = "a password that only tests know"
READERS = ("visitor", "applicant", "expert1", "advisor", "secretariat", "requester", "admin", "auditor")
KNOWN_TO_ALL = {"concept_id"}
"""The vocabulary is no secret."""

FAR = 10**9
"""A number that nothing has."""


@pytest.fixture(scope="session")
def demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on the demo's data, with its index."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copyfile(sqlite_template, folder / "advnet.sqlite")
    settings = Settings.from_environ(
        {
            "ADVNET_MODE": "test",
            "ADVNET_INSTANCE": str(folder),
            "ADVNET_SECRET_KEY": "only for tests, where nothing is secret",
            "ADVNET_BASE_URL": "http://localhost",
            "ADVNET_LOG_LEVEL": "CRITICAL",
        }
    )
    database = Database(settings.database_url)
    with database.transaction() as session:
        demo_seed.seed(session, password=PASSWORD, now=NOW, step=lambda: None)
    index = ExpertIndex(settings.index_folder)
    follower = IndexFollower(database, index)
    while follower():
        pass
    index.close()
    database.dispose()
    app = create_app(settings)
    app.testing = True
    yield app
    app.extensions["advnet.database"].dispose()
    app.extensions["advnet.index"].close()


@pytest.fixture(scope="session")
def browsers(demo: Flask) -> dict[str, Browser]:
    """Signed in, but for the visitor's."""
    found = {}
    for reader in READERS:
        found[reader] = Browser(demo)
        if reader != "visitor":
            found[reader].sign_in(f"{reader}@demo.example", PASSWORD)
    return found


@pytest.fixture(scope="session")
def numbers(demo: Flask) -> dict[str, list[int]]:
    """For each argument of an address some things that are there: of consultations and registrations one in each state,
    all invitations that differ in state or in their consultation's."""
    database: Database = demo.extensions["advnet.database"]

    def ids(model: Any, *different: Any) -> list[int]:
        query = sa.select(sa.func.max(model.id))
        return list(session.scalars(query.group_by(*different) if different else sa.select(model.id).limit(3)))

    with database.reading() as session:
        return {
            "consultation_id": ids(Consultation, Consultation.state, Consultation.mode),
            "invitation_id": ids(Invitation, Invitation.state, Invitation.consultation_id),
            "registration_id": ids(Registration, Registration.state),
            "expert_id": ids(Expert, Expert.standing),
            "concept_id": ids(Concept),
            "skill_id": ids(ExpertSkill),
            "work_id": ids(Work),
            "user_id": ids(User),
            "brief_id": ids(Brief, Brief.state),
        }


def get_rules(app: Flask, *, with_arguments: bool) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and rule.endpoint != "static" and bool(rule.arguments) == with_arguments
    ]


@pytest.mark.parametrize("reader", READERS)
def test_an_address_without_arguments_opens_for_whom_the_table_names(demo, browsers, reader):
    browser = browsers[reader]
    actor = actor_of(demo, reader)
    for rule in get_rules(demo, with_arguments=False):
        if rule.rule == "/readyz":
            continue
        access = demo.view_functions[rule.endpoint].access
        page = browser.get(rule.rule, follow=False)
        if access.permission is None:
            assert page.status in {200, 303}, rule.rule
        elif reader == "visitor":
            assert page.status == 303, rule.rule
            assert page.headers["Location"].startswith("/sign-in?next="), rule.rule
        elif allows(access.permission, actor):
            assert page.status in {200, 303, 404}, rule.rule
        else:
            assert page.status == 403, rule.rule


@pytest.mark.parametrize("reader", READERS)
def test_an_address_with_arguments_never_breaks(demo, browsers, numbers, reader):
    client = browsers[reader].client
    for rule in get_rules(demo, with_arguments=True):
        access = demo.view_functions[rule.endpoint].access
        for url in urls_of(demo, rule, numbers):
            with client.get(url) as answer:
                expected = {200, 422} if access.permission is None else {303}
                if reader != "visitor":
                    expected = {200, 303, 403, 404, 409, 422}
                assert answer.status_code in expected, f"{reader}: {url}"


@pytest.mark.parametrize("reader", [reader for reader in READERS if reader != "visitor"])
def test_what_is_not_there_is_not_found_or_not_allowed(demo, browsers, reader):
    for rule in get_rules(demo, with_arguments=True):
        if demo.view_functions[rule.endpoint].access.permission is not None:
            url = address(demo, rule, dict.fromkeys(rule.arguments, FAR))
            with browsers[reader].client.get(url) as answer:
                assert answer.status_code in {403, 404}, f"{reader}: {url}"


def test_no_get_has_written(demo, browsers, numbers):
    path = demo.extensions["advnet.settings"].instance / "advnet.sqlite"
    watcher = sqlite3.connect(path)
    before = watcher.execute("PRAGMA data_version").fetchone()
    for browser in browsers.values():
        for rule in (*get_rules(demo, with_arguments=False), *get_rules(demo, with_arguments=True)):
            for url in urls_of(demo, rule, numbers)[:1]:
                browser.client.get(url).close()
    after = watcher.execute("PRAGMA data_version").fetchone()
    watcher.close()
    assert after == before


def test_every_post_says_which_thing_it_is_about_or_is_for_a_whole_role(demo):
    """A loader is what turns an unreadable thing into 404; an address with a number and no loader would leak it."""
    for rule in demo.url_map.iter_rules():
        access = demo.view_functions[rule.endpoint].access
        is_about_a_thing = any(name.endswith("_id") for name in rule.arguments - KNOWN_TO_ALL)
        if is_about_a_thing and access.permission is not None:
            assert access.thing is not None, rule.rule


def actor_of(app: Flask, reader: str) -> Actor:
    database: Database = app.extensions["advnet.database"]
    if reader == "visitor":
        return VISITOR
    with database.reading() as session:
        return find_user_by_email(session, f"{reader}@demo.example").actor


def urls_of(app: Flask, rule: Rule, numbers: dict[str, list[int]]) -> list[str]:
    """The address with the things that are there; a new kind of argument must be given its things above."""
    named = [name for name in rule.arguments if name.endswith("_id")]
    assert len(named) <= 1, f"{rule.rule} names two things"
    if not named:
        return [address(app, rule, {})]
    return [address(app, rule, {named[0]: number}) for number in numbers[named[0]]]


def address(app: Flask, rule: Rule, values: dict[str, int]) -> str:
    others = {
        name: 1 if isinstance(rule._converters[name], IntegerConverter) else "no-such-secret"
        for name in set(rule.arguments) - set(values)
    }
    return app.url_map.bind("localhost").build(rule.endpoint, {**others, **values}, force_external=False)
