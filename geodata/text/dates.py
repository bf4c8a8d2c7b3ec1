"""Dates in EDTF (ISO 8601-2:2019) → the first and the last day that they cover.

``2023``, ``2023-02`` and ``2023-02-14``, each also with ``~`` (about), ``?``
(uncertain) or ``%`` (both), with a time of day, or as an interval of two of
them, are read as vectors; all else that EDTF knows (seasons ``2023-21``,
unspecified digits ``201X``, sets) goes through the `edtf` package, which takes
milliseconds a date. Both give the same days; a test compares them.

``2023~`` covers the days of 2023, no more: how far "about" reaches nobody
said, so nothing is padded. A season covers whole months as `edtf` counts them:
spring is March to May, and winter December alone, as the year that is named has it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geodata.errors import DateError
from geodata.text.quoting import quoted

FIRST_YEAR: Final = 1
LAST_YEAR: Final = 2199
LONGEST: Final = 60
# Numbers of days as spreadsheets count them: 1927 to 2198, so that no year is taken for one.
_FIRST_SERIAL: Final = 10_000
_LAST_SERIAL: Final = 109_000
_SOLAR_YEARS: Final = (1244, 1502)  # more likely Solar Hijri than the late Middle Ages
_YEAR_DIGITS: Final = 4
_MONTHS_A_YEAR: Final = 12
_FORMS: Final = "write 2023, 2023-02, 2023-02-14, 2023~ for about 2023, or 2023-01/2023-03"

_PLAIN: Final = (
    r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-9]{2})(?:T[0-9:.]+(?:Z|[+-][0-9:]+)?)?)?)?[~?%]?"
)
_TIME: Final = re.compile(
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}(?::[0-9]{2})?)?"
)
# What may be EDTF at all: edtf spends milliseconds on "14.02.2023" only to refuse it.
_PART: Final = (
    r"[~?%]?[0-9X]{4}(?:[~?%]?-[~?%]?[0-9X]{2}){0,2}[~?%]?(?:T[0-9:.]+(?:Z|[+-][0-9:]+)?)?"
)
_SHAPE: Final = re.compile(rf"[\[{{]?{_PART}(?:(?:/|, ?|\.\.){_PART})*[\]}}]?")
_MONTHS: Final = {
    word: number
    for number, words in enumerate(
        (
            "jan january янв января январь",
            "feb february фев февраля февраль",
            "mar march мар марта март",
            "apr april апр апреля апрель",
            "may мая май",
            "jun june июн июня июнь",
            "jul july июл июля июль",
            "aug august авг августа август",
            "sep sept september сен сент сентября сентябрь",
            "oct october окт октября октябрь",
            "nov november ноя нояб ноября ноябрь",
            "dec december дек декабря декабрь",
        ),
        start=1,
    )
    for word in words.split()
}


@dataclass(frozen=True)
class Days:
    """The first and the last day that a date covers."""

    first: dt.date
    last: dt.date


def parse_date(text: str) -> Days:
    """Read one date in EDTF.

    Raises
    ------
    DateError
        Where the text is not EDTF, names no day of the calendar, lies outside the
        years 1 to 2199, or is an interval without an end; ``suggestions`` holds the
        ISO form where the text can mean only one.

    Examples
    --------
    >>> parse_date("2023-02")
    Days(first=datetime.date(2023, 2, 1), last=datetime.date(2023, 2, 28))
    """
    row = parse_dates(pd.Series([text], dtype="str")).iloc[0]
    if pd.notna(row["error"]):
        raise DateError(row["error"], suggestions=row["suggestions"])
    if pd.isna(row["first"]):
        message = f"an empty text is no date: {_FORMS}"
        raise DateError(message)
    return Days(row["first"].date(), row["last"].date())


def parse_dates(texts: pd.Series) -> pd.DataFrame:
    """Read a column of dates in EDTF; each distinct text is read once.

    Parameters
    ----------
    texts
        Texts; missing stays missing.

    Returns
    -------
    DataFrame
        With the index of ``texts``: ``first`` and ``last`` (datetime64[s], NaT where
        there is no date), ``error`` (str, NaN where none) and ``suggestions`` (tuple).

    Examples
    --------
    >>> parse_dates(pd.Series(["2023~", "2023-02-14"]))[["first", "last"]]
           first       last
    0 2023-01-01 2023-12-31
    1 2023-02-14 2023-02-14
    """
    codes, distinct = pd.factorize(texts.astype("str"))
    frame = _plain_dates(pd.Series(distinct, dtype="str"))
    first, last = frame["first"].to_numpy(copy=True), frame["last"].to_numpy(copy=True)
    error = np.full(len(frame), None, dtype=object)
    suggestions = np.full(len(frame), None, dtype=object)
    for position in map(int, np.flatnonzero(np.isnat(first))):
        try:
            days = _parse_by_edtf(distinct[position])
        except DateError as failure:
            error[position], suggestions[position] = str(failure), failure.suggestions
        else:
            first[position] = np.datetime64(days.first)
            last[position] = np.datetime64(days.last)
    frame = pd.DataFrame({"first": first, "last": last, "error": error, "suggestions": suggestions})
    # One row more for what is missing: factorize gives it the code -1, the last.
    frame = frame.reindex(range(len(frame) + 1)).take(codes)
    frame["suggestions"] = [
        found if isinstance(found, tuple) else ()
        for found in frame["suggestions"].to_numpy(dtype=object)
    ]
    return frame.astype({"error": "str"}).set_axis(texts.index)


def _plain_dates(texts: pd.Series) -> pd.DataFrame:
    """Read the plain forms as vectors; NaT for every other."""
    first, last = _plain_days(texts)
    interval = texts.str.count("/") == 1
    if interval.any():
        sides = texts[interval].str.split("/", n=1, expand=True)
        start, _ = _plain_days(sides[0])
        _, end = _plain_days(sides[1])
        ordered = start <= end
        first[interval], last[interval] = start.where(ordered), end.where(ordered)
    return pd.DataFrame({"first": first, "last": last})


def _plain_days(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    parts = texts.str.extract(f"^{_PLAIN}\\Z")
    plain = parts[0].notna()
    timed = plain & texts.str.contains("T", regex=False)
    if timed.any():
        good_time = texts[timed].map(lambda text: bool(_TIME.fullmatch(text[10:])))
        plain &= good_time.reindex(texts.index, fill_value=True).astype(bool)
    years = pd.to_numeric(parts[0])
    plain &= years.between(FIRST_YEAR, LAST_YEAR)
    # The calendar of numpy is the proleptic Gregorian one, as EDTF has it.
    year = years.where(plain, 1970).to_numpy().astype("int64")
    month = pd.to_numeric(parts[1]).fillna(1).to_numpy().astype("int64")
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    day = pd.to_numeric(parts[2])
    has_month, has_day = parts[1].notna().to_numpy(), day.notna().to_numpy()
    first = months.astype("datetime64[D]") + (day.fillna(1).to_numpy().astype("int64") - 1)
    span = np.where(has_month, 1, 12)
    last = np.where(has_day, first, (months + span).astype("datetime64[D]") - 1)
    plain &= ~has_day | (first.astype("datetime64[M]") == months)
    keep = plain.to_numpy(dtype=bool)
    return (
        pd.Series(first.astype("datetime64[s]"), index=texts.index).where(keep),
        pd.Series(last.astype("datetime64[s]"), index=texts.index).where(keep),
    )


def _parse_by_edtf(text: str) -> Days:
    _refuse_early(text)
    if not _SHAPE.fullmatch(text):
        raise _not_edtf(text)
    # Loaded only here: most tables hold nothing but plain dates.
    from edtf import EDTFParseException, parse_edtf  # noqa: PLC0415 - slow to import, rarely needed
    from edtf.parser import parser_classes  # noqa: PLC0415 - as above

    # It prints what it cannot build. Its own print alone is replaced: ours may go on meanwhile.
    vars(parser_classes)["print"] = _say_nothing
    try:
        parsed = parse_edtf(text)
        first, last = parsed.lower_strict(), parsed.upper_strict()
    except (EDTFParseException, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise _not_edtf(text) from error
    days = []
    for moment in (first, last):
        year, month, day = moment[:3]
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise _outside(text)
        try:
            days.append(dt.date(year, month, day))
        except ValueError as error:  # edtf takes 2023-02-29
            raise _no_such_day(text) from error
    if days[0] > days[1]:
        message = f"the interval {quoted(text)} ends before it begins: write the earlier date first"
        raise DateError(message)
    return Days(days[0], days[1])


def _say_nothing(*_: object, **__: object) -> None:
    pass


def _refuse_early(text: str) -> None:
    if len(text) > LONGEST:
        message = f"{quoted(text)} is too long for a date: {_FORMS}"
        raise DateError(message)
    if re.search(r"^/|/$|\.\.$|^\.\.|\.\.[/\]}]|[/\[{]\.\.", text) and re.search("[0-9]{3}", text):
        message = (
            f"the interval {quoted(text)} is open: write both of its ends, such as "
            "2023-01/2023-03, or the one day that is known"
        )
        raise DateError(message)
    if re.fullmatch(r"Y-?[0-9]+", text):
        raise _outside(text)
    match = re.match(r"(-?)([0-9]{4})(?=$|[-~?%])", text)
    if match and (match[1] or not FIRST_YEAR <= int(match[2]) <= LAST_YEAR):
        raise _outside(text)
    if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])-[0-9]{2}[~?%]?", text):
        raise _no_such_day(text)


def _outside(text: str) -> DateError:
    return DateError(
        f"the year of {quoted(text)} is outside {FIRST_YEAR} to {LAST_YEAR}: check its digits"
    )


def _no_such_day(text: str) -> DateError:
    match = re.match(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    if match is None:
        return DateError(f"{quoted(text)} names a day that its month does not have")
    year, month = int(match[1]), int(match[2])
    days = calendar.monthrange(year, month)[1]
    return DateError(
        f"{quoted(text)} is no day of the calendar: {calendar.month_name[month]} {year} has "
        f"{days} days"
    )


def plain_digits(text: str) -> str:
    """Return a text with the digits of all scripts as ASCII, and its dashes as ``-``.

    >>> plain_digits("۲۰۲۳–۰۲")
    '2023-02'
    """
    if text.isascii():
        return text
    digits = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
    return re.sub(r"[–—−‐‑]", "-", digits)


def two_years(text: str) -> str | None:
    """Return, as an interval, a span of years such as 2023-24; None for every other text.

    >>> two_years("2023-24"), two_years("2019/23"), two_years("2023-21"), two_years("2010-11")
    ('2023/2024', '2019/2023', None, None)
    """
    match = re.fullmatch(r"([0-9]{2})([0-9]{2})\s*[-/]\s*([0-9]{2})", text)
    if match is None or not int(match[2]) < int(match[3]) or int(match[3]) <= _MONTHS_A_YEAR:
        return None
    return f"{match[1]}{match[2]}/{match[1]}{match[3]}"


def serial_day(number: float, *, from_1904: bool = False) -> str | None:
    """Return the day, in ISO form, of a number as spreadsheets count days.

    ``None`` for numbers that may be years or counts: days from 1927 to 2198 alone are told.

    >>> serial_day(44971), serial_day(44971.5), serial_day(2023)
    ('2023-02-14', '2023-02-14', None)
    """
    if not _FIRST_SERIAL <= number < _LAST_SERIAL:
        return None
    start = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 30)
    return (start + dt.timedelta(days=int(number))).isoformat()


def _not_edtf(text: str) -> DateError:
    serial = re.fullmatch(r"[1-9][0-9]{4,5}(?:\.[0-9]+)?", text)
    if serial and (day := serial_day(float(text))):
        message = (
            f"{quoted(text)} is no date, but the number of a day in a spreadsheet: write {day}"
        )
        return DateError(message, suggestions=(day,))
    readings = _readings(text)
    if len(readings) == 1:
        reading = next(iter(readings))
        if _SOLAR_YEARS[0] <= int(reading[:4]) <= _SOLAR_YEARS[1]:
            message = (
                f"{quoted(text)} names no calendar: write '{reading} SH' where it is Solar Hijri"
            )
            return DateError(message, suggestions=(f"{reading} SH",))
        return DateError(
            f"{quoted(text)} is not a date in EDTF: write {reading}", suggestions=(reading,)
        )
    if readings:
        choice = " or ".join(sorted(readings))
        return DateError(
            f"{quoted(text)} is not a date in EDTF and has two readings: write {choice}"
        )
    return DateError(f"{quoted(text)} is not a date in EDTF: {_FORMS}")


def _readings(text: str) -> set[str]:
    """Return the dates in ISO form that a text in another form can mean."""
    plain = plain_digits(text).casefold().strip()
    about = re.match(r"(?:c\.|ca\.?|circa|about|around|около|~|≈)\s*(?=[0-9])", plain)
    plain, sign = (plain[about.end() :], "~") if about else (plain, "")
    words = re.split(r"[\s,.\-/]+", plain.strip(" ."))
    candidates = [(*candidate,) for candidate in _orders(words, dotted="." in plain)]
    found = {iso + sign for candidate in candidates if (iso := _iso(*candidate))}
    if not found and re.fullmatch(r"[0-9]{4}\s*-\s*[0-9]{4}", plain):
        first, last = re.findall("[0-9]{4}", plain)
        found = {f"{first}/{last}"} if first < last else set()
    if not found and (span := two_years(plain)):
        found = {span}
    if not found and re.fullmatch(r"[0-9]{4}(?:-[0-9]{2}){0,2}", plain) and plain + sign != text:
        found = {plain + sign}
    return found


def _orders(words: list[str], *, dotted: bool) -> list[tuple[str, str, str]]:
    """Return the (year, month, day) that words can stand for; no day is ''."""
    if len(words) == 1 and re.fullmatch("[0-9]{8}", words[0]):
        words = [words[0][:4], words[0][4:6], words[0][6:]]
    named = [word in _MONTHS for word in words]
    parts = [str(_MONTHS.get(word, word)) for word in words if word not in {"г", "года"}]
    year_first, year_last = (len(parts[end]) == _YEAR_DIGITS for end in (0, -1))
    match parts:
        case [first, second] if year_first or year_last:
            return [(first, second, "")] if year_first else [(second, first, "")]
        case [year, month, day] if year_first:
            return [(year, month, day)]
        case [first, second, year] if year_last:
            # With dots the day comes first everywhere; with slashes the US begins with the month.
            day_first, month_first = (year, second, first), (year, first, second)
            if named[0]:
                return [month_first]
            return [day_first] if named[1] or dotted else [day_first, month_first]
    return []


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        date = dt.date(int(year), int(month), int(day or 1))
    except ValueError:
        return None
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        return None
    return date.isoformat() if day else date.isoformat()[:7]
