from __future__ import annotations

import contextlib
import datetime as dt
import re
import warnings

import pandas as pd
import pytest
from edtf import parse_edtf
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geodata.errors import DateError
from geodata.text.dates import Days, parse_date, parse_dates

GOOD = {
    "2023": ("2023-01-01", "2023-12-31"),
    "2023-02": ("2023-02-01", "2023-02-28"),
    "2024-02": ("2024-02-01", "2024-02-29"),
    "2023-02-14": ("2023-02-14", "2023-02-14"),
    "2023~": ("2023-01-01", "2023-12-31"),
    "2023-02?": ("2023-02-01", "2023-02-28"),
    "2023-02-14%": ("2023-02-14", "2023-02-14"),
    "2014-01~": ("2014-01-01", "2014-01-31"),
    "2023-21": ("2023-03-01", "2023-05-31"),
    "2023-22": ("2023-06-01", "2023-08-31"),
    "2023-23": ("2023-09-01", "2023-11-30"),
    "2023-24": ("2023-12-01", "2023-12-31"),
    "2023-01/2023-03": ("2023-01-01", "2023-03-31"),
    "2023-01-05~/2023?": ("2023-01-05", "2023-12-31"),
    "2023-21/2023-22": ("2023-03-01", "2023-08-31"),
    "201X": ("2010-01-01", "2019-12-31"),
    "2023-XX": ("2023-01-01", "2023-12-31"),
    "2023-02-XX": ("2023-02-01", "2023-02-28"),
    "[2021,2022]": ("2021-01-01", "2022-12-31"),
    "2023-02-14T10:00:00Z": ("2023-02-14", "2023-02-14"),
    "2023-02-14T10:00": ("2023-02-14", "2023-02-14"),
    "0001": ("0001-01-01", "0001-12-31"),
    "2199-12-31": ("2199-12-31", "2199-12-31"),
    "2099": ("2099-01-01", "2099-12-31"),  # the future is validation's to warn of
}

SUGGESTED = {
    "14.02.2023": "2023-02-14",
    "14.2.2023": "2023-02-14",
    "02/14/2023": "2023-02-14",
    "14/02/2023": "2023-02-14",
    "2023/02/14": "2023-02-14",
    "20230214": "2023-02-14",
    "2023-2-4": "2023-02-04",
    "2023-1": "2023-01",
    "Feb 2023": "2023-02",
    "14 Feb 2023": "2023-02-14",
    "February 14, 2023": "2023-02-14",
    "14 февраля 2023 г.": "2023-02-14",
    "12/2023": "2023-12",
    "c. 2023": "2023~",
    "2021-2022": "2021/2022",
    "۲۰۲۳-۰۲-۱۴": "2023-02-14",
    "2023–02–14": "2023-02-14",
    "2023\n": "2023",
}

REFUSED = {
    "2023-02-31": "February 2023 has 28 days",
    "2019-02-29": "February 2019 has 28 days",
    "2023-04-31~": "April 2023 has 30 days",
    "2023-02-00": "February 2023 has 28 days",
    "0000": "outside 1 to 2199",
    "2200": "outside 1 to 2199",
    "9999-01-01": "outside 1 to 2199",
    "-0044": "outside 1 to 2199",
    "Y20230": "outside 1 to 2199",
    "XXXX": "outside 1 to 2199",
    "02/03/2023": "write 2023-02-03 or 2023-03-02",
    "2023-02-14/2023-02-10": "ends before it begins",
    "2023/..": "is open",
    "../2023": "is open",
    "/2023": "is open",
    "2023-13": "not a date in EDTF",
    "2023-01/2023-02-31": "not a date in EDTF",
    "2023-02-14T25:00": "not a date in EDTF",
    "2023/2024/2025": "not a date in EDTF",
    "yesterday": "write 2023, 2023-02",
    "": "not a date in EDTF",
    "x" * 1000: "too long",
    "[" * 59: "not a date in EDTF",
    "/" * 20000: "too long",
}


@pytest.mark.parametrize(("text", "days"), GOOD.items())
def test_first_and_last_day(text: str, days: tuple[str, str]) -> None:
    assert parse_date(text) == Days(*map(dt.date.fromisoformat, days))


