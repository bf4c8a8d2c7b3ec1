"""The built-in boundaries: a coverage of the world that follows ISO 3166."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import numpy as np
import pycountry
import pytest
import shapely
from shapely.geometry import Point

from geodata.data import make_outlines
from geodata.errors import ArgumentError
from geodata.places.builtin import builtin_boundaries
from geodata.schema import BOUNDARY_COLUMNS, CRS

DATA = Path(__file__).parents[1] / "geodata" / "data"
COMPARED = ["TJK", "UZB", "TKM", "IRN", "PAK", "CHN", "KGZ", "KAZ", "RUS", "ARM", "BLR", "SYR"]
COMPARED += ["IRQ", "AFG"]


@pytest.fixture(scope="module")
def world() -> gpd.GeoDataFrame:
    return builtin_boundaries()


@pytest.fixture(scope="module")
def countries() -> gpd.GeoDataFrame:
    return builtin_boundaries(level=0)


@pytest.fixture(scope="module")
def by_id(world: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return world.set_index("place_id")


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def iso_units(iso3: str) -> set[str]:
    country = pycountry.countries.get(alpha_3=iso3)
    assert country is not None
    return {u.code for u in pycountry.subdivisions if u.country_code == country.alpha_2}


def found_at(world: gpd.GeoDataFrame, longitude: float, latitude: float) -> list[str]:
    return list(world.loc[world.contains(Point(longitude, latitude)), "place_id"])


# --- the frame -----------------------------------------------------------------


@pytest.mark.parametrize("level", [0, 1])
def test_frame_is_canonical(level: int) -> None:
    places = builtin_boundaries(level=level)
    assert tuple(places.columns) == BOUNDARY_COLUMNS
    assert places.crs == CRS
    assert places.index.equals(gpd.pd.RangeIndex(len(places)))
    assert places["place_id"].is_unique
    assert places["place_id"].is_monotonic_increasing
    assert places["level"].eq(level).all()
    assert places[["place_id", "name", "country"]].notna().all(axis=None)
    assert places["name"].str.strip().ne("").all()


def test_ids_are_unique_over_both_levels(
    world: gpd.GeoDataFrame, countries: gpd.GeoDataFrame
) -> None:
    assert not set(world["place_id"]) & set(countries["place_id"])


def test_every_unit_has_its_country_as_parent(
    world: gpd.GeoDataFrame, countries: gpd.GeoDataFrame
) -> None:
    assert world["parent"].equals(world["country"].rename("parent"))
    assert set(world["country"]) == set(countries["place_id"])
    assert countries["parent"].isna().all()


def test_all_countries_of_iso_and_kosovo(countries: gpd.GeoDataFrame) -> None:
    assert set(countries["place_id"]) == {c.alpha_3 for c in pycountry.countries} | {"XKX"}


def test_ids_are_those_of_iso_or_say_that_they_are_not(world: gpd.GeoDataFrame) -> None:
    listed = {unit.code for unit in pycountry.subdivisions}
    made = world["place_id"].str.fullmatch(r"x-[A-Z]{3}-[a-z0-9-]+")
    assert (world["place_id"].isin(listed) ^ made).all()
    assert (world.loc[made, "place_id"].str[2:5] == world.loc[made, "country"]).all()


def test_some_countries_only() -> None:
    places = builtin_boundaries(countries=["AFG", "TJK"])
    assert places["country"].value_counts().to_dict() == {"AFG": 34, "TJK": 5}
    assert places.index.equals(gpd.pd.RangeIndex(39))
    assert builtin_boundaries(level=0, countries="AFG")["place_id"].tolist() == ["AFG"]


def test_what_is_given_out_is_the_callers(world: gpd.GeoDataFrame) -> None:
    mine = builtin_boundaries()
    mine.loc[0, "name"] = "changed"
    assert builtin_boundaries()["name"].equals(world["name"])


@pytest.mark.parametrize("level", [2, -1, "1"])
def test_another_level_is_refused(level: object) -> None:
    with pytest.raises(ArgumentError, match=r"level: .* is not built in"):
        builtin_boundaries(level=level)  # type: ignore[arg-type]  # the error is the point


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ArgumentError, match="'Afghanistan' is no built-in country"):
        builtin_boundaries(countries=["Afghanistan"])


# --- geometry ------------------------------------------------------------------


@pytest.mark.second_tier
@pytest.mark.parametrize("level", [0, 1])
def test_shapes_are_a_coverage(level: int) -> None:
    shapes = np.asarray(builtin_boundaries(level=level).geometry)
    assert not shapely.is_empty(shapes).any()
    assert shapely.is_valid(shapes).all()
    assert set(shapely.get_type_id(shapes)) <= {3, 6}  # polygons and multipolygons
    assert shapely.coverage_is_valid(shapes)


@pytest.mark.second_tier
def test_no_gaps_but_those_of_the_source(world: gpd.GeoDataFrame) -> None:
    whole = shapely.coverage_union_all(np.asarray(world.geometry))
    holes = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    centres = sorted((round(h.centroid.x), round(h.centroid.y)) for h in holes)
    # The Patagonian Ice Field, Isla Brasilera, the Caspian Sea.
    assert len(centres) == 3
    assert centres[:2] == [(-73, -50), (-58, -30)]


def test_level_0_is_the_union_of_level_1(
    world: gpd.GeoDataFrame, countries: gpd.GeoDataFrame
) -> None:
    for code in ("AFG", "TJK", "NOR"):
        parts = np.asarray(world.loc[world["country"] == code, "geometry"])
        whole = countries.loc[countries["place_id"] == code, "geometry"].iloc[0]
        assert shapely.equals(shapely.coverage_union_all(parts), whole)


def test_edges_are_no_longer_than_the_simplification_needs(by_id: gpd.GeoDataFrame) -> None:
    # Afghanistan at 1 km: thousands of vertices, not hundreds.
    afghan = by_id.geometry[by_id["country"] == "AFG"]
    assert shapely.get_num_coordinates(np.asarray(afghan)).sum() > 4000


def test_the_data_fits_into_the_wheel() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir() if path.is_file()) < 12e6


def test_no_outline_is_farther_than_a_kilometre_from_the_source(by_id: gpd.GeoDataFrame) -> None:
    # For each unit the source's vertex that plain simplification was farthest from.
    points = gpd.pd.read_csv(Path(__file__).with_name("outline_points.csv"))
    assert set(points["place_id"]) == set(by_id.index)
    vertices = shapely.points(points[["longitude", "latitude"]].to_numpy())
    away = shapely.distance(vertices, by_id.geometry[points["place_id"]].boundary.to_numpy())
    assert away.max() < 0.009
    assert np.median(away) > 0.001  # they are not the outlines' own vertices


def test_outlines_are_brought_close_and_stay_a_coverage() -> None:
    # Two units; a fjord of little area reaches far into the right one, an inlet into their border.
    zigzag = [(2 + 0.02 * (at % 2), 0.1 * at) for at in range(1, 10)]
    border = [(1, 0), (1, 0.49), (1.3, 0.5), (1, 0.51), (1, 1)]
    fjord = [(2, 1), *reversed(zigzag), (2, 0.054), (1.6, 0.05), (2, 0.046), (2, 0)]
    left = shapely.Polygon([(0, 0), *border, (0, 1)])
    right = shapely.Polygon([*border, *fjord])
    whole = np.array([left, right], dtype=object)
    rough = shapely.coverage_simplify(whole, 0.2)
    assert shapely.hausdorff_distance(whole, rough).min() > 0.2

    close = make_outlines.close_outlines(whole, rough, farthest=0.05)

    assert shapely.coverage_is_valid(close)
    assert shapely.is_valid(close).all()
    assert shapely.hausdorff_distance(whole, close).max() <= 0.05
    assert shapely.get_num_coordinates(close).sum() < shapely.get_num_coordinates(whole).sum()


def test_where_a_vertex_put_back_would_cross_another_line_that_follows_too() -> None:
    # A dent of 0.04 runs around the tip of a spike of 0.2; put back alone, the spike crosses it.
    dent = [(0.9, 0.5), (0.95, 0.53), (1, 0.54), (1.05, 0.53), (1.1, 0.5)]
    spike = [(0.99, 0.3), (1, 0.51), (1.01, 0.3)]
    shape = shapely.Polygon([(0, 0.3), *spike, (2, 0.3), (2, 0.5), *reversed(dent), (0, 0.5)])
    rough = np.array([shapely.Polygon([(0, 0.3), (2, 0.3), (2, 0.5), (0, 0.5)])], dtype=object)

    close = make_outlines.close_outlines(np.array([shape], dtype=object), rough, farthest=0.05)

    assert shapely.is_valid(close).all()
    assert shapely.hausdorff_distance(close[0], shape) <= 0.05


def test_small_islands_are_kept(by_id: gpd.GeoDataFrame) -> None:
    for place in ("BQ-SA", "x-PCN-pitcairn-islands", "KI-L", "MV-MLE", "x-NFK-norfolk-island"):
        if place in by_id.index:
            assert by_id.geometry[place].area > 0
    assert "MV-MLE" in by_id.index


# --- ISO 3166-2 ----------------------------------------------------------------


def test_afghanistan_has_the_34_provinces_of_iso(world: gpd.GeoDataFrame) -> None:
    ours = set(world.loc[world["country"] == "AFG", "place_id"])
    assert ours == iso_units("AFG")
    assert len(ours) == 34


@pytest.mark.parametrize("iso3", COMPARED)
def test_every_difference_from_iso_is_told(world: gpd.GeoDataFrame, iso3: str) -> None:
    ours = set(world.loc[world["country"] == iso3, "place_id"])
    told = [row for row in rows_of("iso_differences.csv") if row["country"] == iso3]
    only_iso = {row["place_id"] for row in told if row["difference"] == "only in ISO"}
    only_ours = {row["place_id"] for row in told if row["difference"] == "only built in"}
    assert iso_units(iso3) - ours == only_iso
    assert ours - iso_units(iso3) == only_ours
    assert all(row["reason"] for row in told)


def test_units_without_geometry_lie_in_places(
    world: gpd.GeoDataFrame, countries: gpd.GeoDataFrame
) -> None:
    drawn = {*world["place_id"], *countries["place_id"]}
    rows = rows_of("places_without_geometry.csv")
    assert {row["contained_in"] for row in rows} <= drawn
    assert not {row["place_id"] for row in rows} & drawn
    assert all(row["reason"] and row["name"] for row in rows)
    contained = {row["place_id"]: row["contained_in"] for row in rows}
    expected = {"KZ-10": "KZ-63", "KZ-33": "KZ-19", "KZ-62": "KZ-35", "KZ-79": "KZ-61"}
    expected |= {"TM-S": "TM-A", "KG-GO": "KG-O", "CN-HK": "HKG"}
    assert {place: contained[place] for place in expected} == expected


# --- repairs -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "longitude", "latitude", "place"),
    [
        ("Panjshir, labelled Parwan", 69.52, 35.31, "AF-PAN"),
        ("Parwan", 69.17, 35.01, "AF-PAR"),
        ("Daykundi, labelled Uruzgan", 66.13, 33.72, "AF-DAY"),
        ("Uruzgan", 65.87, 32.63, "AF-URU"),
        ("Gardez in Paktia", 69.23, 33.60, "AF-PIA"),
        ("Sharana in Paktika", 68.75, 33.13, "AF-PKA"),
        ("Dushanbe's surroundings, a placeholder", 69.3, 38.8, "TJ-RA"),
        ("Miranshah in the former FATA", 70.07, 33.00, "PK-KP"),
        ("Peshawar", 71.58, 34.01, "PK-KP"),
        ("Moscow's centre", 37.62, 55.75, "RU-MOW"),
        ("Kolomna in Moscow oblast", 38.77, 55.08, "RU-MOS"),
        ("Tehran", 51.39, 35.69, "IR-23"),
        ("Karaj in Alborz", 50.99, 35.83, "IR-30"),
        ("Mashhad", 59.61, 36.30, "IR-09"),
        ("Shiraz in Fars", 52.53, 29.61, "IR-07"),
        ("Arak in Markazi", 49.69, 34.09, "IR-00"),
        ("Almaty city", 76.93, 43.25, "KZ-75"),
        ("Taldykorgan, Almaty region of before 2022", 78.4, 45.0, "KZ-19"),
        ("Shymkent", 69.6, 42.32, "KZ-61"),
        ("Baikonur", 63.31, 45.94, "KZ-43"),
        ("Simferopol in Crimea", 34.1, 44.95, "UA-43"),
        ("Sevastopol", 33.6, 44.55, "UA-40"),
        ("Kirkuk", 44.39, 35.47, "IQ-KI"),
        ("Goiânia in Goiás, the invalid polygon", -49.25, -16.68, "BR-GO"),
        ("Hargeisa in Somaliland", 44.07, 9.56, "x-SOM-somaliland"),
        ("Kyrenia in Northern Cyprus", 33.32, 35.33, "x-CYP-northern-cyprus"),
        ("Laayoune in Western Sahara", -13.2, 27.15, "x-ESH-laayoune-boujdour"),
        ("Tarfaya north of 27°40′", -12.92, 27.9, "x-MAR-tarfaya"),
        ("Cayenne", -52.4, 4.85, "x-GUF-french-guiana"),
        ("San Juan", -66.1, 18.4, "x-PRI-puerto-rico"),
        ("Spitsbergen", 16.0, 78.5, "x-SJM-svalbard"),
        ("Tuzla, a canton that was dissolved", 18.67, 44.54, "BA-BIH"),
        ("Požega, labelled as its neighbour", 17.68, 45.34, "HR-11"),
        ("Quneitra, observers' zone included", 35.86, 33.09, "SY-QU"),
    ],
)
def test_repairs(
    world: gpd.GeoDataFrame, what: str, longitude: float, latitude: float, place: str
) -> None:
    assert found_at(world, longitude, latitude) == [place], what


@pytest.mark.parametrize(
    ("place", "country"),
    [
        ("UA-43", "UKR"),
        ("UA-40", "UKR"),
        ("x-SOM-somaliland", "SOM"),
        ("x-CYP-northern-cyprus", "CYP"),
        ("x-ESH-laayoune-boujdour", "ESH"),
        ("x-SJM-svalbard", "SJM"),
        ("x-PSE-gaza-strip", "PSE"),
        ("BQ-SA", "BES"),
        ("TW-NWT", "TWN"),
    ],
)
def test_membership_follows_iso_3166(by_id: gpd.GeoDataFrame, place: str, country: str) -> None:
    assert by_id.loc[place, "country"] == country


def test_the_swapped_provinces_lie_where_they_should(by_id: gpd.GeoDataFrame) -> None:
    paktia, paktika = by_id.geometry["AF-PIA"], by_id.geometry["AF-PKA"]
    assert paktia.centroid.y > paktika.centroid.y
    assert paktika.area > 2 * paktia.area  # 19,400 and 6,400 km²
    assert by_id.geometry["RU-MOS"].area > 10 * by_id.geometry["RU-MOW"].area
    assert by_id.loc[["AF-PIA", "AF-PKA"], "name"].tolist() == ["Paktia", "Paktika"]


@pytest.mark.parametrize("name", ["repairs.csv", "splits.csv", "contained_units.csv"])
def test_every_change_has_its_reason(name: str) -> None:
    rows = rows_of(name)
    assert rows
    assert [row for row in rows if not row["reason"].strip()] == []


def test_the_repairs_cover_what_repeats_and_what_is_a_placeholder() -> None:
    rows = rows_of("repairs.csv")
    placeholders = [row for row in rows if "~" in row["source_code"]]
    assert len(placeholders) >= 187
    assert not [row for row in rows if "~" in row["place_id"]]
    assert len({row["adm1_code"] for row in rows}) == len(rows)
