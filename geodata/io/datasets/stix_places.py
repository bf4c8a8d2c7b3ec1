"""Locations of a STIX bundle → the columns that say where a claim is true."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from geodata.errors import PlaceError
from geodata.io.datasets.base import as_one, joined
from geodata.io.datasets.stix_objects import Bundle, Fields, called, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# The radius in metres around a point within which the true location lies ("precision",
# section 4.6 of the standard) by UCDP's codes: 1 exact, 2 within about 25 km of a known point. A
# wider circle may reach into any province, so that it is 5, a part of the country.
_PRECISIONS: Final = ((1_000, "1"), (25_000, "2"), (math.inf, "5"))


def wheres(bundle: Bundle, number: int, locations: Iterable[Mapping[str, Any]]) -> list[Fields]:
    """Return the places of what an object says of some locations, one for each claim.

    Units, by name or code, stand in one claim. Each point is a claim of its own, since a
    claim has one; countries alone are a claim where there is neither.

    >>> points = [{"latitude": 36.7, "longitude": 68.8}, {"latitude": 34.4, "longitude": 70.4}]
    >>> [where["latitude"] for where in wheres(Bundle([]), 1, points)]
    ['36.7', '34.4']
    """
    units: dict[str, Mapping[str, Any]] = {}
    points: list[Mapping[str, Any]] = []
    vague: list[Mapping[str, Any]] = []
    for one in locations:
        if unit := _unit(one):
            units[unit] = one
        elif text(one, "latitude") and text(one, "longitude"):
            points.append(one)
        else:
            vague.append(one)
    found: list[Fields] = []
    countries = {text(one, "country") for one in points}
    if units or not points:
        # A unit may have a name alone: then a country beside it tells which one it is.
        own = [text(one, "country") for one in (*units.values(), *vague)]
        found.append({"places": joined(map(as_one, units)), "country": joined(own)})
        countries |= set(own)
    found += [_point(bundle, number, one) for one in points]
    left = [one for one in vague if text(one, "country") not in countries - {None}]
    if left and (units or points or countries - {None}):
        message = "these locations have no unit, point or country that a claim can hold: left out"
        bundle.note(number, called(left), message)
    return found


def _point(bundle: Bundle, number: int, location: Mapping[str, Any]) -> Fields:
    columns = ("latitude", "longitude", "country")
    precision = _precision(bundle, number, text(location, "precision"))
    return {**{key: text(location, key) for key in columns}, "where_precision": precision}


def _precision(bundle: Bundle, number: int, metres: str | None) -> str | None:
    """Return UCDP's code of a radius; ``None``, with a note, for what is none."""
    if metres is None:
        return None
    try:
        radius = float(metres)
    except ValueError:
        radius = math.nan
    if not radius >= 0:  # NaN is not
        bundle.note(number, metres, "the precision of a location is no number of metres: left out")
        return None
    return next(code for most, code in _PRECISIONS if radius <= most)


def _unit(location: Mapping[str, Any]) -> str | None:
    """Return the unit that a location is in: its administrative area, or a name that is one."""
    area, name = text(location, "administrative_area"), text(location, "name")
    if area or not name:
        return area
    country = text(location, "country")
    if not country and not text(location, "latitude"):
        return name
    from geodata.places.gazetteer import Gazetteer  # noqa: PLC0415 - it loads the tables of names

    gazetteer = Gazetteer.builtin()
    try:
        iso3 = gazetteer.resolve_country(country) if country else None
        return name if gazetteer.resolve(name, country=iso3).how != "country" else None
    except PlaceError:
        return None
