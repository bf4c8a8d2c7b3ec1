"""What folium's layers carry is data: nothing of it runs, as the map is saved or as it is read."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import pytest
from branca.element import Element, Figure, MacroElement
from folium.plugins import MousePosition, Realtime
from folium.template import Template
from folium.utilities import JsCode
from foreign_layers import OFFLINE, ONLINE, geojson
from playwright.sync_api import expect

from common import claims, squares
from geodata.errors import PageError
from mapping import explore
from mapping.claim_map import ClaimMap, NetworkWarning
from mapping.foreign.contexts import Place, write_markup, write_script
from mapping.foreign.sanitise import clean_markup

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from conftest import OfflinePage

MKDIR = "{{ cycler.__init__.__globals__.os.mkdir(dict(OWNED=1)|join) }}"
RUN = "document.title='owned'"
TEMPLATES = [
    MKDIR, "{{ 7*7 }}{{ nope.nope }}", "{% for x in y", "{# x", "{% raw %}", "{{", "}}'{{ 'a' }}",
]  # fmt: skip
SCRIPTS = [
    f"${{{RUN}}}", f"`;{RUN};`", f"\\`+({RUN})+\\`", f"';{RUN};'", f'";{RUN};"', f"\\';{RUN};//",
    f"</script><script>{RUN}</script>", f"<!--<script>{RUN}", f"\n{RUN}\n", f"\u2028{RUN}//",
    f"*/{RUN}/*", f"}}}}{RUN}{{{{", f'"]}}); {RUN}; ({{["', f"x y;{RUN}", f"a.b.{RUN}",
]  # fmt: skip
MARKUP = [
    f'<img src=x onerror="{RUN}">', f'<svg onload="{RUN}"><a>x</a></svg>',
    "<meta http-equiv=refresh content='0;url=https://away.org/'>",
    '"><meta http-equiv="refresh" content="0;url=https://away.org/">',
    f'<a href="javascript:{RUN}">link</a>', f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    "<base href='https://away.org/'>", "<form action='https://away.org/'><button>x</button></form>",
    "<style>body { display: none }</style>", "<b title='<meta http-equiv=refresh content=0>'>b</b>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
]  # fmt: skip
HOSTILE = [*TEMPLATES, *SCRIPTS, *MARKUP]


def small_map(*layers: Any, **options: Any) -> ClaimMap:
    told = claims({"place_ids": ("AF-KDZ",), "value": 40.0, "reported": "2024"})
    page = explore(told, boundaries=squares(), as_of="2024-06-30", **options)
    for layer in layers:
        layer.add_to(page)
    assert isinstance(page, ClaimMap)
    return page


def listing() -> list[str]:
    """What stands in the folder to work in."""
    return [entry.name for entry in Path().iterdir()]


def html_of(page: ClaimMap) -> str:
    return str(page.get_root().render())


def scripts_of(page: ClaimMap) -> list[tuple[str, str]]:
    """Name and script of each layer, as the page carries them."""
    found = re.search(r'id="claimatlas-layers">(.*?)</script>', html_of(page), re.DOTALL)
    assert found
    return [tuple(pair) for pair in json.loads(found[1])]


def script_of(page: ClaimMap) -> str:
    return "\n".join(text for _, text in scripts_of(page))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", [*OFFLINE, *ONLINE])
def test_saving_a_map_runs_nothing(folder: Path, kind: str) -> None:
    made = [layer for text in HOSTILE for layer in (OFFLINE | ONLINE)[kind](text)]
    page = small_map(*made, online=kind in ONLINE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NetworkWarning)
        page.save(folder / "map.html")

    assert listing() == ["map.html"]


def test_every_text_shows_as_it_was_typed(folder: Path, offline_page: OfflinePage) -> None:
    texts = [text for text in (*TEMPLATES, *SCRIPTS) if "<" not in text and "\n" not in text]
    layers = [
        folium.Marker([36 + number / 30, 68], tooltip=folium.Tooltip(text, permanent=True))
        for number, text in enumerate(texts)
    ]
    groups = [folium.FeatureGroup(name=text) for text in (*texts, *MARKUP)]
    small_map(*layers, *groups).save(folder / "map.html")

    page = offline_page.open(folder / "map.html")

    shown = page.locator(".leaflet-tooltip").all_text_contents()
    assert [text.strip() for text in shown] == [text.strip() for text in texts]
    names = page.locator(".leaflet-control-layers-overlays label span span")
    listed = [name.strip() for name in names.all_text_contents()]
    assert listed == ["ISKP", *(text.strip() for text in (*texts, *MARKUP))]
    assert offline_page.errors == []


@pytest.mark.parametrize("kind", OFFLINE)
def test_the_page_runs_nothing_and_leads_nowhere(
    folder: Path, offline_page: OfflinePage, kind: str
) -> None:
    page = small_map(*[layer for text in HOSTILE for layer in OFFLINE[kind](text)])
    for layer in page._children.values():
        if isinstance(layer, folium.TileLayer | folium.WmsTileLayer):
            layer.show = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NetworkWarning)
        page.save(folder / "map.html")
    page_shown = offline_page.open(folder / "map.html")
    address = page_shown.url

    open_everything(page_shown)
    page_shown.wait_for_timeout(500)

    # Popups move the map, and the page notes where it is.
    assert page_shown.url.partition("#")[0] == address
    assert page_shown.title() == "Reported threats"
    assert page_shown.locator("meta[http-equiv=refresh]").count() == 0
    expect(page_shown.locator(".ca-broken")).to_be_hidden()
    assert [
        url for url in offline_page.requests if "tiles.org" not in url and "wms" not in url
    ] == []
    quiet = (
        "ERR_",
        "Refused to execute the redirect",  # in a frame that is shut in
        "Blocked script execution in 'about:srcdoc'",
        "Failed to load resource",
        "Not allowed to load local resource",
        "violates the following Content Security",
    )
    assert [text for text in offline_page.errors if not any(word in text for word in quiet)] == []


def open_everything(page: Page) -> None:
    """Open the popups and tooltips of all layers, as a reader would one by one."""
    page.evaluate(
        """() => {
            const meta = JSON.parse(document.getElementById("claimatlas-meta").textContent);
            const map = window[meta.map];
            const visit = (layer) => {
                if (layer.getPopup && layer.getPopup()) { layer.fire("click"); layer.openPopup(); }
                if (layer.getTooltip && layer.getTooltip()) layer.openTooltip();
                if (layer.eachLayer) layer.eachLayer(visit);
            };
            map.eachLayer(visit);
            const at = L.point(60, 60);
            const originalEvent = new MouseEvent("click");
            const latlng = map.containerPointToLatLng(at);
            map.fire("click", { latlng, containerPoint: at, originalEvent });
            map.eachLayer(visit);
        }"""
    )


class Loop(MacroElement):
    """What an author's own class may hold: code with less-than signs."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var scripts = [1, 2], counted = 0;
        for (var i=0;i<scripts.length;i++) counted += scripts[i]; // <!-- a comment
        window.counted = counted<!-- opens a comment in a script, as // does
        + 20;
        window.told = "</script><!-- <script>" + `${"<!--"}`;
        {% endmacro %}
        """
    )


def broken(code: str) -> MacroElement:
    element = MacroElement()  # type: ignore[no-untyped-call]  # branca's own
    element._name = "Clumsy"
    element._template = Template("{% macro script(this, kwargs) %}" + code + "{% endmacro %}")
    return element


def test_code_with_less_than_signs_stays_what_it_is(
    folder: Path, offline_page: OfflinePage
) -> None:
    loop: Any = Loop
    small_map(loop()).save(folder / "map.html")

    page = offline_page.open(folder / "map.html")

    assert page.evaluate("() => window.told") == "</script><!-- <script><!--"
    assert page.evaluate("() => window.counted") == 23
    expect(page.locator(".ca-broken")).to_be_hidden()
    assert offline_page.errors == []


@pytest.mark.parametrize(
    "code", ["}{ syntax", "nobody.knows();", "L.nothing().addTo(1);", "throw 5;"]
)
def test_a_layer_that_breaks_takes_down_itself_alone(
    folder: Path, offline_page: OfflinePage, code: str
) -> None:
    group = folium.FeatureGroup(name="a broken group")
    group._template = Template(
        "{% macro script(this, kwargs) %}throw new Error('no group');{% endmacro %}"
    )
    later = folium.Marker([36.5, 68.5], tooltip=folium.Tooltip("later", permanent=True))
    named = folium.FeatureGroup(name="a sound group")
    small_map(broken(code), group, later, named).save(folder / "map.html")

    page = offline_page.open(folder / "map.html")

    expect(page.locator(".leaflet-tooltip")).to_have_text("later")
    names = page.locator(".leaflet-control-layers-overlays label").all_text_contents()
    assert [name.strip() for name in names] == ["ISKP", "a sound group"]
    expect(page.locator(".ca-broken")).to_contain_text("Clumsy")
    expect(page.locator(".ca-broken")).to_contain_text("a broken group")
    page.locator(".leaflet-control-layers").hover()
    page.locator("label", has_text="ISKP").locator("input").first.click()
    expect(page.locator(".ca-item")).to_have_count(0)
    # Each is told once.
    assert len(offline_page.errors) == 2


CODE: dict[str, Any] = {
    "JsCode in options": lambda: folium.GeoJson(
        geojson({}), on_each_feature=JsCode(f"() => {{ {RUN} }}")
    ),
    "handler": lambda: folium.FeatureGroup().add_child(
        folium.elements.EventHandler("click", JsCode(RUN))
    ),
    "formatter": lambda: MousePosition(lat_formatter=f"function () {{ {RUN} }}"),
    "source": lambda: Realtime(JsCode(f"() => {{ {RUN} }}")),
    "expression": lambda: folium.ClickForLatLng(format_str=f"({RUN})"),
}


@pytest.mark.parametrize("kind", CODE)
def test_code_of_an_author_needs_the_option(kind: str) -> None:
    page = small_map(CODE[kind](), online=True)

    with pytest.raises(PageError, match="scripts=True"):
        page.get_root().render()

    assert RUN in script_of(small_map(CODE[kind](), online=True, scripts=True))


def put(place: str, text: str, **options: Any) -> ClaimMap:
    page = small_map(**options)
    figure = page.get_root()
    assert isinstance(figure, Figure)
    getattr(figure, place).add_child(Element(text))
    return page


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("script", RUN), ("header", f"<script>{RUN}</script>"), ("html", f"<script>{RUN}</script>"),
        ("header", "<meta http-equiv=refresh content=0>"), ("html", f"<b onclick='{RUN}'>x</b>"),
    ],
)  # fmt: skip
def test_an_element_that_runs_needs_the_option(folder: Path, place: str, text: str) -> None:
    with pytest.raises(PageError, match="scripts=True"):
        put(place, text).save(folder / "map.html")
    assert listing() == []

    put(place, text).save(folder / "map.html", scripts=True)

    assert listing() == ["map.html"]


def test_the_script_that_an_author_allows_runs(folder: Path, offline_page: OfflinePage) -> None:
    page = put("script", "document.title = {{ (6 * 7)|tojson }} + 'own'", scripts=True)
    page.save(folder / "map.html")

    assert offline_page.open(folder / "map.html").title() == "42own"


@pytest.mark.parametrize("place", ["html", "header"])
def test_an_element_without_script_is_no_template(folder: Path, place: str) -> None:
    text = f"<h3>{MKDIR}</h3>" if place == "html" else f"<style>b {{ }} /* {MKDIR} */</style>"
    put(place, text).save(folder / "map.html")

    assert listing() == ["map.html"]
    assert MKDIR in (folder / "map.html").read_text(encoding="utf-8")


def test_markup_on_purpose_is_kept_and_a_frame_is_shut_in(
    folder: Path, offline_page: OfflinePage
) -> None:
    rich = "<b style='color: red; position: fixed'>4,000</b> <a href='https://x.org'>x</a>"
    frame = folium.IFrame(f"<h4>framed</h4><script>top.{RUN}</script>", width="200", height="80")
    small_map(
        folium.Marker([36.5, 68.5], tooltip=folium.Tooltip(rich, permanent=True)),
        folium.Marker([36.5, 69.5], popup=folium.Popup(frame, show=True)),
    ).save(folder / "map.html")

    page = offline_page.open(folder / "map.html")

    bold = page.locator(".leaflet-tooltip b")
    assert bold.evaluate("b => [getComputedStyle(b).color, getComputedStyle(b).position]") == [
        "rgb(255, 0, 0)", "static",
    ]  # fmt: skip
    expect(page.frame_locator(".leaflet-popup iframe").locator("h4")).to_have_text("framed")
    assert page.title() == "Reported threats"


def test_in_a_notebooks_frame_nothing_runs_either(folder: Path, offline_page: OfflinePage) -> None:
    layers = [layer for text in HOSTILE for layer in OFFLINE["Popup"](text)]
    shown = small_map(*layers)._repr_html_()
    host = folder / "notebook.html"
    host.write_text(f"<!DOCTYPE html><title>host</title>{shown}", encoding="utf-8")
    page = offline_page.page
    page.goto(host.as_uri())
    frame = page.frame_locator("iframe").first
    expect(frame.locator("html[data-claimatlas=ready]")).to_be_attached(timeout=30_000)
    page.wait_for_timeout(500)

    assert page.title() == "host"
    assert page.frames[1].title() == "Reported threats"
    assert sorted(listing()) == ["notebook.html"]


def test_rendering_leaves_the_layers_as_they_were() -> None:
    layers = OFFLINE["GeoJson with styles"](MKDIR)
    page = small_map(*layers)
    made = {"style_map", "highlight_map", "parent_map"}  # what folium works out anew
    before = {name: value for name, value in vars(layers[0]).items() if name not in made}

    first, second = html_of(page), html_of(page)

    assert first == second
    after = vars(layers[0])
    assert {name: after[name] for name in before} == before
    assert not {"render", "add_child", "_template"} & set(after)


@pytest.mark.parametrize(
    ("script", "places"),
    [
        ("a = \ue0001\ue001;", ["code"]), ("'it\\'s \ue0001\ue001'", ["string"]),
        ("`a ${ {b: '}'} + \ue0001\ue001 } \ue0002\ue001`", ["code", "string"]),
        ("a / 2; '\ue0001\ue001'", ["string"]), ("b(/['\"]/, \ue0001\ue001)", ["code"]),
        ("// it's\n\ue0001\ue001", ["code"]), ("/* ' \ue0001\ue001 */", ["comment"]),
    ],
)  # fmt: skip
def test_a_mark_in_a_script_knows_its_place(script: str, places: list[str]) -> None:
    found: list[str] = []

    def write(mark: str, place: Place) -> str:
        found.append(place.value)
        return ""

    write_script(script, write)

    assert found == places


def test_a_mark_in_markup_knows_its_place() -> None:
    found: list[str] = []

    def write(mark: str, place: Place) -> str:
        found.append(place.value)
        return "x"

    mark = "\ue0001\ue001"
    write_markup(
        f"{mark}<b title='>{mark}' id={mark}></b><style>{mark}</style>"
        f"<script>'{mark}'+{mark}</script><!-- {mark} -->",
        write,
    )

    assert found == ["markup", "attribute", "unquoted", "style", "string", "code", "comment"]


@pytest.mark.parametrize("text", MARKUP)
def test_cleaned_markup_holds_nothing_that_acts(text: str) -> None:
    cleaned = clean_markup(text)

    assert not re.search(r"<(?!/?(b|a|img|p|table|div)\b)|on\w+=|javascript:", cleaned), cleaned
