from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

from common import claims
from geodata import ArgumentError
from geodata.analysis import apply_origins, score_suggestions, suggest_origins

pytestmark = pytest.mark.second_tier

AS_OF = "2024-12-31"
K, T, B = "AF-KDZ", "AF-TAK", "AF-BDS"


def told(**more: Any) -> dict[str, Any]:
    """A telling of one statement, but for what a test changes."""
    row = {
        "affiliation": "CSTO", "speaker": "Anatoly Sidorov", "country": "AFG",
        "place_ids": (K, T), "value": 4000, "modifier": "up_to",
        "stated": "2023-02-14", "reported": "2023-02-14",
    }  # fmt: skip
    return row | more


def groups(*rows: dict[str, Any], **options: Any) -> list[tuple[str, ...]]:
    found = suggest_origins(claims(*rows), as_of=AS_OF, **options)
    return list(found["claim_ids"])


TOGETHER: dict[str, dict[str, Any]] = {
    "the same again": {},
    "its modifier lost": {"modifier": "exact"},
    "another word for the unit": {"unit": "militants", "unit_family": "fighters"},
    "a part of the unit": {"unit": "fighters and family members"},
    "a province lost": {"place_ids": (K,)},
    "widened to its country": {"place_ids": ()},
    "a date blurred": {"stated": "2023"},
    "a date lost": {"stated": None, "reported": "2023-12-31"},
    "no date at all": {"stated": None, "reported": None},
    "its day that of the article": {"stated": "2023-02-18"},
    "a name in another alphabet": {"speaker": "Анатолий Сидоров"},
    "its affiliation lost": {"affiliation": None},
}
APART: dict[str, dict[str, Any]] = {
    "another source": {"affiliation": "United Nations", "speaker": "Ban Ki-moon"},
    "another speaker of one source": {"speaker": "Nikolai Patrushev"},
    "another actor": {"actor": "TTP"},
    "another figure": {"value": 4500},
    "another unit": {"unit": "camps"},
    "another place": {"place_ids": (B,)},
    "another country": {"place_ids": (), "country": "TJK"},
    "another day": {"stated": "2023-03-14"},
    "true of another time": {"as_of": "2020"},
    "an event": {"kind": "attack"},
    "a part of the other": {"part_of": "c1"},
    "long after, and undated": {"stated": None, "reported": "2020-01-01"},
}


@pytest.mark.parametrize("why", TOGETHER)
def test_tellings_that_lost_something_belong_together(why: str) -> None:
    assert groups(told(as_of="2023"), told(**TOGETHER[why])) == [("c1", "c2")]


@pytest.mark.parametrize("why", APART)
def test_statements_that_are_not_one(why: str) -> None:
    assert groups(told(as_of="2023"), told(**APART[why])) == []


def test_one_article_tells_a_statement_once() -> None:
    url = "https://example.org/article"
    assert groups(told(url=url), told(url=url)) == []
    assert groups(told(url=url), told(url=url + "2")) == [("c1", "c2")]


def test_an_outlet_tells_a_statement_once_a_day_where_its_articles_are_not_known() -> None:
    same = {"outlet": "TASS", "reported": "2023-02-15"}
    assert groups(told(**same), told(**same)) == []
    assert groups(told(**same), told(**same, url="https://example.org/a")) == []
    assert groups(told(**same), told(**{**same, "outlet": "Interfax"})) == [("c1", "c2")]
    assert groups(told(**same), told(**{**same, "reported": "2023-02-16"})) == [("c1", "c2")]
    urls = ({"url": f"https://example.org/{at}"} for at in range(2))
    assert groups(*(told(**same, **url) for url in urls)) == [("c1", "c2")]


def test_groups_do_not_grow_over_places_or_figures_that_have_nothing_in_common() -> None:
    # A telling that was widened to the country goes with one of two provinces, not with both.
    rows = (told(place_ids=(K,)), told(place_ids=(B,)), told(place_ids=()))
    assert [len(group) for group in groups(*rows)] == [2]
    # 4,000 to 5,000 shares an end with 5,000 to 6,000, and these share none with 4,000.
    ends = [
        told(value=None, value_low=low, value_high=high, low=low, high=high, modifier="between",
             unit="fighters", unit_family="fighters", kind="strength")
        for low, high in ((3000, 4000), (4000, 5000), (5000, 6000))
    ]  # fmt: skip
    assert [len(group) for group in groups(*ends)] == [2]


def test_events_that_are_alike_are_not_taken_for_one() -> None:
    bomb = {"kind": "attack", "unit": "fatalities", "value": 3, "place_ids": (K,), "as_of":
            "2023-02-14", "stated": None, "modifier": "exact"}  # fmt: skip
    sohr = {"outlet": "SOHR", "reported": "2023-02-15"}
    afp = {"outlet": "AFP", "reported": "2023-02-15"}
    assert groups(told(**bomb | sohr), told(**bomb | afp)) == [("c1", "c2")]
    # Two days later it is another one, and one outlet more often tells of two.
    assert groups(told(**bomb | sohr), told(**bomb | afp | {"as_of": "2023-02-16"})) == []
    late = sohr | {"reported": "2023-02-16"}
    assert groups(told(**bomb | sohr), told(**bomb | late)) == []
    doubtful = suggest_origins(
        claims(told(**bomb | sohr), told(**bomb | late)), as_of=AS_OF, min_score=0.3
    )
    assert "two events of one outlet" in doubtful["reasons"][0]
    assert groups(told(**bomb | sohr), told(**bomb | afp | {"place_ids": ()})) == []


