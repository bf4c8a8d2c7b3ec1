"""Names, codes, aliases, scripts and regions → place ids.

A name resolves where a table says so, and nowhere else: what is merely near to a
known name is suggested in the error, never taken.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from geodata import place_errors, place_names
from geodata.errors import PlaceError
from geodata.folding import fold, fold_letters, fold_name
from geodata.place_names import Contained, Region, Spelling, Unit

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["Gazetteer", "Match", "Region", "fold"]

# "AF-KAN", "AF_KAN", "af.kan": people write the hyphen of ISO 3166-2 in many ways.
_CODE: Final = re.compile(r"([A-Za-z]{2})\s*[-_./:\u2010-\u2015]\s*([A-Za-z0-9]{1,3})")
_ISO3_LENGTH: Final = 3
_CAPITAL: Final = "capital"
_COUNTRY_WAYS: Final = ("country", "code")


@dataclass(frozen=True)
class Match:
    """What a name means, and why.

    ``place_ids`` holds one id, or a region's members; ``region`` is the region's id
    where the name is a region's. ``how`` is "code", "name", "alias", "spelling",
    "former", "region" or "country"; ``reason`` says it in a sentence.
    """

    query: str
    place_ids: tuple[str, ...]
    region: str | None
    how: str
    reason: str
    warning: str | None = None


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The places, and the names by which they are known.

    Examples
    --------
    >>> known = Gazetteer.builtin()
    >>> known.resolve("کندز").place_ids
    ('AF-KDZ',)
    >>> known.resolve("Badakhshan", country="TJK").place_ids
    ('TJ-GB',)
    """

    units: Mapping[str, Unit]
    contained: Mapping[str, Contained]
    regions: Mapping[str, Region]
    own: Mapping[str, tuple[Spelling, ...]] = field(default_factory=dict)
    replaced: Mapping[str, str | None] = field(default_factory=dict)

    @classmethod
    def builtin(cls) -> Gazetteer:
        """Give the gazetteer of the built-in places; read once."""
        return _builtin()

    # --- looking up -----------------------------------------------------------

    def resolve(self, name: str, *, country: str | None = None) -> Match:
        """Find the place, the region or the country that a name means.

        Parameters
        ----------
        name
            A name in any script, with or without "Province" and its like, or a code
            ("AF-KDZ", "AF_KDZ", "AFG").
        country
            ISO 3166-1 alpha-3 code in which to look; several with ``;`` between.
            Homonyms need it.

        Returns
        -------
        Match
            The place ids, how the name led there, and a warning where that loses
            precision.

        Raises
        ------
        PlaceError
            Where the name is unknown (with the nearest names as suggestions), means
            several places (with their ids), or lies in another country.

        Examples
        --------
        >>> Gazetteer.builtin().resolve("Ningarhar", country="AFG").how
        'spelling'
        """
        text = " ".join(str(name).split())
        if not fold_letters(text):
            raise PlaceError(place_errors.no_name(str(name)))
        within = frozenset(place_names.parts_of(country)) if country else frozenset()
        return (
            self._by_code(text, within)
            or self._by_name(text, within)
            or self._by_region(text, within)
            or self._by_country(text, within)
            or self._fail(text, within)
        )

    def resolve_country(self, name: str) -> str:
        """Find the ISO 3166-1 alpha-3 code of a country.

        Parameters
        ----------
        name
            An alpha-2 or alpha-3 code, or a name in one of about thirty languages.

        Raises
        ------
        PlaceError
            Where the name is unknown, with the nearest names as suggestions.

        Examples
        --------
        >>> [Gazetteer.builtin().resolve_country(n) for n in ("Burma", "AF", "Таджикистан")]
        ['MMR', 'AFG', 'TJK']
        """
        key = fold_letters(str(name))
        code = key.upper()
        if len(code) == _ISO3_LENGTH and self._is_country(code):
            return code
        found = sorted({s.place_id for s in self._spellings(key) if s.how in _COUNTRY_WAYS})
        if len(found) == 1:
            return found[0]
        if found:
            raise place_errors.several(str(name), [self.units[place] for place in found])
        keys = {u.place_id: fold_letters(u.name) for u in self.units.values() if u.level == 0}
        raise place_errors.unknown_country(str(name), keys, self.units)

    def region(self, region_id: str) -> Region:
        """Give a region by its id; `PlaceError` where there is none."""
        try:
            return self.regions[region_id]
        except KeyError:
            raise PlaceError(place_errors.no_region(region_id)) from None

    def country_of(self, place_id: str) -> str | None:
        """Give the ISO3 code of the country that a place lies in; none for unknown ids."""
        unit = self.units.get(place_id)
        return None if unit is None else unit.country

    def names(self, place_id: str) -> tuple[str, ...]:
        """Give all names of a place, its own first, for searching; empty for unknown ids."""
        unit = self.units.get(place_id)
        if unit is None:
            return ()
        builtin = {place_id, *(old for old, new in self.replaced.items() if new == place_id)}
        table = place_names.builtin_spellings()
        names = [s.name for one in sorted(builtin) for s in table.of_place(one) if s.how != "code"]
        return tuple(dict.fromkeys([unit.name, *names]))

    # --- a user's units -------------------------------------------------------

    def with_boundaries(self, boundaries: gpd.GeoDataFrame) -> Gazetteer:
        """Give a gazetteer in which a user's units stand for those of their countries.

        Level-1 units replace the built-in ones of the countries that they cover; a
        unit with another id takes over the spellings of the built-in unit whose name
        it bears. Level-2 units are added to what is there.

        Parameters
        ----------
        boundaries
            ``place_id``, ``name``, ``level``, ``country``, ``parent``, as
            `geodata.read_boundaries` gives them.
        """
        columns = ["place_id", "name", "level", "country", "parent"]
        rows = boundaries[columns].itertuples(index=False)
        given = [Unit(r[0], r[1], int(r[2]), r[3], _text(r[4])) for r in rows]
        covered = {unit.country for unit in given if unit.level == 1}
        ids = {unit.place_id for unit in given}
        gone = {
            unit.place_id
            for unit in self.units.values()
            if unit.level == 1 and unit.country in covered and unit.place_id not in ids
        }
        heirs = self._heirs(given, gone)
        own: dict[str, tuple[Spelling, ...]] = dict(self.own)
        for unit in given:
            folded = fold_name(unit.name)
            spelling = Spelling(unit.place_id, unit.name, "", "name", folded.kind)
            if unit.level > 0 and spelling not in own.get(folded.key, ()):
                own[folded.key] = (*own.get(folded.key, ()), spelling)
        units = {place: unit for place, unit in self.units.items() if place not in gone}
        kept = {place: c for place, c in self.contained.items() if place not in ids}
        return replace(
            self,
            units=units | {unit.place_id: unit for unit in given},
            contained=kept,
            own=own,
            replaced={**self.replaced, **{place: heirs.get(place) for place in gone}},
        )

    def _heirs(self, given: Iterable[Unit], gone: set[str]) -> dict[str, str]:
        """For each built-in unit that goes, the one given unit that bears its name."""
        heirs: dict[str, set[str]] = defaultdict(set)
        for unit in given:
            if unit.level != 1 or unit.place_id in self.units:
                continue
            known = {s.place_id for s in self._spellings(fold(unit.name)) if s.how != _CAPITAL}
            for place in known & gone:
                if self.units[place].country == unit.country:
                    heirs[place].add(unit.place_id)
        return {place: ids.pop() for place, ids in heirs.items() if len(ids) == 1}

    # --- steps of resolving ---------------------------------------------------

    def _spellings(self, key: str) -> list[Spelling]:
        return [*self.own.get(key, ()), *place_names.builtin_spellings()[key]]

    def _is_country(self, code: str) -> bool:
        return code in self.units and self.units[code].level == 0

    def _country(self, place_id: str) -> str:
        """The country of a place, or of a unit without geometry; empty where gone."""
        if place_id in self.units:
            return self.units[place_id].country
        if place_id in self.contained:
            return self.contained[place_id].country
        unit = place_names.builtin_units().get(place_id)
        return "" if unit is None else unit.country

    def _by_code(self, text: str, within: frozenset[str]) -> Match | None:
        """A place's or region's id, written in any case and with any hyphen."""
        parts = _CODE.fullmatch(text)
        code = f"{parts[1]}-{parts[2]}".upper() if parts else text
        place = self._ids.get(code.casefold())
        if place is None:
            return None
        if place in self.regions:
            return self._region_match(text, self.regions[place])
        lands = {self._country(place), self._country(self._target(place) or "")}
        if within and not within & lands:
            raise place_errors.elsewhere(text, [self._described(place)], sorted(within))
        return self._match(text, place, "code", f"{text} is the code of {self._described(place)}.")

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        """Every id that means something, case-folded."""
        known = [*self.regions, *self.contained, *self.replaced, *self.units]
        return {place.casefold(): place for place in known}

    @cached_property
    def _regions_by_key(self) -> Mapping[str, list[Region]]:
        """The regions by the folded keys of their names."""
        found: dict[str, list[Region]] = defaultdict(list)
        for region in self.regions.values():
            for key in dict.fromkeys(fold(name) for name in region.names):
                found[key].append(region)
        return found

    @cached_property
    def _keys_by_country(self) -> Mapping[str, dict[str, str]]:
        """For each country, the folded keys of its places, and the place of each."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        known = {*self.units, *self.contained}
        for key, place in place_names.builtin_spellings().pairs():
            if place in known:
                found[self._country(place)].setdefault(key, place)
        for key, spellings in self.own.items():
            for spelling in spellings:
                found[self._country(spelling.place_id)].setdefault(key, spelling.place_id)
        for key, regions in self._regions_by_key.items():
            found[regions[0].country].setdefault(key, regions[0].id)
        return found

    def _by_name(self, text: str, within: frozenset[str]) -> Match | None:
        """A level-1 or level-2 unit by one of its spellings."""
        folded = fold_name(text)
        found = [s for s in self._spellings(folded.key) if s.how not in _COUNTRY_WAYS]
        found = [s for s in found if self._country(s.place_id)]
        here = [s for s in found if not within or self._country(s.place_id) in within]
        country = self._country_named(text, within)
        if country and folded.kind != "city" and self._only_in(here, country):
            return None  # the country it is: "Luxembourg", not its canton
        if not here:
            return None
        choice = self._narrowed(here, folded.kind)
        if len(choice) > 1 or (country and not within):
            units = [self._unit(place) for place in (*choice, *([country] if country else []))]
            raise place_errors.several(text, units)
        place, spelling = next(iter(choice.items()))
        return self._match(text, place, spelling.how, self._reason(text, spelling))

    def _only_in(self, spellings: list[Spelling], country: str) -> bool:
        return all(self._country(s.place_id) == country for s in spellings)

    def _narrowed(self, spellings: list[Spelling], kind: str) -> dict[str, Spelling]:
        """One spelling a place; homonyms in one country parted by the kind of unit."""
        by_country: dict[str, list[Spelling]] = defaultdict(list)
        for spelling in spellings:
            by_country[self._country(spelling.place_id)].append(spelling)
        chosen: dict[str, Spelling] = {}
        for homonyms in by_country.values():
            places = _by_place(homonyms)
            if len(places) > 1:  # a city's name yields to that of a unit
                places = _by_place([s for s in homonyms if s.how != _CAPITAL]) or places
            if len(places) > 1 and kind:
                told = _by_place([s for s in homonyms if s.kind == kind])
                places = told or places
            if len({self._target(place) for place in places}) == 1:
                drawn = [place for place in places if place in self.units] or list(places)
                places = {drawn[0]: places[drawn[0]]}
            chosen.update(places)
        return chosen

    def _by_region(self, text: str, within: frozenset[str]) -> Match | None:
        """A region by one of its names."""
        found = self._regions_by_key.get(fold(text), [])
        here = [r for r in found if not within or not r.country or r.country in within]
        if not here:
            return None
        if len(here) > 1:
            raise place_errors.several_regions(text, here)
        return self._region_match(text, here[0])

    def _region_match(self, text: str, region: Region) -> Match:
        heirs = [self._target(place) for place in region.members]
        members = tuple(dict.fromkeys(place for place in heirs if place))
        if not members:
            raise PlaceError(place_errors.region_without_places(text, region))
        missing = [p for p, heir in zip(region.members, heirs, strict=True) if heir is None]
        warning = place_errors.region_incomplete(region, missing) if missing else None
        reason = f"{region.name} is read as {', '.join(members)}: {region.reason}"
        return Match(text, members, region.id, "region", reason, warning)

    def _country_named(self, text: str, within: frozenset[str]) -> str | None:
        """The country that a text names, if it names one and that is looked for."""
        if len(text) < _ISO3_LENGTH:
            return None  # "US" as a place would match too much; `country` is for codes
        found = {s.place_id for s in self._spellings(fold_letters(text)) if s.how == "country"}
        here = found & within if within else found
        return next(iter(here)) if len(here) == 1 else None

    def _by_country(self, text: str, within: frozenset[str]) -> Match | None:
        """A country as a place."""
        place = self._country_named(text, within)
        if place is None:
            return None
        return Match(text, (place,), None, "country", f"{text} is the country {self.units[place]}.")

    def _fail(self, text: str, within: frozenset[str]) -> Match:
        """Raise the error that says most: elsewhere, or unknown with the nearest names."""
        if within:
            found = [s for s in self._spellings(fold(text)) if s.how not in _COUNTRY_WAYS]
            other = {s.place_id for s in found if self._country(s.place_id)}
            other |= {c for c in [self._country_named(text, frozenset())] if c}
            if other:
                told = [self._described(place) for place in sorted(other)]
                raise place_errors.elsewhere(text, told, sorted(within))
        keys = {
            key: place
            for country in within or self._keys_by_country
            for key, place in self._keys_by_country.get(country, {}).items()
        }
        raise place_errors.unknown(text, keys, self._named, sorted(within))

    def _named(self, place_id: str) -> tuple[str, str]:
        """The name of a place or region, and the name with its id."""
        if place_id in self.regions:
            name = self.regions[place_id].name
            return name, f"{name} ({place_id})"
        return self._unit(place_id).name, self._described(place_id)

    # --- assembling -----------------------------------------------------------

    def _target(self, place_id: str) -> str | None:
        """The place with geometry that an id leads to; none where it is gone."""
        if place_id in self.units:
            return place_id
        if place_id in self.contained:
            return self._target(self.contained[place_id].container)
        heir = self.replaced.get(place_id)
        return self._target(heir) if heir else None

    def _unit(self, place_id: str) -> Unit:
        if place_id in self.units:
            return self.units[place_id]
        if place_id in self.contained:
            inner = self.contained[place_id]
            return Unit(place_id, inner.name, 1, inner.country, inner.country)
        return place_names.builtin_units()[place_id]

    def _described(self, place_id: str) -> str:
        unit = self._unit(place_id)
        return f"{unit.name} ({unit.place_id}, {self._country_name(unit.country)})"

    def _country_name(self, code: str) -> str:
        return self.units[code].name if code in self.units else code

    def _reason(self, text: str, spelling: Spelling) -> str:
        words = {
            "name": "a name",
            "alias": "another name",
            "spelling": "a common spelling",
            "former": "a former name",
            _CAPITAL: "a city, the capital or the like,",
        }
        return f"{text} is {words[spelling.how]} of {self._described(spelling.place_id)}."

    def _match(self, text: str, place_id: str, how: str, reason: str) -> Match:
        """The match of one place, put into its container where it has no geometry."""
        target = self._target(place_id)
        if target is None:
            raise PlaceError(place_errors.not_among(text, self._described(place_id)))
        warning = None
        if place_id in self.contained:
            warning = place_errors.placed_in(
                self._described(place_id), self._described(target), self.contained[place_id].reason
            )
        elif how == _CAPITAL:
            warning = place_errors.city_as_unit(text, self._described(target))
        return Match(text, (target,), None, "alias" if how == _CAPITAL else how, reason, warning)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _by_place(spellings: Iterable[Spelling]) -> dict[str, Spelling]:
    """The first spelling of each place."""
    found: dict[str, Spelling] = {}
    for spelling in spellings:
        found.setdefault(spelling.place_id, spelling)
    return found


@cache
def _builtin() -> Gazetteer:
    return Gazetteer(
        MappingProxyType(place_names.builtin_units()),
        MappingProxyType(place_names.builtin_contained()),
        MappingProxyType(place_names.builtin_regions()),
    )
