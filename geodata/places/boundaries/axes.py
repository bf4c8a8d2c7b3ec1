"""Single units whose latitude and longitude are exchanged, told by the units around them.

A file whose axes are all exchanged lies outside of its countries. One unit among others
does not stand out like that: where no column says its country, it is given the one in
which it happens to lie.
"""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.places.boundaries.findings import Findings, rows_text
from geodata.places.builtin import builtin_boundaries

_COVERED: Final = 0.5  # of a unit's area: above that there is no gap in which it would fit


def exchanged(shapes: Any) -> Any:  # noqa: ANN401  # shapely is untyped
    """Geometries with x and y exchanged."""
    return shapely.transform(shapes, lambda xy: xy[:, ::-1])


def vet_axes(
    areas: gpd.GeoDataFrame, countries: pd.Series[Any], located: pd.Index, findings: Findings
) -> None:
    """Refuse units that lie far from the others and, axes exchanged, fit into a gap among them.

    Parameters
    ----------
    areas
        the units in EPSG:4326, valid.
    countries
        the country of each unit.
    located
        those of them whose country was taken from where they lie.
    """
    shapes = pd.Series(areas.geometry.to_numpy(), areas.index, dtype=object)
    for country, others in shapes.groupby(countries):
        loose = located.difference(others.index)
        strays = _strays(shapes[loose], str(country), others.to_numpy())
        # Where some of a country's units must be right, so are those beside them.
        right = countries[countries.index.difference(strays)].unique()
        strays = strays[~countries[strays].isin(right).to_numpy()]
        if 0 < len(strays) < len(others):
            findings.error(
                f"{rows_text(strays)}: far from the other {len(others):,}, which lie in {country}, "
                "but would fit among them with latitude and longitude exchanged: swap the axes, or "
                "say the country of each unit in a column, such as geoBoundaries' shapeGroup"
            )


def _strays(
    shapes: pd.Series[Any],
    country: str,
    others: Any,  # noqa: ANN401  # shapely is untyped
) -> pd.Index:
    """Find the units outside of the others' bounds that would fill a gap in their country."""
    around = shapely.box(*shapely.total_bounds(others))
    swapped = pd.Series(exchanged(shapes.to_numpy()), shapes.index, dtype=object)
    outside = ~shapely.intersects(around, shapes.to_numpy())
    inside = shapely.contains_properly(around, shapely.centroid(swapped.to_numpy()))
    swapped = swapped[outside & inside]
    rows: pd.Index = swapped.index
    if swapped.empty:  # nearly always: the rest takes time
        return rows
    land = builtin_boundaries(level=0).set_index("place_id").geometry.get(country)
    on_land = shapely.contains(land, shapely.point_on_surface(swapped.to_numpy()))
    tree = shapely.STRtree(others)
    free = [
        shapely.area(shapely.intersection(others[tree.query(shape)], shape)).sum()
        < _COVERED * shape.area
        for shape in swapped
    ]
    fits: pd.Index = rows[on_land & np.array(free, dtype=bool)]
    return fits
