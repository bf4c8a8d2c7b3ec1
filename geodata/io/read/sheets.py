"""XLSX → the raw frame; rows count as the sheet does, and a file reads ``FILE[Sheet]``."""

from __future__ import annotations

import io
import re
from typing import Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visible

from geodata.io.read.cells import BadLiteral, RefusedError
from geodata.io.read.columns import Findings, RawTable, known_columns
from geodata.io.read.frames import table_of_values
from geodata.io.read.hashtags import header_rows
from geodata.io.read.workbook_guard import SafeWorkbook, guard_workbook
from geodata.schema import DATE_COLUMNS
from geodata.text.dates import serial_day
from geodata.text.quoting import printable, quoted, shortened

_HEAD: Final = 25  # rows in which hashtags are looked for
_MAX_MERGED: Final = 10_000  # merged ranges in one sheet
_NAMED_SHEET: Final = re.compile(r"(.+\.xls[xm](?:\.gz)?)\[([^\[\]]+)\]", re.IGNORECASE)


def split_sheet(name: str) -> tuple[str, str | None]:
    """Split ``FILE.xlsx[Sheet]`` into the file and the sheet.

    >>> split_sheet("claims.xlsx[North]"), split_sheet("claims.csv")
    (('claims.xlsx', 'North'), ('claims.csv', None))
    """
    named = _NAMED_SHEET.fullmatch(name)
    return (named.group(1), named.group(2)) if named else (name, None)


def read_workbook(data: bytes, findings: Findings, *, sheet: str | None) -> RawTable:
    """Read one sheet of an XLSX workbook: ``sheet``, or the first that is not empty.

    A value merged over several rows stands in each of them. Dates become ISO 8601.

    Raises
    ------
    RefusedError
        Damaged, too large, no such sheet, or a sheet without claims.
    """
    safe = guard_workbook(data, limits=findings.limits, memory=findings.memory)
    name, others, cells = _open_sheet(safe, sheet)
    findings.file = f"{findings.file}[{printable(name)}]"
    if others:
        findings.warn(
            f"the sheet {quoted(name)} is read; {' and '.join(map(quoted, others))} may hold "
            "claims too: name FILE.xlsx[SHEET] to read another",
            suggestions=tuple(others),
        )
    return _sheet_table(cells, safe.bad.get(name, {}), findings)


def _open_sheet(safe: SafeWorkbook, wanted: str | None) -> tuple[str, list[str], _Sheet]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(safe.data)) as workbook:
            chosen, others = _choose_sheet(workbook, wanted)
            return chosen.name, others, _Sheet(chosen, from_1904=safe.from_1904)
    except CalamineError as error:
        msg = f"the workbook is damaged ({printable(str(error))}): save it again as XLSX"
        raise RefusedError(msg) from error
    except BaseException as error:
        # A panic of the library written in Rust is no Exception, and has no importable name.
        if type(error).__name__ != "PanicException":
            raise
        msg = "the workbook is damaged: save it again as XLSX"
        raise RefusedError(msg) from error


def _choose_sheet(
    workbook: CalamineWorkbook, wanted: str | None
) -> tuple[CalamineSheet, list[str]]:
    """Return the sheet to read, and the names of the others that hold something."""
    tables = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    names = tuple(meta.name for meta in tables)
    if wanted is not None:
        exact = [name for name in names if name == wanted] or [
            name for name in names if name.casefold() == wanted.strip().casefold()
        ]
        if not exact:
            valid = ", ".join(map(quoted, names))
            msg = f"the workbook has no sheet {quoted(wanted)}; it has {valid}"
            raise RefusedError(msg, value=wanted, suggestions=names)
        return workbook.get_sheet_by_name(exact[0]), []
    # Lists for drop-downs stand on hidden sheets: those only where nothing else is.
    order = sorted(tables, key=lambda meta: meta.visible != Visible.Visible)
    shown = {meta.name for meta in tables if meta.visible == Visible.Visible}
    filled = [sheet for meta in order if (sheet := workbook.get_sheet_by_name(meta.name)).start]
    if not filled:
        msg = "the workbook is empty"
        raise RefusedError(msg)
    others = [sheet.name for sheet in filled[1:] if sheet.name in shown]
    return filled[0], others


