"""What is written as STIX is read by `stix2` and valid by OASIS' validator, without a network."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import stix2
from stix2validator import ValidationOptions, validate_string

from geodata import builtin_boundaries, sample_claims
from geodata.check import check_claims
from geodata.io.write import write_claims

DATA = Path(__file__).parent / "data"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(socket.socket, "connect", refuse)


def valid_bundle(claims: pd.DataFrame) -> dict[str, Any]:
    text = write_claims(claims, format="stix").content.decode()
    stix2.parse(text, allow_custom=False)
    found = validate_string(text, ValidationOptions(version="2.1"))
    assert [str(error) for error in found.errors or []] == []
    bundle: dict[str, Any] = json.loads(text)
    return bundle


@pytest.mark.parametrize("name", ["ucdp_ged.csv", "acled.csv", "gtd.csv"])
def test_events_of_data_sets_are_valid(name: str) -> None:
    claims = check_claims(DATA / name).claims
    reports = [one for one in valid_bundle(claims)["objects"] if one["type"] == "report"]
    assert len(reports) == len(claims)


def test_the_sample_is_valid() -> None:
    valid_bundle(sample_claims())


@pytest.mark.parametrize("point", [False, True])
def test_every_country_has_its_code(point: bool) -> None:
    world = builtin_boundaries(level=0)
    rows = pd.DataFrame({"actor": "A", "text": "Seen", "country": world["place_id"]})
    inside = world.geometry.representative_point()
    if point:
        rows = rows.assign(latitude=inside.y, longitude=inside.x)
    objects = valid_bundle(check_claims(rows).claims)["objects"]
    codes = {one["country"] for one in objects if one["type"] == "location"}
    assert len(codes) == len(world)
    assert {"AF", "US", "GB", "XK", "VA", "TW"} <= codes


@pytest.mark.parametrize(
    "more",
    [
        {"outlet": "TASS"},
        {"outlet": "TASS", "url": "https://tass.com/1"},
        {"outlet": "TASS", "title": "A title"},
        {"url": "https://tass.com/1"},
        {"speaker": "A minister", "lang": "ru", "quote": "…"},
        {"status": "retracted", "status_date": "2023-03-01", "credibility": "3"},
        {"places": "Kunduz; northern Afghanistan", "tags": "a; b"},
        {"latitude": "36.7", "longitude": "68.9"},
        {"latitude": "0", "longitude": "-30", "country": None, "where_precision": "7"},
        {"reported": "0100-01-01", "outlet": " "},
        {"country": "Afghanistan; Pakistan", "latitude": "36.7", "longitude": "68.9"},
        {"text": "x" * 5000, "title": "y" * 300},
    ],
)
def test_claims_with_little_or_much_are_valid(more: dict[str, str]) -> None:
    row = {"actor": "ISKP", "text": "Seen", "country": "Afghanistan", **more}
    report = check_claims(pd.DataFrame([row]))
    assert report.errors == ()
    valid_bundle(report.claims)
