from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import schema
from geodata.report import Fault
from geodata.validate import default_extent, validate_claims
from geodata.validate.references import circles

pytestmark = pytest.mark.second_tier

CLAIMS = Path(__file__).parents[1].parent / "shared" / "data" / "reported_claims.csv"
TODAY = dt.date(2024, 7, 1)
BASE = {
    "actor": "ISKP",
    "text": "It is there.",
    "kind": "presence",
    "places": "Kunduz",
    "outlet": "Amu TV",
    "reported": "2024-06",
}


def table(*rows: dict[str, Any], file: str = "claims.csv") -> pd.DataFrame:
    """Build a raw frame: a claim for each row, which may override or remove what BASE has."""
    frame = pd.DataFrame([BASE | row for row in rows]).dropna(axis="columns", how="all")
    frame = frame.astype("str")
    frame["file"] = pd.Series([file] * len(rows), dtype="str")
    frame["row"] = pd.Series(range(2, len(rows) + 2), dtype="Int64")
    return frame


def check(*rows: dict[str, Any]) -> tuple[pd.DataFrame, list[Fault], list[Fault]]:
    return validate_claims(table(*rows), today=TODAY)


def good(row: dict[str, Any]) -> pd.Series:
    claims, errors, warnings = check(row)
    assert errors == []
    assert warnings == []
    return claims.iloc[0]


def only(faults: list[Fault]) -> Fault:
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def error(row: dict[str, Any]) -> Fault:
    return only(check(row)[1])


def warning(row: dict[str, Any]) -> Fault:
    _, errors, warnings = check(row)
    assert errors == []
    return only(warnings)


# --- the frame ------------------------------------------------------------------


def test_a_typed_frame_with_every_column_and_the_index_kept() -> None:
    raw = table({"latitude": "36.7", "longitude": "68.9", "where_precision": "3"})
    raw.index = pd.Index([40])
    before = raw.copy()
    claims, errors, warnings = validate_claims(raw, today=TODAY)
    assert (errors, warnings) == ([], [])
    pd.testing.assert_frame_equal(raw, before)
    assert claims.columns.tolist() == [
        *schema.CLAIM_COLUMNS,
        *schema.PROVENANCE_COLUMNS,
        *schema.DERIVED_COLUMNS,
    ]
    assert claims.index.tolist() == [40]
    numbers = [*schema.NUMBER_COLUMNS, "latitude", "longitude", "low", "high"]
    days = [f"{column}_{end}" for column in schema.DATE_COLUMNS for end in ("first", "last")]
    whole = ["where_precision", "row"]
    tuples = ["actor_ids", "place_ids", "region_ids"]
    texts = [c for c in claims.columns if c not in {*numbers, *days, *whole, *tuples}]
    for columns, dtype in (
        (numbers, "float64"),
        (days, "datetime64[s]"),
        (whole, "Int64"),
        (tuples, "object"),
        (texts, "str"),
    ):
        assert {str(claims[column].dtype) for column in columns} == {dtype}
    row = claims.loc[40]
    assert row["actor_ids"] == ("ISKP",)
    assert row["place_ids"] == row["region_ids"] == ()
    assert row["status"] == "current"
    assert row["extent"] == "each"
    assert row["claim_id"] == row["origin_id"]
    assert row["reported_last"] == pd.Timestamp("2024-06-30")
    assert row["where_precision"] == 3


def test_a_table_without_rows_is_typed_too() -> None:
    claims, errors, warnings = validate_claims(table({}).iloc[:0], today=TODAY)
    assert (len(claims), errors, warnings) == (0, [], [])
    assert str(claims["reported_last"].dtype) == "datetime64[s]"


def test_all_faults_come_at_once_in_the_order_of_the_rows() -> None:
    _, errors, _ = check(
        {"reliability": "Z", "url": "ftp://x.org"},
        {},
        {"actor": None, "stated": "14.02.2023"},
    )
    assert [(fault.file, fault.row, fault.column) for fault in errors] == [
        ("claims.csv", 2, "url"),
        ("claims.csv", 2, "reliability"),
        ("claims.csv", 4, "actor"),
        ("claims.csv", 4, "stated"),
    ]
    assert str(errors[0]).startswith("claims.csv:2: url: 'ftp://x.org' is no web address")


