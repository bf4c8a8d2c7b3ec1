"""Figures and the parts of them: which replaces which."""

from __future__ import annotations

from typing import Any

import pandas as pd

from common import claims
from geodata import date_claims

OLD = {"value": 2200, "affiliation": "United Nations", "country": "AFG", "stated": "2020-07"}
NEW = {**OLD, "value": 4000, "stated": "2022-01", "reported": "2022-02-13"}
PART = {**OLD, "claim_id": "p", "value": 5, "part_of": "w"}
WHOLE = {**NEW, "claim_id": "w"}


def ends(*rows: dict[str, Any]) -> list[str | None]:
    until = date_claims(claims(*rows))["current_until"]
    return [None if pd.isna(day) else str(day.date()) for day in until]


def test_a_part_and_its_whole_replace_each_other_in_no_order() -> None:
    # Five of the 4,000, and two of these: that all were counted later ends neither.
    deeper = {**PART, "claim_id": "q", "value": 2, "part_of": "p"}
    assert ends(PART, deeper, WHOLE) == [None] * 3
    newer = {"stated": "2023-02", "reported": "2023-02"}
    assert ends(WHOLE, {**deeper, **newer}, {**PART, **newer}) == [None] * 3


def test_another_figure_ends_part_and_whole() -> None:
    later = {**NEW, "stated": "2023-02", "reported": "2023-02"}
    assert ends(PART, WHOLE, later) == ["2023-02-28", "2023-02-28", None]
    # One from between them, which the newer whole ends in turn.
    between = {**OLD, "stated": "2021-01", "reported": "2021-01"}
    assert ends(PART, WHOLE, between) == ["2021-01-31", None, "2022-02-13"]


def test_a_whole_that_was_retracted_suspends_no_part_of_it() -> None:
    gone = {**WHOLE, "status": "retracted", "status_date": "2023-05-01"}
    dated = date_claims(claims(PART, OLD, gone))
    assert [len(spans) for spans in dated["suspended"]] == [0, 1, 0]


def test_parts_of_one_another_in_a_circle_replace_nothing() -> None:
    assert ends(PART, {**WHOLE, "part_of": "p"}) == [None, None]
