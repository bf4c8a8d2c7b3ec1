"""XLSX → the raw frame; rows count as the sheet does, and a file reads ``FILE[Sheet]``.

A workbook is a ZIP archive of XML, and calamine trusts it: one cell in the last
corner of a sheet makes it ask for 512 GB and abort the process. Every member is
therefore unzipped within bounds and looked through first, and calamine sees
only what was looked through.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visible

from geodata.read_cells import RefusedError, printable, quoted, shortened
from geodata.read_columns import MAX_CELLS, Findings, RawTable, known_columns
from geodata.read_frames import table_of_values

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_MEMBERS: Final = 10_000
_MAX_MERGED: Final = 10_000  # merged ranges in one sheet
_XML: Final = (".xml", ".rels")
_COMPRESSIONS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_REFERENCE: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,9})(\d{1,12})["']""")
_ODD_REFERENCE: Final = re.compile(rb"""\br\s*=\s*(?:"[^"&]*&|'[^'&]*&|["'][^"']{22})""")
_NAMED_SHEET: Final = re.compile(r"(.+\.xls[xm](?:\.gz)?)\[([^\[\]]+)\]", re.IGNORECASE)


def split_sheet(name: str) -> tuple[str, str | None]:
    """Split ``FILE.xlsx[Sheet]`` into the file and the sheet.

    >>> split_sheet("claims.xlsx[North]"), split_sheet("claims.csv")
    (('claims.xlsx', 'North'), ('claims.csv', None))
    """
    named = _NAMED_SHEET.fullmatch(name)
    return (named.group(1), named.group(2)) if named else (name, None)


def read_workbook(
    data: bytes, findings: Findings, *, sheet: str | None, max_bytes: int
) -> RawTable:
    """Read one sheet of an XLSX workbook: ``sheet``, or the first that is not empty.

    A value merged over several rows stands in each of them. Dates become ISO 8601.

    Raises
    ------
    RefusedError
        Damaged, too large, no such sheet, or a sheet without claims.
    """
    safe = _repack(data, max_bytes)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(safe)) as workbook:
            chosen, others = _choose_sheet(workbook, sheet)
            findings.file = f"{findings.file}[{printable(chosen.name)}]"
            if others:
                findings.warn(
                    f"the sheet {chosen.name!r} is read; {' and '.join(map(repr, others))} "
                    "hold something too: name FILE.xlsx[SHEET] to read another",
                    suggestions=tuple(others),
                )
            cells = _cells(chosen)
            merged = chosen.merged_cell_ranges or []
    except CalamineError as error:
        msg = f"the workbook is damaged: {shortened(error)}"
        raise RefusedError(msg) from error
    return _sheet_table(cells, merged, findings)


# --- before calamine ---------------------------------------------------------------


def _repack(data: bytes, max_bytes: int) -> bytes:
    """Return the workbook's XML alone, unzipped and found to be harmless."""
    packed = io.BytesIO()
    left = max_bytes
    try:
        with warnings.catch_warnings():  # a repeated name is refused, not warned of
            warnings.simplefilter("ignore", UserWarning)
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = _members(archive, max_bytes)
                with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as copy:
                    for member in members:
                        content = _unzip(archive, member, left)
                        left -= len(content)
                        _refuse_harmful(member.filename, content)
                        copy.writestr(member.filename, content)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        msg = f"the workbook is damaged: {shortened(error)}"
        raise RefusedError(msg) from error
    except (RuntimeError, NotImplementedError) as error:  # a password, or an exotic compression
        msg = "the workbook is encrypted or packed in an unknown way"
        raise RefusedError(msg) from error
    return packed.getvalue()


def _too_large(max_bytes: int) -> RefusedError:
    return RefusedError(
        f"the workbook is larger, unzipped, than the limit of {max_bytes:,} bytes: "
        "split it, or raise max_bytes"
    )


def _members(archive: zipfile.ZipFile, max_bytes: int) -> list[zipfile.ZipInfo]:
    members = [member for member in archive.infolist() if member.filename.lower().endswith(_XML)]
    if len(members) > _MAX_MEMBERS or len({m.filename for m in members}) < len(members):
        msg = "the workbook has too many parts, or repeats one"
        raise RefusedError(msg)
    if sum(member.file_size for member in members) > max_bytes:
        raise _too_large(max_bytes)
    if any(member.compress_type not in _COMPRESSIONS for member in members):
        msg = "the workbook is packed in an unknown way: save it again as XLSX"
        raise RefusedError(msg)
    return members


