"""Which country a point lies in, and claims whose point and country contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geodata import schema
from geodata.report import Fault
from geodata.world import builtin_boundaries

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

# Built-in borders are simplified to about 1 km, and a town may lie across one; degrees.
_SLACK: Final = 0.1


def countries_of_points(longitude: pd.Series, latitude: pd.Series) -> pd.Series:
    """Find the country that holds each point.

    Parameters
    ----------
    longitude, latitude
        WGS 84 degrees, with one index.

    Returns
    -------
    Series
        ISO 3166-1 alpha-3 codes with the index given; missing at sea.

    Examples
    --------
    >>> countries_of_points(pd.Series([69.2, 0.0]), pd.Series([34.5, 0.0])).fillna("").tolist()
    ['AFG', '']
    """
    world = builtin_boundaries(level=0)
    points = np.column_stack([longitude, latitude]).astype(float)
    distinct, which = np.unique(points, axis=0, return_inverse=True)
    held = np.full(len(distinct), None, dtype=object)
    # A tree of the points is the fast way round: countries have many vertices, and few rows.
    tree = shapely.STRtree(shapely.points(distinct))
    countries, at = tree.query(world.geometry.array, predicate="contains")
    held[at] = world["place_id"].to_numpy(dtype=object)[countries]
    return pd.Series(held[which.ravel()], index=longitude.index, dtype="str")


def contradicting_points(claims: pd.DataFrame) -> tuple[list[Fault], list[Fault]]:
    """List claims whose point lies in another country than the one that they name.

    Returns
    -------
    Errors, where latitude and longitude are swapped, and warnings for the others.
    """
    precise = claims["where_precision"].isna() | claims["where_precision"].isin(
        schema.POINT_PRECISIONS
    )
    named = claims["country"].notna()
    pointed = claims[claims[["latitude", "longitude"]].notna().all(axis=1) & precise & named]
    if pointed.empty:
        return [], []
    world = builtin_boundaries(level=0).set_index("place_id")
    held = countries_of_points(pointed["longitude"], pointed["latitude"])
    turned = countries_of_points(pointed["latitude"], pointed["longitude"])
    names = dict(zip(world.index, world["name"], strict=True))
    errors: list[Fault] = []
    warnings: list[Fault] = []
    away = _elsewhere(pointed, held, world)
    rows: list[dict[Any, Any]] = pointed[away].to_dict("records")
    for claim, land, swap in zip(rows, held[away], turned[away], strict=True):
        lands = claim["country"].split("; ")
        where = names.get(land, "no country")
        fault = f"{claim['latitude']:g}, {claim['longitude']:g} lies in {where}, not in "
        fault += " or ".join(names.get(code, code) for code in lands)
        place = (claim["file"], claim["row"], "latitude", f"{claim['latitude']:g}")
        if swap in lands:
            swapped = f"{fault}: latitude and longitude are swapped; exchange them"
            errors.append(Fault(*place, swapped, (f"{claim['longitude']:g}",)))
        else:
            warnings.append(
                Fault(*place, f"{fault}: it is drawn where it lies; correct the point or country")
            )
    return errors, warnings


def _elsewhere(
    pointed: pd.DataFrame, held: pd.Series, world: gpd.GeoDataFrame
) -> NDArray[np.bool_]:
    """Mark the points outside of all countries that their claims name, by more than a little."""
    away = np.zeros(len(pointed), dtype=bool)
    points = shapely.points(pointed["longitude"].to_numpy(), pointed["latitude"].to_numpy())
    for at, (lands, land) in enumerate(zip(pointed["country"], held, strict=True)):
        codes = lands.split("; ")
        if land in codes:
            continue
        shapes = [world.geometry[code] for code in codes if code in world.index]
        near = shapely.dwithin(np.array(shapes, dtype=object), points[at], _SLACK)
        away[at] = bool(shapes) and not near.any()
    return away
