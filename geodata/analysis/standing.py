"""What every analysis starts from: the statements that count on a day, and where they hold."""

from __future__ import annotations

from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from geodata.currency import currency_at, date_claims, is_number, source_key
from geodata.errors import ArgumentError, BoundariesError

# What joining adds to claims, as far as analyses need it.
_JOINED_COLUMNS: Final = (
    "relation", "place_id", "place_level", "place_country", "place_low", "place_high",
)  # fmt: skip
# A window of all time; a longer one would overflow.
MOST_DAYS: Final = 10_000_000


def check_claims_typed(claims: pd.DataFrame) -> None:
    """Raise `ArgumentError` unless a frame holds typed claims.

    >>> check_claims_typed(pd.DataFrame({"actor": ["ISKP"]}))
    Traceback (most recent call last):
    geodata.errors.ArgumentError: claims: no column 'claim_id'; call read_claims on them first
    """
    if not isinstance(claims, pd.DataFrame):
        message = f"claims: {type(claims).__name__} is no DataFrame; call read_claims first"
        raise ArgumentError(message)
    needed = (*schema.CLAIM_COLUMNS, *schema.DERIVED_COLUMNS)
    missing = next((name for name in needed if name not in claims.columns), None)
    if missing is not None:
        message = f"claims: no column {missing!r}; call read_claims on them first"
        raise ArgumentError(message)


def check_options(*, window_days: int = 0, tolerance: float = 0.0) -> None:
    """Raise `ArgumentError` unless a window and a tolerance make sense.

    >>> check_options(window_days=-1)
    Traceback (most recent call last):
    geodata.errors.ArgumentError: window_days=-1: give a number of days, from 0 to 10,000,000
    """
    if not is_number(window_days) or not 0 <= window_days <= MOST_DAYS:
        message = f"window_days={window_days!r}: give a number of days, from 0 to {MOST_DAYS:,}"
        raise ArgumentError(message)
    if not is_number(tolerance) or not 0 <= tolerance < 1:
        message = f"tolerance={tolerance!r}: give a share from 0 to below 1, such as 0.1 for 10 %"
        raise ArgumentError(message)


def check_joined(joined: gpd.GeoDataFrame) -> None:
    """Raise `ArgumentError` unless a frame holds claims joined with places.

    >>> check_joined(pd.DataFrame({"actor": ["ISKP"]}))
    Traceback (most recent call last):
    geodata.errors.ArgumentError: joined: DataFrame is no GeoDataFrame; call join_claims first
    """
    if not isinstance(joined, gpd.GeoDataFrame):
        message = f"joined: {type(joined).__name__} is no GeoDataFrame; call join_claims first"
        raise ArgumentError(message)
    needed = (*schema.CLAIM_COLUMNS, *schema.DERIVED_COLUMNS, *_JOINED_COLUMNS)
    missing = next((name for name in needed if name not in joined.columns), None)
    if missing is not None:
        message = f"joined: no column {missing!r}; call join_claims on the claims first"
        raise ArgumentError(message)


def check_places(boundaries: gpd.GeoDataFrame) -> None:
    """Raise `BoundariesError` unless a frame holds boundaries, in whatever CRS.

    >>> check_places(pd.DataFrame({"name": ["Kunduz"]}))
    Traceback (most recent call last):
    geodata.errors.BoundariesError: boundaries: no column 'place_id'; take builtin_boundaries()
    """
    columns = boundaries.columns if isinstance(boundaries, pd.DataFrame) else ()
    missing = next((name for name in schema.BOUNDARY_COLUMNS if name not in columns), None)
    if missing is not None:
        what = f"no column {missing!r}" if len(columns) else type(boundaries).__name__
        message = f"boundaries: {what}; take builtin_boundaries()"
        raise BoundariesError(message)


