"""What explore() is given and cannot use is said at once, by the name of the argument."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from common import claims, squares
from geodata.errors import ArgumentError, BoundariesError
from mapping import explore
from mapping.page import bundle


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"claims": 5}, "claims must be a path, a DataFrame or a list of these, not 'int'"),
        ({"claims": {}}, "not 'dict'"),
        ({"claims": []}, "the list is empty"),
        ({"claims": [5]}, "not 'int'"),
        ({"boundaries": 5}, "boundaries must be a path, or a GeoDataFrame"),
        ({"boundaries": pd.DataFrame()}, "not 'DataFrame'"),
        ({"lang": "fr"}, "choose one of: en"),
        ({"lang": "../words.en"}, "choose one of: en"),
        ({"title": None}, "title: None is no text"),
        ({"tiles": 5}, "tiles: 5 is no name of a provider"),
        ({"fresh_days": "x"}, "fresh_days: 'x' is no number"),
        ({"level": True}, r"level must be one of \(0, 1, 2\), not True"),
        ({"level": "1"}, "not '1'"),
        ({"level": 2}, "boundaries given hold level 1 alone, not 2"),
        ({"countries": 5}, "countries: 5 is no list of countries"),
        ({"countries": []}, "is no list of countries"),
        ({"countries": "Atlantis"}, "countries: 'Atlantis' is no known country"),
        ({"countries": ["TJK"]}, "hold AFG and none of TJK"),
        ({"theme": 5}, "theme must be one of auto, light, dark, not 5"),
        ({"m": 5}, "m must be a folium.Map, not 'int'"),
    ],
)
def test_what_cannot_be_used_is_said(options: dict[str, Any], told: str) -> None:
    given: dict[str, Any] = {"claims": claims({"place_ids": ("AF-KDZ",)}), "boundaries": squares()}
    with pytest.raises(ArgumentError, match=told):
        explore(**given | options)


def test_a_frame_that_is_no_boundaries_is_said() -> None:
    told = claims({"place_ids": ("AF-KDZ",)})
    with pytest.raises(BoundariesError, match="no column 'place_id'"):
        explore(told, boundaries=gpd.GeoDataFrame({"a": [1]}, geometry=[None], crs=4326))
    with pytest.raises(BoundariesError, match=r"call \.to_crs\(4326\)"):
        explore(told, boundaries=squares().to_crs(3857))


def test_the_languages_are_those_of_the_words() -> None:
    assert bundle.languages() == ["en"]
