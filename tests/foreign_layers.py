"""Layers of folium that carry a given text wherever they take one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import folium
from branca.colormap import LinearColormap
from branca.element import Element, IFrame
from folium import features, plugins

Layers = Callable[[str], list[Any]]


def geojson(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    shape = {
        "type": "Polygon",
        "coordinates": [[[68, 36], [69, 36], [69, 37], [68, 37], [68, 36]]],
    }
    feature = {"type": "Feature", "properties": properties, "geometry": shape, **more}
    return {"type": "FeatureCollection", "features": [feature]}


def _grouped(text: str) -> list[Any]:
    group = folium.FeatureGroup(name=text)
    folium.CircleMarker([36.5, 69.5], popup=text, tooltip=text).add_to(group)
    return [group]


def _details(text: str) -> list[Any]:
    tip: Any = folium.GeoJsonTooltip(
        ["a"], aliases=[text], style=f"color: red; {text}", class_name=f"x {text}"
    )
    popup: Any = folium.GeoJsonPopup(["a", text], aliases=[text, "b"], style=text)
    return [
        folium.GeoJson(
            geojson({"a": text, text: {"b": [text]}}), name=text, tooltip=tip, popup=popup
        )
    ]


def _choropleth(text: str) -> list[Any]:
    data = geojson({"a": text}, id=text)
    return [folium.Choropleth(data, name=text, legend_name=text, highlight=True)]


def _styled(text: str) -> list[Any]:
    def style(feature: dict[str, Any]) -> dict[str, Any]:
        return {"color": feature["properties"]["a"], "className": text, "note": {"b": text}}

    data = geojson({"a": text})
    return [
        folium.GeoJson(data, style_function=style, highlight_function=style),
        folium.GeoJson(data, tooltip=text).add_child(folium.Popup(text, lazy=True)),
    ]


# By name, what needs no script from the network.
OFFLINE: dict[str, Layers] = {
    "GeoJson": lambda text: [folium.GeoJson(geojson({"a": text, text: 1}), name=text)],
    "GeoJson with details": _details,
    "GeoJson with styles": _styled,
    "GeoJson by a property": lambda text: [folium.GeoJson(geojson({text: "x"}), tooltip="x")],
    "FeatureGroup": _grouped,
    "Popup": lambda text: [
        folium.Marker([36.5, 68.5], popup=folium.Popup(text, show=True)),
        folium.Marker([36.5, 68.6], popup=folium.Popup(text, parse_html=True)),
        folium.Marker([36.5, 68.7], popup=folium.Popup(text, lazy=True, max_width=text)),
        folium.Rectangle([[36, 68], [37, 69]], popup=text, tooltip=text, color=text),
        folium.PolyLine([[36, 68], [37, 69]], popup=text, tooltip=text, dash_array=text),
    ],
    "Popup of a frame": lambda text: [
        folium.Marker([36.5, 68.5], popup=folium.Popup(frame, show=True))
        for frame in frames(text)
    ],
    "Tooltip": lambda text: [
        folium.Marker(
            [36.5, 68.5],
            tooltip=folium.Tooltip(text, style=f"color: red; {text}", permanent=True),
            title=text, alt=text,
        )
    ],
    "DivIcon": lambda text: [
        folium.Marker([36.5, 68.5], icon=folium.DivIcon(html=text, class_name=text[:0] or "z"))
    ],
    "TileLayer": lambda text: [
        folium.TileLayer("https://tiles.org/{z}/{x}/{y}.png", attr=text, name=text),
        folium.WmsTileLayer("https://wms.org/", layers=text, attr=text, name=text, styles=text),
        folium.raster_layers.ImageOverlay(
            "data:image/png;base64,AA==", [[36, 68], [37, 69]], name=text, alt=text, attr=text
        ),
    ],
    "ClickForMarker": lambda text: [folium.ClickForMarker(popup=text), folium.LatLngPopup()],
    "CustomPane": lambda text: [folium.map.CustomPane(text)],
    "FloatImage": lambda text: [
        plugins.FloatImage(f"data:image/png;base64,{text}", bottom=5, left=5, color=text)
    ],
    "ColorLine": lambda text: [
        folium.ColorLine([[36, 68], [37, 69]], [1.0], colormap=["green", "red"], name=text)
    ],
}  # fmt: skip


def tags(text: str) -> Any:
    return [text]


def frames(text: str) -> list[IFrame]:
    """Frames of a text: branca compiles it at once, which not every text survives."""
    made = []
    for height in ("50", None):
        frame = IFrame(width="100", height=height)
        child = Element("x")
        child._template_str = text
        frame.add_child(child)
        made.append(frame)
    return made


def _timed(text: str) -> list[Any]:
    point = {"type": "Point", "coordinates": [68.5, 36.5]}
    told = {"times": ["2024-01-01"], "popup": text, "tooltip": text, "icon": text}
    data = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": point, "properties": told}],
    }
    return [
        plugins.TimestampedGeoJson(data, date_options=text, period="P1D"),
        plugins.HeatMapWithTime([[[36, 68]]], index=[text], name=text),
        plugins.Timeline(geojson({"a": text, "start": 1, "end": 2})),
    ]


def _searched(text: str) -> list[Any]:
    layer = folium.GeoJson(geojson({"a": text, text: "b"}), name=text)
    return [
        layer,
        plugins.Search(layer, search_label=text, placeholder=text),
        plugins.GroupedLayerControl({text: [layer]}),
        plugins.TreeLayerControl(overlay_tree={"label": text, "children": [{"label": text}]}),
    ]


def _vega(text: str) -> list[Any]:
    lite = {"$schema": "https://vega.org/schema/vega-lite/v5.json", "title": text}
    return [
        folium.Marker([36, 68]).add_child(folium.Popup().add_child(features.VegaLite(data)))
        for data in ({"title": text}, lite)
    ]


def _patterned(text: str) -> list[Any]:
    line = folium.PolyLine([[36, 68], [37, 69]])
    stripes = plugins.pattern.StripePattern(color=text, space_color=text)
    hatched = {"fillPattern": stripes, "color": text}
    return [
        line,
        plugins.PolyLineTextPath(line, text, attributes={"fill": text, text: "x"}),
        folium.GeoJson(geojson({"a": text}), style_function=lambda _: dict(hatched)),
    ]


# What draws these comes from the network.
ONLINE: dict[str, Layers] = {
    "Choropleth": _choropleth,
    "colour map": lambda text: [
        LinearColormap(["red", "blue"], caption=text, text_color=text, tick_labels=tags(text))
    ],
    "Icon": lambda text: [folium.Marker([36, 68], icon=folium.Icon(icon=text, prefix=text))],
    "BeautifyIcon": lambda text: [
        folium.Marker([36, 68]).add_child(plugins.BeautifyIcon(icon=text, inner_icon_style=text))
    ],
    "MarkerCluster": lambda text: [
        plugins.MarkerCluster([[36, 68]], popups=[text], name=text),
        plugins.FastMarkerCluster([[36, 68, text]], name=text),
        plugins.FeatureGroupSubGroup(folium.FeatureGroup(name=text), name=text),
    ],
    "time": _timed,
    "controls": _searched,
    "VegaLite": _vega,
    "patterns": _patterned,
    "tags": lambda text: [
        folium.CircleMarker([36, 68], tags=tags(text)),
        plugins.TagFilterButton([text], clear_text=text, filter_on_every_click=True),
        plugins.MousePosition(prefix=text, separator=text, empty_string=text),
        plugins.MeasureControl(position="topleft", primary_length_unit=text),
        plugins.Draw(export=True, filename=text),
        plugins.Geocoder(provider_options={"a": text}),
    ],
}
