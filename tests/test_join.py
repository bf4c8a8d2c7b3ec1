"""Claims × places: which rows there are, how each covers its place, and what its figure leaves."""

from __future__ import annotations

import math
import time
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, Polygon, box

from common import SQUARES, claims, countries, districts, squares
from geodata import schema
from geodata.errors import BoundariesError, ClaimsError
from geodata.views.join import join_claims

ADDED = [
    "place_id", "place_name", "place_level", "place_country", "relation", "place_low",
    "place_high", "geometry",
]  # fmt: skip
THREE = ("AF-BDS", "AF-KDZ", "AF-TAK")
NAN = float("nan")


def rows(joined: gpd.GeoDataFrame, *names: str) -> list[tuple[Any, ...]]:
    """Rows as plain tuples, missing as None, to compare whole."""
    plain = joined[list(names)].astype(object)
    return list(plain.where(plain.notna(), None).itertuples(index=False, name=None))


def placed(joined: gpd.GeoDataFrame) -> list[tuple[Any, ...]]:
    return rows(joined, "place_id", "relation", "place_low", "place_high")


# --- shape of the frame --------------------------------------------------------


def test_one_row_a_claim_and_place() -> None:
    frame = claims({"place_ids": THREE}, {"country": "AFG"}, {"place_ids": ("AF-KDZ",)})
    frame = frame.set_index(pd.Index([7, 7, 9]))
    before = frame.copy()
    joined = join_claims(frame, squares())
    assert list(joined.columns) == [*frame.columns, *ADDED]
    pd.testing.assert_index_equal(joined.index, pd.RangeIndex(5))
    assert joined.crs == schema.CRS
    assert rows(joined, "claim_id", "place_id", "place_name", "place_level", "place_country") == [
        ("c1", "AF-BDS", "Badakhshan", 1, "AFG"),
        ("c1", "AF-KDZ", "Kunduz", 1, "AFG"),
        ("c1", "AF-TAK", "Takhar", 1, "AFG"),
        ("c2", "AFG", "Afghanistan", 0, "AFG"),
        ("c3", "AF-KDZ", "Kunduz", 1, "AFG"),
    ]
    assert joined.geometry.iloc[4].equals(box(68, 36, 69, 37))
    pd.testing.assert_frame_equal(frame, before)


def test_no_claims() -> None:
    joined = join_claims(claims({})[:0], squares())
    assert joined.empty
    assert joined.crs == schema.CRS
    assert list(joined.columns)[-len(ADDED) :] == ADDED


def test_what_is_not_typed_goes_through_the_check() -> None:
    frame = pd.DataFrame({"actor": ["ISKP"], "text": ["Seen"], "places": ["Qunduz"]})
    assert placed(join_claims(frame, squares())) == [("AF-KDZ", "each", None, None)]
    with pytest.raises(ClaimsError, match="places"):
        join_claims(frame.assign(places="Nowhereville"), squares())


# --- extents -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extent", "actor", "ids", "low", "high"),
    [
        ("each", "ISKP", THREE, 4000, 4000),
        ("joint", "ISKP", THREE, 0, 4000),
        ("within", "ISKP", THREE, 0, 4000),
        ("each", "ISKP; TTP", THREE, 0, 4000),
        ("joint", "ISKP", ("AF-KDZ",), 4000, 4000),
        ("within", "ISKP", ("AF-KDZ",), 4000, 4000),
        ("joint", "ISKP; TTP", ("AF-KDZ",), 0, 4000),
    ],
)
def test_what_a_figure_leaves_in_a_place(
    extent: str, actor: str, ids: tuple[str, ...], low: float, high: float
) -> None:
    frame = claims({"place_ids": ids, "extent": extent, "actor": actor, "value": 4000})
    assert placed(join_claims(frame, squares())) == [(place, extent, low, high) for place in ids]


def test_no_province_has_a_joint_total_as_its_own() -> None:
    frame = claims({"place_ids": THREE, "value": 4000, "modifier": "up_to"})
    joined = join_claims(frame, squares())
    assert joined["place_low"].tolist() == [0, 0, 0]
    assert joined["place_high"].tolist() == [4000, 4000, 4000]


