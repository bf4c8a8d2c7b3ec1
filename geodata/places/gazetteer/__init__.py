"""Names, codes, aliases, scripts and regions → place ids.

A name resolves where a table says so, and nowhere else: what is merely near to a
known name is suggested in the error, never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from geodata.errors import PlaceError
from geodata.places.gazetteer import explanations, tables
from geodata.places.gazetteer.adjectives import names_behind
from geodata.places.gazetteer.homonyms import narrowed, telling_names
from geodata.places.gazetteer.index import CAPITAL, COUNTRY_WAYS, ISO3_LENGTH, PlaceIndex
from geodata.places.gazetteer.search import MOST_NAMES, OrderedNames, search_order
from geodata.places.gazetteer.tables import Region, Spelling, Unit
from geodata.places.gazetteer.vague import REFUSED, VagueName
from geodata.text.folding import fold, fold_letters

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["Gazetteer", "Match", "Region", "fold"]

# "AF-KAN", "AF_KAN", "af.kan": people write the hyphen of ISO 3166-2 in many ways.
_CODE: Final = re.compile(r"([A-Za-z]{2})\s*[-_./:\u2010-\u2015]\s*([A-Za-z0-9]{1,3})")
_NAME_AND_COUNTRY: Final = re.compile(r"(?P<name>[^,،()]+)[,،(]\s*(?P<country>[^,،()]+)\)?")
_MOST_SHOWN: Final = 12  # place ids in the reason for a region


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

    index: PlaceIndex = field(repr=False)

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
            raise PlaceError(explanations.no_name(str(name)))
        within = frozenset(tables.parts_of(country)) if country else frozenset()
        code = self._by_code(text, within)
        if code:
            return code
        vague = None if within else self.index.vague_name(text)
        if vague and vague.reading in REFUSED:
            raise self._vague(text, vague, within)
        match = (
            self._by_name(text, within)
            or self._by_region(text, within)
            or self._by_country(text, within)
            or self._with_country(text, within)
            or self._by_adjective(text, within)
            or self._fail(text, within)
        )
        if vague and vague.reading == "warned":
            place = self.index.described(match.place_ids[0])
            return replace(match, warning=explanations.read_as(text, place, vague))
        return match

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
        if len(code) == ISO3_LENGTH and self.index.is_country(code):
            return code
        found = sorted({s.place_id for s in self.index.spellings(key) if s.how in COUNTRY_WAYS})
        if len(found) == 1:
            return found[0]
        if found:
            raise explanations.several(str(name), [self.index.units[place] for place in found])
        keys = {u.place_id: fold_letters(u.name) for u in self.index.units.values() if u.level == 0}
        raise explanations.unknown_country(str(name), keys, self.index.units)

    def region(self, region_id: str) -> Region:
        """Give a region by its id; `PlaceError` where there is none.

        Examples
        --------
        >>> Gazetteer.builtin().region("r-AFG-north").name
        'northern Afghanistan'
        """
        try:
            return self.index.regions[region_id]
        except KeyError:
            raise PlaceError(explanations.no_region(region_id)) from None

    def country_of(self, place_id: str) -> str | None:
        """Give the ISO3 code of the country that a place lies in; none for unknown ids.

        Examples
        --------
        >>> Gazetteer.builtin().country_of("TJ-GB")
        'TJK'
        """
        unit = self.index.units.get(place_id)
        return None if unit is None else unit.country

    def names(self, place_id: str) -> tuple[str, ...]:
        """Give all names of a place, its own first, for searching; empty for unknown ids.

        Examples
        --------
        >>> Gazetteer.builtin().names("AF-KDZ")[:3]
        ('Kunduz', 'Kondoz', 'Konduz')
        """
        unit = self.index.units.get(place_id)
        if unit is None:
            return ()
        builtin = {place_id, *(old for old, new in self.index.replaced.items() if new == place_id)}
        table = tables.builtin_spellings()
        names = [s.name for one in sorted(builtin) for s in table.of_place(one) if s.how != "code"]
        return tuple(dict.fromkeys([unit.name, *names]))

    def search_names(
        self, places: Mapping[str, str], *, each: int = MOST_NAMES
    ) -> dict[str, OrderedNames]:
        """Give the other names of places that a search needs, in its order.

        ``places`` are ids and the names that stand beside them anyway; ``each`` is how many
        further ones a place has at most.

        Examples
        --------
        >>> Gazetteer.builtin().search_names({"AF-KDZ": "Kunduz"})["AF-KDZ"][0]
        ('قندز', False)
        """
        units, heirs = tables.builtin_units(), set(self.index.replaced.values())
        changed = {
            place
            for place, name in places.items()
            if place in heirs or place not in units or units[place].name != name
        }
        found = {place: search_order(places[place], self.names(place))[:each] for place in changed}
        return found | tables.builtin_spellings().searched(places.keys() - changed, each=each)

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

        Examples
        --------
        >>> import pandas as pd
        >>> district = {"place_id": "x-mine-archi", "name": "Dasht-e Archi", "level": 2}
        >>> mine = pd.DataFrame([district | {"country": "AFG", "parent": "AF-KDZ"}])
        >>> Gazetteer.builtin().with_boundaries(mine).resolve("Dasht-e Archi").place_ids
        ('x-mine-archi',)
        """
        columns = ["place_id", "name", "level", "country", "parent"]
        rows = boundaries[columns].itertuples(index=False)
        given = [Unit(r[0], r[1], int(r[2]), r[3], _text(r[4])) for r in rows]
        return Gazetteer(self.index.with_units(given))

    # --- steps of resolving ---------------------------------------------------

    def _by_code(self, text: str, within: frozenset[str]) -> Match | None:
        """Match a place's or region's id, written in any case and with any hyphen."""
        parts = _CODE.fullmatch(text)
        code = f"{parts[1]}-{parts[2]}".upper() if parts else text
        place = self.index.ids.get(code.casefold())
        if place is None or (self.index.is_country(place) and self._is_word(text, place, within)):
            return None
        if place in self.index.regions:
            return self._region_match(text, self.index.regions[place])
        lands = {self.index.country(place), self.index.country(self.index.target(place) or "")}
        if within and not within & lands:
            told = {place: self.index.described(place)}
            raise explanations.elsewhere(text, told, self.index.country_names(within))
        return self._match(
            text, place, "code", f"{text} is the code of {self.index.described(place)}."
        )

    def _is_word(self, text: str, code: str, within: frozenset[str]) -> bool:
        """Tell whether three letters are a name rather than a code: "Est" in Cameroon."""
        if within:
            return code not in within and any(self.index.here(text, within))
        return not text.isupper() and any(self.index.here(text, within))

    def _by_name(self, text: str, within: frozenset[str]) -> Match | None:
        """Match a level-1 or level-2 unit by one of its spellings."""
        here = self.index.here(text, within)
        country = self.index.country_named(text, within)
        if country:  # the country it is: "Luxembourg", not its canton
            here = [s for s in here if not self.index.leads_to(s.place_id, country)]
        if not here:
            return None
        choice = narrowed(self.index, here, text)
        regions = [] if within else self._regions_elsewhere(text, choice)
        if len(choice) > 1 or country or regions:
            units = [self.index.unit(place) for place in (*choice, *([country] if country else []))]
            raise self._several(text, [*units, *regions], within)
        place, spelling = next(iter(choice.items()))
        return self._match(text, place, spelling.how, self._reason(text, spelling))

    def _several(self, text: str, units: list[Unit], within: frozenset[str]) -> PlaceError:
        """Make the error for homonyms, with the names that tell those of one country apart."""
        names = telling_names(self.index, units, within)
        return explanations.several(text, units, told_by=names)

    def _regions_elsewhere(self, text: str, places: Iterable[str]) -> list[Unit]:
        """Give, as units, the regions of that name in other countries than the places'."""
        lands = {self.index.country(place) for place in places}
        found = self.index.regions_by_key.get(fold(text), [])
        return [Unit(r.id, r.name, 1, r.country, None) for r in found if r.country not in lands]

    def _by_adjective(self, text: str, within: frozenset[str]) -> Match | None:
        """Match a unit by the Russian or Ukrainian adjective of its name."""
        groups = (
            [s for name in names for s in self.index.here(name, within)]
            for names in names_behind(text)
        )
        units = ([s for s in found if s.how != CAPITAL] for found in groups)
        choice = next((narrowed(self.index, found, text) for found in units if found), None)
        if choice is None:
            return None
        if len(choice) > 1:
            raise self._several(text, [self.index.unit(place) for place in choice], within)
        place, spelling = next(iter(choice.items()))
        reason = f"{text} is the adjective of {spelling.name}, {self.index.described(place)}."
        return self._match(text, place, "alias", reason)

    def _vague(self, text: str, vague: VagueName, within: frozenset[str]) -> PlaceError:
        """Make the error for a name of many meanings."""
        instead = [self.index.named(place) for place in vague.instead]
        return explanations.vague(text, vague, instead, given_country=bool(within))

    def _by_region(self, text: str, within: frozenset[str]) -> Match | None:
        """Match a region by one of its names."""
        found = self.index.regions_by_key.get(fold(text), [])
        here = [r for r in found if not within or not r.country or r.country in within]
        if not here:
            return None
        if len(here) > 1:
            raise explanations.several_regions(text, here)
        return self._region_match(text, here[0])

    def _region_match(self, text: str, region: Region) -> Match:
        heirs = [self.index.target(place) for place in region.members]
        members = tuple(dict.fromkeys(place for place in heirs if place))
        if not members:
            raise PlaceError(explanations.region_without_places(text, region))
        missing = [p for p, heir in zip(region.members, heirs, strict=True) if heir is None]
        warning = explanations.region_incomplete(region, missing) if missing else None
        shown = ", ".join(members) if len(members) <= _MOST_SHOWN else f"{len(members)} units"
        reason = f"{region.name} is read as {shown}: {region.reason}"
        return Match(text, members, region.id, "region", reason, warning)

    def _by_country(self, text: str, within: frozenset[str]) -> Match | None:
        """Match a country as a place."""
        place = self.index.country_named(text, within)
        if place is None:
            return None
        return Match(
            text, (place,), None, "country", f"{text} is the country {self.index.units[place]}."
        )

    def _with_country(self, text: str, within: frozenset[str]) -> Match | None:
        """Match a name that says its country itself: "Badakhshan (Tajikistan)"."""
        parts = _NAME_AND_COUNTRY.fullmatch(text)
        if parts is None:
            return None
        country = self.index.country_named(parts["country"], within)
        if country is None:
            return None
        return replace(self.resolve(parts["name"], country=country), query=text)

    def _fail(self, text: str, within: frozenset[str]) -> Match:
        """Raise the error that says most: vague, elsewhere, or unknown with the nearest names."""
        vague = self.index.vague_name(text)
        if vague:
            raise self._vague(text, vague, within)
        if within:
            other = {s.place_id for s in self.index.here(text, frozenset())}
            other |= {c for c in [self.index.country_named(text, frozenset())] if c}
            if other:
                told = {place: self.index.described(place) for place in sorted(other)}
                raise explanations.elsewhere(text, told, self.index.country_names(within))
        raise explanations.unknown(
            text, self.index.keys(within), self.index.named, self.index.country_names(within)
        )

    def _reason(self, text: str, spelling: Spelling) -> str:
        words = {
            "name": "a name",
            "alias": "another name",
            "spelling": "a common spelling",
            "former": "a former name",
            CAPITAL: "a city, the capital or the like,",
        }
        return f"{text} is {words[spelling.how]} of {self.index.described(spelling.place_id)}."

    def _match(self, text: str, place_id: str, how: str, reason: str) -> Match:
        """Match one place, put into its container where it has no geometry."""
        target = self.index.target(place_id)
        if target is None:
            raise PlaceError(explanations.not_among(text, self.index.described(place_id)))
        warning = None
        if place_id in self.index.contained:
            warning = explanations.placed_in(
                self.index.described(place_id),
                self.index.described(target),
                self.index.contained[place_id].reason,
            )
        elif how == CAPITAL:
            warning = explanations.city_as_unit(text, self.index.described(target))
        return Match(text, (target,), None, "alias" if how == CAPITAL else how, reason, warning)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


@cache
def _builtin() -> Gazetteer:
    return Gazetteer(PlaceIndex.builtin())
