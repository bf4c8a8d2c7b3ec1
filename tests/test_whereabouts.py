from __future__ import annotations

import pandas as pd
import pytest

from geodata import check_claims
from geodata.report import Report
from geodata.whereabouts import countries_of_points


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