@pytest.mark.parametrize(("text", "iso"), SUGGESTED.items())
def test_other_forms_are_refused_and_the_iso_form_suggested(text: str, iso: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_date(text)
    assert caught.value.suggestions == (iso,)
    assert iso in str(caught.value)
    parse_date(iso)


@pytest.mark.parametrize(("text", "words"), REFUSED.items())
def test_what_is_no_date_is_refused_with_a_remedy(text: str, words: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_date(text)
    assert words in str(caught.value)
    assert caught.value.suggestions == ()
    assert len(str(caught.value)) < 300


def test_a_column_keeps_its_index_and_reads_each_text_as_alone() -> None:
    texts = [*GOOD, *SUGGESTED]
    index = pd.Index(range(5, 5 + 2 * len(texts)), name="claim")
    frame = parse_dates(pd.Series([*texts, *texts], index=index, dtype="str"))
    pd.testing.assert_index_equal(frame.index, index)
    assert frame.dtypes.astype(str).to_dict() == {
        "first": "datetime64[s]",
        "last": "datetime64[s]",
        "error": "str",
        "suggestions": "object",
    }
    good = frame.iloc[: len(GOOD)]
    assert good["first"].dt.strftime("%Y-%m-%d").str.zfill(10).tolist() == [
        d[0] for d in GOOD.values()
    ]
    assert good["last"].dt.strftime("%Y-%m-%d").str.zfill(10).tolist() == [
        d[1] for d in GOOD.values()
    ]
    assert good["error"].isna().all()
    bad = frame.iloc[len(GOOD) : len(texts)]
    assert bad["first"].isna().all()
    assert bad["suggestions"].tolist() == [(iso,) for iso in SUGGESTED.values()]


def test_missing_stays_missing() -> None:
    frame = parse_dates(pd.Series([None, "2023"], index=[3, 4], dtype="str"))
    assert frame["first"].isna().tolist() == [True, False]
    assert frame["error"].isna().all()
    assert frame["suggestions"].tolist() == [(), ()]
    assert parse_dates(pd.Series([], dtype="str")).empty


plain_dates = st.dates(dt.date(1, 1, 1), dt.date(2199, 12, 31)).flatmap(
    lambda day: st.sampled_from([day.isoformat()[:length] for length in (4, 7, 10)])
)


@pytest.mark.second_tier
@settings(max_examples=60, deadline=None)
@given(plain_dates, st.sampled_from(["", "~", "?", "%"]))
def test_the_fast_way_gives_what_edtf_gives(text: str, sign: str) -> None:
    expected = parse_edtf(text + sign)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = parse_date(text + sign)
    assert found.first.timetuple()[:3] == expected.lower_strict()[:3]
    assert found.last.timetuple()[:3] == expected.upper_strict()[:3]


@pytest.mark.second_tier
@settings(max_examples=30, deadline=None)
@given(plain_dates, plain_dates)
def test_intervals_of_plain_dates_give_what_edtf_gives(one: str, other: str) -> None:
    begin, end = sorted((one, other), key=lambda text: parse_date(text).first)
    expected = parse_edtf(f"{begin}/{end}")
    found = parse_date(f"{begin}/{end}")
    assert found.first.timetuple()[:3] == expected.lower_strict()[:3]
    assert found.last.timetuple()[:3] == expected.upper_strict()[:3]


@settings(deadline=None)
@given(st.text(max_size=70) | st.text(alphabet="0123X-/~?%TZ:.,[]{} ", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        days = parse_date(text)
    except DateError:
        return
    assert dt.date(1, 1, 1) <= days.first <= days.last <= dt.date(2199, 12, 31)


DATE_LIKE = st.from_regex(
    re.compile(
        r"\A[\[{]?[12][0-9X]{3}(-[0-9X]{2}){0,2}[~?%]?((/|\.\.|,)[12][0-9X]{3}-[0-9X]{2})?[\]}]?\Z"
    )
)


@example("2023-1X")
@example("2023-1X-1X")
@example("[2023-1X..2024-1X]")
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DATE_LIKE)
def test_no_date_prints_anything(capfd: pytest.CaptureFixture[str], text: str) -> None:
    with contextlib.suppress(DateError):
        parse_date(text)
    assert capfd.readouterr() == ("", "")
