"""CSV and TSV: separators, rows, quotes, headers."""

from __future__ import annotations

import csv
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.io.formulas import unmarked
from geodata.io.read import RawTable, read_raw
from geodata.schema import CLAIM_COLUMNS

HEADER = "actor,text,places\n"


def read(text: str, format_: str = "csv") -> RawTable:
    return read_raw(io.BytesIO(text.encode()), format=format_)


def faults(table: RawTable) -> list[tuple[int | None, str]]:
    return [(fault.row, fault.message) for fault in table.errors]


# --- separators -------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_is_told_by_the_header(separator: str) -> None:
    cells = ["ISKP", "a, b | c", "Badakhshan; Kunduz; Takhar"]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerows([["actor", "text", "places"], cells])
    table = read(buffer.getvalue())
    assert (table.errors, table.warnings) == ((), ())
    assert table.frame.iloc[0, :3].tolist() == cells


def test_lists_in_cells_do_not_make_a_semicolon_table() -> None:
    table = read('actor,text,places\nA; B; C,x,"K; T; B; Q; Z"\n')
    assert table.frame.loc[0, "actor"] == "A; B; C"


def test_line_that_names_the_separator_counts_as_a_row() -> None:
    table = read("sep=;\nactor;text;places\na;b;c\n")
    assert table.frame["row"].tolist() == [3]


def test_tsv_with_commas_is_read_with_a_warning() -> None:
    table = read(HEADER + "a,b,c\n", "tsv")
    assert table.frame["places"].tolist() == ["c"]
    assert "not by tabs" in table.warnings[0].message


# --- rows ------------------------------------------------------------------------------


def test_rows_count_records_and_blank_ones() -> None:
    table = read(HEADER + '"x\ny\n",b,c\n\n,,\r\nd,e,f\n  \ng,h,i')
    assert table.errors == ()
    assert table.frame["row"].tolist() == [2, 5, 7]
    assert table.frame["actor"].tolist() == ["x\ny", "d", "g"]


def test_header_below_blank_lines() -> None:
    table = read("\n\n" + HEADER + "a,b,c\n")
    assert table.frame["row"].tolist() == [4]


def test_too_many_and_too_few_fields_are_errors_each() -> None:
    table = read(HEADER + "a,b,c,d\na,b\n\na,b,c\n")
    assert faults(table) == [
        (
            2,
            "the record has 4 fields, the header 3; the surplus begins with 'd': "
            "quote a field that holds the separator",
        ),
        (
            3,
            "the record has 2 fields, the header 3; the last is 'b': "
            "write the separators of empty fields too",
        ),
    ]
    assert table.frame["row"].tolist() == [5]


def test_unclosed_quote_is_told_where_it_opens() -> None:
    table = read(HEADER + 'a,b,c\nd,"e,f\ng,h,i\n')
    assert faults(table) == [
        (3, "a quote opens in this record and never closes: close it, or double it")
    ]
    assert table.errors[0].value == 'd,"e,f'
    assert table.frame["row"].tolist() == [2, 4]


def test_faults_of_quotes_do_not_hide_each_other() -> None:
    table = read(HEADER + 'a,"b" c,c\nd,e,f\ng,"h"i,j\nk,l\nm,n,o\n')
    assert [row for row, _ in faults(table)] == [2, 4, 5]
    assert "its own quotes doubled" in table.errors[0].message
    assert table.frame["row"].tolist() == [3, 6]


def test_many_faults_of_quotes_end_the_reading() -> None:
    table = read(HEADER + 'a,"b" c,d\n' * 1000)
    assert len(table.errors) == 21
    assert "the rest of the file is not read" in table.errors[-1].message


def test_rows_stay_right_over_many_records() -> None:
    rows = [f"a,b{number},c" for number in range(2, 7000)]
    rows[4998] = 'x,"y"z,q'  # row 5000
    table = read(HEADER + "\n".join(rows))
    assert [fault.row for fault in table.errors] == [5000]
    assert ("b" + table.frame["row"].astype("str") == table.frame["text"]).all()
    assert len(table.frame) == 6997


