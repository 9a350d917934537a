"""The application of a test where a real browser reaches it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread
from typing import Any

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from tests.people import PASSWORD


@contextmanager
def live(app: Flask) -> Iterator[str]:
    """Its address, without a slash at the end; the processes of a whole installation are in ``journeys/site.py``."""

    def whole(environ: dict[str, Any], start: Any) -> list[bytes]:
        """Read a response to its end before it is sent: a browser that turns away in the midst leaves no file open."""
        with closing(app(environ, start)) as parts:
            return [b"".join(parts)]

    server = make_server("127.0.0.1", 0, whole, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
