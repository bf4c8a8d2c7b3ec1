"""What every reader shares: names of columns, texts of cells, and the raw frame.

A reader turns a file into texts under the names that the file gives. This
module decides which of these names are columns of the claims table, what text
stands for a number or a list, and builds the *raw frame* that all readers
return: texts only, each row knowing its file and its place in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from rapidfuzz import fuzz, process

from geodata.datasets import DataSet, recognise
from geodata.quoting import printable, quoted, shortened
from geodata.readers.cells import RefusedError, clean_texts, unreadable
from geodata.report import Fault
from geodata.schema import CLAIM_COLUMNS, REQUIRED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MAX_COLUMNS: Final = 1000
MAX_CELLS: Final = 16_000_000  # a table's rows x columns, blank cells included

_KNOWN: Final = frozenset(CLAIM_COLUMNS)
_NEAR: Final = 70.0  # rapidfuzz ratio from which a column's name is worth suggesting

# Names that other tables give to these columns. Only ever suggested: whether
# "group" means the actor is for the user to say.
_OTHER_NAMES: Final = {
    "group": "actor",
    "group_name": "actor",
    "organisation": "actor",
    "organization": "actor",
    "claim": "text",
    "description": "text",
    "summary": "text",
    "speaker_name": "speaker",
    "role": "speaker_role",
    "id": "claim_id",
    "type": "kind",
    "location": "places",
    "place": "places",
    "province": "places",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
    "long": "longitude",
    "where_prec": "where_precision",
    "number": "value",
    "best": "value",
    "low": "value_low",
    "high": "value_high",
    "source": "outlet",
    "publisher": "outlet",
    "link": "url",
    "date": "reported",
    "published": "reported",
    "comment": "note",
    "language": "lang",
}


@dataclass(frozen=True)
class RawTable:
    """A file as read: the raw frame, and what is wrong or doubtful about the file.

    ``frame`` holds the claims table's columns that the file has, each of dtype
    ``str`` with NaN for missing, then ``file`` (``str``) and ``row`` (``Int64``),
    on a RangeIndex. Rows that have an error are left out of it.
    """

    frame: pd.DataFrame
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    data_set: DataSet | None = None  # of which the frame holds the rows, not claims yet


@dataclass
class Findings:
    """Collects the faults of one file while it is read."""

    file: str
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    data_set: DataSet | None = None  # what the header tells, where it is no claims table's

    def error(
        self,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        suggestions: tuple[str, ...] = (),
    ) -> None:
        """Note something that keeps a row, or the file, from being read."""
        self.errors.append(Fault(self.file, row, column, value, message, suggestions))

    def warn(
        self,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        suggestions: tuple[str, ...] = (),
    ) -> None:
        """Note something that the reader may have understood otherwise than meant."""
        self.warnings.append(Fault(self.file, row, column, value, message, suggestions))

    def refuse(self, refusal: RefusedError) -> RawTable:
        """End the reading: the refusal joins what was found before, and no row is left."""
        self.error(
            refusal.message,
            row=refusal.row,
            value=refusal.value,
            suggestions=refusal.suggestions,
        )
        return self.table({}, ())

    def table(
        self, columns: Mapping[str, Sequence[str | None] | pa.Array], rows: Sequence[int]
    ) -> RawTable:
        """Build the raw frame from texts, and put the faults into the order of the rows."""
        if not (self.errors or len(rows)):
            self.warn("the file holds no claims")
        frame = pd.DataFrame(
            {name: pd.array(clean_texts(texts), dtype="str") for name, texts in columns.items()},
            index=pd.RangeIndex(len(rows)),
            copy=False,
        )
        frame["file"] = pd.array([self.file] * len(rows), dtype="str")
        frame["row"] = pd.array(np.asarray(rows, dtype="int64"), dtype="Int64")
        return RawTable(
            frame, _in_order(self.errors), _in_order(self.warnings), data_set=self.data_set
        )


def as_claims(table: RawTable) -> RawTable:
    """Turn the rows of a data set into claims; any other table is returned as it is.

    A step of its own, which comes when all that the reader needed is out of memory.
    """
    if table.data_set is None:
        return table
    # A wide table was read for the few columns that are kept: Arrow would hold on to the rest.
    pa.default_memory_pool().release_unused()
    converted = table.data_set.convert(table.frame)
    return RawTable(
        converted.frame,
        _in_order([*table.errors, *converted.errors]),
        _in_order([*table.warnings, *converted.warnings]),
    )


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.row or 0))


# --- names of columns ---------------------------------------------------------


def column_name(name: str) -> str:
    """Return a column's name as the claims table writes it.

    >>> column_name(" Speaker-Role ")
    'speaker_role'
    """
    return re.sub(r"[\s\-_\u2010-\u2015]+", "_", name.strip("\ufeff\u200b \t\r\n").casefold())


def suggest_columns(name: str) -> tuple[str, ...]:
    """Return the columns of the claims table that ``name`` may mean, nearest first.

    >>> suggest_columns("speakerrole")
    ('speaker_role', 'speaker')
    """
    if name in _OTHER_NAMES:
        return (_OTHER_NAMES[name],)
    near = process.extract(
        name[:100], CLAIM_COLUMNS, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=2
    )
    return tuple(str(match[0]) for match in near)


def warn_unknown(findings: Findings, name: str, *, row: int | None) -> None:
    """Say that a column is not read, and which column it may have been meant for."""
    near = suggest_columns(column_name(name))
    advice = (
        f"rename it if it means {' or '.join(map(repr, near))}"
        if near
        else "the README lists the columns"
    )
    findings.warn(
        f"{quoted(name)} is no column of the claims table and is not read; {advice}",
        row=row,
        column=printable(name),
        value=shortened(name),
        suggestions=near,
    )


def known_columns(header: Sequence[str], findings: Findings, *, row: int | None) -> dict[str, int]:
    """Return the position of each column of the claims table in a table's header.

    Where the header is that of a data set, its columns are returned instead.
    Unknown columns are a warning each, repeated ones an error each. Columns
    without a name are left to the reader, which sees whether they hold anything.

    Raises
    ------
    RefusedError
        The header has too many columns, names none of the claims table, or
        lacks one without which no row can be a claim.
    """
    while header and not header[-1].strip():
        header = header[:-1]
    if len(header) > MAX_COLUMNS:
        msg = f"the header has {len(header):,} columns; at most {MAX_COLUMNS:,} are read"
        raise RefusedError(msg, row=row)
    positions: dict[str, int] = {}
    unknown: list[str] = []
    data_set = findings.data_set = recognise(map(column_name, header))
    known = _KNOWN if data_set is None else data_set.columns
    for position, found in enumerate(header):
        name = column_name(found)
        if name in positions:
            findings.error(
                f"the header names the column {name!r} twice, in columns "
                f"{positions[name] + 1} and {position + 1}: keep one of them",
                row=row,
                column=name,
                value=shortened(found),
            )
        elif name in known:
            positions[name] = position
        elif name:
            unknown.append(found)
    if data_set is not None:
        return positions
    if not positions:
        shown = ", ".join(quoted(name) for name in header[:6])
        msg = (
            f"the first record names no column of the claims table ({shown}): put a header "
            "above the claims, with at least 'actor', 'text' and 'places' or 'country'"
        )
        raise RefusedError(msg, row=row)
    for found in unknown:
        warn_unknown(findings, found, row=row)
    _require_columns(positions, unknown, row=row)
    return positions


def _require_columns(positions: Mapping[str, int], unknown: list[str], *, row: int | None) -> None:
    """Refuse a header under which every single row would lack the same thing."""
    missing = [repr(name) for name in REQUIRED_COLUMNS if name not in positions]
    if not (
        {"places", "country"} & positions.keys() or {"latitude", "longitude"} <= positions.keys()
    ):
        missing.append("'places', 'country', or 'latitude' and 'longitude'")
    if missing:
        meant = tuple(
            name
            for name in unknown
            if any(repr(near) in " ".join(missing) for near in suggest_columns(column_name(name)))
        )
        advice = f"; {' or '.join(map(quoted, meant))} may be meant" if meant else ""
        msg = f"the header lacks {' and '.join(missing)}{advice}: without it no row is a claim"
        raise RefusedError(msg, row=row, suggestions=meant)


def table_of_texts(
    columns: Mapping[str, list[str | None]], rows: Sequence[int], findings: Findings
) -> RawTable:
    """Build the raw frame from texts that no decoder has vouched for.

    A NUL or half of a surrogate pair, which JSON and frames can hold, is an
    error, and its row is left out.
    """
    keep = [True] * len(rows)
    for name, texts in columns.items():
        # One search in the joined texts is a hundred times as fast as one each.
        if not unreadable("".join(filter(None, texts))):
            continue
        for index, text in enumerate(texts):
            if text and (what := unreadable(text)):
                keep[index] = False
                findings.error(
                    f"{quoted(text)} holds {what}, which is not text: remove it",
                    row=rows[index],
                    column=name,
                    value=shortened(text),
                )
    if all(keep):
        return findings.table(columns, rows)
    kept = {name: list(compress(texts, keep)) for name, texts in columns.items()}
    return findings.table(kept, list(compress(rows, keep)))
