"""Which country a point lies in, and claims whose point contradicts their country or places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geodata import schema
from geodata.places.builtin import builtin_boundaries
from geodata.report import Fault

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

# Built-in borders are simplified to about 1 km, and a town may lie across one; degrees.
_SLACK: Final = 0.1
_MOST_SHOWN: Final = 3  # places in a message


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


def contradicting_points(
    claims: pd.DataFrame, boundaries: gpd.GeoDataFrame | None = None
) -> tuple[list[Fault], list[Fault]]:
    """List claims whose point lies elsewhere than the country, or the places, that they name.

    Returns
    -------
    Errors, where latitude and longitude are swapped, and warnings for the others.
    """
    errors, warnings = _in_other_countries(claims)
    told = {(fault.file, fault.row) for fault in (*errors, *warnings)}
    apart = [fault for fault in misplaced_points(claims, boundaries) if _row(fault) not in told]
    return errors, [*warnings, *apart]


def _row(fault: Fault) -> tuple[str, int | None]:
    return fault.file, fault.row


def _precise(claims: pd.DataFrame) -> pd.Series:
    """Mark the claims that have a point which stands for a place in a province."""
    precision = claims["where_precision"]
    pointed = claims[["latitude", "longitude"]].notna().all(axis=1)
    return pointed & (precision.isna() | precision.isin(schema.POINT_PRECISIONS))


def _in_other_countries(claims: pd.DataFrame) -> tuple[list[Fault], list[Fault]]:
    pointed = claims[_precise(claims) & claims["country"].notna()]
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


# --- points and the places that are named ---------------------------------------


def misplaced_points(claims: pd.DataFrame, boundaries: gpd.GeoDataFrame | None) -> list[Fault]:
    """Warn of claims whose point lies outside of all places that they name, by more than a little.

    Regions are soft, and so hold any point. A place without an outline holds any point too, as
    does a district for a point that is known to its province alone.

    Parameters
    ----------
    claims
        Typed claims at their places.
    boundaries
        Canonical boundaries in EPSG:4326 that stand for the built-in ones of their places.
    """
    firm = claims["place_ids"].map(bool) & ~claims["region_ids"].map(bool)
    pointed = claims[_precise(claims) & firm]
    if pointed.empty:
        return []
    # Each distinct point and set of places once, however many claims share them.
    columns = ["latitude", "longitude", "where_precision", "place_ids", "country"]
    codes = pointed.groupby(columns, dropna=False, sort=False).ngroup().to_numpy()
    distinct = pointed[~pd.Series(codes).duplicated().to_numpy()].reset_index(drop=True)
    outlines = _outlines(distinct, boundaries)
    apart = _apart(distinct, outlines)
    said = dict(zip(apart, _where_they_lie(distinct.loc[apart], outlines), strict=True))
    wrong = np.isin(codes, apart)
    where = pointed.loc[wrong, ["file", "row", "latitude"]].astype(object)
    rows = where.itertuples(index=False, name=None)
    return [
        Fault(file, row, "latitude", f"{latitude:g}", said[code])
        for code, (file, row, latitude) in zip(codes[wrong], rows, strict=True)
    ]


def _outlines(distinct: pd.DataFrame, boundaries: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Return the shapes of places, and of all units of the countries named.

    ``place_id`` repeats for a province that the boundaries have as districts alone.
    """
    columns = ["place_id", "name", "level", "geometry"]
    world = builtin_boundaries(level=0)
    lands = {code for codes in distinct["country"].dropna() for code in codes.split("; ")}
    known = sorted(lands.intersection(world["place_id"]))
    units = pd.DataFrame(builtin_boundaries(countries=known))[columns]
    builtin = [pd.DataFrame(world)[columns], units]
    if boundaries is None:
        return pd.concat(builtin, ignore_index=True)
    own = pd.DataFrame(boundaries)[[*columns, "parent"]]
    ids = set(own["place_id"])
    parts = own[(own["level"] > 1) & ~own["parent"].isin(ids)].assign(level=1)
    parts = parts.drop(columns="place_id").rename(columns={"parent": "place_id"})
    names = dict(zip(units["place_id"], units["name"], strict=True))
    parts["name"] = parts["place_id"].map(names).fillna(parts["place_id"])
    ids.update(parts["place_id"].dropna())
    rest = [frame[~frame["place_id"].isin(ids)] for frame in builtin]
    return pd.concat([*rest, parts[columns], own[columns]], ignore_index=True)


def _apart(distinct: pd.DataFrame, outlines: pd.DataFrame) -> NDArray[np.int64]:
    """Return the positions of points that lie near to none of their places."""
    pairs = distinct[["place_ids"]].explode("place_ids").rename_axis("at").reset_index()
    pairs = pairs.merge(outlines, how="left", left_on="place_ids", right_on="place_id")
    at = pairs["at"].to_numpy()
    shapes = pairs["geometry"].to_numpy(dtype=object)
    shapely.prepare(shapes)
    points = shapely.points(distinct["longitude"].to_numpy(), distinct["latitude"].to_numpy())
    near = shapely.dwithin(shapes, points[at], _SLACK)
    coarse = (distinct["where_precision"] == schema.FIRST_LEVEL_PRECISION).fillna(value=False)
    near |= pairs["geometry"].isna().to_numpy()
    near |= coarse.to_numpy(dtype=bool)[at] & (pairs["level"] > 1).to_numpy()
    held = np.zeros(len(distinct), dtype=bool)
    held[at[near]] = True
    return np.flatnonzero(~held)


def _where_they_lie(apart: pd.DataFrame, outlines: pd.DataFrame) -> list[str]:
    """Say of each point which unit holds it, and which of its places do not."""
    if apart.empty:
        return []
    points = shapely.points(apart["longitude"].to_numpy(), apart["latitude"].to_numpy())
    shapes = outlines["geometry"].to_numpy(dtype=object)
    unit, point = shapely.STRtree(points).query(shapes, predicate="contains")
    order = np.argsort(outlines["level"].to_numpy()[unit], kind="stable")
    holders = dict(zip(point[order], unit[order], strict=True))  # the finest is written last
    units = list(zip(outlines["name"], outlines["place_id"], strict=True))
    names = {place: name for name, place in units}
    said = []
    rows = apart[["latitude", "longitude", "place_ids"]].itertuples(index=False, name=None)
    for at, (latitude, longitude, places) in enumerate(rows):
        where = "{} ({})".format(*units[holders[at]]) if at in holders else "no place of the map"
        shown = " or ".join(str(names[place]) for place in places[:_MOST_SHOWN])
        more = f" or {len(places) - _MOST_SHOWN} more" if len(places) > _MOST_SHOWN else ""
        said.append(
            f"{latitude:g}, {longitude:g} lies in {where}, not in {shown}{more}: it is drawn "
            "where it lies and counts where it is named; correct the point or `places`"
        )
    return said
