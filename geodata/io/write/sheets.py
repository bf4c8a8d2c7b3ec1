"""Claims → an XLSX workbook of one sheet, in which every text is a text."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

from geodata.errors import ArgumentError, SurroundingsError
from geodata.io.write.values import is_number

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from geodata.io.write.values import Columns, Value

SHEET: Final = "claims"
MAX_ROWS: Final = 1_048_575  # of a sheet, below its header
_LONGEST: Final = 32_767  # characters of a cell
# What XML 1.0 cannot hold; a carriage return alone would come back as a line feed.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_RETURN: Final = re.compile("\r\n?")
_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # reads as a character's number
_MADE: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - the same claims make the same file


def xlsx_bytes(columns: Columns) -> tuple[bytes, list[str]]:
    """Write a workbook; returns it and what it could not hold.

    Numbers are numbers, all else is text: a text that begins like a formula is stored as
    text and bears Excel's own mark for that (``quotePrefix``), so that it stays one when
    the cell is edited.

    Raises
    ------
    ArgumentError
        If there are more rows than a sheet has.
    SurroundingsError
        If openpyxl is not installed.

    Examples
    --------
    >>> content, losses = xlsx_bytes({"actor": ["ISKP"], "text": ["=1+1"]})
    >>> content[:2], losses
    (b'PK', [])
    """
    try:
        from openpyxl import Workbook  # noqa: PLC0415 - only this format needs it
    except ModuleNotFoundError as error:
        message = "openpyxl is not installed; install it with: pip install openpyxl"
        raise SurroundingsError(message) from error
    rows = len(next(iter(columns.values()), []))
    if rows > MAX_ROWS:
        message = f"XLSX holds {MAX_ROWS:,} rows a sheet, and there are {rows:,}: use CSV"
        raise ArgumentError(message)
    losses = _Losses()
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = _MADE
    book.properties.creator = "claimatlas"
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    sheet.append(list(columns))
    names = list(columns)
    for row in zip(*columns.values(), strict=True):
        sheet.append(
            [_cell(sheet, name, value, losses) for name, value in zip(names, row, strict=True)]
        )
    buffer = io.BytesIO()
    book.save(buffer)
    return _same_times(buffer.getvalue()), losses.said()


class _Losses:
    """Counts, by column, the texts of which a workbook cannot hold all."""

    def __init__(self) -> None:
        self._signs: dict[str, int] = {}

    def add(self, name: str) -> None:
        """Count a text of a column."""
        self._signs[name] = self._signs.get(name, 0) + 1

    def said(self) -> list[str]:
        """Return a sentence for each column."""
        return [
            f"{name}: XLSX cannot hold control characters and lone carriage returns: replaced "
            f"in {count:,} claim{'' if count == 1 else 's'}"
            for name, count in self._signs.items()
        ]


def _cell(
    sheet: WriteOnlyWorksheet, name: str, value: Value, losses: _Losses
) -> WriteOnlyCell | Value:
    if not isinstance(value, str):
        return value
    text = _FORBIDDEN.sub("\ufffd", _RETURN.sub("\n", value))[:_LONGEST]
    if text != value:
        losses.add(name)
    text = _ESCAPE.sub("_x005F_", text)
    if not is_number(name) and text[:1] not in "=+-@\t":
        return text
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above

    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _same_times(content: bytes) -> bytes:
    """Give all parts of a workbook one time, so that the same claims make the same bytes."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            info = zipfile.ZipInfo(part.filename, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            data = old.read(part)
            if part.filename == "docProps/core.xml":  # openpyxl writes the hour of saving
                data = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", data
                )
            new.writestr(info, data)
    return buffer.getvalue()