class _Sheet:
    """The cells of a sheet by column, below its header, which need not stand in row 1."""

    def __init__(self, sheet: CalamineSheet, *, from_1904: bool) -> None:
        self.from_1904 = from_1904
        self.top, self.left = sheet.start or (0, 0)
        rows = sheet.to_python(skip_empty_area=True)
        head = [[str(value) for value in row] for row in rows[:_HEAD]]
        header, self.skipped = header_rows(head)
        self.header = head[header]
        self.header_row = self.top + 1 + header
        body = rows[self.skipped :]
        self.columns: list[list[Any]] = [list(column) for column in zip(*body, strict=True)]
        self.height = len(body)
        first = self.top + 1 + self.skipped
        self.rows = list(range(first, first + self.height))
        self.merged = sheet.merged_cell_ranges or []

    def index(self, row: int) -> int:
        """Return where a row of the sheet, counted from 0, stands below the header."""
        return row - self.top - self.skipped


def _sheet_table(
    sheet: _Sheet, bad: dict[tuple[int, int], BadLiteral], findings: Findings
) -> RawTable:
    positions = known_columns(sheet.header, findings, row=sheet.header_row)
    if not sheet.height:
        return findings.table({name: [] for name in positions}, ())
    for (row, column), literal in bad.items():
        index, position = sheet.index(row), column - sheet.left
        if 0 <= index < sheet.height and 0 <= position < len(sheet.columns):
            sheet.columns[position][index] = literal
    _warn_unnamed(sheet, findings)
    _spread_merged(sheet, findings)
    values = {name: sheet.columns[position] for name, position in positions.items()}
    if findings.data_set is None:
        for name in set(DATE_COLUMNS) & values.keys():
            values[name] = _days(name, values[name], sheet, findings)
    return table_of_values(values, sheet.rows, findings)


def _days(name: str, column: list[Any], sheet: _Sheet, findings: Findings) -> list[Any]:
    """Return a column of dates in which numbers of days, which bear no format, are days."""
    days = [
        serial_day(value, from_1904=sheet.from_1904) if isinstance(value, int | float) else None
        for value in column
    ]
    counted = [index for index, day in enumerate(days) if day]
    if counted:
        first = counted[0]
        more = _and_more(len(counted) - 1, "cell")
        findings.warn(
            f"{column[first]:g} is the number of a day in a spreadsheet: read as "
            f"{days[first]}{more}",
            row=sheet.rows[first],
            column=name,
            value=f"{column[first]:g}",
        )
    return [day or value for day, value in zip(days, column, strict=True)]


def _warn_unnamed(sheet: _Sheet, findings: Findings) -> None:
    for position, name in enumerate(sheet.header):
        if name.strip():
            continue
        filled = next((i for i, value in enumerate(sheet.columns[position]) if value != ""), None)
        if filled is not None:
            findings.warn(
                f"column {_letters(sheet.left + position)} has no name and is not read; it first "
                f"holds {quoted(sheet.columns[position][filled])}: name it in row "
                f"{sheet.header_row}",
                row=sheet.rows[filled],
            )


def _spread_merged(sheet: _Sheet, findings: Findings) -> None:
    """Write a value that is merged over rows into each of them that holds something else.

    Only down: what is merged over columns stands in the first of them, since it
    cannot be meant for all.
    """
    if len(sheet.merged) > _MAX_MERGED:
        msg = f"the sheet has more than {_MAX_MERGED:,} merged ranges: unmerge them"
        raise RefusedError(msg)
    if not sheet.merged:
        return
    filled = [any(value != "" for value in row) for row in zip(*sheet.columns, strict=True)]
    spread: list[tuple[int, bool, str, Any]] = []
    budget = (
        findings.limits.cells
    )  # ranges that overlap, which Excel never writes, could cost any time
    for (top, left), (bottom, right) in sorted(sheet.merged):
        start, position = sheet.index(top), left - sheet.left
        if not (0 <= start < sheet.height and 0 <= position < len(sheet.columns)):
            continue
        column = sheet.columns[position]
        value = column[start]
        stop = min(sheet.index(bottom) + 1, sheet.height)
        budget -= stop - start
        if value == "" or budget < 0:
            continue
        if isinstance(value, str):
            findings.memory.take(len(value) * (stop - start))
        for index in range(start, stop):
            if filled[index]:
                column[index] = value
        spread.append((top, right > left, _range_name(left, top, right, bottom), value))
    if spread:
        top, wide, name, value = spread[0]
        more = _and_more(len(spread) - 1, "range")
        findings.warn(
            f"the cells {name} are merged{more}: {quoted(value)} is read in "
            + ("the first column only" if wide else "each of these rows"),
            row=top + 1,
            value=shortened(value),
        )


def _and_more(count: int, noun: str) -> str:
    if not count:
        return ""
    return f", and so is 1 more {noun}" if count == 1 else f", and so are {count:,} more {noun}s"


def _range_name(left: int, top: int, right: int, bottom: int) -> str:
    return f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"


def _letters(column: int) -> str:
    """Return a column's letters, counted from 0."""
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
