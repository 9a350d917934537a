"""Fixtures for the look: the sample application, and a way to render a line of template in it."""

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from flask import Flask, render_template_string
from werkzeug.serving import make_server

from tests.look.sample import make_app, sample_context


@pytest.fixture(scope="session")
def sample_app() -> Flask:
    return make_app()


@pytest.fixture
def render(sample_app: Flask) -> Iterator[Callable[[str], str]]:
    """Render a template text with the sample data."""
    with sample_app.test_request_context("/"):
        yield lambda text: render_template_string(text, **sample_context())


@pytest.fixture(scope="session")
def address(sample_app: Flask) -> Iterator[str]:
    """Where the sample application answers a real browser."""
    server = make_server("127.0.0.1", 0, sample_app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
