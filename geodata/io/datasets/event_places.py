"""Where a data set's own unit and its coordinates disagree, and which events have no province.

A data set names a first-level unit beside the coordinates (``adm_1``, ``admin1``,
``provstate``). An event counts where its coordinates lie, or in the unit that is named
(`geodata.io.datasets.units` says when); this module says where these two differ, and why an
event counts in none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geodata.errors import PlaceError
from geodata.io.datasets.base import STATED_UNIT
from geodata.places.builtin import builtin_boundaries
from geodata.places.georeference import place_claims
from geodata.report import Fault
from geodata.text.quoting import quoted

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.places.gazetteer import Gazetteer

_POINT: Final = ["latitude", "longitude", "where_precision", "country"]
_VAGUE: Final = {
    5: "a part of the country, or vague: it counts for the country, and for no province",
    6: "the country alone: it counts for the country, and for no province",
    7: "the sea or the air: it counts for no place",
}


def doubtful_whereabouts(
    claims: pd.DataFrame,
    raw: pd.DataFrame,
    *,
    gazetteer: Gazetteer,
    boundaries: gpd.GeoDataFrame | None = None,
) -> list[Fault]:
    """List the events of data sets that lie elsewhere than they say, or in no province.

    Parameters
    ----------
    claims
        Typed claims.
    raw
        The raw frame that they were made of, with the same index; where no row has a
        `STATED_UNIT`, nothing is listed.
    gazetteer
        Knows the names of units, those of ``boundaries`` among them.
    boundaries
        Canonical boundaries in EPSG:4326 that stand for the built-in ones of level 1.

    Returns
    -------
    list of Fault
        Warnings, one an event, in the order of the rows. Events for which the same is
        to be said have the same message.
    """
    if STATED_UNIT not in raw.columns:
        return []
    # A data set names its unit in most rows; those without one are its events too.
    files = raw.loc[raw[STATED_UNIT].notna(), "file"].unique()
    first = claims["claim_id"] == claims["origin_id"]
    events = claims[first & claims["file"].isin(files)]
    if events.empty:
        return []
    events = events.assign(**{STATED_UNIT: raw[STATED_UNIT].reindex(events.index)})
    columns = [*_POINT, STATED_UNIT, "place_ids"]
    codes = events.groupby(columns, dropna=False, sort=False).ngroup().to_numpy()
    distinct = events[~pd.Series(codes).duplicated().to_numpy()]
    held = _held(distinct, boundaries)
    names = _Names(gazetteer, boundaries)
    said = [
        _doubt(point, holder, names)
        for point, holder in zip(
            distinct[columns].itertuples(index=False, name=None),
            held.itertuples(index=False, name=None),
            strict=True,
        )
    ]
    doubtful = np.array([message is not None for message in said])[codes]
    rows = events.loc[doubtful, ["file", "row", STATED_UNIT]].astype(object)
    return [
        Fault(file, row, "places", unit if isinstance(unit, str) else None, said[code] or "")
        for code, (file, row, unit) in zip(
            codes[doubtful], rows.itertuples(index=False, name=None), strict=True
        )
    ]


def _held(distinct: pd.DataFrame, boundaries: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Find the place at which each event would count by its point: ``relation``, ``place_id``."""
    if boundaries is None:
        boundaries = builtin_boundaries()
    # Ids of their own: two events may share theirs, which is an error that is told elsewhere.
    names = [str(number) for number in range(len(distinct))]
    nowhere = pd.Series([()] * len(distinct), index=distinct.index, dtype=object)
    joined = place_claims(distinct.assign(claim_id=names, place_ids=nowhere), boundaries)
    first = pd.DataFrame(joined).drop_duplicates("claim_id").set_index("claim_id")
    return first.loc[names, ["relation", "place_id", "place_name"]]


class _Names:
    """Resolves the units that data sets name; each name once."""

    def __init__(self, gazetteer: Gazetteer, boundaries: gpd.GeoDataFrame | None) -> None:
        self._gazetteer = gazetteer
        self._known: dict[tuple[str, str | None], frozenset[str]] = {}
        self._parents: dict[str, str] = {}
        if boundaries is not None:
            pairs = boundaries.loc[boundaries["level"] > 1, ["place_id", "parent"]].dropna()
            self._parents = dict(pairs.itertuples(index=False, name=None))

    def places(self, unit: str, country: str | None) -> frozenset[str]:
        """Return the places that a unit's name means; none where it is unknown."""
        if (unit, country) not in self._known:
            try:
                found = self._gazetteer.resolve(unit, country=country).place_ids
            except PlaceError:
                found = ()
            self._known[unit, country] = frozenset(found)
        return self._known[unit, country]

    def same(self, places: frozenset[str], holder: str) -> bool:
        """Whether a place, or the unit that it lies in, is one of some places."""
        return holder in places or self._parents.get(holder, holder) in places


def _doubt(point: tuple[Any, ...], holder: tuple[object, ...], names: _Names) -> str | None:
    """Say what is doubtful about an event's place; ``None`` where nothing is."""
    latitude, _, precision, country, unit, named = point
    relation, place, name = holder
    if named:
        return _named_instead(str(unit), named[0], holder, point=pd.notna(latitude))
    if relation == "point" and isinstance(place, str):
        land = country if isinstance(country, str) else None
        return _disagreement(unit, land, place, name, names) if isinstance(unit, str) else None
    if pd.isna(latitude):
        return "the data set gives no coordinates: the event counts for the country alone"
    if not pd.isna(precision) and int(precision) in _VAGUE:
        return f"where_precision {int(precision)}, {_VAGUE[int(precision)]}"
    return "the coordinates lie in no province of the map: the event counts for the country alone"


def _named_instead(unit: str, named: str, holder: tuple[object, ...], *, point: bool) -> str | None:
    """Say where an event counts whose unit is the fact; nothing where its point lies in it."""
    relation, place, name = holder
    if not point:
        return f"the data set gives no coordinates: the event counts in {quoted(unit)} ({named})"
    if relation == "point" and place == named:
        return None
    lies = (
        f"{quoted(name)} ({place})" if relation == "point" else "no province that the map has there"
    )
    return (
        f"the data set says {quoted(unit)}, and the coordinates lie in {lies}: the event counts "
        f"where it is named ({named})"
    )


def _disagreement(
    unit: str, country: str | None, place: str, name: object, names: _Names
) -> str | None:
    """Say what the unit that is named has to do with the one that holds the point."""
    places = names.places(unit, country)
    if names.same(places, place):
        return None
    if not places:
        return (
            f"{quoted(unit)} is no known province: the event counts in {quoted(name)} ({place}), "
            "where the coordinates lie"
        )
    return (
        f"the data set says {quoted(unit)}, and the coordinates lie in {quoted(name)} ({place}): "
        "the event counts where the coordinates lie"
    )
