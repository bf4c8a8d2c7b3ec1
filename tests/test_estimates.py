"""What the current figures leave open in a place, by hand."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from common import claims, districts, squares
from geodata import ArgumentError, estimate_places, join_claims, schema
from geodata.views.estimate import ESTIMATE_COLUMNS

pytestmark = pytest.mark.second_tier

THREE = ("AF-BDS", "AF-KDZ", "AF-TAK")
HERE = {"place_ids": ("AF-KDZ",), "stated": "2023-06-01", "affiliation": "United Nations"}


def cells(frame: pd.DataFrame, key: object, names: list[str]) -> list[Any]:
    """Values of one row."""
    return list(next(frame.loc[[key], names].itertuples(index=False, name=None)))


def estimates(*rows: dict[str, Any], **options: Any) -> pd.DataFrame:
    options.setdefault("as_of", "2024-03-31")
    left = estimate_places(join_claims(claims(*rows), squares()), **options)
    return left.set_index(["place_id", "actor"])


def test_estimates_have_one_row_a_place_actor_kind_and_unit() -> None:
    left = estimate_places(
        join_claims(
            claims(
                {**HERE, "value": 50},
                {**HERE, "value": 8, "kind": "infrastructure", "unit": "camps", "actor": "AQ"},
                {**HERE, "value": 3, "kind": "attack", "unit": "fatalities"},
                HERE,
            ),
            squares(),
        ),
        as_of="2024-03-31",
    )
    assert list(left.columns) == list(ESTIMATE_COLUMNS)
    pd.testing.assert_index_equal(left.index, pd.RangeIndex(2))
    june = pd.Timestamp("2023-06-01")
    assert left.to_numpy().tolist() == [
        ["AF-KDZ", "AQ", "infrastructure", "camps", "as stated", 8, 8, 8, 8, ("c2",), 1, june],
        ["AF-KDZ", "ISKP", "strength", "fighters", "as stated", 50, 50, 50, 50, ("c1",), 1, june],
    ]


def test_no_figures_no_estimates() -> None:
    left = estimate_places(join_claims(claims(HERE), squares()))
    assert list(left.columns) == list(ESTIMATE_COLUMNS)
    assert left.empty


def test_intervals_of_several_sources_are_intersected() -> None:
    other = {**HERE, "affiliation": "CSTO"}
    left = estimates({**HERE, "value": 300, "modifier": "over"}, {**other, "low": 200, "high": 400})
    names = ["fit", "low", "high", "origin_ids", "sources"]
    assert cells(left, ("AF-KDZ", "ISKP"), names) == [
        "as stated", 300, 400, ("c1", "c2"), 2,
    ]  # fmt: skip


def test_a_tolerance_where_a_figure_is_about() -> None:
    exact, loose, clash = schema.FITS
    cases = [
        ((500, 540), ("about", "exact"), loose, [540, 540]),
        ((500, 560), ("about", "exact"), clash, None),
        ((500, 540), ("exact", "exact"), clash, None),
        # 500 to within a tenth is 450 to 550, and 540 is 486 to 594.
        ((500, 540), ("about", "about"), loose, [486, 550]),
        ((500, 800), ("about", "up_to"), exact, [450, 550]),
        ((500, 490), ("about", "up_to"), loose, [450, 490]),
    ]
    rows = [
        {
            **HERE,
            "actor": f"case {at}",
            "value": value,
            "modifier": modifier,
            "affiliation": f"s{who}",
        }
        for at, (values, modifiers, *_) in enumerate(cases)
        for who, (value, modifier) in enumerate(zip(values, modifiers, strict=True))
    ]
    left = estimates(*rows)
    assert left["fit"].tolist() == [fit for *_, fit, _ in cases]
    # As stated there is an interval only where the figures fit so; it is never widened.
    assert left["low"].notna().tolist() == [fit == exact for *_, fit, _ in cases]
    assert left["high"].dropna().tolist() == [500]
    agreed = left[left["fit"] != clash][["loose_low", "loose_high"]].to_numpy().tolist()
    assert agreed == [pytest.approx(expected) for *_, expected in cases if expected is not None]
    assert left.loc[left["fit"] == clash, "loose_low"].isna().all()
    # Without a tolerance only the pair that agrees as it stands is left.
    assert estimates(*rows, tolerance=0)["fit"].tolist() == [clash] * 4 + [exact, clash]


def test_a_joint_total_is_a_bound_and_a_national_total_bounds_each_province() -> None:
    rows = (
        {**HERE, "place_ids": THREE, "value": 4000, "modifier": "up_to"},
        {**HERE, "place_ids": (), "country": "AFG", "value": 3000, "modifier": "about"},
    )
    left = estimates(*rows)
    assert left[["low", "high"]].to_numpy().tolist() == [[0, 3000]] * 3 + [[3000, 3000]]
    assert left.index.get_level_values(0).tolist() == [*THREE, "AFG"]
    # Without a claim that names it a province has an estimate only if it is asked for.
    assert estimates(rows[1]).index.get_level_values(0).tolist() == ["AFG"]
    asked = estimates(rows[1], boundaries=squares())
    assert asked["high"].tolist() == [3000] * 4


def test_a_province_bounds_its_districts() -> None:
    joined = join_claims(claims({**HERE, "value": 300}), districts())
    left = estimate_places(joined, boundaries=districts(), as_of="2024-03-31").set_index("place_id")
    assert cells(left, "AF-KDZ", ["low", "high"]) == [300, 300]
    assert cells(left, "AF-KDZ-1", ["low", "high"]) == [0, 300]
    assert "AF-TAK-1" not in left.index


def test_an_open_national_figure_bounds_nothing() -> None:
    national = {"place_ids": (), "country": "AFG", "modifier": "over", "value": 23000}
    left = estimates({**HERE, "value": 50}, {**HERE, **national, "stated": "2023-12-01"})
    assert cells(left, ("AF-KDZ", "ISKP"), ["origin_ids"]) == [("c1",)]


def test_of_several_actors_only_a_bound_remains_for_each() -> None:
    left = estimates({**HERE, "actor": "AQ; TTP", "value": 50})
    assert left[["low", "high"]].to_numpy().tolist() == [[0, 50], [0, 50]]
    assert left.index.get_level_values("actor").tolist() == ["AQ", "TTP"]


def test_only_the_same_actor_kind_and_unit_family_are_compared() -> None:
    left = estimates(
        {**HERE, "value": 50},
        {**HERE, "value": 9000, "actor": schema.UNSPECIFIED_ACTOR},
        {**HERE, "value": 90, "unit": "fighters and family members"},
        {**HERE, "value": 70, "kind": "control"},
        {**HERE, "value": 52, "unit": "members", "unit_family": "fighters", "affiliation": "CSTO"},
    )
    # Of unspecified groups nobody knows whether they are the same: they have no row.
    assert left[["kind", "unit_family", "fit"]].to_numpy().tolist() == [
        ["control", "fighters", "as stated"],
        ["strength", "fighters", "clash"],
        ["strength", "fighters and family members", "as stated"],
    ]


def test_the_window_reaches_back_from_the_day_of_the_map() -> None:
    rows = (
        {**HERE, "value": 50, "stated": "2021-01-01"},
        {**HERE, "value": 90, "stated": "2022-06-01", "affiliation": "CSTO"},
        {**HERE, "value": 70, "stated": None, "reported": "2022-06-01", "affiliation": "TASS"},
    )
    names = ["low", "high", "origin_ids"]
    row = cells(estimates(*rows, as_of="2022-06-30"), ("AF-KDZ", "ISKP"), names)
    assert row == [90, 90, ("c2",)]
    wide = estimates(*rows, as_of="2022-06-30", window_days=600)
    assert wide["fit"].tolist() == ["clash"]
    assert estimates(*rows, as_of="2024").empty
    # What another source said later in the window drops nothing of what is in it.
    both = (rows[1], {**HERE, "value": 100, "modifier": "up_to", "stated": "2023-05-31"})
    for shown in (both[:1], both):
        found = estimates(*shown, as_of="2023-05-31")
        assert cells(found, ("AF-KDZ", "ISKP"), ["low", "high"]) == [90, 90]


def test_a_point_is_only_a_part_of_its_province() -> None:
    here = {**HERE, "place_ids": (), "latitude": 36.5, "longitude": 68.5, "value": 10}
    other = {**here, "value": 20, "affiliation": "CSTO", "longitude": 68.6}
    # Ten at one point and twenty at another: at least twenty in the province, and no clash.
    left = estimates({**here, "where_precision": 1}, {**other, "where_precision": 2})
    assert cells(left, ("AF-KDZ", "ISKP"), ["fit", "low", "high"]) == ["as stated", 20, math.inf]
    province = estimates({**here, "where_precision": 4})
    assert cells(province, ("AF-KDZ", "ISKP"), ["low", "high"]) == [10, 10]


def test_a_part_of_a_figure_for_the_same_place_is_no_ceiling() -> None:
    # The whole is named by one of its tellings.
    rows = (
        {**HERE, "value": 100, "claim_id": "w"},
        {**HERE, "value": 100, "claim_id": "retold", "origin_id": "w"},
        {**HERE, "value": 5, "part_of": "retold"},
    )
    assert cells(estimates(*rows), ("AF-KDZ", "ISKP"), ["fit", "low", "high"]) == [
        "as stated", 100, 100,
    ]  # fmt: skip


@pytest.mark.parametrize("options", [{"window_days": -1}, {"tolerance": 2}])
def test_options_that_make_no_sense(options: dict[str, float]) -> None:
    with pytest.raises(ArgumentError, match=next(iter(options))):
        estimates(HERE, **options)
