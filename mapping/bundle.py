"""The page's scripts and styles: our own in their fixed order, Leaflet from its package."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import rcssmin
import rjsmin

from geodata.errors import ArgumentError, SurroundingsError
from mapping.text91 import packed_text

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

# Joined in this order into one function scope: what others rest on first, main.js runs.
SCRIPTS = (
    "core/words.js",
    "core/dates.js",
    "core/dom.js",
    "core/unpack.js",
    "core/decode.js",
    "core/fold.js",
    "core/lookup.js",
    "core/quantity.js",
    "core/state.js",
    "core/facets.js",
    "core/view.js",
    "map/geometry.js",
    "map/paint.js",
    "map/place_raster.js",
    "map/marks.js",
    "map/captions.js",
    "map/label_plan.js",
    "map/labels.js",
    "map/hover.js",
    "map/legend.js",
    "map/surroundings.js",
    "map/map_layer.js",
    "map/layer_control.js",
    "panel/tellings.js",
    "panel/cards.js",
    "panel/items.js",
    "panel/list.js",
    "panel/selection.js",
    "panel/panel.js",
    "panel/filters.js",
    "panel/chips.js",
    "panel/timeline.js",
    "panel/bounds.js",
    "panel/sortable.js",
    "panel/places.js",
    "panel/compare.js",
    "panel/range_plot.js",
    "panel/compare_panel.js",
    "panel/table.js",
    "panel/geojson.js",
    "panel/download.js",
    "panel/print.js",
    "panel/tabs.js",
    "panel/views.js",
    "main.js",
)
_BETWEEN = "\f"  # what start.js splits the packed code at
# What the plain table is drawn with, where scripts are blocked; the page itself has all.
PLAIN_STYLES = ("theme.css", "layout.css")
STYLES = (
    *PLAIN_STYLES,
    "map/map.css",
    "panel/controls.css",
    "panel/claims.css",
    "panel/filters.css",
    "panel/tables.css",
    "panel/comparison.css",
    "panel/timeline.css",
    "panel/devices.css",
    "low_windows.css",
)


@cache
def page_script() -> str:
    """Our own scripts, as one function that touches no global name."""
    # Nearly all of it runs at the start. Chromium then compiles it in one go, and does not first
    # skim each function: 20 to 30 ms of 450. https://v8.dev/blog/explicit-compile-hints
    hint = "//# allFunctionsCalledOnLoad\n"
    return hint + _closed("\n".join(asset(name) for name in SCRIPTS))


@cache
def packed_code(*before: str) -> str:
    """Pack what start.js unpacks: style sheets and scripts in their order, our own script last."""
    parts = [*before, page_script()]
    if any(_BETWEEN in part for part in parts):
        raise SurroundingsError("a script or style holds a form feed, which stands between them")
    return packed_text(_BETWEEN.join(parts).encode("utf-8"))


@cache
def start_script() -> str:
    """Build the script that unpacks the others and the data, and runs them."""
    return _closed(asset("start.js"))


@cache
def scripted_script() -> str:
    """Build the script that says whether the browser can run the others."""
    return str(rjsmin.jsmin(asset("scripted.js")))


def _closed(body: str) -> str:
    # Comments and indentation are for those who read the files.
    return str(rjsmin.jsmin(f'(function () {{\n"use strict";\n{body}\n}})();'))


@cache
def plain_style() -> str:
    """Our own style sheets that the plain table needs too."""
    return _style(PLAIN_STYLES)


@cache
def page_style() -> str:
    """Our other style sheets."""
    return _style(STYLES[len(PLAIN_STYLES) :])


def _style(names: tuple[str, ...]) -> str:
    return str(rcssmin.cssmin("\n".join(asset(name) for name in names)))


@cache
def words(language: str) -> dict[str, Any]:
    """Read the interface's words in a language.

    Raises
    ------
    ArgumentError
        If there are none in that language.
    """
    known = languages()
    if language not in known:
        raise ArgumentError(
            f"lang: the page's own words are not there in {language!r}; choose one of: "
            f"{', '.join(known)}. The claims may be in any language"
        )
    catalogue: dict[str, Any] = json.loads(asset(f"words.{language}.json"))
    return catalogue


def languages() -> list[str]:
    """List the languages of the interface: those of which there is a file of words."""
    names = (entry.name for entry in (files("mapping") / "assets").iterdir())
    found = (re.fullmatch(r"words\.([\w-]+)\.json", name) for name in names)
    return sorted(name[1] for name in found if name)


@cache
def asset(name: str) -> str:
    """Read one of our own files."""
    return (files("mapping") / "assets" / name).read_text(encoding="utf-8")


@cache
def leaflet_script() -> str:
    """Leaflet 1.9.4, as published."""
    return _package_text("js_lib_leaflet", "static/js_lib_leaflet/leaflet.js")


@cache
def leaflet_style() -> str:
    """Leaflet's style sheet, its images as data URIs."""
    folder = "static/js_lib_leaflet"
    sheet = _package_text("js_lib_leaflet", f"{folder}/leaflet.css")
    return re.sub(
        r"url\((images/[\w.-]+)\)",
        lambda found: f"url({_data_uri('js_lib_leaflet', f'{folder}/{found[1]}')})",
        sheet,
    )


@cache
def leaflet_icons() -> dict[str, str]:
    """Read the images of Leaflet's default marker as data URIs, by the name of their option.

    The marker is the one for fine screens: it is drawn at its half size, sharp on all.
    """
    folder = "static/js_lib_leaflet/images"
    return {
        option: _data_uri("js_lib_leaflet", f"{folder}/{name}")
        for option, name in {
            "iconUrl": "marker-icon-2x.png",
            "shadowUrl": "marker-shadow.png",
        }.items()
    }


@cache
def jquery() -> str:
    """jQuery, which folium's popups need."""
    return _package_text("xstatic.pkg.jquery", "data/jquery.min.js")


_DISTRIBUTIONS = {
    "js_lib_leaflet": "django-js-lib-leaflet",
    "xstatic.pkg.jquery": "XStatic-jQuery",
}


def _package_file(package: str, path: str) -> Traversable:
    try:
        return files(import_module(package)) / path
    except ModuleNotFoundError as error:
        name = _DISTRIBUTIONS[package]
        message = f"{name} is not installed; install it with: pip install {name}"
        raise SurroundingsError(message) from error


def _package_text(package: str, path: str) -> str:
    text = _package_file(package, path).read_text(encoding="utf-8")
    # A source map would be a request; its comment has no other use.
    return re.sub(r"(//|/\*)# sourceMappingURL=\S+( \*/)?", "", text)


def _data_uri(package: str, path: str) -> str:
    content = base64.b64encode(_package_file(package, path).read_bytes()).decode("ascii")
    return f"data:image/png;base64,{content}"
