"""Who is where, and when, by the relationships and locations of a STIX bundle."""

from __future__ import annotations

import io
import json
from typing import Any, Final

import pytest

from geodata.check import check_claims
from geodata.io.datasets.stix import read_bundle

pytestmark = pytest.mark.second_tier

ACTORS: Final = [
    {"type": "threat-actor", "id": "threat-actor--a", "name": "ISKP"},
    {"type": "threat-actor", "id": "threat-actor--b", "name": "TTP"},
]
PLACES: Final = [
    {"type": "location", "id": "location--k", "name": "Kunduz", "country": "AF"},
    {"type": "location", "id": "location--n", "name": "Nangarhar", "country": "AF"},
    {"type": "location", "id": "location--h", "name": "Herat", "country": "AF"},
]


def located(actor: str, place: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "relationship",
        "id": f"relationship--{actor}{place}",
        "relationship_type": "located-at",
        "source_ref": f"threat-actor--{actor}",
        "target_ref": f"location--{place}",
        "created": "2024-01-02T00:00:00Z",
        **more,
    }


def report_on(*refs: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "report",
        "id": "report--1",
        "name": "R",
        "description": "As seen",
        "published": "2024-01-02T00:00:00Z",
        "object_refs": list(refs),
        **more,
    }


def checked(*objects: Any) -> Any:
    document = {"type": "bundle", "id": "bundle--1", "objects": [*ACTORS, *PLACES, *objects]}
    report = check_claims(io.BytesIO(json.dumps(document).encode()), format="json")
    assert report.errors == ()
    return report


def told(report: Any) -> list[tuple[int | None, str | None, str]]:
    """What the data set said; the gate's own warnings are of a column."""
    return [(one.row, one.value, one.message) for one in report.warnings if one.column is None]


def test_each_relationship_of_a_report_is_a_presence_of_its_own() -> None:
    refs = [one["id"] for one in (*ACTORS, *PLACES[:2])]
    report = checked(
        located("a", "k"),
        located("b", "n", confidence=85, description="In the east"),
        report_on(*refs, "relationship--ak", "relationship--bn", confidence=45),
    )
    claims = report.claims
    assert claims["claim_id"].tolist() == ["report--1", "report--1-2"]
    assert claims["row"].tolist() == [8, 8]
    assert claims["kind"].tolist() == ["presence", "presence"]
    assert claims["actor"].tolist() == ["ISKP", "TTP"]
    assert claims["place_ids"].tolist() == [("AF-KDZ",), ("AF-NAN",)]
    assert claims["credibility"].tolist() == ["3", "1"]
    assert claims["text"].tolist() == ["As seen", "As seen"]
    assert claims["note"].fillna("").tolist() == ["", "In the east"]
    assert told(report) == []


