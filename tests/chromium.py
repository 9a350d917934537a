"""One Chromium for all tests of a run: a second playwright in the same process refuses to start."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser; a test without one is skipped, or fails where ADVNET_TEST_REQUIRE_BROWSER is set."""
    path = os.environ.get("ADVNET_TEST_CHROMIUM") or shutil.which("chromium")
    if path is None:
        if os.environ.get("ADVNET_TEST_REQUIRE_BROWSER"):
            pytest.fail("no chromium found, and ADVNET_TEST_REQUIRE_BROWSER is set")
        pytest.skip("no chromium found: apt-get install chromium, or name it in ADVNET_TEST_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()
