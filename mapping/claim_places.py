"""The places, the countries and the set of places that each claim has on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geodata import schema
from geodata.summarise import SHADING_RELATIONS
from mapping.columns import Column, position_column, split_lists

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def claims_places(
    claims: pd.DataFrame,
    joined: pd.DataFrame,
    units: pd.DataFrame,
    position: Mapping[str, int],
    titles: Mapping[str, str],
) -> tuple[dict[str, Column], list[dict[str, Any]]]:
    """Find the places, the countries and the set of places of each claim.

    Where the map draws countries, a nationwide claim names a unit without lying in it: the
    column ``named`` then says which units a claim names, as `summarise_claims` counts them.
    Where it draws districts, a claim about a province lies in none of them: it has the set of
    them all, whose ``whole`` names what the claim does.
    """
    unit_ids = frozenset(units["place_id"])
    parts = {
        parent: [position[place] for place in own]
        for parent, own in units.groupby("parent")["place_id"]
        if parent not in position
    }
    wholes: dict[str, list[str]] = {}
    places: dict[str, list[int]] = {}
    shaded: dict[str, list[int]] = {}
    named: dict[str, set[int]] = {}
    beyond: set[str] = set()  # claims about places, too, that the map does not draw
    shades = joined["relation"].isin(SHADING_RELATIONS) & joined["kind"].isin(schema.SHADING_KINDS)
    # As objects: cell by cell Arrow is a hundred times as slow.
    found = (joined[name].to_numpy(dtype=object) for name in ("claim_id", "place_id", "relation"))
    for claim, place, relation, shade in zip(*found, shades.to_numpy(), strict=True):
        if place in unit_ids:
            named.setdefault(claim, set()).add(position[place])
        if relation == "nationwide":
            continue
        if place in parts:
            wholes.setdefault(claim, []).append(place)
        elif place not in position:
            beyond.add(claim)
        else:
            places.setdefault(claim, []).append(position[place])
            if shade:
                shaded.setdefault(claim, []).append(position[place])
    sets = Sets()
    place_rows, set_row = [], []
    for claim, extent, regions in zip(
        claims["claim_id"], claims["extent"], claims["region_ids"], strict=True
    ):
        members = sorted(places.get(claim, []))
        place_rows.append(members)
        whole = wholes.get(claim, [])
        covered = sorted({*members, *(at for place in whole for at in parts[place])})
        if whole or (len(members) > 1 and (extent in ("joint", "within") or regions)):
            region = regions[0] if len(regions) == 1 else None
            set_row.append(sets.number(covered, region, whole, claim in beyond))
        else:
            set_row.append(-1)
    countries = [
        [position[c] for c in codes if c in position] for codes in split_lists(claims["country"])
    ]
    columns = {
        "place": position_column(place_rows),
        "shaded": position_column(sorted(shaded.get(c, [])) for c in claims["claim_id"]),
        "country": position_column(countries),
        "set": {"t": "raw", "v": set_row},
    }
    named_rows = [sorted(named.get(claim, ())) for claim in claims["claim_id"]]
    if named_rows != place_rows:
        columns["named"] = position_column(named_rows)
    return columns, sets.table(titles)


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