# --- regions -------------------------------------------------------------------


def test_members_of_a_region_are_soft_even_if_there_is_one() -> None:
    north = {"region_ids": ("r",), "places": "the north"}
    frame = claims(
        {**north, "place_ids": THREE, "extent": "each", "value": 50},
        {**north, "place_ids": ("AF-KDZ",), "extent": "within", "value": 50},
    )
    assert placed(join_claims(frame, squares())) == [
        *[(place, "region", 0, 50) for place in THREE],
        ("AF-KDZ", "region", 0, 50),
    ]


@pytest.mark.parametrize("unknown", ["", "; Nowhereville"])
def test_a_place_named_beside_a_region_is_named(unknown: str) -> None:
    frame = claims(
        {
            "places": f"Kunduz; northern Afghanistan{unknown}",
            "country": "AFG",
            "place_ids": ("AF-KDZ", "AF-BDS", "AF-TAK"),
            "region_ids": ("r",),
            "extent": "joint",
            "value": 50,
        }
    )
    assert placed(join_claims(frame, squares())) == [
        ("AF-KDZ", "joint", 0, 50),
        ("AF-BDS", "region", 0, 50),
        ("AF-TAK", "region", 0, 50),
    ]


# --- countries -----------------------------------------------------------------


def test_nationwide_stands_at_each_country() -> None:
    frame = claims(
        {"country": "AFG", "value": 6500},
        {"country": "AFG; TJK", "value": 6500},
        {"place_ids": ("AFG",), "country": "AFG", "extent": "nationwide", "value": 6500},
    )
    joined = join_claims(frame, squares())
    assert placed(joined) == [
        ("AFG", "nationwide", 6500, 6500),
        ("AFG", "nationwide", 0, 6500),
        ("TJK", "nationwide", 0, 6500),
        ("AFG", "nationwide", 6500, 6500),
    ]
    # The boundaries have no countries, so these come from the built-in ones.
    assert joined.geometry.notna().all()
    assert joined["place_name"].tolist() == ["Afghanistan"] * 2 + ["Tajikistan", "Afghanistan"]


def test_a_national_figure_is_none_of_a_province_that_the_claim_mentions() -> None:
    frame = claims({"place_ids": ("AF-KDZ",), "extent": "nationwide", "value": 6500})
    assert placed(join_claims(frame, squares())) == [("AF-KDZ", "within", 0, 6500)]


def test_claims_without_any_place_keep_a_row() -> None:
    joined = join_claims(claims({"value": 5}, {"country": "AFG"}), squares())
    assert placed(joined) == [(None, "none", None, None), ("AFG", "nationwide", None, None)]
    assert joined.geometry.isna().tolist() == [True, False]
    assert pd.isna(joined.loc[0, "place_level"])


# --- points --------------------------------------------------------------------

KUNDUZ = {"latitude": 36.25, "longitude": 68.5, "value": 5}


@pytest.mark.parametrize("precision", [1, 2, 3, 4, None])
def test_a_point_counts_in_the_place_that_holds_it(precision: int | None) -> None:
    frame = claims({**KUNDUZ, "where_precision": precision})
    assert placed(join_claims(frame, squares())) == [("AF-KDZ", "point", 5, 5)]


@pytest.mark.parametrize("country", ["AFG", None])
def test_a_vague_point_is_in_its_country_a_point_at_sea_nowhere(country: str | None) -> None:
    frame = claims(
        {**KUNDUZ, "where_precision": 5, "country": country},
        {**KUNDUZ, "where_precision": 6, "country": country},
        {**KUNDUZ, "where_precision": 7, "country": country},
    )
    # Five somewhere in a country: how many more there are in it, the claim does not say.
    assert placed(join_claims(frame, squares())) == [
        ("AFG", "within", 5, math.inf),
        ("AFG", "nationwide", 5, 5),
        (None, "none", None, None),
    ]


