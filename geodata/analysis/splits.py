"""Modelled splits of totals over their places: what no source said, and only when asked."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.statements import check_places, joined_corpus
from geodata.errors import ArgumentError, BoundariesError
from geodata.rules.dating import parse_as_of

SPLIT_COLUMNS: Final = (
    "origin_id", "claim_id", "actors", "kind", "unit", "unit_family", "relation", "total_low",
    "total_high", "place_id", "weight", "low", "high", "by", "modelled",
)  # fmt: skip
SPLITS: Final = ("equal", "area")

# NSIDC EASE-Grid 2.0 Global: areas in it are true all over the world, in square metres.
EQUAL_AREA_CRS: Final = "EPSG:6933"


def split_totals(
    joined: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    *,
    by: str,
    as_of: str | date | None = None,
) -> pd.DataFrame:
    """Split the current figures that hold for several places together, by a model.

    Parameters
    ----------
    joined
        What `geodata.join_claims` returned.
    boundaries
        The places, with ``place_id``, ``country``, ``level`` and ``geometry``. A national
        figure is split over the finest units of its countries in them.
    by
        ``equal``: as much in each place; ``area``: by area, in an equal-area projection;
        else the name of a column of ``boundaries`` with numbers, such as people.
    as_of
        As `geodata.analysis` describes it.

    Returns
    -------
    DataFrame
        One row a figure and place, sorted by ``origin_id`` and ``place_id``, with a
        RangeIndex: ``origin_id``, ``claim_id``, ``kind``, ``unit``, ``unit_family`` (str),
        ``actors`` (tuple); ``relation`` (``joint``, ``within``, ``region`` or
        ``nationwide``); ``total_low`` and ``total_high`` (float64), as the source said;
        ``place_id``; ``weight``, the share of the place (float64, summing to 1 over a
        figure); ``low`` and ``high`` (float64), the share of the total; ``by`` (str); and
        ``modelled``, which is always True: say so wherever these numbers are shown.
        ``weight``, ``low`` and ``high`` are missing where a place of the figure is not in the
        boundaries or has no number, so that it cannot be split.

    Raises
    ------
    ArgumentError
        If the claims are not joined, or ``by`` is neither a known split nor a column of
        numbers that are not negative.
    BoundariesError
        If the boundaries are none, or areas are needed and they have no CRS.

    Notes
    -----
    No source said these numbers. Figures that hold in ``each`` of their places, and those
    about one place, need no split and are left out.

    Examples
    --------
    >>> from geodata import builtin_boundaries, join_claims, sample_claims
    >>> provinces = builtin_boundaries(countries=["AFG"])
    >>> joined = join_claims(sample_claims(), provinces)
    >>> split = split_totals(joined, provinces, by="equal", as_of="2023-06-30")
    >>> north = split[split["origin_id"] == "tass-2023-02-north"]
    >>> north[["place_id", "high", "modelled"]].round(1).values.tolist()[0]
    ['AF-BDS', 1333.3, True]
    """
    corpus = joined_corpus(joined)
    check_places(boundaries)
    weigh = _weights(boundaries, by)
    rows = corpus.at(parse_as_of(as_of)).standing_frame()
    rows = rows[rows["low"].notna() & (rows["extent"] != "each")]
    finest = boundaries.groupby("country")["level"].transform("max") == boundaries["level"]
    units = boundaries[finest].groupby("country")["place_id"].agg(tuple).to_dict()
    parts = [_split(row, units, weigh) for row in rows.to_dict("records")]
    found = pd.DataFrame(
        [(*line, by, True) for part in parts for line in part], columns=list(SPLIT_COLUMNS)
    )
    return _typed(found)


def _weights(boundaries: gpd.GeoDataFrame, by: str) -> Callable[[tuple[str, ...]], np.ndarray]:
    """Give a function from places to their shares, nan where one is unknown."""
    if by == "equal":
        return lambda places: np.full(len(places), 1 / len(places))
    sizes = _areas(boundaries) if by == "area" else _numbers(boundaries, by)

    def weigh(places: tuple[str, ...]) -> np.ndarray:
        known = sizes.reindex(list(places)).to_numpy(dtype="float64")
        total = known.sum()
        return known / total if total > 0 else np.full(len(places), np.nan)

    return weigh


def _areas(boundaries: gpd.GeoDataFrame) -> pd.Series:
    if boundaries.crs is None:
        message = "boundaries: no CRS; if it is degrees in WGS 84, call .set_crs(4326) on it"
        raise BoundariesError(message)
    areas = boundaries.geometry.to_crs(EQUAL_AREA_CRS).area
    return pd.Series(areas.to_numpy(), index=boundaries["place_id"].to_numpy(), dtype="float64")


def _numbers(boundaries: gpd.GeoDataFrame, by: str) -> pd.Series:
    """Read a column of the boundaries, by place."""
    numeric = [
        name
        for name in boundaries.columns.difference([*schema.BOUNDARY_COLUMNS])
        if pd.api.types.is_numeric_dtype(boundaries[name])
    ]
    if by not in numeric:
        valid = ", ".join(map(repr, (*SPLITS, *numeric)))
        message = f"by={by!r}: no split and no column of numbers in boundaries; give one of {valid}"
        raise ArgumentError(message)
    numbers = boundaries[by].astype("float64")
    bad = boundaries.loc[(numbers < 0) | np.isinf(numbers), "place_id"]
    if len(bad):
        value = float(numbers[bad.index[0]])
        message = f"by={by!r}: {value:g} at {bad.iloc[0]!r}; give numbers that are not negative"
        raise ArgumentError(message)
    return pd.Series(numbers.to_numpy(), index=boundaries["place_id"].to_numpy(), dtype="float64")


def _split(
    row: dict[Hashable, Any],
    units: dict[str, tuple[str, ...]],
    weigh: Callable[[tuple[str, ...]], np.ndarray],
) -> list[tuple[Any, ...]]:
    """Split one figure; nothing where it is about one place."""
    relation = "region" if row["region_ids"] else row["extent"]
    places = row["area"]
    if row["extent"] == "nationwide" or not row["place_ids"]:
        relation = "nationwide"
        places = tuple(place for unit in places for place in units.get(unit, (unit,)))
    if len(places) < 2:  # noqa: PLR2004 - one place needs no split
        return []
    head = (
        row["origin_id"], row["claim_id"], row["actor_ids"], row["kind"], row["unit"],
        row["unit_family"], relation, row["total_low"], row["total_high"],
    )  # fmt: skip
    return [
        (*head, place, weight, row["total_low"] * weight, _share(row["total_high"], weight))
        for place, weight in zip(places, weigh(places).tolist(), strict=True)
    ]


def _share(total: float, weight: float) -> float:
    """Give a share of a total that may be open; of a place of no weight it is nothing."""
    return 0.0 if weight == 0 else total * weight


def _typed(found: pd.DataFrame) -> pd.DataFrame:
    text = (
        "origin_id", "claim_id", "kind", "unit", "unit_family", "relation", "place_id", "by",
    )  # fmt: skip
    numbers = ("total_low", "total_high", "weight", "low", "high")
    dtypes = dict.fromkeys(text, "str") | dict.fromkeys(numbers, "float64")
    dtypes |= {"actors": "object", "modelled": "bool"}
    return found.astype(dtypes).sort_values(["origin_id", "place_id"], ignore_index=True)
