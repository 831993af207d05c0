"""Chromium as the readers of the catalogue have it, where this machine has one: pages from a disk, and what goes wrong there.

The fixture lasts for a module: Playwright runs an event loop in its thread as long as it is open, which other tests need.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_LEFT = "net::ERR_ABORTED"  # the reader went on before it was there
Opened = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser for the tests of a module."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with playwright.sync_playwright() as running:
        launched = running.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Any) -> Opened:
    """Open a page from the disk in a window of its own; fail if it writes an error, or asks for what is not beside it."""

    @contextmanager
    def open_page(file: Path, anchor: str = "", *, within: Path | None = None, **context: Any) -> Iterator[Any]:
        folder = (within or file.parent).as_uri()
        wrong: list[str] = []
        window = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-US"} | context)
        page = window.new_page()
        page.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith((folder, "data:")) else None)
        page.on("requestfailed", lambda asked: wrong.append(f"failed: {asked.url}") if asked.failure != _LEFT else None)
        page.set_default_timeout(60_000)  # a busy machine is no bug
        page.goto(file.as_uri() + anchor)
        yield page
        window.close()
        assert not wrong, wrong

    return open_page
