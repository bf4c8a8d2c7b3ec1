"""Geometry of a user's boundary file → valid areas in EPSG:4326."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geodata.places.boundaries.findings import Findings, rows_text
from geodata.schema import CRS

_POLYGON: Final = int(shapely.GeometryType.POLYGON)


_MULTIPOLYGON: Final = int(shapely.GeometryType.MULTIPOLYGON)


_COLLECTION: Final = int(shapely.GeometryType.GEOMETRYCOLLECTION)


# Half a kilometre over the edge is rounding; more is a wrong CRS.
_SLACK_DEGREES: Final = 0.005


_TURN: Final = 360.0  # degrees


_HALF_TURN: Final = 180.0


def repair_geometry(
    frame: gpd.GeoDataFrame, crs: pyproj.CRS, findings: Findings
) -> gpd.GeoDataFrame:
    """Areas in EPSG:4326, valid and without Z or M.

    Parameters
    ----------
    frame
        features with their number from 1 as index; its own CRS is ignored.
    crs
        the CRS of its coordinates, x before y.
    findings
        takes what was wrong and what was changed.

    Returns
    -------
    GeoDataFrame
        the same columns; Polygon and MultiPolygon in EPSG:4326; features
        without geometry are missing, the index is kept.

    Raises
    ------
    BoundariesError
        for points or lines, and coordinates that are not in the CRS.
    """
    shapes = pd.Series(shapely.force_2d(frame.geometry.to_numpy()), frame.index, dtype=object)
    empty = shapes.index[shapely.is_missing(shapes) | shapely.is_empty(shapes)]
    if len(empty):
        findings.warn(f"{rows_text(empty)} without geometry left out")
    shapes = _areas(shapes.drop(empty), findings)
    if shapes.empty and not findings.errors:
        findings.error("holds no areas")
    findings.stop()
    if crs.is_geographic:
        shapes = _turned_back(shapes, findings)
        _vet_degrees(shapes, findings)
    degrees = gpd.GeoSeries(shapes, crs=crs).to_crs(CRS)
    bounds = degrees.bounds.to_numpy()
    lost = degrees.index[~np.isfinite(bounds).all(axis=1)]
    if len(lost):
        findings.error(f"{rows_text(lost)} cannot be placed: not coordinates of {crs.name!r}")
        findings.stop()
    _vet_degrees(degrees, findings)
    degrees = _made_valid(degrees, findings)
    result = frame.loc[degrees.index].drop(columns=frame.geometry.name)
    return gpd.GeoDataFrame(result, geometry=degrees, crs=CRS)


def _areas(shapes: pd.Series[Any], findings: Findings) -> pd.Series[Any]:
    kinds = shapely.get_type_id(shapes.to_numpy())
    mixed = shapes.index[kinds == _COLLECTION]
    shapes = shapes.copy()
    for row in mixed:
        shapes[row] = _area_of(shapes[row])
    kinds = shapely.get_type_id(shapes.to_numpy())
    wrong = shapes.index[~np.isin(kinds, [_POLYGON, _MULTIPOLYGON]) | shapely.is_empty(shapes)]
    if len(wrong):
        names = sorted(
            {shapely.GeometryType(kind).name.casefold() for kind in kinds[shapes.index.isin(wrong)]}
        )
        findings.error(
            f"{rows_text(wrong)}: {', '.join(names)} where boundaries are areas (polygons)"
        )
    taken = mixed.difference(wrong)
    if len(taken):
        findings.warn(f"{rows_text(taken)}: only the areas of a mixed collection are used")
    return shapes


def _area_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Join the polygons of any geometry into one."""
    parts = [shape]
    while any(part.geom_type == "GeometryCollection" for part in parts):
        parts = list(shapely.get_parts(parts))
    parts = list(shapely.get_parts(parts))
    areas = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)


