"""Fixtures that several test modules share: above all, a real browser without a network."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from filelock import FileLock
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

import tiers
from command import FAULTY, GOOD
from mapping import chromium

# How long an example takes says how busy the machine is, not whether the code is right. Where a
# change is judged, it is not judged by chance: new examples are looked for on people's machines.
hypothesis.settings.register_profile("claimatlas", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("claimatlas")
expect.set_options(timeout=20_000)  # 5 s are not enough where all cores are busy

# These stay inside the page.
INNER_SCHEMES = ("data:", "blob:", "about:")
NOBODY = 65_534
VIEWPORT = ViewportSize(width=1280, height=800)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(tiers.Gate(config))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tiers.put_in_order(items)


@pytest.hookimpl(optionalhook=True)  # of xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> tiers.InOrderByFile:
    return tiers.InOrderByFile(config, log)


# --- the browser ---------------------------------------------------------------------------------


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


def new_offline_page(browser: Browser) -> OfflinePage:
    """A page in a context of its own, with the network cut off."""
    context = browser.new_context(viewport=VIEWPORT)
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
    return offline


@dataclass
class Pages:
    """The page that tests use one after the other: a new one would start a process each time."""

    browser: Browser
    current: OfflinePage | None = None

    def take(self) -> OfflinePage:
        self.current = self.current or new_offline_page(self.browser)
        return self.current

    def give_back(self) -> None:
        """Leave nothing of a test to the next: what it opened, emulated, pointed at or heard."""
        assert self.current is not None
        page = self.current.page
        page.goto("about:blank")
        page.mouse.up()
        page.mouse.move(-1, -1)
        page.set_viewport_size(VIEWPORT)
        page.emulate_media(
            media="null", color_scheme="light", reduced_motion="no-preference", forced_colors="none"
        )
        self.current.requests.clear()
        self.current.errors.clear()

    def drop(self) -> None:
        if self.current is not None:
            self.current.page.context.close()
        self.current = None


@pytest.fixture(scope="session")
def pages(browser: Browser) -> Pages:
    return Pages(browser)


@pytest.fixture
def offline_page(pages: Pages, request: pytest.FixtureRequest) -> Iterator[OfflinePage]:
    """A page of 1280 × 800 with the network cut off; nothing of another test's is in it."""
    failed = request.session.testsfailed
    yield pages.take()
    try:
        pages.give_back()
    except Error:
        pages.drop()
    if request.session.testsfailed > failed:
        pages.drop()  # nobody knows what is left in it


@pytest.fixture
def fresh_page(browser: Browser) -> Iterator[OfflinePage]:
    """An offline page of its own, for tests that change what outlives a document."""
    offline = new_offline_page(browser)
    yield offline
    offline.page.context.close()


# --- pages that several tests open ---------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run, the same one for all of its workers."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


def sample_page(folder: Path, as_of: str, **options: Any) -> Path:
    """The page of the sample claims, built by the first worker that asks for it."""
    from geodata import sample_claims_path  # the process that hands out the tests needs none of it
    from mapping import explore

    named = "-".join([as_of, *(f"{name}-{value}" for name, value in sorted(options.items()))])
    target = folder / named / "demo.html"
    with FileLock(folder / f"{named}.lock"):
        if not target.exists():
            target.parent.mkdir()
            explore(sample_claims_path(), as_of=as_of, **options).save(target)
    return target


@pytest.fixture(scope="session")
def demo(shared_folder: Path) -> Path:
    """The page of the sample claims, as of a day on which most of them are out."""
    return sample_page(shared_folder, "2024-11-30")


@pytest.fixture(scope="session")
def sample(shared_folder: Path) -> Path:
    """The page of the sample claims, as of a day on which some of them are not out yet."""
    return sample_page(shared_folder, "2024-06-30")


@pytest.fixture(scope="session")
def by_country(shared_folder: Path) -> Path:
    """The page of the sample claims, its places countries."""
    return sample_page(shared_folder, "2024-06-30", level=0)


@contextlib.contextmanager
def without_root(folder: Path) -> Iterator[None]:
    """Be nobody in a folder, so that permissions count on machines where tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    folder.chmod(0o755)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def claims_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to work in, with claims that are good and claims that are not."""
    monkeypatch.chdir(tmp_path)
    Path("good.csv").write_text(GOOD, encoding="utf-8")
    Path("faulty.csv").write_text(FAULTY, encoding="utf-8")
    return tmp_path
