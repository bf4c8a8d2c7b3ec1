"""CSV and TSV → the raw frame.

Rows count as records, as the format does: the header is row 1, a blank record
counts, and a record whose quoted text runs over several lines is one row.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.io.datasets.hxl import tag_row
from geodata.io.formulas import MARKED
from geodata.io.read.cells import RefusedError, unreadable
from geodata.io.read.column_names import column_name
from geodata.io.read.columns import Findings, RawTable, known_columns
from geodata.io.read.hashtags import is_data_set
from geodata.schema import CLAIM_COLUMNS
from geodata.text.quoting import quoted, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

SEPARATORS: Final = (",", ";", "\t", "|")
_SEPARATOR_NAMES: Final = {"\t": "tab"}
_HEADER_SIZE: Final = 1_000_000  # characters in which a header is looked for
_CHUNK: Final = 2000  # records joined at once: few enough that the cyclic GC stays quiet
_COPIES: Final = 5  # joined, in Arrow, stripped, without blanks, by column
_MAX_BROKEN: Final = 20  # records with broken quotes that are worth listing
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SEPARATOR_LINE: Final = re.compile(r"sep=([,;|\t])\r?(?:\n|$)", re.IGNORECASE)


def read_table(text: str, findings: Findings, *, separators: str = "".join(SEPARATORS)) -> RawTable:
    """Read the text of a CSV or TSV file; the separator is told by the header.

    A header holds names of columns and no lists, so that the separator under
    which it names the most columns cannot be mistaken, whatever the cells hold.
    On equal counts the first of ``separators`` is taken.

    Raises
    ------
    RefusedError
        The header cannot be read, or is none.
    """
    separator = findings.separator = find_separator(text, separators)
    if separator != separators[0] and separators[0] == "\t":
        name = _SEPARATOR_NAMES.get(separator, repr(separator))
        findings.warn(f"the columns are separated by {name}, not by tabs as TSV is: read so")
    records = _Records(text, separator, findings)
    header, header_row = _header(records, tags=tag_row(text, separator))
    positions = known_columns(header, findings, row=header_row)
    body = _Body(width=len(header), findings=findings)
    most = findings.limits.cells
    for rows, chunk in records.chunks():
        if records.row * len(header) > most:
            msg = (
                f"the table has more than {most:,} cells, blank ones included: split it, or raise "
                "the limit 'cells'"
            )
            raise RefusedError(msg, row=records.row)
        body.add(rows, chunk)
    return body.table(header, positions)


def find_separator(text: str, separators: str) -> str:
    """Return the separator under which the first record names the most columns.

    >>> find_separator("actor;text;places", ",;")
    ';'
    """
    if declared := _SEPARATOR_LINE.match(text):  # a line that Excel writes and hides
        return declared.group(1)
    known = frozenset(CLAIM_COLUMNS)
    start = text.lstrip("\r\n")[:_HEADER_SIZE]

    def found(separator: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(start, newline=""), delimiter=separator)
        try:
            header = next((record for record in reader if any(map(str.strip, record))), [])
        except csv.Error:
            return (0, 0)
        return (len(known.intersection(map(column_name, header))), len(header))

    return max(separators, key=found)


def _header(records: _Records, *, tags: int | None) -> tuple[list[str], int]:
    """Return the header and its row: where there is a row of HXL hashtags, that one.

    A data set's own header, which stands above the hashtags, comes before them.
    """
    for row, record in records:
        if row < (tags or 0):
            if is_data_set(record):
                # What stands between is header too.
                next(above for above, _ in records if above == tags)
                return record, row
            continue
        if any(map(str.strip, record)) and not (row == 1 and _SEPARATOR_LINE.match(records.text)):
            for name in record:
                if what := unreadable(name):
                    msg = f"the header's {quoted(name)} holds {what}, which is not text"
                    raise RefusedError(msg, row=row)
            return record, row
    msg = "no header can be read" if records.broken else "the file holds nothing but blank lines"
    raise RefusedError(msg)


class _Lines:
    """The lines of a text, their ends with them, and the place that is reached.

    `io.StringIO` would keep a copy of four bytes a character.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found = _LINE.finditer(text)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        found = next(self._found)
        self._at = found.end()
        return found.group()

    def tell(self) -> int:
        """Return where the next line begins."""
        return self._at

    def seek(self, place: int) -> None:
        """Go on at a place that `tell` gave."""
        self._at = place
        self._found = _LINE.finditer(self._text, place)


