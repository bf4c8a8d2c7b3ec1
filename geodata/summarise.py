"""Joined claims → one row a place; what claims leave open; totals of sets and of countries.

Every function here takes what `geodata.join.join_claims` returned and a day. An origin
counts once, through the telling that stands for it on that day (`geodata.currency`).
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from geodata import schema
from geodata.currency import currency_at, parse_as_of, source_key
from geodata.estimates import comparable_figures, gather, intersected
from geodata.figures import interval_in_words

# Relations in which a claim says that the actor is in the place itself.
SHADING_RELATIONS: Final = (*schema.SHADING_EXTENTS, "point")

_CURRENCY_COLUMNS: Final = [
    "visible_from", "true_of", "current_until", "suspended", "precedence", "canonical",
    "visible", "current", "counts", "age_days", "age",
]  # fmt: skip
_TOTAL_COLUMNS: Final = [
    "place_ids", "origin_id", "claim_id", "relation", "actor", "actor_ids", "kind", "unit",
    "unit_family", "modifier", "value", "value_low", "value_high", "low", "high", "source",
    "true_of", "age",
]  # fmt: skip


def summarise_claims(
    joined: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    *,
    as_of: str | date | None = None,
    fresh_days: int = schema.FRESH_DAYS,
    stale_days: int = schema.STALE_DAYS,
    window_days: int = schema.WINDOW_DAYS,
) -> gpd.GeoDataFrame:
    """Summarise the claims of each place as of a day.

    Parameters
    ----------
    joined
        What `join_claims` returned for these boundaries.
    boundaries
        The places to report on; places without claims are reported too.
    as_of
        As `geodata.currency.parse_as_of` takes it; today where ``None``.
    fresh_days, stale_days
        Limits of the ages, see `geodata.currency_at`.
    window_days
        See `geodata.estimate_places`.

    Returns
    -------
    GeoDataFrame
        The boundaries, their order, index and CRS kept, with

        - ``claims``: current tellings that name the place;
        - ``origins``: distinct statements that these tell;
        - ``sources``, ``source_names`` (tuple): distinct sources that shade it, that is whose
          current origins of `schema.SHADING_KINDS` cover it with ``each``, ``joint`` or a point;
        - ``soft_origins``: current origins that mention it and do not shade it: within,
          regional, national, other events, speech, and those of which only a retelling names it;
        - ``undated``: origins that name it and have no date, so are not in the counts above;
        - ``latest_stated`` (datetime64[s]): the latest day on which a current origin was stated;
        - ``age``: that of the freshest origin that shades it, missing where none does;
        - ``leaves_open`` (tuple of texts): what the claims leave open in it, by actor, kind
          and unit, see `geodata.estimate_places`; empty where no current claim names the place.
          A figure that is true of a day before the window has a sentence of its own.

    Raises
    ------
    ArgumentError
        If ``as_of`` is no date, or the limits are out of order.

    Examples
    --------
    >>> from geodata import builtin_boundaries, join_claims, sample_claims, summarise_claims
    >>> provinces = builtin_boundaries(countries=["AFG"])
    >>> joined = join_claims(sample_claims(), provinces)
    >>> places = summarise_claims(joined, provinces, as_of="2024-07-31").set_index("place_id")
    >>> places.loc["AF-KDZ", "source_names"]
    ('CSTO', 'Russia', 'Taliban government', 'United Nations')
    """
    rows = _dated(joined, as_of, fresh_days=fresh_days, stale_days=stale_days)
    current = rows[rows["current"]]
    standing = current[current["counts"]]
    shading = standing[_shades(standing)]
    undated = rows[rows["visible_from"].isna() & ~(rows["current_until"] <= parse_as_of(as_of))]
    named = current.groupby("place_id")
    figures = comparable_figures(joined, as_of=as_of, window_days=window_days)
    columns = {
        "claims": named["claim_id"].nunique(),
        "origins": named["origin_id"].nunique(),
        "sources": shading.groupby("place_id")["source_key"].nunique(),
        "source_names": _names(shading),
        "soft_origins": named["origin_id"].nunique(),
        "undated": _undated_origins(undated, rows),
        "latest_stated": standing.groupby("place_id")["stated_last"].max(),
        "age": _freshest(shading),
        "leaves_open": _leaves_open(standing, figures, joined),
    }
    shaded = shading.groupby("place_id")["origin_id"].nunique()
    columns["soft_origins"] = columns["soft_origins"].sub(shaded, fill_value=0)
    return _at_places(boundaries, columns)


def joint_totals(joined: gpd.GeoDataFrame, *, as_of: str | date | None = None) -> pd.DataFrame:
    """List the current figures that hold for a set of places together.

    Returns
    -------
    DataFrame
        One row a set and origin, in the claims' order, with a RangeIndex: ``place_ids``
        (sorted tuple), ``origin_id``, ``claim_id`` (the telling that stands for it),
        ``relation`` (``joint``, ``within`` or ``region``), what the figure is about, and its own
        ``low`` and ``high``, which hold for the whole set.

    Examples
    --------
    >>> from geodata import builtin_boundaries, join_claims, sample_claims
    >>> joined = join_claims(sample_claims(), builtin_boundaries(countries=["AFG"]))
    >>> totals = joint_totals(joined, as_of="2024-07-31").set_index("origin_id")
    >>> totals.loc["tass-2023-02-north", "place_ids"]
    ('AF-BDS', 'AF-KDZ', 'AF-TAK')
    """
    totals = _totals(joined, as_of, ("joint", "within", "region"))
    sets = (totals["place_ids"].map(len) > 1) | (totals["relation"] == "region")
    return totals[sets].reset_index(drop=True)


def national_totals(joined: gpd.GeoDataFrame, *, as_of: str | date | None = None) -> pd.DataFrame:
    """List the current figures that hold for whole countries.

    Returns
    -------
    DataFrame
        As `joint_totals`, with ISO 3166-1 alpha-3 codes as ``place_ids``.

    Examples
    --------
    >>> from geodata import builtin_boundaries, join_claims, sample_claims
    >>> joined = join_claims(sample_claims(), builtin_boundaries(countries=["AFG"]))
    >>> totals = national_totals(joined, as_of="2024-07-31").set_index("origin_id")
    >>> totals.loc["tass-2023-02-total", "place_ids"]
    ('AFG',)
    """
    return _totals(joined, as_of, ("nationwide",))


# --- rows that all of these rest on --------------------------------------------


def _dated(joined: gpd.GeoDataFrame, as_of: str | date | None, **limits: int) -> pd.DataFrame:
    """Give joined rows with the currency of their claims, and without geometry."""
    rows = pd.DataFrame(joined.drop(columns=joined.geometry.name)).reset_index(drop=True)
    codes, _ = pd.factorize(rows["claim_id"])
    claims = rows[~rows["claim_id"].duplicated()]
    currency = currency_at(claims, as_of, **limits)[_CURRENCY_COLUMNS]
    known = [name for name in _CURRENCY_COLUMNS if name in rows]
    spread = currency.take(codes).reset_index(drop=True)
    return rows.drop(columns=known).assign(**spread, source_key=source_key(rows["source"]))


def _shades(rows: pd.DataFrame) -> pd.Series:
    """Rule 3: which rows say that the actor is in the place itself."""
    return rows["kind"].isin(schema.SHADING_KINDS) & rows["relation"].isin(SHADING_RELATIONS)


# --- one row a place -----------------------------------------------------------


def _names(shading: pd.DataFrame) -> pd.Series:
    """Name the sources that shade each place, each as it is first spelled."""
    spelled = shading.drop_duplicates("source_key").set_index("source_key")["source"]
    return gather(shading.assign(name=shading["source_key"].map(spelled)), ["place_id"], "name")


def _undated_origins(undated: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    told = rows[rows["visible_from"].notna() & rows["origin_id"].isin(undated["origin_id"])]
    undated = undated[~undated["origin_id"].isin(told["origin_id"])]
    return undated.groupby("place_id")["origin_id"].nunique()


def _freshest(shading: pd.DataFrame) -> pd.Series:
    ranks = shading["age"].map({age: rank for rank, age in enumerate(schema.AGES)})
    first = ranks.groupby(shading["place_id"]).min()
    return first.map(dict(enumerate(schema.AGES))).astype("str")


def _leaves_open(
    standing: pd.DataFrame, figures: pd.DataFrame, joined: gpd.GeoDataFrame
) -> pd.Series:
    """Sentences on the actors that a current claim names in a place."""
    recent = figures["recent"].to_numpy(dtype=bool)
    left = intersected(figures[recent], joined, None)
    # What is too old to be compared still holds as far as it goes, each figure by itself.
    old = figures[~recent].assign(fit=schema.FITS[0])
    old = old.assign(unit_family=old["unit_family"].where(old["unit_family"] != ""))
    named = standing.explode("actor_ids")[["place_id", "actor_ids"]].drop_duplicates()
    named = named.rename(columns={"actor_ids": "actor"}).astype("str")
    told = pd.concat([left, old[old.columns.intersection(left.columns)]])
    told = told.merge(named, on=["place_id", "actor"])
    told["text"] = [_sentence(row) for row in told.itertuples(index=False)]
    return gather(told, ["place_id"], "text")


def _sentence(row: Any) -> str:  # noqa: ANN401 - a named tuple of the frame
    """Say in words what is left open, and as of which day, lest an old figure seem current."""
    about = row.kind if pd.isna(row.unit_family) else f"{row.kind} in {row.unit_family}"
    return f"{row.actor}, {about}: {_left(row)} (as of {row.true_of:%Y-%m-%d})"


def _left(row: Any) -> str:  # noqa: ANN401 - as above
    as_stated, within, _ = schema.FITS
    if row.fit == as_stated:
        return interval_in_words(row.low, row.high)
    if row.fit == within:
        return f"{interval_in_words(row.loose_low, row.loose_high)}, taking what is about loosely"
    return "the figures exclude each other"


def _at_places(boundaries: gpd.GeoDataFrame, columns: dict[str, pd.Series]) -> gpd.GeoDataFrame:
    """Put the columns at the places, with 0, () or a missing value where there is none."""
    found = {
        name: values.reindex(boundaries["place_id"].to_numpy()).set_axis(boundaries.index)
        for name, values in columns.items()
    }
    for name in ("source_names", "leaves_open"):
        lists = [held if isinstance(held, tuple) else () for held in found[name]]
        found[name] = pd.Series(lists, index=boundaries.index, dtype=object)
    for name in ("claims", "origins", "sources", "soft_origins", "undated"):
        found[name] = found[name].fillna(0).astype("int64")
    return boundaries.assign(**found)


# --- totals --------------------------------------------------------------------


def _totals(
    joined: gpd.GeoDataFrame, as_of: str | date | None, relations: tuple[str, ...]
) -> pd.DataFrame:
    rows = _dated(joined, as_of)
    told = rows["current"] & rows["counts"] & rows["low"].notna()
    rows = rows[told & rows["relation"].isin(relations)]
    # A set that holds a region's members has soft edges, even if it names a province as well.
    regional = rows.loc[rows["relation"] == "region", "claim_id"]
    places = gather(rows, ["claim_id"], "place_id")
    totals = rows[~rows["claim_id"].duplicated()]
    totals = totals.assign(
        place_ids=totals["claim_id"].map(places).astype(object),
        relation=totals["relation"].where(~totals["claim_id"].isin(regional), "region"),
    )
    return totals[_TOTAL_COLUMNS].reset_index(drop=True)
