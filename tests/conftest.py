"""Fixtures of every part: a real database (SQLite and PostgreSQL), the application on it, people who use it."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from playwright.sync_api import Browser as Chromium
from sqlalchemy.orm import Session

import tests.postgres
from advnet import create_app, schema
from advnet.accounts import passwords
from advnet.config import Settings
from advnet.db import Database
from tests.browser_less import Browser
from tests.chromium import chromium as open_chromium
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
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    with tests.postgres.server() as url:
        yield sa.make_url(url)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: sa.URL) -> sa.URL:
    admin = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS advnet_template"))
        connection.execute(sa.text("CREATE DATABASE advnet_template"))
    admin.dispose()
    database = Database(postgres_server.set(database="advnet_template").render_as_string(hide_password=False))
    schema.upgrade(database)
    database.dispose()
    return postgres_server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated, empty database."""
    if request.param == "sqlite":
        path = tmp_path / "advnet.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_template")
    name = f"test_{uuid4().hex[:12]}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE advnet_template"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session; what the test wants to see from elsewhere it commits."""
    with database.writing() as session:
        yield session


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings.from_environ(
        {
            "ADVNET_MODE": "test",
            "ADVNET_SECRET_KEY": "only for tests, where nothing is secret",
            "ADVNET_INSTANCE": str(tmp_path / "instance"),
            "ADVNET_DATABASE_URL": database_url,
            "ADVNET_BASE_URL": "http://localhost",
            "ADVNET_LOG_LEVEL": os.environ.get("ADVNET_LOG_LEVEL", "CRITICAL"),
            "ADVNET_EMBEDDINGS": "off",
        }
    )


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Every test has an application of its own; compiling its templates again took most of the time of a page."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: Settings, compiled_templates: BytecodeCache) -> Iterator[Flask]:
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
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