def joined_claims(joined: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give back the claims of joined rows, one row a claim, dated by `date_claims`.

    >>> from geodata import builtin_boundaries, join_claims, sample_claims
    >>> joined = join_claims(sample_claims(), builtin_boundaries(countries=["AFG"]))
    >>> len(joined), len(joined_claims(joined))
    (188, 80)
    """
    check_joined(joined)
    claims = pd.DataFrame(joined.drop(columns=joined.geometry.name))
    claims = claims[~claims["claim_id"].duplicated()].reset_index(drop=True)
    # Once, since dating is the slow part of every analysis.
    return claims if "current_until" in claims else date_claims(claims)


def published(claims: pd.DataFrame, as_of: str | date | None) -> pd.DataFrame:
    """Give the tellings that are out by a day, those without a date among them.

    Parameters
    ----------
    claims
        Typed claims, one row a claim.
    as_of
        As `geodata.analysis` describes it.

    Returns
    -------
    DataFrame
        Sorted by ``claim_id``, with a RangeIndex and the columns of
        `geodata.currency.currency_at`; ``stands`` (bool) marks one telling of each origin,
        that whose figures are the origin's on that day.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> told = published(sample_claims(), "2023-02-14")
    >>> told.loc[told["origin_id"] == "tass-2023-02-north", "claim_id"].tolist()
    ['risworld-2023-02-north', 'tass-2023-02-north']
    """
    dated = _dated(claims, as_of)
    out = dated[dated["visible"] | dated["visible_from"].isna()].reset_index(drop=True)
    seen = out["origin_id"].isin(out.loc[out["counts"], "origin_id"])
    # Of an origin that nobody dated, the canonical telling stands.
    stands = out["counts"] | (~seen & out["canonical"])
    # It may be missing where it comes later and another one has no date: take the first.
    bare = ~out["origin_id"].isin(out.loc[stands, "origin_id"])
    return out.assign(stands=stands | (bare & ~out["origin_id"].duplicated()))


def standing(claims: pd.DataFrame, as_of: str | date | None) -> pd.DataFrame:
    """Give one row for each origin that is current on a day: the telling that stands for it.

    Returns
    -------
    DataFrame
        Sorted by ``origin_id``, with a RangeIndex, the columns of
        `geodata.currency.currency_at`, ``source_key`` (the source, folded), ``area``, see
        `areas`, and ``total_low``, ``total_high``, see `totals`.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> rows = standing(sample_claims(), "2023-06-30").set_index("origin_id")
    >>> rows.loc["tass-2023-02-north", ["claim_id", "area"]].tolist()
    ['tass-2023-02-north', ('AF-BDS', 'AF-KDZ', 'AF-TAK')]
    """
    dated = _dated(claims, as_of)
    rows = dated[dated["current"] & dated["counts"]]
    rows = rows.sort_values("origin_id", kind="stable", ignore_index=True)
    low, high = totals(rows)
    return rows.assign(
        source_key=source_key(rows["source"]), area=areas(rows), total_low=low, total_high=high
    )


def areas(claims: pd.DataFrame) -> pd.Series:
    """Name the places that each claim covers: a sorted tuple of ids, that of no place empty.

    A claim that is ``nationwide``, or names no place, covers its countries, whatever places
    it mentions; one at a point covers that point.

    >>> from geodata import sample_claims
    >>> areas(sample_claims()).iloc[0]
    ('AFG',)
    """
    countries = claims["country"].fillna("").map(_split)
    pointed = claims[["latitude", "longitude"]].notna().all(axis="columns")
    precision = claims["where_precision"].astype("float64")
    pointed &= precision.isna() | precision.isin(schema.POINT_PRECISIONS)
    points = [
        (f"{lat:.6g},{lon:.6g}",)
        for lat, lon in zip(claims["latitude"], claims["longitude"], strict=True)
    ]
    found = [
        nation
        if extent == "nationwide" and nation
        else tuple(sorted(set(places))) or (point if at_point else nation)
        for extent, nation, places, point, at_point in zip(
            claims["extent"], countries, claims["place_ids"], points, pointed, strict=True
        )
    ]
    return pd.Series(found, index=claims.index, dtype=object)


def totals(claims: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Give the interval of each figure over all of its places together.

    A figure that holds in ``each`` of several places is the total of none: it counts once
    for each of them. Of the members of a region it is not known how many there are, so its
    low end counts once.

    >>> claims = pd.DataFrame(
    ...     {"low": [5.0], "high": [5.0], "extent": ["each"], "place_ids": [("AF-KDZ", "AF-TAK")],
    ...      "region_ids": [()]}
    ... )
    >>> totals(claims)
    (array([10.]), array([10.]))
    """
    places = claims["place_ids"].map(lambda ids: len(set(ids))).to_numpy(dtype="float64")
    times = np.where(claims["extent"] == "each", np.maximum(places, 1), 1.0)
    soft = claims["region_ids"].map(len).to_numpy(dtype="int64") > 0
    low = claims["low"].to_numpy(dtype="float64") * np.where(soft, 1.0, times)
    return low, claims["high"].to_numpy(dtype="float64") * times


def loosened(
    low: np.ndarray | pd.Series,
    high: np.ndarray | pd.Series,
    about: np.ndarray | pd.Series,
    tolerance: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Widen the intervals of figures that are ``about`` by a share of them (rule 2).

    >>> loosened(np.array([100.0]), np.array([100.0]), np.array([True]), 0.1)
    (array([90.]), array([110.]))
    """
    share = np.where(np.asarray(about, dtype=bool), tolerance, 0.0)
    # Not by multiplication: 100 * 1.1 is a little more than 110.
    lows, highs = np.asarray(low, dtype="float64"), np.asarray(high, dtype="float64")
    widened = highs + np.where(np.isfinite(highs), highs, 0.0) * share
    return np.round(lows - lows * share, 9), np.round(widened, 9)


def origin_of(names: pd.Series, claims: pd.DataFrame) -> pd.Series:
    """Look up the origins that claims, or origins, are named by; missing where unknown.

    >>> from geodata import sample_claims
    >>> origin_of(pd.Series(["kabulnow-2023-02-north"]), sample_claims()).tolist()
    ['tass-2023-02-north']
    """
    by_claim = claims.set_index("claim_id")["origin_id"]
    found = names.map(by_claim)
    known = names.where(names.isin(claims["origin_id"]))
    return found.fillna(known).astype("str")


def comparable_wholes(
    rows: pd.DataFrame, told: pd.DataFrame, claims: pd.DataFrame
) -> dict[str, tuple[str, bool]]:
    """Find the origin that each part is of, current or not, if both count the same.

    A part of a part is a part of the whole too: that is what is found where it is about the
    same places, and the figure between them about others.

    Parameters
    ----------
    rows
        Origins, as `standing` returns them.
    told
        Tellings, as `published` returns them.
    claims
        All claims, which parts may name.

    Returns
    -------
    dict
        From a part to its whole, and whether both are about the same places.
    """

    def traits(table: pd.DataFrame) -> list[tuple[object, ...]]:
        actors = table["actor_ids"].map(frozenset)
        family = table["unit_family"].fillna("")
        return list(zip(table["kind"], family, actors, areas(table), strict=True))

    if not rows["part_of"].notna().any():
        return {}
    told = told[told["stands"]]
    named = told[told["part_of"].notna()]
    parent = dict(zip(named["origin_id"], origin_of(named["part_of"], claims), strict=True))
    parts = rows[rows["part_of"].notna()]
    parent |= dict(zip(parts["origin_id"], origin_of(parts["part_of"], claims), strict=True))
    told = told[told["origin_id"].isin(parent.values())]
    known = dict(zip(told["origin_id"], traits(told), strict=True))
    found = {}
    for part, own in zip(parts["origin_id"], traits(parts), strict=True):
        path = path_up(part, parent)
        alike = next((up for up in path if known.get(up) == own), None)
        if alike is not None:
            found[part] = (alike, True)
        elif path and path[0] in known and known[path[0]][:3] == own[:3]:
            found[part] = (path[0], False)
    return found


def path_up(part: str, parent: dict[str, str]) -> tuple[str, ...]:
    """Give the wholes of a part, the nearest first; a circle ends where it closes.

    >>> path_up("two", {"two": "five", "five": "hundred"})
    ('five', 'hundred')
    """
    path = {part: None}
    while isinstance(up := parent.get(next(reversed(path))), str) and up not in path:
        path[up] = None
    return tuple(path)[1:]


def alike_parts(wholes: dict[str, tuple[str, bool]]) -> frozenset[str]:
    """Pick the parts of a figure for the same places from what `comparable_wholes` found.

    Five of the hundred in Kunduz do not say that there are no more than five in Kunduz.

    >>> sorted(alike_parts({"five": ("hundred", True), "north": ("all", False)}))
    ['five']
    """
    return frozenset(part for part, (_, alike) in wholes.items() if alike)


def _dated(claims: pd.DataFrame, as_of: str | date | None) -> pd.DataFrame:
    """Sort claims, so that the order of rows cannot matter, and date them."""
    check_claims_typed(claims)
    ordered = claims.sort_values("claim_id", kind="stable", ignore_index=True)
    return currency_at(ordered, as_of)


def _split(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in text.split(schema.LIST_SEPARATOR))
    return tuple(sorted({part for part in parts if part}))
