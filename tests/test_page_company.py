"""The page in company: foreign layers, a notebook's frame, a screen reader, hostile text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import folium
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from common import claims
from geodata import (
    builtin_boundaries,
    join_claims,
    sample_claims,
    sample_claims_path,
    summarise_claims,
)
from mapping import explore

if TYPE_CHECKING:
    from conftest import OfflinePage

AS_OF = "2024-06-30"
HOSTILE = "</script><img src=x onerror=\"document.title='ran'\">${document.title='ran'}`'\"<b>"
VIEWS = ["", "place=AF-KDZ", "claim=tass-2023-02-north", "q=camps"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("page") / "map.html"
    explore(sample_claims_path(), as_of=AS_OF).save(target)
    return target


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


@pytest.mark.parametrize("day", ["2019-06-01", "2022-02-01", "2023-06-01", "2024-07-31"])
def test_the_page_counts_as_python_does(sample: Path, offline_page: OfflinePage, day: str) -> None:
    provinces = builtin_boundaries(countries=["AFG", "TJK"])
    summary = summarise_claims(join_claims(sample_claims(), provinces), provinces, as_of=day)
    expected = summary.set_index("place_id")["sources"]

    page = offline_page.open(sample, f"asof={day}")
    page.get_by_role("tab", name="Places").click()

    shown = page.locator("tr[data-place-id]").evaluate_all(
        "rows => rows.map(row => [row.dataset.placeId, row.cells[1].textContent])"
    )
    counted = {place: int(text) for place, text in shown if text.isdigit() and int(text)}
    assert counted == expected[expected > 0].to_dict()
