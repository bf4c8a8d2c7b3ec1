"""Classes of folium that write values by themselves, without a template of their class.

Each is given values that are safe where it writes them, for as long as it is rendered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import folium
from branca.element import Element, Html, MacroElement
from folium.features import GeoJsonDetail, Vega, VegaLite

from mapping.foreign.contexts import quote_in_style

Set = Callable[[Element, str, object], None]
Hook = Callable[[Element], None]

# What jinja2 would take for the start of a template.
_OPENING = re.compile(r"\{(?=[{%#])")


def prepare(element: Element, change: Set, hook: Hook) -> None:
    """Replace values of an element; ``change`` sets an attribute until the map is rendered."""
    if isinstance(element, folium.GeoJson):
        _geojson(element, change, hook)
    elif isinstance(element, GeoJsonDetail):
        _detail(element, change)
    elif isinstance(element, VegaLite):
        change(element, "json", _OPENING.sub(r"\\u007b", json.dumps(element.data)))
    elif isinstance(element, Vega):
        change(element, "data", _without_openings(element.data))
    elif isinstance(element, Html):
        holder = getattr(element._parent, "_parent", None)
        if isinstance(holder, folium.Popup) and isinstance(element.data, str):
            # folium escapes backticks for the string that it will write; we escape anew.
            change(element, "data", element.data.replace("\\`", "`"))


def _geojson(layer: folium.GeoJson, change: Set, hook: Hook) -> None:
    for name in ("style_function", "highlight_function"):
        function = getattr(layer, name, None)
        if callable(function):
            change(layer, name, _styled(function, hook))
    identifier = getattr(layer, "feature_identifier", "")
    # A property by which folium tells features apart becomes code, whatever it is called.
    if re.fullmatch(r"feature\.properties\.(?![A-Za-z_]\w*\Z).*", identifier, re.DOTALL | re.ASCII):
        features = [
            {**feature, "id": str(number)} for number, feature in enumerate(layer.data["features"])
        ]
        change(layer, "data", {**layer.data, "features": features})
        change(layer, "feature_identifier", "feature.id")


def _styled(function: Callable[..., object], hook: Hook) -> Callable[..., object]:
    """Keep texts of a style from what folium puts there itself: the name of a pattern."""

    def styled(feature: object) -> object:
        style = function(feature)
        if not isinstance(style, dict):
            return style
        for value in style.values():
            if isinstance(value, MacroElement):
                hook(value)
        return {_apart(key): _apart(value) for key, value in style.items()}

    return styled


def _apart(value: object) -> object:
    if isinstance(value, str):
        # No style has two braces in a row.
        return value.replace("{{", "{ {").replace("}}", "} }")
    if isinstance(value, dict):
        return {_apart(key): _apart(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_apart(each) for each in value]
    return value


def _detail(detail: GeoJsonDetail, change: Set) -> None:
    style = getattr(detail, "style", None)
    if isinstance(style, str):
        change(detail, "style", quote_in_style(style))
    if not re.fullmatch(r"[\w -]*", str(detail.class_name)):
        change(detail, "class_name", re.sub(r"[^\w-]", "-", str(detail.class_name)))


def _without_openings(value: object) -> object:
    """Part braces in texts by a character without width."""
    if isinstance(value, str):
        return _OPENING.sub("{\u2060", value)
    if isinstance(value, dict):
        return {_without_openings(key): _without_openings(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_openings(each) for each in value]
    return value
