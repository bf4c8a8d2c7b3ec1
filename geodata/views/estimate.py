"""What the current figures leave open in each place, each taken by itself.

`geodata.analysis.bound_places` also adds figures up, which takes a solver; this is the quick
form of it, and never narrower.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.statements import (
    alike_parts,
    check_options,
    check_places,
    comparable_wholes,
    joined_corpus,
    loosened,
)
from geodata.rules.dating import parse_as_of

if TYPE_CHECKING:
    from geodata.corpus import Corpus
    from geodata.rules.on_day import OnDay

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
    at = joined_corpus(joined, boundaries).at(parse_as_of(as_of))
    figures = comparable_figures(at, window_days=window_days, tolerance=tolerance)
    return intersected(figures[figures["recent"]], at.corpus)


def intersected(figures: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """Intersect figures, as `comparable_figures` gives them; see `estimate_places`."""
    figures = pd.concat([figures, _from_above(figures, _inside(corpus))])
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
    at: OnDay,
    *,
    window_days: int = schema.WINDOW_DAYS,
    tolerance: float = schema.ABOUT_TOLERANCE,
) -> pd.DataFrame:
    """List what each current figure that may be compared leaves open in each of its places.

    Returns
    -------
    DataFrame
        One row a place, actor and origin: ``place_id``, ``actor``, ``kind``, ``unit_family``
        (empty where there is none), ``origin_id``, ``source_key`` (str), ``low``, ``high``,
        ``loose_low``, ``loose_high`` (float64), ``true_of`` (datetime64[s]) and ``recent``
        (bool), whether that lies within the window.
    """
    corpus, links = at.corpus, at.corpus.links
    claims, true_of = corpus.claims, corpus.validity.true_of
    chosen = np.zeros(len(claims), dtype=bool)
    chosen[at.standing] = corpus.comparable[at.standing] & ~np.isnat(true_of[at.standing])
    held = np.flatnonzero(chosen[links.claim] & (links.place >= 0) & ~np.isnan(links.low))
    # In the order of the origins, as they stand.
    position = np.empty(len(claims), dtype="int64")
    position[at.standing] = np.arange(len(at.standing))
    held = held[np.argsort(position[links.claim[held]], kind="stable")]
    row, place = links.claim[held], links.place[held]
    level = links.places["level"].astype("Float64").fillna(0).to_numpy()
    precision = claims["where_precision"].fillna(0).to_numpy()[row]
    province = (precision == schema.FIRST_LEVEL_PRECISION) & (level[place] == 1)
    parts = np.isin(corpus.origin[row], alike_parts(comparable_wholes(at)))
    within = parts | (links.is_any(["point"])[held] & ~province)
    low, high = links.low[held], np.where(within, np.inf, links.high[held])
    about = (claims["modifier"].iloc[row] == "about").to_numpy(dtype=bool)
    loose_low, loose_high = loosened(low, high, about, tolerance)
    recent = at.day.to_datetime64() - true_of[row] <= np.timedelta64(window_days, "D")
    text = claims[["kind", "unit_family", "origin_id"]].iloc[row].reset_index(drop=True)
    figures = pd.DataFrame(
        {
            "place_id": links.places.index.to_series().iloc[place].astype("str").array,
            "actor": claims["actor_ids"].iloc[row].array,
            "kind": text["kind"],
            "unit_family": text["unit_family"].fillna(""),
            "low": low,
            "high": high,
            "loose_low": loose_low,
            "loose_high": loose_high,
            "true_of": true_of[row],
            "recent": recent,
            "origin_id": text["origin_id"],
            "source_key": corpus.source_key.iloc[row].array,
        }
    )
    exploded: pd.DataFrame = figures.explode("actor", ignore_index=True)
    return exploded.astype({"actor": "str"})


def _inside(corpus: Corpus) -> pd.DataFrame:
    """Pairs of a place and a unit that holds it: its country, and its parent where known."""
    held = corpus.links.places.iloc[np.unique(corpus.links.place[corpus.links.place >= 0])]
    pairs = [pd.DataFrame({"place_id": held.index.array, "holder": held["country"].array})]
    if corpus.boundaries is not None:
        pairs += [
            pd.DataFrame(corpus.boundaries[["place_id", name]]).set_axis(
                ["place_id", "holder"], axis=1
            )
            for name in ("country", "parent")
        ]
    inside: pd.DataFrame = pd.concat(pairs).dropna().drop_duplicates()
    return inside[inside["place_id"] != inside["holder"]].astype("str")


def _from_above(figures: pd.DataFrame, inside: pd.DataFrame) -> pd.DataFrame:
    """Bound each place by the figures of the units that hold it."""
    closed = figures[np.isfinite(figures["high"]) & figures["place_id"].isin(inside["holder"])]
    closed = closed.rename(columns={"place_id": "holder"})
    bounds: pd.DataFrame = closed.merge(inside, on="holder").assign(low=0.0, loose_low=0.0)
    return bounds[list(figures.columns)]
