"""Claims × places: one row a claim and place, and what the claim leaves open there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata import schema
from geodata.check import is_typed, read_claims
from geodata.errors import BoundariesError
from geodata.places.georeference import place_claims


def join_claims(
    claims: pd.DataFrame | str | Path,
    boundaries: gpd.GeoDataFrame,
    *,
    countries: str | Iterable[str] | None = None,
) -> gpd.GeoDataFrame:
    """Put each claim at its places.

    Parameters
    ----------
    claims
        Typed claims; anything else goes through `read_claims` first.
    boundaries
        Canonical boundaries (`schema.BOUNDARY_COLUMNS`) in EPSG:4326.
    countries
        ISO 3166-1 alpha-3 codes; only rows in these countries are kept. All where ``None``.

    Returns
    -------
    GeoDataFrame
        One row a claim and place, in the claims' order, with a RangeIndex, in EPSG:4326:
        the claims' columns and ``place_id``, ``place_name``, ``place_level`` (Int64),
        ``place_country``, ``relation``, ``place_low``, ``place_high`` and ``geometry``,
        that of the place. Nothing is dropped: a claim without a place keeps one row with
        relation ``none`` and no ``place_id``.

    Raises
    ------
    BoundariesError
        If ``boundaries`` is not canonical or not in EPSG:4326.
    ClaimsError
        If ``claims`` was not typed yet and has faults.

    Notes
    -----
    ``relation`` says how the claim covers the place. ``each``, ``joint`` and ``within`` are
    the claim's extent. ``region``: the place is a member of a named region, which is soft.
    ``point``: the place holds the claim's point (UCDP ``where_prec`` 1 to 4, or unknown); it
    covers the place like ``each``. A precision of 4 means the province even on districts.
    ``nationwide`` stands at the country (its ISO3 as ``place_id``), as does a point of
    precision 6; one of precision 5 is ``within`` its country, one of 7 has no place. Where a
    claim names places, its point only draws.

    ``place_low`` and ``place_high`` are what the figure leaves open in that place alone, see
    `geodata.rules.intervals.share`.

    A place that ``boundaries`` lacks stays: a province on a map of districts has the union
    of its districts as geometry. A province on a map of countries becomes its country, with
    relation ``within`` and without an upper bound, since the figure says nothing about the
    rest of the country. Other places that are not on the map have no geometry, except
    countries, which take theirs from the built-in level 0.

    Examples
    --------
    >>> from geodata import builtin_boundaries, join_claims, sample_claims
    >>> joined = join_claims(sample_claims(), builtin_boundaries(countries=["AFG"]))
    >>> rows = joined[joined["claim_id"] == "tass-2023-02-north"]
    >>> rows[["place_id", "relation", "place_low", "place_high"]].values.tolist()[0]
    ['AF-BDS', 'joint', 0.0, 4000.0]
    """
    check_boundaries(boundaries)
    if not (isinstance(claims, pd.DataFrame) and is_typed(claims)):
        claims = read_claims(claims, boundaries=boundaries)
    joined = place_claims(claims, boundaries)
    return joined if countries is None else _only(joined, countries)


def check_boundaries(boundaries: gpd.GeoDataFrame) -> None:
    """Raise `BoundariesError` where boundaries are not canonical, or not in EPSG:4326."""
    if not isinstance(boundaries, gpd.GeoDataFrame):
        message = (
            f"boundaries: {type(boundaries).__name__} is no GeoDataFrame; "
            "use builtin_boundaries() or read_boundaries(path)"
        )
        raise BoundariesError(message)
    missing = [name for name in schema.BOUNDARY_COLUMNS if name not in boundaries.columns]
    if missing:
        message = (
            f"boundaries: no column {', '.join(map(repr, missing))}; "
            "use builtin_boundaries(), or read_boundaries(path) for a file of your own"
        )
        raise BoundariesError(message)
    if boundaries.crs is None:
        message = "boundaries: no CRS; if it is degrees in WGS 84, call .set_crs(4326) on it"
        raise BoundariesError(message)
    if boundaries.crs not in (schema.CRS, "OGC:CRS84"):
        message = (
            f"boundaries: CRS {boundaries.crs.to_string()!r} is not {schema.CRS}; "
            "call .to_crs(4326) on it"
        )
        raise BoundariesError(message)
    repeated = boundaries["place_id"][boundaries["place_id"].duplicated()]
    if len(repeated):
        message = f"boundaries: place_id {repeated.iloc[0]!r} repeats; each place needs its own"
        raise BoundariesError(message)


def _only(joined: gpd.GeoDataFrame, countries: str | Iterable[str]) -> gpd.GeoDataFrame:
    """Rows in some countries, by their place or else by the claim's own countries."""
    wanted = {countries} if isinstance(countries, str) else set(countries)
    lists = joined["country"].fillna("").str.split(schema.LIST_SEPARATOR)
    own = lists.map(lambda parts: not wanted.isdisjoint(map(str.strip, parts)))
    placed = joined["place_country"].isin(wanted)
    return joined[placed | (joined["place_country"].isna() & own)].reset_index(drop=True)
