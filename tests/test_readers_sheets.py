"""XLSX and Parquet: sheets, merged cells, dates, and files that would harm."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geodata.io.read import Limits, RawTable, read_raw, sheets
from geodata.io.read.workbook_guard import sheet_size

HEADER = ["actor", "text", "places", "value", "reported"]


def workbook(*rows: list[Any], **sheets: list[list[Any]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Claims"
    for row in rows:
        sheet.append(row)
    for name, others in sheets.items():
        other = book.create_sheet(name)
        for row in others:
            other.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(book: openpyxl.Workbook | bytes, **options: Any) -> RawTable:
    data = book if isinstance(book, bytes) else saved(book)
    return read_raw(io.BytesIO(data), format="xlsx", **options)


def only_error(table: RawTable) -> str:
    assert len(table.errors) == 1, table.errors
    assert table.frame.empty
    return str(table.errors[0])


# --- sheets -------------------------------------------------------------------------------


def test_cells_become_texts_and_the_file_names_its_sheet() -> None:
    table = read(
        workbook(
            HEADER,
            ["ISKP", True, "Kunduz", 6500.0, dt.datetime(2023, 2, 1)],  # noqa: DTZ001 - Excel knows no zones
            [],
            ["TTP", " x ", None, 0.1, "2023~"],
            ["TTP", "y", None, 1e21, dt.datetime(2023, 2, 1, 3, 4)],  # noqa: DTZ001 - Excel has none
        )
    )
    assert (table.errors, table.warnings) == ((), ())
    frame = table.frame
    assert frame["file"].tolist() == ["-[Claims]"] * 3
    assert frame["row"].tolist() == [2, 4, 5]
    assert frame["text"].tolist() == ["true", "x", "y"]
    assert frame["value"].tolist() == ["6500", "0.1", "1000000000000000000000"]
    assert frame["reported"].tolist() == ["2023-02-01", "2023~", "2023-02-01T03:04:00"]
    assert frame["places"].isna().tolist() == [False, True, True]
    assert (frame.dtypes.drop("row") == "str").all()


def test_first_sheet_that_holds_something_is_read_and_others_are_named() -> None:
    book = workbook(Data=[HEADER, ["a", "b", "c"]], Notes=[["x"]], Lists=[["y"]])
    book["Lists"].sheet_state = "hidden"
    table = read(book)
    assert table.frame["file"].tolist() == ["-[Data]"]
    assert [str(warning) for warning in table.warnings] == [
        "-[Data]: the sheet 'Data' is read; 'Notes' may hold claims too: "
        "name FILE.xlsx[SHEET] to read another"
    ]


def test_sheet_can_be_named(tmp_path: Path) -> None:
    book = workbook([*HEADER], ["a", "b", "c"], North=[HEADER, ["n", "b", "c"]])
    path = tmp_path / "claims.xlsx"
    path.write_bytes(saved(book))
    for table in (read_raw(path, sheet="north"), read_raw(f"{path}[North]")):
        assert (table.errors, table.warnings) == ((), ())
        assert table.frame["actor"].tolist() == ["n"]
        assert table.frame["file"].tolist() == [f"{path}[North]"]
    missing = read_raw(path, sheet="South")
    assert only_error(missing) == (
        f"{path}: the workbook has no sheet 'South'; it has 'Claims', 'North'"
    )
    assert missing.errors[0].suggestions == ("Claims", "North")


def test_rows_are_those_of_the_sheet_wherever_the_header_stands() -> None:
    book = workbook()
    sheet = book.active
    for column, name in enumerate(HEADER, start=3):
        sheet.cell(4, column, name)
        sheet.cell(6, column, "x")
    table = read(book)
    assert table.errors == ()
    assert table.frame["row"].tolist() == [6]


@pytest.mark.parametrize(("from_1904", "day"), [(False, "2023-02-14"), (True, "2027-02-15")])
def test_numbers_of_days_are_days(from_1904: bool, day: str) -> None:
    book = workbook(HEADER, ["ISKP", "t", "Kunduz", 44971, 44971], ["ISKP", "t", "Kunduz", 1, 2023],
                    ["ISKP", "t", "Kunduz", 1, 44971.5])  # fmt: skip
    if from_1904:
        book.epoch = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - Excel knows no zones
    table = read(book)
    assert table.frame["reported"].tolist() == [day, "2023", day]
    assert table.frame["value"].tolist() == ["44971", "1", "1"]
    (fault,) = table.warnings
    assert (fault.row, fault.column, fault.value) == (2, "reported", "44971")
    assert fault.message.endswith(f"read as {day}, and so is 1 more cell")


def test_merged_cells_are_read_down_their_rows_only() -> None:
    book = workbook(
        ["actor", "text", "places", "outlet"],
        ["a", "x", "p", "TASS"], ["b", "y", "q"], [], ["c", "z", "r"], ["d", "wide"],
    )  # fmt: skip
    book.active.merge_cells("D2:D5")
    book.active.merge_cells("B6:C6")
    table = read(book)
    assert table.frame["outlet"].tolist()[:3] == ["TASS"] * 3
    assert table.frame["row"].tolist() == [2, 3, 5, 6]
    assert table.frame["places"].isna().tolist() == [False, False, False, True]
    assert [warning.message for warning in table.warnings] == [
        "the cells D2:D5 are merged, and so is 1 more range: 'TASS' is read in each of these rows"
    ]


def test_errors_and_formulas_without_a_value_are_faults() -> None:
    book = workbook(HEADER, ["a", "b", "c", "=1+1"], ["a", "b", "#N/A"], ["good", "b", "c"])
    book.active["C3"].data_type = "e"
    table = read(book)
    assert [(fault.row, fault.column, fault.value) for fault in table.errors] == [
        (2, "value", "=1+1"),
        (3, "places", "#N/A"),
    ]
    assert table.frame["actor"].tolist() == ["good"]


def test_columns_of_a_sheet() -> None:
    table = read(workbook(["actor", "text", "places", None, "foo"], ["a", "b", "c", "lost", 1]))
    assert [(warning.row, warning.message.split(";")[0]) for warning in table.warnings] == [
        (1, "'foo' is no column of the claims table and is not read"),
        (2, "column D has no name and is not read"),
    ]
    assert "names no column" in only_error(read(workbook(["x"])))
    assert only_error(read(workbook())) == "-: the workbook is empty"


def test_header_alone_is_a_warning() -> None:
    table = read(workbook(HEADER))
    assert table.errors == ()
    assert table.warnings[0].message == "the file holds no claims"


# --- workbooks that would harm ---------------------------------------------------------------


def changed(old: bytes, new: bytes, part: str = "sheet1.xml") -> bytes:
    """A small workbook in one part of which something is replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(workbook(HEADER, ["a", "b", "c"])))) as source:
        names = source.namelist()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
            for name in names:
                content = source.read(name)
                if name.endswith(part):
                    assert old in content
                    content = content.replace(old, new)
                target.writestr(name, content)
    return buffer.getvalue()


