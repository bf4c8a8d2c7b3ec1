"""Places of one country that share a name: told apart by the kind of unit that stands with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from geodata.places.gazetteer.index import CAPITAL, PlaceIndex
from geodata.places.gazetteer.tables import Spelling, Unit
from geodata.text.folding import fold_letters, fold_name

# What a kind says of the level where no spelling of the homonyms bears it, as between a
# district of the user's file and its province. Counties are of level 1 in half of the world.
_LEVELS: Final[Mapping[str, int]] = {"region": 1, "district": 2}
_KINDS: Final = ("City", "Republic", "Krai", "Province", "District")


def narrowed(index: PlaceIndex, spellings: Iterable[Spelling], text: str) -> dict[str, Spelling]:
    """Keep one spelling a place; homonyms in one country parted by the kind of unit."""
    by_country: dict[str, list[Spelling]] = defaultdict(list)
    for spelling in spellings:
        by_country[index.country(spelling.place_id)].append(spelling)
    chosen: dict[str, Spelling] = {}
    for homonyms in by_country.values():
        drawn_ones = [s for s in homonyms if index.target(s.place_id)]
        places = _by_place(drawn_ones or homonyms)
        if len(places) > 1:
            places = _told_apart(index, drawn_ones, text)
        if len({index.target(place) for place in places}) == 1:
            drawn = [place for place in places if place in index.units] or list(places)
            places = {drawn[0]: places[drawn[0]]}
        chosen.update(places)
    return chosen


def telling_names(index: PlaceIndex, units: Sequence[Unit], within: frozenset[str]) -> list[str]:
    """Give, for each of some homonyms, a name with its kind that leads to it, where one does."""
    names = []
    for unit in units:
        for name in (unit.name, *(f"{unit.name} {kind}" for kind in _KINDS)):
            if list(narrowed(index, index.here(name, within), name)) == [unit.place_id]:
                names.append(name)
                break
    return names


def _told_apart(index: PlaceIndex, homonyms: list[Spelling], text: str) -> dict[str, Spelling]:
    """Tell homonyms in one country apart by the kind of unit."""
    # A city's name yields to that of a unit, and a mere part to what ISO lists.
    units = [s for s in homonyms if s.how != CAPITAL] or homonyms
    kind = fold_name(text).kind
    if not kind:
        listed = [s for s in units if s.place_id in index.units or s.place_id[:2] != "x-"]
        return _by_place(listed or units)
    told = _by_place([s for s in units if s.kind == kind])
    if not told:
        level = _LEVELS.get(kind)
        told = _by_place([s for s in units if index.unit(s.place_id).level == level] or units)
    letters = fold_letters(text)
    named = {p: s for p, s in told.items() if fold_letters(index.unit(p).name) == letters}
    return named if len(named) == 1 else told


def _by_place(spellings: Iterable[Spelling]) -> dict[str, Spelling]:
    """Keep the first spelling of each place."""
    found: dict[str, Spelling] = {}
    for spelling in spellings:
        found.setdefault(spelling.place_id, spelling)
    return found
