"""Claims → X → claims gives the same claims, for every format that can hold them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sys
import zipfile
from typing import Any, Final
from unicodedata import category, normalize

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from geodata import schema
from geodata.check import check_claims
from geodata.errors import ArgumentError
from geodata.io.formulas import SIGNS, marked, unmarked
from geodata.io.read import read_raw
from geodata.io.write import FORMATS, output_format, write_claims
from geodata.io.write.features import claims_frame
from geodata.io.write.tables import csv_bytes
from geodata.io.write.values import Columns, claim_columns, value_text
from geodata.samples import sample_claims

pytestmark = pytest.mark.second_tier

READERS: Final = {"stix": "json", "hxl": "csv"}
LOSSLESS: Final = tuple(name for name in FORMATS if name != "xlsx")
COMPARED: Final = [
    *schema.CLAIM_COLUMNS, "low", "high", "actor_ids", "place_ids", "region_ids", "source",
    *(f"{column}_{end}" for column in schema.DATE_COLUMNS for end in ("first", "last")),
]  # fmt: skip


def read_back(content: bytes, kind: str) -> pd.DataFrame:
    """The claims of a file that was written; there must be no fault in it."""
    report = check_claims(io.BytesIO(content), format=READERS.get(kind, kind))
    assert report.errors == ()
    return report.claims


def assert_same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found[COMPARED], wanted[COMPARED])


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    return sample_claims()


@pytest.mark.parametrize("kind", FORMATS)
def test_the_sample_comes_back(kind: str, sample: pd.DataFrame) -> None:
    before = sample.copy(deep=True)
    assert_same(read_back(write_claims(sample, format=kind).content, kind), sample)
    pd.testing.assert_frame_equal(sample, before)


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "gpkg"])
def test_the_same_claims_make_the_same_bytes(kind: str, sample: pd.DataFrame) -> None:
    first, second = (write_claims(sample, format=kind, gzipped=True).content for _ in range(2))
    assert first == second
    assert_same(read_back(gzip.decompress(first), kind), sample)


# To shrink what fails would read files for minutes.
QUICK: Final = (Phase.explicit, Phase.reuse, Phase.generate)


# --- anything at all -----------------------------------------------------------------------------

# NUL and halves of surrogates never get past the readers.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0;"), max_size=20)
RISKY = st.sampled_from(
    ["=1+1", "+7", "-x", "@a", "'=1", "''-", "'", "null", "~", "no", "2024-01-01", "_x0041_", "1e5",
     "#adm1", "- a", "{a: b}", "a\rb", "a\r\nb", "\u2028", "\x85a", "٤", "NaN", "true", "0x1F"]
)  # fmt: skip
WORDS = st.one_of(TEXT, RISKY).map(str.strip).filter(bool)
NUMBERS = st.one_of(
    st.integers(0, 10**12).map(str),
    st.decimals(0, 10**6, places=4, allow_nan=False).map(lambda n: f"{n:f}"),
    st.sampled_from(["over 1,000", "up to 40", "~23,000", "4,000-6,000", "1.2340", "0.0000001"]),
)
RECORDS = st.fixed_dictionaries(
    {
        "actor": st.one_of(WORDS, st.sampled_from(["ISKP; TTP", "-"])),
        "text": WORDS,
        "places": st.sampled_from(["Kunduz", "Kunduz; Takhar", "northern Afghanistan", "AFG"]),
    },
    optional={
        "quote": WORDS,
        "note": WORDS,
        "outlet": WORDS,
        "speaker": WORDS,
        "tags": WORDS,
        "value": NUMBERS,
        "unit": WORDS,
        "point": st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
        "where_precision": st.sampled_from("1234567"),
        "extent": st.sampled_from(["each", "joint", "within"]),
        "reported": st.sampled_from(["2023", "2023-02-14", "2023~", "2016-01-01/2016-01-08"]),
        "kind": st.sampled_from(schema.KINDS),
        "reliability": st.sampled_from("ABCDEF"),
        "credibility": st.sampled_from("123456"),
        "status": st.sampled_from(schema.STATUSES),
        "url": st.sampled_from(["https://example.org/=1", "http://a.example/?q=%20"]),
    },
)  # fmt: skip


def typed(records: list[dict[str, Any]]) -> pd.DataFrame:
    rows = []
    for record in records:
        point = record.get("point")
        degrees = zip(("latitude", "longitude"), point or (), strict=False)
        rows.append({**record, **{name: f"{degree:.9f}" for name, degree in degrees}})
    return check_claims(pd.DataFrame(rows).drop(columns="point", errors="ignore")).claims


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=QUICK)
@given(st.lists(RECORDS, min_size=1, max_size=8), st.sampled_from(LOSSLESS))
@example([{"actor": "=1", "text": "0\r0", "places": "Kunduz"}], "csv")
def test_any_claims_come_back(records: list[dict[str, Any]], kind: str) -> None:
    claims = typed(records)
    written = write_claims(claims, format=kind)
    if len(claims):
        assert_same(read_back(written.content, kind), claims)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=QUICK)
@given(st.lists(RECORDS, min_size=1, max_size=8))
def test_any_claims_come_back_from_xlsx_but_for_what_it_says_is_lost(
    records: list[dict[str, Any]],
) -> None:
    claims = typed(records)
    if not len(claims):
        return
    written = write_claims(claims, format="xlsx")
    lost = {loss.partition(":")[0] for loss in written.losses}
    kept = [name for name in schema.CLAIM_COLUMNS if name not in lost]
    found = read_back(written.content, "xlsx")
    pd.testing.assert_frame_equal(found[kept], claims[kept])


def test_no_claims_are_written_and_read_as_none(sample: pd.DataFrame) -> None:
    for kind in ("csv", "json", "jsonl", "xlsx", "geojson", "parquet"):
        content = write_claims(sample.head(0), format=kind).content
        if content:
            assert check_claims(io.BytesIO(content), format=kind).claims.empty


# --- what each format does -----------------------------------------------------------------------


def one(**fields: Any) -> pd.DataFrame:
    record = {"actor": "ISKP", "text": "Seen", "places": "Kunduz", "kind": "presence", **fields}
    report = check_claims(pd.DataFrame([record]))
    assert report.errors == ()
    return report.claims


@pytest.mark.parametrize(
    "text", ["=1+1", "+1 a", "-1 a", "@SUM(A1)", "'=1", "=\rx", "=cmd|' /C'!A0"]
)
@pytest.mark.parametrize("kind", ["csv", "tsv", "hxl"])
def test_no_cell_of_a_table_begins_like_a_formula(kind: str, text: str) -> None:
    lines = write_claims(one(text=text, note=text), format=kind).content.decode()
    assert f"'{text}" in lines
    assert not any(line.startswith(("=", "+", "@")) for line in lines.split(","))


@pytest.mark.parametrize("kind", LOSSLESS)
def test_a_small_number_beside_one_that_must_be_text_comes_back(kind: str) -> None:
    # "1.2340" keeps its last digit, so that it is no thousand: the column is one of texts.
    records = [
        {"actor": "ISKP", "text": "t", "places": "AFG", "value": value, "unit": "fighters"}
        for value in ("0.0000001", "1.2340")
    ]
    claims = check_claims(pd.DataFrame(records)).claims
    found = read_back(write_claims(claims, format=kind).content, kind)
    assert found["value"].tolist() == [1e-7, 1.234]


def test_numbers_are_no_formulas() -> None:
    content = write_claims(one(latitude="-36.5", longitude="-70.25"), format="csv").content
    assert b",-36.5,-70.25," in content


# Each a text, and how it stands in a cell.
CELLS: Final = [
    ("a\t=1+1", "'a\t=1+1"), ("＝1+1", "'＝1+1"), ("a\n\u3000@x", "'a\n\u3000@x"),
    ("\x01 =1", "'\x01 =1"), ("'=1", "''=1"), ("''=1", "'''=1"), ("'a\n=1", "''a\n=1"),
    ("'-5", "''-5"), ("'-5 men", "''-5 men"), ("-5", "-5"), ("+3", "+3"), ("-5 men", "'-5 men"),
    ("'Abd", "'Abd"), ("a=b", "a=b"), ("a\tb - c", "a\tb - c"), ("ISKP - TTP", "ISKP - TTP"),
    ("\tb", "\tb"), ("'", "'"), ("a\r\n-1", "'a\r\n-1"),
]  # fmt: skip
NEAR_FORMULAS: Final = st.text(
    st.sampled_from("'=+-@\t\r\n ＝\u3000\x01a1."), max_size=7
) | st.text(max_size=8)


@pytest.mark.parametrize(("text", "cell"), CELLS)
def test_a_text_survives_the_way_into_a_table_and_back(text: str, cell: str) -> None:
    assert (marked(text), unmarked(cell)) == (cell, text)
    columns: Columns = {"actor": ["ISKP"], "text": ["Seen"], "places": ["Kunduz"], "note": [text]}
    written = csv_bytes(columns)
    record = list(csv.reader(io.StringIO(written.decode(), newline="")))[1]
    assert record[3] == cell
    read = read_raw(io.BytesIO(written), format="csv").frame["note"]
    assert read.tolist() == [text.strip()]


@given(NEAR_FORMULAS)
def test_marks_are_taken_away_again(text: str) -> None:
    assert unmarked(marked(text)) == text


def may_run(text: str) -> bool:
    """The rule once more, as people say it: the first sign that is neither blank nor control."""
    rest = (sign for sign in text if not (sign.isspace() or category(sign) == "Cc"))
    return normalize("NFKC", next((sign for sign in rest if sign != "\ufeff"), "a"))[0] in "=+-@"


@given(NEAR_FORMULAS)
def test_nothing_that_is_written_runs(text: str) -> None:
    cell = marked(text)
    if not re.fullmatch(r"[+-][0-9]+([.][0-9]+)?", text):
        assert not may_run(cell)
    if cell == text:
        assert not any(may_run(part) for part in re.split("[\t\r\n]", text)[1:])


def test_all_signs_that_read_as_those_of_a_formula_are_known() -> None:
    signs = {chr(code) for code in range(sys.maxunicode + 1) if may_run(chr(code))}
    assert set(SIGNS.replace("\\", "")) == signs


def test_a_workbook_holds_texts_as_texts() -> None:
    claims = one(text="=1+1", note="@SUM(A1)", value="1500", unit="fighters")
    book = load_workbook(io.BytesIO(write_claims(claims, format="xlsx").content))
    rows = list(book["claims"].iter_rows())
    cells = dict(zip([cell.value for cell in rows[0]], rows[1], strict=True))
    assert [cells[name].value for name in ("text", "note", "value")] == ["=1+1", "@SUM(A1)", 1500]
    assert [cells[name].data_type for name in ("text", "note", "value")] == ["s", "s", "n"]
    assert cells["text"].quotePrefix
    assert cells["note"].quotePrefix


def test_a_workbook_has_no_formula_in_any_part() -> None:
    content = write_claims(one(text="=1+1"), format="xlsx").content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_what_a_workbook_cannot_hold_is_told() -> None:
    claims = one(note="c\rd").assign(text="a\x01b")  # no reader lets that pass
    written = write_claims(claims, format="xlsx")
    assert [loss.partition(":")[0] for loss in written.losses] == ["text", "note"]
    assert "1 claim" in written.losses[0]
    found = read_back(written.content, "xlsx")
    assert found["text"].tolist() == ["a\ufffdb"]
    assert found["note"].tolist() == ["c\nd"]


def test_geojson_holds_points_and_nothing_where_there_is_none() -> None:
    claims = check_claims(
        pd.DataFrame(
            {
                "claim_id": ["a", "b"], "actor": "ISKP", "text": "Seen", "kind": "presence",
                "country": ["AFG", None], "latitude": [None, 36.7], "longitude": [None, 68.9],
            }
        )
    ).claims  # fmt: skip
    collection = json.loads(write_claims(claims, format="geojson").content)
    assert [feature["id"] for feature in collection["features"]] == ["a", "b"]
    assert [feature["geometry"] for feature in collection["features"]] == [
        None, {"type": "Point", "coordinates": [68.9, 36.7]},
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["gpkg", "parquet"])
def test_layers_say_their_crs_and_types(kind: str) -> None:
    claims = one(latitude="36.7", longitude="68.9", value="over 1,000", unit="fighters")
    content = io.BytesIO(write_claims(claims, format=kind).content)
    if kind == "parquet":
        frame = gpd.read_parquet(content)
    else:
        with pytest.warns(RuntimeWarning, match="non conformant file extension"):
            frame = gpd.read_file(content)
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.iloc[0].wkt == "POINT (68.9 36.7)"
    assert frame["value"].tolist() == [1000.0]
    assert frame["modifier"].tolist() == ["over"]


def test_a_frame_of_claims_is_canonical() -> None:
    frame = claims_frame(claim_columns(one(where_precision="4", latitude="36.7", longitude="68.9")))
    assert frame.index.equals(pd.RangeIndex(1))
    assert frame.crs.to_string() == schema.CRS
    assert str(frame["where_precision"].dtype) == "Int64"


def test_a_bundle_is_stix(sample: pd.DataFrame) -> None:
    written = write_claims(sample, format="stix")
    bundle = json.loads(written.content)
    ids = {entry["id"] for entry in bundle["objects"]}
    assert len(ids) == len(bundle["objects"])
    reports = [entry for entry in bundle["objects"] if entry["type"] == "report"]
    assert len(reports) == len(sample)
    for entry in bundle["objects"]:
        assert {"type", "spec_version", "id", "created", "modified"} <= set(entry)
        assert entry["id"].startswith(f"{entry['type']}--")
        assert set(entry.get("object_refs", ())) <= ids
        assert entry.get("created_by_ref", next(iter(ids))) in ids
    assert all(entry["object_refs"] for entry in reports)
    assert all(entry["published"].endswith("Z") for entry in reports)
    locations = [entry for entry in bundle["objects"] if entry["type"] == "location"]
    kunduz = next(entry for entry in locations if entry.get("administrative_area") == "AF-KDZ")
    assert kunduz["country"] == "AF"


def test_undated_claims_are_a_loss_of_stix() -> None:
    written = write_claims(one(), format="stix")
    assert len(written.losses) == 1
    assert "1 claim has none" in written.losses[0]


def test_the_day_of_a_status_comes_back_as_that_alone() -> None:
    claims = one(status="retracted", status_date="2024-01-02")
    found = read_back(write_claims(claims, format="hxl").content, "hxl")
    assert found[["status_date", "as_of"]].fillna("").to_numpy().tolist() == [["2024-01-02", ""]]
    assert_same(found, claims)


def test_a_nationwide_claim_by_name_comes_back() -> None:
    claims = one(places="Afghanistan", value="6500", unit="fighters")
    assert claims.loc[0, "extent"] == "nationwide"
    assert_same(read_back(write_claims(claims, format="csv").content, "csv"), claims)


def test_a_number_that_could_be_two_is_written_as_one() -> None:
    claims = one(value="1.2340", unit="fighters")
    assert claims.loc[0, "value"] == 1.234
    for kind in ("csv", "json", "xlsx", "parquet", "yaml"):
        assert_same(read_back(write_claims(claims, format=kind).content, kind), claims)


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (5, "5"), (0.5, "0.5"), (1e-7, "0.0000001"), ("a", "a")]
)
def test_values_as_texts(value: Any, text: str) -> None:
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.CSV", "csv"), ("a.tab", "tsv"), ("a.ndjson.gz", "jsonl"), ("a.yml", "yaml"),
        ("a.geoparquet", "parquet"), ("a.stix.json", "stix"), ("a.hxl.csv.gz", "hxl"),
        ("a.json", "json"), ("b.gpkg", "gpkg"),
    ],
)  # fmt: skip
def test_names_tell_formats(name: str, kind: str) -> None:
    assert output_format(name) == kind


@pytest.mark.parametrize(("name", "wanted"), [("a", None), ("a.pdf", None), ("a.csv", "pdf")])
def test_unknown_formats_are_refused_with_the_known_ones(name: str, wanted: str | None) -> None:
    with pytest.raises(ArgumentError, match="csv, tsv, xlsx, json, jsonl, yaml, geojson, gpkg"):
        output_format(name, wanted)
