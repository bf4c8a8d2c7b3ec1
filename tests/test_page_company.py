"""The page in company: foreign layers, a notebook's frame, a screen reader, hostile text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import folium
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from common import claims, squares
from geodata import (
    builtin_boundaries,
    join_claims,
    sample_claims,
    sample_claims_path,
    summarise_claims,
)
from geodata.analysis import find_contradictions, find_drift
from mapping import explore
from mapping.page.shown_units import units_of_claims

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from playwright.sync_api import Page

    from conftest import OfflinePage

pytestmark = pytest.mark.second_tier

AS_OF = "2024-06-30"
HOSTILE = "</script><img src=x onerror=\"document.title='ran'\">${document.title='ran'}`'\"<b>"
VIEWS = ["", "place=AF-KDZ", "claim=tass-2023-02-north", "q=camps"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", VIEWS)
def test_axe_finds_nothing_serious(
    sample: Path, offline_page: OfflinePage, state: str, scheme: str
) -> None:
    offline_page.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of both
    page = offline_page.open(sample, state)

    found = Axe().run(page).response["violations"]

    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [(each["id"], each["nodes"][0]["html"]) for each in serious] == []


def test_foreign_layers_work_on_the_map_without_a_network(
    tmp_path: Path, offline_page: OfflinePage
) -> None:
    page_map = explore(sample_claims_path(), as_of=AS_OF)
    folium.Marker([34.5, 69.2], popup="a popup", tooltip="a tooltip").add_to(page_map)
    kabul = builtin_boundaries(countries=["AFG"]).query("place_id == 'AF-KAB'")
    kabul[["name", "geometry"]].explore(m=page_map, name="Kabul alone", legend=False)
    page_map.save(tmp_path / "map.html")

    page = offline_page.open(tmp_path / "map.html")
    page.locator(".leaflet-marker-icon").click()

    expect(page.locator(".leaflet-popup-content")).to_have_text("a popup")
    expect(page.locator(".leaflet-overlay-pane path")).to_have_count(1)
    assert page.locator(".leaflet-marker-icon").evaluate("icon => icon.naturalWidth") > 0
    expect(page.locator(".leaflet-control-layers")).to_contain_text("Kabul alone")
    assert offline_page.requests == []
    assert offline_page.errors == []


def test_in_a_notebooks_frame_the_state_and_its_links_work(
    tmp_path: Path, offline_page: OfflinePage
) -> None:
    host = tmp_path / "notebook.html"
    shown = explore(sample_claims_path(), as_of=AS_OF)._repr_html_()
    host.write_text(f"<!DOCTYPE html><title>host</title>{shown}", encoding="utf-8")
    page = offline_page.page
    page.goto(host.as_uri())
    frame = page.frame_locator("iframe")
    expect(frame.locator("html[data-claimatlas=ready]")).to_be_attached(timeout=30_000)

    frame.get_by_role("button", name="link to this claim").or_(
        frame.get_by_role("link", name="link to this claim")
    ).first.click()

    inner = page.frames[1]
    assert "#" in inner.url or "claim=" in inner.evaluate("() => location.href")
    assert inner.evaluate("() => location.href").startswith("about:srcdoc#")
    assert page.url == host.as_uri()
    assert offline_page.requests == []
    assert offline_page.errors == []


def test_hostile_text_in_every_field_runs_nothing(
    tmp_path: Path, offline_page: OfflinePage
) -> None:
    fields = ["text", "quote", "actor", "speaker", "speaker_role", "affiliation", "outlet"]
    fields += ["title", "unit", "note", "tags", "claim_id"]
    told = claims(
        {name: f"{name} {HOSTILE}" for name in fields}
        | {"place_ids": ("AF-KDZ", "AF-TAK"), "value": 4000.0, "reported": "2024"}
    )
    page_map = explore(told, title=HOSTILE, as_of=AS_OF, countries=["AFG"])
    page_map.save(tmp_path / "map.html")

    page = offline_page.open(tmp_path / "map.html", "place=AF-KDZ")
    for tab in page.get_by_role("tab").all():
        tab.click()

    assert page.title() == HOSTILE
    expect(page.locator(".ca-title")).to_have_text(HOSTILE)
    assert page.locator("#claimatlas img:not(.ca-legend img), #claimatlas b").count() == 0
    assert offline_page.requests == []
    assert offline_page.errors == []


COUNTED = ["sources", "origins", "soft_origins"]


def counted(page: Page) -> dict[str, list[int]]:
    """Sources, origins and those that do not shade, of each place for which one is not 0."""
    page.get_by_role("tab", name="Places").click()
    rows = page.locator("tr[data-place-id]").evaluate_all(
        """rows => rows.map(row => [row.dataset.placeId,
                                    ...[1, 2, 4].map(k => row.cells[k].textContent)])"""
    )
    found = {
        place: [int(text) if text.isdigit() else 0 for text in texts] for place, *texts in rows
    }
    return {place: numbers for place, numbers in found.items() if any(numbers)}


def expected(told: pd.DataFrame, units: gpd.GeoDataFrame, day: str) -> dict[str, list[int]]:
    summary = summarise_claims(join_claims(told, units), units, as_of=day).set_index("place_id")
    some = summary[summary[COUNTED].any(axis="columns")]
    return dict(zip(some.index, some[COUNTED].to_numpy().tolist(), strict=True))


DAYS = ["2019-06-01", "2022-02-01", "2023-06-01", "2024-07-31"]


@pytest.mark.parametrize("day", DAYS)
def test_the_page_counts_as_python_does(sample: Path, offline_page: OfflinePage, day: str) -> None:
    provinces = builtin_boundaries(countries=["AFG", "TJK"])

    page = offline_page.open(sample, f"asof={day}")

    assert counted(page) == expected(sample_claims(), provinces, day)


@pytest.mark.parametrize("day", DAYS)
def test_a_map_of_countries_counts_what_is_said_of_them_as_a_whole(
    by_country: Path, offline_page: OfflinePage, day: str
) -> None:
    units = units_of_claims(sample_claims(), level=0)

    page = offline_page.open(by_country, f"asof={day}")

    counts = counted(page)
    assert counts == expected(sample_claims(), units, day)
    assert counts["AFG"][2] > 0
    page.evaluate("location.hash = '#place=AFG'")
    page.get_by_role("tab", name="Claims").click()
    expect(page.locator(".ca-selection-about")).to_contain_text("the country as a whole")


def retold() -> pd.DataFrame:
    """Statements whose tellings do not name the same places, or end at different times."""
    kunduz, takhar = {"place_ids": ("AF-KDZ",)}, {"place_ids": ("AF-TAK",)}
    return claims(
        {"claim_id": "a", "reported": "2023-01-05", "outlet": "A", **kunduz},
        # What only a retelling names is spoken of, but the statement does not say it.
        {"claim_id": "a2", "origin_id": "a", "reported": "2023-02-05", "outlet": "B", **takhar},
        # An article that is withdrawn no longer speaks of anything.
        {"claim_id": "a3", "origin_id": "a", "reported": "2023-02-05", "outlet": "C",
         "status": "retracted", "status_date": "2023-06-01", "place_ids": ("AF-BDS",)},
        # Nor does a statement, however often it is retold.
        {"claim_id": "b", "reported": "2023-01-05", "outlet": "B",
         "status": "retracted", "status_date": "2023-06-01", **kunduz},
        {"claim_id": "b2", "origin_id": "b", "reported": "2023-02-05", "outlet": "D", **takhar},
        # The retelling came first, and was withdrawn before the statement itself was published.
        {"claim_id": "c2", "origin_id": "c", "reported": "2023-01-05", "outlet": "D",
         "status": "retracted", "status_date": "2023-03-01", **takhar},
        {"claim_id": "c3", "origin_id": "c", "reported": "2023-01-15", "outlet": "E", **kunduz},
        {"claim_id": "c", "reported": "2024-01-05", "outlet": "A", **kunduz},
        {"claim_id": "d", "reported": "2023-01-05", "outlet": "A", "country": "AFG"},
        {"claim_id": "e", "reported": "2023-01-05", "outlet": "A", "kind": "denial", **takhar},
        # A figure counts again once the newer one of its source is retracted.
        {"claim_id": "f", "reported": "2023-01-05", "stated": "2023-01-05", "affiliation": "F",
         "value": 300.0, **kunduz},
        {"claim_id": "g", "reported": "2023-03-05", "stated": "2023-03-05", "affiliation": "F",
         "value": 400.0, "status": "retracted", "status_date": "2023-05-01", **kunduz},
        # An outlet corrects the statement; until then the first telling of it by that outlet
        # stands, though another outlet was earlier.
        {"claim_id": "k0", "origin_id": "k", "reported": "2023-01-02", "outlet": "D", **takhar},
        {"claim_id": "k", "reported": "2023-01-20", "outlet": "A", **kunduz},
        {"claim_id": "k9", "origin_id": "k", "reported": "2024-01-05", "outlet": "A",
         "supersedes": "k", "place_ids": ("AF-BDS",)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def retold_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("page") / "retold.html"
    explore(retold(), as_of=AS_OF, boundaries=squares()).save(target)
    return target


@pytest.mark.parametrize(
    "day", ["2023-01-10", "2023-02-10", "2023-03-10", "2023-07-01", "2024-02-01"]
)
def test_tellings_that_differ_are_counted_as_python_does(
    retold_page: Path, offline_page: OfflinePage, day: str
) -> None:
    page = offline_page.open(retold_page, f"asof={day}")

    assert counted(page) == expected(retold(), squares(), day)


def disputed() -> pd.DataFrame:
    """Figures about one country that are about as far apart as may be, or a little further."""
    given = {
        "A": (6000, "about"), "B": (6600, "exact"), "C": (6700, "exact"), "D": (7300, "about"),
        "G": (5300, "up_to"),
    }  # fmt: skip
    shared = {"country": "AFG", "stated": "2024-02-01", "reported": "2024-02-01"}
    return claims(
        *({"claim_id": name, "affiliation": name, "value": float(value), "modifier": modifier}
          | shared for name, (value, modifier) in given.items()),
        # A source may correct itself on the same day: that is no contradiction of two sources.
        {"claim_id": "A2", "affiliation": "A", "value": 6650.0, **shared},
        {"claim_id": "old", "affiliation": "Z", "value": 1.0, **shared, "stated": "2019-02-01"},
    )  # fmt: skip


def test_the_page_marks_the_contradictions_that_python_finds(
    tmp_path: Path, offline_page: OfflinePage
) -> None:
    found = find_contradictions(disputed(), as_of=AS_OF)
    pairs = {frozenset(pair) for pair in zip(found["claim_a"], found["claim_b"], strict=True)}
    assert frozenset("AB") not in pairs
    assert frozenset("AC") in pairs
    target = tmp_path / "disputed.html"
    explore(disputed(), as_of=AS_OF, boundaries=squares()).save(target)

    page = offline_page.open(target, "#place=AFG")
    page.get_by_role("tab", name="Compare").click()

    marked = set()
    for row in page.locator(".ca-figures > li").all():
        name = row.locator("span[dir]").inner_text()
        own = "A2" if "6,650" in row.locator("button").inner_text() else name
        rivals = row.locator(".ca-rival-words")
        text = rivals.inner_text() if rivals.count() else ""
        # Of many rivals some are only counted; those name this one in turn.
        others = re.findall(r"([A-Z]), ((?:about |up to |over )?[\d,]+)", text)
        marked |= {
            frozenset((own, "A2" if figure == "6,650" else other)) for other, figure in others
        }
    assert marked == pairs


def test_compare_neither_sets_a_part_against_its_whole_nor_forgets_nested_places(
    tmp_path: Path, offline_page: OfflinePage
) -> None:
    # A says 100, of which 5 are a declared part, and B says at least 90: all of that can hold. C's
    # 40 and D's 50 in two provinces cannot beside E's 60 in both, and F's are a month too old.
    shared = {"country": "AFG", "stated": "2024-02-01", "reported": "2024-02-01"}
    ttp = {**shared, "actor": "TTP"}
    said = claims(
        {**shared, "claim_id": "a", "affiliation": "A", "value": 100.0},
        {**shared, "claim_id": "p", "affiliation": "P", "value": 5.0, "part_of": "a"},
        {**shared, "claim_id": "b", "affiliation": "B", "value": 90.0, "modifier": "at_least"},
        {**ttp, "claim_id": "c", "affiliation": "C", "value": 40.0, "place_ids": ("AF-KDZ",)},
        {**ttp, "claim_id": "d", "affiliation": "D", "value": 50.0, "place_ids": ("AF-TAK",)},
        {**ttp, "claim_id": "e", "affiliation": "E", "value": 60.0,
         "place_ids": ("AF-KDZ", "AF-TAK")},
        {**ttp, "claim_id": "f", "affiliation": "F", "value": 7.0, "place_ids": ("AF-KDZ",),
         "stated": "2023-01-01", "reported": "2023-01-01"},
    )  # fmt: skip
    assert find_contradictions(said, as_of=AS_OF)["what"].tolist() == ["set", "close in time"]
    target = tmp_path / "parts.html"
    explore(said, as_of=AS_OF, boundaries=squares()).save(target)

    page = offline_page.open(target, "#place=AFG")
    page.get_by_role("tab", name="Compare").click()
    expect(page.locator(".ca-comparison").filter(has_text="ISKP").locator("li")).to_have_count(3)
    expect(
        page.locator(".ca-comparison").filter(has_text="ISKP").locator(".ca-rival")
    ).to_have_count(0)

    page = offline_page.open(target, "#place=AF-KDZ")
    page.get_by_role("tab", name="Compare").click()
    own = page.locator(".ca-figures > li").filter(has=page.get_by_role("button", name="40"))
    expect(own).to_contain_text(
        "cannot hold together with D, 50 (1 Feb 2024) and E, 60 (1 Feb 2024), taken together"
    )
    expect(own).to_contain_text("Would not hold together with F, 7 (1 Jan 2023)")


def test_cards_show_the_drift_that_python_finds(sample: Path, offline_page: OfflinePage) -> None:
    told = sample_claims()
    dated = told["reported_last"].fillna(told["stated_last"])
    visible = set(told.loc[dated <= AS_OF, "claim_id"])
    drifted = set(find_drift(told, as_of=AS_OF)["claim_id"]) & visible
    page = offline_page.open(sample)
    expect(page.locator(".ca-item")).to_have_count(
        int(page.locator(".ca-item").first.get_attribute("aria-setsize") or 0)
    )

    for _ in range(page.locator(".ca-fold[aria-expanded=false]").count()):
        page.locator(".ca-fold[aria-expanded=false]").first.click()

    retold = page.locator(".ca-telling[data-claim-id]")
    shown = retold.evaluate_all(
        "all => all.map(e => [e.dataset.claimId, Boolean(e.querySelector('.ca-drift'))])"
    )
    assert {claim for claim, has_drift in shown if has_drift} == drifted & {c for c, _ in shown}
    assert len(drifted & {claim for claim, _ in shown}) > 5
