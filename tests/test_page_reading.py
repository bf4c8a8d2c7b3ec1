"""What a reader could misread, or could not reach with a thumb: found by people, kept by tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import OfflinePage
from geodata import builtin_boundaries, sample_claims, schema
from mapping import explore

AS_OF = "2024-11-30"
SAID = "tass-2023-02-north"
SET = "#set=AF-BDS+AF-KDZ+AF-TAK"


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of claims with a single one of each thing that can be counted."""
    shared = {"actor": "ISKP", "country": "AFG", "places": "Kunduz", "kind": "strength"}
    claims = pd.DataFrame(
        [
            {"claim_id": "one", "value": 1, "unit": "Fighters", "modifier": "over",
             "stated": "2023-21", "as_of": "2023-09"},
            {"claim_id": "many", "value": 12, "unit": "camp", "stated": "2023-02"},
            {"claim_id": "other", "value": 1, "unit": "drones", "stated": "202X"},
        ]
    ).assign(text="A statement", affiliation="CSTO", reported="2024-01-01", **shared)  # fmt: skip
    path = tmp_path_factory.mktemp("single") / "single.html"
    explore(claims, as_of=AS_OF).save(path)
    return path


@pytest.fixture
def phone(browser: Browser, demo: Path) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(demo.as_uri())
    page.wait_for_selector("html[data-claimatlas=ready]", state="attached", timeout=30_000)
    yield page
    context.close()


# --- with a thumb ---------------------------------------------------------------------------


@pytest.mark.second_tier
def test_the_legend_folds_when_the_window_becomes_narrow(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo)
    expect(page.locator("details.ca-legend[open]")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("details.ca-legend:not([open])")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("details.ca-legend[open]")).to_be_visible()


@pytest.mark.second_tier
def test_a_thumb_folds_the_legend_that_it_unfolded(phone: Page) -> None:
    legend = phone.locator("details.ca-legend")
    summary = legend.locator("summary")
    summary.tap()
    legend.evaluate("e => { e.scrollTop = e.scrollHeight; }")
    frame, box, head = (each.bounding_box() for each in (phone.locator(".ca-map"), legend, summary))
    assert frame is not None
    assert box is not None
    assert head is not None
    assert frame["y"] <= box["y"]
    assert box["y"] + box["height"] <= frame["y"] + frame["height"]
    assert head["y"] == pytest.approx(box["y"], abs=2)
    assert head["height"] >= 36
    summary.tap()
    expect(phone.locator("details.ca-legend:not([open])")).to_be_visible()


@pytest.mark.second_tier
def test_a_thumb_meets_every_button_of_the_map(phone: Page) -> None:
    small = phone.eval_on_selector_all(
        ".ca-map :is(button, a.leaflet-control-zoom-in, a.leaflet-control-zoom-out, summary)",
        """all => all.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 38)
                     .map(e => e.textContent)""",
    )
    assert small == []


@pytest.mark.second_tier
def test_a_list_of_totals_lies_under_nothing_and_names_its_places(phone: Page) -> None:
    phone.locator("button.ca-label-more").tap()
    popup = phone.locator(".leaflet-popup")
    expect(popup).to_contain_text("somewhere in northern Afghanistan")
    expect(popup).to_contain_text(re.compile(r"somewhere in [\w ,]+ and [A-Z]"))
    expect(popup).not_to_contain_text("among these")
    for control in (".leaflet-control-zoom", ".leaflet-control-layers", ".ca-legend"):
        expect(phone.locator(control)).to_be_hidden()
    frame, box = phone.locator(".ca-map").bounding_box(), popup.bounding_box()
    assert frame is not None
    assert box is not None
    assert frame["y"] <= box["y"]
    close = phone.locator(".leaflet-popup-close-button")
    size = close.bounding_box()
    assert size is not None
    assert min(size["width"], size["height"]) >= 40
    close.tap()
    expect(phone.locator(".leaflet-control-zoom")).to_be_visible()
    # The map did not move for it.
    assert "at=" not in phone.url


