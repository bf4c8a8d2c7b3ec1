"""Dates of the Solar Hijri calendar of Afghanistan and Iran → Gregorian dates in EDTF.

Only where the text says which calendar it means: by a mark such as ``SH`` or ``هـ ش``, or by
the name of a month that no other calendar has. A bare ``1402-01-05`` stays what it says.

Leap years follow the cycle of 33 years (Birashk's arithmetic for the centuries around now):
year *y* is leap where (8 *y* + 29) mod 33 < 8, which agrees with the observed new years of
1244 to 1502. Day 1 of 1402 was 21 March 2023.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Final

from geodata.errors import DateError
from geodata.text.quoting import quoted

FIRST_YEAR: Final = 1244
LAST_YEAR: Final = 1502
_NEW_YEAR: Final = dt.date(2023, 3, 21)
_NEW_YEAR_OF: Final = 1402
_LONGEST: Final = 60

# What says which calendar is meant, after digits, letters and spaces are brought to one form.
_MARK: Final = (
    r"(?:s\.?\s?h\.?|h\.?\s?s\.?|(?:solar|shamsi) hijri|hijri (?:solar|shamsi)|shamsi|"
    r"ه\.?\s?ش\.?|هجری\.? (?:شمسی|خورشیدی)|شمسی|خورشیدی|هجری شمسی)"
)
_MARKED: Final = re.compile(rf"\(?{_MARK}\)? ?|[ (]{_MARK}\)?$")
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "hamal|farvardin|حمل|فروردین|وری|хамал",
            "sawr|saur|ordibehesht|ثور|اردیبهشت|غویی|савр",
            "jawza|khordad|جوزا|خرداد|غبرگولی|джавза",
            "saratan|tir|سرطان|تیر|چنگاښ|саратан",
            "asad|mordad|اسد|مرداد|زمری|асад",
            "sunbula|sonbola|shahrivar|سنبله|شهریور|وږی|сунбула",
            "mizan|mehr|میزان|مهر|تله|мизан",
            "aqrab|aban|عقرب|آبان|لړم|акраб",
            "qaws|azar|قوس|آذر|لیندۍ|каус",
            "jadi|dey|جدی|دی|مرغومی|джадди",
            "dalw|dalwa|bahman|دلو|بهمن|سلواغه|далв",
            "hut|esfand|حوت|اسفند|کب|хут",
        ),
        start=1,
    )
    for name in names.split("|")
}
_YEAR: Final = "1[2-5][0-9]{2}"
_NUMBERS: Final = re.compile(rf"({_YEAR})(?:[-/.]([0-9]{{1,2}})(?:[-/.]([0-9]{{1,2}}))?)?")
_WORDED: Final = re.compile(rf"(?:([0-9]{{1,2}}) )?([^\W\d]+),? ({_YEAR})")


def gregorian(text: str) -> str | None:
    """Return a date that says it is Solar Hijri as Gregorian EDTF; ``None`` for any other.

    A month or a year becomes the interval of its days.

    Raises
    ------
    DateError
        If the calendar has no such day, or the year lies outside 1244 to 1502.

    Examples
    --------
    >>> gregorian("1402-01-05 SH"), gregorian("۵ حمل ۱۴۰۲"), gregorian("1402-01-05")
    ('2023-03-25', '2023-03-25', None)
    >>> gregorian("1402 SH")
    '2023-03-21/2024-03-19'
    """
    if len(text) > _LONGEST:
        return None
    plain = plain_form(text)
    bare = _MARKED.sub("", plain).strip(" ()")
    if bare != plain:
        match = _NUMBERS.fullmatch(bare)
        if match:
            return _edtf(text, int(match[1]), int(match[2] or 0), int(match[3] or 0))
    match = _WORDED.fullmatch(bare)
    if match and match[2] in _MONTHS:
        return _edtf(text, int(match[3]), _MONTHS[match[2]], int(match[1] or 0))
    return None


def plain_form(text: str) -> str:
    """Bring digits of all scripts, Arabic and Persian letters, and spaces to one form.

    >>> plain_form("١٤٠٢ هـ.ش")
    '1402 ه.ش'
    """
    digits = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
    letters = digits.translate(str.maketrans("يىكۀ", "ییکه", "\u0640\u200c\u200d\u200e\u200f"))
    return " ".join(unicodedata.normalize("NFC", letters).casefold().split())


def _edtf(text: str, year: int, month: int, day: int) -> str:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = (
            f"the year of {quoted(text)} is outside {FIRST_YEAR} to {LAST_YEAR} of the Solar "
            "Hijri calendar: check its digits"
        )
        raise DateError(message)
    if month > len(_LENGTHS) or day > (_length(year, month) if month else 0):
        has = "a year has 12 months"
        if 0 < month <= len(_LENGTHS):
            has = f"month {month} of {year} has {_length(year, month)} days"
        message = f"{quoted(text)} is no day of the Solar Hijri calendar: {has}"
        raise DateError(message)
    first = _day(year, month or 1, day or 1)
    if day:
        return first.isoformat()
    following = _day(year, month + 1, 1) if 0 < month < len(_LENGTHS) else _day(year + 1, 1, 1)
    return f"{first.isoformat()}/{(following - dt.timedelta(days=1)).isoformat()}"


_LENGTHS: Final = (31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 30, 29)


def _is_leap(year: int) -> bool:
    return (8 * year + 29) % 33 < 8  # noqa: PLR2004 - the cycle of the module's docstring


def _length(year: int, month: int) -> int:
    return _LENGTHS[month - 1] + (month == len(_LENGTHS) and _is_leap(year))


def _day(year: int, month: int, day: int) -> dt.date:
    leaps = sum(map(_is_leap, range(min(year, _NEW_YEAR_OF), max(year, _NEW_YEAR_OF))))
    days = 365 * (year - _NEW_YEAR_OF) + (leaps if year > _NEW_YEAR_OF else -leaps)
    return _NEW_YEAR + dt.timedelta(days=days + sum(_LENGTHS[: month - 1]) + day - 1)
