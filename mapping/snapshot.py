"""A picture of a page, taken by an installed Chromium."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.errors import ArgumentError, PageError, SurroundingsError
from geodata.io.input_files import InputFiles
from geodata.io.save import save_file
from mapping import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

# What every page of ours carries.
_MARK = b'id="claimatlas-meta"'
_READY = "html[data-claimatlas=ready]"
_LOST = ".ca-lost:not([hidden]) span"  # what the address names and the page lacks
_READY_WITHIN = 60_000  # ms
LARGEST = 16_384  # px, what Chromium draws on one surface


def take_snapshot(
    page: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    width: int = 1280,
    height: int = 800,
    scale: float = 1.0,
    state: str = "",
    online: bool = False,
) -> None:
    """Open a page in Chromium and write what it shows to a PNG file.

    Parameters
    ----------
    page
        A page that claimatlas wrote.
    target
        The PNG file; it is replaced only when the picture is complete.
    width, height
        Size of the window in CSS pixels.
    scale
        Pixels of the picture for each of them.
    state
        The hash of a link to a view, such as ``"#place=AF-KDZ&asof=2023-06-01"``.
    online
        Let the page load the tiles that its author chose.

    Raises
    ------
    ArgumentError
        If a size makes no sense, or ``target`` is the page.
    PageError
        If the file is no page of claimatlas, does not draw, or does not hold what ``state``
        names.
    SurroundingsError
        If playwright or a Chromium is missing, or the picture cannot be written.

    Examples
    --------
    >>> take_snapshot("map.html", "map.png", state="#place=AF-KDZ")  # doctest: +SKIP
    """
    _check_size(width, height, scale)
    inputs = InputFiles.of(page)
    inputs.refuse(target)
    address = _address(page, state)
    browser_path = chromium.named_or_on_path()
    if browser_path is None:
        message = (
            "no Chromium was found on PATH; install one, or name it in the environment "
            f"variable {chromium.VARIABLE}"
        )
        raise SurroundingsError(message)
    # In a thread of its own: a notebook's has a running event loop, beside which the playwright
    # that waits for its answers refuses to start.
    with ThreadPoolExecutor(max_workers=1) as threads:
        shot = threads.submit(
            _content,
            browser_path,
            address,
            size=(width, height),
            scale=scale,
            online=online,
            name=page,
        )
    save_file(target, shot.result(), inputs=inputs)


def _content(
    browser_path: str,
    address: str,
    *,
    size: tuple[int, int],
    scale: float,
    online: bool,
    name: str | os.PathLike[str],
) -> bytes:
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an optional extra
    except ModuleNotFoundError as error:
        message = "a picture needs playwright; install it with: pip install playwright"
        raise SurroundingsError(message) from error
    with sync_playwright() as playwright:
        browser = _launch(playwright, browser_path)
        try:
            return _shoot(browser, address, size=size, scale=scale, online=online, name=name)
        finally:
            browser.close()


def _check_size(width: int, height: int, scale: float) -> None:
    for name, value in {"width": width, "height": height}.items():
        if not 1 <= value * scale <= LARGEST:
            message = f"{name} {value!r} times scale {scale!r} must lie between 1 and {LARGEST}"
            raise ArgumentError(message)


def _address(page: str | os.PathLike[str], state: str) -> str:
    """Find the page's own address on this disk, with the state as its hash."""
    name = os.fspath(page)
    try:
        content = Path(page).read_bytes()
    except OSError as error:
        message = f"{name}: cannot be read: {error.strerror}"
        raise PageError(message) from error
    if _MARK not in content:
        message = f"{name}: is no page of claimatlas; make one with: claimatlas build"
        raise PageError(message)
    hashed = f"#{state.removeprefix('#')}" if state else ""
    return Path(page).resolve().as_uri() + hashed


def _launch(playwright: Playwright, path: str) -> Browser:
    from playwright.sync_api import Error  # noqa: PLC0415 - an optional extra

    try:
        # Chromium's own sandbox does not start for root.
        return playwright.chromium.launch(
            executable_path=path,
            chromium_sandbox=not _is_root(),
            args=["--disable-gpu", "--disable-background-networking"],
        )
    except Error as error:
        message = f"Chromium ({path}) does not start: {str(error).splitlines()[0]}"
        raise SurroundingsError(message) from error


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _shoot(
    browser: Browser,
    address: str,
    *,
    size: tuple[int, int],
    scale: float,
    online: bool,
    name: str | os.PathLike[str],
) -> bytes:
    from playwright.sync_api import Error  # noqa: PLC0415 - an optional extra

    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        offline=not online,
        reduced_motion="reduce",
    )
    try:
        view = context.new_page()
        view.goto(address)
        view.wait_for_selector(_READY, state="attached", timeout=_READY_WITHIN)
        lost = view.locator(_LOST)
        if lost.count():
            # A picture of everything would pass for one of the place that was asked for.
            message = f"{os.fspath(name)}: {lost.inner_text()} No picture was taken."
            raise PageError(message)
        if online:
            view.wait_for_load_state("networkidle")
        return view.screenshot()
    except Error as error:
        message = f"{os.fspath(name)}: does not draw: {str(error).splitlines()[0]}"
        raise PageError(message) from error