# --- choosing ---------------------------------------------------------------------------------


@pytest.mark.second_tier
def test_escape_undoes_what_a_label_chose(offline_page: OfflinePage, demo: Path) -> None:
    page = offline_page.open(demo)
    page.locator("button.ca-label", has_text="4,000 fighters").click()
    expect(page).to_have_url(re.compile("#set="))
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"demo\.html$"))
    # A list is closed first; then what was chosen from it is undone.
    page.locator("button.ca-label-more").click()
    page.locator(".ca-popup button").first.click()
    expect(page).to_have_url(re.compile("#set="))
    page.locator("button.ca-label-more").click()
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    assert "#set=" in page.url
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"demo\.html$"))


@pytest.mark.second_tier
def test_a_chosen_country_keeps_the_totals_over_its_provinces(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo)
    drawn = page.locator("button.ca-label[data-set]")
    before = drawn.count()
    assert before > 2
    page.evaluate("location.hash = '#place=AFG'")
    expect(page.locator(".ca-selection-title")).to_have_text("Afghanistan")
    expect(drawn).to_have_count(before)


# --- words -------------------------------------------------------------------------------------


@pytest.mark.second_tier
def test_what_is_in_no_count_is_said(offline_page: OfflinePage, demo: Path) -> None:
    page = offline_page.open(demo, "#asof=2023-06-01")
    claims = sample_claims()
    first = claims["reported_last"].fillna(claims["stated_last"])
    undated, later = int(first.isna().sum()), int((first > "2023-06-01").sum())
    assert page.inner_text(".ca-counts").startswith(f"{len(claims) - undated - later} claims")
    words = page.inner_text(".ca-not-counted")
    told = [int(number) for number in re.findall(r"(\d+) (?:undated|later than 1 Jun)", words)]
    # What is undated and yet true of a later day was not known on this one: it counts as later.
    assert sum(told) == undated + later
    assert words.startswith(f"Not counted: {told[0]} undated, ")


def test_one_is_said_as_one_and_dates_as_people_say_them(
    offline_page: OfflinePage, single: Path
) -> None:
    page = offline_page.open(single, "#place=AF-KDZ")
    card = {
        name: page.locator(f'.ca-card[data-claim-id="{name}"]') for name in ("one", "many", "other")
    }
    expect(card["one"].locator(".ca-figure strong")).to_have_text("over 1 fighter")
    expect(card["one"].locator(".ca-dates")).to_have_text(
        "said in spring 2023 · published 1 Jan 2024 · true of Sep 2023"
    )
    expect(card["many"].locator(".ca-figure strong")).to_have_text("12 camps")
    expect(card["many"].locator(".ca-dates")).to_contain_text("said in Feb 2023")
    expect(card["other"].locator(".ca-figure strong")).to_have_text("drones: 1")
    expect(card["other"].locator(".ca-dates")).to_contain_text("said in the 2020s")
    expect(page.locator(".ca-selection-about")).to_contain_text("1 source speaks of this place")
    assert "over 1 fighter<" in re.sub(r"\s*<", "<", single.read_text(encoding="utf-8"))


@pytest.mark.second_tier
def test_the_band_of_an_about_is_explained_where_one_is_drawn(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo)
    page.get_by_role("tab", name="Compare").click()
    panel = page.locator("#ca-panel-compare")
    expect(panel.locator(".ca-plot-about").first).to_be_attached()
    expect(panel).to_contain_text("The pale band around an “about” is 10 % to either side")
    page.evaluate("location.hash = '#set=AF-BDS+AF-KDZ+AF-TAK&actor=ISKP'")
    expect(panel).to_contain_text("up to 4,000 fighters")
    expect(panel).not_to_contain_text("pale band")


# --- paper -------------------------------------------------------------------------------------


