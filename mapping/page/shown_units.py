"""Which units a map of given claims shows, and which claims it does not."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from geodata import schema
from geodata.errors import ArgumentError, PlaceError
from geodata.places.builtin import builtin_boundaries
from geodata.places.gazetteer import Gazetteer
from geodata.places.gazetteer.tables import builtin_units
from geodata.places.point_checks import countries_of_points
from geodata.rules.areas import code_sets

if TYPE_CHECKING:
    from collections.abc import Sequence


_MOST_TOLD: Final = 5  # countries that a warning names


class OutsideWarning(UserWarning):
    """Claims that are not on the map which was asked for."""


def units_of_claims(
    claims: pd.DataFrame,
    *,
    boundaries: gpd.GeoDataFrame | None = None,
    countries: str | Sequence[str] | None = None,
    level: int | None = None,
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
        Codes or names of the countries whose units are wanted, of ``boundaries`` too. Without
        them: all of ``boundaries``, and those in which a claim names a place below the country,
        or has a point; where there is none, those that claims name at all.
    level
        0 for countries, 1 for their first-level units, 2 with ``boundaries`` that have it.
        Without it: what ``boundaries`` hold, and level 1.

    Returns
    -------
    GeoDataFrame
        Boundaries in EPSG:4326 with a new RangeIndex, a row a unit.

    Raises
    ------
    ArgumentError
        If ``level`` or a country is unknown, or ``boundaries`` have nothing of what is wanted.
    """
    _check_level(level, boundaries)
    chosen = None if countries is None else country_codes(countries)
    own = [] if boundaries is None else [_own_units(boundaries, chosen, level)]
    wanted = chosen or _named_countries(claims)
    rest = sorted(set(wanted).difference(*(frame["country"] for frame in own)))
    if rest:
        own.append(builtin_boundaries(level=1 if level is None else min(level, 1), countries=rest))
    if not own:
        raise ArgumentError("the claims name no country that is on the map; name one: countries")
    units = pd.concat(own, ignore_index=True)
    return gpd.GeoDataFrame(units, geometry="geometry", crs=schema.CRS)


def country_codes(countries: str | Sequence[str]) -> list[str]:
    """Give the ISO 3166-1 alpha-3 codes of countries, each once.

    Parameters
    ----------
    countries
        Codes or names; one of them may stand by itself.

    Raises
    ------
    ArgumentError
        If there is none, or one is no country's.

    Examples
    --------
    >>> country_codes("Afghanistan"), country_codes(["AFG", "TJ"])
    (['AFG'], ['AFG', 'TJK'])
    """
    names = [countries] if isinstance(countries, str) else countries
    try:
        given = list(names)
    except TypeError as error:
        raise ArgumentError(_no_countries(countries)) from error
    if not given or not all(isinstance(name, str) for name in given):
        raise ArgumentError(_no_countries(countries))
    try:
        codes = [Gazetteer.builtin().resolve_country(name) for name in given]
    except PlaceError as error:
        raise ArgumentError(f"countries: {error}") from error
    return list(dict.fromkeys(codes))


def warn_of_claims_outside(
    joined: gpd.GeoDataFrame, units: gpd.GeoDataFrame, *, chosen: bool
) -> None:
    """Warn once of the claims that no place on the map stands for.

    ``joined`` are claims at their places on ``units``; ``chosen`` says whether the author
    chose the countries: else a national claim about another one stands at that one's name.
    """
    drawn = joined.geometry.notna()
    if chosen:
        drawn &= joined["place_country"].isin(units["country"])
    if drawn.all():
        return
    lands = joined["place_country"].fillna(_lands_of_points(joined))
    claims = pd.DataFrame({"id": joined["claim_id"], "land": lands, "drawn": drawn})
    shown = set(claims.loc[claims["drawn"], "id"])
    outside = claims[~claims["id"].isin(shown) & claims["land"].notna()].drop_duplicates("id")
    if outside.empty:
        return
    counts = outside["land"].value_counts()
    gazetteer = Gazetteer.builtin()
    told = [f"{gazetteer.names(str(land))[0]} {count:,}" for land, count in counts.items()]
    more = f", {len(told) - _MOST_TOLD} more countries" if len(told) > _MOST_TOLD else ""
    warnings.warn(
        f"{len(outside):,} of {claims['id'].nunique():,} claims lie outside the map "
        f"({', '.join(told[:_MOST_TOLD])}{more}): they stand in the list alone; name these "
        "countries too, or none",
        OutsideWarning,
        stacklevel=4,
    )


def _lands_of_points(joined: gpd.GeoDataFrame) -> pd.Series:
    """Find the country of each point that lies in no place of the map."""
    lost = joined["place_id"].isna() & joined[["latitude", "longitude"]].notna().all(axis=1)
    points = joined.loc[lost, ["longitude", "latitude"]]
    if points.empty:
        return pd.Series(pd.NA, index=joined.index, dtype="str")
    return countries_of_points(points["longitude"], points["latitude"]).reindex(joined.index)


def _no_countries(value: object) -> str:
    return (
        f"countries: {value!r} is no list of countries; give codes or names, such as ['AFG', 'TJK']"
    )


def _check_level(level: int | None, boundaries: gpd.GeoDataFrame | None) -> None:
    if level is None:
        return
    if isinstance(level, bool) or level not in schema.LEVELS:
        raise ArgumentError(f"level must be one of {schema.LEVELS}, not {level!r}")
    if level == 2 and boundaries is None:  # noqa: PLR2004 - the admin level itself
        raise ArgumentError(
            "level 2 (districts) is not built in; give a file of your own as boundaries"
        )


def _own_units(
    boundaries: gpd.GeoDataFrame, countries: list[str] | None, level: int | None
) -> gpd.GeoDataFrame:
    """Keep what is wanted of a user's boundaries; nothing left means that they are no use here."""
    held = boundaries
    if countries is not None:
        held = held[held["country"].isin(countries)]
        if held.empty:
            lands = ", ".join(sorted(set(boundaries["country"].dropna())))
            raise ArgumentError(
                f"countries: the boundaries given hold {lands} and none of "
                f"{', '.join(countries)}; name one of these too, or give no boundaries"
            )
    if level is None or level in set(held["level"]):
        return held if level is None else held[held["level"] == level]
    levels = ", ".join(map(str, sorted(set(held["level"]))))
    raise ArgumentError(
        f"level: the boundaries given hold level {levels} alone, not {level}; "
        "leave the level out, or give boundaries that have it"
    )


def _named_countries(claims: pd.DataFrame) -> list[str]:
    units = builtin_units().values()
    below = {unit.place_id: unit.country for unit in units if unit.level == 1}
    places = {place for ids in code_sets(claims["place_ids"])[1] for place in ids}
    named = {below[place] for place in places & below.keys()} | _countries_of_points(claims)
    if named:
        return sorted(named)
    mentioned = claims["country"].dropna().str.split(schema.LIST_SEPARATOR).explode().str.strip()
    return sorted((set(mentioned) | places) & {unit.country for unit in units})


def _countries_of_points(claims: pd.DataFrame) -> set[str]:
    precise = claims["where_precision"].isna() | claims["where_precision"].isin(
        schema.POINT_PRECISIONS
    )
    pointed = claims[claims["latitude"].notna() & claims["longitude"].notna() & precise]
    if pointed.empty:
        return set()
    return set(countries_of_points(pointed["longitude"], pointed["latitude"]).dropna())