def test_long_field_and_nul() -> None:
    table = read(HEADER + "a,b\0,c\n" + "x" * 140_000 + ",b,c\nd,e,f\n")
    assert [row for row, _ in faults(table)] == [2, 3]
    assert "'b\\x00' in field 2 holds a NUL character" in table.errors[0].message
    assert "longer than 131,072 characters" in table.errors[1].message
    assert table.frame["row"].tolist() == [4]


def test_control_characters_stay_text() -> None:
    table = read(HEADER + "a\x1b[2Jb,\u202eevil,c\n")
    assert table.frame.iloc[0, :2].tolist() == ["a\x1b[2Jb", "\u202eevil"]


# --- headers ---------------------------------------------------------------------------------


def test_unknown_columns_are_suggested_and_dropped() -> None:
    table = read("actor,text,places,speakerrole,group,\x1b[2J\na,b,c,d,e,f\n")
    assert [(w.row, w.column, w.suggestions) for w in table.warnings] == [
        (1, "speakerrole", ("speaker_role", "speaker")),
        (1, "group", ("actor",)),
        (1, "\\x1b[2J", ()),
    ]
    assert table.frame.columns.tolist() == ["actor", "text", "places", "file", "row"]


def test_repeated_column_is_an_error_and_the_first_is_read() -> None:
    table = read("actor,text,places,Actor\na,b,c,d\n")
    assert faults(table) == [
        (1, "the header names the column 'actor' twice, in columns 1 and 4: keep one of them")
    ]
    assert table.frame["actor"].tolist() == ["a"]


def test_columns_without_a_name() -> None:
    assert read("actor,text,places,,\na,b,c,,\n").warnings == ()
    table = read("actor,,text,places\na,,b,c\nd,lost,e,f\n")
    assert [(w.row, w.message) for w in table.warnings] == [
        (3, "column 2 has no name and is not read; it first holds 'lost': name it in the header")
    ]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("ISKP,Seen,Kunduz", "names no column of the claims table ('ISKP', 'Seen', 'Kunduz')"),
        ("actor,places", "lacks 'text'"),
        ("group,text,places", "lacks 'actor'; 'group' may be meant"),
        ("actor,text,latitude", "lacks 'places', 'country', or 'latitude' and 'longitude'"),
        ("actor,text,places" + ",x" * 2000, "has 2,003 columns; at most 1,000"),
        ('actor,te"xt\0,places', "holds a NUL character"),
    ],
)
def test_header_that_is_none(header: str, said: str) -> None:
    table = read(header + "\n" + ",".join("abc") + "\n")
    assert table.frame.empty
    assert table.errors[-1].row == 1
    assert said in table.errors[-1].message


# --- everything at once ------------------------------------------------------------------------

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(CELL, min_size=4, max_size=4), max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_read(cells: list[list[str]], separator: str, newline: str) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerows([["actor", "text", "places", "note"], *cells])
    table = read(buffer.getvalue())
    assert table.errors == ()
    wanted = {
        row: [unmarked(cell.strip()) or None for cell in record]
        for row, record in enumerate(cells, start=2)
        if any(cell.strip() for cell in record)
    }
    found = table.frame.astype(object).where(table.frame.notna(), None)
    assert found["row"].tolist() == list(wanted)
    assert found.iloc[:, :4].to_numpy().tolist() == list(wanted.values())


def test_a_hundred_thousand_rows_take_seconds() -> None:
    record = ",".join(['"some text, quoted"', *["x"] * (len(CLAIM_COLUMNS) - 1)])
    data = "\n".join([",".join(CLAIM_COLUMNS), *[record] * 100_000]).encode()
    start = time.process_time()
    table = read_raw(io.BytesIO(data), format="csv")
    assert time.process_time() - start < 8  # 1.3 s where nothing else runs
    assert table.frame.shape == (100_000, len(CLAIM_COLUMNS) + 2)
    assert table.frame["row"].iloc[-1] == 100_001
