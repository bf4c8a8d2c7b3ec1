from __future__ import annotations

import copy
import functools
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import folium
import pytest
from folium.plugins import MarkerCluster

from common import claims, squares
from geodata.errors import ArgumentError, PageError
from mapping import explore
from mapping.page.bundle import scripts
from mapping.page.document import json_for_script, plain_text
from mapping.page.modules import STYLES
from mapping.page.plain_table import MOST_ROWS
from mapping.page.shown_units import units_of_claims

ASSETS = Path(__file__).resolve().parents[1] / "mapping" / "assets"
HOSTILE = "</script><script>steal()</script>${steal()}`<img src=x onerror=steal()>"


def small_map(**options: object) -> folium.Map:
    if not options:
        return copy.deepcopy(plain_map())
    told = claims({"place_ids": ("AF-KDZ",), "places": "Kunduz", "reported": "2024"})
    return explore(told, boundaries=squares(), **options)  # type: ignore[arg-type]  # any option


@functools.cache
def plain_map() -> folium.Map:
    """A map to copy, which takes a hundredth of the time that it takes to make one."""
    return small_map(theme="auto")


def html_of(page: folium.Map) -> str:
    return str(page.get_root().render())


class Links(HTMLParser):
    """Collects every address that a browser would load on its own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [name for name, _ in attrs]
        self.found += [
            value or ""
            for name, value in attrs
            if name in ("src", "srcset", "data", "poster", "background")
            or (name == "href" and tag != "a")
        ]


def test_the_page_asks_for_nothing_and_has_no_inline_handlers() -> None:
    html = html_of(small_map())
    links = Links()
    links.feed(html)

    assert links.found == []
    assert [name for name in links.attributes if name.startswith("on")] == []
    assert not re.search(r"url\((?!['\"]?(data:|#))", html.replace("url(#", "url(#"))
    assert "sourceMappingURL" not in html


def test_the_page_is_a_document_for_everybody() -> None:
    html = html_of(small_map(title="A & B"))

    assert '<html lang="en" dir="ltr"' in html
    assert "<title>A &amp; B</title>" in html
    assert "user-scalable" not in html
    assert 'name="referrer" content="no-referrer"' in html
    assert "reported, not verified" in html


def test_every_asset_is_used_and_every_used_asset_is_there() -> None:
    found = (path for path in ASSETS.rglob("*") if path.suffix in (".js", ".css"))
    kept = {path.relative_to(ASSETS).as_posix() for path in found}

    assert kept == {*scripts(), *STYLES, "icons.js", "scripted.js", "start.js"}


def test_hostile_text_stays_text_in_the_document() -> None:
    told = claims({"text": HOSTILE, "actor": HOSTILE, "outlet": HOSTILE, "place_ids": ("AF-KDZ",)})

    html = html_of(explore(told, boundaries=squares(), title=HOSTILE))

    assert "<script>steal()" not in html
    assert "<img src=x" not in html
    # folium's own script holds the names of layers: as JSON, and escaped where Leaflet reads HTML.
    overlays = html[html.index("overlays :") : html.index("L.control.layers")]
    assert "\\u0026lt;/script" in overlays
    assert "${" not in overlays


@pytest.mark.parametrize(
    "actor", ["{{ 6*7000+7 }}", "{% x", "{% raw %}", "{# x", "{{ nope.nope }}", "#}"]
)
def test_an_actor_is_no_template(actor: str) -> None:
    told = claims({"actor": f"Group {actor}", "place_ids": ("AF-KDZ",), "reported": "2024"})

    html = html_of(explore(told, boundaries=squares(), title=actor))

    assert "42007" not in html
    overlays = html[html.index("overlays :") : html.index("L.control.layers")]
    assert "Group " in overlays


def test_many_points_make_a_map() -> None:
    told = claims(
        {"latitude": 34.5, "longitude": 69.2, "reported": "2024"},
        {"latitude": 36.7, "longitude": 67.1, "reported": "2024"},
        {"latitude": 36.7, "longitude": 67.1, "reported": "2024"},
    )

    assert set(units_of_claims(told)["country"]) == {"AFG"}
    assert html_of(explore(told)).startswith("<!DOCTYPE html>")


def test_json_in_a_script_cannot_end_it() -> None:
    text = json_for_script({"a": "</script><!--\u2028&"})

    assert not set(text) & set("<>&\u2028")
    assert json.loads(text) == {"a": "</script><!--\u2028&"}


def test_a_name_that_leaflet_reads_as_html_is_escaped() -> None:
    assert plain_text("<b>${x}`") == "&lt;b&gt;&#36;&#123;x&#125;&#96;"


def test_rendering_twice_gives_the_same_page() -> None:
    page = small_map()

    assert html_of(page) == html_of(page)


def test_a_map_takes_further_layers_and_lists_them_last() -> None:
    page = small_map()
    folium.FeatureGroup(name="Roads").add_to(page)

    html = html_of(page)

    control = html[html.index("overlays :") :]
    assert control.index("ISKP") < control.index("Roads")
    assert html.index("L.control.layers") > html.index("L.featureGroup")


def test_a_popup_brings_jquery_from_this_machine() -> None:
    page = small_map()
    folium.CircleMarker([36, 69], popup="here").add_to(page)

    html = html_of(page)

    assert "jQuery v3" in html
    assert "jQuery v3" not in html_of(small_map())


@pytest.mark.parametrize(
    ("layer", "named"),
    [
        (MarkerCluster([[36, 69]]), "cdnjs.cloudflare.com"),
        (folium.Marker([36, 69], icon=folium.Icon(color="red")), "Icon from"),
    ],
)
def test_a_layer_that_needs_the_network_is_refused_and_nothing_is_written(
    layer: folium.map.Layer, named: str, tmp_path: Path
) -> None:
    page = small_map()
    page.add_child(layer)
    target = tmp_path / "map.html"

    with pytest.raises(PageError, match=named):
        page.save(target)

    assert not target.exists()


def test_the_author_may_allow_the_network_and_the_policy_names_the_host() -> None:
    page = small_map(online=True)
    page.add_child(MarkerCluster([[36, 69]]))

    policy = html_of(page).partition("Content-Security-Policy")[2].partition(">")[0]

    assert "https://cdnjs.cloudflare.com" in policy


def test_tiles_name_their_host_and_only_for_images() -> None:
    page = small_map(tiles="Esri WorldGrayCanvas")
    policy = html_of(page).partition("Content-Security-Policy")[2].partition(">")[0]

    assert "img-src data: blob: https://server.arcgisonline.com" in policy
    assert "connect-src &#39;none&#39;" in policy


@pytest.mark.parametrize("name", ["CartoDB Positron", "No Such Tiles"])
def test_tiles_with_a_key_or_unknown_are_refused(name: str) -> None:
    with pytest.raises(ArgumentError, match="Esri WorldGrayCanvas"):
        small_map(tiles=name)


def test_a_folium_map_becomes_the_page_and_keeps_its_layers() -> None:
    m = folium.Map(tiles=None, location=[36, 69])
    folium.CircleMarker([36, 69], tooltip="kept").add_to(m)

    page = small_map(m=m)

    assert page is m
    assert "kept" in html_of(m)
    assert "cdn.jsdelivr.net" not in html_of(m)
    with pytest.raises(ArgumentError, match="already shows claims"):
        small_map(m=m)


def test_a_page_can_be_saved_to_a_stream() -> None:
    stream = io.BytesIO()

    small_map().save(stream, close_file=False)

    assert stream.getvalue().startswith(b"<!DOCTYPE html>")


def test_in_a_notebook_the_page_stands_in_a_frame_of_its_own() -> None:
    frame = small_map(title='"><script>')._repr_html_()

    assert frame.startswith('<iframe srcdoc="&lt;!DOCTYPE html&gt;')
    assert frame.count("<iframe") == frame.count("</iframe>") == 1
    assert "<script" not in frame


def test_a_notebooks_frame_holds_its_newest_claims_as_a_plain_table() -> None:
    """For a notebook that is not trusted: it drops the frame and keeps what is inside."""
    hostile = "</iframe><img src=x onerror=alert(1)>"
    rows = [{"text": f"{hostile} {n}", "country": "AFG", "reported": "2024"} for n in range(60)]
    told = claims(*rows)

    frame = explore(told, as_of="2024-12-31")._repr_html_()

    inside = frame.partition('border:0">')[2]
    assert inside.count("<tr>") == 1 + MOST_ROWS < 60
    assert "&lt;/iframe&gt;&lt;img src=x" in inside
    assert "<img" not in frame
    assert frame.rstrip().endswith("</table>\n</iframe>")


@pytest.mark.parametrize("theme", ["blue", ""])
def test_an_unknown_theme_is_named(theme: str) -> None:
    with pytest.raises(ArgumentError, match=f"auto, light, dark, not {theme!r}"):
        small_map(theme=theme)
