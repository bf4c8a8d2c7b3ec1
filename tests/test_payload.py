from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import pandas as pd

from common import claims, countries, districts, squares
from geodata import builtin_boundaries
from geodata.views.join import join_claims
from mapping.page.columns import dict_column, listed, plain_column, raw_column
from mapping.page.payload import Payload, build_payload


def payload_of(*rows: dict[str, Any]) -> Payload:
    typed = claims(*rows)
    return build_payload(typed, join_claims(typed, squares()), squares(), countries())


def column(payload: Payload, name: str) -> list[Any]:
    """A claims column as the page reads it back."""
    found = payload.data["claims"]["columns"][name]
    if found["t"] == "raw":
        return list(found["v"])
    if found["t"] == "dict":
        return [None if code < 0 else found["v"][code] for code in found["c"]]
    values, at = [], 0
    for count in found["n"]:
        codes = found["c"][at : at + count]
        values.append([code if found["v"] is None else found["v"][code] for code in codes])
        at += count
    return values


def test_columns_hold_each_text_once_and_missing_as_missing() -> None:
    assert dict_column(pd.Series(["b", None, "a", "b"], dtype="str")) == {
        "t": "dict",
        "v": ["b", "a"],
        "c": [0, -1, 1, 0],
    }
    assert raw_column(pd.Series([1.0, 2.5, float("nan"), float("inf")]))["v"] == [
        1,
        2.5,
        None,
        None,
    ]
    assert raw_column(pd.Series(["x", None], dtype="str"))["v"] == ["x", None]
    assert plain_column(listed([("a", "b"), (), ("b",)])) == {
        "t": "list",
        "v": ["a", "b"],
        "n": [2, 0, 1],
        "c": [0, 1, 1],
    }


def test_claims_stand_newest_first_and_undated_last() -> None:
    payload = payload_of(
        {"claim_id": "old", "reported": "2020"},
        {"claim_id": "undated"},
        {"claim_id": "new", "reported": "2024-02-14"},
    )

    assert column(payload, "claim_id") == ["new", "old", "undated"]
    # A year counts from its last day.
    assert column(payload, "seen") == [19767, 18627, None]


def test_a_joint_total_is_one_set_however_many_claims_give_it() -> None:
    both = {"place_ids": ("AF-KDZ", "AF-TAK"), "places": "Kunduz; Takhar", "value": 4000.0}
    payload = payload_of(
        {"claim_id": "a", "extent": "joint", **both},
        {"claim_id": "b", "extent": "within", **both},
        {"claim_id": "c", "extent": "each", **both},
        {"claim_id": "d", "place_ids": ("AF-KDZ",), "places": "Kunduz", "value": 5.0},
    )

    assert payload.data["sets"] == [{"places": [0, 1], "region": None}]
    found = dict(zip(column(payload, "claim_id"), column(payload, "set"), strict=True))
    assert found == {"a": 0, "b": 0, "c": -1, "d": -1}


def test_a_total_that_the_map_draws_in_part_says_so() -> None:
    payload = payload_of(
        {"claim_id": "a", "place_ids": ("AF-KDZ", "AF-TAK", "AF-HER"), "extent": "joint"},
        {"claim_id": "b", "place_ids": ("AF-KDZ", "AF-TAK"), "extent": "joint"},
    )

    assert [entry.get("partial", False) for entry in payload.data["sets"]] == [True, False]
    assert payload.data["sets"][0]["places"] == payload.data["sets"][1]["places"]


