"""UCDP Georeferenced Event Dataset → claims.

Columns and codes follow the UCDP GED Codebook, version 19.1 (Högbladh 2019, Uppsala
University; CC BY 4.0), and hold for the versions up to 25.1, which kept the names.

An event becomes one origin. Its first telling, ``ucdp-ID``, carries the figures: they are
UCDP's coding of all its sources together, so that no outlet may be said to have told
them alone. Every entry of ``source_article`` is a telling with its outlet, day and
headline, by their days: the earliest that is not dated before the event is that first
telling, the others share its ``origin_id`` and have no figure. The place of an event is
that of its coordinates, as ``where_prec`` allows; ``adm_1`` is compared with it. One-sided
violence has one actor: civilians are its victims.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from geodata.errors import DateError
from geodata.io.datasets.base import (
    FATALITIES,
    MONTHS,
    STATED_UNIT,
    Claims,
    Converted,
    DataSet,
    Row,
    actors_of,
    add_tellings,
    as_dated,
    convert_events,
    country_of,
    exact_fatalities,
    joined,
    note_of,
    tidy,
    whole,
)
from geodata.text.dates import parse_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_REQUIRED: Final = frozenset(
    {
        "id", "type_of_violence", "side_a", "side_b", "where_prec", "date_prec", "date_start",
        "date_end", "latitude", "longitude", "best", "low", "high",
    }
)  # fmt: skip
_OPTIONAL: Final = frozenset(
    {
        "source_article", "source_original", "where_coordinates", "adm_1", "adm_2", "country",
        "event_clarity", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown",
    }
)  # fmt: skip

# type_of_violence: what it is called, and the tag that keeps the code.
_VIOLENCE: Final = {
    "1": "state-based conflict",
    "2": "non-state conflict",
    "3": "one-sided violence",
}
_ONE_SIDED: Final = "3"
_UNCLEAR: Final = "2"  # event_clarity: the event is inferred from a report on several
_EXACT_DAY: Final = "1"  # date_prec
_FIRST_YEAR: Final = "1900"
_LAST_YEAR: Final = "2199"  # the last that `geodata.text.dates` reads
_NO_ACTOR: Final = frozenset({"", "unknown", "unclear"})

# OUTLET,DATE,HEADLINE: an outlet may hold commas, a headline anything.
_ENTRY: Final = re.compile(r"(.*?),\s*(\d{4}-\d\d-\d\d)(?: 00:00:00(?:\.0+)?)?,(.*)", re.DOTALL)
# A day in free text: 2009-06-07, 7 June 2009, 7-Jun-2009, June 7, 2009, 07.06.2009, 20/6/2009.
_MONTH: Final = rf"(?:{'|'.join(sorted({m[:3] for m in MONTHS}))})[a-z]{{0,6}}\.?"
_FREE_DAY: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{4}-[0-9]{2}-[0-9]{2}"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?[ .-]{{0,2}}{_MONTH}[ ,.-]{{0,2}}[0-9]{{4}}"
    rf"|{_MONTH} ?[0-9]{{1,2}}(?:st|nd|rd|th)?,? ?[0-9]{{4}}"
    r"|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(r"(?<=[0-9])(?:st|nd|rd|th)(?![a-z])", re.IGNORECASE)
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_FREE: Final = 2000  # characters in which a day is looked for
_AROUND: Final = " \t\n,.:()\"'-"
_SEVERAL: Final = re.compile(r"[,;/]|\band\b")


@dataclass(frozen=True)
class _Article:
    outlet: str | None
    date: str | None
    headline: str | None


def convert(frame: pd.DataFrame) -> Converted:
    """Turn events of UCDP GED into claims.

    Parameters
    ----------
    frame
        The columns of the data set as texts, ``file`` and ``row``.

    Returns
    -------
    Converted
        ``frame``: a row for each entry of ``source_article``, at least one an event.

    Examples
    --------
    >>> import pandas as pd
    >>> event = dict(
    ...     id="7", type_of_violence="2", side_a="A", side_b="B", where_prec="1", date_prec="1",
    ...     date_start="2016-01-01", date_end="2016-01-01", latitude="34.8", longitude="36.7",
    ...     best="4", low="3", high="9", country="Syria",
    ...     source_article='"SOHR,2016-01-02,Clashes";"Reuters,2016-01-03,Four killed"',
    ... )
    >>> claims = convert(pd.DataFrame([event]).assign(file="ged.csv", row=2)).frame
    >>> claims[["claim_id", "origin_id", "outlet", "reported", "value"]].fillna("").values.tolist()
    ... # doctest: +NORMALIZE_WHITESPACE
    [['ucdp-7', 'ucdp-7', 'SOHR', '2016-01-02', '4'],
     ['ucdp-7-2', 'ucdp-7', 'Reuters', '2016-01-03', '']]
    """
    return as_dated(convert_events(frame, (*_REQUIRED, *_OPTIONAL), "country", _add_event))


DATA_SET: Final = DataSet("UCDP GED", _REQUIRED, _OPTIONAL, convert)


def _add_event(claims: Claims, position: int, event: Row, countries: Mapping[str, str]) -> None:
    days = _days(event)
    articles = _in_order(claims, position, _articles(event["source_article"]), days)
    name = f"ucdp-{whole(event['id'])}" if event["id"] else None
    kind = whole(event["type_of_violence"]) or ""
    shared: Row = {
        "claim_id": name,
        "origin_id": name,
        "actor": _actors(event, kind),
        "kind": "attack",
        "text": _text(event, kind),
        "latitude": event["latitude"],
        "longitude": event["longitude"],
        "where_precision": whole(event["where_prec"]),
        "country": country_of(claims, position, event, "country", countries),
        STATED_UNIT: event["adm_1"],
        "as_of": days,
        "tags": _tags(event, kind),
        "speaker": _speaker(event["source_original"], articles[0]),
    }
    first = _figures(claims, position, event) | {"note": _note(event, len(articles))}
    told: list[Row] = [
        {"outlet": one.outlet, "reported": one.date, "title": one.headline} for one in articles
    ]
    add_tellings(claims, position, shared, first, told)


def _articles(text: str | None) -> list[_Article]:
    """Split ``source_article``: entries in quotes, with ``;`` between."""
    entries = (text or "").strip().removeprefix('"').removesuffix('"').split('";"')
    articles = []
    for entry in filter(str.strip, entries):
        match = _ENTRY.fullmatch(entry)
        if match:
            articles.append(_Article(tidy(match[1]), match[2], tidy(match[3])))
        else:  # before version 17 an entry was free text
            articles += map(_free_article, entry.split(";"))
    return articles or [_Article("UCDP GED", None, None)]


def _free_article(text: str) -> _Article:
    """Read what free text says: the outlet, a day that stands beside it, and what follows.

    A day with two readings is none, and the text is kept whole, as who told it.

    >>> _free_article("Xinhua 7 June 2009")
    _Article(outlet='Xinhua', date='2009-06-07', headline=None)
    >>> _free_article("BBC, 12/3/1998").date is None
    True
    """
    for match in _FREE_DAY.finditer(text[:_LONGEST_FREE]):
        day = _one_day(match[0])
        outlet = tidy(text[: match.start()].strip(_AROUND))
        if day and outlet:
            return _Article(outlet, day, tidy(text[match.end() :].strip(_AROUND)))
        if day:  # the day stands first: "2009-06-07 Xinhua"
            return _Article(tidy(text[match.end() :].strip(_AROUND)) or "UCDP GED", day, None)
    return _Article(tidy(text), None, None)


@lru_cache(maxsize=20_000)
def _one_day(text: str) -> str | None:
    """Return the day in ISO form that a text means, where it means one."""
    try:
        days = parse_date(_ORDINAL.sub("", text))
    except DateError as error:
        found = error.suggestions
        return found[0] if len(found) == 1 and _ISO_DAY.fullmatch(found[0]) else None
    return text if days.first == days.last else None


def _actors(event: Row, kind: str) -> str:
    sides = [event["side_a"], None if kind == _ONE_SIDED else event["side_b"]]
    return actors_of(sides, lambda name: name.casefold() in _NO_ACTOR)


def _text(event: Row, kind: str) -> str:
    sides = " against ".join(filter(None, (tidy(event["side_a"]), tidy(event["side_b"]))))
    where = f", {place}" if (place := tidy(event["where_coordinates"])) else ""
    best, low, high = (whole(event[name]) for name in ("best", "low", "high"))
    said = f"{best} killed" if best else "fatalities unknown"
    doubt = f" (low {low}, high {high})" if low != best or high != best else ""
    return f"{sides}, {_VIOLENCE.get(kind, 'violence')}, {_days(event)}{where}: {said}{doubt}"


def _days(event: Row) -> str | None:
    """Return when the event happened as EDTF: a day, or an interval of days."""
    start, end = ((event[name] or "")[:10] or None for name in ("date_start", "date_end"))
    if start == end or end is None or (whole(event["date_prec"]) == _EXACT_DAY and start):
        return start
    return f"{start}/{end}" if start else end


def _tags(event: Row, kind: str) -> str | None:
    clarity = "event-clarity-2" if whole(event["event_clarity"]) == _UNCLEAR else None
    precision = whole(event["date_prec"])
    return joined(
        [
            "ucdp-ged",
            _VIOLENCE[kind].replace(" ", "-") if kind in _VIOLENCE else None,
            f"date-prec-{precision}" if precision and precision != _EXACT_DAY else None,
            clarity,
        ]
    )


def _speaker(original: str | None, first: _Article) -> str | None:
    """Return who gave the information, where that is one name other than the outlet's."""
    name = tidy(original)
    if not name or _SEVERAL.search(name):
        return None
    return None if name.casefold() == (first.outlet or "").casefold() else name


