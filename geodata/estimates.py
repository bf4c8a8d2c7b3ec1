"""What the current figures leave open in each place, each taken by itself.

`geodata.analysis.bound_places` also adds figures up, which takes a solver; this is the quick
form of it, and never narrower.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.standing import (
    alike_parts,
    check_joined,
    check_options,
    check_places,
    comparable_wholes,
    joined_claims,
    loosened,
    published,
    standing,
)
from geodata.currency import parse_as_of

ESTIMATE_COLUMNS: Final = (
    "place_id", "actor", "kind", "unit_family", "fit",
    "low", "high", "loose_low", "loose_high", "origin_ids", "sources", "true_of",
)  # fmt: skip
_KEY: Final = ["place_id", "actor", "kind", "unit_family"]


def estimate_places(
    joined: gpd.GeoDataFrame,
    *,
    boundaries: gpd.GeoDataFrame | None = None,
    as_of: str | date | None = None,
    window_days: int = schema.WINDOW_DAYS,
    tolerance: float = schema.ABOUT_TOLERANCE,
) -> pd.DataFrame:
    """Say what the current figures leave open together, for each place, actor, kind and unit.

    Parameters
    ----------
    joined
        What `join_claims` returned.
    boundaries
        Further places to estimate; without it those that ``joined`` names.
    as_of, window_days, tolerance
        As `geodata.analysis` describes them; the window reaches back from ``as_of``.

    Returns
    -------
    DataFrame
        A RangeIndex, sorted by ``place_id``, ``actor``, ``kind``, ``unit_family``:

        - ``fit`` (str), ``low``, ``high``, ``loose_low``, ``loose_high`` (float64; inf =
          open): as `geodata.bound_places` has them;
        - ``origin_ids`` (sorted tuple), ``sources`` (int64): whose figures these are;
        - ``true_of`` (datetime64[s]): the day of the newest of them.

    Raises
    ------
    ArgumentError
        If the claims are not joined, or an option makes no sense.
    BoundariesError
        If the boundaries are none.

    Notes
    -----
    The interval is the intersection of those that each origin leaves open in the place:
    ``low`` and ``high`` of the figures as stated, ``loose_low`` and ``loose_high`` with those
    that are ``about`` widened by the tolerance. A further figure of another source makes
    neither wider: it narrows them, or they exclude each other and there is none. The figure of
    a country, or of the unit that ``boundaries`` names as parent, bounds each place in it from
    above. A point lies somewhere in its province, so its figure bounds that from below alone,
    unless it stands for the province (UCDP precision 4); so does a declared part of a figure
    for the same places.

    Only states are intersected, and only figures of which it is known when they were true;
    events are counted, never intersected. "Unspecified armed groups" may be other groups each
    time, so their figures bound nothing.

    Examples
    --------
    >>> from geodata import builtin_boundaries, join_claims, sample_claims
    >>> joined = join_claims(sample_claims(), builtin_boundaries(countries=["AFG"]))
    >>> left = estimate_places(joined, as_of="2023-12-31")
    >>> kunduz = left[left["place_id"] == "AF-KDZ"].set_index(["actor", "unit_family"])
    >>> kunduz.loc[[("ISKP", "fighters")], ["low", "high"]].values.tolist()
    [[0.0, 4000.0]]
    """
    check_options(window_days=window_days, tolerance=tolerance)
    if boundaries is not None:
        check_places(boundaries)
    figures = comparable_figures(joined, as_of=as_of, window_days=window_days, tolerance=tolerance)
    return intersected(figures[figures["recent"]], joined, boundaries)


def intersected(
    figures: pd.DataFrame, joined: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame | None
) -> pd.DataFrame:
    """Intersect figures, as `comparable_figures` gives them; see `estimate_places`."""
    figures = pd.concat([figures, _from_above(figures, _inside(joined, boundaries))])
    groups = figures.groupby(_KEY)
    left = groups.agg(
        low=("low", "max"),
        high=("high", "min"),
        loose_low=("loose_low", "max"),
        loose_high=("loose_high", "min"),
        sources=("source_key", "nunique"),
        true_of=("true_of", "max"),
    )
    as_stated = left["low"] <= left["high"]
    loosely = left["loose_low"] <= left["loose_high"]
    fits = np.select([as_stated, loosely], schema.FITS[:2], default=schema.FITS[2])
    left["fit"] = pd.Series(fits, index=left.index, dtype="str")
    for name, kept in (("", as_stated), ("loose_", loosely)):
        for end in ("low", "high"):
            left[f"{name}{end}"] = left[f"{name}{end}"].where(kept)
    left["origin_ids"] = gather(figures, _KEY, "origin_id")
    left = left.reset_index()[list(ESTIMATE_COLUMNS)]
    return left.assign(unit_family=left["unit_family"].where(left["unit_family"] != ""))


def gather(rows: pd.DataFrame, keys: list[str], column: str) -> pd.Series:
    """Give sorted tuples of the distinct values of a column, one for each group.

    >>> gather(pd.DataFrame({"place": ["K", "K"], "source": ["UN", "CSTO"]}), ["place"], "source")
    place
    K    (CSTO, UN)
    dtype: object
    """
    distinct = rows[[*keys, column]].dropna().drop_duplicates().sort_values([*keys, column])
    sizes = distinct.groupby(keys).size()
    ends = sizes.cumsum().to_numpy()[:-1]
    parts = np.split(distinct[column].to_numpy(dtype=object), ends) if len(sizes) else []
    return pd.Series([tuple(part) for part in parts], index=sizes.index, dtype=object)


def comparable_figures(
    joined: gpd.GeoDataFrame,
    *,
    as_of: str | date | None = None,
    window_days: int = schema.WINDOW_DAYS,
    tolerance: float = schema.ABOUT_TOLERANCE,
) -> pd.DataFrame:
    """List what each current figure that may be compared leaves open in each of its places.

    Parameters
    ----------
    joined
        What `join_claims` returned.
    as_of, window_days, tolerance
        As `estimate_places` takes them.

    Returns
    -------
    DataFrame
        One row a place, actor and origin: ``place_id``, ``actor``, ``kind``, ``unit_family``
        (empty where there is none), ``origin_id``, ``source_key`` (str), ``low``, ``high``,
        ``loose_low``, ``loose_high`` (float64), ``true_of`` (datetime64[s]) and ``recent``
        (bool), whether that lies within the window.
    """
    check_joined(joined)
    if not (joined["kind"].isin(schema.STATES) & joined["low"].notna()).any():
        joined = joined.iloc[:0]  # a data set of events has none, and may have many rows
    claims, day = joined_claims(joined), parse_as_of(as_of)
    rows = standing(claims, day)
    unspecified = rows["actor_ids"].map(lambda ids: schema.UNSPECIFIED_ACTOR in ids).astype(bool)
    parts = alike_parts(comparable_wholes(rows, published(claims, day), claims))
    rows = rows.assign(from_below=rows["origin_id"].isin(parts))
    rows = rows[
        rows["kind"].isin(schema.STATES)
        & rows[["low", "true_of"]].notna().all(axis="columns")
        & ~unspecified
    ]
    names = ["claim_id", "place_id", "relation", "place_level", "place_low", "place_high"]
    placed = pd.DataFrame(joined[names]).dropna(subset=["place_id", "place_low"])
    figures = rows.drop(columns=[name for name in names[1:] if name in rows])
    figures = figures.merge(placed, on="claim_id").explode("actor_ids", ignore_index=True)
    province = (figures["where_precision"].fillna(0) == schema.FIRST_LEVEL_PRECISION) & (
        figures["place_level"].fillna(0) == 1
    )
    within = figures["from_below"] | ((figures["relation"] == "point") & ~province)
    high = figures["place_high"].mask(within.to_numpy(dtype=bool), np.inf)
    loose_low, loose_high = loosened(
        figures["place_low"], high, figures["modifier"] == "about", tolerance
    )
    return pd.DataFrame(
        {
            "place_id": figures["place_id"],
            "actor": figures["actor_ids"].astype("str"),
            "kind": figures["kind"],
            "unit_family": figures["unit_family"].fillna(""),
            "low": figures["place_low"],
            "high": high,
            "loose_low": loose_low,
            "loose_high": loose_high,
            "true_of": figures["true_of"],
            "recent": day - figures["true_of"] <= pd.Timedelta(days=window_days),
            "origin_id": figures["origin_id"],
            "source_key": figures["source_key"],
        }
    )


def _inside(joined: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Pairs of a place and a unit that holds it: its country, and its parent where known."""
    pairs = [joined[["place_id", "place_country"]].set_axis(["place_id", "holder"], axis=1)]
    if boundaries is not None:
        pairs += [
            boundaries[["place_id", name]].set_axis(["place_id", "holder"], axis=1)
            for name in ("country", "parent")
        ]
    inside = pd.concat([pd.DataFrame(part) for part in pairs]).dropna().drop_duplicates()
    return inside[inside["place_id"] != inside["holder"]]


def _from_above(figures: pd.DataFrame, inside: pd.DataFrame) -> pd.DataFrame:
    """Bound each place by the figures of the units that hold it."""
    closed = figures[np.isfinite(figures["high"]) & figures["place_id"].isin(inside["holder"])]
    closed = closed.rename(columns={"place_id": "holder"})
    bounds: pd.DataFrame = closed.merge(inside, on="holder").assign(low=0.0, loose_low=0.0)
    return bounds[list(figures.columns)]
