"""Windows of all sizes, browsers that are too old, and maps that cannot be drawn, in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import OfflinePage
from geodata import sample_claims_path
from mapping import explore

SIZES = (
    (240, 200),
    (320, 256),
    (360, 300),
    (480, 270),
    (640, 400),
    (720, 450),
    (360, 640),  # a small phone
    (390, 844),
    (844, 390),
    (1280, 300),
    (1280, 800),
    (1920, 1080),
    (3840, 2160),
)
PAINTED = """() => {
  const canvas = document.querySelector(".ca-canvas-fills");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""
COVERED = """() => {
  const canvas = document.querySelector(".ca-canvas-fills").getBoundingClientRect();
  const map = document.querySelector(".ca-map").getBoundingClientRect();
  return canvas.left <= map.left && canvas.top <= map.top
    && canvas.right >= map.right && canvas.bottom >= map.bottom;
}"""
BROKEN = {
    "no canvas": "HTMLCanvasElement.prototype.getContext = () => null;",
    "a painter that throws": """
      CanvasRenderingContext2D.prototype.fill = () => { throw new Error("no memory"); };
    """,
    "a Leaflet that lacks a part": """
      Object.defineProperty(window, "L", { configurable: true, set(leaflet) {
        delete leaflet.point;
        Object.defineProperty(window, "L", { value: leaflet });
      } });
    """,
    "no Leaflet at all": """
      Object.defineProperty(window, "L", { get: () => undefined, set: () => {} });
    """,
    "a fit that finds no zoom": "Math.log = () => NaN;",
}
# What came after Safari 16.4, or what Safari or Firefox lack; `whenIdle` asks before it uses the
# first.
TOO_NEW = re.compile(
    r"\b(requestIdleCallback|scheduler|startViewTransition|showPopover|groupBy|withResolvers|canParse"
    r"|checkVisibility|fromAsync|isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference|setHTML"
    r"|moveBefore|scrollend|fromBase64|DurationFormat|OffscreenCanvas)\b"
    r"|RegExp\.escape|Promise\.try|\.(?:keys|values|entries)\(\)\.(?:map|filter|find|some|every|reduce|toArray)\("
    r"|/v[;,)]|ctx\.(?:filter|reset|letterSpacing|wordSpacing)\b"
)
TOO_NEW_STYLE = re.compile(
    r"&|light-dark\(|text-wrap|field-sizing|content-visibility|interpolate-size|scrollbar-(?:gutter|width)"
    r"|@starting-style|@scope|anchor\(|\bround\("
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("windows") / "map.html"
    explore(sample_claims_path(), as_of="2024-11-30").save(path)
    return path


@pytest.fixture
def page(offline_page: OfflinePage) -> Iterator[Page]:
    """A page that must come to its end without a fault."""
    yield offline_page.page
    assert offline_page.errors == []


def assert_usable(page: Page, width: int, height: int) -> None:
    """The map is drawn, the list has room, and the page scrolls down at most."""
    assert page.evaluate(PAINTED) > 1
    assert page.evaluate(COVERED)
    root = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert root[0] <= width
    assert (root[1] > height) == (height < 500 or (width < 800 and height < 700))
    room = page.evaluate("() => document.querySelector('.ca-scroll').clientHeight")
    assert room >= min(200, 0.6 * height)
    map_height = page.evaluate("() => document.querySelector('.ca-map').clientHeight")
    # What is scrolled or moved by itself leaves some of the window, by which the page is scrolled.
    assert map_height >= 120
    if root[1] > height:
        assert max(room, map_height) <= height - 40


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_window_of_any_size(
    page: Page, offline_page: OfflinePage, demo: Path, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    offline_page.open(demo)

    assert_usable(page, width, height)
    # What can be pressed on the map can be pressed: nothing lies over its middle.
    for control in (
        ".leaflet-control-zoom-in",
        ".leaflet-control-zoom-out",
        ".ca-legend > summary",
    ):
        page.locator(control).click(trial=True)
    # A reader comes to the first claim and can read it.
    card = page.locator(".ca-item .ca-card").first
    card.scroll_into_view_if_needed()
    expect(card).to_be_in_viewport()


def test_a_window_that_changes(page: Page, offline_page: OfflinePage, demo: Path) -> None:
    offline_page.open(demo)
    for width, height in [*SIZES, (844, 390), (390, 844), *reversed(SIZES)]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(COVERED)
        assert_usable(page, width, height)


@pytest.mark.parametrize("direction", [1, -1])
def test_what_is_in_view_stays_through_many_sizes(
    page: Page, offline_page: OfflinePage, demo: Path, direction: int
) -> None:
    offline_page.open(demo, "at=36.5,69.5,7")
    for width, height in SIZES[::direction]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(COVERED)
    assert page.evaluate("() => location.hash").startswith("#at=")
    assert "NaN" not in page.evaluate("() => location.hash")


def test_a_sheet_drawn_up_does_not_hide_the_map_of_a_low_window(
    page: Page, offline_page: OfflinePage, demo: Path
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    offline_page.open(demo)
    page.locator(".ca-sheet").click()
    expect(page.locator(".ca-map")).not_to_be_visible()
    page.set_viewport_size({"width": 390, "height": 400})
    expect(page.locator(".ca-map")).to_be_visible()
    page.wait_for_function(COVERED)
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".ca-sheet").click()
    expect(page.locator(".ca-map")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 700), (360, 640), (844, 390)])
def test_a_filter_leaves_the_list_its_room(
    page: Page, offline_page: OfflinePage, demo: Path, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    offline_page.open(demo, "actor=ISKP&kind=strength")

    expect(page.locator(".ca-chip")).to_have_count(2)
    assert page.locator(".ca-scroll").evaluate("element => element.clientHeight") >= 100


def test_what_a_low_map_has_no_room_for_is_listed_and_chosen(
    page: Page, offline_page: OfflinePage, demo: Path
) -> None:
    page.set_viewport_size({"width": 240, "height": 200})
    offline_page.open(demo)
    page.locator(".ca-label-more").click()
    page.locator(".ca-popup button").first.click()

    expect(page.locator(".ca-popup")).to_have_count(0)
    assert page.evaluate("() => location.hash").startswith("#set=")


def test_a_link_to_a_claim_shows_it_in_a_low_window(
    page: Page, offline_page: OfflinePage, demo: Path
) -> None:
    page.set_viewport_size({"width": 640, "height": 400})
    offline_page.open(demo, "claim=tass-2023-02-north")

    expect(page.locator(".ca-linked")).to_be_in_viewport()


@pytest.mark.parametrize("fault", BROKEN)
def test_without_a_map_the_rest_works(fresh_page: OfflinePage, demo: Path, fault: str) -> None:
    offline_page, page = fresh_page, fresh_page.page
    page.add_init_script(BROKEN[fault])
    offline_page.open(demo)
    notice = page.locator(".ca-map-fault")
    expect(notice).to_contain_text("The map could not be drawn")
    expect(notice).to_contain_text("work without it")
    expect(page.locator(".ca-item").first).to_be_visible()

    page.locator(".ca-query").fill("Sidorov 4,000")
    expect(page.locator("[data-claim-id='tass-2023-02-north']")).to_be_visible()
    page.locator(".ca-query").fill("")
    page.get_by_role("tab", name="Filters").click()
    page.locator(".ca-facet-list input").first.check()
    expect(page.locator(".ca-chip")).to_have_count(1)
    page.get_by_role("tab", name="Places").click()
    page.locator("[data-place-id='AF-KDZ'] button").click()
    expect(page.locator(".ca-selection-title")).to_have_text("Kunduz, Afghanistan")
    page.get_by_role("tab", name="Table").click()
    expect(page.locator("#ca-panel-table tbody tr").first).to_be_visible()
    page.locator(".ca-step").first.click()
    expect(page.locator(".ca-sub")).not_to_contain_text("30 Nov 2024")
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".ca-print .ca-card").first).to_be_attached()
    # What the page tells is told once, however often the reader filters; each foreign layer that
    # finds no Leaflet tells the browser so by itself.
    told = [error for error in offline_page.errors if not error.startswith("Cannot read prop")]
    assert len(offline_page.errors) > 0
    assert len(told) == len(set(told))