FIRST = b'<c r="A1"'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (FIRST, b'<c r="XFD1048576"', "1,048,576 rows by 16,384 columns"),
        (FIRST, b"<c r='XFD1048576'", "more than 24,000,000 cells"),
        (FIRST, b'<c\tr = "XFD1048576"', "more than 24,000,000 cells"),
        (FIRST, b'<c t="s" r="XFD1048576"', "more than 24,000,000 cells"),
        (FIRST, b'<c r="A99999999999999"', "named as Excel never would"),
        (FIRST, b'<c r="A&#49;"', "named as Excel never would"),
        (b"</sheetData>", b'<x:row><x:c r="XFD1048576"/></x:row></sheetData>', "24,000,000"),
        (
            b"</sheetData>",
            b"<row>" + b"<c/>" * 20_000 + b"</row>" + b"<row/>" * 20_000 + b"</sheetData>",
            "20,006 rows by 20,005 columns",
        ),
        (b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', "not XML as Excel writes it"),
        (b"</sheetData>", b"</x>", "the workbook is damaged"),
        (b"<sheetData>", b"<!-- --><sheetData>", "not XML as Excel writes it"),
    ],
)
def test_sheet_that_would_harm(old: bytes, new: bytes, said: str) -> None:
    assert said in only_error(read(changed(old, new)))


def test_declared_size_harms_nobody() -> None:
    assert len(read(changed(b'ref="A1:E2"', b'ref="A1:XFD1048576"')).frame) == 1


def test_size_of_a_sheet_is_the_same_on_both_ways() -> None:
    usual = b'<row r="3"><c r="B3"/></row><row r="12"><c r="AB12" s="1"><v>1</v></c></row>'
    assert sheet_size(usual) == (12, 28)
    rows, columns = sheet_size(usual.replace(b'<c r="B3"', b'<c s="0" r="B3"'))
    assert rows >= 12
    assert columns >= 28


