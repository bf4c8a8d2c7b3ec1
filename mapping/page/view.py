"""The part of the world that a map shows first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

# Degrees: less than this around one small place would show outlines coarser than the screen.
_SMALLEST: Final = 1.0
_MARGIN: Final = 0.08  # of the width and height, on each side
_HIGHEST: Final = 85.0  # Web Mercator ends there
_HALF_TURN: Final = 180.0


def view_bounds(joined: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> list[list[float]]:
    """Find what holds the places that claims speak of; all units where there are none.

    Parameters
    ----------
    joined
        Claims at their places, as `geodata.join_claims` returns them. A nationwide claim
        stands at its country, so that its whole country is shown.
    units
        The boundaries that are drawn. Places in countries that these lack do not count.

    Returns
    -------
    list
        South-west and north-east corner, ``[[south, west], [north, east]]`` in degrees.
        Of a place on both sides of the 180th meridian the larger side counts, since the
        map is not drawn across it.
    """
    on_map = joined.geometry.notna() & joined["place_country"].isin(units["country"])
    places = joined[on_map].drop_duplicates("place_id").geometry
    shapes = np.asarray(places if len(places) else units.geometry)
    west, south, east, north = _around(np.array([_bounds(shape) for shape in shapes]))
    return [[_edge(south), _edge(west)], [_edge(north), _edge(east)]]


def _bounds(shape: shapely.Geometry) -> NDArray[np.float64]:
    """West, south, east, north; of the larger side alone where the other way round is shorter."""
    bounds: NDArray[np.float64] = shapely.bounds(shape)
    if bounds[2] - bounds[0] <= _HALF_TURN:
        return bounds
    parts = shapely.get_parts(shape)
    boxes = shapely.bounds(parts)
    order = np.argsort(boxes[:, 0])
    reach = np.maximum.accumulate(boxes[order, 2])
    gaps = boxes[order[1:], 0] - reach[:-1]
    # Around the back of the world, what is left out is the widest gap.
    if not len(gaps) or 2 * _HALF_TURN - gaps.max() >= bounds[2] - bounds[0]:
        return bounds
    cut = int(np.argmax(gaps)) + 1
    sides = [order[:cut], order[cut:]]
    larger = max(sides, key=lambda side: float(shapely.area(parts[side]).sum()))
    box: NDArray[np.float64] = shapely.total_bounds(parts[larger])
    return box


def _around(boxes: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Join boxes to one, with a margin, no smaller than what the outlines are good for."""
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    half = np.maximum((high - low) * (0.5 + _MARGIN), _SMALLEST / 2)
    middle = (low + high) / 2
    limits = np.array([_HALF_TURN, _HIGHEST])
    west, south = np.clip(middle - half, -limits, limits)
    east, north = np.clip(middle + half, -limits, limits)
    return float(west), float(south), float(east), float(north)


def _edge(degrees: float) -> float:
    return round(degrees, 3)
