"""STIX bundles and HXL tags."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geodata.check import check_claims
from geodata.io.datasets import hxl, recognise
from geodata.io.datasets.stix import credibility, read_bundle
from geodata.schema import CLAIM_COLUMNS

DATA = Path(__file__).parent / "data"
BUNDLE = DATA / "bundle.stix.json"


def checked_bundle(objects: list[Any]) -> Any:
    document = json.dumps({"type": "bundle", "id": "bundle--1", "objects": objects})
    return check_claims(io.BytesIO(document.encode()), format="json")


# --- STIX ----------------------------------------------------------------------------------------


def test_a_bundle_becomes_claims() -> None:
    report = check_claims(BUNDLE)
    assert report.errors == ()
    claims = report.claims
    assert claims["row"].tolist() == [5, 6, 7]
    assert claims["kind"].tolist() == ["presence", "assessment", "denial"]
    assert claims["place_ids"].tolist() == [("AF-TAK",), ("AF-KDZ",), ("AF-KDZ",)]
    assert claims["source"].tolist() == ["Border Watch", "Border Watch", "A. Analyst"]
    assert claims["reported"].tolist() == ["2023-02-01", "2023-02-14", "2023-02-20"]
    assert claims["credibility"].fillna("").tolist() == ["", "2", ""]
    assert claims["url"].fillna("").tolist() == ["", "https://example.org/kunduz", ""]
    assert claims["denies"].tolist()[2] == claims["claim_id"].tolist()[1]
    assert [str(f) for f in report.warnings] == [
        f"{BUNDLE}: objects of these types are not read: malware (1)"
    ]


@pytest.mark.parametrize(
    ("confidence", "code"),
    [("100", "1"), ("80", "1"), ("79", "2"), ("60", "2"), ("40", "3"), ("20", "4"), ("0", "5"),
     (None, None), ("high", None), ("999999", "1")],
)  # fmt: skip
def test_confidence_by_the_table_of_the_standard(confidence: str | None, code: str | None) -> None:
    assert credibility(confidence) == code


def test_a_report_without_an_actor_is_told() -> None:
    report = checked_bundle([{"type": "report", "id": "report--1", "name": "A"}])
    assert report.claims.empty
    assert (1, "A") in [(fault.row, fault.value) for fault in report.warnings]


def test_a_revoked_report_is_retracted() -> None:
    objects = json.loads(BUNDLE.read_text(encoding="utf-8"))["objects"]
    objects[5] |= {"revoked": True, "modified": "2023-03-01T00:00:00Z"}
    claim = checked_bundle(objects).claims.set_index("claim_id").loc[objects[5]["id"]]
    assert claim[["status", "status_date"]].tolist() == ["retracted", "2023-03-01"]


def test_a_report_with_a_located_actor_is_presence() -> None:
    objects = json.loads(BUNDLE.read_text(encoding="utf-8"))["objects"]
    objects[5]["object_refs"] = [objects[4]["id"]]
    claims = checked_bundle(objects).claims
    assert claims["kind"].tolist() == ["presence", "denial"]
    assert claims["place_ids"].tolist() == [("AF-TAK",)] * 2


def test_a_point_is_a_point() -> None:
    objects = json.loads(BUNDLE.read_text(encoding="utf-8"))["objects"]
    objects[2] = {"type": "location", "id": objects[2]["id"], "latitude": 36.7, "longitude": 68.9}
    claim = checked_bundle(objects).claims.set_index("row").loc[6]
    assert claim[["latitude", "longitude"]].tolist() == [36.7, 68.9]
    assert claim["place_ids"] == ()


@pytest.mark.parametrize(
    "objects",
    [
        None, {}, [1, "x", None, []], [{"type": ["report"]}], [{"type": "report"}],
        [{"type": "report", "object_refs": "threat-actor--1", "extensions": []}],
        [{"type": "opinion", "object_refs": [1]}, {"type": "relationship", "source_ref": {}}],
        [{"type": "report", "id": {"a": 1}, "external_references": [7], "confidence": True}],
        [{"type": "threat-actor", "id": "t", "name": ["x"]},
         {"type": "report", "object_refs": ["t"], "created_by_ref": "t"}],
    ],
)  # fmt: skip
def test_what_is_no_bundle_ends_in_words(objects: Any) -> None:
    report = checked_bundle(objects)
    assert report.claims.empty
    assert report.errors or report.warnings


def test_ids_that_repeat_take_the_last_version() -> None:
    bundle = read_bundle(
        {
            "type": "bundle",
            "objects": [
                {"type": "threat-actor", "id": "t", "name": "Old"},
                {"type": "threat-actor", "id": "t", "name": "New"},
                {"type": "report", "id": "r", "name": "N", "object_refs": ["t", "t"]},
            ],
        }
    )
    assert [claim["actor"] for _, claim in bundle.claims] == ["New"]


# --- HXL -----------------------------------------------------------------------------------------


def test_a_tagged_table_is_read_below_its_tags() -> None:
    report = check_claims(DATA / "3w.hxl.csv")
    assert report.errors == ()
    assert report.claims["row"].tolist() == [4, 5]
    assert report.claims["place_ids"].tolist() == [("AF-KDZ",), ("AF-NAN",)]
    assert report.claims["text"].tolist() == ["Seen near the border", "Moved, with families"]
    assert report.claims["reported"].tolist() == ["2023-02-14", "2023-03"]


def test_killed_are_supposed_to_be_fatalities_of_an_attack() -> None:
    table = "#group,#description,#adm1,#affected+killed\nISKP,Bomb,Kunduz,3\nTTP,Seen,Kunar,\n"
    report = check_claims(io.BytesIO(table.encode()), format="csv")
    claims = report.claims
    assert claims["kind"].tolist() == ["attack", "presence"]
    assert claims["unit"].fillna("").tolist() == ["fatalities", ""]
    assert claims["low"].fillna(-1).tolist() == [3.0, -1.0]
    supposed = [fault for fault in report.warnings if "'attack'" in fault.message]
    assert [(fault.row, fault.column) for fault in supposed] == [(2, "kind")]


def test_what_a_table_says_of_its_killed_stands() -> None:
    table = (
        "#group,#description,#adm1,#affected+killed,#event+kind,#indicator+unit\n"
        "Taliban,Flood relief: 12 died in the flood,Kunduz,12,assessment,civilians\n"
        "Taliban,Moved,Kunduz,4,movement,\n"
        "Taliban,Fought,Kunduz,5,,fighters\n"
    )
    report = check_claims(io.BytesIO(table.encode()), format="csv")
    assert report.claims["kind"].tolist() == ["assessment", "movement", "attack"]
    assert report.claims["unit"].tolist() == ["civilians", "fatalities", "fighters"]
    assert [fault.row for fault in report.warnings if fault.column == "kind"] == [4]


def test_tags_that_say_too_little_are_an_error_of_the_file() -> None:
    report = check_claims(io.BytesIO(b"#adm1,#sector\nKunduz,x\nKunar,y\n"), format="csv")
    assert report.claims.empty
    own = [fault for fault in report.errors if fault.row is None]
    assert len(own) == 1
    assert "#group or #org and #description" in own[0].message


def test_unread_tags_are_told() -> None:
    table = b"#group,#description,#adm1,#sector+list\nISKP,Seen,Kunduz,x\n"
    warnings = check_claims(io.BytesIO(table), format="csv").warnings
    assert any("#sector+list" in fault.message for fault in warnings)


def test_every_column_has_a_tag_of_its_own() -> None:
    assert set(hxl.TAGS) == set(CLAIM_COLUMNS)
    assert len(set(hxl.TAGS.values())) == len(CLAIM_COLUMNS)
    assert all(map(hxl.is_tag, hxl.TAGS.values()))
    assert hxl.columns_of(hxl.TAGS.values()) == dict(hxl.TAGS)


@pytest.mark.parametrize("column", CLAIM_COLUMNS)
def test_the_tag_of_one_column_stands_for_no_other(column: str) -> None:
    assert hxl.columns_of([hxl.TAGS[column]]) == {column: hxl.TAGS[column]}


def test_a_tag_that_is_taken_leaves_the_next() -> None:
    tags = ["#date+reported", "#date", "#description+title", "#description"]
    wanted = {"text": tags[3], "title": tags[2], "reported": tags[0], "as_of": tags[1]}
    assert hxl.columns_of(tags) == wanted


def test_a_hash_in_a_claim_is_no_row_of_tags() -> None:
    table = "actor,text,places\nISKP,#hashtag,Kunduz\n#a,#b,#c d\n"
    assert hxl.tag_row(table, ",") is None
    frame = check_claims(io.BytesIO(table.encode()), format="csv").claims
    assert frame["text"].tolist() == ["#hashtag"]


def test_a_broken_table_is_left_to_its_reader() -> None:
    assert hxl.tag_row('a,"b\n#x,"c"d\n', ",") is None


def test_no_columns_are_no_data_set() -> None:
    assert recognise([]) is None
    assert recognise([""]) is None
    assert pd.DataFrame(columns=["#group"]).pipe(lambda f: recognise(f.columns)) is not None
