"""Fixtures of every part: a real database (SQLite and PostgreSQL), the application on it, people who use it."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from playwright.sync_api import Browser as Chromium
from sqlalchemy.orm import Session

import tests.postgres
from advnet import create_app
from advnet.accounts import passwords
from advnet.config import Settings
from advnet.db import Database
from advnet.matching.opening import open_index
from advnet.web import request_log
from tests.browser_less import Browser
from tests.chromium import chromium as open_chromium
from tests.databases import PostgresBench, SqliteBench
from tests.people import People

passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # the real cost has its own test
passwords._NOBODY = passwords._hasher.hash("the password of an account that does not exist")

os.environ.setdefault("ADVNET_EMBEDDINGS", "off")
"""Also for the processes that tests start; who tests vectors says so."""

hypothesis.settings.register_profile(
    "no clock", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # how fast a busy machine makes values is not what a test is about
hypothesis.settings.load_profile("no clock")

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""When every test happens, unless it says otherwise: noon in Japan."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, whatever the order of the others, so that no processor ends alone with a minute of journey."""
    items.sort(key=lambda item: "journeys" not in item.nodeid)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def sqlite_bench(tmp_path_factory: pytest.TempPathFactory) -> SqliteBench:
    return SqliteBench(tmp_path_factory.mktemp("database"))


@pytest.fixture(scope="session")
def sqlite_template(sqlite_bench: SqliteBench) -> Path:
    """A file with an empty database, to be copied."""
    return sqlite_bench.template


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    with tests.postgres.server() as url:
        yield sa.make_url(url)


@pytest.fixture(scope="session")
def postgres_bench(postgres_server: sa.URL) -> PostgresBench:
    return PostgresBench(postgres_server)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated, empty database."""
    bench: SqliteBench | PostgresBench = request.getfixturevalue(
        "sqlite_bench" if request.param == "sqlite" else "postgres_bench"
    )
    bench.lay()
    yield bench.database
    bench.clear()


@pytest.fixture
def database_url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session; what the test wants to see from elsewhere it commits."""
    with database.writing() as session:
        yield session


def settings_of(database_url: str, instance: Path) -> Settings:
    return Settings.from_environ(
        {
            "ADVNET_MODE": "test",
            "ADVNET_SECRET_KEY": "only for tests, where nothing is secret",
            "ADVNET_INSTANCE": str(instance),
            "ADVNET_DATABASE_URL": database_url,
            "ADVNET_BASE_URL": "http://localhost",
            "ADVNET_LOG_LEVEL": os.environ.get("ADVNET_LOG_LEVEL", "CRITICAL"),
            "ADVNET_EMBEDDINGS": "off",
        }
    )


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_of(database_url, tmp_path / "instance")


@pytest.fixture(scope="session")
def wired_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application a process: its rules and templates are compiled once."""
    folder = tmp_path_factory.mktemp("wired")
    app = create_app(settings_of(f"sqlite:///{folder / 'nothing.sqlite'}", folder))
    app.testing = True
    return app


@pytest.fixture
def app(wired_app: Flask, settings: Settings, database: Database) -> Iterator[Flask]:
    index = open_index(settings)
    wired_app.extensions.update({"advnet.settings": settings, "advnet.database": database, "advnet.index": index})
    request_log.configure(settings.log_level)
    yield wired_app
    index.close()


@pytest.fixture
def own_app(settings: Settings) -> Iterator[Flask]:
    """An application of the test's own, which may be given more pages and hooks."""
    app = create_app(settings)
    app.testing = True
    yield app
    app.extensions["advnet.database"].dispose()


@pytest.fixture
def people(session: Session, now: datetime) -> People:
    """Makes accounts: ``people.advisor()``, ``people.make("expert", …)``."""
    return People(session, now)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Opens pages, submits forms by their own fields, fails on malformed HTML."""
    return Browser(app)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """A real browser, shared by all tests; each opens contexts of its own."""
    with open_chromium() as browser:
        yield browser
