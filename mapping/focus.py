"""Which units a map of given claims shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geodata import schema
from geodata.boundaries import builtin_boundaries
from geodata.errors import ArgumentError
from geodata.whereabouts import countries_of_points

if TYPE_CHECKING:
    from collections.abc import Sequence


def units_of_claims(
    claims: pd.DataFrame,
    *,
    boundaries: gpd.GeoDataFrame | None = None,
    countries: Sequence[str] | None = None,
    level: int = 1,
) -> gpd.GeoDataFrame:
    """Choose the units to shade: a user's own, and built-in ones where these do not reach.

    Parameters
    ----------
    claims
        Typed claims, as `geodata.read_claims` returns them.
    boundaries
        A user's boundaries (EPSG:4326), which replace the built-in ones of the
        countries that they cover.
    countries
        ISO 3166-1 alpha-3 codes of the countries whose units are wanted. Without
        them: those in which a claim names a place below the country, or has a
        point; where there is none, those that claims name at all.
    level
        0 for countries, 1 for their first-level units. Level 2 needs ``boundaries``.

    Returns
    -------
    GeoDataFrame
        Boundaries in EPSG:4326 with a new RangeIndex, a row a unit.

    Raises
    ------
    ArgumentError
        If ``level`` or a country is unknown, or level 2 is asked for without boundaries.
    """
    if level not in schema.LEVELS:
        raise ArgumentError(f"level must be one of {schema.LEVELS}, not {level!r}")
    if level == 2 and boundaries is None:  # noqa: PLR2004 - the admin level itself
        raise ArgumentError(
            "level 2 (districts) is not built in; give a file of your own as boundaries"
        )
    world = builtin_boundaries(level=0)
    wanted = _wanted(countries, world) if countries else _named_countries(claims, world)
    own = [] if boundaries is None else [boundaries]
    covered = set() if boundaries is None else set(boundaries["country"])
    rest = sorted(set(wanted) - covered)
    if rest:
        own.append(builtin_boundaries(level=min(level, 1), countries=rest))
    if not own:
        raise ArgumentError("the claims name no country that is on the map; name one: countries")
    units = pd.concat(own, ignore_index=True)
    return gpd.GeoDataFrame(units, geometry="geometry", crs=schema.CRS)


def _wanted(countries: Sequence[str], world: gpd.GeoDataFrame) -> list[str]:
    unknown = sorted(set(countries) - set(world["place_id"]))
    if unknown:
        raise ArgumentError(
            f"countries: {', '.join(map(repr, unknown))} not known; give ISO 3166-1 alpha-3 "
            "codes such as 'AFG'"
        )
    return list(countries)


def _named_countries(claims: pd.DataFrame, world: gpd.GeoDataFrame) -> list[str]:
    below = builtin_boundaries(level=1).set_index("place_id")["country"]
    places = claims["place_ids"].explode().dropna()
    named = set(places.map(below).dropna()) | _countries_of_points(claims)
    if named:
        return sorted(named)
    mentioned = claims["country"].dropna().str.split(schema.LIST_SEPARATOR).explode().str.strip()
    return sorted((set(mentioned) | set(places)) & set(world["place_id"]))


def _countries_of_points(claims: pd.DataFrame) -> set[str]:
    precise = claims["where_precision"].isna() | claims["where_precision"].isin(
        schema.POINT_PRECISIONS
    )
    pointed = claims[claims["latitude"].notna() & claims["longitude"].notna() & precise]
    if pointed.empty:
        return set()
    return set(countries_of_points(pointed["longitude"], pointed["latitude"]).dropna())