class _Records:
    """The records of a text, each with its number; survives a record that is broken.

    After a fault of quotes the next line is taken to begin the next record. The
    file has an error by then, so that a wrong guess costs a message at most.
    """

    def __init__(self, text: str, separator: str, findings: Findings) -> None:
        self.text = text
        self.separator = separator
        self.findings = findings
        self.row = 0
        self.broken = 0
        self._lines = _Lines(text)
        self._reader = self._new_reader()

    def _new_reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines, delimiter=self.separator, strict=True)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while (record := self._next()) is not None:
            yield self.row, record

    def _next(self) -> list[str] | None:
        while True:
            start = self._lines.tell()
            try:
                record = next(self._reader)
            except StopIteration:
                return None
            except csv.Error as error:
                self.row += 1
                self._skip_broken(start, error)
                continue
            self.row += 1
            return record

    def chunks(self) -> Iterator[tuple[range | list[int], list[list[str]]]]:
        """Yield the remaining records, many at a time."""
        while True:
            start, first = self._lines.tell(), self.row + 1
            try:
                chunk = list(islice(self._reader, _CHUNK))
            except csv.Error:
                # Which record is broken shows when they are read one by one.
                self._lines.seek(start)
                self._reader = self._new_reader()
                numbered = list(islice(self, _CHUNK))
                yield [row for row, _ in numbered], [record for _, record in numbered]
                continue
            if not chunk:
                return
            self.row += len(chunk)
            yield range(first, self.row + 1), chunk

    def _skip_broken(self, start: int, error: csv.Error) -> None:
        self._lines.seek(start)
        line = next(self._lines, "")
        self._reader = self._new_reader()
        self.broken += 1
        if self.broken > _MAX_BROKEN:
            msg = (
                "more records have broken quotes than are listed: the rest of the file is not read"
            )
            raise RefusedError(msg, row=self.row)
        self.findings.error(_broken_message(error), row=self.row, value=shortened(line.rstrip()))


def _broken_message(error: csv.Error) -> str:
    reason = str(error)
    if "field limit" in reason:
        return (
            f"a field is longer than {csv.field_size_limit():,} characters: "
            "a quote that opens here may never close"
        )
    if "unexpected end" in reason:
        return "a quote opens in this record and never closes: close it, or double it"
    if "expected after" in reason:
        return (
            "a quote ends within a field: a field that holds a quote must be quoted as a whole "
            'and its own quotes doubled ("")'
        )
    return f"the record is broken: {reason}"


@dataclass
class _Body:
    """The records below the header, joined into one text a chunk."""

    width: int
    findings: Findings
    rows: list[np.ndarray] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def add(self, rows: range | list[int], chunk: list[list[str]]) -> None:
        # NUL separates the joined cells, so that a cell which holds one must not get there.
        joined = "\0".join(chain.from_iterable(chunk))
        if joined.count("\0") != self.width * len(chunk) - 1 or any(
            len(record) != self.width for record in chunk
        ):
            good = [
                (row, record)
                for row, record in zip(rows, chunk, strict=True)
                if self._is_good(row, record)
            ]
            rows, chunk = [row for row, _ in good], [record for _, record in good]
            joined = "\0".join(chain.from_iterable(chunk))
        if chunk:
            self.findings.memory.take(_COPIES * sys.getsizeof(joined))
            self.rows.append(np.asarray(rows, dtype="int64"))
            self.parts.append(joined)

    def _is_good(self, row: int, record: list[str]) -> bool:
        if not any(map(str.strip, record)):
            return False  # a blank record counts, and says nothing
        if len(record) != self.width:
            self.findings.error(_width_message(record, self.width), row=row)
            return False
        for position, text in enumerate(record):
            if "\0" in text:
                self.findings.error(
                    f"{quoted(text)} in field {position + 1} holds a NUL character, "
                    "which is not text: remove it",
                    row=row,
                    value=shortened(text),
                )
                return False
        return True

    def table(self, header: list[str], positions: dict[str, int]) -> RawTable:
        """Cut the joined texts into columns, and drop the blank records."""
        cells = _split_cells(self.parts)
        count = len(cells) // self.width
        starts = np.arange(count, dtype="int64") * self.width
        rows = np.concatenate(self.rows) if self.rows else np.empty(0, dtype="int64")
        filled = _filled(cells, count, self.width)
        starts, rows = starts[filled], rows[filled]
        for position, name in enumerate(header):
            if not name.strip():
                _warn_unnamed(
                    cells.take(pa.array(starts + position)), position, rows, self.findings
                )
        columns = {
            name: cells.take(pa.array(starts + position)) for name, position in positions.items()
        }
        return self.findings.table(columns, rows.tolist())


def _width_message(record: list[str], width: int) -> str:
    count = f"{len(record)} field{'' if len(record) == 1 else 's'}"
    if len(record) > width:
        return (
            f"the record has {count}, the header {width}; the surplus begins with "
            f"{quoted(record[width])}: quote a field that holds the separator"
        )
    return (
        f"the record has {count}, the header {width}; the last is {quoted(record[-1])}: "
        "write the separators of empty fields too"
    )


def _split_cells(parts: list[str]) -> pa.Array:
    if not parts:
        return pa.array([], pa.large_string())
    lists = pc.split_pattern(pa.array(parts, pa.large_string()), "\0")
    cells = pc.utf8_trim_whitespace(pc.list_flatten(lists))
    if any("'" in part for part in parts):
        cells = pc.replace_substring_regex(cells, MARKED, r"\1")
    return pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.large_string()), cells)


def _filled(cells: pa.Array, count: int, width: int) -> np.ndarray:
    valid = pc.is_valid(cells).to_numpy(zero_copy_only=False)
    filled: np.ndarray = valid.reshape(count, width).any(axis=1)
    return filled


def _warn_unnamed(cells: pa.Array, position: int, rows: np.ndarray, findings: Findings) -> None:
    valid = np.flatnonzero(pc.is_valid(cells).to_numpy(zero_copy_only=False))
    if len(valid):
        findings.warn(
            f"column {position + 1} has no name and is not read; it first holds "
            f"{quoted(cells[int(valid[0])].as_py())}: name it in the header",
            row=int(rows[valid[0]]),
        )
