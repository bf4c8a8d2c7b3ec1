"""What every reader shares: names of columns, texts of cells, and the raw frame.

A reader turns a file into texts under the names that the file gives. This
module decides which of these names are columns of the claims table, what text
stands for a number or a list, and builds the *raw frame* that all readers
return: texts only, each row knowing its file and its place in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from rapidfuzz import process

from geodata.io.datasets import DataSet, near_miss, recognise
from geodata.io.memory import Memory, take_texts
from geodata.io.read.cells import RefusedError, clean_texts, unreadable
from geodata.io.read.column_names import (
    Proposal,
    column_name,
    missing_columns,
    proposed_map,
    suggest_columns,
)
from geodata.io.read.limits import LIMITS, Limits
from geodata.report import Fault
from geodata.schema import CLAIM_COLUMNS, DERIVED_COLUMNS
from geodata.text.quoting import printable, quoted, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

NO_CLAIMS: Final = "the file holds no claims"
_KNOWN: Final = frozenset(CLAIM_COLUMNS)
_A_FAULT: Final = 600  # bytes, until it is told


@dataclass(frozen=True)
class RawTable:
    """A file as read: the raw frame, and what is wrong or doubtful about the file.

    ``frame`` holds the claims table's columns that the file has, each of dtype
    ``str`` with NaN for missing, then ``file`` (``str``) and ``row`` (``Int64``),
    on a RangeIndex. Rows that have an error are left out of it.
    """

    frame: pd.DataFrame
    file: str = ""
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    data_set: DataSet | None = None  # of which the frame holds the rows, not claims yet
    proposal: Proposal = field(default_factory=lambda: Proposal({}))  # how columns may be mapped
    shared: Mapping[str, Shared] = field(default_factory=dict)  # by column: a report's own fields
    separator: str | None = None  # of the columns, in CSV and TSV


@dataclass(frozen=True)
class Shared:
    """A field that the claims of a report share: where it stands, and whose it is."""

    line: int | None
    rows: frozenset[int]


@dataclass
class Findings:
    """Collects the faults of one file while it is read."""

    file: str
    limits: Limits = LIMITS
    mapping: dict[str, str] = field(default_factory=dict)  # the file's name of each column
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    data_set: DataSet | None = None  # what the header tells, where it is no claims table's
    proposal: Proposal = field(default_factory=lambda: Proposal({}))
    shared: dict[str, Shared] = field(default_factory=dict)
    separator: str | None = None
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(self.limits.memory)

    def targets(self, name: str) -> list[str]:
        """Return the columns of the claims table that a column of the file is read as."""
        folded = column_name(name)
        mapped = [target for target, own in self.mapping.items() if column_name(own) == folded]
        return mapped or ([] if folded in self.mapping else [folded])

    def recognised(self, names: Iterable[str]) -> DataSet | None:
        """Keep, and return, the data set that these columns are of; none where they are mapped."""
        self.data_set = None if self.mapping else recognise(map(column_name, names))
        return self.data_set

    def error(
        self,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        suggestions: tuple[str, ...] = (),
    ) -> None:
        """Note something that keeps a row, or the file, from being read.

        Raises
        ------
        TooMuchError
            So much is wrong that there is no room to tell it.
        """
        self.memory.take(_A_FAULT)
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
        """Note something that the reader may have understood otherwise than meant.

        Raises
        ------
        TooMuchError
            As `error`.
        """
        self.memory.take(_A_FAULT)
        self.warnings.append(Fault(self.file, row, column, value, message, suggestions))

    def refuse(self, refusal: RefusedError) -> RawTable:
        """End the reading: the refusal joins what was found before, and no row is left."""
        last = Fault(
            self.file, refusal.row, None, refusal.value, refusal.message, refusal.suggestions
        )
        self.errors.append(last)
        return self.table({}, ())

    def table(
        self, columns: Mapping[str, Sequence[str | None] | pa.Array], rows: Sequence[int]
    ) -> RawTable:
        """Build the raw frame from texts, and put the faults into the order of the rows."""
        if not (self.errors or len(rows)):
            self.warn(NO_CLAIMS)
        frame = pd.DataFrame(
            {name: pd.array(clean_texts(texts), dtype="str") for name, texts in columns.items()},
            index=pd.RangeIndex(len(rows)),
            copy=False,
        )
        frame["file"] = pd.array([self.file] * len(rows), dtype="str")
        frame["row"] = pd.array(np.asarray(rows, dtype="int64"), dtype="Int64")
        return RawTable(
            frame,
            self.file,
            _in_order(self.errors),
            _in_order(self.warnings),
            data_set=self.data_set,
            proposal=self.proposal,
            shared=self.shared,
            separator=self.separator,
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
        table.file,
        _in_order([*table.errors, *converted.errors]),
        _in_order([*table.warnings, *converted.warnings]),
    )


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.row or 0))


# --- names of columns ---------------------------------------------------------


def warn_unknown(findings: Findings, name: str, *, row: int | None) -> None:
    """Say that a column is not read, and which column it may have been meant for."""
    if column_name(name) in findings.mapping:
        own = findings.mapping[column_name(name)]
        msg = f"{quoted(name)} is not read: the map of the columns reads {quoted(own)} instead"
        findings.warn(msg, row=row, column=printable(name), value=shortened(name))
        return
    near = suggest_columns(column_name(name))
    advice = (
        f"rename it, or map it, if it means {' or '.join(map(repr, near))}"
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


def own_columns(names: Iterable[str]) -> frozenset[str]:
    """Return the columns that we write beside claims and derive anew, where a file has them.

    ``place_ids`` tells our files: `low` or `source` alone mean something else in other tables.

    >>> sorted(own_columns(["places", "place_ids", "low"]))
    ['low', 'place_ids']
    >>> own_columns(["places", "low"])
    frozenset()
    """
    found = set(names)
    ours = "place_ids" in found and not found.isdisjoint({"places", "country", "latitude"})
    return frozenset(found.intersection(DERIVED_COLUMNS)) if ours else frozenset()


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
    most = findings.limits.columns
    if len(header) > most:
        msg = (
            f"the header has {len(header):,} columns; at most {most:,} are read: delete those "
            "that are not needed, or raise the limit 'columns'"
        )
        raise RefusedError(msg, row=row)
    positions: dict[str, int] = {}
    unknown: list[str] = []
    data_set = findings.recognised(header)
    known = _KNOWN if data_set is None else data_set.columns
    ours = own_columns(header)
    for position, found in enumerate(header):
        names = findings.targets(found)
        for name in names:
            if name in positions:
                _refuse_repeated(findings, name, found, (positions[name], position), row=row)
            elif name in known:
                positions[name] = position
        if not known.intersection(names) and column_name(found) and found not in ours:
            unknown.append(found)
    if data_set is not None:
        return positions
    if not findings.mapping and missing_columns(positions):
        _refuse_near_miss(header, row=row)
    if not findings.mapping:
        findings.proposal = proposed_map(name for name in header if name not in ours)
    require_mapped(findings, positions, header, row=row)
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


def _refuse_near_miss(header: Sequence[str], *, row: int | None) -> None:
    """Name the data set that a table would be, but for a column or two."""
    near = near_miss(map(column_name, header))
    if near is not None:
        name, missing = near
        msg = (
            f"this looks like {name}, but lacks {' and '.join(map(repr, missing))}: export it with "
            "all of its columns, under the names that are published"
        )
        raise RefusedError(msg, row=row, suggestions=missing)


def require_mapped(
    findings: Findings, found: Collection[str], header: Collection[str], *, row: int | None
) -> None:
    """Say which columns the map names and the file lacks."""
    for target, own in findings.mapping.items():
        if target not in found:
            near = process.extract(own[:100], list(header), score_cutoff=60, limit=3)
            findings.error(
                f"the map of the columns reads {target!r} from {quoted(own)}, and the file has no "
                f"such column; it has {', '.join(map(quoted, list(header)[:12]))}",
                row=row,
                column=target,
                value=shortened(own),
                suggestions=tuple(str(match[0]) for match in near),
            )


def _refuse_repeated(
    findings: Findings, name: str, found: str, positions: tuple[int, int], *, row: int | None
) -> None:
    findings.error(
        f"the header names the column {name!r} twice, in columns "
        f"{positions[0] + 1} and {positions[1] + 1}: keep one of them",
        row=row,
        column=name,
        value=shortened(found),
    )


def _require_columns(positions: Mapping[str, int], unknown: list[str], *, row: int | None) -> None:
    """Refuse a header under which every single row would lack the same thing."""
    missing = missing_columns(positions)
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

    Raises
    ------
    TooMuchError
        Texts that are one in memory would take too much once each stands by itself.
    """
    keep = [True] * len(rows)
    findings.memory.rows = len(rows)
    take_texts(columns.values(), findings.memory)
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
