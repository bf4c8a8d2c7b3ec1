"""Shapes of a file's records → the longitude and latitude of those that are points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geodata.text.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geodata.io.read.columns import Findings


def coordinates(
    shapes: Sequence[shapely.Geometry | None], findings: Findings
) -> tuple[list[float | None], list[float | None]]:
    """Return longitudes and latitudes of points; none for other shapes, which are warned of."""
    found = np.array(shapes, dtype=object)
    points = (shapely.get_type_id(found) == 0) & ~shapely.is_empty(found)
    other = np.flatnonzero(~points & ~shapely.is_missing(found))
    if len(other):
        findings.warn(
            f"only points are read: the geometry {quoted(found[other[0]].geom_type)} is not, here "
            "and in later records; name the claim's places instead",
            row=int(other[0]) + 1,
        )
    x, y = shapely.get_x(found), shapely.get_y(found)
    return tuple(  # type: ignore[return-value] # two lists
        [float(value) if point else None for value, point in zip(axis, points, strict=True)]
        for axis in (x, y)
    )