# --- required cells -------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"actor": None}, "actor"),
        ({"actor": " ; "}, "actor"),
        ({"text": None}, "text"),
        ({"places": None}, "places"),
    ],
)
def test_what_a_claim_cannot_do_without(row: dict[str, Any], column: str) -> None:
    assert error(row).column == column


def test_a_cell_may_not_be_over_long_and_is_quoted_shortened() -> None:
    fault = error({"note": "x" * 20_001})
    assert (fault.column, len(fault.value or "")) == ("note", 200)
    assert "20,001 characters" in fault.message
    assert good({"note": "x" * 20_000})["note"] == "x" * 20_000


def test_text_that_looks_like_a_formula_or_markup_stays_text() -> None:
    text = '=HYPERLINK("http://x")<script>${1}`'
    assert good({"text": text, "note": "@SUM(1)"})["text"] == text


# --- codes ----------------------------------------------------------------------


def test_codes_in_any_case() -> None:
    row = good(
        {"kind": "Strength", "extent": "EACH", "value": "5", "unit": "camps", "modifier": "Up To"}
        | {"reliability": "b", "credibility": "2", "status": "Corrected"}
    )
    assert row[["kind", "extent", "modifier", "reliability", "credibility", "status"]].tolist() == [
        *("strength", "each", "up_to", "B", "2", "corrected")
    ]


@pytest.mark.parametrize(
    ("column", "value", "suggestion"),
    [
        ("kind", "strenght", "strength"),
        ("extent", "jointly", "joint"),
        ("status", "retract", "retracted"),
        ("reliability", "G", None),
        ("credibility", "7", None),
        ("where_precision", "8", None),
    ],
)
def test_a_wrong_code_lists_what_is_valid(column: str, value: str, suggestion: str | None) -> None:
    fault = error({column: value})
    assert (fault.column, fault.value) == (column, value)
    assert "use one of" in fault.message
    assert suggestion is None or suggestion in fault.suggestions


def test_a_kind_that_is_absent_is_read_from_the_figure() -> None:
    claims, errors, warnings = check(
        {"kind": None}, {"kind": None, "value": "5", "unit": "fighters", "extent": "each"}
    )
    assert errors == []
    assert claims["kind"].tolist() == ["presence", "strength"]
    assert [(fault.row, fault.column, fault.value) for fault in warnings] == [
        (2, "kind", None),
        (3, "kind", None),
    ]
    assert "'strength'" in warnings[1].message


# --- figures --------------------------------------------------------------------

FIGURES = [
    ({"value": "6,500"}, (6500, None, None, "exact", 6500, 6500)),
    ({"value": "over 1,000"}, (1000, None, None, "over", 1000, np.inf)),
    ({"value": "1000", "modifier": "over"}, (1000, None, None, "over", 1000, np.inf)),
    ({"value": "over 1,000", "modifier": "over"}, (1000, None, None, "over", 1000, np.inf)),
    ({"value": "4000", "modifier": "up_to"}, (4000, None, None, "up_to", 0, 4000)),
    ({"value": "4000", "modifier": "Nearly"}, (4000, None, None, "about", 4000, 4000)),
    ({"value": "4,000–6,000"}, (None, 4000, 6000, "between", 4000, 6000)),
    ({"value": "4-6k", "modifier": "about"}, (None, 4000, 6000, "about", 4000, 6000)),
    ({"value_low": "50", "value_high": "60"}, (None, 50, 60, "between", 50, 60)),
    (
        {"value_low": "50", "value_high": "60", "modifier": "about"},
        (None, 50, 60, "about", 50, 60),
    ),
    (
        {"value": "10", "value_low": "5", "value_high": "15"},
        (10, 5, 15, "about", 5, 15),
    ),
    (
        {"value": "4,000–6,000", "value_low": "4000", "value_high": "6000", "modifier": "between"},
        (None, 4000, 6000, "between", 4000, 6000),
    ),
    ({"value": "۶۵۰۰"}, (6500, None, None, "exact", 6500, 6500)),
    ({"value": "0"}, (0, None, None, "exact", 0, 0)),
]