def test_the_map_of_which_nothing_was_made(
    offline_page: OfflinePage, demo: Path, tmp_path: Path
) -> None:
    html = demo.read_text(encoding="utf-8")
    name = re.search(r'"map":"(map_\w+)"', html)
    assert name is not None
    # Another name: as where folium's script ended before it made the map.
    other = tmp_path / "map.html"
    other.write_text(html.replace(name[0], '"map":"never_made"'), encoding="utf-8")
    page = offline_page.open(other)

    expect(page.locator(".ca-map-fault")).to_contain_text("broke before it was made")
    expect(page.locator(".ca-item").first).to_be_visible()


@pytest.mark.parametrize(
    "lack",
    [
        "delete window.DecompressionStream",
        "delete Array.prototype.toReversed",
        "CSS.supports = () => false",
        "delete window.CSS",
        "window.RegExp = function () { throw new SyntaxError('lookbehind') }",
    ],
)
def test_an_old_browser_is_told_so(fresh_page: OfflinePage, demo: Path, lack: str) -> None:
    page = fresh_page.page
    page.add_init_script(lack)
    page.goto(demo.as_uri())

    expect(page.locator(".ca-plain-old")).to_be_visible()
    expect(page.locator(".ca-plain-old")).to_contain_text("too old")
    expect(page.locator(".ca-plain-why")).not_to_be_visible()
    expect(page.locator(".ca-plain tbody tr").first).to_be_visible()
    expect(page.locator("#claimatlas")).not_to_be_visible()
    assert fresh_page.errors == []


def test_what_judges_the_browser_is_written_for_old_ones(demo: Path) -> None:
    from mapping.page.bundle import scripted_script

    script = scripted_script()
    assert script in demo.read_text(encoding="utf-8")
    assert not re.search(r"=>|`|\?\.|\?\?|\b(?:let|const|class|async)\b", script)


def test_no_browser_is_asked_for_what_it_lacks() -> None:
    assets = Path(__file__).resolve().parents[1] / "mapping" / "assets"
    found = []
    for pattern, rule in (("*.js", TOO_NEW), ("*.css", TOO_NEW_STYLE)):
        for path in sorted(assets.rglob(pattern)):
            text = re.sub(
                r"/\*.*?\*/|//.*",
                "",
                path.read_text(encoding="utf-8"),
                flags=re.DOTALL if pattern == "*.css" else re.NOFLAG,
            )
            found += [f"{path.name}: {match[0]}" for match in rule.finditer(text)]

    assert found == ["dom.js: requestIdleCallback"] * 2