def test_a_point_outside_all_places_falls_back_to_its_country() -> None:
    frame = claims({**KUNDUZ, "longitude": 10, "country": "AFG"}, {**KUNDUZ, "longitude": 10})
    assert placed(join_claims(frame, squares())) == [
        ("AFG", "within", 5, math.inf),
        (None, "none", None, None),
    ]


def test_points_on_and_just_beyond_an_edge() -> None:
    frame = claims(
        {"latitude": 37.015, "longitude": 68.5},  # a kilometre or two outside
        {"latitude": 37.0, "longitude": 69.5},  # on the outer edge
        {"latitude": 36.5, "longitude": 70.0},  # on the edge of two places
        {"latitude": 37.03, "longitude": 68.5},  # too far
    )
    assert join_claims(frame, squares())["place_id"].tolist()[:2] == ["AF-KDZ", "AF-TAK"]
    joined = join_claims(frame, squares())
    assert joined["place_id"][2] in {"AF-TAK", "AF-BDS"}
    assert joined["relation"].tolist() == ["point", "point", "point", "none"]


def test_a_point_beyond_the_border_goes_to_the_country_that_the_claim_names() -> None:
    at_border = {"latitude": 37.01, "longitude": 68.5}
    frame = claims(at_border, {**at_border, "country": "AFG"}, {**at_border, "country": "TJK"})
    assert join_claims(frame, countries())["place_id"].tolist() == ["TJK", "AFG", "TJK"]


def test_a_point_known_to_its_province_does_not_fall_into_a_district() -> None:
    frame = claims({**KUNDUZ, "where_precision": 4}, {**KUNDUZ, "where_precision": 3})
    joined = join_claims(frame, districts())
    assert joined["place_id"].tolist() == ["AF-KDZ", "AF-KDZ-1"]
    assert joined.geometry.iloc[0].equals(box(68, 36, 69, 37))


def test_the_finest_place_holds_a_point() -> None:
    both = pd.concat([squares(), districts(), countries()], ignore_index=True)
    joined = join_claims(claims(KUNDUZ), both)
    assert joined["place_id"].tolist() == ["AF-KDZ-1"]


def test_a_point_beside_named_places_only_draws() -> None:
    frame = claims({**KUNDUZ, "place_ids": ("AF-BDS",)})
    assert placed(join_claims(frame, squares())) == [("AF-BDS", "each", 5, 5)]


def test_a_hole_is_outside() -> None:
    ring = squares().iloc[[0]].copy()
    ring.loc[0, "geometry"] = Polygon(
        box(68, 36, 69, 37).exterior, [box(68.2, 36.2, 68.8, 36.8).exterior]
    )
    assert join_claims(claims({"latitude": 36.5, "longitude": 68.5}), ring)["relation"][0] == "none"


# --- places that are not on the map --------------------------------------------


def test_provinces_on_a_map_of_countries_are_within_their_country() -> None:
    frame = claims(
        {"place_ids": THREE, "value": 4000, "modifier": "up_to"},
        {"place_ids": ("AF-KDZ",), "value": 300},
        {"place_ids": ("AF-KDZ", "TJ-GB"), "value": 300},
        {"place_ids": ("AFG",), "value": 300},
        {"place_ids": ("AF-KDZ",), "region_ids": ("r",)},
    )
    joined = join_claims(frame, countries())
    # What is in three provinces says nothing about the rest: no upper bound for the country.
    assert rows(joined, "claim_id", "place_id", "relation", "place_low", "place_high") == [
        ("c1", "AFG", "within", 0, math.inf),
        ("c2", "AFG", "within", 300, math.inf),
        ("c3", "AFG", "within", 0, math.inf),
        ("c3", "TJK", "within", 0, math.inf),
        ("c4", "AFG", "each", 300, 300),
        ("c5", "AFG", "within", None, None),
    ]


def test_a_province_on_a_map_of_districts_stays_a_province() -> None:
    joined = join_claims(claims({"place_ids": ("AF-KDZ", "x-own")}), districts())
    assert rows(joined, "place_id", "place_name", "place_level", "relation") == [
        ("AF-KDZ", "Kunduz", 1, "joint"),
        ("x-own", None, None, "joint"),
    ]
    assert joined.geometry.iloc[0].equals(box(68, 36, 69, 37))
    assert joined.geometry.iloc[1] is None