@pytest.mark.parametrize(("cells", "expected"), FIGURES)
def test_figures(cells: dict[str, str], expected: tuple[Any, ...]) -> None:
    row = good({"kind": "strength", "unit": "Militants", **cells})
    names = ["value", "value_low", "value_high", "modifier", "low", "high"]
    assert tuple(None if pd.isna(row[name]) else row[name] for name in names) == expected
    assert (row["unit"], row["unit_family"]) == ("Militants", "fighters")


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"value": "dozens"}, "value", "leave the value empty"),
        ({"value": "6.500"}, "value", "can be read as"),
        ({"value": "-1"}, "value", "is negative"),
        ({"value": "over 1,000", "modifier": "up_to"}, "modifier", "say different things"),
        ({"value": "4-6", "modifier": "exact"}, "modifier", "say different things"),
        ({"value": "5", "modifier": "sort of"}, "modifier", "use one of"),
        ({"value": "4-6", "value_low": "3"}, "value", "give another"),
        ({"value_low": "over 5", "value_high": "9"}, "value_low", "more than the end"),
        ({"value_low": "9", "value_high": "5"}, "value_low", "swap"),
        ({"value_low": "9"}, "value_low", "give both"),
        ({"value": "5", "value_high": "9"}, "value_low", "give both"),
        ({"value": "5", "modifier": "between"}, "modifier", "needs value_low and value_high"),
        ({"modifier": "between"}, "modifier", "needs value_low and value_high"),
        ({"modifier": "about"}, "modifier", "qualifies no figure"),
        (
            {"value": "5", "value_low": "4", "value_high": "6", "modifier": "up_to"},
            "modifier",
            "do not go with 'up_to'",
        ),
        ({"value": "9", "value_low": "4", "value_high": "6"}, "value", "lies outside"),
    ],
)
def test_figures_that_do_not_fit(cells: dict[str, str], column: str, words: str) -> None:
    _, errors, _ = check({"kind": "strength", "unit": "fighters", **cells})
    assert any(fault.column == column and words in fault.message for fault in errors)
    if cells != {"modifier": "between"}:
        only(errors)


def test_an_ambiguous_number_suggests_its_readings() -> None:
    fault = error({"kind": "strength", "unit": "fighters", "value": "6.500"})
    assert fault.suggestions == ("6500", "6.5")


def test_a_figure_without_a_unit_is_doubtful() -> None:
    assert warning({"kind": "strength", "value": "5"}).column == "unit"


# --- where ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"latitude": "91", "longitude": "10"}, "latitude"),
        ({"latitude": "10", "longitude": "-181"}, "longitude"),
        ({"latitude": "36.7"}, "longitude"),
        ({"longitude": "68.9"}, "latitude"),
        ({"latitude": "36°43'N", "longitude": "68.9"}, "latitude"),
        ({"latitude": "nan", "longitude": "68.9"}, "latitude"),
        ({"latitude": "1e1", "longitude": "68.9"}, "latitude"),
    ],
)
def test_points_that_are_none(cells: dict[str, str], column: str) -> None:
    assert error(cells).column == column


@pytest.mark.parametrize("texts", [("36,73", "68,85"), ("۳۶٫۷۳", "۶۸٫۸۵"), ("+36.73", "68.850")])
def test_decimal_marks_and_digits_of_degrees(texts: tuple[str, str]) -> None:
    claim = good({"latitude": texts[0], "longitude": texts[1]})
    assert (claim["latitude"], claim["longitude"]) == (36.73, 68.85)


def test_the_point_of_forgotten_coordinates_is_doubtful() -> None:
    assert warning({"latitude": "0", "longitude": "0.0"}).column == "latitude"


