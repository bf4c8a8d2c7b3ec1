"""Where claims hold: the places that each is about as a whole, and its total over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from geodata import schema


def areas(claims: pd.DataFrame) -> pd.Series:
    """Name the places that each claim covers: a sorted tuple of ids, that of no place empty.

    A claim that is ``nationwide``, or names no place, covers its countries, whatever places
    it mentions; one at a point covers that point.

    >>> from geodata import sample_claims
    >>> areas(sample_claims()).iloc[0]
    ('AFG',)
    """
    countries = _each_once(claims["country"].fillna(""), _split)
    places = _each_once(claims["place_ids"], _sorted)
    bare = places.map(len).to_numpy() == 0
    national = (claims["extent"] == "nationwide").to_numpy(dtype=bool) | bare
    national &= (countries.map(len) > 0).to_numpy()
    found = places.to_numpy(dtype=object).copy()
    precision = claims["where_precision"].astype("float64")
    pointed = claims[["latitude", "longitude"]].notna().all(axis="columns")
    pointed &= precision.isna() | precision.isin(schema.POINT_PRECISIONS)
    alone = pointed.to_numpy() & bare
    found[alone] = _points(claims.loc[alone, ["latitude", "longitude"]])
    whole = national & ((claims["extent"] == "nationwide").to_numpy(dtype=bool) | ~pointed)
    found[whole] = countries.to_numpy(dtype=object)[whole]
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


def code_sets(sets: pd.Series) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """Give each row's tuple a number, whatever the order of its names, and list the tuples.

    >>> code_sets(pd.Series([("b", "a"), ("a", "b"), ()]))[0].tolist()
    [0, 0, 1]
    """
    codes, distinct = pd.factorize(sets.to_numpy(dtype=object))
    known: dict[tuple[str, ...], int] = {}
    number = [known.setdefault(_sorted(names), len(known)) for names in distinct]
    return np.array(number, dtype="int64")[codes], list(known)


def _each_once(cells: pd.Series, work: Callable[[Any], tuple[str, ...]]) -> pd.Series:
    """Apply a function to the distinct cells alone."""
    codes, distinct = pd.factorize(cells.to_numpy(dtype=object))
    made = np.empty(len(distinct), dtype=object)
    made[:] = [work(cell) for cell in distinct]
    return pd.Series(made[codes], index=cells.index, dtype=object)


def _points(points: pd.DataFrame) -> np.ndarray:
    """Name points by their degrees, each distinct one once."""
    codes, distinct = pd.factorize(pd.MultiIndex.from_frame(points))
    named = np.empty(len(distinct), dtype=object)
    named[:] = [(f"{lat:.6g},{lon:.6g}",) for lat, lon in distinct]
    return named[codes]


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    """Names in one order, whatever order they came in."""
    return tuple(sorted(set(names)))


def _split(text: str) -> tuple[str, ...]:
    return _sorted(part for part in map(str.strip, text.split(schema.LIST_SEPARATOR)) if part)