def test_a_province_of_another_country_keeps_its_name_and_has_no_geometry() -> None:
    joined = join_claims(claims({"place_ids": ("TJ-GB",)}), squares())
    assert rows(joined, "place_id", "place_level", "place_country", "relation") == [
        ("TJ-GB", 1, "TJK", "each")
    ]
    assert joined.geometry.iloc[0] is None


def test_a_parent_of_the_users_own_is_the_union_of_its_parts() -> None:
    own = squares().assign(level=2, parent="x-AFG-north-east")
    joined = join_claims(claims({"place_ids": ("x-AFG-north-east",)}), own)
    assert rows(joined, "place_name", "place_level", "place_country") == [
        ("x-AFG-north-east", 1, "AFG")
    ]
    assert joined.geometry.iloc[0].equals(box(68, 36, 71, 37))


# --- options and faults --------------------------------------------------------


@pytest.mark.parametrize("wanted", ["AFG", ["AFG"]])
def test_countries_filter_by_place_else_by_the_claim(wanted: str | list[str]) -> None:
    frame = claims(
        {"place_ids": ("AF-KDZ",)},
        {"country": "AFG; TJK"},
        {"place_ids": ("x-own",), "country": "AFG"},
        {"place_ids": ("TJ-GB",)},
        {},
    )
    joined = join_claims(frame, squares(), countries=wanted)
    assert rows(joined, "claim_id", "place_id") == [
        ("c1", "AF-KDZ"),
        ("c2", "AFG"),
        ("c3", "x-own"),
    ]
    pd.testing.assert_index_equal(joined.index, pd.RangeIndex(3))


def test_boundaries_need_a_crs_and_it_must_be_4326() -> None:
    bare = gpd.GeoDataFrame(pd.DataFrame(squares()), geometry="geometry", crs=None)
    bare = bare.set_crs(None, allow_override=True)
    with pytest.raises(BoundariesError, match=r"no CRS.*set_crs\(4326\)"):
        join_claims(claims({}), bare)
    with pytest.raises(BoundariesError, match=r"EPSG:3857.*to_crs\(4326\)"):
        join_claims(claims({}), squares().to_crs(3857))


def test_boundaries_must_be_canonical() -> None:
    with pytest.raises(BoundariesError, match="DataFrame is no GeoDataFrame"):
        join_claims(claims({}), pd.DataFrame(squares()))
    with pytest.raises(BoundariesError, match="no column 'place_id', 'level'"):
        join_claims(claims({}), squares().drop(columns=["place_id", "level"]))
    with pytest.raises(BoundariesError, match="'AF-KDZ' repeats"):
        join_claims(claims({}), pd.concat([squares(), squares()]))


@pytest.mark.second_tier
def test_a_hundred_thousand_claims_join_in_a_second() -> None:
    tiny = claims(
        {"place_ids": THREE, "value": 4000},
        {"latitude": 36.5, "longitude": 68.5},
        {"country": "AFG"},
        {"place_ids": ("AF-KDZ",)},
    )
    many = tiny.take(np.tile(np.arange(4), 25_000)).reset_index(drop=True)
    generator = np.random.default_rng(2)
    pointed = many["latitude"].notna()
    many.loc[pointed, "longitude"] = generator.uniform(68, 71, pointed.sum())
    join_claims(tiny, squares())  # load what loads once
    start = time.process_time()  # other work on the machine does not count
    joined = join_claims(many, squares())
    took = time.process_time() - start
    assert len(joined) == 150_000
    assert set(joined["place_id"]) == {*SQUARES, "AFG"}
    inside = joined[joined["relation"] == "point"].sample(50, random_state=1)
    points = map(Point, inside["longitude"], inside["latitude"])
    assert all(shape.contains(point) for shape, point in zip(inside.geometry, points, strict=True))
    assert took < 3, f"{took:.2f} s; a second is meant, the rest is for a slower machine"