EXTENTS = [
    ({"places": "Kunduz"}, "each", None),
    ({"places": "Kunduz; Takhar"}, "each", None),
    ({"places": "Kunduz", "value": "5"}, "each", None),
    ({"places": "Kunduz; Takhar", "value": "5"}, "within", "read as 'within'"),
    ({"places": "Kunduz; Takhar", "value": "5", "extent": "joint"}, "joint", None),
    ({"places": "Kunduz; ", "value": "5"}, "each", None),
    ({"places": None, "country": "AFG", "value": "5"}, "nationwide", None),
    ({"places": None, "latitude": "36", "longitude": "68", "value": "5"}, "each", None),
    (
        {"places": None, "country": "AFG", "latitude": "36", "longitude": "68", "value": "5"},
        "each",
        None,
    ),
    (
        {"places": None, "country": "AFG", "latitude": "36", "longitude": "68"}
        | {"where_precision": "6"},
        "nationwide",
        None,
    ),
    ({"actor": "TTP; ISKP", "places": "Kunduz", "value": "5"}, "each", None),
]


@pytest.mark.parametrize(("cells", "extent", "words"), EXTENTS)
def test_extent_by_default(cells: dict[str, Any], extent: str, words: str | None) -> None:
    claims, errors, warnings = check({"kind": "strength", "unit": "fighters", **cells})
    assert errors == []
    assert claims["extent"].tolist() == [extent]
    if words is None:
        assert warnings == []
    else:
        assert words in only(warnings).message


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"extent": "nationwide", "country": "AFG"}, "leave `places` empty"),
        (
            {"extent": "nationwide", "places": None, "latitude": "1", "longitude": "2"},
            "needs a country",
        ),
        ({"extent": "joint", "places": None, "country": "AFG"}, "'joint' needs places"),
    ],
)
def test_extents_that_do_not_fit_the_place(cells: dict[str, Any], words: str) -> None:
    fault = error(cells)
    assert fault.column == "extent"
    assert words in fault.message


def test_default_extent_is_a_new_series_with_the_index_kept() -> None:
    places = pd.Series([0, 1, 3, 3], index=[9, 8, 7, 6])
    extent = default_extent(
        places, has_figure=places >= 1, national=pd.Series([True] + [False] * 3, index=places.index)
    )
    assert extent.to_dict() == {9: "nationwide", 8: "each", 7: "within", 6: "within"}


# --- links, languages, dates ----------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://tass.com/defense/1576031/amp",
        "HTTP://example.org",
        "http://[2001:db8::1]:8080/a?b=c#d",
        "https://пример.рф/страница",
        "https://a.org/x?u=me@b.org",
        "https://htsyndication.com/un-says-2%2C000-fighters/95965804",
    ],
)
def test_links(url: str) -> None:
    assert good({"url": url})["url"] == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.org",
        "file:///etc/passwd",
        "//a.org",
        "https://",
        "https://user:pw@a.org/",
        "https://a.org\\@b.org/",
        "https://a.org/a b",
        "https://a.org/\u202egpj.exe",
        "https://a.org/\nx",
        'https://a.org/"><script>',
        "https://a.org/" + "x" * 4000,
    ],
)
@pytest.mark.parametrize("column", ["url", "archive_url"])
def test_what_is_no_safe_link(url: str, column: str) -> None:
    fault = error({column: url})
    assert fault.column == column
    assert len(fault.message) < 300


def test_a_link_without_its_scheme_is_suggested_with_it() -> None:
    assert error({"url": "www.a.org/x"}).suggestions == ("https://www.a.org/x",)


@pytest.mark.parametrize(("tag", "standard"), [("en", "en"), ("fa-AF", "fa-AF"), ("eng", "en")])
def test_languages(tag: str, standard: str) -> None:
    assert good({"quote": "up to", "lang": tag})["lang"] == standard


@pytest.mark.parametrize("tag", ["English", "xx-", "e", "x" * 100, "en;fa", "<b>"])
def test_what_is_no_language(tag: str) -> None:
    assert error({"lang": tag}).column == "lang"


def test_dates_become_first_and_last_day() -> None:
    row = good({"stated": "2023-02-14", "reported": "2023-02", "as_of": "2021~"})
    names = ["stated_first", "reported_first", "reported_last", "as_of_first", "as_of_last"]
    assert [day.date().isoformat() for day in row[names]] == [
        *("2023-02-14", "2023-02-01", "2023-02-28", "2021-01-01", "2021-12-31")
    ]
    assert pd.isna(row["status_date_last"])
    assert row["as_of"] == "2021~"


