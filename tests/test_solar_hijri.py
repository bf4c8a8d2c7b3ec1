"""Solar Hijri dates where they say so: days known from calendars, and what is no day."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.check import check_claims
from geodata.errors import DateError
from geodata.report import Report
from geodata.text.dates import parse_date
from geodata.text.solar_hijri import gregorian

pytestmark = pytest.mark.second_tier

# New years as they were observed.
NEW_YEARS = {
    1300: "1921-03-21", 1342: "1963-03-21", 1358: "1979-03-21", 1375: "1996-03-20",
    1376: "1997-03-21", 1387: "2008-03-20", 1396: "2017-03-21", 1399: "2020-03-20",
    1400: "2021-03-21", 1403: "2024-03-20", 1404: "2025-03-21", 1408: "2029-03-20",
}  # fmt: skip


@pytest.mark.parametrize(("year", "day"), NEW_YEARS.items())
def test_new_years(year: int, day: str) -> None:
    assert gregorian(f"{year}-01-01 SH") == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1400-05-24 SH", "2021-08-15"),
        ("SH 1400-05-24", "2021-08-15"),
        ("1400/5/24 (S.H.)", "2021-08-15"),
        ("24 Asad 1400", "2021-08-15"),
        ("۲۴ اسد ۱۴۰۰", "2021-08-15"),
        ("۱۴۰۰/۰۵/۲۴ هـ ش", "2021-08-15"),
        ("1400.05.24 هجری شمسی", "2021-08-15"),
        ("24 Mordad 1400", "2021-08-15"),
        ("24 Асад 1400", "2021-08-15"),
        ("Asad 1400", "2021-07-23/2021-08-22"),
        ("1399 solar hijri", "2020-03-20/2021-03-20"),  # a leap year
        ("1399-12-30 SH", "2021-03-20"),
    ],
)
def test_marked_dates(text: str, day: str) -> None:
    assert gregorian(text) == day


@pytest.mark.parametrize(
    "text", ["1402-01-05", "2023-02-14", "5 May 1402", "1444-09-01 AH", "SH", "", "14020105 SH",
             "x" * 5000, "1402-01-05 " * 9]
)  # fmt: skip
def test_all_else_is_left_alone(text: str) -> None:
    assert gregorian(text) is None


@pytest.mark.parametrize("text", ["1402-13-01 SH", "1402-12-30 SH", "1402-07-31 SH", "1200 SH"])
def test_days_that_are_none(text: str) -> None:
    with pytest.raises(DateError, match="Solar Hijri"):
        gregorian(text)


@settings(max_examples=25)
@given(st.dates(dt.date(1866, 1, 1), dt.date(2100, 1, 1)))
def test_every_day_has_one_date(day: dt.date) -> None:
    near = day.year - 622
    found = [
        (month, number)
        for year in (near, near + 1)
        for month in range(1, 13)
        for number in range(1, 32)
        if _day(f"{year}-{month}-{number} SH") == day.isoformat()
    ]
    assert len(found) == 1


def _day(text: str) -> str | None:
    try:
        return gregorian(text)
    except DateError:
        return None


def checked(reported: str) -> Report:
    text = f"actor,kind,text,places,speaker,reported\nISKP,presence,Seen,Kunduz,S,{reported}\n"
    return check_claims(io.BytesIO(text.encode()), format="csv")


def test_claims_hold_the_gregorian_date_and_say_so() -> None:
    report = checked("۵ حمل ۱۴۰۲")
    assert report.claims["reported"].tolist() == ["2023-03-25"]
    assert [fault.message for fault in report.warnings] == [
        "'۵ حمل ۱۴۰۲' is Solar Hijri: read as 2023-03-25"
    ]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("۲۰۲۳-۰۲-۱۴", "2023-02-14"),
        ("٢٠٢٣-٠٢", "2023-02"),
        ("2023–02–14", "2023-02-14"),
        ("2023-02-14 00:00:00", "2023-02-14"),
        ("2023-02-14T00:00:00", "2023-02-14"),
        ("2023-02-14 10:30", "2023-02-14T10:30"),
    ],
)
def test_digits_of_other_scripts_and_moments_are_plain_dates(text: str, read: str) -> None:
    report = checked(text)
    assert (report.claims["reported"].tolist(), report.warnings) == ([read], ())
    assert parse_date(read).first.year == 2023


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1402-13-05 SH", "a year has 12 months"),
        ("۱۴۰۲/۰۱/۰۵", "names no calendar: write '1402-01-05 SH' where it is Solar Hijri"),
        ("44971", "the number of a day in a spreadsheet: write 2023-02-14"),
    ],
)
def test_dates_that_need_a_word_more(text: str, said: str) -> None:
    (fault,) = checked(text).errors
    assert said in fault.message
    assert fault.value == text
