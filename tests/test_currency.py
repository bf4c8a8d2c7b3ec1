"""Rule 5: from when until when a claim counts, and which telling stands for its origin."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from common import claims
from geodata.errors import ArgumentError
from geodata.rules.dating import currency_at, date_claims, parse_as_of, source_key

pytestmark = pytest.mark.second_tier


def days(frame: pd.DataFrame, column: str) -> list[str | None]:
    return [None if pd.isna(day) else str(day.date()) for day in frame[column]]


# --- as of ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2024-07-31", "2024-07-31"),
        (" 2024-02 ", "2024-02-29"),
        ("2023~", "2023-12-31"),
        (dt.date(2024, 7, 31), "2024-07-31"),
        (dt.datetime(2024, 7, 31, 23, 59, tzinfo=dt.UTC), "2024-07-31"),
        (pd.Timestamp("2024-07-31 12:00", tz="Asia/Kabul"), "2024-07-31"),
    ],
)
def test_parse_as_of(given: str | dt.date, day: str) -> None:
    assert parse_as_of(given) == pd.Timestamp(day)


def test_parse_as_of_is_today_unless_set() -> None:
    assert parse_as_of(None) == pd.Timestamp.now().normalize()


@pytest.mark.parametrize("given", ["yesterday", "", "2024-13", 20240731, pd.NaT])
def test_parse_as_of_refuses_what_is_no_date(given: object) -> None:
    with pytest.raises(ArgumentError, match="as_of"):
        parse_as_of(given)  # type: ignore[arg-type]  # what users pass is not checked


# --- visible, true of ----------------------------------------------------------


def test_visible_from_reported_and_true_of_as_of_each_by_its_last_day() -> None:
    frame = claims(
        {"stated": "2023", "reported": "2024-06", "as_of": "2021~"},
        {"stated": "2023-02"},
        {"reported": "2024-06-03"},
        {},
        {"as_of": "2022"},
    )
    dated = date_claims(frame)
    assert days(dated, "visible_from") == ["2024-06-30", "2023-02-28", "2024-06-03", None, None]
    # Never from `reported`: the third claim's age is not known.
    assert days(dated, "true_of") == ["2021-12-31", "2023-02-28", None, None, "2022-12-31"]
    assert days(dated, "current_until") == [None] * 5
    assert str(dated["visible_from"].dtype) == "datetime64[s]"
    assert str(dated["current_until"].dtype) == "datetime64[s]"


def test_index_is_kept_and_input_is_left_alone() -> None:
    here = {"value": 5, "country": "AFG", "outlet": "TASS"}
    point = {"value": 5, "latitude": 36.5, "longitude": 68.5, "outlet": "TASS"}
    frame = claims(
        {**here, "stated": "2023"}, {**here, "stated": "2022"}, {**point, "stated": "2022"}
    )
    frame = frame.set_index(pd.Index(["x", "x", "y"]))
    before = frame.copy()
    at = currency_at(frame, "2024")
    assert list(at.index) == ["x", "x", "y"]
    assert at["current"].tolist() == [True, False, True]
    pd.testing.assert_frame_equal(frame, before)
    assert list(at.columns[: len(frame.columns)]) == list(frame.columns)


def test_no_claims() -> None:
    at = currency_at(claims({})[:0], "2024")
    assert at.empty
    assert at["current"].dtype == bool
    assert at["canonical"].dtype == bool


# --- canonical telling ---------------------------------------------------------


def test_canonical_is_the_telling_whose_id_is_the_origin() -> None:
    frame = claims(
        {"claim_id": "later", "origin_id": "first", "reported": "2023-01"},
        {"claim_id": "first", "origin_id": "first", "reported": "2023-02"},
    )
    assert date_claims(frame)["canonical"].tolist() == [False, True]


def test_canonical_without_such_an_id_is_the_earliest_reported_then_stated_then_first() -> None:
    frame = claims(
        {"origin_id": "speech", "stated": "2022"},
        {"origin_id": "speech", "stated": "2023", "reported": "2023-03"},
        {"origin_id": "speech", "stated": "2022", "reported": "2023-03"},
        {"origin_id": "speech", "stated": "2022", "reported": "2023-03"},
        {"origin_id": "bare"},
        {"origin_id": "bare"},
    )
    assert date_claims(frame)["canonical"].tolist() == [False, False, True, False, True, False]


def test_one_telling_counts_and_its_age_is_that_of_the_statement() -> None:
    frame = claims(
        {"claim_id": "a", "origin_id": "a", "stated": "2023-02-14", "reported": "2023-02-14"},
        {"claim_id": "b", "origin_id": "a", "stated": "2023", "reported": "2023-02-10"},
    )
    # Before the canonical telling is out, the one that is out stands for the statement.
    assert currency_at(frame, "2023-02-12")["counts"].tolist() == [False, True]
    assert currency_at(frame, "2023-02-14")["counts"].tolist() == [True, False]
    assert currency_at(frame, "2023-02-01")["counts"].tolist() == [False, False]


def test_an_undated_canonical_telling_leaves_the_count_to_a_dated_one() -> None:
    frame = claims({"claim_id": "a"}, {"claim_id": "b", "origin_id": "a", "stated": "2023"})
    at = currency_at(frame, "2024")
    assert at["canonical"].tolist() == [True, False]
    assert at["counts"].tolist() == [False, True]
    assert at["current"].tolist() == [False, True]


# --- age -----------------------------------------------------------------------


def test_age() -> None:
    frame = claims(
        {"stated": "2023-01-01"},
        {"stated": "2022-12-31"},
        {"stated": "2020-12-31"},
        {"reported": "2023-12-31"},
        {"as_of": "2023-12-31"},
        {"stated": "2023-12-31", "as_of": "2024"},
    )
    at = currency_at(frame, "2024-01-01", fresh_days=365, stale_days=1095)
    assert at["age"].tolist() == ["fresh", "ageing", "stale", "undated", "undated", "fresh"]
    assert at["age_days"].tolist() == [365, 366, 1096, pd.NA, pd.NA, 1]
    assert at["visible"].tolist() == [True, True, True, True, False, True]


@pytest.mark.parametrize("limits", [{"fresh_days": -1}, {"fresh_days": 9, "stale_days": 8}])
def test_age_limits_must_be_in_order(limits: dict[str, int]) -> None:
    with pytest.raises(ArgumentError, match="fresh_days="):
        currency_at(claims({}), "2024", **limits)


# --- what ends a claim ---------------------------------------------------------


@pytest.mark.parametrize("status", ["retracted", "superseded"])
def test_status_ends_from_its_date_else_from_the_start(status: str) -> None:
    frame = claims(
        {"stated": "2023-01-01", "status": status, "status_date": "2023-03"},
        {"stated": "2023-01-01", "status": status},
        {"stated": "2023-01-01", "status": status, "status_date": "2022"},
        {"status": status},
    )
    dated = date_claims(frame)
    ends = days(dated, "current_until")
    assert ends == ["2023-03-31", "2023-01-01", "2023-01-01", "1700-01-01"]
    assert currency_at(dated, "2023-03-30")["current"].tolist() == [True, False, False, False]
    assert currency_at(dated, "2023-03-31")["current"].tolist() == [False] * 4
    assert currency_at(dated, "2023-03-31")["visible"].tolist() == [True, True, True, False]


def test_corrected_claims_stay_current() -> None:
    frame = claims({"stated": "2023", "status": "corrected", "status_date": "2023"})
    assert days(date_claims(frame), "current_until") == [None]


def test_a_successor_ends_a_claim_from_the_day_that_it_is_visible() -> None:
    frame = claims(
        {"claim_id": "old", "stated": "2023-01-01", "status": "superseded"},
        {"claim_id": "older", "stated": "2022-01-01"},
        {"claim_id": "new", "stated": "2023-02-01", "reported": "2023-02-03", "supersedes": "old"},
        {"claim_id": "self", "stated": "2023-02-01", "supersedes": "self"},
        {"claim_id": "gone", "stated": "2023-02-01", "supersedes": "older", "status": "retracted"},
    )
    # A retracted claim replaces nothing, and no claim replaces itself.
    expected = ["2023-02-03", None, None, None, "2023-02-01"]
    assert days(date_claims(frame), "current_until") == expected


def test_the_end_of_the_canonical_telling_is_the_end_of_its_origin() -> None:
    frame = claims(
        {"claim_id": "a", "stated": "2023-01", "status": "retracted", "status_date": "2023-06-01"},
        {"claim_id": "b", "origin_id": "a", "stated": "2023-01", "reported": "2023-02"},
        {"claim_id": "c", "origin_id": "a", "stated": "2023-01", "reported": "2023-09"},
    )
    # Who repeats a statement after its retraction does not bring it back.
    assert days(date_claims(frame), "current_until") == ["2023-06-01", "2023-06-01", "2023-09-30"]


def test_the_end_of_a_retelling_leaves_the_origin_alone() -> None:
    frame = claims(
        {"claim_id": "a", "stated": "2023-01"},
        {"claim_id": "b", "origin_id": "a", "stated": "2023-01", "status": "retracted"},
    )
    at = currency_at(frame, "2024")
    assert at["current"].tolist() == [True, False]
    assert at["counts"].tolist() == [True, False]


def test_a_corrected_telling_takes_its_origin_over() -> None:
    frame = claims(
        {"claim_id": "a", "stated": "2023-01-01", "status": "superseded"},
        {"claim_id": "b", "origin_id": "a", "stated": "2023-01-01", "reported": "2023-01-05"},
        {"claim_id": "c", "origin_id": "a", "stated": "2023-01-09", "supersedes": "a"},
    )
    dated = date_claims(frame)
    assert dated["canonical"].tolist() == [False, False, True]
    assert days(dated, "current_until") == ["2023-01-09", None, None]
    assert currency_at(frame, "2023-01-08")["counts"].tolist() == [True, False, False]
    assert currency_at(frame, "2023-01-09")["counts"].tolist() == [False, False, True]
    # ... and is corrected again, or withdrawn, like any canonical telling.
    again = {"claim_id": "d", "origin_id": "a", "stated": "2023-02-01", "supersedes": "c"}
    more = pd.concat([frame, claims({**again, "status": "retracted", "status_date": "2023-03-01"})])
    assert date_claims(more)["canonical"].tolist() == [False, False, True, False]
    more = pd.concat(
        [frame, claims({**again, "status": "superseded", "status_date": "2023-03-01"})]
    )
    assert date_claims(more)["canonical"].tolist() == [False, False, False, True]
    ends = ["2023-01-09", "2023-03-01", "2023-02-01", "2023-03-01"]
    assert days(date_claims(more), "current_until") == ends


def test_claims_that_replace_each_other_end_each_other() -> None:
    frame = claims(
        {"claim_id": "a", "stated": "2023-01-01", "supersedes": "b"},
        {"claim_id": "b", "origin_id": "a", "stated": "2023-01-02", "supersedes": "a"},
    )
    dated = date_claims(frame)
    assert dated["canonical"].sum() == 1
    assert currency_at(dated, "2024")["current"].tolist() == [False, False]


# --- a source's newer figure ---------------------------------------------------

OLD = {"value": 2200, "affiliation": "United Nations", "country": "AFG", "stated": "2020-07"}
NEW = {**OLD, "value": 4000, "stated": "2022-01", "reported": "2022-02-13"}


def test_a_newer_figure_of_the_same_source_replaces_the_older_one() -> None:
    frame = claims(OLD, {**NEW, "affiliation": "UNITED  nations"})
    assert days(date_claims(frame), "current_until") == ["2022-02-13", None]


@pytest.mark.parametrize(
    "different",
    [
        {"affiliation": "CSTO"},
        {"actor": "TTP"},
        {"kind": "control"},
        {"unit": "camps"},
        {"country": "PAK"},
        {"place_ids": ("AF-KDZ",)},
        {"latitude": 36.5, "longitude": 68.5},
        {"stated": "2020-07"},
        {"status": "retracted"},
        {"part_of": "c1"},
    ],
)
def test_a_figure_about_something_else_replaces_nothing(different: dict[str, object]) -> None:
    frame = claims(OLD, {**NEW, **different})
    assert days(date_claims(frame), "current_until")[0] is None


def test_a_claim_without_a_figure_replaces_nothing_and_is_not_replaced() -> None:
    bare = {name: value for name, value in NEW.items() if name != "value"}
    frame = claims(OLD, {**bare, "kind": "strength"}, {**bare, "stated": "2019"})
    assert days(date_claims(frame), "current_until") == [None, None, None]


def test_events_are_never_replaced() -> None:
    bomb = {"kind": "attack", "unit": "fatalities", "place_ids": ("AF-KDZ",)}
    frame = claims({**OLD, **bomb}, {**NEW, **bomb})
    assert days(date_claims(frame), "current_until") == [None, None]


def test_an_older_figure_published_later_replaces_nothing() -> None:
    frame = claims(NEW, {**OLD, "reported": "2024-01-01"})
    # ... and never counts itself, since the newer one was there before it.
    assert days(date_claims(frame), "current_until") == [None, "2024-01-01"]


def test_before_and_now_of_one_article() -> None:
    frame = claims(OLD, {**NEW, "value": 2200, "as_of": "2021~"}, NEW)
    assert days(date_claims(frame), "current_until") == ["2022-02-13", "2022-02-13", None]
    at = currency_at(frame, "2022-03-01")
    assert at["visible"].tolist() == [True, True, True]
    assert at["current"].tolist() == [False, False, True]
    assert currency_at(frame, "2022-02-12")["current"].tolist() == [True, False, False]


def test_the_places_count_as_a_set_and_the_units_as_a_family() -> None:
    joint = {"place_ids": ("AF-KDZ", "AF-TAK"), "country": None, "unit_family": "fighters"}
    frame = claims(
        {**OLD, **joint, "unit": "members"},
        {**NEW, **joint, "unit": "militants", "place_ids": ("AF-TAK", "AF-KDZ")},
    )
    assert days(date_claims(frame), "current_until") == ["2022-02-13", None]


def test_retellings_never_replace_and_end_with_their_origin() -> None:
    frame = claims(
        {**OLD, "claim_id": "a"},
        # The retelling gives the statement a later date; it is the same statement.
        {**OLD, "origin_id": "a", "stated": "2021", "value": 2000, "affiliation": "UN"},
        {**NEW, "claim_id": "n"},
    )
    ends = days(date_claims(frame), "current_until")
    assert ends == ["2022-02-13", "2022-02-13", None]
    assert days(date_claims(frame[:2]), "current_until") == [None, None]


def test_a_chain_of_figures_ends_each_on_the_first_day_of_any_newer_one() -> None:
    frame = claims(
        {**OLD, "stated": "2020", "reported": "2020-12-31"},
        {**OLD, "stated": "2021", "reported": "2023-01-01"},
        {**OLD, "stated": "2022", "reported": "2022-12-31"},
    )
    # The second came out after the third, which is true of a later day.
    expected = ["2022-12-31", "2023-01-01", None]
    assert days(date_claims(frame), "current_until") == expected


# --- what counts again once its successor is retracted ---------------------------

GONE = {**NEW, "status": "retracted", "status_date": "2023-05-01"}


def current_on(frame: pd.DataFrame, *on: str) -> list[list[bool]]:
    return [currency_at(frame, day)["current"].tolist() for day in on]


def test_a_figure_counts_again_when_the_newer_one_is_retracted() -> None:
    frame = claims(OLD, GONE)
    # Until May 2023 nobody knew that the newer figure would not last.
    assert current_on(frame, "2022-02-12", "2022-02-13", "2023-04-30", "2023-05-01") == [
        [True, False], [False, True], [False, True], [True, False],
    ]  # fmt: skip
    dated = date_claims(frame)
    assert days(dated, "current_until") == [None, "2023-05-01"]
    assert dated["suspended"].tolist() == [
        ((pd.Timestamp("2022-02-13"), pd.Timestamp("2023-05-01")),), (),
    ]  # fmt: skip
    # What is known of the retraction changes nothing on the days before it.
    kept = claims(OLD, NEW)
    for day in ("2022-02-12", "2022-02-13", "2023-04-30"):
        assert current_on(frame, day) == current_on(kept, day)


def test_a_figure_stays_replaced_where_another_one_stands() -> None:
    third = {**OLD, "stated": "2023-01", "reported": "2023-01-31"}
    frame = claims(OLD, GONE, third)
    # The third comes out while the second still counts; so the first never counts again.
    assert days(date_claims(frame), "current_until") == ["2023-01-31", "2023-01-31", None]
    assert current_on(frame, "2022-12-31", "2023-01-31", "2023-06-01") == [
        [False, True, False], [False, False, True], [False, False, True],
    ]  # fmt: skip
    # Two that are retracted one after the other suspend it without a gap between them.
    second = {**third, "status": "retracted", "status_date": "2023-09-01"}
    spans = date_claims(claims(OLD, GONE, second))["suspended"]
    assert spans[0] == ((pd.Timestamp("2022-02-13"), pd.Timestamp("2023-09-01")),)
    # The one in the middle counts until its own retraction, and never after it.
    assert spans[1] == ((pd.Timestamp("2023-01-31"), pd.Timestamp("2023-05-01")),)


def test_retellings_are_suspended_with_their_origin() -> None:
    first = {**OLD, "claim_id": "a"}
    again = {**OLD, "claim_id": "b", "origin_id": "a", "reported": "2022-06-01"}
    later = {**again, "claim_id": "c", "reported": "2023-08-01"}
    frame = claims(first, again, later, {**GONE, "claim_id": "n"})
    assert current_on(frame, "2022-06-01", "2023-05-01", "2023-08-01") == [
        [False, False, False, True], [True, True, False, False], [True, True, True, False],
    ]  # fmt: skip
    assert currency_at(frame, "2023-05-01")["counts"].tolist() == [True, False, False, True]


def test_a_claim_counts_again_when_its_named_successor_is_retracted() -> None:
    bare = {"affiliation": "S", "place_ids": ("AF-KDZ",), "stated": "2023-01-01"}
    gone = {"supersedes": "a", "status": "retracted", "status_date": "2023-03-01"}
    frame = claims(
        {**bare, "claim_id": "a"},
        {**bare, "claim_id": "b", "origin_id": "a"},
        {**bare, **gone, "claim_id": "n", "stated": "2023-02-01"},
    )
    assert current_on(frame, "2023-01-31", "2023-02-01", "2023-03-01") == [
        [True, True, False], [False, False, True], [True, True, False],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "gone",
    [
        {"status_date": None},  # never counted
        {"status_date": "2020-08"},  # retracted before it was out
        {"part_of": "c1"},
        {"stated": "2020-07"},
        {"affiliation": "CSTO"},
    ],
)
def test_what_suspends_nothing(gone: dict[str, object]) -> None:
    assert date_claims(claims(OLD, {**GONE, **gone}))["suspended"].tolist() == [(), ()]


def test_very_many_retractions_are_kept_in_short() -> None:
    day = pd.Timestamp("2021-01-01")
    gone = [
        {**OLD, "stated": str((day + pd.Timedelta(days=3 * at)).date()), "status": "retracted",
         "status_date": str((day + pd.Timedelta(days=3 * at + 1)).date())}
        for at in range(80)
    ]  # fmt: skip
    spans = date_claims(claims(OLD, *gone))["suspended"][0]
    assert len(spans) == 50
    assert spans[0][0] == day
    assert spans[-1] == (pd.Timestamp("2021-08-26"), pd.Timestamp("2021-08-27"))


# --- tellings, whatever the order of rows ----------------------------------------


def test_a_telling_that_is_to_take_over_changes_nothing_before_it_does() -> None:
    frame = claims(
        {"claim_id": "early", "origin_id": "a", "stated": "2023-01-01", "value": 1},
        {"claim_id": "a", "stated": "2023-02-01", "value": 2},
        {"claim_id": "heir", "origin_id": "a", "stated": "2023-03-01", "supersedes": "a"},
    )
    for day in ("2023-01-15", "2023-02-15"):
        before = currency_at(frame[:2], day)["counts"].tolist()
        assert currency_at(frame, day)["counts"].tolist() == [*before, False]
    assert currency_at(frame, "2023-03-01")["counts"].tolist() == [False, False, True]
    assert date_claims(frame)["precedence"].tolist() == [2, 1, 0]


def test_the_order_of_rows_chooses_no_telling() -> None:
    frame = claims(
        {"claim_id": "b", "origin_id": "speech", "stated": "2023"},
        {"claim_id": "a", "origin_id": "speech", "stated": "2023"},
    )
    assert date_claims(frame)["canonical"].tolist() == [False, True]
    assert date_claims(frame[::-1])["canonical"].tolist() == [True, False]


def test_source_key_keeps_what_is_missing() -> None:
    keys = source_key(pd.Series([" Village  council", "village council", None], dtype="str"))
    assert keys.tolist()[:2] == ["village council"] * 2
    assert pd.isna(keys[2])
