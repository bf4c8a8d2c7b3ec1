from __future__ import annotations

from math import inf
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from common import claims, squares
from geodata import ArgumentError, BoundariesError, builtin_boundaries, join_claims
from geodata.analysis import split_totals
from geodata.analysis.splits import SPLIT_COLUMNS

pytestmark = pytest.mark.second_tier

AS_OF = "2023-12-31"
K, T, B = "AF-KDZ", "AF-TAK", "AF-BDS"


def told(value: float, *places: str, **more: Any) -> dict[str, Any]:
    row = {"affiliation": "S", "value": value, "place_ids": places, "country": "AFG"}
    return row | {"stated": "2023-06-01"} | more


def split(
    *rows: dict[str, Any], by: str = "equal", on: gpd.GeoDataFrame | None = None
) -> pd.DataFrame:
    boundaries = squares() if on is None else on
    joined = join_claims(claims(*rows), squares())
    return split_totals(joined, boundaries, by=by, as_of=AS_OF)


def test_equal_shares_are_marked_as_modelled() -> None:
    found = split(told(90, K, T, B, modifier="up_to"))
    assert list(found.columns) == list(SPLIT_COLUMNS)
    assert found.index.equals(pd.RangeIndex(3))
    assert found["place_id"].tolist() == [B, K, T]
    assert found["high"].tolist() == pytest.approx([30, 30, 30])
    assert found["low"].tolist() == [0, 0, 0]
    assert found["modelled"].tolist() == [True] * 3
    assert set(found["by"]) == {"equal"}
    assert split().dtypes.equals(found.dtypes)


def test_by_area() -> None:
    boundaries = squares()
    found = split(told(90, K, T), by="area", on=boundaries)
    assert found["weight"].sum() == pytest.approx(1)
    assert found["weight"].tolist() == pytest.approx([0.5, 0.5], rel=1e-6)
    # The square of degrees at 36 to 37 N is about 111 km by 89 km.
    from geodata.analysis.splits import EQUAL_AREA_CRS

    areas = boundaries.to_crs(EQUAL_AREA_CRS).area / 1e6
    assert areas.tolist() == pytest.approx([9_903] * 3, rel=0.005)


def test_by_a_column() -> None:
    people = squares().assign(people=[3, 1, 0])
    found = split(told(80, K, T, B), by="people", on=people).set_index("place_id")
    assert found["low"].to_dict() == {B: 0, K: 60, T: 20}
    open_end = split(told(80, K, B, modifier="over"), by="people", on=people)
    assert open_end["high"].tolist() == [0, inf]


def test_national_figures_go_to_the_units_of_the_country() -> None:
    found = split(told(90))
    assert found["relation"].tolist() == ["nationwide"] * 3
    assert found["high"].tolist() == pytest.approx([30] * 3)
    provinces = builtin_boundaries(countries=["AFG"])
    assert len(split(told(34), on=provinces)) == 34


def test_what_needs_no_split() -> None:
    found = split(told(5, K), told(6, K, T, extent="each"), told(7, K, T, status="retracted"))
    assert found.empty


def test_a_set_that_is_not_all_on_the_map_is_not_split() -> None:
    found = split(told(90, K, T), by="area", on=squares().iloc[:1])
    assert found["place_id"].tolist() == [K, T]
    assert found[["weight", "low", "high"]].isna().all(axis=None)
    nobody = squares().assign(people=[0.0, 0.0, 1.0])
    assert split(told(90, K, T), by="people", on=nobody)["weight"].isna().all()
    unknown = squares().assign(people=[np.nan, 1.0, 1.0])
    assert split(told(90, K, T), by="people", on=unknown)["weight"].isna().all()


@pytest.mark.parametrize(
    ("by", "said"),
    [("people", r"'equal', 'area', 'inhabitants'"), ("name", "no column of numbers")],
)
def test_a_column_that_is_none(by: str, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        split(told(90, K, T), by=by, on=squares().assign(inhabitants=1))


def test_numbers_that_make_no_shares() -> None:
    with pytest.raises(ArgumentError, match="-1 at 'AF-TAK'"):
        split(told(90, K, T), by="people", on=squares().assign(people=[1, -1, 1]))
    with pytest.raises(BoundariesError, match="no CRS"):
        split(told(90, K, T), by="area", on=squares().set_crs(None, allow_override=True))
