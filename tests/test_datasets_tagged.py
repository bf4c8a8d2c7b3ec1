"""Rows of HXL hashtags below a header, in every format; data sets are known by their header."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from geodata.check import check_claims
from geodata.report import Report

DATA = Path(__file__).parent / "data"
# As HDX tags them; a column without a tag keeps an empty cell.
TAGS = {
    "id": "#event+code", "source_article": "#meta+source", "country": "#country+name",
    "adm_1": "#adm1+name", "latitude": "#geo+lat", "longitude": "#geo+lon", "year": "#date+year",
    "date_start": "#date+start", "date_end": "#date+end", "best": "#affected+killed",
    "side_a": "#group+name+first", "side_b": "#group+name+second", "event_date": "#date+occurred",
    "actor1": "#group+name+first", "fatalities": "#affected+killed", "eventid": "#event+code",
    "gname": "#group+name", "iyear": "#date+year", "country_txt": "#country+name",
}  # fmt: skip
TABLE = [
    ["Who", "What", "Where"],
    ["#group", "#description", "#adm1+name"],
    ["ISKP", "Seen", "Kunduz"],
]


def records(name: str) -> list[list[str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def tagged(name: str) -> list[list[str]]:
    header, *rows = records(name)
    return [header, [TAGS.get(column, "") for column in header], *rows]


def as_bytes(rows: list[list[str]], kind: str) -> bytes:
    if kind == "csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()
    if kind == "xlsx":
        book, buffer = openpyxl.Workbook(), io.BytesIO()
        for row in rows:
            book.active.append([cell or None for cell in row])
        book.save(buffer)
        return buffer.getvalue()
    if kind == "json":
        return json.dumps(rows).encode()
    header, *rest = rows
    return json.dumps([dict(zip(header, row, strict=True)) for row in rest]).encode()


def check(rows: list[list[str]], kind: str) -> Report:
    form = "json" if kind == "objects" else kind
    return check_claims(io.BytesIO(as_bytes(rows, kind)), format=form)


FORMS = pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "objects"])


@FORMS
@pytest.mark.parametrize("name", ["ucdp_ged.csv", "acled.csv", "gtd.csv"])
def test_a_data_set_is_known_by_its_header_before_its_tags(name: str, kind: str) -> None:
    plain = check_claims(DATA / name).claims
    found = check(tagged(name), kind)
    assert found.errors == ()
    columns = ["claim_id", "actor", "as_of", "reported", "value", "outlet", "country"]
    pd.testing.assert_frame_equal(found.claims[columns], plain[columns])
    if kind in {"csv", "xlsx"}:
        assert (found.claims["row"] == plain["row"] + 1).all()  # the tags are a row


@FORMS
def test_tags_stand_for_columns_in_every_format(kind: str) -> None:
    report = check(TABLE, kind)
    assert report.errors == ()
    assert report.claims[["actor", "text", "places"]].values.tolist() == [TABLE[2]]
    assert report.claims["row"].tolist() == [2 if kind == "objects" else 3]


def test_json_by_tag_is_read() -> None:
    rows = [dict(zip(TABLE[1], TABLE[2], strict=True))]
    claims = check_claims(io.BytesIO(json.dumps(rows).encode()), format="json").claims
    assert claims["places"].tolist() == ["Kunduz"]


def test_lists_that_are_no_table_are_told() -> None:
    report = check_claims(io.BytesIO(b'[["a", "b"], ["c", "d"]]'), format="json")
    assert "is no claim" in report.errors[0].message