def test_a_date_in_another_form_is_an_error_that_suggests_the_iso_form() -> None:
    fault = error({"stated": "14.02.2023"})
    assert (fault.column, fault.suggestions) == ("stated", ("2023-02-14",))


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"stated": "2024-06", "reported": "2024-05-31"}, "before it was stated"),
        ({"reported": "2024-07-02"}, "after today, 2024-07-01"),
        ({"as_of": "1402-11-25"}, "Solar Hijri"),
    ],
)
def test_dates_that_are_doubtful(cells: dict[str, str], words: str) -> None:
    assert words in warning(cells).message


def test_a_month_that_is_not_over_is_no_future() -> None:
    good({"reported": "2024-07"})
    good({"stated": "2024-06-30", "reported": "2024-06"})


# --- who ------------------------------------------------------------------------


def test_actors_are_resolved_and_the_spelling_given_is_kept() -> None:
    row = good({"actor": "al Qaeda; Pakistani Taliban"})
    assert row["actor_ids"] == ("Al-Qaeda", "TTP")
    assert row["actor"] == "al Qaeda; Pakistani Taliban"


def test_a_near_name_is_a_warning_and_an_actor_of_its_own() -> None:
    claims, errors, warnings = check({"actor": "Jamaat Ansarulah"})
    assert errors == []
    assert claims["actor_ids"].tolist() == [("Jamaat Ansarulah",)]
    assert only(warnings).suggestions == ("Jamaat Ansarullah",)


@pytest.mark.parametrize(
    ("cells", "source"),
    [
        ({"affiliation": "CSTO", "speaker": "Sidorov"}, "CSTO"),
        ({"speaker": "Sidorov"}, "Sidorov"),
        ({}, "Amu TV"),
    ],
)
def test_source(cells: dict[str, str], source: str) -> None:
    assert good(cells)["source"] == source


def test_no_one_to_attribute_to_is_doubtful() -> None:
    assert "no one to attribute" in warning({"outlet": None}).message


# --- ids and references -----------------------------------------------------------


def test_an_id_is_made_of_the_content_and_stays_the_same() -> None:
    one = good({"text": "One"})["claim_id"]
    claims, _, _ = check({"text": "Other"}, {"text": "One"})
    assert claims["claim_id"].tolist()[1] == one
    assert claims["claim_id"].nunique() == 2


def test_identical_rows_get_ids_of_their_own_and_a_warning() -> None:
    claims, errors, warnings = check({}, {}, {})
    assert errors == []
    assert claims["claim_id"].nunique() == 3
    assert [(fault.row, fault.column, fault.value) for fault in warnings] == [
        (3, "claim_id", None),
        (4, "claim_id", None),
    ]
    assert f"'{claims['claim_id'].iloc[1]}'" in warnings[0].message


def test_a_made_id_never_takes_one_that_is_given() -> None:
    made = good({})["claim_id"]
    claims, errors, _ = check({"claim_id": made, "text": "Other"}, {})
    assert errors == []
    assert claims["claim_id"].tolist() == [made, f"{made}-2"]


def test_ids_are_unique_over_all_files() -> None:
    raw = pd.concat(
        [table({"claim_id": "a"}), table({"claim_id": "a", "text": "B"}, file="other.csv")],
        ignore_index=True,
    )
    fault = only(validate_claims(raw, today=TODAY)[1])
    assert (fault.file, fault.row, fault.column) == ("other.csv", 2, "claim_id")
    assert "claims.csv:2" in fault.message


@pytest.mark.parametrize("name", ["a;b", "a\nb", "x" * 201])
def test_what_is_no_id(name: str) -> None:
    assert error({"claim_id": name}).column == "claim_id"


def test_origins() -> None:
    claims, errors, warnings = check(
        {"claim_id": "first"},
        {"claim_id": "second", "origin_id": "first"},
        {"claim_id": "third", "origin_id": "a shared name"},
    )
    assert (errors, warnings) == ([], [])
    assert claims["origin_id"].tolist() == ["first", "first", "a shared name"]


