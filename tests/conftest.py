"""Fixtures that several test modules share: above all, a real browser without a network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

from command import FAULTY, GOOD
from mapping import chromium

# How long an example takes says how busy the machine is, not whether the code is right. Where a
# change is judged, it is not judged by chance: new examples are looked for on people's machines.
hypothesis.settings.register_profile("claimatlas", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("claimatlas")

# These stay inside the page.
INNER_SCHEMES = ("data:", "blob:", "about:")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of the Chromium to drive; a machine without one fails, since a skip would hide it."""
    found = chromium.named_or_on_path()
    if found is None:
        pytest.fail(
            "no Chromium on PATH: run python3 tests/all.py, which installs one, "
            f"or name one in {chromium.VARIABLE}"
        )
    return found


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One headless Chromium for the session; take a new context or page for each test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=list(chromium.FLAGS)
        )
        yield browser
        browser.close()


@dataclass(eq=False)
class OfflinePage:
    """A page whose every attempt to reach beyond its own file is blocked and kept.

    ``requests`` holds the URLs asked for, the opened file apart; ``errors`` what
    the console logged as an error and the exceptions that nobody caught.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: Path, state: str = "") -> Page:
        """Open a file, ``state`` being its address's hash, and wait until it has drawn."""
        self.page.goto(path.resolve().as_uri() + (f"#{state.removeprefix('#')}" if state else ""))
        self.page.wait_for_selector("html[data-claimatlas=ready]", state="attached", timeout=30_000)
        return self.page

    def note_request(self, request: Request) -> None:
        own = request.is_navigation_request() and request.url.startswith("file:")
        if not own and not request.url.startswith(INNER_SCHEMES):
            self.requests.append(request.url)

    def note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def note_exception(self, error: Error) -> None:
        self.errors.append(str(error))


@pytest.fixture
def offline_page(browser: Browser) -> Iterator[OfflinePage]:
    """A fresh page of 1280 × 800 with the network cut off."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_offline(True)
    context.route(
        lambda url: not url.startswith(("file:", *INNER_SCHEMES)), lambda route: route.abort()
    )
    page = context.new_page()
    offline = OfflinePage(page)
    page.on("request", offline.note_request)
    page.on("websocket", lambda socket: offline.requests.append(socket.url))
    page.on("console", offline.note_console)
    page.on("pageerror", offline.note_exception)
    yield offline
    context.close()


@pytest.fixture
def claims_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to work in, with claims that are good and claims that are not."""
    monkeypatch.chdir(tmp_path)
    Path("good.csv").write_text(GOOD, encoding="utf-8")
    Path("faulty.csv").write_text(FAULTY, encoding="utf-8")
    return tmp_path
