"""The page's scripts and styles: our own, joined from modules, Leaflet from its package."""

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
from geodata.text.figures import figure_phrases
from mapping.page.modules import ENTRY, JAVASCRIPT, module_names, module_order, page_parts
from mapping.page.text91 import packed_text

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_BETWEEN = "\f"  # what start.js splits the packed code at


@cache
def page_script() -> str:
    """Our own scripts, as one function that touches no global name."""
    # Nearly all of it runs at the start. Chromium then compiles it in one go, and does not first
    # skim each function: 20 to 30 ms of 450. https://v8.dev/blog/explicit-compile-hints
    hint = "//# allFunctionsCalledOnLoad\n"
    return hint + _part("page.min.js")


def scripts() -> tuple[str, ...]:
    """List the modules that are joined to the page's script, in the order that they run."""
    return module_order(ENTRY, asset)


def script_names() -> frozenset[str]:
    """Collect the names that the modules declare: they share one scope on the page."""
    return module_names(ENTRY, asset)


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
    return _part("start.min.js")


@cache
def scripted_script() -> str:
    """Build the script that says whether the browser can run the others."""
    # In syntax that old browsers read, which the other minifier need not keep.
    return str(rjsmin.jsmin(asset("scripted.js")))


@cache
def plain_style() -> str:
    """Our own style sheets that the plain table needs too."""
    return _part("plain.min.css")


@cache
def page_style() -> str:
    """Our other style sheets."""
    return _part("page.min.css")


def _part(name: str) -> str:
    """Give a script or style sheet as the wheel has it, minified, else minify it here."""
    prepared = files("mapping") / "assets" / name
    if prepared.is_file():
        return prepared.read_text(encoding="utf-8")
    return minified(*_sources()[name])


@cache
def _sources() -> dict[str, tuple[str, str]]:
    return page_parts(asset)


def minified(media_type: str, text: str) -> str:
    """Take out of a script or style sheet what is there for those who read the files.

    A checkout has no minified files. Where its tests are installed they bring what the wheel is
    made with (a fifth smaller); else comments and indentation go.
    """
    try:
        from minify import string as minify  # noqa: PLC0415 - where it is there
    except (ImportError, OSError):
        plain = rjsmin.jsmin if media_type == JAVASCRIPT else rcssmin.cssmin
        return str(plain(text))
    return str(minify(media_type, text))


@cache
def words(language: str) -> dict[str, Any]:
    """Read the interface's words in a language; figures are worded as in Python.

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
    return dict(figure_phrases()) | catalogue


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
