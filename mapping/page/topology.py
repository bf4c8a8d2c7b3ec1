"""Polygons → arcs that neighbours share, so that geometry stands in a page once.

The method is that of TopoJSON (Bostock, "How to infer topology", 2013): a vertex
is a *junction* where not all the rings that pass through it come from, and go
to, the same two neighbours; rings are cut at junctions; equal pieces are one arc.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

Ring = list[int]

# About 110 m at the equator: a tenth of the detail of the built-in boundaries.
DEFAULT_STEP = 0.001
# A smaller area gets a finer grid: this many steps across its longer side.
STEPS_ACROSS = 10_000
FINEST_STEP = 1e-6
# What is wider than a continent, in degrees, gets a coarser grid.
WIDE = 120.0
WIDE_STEP = 0.005


@dataclass(frozen=True)
class Topology:
    """Arcs on an integer grid, and the rings that they make up.

    ``arcs`` are integer arrays of shape (points, 2); a longitude is
    ``x0 + x * step``, a latitude ``y0 + y * step`` (EPSG:4326, degrees).
    ``shapes`` holds for each feature its rings, outer and inner alike; a ring
    is a list of arcs, ``a`` forwards or ``~a`` backwards. Filled by the even-odd
    rule they give the feature back.
    """

    arcs: list[NDArray[np.int64]]
    shapes: list[list[Ring]]
    x0: float
    y0: float
    step: float

    @property
    def points(self) -> int:
        """How many points the arcs have together."""
        return sum(len(arc) for arc in self.arcs)


def build_topology(shapes: gpd.GeoSeries, *, step: float | None = None) -> Topology:
    """Find the arcs that the given polygons share.

    Parameters
    ----------
    shapes
        Polygons, MultiPolygons or missing, in EPSG:4326. Neighbours should share
        their vertices, as a coverage does; those that do not keep borders of
        their own.
    step
        Width of the grid in degrees; by default the one that `fitting_step` finds.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> topology = build_topology(gpd.GeoSeries([box(0, 0, 1, 1), box(1, 0, 2, 1)]))
    >>> len(topology.arcs), [len(rings) for rings in topology.shapes]
    (3, [1, 1])
    """
    geometry = np.asarray(shapes.array, dtype=object)
    step = step or fitting_step(shapes)
    points, ring_of_point, feature_of_ring = _grid_rings(geometry, step)
    topology = Topology([], [[] for _ in geometry], 0.0, 0.0, step)
    if not len(points):
        return topology
    rings = _cut_rings(points, ring_of_point)
    known: dict[bytes, int] = {}
    for feature, pieces in zip(feature_of_ring, rings, strict=True):
        if pieces:
            topology.shapes[feature].append(
                [_intern(piece, topology.arcs, known) for piece in pieces]
            )
    return topology


def coarsen(topology: Topology, tolerance: NDArray[np.float64]) -> Topology:
    """Thin out arcs, each by a tolerance of its own.

    An arc keeps its ends, so that what shared an arc still shares it. Islands
    smaller than their tolerance go.

    Parameters
    ----------
    topology
        Arcs and rings.
    tolerance
        For each arc the distance in degrees by which it may err (Douglas & Peucker
        1973, as GEOS does it); 0 leaves it as it is.
    """
    thin = np.flatnonzero(tolerance > 0)
    if not len(thin):
        return topology
    lengths = [len(topology.arcs[index]) for index in thin]
    lines = shapely.linestrings(
        np.concatenate([topology.arcs[index] for index in thin]).astype(float),
        indices=np.repeat(np.arange(len(thin)), lengths),
    )
    grid = tolerance[thin] / topology.step
    simple = shapely.simplify(lines, grid, preserve_topology=False)
    west, south, east, north = shapely.bounds(lines).T
    vanishing = thin[shapely.is_closed(lines) & (np.maximum(east - west, north - south) < grid)]
    arcs = list(topology.arcs)
    points, line = shapely.get_coordinates(simple, return_index=True)
    ends = np.searchsorted(line, np.arange(1, len(thin)))
    for index, kept in zip(thin, np.split(points.astype(np.int64), ends), strict=True):
        arcs[index] = kept
    return _without(replace(topology, arcs=arcs), set(vanishing.tolist()))


def arcs_of(topology: Topology, features: Iterable[int]) -> NDArray[np.bool_]:
    """Mark the arcs that any of the given features uses."""
    used = np.zeros(len(topology.arcs), dtype=bool)
    for feature in features:
        for ring in topology.shapes[feature]:
            used[[arc if arc >= 0 else ~arc for arc in ring]] = True
    return used


def arc_bounds(topology: Topology) -> NDArray[np.float64]:
    """Tabulate west, south, east and north of each arc, in degrees."""
    if not topology.arcs:
        return np.empty((0, 4))
    lengths = np.array([len(arc) for arc in topology.arcs])
    points, starts = np.concatenate(topology.arcs), np.cumsum(lengths) - lengths
    low, high = (ends.reduceat(points, starts, axis=0) for ends in (np.minimum, np.maximum))
    return np.hstack([low, high]) * topology.step


def _without(topology: Topology, gone: set[int]) -> Topology:
    """Drop arcs, and the rings that they make up; the others get new numbers."""
    kept = [index for index in range(len(topology.arcs)) if index not in gone]
    number = {old: new for new, old in enumerate(kept)}
    shapes = [
        [
            [number[arc] if arc >= 0 else ~number[~arc] for arc in ring]
            for ring in rings
            if not any((arc if arc >= 0 else ~arc) in gone for arc in ring)
        ]
        for rings in topology.shapes
    ]
    return replace(topology, arcs=[topology.arcs[index] for index in kept], shapes=shapes)


def encode_arcs(arcs: list[NDArray[np.int64]]) -> bytes:
    """Arcs as unsigned LEB128 varints: point count, then zigzag deltas x, y.

    The first point of an arc is told by its distance from the last point of the
    arc before it; before the first arc that is (0, 0).
    """
    if not arcs:
        return b""
    points = np.concatenate(arcs)
    deltas = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    zigzag = (deltas << 1) ^ (deltas >> 63)
    lengths = np.array([len(arc) for arc in arcs])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]) * 2
    return _leb128(np.insert(zigzag.ravel(), starts, lengths))


def fitting_step(shapes: gpd.GeoSeries) -> float:
    """Width of the grid that fits an area: 0.001°, finer for a small one, coarser for the world.

    The world's provinces are simplified to 0.01° and seen from far: on a grid of 0.005° they
    take a third less than on one of 0.001°.
    """
    bounds = shapely.total_bounds(np.asarray(shapes.array, dtype=object))
    if not np.isfinite(bounds).all():
        return DEFAULT_STEP
    across = max(bounds[2] - bounds[0], bounds[3] - bounds[1], FINEST_STEP)
    if across > WIDE:
        return WIDE_STEP
    # A power of ten, so that round coordinates stay round.
    fitting: float = 10.0 ** math.floor(math.log10(across / STEPS_ACROSS))
    return min(DEFAULT_STEP, max(fitting, FINEST_STEP))


def _grid_rings(
    geometry: NDArray[Any], step: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Ring points on the grid without their closing point: points, their ring, its feature."""
    parts, feature_of_part = shapely.get_parts(geometry, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    feature_of_ring = feature_of_part[part_of_ring]
    coords, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    points = np.round(coords / step).astype(np.int64)
    # The closing point repeats the first; points that the grid made equal go too.
    is_last = np.append(ring_of_point[1:] != ring_of_point[:-1], True)
    same = np.zeros(len(points), dtype=bool)
    same[1:] = (points[1:] == points[:-1]).all(axis=1) & (ring_of_point[1:] == ring_of_point[:-1])
    keep = ~is_last & ~same
    if not keep.any():
        return points[keep], ring_of_point[keep], feature_of_ring[:0]
    # Where the last kept point equals the first, the ring would close on itself twice.
    points, ring_of_point = points[keep], ring_of_point[keep]
    first = np.append(True, ring_of_point[1:] != ring_of_point[:-1])
    first_index = np.flatnonzero(first)
    last_index = np.append(first_index[1:] - 1, len(points) - 1)
    double = (points[first_index] == points[last_index]).all(axis=1) & (last_index > first_index)
    drop = np.zeros(len(points), dtype=bool)
    drop[last_index[double]] = True
    points, ring_of_point = points[~drop], ring_of_point[~drop]
    present, ring_of_point = np.unique(ring_of_point, return_inverse=True)
    return points, ring_of_point, feature_of_ring[present]


def _cut_rings(
    points: NDArray[np.int64], ring_of_point: NDArray[np.int64]
) -> list[list[NDArray[np.int64]]]:
    """Each ring as the pieces between its junctions; rings of under three points are none.

    A ring without junctions is one piece, closed from its lowest point on: equal ones read alike.
    """
    starts = np.flatnonzero(np.append(True, ring_of_point[1:] != ring_of_point[:-1]))
    ends = np.append(starts[1:], len(points))
    is_junction = _junctions(points, starts, ends)
    lengths = ends - starts
    ring = np.repeat(np.arange(len(starts)), lengths)
    key = (points[:, 0] << 32) + points[:, 1]
    lowest = np.flatnonzero(key == np.repeat(np.minimum.reduceat(key, starts), lengths))
    first = lowest[np.unique(ring[lowest], return_index=True)[1]]
    junctions = np.flatnonzero(is_junction)
    cut, at = np.unique(ring[junctions], return_index=True)
    first[cut] = junctions[at]
    # All rings one after the other, each turned to begin at its first cut, and closed.
    sizes = lengths + 1
    offsets = np.cumsum(sizes) - sizes
    inside = np.arange(int(sizes.sum())) - np.repeat(offsets, sizes)
    turned = np.repeat(first - starts, sizes) + inside
    order = np.repeat(starts, sizes) + turned % np.repeat(lengths, sizes)
    is_stop = is_junction[order]
    is_stop[offsets] = is_stop[offsets + lengths] = True
    closed, stops = points[order], np.flatnonzero(is_stop)
    rings: list[list[NDArray[np.int64]]] = [[] for _ in starts]
    owner = np.searchsorted(offsets, stops, side="right") - 1
    for (a, b), (own, next_one) in zip(
        pairwise(stops.tolist()), pairwise(owner.tolist()), strict=True
    ):
        if own == next_one and lengths[own] >= 3:  # noqa: PLR2004 - the fewest points that enclose an area
            rings[own].append(closed[a : b + 1])
    return rings


def _junctions(
    points: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which points lie where borders meet or part."""
    key = (points[:, 0] << 32) ^ (points[:, 1] & 0xFFFFFFFF)
    _, vertex = np.unique(key, return_inverse=True)
    before = np.roll(vertex, 1)
    after = np.roll(vertex, -1)
    before[starts] = vertex[ends - 1]
    after[ends - 1] = vertex[starts]
    low, high = np.minimum(before, after), np.maximum(before, after)
    count = int(vertex.max()) + 1
    differs = np.zeros(count, dtype=bool)
    reference_low = np.empty(count, dtype=np.int64)
    reference_high = np.empty(count, dtype=np.int64)
    reference_low[vertex], reference_high[vertex] = low, high
    odd = (reference_low[vertex] != low) | (reference_high[vertex] != high)
    differs[vertex[odd]] = True
    return np.asarray(differs[vertex])


def _intern(
    piece: NDArray[np.int64], arcs: list[NDArray[np.int64]], known: dict[bytes, int]
) -> int:
    """Find or add a piece among the arcs; its number, complemented where it runs backwards."""
    key = piece.tobytes()
    found = known.get(key)
    if found is not None:
        return found
    backwards = known.get(np.ascontiguousarray(piece[::-1]).tobytes())
    if backwards is not None:
        return ~backwards
    arcs.append(piece)
    known[key] = len(arcs) - 1
    return len(arcs) - 1


def _leb128(numbers: NDArray[np.int64]) -> bytes:
    """Non-negative integers as varints, seven bits a byte, lowest first."""
    rest = numbers.astype(np.uint64)
    widths = np.ones(len(rest), dtype=np.int64)
    bound = np.uint64(1) << np.uint64(7)
    while (rest >= bound).any():
        widths += rest >= bound
        if int(bound) >= 1 << 56:
            break
        bound <<= np.uint64(7)
    out = np.empty(int(widths.sum()), dtype=np.uint8)
    at = np.concatenate([[0], np.cumsum(widths)[:-1]])
    for place in range(int(widths.max())):
        has = widths > place
        more = widths[has] > place + 1
        low = (rest[has] >> np.uint64(7 * place)) & np.uint64(0x7F)
        out[at[has] + place] = low.astype(np.uint8) | (more.astype(np.uint8) << 7)
    return out.tobytes()