def test_claims_without_a_figure_need_the_same_places_and_words() -> None:
    bare = {"value": None, "kind": "presence", "text": "Its small groups hide in the hills"}
    same = {**bare, "text": "Its small groups hide in the hills."}
    other = {**bare, "text": "It has opened an office"}
    rows = [told(**row) for row in (bare, same, other)]
    for row in rows:
        del row["value"], row["modifier"]
    assert groups(*rows) == [("c1", "c2")]


def test_a_telling_without_date_goes_with_the_nearest_statement() -> None:
    # The same figure in 2021 and in 2023: the undated telling of 2023 is of the latter.
    rows = [
        told(stated="2021-11-10", reported="2021-11-10"),
        told(),
        told(stated=None, reported="2023-06"),
    ]
    assert groups(*rows, window_days=2000) == [("c2", "c3")]


def test_columns_reasons_and_origin() -> None:
    rows = [told(claim_id="b"), told(claim_id="a", reported="2023-02-20", modifier="exact")]
    found = suggest_origins(claims(*rows), as_of=AS_OF)
    assert found.index.equals(pd.RangeIndex(1))
    assert found["origin_id"].tolist() == ["b"]  # it was reported first
    assert found["claim_ids"].tolist() == [("a", "b")]
    assert found["score"].between(0.9, 0.99).all()
    assert "same figure but for the modifier" in found["reasons"].tolist()[0]
    assert suggest_origins(claims(*rows), as_of=AS_OF, min_score=1).empty
    empty = suggest_origins(claims(), as_of=AS_OF)
    assert empty.dtypes.equals(found.dtypes)


def test_declared_origins_stay_as_they_are() -> None:
    first = [told(claim_id="a", origin_id="a"), told(claim_id="b", origin_id="a")]
    second = [told(claim_id="c", origin_id="c"), told(claim_id="d", origin_id="c")]
    assert groups(*first, *second) == []
    found = suggest_origins(claims(*first, told(claim_id="0")), as_of=AS_OF)
    assert found["origin_id"].tolist() == ["a"]
    assert found["claim_ids"].tolist() == [("0", "a", "b")]


def test_later_tellings_are_left_out() -> None:
    rows = claims(told(), told(reported="2024-05-05"))
    assert suggest_origins(rows, as_of="2024-05-04").empty
    assert len(suggest_origins(rows, as_of="2024-05-05")) == 1


def test_figures_may_differ_by_a_tolerance_that_is_asked_for() -> None:
    rows = (told(value=4000), told(value=4100))
    assert groups(*rows) == []
    assert groups(*rows, tolerance=0.05) == [("c1", "c2")]


def test_nothing_is_applied_unasked() -> None:
    table = claims(told(), told(), told(value=1))
    before = table.copy(deep=True)
    found = suggest_origins(table, as_of=AS_OF)
    pd.testing.assert_frame_equal(table, before)
    applied = apply_origins(table, found)
    assert applied["origin_id"].tolist() == ["c1", "c1", "c3"]
    assert applied["origin_id"].dtype == table["origin_id"].dtype
    pd.testing.assert_frame_equal(table, before)
    assert apply_origins(table, found.iloc[:0])["origin_id"].tolist() == ["c1", "c2", "c3"]


def test_scores_count_found_missed_and_invented() -> None:
    known = claims(*(told(claim_id=name, origin_id=name[0]) for name in ("a1", "a2", "a3", "b1",
        "b2", "c1", "c2", "d1", "e1")))  # fmt: skip
    proposed = pd.DataFrame({"claim_ids": [("a1", "a2"), ("b1", "b2"), ("d1", "e1")]})
    assert score_suggestions(proposed, known) == {
        "real": 3, "exact": 1, "partial": 1, "missed": 1, "invented": 1, "wrong": 1,
    }  # fmt: skip


def test_ten_thousand_claims_take_seconds() -> None:
    size = 10_000
    chance = np.random.default_rng(5)
    base = claims(told()).take(np.zeros(size, dtype="int64")).reset_index(drop=True)
    names = pd.Series([f"c{at:05}" for at in range(size)], dtype="str")
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(chance.integers(0, 1500, size), unit="D")
    values = chance.integers(1, 400, size).astype("float64")
    table = base.assign(claim_id=names, origin_id=names, value=values, low=0.0, high=values)
    for column in ("stated", "reported"):
        for end in ("first", "last"):
            table[f"{column}_{end}"] = days.astype("datetime64[s]")
    start = time.process_time()
    found = suggest_origins(table, as_of=AS_OF)
    assert time.process_time() - start < 5
    assert len(found) > 10


@pytest.mark.parametrize("score", [-0.1, 1.1])
def test_scores_that_make_no_sense(score: float) -> None:
    with pytest.raises(ArgumentError, match="min_score"):
        suggest_origins(claims(told()), min_score=score)