def _unzip(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    with archive.open(member) as file:
        content = file.read(left + 1)
    if len(content) > left:
        raise _too_large(left)
    return content


def _refuse_harmful(name: str, content: bytes) -> None:
    if b"\0" in content[:1000] or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        msg = f"the workbook's part {name!r} is not XML as Excel writes it: save it again as XLSX"
        raise RefusedError(msg)
    if not name.lower().startswith("xl/worksheets/") or not name.lower().endswith(".xml"):
        return
    if _ODD_REFERENCE.search(content):
        msg = f"the sheet in {name!r} has cells that Excel could not name"
        raise RefusedError(msg)
    found = _REFERENCE.findall(content)
    rows = max((int(row) for row in {row for _, row in found}), default=0)
    columns = max(
        (_column_number(letters) for letters in {letters for letters, _ in found}), default=0
    )
    if rows * columns > MAX_CELLS:
        msg = (
            f"a sheet is {rows:,} rows by {columns:,} columns large, more than {MAX_CELLS:,} "
            "cells: delete what stands far right of, or below, the claims"
        )
        raise RefusedError(msg)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


# --- the sheet -----------------------------------------------------------------------


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
            msg = f"the workbook has no sheet {wanted!r}; it has {', '.join(map(repr, names))}"
            raise RefusedError(msg, value=wanted, suggestions=names)
        return workbook.get_sheet_by_name(exact[0]), []
    # Lists for drop-downs stand on hidden sheets: those only where nothing else is.
    order = sorted(tables, key=lambda meta: meta.visible != Visible.Visible)
    shown = {meta.name for meta in tables if meta.visible == Visible.Visible}
    filled = [
        sheet for meta in order if (sheet := workbook.get_sheet_by_name(meta.name)).total_height
    ]
    if not filled:
        msg = "the workbook is empty"
        raise RefusedError(msg)
    others = [sheet.name for sheet in filled[1:] if sheet.name in shown]
    return filled[0], others


@dataclass(frozen=True)
class _Cells:
    """The cells of a sheet, whose first row is ``first`` (counted from 1)."""

    rows: list[list[Any]]
    first: int
    left: int  # columns that are empty before the first filled one


def _cells(sheet: CalamineSheet) -> _Cells:
    top, left = sheet.start or (0, 0)
    return _Cells(sheet.to_python(skip_empty_area=True), top + 1, left)


def _sheet_table(
    cells: _Cells, merged: Iterable[tuple[tuple[int, int], tuple[int, int]]], findings: Findings
) -> RawTable:
    header = ["" if value is None else str(value) for value in cells.rows[0]]
    positions = known_columns(header, findings, row=cells.first)
    body = np.empty((len(cells.rows) - 1, len(header)), dtype=object)
    for index, row in enumerate(cells.rows[1:]):
        body[index, :] = row
    rows = list(range(cells.first + 1, cells.first + len(cells.rows)))
    _warn_unnamed(header, body, cells, findings)
    _spread_merged(body, merged, cells, findings)
    values = {name: body[:, position] for name, position in positions.items()}
    return table_of_values(values, rows, findings)


def _warn_unnamed(header: list[str], body: np.ndarray, cells: _Cells, findings: Findings) -> None:
    for position, name in enumerate(header):
        if name.strip():
            continue
        filled = [index for index, value in enumerate(body[:, position]) if value not in {"", None}]
        if filled:
            findings.warn(
                f"column {_letters(cells.left + position)} has no name and is not read; it first "
                f"holds {quoted(body[filled[0], position])}: name it in row {cells.first}",
                row=cells.first + 1 + filled[0],
            )


def _spread_merged(
    body: np.ndarray,
    merged: Iterable[tuple[tuple[int, int], tuple[int, int]]],
    cells: _Cells,
    findings: Findings,
) -> None:
    """Write a value that is merged over rows into each of them that holds something else.

    Only down: what is merged over columns stands in the first of them, since it
    cannot be meant for all.
    """
    ranges = list(merged)
    if len(ranges) > _MAX_MERGED:
        msg = f"the sheet has more than {_MAX_MERGED:,} merged ranges: unmerge them"
        raise RefusedError(msg)
    filled = np.array([any(value not in {"", None} for value in row) for row in body], dtype=bool)
    for (top, left), (bottom, right) in ranges:
        column = left - cells.left
        start, stop = top - cells.first, bottom - cells.first + 1
        if stop <= 0 or not 0 <= column < body.shape[1]:
            continue
        if start < 0:
            start, value = 0, ""  # merged from the header down: a title, no value
        else:
            value = body[start, column] if start < len(body) else ""
        if value in {"", None}:
            continue
        rows = np.arange(start, min(stop, len(body)))
        body[rows[filled[rows]], column] = value
        name = f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"
        findings.warn(
            f"the cells {name} are merged: {quoted(value)} is read "
            + ("in the first column only" if right > left else "in each of these rows"),
            row=top + 1,
            value=shortened(value),
        )


def _letters(column: int) -> str:
    """Return a column's letters, counted from 0."""
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