def test_workbook_that_unzips_beyond_the_limit() -> None:
    bomb = changed(b"</sheetData>", b"</sheetData>" + b" " * 3_000_000)
    assert len(bomb) < 100_000
    assert "larger, unzipped, than the limit of 1,000,000" in only_error(
        read(bomb, limits=Limits(bytes=1_000_000))
    )
    assert len(read(bomb).frame) == 1


def test_workbook_that_lies_about_its_size() -> None:
    bomb = changed(b"</sheetData>", b"</sheetData>" + b" " * 3_000_000)
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lie = bomb.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lie != bomb
    assert "the workbook is damaged" in only_error(read(lie))


def test_damaged_workbooks() -> None:
    data = saved(workbook(HEADER, ["a", "b", "c"]))
    assert "a damaged ZIP archive" in only_error(read(data[:-100]))
    assert "the content is not XLSX: it begins with b'actor'" in only_error(read(b"actor"))
    for position in range(0, len(data), 211):
        harmed = bytearray(data)
        harmed[position] ^= 0x55
        assert isinstance(read(bytes(harmed)), RawTable)


def test_panic_of_the_library_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panic(*_: object) -> None:
        raise PanicException

    monkeypatch.setattr(sheets, "_choose_sheet", panic)
    assert "the workbook is damaged" in only_error(read(workbook(HEADER)))


# --- Parquet -----------------------------------------------------------------------------------


def parquet(**columns: Any) -> RawTable:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return read_raw(io.BytesIO(buffer.getvalue()), format="parquet")


def test_parquet_values_become_texts() -> None:
    table = parquet(
        actor=pa.array(["a", "b"]).dictionary_encode(),
        text=["x", "y"],
        places=["Kunduz; Takhar", None],
        value=[6500.0, None],
        value_low=[Decimal("1.50"), None],
        where_precision=[4, None],
        reported=[dt.date(2023, 2, 1), None],
        stated=pa.array([dt.datetime(2023, 2, 1), None], pa.timestamp("us", tz="UTC")),  # noqa: DTZ001 - its column has one
        __index_level_0__=[5, 6],
    )
    assert (table.errors, table.warnings) == ((), ())
    assert table.frame.iloc[0].to_dict() == {
        "actor": "a", "text": "x", "places": "Kunduz; Takhar", "value": "6500",
        "value_low": "1.50", "where_precision": "4", "reported": "2023-02-01",
        "stated": "2023-02-01", "file": "-", "row": 1,
    }  # fmt: skip
    assert table.frame["row"].tolist() == [1, 2]


def test_parquet_faults() -> None:
    table = parquet(actor=["a"], text=[{"x": 1}], places=[b"bytes"], tags=[["a"]], foo=[1])
    assert [fault.column for fault in table.errors] == ["text", "places", "tags"]
    assert [warning.column for warning in table.warnings] == ["foo"]
    damaged = read_raw(io.BytesIO(b"PAR1" + b"\xff" * 50 + b"PAR1"), format="parquet")
    assert "the Parquet file is damaged" in only_error(damaged)


@pytest.mark.second_tier
def test_parquet_that_would_grow() -> None:
    rows = pa.array(["x"]).take(pa.array([0] * 17_000_000, pa.int32()))
    buffer = io.BytesIO()
    pq.write_table(pa.table({"actor": rows, "text": rows, "country": rows}), buffer)
    assert len(buffer.getvalue()) < 1_000_000
    table = read_raw(io.BytesIO(buffer.getvalue()), format="parquet")
    assert "more than 24,000,000 cells" in only_error(table)

    long = pa.DictionaryArray.from_arrays(pa.array([0] * 3000, pa.int32()), ["y" * 10_000])
    short = pa.array(["z"] * 3000)
    buffer = io.BytesIO()
    pq.write_table(pa.table({"actor": short, "text": long, "country": short}), buffer)
    table = read_raw(
        io.BytesIO(buffer.getvalue()), format="parquet", limits=Limits(bytes=1_000_000)
    )
    assert "the texts take more than the limit" in only_error(table)


def test_damaged_parquet_ends_in_a_fault_or_a_frame() -> None:
    buffer = io.BytesIO()
    pq.write_table(
        pa.table({"actor": ["a"], "text": ["b"], "country": ["c"], "tags": [["d"]]}), buffer
    )
    data = buffer.getvalue()
    for position in range(4, len(data) - 8, 5):
        harmed = bytearray(data)
        harmed[position] ^= 0x55
        table = read_raw(io.BytesIO(bytes(harmed)), format="parquet")
        assert table.errors or len(table.frame)
