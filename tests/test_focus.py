"""Which units a map shows, what of the claims it does not, and where it begins."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, Point, box

from command import invoke
from common import claims, districts, squares
from geodata.errors import ArgumentError
from geodata.views.join import join_claims
from mapping.page.shown_units import OutsideWarning, units_of_claims, warn_of_claims_outside
from mapping.page.view import view_bounds


def told(joined: gpd.GeoDataFrame, units: gpd.GeoDataFrame, *, chosen: bool = True) -> list[str]:
    with warnings.catch_warnings(record=True, action="always") as caught:
        warn_of_claims_outside(joined, units, chosen=chosen)
    assert all(found.category is OutsideWarning for found in caught)
    return [str(found.message) for found in caught]


# --- units ---------------------------------------------------------------------


def test_countries_are_given_by_code_or_name_alone_or_in_a_list() -> None:
    kunduz = claims({"place_ids": ("AF-KDZ",)})
    for countries in ("Tajikistan", "TJ", ["TJK"], ("Таджикистан",)):
        assert set(units_of_claims(kunduz, countries=countries)["country"]) == {"TJK"}


def test_the_countries_asked_for_hold_for_own_boundaries_too() -> None:
    own = pd.concat([squares(), squares().assign(place_id=list("abc"), country="TJK")])
    kunduz = claims({"place_ids": ("AF-KDZ",)})

    units = units_of_claims(kunduz, boundaries=own, countries=["AFG", "UZB"])

    assert units["place_id"].head(3).tolist() == squares()["place_id"].tolist()
    assert set(units["country"]) == {"AFG", "UZB"}
    with pytest.raises(ArgumentError, match="hold AFG, TJK and none of IRN"):
        units_of_claims(kunduz, boundaries=own, countries="IRN")


def test_the_level_asked_for_holds_for_own_boundaries_too() -> None:
    own = pd.concat([squares(), districts()], ignore_index=True)
    kunduz = claims({"place_ids": ("AF-KDZ",)})

    assert set(units_of_claims(kunduz, boundaries=own)["level"]) == {1, 2}
    assert set(units_of_claims(kunduz, boundaries=own, level=2)["level"]) == {2}
    with pytest.raises(ArgumentError, match="level 1, 2 alone, not 0"):
        units_of_claims(kunduz, boundaries=own, level=0)


# --- claims outside ------------------------------------------------------------


def test_claims_outside_of_the_countries_asked_for_are_told_once() -> None:
    frame = claims(
        {"place_ids": ("AF-KDZ", "AF-TAK"), "country": "AFG"},
        {"place_ids": ("AF-TAK", "TJ-KT"), "country": "AFG; TJK"},
        {"country": "PAK"},
        {"latitude": 34.5, "longitude": 69.2},
        {"place_ids": ("TJ-GB",), "country": "TJK"},
        {},
    )
    units = units_of_claims(frame, countries=["TJK"])

    (message,) = told(join_claims(frame, units), units)

    assert message.startswith("3 of 6 claims lie outside the map (Afghanistan 2, Pakistan 1):")
    assert "they stand in the list alone" in message


def test_no_claim_is_outside_of_a_map_of_all_that_claims_speak_of() -> None:
    frame = claims({"place_ids": ("AF-KDZ",), "country": "AFG"}, {"country": "PAK"}, {})
    units = units_of_claims(frame)

    assert told(join_claims(frame, units), units, chosen=False) == []


def test_a_province_stands_in_its_country_on_a_map_of_countries() -> None:
    frame = claims({"place_ids": ("AF-KDZ",), "country": "AFG"})
    units = units_of_claims(frame, countries=["AFG"], level=0)

    assert told(join_claims(frame, units), units) == []


@pytest.mark.filterwarnings("default")
def test_the_command_line_tells_of_claims_outside(claims_folder: Path) -> None:
    outside = invoke("build", "good.csv", "--country", "PAK")
    assert outside.exit_code == 0
    assert "claims lie outside the map (Afghanistan" in outside.stderr
    assert outside.stderr.count("outside the map") == 1
    assert "outside" not in invoke("build", "good.csv").stderr


# --- where the map begins ------------------------------------------------------


def view(*rows: dict[str, object], **options: object) -> list[float]:
    frame = claims(*rows)
    units = units_of_claims(frame, **options)  # type: ignore[arg-type]  # any option
    (south, west), (north, east) = view_bounds(join_claims(frame, units), units)
    return [west, south, east, north]


def test_one_place_in_russia_is_not_all_of_russia() -> None:
    west, south, east, north = view({"place_ids": ("RU-MOS",), "country": "RUS"})
    assert 34 < west < 36
    assert 53 < south < 54.5
    assert 40 < east < 41
    assert 56.5 < north < 58


def test_a_nationwide_claim_shows_its_country() -> None:
    west, south, east, north = view(
        {"place_ids": ("AF-KDZ",), "country": "AFG"}, {"country": "AFG"}
    )
    assert west < 61
    assert south < 30
    assert east > 74
    assert north > 38


@pytest.mark.parametrize(
    ("claim", "west", "east"),
    [
        ({"country": "RUS"}, 5, 180),
        ({"place_ids": ("RU-CHU",), "country": "RUS"}, 155, 180),
        ({"country": "USA"}, -180, -57),
        ({"place_ids": ("US-AK",), "country": "USA"}, -180, -125),
        ({"country": "FJI"}, 174, 180),
        ({"country": "NZL"}, 164, 180),
    ],
)
def test_a_country_across_the_180th_meridian_is_not_the_whole_world(
    claim: dict[str, object], west: float, east: float
) -> None:
    found = view(claim)
    assert west <= found[0] < found[2] <= east
    assert found[2] - found[0] < 175


def test_places_in_countries_that_are_not_drawn_do_not_count() -> None:
    frame = claims({"place_ids": ("AF-KDZ",), "country": "AFG"}, {"country": "RUS"})
    units = units_of_claims(frame)
    (_, _), (north, east) = view_bounds(join_claims(frame, units), units)
    assert (north, east) < (39, 72)


def test_a_tiny_place_has_some_room_and_none_shows_all() -> None:
    tiny = squares().assign(geometry=[Point(68 + at, 36).buffer(0.01) for at in range(3)])
    frame = claims({"place_ids": ("AF-KDZ",), "country": "AFG"})
    assert view_bounds(join_claims(frame, tiny), tiny) == [[35.5, 67.5], [36.5, 68.5]]
    nowhere = claims({})
    (south, west), (north, east) = view_bounds(join_claims(nowhere, squares()), squares())
    assert (south, west) < (36, 68)
    assert (north, east) > (37, 71)


def test_the_poles_are_not_reached() -> None:
    whole = squares().assign(
        geometry=[box(-180, -90, 180, -80), MultiPolygon([box(0, 0, 1, 1)]), box(2, 0, 3, 1)]
    )
    frame = claims({"place_ids": ("AF-KDZ",), "country": "AFG"})
    (south, west), (north, east) = view_bounds(join_claims(frame, whole), whole)
    assert (south, west, east) == (-85, -180, 180)
    assert -80 <= north < -78
