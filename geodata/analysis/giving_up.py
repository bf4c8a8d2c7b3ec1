"""What a contradiction leaves open in each place, whichever of its claims is given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.bounds import corpus_bounds
from geodata.analysis.statements import check_options, check_places, joined_corpus
from geodata.errors import ArgumentError
from geodata.rules.dating import parse_as_of

# Of larger contradictions so many ways are worked out.
MOST_WAYS: Final = 8
WAY_COLUMNS: Final = (
    "given_up", "place_id", "actor", "kind", "unit_family", "fit", "low", "high", "loose_low",
    "loose_high",
)  # fmt: skip


def contradiction_bounds(
    joined: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    origins: Sequence[str],
    *,
    as_of: str | date | None = None,
    window_days: int = schema.WINDOW_DAYS,
    tolerance: float = schema.ABOUT_TOLERANCE,
) -> pd.DataFrame:
    """Bound places under each way of giving up one origin of a contradiction.

    Parameters
    ----------
    joined, boundaries
        As `geodata.bound_places` takes them.
    origins
        What contradicts itself: ``origins`` of a row of `geodata.find_contradictions`.
    as_of, window_days, tolerance
        As `geodata.analysis` describes them; the window reaches back from ``as_of``.

    Returns
    -------
    DataFrame
        For each of ``origins``, of more than eight for the first eight, ``given_up``, the rows of
        `geodata.bound_places` that rest on any of the origins, or name a place that they name,
        worked out without it: ``place_id``, ``actor``, ``kind``, ``unit_family``, ``fit`` (a
        clash where other contradictions remain), ``low``, ``high``, ``loose_low``,
        ``loose_high``. Sorted by the order of ``origins``, then as those rows are.

    Raises
    ------
    ArgumentError
        If an origin is none of the claims', the claims are not joined, or an option makes no
        sense.
    BoundariesError
        If the boundaries are none.

    Examples
    --------
    >>> from geodata import builtin_boundaries, join_claims, sample_claims
    >>> provinces = builtin_boundaries(countries=["AFG"])
    >>> joined = join_claims(sample_claims(), provinces)
    >>> pair = ("tass-2023-02-total", "un-2022-01-iskp")
    >>> ways = contradiction_bounds(joined, provinces, pair, as_of="2023-02-28", window_days=500)
    >>> ways.loc[ways["place_id"] == "AFG", ["given_up", "loose_high"]].values.tolist()
    [['tass-2023-02-total', 4400.0], ['un-2022-01-iskp', 7150.0]]
    """
    check_options(window_days=window_days, tolerance=tolerance)
    corpus = joined_corpus(joined, boundaries)
    check_places(boundaries)
    known = corpus.origin_ids.get_indexer(pd.Index(list(origins)))
    if (known < 0).any():
        unknown = list(origins)[int(np.flatnonzero(known < 0)[0])]
        message = f"origins: no claim tells {unknown!r}; take origins of find_contradictions()"
        raise ArgumentError(message)
    on_day = corpus.at(parse_as_of(as_of))
    whole = corpus_bounds(on_day, window_days=window_days, tolerance=tolerance)
    concerned = whole["origin_ids"].map(lambda told: not set(origins).isdisjoint(told))
    key = ["place_id", "actor", "kind", "unit_family"]
    wanted = pd.MultiIndex.from_frame(whole.loc[concerned, key].fillna(""))
    ways = []
    for origin, number in list(zip(origins, known.tolist(), strict=True))[:MOST_WAYS]:
        left = corpus_bounds(on_day, window_days=window_days, tolerance=tolerance, without=number)
        held = pd.MultiIndex.from_frame(left[key].fillna("")).isin(wanted)
        ways.append(left[held].assign(given_up=origin))
    empty = whole.head(0).assign(given_up=pd.Series(dtype="str"))
    return pd.concat([empty, *ways], ignore_index=True)[list(WAY_COLUMNS)]
