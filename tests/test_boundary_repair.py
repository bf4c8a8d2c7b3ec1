"""The CRS that a boundary file declares, and where its units lie."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from geodata.boundaries.crs import crs_from_text
from geodata.boundaries.location import overlap_shares
from geodata.errors import BoundariesError
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


def test_overlap_shares_are_areas() -> None:
    mine = gpd.GeoDataFrame(geometry=[box(0, 0, 4, 4), box(10, 0, 11, 1)], crs=CRS, index=[7, 9])
    others = gpd.GeoDataFrame(
        {"place_id": ["west", "east"]}, geometry=[box(-9, -1, 1, 9), box(1, -1, 9, 9)], crs=CRS
    )
    shares = overlap_shares(mine, others)
    assert shares["row"].tolist() == [7, 7]
    assert shares["place_id"].tolist() == ["east", "west"]
    np.testing.assert_allclose(shares["share"], [0.75, 0.25], atol=0.005)
