"""Bounds by place, against cases that were solved by hand; the reasoning stands beside them."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from common import claims, districts, squares
from geodata import ArgumentError, join_claims
from geodata.analysis import bound_places, contradiction_bounds
from geodata.analysis.bounds import BOUND_COLUMNS

pytestmark = pytest.mark.second_tier

AS_OF = "2023-12-31"
K, T, B = "AF-KDZ", "AF-TAK", "AF-BDS"
Expected = dict[str, tuple[float, float]]


def told(source: str, where: str, value: float | None = None, **more: Any) -> dict[str, Any]:
    """A claim of 2023, with ``low`` and ``high`` instead of a value where these are given."""
    named = {"": (), "K": (K,), "T": (T,), "B": (B,), "KT": (K, T), "KB": (K, B)}
    named |= {"TB": (T, B), "KTB": (K, T, B)}
    row: dict[str, Any] = {"affiliation": source, "place_ids": named[where], "country": "AFG"}
    row |= {"stated": "2023-06-01", "reported": "2023-06-01", **more}
    if value is not None:
        row["value"] = value
    else:
        row |= {"modifier": "between", "unit": "fighters", "unit_family": "fighters"}
        row |= {"kind": more.get("kind", "strength")}
    return row


def bounds(
    *rows: dict[str, Any], on: gpd.GeoDataFrame | None = None, **options: Any
) -> pd.DataFrame:
    boundaries = squares() if on is None else on
    joined = join_claims(claims(*rows), boundaries)
    return bound_places(joined, boundaries, as_of=AS_OF, **options)


def ends(found: pd.DataFrame, actor: str = "ISKP", name: str = "") -> Expected:
    """Intervals by place, of one actor."""
    rows = found[found["actor"] == actor]
    pairs = zip(rows[f"{name}low"], rows[f"{name}high"], strict=True)
    return dict(zip(rows["place_id"], pairs, strict=True))


# Each: why, the claims, and what is left open in each place that there is something to say of.
CASES: dict[str, tuple[list[dict[str, Any]], Expected]] = {
    # A figure for one place is that place's; the country holds at least as many, and no
    # figure bounds the other provinces, so they have no row.
    "one place": ([told("S", "K", 100)], {K: (100, 100), "AFG": (100, inf)}),
    "up to": ([told("S", "K", 100, modifier="up_to")], {K: (0, 100), "AFG": (0, inf)}),
    "over": ([told("S", "K", 100, modifier="over")], {K: (100, inf), "AFG": (100, inf)}),
    # All of a joint total may be in any one of its places, or none there.
    "joint": (
        [told("S", "KTB", 90)],
        {K: (0, 90), T: (0, 90), B: (0, 90), "AFG": (90, inf)},
    ),
    # "Somewhere among them" bounds the sum as "joint" does: each alone from above, all
    # together from below.
    "within": (
        [told("S", "KT", 90, extent="within"), told("S2", "T", 20, modifier="up_to")],
        {K: (70, 90), T: (0, 20), "AFG": (90, inf)},
    ),
    # A figure that holds in each place is in the country once for each of them.
    "each": (
        [told("S", "KT", 10, extent="each")],
        {K: (10, 10), T: (10, 10), "AFG": (20, inf)},
    ),
    # 100 in both, at least 30 of them in Kunduz: 70 are left for Takhar, and Kunduz keeps 30.
    "joint less a floor": (
        [told("S", "KT", 100), told("S2", "K", 30, modifier="at_least")],
        {K: (30, 100), T: (0, 70), "AFG": (100, inf)},
    ),
    # 100 in both, at most 40 in Takhar: Kunduz has at least 60.
    "joint less a ceiling": (
        [told("S", "KT", 100), told("S2", "T", 40, modifier="up_to")],
        {K: (60, 100), T: (0, 40), "AFG": (100, inf)},
    ),
    # The country's ceiling of 100, less more than 60 in Kunduz, leaves 40 for each other.
    "country less a floor": (
        [told("S", "", 100, modifier="up_to"), told("S2", "K", 60, modifier="over")],
        {K: (60, 100), T: (0, 40), B: (0, 40), "AFG": (60, 100)},
    ),
    # 65 in the country, up to 40 of them in two provinces: these hold [0, 40] each, and any
    # other [0, 65], since it may all be there.
    "whole and part": (
        [told("S", "", 65, claim_id="w"), told("S", "KT", 40, modifier="up_to", part_of="w")],
        {K: (0, 40), T: (0, 40), B: (0, 65), "AFG": (65, 65)},
    ),
    # Two sources of one place: what both leave open.
    "two sources": (
        [told("S", "K", low=50, high=100), told("S2", "K", low=80, high=120)],
        {K: (80, 100), "AFG": (80, inf)},
    ),
    # Three pairs of 100 each: adding two and taking off the third gives twice one province.
    # No figure alone says it, nor does any order of taking them two at a time.
    "a triangle": (
        [told("S", "KT", 100), told("S2", "TB", 100), told("S3", "KB", 100)],
        {K: (50, 50), T: (50, 50), B: (50, 50), "AFG": (150, inf)},
    ),
    # Floors add up: over 30 and over 20 are over 50 in the country.
    "floors": (
        [told("S", "K", 30, modifier="over"), told("S2", "T", 20, modifier="over")],
        {K: (30, inf), T: (20, inf), "AFG": (50, inf)},
    ),
    # The north is soft. Its 50 bound each member from above, and Afghanistan from below, but
    # 10 and 10 in two members do not leave 30 for the third: the rest may lie beside them.
    "region": (
        [
            told("S", "KTB", 50, region_ids=("AF-north",), places="the north"),
            told("S2", "K", 10, modifier="up_to"),
            told("S3", "T", 10, modifier="up_to"),
        ],
        {K: (0, 10), T: (0, 10), B: (0, 50), "AFG": (50, inf)},
    ),
    # Five foreigners of the hundred in Kunduz do not say that there are five only.
    "part of the same place": (
        [told("S", "K", 100, claim_id="w"), told("S", "K", 5, part_of="w")],
        {K: (100, 100), "AFG": (100, inf)},
    ),
    # Up to 80 in two provinces, as part of up to 50 in the north: the part cannot be more
    # than its whole, so 30 in Kunduz leave 20 for Takhar.
    "part of a region": (
        [
            told("S", "KTB", 50, modifier="up_to", region_ids=("AF-north",), claim_id="w"),
            told("S", "KT", 80, modifier="up_to", part_of="w"),
            told("S2", "K", 30),
        ],
        {K: (30, 30), T: (0, 20), B: (0, 50), "AFG": (30, inf)},
    ),
    # A point is somewhere in its province: there are at least as many in that.
    "point": (
        [told("S", "", 10, latitude=36.5, longitude=68.5, where_precision=1, extent="each")],
        {K: (10, inf), "AFG": (10, inf)},
    ),
    # UCDP's 4 means the province, and puts the point anywhere in it.
    "province as a point": (
        [told("S", "", 10, latitude=36.5, longitude=68.5, where_precision=4, extent="each")],
        {K: (10, 10), "AFG": (10, inf)},
    ),
    # A province that a national figure mentions is not what the figure is about.
    "nationwide with places": (
        [told("S", "K", 10, extent="nationwide")],
        {K: (0, 10), T: (0, 10), B: (0, 10), "AFG": (10, 10)},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases_solved_by_hand(name: str) -> None:
    rows, expected = CASES[name]
    found = bounds(*rows)
    assert ends(found) == expected
    assert set(found["fit"]) == {"as stated"}
    assert ends(found, name="rest_") == ends(found, name="loose_")


def test_columns_and_dtypes() -> None:
    found = bounds(told("S", "KT", 100))
    assert list(found.columns) == list(BOUND_COLUMNS)
    assert found.index.equals(pd.RangeIndex(3))
    assert found["place_id"].tolist() == [K, T, "AFG"]
    assert found["origin_ids"].tolist() == [("c1",)] * 3
    assert found["sources"].tolist() == [1] * 3
    assert found["true_until"].dtype == "datetime64[s]"
    empty = bound_places(join_claims(claims(), squares()), squares(), as_of=AS_OF)
    assert empty.dtypes.equals(found.dtypes)


def test_several_actors_share_a_figure() -> None:
    # 100 of both in Kunduz, at least 70 of them ISKP: 30 are left for the TTP.
    found = bounds(told("S", "K", 100, actor="ISKP; TTP"), told("S2", "K", 70, modifier="at_least"))
    assert ends(found, "ISKP") == {K: (70, 100), "AFG": (70, inf)}
    assert ends(found, "TTP") == {K: (0, 30), "AFG": (0, inf)}


def test_districts_lie_in_their_province() -> None:
    # Up to 20 in Kunduz, 10 in its first district: 10 are left for the second, and Kunduz
    # has at least 10.
    found = bounds(
        told("S", "K", 20, modifier="up_to"),
        told("S2", "", 10, place_ids=(f"{K}-1",), extent="each"),
        on=districts(),
    )
    assert ends(found) == {K: (10, 20), f"{K}-1": (10, 10), f"{K}-2": (0, 10), "AFG": (10, inf)}


def test_about_is_widened_only_beside_the_figures_as_stated() -> None:
    # About 65 in the country: as stated 65, loosely 58.5 to 71.5. Up to 40 in two provinces.
    found = bounds(told("S", "", 65, modifier="about"), told("S2", "KT", 40, modifier="up_to"))
    assert ends(found) == {K: (0, 40), T: (0, 40), B: (0, 65), "AFG": (65, 65)}
    assert ends(found, name="loose_") == {
        K: (0, 40), T: (0, 40), B: (0, 71.5), "AFG": (58.5, 71.5),
    }  # fmt: skip
    assert set(found["fit"]) == {"as stated"}


def test_figures_that_fit_only_within_the_tolerance() -> None:
    # About 100 is 90 to 110, which 105 is among: not as stated, but not a clash either.
    found = bounds(told("S", "K", 100, modifier="about"), told("S2", "K", 105))
    row = found[found["place_id"] == K].iloc[0]
    assert (row["fit"], row["loose_low"], row["loose_high"]) == ("within tolerance", 105, 105)
    assert pd.isna(row["low"])
    assert pd.isna(row["high"])
    assert row["clash"] == ()
    strict = bounds(told("S", "K", 100, modifier="about"), told("S2", "K", 105), tolerance=0.0)
    assert strict["fit"].tolist() == ["clash", "clash"]


def test_a_clash_names_the_fewest_that_cannot_all_hold() -> None:
    # More than 60 in each of two provinces are more than the country's 100. That Kunduz has
    # up to 90 has no part in it.
    found = bounds(
        told("S", "K", 60, modifier="over", claim_id="kunduz"),
        told("S2", "T", 60, modifier="over", claim_id="takhar"),
        told("S3", "", 100, modifier="up_to", claim_id="all"),
        told("S4", "K", 90, modifier="up_to", claim_id="ceiling"),
    )
    clash = found[found["place_id"] == K].iloc[0]
    assert clash["fit"] == "clash"
    assert clash["clash"] == ("all", "kunduz", "takhar")
    assert pd.isna(clash["low"])
    assert pd.isna(clash["loose_high"])
    # Without those three only the ceiling is left.
    assert (clash["rest_low"], clash["rest_high"]) == (0, 90)


def test_two_clashes_are_both_named() -> None:
    found = bounds(
        told("S", "K", 1), told("S2", "K", 2), told("S", "T", 3), told("S2", "T", 4),
        told("S3", "", 100, modifier="up_to"),
    )  # fmt: skip
    row = found[found["place_id"] == "AFG"].iloc[0]
    assert row["clash"] == ("c1", "c2", "c3", "c4")
    assert (row["rest_low"], row["rest_high"]) == (0, 100)


def test_a_clash_elsewhere_leaves_what_does_not_hang_on_it() -> None:
    # Kunduz clashes. Takhar has 40 whichever of the two is right, though the country's
    # figure ties both together; Badakhshan has up to 860 or up to 760, so no bound.
    found = bounds(
        told("S", "K", 100), told("S2", "K", 200), told("S3", "T", 40),
        told("S4", "", 1000, modifier="up_to"),
    )  # fmt: skip
    fits = dict(zip(found["place_id"], found["fit"], strict=True))
    assert fits == {K: "clash", T: "as stated", B: "clash", "AFG": "clash"}
    assert ends(found)[T] == (40, 40)
    assert ends(found, name="rest_")[B] == (0, 960)


def test_what_is_never_compared() -> None:
    found = bounds(
        told("S", "K", 5, actor="Unspecified armed groups"),
        told("S", "K", 6, kind="attack"),
        told("S", "K", 7, stated=None),  # nobody knows when that was true
        told("S", "K", 8, stated="2021-01-01"),  # outside the window
        told("S", "K", 9, status="retracted"),
        told("S", "K", kind="presence", low=nan, high=nan),
    )
    assert found.empty
    apart = bounds(
        told("S", "K", 5),
        told("S2", "K", 6, kind="presence"),
        told("S3", "K", 7, unit="fighters and family members"),
        told("S4", "K", 8, actor="TTP"),
    )
    assert apart[apart["place_id"] == K]["low"].tolist() == [6, 5, 7, 8]
    assert set(apart["fit"]) == {"as stated"}


def test_the_window_hangs_on_the_day_of_the_map() -> None:
    # The newer figure of another source must not drop the older one, which is in the window.
    rows = (told("S", "K", 10, stated="2023-01-10"), told("S2", "K", 20, modifier="up_to"))
    assert ends(bounds(*rows))[K] == (10, 10)
    assert ends(bounds(*rows, window_days=300))[K] == (0, 20)


def test_more_than_the_solver_counts_in_one() -> None:
    found = bounds(told("S", "KT", 3e12), told("S2", "K", 1e12, modifier="at_least"))
    assert ends(found)[T][1] == pytest.approx(2e12)


def test_many_origins_are_narrowed_down_to_those_that_clash() -> None:
    floors = [told(f"S{at}", "KT", 10 + at, modifier="at_least") for at in range(40)]
    found = bounds(*floors, told("low", "", 20, modifier="up_to", claim_id="low"))
    row = found[found["place_id"] == "AFG"].iloc[0]
    assert "low" in row["clash"]
    assert row["rest_low"] > 20


@pytest.mark.parametrize(
    ("options", "said"),
    [({"window_days": -1}, "window_days=-1"), ({"tolerance": 1.0}, "tolerance=1.0")],
)
def test_options_that_make_no_sense(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        bounds(told("S", "K", 1), **options)


def test_claims_that_are_not_joined() -> None:
    with pytest.raises(ArgumentError, match="call join_claims"):
        bound_places(squares(), squares())


def test_input_is_left_as_it_was() -> None:
    joined = join_claims(claims(told("S", "KT", 100)), squares())
    before = joined.copy(deep=True)
    bound_places(joined, squares(), as_of=AS_OF)
    pd.testing.assert_frame_equal(pd.DataFrame(joined), pd.DataFrame(before))


def of_units(*rows: dict[str, Any]) -> dict[tuple[str, str], tuple[float, float]]:
    found = bounds(*rows)
    keys = zip(found["place_id"], found["unit_family"], strict=True)
    return dict(zip(keys, zip(found["low"], found["high"], strict=True), strict=True))


def test_a_wider_unit_is_a_ceiling_for_what_it_contains_and_not_the_other_way_round() -> None:
    # Six thousand fighters and family members leave no more fighters, in the country or in Kunduz;
    # ten fighters in Kunduz are a floor for the wider unit there, and no ceiling.
    wide = "fighters and family members"
    families = {"unit": wide, "unit_family": wide}
    few = of_units(told("S", "", 6000, **families), told("S2", "K", 10, modifier="up_to"))
    assert few[K, "fighters"] == (0, 10)
    assert few["AFG", "fighters"] == few[K, wide] == (0, 6000)
    many = of_units(told("S", "", 6000, **families), told("S2", "K", 10, modifier="over"))
    assert many[K, "fighters"] == many[K, wide] == (10, 6000)
    assert many["AFG", wide] == (6000, 6000)
    clash = bounds(told("S", "", 6000, **families), told("S2", "K", 7000))
    assert clash["clash"].tolist() == [("c1", "c2")] * len(clash)


def test_each_way_of_giving_up_one_claim_leaves_another_bound() -> None:
    # Four thousand in Kunduz against two thousand in all: without the first there are up to two
    # thousand in Kunduz, without the second four thousand there and at least as many in all.
    joined = join_claims(claims(told("S", "K", 4000), told("S2", "", 2000)), squares())
    ways = contradiction_bounds(joined, squares(), ("c1", "c2"), as_of=AS_OF)
    rows = ways[["given_up", "place_id", "low", "high"]].to_numpy().tolist()
    assert [row for row in rows if row[1] in (K, "AFG")] == [
        ["c1", K, 0, 2000],
        ["c1", "AFG", 2000, 2000],
        ["c2", K, 4000, 4000],
        ["c2", "AFG", 4000, inf],
    ]
    with pytest.raises(ArgumentError, match="origins: no claim tells 'nobody'"):
        contradiction_bounds(joined, squares(), ("c1", "nobody"), as_of=AS_OF)
