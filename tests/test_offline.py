"""What foreign layers load: told, allowed by the policy, or refused; and text that stays text."""

from __future__ import annotations

import copy
import functools
import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import pytest
from folium.plugins import FloatImage, MarkerCluster, MiniMap, VectorGridProtobuf
from playwright.sync_api import expect

from common import claims, squares
from geodata.errors import ArgumentError, PageError
from mapping import explore
from mapping.claim_map import NetworkWarning
from mapping.foreign.network import Need
from mapping.page.document import PageFigure, script_that_cannot_end

if TYPE_CHECKING:
    from conftest import OfflinePage

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
BOUNDS = [[36, 68], [37, 69]]
OSM = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"


def small_map(*layers: Any, **options: Any) -> folium.Map:
    page = copy.deepcopy(mapped(**options))
    for layer in layers:
        page.add_child(layer)
    return page


@functools.cache
def mapped(**options: Any) -> folium.Map:
    """A map to copy, which takes a hundredth of the time that it takes to make one."""
    told = claims({"place_ids": ("AF-KDZ",), "places": "Kunduz", "reported": "2024"})
    return explore(told, boundaries=squares(), **options)


def policy_of(page: folium.Map) -> dict[str, str]:
    html = str(page.get_root().render())
    policy = html.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    parts = (part.partition(" ") for part in policy.replace("&#39;", "'").split("; "))
    return {name: value for name, _, value in parts}


def hosts_of(page: folium.Map) -> list[str]:
    figure = page.get_root()
    assert isinstance(figure, PageFigure)
    return figure.hosts()


def saved_with_notice(page: folium.Map, target: Path, **options: Any) -> list[str]:
    with warnings.catch_warnings(record=True, action="always") as caught:
        page.save(target, **options)
    assert all(found.category is NetworkWarning for found in caught)
    return [str(found.message) for found in caught]


@pytest.mark.parametrize(
    ("layer", "host", "directive"),
    [
        (folium.TileLayer(OSM, attr="x"), "https://tile.openstreetmap.org", "img-src"),
        (
            folium.TileLayer("https://{s}.tiles.org/{z}/{x}/{y}", attr="x"),
            "https://*.tiles.org",
            "img-src",
        ),
        (folium.WmsTileLayer("https://wms.org/ows", layers="a"), "https://wms.org", "img-src"),
        (
            folium.raster_layers.ImageOverlay("https://pictures.org/a.png", BOUNDS),
            "https://pictures.org",
            "img-src",
        ),
        (
            folium.raster_layers.VideoOverlay("https://films.org:8080/a.webm", BOUNDS),
            "https://films.org:8080",
            "media-src",
        ),
        (FloatImage("//logos.org/a.png"), "https://logos.org", "img-src"),
        (
            folium.Marker([36, 69], icon=folium.CustomIcon("https://icons.org/a.png")),
            "https://icons.org",
            "img-src",
        ),
    ],
)
def test_what_a_layer_shows_is_told_and_allowed(
    layer: Any, host: str, directive: str, tmp_path: Path
) -> None:
    page = small_map(layer)

    policy = policy_of(page)

    assert host in policy[directive].split()
    assert policy["connect-src"] == "'none'"
    assert "http" not in policy["script-src"]
    assert hosts_of(page) == [host]
    (notice,) = saved_with_notice(page, tmp_path / "map.html")
    assert f"map.html: the page loads from {host} (" in notice
    assert ("answer 403" in notice) == (OSM in str(getattr(layer, "tiles", "")))


def test_a_picture_in_the_page_asks_nobody(tmp_path: Path) -> None:
    marker = folium.Marker([36, 69], icon=folium.CustomIcon(PIXEL))
    page = small_map(marker, folium.raster_layers.ImageOverlay(PIXEL, BOUNDS))

    assert hosts_of(page) == []
    assert saved_with_notice(page, tmp_path / "map.html") == []


def test_hosts_are_those_of_scripts_too_where_they_are_allowed(tmp_path: Path) -> None:
    cluster = MarkerCluster([[36, 69]])
    assert hosts_of(small_map(online=True)) == []
    page = small_map(cluster, online=True)
    assert hosts_of(page) == ["https://cdnjs.cloudflare.com"]
    (notice,) = saved_with_notice(page, tmp_path / "map.html")
    assert "https://cdnjs.cloudflare.com" in notice


def test_the_tiles_of_a_small_map_in_the_corner_count() -> None:
    tiles = folium.TileLayer("https://corner.org/{z}/{x}/{y}.png", attr="x")
    page = small_map(MiniMap(tile_layer=tiles), online=True)
    assert "https://corner.org" in hosts_of(page)


def test_data_that_a_layer_reads_is_data() -> None:
    page = small_map(VectorGridProtobuf("https://vectors.org/{z}.pbf"), online=True)
    assert "https://vectors.org" in policy_of(page)["connect-src"].split()


def test_an_icon_that_is_allowed_brings_what_draws_it() -> None:
    page = small_map(folium.Marker([36, 69], icon=folium.Icon(color="red")), online=True)
    assert "leaflet.awesome-markers.js" in str(page.get_root().render())
    assert "https://cdnjs.cloudflare.com" in policy_of(page)["script-src"]
    assert "https://cdnjs.cloudflare.com" in hosts_of(page)


def test_saving_may_allow_the_network_by_itself(tmp_path: Path) -> None:
    page = small_map(MarkerCluster([[36, 69]]))
    with pytest.raises(PageError, match="online=True"):
        page.save(tmp_path / "map.html")
    (notice,) = saved_with_notice(page, tmp_path / "map.html", online=True)
    assert "cdnjs" in notice


@pytest.mark.parametrize("target", [5, None, io.StringIO()])
def test_what_cannot_be_written_to_is_said(target: Any) -> None:
    with pytest.raises(ArgumentError, match="outfile must be a path or a stream"):
        small_map().save(target)


@pytest.mark.parametrize("url", ["https://x.org;script-src */a", "https:///a", "//'none'/a"])
def test_an_address_cannot_write_the_policy(url: str) -> None:
    with pytest.raises(PageError, match="is no address of a host"):
        _ = Need("layer", url).host


def test_markup_in_folium_s_script_stays_a_string() -> None:
    script = script_that_cannot_end("a = `</SCRIPT><!-- <script>`; b = 1 < 2;")
    assert script == r"a = `\x3C/SCRIPT>\x3C!-- \x3Cscript>`; b = 1 < 2;"


def test_a_popup_that_ends_a_script_is_shown_and_the_page_lives(
    tmp_path: Path, offline_page: OfflinePage
) -> None:
    hostile = "<b>seen</b><!-- <script>document.title = 'ran'</script> --></script><i>all</i>"
    page_map = small_map()
    folium.CircleMarker([36.5, 68.5], radius=40, fill=True, popup=hostile).add_to(page_map)
    icon = folium.DivIcon(html="</script><u>icon</u>", icon_size=(60, 20))
    folium.Marker([36.2, 68.2], icon=icon).add_to(page_map)
    page_map.save(tmp_path / "map.html")

    page = offline_page.open(tmp_path / "map.html")
    page.locator("path.leaflet-interactive").first.click(force=True)

    expect(page.locator(".leaflet-popup-content")).to_contain_text("seen")
    expect(page.locator(".leaflet-marker-icon u")).to_have_text("icon")
    assert page.title() != "ran"
    assert offline_page.errors == []
    assert offline_page.requests == []
