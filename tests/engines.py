"""Firefox and WebKit, driven alike: open a page, act in it as a reader does, hear of its faults.

Chromium is driven by playwright (conftest.py). WebKit is Debian's WebKitGTK, on a screen of its own
that nobody sees; Firefox is an installed one, since playwright's is not Firefox as people have it.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import html
import json
import os
import shutil
import subprocess
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

WAIT = 20.0
FIREFOX_NAMES = ("firefox-esr", "firefox")
MINI_BROWSERS = ("webkit2gtk-4.1/MiniBrowser", "webkitgtk-6.0/MiniBrowser")
PACKAGES = ("webkit2gtk-driver", "xvfb", "firefox-esr")
SCREEN = "1500x1100x24"

# Before the page's policy, which would stop it: what goes wrong is kept where any driver finds it.
COLLECTOR = """
(() => {
  const faults = [], error = console.error;
  const keep = (text) => {
    faults.push(String(text));
    document.documentElement.dataset.faults = JSON.stringify(faults);
  };
  const on = (name, words) => addEventListener(name, (event) => keep(words(event)), true);
  on("error", (event) => event.message || `did not load: ${event.target.outerHTML}`);
  on("unhandledrejection", (event) => event.reason);
  on("securitypolicyviolation", (event) => `${event.violatedDirective}: ${event.blockedURI}`);
  console.error = (...words) => {
    keep(words.join(" "));
    error.apply(console, words);
  };
})();
"""
# What media queries for paper say, where the driver cannot ask the browser to print.
PAPER_RULES = """
const change = (rules) => {
  for (const rule of rules) {
    if (!(rule instanceof CSSMediaRule)) continue;
    if (/print/.test(rule.media.mediaText)) rule.media.mediaText = "all";
    else if (/screen/.test(rule.media.mediaText)) rule.media.mediaText = "not all";
    change(rule.cssRules);
  }
};
for (const sheet of document.styleSheets) change(sheet.cssRules);
"""


class NotInstalledError(Exception):
    """A browser that this machine does not have; says which, and how it is had."""


def with_collector(page: Path) -> Path:
    """Write a copy of a page that keeps its own faults beside the page; only that is added."""
    text = page.read_text(encoding="utf-8")
    assert text.count("<head>") == 1
    copy = page.with_suffix(".watched.html")
    copy.write_text(text.replace("<head>", f"<head><script>{COLLECTOR}</script>"), encoding="utf-8")
    return copy


class Engine(ABC):
    """A browser with one window."""

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.downloads = folder / "downloads"
        self.downloads.mkdir(parents=True)

    # --- what each driver does in its own way ---------------------------------------

    @abstractmethod
    def go(self, url: str) -> None:
        """Load an address."""

    @abstractmethod
    def run(self, body: str, *arguments: Any) -> Any:
        """Run the body of a function in the page, or in the frame entered; give what it returns."""

    @abstractmethod
    def element(self, selector: str) -> Any:
        """Find an element that can be clicked and typed into."""

    @abstractmethod
    def enter_frame(self) -> None:
        """Go on in the page's only frame, until another address is loaded."""

    @abstractmethod
    def leave_frame(self) -> None:
        """Go on in the page that holds the frame."""

    @abstractmethod
    def picture(self) -> bytes:
        """Take a picture (PNG) of what is seen."""

    @abstractmethod
    def show_as_paper(self) -> None:
        """Show the page in its style for paper, after what it does before it prints."""

    @abstractmethod
    def close(self) -> None:
        """End the browser and all that it started."""

    # --- the same for both ------------------------------------------------------------

    def open(self, page: Path, state: str = "") -> None:
        """Open a page in the whole window; ``state`` is its address's hash."""
        self.go("about:blank")  # another hash alone would load nothing anew
        self.go(page.resolve().as_uri() + state)
        self.wait_ready()

    def open_framed(self, page: Path, width: int, height: int, state: str = "") -> None:
        """Open a page in a window of any size: a frame, which knows no smallest one."""
        self._open_frame(f'src="{page.resolve().as_uri() + state}"', width, height)

    def open_within(self, document: str) -> None:
        """Open a page as a notebook shows it: its text stands in the frame itself."""
        self._open_frame(f'srcdoc="{html.escape(document)}"', 1000, 680)

    def _open_frame(self, source: str, width: int, height: int) -> None:
        host = self.folder / "host.html"
        host.write_text(
            f'<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">'
            f'<iframe {source} style="border:0;width:{width}px;height:{height}px"></iframe>',
            encoding="utf-8",
        )
        self.go("about:blank")
        self.go(host.as_uri())
        self.enter_frame()
        self.wait_ready()

    def resize_frame(self, width: int, height: int) -> None:
        """Give the frame another size, as when a phone is turned, and wait for it."""
        self.leave_frame()
        size = "`border:0;width:${arguments[0]}px;height:${arguments[1]}px`"
        self.run(f"document.querySelector('iframe').style.cssText = {size}", width, height)
        self.enter_frame()
        self.wait(
            "return innerWidth === arguments[0] && innerHeight === arguments[1]", width, height
        )

    def wait_ready(self) -> None:
        """Wait until the page has drawn."""
        try:
            self.wait("return document.documentElement.dataset.claimatlas === 'ready'")
        except TimeoutError as error:
            raise AssertionError(f"{self.name}: the page is not ready; {self.faults()}") from error

    def wait(self, body: str, *arguments: Any) -> Any:
        """Run a body until it returns something true, which is given."""
        return self.wait_for(lambda: self.run(body, *arguments), body)

    def wait_for(self, ask: Callable[[], Any], what: str) -> Any:
        """Ask until the answer is something true, which is given."""
        end = time.monotonic() + WAIT
        while True:
            answer = ask()
            if answer:
                return answer
            if time.monotonic() > end:
                raise TimeoutError(f"{self.name}: in vain for {WAIT:.0f} s: {what}")
            time.sleep(0.05)

    def click(self, selector: str) -> None:
        """Press what a selector finds, as with a mouse."""
        self.element(selector).click()

    def type(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.element(selector).send_keys(text)

    def text(self, selector: str) -> str:
        """Read the text of what a selector finds."""
        return str(self.run("return document.querySelector(arguments[0]).textContent", selector))

    def count(self, selector: str) -> int:
        """Count what a selector finds."""
        return int(self.run("return document.querySelectorAll(arguments[0]).length", selector))

    def faults(self) -> list[str]:
        """List what went wrong in a page that `with_collector` wrote."""
        kept = self.run("return document.documentElement.dataset.faults || null")
        return list(json.loads(kept)) if kept else []

    def downloaded(self, name: str) -> bytes:
        """Wait for a file that the page offered, and read it."""
        path = self.downloads / name
        self.wait_for(lambda: path.is_file() and path.stat().st_size, f"download of {name}")
        return path.read_bytes()


class Firefox(Engine):
    """Firefox through Marionette, which it brings itself. Its window is at least 500 px wide."""

    name = "Firefox"

    def __init__(self, folder: Path) -> None:
        found = _firefox()
        if found is None:
            raise NotInstalledError(_missing(self.name, ["firefox-esr"]))
        super().__init__(folder)
        with warnings.catch_warnings():
            # The driver's packages use what Python 3.13 no longer has (there they do without), and
            # leave the sockets open by which they ask whether Firefox listens.
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("ignore", ResourceWarning)
            self.marionette = self._start(found)
            gc.collect()
        self.marionette.set_window_rect(width=1280, height=900)

    def _start(self, command: str) -> Any:
        from marionette_driver.marionette import Marionette

        marionette = Marionette(
            bin=command,
            headless=True,
            port=0,
            gecko_log=str(self.folder / "gecko.log"),
            prefs={
                "browser.download.folderList": 2,
                "browser.download.dir": str(self.downloads),
                "browser.download.useDownloadDir": True,
                "browser.download.always_ask_before_handling_new_types": False,
                "browser.download.alwaysOpenPanel": False,
            },
        )
        marionette.start_session()
        return marionette

    def go(self, url: str) -> None:
        self.marionette.switch_to_frame()
        self.marionette.navigate(url)

    def run(self, body: str, *arguments: Any) -> Any:
        return self.marionette.execute_script(body, script_args=arguments)

    def element(self, selector: str) -> Any:
        return self.marionette.find_element("css selector", selector)

    def enter_frame(self) -> None:
        self.marionette.switch_to_frame(self.element("iframe"))

    def leave_frame(self) -> None:
        self.marionette.switch_to_frame()

    def picture(self) -> bytes:
        return base64.b64decode(self.marionette.screenshot(full=False))

    def show_as_paper(self) -> None:
        self.run("dispatchEvent(new Event('beforeprint'))")
        with self.marionette.using_context("chrome"):
            self.marionette.execute_script(
                "gBrowser.selectedBrowser.browsingContext.mediumOverride = 'print'"
            )

    def close(self) -> None:
        self.marionette.cleanup()
        # Its profile is removed with it, which at the end of Python is too late.
        del self.marionette
        gc.collect()


class WebKit(Engine):
    """WebKitGTK's small browser through its WebDriver, on a screen of its own."""

    name = "WebKit"

    def __init__(self, folder: Path) -> None:
        driver, screen, browser = shutil.which("WebKitWebDriver"), shutil.which("Xvfb"), _mini()
        needed = {"WebKitWebDriver": driver, "Xvfb": screen, "MiniBrowser": browser}
        if driver is None or screen is None or browser is None:
            raise NotInstalledError(
                _missing(self.name, [name for name, found in needed.items() if found is None])
            )
        super().__init__(folder)
        from selenium.webdriver import WebKitGTK
        from selenium.webdriver.webkitgtk.options import Options
        from selenium.webdriver.webkitgtk.service import Service

        self.ends = contextlib.ExitStack()
        try:
            environment = self._environment(self.ends.enter_context(_screen(screen)))
            options = Options()
            options.binary_location = str(browser)
            options.add_argument("--automation")
            log = self.ends.enter_context((folder / "webkit.log").open("wb"))
            service = Service(executable_path=driver, env=environment, log_output=log)
            with warnings.catch_warnings():
                # selenium 4.51 warns of how selenium itself connects to this browser.
                warnings.filterwarnings("ignore", ".*remote_server_addr", DeprecationWarning)
                self.driver = WebKitGTK(options=options, service=service)
            self.ends.callback(self.driver.quit)
            self.driver.set_window_rect(0, 0, 1280, 900)
        except BaseException:
            self.ends.close()
            raise

    def _environment(self, display: str) -> dict[str, str]:
        """Give the surroundings of a browser that keeps what it writes in its own folder."""
        settings = self.folder / "config"
        settings.mkdir()
        folders = f'XDG_DOWNLOAD_DIR="{self.downloads}"\n'
        (settings / "user-dirs.dirs").write_text(folders, encoding="utf-8")
        return os.environ | {
            "DISPLAY": display,
            "HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(settings),
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
            # Neither root nor a container may make a sandbox; it opens our own pages alone.
            "WEBKIT_FORCE_SANDBOX": "0",
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        }

    def go(self, url: str) -> None:
        self.driver.switch_to.default_content()
        self.driver.get(url)

    def run(self, body: str, *arguments: Any) -> Any:
        return self.driver.execute_script(body, *arguments)

    def element(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def enter_frame(self) -> None:
        self.driver.switch_to.frame(self.element("iframe"))

    def leave_frame(self) -> None:
        self.driver.switch_to.default_content()

    def picture(self) -> bytes:
        return self.driver.get_screenshot_as_png()

    def show_as_paper(self) -> None:
        self.run("dispatchEvent(new Event('beforeprint'))")
        self.run(PAPER_RULES)

    def close(self) -> None:
        self.ends.close()


@contextlib.contextmanager
def _screen(command: str) -> Iterator[str]:
    """Give the name of a screen that nobody sees."""
    read, write = os.pipe()
    asked = [command, "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    server = subprocess.Popen(asked, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            number = told.readline().strip()
        if not number:
            raise OSError("Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=WAIT)


def _mini() -> Path | None:
    """Find the browser that WebKitGTK's driver drives."""
    for folder in (Path("/usr/lib"), Path("/usr/libexec"), *Path("/usr/lib").glob("*-linux-gnu*")):
        for name in MINI_BROWSERS:
            if (folder / name).is_file():
                return folder / name
    return None


def _firefox() -> str | None:
    return next(filter(None, map(shutil.which, FIREFOX_NAMES)), None)


def missing_packages() -> list[str]:
    """List Debian's packages of what is driven here and is not installed."""
    webkit = shutil.which("WebKitWebDriver") and _mini()
    found = dict(zip(PACKAGES, (webkit, shutil.which("Xvfb"), _firefox())))  # noqa: B905 - an old Python reads this
    return [package for package in PACKAGES if not found[package]]


def _missing(name: str, needed: list[str]) -> str:
    return (
        f"{name} is not installed (not found: {', '.join(needed)}); python3 tests/all.py installs "
        f"it where apt is at hand, as does: apt-get install {' '.join(PACKAGES)}"
    )