def test_a_retelling_of_a_retelling_retells_the_first() -> None:
    claims, errors, warnings = check(
        {"claim_id": "c", "origin_id": "b"},
        {"claim_id": "b", "origin_id": "a"},
        {"claim_id": "a"},
    )
    assert errors == []
    assert claims["origin_id"].tolist() == ["a", "a", "a"]
    assert only(warnings).suggestions == ("a",)


def test_origins_in_a_circle() -> None:
    _, errors, _ = check(
        {"claim_id": "a", "origin_id": "b"},
        {"claim_id": "b", "origin_id": "a"},
        {"claim_id": "c", "origin_id": "a"},
    )
    assert [(fault.row, fault.column) for fault in errors] == [
        (2, "origin_id"),
        (3, "origin_id"),
        (4, "origin_id"),
    ]


def test_references_that_hold() -> None:
    _, errors, warnings = check(
        {"claim_id": "total", "origin_id": "shared"},
        {"claim_id": "part", "part_of": "total"},
        {"claim_id": "part-2", "part_of": "shared"},
        {"claim_id": "no", "kind": "denial", "denies": "total; shared"},
        {"claim_id": "new", "supersedes": "part"},
    )
    assert (errors, warnings) == ([], [])


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"part_of": "tota"}, "part_of", "no claim has the id 'tota'"),
        ({"part_of": "own"}, "part_of", "no part of itself"),
        ({"part_of": "twin"}, "part_of", "no part of itself"),
        ({"supersedes": "tota"}, "supersedes", "no claim has the id"),
        ({"supersedes": "own"}, "supersedes", "cannot supersede itself"),
        ({"kind": "denial", "denies": "total; tota"}, "denies", "no claim has the id 'tota'"),
        ({"kind": "denial", "denies": "own"}, "denies", "cannot deny itself"),
    ],
)
def test_references_that_do_not_hold(cells: dict[str, str], column: str, words: str) -> None:
    _, errors, _ = check(
        {"claim_id": "total"},
        {"claim_id": "own", "origin_id": "o", **cells},
        {"claim_id": "twin", "origin_id": "o"},
    )
    fault = only(errors)
    assert (fault.row, fault.column, fault.value) == (3, column, cells[column])
    assert words in fault.message
    assert fault.suggestions == (("total",) if "has the id" in words else ())


def test_only_a_denial_denies() -> None:
    _, errors, warnings = check({"claim_id": "a"}, {"claim_id": "b", "denies": "a"})
    assert errors == []
    assert only(warnings).column == "kind"


@pytest.mark.parametrize("column", ["part_of", "supersedes"])
def test_circles_are_named(column: str) -> None:
    _, errors, _ = check(
        {"claim_id": "a", column: "b"},
        {"claim_id": "b", column: "c"},
        {"claim_id": "c", column: "a"},
        {"claim_id": "d", column: "a"},
    )
    assert [(fault.row, fault.column, fault.value) for fault in errors] == [
        (2, column, "b"),
        (3, column, "c"),
        (4, column, "a"),
    ]
    assert "'b' → 'c' → 'a' → 'b'" in errors[0].message


def test_circles_run_over_origins() -> None:
    _, errors, _ = check(
        {"claim_id": "a1", "origin_id": "a", "part_of": "b1"},
        {"claim_id": "a2", "origin_id": "a"},
        {"claim_id": "b1", "origin_id": "b"},
        {"claim_id": "b2", "origin_id": "b", "part_of": "a2"},
    )
    assert [fault.row for fault in errors] == [2, 5]


def test_a_chain_of_any_length_is_followed() -> None:
    length = 5_000
    names = [f"c{number}" for number in range(length)]
    raw = pd.DataFrame({"claim_id": names, "part_of": [None, *names[:-1]]}, dtype="str")
    raw = raw.assign(supersedes=raw["part_of"], **BASE)
    raw = raw.assign(file="f", row=range(length))
    _, errors, warnings = validate_claims(raw, today=TODAY)
    assert (errors, warnings) == ([], [])
    raw.loc[0, "part_of"] = names[-1]
    assert len(validate_claims(raw, today=TODAY)[1]) == length