def test_what_no_relationship_joins_is_no_presence() -> None:
    refs = ("threat-actor--a", "threat-actor--b", "relationship--ak", "location--h")
    report = checked(located("a", "k"), report_on(*refs))
    assert report.claims["actor"].tolist() == ["ISKP"]
    assert report.claims["place_ids"].tolist() == [("AF-KDZ",)]
    assert told(report) == [
        (7, "Herat", "the relationships of the report do not put an actor at these locations: "
                     "no claim is made of them"),
        (7, "TTP", "the relationships of the report do not say where these actors are: "
                   "no claim is made of them"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("link", "value", "why"),
    [
        (located("a", "gone"), "location--gone", "the target_ref of this located-at relationship "
         "is not in the bundle"),
        (located("a", "x", target_ref="threat-actor--b"), "threat-actor--b", "is no location"),
        (located("a", "k", source_ref="location--h"), "location--h",
         "is no threat-actor or intrusion-set"),
    ],
)  # fmt: skip
def test_a_relationship_without_its_ends_is_told(
    link: dict[str, Any], value: str, why: str
) -> None:
    lone = checked(link, report_on("threat-actor--a", "location--h"))
    within = checked(link, report_on("threat-actor--a", "location--h", link["id"]))
    for report in (lone, within):
        assert report.claims["kind"].tolist() == ["assessment"]
        assert report.claims["place_ids"].tolist() == [("AF-HER",)]
        assert [(row, name) for row, name, _ in told(report)] == [(6, value)]
        assert why in told(report)[0][2]


def test_an_opinion_is_about_each_claim_of_a_report() -> None:
    opinion = {
        "type": "opinion", "id": "opinion--1", "opinion": "disagree", "explanation": "No",
        "authors": ["A"], "object_refs": ["report--1", "relationship--bn"],
    }  # fmt: skip
    links = located("a", "k"), located("b", "n")
    claims = checked(*links, report_on("relationship--ak", "relationship--bn"), opinion).claims
    denials = claims[claims["kind"] == "denial"]
    assert denials["claim_id"].tolist() == ["opinion--1", "opinion--1-2"]
    assert denials["denies"].tolist() == ["report--1", "report--1-2"]
    assert denials["actor"].tolist() == ["ISKP", "TTP"]
    assert denials["place_ids"].tolist() == [("AF-KDZ",), ("AF-NAN",)]


def test_opinions_on_opinions_do_not_multiply() -> None:
    names = [f"opinion--{number}" for number in range(40)]
    opinions = [
        {"type": "opinion", "id": name, "opinion": "agree", "object_refs": ["report--1", *names]}
        for name in names
    ]
    objects = [*ACTORS, *PLACES, report_on("threat-actor--a", "location--k"), *opinions]
    claims = read_bundle({"type": "bundle", "objects": objects}).claims
    assert len(claims) == 1 + sum(range(1, 41))


def test_a_text_that_repeats_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.io.datasets.stix_objects.MAX_CHARACTERS", 10_000)
    links = [located("a", "k", id=f"relationship--{number}") for number in range(50)]
    report = report_on(*(link["id"] for link in links), description="x" * 1000)
    bundle = read_bundle({"type": "bundle", "objects": [*ACTORS, *PLACES, *links, report]})
    assert len(bundle.claims) == 6
    assert [note.message.partition(";")[2] for note in bundle.notes] == [" split the bundle"]


# --- points --------------------------------------------------------------------------------------


def point(name: str, latitude: float, longitude: float, **more: Any) -> dict[str, Any]:
    where = {"latitude": latitude, "longitude": longitude}
    return {"type": "location", "id": f"location--{name}", **where, **more}


def test_each_point_of_a_report_is_a_claim() -> None:
    refs = ("threat-actor--a", "location--k", "location--1", "location--2")
    points = [point("1", 36.7, 68.8, country="AF"), point("2", 34.4, 70.4, country="AF")]
    report = checked(*points, report_on(*refs))
    claims = report.claims
    assert claims["claim_id"].tolist() == ["report--1", "report--1-2", "report--1-3"]
    assert claims["place_ids"].tolist() == [("AF-KDZ",), (), ()]
    assert claims["latitude"].fillna(0).tolist() == [0, 36.7, 34.4]
    assert claims["kind"].unique().tolist() == ["assessment"]
    assert claims["extent"].unique().tolist() == ["each"]
    assert told(report) == []


def test_a_location_that_no_claim_can_hold_is_told() -> None:
    region = {"type": "location", "id": "location--r", "region": "southern-asia"}
    land = {"type": "location", "id": "location--t", "name": "Dushanbe's", "country": "TJ"}
    refs = ("threat-actor--a", "location--1", "location--r", "location--t")
    report = checked(point("1", 36.7, 68.8, country="AF"), region, land, report_on(*refs))
    assert report.claims["latitude"].tolist() == [36.7]
    assert [(row, value) for row, value, _ in told(report)] == [(9, "location--r, Dushanbe's")]
    # Without a unit and without a point the countries are the place, as they were.
    report = checked(region, land, report_on(*refs))
    assert report.claims["country"].tolist() == ["TJK"]
    assert [(row, value) for row, value, _ in told(report)] == [(8, "location--r")]


@pytest.mark.parametrize(
    ("metres", "code"),
    [(None, None), (0, 1), (1000, 1), (1000.5, 2), (25_000, 2), (25_001, 5), (1e300, 5)],
)
def test_the_precision_of_a_point(metres: float | None, code: int | None) -> None:
    where = point("1", 36.7, 68.8, country="AF", precision=metres)
    report = checked(where, located("a", "1"), report_on("relationship--a1"))
    assert report.claims["where_precision"].fillna(0).tolist() == [code or 0]
    assert told(report) == []


@pytest.mark.parametrize("metres", [-1, "near", "nan"])
def test_a_precision_that_is_no_radius_is_told(metres: object) -> None:
    report = checked(point("1", 36.7, 68.8, precision=metres), located("a", "1"))
    assert report.claims["where_precision"].isna().all()
    assert [(row, value) for row, value, _ in told(report)] == [(7, str(metres))]


# --- days ----------------------------------------------------------------------------------------

AFTER: Final = "lies after the day of publication"


@pytest.mark.parametrize(
    ("start", "stop", "as_of", "note"),
    [
        (None, None, None, ""),
        ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", "2020-01-01/2021-01-01", ""),
        ("2020-01-01T00:00:00Z", "2020-01-01T09:00:00Z", "2020-01-01", ""),
        ("2020-01-01T00:00:00Z", None, "2020-01-01", "since 2020-01-01, without an end"),
        (None, "2021-01-01T00:00:00Z", "2021-01-01", ""),
        ("2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "2020-01-01/2024-01-02",
         f"stop_time 2030-01-01 {AFTER}"),
        (None, "2030-01-01T00:00:00Z", "2024-01-02", f"stop_time 2030-01-01 {AFTER}"),
    ],
)  # fmt: skip
def test_the_days_of_a_relationship(
    start: str | None, stop: str | None, as_of: str | None, note: str
) -> None:
    link = located("a", "k", start_time=start, stop_time=stop)
    for objects in ([link], [link, report_on("relationship--ak")]):
        report = checked(*objects)
        assert report.claims["as_of"].fillna("").tolist() == [as_of or ""]
        assert report.claims["note"].fillna("").tolist() == [note]
        assert told(report) == []


def test_days_that_cannot_be_are_told() -> None:
    link = located("a", "k", start_time="2020-13-01T00:00:00Z", stop_time="9999-12-31T00:00:00Z")
    report = checked(link, report_on("relationship--ak"), report_on("relationship--ak", id="r2"))
    assert report.claims["as_of"].isna().all()
    assert [row for row, _, _ in told(report)] == [6, 6]
    assert "start_time names no day" in told(report)[0][2]
    report = checked(located("a", "k", start_time="2021-01-01", stop_time="2020-01-01"))
    assert report.claims["as_of"].isna().all()
    assert "stop_time lies before start_time 2021-01-01" in told(report)[0][2]
