from __future__ import annotations

import json
import time

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geodata import check_claims
from geodata.places.point_checks import countries_of_points, misplaced_points
from geodata.report import Report

pytestmark = pytest.mark.second_tier


def check(**row: object) -> Report:
    return check_claims(
        pd.DataFrame({"actor": ["ISKP"], "text": ["Seen"]} | {k: [v] for k, v in row.items()})
    )


def test_points_know_their_country() -> None:
    held = countries_of_points(
        pd.Series([69.2, -30.0, 36.3], index=[5, 3, 9]),
        pd.Series([34.5, 0.0, 33.5], index=[5, 3, 9]),
    )

    assert held.index.tolist() == [5, 3, 9]
    assert held.fillna("").tolist() == ["AFG", "", "SYR"]


def test_swapped_coordinates_are_an_error() -> None:
    report = check(country="Afghanistan", latitude=69.2, longitude=34.5)

    assert [str(fault) for fault in report.errors] == [
        "<frame>:1: latitude: 69.2, 34.5 lies in Russia, not in Afghanistan: latitude and "
        "longitude are swapped; exchange them"
    ]
    assert len(report.claims) == 0


def test_swapped_coordinates_beside_a_place_are_an_error_too() -> None:
    report = check(places="Kunduz", country="Afghanistan", latitude=68.9, longitude=36.7)
    assert [fault.column for fault in report.errors] == ["latitude"]


def test_a_point_in_another_country_is_a_warning() -> None:
    report = check(country="Mali", latitude=34.5, longitude=69.2)

    assert report.ok
    [warning] = [fault for fault in report.warnings if fault.column == "latitude"]
    assert "lies in Afghanistan, not in Mali" in warning.message


@pytest.mark.parametrize("point", [(34.5, 69.2), (36.7, 71.35), (37.18, 67.25)])
def test_a_point_within_or_at_the_border_is_fine(point: tuple[float, float]) -> None:
    report = check(country="Afghanistan", latitude=point[0], longitude=point[1])

    assert [fault for fault in report.warnings if fault.column == "latitude"] == []


def test_a_total_over_two_countries_is_not_nationwide() -> None:
    rows = {"country": "Afghanistan; Pakistan", "value": "7,000", "unit": "fighters"}

    for extra in ({}, {"extent": "nationwide"}):
        [fault] = check(**rows, **extra).errors
        assert "write 'joint' where it is their total" in fault.message
    assert check(places="Afghanistan; Pakistan", extent="joint", value="7,000", unit="fighters").ok


# --- points and the places that are named ---------------------------------------

KANDAHAR = {"latitude": 31.6, "longitude": 65.7}


def told(report: Report) -> list[str]:
    return [fault.message for fault in report.warnings if fault.column == "latitude"]


def test_a_point_in_another_province_is_a_warning() -> None:
    report = check(places="Kunar", country="Afghanistan", where_precision=1, **KANDAHAR)
    assert report.ok
    assert told(report) == [
        "31.6, 65.7 lies in Kandahar (AF-KAN), not in Kunar: it is drawn where it lies and counts "
        "where it is named; correct the point or `places`"
    ]
    json.dumps(report.faults_as_dicts())
    many = check(places="Kunar; Nangarhar; Herat; Balkh; Takhar", **KANDAHAR)
    assert "not in Kunar or Nangarhar or Herat or 2 more: " in told(many)[0]


@pytest.mark.parametrize(
    "row",
    [
        {"places": "Kandahar", **KANDAHAR},
        {"places": "Kunar; Kandahar", **KANDAHAR},
        {"places": "Afghanistan", **KANDAHAR},
        {"places": "northern Afghanistan", **KANDAHAR},
        {"places": "Kunar; northern Afghanistan", **KANDAHAR},
        *({"places": "Kunar", "country": "AFG", "where_precision": code, **KANDAHAR}
          for code in (5, 6, 7)),
        {"places": "Kunar", "latitude": 34.96, "longitude": 71.51},  # a little over the border
        {"places": "Kunar", "country": "AFG"},
        {"country": "AFG", **KANDAHAR},
    ],
)  # fmt: skip
def test_a_point_in_or_near_a_place_or_a_vague_one_is_fine(row: dict[str, object]) -> None:
    assert told(check(**row)) == []


def test_a_point_in_another_country_is_told_once() -> None:
    (message,) = told(check(places="Kunar", country="AFG", latitude=48.85, longitude=2.35))
    assert "lies in France, not in Afghanistan" in message


def test_a_point_just_over_the_border_of_another_province_names_the_country() -> None:
    (message,) = told(check(places="Kandahar", latitude=34.96, longitude=71.51))
    assert "lies in Pakistan (PAK), not in Kandahar" in message
    (message,) = told(check(places="Dakar", latitude=13.0, longitude=-16.82))
    assert "lies in no place of the map, not in Dakar" in message


def test_districts_stand_for_their_province_and_hold_no_coarse_point() -> None:
    districts = gpd.GeoDataFrame(
        {
            "place_id": ["x-a", "x-b"], "name": ["Upper", "Lower"], "level": 2,
            "country": "AFG", "parent": ["AF-KNR", "AF-KAN"],
        },
        geometry=[box(70, 34, 71, 35), box(65, 31, 66, 32)],
        crs=4326,
    )  # fmt: skip

    def said(**row: object) -> list[str]:
        frame = pd.DataFrame([{"actor": "ISKP", "text": "Seen", **row, **KANDAHAR}])
        return told(check_claims(frame, boundaries=districts))

    assert said(places="Lower") == said(places="Kandahar") == []
    assert "lies in Lower (x-b), not in Upper" in said(places="Upper")[0]
    assert "lies in Lower (x-b), not in Kunar" in said(places="Kunar")[0]
    assert said(places="Upper", country="AFG", where_precision=4) == []
    assert said(places="Kunar", country="AFG", where_precision=4) != []


def test_many_points_are_checked_quickly() -> None:
    count = 20_000
    frame = pd.DataFrame(
        {"actor": "ISKP", "text": [f"No. {n}" for n in range(count)], "places": "Kunar",
         "kind": "attack", "speaker": "UN", "latitude": [31 + n / count for n in range(count)],
         "longitude": 65.7}
    )  # fmt: skip
    claims = check_claims(frame).claims
    start = time.perf_counter()
    assert len(misplaced_points(claims, None)) == count
    assert time.perf_counter() - start < 3