@given(st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef"))))
def test_circles_hold_all_nodes_that_reach_themselves(links: dict[str, set[str]]) -> None:
    def reached(node: str) -> set[str]:
        seen: set[str] = set()
        todo = list(links.get(node, ()))
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo += links.get(at, ())
        return seen

    on_circle = {node for node in "abcdef" if node in reached(node)}
    found = circles(links)
    assert on_circle <= found
    # What is found besides lies between two circles.
    assert all(reached(node) & on_circle for node in found)


# --- status ---------------------------------------------------------------------


def test_an_end_without_a_day_is_doubtful_unless_a_successor_has_one() -> None:
    assert warning({"status": "retracted"}).column == "status_date"
    good({"status": "retracted", "status_date": "2024-06-20"})
    _, errors, warnings = check(
        {"claim_id": "old", "status": "superseded"}, {"claim_id": "new", "supersedes": "old"}
    )
    assert (errors, warnings) == ([], [])


# --- anything -------------------------------------------------------------------

cells = st.dictionaries(
    st.sampled_from(schema.CLAIM_COLUMNS),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    | st.sampled_from(["over 5", "4-6", "2023", "joint", "AFG", "a; b", "nationwide", "91"]),
)


@settings(deadline=None, max_examples=25)
@given(st.lists(cells, min_size=1, max_size=3))
def test_any_table_gives_a_typed_frame_and_faults(rows: list[dict[str, str]]) -> None:
    raw = pd.DataFrame(rows).astype("str").assign(file="f.csv", row=range(len(rows)))
    claims, errors, warnings = validate_claims(raw, today=TODAY)
    assert claims.index.tolist() == raw.index.tolist()
    assert claims["claim_id"].notna().all()
    assert claims["origin_id"].notna().all()
    for fault in [*errors, *warnings]:
        assert fault.file == "f.csv"
        assert fault.row in range(len(rows))
        assert fault.column in schema.CLAIM_COLUMNS
        assert 10 < len(fault.message) < 700
    faulty = {fault.row for fault in errors}
    fine = claims[~claims["row"].isin(faulty)]
    assert (fine["low"].isna() | (fine["low"] <= fine["high"])).all()
    assert fine["extent"].isin(schema.EXTENTS).all()
    assert fine["kind"].isin(schema.KINDS).all()


# --- real claims, and many ------------------------------------------------------


@pytest.fixture
def reported() -> pd.DataFrame:
    if not CLAIMS.exists():
        pytest.skip("the shared data are not here")
    raw = pd.read_csv(CLAIMS, dtype="str")
    return raw.assign(file="reported_claims.csv", row=range(2, len(raw) + 2))


def test_the_reported_claims_have_no_error(reported: pd.DataFrame) -> None:
    claims, errors, warnings = validate_claims(reported, today=dt.date(2026, 1, 1))
    assert (len(claims), errors, warnings) == (80, [], [])
    assert claims["origin_id"].nunique() == 64
    names = ["modifier", "low", "high", "unit_family"]
    told = claims.set_index("claim_id")[[*names, "as_of_last"]].to_dict("index")
    for claim_id, expected in {
        "tass-2023-02-north": ("up_to", 0, 4000, "fighters"),
        "kabulnow-2024-06-iskp-north": ("exact", 4000, 4000, "fighters"),
        "un-2023-08-iskp": ("between", 4000, 6000, "fighters and family members"),
    }.items():
        assert tuple(told[claim_id][name] for name in names) == expected
    assert told["xinhua-2015-07-before"]["as_of_last"] == pd.Timestamp("2014-01-31")


def test_many_rows_take_seconds() -> None:
    count = 20_000
    number = pd.Series(range(count))
    raw = pd.DataFrame({name: [value] * count for name, value in BASE.items()}).assign(
        claim_id="c" + number.astype("str"),
        kind="strength",
        value="about " + number.astype("str"),
        unit="fighters",
        text="Text " + number.astype("str"),
        file="f",
        row=number,
    )
    started = time.process_time()
    claims, errors, warnings = validate_claims(raw, today=TODAY)
    assert time.process_time() - started < 3  # measured: 0.4 s
    assert (len(claims), errors, warnings) == (count, [], [])
