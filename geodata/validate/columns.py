"""Columns that are right or wrong by themselves: codes, coordinates, links, languages, dates.

Each function takes the claims as texts, notes what is wrong, and returns the
typed columns. Distinct cells are looked at once, however many rows repeat them.

pandera was measured here: it checks code lists fast enough, but every cell has to
be read before it can be checked (case, numbers in words, EDTF), and its failure
cases know neither the remedy nor the nearest code, so that each check would have
stood here a second time.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pandas as pd
from rapidfuzz import fuzz, process

from geodata import schema
from geodata.errors import DateError
from geodata.text.dates import parse_dates, plain_digits, two_years
from geodata.text.quoting import quoted
from geodata.text.solar_hijri import gregorian
from geodata.validate.faults import Faults

LONGEST_CELL: Final = 20_000
LONGEST_URL: Final = 4_000
_NOUNS: Final = {
    "reliability": "Admiralty reliability",
    "credibility": "Admiralty credibility",
    "where_precision": "UCDP precision",
}
_NEAR: Final = 60.0  # rapidfuzz ratio from which a code is worth suggesting
_OLD_YEAR: Final = 1900
# How programs write a day that they keep as a moment.
_MIDNIGHT: Final = re.compile(r"(?<=^[0-9]{4}-[0-9]{2}-[0-9]{2})[ T]00:00(?::00(?:\.0+)?)?$")
_SPACED_TIME: Final = re.compile(r"(?<=^[0-9]{4}-[0-9]{2}-[0-9]{2}) (?=[0-9]{2}:)")

_DEGREES: Final = r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?"
# A host is a name, an IPv4 or a bracketed IPv6 address; `@` would hide it behind
# credentials, a backslash is a slash to browsers, and brackets end a link in text.
_URL: Final = re.compile(
    r"https?://(?:\[[0-9a-f:.]+\]|[\w\-]+(?:\.[\w\-]+)*\.?)(?::[0-9]{1,5})?(?:[/?#][^\s\\<>\"`]*)?",
    re.IGNORECASE,
)
# What nearly all addresses are: these need no second look, and Arrow finds them all at once.
_PLAIN_URL: Final = (
    r"https?://[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)*(/[A-Za-z0-9._~%!$&()*+,;=:@/?#\-]*)?"
)
# Controls, and signs that turn or hide text: a link must be what it looks like.
_INVISIBLE: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")


def check_lengths(given: pd.DataFrame, faults: Faults) -> None:
    """Note cells that are longer than any claim needs."""
    for column in given.columns[given.notna().any()]:
        too_long = given[column].str.len() > LONGEST_CELL
        faults.error(
            too_long,
            column,
            lambda value: (
                f"the cell holds {len(value):,} characters, at most {LONGEST_CELL:,} are read: "
                "keep the passage that matters and link to the rest in `url`"
            ),
        )


def read_codes(
    texts: pd.Series,
    column: str,
    codes: Sequence[str],
    faults: Faults,
    *,
    also: Callable[[str], str | None] | None = None,
) -> pd.Series:
    """Read a column that holds one of a list of codes, in any case.

    ``also`` knows further words for a code. Returns codes, NaN where there is none.
    """
    known = {_code_key(code): code for code in codes}
    found = {
        text: known.get(_code_key(text)) or (also(text) if also else None)
        for text in texts.dropna().unique()
    }
    listed = ", ".join(codes)

    def said(value: str) -> str:
        near = _near_codes(value, codes)
        meant = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        return f"{quoted(value)} is no {_NOUNS.get(column, column)}: use one of {listed}{meant}"

    faults.error(
        texts.notna() & ~texts.isin([text for text, code in found.items() if code]),
        column,
        said,
        suggest=lambda value: _near_codes(value, codes),
    )
    return texts.map(found).astype("str")


def read_points(given: pd.DataFrame, faults: Faults) -> dict[str, pd.Series]:
    """Read latitude, longitude and where_precision; returns these columns as numbers."""
    degrees = {
        column: _read_degrees(given[column], column, bound, faults)
        for column, bound in (("latitude", 90), ("longitude", 180))
    }
    latitude, longitude = given["latitude"], given["longitude"]
    for column, lone in (
        ("longitude", latitude.notna() & longitude.isna()),
        ("latitude", longitude.notna() & latitude.isna()),
    ):
        faults.error(
            lone, column, "a point needs latitude and longitude: give both, or leave both empty"
        )
    faults.warning(
        (degrees["latitude"] == 0) & (degrees["longitude"] == 0),
        "latitude",
        "latitude 0 and longitude 0 lie in the Gulf of Guinea: leave both empty where no point "
        "is known",
    )
    codes = [str(code) for code in schema.WHERE_PRECISION]
    precision = read_codes(
        given["where_precision"].str.removesuffix(".0"), "where_precision", codes, faults
    )
    return {**degrees, "where_precision": pd.to_numeric(precision).astype("Int64")}


def check_urls(given: pd.DataFrame, faults: Faults) -> None:
    """Note what is no link that a reader can follow safely: http and https only."""
    for column in schema.URL_COLUMNS:
        texts = given[column]
        plain = texts.str.fullmatch(_PLAIN_URL) & (texts.str.len() <= LONGEST_URL)
        rest = texts[texts.notna() & ~plain.fillna(False).astype(bool)].unique()
        wrong = {text: why for text in rest if (why := _why_no_url(text))}
        faults.error(
            texts.isin(list(wrong)),
            column,
            lambda value, wrong=wrong: f"{quoted(value)} {wrong[value]}",  # type: ignore[misc] # mypy cannot infer a default's type
            suggest=lambda value: (
                (f"https://{value}",)
                if value.startswith("www.") and not _why_no_url(f"https://{value}")
                else ()
            ),
        )


def read_languages(texts: pd.Series, faults: Faults) -> pd.Series:
    """Read BCP 47 tags; returns them in the standard spelling (``eng`` is ``en``)."""
    found = {text: _language(text) for text in texts.dropna().unique()}
    faults.error(
        texts.isin([text for text, tag in found.items() if tag is None]),
        "lang",
        lambda value: (
            f"{quoted(value)} is no language tag of BCP 47: write en, ru, fa-AF, ps or the like"
        ),
    )
    return texts.map(found).astype("str")


def read_days(given: pd.DataFrame, faults: Faults, *, today: dt.date) -> dict[str, pd.Series]:
    """Read the date columns; returns them as EDTF, and the first and last day of each.

    Texts in digits of other scripts, and dates that say that they are Solar Hijri, become
    plain Gregorian ones. Days are datetime64[s].
    """
    columns = list(schema.DATE_COLUMNS)
    texts = {column: _gregorian_texts(given[column], column, faults) for column in columns}
    parsed = parse_dates(pd.concat([texts[column] for column in columns], ignore_index=True))
    days: dict[str, pd.Series] = dict(texts)
    for number, column in enumerate(columns):
        rows = parsed.iloc[number * len(given) : (number + 1) * len(given)].set_axis(given.index)
        days[f"{column}_first"], days[f"{column}_last"] = rows["first"], rows["last"]
        _refuse_spans(texts[column], column, faults)
        bad = rows["error"].notna() & given[column].notna()
        wrong = dict(zip(given.loc[bad, column], rows.loc[bad, "error"], strict=True))
        meant = dict(zip(given.loc[bad, column], rows.loc[bad, "suggestions"], strict=True))
        faults.error(bad, column, wrong.__getitem__, suggest=meant.__getitem__)
        faults.warning(
            (rows["last"].dt.year < _OLD_YEAR).fillna(False).astype(bool),
            column,
            lambda value: (
                f"{quoted(value)} lies before {_OLD_YEAR}: mark a date of the Solar Hijri "
                "calendar, as in '1402-01-05 SH'"
            ),
        )
    _check_order(days, faults, today)
    return days


def _refuse_spans(texts: pd.Series, column: str, faults: Faults) -> None:
    """Refuse 2023-24, a winter in EDTF and two years to everyone who writes it.

    Other seasons (2023-21) name no year that follows.
    """
    spans = {
        text: span
        for text in texts.dropna().unique()
        if (span := two_years(text)) and int(span[5:]) == int(span[:4]) + 1 and "-" in text
    }
    faults.error(
        texts.isin(list(spans)),
        column,
        lambda value: (
            f"{quoted(value)} can be two years or, in EDTF, a season: write "
            f"{spans.get(value, value)} for the years, or the months that are meant, such as "
            f"{value[:4]}-12"
        ),
        values=texts,
        suggest=lambda value: (spans[value],),
    )


def _gregorian_texts(texts: pd.Series, column: str, faults: Faults) -> pd.Series:
    read: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for text in texts.dropna().unique():
        try:
            found = gregorian(text)
        except DateError as error:
            wrong[text] = str(error)
            continue
        if found:
            read[text] = found
    faults.error(texts.isin(list(wrong)), column, lambda value: wrong[value])
    solar = dict(read)
    faults.warning(
        texts.isin(list(solar)),
        column,
        lambda value: f"{quoted(value)} is Solar Hijri: read as {solar[value]}",
    )
    for text in texts.dropna().unique():
        plain = _SPACED_TIME.sub("T", _MIDNIGHT.sub("", plain_digits(text)))
        if plain != text:
            read.setdefault(text, plain)
    return texts.mask(texts.isin(list(wrong)), pd.NA).replace(read).astype("str")


def _check_order(days: Mapping[str, pd.Series], faults: Faults, today: dt.date) -> None:
    faults.warning(
        days["reported_last"] < days["stated_first"],
        "reported",
        lambda value: f"reported {value}, before it was stated: check both dates",
    )
    faults.warning(
        days["reported_first"] > pd.Timestamp(today),
        "reported",
        lambda value: (
            f"reported {value}, which is after today, {today.isoformat()}: check the date"
        ),
    )


def _code_key(text: str) -> str:
    return re.sub(r"[\s_\-]+", "_", text.strip().casefold())


def _near_codes(value: str, codes: Sequence[str]) -> tuple[str, ...]:
    near = process.extract(
        _code_key(value[:100]), codes, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=3
    )
    return tuple(str(match[0]) for match in near)


def _read_degrees(texts: pd.Series, column: str, bound: int, faults: Faults) -> pd.Series:
    # A comma can only be the decimal mark here: no degree has thousands.
    forms = {text: re.sub("[,٫]", ".", plain_digits(text)) for text in texts.dropna().unique()}
    spelt = texts.map(forms).astype("str")
    plain = spelt.str.fullmatch(_DEGREES).fillna(False).astype(bool)
    numbers = pd.to_numeric(spelt.where(plain)).astype("float64")
    faults.error(
        texts.notna() & ~plain,
        column,
        lambda value: f"{quoted(value)} is no number of degrees: write it as 36.73 or -70.5",
    )
    outside = numbers.abs() > bound
    faults.error(
        outside,
        column,
        lambda value: (
            f"{value} lies outside -{bound} to {bound}: write degrees of WGS 84, and check that "
            "latitude and longitude are not swapped"
        ),
    )
    return numbers.mask(outside)


def _why_no_url(text: str) -> str | None:
    scheme = text[:8].casefold()
    if not scheme.startswith(("http://", "https://")):
        meant = f"; did you mean https://{text}?" if text.startswith("www.") else ""
        return f"is no web address: only http:// and https:// are taken{meant[:200]}"
    if len(text) > LONGEST_URL:
        return f"is longer than {LONGEST_URL:,} characters: give the address without its tracking"
    if _INVISIBLE.search(text):
        return "holds spaces or invisible signs: percent-encode them, as in %20"
    if "@" in re.split(r"[/?#]", text.partition("://")[2], maxsplit=1)[0]:
        return "holds credentials before an @: give the address without them"
    return None if _URL.fullmatch(text) else "is no complete web address: check it in a browser"


def _language(text: str) -> str | None:
    import langcodes  # noqa: PLC0415 - its tables take a tenth of a second, and few files need them

    if len(text) > LONGEST_TAG or not langcodes.tag_is_valid(text):
        return None
    return str(langcodes.standardize_tag(text))


LONGEST_TAG: Final = 60