def _figures(claims: Claims, position: int, event: Row) -> Row:
    """Return the figure: the best estimate between low and high, as published."""
    best, low, high = (whole(event[name]) for name in ("best", "low", "high"))
    if best == low == high:
        return exact_fatalities(best)
    if best and not (low and high):
        return {"value": best, "unit": FATALITIES, "modifier": "about"}
    if best and low and high and not _ordered(low, best, high):
        claims.warn(
            position,
            "best",
            f"best {best}, low {low}, high {high}",
            "the best estimate lies outside low to high, as published: it is kept as 'about', and "
            "the others in the note",
        )
        return {"value": best, "unit": FATALITIES, "modifier": "about"}
    return {
        "value": best,
        "value_low": low,
        "value_high": high,
        "unit": FATALITIES,
        "modifier": "about" if best else "between",
    }


def _ordered(*texts: str) -> bool:
    """Whether numbers ascend; what is no number is left to the gate, which says so."""
    try:
        numbers = [float(text) for text in texts]
    except ValueError:
        return True
    return numbers == sorted(numbers) or any(map(math.isnan, numbers))


def _note(event: Row, articles: int) -> str:
    unit = joined([tidy(event["adm_2"]), tidy(event["adm_1"])], ", ")
    deaths = [
        whole(event[name])
        for name in ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    ]
    split = " / ".join(text or "?" for text in deaths)
    parts = [
        "UCDP GED (CC BY 4.0)",
        f"coded from {articles} articles together" if articles > 1 else None,
        f"adm_1, adm_2 as published: {unit}" if unit else None,
        f"deaths of side a / b / civilians / unknown: {split}" if any(deaths) else None,
        f"low {whole(event['low'])}, best {whole(event['best'])}, high {whole(event['high'])}",
        f"original source: {original}" if (original := tidy(event["source_original"])) else None,
    ]
    return note_of(parts)


def _in_order(
    claims: Claims, position: int, articles: list[_Article], days: str | None
) -> list[_Article]:
    """Sort articles by day; those with a day that cannot be theirs come last.

    A day before the event is kept and doubted. One outside any newspaper's life, such as
    1753-01-01, which databases write for none, is left out.
    """
    begin = (days or "").partition("/")[0]
    dated: list[_Article] = []
    for article in articles:
        if article.date and not _FIRST_YEAR <= article.date[:4] <= _LAST_YEAR:
            claims.warn(
                position,
                "source_article",
                article.date,
                "the day of an article is none on which one can have appeared: left out",
            )
            dated.append(replace(article, date=None))
            continue
        if article.date and article.date < begin:
            claims.warn(
                position,
                "source_article",
                f"{article.date}, event {begin}",
                "an article is dated before the event that it reports: kept as published",
            )
        dated.append(article)
    return sorted(
        dated, key=lambda one: (one.date is None, (one.date or "") < begin, one.date or "")
    )
