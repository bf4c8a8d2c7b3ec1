"""Global Terrorism Database (GTD) → claims.

Columns and codes follow the GTD Codebook (START, University of Maryland, August 2021):
``specificity`` 1 the town itself, 2 and 3 the centre of the smallest unit known, 4 the
centre of the first-level unit, 5 unknown; ``doubtterr`` 1 doubt that it was terrorism;
``iyear``, ``imonth``, ``iday`` with 0 where unknown; ``nkill`` all who died, attackers
included; -9 and -99 unknown.

An incident becomes one origin. Citations (``scite1`` to ``scite3``) that read
``"Title," Outlet, Month day, year`` give an outlet, a headline and a day, a telling each; the
first telling carries the figure. An incident without one is told by GTD itself, undated.
A suspected perpetrator (``guncertain``), a doubt and an approximate date are kept as tags and
in the note: GTD's doubt is no Admiralty code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from geodata.io.datasets.base import (
    MONTHS,
    STATED_UNIT,
    Claims,
    Converted,
    DataSet,
    Row,
    actors_of,
    add_tellings,
    as_dated,
    as_one,
    convert_events,
    country_of,
    exact_fatalities,
    joined,
    note_of,
    tidy,
    whole,
)
from geodata.schema import LIST_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_REQUIRED: Final = frozenset(
    {
        "eventid", "iyear", "imonth", "iday", "country_txt", "latitude", "longitude",
        "specificity", "gname", "nkill",
    }
)  # fmt: skip
_GROUPS: Final = ("gname", "gname2", "gname3")
_DOUBTS: Final = ("guncertain1", "guncertain2", "guncertain3")
_CITATIONS: Final = ("scite1", "scite2", "scite3")
_OPTIONAL: Final = frozenset(
    {
        *_GROUPS[1:], *_DOUBTS, *_CITATIONS, "approxdate", "provstate", "city", "location",
        "vicinity", "doubtterr", "attacktype1_txt", "targtype1_txt", "summary", "nkillter",
    }
)  # fmt: skip

# specificity → UCDP where_prec: 5 means that not even the first-level unit is known.
_WHERE_PRECISION: Final = {"1": "1", "2": "3", "3": "3", "4": "4", "5": "6"}
_EXACT: Final = "1"
_NEAR: Final = "2"
_UNKNOWN: Final = frozenset({"unknown", ""})
_UNKNOWN_NUMBERS: Final = frozenset({"-9", "-99"})
_SHORTENED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+?[0-9]{1,3}")
_PART: Final = re.compile("[0-9]{1,4}")  # of a date
_CITATION: Final = re.compile(
    rf'"+(.+?),?"+\s*(.+?),\s*({"|".join(MONTHS)})\s+(\d{{1,2}}),\s*(\d{{4}})\.?"*'
)


class _Citation(NamedTuple):
    outlet: str
    title: str | None
    reported: str | None


def convert(frame: pd.DataFrame) -> Converted:
    """Turn incidents of GTD into claims.

    Parameters
    ----------
    frame
        The columns of the data set as texts, ``file`` and ``row``.

    Returns
    -------
    Converted
        ``frame``: a row for each citation, at least one an incident.

    Examples
    --------
    >>> import pandas as pd
    >>> incident = dict(
    ...     eventid="201501010001", iyear="2015", imonth="1", iday="0", country_txt="Afghanistan",
    ...     latitude="34.5", longitude="69.1", specificity="1", gname="Unknown", nkill="2",
    ... )
    >>> claims = convert(pd.DataFrame([incident]).assign(file="gtd.csv", row=2)).frame
    >>> claims.loc[0, ["actor", "as_of", "value", "outlet"]].tolist()
    ['Unspecified armed groups', '2015-01', '2', 'Global Terrorism Database']
    """
    names = (*_REQUIRED, *_OPTIONAL)
    return as_dated(convert_events(frame, names, "country_txt", _add_incident))


DATA_SET: Final = DataSet("GTD", _REQUIRED, _OPTIONAL, convert)


def _add_incident(claims: Claims, position: int, event: Row, countries: Mapping[str, str]) -> None:
    if _SHORTENED.fullmatch(event["eventid"] or ""):
        message = (
            f"{event['eventid']!r} is what Excel leaves of an id of twelve digits, and the rest is "
            "lost: take the table as published, and keep eventid as text"
        )
        claims.error(position, "eventid", event["eventid"], message)
        event = {**event, "eventid": None}
    name = f"gtd-{whole(event['eventid'])}" if event["eventid"] else None
    country = country_of(claims, position, event, "country_txt", countries)
    point = bool(event["latitude"] and event["longitude"])
    # A state that broke up: the incident was somewhere among those that hold its land.
    several = country is not None and LIST_SEPARATOR in country
    shared: Row = {
        "claim_id": name,
        "origin_id": name,
        "actor": _actors(event),
        "kind": "attack",
        "text": tidy(event["summary"]) or _text(event),
        "latitude": event["latitude"] if point else None,
        "longitude": event["longitude"] if point else None,
        "where_precision": _precision(event) if point else None,
        "places": country if several and not point else None,
        "extent": "within" if several and not point else None,
        "country": None if several else country,
        STATED_UNIT: _known(event["provstate"]),
        "as_of": _days(event),
        "tags": _tags(event),
    }
    first = _figure(event) | {"note": _note(event)}
    told: list[Row] = [citation._asdict() for citation in _citations(event)]
    add_tellings(claims, position, shared, first, told)


def _known(name: str | None) -> str | None:
    return name if name and name.casefold() not in _UNKNOWN else None


def _citations(event: Row) -> list[_Citation]:
    found = []
    for column in _CITATIONS:
        if match := _CITATION.fullmatch((tidy(event[column]) or "").strip()):
            month = MONTHS.index(match[3]) + 1
            day = f"{match[5]}-{month:02d}-{int(match[4]):02d}"
            found.append(_Citation(match[2], match[1], day))
    return found or [_Citation("Global Terrorism Database", tidy(event["scite1"]), None)]


def _actors(event: Row) -> str:
    return actors_of(map(event.get, _GROUPS), lambda name: _known(name) is None)


def _precision(event: Row) -> str | None:
    code = _WHERE_PRECISION.get(whole(event["specificity"]) or "")
    vicinity = whole(event["vicinity"]) == "1"
    return _NEAR if code == _EXACT and vicinity else code


def _days(event: Row) -> str | None:
    """Return the date as EDTF, to the year or month where the rest is unknown."""
    year, month, day = (whole(event[name]) or "0" for name in ("iyear", "imonth", "iday"))
    if not all(map(_PART.fullmatch, (year, month, day))) or int(year) == 0:
        return joined([event["iyear"], event["imonth"], event["iday"]], "-")
    if int(month) == 0:
        return year
    date = f"{year}-{int(month):02d}"
    return f"{date}-{int(day):02d}" if int(day) else date


def _figure(event: Row) -> Row:
    killed = whole(event["nkill"])
    return exact_fatalities(None if killed in _UNKNOWN_NUMBERS else killed)


def _text(event: Row) -> str:
    what = joined([event["attacktype1_txt"], event["targtype1_txt"]], " on ") or "Attack"
    where = [_known(event["city"]), _known(event["provstate"])]
    return joined([what, *where, _days(event)], ", ") or what


def _tags(event: Row) -> str | None:
    suspected = any(whole(event[column]) == "1" for column in _DOUBTS)
    return joined(
        [
            "gtd",
            as_one(event["attacktype1_txt"]),
            "doubtterr-1" if whole(event["doubtterr"]) == "1" else None,
            "perpetrator-suspected" if suspected else None,
            "approximate-date" if event["approxdate"] else None,
        ]
    )


def _note(event: Row) -> str:
    unit = joined([event["location"], event["city"], event["provstate"]], ", ")
    cited = joined([tidy(event[column]) for column in _CITATIONS])
    doubts = joined(
        [
            "doubt whether this was terrorism" if whole(event["doubtterr"]) == "1" else None,
            f"perpetrator as published: {event['gname']}" if event["gname"] else None,
        ]
    )
    parts = [
        "GTD (START, University of Maryland; terms: start.umd.edu/gtd)",
        doubts,
        f"specificity {whole(event['specificity'])}" if event["specificity"] else None,
        f"approximate date: {tidy(event['approxdate'])}" if event["approxdate"] else None,
        f"as published: {unit}" if unit else None,
        f"attackers killed: {whole(event['nkillter'])}" if event["nkillter"] else None,
        f"cited: {cited}" if cited else None,
    ]
    return note_of(parts)
