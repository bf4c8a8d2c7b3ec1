"""The places that are known, and the way from spellings and ids to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from geodata.places.gazetteer import tables
from geodata.places.gazetteer.tables import Contained, Region, Spelling, Unit
from geodata.places.gazetteer.vague import VagueName, builtin_vague_names
from geodata.text.folding import fold, fold_letters, fold_name

CAPITAL: Final = "capital"
COUNTRY_WAYS: Final = ("country", "code")
ISO3_LENGTH: Final = 3


@dataclass(frozen=True, eq=False)
class PlaceIndex:
    """Units, contained units and regions; the built-in ones, or a user's among them.

    ``own`` holds the spellings of a user's units by folded key; ``replaced`` the
    built-in units that these stand for, each with its heir where one bears its name.
    """

    units: Mapping[str, Unit]
    contained: Mapping[str, Contained]
    regions: Mapping[str, Region]
    own: Mapping[str, tuple[Spelling, ...]] = field(default_factory=dict)
    replaced: Mapping[str, str | None] = field(default_factory=dict)

    @classmethod
    def builtin(cls) -> PlaceIndex:
        """Give the index of the built-in places."""
        return cls(
            tables.builtin_units(),
            tables.builtin_contained(),
            tables.builtin_regions(),
        )

    def spellings(self, key: str) -> list[Spelling]:
        """Give all spellings with a folded key, a user's first."""
        return [*self.own.get(key, ()), *tables.builtin_spellings()[key]]

    def here(self, text: str, within: frozenset[str]) -> list[Spelling]:
        """Give the spellings of units of the countries looked in, by a folded text."""
        found = [s for s in self.spellings(fold(text)) if s.how not in COUNTRY_WAYS]
        lands = [self.country(s.place_id) for s in found]
        pairs = zip(found, lands, strict=True)
        return [s for s, land in pairs if land and (not within or land in within)]

    def is_country(self, code: str) -> bool:
        """Tell whether an id is that of a country."""
        return code in self.units and self.units[code].level == 0

    def country(self, place_id: str) -> str:
        """Give the country of a place, or of a unit without geometry; empty where gone."""
        if place_id in self.units:
            return self.units[place_id].country
        if place_id in self.contained:
            return self.contained[place_id].country
        unit = tables.builtin_units().get(place_id)
        return "" if unit is None else unit.country

    def country_named(self, text: str, within: frozenset[str]) -> str | None:
        """Give the country that a text names, if it names one and that is looked for."""
        if len(text) < ISO3_LENGTH:
            return None  # "US" as a place would match too much; `country` is for codes
        found = {s.place_id for s in self.spellings(fold_letters(text)) if s.how == "country"}
        here = found & within if within else found
        return next(iter(here)) if len(here) == 1 else None

    def vague_name(self, text: str) -> VagueName | None:
        """Give what is known of a name of many meanings; a user's own units know better."""
        key = fold(text)
        return None if key in self.own else builtin_vague_names().get(key)

    def leads_to(self, place_id: str, country: str) -> bool:
        """Tell whether a place lies in a country, by its own or by its container's."""
        return country in (self.country(place_id), self.target(place_id))

    def target(self, place_id: str) -> str | None:
        """Give the place with geometry that an id leads to; none where it is gone."""
        if place_id in self.units:
            return place_id
        if place_id in self.contained:
            return self.target(self.contained[place_id].container)
        heir = self.replaced.get(place_id)
        return self.target(heir) if heir else None

    def unit(self, place_id: str) -> Unit:
        """Give a place by its id, whether it has a geometry or not."""
        if place_id in self.units:
            return self.units[place_id]
        if place_id in self.contained:
            inner = self.contained[place_id]
            return Unit(place_id, inner.name, 1, inner.country, inner.country)
        return tables.builtin_units()[place_id]

    def described(self, place_id: str) -> str:
        """Give a place's name with its id and country, for messages."""
        unit = self.unit(place_id)
        land = "" if unit.level == 0 else f", {self.country_name(unit.country)}"
        return f"{unit.name} ({unit.place_id}{land})"

    def named(self, place_id: str) -> tuple[str, str]:
        """Give the name of a place or region, and the name with its id."""
        if place_id in self.regions:
            name = self.regions[place_id].name
            return name, f"{name} ({place_id})"
        return self.unit(place_id).name, self.described(place_id)

    def country_name(self, code: str) -> str:
        """Give the English name of a country; the code where there is none."""
        return self.units[code].name if code in self.units else code

    def country_names(self, codes: Iterable[str]) -> list[str]:
        """Give the English names of several countries."""
        return [self.country_name(code) for code in sorted(codes)]

    @cached_property
    def ids(self) -> Mapping[str, str]:
        """Map every id that means something, case-folded, to itself."""
        known = [*self.regions, *self.contained, *self.replaced, *self.units]
        return {place.casefold(): place for place in known}

    @cached_property
    def regions_by_key(self) -> Mapping[str, list[Region]]:
        """List the regions by the folded keys of their names."""
        found: dict[str, list[Region]] = defaultdict(list)
        for region in self.regions.values():
            for key in dict.fromkeys(fold(name) for name in region.names):
                found[key].append(region)
        return found

    def keys(self, within: frozenset[str]) -> Mapping[str, str]:
        """Map the folded keys of the countries looked in to a place each."""
        if not within:
            return self._all_keys
        sets = [self._keys_by_country.get(country, {}) for country in sorted(within)]
        return {key: place for keys in sets for key, place in keys.items()}

    @cached_property
    def _all_keys(self) -> Mapping[str, str]:
        return {key: p for keys in self._keys_by_country.values() for key, p in keys.items()}

    @cached_property
    def _keys_by_country(self) -> Mapping[str, dict[str, str]]:
        """For each country, the folded keys of its places, and the place of each."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        known = {*self.units, *self.contained}
        for key, place in tables.builtin_spellings().pairs():
            if place in known:
                found[self.country(place)].setdefault(key, place)
        for key, spellings in self.own.items():
            for spelling in spellings:
                found[self.country(spelling.place_id)].setdefault(key, spelling.place_id)
        for key, regions in self.regions_by_key.items():
            found[regions[0].country].setdefault(key, regions[0].id)
        return found

    # --- a user's units -------------------------------------------------------

    def with_units(self, given: Sequence[Unit]) -> PlaceIndex:
        """Give an index in which a user's units stand for those of their countries."""
        covered = {unit.country for unit in given if unit.level == 1}
        ids = {unit.place_id for unit in given}
        gone = {
            unit.place_id
            for unit in self.units.values()
            if unit.level == 1 and unit.country in covered and unit.place_id not in ids
        }
        heirs = self._heirs(given, gone)
        units = {place: unit for place, unit in self.units.items() if place not in gone}
        return replace(
            self,
            units=units | {unit.place_id: unit for unit in given},
            contained={place: c for place, c in self.contained.items() if place not in ids},
            own=self._with_spellings(given),
            replaced={**self.replaced, **{place: heirs.get(place) for place in gone}},
        )

    def _with_spellings(self, given: Iterable[Unit]) -> dict[str, tuple[Spelling, ...]]:
        """Add the names of a user's units to the spellings."""
        own = dict(self.own)
        for unit in given:
            folded = fold_name(unit.name)
            spelling = Spelling(unit.place_id, unit.name, "", "name", folded.kind)
            if unit.level > 0 and spelling not in own.get(folded.key, ()):
                own[folded.key] = (*own.get(folded.key, ()), spelling)
        return own

    def _heirs(self, given: Iterable[Unit], gone: set[str]) -> dict[str, str]:
        """Find, for each built-in unit that goes, the one given unit that bears its name."""
        heirs: dict[str, set[str]] = defaultdict(set)
        for unit in given:
            if unit.level != 1 or unit.place_id in self.units:
                continue
            known = {s.place_id for s in self.spellings(fold(unit.name)) if s.how != CAPITAL}
            for place in known & gone:
                if self.units[place].country == unit.country:
                    heirs[place].add(unit.place_id)
        return {place: ids.pop() for place, ids in heirs.items() if len(ids) == 1}
