from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box
from shapely.ops import unary_union

from mapping.page.topology import (
    Topology,
    arc_bounds,
    arcs_of,
    build_topology,
    coarsen,
    encode_arcs,
)


def squares(*boxes: tuple[float, float, float, float]) -> gpd.GeoSeries:
    return gpd.GeoSeries([box(*each) for each in boxes], crs="EPSG:4326")


def redraw(topology: Topology, feature: int) -> Polygon:
    """Fill a feature's rings by the even-odd rule, as the page does."""
    filled = Polygon()
    for ring in topology.shapes[feature]:
        points: list[tuple[float, float]] = []
        for arc in ring:
            line = topology.arcs[arc] if arc >= 0 else topology.arcs[~arc][::-1]
            points.extend(map(tuple, line * topology.step))
        filled = filled.symmetric_difference(Polygon(points))
    return filled


def decode(content: bytes) -> list[list[tuple[int, int]]]:
    """Read arcs back as the page does."""
    numbers, value, shift = [], 0, 0
    for byte in content:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    arcs, at, x, y = [], 0, 0, 0
    while at < len(numbers):
        arc = []
        for step in range(numbers[at]):
            dx, dy = numbers[at + 1 + 2 * step], numbers[at + 2 + 2 * step]
            x += (dx >> 1) ^ -(dx & 1)
            y += (dy >> 1) ^ -(dy & 1)
            arc.append((x, y))
        at += 1 + 2 * len(arc)
        arcs.append(arc)
    return arcs


def test_neighbours_share_one_arc() -> None:
    topology = build_topology(squares((0, 0, 1, 1), (1, 0, 2, 1)))

    first, second = ({a if a >= 0 else ~a for a in s[0]} for s in topology.shapes)
    assert len(first & second) == 1
    assert len(topology.arcs) == 3


def test_rings_give_the_polygons_back_holes_and_islands_included() -> None:
    ring = Polygon(box(0, 0, 4, 4).exterior, [box(1, 1, 2, 2).exterior])
    islands = MultiPolygon([box(1, 1, 2, 2), box(6, 6, 7, 7)])
    topology = build_topology(gpd.GeoSeries([ring, islands], crs="EPSG:4326"))

    assert redraw(topology, 0).equals(ring)
    assert redraw(topology, 1).equals(islands)
    # The enclave's border stands once, for the hole and for what fills it.
    assert len(topology.arcs) == 3


def test_an_odd_number_of_rings_is_an_outline() -> None:
    above = Polygon([(0, 1), (1, 1), (2, 1), (2, 2), (0, 2)])
    shapes = gpd.GeoSeries([box(0, 0, 1, 1), box(1, 0, 2, 1), above], crs="EPSG:4326")
    topology = build_topology(shapes)

    uses = np.zeros(len(topology.arcs), dtype=int)
    for rings in topology.shapes:
        for arc in rings[0]:
            uses[arc if arc >= 0 else ~arc] += 1
    outline = sum(
        np.abs(np.diff(topology.arcs[i] * topology.step, axis=0)).sum()
        for i in np.flatnonzero(uses % 2)
    )
    assert outline == pytest.approx(unary_union(list(shapes)).length)


def test_missing_geometry_has_no_rings() -> None:
    shapes = gpd.GeoSeries([None, box(0, 0, 1, 1)], crs="EPSG:4326")

    assert [len(rings) for rings in build_topology(shapes).shapes] == [0, 1]
    assert build_topology(shapes.iloc[:1]).arcs == []


def test_what_is_smaller_than_the_grid_vanishes() -> None:
    topology = build_topology(squares((0, 0, 1, 1), (3, 3, 3.0004, 3.0004)), step=0.001)

    assert [len(rings) for rings in topology.shapes] == [1, 0]


def test_a_small_area_gets_a_finer_grid() -> None:
    assert build_topology(squares((0, 0, 40, 40))).step == 0.001
    assert build_topology(squares((0, 0, 2, 2))).step == pytest.approx(0.0001)


def test_arcs_survive_encoding() -> None:
    topology = build_topology(squares((-170, -80, -169, 80), (-169, -80, 179, 80)))

    decoded = decode(encode_arcs(topology.arcs))
    assert decoded == [[(int(x), int(y)) for x, y in arc] for arc in topology.arcs]
    assert encode_arcs([]) == b""


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(-(2**30), 2**30), st.integers(-(2**30), 2**30)),
            min_size=1,
            max_size=5,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_arcs_survive_encoding(arcs: list[list[tuple[int, int]]]) -> None:
    assert decode(encode_arcs([np.array(arc, dtype=np.int64) for arc in arcs])) == arcs


def test_coarsening_spares_what_is_kept_and_keeps_ends() -> None:
    wave = [(x / 10, 2 + (x % 2) / 100) for x in range(20, -1, -1)]
    north = Polygon([(0, 1), (2, 1), *wave])
    topology = build_topology(gpd.GeoSeries([box(0, 0, 2, 1), north], crs="EPSG:4326"))

    coarse = coarsen(topology, np.where(arcs_of(topology, [0]), 0.0, 0.05))

    assert coarse.points < topology.points
    assert redraw(coarse, 0).equals(box(0, 0, 2, 1))
    for before, after in zip(topology.arcs, coarse.arcs, strict=True):
        assert (before[[0, -1]] == after[[0, -1]]).all()


def test_islands_below_their_tolerance_go_and_the_rest_keeps_its_rings() -> None:
    topology = build_topology(squares((0, 0, 0.1, 0.1), (1, 0, 2, 1), (2, 0, 3, 1)))

    coarse = coarsen(topology, np.full(len(topology.arcs), 0.2))

    assert [len(rings) for rings in coarse.shapes] == [0, 1, 1]
    assert len(coarse.arcs) == len(topology.arcs) - 1
    assert redraw(coarse, 2).equals(box(2, 0, 3, 1))


def test_arcs_know_their_bounds() -> None:
    topology = build_topology(squares((-10, -5, 20, 7)))

    assert arc_bounds(topology) == pytest.approx(np.array([[-10.0, -5.0, 20.0, 7.0]]))
