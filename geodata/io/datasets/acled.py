"""Armed Conflict Location & Event Data (ACLED) → claims.

Columns and codes follow the ACLED Codebook (2023 and later): ``geo_precision`` 1 the place
itself, 2 a part of a region with a town as its point, 3 a larger region;
``time_precision`` 1 the day, 2 the week, 3 the month. Fatalities are as reported, and 0
also where none were mentioned.

An event becomes one origin; its first telling carries the figure, and each further entry of
``source`` is a telling without one. ACLED gives no day for a source: it reported between
the event and the day on which ACLED took the event up (``timestamp``), and that is what
``reported`` says. A region of precision 3 may be larger or smaller than a province, so that
its point stands for a part of the country (``where_precision`` 5). Civilians are victims,
and no actors. Protests and other events that are no attack have the kind ``assessment``,
which never shades.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

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
    listed,
    note_of,
    tidy,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_REQUIRED: Final = frozenset(
    {
        "event_id_cnty", "event_date", "event_type", "actor1", "latitude", "longitude",
        "geo_precision", "fatalities",
    }
)  # fmt: skip
_OPTIONAL: Final = frozenset(
    {
        "time_precision", "sub_event_type", "assoc_actor_1", "actor2", "assoc_actor_2", "country",
        "admin1", "admin2", "location", "source", "source_scale", "notes", "timestamp",
    }
)  # fmt: skip

_WHERE_PRECISION: Final = {"1": "1", "2": "2", "3": "5"}  # geo_precision → UCDP where_prec
_ATTACKS: Final = frozenset(
    {"battles", "explosions/remote violence", "violence against civilians", "riots"}
)
_SUB_EVENTS: Final = {
    "headquarters or base established": "infrastructure",
    "non-violent transfer of territory": "control",
}
_OTHER_KIND: Final = "assessment"
_WEEK: Final = "2"
_MONTH: Final = "3"
_WORDED: Final = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})")
_ISO_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ].*)?")
_LAST_STAMP: Final = 32_503_680_000  # the year 3000
_LONGEST: Final = 20  # digits that are read as a number


def convert(frame: pd.DataFrame) -> Converted:
    """Turn events of ACLED into claims.

    Parameters
    ----------
    frame
        The columns of the data set as texts, ``file`` and ``row``.

    Returns
    -------
    Converted
        ``frame``: a row for each entry of ``source``, at least one an event.

    Examples
    --------
    >>> import pandas as pd
    >>> event = dict(
    ...     event_id_cnty="AFG1", event_date="14 February 2023", event_type="Battles",
    ...     actor1="NRF", latitude="35.3", longitude="69.7", geo_precision="2", fatalities="3",
    ...     source="Amu TV; Twitter", timestamp="1676937600",
    ... )
    >>> claims = convert(pd.DataFrame([event]).assign(file="acled.csv", row=2)).frame
    >>> claims[["outlet", "as_of", "reported"]].values.tolist()  # doctest: +NORMALIZE_WHITESPACE
    [['Amu TV', '2023-02-14', '2023-02-14/2023-02-21'],
     ['Twitter', '2023-02-14', '2023-02-14/2023-02-21']]
    """
    return as_dated(convert_events(frame, (*_REQUIRED, *_OPTIONAL), "country", _add_event))


DATA_SET: Final = DataSet("ACLED", _REQUIRED, _OPTIONAL, convert)


def _add_event(claims: Claims, position: int, event: Row, countries: Mapping[str, str]) -> None:
    name = f"acled-{event['event_id_cnty']}" if event["event_id_cnty"] else None
    day = iso_day(event["event_date"])
    outlets = listed(event["source"]) or ["ACLED"]
    shared: Row = {
        "claim_id": name,
        "origin_id": name,
        "actor": _actors(event),
        "kind": _kind(event),
        "text": tidy(event["notes"]) or _text(event, day),
        "latitude": event["latitude"],
        "longitude": event["longitude"],
        "where_precision": _precision(claims, position, event["geo_precision"]),
        "country": country_of(claims, position, event, "country", countries),
        STATED_UNIT: event["admin1"],
        "as_of": _as_of(day, whole(event["time_precision"])),
        "reported": _reported(day, whole(event["timestamp"])),
        "tags": _tags(event),
    }
    first = exact_fatalities(whole(event["fatalities"])) | {"note": _note(event, len(outlets))}
    add_tellings(claims, position, shared, first, [{"outlet": outlet} for outlet in outlets])


def iso_day(text: str | None) -> str | None:
    """Return a day as ISO 8601; what is no day stays, for the gate to say so.

    >>> iso_day("14 February 2023"), iso_day("2023-02-14 00:00"), iso_day("soon")
    ('2023-02-14', '2023-02-14', 'soon')
    """
    if text is None:
        return None
    if match := _ISO_DAY.fullmatch(text):
        return match[1]
    if match := _WORDED.fullmatch(text):
        months = [at for at, name in enumerate(MONTHS, 1) if name.startswith(match[2].title())]
        if len(months) == 1:
            return f"{match[3]}-{months[0]:02d}-{int(match[1]):02d}"
    return text


def _as_of(day: str | None, precision: str | None) -> str | None:
    if day is None or not _ISO_DAY.fullmatch(day):
        return day
    if precision == _MONTH:
        return day[:7]
    return f"{day}~" if precision == _WEEK else day


def _reported(day: str | None, stamp: str | None) -> str | None:
    """Return the days between which the sources reported, as an EDTF interval."""
    if not (stamp and stamp.isdecimal() and len(stamp) < _LONGEST and int(stamp) < _LAST_STAMP):
        return None
    taken_up = dt.datetime.fromtimestamp(int(stamp), tz=dt.UTC).date().isoformat()
    return f"{day}/{taken_up}" if day and _ISO_DAY.fullmatch(day) and day < taken_up else taken_up


def _precision(claims: Claims, position: int, text: str | None) -> str | None:
    code = whole(text)
    if code is None or code in _WHERE_PRECISION:
        return _WHERE_PRECISION.get(code or "")
    claims.warn(
        position,
        "geo_precision",
        code,
        f"{code!r} is no geo_precision of ACLED (1, 2, 3): the point is taken as vague",
    )
    return "5"


def _actors(event: Row) -> str:
    sides = (event["actor1"], event["actor2"])
    return actors_of(sides, lambda name: name.casefold().startswith("civilians"))


def _kind(event: Row) -> str:
    if (event["event_type"] or "").casefold() in _ATTACKS:
        return "attack"
    return _SUB_EVENTS.get((event["sub_event_type"] or "").casefold(), _OTHER_KIND)


def _text(event: Row, day: str | None) -> str:
    parts = [event["sub_event_type"] or event["event_type"], day, event["location"]]
    return joined(parts, ", ") or "an event without a description"


def _tags(event: Row) -> str | None:
    scale = event["source_scale"]
    return joined(
        [
            "acled",
            as_one(event["event_type"]),
            as_one(event["sub_event_type"]),
            f"source-scale {as_one(scale)}" if scale else None,
        ]
    )


def _note(event: Row, sources: int) -> str:
    allies = joined([event["assoc_actor_1"], event["assoc_actor_2"]])
    unit = joined([event["location"], event["admin2"], event["admin1"]], ", ")
    parts = [
        "ACLED (attribution and terms: acleddata.com)",
        f"coded from {sources} sources together" if sources > 1 else None,
        f"as published: {unit}" if unit else None,
        f"geo_precision {whole(event['geo_precision'])}" if event["geo_precision"] else None,
        f"associated actors: {allies}" if allies else None,
    ]
    return note_of(parts)
