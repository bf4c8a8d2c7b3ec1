"""The map of a page, in a real Chromium: what it draws, labels and chooses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from geodata import builtin_boundaries, sample_claims_path
from mapping import explore

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, FloatRect, Locator, Page

    from conftest import OfflinePage

AS_OF = "2024-06-30"

# Points well inside a place, away from its edges.
INSIDE = {
    "Kunduz, Afghanistan": (36.75, 68.9),
    "Badakhshan, Afghanistan": (36.9, 70.9),
    "Nimruz, Afghanistan": (30.9, 62.5),
    "Sar-e Pol, Afghanistan": (35.7, 66.1),
    "Gorno-Badakhshan, Tajikistan": (38.3, 72.5),
}

PIXELS_AROUND = """([lat, lon, half]) => {
    const meta = JSON.parse(document.getElementById("claimatlas-meta").textContent);
    const map = window[meta.map];
    const canvas = document.querySelector(".ca-canvas-fills");
    const box = canvas.getBoundingClientRect();
    const own = map.getContainer().getBoundingClientRect();
    const point = map.latLngToContainerPoint([lat, lon]);
    const scale = canvas.width / box.width;
    const x = (own.left + point.x - box.left) * scale;
    const y = (own.top + point.y - box.top) * scale;
    const { data } = canvas.getContext("2d").getImageData(x - half, y - half, 2 * half, 2 * half);
    const colours = new Set();
    for (let i = 0; i < data.length; i += 4) colours.add(data.slice(i, i + 4).join());
    return [...colours].sort();
}"""

POINT_OF = """([lat, lon]) => {
    const meta = JSON.parse(document.getElementById("claimatlas-meta").textContent);
    const map = window[meta.map];
    const own = map.getContainer().getBoundingClientRect();
    const point = map.latLngToContainerPoint([lat, lon]);
    return [own.left + point.x, own.top + point.y];
}"""

SHOW = """([lat, lon]) => {
    const meta = JSON.parse(document.getElementById("claimatlas-meta").textContent);
    window[meta.map].setView([lat, lon], 9, { animate: false });
}"""

ADD_MARKER = """([lat, lon]) => {
    const meta = JSON.parse(document.getElementById("claimatlas-meta").textContent);
    L.marker([lat, lon]).addTo(window[meta.map]).bindPopup(document.createTextNode("mine"));
}"""


@pytest.fixture(scope="module")
def countries() -> dict[str, tuple[float, float]]:
    """Latitude and longitude of the label point of each country in the page."""
    content: Any = explore(sample_claims_path(), as_of=AS_OF).get_root()
    columns = content.content.payload.data["places"]["columns"]
    points = zip(*(columns[name]["v"] for name in ("id", "lat", "lon")), strict=True)
    return {place: (lat, lon) for place, lat, lon in points}


def label(page: Page, text: str) -> Locator:
    return page.locator("button.ca-label", has_text=text)


def country(page: Page, name: str) -> Locator:
    return page.locator("button.ca-label[data-country]", has_text=name)


def at(lat: float, lon: float, zoom: float = 8) -> str:
    return f"at={lat},{lon},{zoom}"


def colours_at(page: Page, lat: float, lon: float) -> list[str]:
    colours: list[str] = page.evaluate(PIXELS_AROUND, [lat, lon, 9])
    return colours


def repainted(page: Page, lat: float, lon: float, expected: Callable[[list[str]], bool]) -> bool:
    """Whether the map comes to show what is expected: media change a frame or more later."""
    for _ in range(60):
        if expected(colours_at(page, lat, lon)):
            return True
        page.wait_for_timeout(50)
    return False


def screen_point(page: Page, lat: float, lon: float) -> tuple[float, float]:
    x, y = page.evaluate(POINT_OF, [lat, lon])
    return x, y


def boxes(page: Page, selector: str) -> list[FloatRect]:
    found = [locator.bounding_box() for locator in page.locator(selector).all()]
    return [box for box in found if box is not None]


def overlap(a: FloatRect, b: FloatRect) -> bool:
    across = a["x"] < b["x"] + b["width"] - 1 and b["x"] < a["x"] + a["width"] - 1
    return across and a["y"] < b["y"] + b["height"] - 1 and b["y"] < a["y"] + a["height"] - 1


def test_the_map_draws_without_a_request_or_an_error(
    sample: Path, offline_page: OfflinePage
) -> None:
    page = offline_page.open(sample)

    assert page.locator("canvas.ca-canvas").count() == 4
    assert offline_page.requests == []
    assert offline_page.errors == []


def test_a_joint_total_is_labelled_once_on_its_set(sample: Path, offline_page: OfflinePage) -> None:
    page = offline_page.open(sample)

    expect(label(page, "4,000 fighters")).to_have_count(1)
    expect(label(page, "4,000 fighters")).to_have_text(
        re.compile(r"up to 4,000 fighters jointly\s+CSTO on ISKP")
    )
    expect(page.locator(".ca-map", has_text="1,333")).to_have_count(0)


def test_a_click_on_the_label_of_a_set_selects_the_set(
    sample: Path, offline_page: OfflinePage
) -> None:
    page = offline_page.open(sample)

    label(page, "4,000 fighters").click()

    # In an address + is written as it is, or as %2B.
    expect(page).to_have_url(re.compile(r"[#&]set=AF-BDS(\+|%2B)AF-KDZ(\+|%2B)AF-TAK"))
    expect(label(page, "4,000 fighters")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("button.ca-label[data-set]")).to_have_count(1)


@pytest.mark.second_tier
def test_a_drag_that_starts_on_a_label_moves_the_map_and_selects_nothing(
    sample: Path, offline_page: OfflinePage
) -> None:
    page = offline_page.open(sample)
    box = country(page, "Afghanistan").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 40, steps=8)
    page.mouse.up()

    expect(page).to_have_url(re.compile(r"#at="))
    assert "place=" not in page.url


@pytest.mark.second_tier
def test_nationwide_claims_stand_beside_their_country_and_on_no_province(
    sample: Path, offline_page: OfflinePage
) -> None:
    page = offline_page.open(sample)

    box = label(page, "nationwide claims").bounding_box()
    expect(country(page, "Afghanistan")).to_have_text(re.compile(r"Afghanistan · \d+ nationwide"))
    assert box is not None
    for province in builtin_boundaries(countries=["AFG"]).geometry.representative_point():
        x, y = screen_point(page, province.y, province.x)
        inside = box["x"] <= x <= box["x"] + box["width"]
        assert not (inside and box["y"] <= y <= box["y"] + box["height"])


@pytest.mark.second_tier
def test_nationwide_claims_of_the_land_around_are_labelled_too(
    sample: Path, offline_page: OfflinePage, countries: dict[str, tuple[float, float]]
) -> None:
    page = offline_page.open(sample, at(*countries["KAZ"], 5))

    expect(country(page, "Kazakhstan · 1 nationwide claim")).to_have_count(1)
    assert offline_page.errors == []


def test_what_lies_under_the_pointer_is_told(sample: Path, offline_page: OfflinePage) -> None:
    page = offline_page.open(sample)

    for name, place in INSIDE.items():
        page.evaluate(SHOW, list(place))
        page.mouse.move(*screen_point(page, *place))
        expect(page.locator(".ca-tooltip strong")).to_have_text(name)


def test_the_tooltip_says_sources_age_and_joint_totals(
    sample: Path, offline_page: OfflinePage
) -> None:
    page = offline_page.open(sample, at(*INSIDE["Kunduz, Afghanistan"], 9))

    page.mouse.move(*screen_point(page, *INSIDE["Kunduz, Afghanistan"]))

    tooltip = page.locator(".ca-tooltip")
    expect(tooltip).to_contain_text("sources speak of this place")
    expect(tooltip).to_contain_text("Newest:")
    expect(tooltip).to_contain_text(
        "Included in a joint total: up to 4,000 fighters · CSTO on ISKP"
    )


@pytest.mark.second_tier
def test_a_place_without_claims_is_told_from_land_sea_and_shades(
    sample: Path, offline_page: OfflinePage
) -> None:
    page = offline_page.open(sample, at(28.5, 62.5, 6))

    nothing = colours_at(page, *INSIDE["Nimruz, Afghanistan"])
    land = colours_at(page, 28.5, 64)
    sea = colours_at(page, 24, 60)
    shaded = colours_at(page, 31.5, 64.2)

    assert len(nothing) == len(land) == len(sea) == 1
    assert len({*nothing, *land, *sea}) == 3
    assert not {*nothing, *land, *sea} & set(shaded)
    page.mouse.move(*screen_point(page, *INSIDE["Nimruz, Afghanistan"]))
    expect(page.locator(".ca-tooltip")).to_contain_text("Nothing collected")


@pytest.mark.second_tier
def test_a_place_of_which_only_others_speak_is_told_from_one_without_claims(
    sample: Path, offline_page: OfflinePage
) -> None:
    page = offline_page.open(sample, at(35, 66, 6))

    soft = colours_at(page, *INSIDE["Sar-e Pol, Afghanistan"])
    nothing = colours_at(page, *INSIDE["Nimruz, Afghanistan"])

    # The same quiet ground, but dotted.
    assert set(nothing) < set(soft)


@pytest.mark.second_tier
def test_more_sources_are_a_darker_shade(sample: Path, offline_page: OfflinePage) -> None:
    page = offline_page.open(sample, at(35, 68, 6))

    def lightest(lat: float, lon: float) -> int:
        # Hatches lie over the shade; the legend's swatches share its colours.
        colours = colours_at(page, lat, lon)
        return min(sum(map(int, colour.split(",")[:3])) for colour in colours)

    badakhshan = lightest(*INSIDE["Badakhshan, Afghanistan"])
    helmand = lightest(31.5, 64.2)

    assert badakhshan < helmand


def test_a_click_on_a_province_selects_it(sample: Path, offline_page: OfflinePage) -> None:
    page = offline_page.open(sample, at(*INSIDE["Badakhshan, Afghanistan"], 9))

    page.mouse.click(*screen_point(page, *INSIDE["Badakhshan, Afghanistan"]))

    expect(page).to_have_url(re.compile(r"[#&]place=AF-BDS"))


@pytest.mark.second_tier
def test_the_keyboard_selects_what_stands_in_the_middle(
    sample: Path, offline_page: OfflinePage
) -> None:
    page = offline_page.open(sample, at(*INSIDE["Kunduz, Afghanistan"], 9))
    page.keyboard.press("Tab")

    page.locator(".leaflet-container").focus()
    expect(page.locator(".ca-crosshair")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"[#&]place=AF-KDZ"))


@pytest.mark.second_tier
def test_a_marker_of_the_author_keeps_its_click(sample: Path, offline_page: OfflinePage) -> None:
    page = offline_page.open(sample, at(*INSIDE["Kunduz, Afghanistan"], 9))
    page.evaluate(ADD_MARKER, list(INSIDE["Kunduz, Afghanistan"]))

    page.locator(".leaflet-marker-icon").click()

    expect(page.locator(".leaflet-popup")).to_have_text(re.compile("mine"))
    assert "place=" not in page.url


@pytest.mark.second_tier
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_labels_neither_overlap_nor_leave_the_map(
    width: int, height: int, sample: Path, offline_page: OfflinePage
) -> None:
    offline_page.page.set_viewport_size({"width": width, "height": height})
    page = offline_page.open(sample)
    (frame,) = boxes(page, ".leaflet-container")

    found = boxes(page, ".ca-label")
    buttons = boxes(page, "button.ca-label")

    assert len(buttons) >= 3
    pairs = [(a, b) for i, a in enumerate(found) for b in found[i + 1 :]]
    assert not [pair for pair in pairs if overlap(*pair)]
    for box in buttons:
        assert frame["x"] <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
        assert frame["y"] <= box["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"]


@pytest.mark.second_tier
def test_the_legend_says_what_it_counts(sample: Path, offline_page: OfflinePage) -> None:
    page = offline_page.open(sample)
    legend = page.locator("details.ca-legend")

    expect(legend).to_have_attribute("open", "")
    for words in ("Sources that speak of this place", "nothing collected", "3 years", "jointly"):
        expect(legend).to_contain_text(words)


@pytest.mark.second_tier
def test_the_legend_starts_folded_on_a_phone(sample: Path, offline_page: OfflinePage) -> None:
    offline_page.page.set_viewport_size({"width": 390, "height": 844})
    page = offline_page.open(sample)

    expect(page.locator("details.ca-legend:not([open])")).to_be_visible()


@pytest.mark.second_tier
def test_the_map_follows_a_dark_system(sample: Path, offline_page: OfflinePage) -> None:
    page = offline_page.open(sample, at(35, 66, 5))
    light = colours_at(page, *INSIDE["Nimruz, Afghanistan"])

    page.emulate_media(color_scheme="dark")

    assert repainted(page, *INSIDE["Nimruz, Afghanistan"], lambda colours: colours != light)


@pytest.mark.second_tier
def test_paper_gets_light_colours_and_its_own_width(
    sample: Path, offline_page: OfflinePage
) -> None:
    page = offline_page.open(sample, at(35, 66, 5))
    light = colours_at(page, *INSIDE["Nimruz, Afghanistan"])
    page.emulate_media(color_scheme="dark")
    assert repainted(page, *INSIDE["Nimruz, Afghanistan"], lambda colours: colours != light)

    page.emulate_media(media="print")

    assert repainted(
        page, *INSIDE["Nimruz, Afghanistan"], lambda colours: set(light) <= set(colours)
    )
    (frame,) = boxes(page, ".leaflet-container")
    (canvas,) = boxes(page, ".ca-canvas-fills")
    assert canvas["x"] <= frame["x"]
    assert canvas["x"] + canvas["width"] >= frame["x"] + frame["width"]


@pytest.mark.second_tier
def test_paper_shows_the_legend_that_was_folded(sample: Path, offline_page: OfflinePage) -> None:
    offline_page.page.set_viewport_size({"width": 390, "height": 844})
    page = offline_page.open(sample)

    page.emulate_media(media="print")
    expect(page.locator("details.ca-legend[open]")).to_be_visible()
    (legend,), (frame,) = boxes(page, "details.ca-legend"), boxes(page, ".leaflet-container")
    assert not overlap(legend, frame)
    page.emulate_media(media="screen")

    expect(page.locator(".leaflet-container details.ca-legend:not([open])")).to_be_visible()


@pytest.mark.second_tier
def test_a_map_that_was_hidden_is_drawn_when_it_shows(
    sample: Path, fresh_page: OfflinePage
) -> None:
    fresh_page.page.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        " document.querySelector('.ca-map').style.display = 'none'; });"
    )
    page = fresh_page.open(sample)

    page.locator(".ca-map").evaluate("(element) => { element.style.display = ''; }")

    expect(label(page, "nationwide")).to_be_visible()
    assert fresh_page.errors == []


@pytest.mark.second_tier
def test_a_finer_screen_gets_a_finer_canvas(sample: Path, browser: Browser) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True
    )
    page = context.new_page()
    page.goto(sample.as_uri())
    page.wait_for_selector("html[data-claimatlas=ready]", state="attached")

    canvas = page.locator(".ca-canvas-fills")
    box = canvas.bounding_box()
    width = canvas.evaluate("(element) => element.width")
    context.close()

    assert box is not None
    assert width == pytest.approx(2 * box["width"], abs=2)


@pytest.mark.second_tier
def test_the_map_reaches_the_paper(sample: Path, offline_page: OfflinePage) -> None:
    page = offline_page.open(sample)

    printed = page.pdf(format="A4", print_background=True)

    # Fills, borders and marks are pictures; without them labels would float on white.
    pictures = re.findall(rb"/Subtype /Image[^>]*?/Width (\d+)", printed)
    assert max(map(int, pictures), default=0) > 600
    expect(page.locator(".ca-canvas")).to_have_count(4)
    expect(page.locator(".ca-canvas-fills")).to_be_visible()
    assert page.locator(".ca-map").get_attribute("style") in (None, "")


RECOLOURED = """async ([name, hash]) => {
    const canvas = document.querySelector(".ca-canvas-fills");
    const read = () => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    location.hash = hash;
    await new Promise((done) => setTimeout(done, 500));
    const byPixels = read();
    window[name].fire("resize");
    const byOutlines = read();
    const apart = [0, 0], colours = new Set();
    for (let i = 0; i < byPixels.length; i += 4) {
        const steps = [0, 1, 2, 3].map((k) => Math.abs(byPixels[i + k] - byOutlines[i + k]));
        const most = Math.max(...steps);
        if (most) apart[0]++;
        else colours.add(byPixels.slice(i, i + 4).join());
        if (most > 128) apart[1]++;
    }
    return [apart.map((count) => (4 * count) / byPixels.length), colours.size];
}"""


@pytest.mark.second_tier
def test_colouring_by_pixels_shows_what_filled_outlines_show(
    tmp_path: Path, offline_page: OfflinePage
) -> None:
    countries = ["TUR", "IRN", "IND", "CHN", "AFG", "SVN", "LVA", "GBR"]
    units = builtin_boundaries(level=1, countries=countries)
    at = np.arange(len(units))
    claims = pd.DataFrame(
        {
            "actor": np.where(at % 3, "Group A", "Group B"),
            "text": "Present",
            "kind": np.where(at % 7, "presence", "movement"),
            "places": units["place_id"].to_numpy(),
            "country": units["country"].to_numpy(),
            "as_of": np.where(at % 2, "2024-01-01", "2019-01-01"),
            "reported": "2024-01-01",
        }
    )
    target = tmp_path / "many.html"
    explore(claims, as_of=AS_OF).save(target)
    page = offline_page.open(target)
    meta = json.loads(page.locator("#claimatlas-meta").text_content() or "")
    apart, colours = [0.0, 0.0], 0
    # Which place each pixel shows is found out while idle, on a busy machine later.
    for actor, wait in (("A", 1000), ("B", 3000), ("A", 9000), ("B", 27_000)):
        page.wait_for_timeout(wait)
        apart, colours = page.evaluate(RECOLOURED, [meta["map"], f"actor=Group%20{actor}"])
        if apart[0]:
            break

    assert len(units) > 500
    # Edges are smoothed in one of the two: that they differ shows that there are two.
    assert 0 < apart[0] < 0.1
    assert apart[1] < 0.03
    assert colours > 4
