from __future__ import annotations

from math import inf
from typing import Any

import pandas as pd
import pytest

from common import claims
from geodata import ArgumentError
from geodata.analysis import find_residuals, part_tree
from geodata.analysis.parts import RESIDUAL_COLUMNS, TREE_COLUMNS

pytestmark = pytest.mark.second_tier

AS_OF = "2023-12-31"
K, T, B = "AF-KDZ", "AF-TAK", "AF-BDS"


def told(value: float | None, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"affiliation": "S", "country": "AFG", "stated": "2023-06-01"}
    if value is not None:
        row["value"] = value
    return row | {"kind": "strength"} | more


def part(value: float | None, place: str = K, **more: Any) -> dict[str, Any]:
    return told(value, place_ids=(place,), part_of="w", **more)


def left(*rows: dict[str, Any], **options: Any) -> pd.Series:
    found = find_residuals(claims(*rows), as_of=AS_OF, **options)
    assert len(found) == 1
    return found.iloc[0]


def ends(row: pd.Series) -> tuple[float, float]:
    return float(row["residual_low"]), float(row["residual_high"])


WHOLE = told(100, claim_id="w")
# Whole and parts, and what is left.
CASES = {
    "exact": ([WHOLE, part(30)], (70, 70)),
    "up to": ([WHOLE, part(30, modifier="up_to")], (70, 100)),
    "over": ([WHOLE, part(30, modifier="over")], (0, 70)),
    "open whole": ([told(100, modifier="over", claim_id="w"), part(30)], (70, inf)),
    "whole up to": ([told(100, modifier="up_to", claim_id="w"), part(30)], (0, 70)),
    "two places": ([WHOLE, part(30), part(20, T)], (50, 50)),
    # 30 and 20 of the same place may be the same ones: 30 to 50 in all.
    "one place twice": ([WHOLE, part(30), part(20)], (50, 70)),
    # Kunduz and both: 30 or the 40 of both are sure, not their sum; Badakhshan adds 5.
    "overlap": (
        [WHOLE, part(30), told(40, place_ids=(K, T), part_of="w"), part(5, B)],
        (25, 55),
    ),
    # 10 in each of two provinces are 20.
    "each": ([WHOLE, told(10, place_ids=(K, T), extent="each", part_of="w")], (80, 80)),
    # "Most of them" is no figure: all may be there.
    "no figure": ([WHOLE, part(None)], (0, 100)),
    "about": ([told(100, claim_id="w", modifier="about"), part(30)], (70, 70)),
    # 105 of about 100 is within the tolerance: nothing is left, and nobody is warned.
    "within tolerance": ([told(100, claim_id="w", modifier="about"), part(105)], (0, 0)),
}


@pytest.mark.parametrize("name", CASES)
def test_what_parts_leave(name: str) -> None:
    rows, expected = CASES[name]
    found = left(*rows)
    assert ends(found) == expected
    assert pd.isna(found["warning"])
    assert found["about"] == any(row.get("modifier") == "about" for row in rows)


def test_columns() -> None:
    found = find_residuals(claims(WHOLE, part(30), part(20, T)), as_of=AS_OF)
    assert list(found.columns) == list(RESIDUAL_COLUMNS)
    assert found.index.equals(pd.RangeIndex(1))
    assert found.loc[0, "parts"] == ("c2", "c3")
    assert (found.loc[0, "parts_low"], found.loc[0, "parts_high"]) == (50, 50)
    empty = find_residuals(claims(), as_of=AS_OF)
    assert empty.dtypes.equals(found.dtypes)


def test_a_part_larger_than_its_whole() -> None:
    found = left(WHOLE, part(130, claim_id="p"))
    assert found["warning"] == (
        "part larger than its whole: 'p' (at least 130) of 'w' (at most 100)"
    )
    assert pd.isna(found["residual_low"])
    assert pd.isna(found["residual_high"])
    assert pd.isna(left(WHOLE, part(130, modifier="up_to"))["warning"])
    about = [told(100, claim_id="w", modifier="about"), part(111)]
    assert "larger" in left(*about)["warning"]
    assert pd.isna(left(*about, tolerance=0.2)["warning"])


def test_parts_larger_than_their_whole_together() -> None:
    found = left(WHOLE, part(60), part(70, T))
    assert found["warning"] == (
        "parts larger than their whole: together at least 130 of 'w' (at most 100)"
    )
    # In one place they may be the same ones.
    assert pd.isna(left(WHOLE, part(60), part(70))["warning"])


def test_many_parts_do_not_take_forever() -> None:
    parts = [part(1, f"AF-{at:03}") for at in range(60)]
    assert ends(left(WHOLE, *parts)) == (40, 40)


def test_parts_that_count_something_else_are_left_out() -> None:
    found = left(WHOLE, part(30), part(20, T, unit="camps"), part(10, B, stated="2021-01-01"))
    assert found["parts"] == ("c2",)
    assert found["left_out"] == ("c3", "c4")
    assert ends(found) == (70, 70)
    wide = left(WHOLE, part(10, stated="2021-01-01", reported="2023-06-01"), window_days=3000)
    assert ends(wide) == (90, 90)


def test_what_has_ended_is_no_part() -> None:
    gone = part(30, status="retracted")
    assert find_residuals(claims(WHOLE, gone), as_of=AS_OF).empty
    assert find_residuals(claims(WHOLE, part(30)), as_of="2023-05-31").empty


def test_parts_hold_between_origins() -> None:
    retold = {**told(90), "claim_id": "w2", "origin_id": "w"}
    found = left(WHOLE, retold, {**part(30), "part_of": "w2"})
    assert (found["origin_id"], found["claim_id"]) == ("w", "w")
    assert ends(found) == (70, 70)


def test_tree() -> None:
    rows = [
        told(100, claim_id="w"),
        told(50, claim_id="p", part_of="w"),
        told(20, claim_id="q", part_of="p"),
        told(5, claim_id="alone"),
    ]
    tree = part_tree(claims(*rows), as_of=AS_OF)
    assert list(tree.columns) == list(TREE_COLUMNS)
    assert tree["origin_id"].tolist() == ["w", "p", "q"]
    assert tree["depth"].tolist() == [0, 1, 2]
    assert tree["root"].tolist() == ["w"] * 3
    assert tree["part_of"].fillna("-").tolist() == ["-", "w", "p"]
    assert part_tree(claims(), as_of=AS_OF).dtypes.equals(tree.dtypes)


def test_a_circle_is_no_tree() -> None:
    rows = [told(1, claim_id="a", part_of="b"), told(2, claim_id="b", part_of="a")]
    assert part_tree(claims(*rows), as_of=AS_OF).empty


def test_frames_that_are_no_claims() -> None:
    with pytest.raises(ArgumentError, match="read_claims"):
        find_residuals(pd.DataFrame({"actor": ["ISKP"]}))
