"""Units whose latitude and longitude are exchanged, one among others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import box

from geodata.errors import BoundariesError
from geodata.places.boundaries import builtin_boundaries, read_boundaries

pytestmark = pytest.mark.second_tier


def afghanistan() -> gpd.GeoDataFrame:
    built_in = builtin_boundaries(countries=["AFG"]).sort_values("place_id", ignore_index=True)
    return built_in[["name", "geometry"]].rename(columns={"name": "shapeName"})


def swapped(frame: gpd.GeoDataFrame, *names: str) -> gpd.GeoDataFrame:
    rows = frame["shapeName"].isin(names)
    assert rows.sum() == len(names)
    shapes = frame.geometry.where(
        ~rows, shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    )
    return frame.set_geometry(shapes)


def read(frame: gpd.GeoDataFrame, path: Path, **options: Any) -> gpd.GeoDataFrame:
    frame.to_file(path / "units.gpkg")
    return read_boundaries(path / "units.gpkg", **options)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("names", [["Daykundi"], ["Daykundi", "Ghor"]])
def test_a_unit_that_would_fit_among_the_others_is_refused(
    names: list[str], tmp_path: Path
) -> None:
    frame = swapped(afghanistan(), *names)
    rows = ", ".join(str(row + 1) for row in frame.index[frame["shapeName"].isin(names)])
    with pytest.raises(BoundariesError) as caught:
        read(frame, tmp_path)
    message = str(caught.value)
    assert f" {rows}: far from the other {34 - len(names)}, which lie in AFG, but would" in message
    assert "with latitude and longitude exchanged: swap the axes" in message


@pytest.mark.filterwarnings("ignore")
def test_a_unit_that_is_not_in_the_country_it_names_is_refused(tmp_path: Path) -> None:
    frame = swapped(afghanistan(), "Daykundi")
    row = int(frame.index[frame["shapeName"] == "Daykundi"][0]) + 1
    said = rf"feature {row}: not in AFG, as the others are, but would be with latitude"
    with pytest.raises(BoundariesError, match=said):
        read(frame, tmp_path, country="AFG")
    with pytest.raises(BoundariesError, match=said):
        read(frame.assign(shapeGroup="AFG"), tmp_path)


@pytest.mark.filterwarnings("ignore")
def test_what_lies_where_it_says_is_left_alone(tmp_path: Path) -> None:
    frame = swapped(afghanistan(), "Daykundi")
    land = ["RUS" if name == "Daykundi" else "AFG" for name in frame["shapeName"]]
    found = read(frame.assign(shapeGroup=land), tmp_path)
    assert found["country"].value_counts().to_dict() == {"AFG": 33, "RUS": 1}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("upon", [True, False])
def test_a_unit_far_away_that_would_fill_no_gap_is_left_alone(
    upon: bool,
    tmp_path: Path,
) -> None:
    frame = afghanistan()
    # In Russia: exchanged it would lie upon Daykundi, which is there, or in no province.
    held = frame.geometry[frame["shapeName"] == "Daykundi"].iloc[0].representative_point()
    x, y = (held.y, held.x) if upon else (40, 60)
    shapes = [*frame.geometry, box(x, y, x + 0.2, y + 0.2)]
    names = [*frame["shapeName"], "Far"]
    found = read(gpd.GeoDataFrame({"shapeName": names}, geometry=shapes, crs=4326), tmp_path)
    assert found["country"].value_counts().to_dict() == {"AFG": 34, "RUS": 1}


@pytest.mark.filterwarnings("ignore")
def test_a_unit_among_others_of_its_country_is_left_alone(tmp_path: Path) -> None:
    frame = swapped(afghanistan(), "Daykundi")
    beside = gpd.GeoDataFrame({"shapeName": ["X"]}, geometry=[box(40, 60, 41, 61)], crs=4326)
    shapes = [*frame.geometry, *beside.geometry]
    both = gpd.GeoDataFrame({"shapeName": [*frame["shapeName"], "X"]}, geometry=shapes, crs=4326)
    assert read(both, tmp_path)["country"].value_counts().to_dict() == {"AFG": 33, "RUS": 2}


@pytest.mark.filterwarnings("ignore")
def test_the_units_of_the_world_are_left_alone(tmp_path: Path) -> None:
    world = builtin_boundaries(countries=["TUR", "SYR", "IRQ", "EGY", "NGA", "FRA", "USA", "ITA"])
    found = read(world[["name", "geometry"]].rename(columns={"name": "shapeName"}), tmp_path)
    assert found["country"].tolist() == world["country"].tolist()
