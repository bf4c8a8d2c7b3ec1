"""The CRS that a boundary file declares, and where its units lie."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box

from geodata.errors import BoundariesError
from geodata.places.boundaries import read_boundaries
from geodata.places.boundaries.crs import crs_from_text
from geodata.places.boundaries.location import overlap_shares
from geodata.schema import CRS


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EPSG:4326", 4326),
        ("epsg:32642", 32642),
        ("urn:ogc:def:crs:EPSG::32642", 32642),
        ("urn:ogc:def:crs:EPSG:9.8:4326", 4326),
        ("http://www.opengis.net/def/crs/EPSG/0/3857", 3857),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", None),
    ],
)
def test_names_of_a_crs_are_understood(text: str, code: int | None) -> None:
    crs = crs_from_text("f", text)
    assert crs.to_epsg() == code
    assert crs_from_text("f", crs.to_json()) == crs


@pytest.mark.parametrize(
    "text",
    [
        "+init=epsg:4326",
        "+proj=longlat +nadgrids=x.gsb",
        "a file",
        "EPSG:999999",
        'LOCAL_CS["A floor plan",UNIT["metre",1]]',
        'GEOGCS["x",EXTENSION["PROJ4","+proj=longlat +nadgrids=x.gsb"]]',
        '{"type": "GeographicCRS", "a": "Geoid (height correction) model file"}',
    ],
)
def test_no_other_crs_is_taken(text: str) -> None:
    with pytest.raises(BoundariesError, match=r"^f: its CRS .*; use --crs$"):
        crs_from_text("f", text)


def lands(path: Path, *shapes: Any, crs: str = CRS) -> tuple[gpd.GeoDataFrame, list[str]]:
    names = [f"U{number}" for number in range(len(shapes))]
    gpd.GeoDataFrame({"shapeName": names}, geometry=list(shapes), crs=crs).to_file(path / "a.gpkg")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = read_boundaries(path / "a.gpkg", country="FJI", level=2)
    return found, [str(one.message).partition(": ")[2] for one in told]


@pytest.mark.parametrize("crs", [CRS, "EPSG:4269"])
def test_longitudes_above_180_lose_a_turn(crs: str, tmp_path: Path) -> None:
    found, told = lands(
        tmp_path, box(177, -18, 178, -17), box(181, -18, 182, -17), box(179, -17, 181, -16), crs=crs
    )
    assert told[0] == "features 2, 3: longitudes above 180, to 182: 360 taken off them"
    assert found.crs == CRS
    split = shapely.MultiPolygon([box(179, -17, 180, -16), box(-180, -17, -179, -16)])
    wanted = [box(177, -18, 178, -17), box(-179, -18, -178, -17), split]
    for shape, want in zip(found.geometry, wanted, strict=True):
        assert shape.is_valid
        assert shape.symmetric_difference(want).area < 1e-6


def test_a_crossing_line_over_the_meridian_is_repaired(tmp_path: Path) -> None:
    bow = Polygon([(179, -18), (181, -17), (181, -18), (179, -17)])
    found, told = lands(tmp_path, bow)
    assert found.geometry.iloc[0].is_valid
    assert found.geometry.iloc[0].area == pytest.approx(1)
    assert told[:2] == [
        "feature 1: invalid geometry (such as a crossing line) repaired",
        "feature 1: longitudes above 180, to 181: 360 taken off them",
    ]


@pytest.mark.parametrize(
    ("shape", "looks"),
    [
        (box(426, 35, 427, 36), "longitudes that are a turn off: take 360 from them"),
        (box(-300, 35, -299, 36), "longitudes that are a turn off"),
        (box(200, 91.5, 201, 92), "metres"),
        (box(600, 35, 601, 36), "metres"),
    ],
)
def test_what_is_no_longitude_says_what_it_looks_like(
    shape: Polygon, looks: str, tmp_path: Path
) -> None:
    with pytest.raises(BoundariesError, match=f"are no degrees; they look like {looks}"):
        lands(tmp_path, shape, box(181, -18, 182, -17))


def test_overlap_shares_are_areas() -> None:
    mine = gpd.GeoDataFrame(geometry=[box(0, 0, 4, 4), box(10, 0, 11, 1)], crs=CRS, index=[7, 9])
    others = gpd.GeoDataFrame(
        {"place_id": ["west", "east"]}, geometry=[box(-9, -1, 1, 9), box(1, -1, 9, 9)], crs=CRS
    )
    shares = overlap_shares(mine, others)
    assert shares["row"].tolist() == [7, 7]
    assert shares["place_id"].tolist() == ["east", "west"]
    np.testing.assert_allclose(shares["share"], [0.75, 0.25], atol=0.005)
