"""None is not presence, and tomorrow is not today: rules 3 and 5, worked by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from common import claims, squares
from geodata import currency_at, date_claims, join_claims, summarise_claims
from geodata.corpus import Corpus

KUNDUZ = ("AF-KDZ",)
SAID = {"affiliation": "UN", "stated": "2023-03-01", "place_ids": KUNDUZ}


def kunduz(frame: pd.DataFrame, day: str = "2023-06-30") -> dict[str, Any]:
    joined = join_claims(frame, squares())
    places = summarise_claims(joined, squares(), as_of=day)
    found: dict[str, Any] = places.set_index("place_id").loc["AF-KDZ"].to_dict()
    return found


@pytest.mark.parametrize("kind", ["strength", "presence", "infrastructure", "control"])
@pytest.mark.parametrize("modifier", ["exact", "about", "up_to"])
def test_a_figure_that_can_only_be_0_never_shades(kind: str, modifier: str) -> None:
    frame = claims(SAID | {"kind": kind, "value": 0.0, "modifier": modifier})
    place = kunduz(frame)
    assert (place["sources"], place["source_names"]) == (0, ())
    assert (place["claims"], place["origins"], place["soft_origins"]) == (1, 1, 1)
    assert pd.isna(place["age"])
    assert Corpus.of(frame).absent.tolist() == [True]


@pytest.mark.parametrize("figure", [
    {"value": 0.0, "modifier": "at_least"},
    {"value": 0.0, "modifier": "over"},
    {"value": 1.0, "modifier": "up_to"},
    {"value_low": 0.0, "value_high": 5.0, "modifier": "between"},
    {"kind": "presence"},
    {"kind": "attack", "value": 0.0, "modifier": "exact"},
])  # fmt: skip
def test_a_figure_that_may_be_more_than_0_shades(figure: dict[str, object]) -> None:
    frame = claims(SAID | figure)
    assert kunduz(frame)["sources"] == 1
    assert Corpus.of(frame).absent.tolist() == [False]


@pytest.mark.parametrize(("kind", "tags", "sources"), [
    ("attack", "actor-targeted", 0),
    ("attack", "draft-2; Actor-Targeted", 0),
    ("attack", "not-actor-targeted", 1),
    ("attack", None, 1),
    ("presence", "actor-targeted", 1),
])  # fmt: skip
def test_what_befalls_the_actor_does_not_shade(kind: str, tags: str | None, sources: int) -> None:
    place = kunduz(claims(SAID | {"kind": kind, "tags": tags}))
    assert (place["sources"], place["soft_origins"]) == (sources, 1 - sources)


# --- forecasts ------------------------------------------------------------------------


FORECAST = SAID | {"as_of": "2030", "value": 9000.0, "modifier": "exact"}
REPORTED = SAID | {"stated": "2022-03-01", "value": 400.0, "modifier": "exact"}


def test_a_forecast_counts_from_its_day_and_ages_from_when_it_was_said() -> None:
    frame = claims(FORECAST)
    dated = date_claims(frame).iloc[0]
    assert dated["forecast_until"] == pd.Timestamp("2030-01-01")
    assert dated["aged_from"] == pd.Timestamp("2023-03-01")
    assert dated["true_of"] == pd.Timestamp("2030-12-31")
    seen = {}
    for day in ("2023-02-28", "2023-03-01", "2029-12-31", "2030-01-01"):
        row = currency_at(frame, day).iloc[0]
        seen[day] = tuple(map(bool, row[["visible", "forecast", "current"]]))
    assert seen == {
        "2023-02-28": (False, False, False),
        "2023-03-01": (True, True, False),
        "2029-12-31": (True, True, False),
        "2030-01-01": (True, False, True),
    }
    assert currency_at(frame, "2029-12-31")["age"].tolist() == ["stale"]
    assert (kunduz(frame, "2029-12-31")["sources"], kunduz(frame, "2030-01-01")["sources"]) == (
        0,
        1,
    )
    assert kunduz(frame, "2029-12-31")["leaves_open"] == ()


@pytest.mark.parametrize(("given", "ahead"), [
    ({"stated": "2023-03-01", "as_of": "2023-03-02"}, True),
    ({"stated": "2023-03-01", "as_of": "2023-03-01"}, False),
    ({"stated": "2023-03-01", "as_of": "2023"}, False),  # its first day has been
    ({"stated": "2023-03-01", "as_of": "2023-03"}, False),
    ({"stated": "2023", "as_of": "2023-06"}, False),  # perhaps said in December
    ({"stated": "2023", "as_of": "2024-01"}, True),
    ({"stated": None, "reported": "2023-03-01", "as_of": "2023-04"}, True),
    ({"stated": "2023-03-01", "reported": "2023-06-01", "as_of": "2023-05"}, True),
    ({"stated": "2023-03-01", "as_of": None}, False),
    ({"stated": None, "as_of": "2030"}, False),  # undated: it counts nowhere
])  # fmt: skip
def test_what_is_a_forecast(given: dict[str, str | None], *, ahead: bool) -> None:
    frame = claims(SAID | {"kind": "presence"} | given)
    assert date_claims(frame)["forecast_until"].notna().tolist() == [ahead]


def test_a_forecast_replaces_from_its_day_alone() -> None:
    at = date_claims(claims(REPORTED, FORECAST))
    assert at["current_until"].tolist()[0] == pd.Timestamp("2030-01-01")
    named = date_claims(claims(
        REPORTED | {"kind": "attack"}, FORECAST | {"kind": "attack", "supersedes": "c1"}
    ))  # fmt: skip
    assert named["current_until"].tolist()[0] == pd.Timestamp("2030-01-01")


def test_a_forecast_that_was_retracted_before_its_day_never_counts_nor_replaces() -> None:
    gone = FORECAST | {"status": "retracted", "status_date": "2024-05-01"}
    for day, ahead in (("2024-04-30", True), ("2024-05-01", False), ("2031-01-01", False)):
        at = currency_at(claims(REPORTED, gone), day)
        assert at["current"].tolist() == [True, False]
        assert at["forecast"].tolist() == [False, ahead]


def test_a_telling_that_lost_the_day_of_a_forecast_is_one() -> None:
    retold = SAID | {"origin_id": "c1", "value": 9000.0, "modifier": "exact"}
    at = currency_at(claims(FORECAST, retold), "2025-01-01")
    assert at["forecast"].tolist() == [True, True]
    assert not at["current"].any()


# --- ages ------------------------------------------------------------------------------


def test_a_vague_date_ages_from_its_first_day_is_seen_from_its_last_and_replaces_by_its_last() -> (
    None
):
    frame = claims(SAID | {"stated": "2023"}, SAID | {"stated": "2024-02-10", "as_of": "2023"})
    dated = date_claims(frame)
    assert dated["visible_from"].tolist() == [
        pd.Timestamp("2023-12-31"), pd.Timestamp("2024-02-10"),
    ]  # fmt: skip
    assert dated["true_of"].tolist() == [pd.Timestamp("2023-12-31")] * 2
    assert dated["aged_from"].tolist() == [pd.Timestamp("2023-01-01")] * 2
    at = currency_at(frame, "2024-02-10", fresh_days=365, stale_days=1095)
    assert at["age_days"].tolist() == [405, 405]
    assert at["age"].tolist() == ["ageing", "ageing"]


def test_ties_never_replace() -> None:
    frame = claims(
        SAID | {"stated": "2023", "value": 5.0, "modifier": "exact"},
        SAID | {"stated": "2024-01-05", "as_of": "2023-12-31", "value": 7.0, "modifier": "exact"},
    )
    assert date_claims(frame)["current_until"].isna().all()


# --- status ----------------------------------------------------------------------------


def test_a_status_is_known_from_its_day() -> None:
    frame = claims(
        SAID | {"status": "retracted", "status_date": "2023-09-01"},
        SAID | {"status": "corrected", "status_date": "2023-10"},
        SAID | {"status": "superseded"},
        SAID | {"stated": "2023-11-05", "supersedes": "c3"},
        SAID | {"status": "retracted"},
    )
    known = {
        day: currency_at(frame, day)["status_then"].tolist()
        for day in ("2023-08-31", "2023-09-01", "2023-10-31", "2023-11-05")
    }
    current = "current"
    assert known == {
        "2023-08-31": [current, current, current, current, "retracted"],
        "2023-09-01": ["retracted", current, current, current, "retracted"],
        "2023-10-31": ["retracted", "corrected", current, current, "retracted"],
        "2023-11-05": ["retracted", "corrected", "superseded", current, "retracted"],
    }
