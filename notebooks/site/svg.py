"""Small drawings as text: elements of SVG, and areas of the atlas as their paths.

Colours are classes that ``static/site.css`` fills, so that a drawing follows the page's theme.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import shapely

if TYPE_CHECKING:
    import geopandas as gpd

# UTM zone 42 north: true to shape in the north of Afghanistan.
CRS = "EPSG:32642"
TOLERANCE = 1500  # metres; a drawing needs no more


def element(name: str, content: str = "", /, **attributes: Any) -> str:  # noqa: ANN401 - whatever SVG has
    """Give an element; ``class_`` is a class, and a hyphen in a name is written ``_``.

    >>> element("circle", r=3, class_="dot")
    '<circle r="3" class="dot"/>'
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def text(words: str, x: float, y: float, *, class_: str = "", anchor: str = "start") -> str:
    """Give a line of words."""
    return element(
        "text", escape(words), x=round(x, 1), y=round(y, 1), class_=class_ or None,
        text_anchor=None if anchor == "start" else anchor,
    )  # fmt: skip


def line(x1: float, y1: float, x2: float, y2: float, *, class_: str) -> str:
    """Give a straight line."""
    ends = dict(zip(("x1", "y1", "x2", "y2"), (round(v, 1) for v in (x1, y1, x2, y2)), strict=True))
    return element("line", class_=class_, **ends)


def box(x: float, y: float, width: float, height: float, *, class_: str, radius: float = 0) -> str:
    """Give a rectangle."""
    sides = {"x": x, "y": y, "width": width, "height": height}
    return element(
        "rect", class_=class_, rx=radius or None, **{k: round(v, 1) for k, v in sides.items()}
    )


def label(words: Iterable[str], x: float, y: float, *, class_: str = "tag") -> str:
    """Give a tag whose middle is at a point, its first line bold."""
    lines = list(words)
    width = max(map(len, lines)) * 8.2 + 14
    height = 16 * len(lines) + 8
    top = y - height / 2
    said = [box(x - width / 2, top, width, height, class_=class_, radius=3)]
    for number, words_ in enumerate(lines):
        style = "strong" if number == 0 else "muted"
        said.append(text(words_, x, top + 16 * (number + 1), class_=style, anchor="middle"))
    return "".join(said)


def picture(content: Iterable[str], width: int, height: int, *, title: str) -> str:
    """Give a whole drawing that says to a screen reader what it shows."""
    head = element("title", escape(title))
    return element(
        "svg", head + "\n".join(content), xmlns="http://www.w3.org/2000/svg", class_="picture",
        viewBox=f"0 0 {width} {height}", role="img",
    )  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A place on the paper onto which areas are drawn, all at one scale."""

    areas: gpd.GeoSeries  # by place id, in metres
    x: float
    y: float
    width: float
    scale: float = field(init=False)
    height: float = field(init=False)

    def __post_init__(self) -> None:
        west, south, east, north = self.areas.total_bounds
        object.__setattr__(self, "scale", self.width / (east - west))
        object.__setattr__(self, "height", (north - south) * self.scale)

    def path(self, shape: shapely.Geometry, *, class_: str) -> str:
        """Give the outline of an area."""
        parts = shapely.get_parts(shape)
        rings = [
            ring
            for part in parts
            for ring in (part.exterior, *part.interiors)
            if ring.length * self.scale > 4
        ]
        drawn = "".join(self._ring(ring) for ring in rings)
        return element("path", d=drawn, class_=class_)

    def point(self, shape: shapely.Geometry) -> tuple[float, float]:
        """Give where the middle of an area is."""
        inside = shape.representative_point()
        return self._at(inside.x, inside.y)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        west, _, _, north = self.areas.total_bounds
        return self.x + (x - west) * self.scale, self.y + (north - y) * self.scale

    def _ring(self, ring: shapely.LinearRing) -> str:
        points = [self._at(x, y) for x, y, *_ in ring.coords]
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def in_metres(boundaries: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Give the areas by place id, in metres, simplified so that neighbours still meet."""
    areas = boundaries.set_index("place_id").geometry.to_crs(CRS)
    return areas.set_axis(areas.index).simplify_coverage(TOLERANCE)
