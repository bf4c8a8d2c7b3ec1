"""Events of data sets that count in the unit that is named, rather than where their point lies.

A data set names a first-level unit beside the coordinates (`STATED_UNIT`). The point is the
better answer where it is known more precisely than to the unit. Where it only stands for the
unit (``where_precision`` 4), where there is none, or where it lies in another country than the
one that is declared, the unit is what the data set says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geodata import schema
from geodata.errors import PlaceError
from geodata.io.datasets.base import STATED_UNIT
from geodata.places.builtin import builtin_boundaries
from geodata.places.georeference import holding_country

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.places.gazetteer import Gazetteer

_PAIR: Final = [STATED_UNIT, "country"]


def resolve_unit(unit: str, country: str | None, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Return the places that a unit's name means in a country; none where it is unknown.

    Examples
    --------
    >>> from geodata.places.gazetteer import Gazetteer
    >>> resolve_unit("Quneitra Governorate", "SYR", Gazetteer.builtin())
    ('SY-QU',)
    """
    try:
        match = gazetteer.resolve(unit, country=country)
    except PlaceError:
        return ()
    return () if match.region else match.place_ids


def in_named_units(
    claims: pd.DataFrame,
    raw: pd.DataFrame,
    *,
    gazetteer: Gazetteer,
    boundaries: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """Put events into the units that they name, where their points do not say more.

    Parameters
    ----------
    claims
        Typed claims, resolved.
    raw
        The raw frame that they were made of, with the same index.
    gazetteer
        Knows the names of units, those of ``boundaries`` among them.
    boundaries
        Canonical boundaries in EPSG:4326 that stand for the built-in ones of level 1.

    Returns
    -------
    DataFrame
        A new frame, its index kept: ``places`` (the name) and ``place_ids`` of these events
        are filled in. Claims that name places of their own are left alone.
    """
    if STATED_UNIT not in raw.columns:
        return claims
    unit = raw[STATED_UNIT].reindex(claims.index)
    open_rows = unit.notna() & claims["country"].notna() & claims["places"].isna()
    precision = claims["where_precision"].astype("float64")
    pointed = claims[["latitude", "longitude"]].notna().all(axis="columns")
    stands_in = pointed & (precision == schema.FIRST_LEVEL_PRECISION)
    precise = pointed & (precision.isna() | precision.isin(schema.POINT_PRECISIONS)) & ~stands_in
    abroad = _abroad(claims[open_rows & precise], boundaries).reindex(
        claims.index, fill_value=False
    )
    wanted = open_rows & (stands_in | ~pointed | abroad)
    if not wanted.any():
        return claims
    pairs = claims[wanted].assign(**{STATED_UNIT: unit})[_PAIR]
    found = {
        (name, land): resolve_unit(name, land, gazetteer)
        for name, land in pairs.drop_duplicates().itertuples(index=False, name=None)
    }
    rows = [found[pair] for pair in pairs.itertuples(index=False, name=None)]
    ids = pd.Series(rows, index=pairs.index, dtype=object)
    # A country's own name is no unit of it.
    ids = ids[[len(one) == 1 and "-" in one[0] for one in rows]]
    named = claims.copy()
    named.loc[ids.index, "places"] = unit[ids.index]
    named["place_ids"] = named["place_ids"].where(~named.index.isin(ids.index), ids)
    # It was settled as a national one where there is no point.
    national = named.index.isin(ids.index) & (named["extent"] == "nationwide")
    named["extent"] = named["extent"].mask(national, "each")
    return named


def rows_of_units(before: pd.DataFrame, after: pd.DataFrame) -> set[tuple[str, int]]:
    """Return file and row of the claims that `in_named_units` put into a unit."""
    rows = after["place_ids"].map(len) > before["place_ids"].map(len)
    return set(after.loc[rows, ["file", "row"]].itertuples(index=False, name=None))


def _abroad(pointed: pd.DataFrame, boundaries: gpd.GeoDataFrame | None) -> pd.Series:
    """Mark the points that lie in a place of another country than the one that is declared."""
    if pointed.empty:
        return pd.Series(dtype="bool")
    held = holding_country(pointed, builtin_boundaries() if boundaries is None else boundaries)
    return held.notna() & (held != pointed["country"])
