"""Which place lies in which: countries, their units, and the units of these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geodata.places.gazetteer import Gazetteer


@dataclass(frozen=True)
class PlaceTree:
    """The unit that holds each place, and the places to report on."""

    parent: dict[str, str]
    reported: tuple[str, ...]

    @classmethod
    def of(cls, named: Iterable[str], boundaries: gpd.GeoDataFrame) -> PlaceTree:
        """Read it off boundaries; named places that are not on the map lie in their countries.

        Examples
        --------
        >>> from geodata import builtin_boundaries
        >>> tree = PlaceTree.of(["TJ-KT"], builtin_boundaries(countries=["AFG"]))
        >>> tree.path("AF-KDZ"), tree.path("TJ-KT")
        (('AF-KDZ', 'AFG'), ('TJ-KT', 'TJK'))
        """
        known = pd.DataFrame(boundaries[["place_id", "country", "parent"]])
        holder = known["parent"].fillna(known["country"])
        pairs = dict(zip(known["place_id"], holder, strict=True))
        # A province that the map has districts of is nobody's row there, but lies somewhere.
        upper = known[known["parent"].notna() & (known["parent"] != known["country"])]
        for province, country in zip(upper["parent"], upper["country"], strict=True):
            pairs.setdefault(province, country)
        for place in sorted(set(named) - set(pairs)):
            country = Gazetteer.builtin().country_of(place)
            if country is not None:
                pairs[place] = country
        parent = {place: up for place, up in pairs.items() if isinstance(up, str) and up != place}
        return cls(parent, tuple(sorted(known["place_id"])))

    def path(self, place: str) -> tuple[str, ...]:
        """Give a place and the units that hold it, the country last."""
        path = [place]
        while (up := self.parent.get(path[-1])) is not None and up not in path:
            path.append(up)
        return tuple(path)

    def roots(self, places: Iterable[str]) -> tuple[str, ...]:
        """Give the countries of places, each once."""
        return tuple(sorted({self.path(place)[-1] for place in places}))

    def with_holders(self, places: Iterable[str]) -> frozenset[str]:
        """Give places and the units that hold them."""
        return frozenset(unit for place in places for unit in self.path(place))

    def leaves(self, cells: frozenset[str]) -> dict[str, tuple[str, ...]]:
        """Say of which cells each is the sum: itself, meaning its rest, and those in it."""
        inside: dict[str, list[str]] = {cell: [] for cell in cells}
        for cell in sorted(cells):
            for unit in self.path(cell):
                if unit in inside:
                    inside[unit].append(cell)
        return {cell: tuple(parts) for cell, parts in inside.items()}
