"""A user's boundary file becomes canonical boundaries, and says what was repaired."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import affinity
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from common import SHARED_DATA
from geodata.errors import BoundariesError
from geodata.places.boundaries import BoundariesWarning, builtin_boundaries, read_boundaries
from geodata.schema import BOUNDARY_COLUMNS, CRS

# Squares well inside of three Afghan provinces.
PLACES = {"AF-KDZ": "Kunduz", "AF-TAK": "Takhar", "AF-BDS": "Badakhshan"}
SHAPES = [box(68.7, 36.6, 69.0, 36.9), box(69.5, 36.5, 69.8, 36.8), box(71.0, 36.6, 71.5, 37.1)]


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """GDAL writes the GeoPackages of these tests; nobody needs them after a power cut."""
    monkeypatch.setenv("OGR_SQLITE_SYNCHRONOUS", "OFF")


def units(
    shapes: list[Any] | None = None, crs: str | None = CRS, **columns: object
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes or SHAPES, crs=crs)


def geoboundaries(*, shapes: list[Any] | None = None, **changes: object) -> gpd.GeoDataFrame:
    columns: dict[str, object] = {"shapeName": list(PLACES.values()), "shapeISO": list(PLACES),
               "shapeGroup": "AFG", "shapeType": "ADM1"}  # fmt: skip
    return gpd.GeoDataFrame({**columns, **changes}, geometry=shapes or SHAPES, crs=CRS)


def save(frame: gpd.GeoDataFrame, path: Path) -> Path:
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of missing CRS and mixed geometry: wanted here
            frame.to_file(path)
    return path


def read_warned(path: Path, **options: Any) -> tuple[gpd.GeoDataFrame, list[str]]:  # handed on
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = read_boundaries(path, **options)
    assert {item.category for item in caught} <= {BoundariesWarning}
    return result, [str(item.message).removeprefix(str(path)) for item in caught]


def refused(path: Path, **options: Any) -> str:  # handed on
    with pytest.raises(BoundariesError) as caught:
        read_boundaries(path, **options)
    assert str(path) in str(caught.value)
    return str(caught.value)


def distances(result: gpd.GeoDataFrame, shapes: list[Any]) -> Any:  # shapely is untyped
    return shapely.hausdorff_distance(result.geometry.to_numpy(), np.array(shapes))


# --- formats and CRS ---------------------------------------------------------


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".geojson", ".fgb", ".parquet"])
@pytest.mark.parametrize("crs", [CRS, "EPSG:32642", "ESRI:102025"])
def test_every_format_in_any_crs_gives_canonical_boundaries(
    suffix: str, crs: str, tmp_path: Path
) -> None:
    path = save(geoboundaries().to_crs(crs), tmp_path / f"layer{suffix}")
    result = read_boundaries(path)
    assert result.crs == CRS
    assert tuple(result.columns) == BOUNDARY_COLUMNS
    assert result.index.equals(pd.RangeIndex(3))
    assert dict(zip(result["place_id"], result["name"], strict=True)) == PLACES
    assert result["level"].tolist() == [1, 1, 1]
    assert result["country"].tolist() == result["parent"].tolist() == ["AFG"] * 3
    order = [list(PLACES).index(place) for place in result["place_id"]]
    assert distances(result, [SHAPES[at] for at in order]).max() < 1e-6


def test_a_file_without_crs_is_refused_unless_one_is_given(tmp_path: Path) -> None:
    path = save(geoboundaries().to_crs("EPSG:32642"), tmp_path / "layer.shp")
    path.with_suffix(".prj").unlink()
    assert "declares no CRS" in refused(path)
    assert read_boundaries(path, crs="EPSG:32642")["place_id"].tolist() == list(PLACES)
    assert "'EPSG:0' is not understood" in refused(path, crs="EPSG:0")
    assert "look like metres" in refused(path, crs=4326)


def test_an_undefined_crs_of_a_geopackage_is_none(tmp_path: Path) -> None:
    path = save(geoboundaries().set_crs(None, allow_override=True), tmp_path / "layer.gpkg")
    assert "declares no CRS" in refused(path)


def test_the_crs_asked_for_wins_and_is_told(tmp_path: Path) -> None:
    wrong = geoboundaries().to_crs("EPSG:32642").set_crs("EPSG:32641", allow_override=True)
    path = save(wrong, tmp_path / "layer.gpkg")
    result, told = read_warned(path, crs="EPSG:32642")
    assert distances(result, SHAPES).max() < 1e-6
    assert len(told) == 1
    assert "read as 'WGS 84 / UTM zone 42N' as asked" in told[0]


def test_coordinates_that_are_no_degrees_say_what_they_look_like(tmp_path: Path) -> None:
    metres = geoboundaries().to_crs("EPSG:32642").set_crs(CRS, allow_override=True)
    document = json.loads(metres.to_json())
    path = tmp_path / "layer.geojson"
    path.write_text(json.dumps(document))
    message = refused(path)
    assert "features 1, 2, 3: coordinates such as (" in message
    assert "metres" in message
    east = [affinity.translate(shape, 35, 0) for shape in SHAPES]  # 104-107 E, 36-37 N
    swapped = geoboundaries().set_geometry(gpd.GeoSeries(east, crs=CRS).map(_swap).set_crs(CRS))
    assert "latitude before longitude" in refused(save(swapped, tmp_path / "swapped.gpkg"))


def test_swapped_axes_within_the_range_are_found_by_the_country(tmp_path: Path) -> None:
    swapped = geoboundaries().set_geometry([_swap(shape) for shape in SHAPES], crs=CRS)
    path = save(swapped, tmp_path / "layer.gpkg")
    assert "none lies in AFG, but would with latitude and longitude exchanged" in refused(path)
    far = geoboundaries().set_geometry([affinity.translate(s, -80, -40) for s in SHAPES], crs=CRS)
    assert "none lies in AFG, nor with its axes swapped" in refused(save(far, tmp_path / "f.gpkg"))


def _swap(shape: Polygon) -> Polygon:
    return Polygon([(y, x) for x, y in shape.exterior.coords])


def test_a_named_crs_in_geojson_is_read(tmp_path: Path) -> None:
    document = json.loads(geoboundaries().to_crs("EPSG:32642").to_json())
    document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32642"}}
    path = tmp_path / "layer.json"
    path.write_text(json.dumps(document))
    result = read_boundaries(path)
    assert distances(result, SHAPES).max() < 1e-6


# --- geometry ----------------------------------------------------------------


def test_null_and_empty_geometry_is_left_out_and_named(tmp_path: Path) -> None:
    frame = geoboundaries(shapes=[None, SHAPES[1], MultiPolygon()])
    result, told = read_warned(save(frame, tmp_path / "layer.gpkg"))
    assert result["place_id"].tolist() == ["AF-TAK"]
    assert result.index.equals(pd.RangeIndex(1))
    assert told == [": features 1, 3 without geometry left out"]


def test_z_and_m_are_dropped(tmp_path: Path) -> None:
    high = [Polygon([(x, y, 5) for x, y in shape.exterior.coords]) for shape in SHAPES]
    result = read_boundaries(save(geoboundaries(shapes=high), tmp_path / "layer.gpkg"))
    assert not result.geometry.has_z.any()
    assert result.geometry.geom_equals(gpd.GeoSeries(SHAPES, crs=CRS)).all()


def test_invalid_geometry_is_repaired_and_named(tmp_path: Path) -> None:
    bow = Polygon([(68.7, 36.6), (69.0, 36.9), (69.0, 36.6), (68.7, 36.9)])
    result, told = read_warned(
        save(geoboundaries(shapes=[bow, *SHAPES[1:]]), tmp_path / "layer.gpkg")
    )
    assert result.geometry.is_valid.all()
    assert result.geometry.iloc[0].area == pytest.approx(0.045)
    assert told == [": feature 1: invalid geometry (such as a crossing line) repaired"]


@pytest.mark.parametrize("shape", [Point(69, 36.7), LineString([(69, 36), (70, 37)])])
@pytest.mark.parametrize("suffix", [".geojson", ".fgb", ".parquet"])
def test_points_and_lines_are_refused(shape: shapely.Geometry, suffix: str, tmp_path: Path) -> None:
    path = save(geoboundaries(shapes=[*SHAPES[:2], shape]), tmp_path / f"layer{suffix}")
    message = refused(path)
    assert f"{shape.geom_type.casefold()} where boundaries are areas" in message
    assert suffix == ".fgb" or "feature 3:" in message  # FlatGeobuf sorts its features


def test_a_shapefile_of_points_is_refused(tmp_path: Path) -> None:
    path = save(geoboundaries(shapes=[shape.centroid for shape in SHAPES]), tmp_path / "layer.shp")
    assert "holds points; boundaries are areas" in refused(path)


def test_overlaps_are_told_and_kept(tmp_path: Path) -> None:
    frame = geoboundaries(shapes=[box(68.7, 36.6, 69.55, 36.9), *SHAPES[1:]])
    result, told = read_warned(save(frame, tmp_path / "layer.gpkg"))
    assert result.geometry.iloc[0].equals(frame.geometry.iloc[0])
    assert len(told) == 1
    assert told[0].startswith(": features 1, 2: the borders do not match")


def test_the_only_layer_of_areas_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "layers.gpkg"
    geoboundaries(shapes=[s.centroid for s in SHAPES]).to_file(path, layer="capitals")
    geoboundaries().to_file(path, layer="provinces")
    assert read_boundaries(path)["place_id"].tolist() == list(PLACES)
    geoboundaries().to_file(path, layer="again")
    message = refused(path)
    assert "'capitals' (point), 'provinces' (polygon), 'again' (polygon)" in message
    assert len(read_boundaries(path, layer="again")) == 3
    assert "has no layer 'other'" in refused(path, layer="other")
    assert "where boundaries are areas" in refused(path, layer="capitals")
    assert "has a single layer" in refused(save(geoboundaries(), tmp_path / "a.fgb"), layer="x")


# --- names and codes ---------------------------------------------------------


def test_unknown_columns_are_listed_until_named(tmp_path: Path) -> None:
    frame = units(Provinz=list(PLACES.values()), Nummer=[1.0, 2.0, 3.0])
    path = save(frame, tmp_path / "layer.gpkg")
    assert "say it with --name-column; its columns: " in refused(path).casefold()
    assert "'Provinz', 'Nummer'" in refused(path)
    result = read_boundaries(path, name_column="provinz", code_column="Nummer")
    assert result["place_id"].tolist() == list(PLACES)
    message = refused(path, name_column="A", code_column="B")
    assert "--name-column 'A' is no column" in message
    assert "--code-column 'B' is no column" in message


def test_codes_are_mended_and_named(tmp_path: Path) -> None:
    frame = geoboundaries(shapeISO=["AF_KDZ", "af-tak", "AF BDS"])
    result, told = read_warned(save(frame, tmp_path / "layer.gpkg"))
    assert result["place_id"].tolist() == list(PLACES)
    assert told == [
        ":1: shapeISO: 'AF_KDZ' read as AF-KDZ",
        ":2: shapeISO: 'af-tak' read as AF-TAK",
        ":3: shapeISO: 'AF BDS' read as AF-BDS",
    ]


def test_a_misspelt_name_is_mended_where_the_code_tells_it(tmp_path: Path) -> None:
    frame = geoboundaries(shapeName=["Kunduz", "Tahkarr", "Upper Pamir Land"])
    result, told = read_warned(save(frame, tmp_path / "layer.gpkg"))
    assert result["name"].tolist() == ["Kunduz", "Takhar", "Upper Pamir Land"]
    assert told == [":2: shapeName: 'Tahkarr' read as 'Takhar' (AF-TAK)"]


def test_where_code_and_name_disagree_the_ground_decides(tmp_path: Path) -> None:
    frame = geoboundaries(shapeISO=["AF-TAK", "AF-TAK", "AF-BDS"])
    result, told = read_warned(save(frame, tmp_path / "layer.gpkg"))
    assert result["place_id"].tolist() == list(PLACES)
    assert told == [
        ":1: shapeName: 'Kunduz' is AF-KDZ, but shapeISO says 'AF-TAK'; "
        "taken as AF-KDZ, where it lies"
    ]
    frame = geoboundaries(shapeName=["Takhar", "Takhar", "Badakhshan"])
    result, told = read_warned(save(frame, tmp_path / "other.gpkg"))
    assert result["place_id"].tolist() == list(PLACES)
    assert result["name"].tolist() == list(PLACES.values())
    assert "taken as AF-KDZ, where it lies" in told[0]


def test_a_unit_that_lies_in_another_place_is_told(tmp_path: Path) -> None:
    frame = geoboundaries(shapes=[SHAPES[1], SHAPES[0], SHAPES[2]])
    _, told = read_warned(save(frame, tmp_path / "layer.gpkg"))
    assert told == [
        ":1: shapeName: called 'Kunduz' (AF-KDZ), but lies in 'Takhar' (AF-TAK)",
        ":2: shapeName: called 'Takhar' (AF-TAK), but lies in 'Kunduz' (AF-KDZ)",
    ]


def test_a_label_used_twice_gives_way_to_the_ground(tmp_path: Path) -> None:
    # As Natural Earth labels Panjshir Parwan, and Daykundi Uruzgan.
    frame = units(n=["Kunduz", "Kunduz", "Badakhshan"])
    result, told = read_warned(save(frame, tmp_path / "layer.gpkg"), name_column="n")
    assert result["place_id"].tolist() == list(PLACES)
    assert result["name"].tolist() == list(PLACES.values())
    assert told == [
        ":2: n: called 'Kunduz' (AF-KDZ), but lies in 'Takhar' (AF-TAK); "
        "another unit is AF-KDZ: this one is taken as AF-TAK"
    ]
    shapes = [SHAPES[0], SHAPES[1], box(69.85, 36.5, 69.9, 36.6)]
    frame = units(n=["Kunduz", "Takhar", "Kunduz"], shapes=shapes)
    path = save(frame, tmp_path / "claimed.gpkg")
    assert "features 1, 3 would all be AF-KDZ ('Kunduz')" in refused(path, name_column="n")


def test_units_that_are_no_built_in_place_keep_their_code_else_get_a_slug(tmp_path: Path) -> None:
    frame = units(ADM1_EN=["Kunduz", "Zemio", "Ōbo Nord"], ADM1_PCODE=["AF19", "XX02", None],
                  ADM0_PCODE="AF")  # fmt: skip
    result, told = read_warned(save(frame, tmp_path / "My layer.gpkg"))
    assert result["place_id"].tolist() == ["AF-KDZ", "XX02", "x-my-layer-obo-nord"]
    assert told == [
        ": features 2, 3: no built-in province of that code or name in AFG; "
        "kept under an id of its own, such as 'XX02'"
    ]


def test_pieces_of_one_unit_are_merged(tmp_path: Path) -> None:
    west, east = box(68.7, 36.6, 68.8, 36.9), box(68.8, 36.6, 69.0, 36.9)
    frame = geoboundaries(shapeName=["Kunduz", "Kunduz", "Badakhshan"],
                          shapeISO=["AF-KDZ", "AF-KDZ", "AF-BDS"],
                          shapes=[west, east, SHAPES[2]])  # fmt: skip
    result, told = read_warned(save(frame, tmp_path / "layer.gpkg"))
    assert result["place_id"].tolist() == ["AF-KDZ", "AF-BDS"]
    assert result.geometry.iloc[0].equals(SHAPES[0])
    assert told == [": features 1, 2: pieces of AF-KDZ ('Kunduz'), merged into one"]


def test_units_of_two_names_that_are_one_place_are_merged(tmp_path: Path) -> None:
    # As the former tribal areas are a part of Khyber Pakhtunkhwa.
    west, east = box(68.7, 36.6, 68.8, 36.9), box(68.8, 36.6, 69.0, 36.9)
    frame = units(n=["Kunduz", "Qunduz"], shapes=[west, east])
    result, told = read_warned(save(frame, tmp_path / "layer.gpkg"), name_column="n")
    assert result["place_id"].tolist() == ["AF-KDZ"]
    assert told[-1] == ": features 1, 2: pieces of AF-KDZ ('Kunduz', 'Qunduz'), merged into one"


def test_units_of_one_id_and_two_names_are_refused_together(tmp_path: Path) -> None:
    frame = units(n=["North", "South", "East"], c=["X1", "X1", "X2"])
    path = save(frame, tmp_path / "layer.gpkg")
    message = refused(path, name_column="n", code_column="c")
    assert "features 1, 2 would all be X1 ('North', 'South')" in message


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    frame = geoboundaries(shapeName=["Kunduz", None, None])
    path = save(frame, tmp_path / "layer.gpkg")
    assert refused(path).splitlines() == [
        f"{path}:2: shapeName: a unit needs a name; fill it in, or leave the feature out",
        f"{path}:3: shapeName: a unit needs a name; fill it in, or leave the feature out",
    ]


# --- country and level -------------------------------------------------------


def test_the_country_is_where_the_units_lie(tmp_path: Path) -> None:
    path = save(units(n=list(PLACES.values())), tmp_path / "layer.gpkg")
    result = read_boundaries(path, name_column="n")
    assert result["place_id"].tolist() == list(PLACES)
    assert read_boundaries(path, name_column="n", country="Afghanistan").equals(result)
    assert "'Nowhere' is no country" in refused(path, name_column="n", country="Nowhere")
    sea = save(units(n=["a", "b", "c"], shapes=[box(-30, -1, -29, 0), *SHAPES[1:]]),
               tmp_path / "sea.gpkg")  # fmt: skip
    assert "feature 1: in no country" in refused(sea, name_column="n")


def test_a_country_that_the_file_contradicts_is_refused(tmp_path: Path) -> None:
    path = save(geoboundaries(), tmp_path / "layer.gpkg")
    assert "shapeGroup: features 1, 2, 3: the file says AFG, the option says TJK" in refused(
        path, country="TJK"
    )


def test_countries_are_level_0(tmp_path: Path) -> None:
    frame = units(NAME=["Afghanistan"], ADM0_A3=["AFG"], shapes=[box(62, 30, 70, 36)])
    result = read_boundaries(save(frame, tmp_path / "layer.gpkg"))
    assert result["place_id"].tolist() == ["AFG"]
    assert result["level"].tolist() == [0]
    assert result["parent"].isna().tolist() == [True]


def test_districts_know_the_province_that_they_lie_in(tmp_path: Path) -> None:
    frame = units(ADM2_EN=["Khanabad", "Taloqan", "Taloqan"], ADM2_PCODE=["AF1703", None, None],
                  ADM0_PCODE="AF")  # fmt: skip
    result = read_boundaries(save(frame, tmp_path / "d.gpkg"))
    assert result["level"].tolist() == [2, 2, 2]
    assert result["parent"].tolist() == list(PLACES)
    assert result["place_id"].tolist() == ["AF1703", "x-d-taloqan-af-tak", "x-d-taloqan-af-bds"]


def test_levels_are_checked(tmp_path: Path) -> None:
    path = save(geoboundaries(), tmp_path / "layer.gpkg")
    assert "level 3 is none of 0, 1, 2" in refused(path, level=3)
    mixed = save(geoboundaries(shapeType=["ADM1", "ADM1", "ADM2"]), tmp_path / "mixed.gpkg")
    assert "shapeType: holds level 1, 2" in refused(mixed)
    result, told = read_warned(path, level=2)
    assert result["level"].tolist() == [2, 2, 2]
    assert told == [": shapeType: says level 1; read as level 2 as asked"]


# --- real data ---------------------------------------------------------------


def test_geoboundaries_of_afghanistan_has_the_34_built_in_ids() -> None:
    path = SHARED_DATA / "geoBoundaries-AFG-ADM1.geojson"
    if not path.exists():
        pytest.skip("the shared data are not here")
    result, told = read_warned(path)
    assert sorted(result["place_id"]) == sorted(builtin_boundaries(countries=["AFG"])["place_id"])
    assert result["name"].tolist()[4] == "Ghazni"
    assert told == [
        ":1: shapeISO: 'AF_KAN' read as AF-KAN",
        ":5: shapeName: 'Ghanzi' read as 'Ghazni' (AF-GHA)",
    ]
