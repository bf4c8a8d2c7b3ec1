"""The places, the countries and the set of places that each claim has on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geodata.views.summarise import SHADING_RELATIONS
from mapping.page.columns import Column, listed, positioned, split_lists, spread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geodata.corpus import Corpus


def claims_places(
    corpus: Corpus,
    order: NDArray[np.int64],
    position: Mapping[str, int],
    titles: Mapping[str, str],
) -> tuple[dict[str, Column], list[dict[str, Any]]]:
    """Find the places, the countries and the set of places of each claim, in some order of rows.

    Where the map draws countries, a nationwide claim names a unit without lying in it: the
    column ``named`` then says which units a claim names, as `summarise_claims` counts them.
    Where it draws districts, a claim about a province lies in none of them: it has the set of
    them all, whose ``whole`` names what the claim does.
    """
    claims, links, units = corpus.claims, corpus.links, corpus.boundaries
    if units is None:
        raise ValueError("a corpus without boundaries has no places to draw")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    row = rank[links.claim]
    ids = links.places.index.to_numpy(dtype=object)
    at = np.array([*(position.get(place, -1) for place in ids), -1], dtype=np.int64)[links.place]
    parts = {
        parent: [position[place] for place in own]
        for parent, own in units.groupby("parent")["place_id"]
        if parent not in position
    }
    is_unit = np.array([*np.isin(ids, units["place_id"].to_numpy(dtype=object)), False])
    is_whole = np.array([*(place in parts for place in ids), False])[links.place]
    local = ~links.is_any(["nationwide"])
    shades = corpus.presence[links.claim] & links.is_any(SHADING_RELATIONS)
    drawn = local & ~is_whole & (at >= 0)
    columns = {
        "place": _column(row, at, drawn, of=len(order)),
        "shaded": _column(row, at, drawn & shades, of=len(order)),
        "country": _countries(claims["country"].take(order), position),
    }
    wholes: dict[int, list[str]] = {}
    for link in np.flatnonzero(local & is_whole).tolist():
        wholes.setdefault(int(row[link]), []).append(ids[links.place[link]])
    beyond = set(row[local & ~is_whole & (at < 0)].tolist())
    ordered = claims[["extent", "region_ids"]].take(order)
    columns["set"], sets = _sets(ordered, columns["place"], (wholes, parts, beyond))
    named = _column(row, at, is_unit[links.place], of=len(order), distinct=True)
    if any(not np.array_equal(named[name], columns["place"][name]) for name in "nc"):
        columns["named"] = named
    own = _own_places(claims["place_ids"].take(order), position, titles)
    return columns | own, sets.table(titles)


def _column(
    row: NDArray[np.int64],
    at: NDArray[np.int64],
    chosen: NDArray[np.bool_],
    *,
    of: int,
    distinct: bool = False,
) -> Column:
    """Give the positions of each row in order."""
    pairs = np.column_stack([row[chosen], at[chosen]])
    pairs = np.unique(pairs, axis=0) if distinct else pairs[np.lexsort(pairs.T[::-1])]
    return positioned(pairs[:, 0], pairs[:, 1], of=of)


def _countries(texts: pd.Series[Any], position: Mapping[str, int]) -> Column:
    codes, distinct = pd.factorize(texts)
    lists = [
        [position[code] for code in named if code in position]
        for named in split_lists(pd.Series(distinct, dtype="str"))
    ]
    # A missing country is the last of the lists.
    counts, flat = spread(codes, [*lists, []])
    return {"t": "list", "v": None, "n": counts, "c": flat}


def _sets(
    claims: pd.DataFrame,
    places: Column,
    areas: tuple[dict[int, list[str]], Mapping[str, list[int]], set[int]],
) -> tuple[Column, Sets]:
    """Tell apart the sets of the claims that give a total over several places."""
    wholes, parts, beyond = areas
    sets = Sets()
    numbers = np.full(len(claims), -1, dtype=np.int64)
    regions = claims["region_ids"].to_numpy(dtype=object)
    total = claims["extent"].isin(("joint", "within")).to_numpy(dtype=bool)
    soft = np.array([bool(names) for names in regions], dtype=bool)
    wanted = (places["n"] > 1) & (total | soft)
    wanted[list(wholes)] = True
    starts = np.cumsum(places["n"]) - places["n"]
    for at in np.flatnonzero(wanted).tolist():
        members = places["c"][starts[at] : starts[at] + places["n"][at]].tolist()
        whole = wholes.get(at, [])
        covered = sorted({*members, *(part for place in whole for part in parts[place])})
        region = regions[at][0] if len(regions[at]) == 1 else None
        numbers[at] = sets.number(covered, region, whole, at in beyond)
    return {"t": "raw", "v": numbers}, sets


def _own_places(
    places: pd.Series[Any], position: Mapping[str, int], titles: Mapping[str, str]
) -> dict[str, Column]:
    """Name the places of claims that the map draws as another, or not at all.

    On a map of countries a claim about Kunduz lies in Afghanistan, and still says Kunduz.
    """
    codes, distinct = pd.factorize(places.to_numpy(dtype=object))
    own = [
        [titles.get(place, place) for place in ids]
        if any(place not in position for place in ids)
        else []
        for ids in distinct
    ]
    return {"own_places": listed([own[code] for code in codes.tolist()])} if any(own) else {}


class Sets:
    """Numbers the sets of places that claims are about, each once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[tuple[int, ...], str | None, tuple[str, ...], bool], int] = {}

    def number(self, places: list[int], region: str | None, whole: list[str], partial: bool) -> int:
        """Give the number of a set; that of the first time where it was asked for before."""
        key = (tuple(places), region, tuple(sorted(whole)), partial)
        return self._numbers.setdefault(key, len(self._numbers))

    def table(self, titles: Mapping[str, str]) -> list[dict[str, Any]]:
        """Give the sets as the page reads them; most have neither ``whole`` nor ``partial``."""
        return [
            {"places": list(places), "region": region}
            | ({"whole": {place: titles.get(place, place) for place in whole}} if whole else {})
            | ({"partial": True} if partial else {})
            for places, region, whole, partial in self._numbers
        ]