def test_on_paper_tellings_are_unfolded_and_a_chosen_set_is_a_filter(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo, SET)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    paper = page.locator(".ca-print")
    expect(paper).to_contain_text("Filters: Places together: Badakhshan, Kunduz and Takhar.")
    expect(paper).not_to_contain_text("No filters")
    expect(paper.locator(".ca-telling")).to_have_count(5)
    expect(paper).to_contain_text("says 4,000 fighters, not up to 4,000 fighters")
    addresses = paper.locator(".ca-card .ca-print-url").all_inner_texts()
    assert len(addresses) == len(set(addresses)) == 5
    # No claim stands twice in the page for those who look for it by its id.
    expect(page.locator(f'[data-claim-id="{SAID}"]')).to_have_count(1)


@pytest.mark.second_tier
def test_the_hatch_of_an_age_is_printed_where_backgrounds_are_not(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo)
    kept = page.locator(".ca-age-ageing").first.evaluate(
        "e => getComputedStyle(e, '::before').printColorAdjust"
    )
    assert kept == "exact"


# --- where claims and map differ -------------------------------------------------------------


@pytest.mark.second_tier
def test_on_districts_a_claim_about_a_province_is_drawn_on_its_parts(
    tmp_path: Path, offline_page: OfflinePage
) -> None:
    west, east = 68.0, 69.5
    provinces = builtin_boundaries(level=1, countries=["AFG"])
    halves = pd.concat(
        [provinces.clip((side, 30, side + 1.5, 40)).assign(half=side) for side in (west, east)]
    )
    halves = halves[halves["place_id"].isin(["AF-KDZ", "AF-TAK"])]
    own = halves.assign(
        place_id=halves["place_id"] + "-" + halves["half"].astype(int).astype(str),
        name=halves["name"] + " " + halves["half"].astype(str),
        level=2,
        parent=halves["place_id"],
    )[list(schema.BOUNDARY_COLUMNS)]
    claims = pd.DataFrame(
        [
            {"claim_id": "a", "actor": "ISKP", "text": "500 in Kunduz", "places": "Kunduz Province",
             "value": 500, "unit": "fighters", "affiliation": "UN", "reported": "2024-01-01"},
            {"claim_id": "b", "actor": "ISKP", "text": "none in Takhar", "kind": "denial",
             "places": "Takhar Province", "reported": "2024-01-01"},
        ]
    )  # fmt: skip
    target = tmp_path / "districts.html"
    explore(claims, boundaries=own, as_of=AS_OF).save(target)
    page = offline_page.open(target)

    total = page.locator("button.ca-label", has_text="500 fighters")
    expect(total).to_contain_text("Kunduz as a whole")
    total.click()
    expect(page.locator(".ca-selection-title")).to_have_text("Kunduz")
    expect(page).to_have_url(re.compile("set=AF-KDZ$"))
    expect(page.locator(".ca-list [role=article]")).to_have_count(1)

    page.evaluate("() => { location.hash = 'place=AF-KDZ-68'; }")
    page.get_by_role("tab", name="Places").click()
    district = page.locator("tr[data-place-id=AF-KDZ-68]")
    expect(district).to_be_visible()
    expect(district).not_to_contain_text("nothing collected")
    page.get_by_role("tab", name="Claims").click()
    page.get_by_role("button", name="1 more claim about Kunduz as a whole").click()
    expect(page).to_have_url(re.compile("set=AF-KDZ$"))


@pytest.mark.second_tier
def test_the_legend_hides_no_place_of_which_a_claim_speaks(
    tmp_path: Path, offline_page: OfflinePage
) -> None:
    claims = pd.DataFrame({"places": ["Kunar", "Herat"]}).assign(
        actor="ISKP", text="Present", country="AFG", kind="presence", reported="2024-01-01"
    )
    target = tmp_path / "two.html"
    explore(claims, as_of=AS_OF).save(target)
    page = offline_page.open(target)

    shown = page.locator(".ca-label-name", has_text="Kunar").bounding_box()
    legend = page.locator("details.ca-legend[open]").bounding_box()
    assert shown is not None
    assert legend is not None
    apart = (
        shown["x"] + shown["width"] <= legend["x"] or legend["x"] + legend["width"] <= shown["x"]
    )
    assert apart or shown["y"] + shown["height"] <= legend["y"]
