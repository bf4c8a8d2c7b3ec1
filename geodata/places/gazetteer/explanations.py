"""What is said where a name resolves to no place, or to several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process

from geodata.errors import PlaceError
from geodata.places.gazetteer.tables import Region, Unit
from geodata.places.gazetteer.vague import VagueName
from geodata.text.folding import fold, fold_letters
from geodata.text.quoting import quoted

_MOST_SUGGESTIONS = 4
# Of 100: nearer keys are worth a suggestion. Never more than that: "Paktia" is nearer
# to Paktika than to Paktya.
_NEAR = 66
_WRITE_PLACE = "write a name, a code such as 'AF-KDZ', or a region such as 'northern Afghanistan'"
_WRITE_COUNTRY = "write a name or an ISO 3166-1 code, such as 'AFG' or 'AF'"
_LONGEST_NAME = 100  # characters: a longer text is no misspelt name
_LOOKED_AT = 40  # keys; several lead to one place


def no_name(text: str) -> str:
    """Say that a text holds no letter to look up."""
    return (
        f"{quoted(text)} holds no name; write a place's name or code, such as 'Kunduz' or 'AF-KDZ'"
    )


def no_region(region_id: str) -> str:
    """Say that an id is no region's."""
    return f"{quoted(region_id)} is no region of the table regions.csv"


def several(text: str, units: Iterable[Unit], *, told_by: Sequence[str] = ()) -> PlaceError:
    """Make the error for homonyms: all of them, and the names by which they are told apart."""
    found = list({unit.place_id: unit for unit in units}.values())
    told = "; ".join(f"{unit.place_id} {unit.name} ({unit.country})" for unit in found)
    if len({unit.country for unit in found}) > 1:
        remedy = "give the country, or write the code"
    elif told_by:
        names = " or ".join(map(quoted, told_by))
        remedy = f"write the kind of unit with the name ({names}), or the code"
    else:
        remedy = "write the code"
    message = f"{quoted(text)} is the name of several places: {told}; {remedy}"
    return PlaceError(message, suggestions=tuple(unit.place_id for unit in found))


def vague(
    text: str, name: VagueName, instead: Sequence[tuple[str, str]], *, given_country: bool
) -> PlaceError:
    """Make the error for a name of many meanings: what these are, and what to write."""
    country = not given_country and name.reading != "nowhere"
    remedy = f"{'give the country, or ' * country}write the units or countries that are meant"
    told = f", such as {', '.join(described for _, described in instead)}" if instead else ""
    message = f"{quoted(text)} leads to no one place ({name.meaning}): {remedy}{told}"
    return PlaceError(message, suggestions=name.instead)


def read_as(text: str, place: str, name: VagueName) -> str:
    """Warn that a name of many meanings was taken in its usual one."""
    return f"{text} is read as {place}, {name.meaning}: give the country where another is meant"


def several_regions(text: str, regions: Sequence[Region]) -> PlaceError:
    """Make the error for a name that regions of several countries share."""
    told = "; ".join(f"{region.name} ({region.country or region.id})" for region in regions)
    message = f"{quoted(text)} is the name of several regions: {told}; give the country"
    return PlaceError(message, suggestions=tuple(region.name for region in regions))


def elsewhere(text: str, places: Mapping[str, str], countries: Sequence[str]) -> PlaceError:
    """Make the error for a name that is known, but not in the country given."""
    known = " or ".join(places.values())
    message = (
        f"{quoted(text)} is no place in {', '.join(countries)}; it is {known}: "
        "correct the country, or write the place that is meant"
    )
    return PlaceError(message, suggestions=tuple(places))


def unknown(
    text: str,
    keys: Mapping[str, str],
    named: Callable[[str], tuple[str, str]],
    countries: Sequence[str],
) -> PlaceError:
    """Make the error for a name that no table knows, with the nearest names."""
    near = _nearest(fold(text), keys)
    where = f" in {', '.join(countries)}" if countries else ""
    message = f"{quoted(text)} is no known place{where}{_did_you_mean([named(p)[1] for p in near])}"
    return PlaceError(message, suggestions=tuple(named(place)[0] for place in near))


def unknown_country(text: str, keys: Mapping[str, str], units: Mapping[str, Unit]) -> PlaceError:
    """Make the error for a country that no table knows."""
    near = _nearest(fold_letters(text), {key: place for place, key in keys.items()})
    told = _did_you_mean([f"{units[place].name} ({place})" for place in near], _WRITE_COUNTRY)
    message = f"{quoted(text)} is no known country{told}"
    return PlaceError(message, suggestions=tuple(units[place].name for place in near))


def _nearest(key: str, keys: Mapping[str, str]) -> list[str]:
    """Find the places of the nearest keys, nearest first."""
    if len(key) > _LONGEST_NAME:
        return []
    found = process.extract(
        key, keys.keys(), scorer=fuzz.ratio, limit=_LOOKED_AT, score_cutoff=_NEAR
    )
    return list(dict.fromkeys(keys[near] for near, _, _ in found))[:_MOST_SUGGESTIONS]


def _did_you_mean(names: Sequence[str], otherwise: str = _WRITE_PLACE) -> str:
    if not names:
        return f"; {otherwise}"
    return f". Did you mean {', '.join(names)}?"


def not_among(text: str, place: str) -> str:
    """Say that a place is known, but not drawn by the user's boundaries."""
    return (
        f"{quoted(text)} means {place}, which is not among the units of the boundaries given; "
        "write one of their names or codes"
    )


def region_without_places(text: str, region: Region) -> str:
    """Say that none of a region's members is drawn by the user's boundaries."""
    return (
        f"{quoted(text)} is a region of {', '.join(region.members)}, none of which is among the "
        "units of the boundaries given; list the units that are meant"
    )


def region_incomplete(region: Region, missing: Sequence[str]) -> str:
    """Warn that some members of a region are not drawn by the user's boundaries."""
    return f"{region.name}: {', '.join(missing)} is not among the units of the boundaries given"


def placed_in(unit: str, container: str, reason: str) -> str:
    """Warn that a unit has no geometry of its own."""
    return f"{unit} has no geometry of its own: placed in {container}. {reason}"


def city_as_unit(text: str, unit: str) -> str:
    """Warn that a city was taken as the unit that it lies in."""
    return f"{text} is a city: placed in {unit}"
