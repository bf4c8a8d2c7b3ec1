from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from common import claims
from geodata import ArgumentError
from geodata.analysis import find_drift
from geodata.analysis.drift import DRIFT_COLUMNS

pytestmark = pytest.mark.second_tier

AS_OF = "2024-12-31"
K, T, B = "AF-KDZ", "AF-TAK", "AF-BDS"
FIRST: dict[str, Any] = {
    "claim_id": "first", "affiliation": "CSTO", "speaker": "Anatoly Sidorov",
    "speaker_role": "Chief of the Joint Staff", "country": "AFG", "place_ids": (K, T),
    "value": 4000, "modifier": "up_to", "stated": "2023-02-14", "reported": "2023-02-14",
}  # fmt: skip

# What a retelling changes: field, before, after and what became of it.
CHANGES: dict[str, tuple[dict[str, Any], tuple[str, str | None, str | None, str]]] = {
    "modifier lost": ({"modifier": "exact"}, ("modifier", "up_to", "exact", "modifier lost")),
    "modifier turned": ({"modifier": "over"}, ("modifier", "up_to", "over", "modifier turned")),
    "modifier changed": (
        {"modifier": "about"},
        ("modifier", "up_to", "about", "modifier changed"),
    ),
    "figure": ({"value": 4500}, ("value", "4,000", "4,500", "figure changed")),
    "unit": (
        {"unit": "fighters and family members"},
        ("unit", "fighters", "fighters and family members", "unit changed"),
    ),
    "widened": (
        {"place_ids": (K, T, B)},
        ("places", f"{K}; {T}", f"{B}; {K}; {T}", "place widened"),
    ),
    "country": ({"place_ids": ()}, ("places", f"{K}; {T}", "AFG", "place widened")),
    "narrowed": (
        {"place_ids": (K,), "extent": "joint"},
        ("places", f"{K}; {T}", K, "place narrowed"),
    ),
    "moved": ({"place_ids": (K, B)}, ("places", f"{K}; {T}", f"{B}; {K}", "place changed")),
    "extent": ({"extent": "each"}, ("extent", "joint", "each", "extent changed")),
    "actor": ({"actor": "TTP"}, ("actor", "ISKP", "TTP", "actor changed")),
    "kind": ({"kind": "movement"}, ("kind", "strength", "movement", "kind changed")),
    "speaker": ({"speaker": None}, ("speaker", "Anatoly Sidorov", None, "speaker lost")),
    "role": (
        {"speaker_role": "former Chief"},
        ("speaker_role", "Chief of the Joint Staff", "former Chief", "role changed"),
    ),
    "blurred": ({"stated": "2023"}, ("stated", "2023-02-14", "2023", "date blurred")),
    "lost": ({"stated": None}, ("stated", "2023-02-14", None, "date lost")),
    "another": ({"stated": "2023-02-15"}, ("stated", "2023-02-14", "2023-02-15", "date changed")),
    "added": ({"as_of": "2022"}, ("as_of", None, "2022", "date added")),
}


def drift(change: dict[str, Any], as_of: str = AS_OF) -> pd.DataFrame:
    again = {**FIRST, **change, "claim_id": "again", "origin_id": "first"}
    return find_drift(claims(FIRST, again), as_of=as_of)


@pytest.mark.parametrize("name", CHANGES)
def test_one_row_a_change(name: str) -> None:
    change, expected = CHANGES[name]
    found = drift(change)
    assert list(found.columns) == list(DRIFT_COLUMNS)
    assert found.index.equals(pd.RangeIndex(1))
    row = found.to_dict("records")[0]
    head = ("origin_id", "claim_id", "canonical_claim_id")
    assert [row[name] for name in head] == ["first", "again", "first"]
    cells = [row[name] for name in ("field", "before", "after", "what")]
    assert tuple(cell if isinstance(cell, str) else None for cell in cells) == expected


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"unit": "militants", "unit_family": "fighters"},
        {"place_ids": (T, K)},
        {"speaker": "ANATOLY  Sidorov"},
        {"outlet": "Another", "reported": "2023-03-01"},
    ],
)
def test_what_is_no_drift(same: dict[str, Any]) -> None:
    found = drift(same)
    assert found.empty
    assert found.dtypes.equals(drift({"value": 1}).dtypes)


def test_a_floor_may_be_told_in_two_words() -> None:
    first = {**FIRST, "modifier": "over"}
    again = {**first, "modifier": "at_least", "claim_id": "again", "origin_id": "first"}
    assert find_drift(claims(first, again), as_of=AS_OF)["what"].tolist() == ["modifier reworded"]


def test_sharper_dates_and_added_words() -> None:
    first = {**FIRST, "modifier": "exact", "stated": "2023", "speaker_role": None}
    again = {**FIRST, "claim_id": "again", "origin_id": "first"}
    found = find_drift(claims(first, again), as_of=AS_OF)
    assert found["what"].tolist() == ["modifier added", "role added", "date sharpened"]


def test_a_figure_that_is_lost_takes_its_modifier_along() -> None:
    again = {**FIRST, "kind": "strength", "claim_id": "again", "origin_id": "first"}
    del again["value"], again["modifier"]
    found = find_drift(claims(FIRST, again), as_of=AS_OF)
    assert found["what"].tolist() == ["figure lost", "unit lost"]


def test_as_of_chooses_the_telling_that_stands() -> None:
    early = {**FIRST, "value": 1, "claim_id": "again", "origin_id": "first",
             "reported": "2023-02-10", "stated": "2023-02-10"}  # fmt: skip
    table = claims(FIRST, early)
    assert find_drift(table, as_of="2023-02-12").empty  # one telling is out
    assert set(find_drift(table, as_of=AS_OF)["canonical_claim_id"]) == {"first"}
    undated = {**FIRST, "claim_id": "third", "origin_id": "first", "value": 2,
               "stated": None, "reported": None}  # fmt: skip
    found = find_drift(claims(early, FIRST, undated), as_of="2023-02-12")
    assert set(found["canonical_claim_id"]) == {"again"}
    assert set(found["claim_id"]) == {"third"}


def test_a_date_that_is_none() -> None:
    with pytest.raises(ArgumentError, match="as_of"):
        drift({}, as_of="yesterday")
