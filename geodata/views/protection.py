"""What of protected claims stays on this machine: every way out passes through `withhold`.

A claim is protected where its column ``protect`` says ``yes``. What is withheld of it stands in
`geodata.schema.WITHHELD_COLUMNS`. Frames and reports in Python, and what a check prints, are
for the author's own eyes and hold everything; pages, plots and converted files do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from geodata import schema
from geodata.places.boundaries import builtin_boundaries
from geodata.places.georeference import place_claims
from geodata.report import Fault
from geodata.rules.dating import source_key

if TYPE_CHECKING:
    from collections.abc import Mapping

# Stands for the name of a speaker, so that two speakers remain two sources. A number, since
# whatever follows from the name could be guessed from it.
STAND_IN: Final = "protected source"
_LOCATION: Final = ("place_ids", "places", "extent", "country")
_NUMBERED: Final = rf"{STAND_IN} ([0-9]{{1,9}})"


def withhold(claims: pd.DataFrame, *, boundaries: gpd.GeoDataFrame | None = None) -> pd.DataFrame:
    """Take out of protected claims what must not leave the machine.

    Parameters
    ----------
    claims
        Typed claims, one row a claim.
    boundaries
        Canonical boundaries (EPSG:4326), which replace the built-in ones of their countries.

    Returns
    -------
    DataFrame
        The claims, their index kept; the same frame where none is protected. In protected ones
        `schema.WITHHELD_COLUMNS` are empty. A speaker without affiliation becomes the
        affiliation ``protected source N``, one number a speaker, so that sources can still be
        counted. A claim that only its point located is ``each`` in the first-level unit that
        holds the point, or lies in the point's country where it is known no better.

    Notes
    -----
    Numbers count within one table: where two tables that were withheld apart are put together,
    ``protected source 1`` of both is one source. What is withheld once is left as it is.

    Examples
    --------
    >>> from geodata import read_claims
    >>> claims = read_claims(pd.DataFrame({
    ...     "actor": ["ISKP"], "text": ["Seen"], "latitude": [36.73], "longitude": [68.86],
    ...     "speaker": ["A shepherd"], "protect": ["yes"]}))
    >>> withhold(claims)[["source", "places"]].iloc[0].tolist()
    ['protected source 1', 'AF-KDZ']
    """
    rows = is_protected(claims)
    if not rows.any():
        return claims
    open_claims = _placed(claims[rows], boundaries)
    affiliation = open_claims["affiliation"].fillna(_stand_ins(open_claims))
    point = open_claims["where_precision"]
    columns = {name: open_claims[name] for name in _LOCATION} | {
        "affiliation": affiliation,
        "source": affiliation.fillna(open_claims["outlet"]),
        # How well the point was known, which is gone; but what lies at sea stays off the land.
        "where_precision": point.where(point == schema.NO_PLACE_PRECISION),
    }
    withheld = {name: claims[name].mask(rows) for name in schema.WITHHELD_COLUMNS}
    return _with_rows(claims, columns).assign(**withheld)


def is_protected(claims: pd.DataFrame) -> pd.Series:
    """Mark protected claims."""
    marked: pd.Series = (claims["protect"] == schema.PROTECTED).fillna(value=False).astype(bool)
    return marked


def unlocated(claims: pd.DataFrame, boundaries: gpd.GeoDataFrame | None = None) -> list[Fault]:
    """List protected claims that nothing locates once their point is withheld.

    ``claims`` are typed claims without other errors.
    """
    lost = claims[is_protected(claims)]
    lost = lost[_is_bare(lost) & lost["country"].isna()]
    if lost.empty:
        return []
    left = _placed(lost, boundaries)
    lost = lost[~left["place_ids"].map(bool).astype(bool) & left["country"].isna()]
    message = (
        "the point of a protected claim is withheld, and lies in no country: give `country` or "
        "`places`, so that the claim has a location without it"
    )
    where = lost[["file", "row"]].astype(object).itertuples(index=False, name=None)
    return [Fault(file, row, "protect", schema.PROTECTED, message) for file, row in where]


def _with_rows(claims: pd.DataFrame, columns: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Put columns of some rows, known by their index, in the place of the old ones."""
    new = {}
    for name, column in columns.items():
        values = claims[name].to_numpy(dtype=object, copy=True)
        # One after the other, since numpy would unpack tuples of one length.
        for at, value in zip(claims.index.get_indexer(column.index), column, strict=True):
            values[at] = value
        new[name] = pd.Series(values, index=claims.index).astype(claims[name].dtype)
    return claims.assign(**new)


# --- who -------------------------------------------------------------------------


def _stand_ins(protected: pd.DataFrame) -> pd.Series:
    """Give each speaker a name that says nothing, in the order in which they appear."""
    speakers = source_key(protected["speaker"].where(protected["affiliation"].isna()))
    taken = protected["affiliation"].str.extract(f"^{_NUMBERED}$", expand=False).dropna()
    start = 1 + max(map(int, taken), default=0)
    names = {name: f"{STAND_IN} {at}" for at, name in enumerate(speakers.dropna().unique(), start)}
    return speakers.map(names).astype("str")


# --- where -----------------------------------------------------------------------


def _is_bare(claims: pd.DataFrame) -> pd.Series:
    """Mark the claims that have a point and name no place."""
    pointed = claims[["latitude", "longitude"]].notna().all(axis=1)
    return pointed & ~claims["place_ids"].map(bool).astype(bool)


def _placed(protected: pd.DataFrame, boundaries: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Locate by province or country what only its point locates."""
    bare = _is_bare(protected)
    if not bare.any():
        return protected
    points = protected[bare]
    precision = points["where_precision"]
    exact = precision.isna() | precision.isin(schema.POINT_PRECISIONS)
    # A point that is known to its province falls into no district.
    coarse = points.assign(where_precision=precision.mask(exact, schema.FIRST_LEVEL_PRECISION))
    found = place_claims(coarse, _units(boundaries))
    by_claim = dict(list(found.groupby("claim_id", sort=False)))
    located = [
        _location(by_claim[claim], country)
        for claim, country in zip(points["claim_id"], points["country"], strict=True)
    ]
    columns = dict(zip(_LOCATION, map(list, zip(*located, strict=True)), strict=True))
    series = {
        # Tuples of one length would become a table.
        name: pd.Series(dict(enumerate(values)), dtype=object).set_axis(points.index)
        for name, values in columns.items()
    }
    return _with_rows(protected, series)


def _location(
    rows: gpd.GeoDataFrame, country: object
) -> tuple[tuple[str, ...], str | None, str, str | None]:
    """Give places, their names, extent and country of a claim, from the places of its point."""
    relation = rows["relation"].iloc[0]
    places = tuple(rows["place_id"].dropna())
    own = country if isinstance(country, str) else None
    lands = "; ".join(dict.fromkeys(rows["place_country"].dropna())) or None
    if relation in ("point", "within") and places:
        extent = "each" if relation == "point" else "within"
        return places, "; ".join(places), extent, own or lands
    return (), None, "nationwide", own or lands


def _units(boundaries: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """Give the first-level units of the world, a user's own in the place of the built-in ones."""
    world = builtin_boundaries(level=1)
    if boundaries is None:
        return world
    rest = world[~world["country"].isin(boundaries["country"])]
    units = pd.concat([boundaries[rest.columns.intersection(boundaries.columns)], rest],
                      ignore_index=True)  # fmt: skip
    return gpd.GeoDataFrame(units, geometry="geometry", crs=schema.CRS)
