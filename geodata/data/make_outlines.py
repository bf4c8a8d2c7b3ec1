"""Bring simplified outlines back to within a distance of the source.

Called by ``make_world.py``. Visvalingam-Whyatt bounds the area that each step cuts off, not
a distance: a fjord of a few hundred metres goes however long it is. Where an edge of the
simplified outline lies farther than a limit from the line that it stands for, vertices of
that line are put back as Douglas and Peucker choose them, the farthest first. Both sides of
a shared border are lines through the same vertices, so that they get the same ones back.
"""

from __future__ import annotations

import re

import numpy as np
import shapely
from numpy.typing import NDArray

Points = NDArray[np.float64]
Shapes = NDArray[np.object_]

# Degrees: where a vertex that was put back makes two lines cross, the lines so near to it
# are held to half the limit, and again, until they part as they do in the source.
NEAR = 0.05
MOST_ROUNDS = 16
_WHERE = re.compile(r"\[(\S+) (\S+)\]")


def close_outlines(whole: Shapes, rough: Shapes, *, farthest: float) -> Shapes:
    """Put vertices back until none of the source's lies farther from its outline than told.

    Parameters
    ----------
    whole
        Polygons and multipolygons that are a valid coverage.
    rough
        What `shapely.coverage_simplify` made of them.
    farthest
        Degrees, the limit.

    Returns
    -------
    The shapes of ``rough`` with vertices put back, again a valid coverage.
    """
    crossings: list[tuple[float, float]] = []
    for _ in range(MOST_ROUNDS):
        limits = (farthest, np.array(crossings).reshape(-1, 2))
        close = [_close_shape(*pair, limits) for pair in zip(whole, rough, strict=True)]
        shapes = np.array(close, dtype=object)
        found = _crossings(shapes)
        if not found:
            return shapes
        crossings += found
    raise SystemExit(f"lines still cross after {MOST_ROUNDS} rounds: {found}")


def farthest_vertices(whole: Shapes, rough: Shapes) -> Points:
    """Give the vertex of each shape that its simplified form is farthest from: x, y, degrees."""
    found = []
    for shape, outline in zip(whole, shapely.boundary(rough), strict=True):
        vertices = shapely.get_coordinates(shape)
        away = shapely.distance(shapely.points(vertices), outline)
        found.append([*vertices[int(np.argmax(away))], away.max()])
    return np.array(found)


def _crossings(shapes: Shapes) -> list[tuple[float, float]]:
    """Find a point at each shape that is invalid, and at each edge that is not shared."""
    reasons = shapely.is_valid_reason(shapes[~shapely.is_valid(shapes)])
    found = [_WHERE.search(str(reason)) for reason in reasons]
    points = [(float(at[1]), float(at[2])) for at in found if at]
    if points:
        return points
    edges = shapely.coverage_invalid_edges(shapes)
    middles = shapely.get_coordinates(shapely.centroid(edges[~shapely.is_empty(edges)]))
    return [(float(x), float(y)) for x, y in middles]


def _close_shape(
    whole: shapely.Geometry, rough: shapely.Geometry, limits: tuple[float, Points]
) -> shapely.Geometry:
    parts = [shapely.get_parts(shapely.orient_polygons(shape)) for shape in (whole, rough)]
    polygons = []
    for pair in zip(*parts, strict=True):
        rings = [map(shapely.get_coordinates, shapely.get_rings(part)) for part in pair]
        closer = [_close_ring(w[:-1], r[:-1], limits) for w, r in zip(*rings, strict=True)]
        polygons.append(shapely.Polygon(closer[0], closer[1:]))
    return polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)


def _close_ring(whole: Points, rough: Points, limits: tuple[float, Points]) -> Points:
    """Put vertices of a ring back into its simplified form; both without their last point."""
    kept = _positions(whole, rough)
    twice = np.vstack([whole, whole])
    ends = np.append(kept, kept[0] + len(whole))  # edge i stands for ends[i] to ends[i + 1]
    edge = np.repeat(np.arange(len(kept)), np.diff(ends))
    points = twice[ends[0] : ends[-1]]
    away = _distances(points, twice[ends[edge]], twice[ends[edge + 1]])
    farthest, crossings = limits
    level = np.zeros(len(points), dtype=int)
    for crossing in crossings:
        level += np.hypot(*(points - crossing).T) < NEAR
    limit = np.full(len(kept), farthest)
    np.minimum.at(limit, edge, farthest / 2.0**level)
    back = [
        number
        for at in np.unique(edge[away > limit[edge]])
        for number in _needed_between(twice, ends[at], ends[at + 1], limit[at])
    ]
    closer: Points = twice[np.union1d(ends[:-1], np.array(back, dtype=int))]
    return closer


def _positions(whole: Points, rough: Points) -> NDArray[np.intp]:
    """Find the vertices of a simplified ring in the ring that it was made of, ascending."""
    keys, wanted = (points @ np.array([1, 1j]) for points in (whole, rough))
    order = np.argsort(keys)
    found = order[np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)]
    at: NDArray[np.intp] = np.roll(found, -int(np.argmin(found)))
    if set(wanted) - set(keys) or (np.diff(at) <= 0).any():
        raise SystemExit("a simplified ring has other vertices than its source, or another order")
    return at


def _needed_between(points: Points, first: int, last: int, limit: float) -> list[int]:
    """List the positions of the vertices to put back on the line between two kept ones."""
    line = points[first : last + 1]
    # The neighbour runs along the same line the other way: both must choose alike.
    turned = tuple(line[0]) > tuple(line[-1])
    needed = _needed(line[::-1] if turned else line, limit)
    return [int(last - at if turned else first + at) for at in needed]


def _needed(line: Points, limit: float) -> list[int]:
    """Douglas and Peucker: the farthest vertex, then those on either side of it."""
    away = _distances(line, line[:1], line[-1:])
    at = int(np.argmax(away))
    if away[at] <= limit:
        return []
    return [*_needed(line[: at + 1], limit), at, *(at + n for n in _needed(line[at:], limit))]


def _distances(points: Points, start: Points, end: Points) -> Points:
    """Measure from points to segments."""
    run = end - start
    length = np.maximum((run**2).sum(axis=1), np.finfo(float).tiny)
    share = np.clip(((points - start) * run).sum(axis=1) / length, 0, 1)
    away: Points = np.hypot(*(points - start - share[:, np.newaxis] * run).T)
    return away
