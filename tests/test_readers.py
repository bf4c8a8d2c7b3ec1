"""The door to the readers: files and streams, formats, encodings, what is refused."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import without_root
from geodata.io.read import FORMATS, LIMITS, Limits, RawTable, raw_from_frame, read_raw
from geodata.schema import CLAIM_COLUMNS

HEADER = "actor,text,places\n"
ONE = (HEADER + "ISKP,Seen,Kunduz\n").encode()
SHARED = Path(__file__).parents[1].parent / "shared" / "data"


def read_bytes(data: bytes, format_: str = "csv", limits: Limits = LIMITS) -> RawTable:
    return read_raw(io.BytesIO(data), format=format_, limits=limits)


def only_error(table: RawTable) -> str:
    assert len(table.errors) == 1, table.errors
    assert table.frame.empty
    return str(table.errors[0])


# --- the raw frame ------------------------------------------------------------------


def test_frame_has_texts_file_and_row_on_a_range_index(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("Actor,TEXT,places,speaker-role,value\n ISKP , Seen,Kunduz,,6500\n\nTTP,x,,,\n")
    table = read_raw(path)
    assert (table.errors, table.warnings) == ((), ())
    expected = pd.DataFrame(
        {
            "actor": pd.array(["ISKP", "TTP"], dtype="str"),
            "text": pd.array(["Seen", "x"], dtype="str"),
            "places": pd.array(["Kunduz", None], dtype="str"),
            "speaker_role": pd.array([None, None], dtype="str"),
            "value": pd.array(["6500", None], dtype="str"),
            "file": pd.array([str(path)] * 2, dtype="str"),
            "row": pd.array([2, 4], dtype="Int64"),
        },
        index=pd.RangeIndex(2),
    )
    pd.testing.assert_frame_equal(table.frame, expected, check_index_type=True)


def test_reported_claims_are_read_whole() -> None:
    path = SHARED / "reported_claims.csv"
    if not path.exists():
        pytest.skip("the shared data are not here")
    table = read_raw(path)
    assert (table.errors, table.warnings) == ((), ())
    assert len(table.frame) == 80
    assert table.frame["row"].tolist() == list(range(2, 82))
    assert set(table.frame.columns) <= {*CLAIM_COLUMNS, "file", "row"}


def test_table_without_claims_is_a_warning() -> None:
    table = read_bytes(HEADER.encode())
    assert table.errors == ()
    assert [str(warning) for warning in table.warnings] == ["-: the file holds no claims"]
    assert table.frame.columns.tolist() == ["actor", "text", "places", "file", "row"]


# --- formats and names ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", ONE),
        ("a.CSV.GZ", gzip.compress(ONE, mtime=0)),
        ("a.tsv", ONE.replace(b",", b"\t")),
        ("a.json", b'[{"actor": "ISKP", "text": "Seen", "places": "Kunduz"}]'),
        (
            "a.jsonl.gz",
            gzip.compress(b'{"actor": "ISKP", "text": "Seen", "places": "Kunduz"}\n', mtime=0),
        ),
        ("a.ndjson", b'{"actor": "ISKP", "text": "Seen", "places": "Kunduz"}'),
        ("a.yml", b"- actor: ISKP\n  text: Seen\n  places: Kunduz\n"),
        ("a.yaml.gz", gzip.compress(b"- {actor: ISKP, text: Seen, places: Kunduz}", mtime=0)),
    ],
)
def test_name_tells_the_format(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    table = read_raw(str(path))
    assert (table.errors, table.warnings) == ((), ())
    assert table.frame[["actor", "text", "places", "file"]].to_dict("records") == [
        {"actor": "ISKP", "text": "Seen", "places": "Kunduz", "file": str(path)}
    ]


def test_stream_needs_a_format_and_unzips() -> None:
    assert read_bytes(gzip.compress(ONE, mtime=0)).frame["file"].tolist() == ["-"]
    message = only_error(read_raw(io.BytesIO(ONE)))
    assert message.startswith("-: standard input has no name that tells its format")
    assert all(name in message for name in FORMATS)


def test_unknown_format_lists_the_valid_ones(tmp_path: Path) -> None:
    table = read_bytes(ONE, "docx")
    assert only_error(table).startswith("-: 'docx' is not a format of claims; valid are csv, tsv")
    assert table.errors[0].suggestions == FORMATS
    path = tmp_path / "claims.xls"
    path.write_bytes(ONE)
    assert "save the workbook as XLSX" in only_error(read_raw(path))
    assert read_raw(path, format=".CSV").frame["actor"].tolist() == ["ISKP"]


def test_sheet_of_a_format_without_sheets_is_a_warning() -> None:
    table = read_raw(io.BytesIO(ONE), format="csv", sheet="North")
    assert [str(warning) for warning in table.warnings] == [
        "-: CSV has no sheets: 'North' is ignored"
    ]


# --- what is no file, or another kind of file -------------------------------------------


def test_missing_folder_pipe_device_loop(tmp_path: Path) -> None:
    assert only_error(read_raw(tmp_path / "no.csv")) == f"{tmp_path / 'no.csv'}: no such file"
    assert "this is a folder" in only_error(read_raw(tmp_path))
    os.mkfifo(tmp_path / "pipe.csv")
    assert "this is a pipe" in only_error(read_raw(tmp_path / "pipe.csv"))
    assert "a device or socket" in only_error(read_raw("/dev/zero", format="csv"))
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    assert "cannot be opened" in only_error(read_raw(tmp_path / "loop.csv"))
    assert "no file can have this name" in only_error(read_raw("a\0.csv"))
    assert "download it first" in only_error(read_raw("https://example.org/a.csv"))


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("a.csv")
    path.write_bytes(ONE)
    path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    with without_root(tmp_path):
        assert len(read_raw(path).frame) == 1
    path.chmod(0)
    with without_root(tmp_path):
        assert "permissions forbid" in only_error(read_raw(path))


def test_name_that_is_no_text(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv")
    Path(path).write_bytes(ONE)
    assert read_raw(path).frame["file"].tolist() == [f"{tmp_path}/?.csv"]


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "nothing but blank lines"),
        (zipped(a_txt=b"x"), "a ZIP archive, not CSV"),
        (zipped(xl__workbook_xml=b"<x/>"), "the content is XLSX, not CSV: rename it"),
        (zipped(mimetype=b"", content_xml=b""), "an OpenDocument file"),
        (b"PK\x03\x04broken", "a damaged ZIP archive"),
        (b"PAR1....PAR1", "the content is Parquet, not CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook, or one with a password"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\xef\xbb\xbf \n<!DOCTYPE HTML><table>", "a web page (HTML)"),
        (b"<OGRVRTDataSource>", "an XML document"),
        (bytes(range(32)) * 20, "binary, not text"),
        (ONE.decode().encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (gzip.compress(ONE, mtime=0)[:-12], "ends too early"),
        (gzip.compress(ONE, mtime=0)[:-8] + bytes(8), "the gzip content is damaged"),
        (gzip.compress(b"", mtime=0), "the file is empty"),
    ],
)
def test_content_that_is_something_else(content: bytes, said: str) -> None:
    assert said in only_error(read_bytes(content))


def test_gzip_and_its_name_must_agree(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain.csv.gz", tmp_path / "packed.csv"
    plain.write_bytes(ONE)
    packed.write_bytes(gzip.compress(ONE, mtime=0))
    assert "not gzip, though its name ends in .gz" in only_error(read_raw(plain))
    assert "add .gz to its name" in only_error(read_raw(packed))
    assert read_raw(packed, format="csv").frame["row"].tolist() == [2]


def test_size_limit_holds_before_and_after_unzipping(tmp_path: Path) -> None:
    data = ONE + b"a,b,c\n" * 1000
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    for table in (
        read_raw(path, limits=Limits(bytes=1000)),
        read_bytes(data, limits=Limits(bytes=1000)),
        read_bytes(gzip.compress(data, mtime=0), limits=Limits(bytes=1000)),
    ):
        assert "larger than the limit of 1,000 bytes" in only_error(table)
    assert len(read_raw(path, limits=Limits(bytes=len(data))).frame) == 1001


def test_stream_of_text_is_refused() -> None:
    table = read_raw(io.StringIO("actor"), format="csv")  # type: ignore[arg-type]  # the error is the point
    assert "open it in binary mode" in only_error(table)


# --- encodings ------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_declared_encodings(codec: str) -> None:
    table = read_bytes((HEADER + "ИГИЛ,دیده شد,Кундуз\n").encode(codec))
    assert (table.errors, table.warnings) == ((), ())
    assert table.frame.iloc[0, :3].tolist() == ["ИГИЛ", "دیده شد", "Кундуз"]


@pytest.mark.parametrize(
    ("codec", "name", "row"),
    [
        ("cp1251", "Windows-1251", "ИГИЛ,Боевики у границы с Таджикистаном,Кундуз"),
        ("cp1252", "Windows-1252", "Émirat,“Zürich” – café à côté,Kunduz"),
        ("cp1252", "Windows-1252", "Daesh,Tajikistan’s border,Kunduz"),
        ("cp1256", "Windows-1256", "داعش,مقاتلون في شمال أفغانستان,قندوز"),
    ],
)
def test_guessed_encodings_are_said(codec: str, name: str, row: str) -> None:
    table = read_bytes((HEADER + row + "\n").encode(codec))
    assert table.errors == ()
    assert len(table.warnings) == 1
    assert name in table.warnings[0].message
    assert "in line 2 is not UTF-8" in table.warnings[0].message
    assert table.frame.iloc[0, :3].tolist() == row.split(",")


def test_damaged_encodings_are_not_guessed() -> None:
    mixed = (HEADER + "é,ü,ö\n").encode() + b"a,\xe9,c\n"
    assert "byte 0xE9 in line 3 is not UTF-8, while 3 other" in only_error(read_bytes(mixed))
    cut = (HEADER + "é,x,y").encode("utf-16")[:-1]
    assert "begins as UTF-16 but is not UTF-16" in only_error(read_bytes(cut))


# --- frames -------------------------------------------------------------------------------------


def test_frame_of_any_types_becomes_texts() -> None:
    given_frame = pd.DataFrame(
        {
            "actor": pd.Categorical(["ISKP", "TTP"]),
            "text": ["a", "b"],
            "places": [["Kunduz", "Takhar"], np.array(["Balkh"])],
            "value": [6500.0, np.nan],
            "where_precision": pd.array([4, None], dtype="Int64"),
            "reported": pd.to_datetime(pd.Series(["2023-02-01", None], index=["x", "y"])),
            "note": [True, None],
            "low": [1.0, 2.0],
        },
        index=["x", "y"],
    )
    before = given_frame.copy(deep=True)
    table = raw_from_frame(given_frame)
    pd.testing.assert_frame_equal(given_frame, before)
    assert (table.errors, table.warnings) == ((), ())
    assert table.frame.astype(object).where(table.frame.notna(), None).to_dict("records") == [
        {
            "actor": "ISKP", "text": "a", "places": "Kunduz; Takhar", "where_precision": "4",
            "value": "6500", "reported": "2023-02-01", "note": "true", "file": "<frame>", "row": 1,
        },
        {
            "actor": "TTP", "text": "b", "places": "Balkh", "where_precision": None,
            "value": None, "reported": None, "note": None, "file": "<frame>", "row": 2,
        },
    ]  # fmt: skip
    assert isinstance(table.frame.index, pd.RangeIndex)
    assert (table.frame.dtypes.drop("row") == "str").all()


def test_frame_with_faults() -> None:
    frame = pd.DataFrame(
        {"actor": ["a", "b", "\ud800"], "text": ["x", {"y": 1}, "z"], "country": "AFG", "Lat": 1.0},
        dtype=object,
    )
    table = raw_from_frame(frame)
    assert [(fault.row, fault.column) for fault in table.errors] == [(2, "text"), (3, "actor")]
    assert table.frame["row"].tolist() == [1]
    assert table.warnings[0].suggestions == ("latitude",)
    twice = pd.DataFrame([["a", "b", "x", "c"]], columns=["actor", "Actor", "text", "places"])
    assert "names the column 'actor' twice" in raw_from_frame(twice).errors[0].message
    assert "lacks 'text'" in only_error(raw_from_frame(frame.drop(columns="text")))


def test_geometry_of_a_geoframe_is_not_read_silently() -> None:
    frame = gpd.GeoDataFrame(
        {"actor": ["a"], "text": ["x"], "country": ["AFG"]},
        geometry=gpd.points_from_xy([70], [36]),
        crs=4326,
    )
    table = raw_from_frame(frame)
    assert [warning.column for warning in table.warnings] == ["geometry"]
    assert len(table.frame) == 1


# --- hostile content ------------------------------------------------------------------


BYTES = st.binary(max_size=200) | st.text(max_size=200).map(str.encode)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(FORMATS), BYTES)
def test_no_content_raises(format_: str, data: bytes) -> None:
    table = read_bytes(data, format_)
    assert table.errors or table.warnings or len(table.frame)
    assert table.frame.columns[-2:].tolist() == ["file", "row"]
    for fault in (*table.errors, *table.warnings):
        str(fault).encode()


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=60))
def test_no_cell_raises(cell: bytes) -> None:
    read_bytes(ONE + cell + b",x,y\n")
    read_bytes(b'[{"actor": "' + cell + b'"}]', "json")
    read_bytes(b"- actor: " + cell, "yaml")