def test_on_districts_a_claim_about_a_province_has_the_set_of_its_parts() -> None:
    typed = claims(
        {"claim_id": "a", "place_ids": ("AF-KDZ",), "value": 500.0},
        {"claim_id": "b", "place_ids": ("AF-KDZ", "AF-TAK", "AF-HER"), "extent": "joint"},
        {"claim_id": "c", "place_ids": ("AF-KDZ-1",)},
    )
    units = districts()
    payload = build_payload(
        typed, join_claims(typed, units), units, countries(), titles={"AF-KDZ": "Kunduz"}
    )

    places = payload.data["places"]["columns"]["id"]["v"]
    named = [[places[at] for at in entry["places"]] for entry in payload.data["sets"]]
    assert named == [["AF-KDZ-1", "AF-KDZ-2"], ["AF-KDZ-1", "AF-KDZ-2", "AF-TAK-1", "AF-TAK-2"]]
    assert [entry["whole"] for entry in payload.data["sets"]] == [
        {"AF-KDZ": "Kunduz"},
        {"AF-KDZ": "Kunduz", "AF-TAK": "AF-TAK"},
    ]
    assert "partial" not in payload.data["sets"][0]
    assert payload.data["sets"][1]["partial"]
    # In no single district: what is said of the whole is no part's own.
    lists = dict(zip(column(payload, "claim_id"), column(payload, "place"), strict=True))
    assert lists == {"a": [], "b": [], "c": [places.index("AF-KDZ-1")]}


def test_a_nationwide_claim_lies_in_no_province() -> None:
    payload = payload_of({"country": "AFG", "value": 6500.0})

    places = payload.data["places"]["columns"]
    assert column(payload, "place") == [[]]
    [[country]] = column(payload, "country")
    assert places["id"]["v"][country] == "AFG"
    assert places["role"]["v"][places["role"]["c"][country]] == "country"
    # Its polygon would repeat what the provinces draw.
    assert payload.data["places"]["shapes"][country] == []


def test_part_of_and_denies_point_to_origins_by_claim_or_by_origin() -> None:
    payload = payload_of(
        {"claim_id": "a", "origin_id": "first", "value": 6500.0, "reported": "2021"},
        {"claim_id": "b", "part_of": "a", "value": 4000.0, "reported": "2022"},
        {"claim_id": "c", "denies": "first; b", "kind": "denial", "reported": "2023"},
    )

    origins = payload.data["claims"]["columns"]["origin"]["v"]
    name = dict(enumerate(origins))
    by_claim = dict(zip(column(payload, "claim_id"), range(3), strict=True))
    assert name[column(payload, "part_of")[by_claim["b"]]] == "first"
    assert [name[code] for code in column(payload, "denies")[by_claim["c"]]] == ["first", "b"]


def test_a_claim_keeps_its_places_where_the_map_draws_others() -> None:
    typed = claims({"place_ids": ("AF-KDZ", "AF-TAK"), "extent": "joint", "value": 4000.0})
    joined = join_claims(typed, countries())

    payload = build_payload(typed, joined, countries(), countries(), titles={"AF-KDZ": "Kunduz"})

    assert column(payload, "own_places") == [["Kunduz", "AF-TAK"]]
    assert "own_places" not in payload_of({"place_ids": ("AF-KDZ",)}).data["claims"]["columns"]


def test_nothing_of_the_authors_files_goes_out() -> None:
    payload = payload_of({"file": "/secret/analyst.csv", "row": 77, "reported": "2024"})

    assert "file" not in payload.data["claims"]["columns"]
    assert "secret" not in json.dumps(payload.data)


def test_the_packed_block_is_the_same_each_time() -> None:
    payload = payload_of({"text": "سلام </script>", "reported": "2024"})

    packed = payload.packed_data(words={"a": "b"})
    assert packed == payload.packed_data(words={"a": "b"})
    assert "<" not in packed


def test_what_own_units_leave_of_their_country_is_land() -> None:
    def role(units: gpd.GeoDataFrame) -> tuple[str, bool]:
        typed = claims({"claim_id": "a"})
        world = builtin_boundaries(level=0, countries=["AFG", "TJK"])
        places = build_payload(typed, join_claims(typed, units), units, world).data["places"]
        columns = places["columns"]
        at = columns["id"]["v"].index("AFG")
        return columns["role"]["v"][columns["role"]["c"][at]], bool(places["shapes"][at])

    provinces = builtin_boundaries(level=1, countries=["AFG"])

    # All provinces: the country's own outline would only repeat their edges.
    assert role(provinces) == ("country", False)
    assert role(provinces[provinces["place_id"].isin(["AF-KDZ", "AF-TAK"])]) == ("context", True)