def _turned_back(shapes: pd.Series[Any], findings: Findings) -> pd.Series[Any]:
    """Take a turn off longitudes from 180 to 360, where all else are longitudes and latitudes.

    Pacific and climate data count so, and files about the 180th meridian run past it. An area
    that crosses it is cut there, as GeoJSON has it (RFC 7946, section 3.1.9).
    """
    west, south, east, north = shapely.bounds(shapes.to_numpy()).T
    far = east > _HALF_TURN + _SLACK_DEGREES
    known = (west >= -_HALF_TURN - _SLACK_DEGREES) & (east <= _TURN + _SLACK_DEGREES)
    known &= (south >= -90 - _SLACK_DEGREES) & (north <= 90 + _SLACK_DEGREES)  # NaN is not
    if not far.any() or not known.all():
        return shapes
    whole = far & (west >= _HALF_TURN)
    turned = shapes.copy()
    turned[whole] = _a_turn_less(shapes[whole].to_numpy())
    crossing = shapes.index[far & ~whole]
    for row, shape in _made_valid(gpd.GeoSeries(shapes[crossing]), findings).items():
        here, beyond = (
            shapely.intersection(shape, shapely.box(start, -91, start + _TURN, 91))
            for start in (-_HALF_TURN, _HALF_TURN)
        )
        turned[row] = _area_of(shapely.GeometryCollection([here, _a_turn_less(beyond)]))
    findings.warn(
        f"{rows_text(shapes.index[far])}: longitudes above 180, to {east.max():.10g}: "
        "360 taken off them"
    )
    return turned


def _a_turn_less(shapes: Any) -> Any:  # noqa: ANN401  # shapely is untyped
    return shapely.transform(shapes, lambda xy: xy - [_TURN, 0])


def _vet_degrees(shapes: pd.Series[Any], findings: Findings) -> None:
    """Refuse coordinates that are no longitudes and latitudes, saying what they look like."""
    bounds = shapely.bounds(shapes.to_numpy())
    x = np.abs(bounds[:, [0, 2]]).max(axis=1)
    y = np.abs(bounds[:, [1, 3]]).max(axis=1)
    outside = ~((x <= 180 + _SLACK_DEGREES) & (y <= 90 + _SLACK_DEGREES))  # NaN is outside
    if not outside.any():
        return
    swapped = bool((y <= 180 + _SLACK_DEGREES).all() and (x <= 90 + _SLACK_DEGREES).all())
    if swapped:
        looks = "they look like latitude before longitude: swap the axes"
    elif (y <= 90 + _SLACK_DEGREES).all() and (x <= _TURN + _HALF_TURN + _SLACK_DEGREES).all():
        looks = "they look like longitudes that are a turn off: take 360 from them, or add it"
    else:
        looks = "they look like metres: give the CRS that they are in with --crs"
    first = int(np.flatnonzero(outside)[0])
    findings.error(
        f"{rows_text(shapes.index[outside])}: coordinates such as "
        f"({bounds[first, 0]:.10g}, {bounds[first, 1]:.10g}) are no degrees; {looks}"
    )
    findings.stop()


def _made_valid(shapes: gpd.GeoSeries, findings: Findings) -> gpd.GeoSeries:
    invalid = shapes.index[~shapes.is_valid]
    if not len(invalid):
        return shapes
    shapes = shapes.copy()
    mended = shapely.make_valid(
        shapes[invalid].to_numpy(), method="structure", keep_collapsed=False
    )
    shapes[invalid] = gpd.GeoSeries([_area_of(shape) for shape in mended], invalid, crs=shapes.crs)
    findings.warn(f"{rows_text(invalid)}: invalid geometry (such as a crossing line) repaired")
    gone = invalid[shapes[invalid].is_empty]
    if len(gone):
        findings.warn(f"{rows_text(gone)} without area left out")
    return shapes.drop(gone)


def warn_of_overlaps(frame: gpd.GeoDataFrame, findings: Findings) -> None:
    """Warn where neighbours overlap, or do not share their edge; nothing is changed."""
    edges = shapely.coverage_invalid_edges(frame.geometry.to_numpy())
    wrong = frame.index[~shapely.is_empty(edges)]
    if len(wrong):
        findings.warn(
            f"{rows_text(wrong)}: the borders do not match those of the neighbours "
            "(overlaps or slivers); drawn as they are"
        )


def merge_pieces(units: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Merge units of one id where name or ground says that they are one; else that is an error."""
    merged = units.copy()
    twice = units[units["place_id"].duplicated(keep=False)]
    for place, pieces in twice.groupby("place_id", sort=False):
        names = ", ".join(map(repr, pieces["name"].unique()))
        alike = pieces["name"].nunique() == 1 and pieces["parent"].nunique() == 1
        if (pieces["lies"].dropna() != place).any() or not (alike or pieces["lies"].notna().all()):
            findings.error(
                f"{rows_text(pieces.index)} would all be {place} ({names}); correct their "
                "names or codes, or name the right columns with --name-column, --code-column"
            )
            continue
        findings.warn(f"{rows_text(pieces.index)}: pieces of {place} ({names}), merged into one")
        shape = shapely.union_all(pieces.geometry.to_numpy())
        merged.loc[pieces.index[0], "geometry"] = shape
        merged = merged.drop(pieces.index[1:])
    return merged
