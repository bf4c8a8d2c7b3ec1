"""Columns of further publishers are known, and a file of several countries serves for one."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geodata.errors import BoundariesError
from geodata.places.boundaries import BoundariesWarning, read_boundaries
from geodata.places.boundaries.columns import recognise
from geodata.places.builtin import builtin_boundaries


@pytest.mark.parametrize(
    ("columns", "name", "level"),
    [
        (["name"], "name", None),
        (["NAME", "AREA"], "NAME", None),
        (["NAME_1"], "NAME_1", 1),
        (["NAME_0", "NAME_1", "NAME_2"], "NAME_2", 2),
        (["CNTR_ID", "NAME_ENGL", "ISO3_CODE"], "NAME_ENGL", 0),
        (["NUTS_ID", "CNTR_CODE", "NUTS_NAME", "LEVL_CODE"], "NUTS_NAME", None),
        (["STATEFP", "GEOID", "STUSPS", "NAME"], "NAME", 1),
        (["STATEFP", "COUNTYFP", "GEOID", "NAME"], "NAME", 2),
    ],
)
def test_columns_of_names_are_known(columns: list[str], name: str, level: int | None) -> None:
    found = recognise(columns)
    assert (found.name, found.level) == (name, level)


def world_file(folder: Path) -> Path:
    units = builtin_boundaries(countries=["AFG", "TJK"])[["name", "country", "geometry"]]
    path = folder / "world.geojson"
    path.write_text(units.to_json(), encoding="utf-8")
    return path


def test_a_file_of_several_countries_serves_for_one(tmp_path: Path) -> None:
    with pytest.warns(BoundariesWarning, match="the 34 of AFG are read"):
        units = read_boundaries(world_file(tmp_path), country="AFG")
    wanted = builtin_boundaries(countries=["AFG"])
    assert sorted(units["place_id"]) == sorted(wanted["place_id"])
    assert set(units["country"]) == {"AFG"}


def test_a_file_without_the_country_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BoundariesError, match="the option says PAK"):
        read_boundaries(world_file(tmp_path), country="PAK")


def test_names_alone_are_enough(tmp_path: Path) -> None:
    units = builtin_boundaries(countries=["AFG"])[["name", "geometry"]]
    features = json.loads(units.rename(columns={"name": "NAME"}).to_json())
    path = tmp_path / "plain.geojson"
    path.write_text(json.dumps(features), encoding="utf-8")
    found = read_boundaries(path, country="AFG")
    assert (
        len(set(found["place_id"]) & set(builtin_boundaries(countries=["AFG"])["place_id"])) == 34
    )


def quartered(folder: Path) -> Path:
    """Write four districts a province of Afghanistan; two provinces have one of the same name."""
    rows = []
    for province in builtin_boundaries(countries=["AFG"]).itertuples():
        west, south, east, north = province.geometry.bounds
        middle, centre = (west + east) / 2, (south + north) / 2
        boxes = [
            shapely.box(west, south, middle, centre), shapely.box(middle, south, east, centre),
            shapely.box(west, centre, middle, north), shapely.box(middle, centre, east, north),
        ]  # fmt: skip
        parts = [province.geometry.intersection(box) for box in boxes]
        twin = province.place_id in {"AF-KAN", "AF-HER"}
        rows += [
            {"NAME": "Markaz" if twin and not at else f"{province.name} {at}", "geometry": part}
            for at, part in enumerate(parts)
            if part.area
        ]
    path = folder / "districts.geojson"
    path.write_text(gpd.GeoDataFrame(rows, crs=4326).to_json(), encoding="utf-8")
    return path


def test_many_units_beside_few_provinces_are_districts(tmp_path: Path) -> None:
    path = quartered(tmp_path)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        units = read_boundaries(path, country="AFG")
    assert any("read as districts, level 2" in str(one.message) for one in heard)
    assert set(units["level"]) == {2}
    twins = units[units["name"] == "Markaz"]
    assert sorted(twins["parent"]) == ["AF-HER", "AF-KAN"]
    assert twins["place_id"].is_unique
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert len(units) == len(features)
