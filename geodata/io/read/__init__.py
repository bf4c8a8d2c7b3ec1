"""A file, a stream or a frame in any format → raw claims, each row knowing its place.

The door to the readers of each format: `read_tables` (CSV, TSV), `read_sheets`
(XLSX), `read_records` (JSON, JSON Lines, GeoJSON), `read_yaml`, `read_parquet` and
`read_geopackage`. Whatever is wrong with a file is a fault in the table that is
returned, never an exception: input is hostile, and all faults are wanted at once.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from geodata.io.memory import TooMuchError
from geodata.io.read.cells import RefusedError
from geodata.io.read.columns import Findings, RawTable, as_claims
from geodata.io.read.file_bytes import (
    FORMATS,
    check_file,
    check_magic,
    format_name,
    format_of,
    load_bytes,
)
from geodata.io.read.foreseen import expect_text, expect_width
from geodata.io.read.frames import raw_from_frame
from geodata.io.read.limits import LIMITS, Limits
from geodata.io.read.parquet import read_parquet
from geodata.io.read.records import read_json, read_json_lines
from geodata.io.read.sheets import read_workbook, split_sheet
from geodata.io.read.tables import read_table
from geodata.io.read.text import decode_text
from geodata.io.read.yaml_events import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "FORMATS",
    "LIMITS",
    "Limits",
    "NamedStream",
    "RawTable",
    "named_stream",
    "raw_from_frame",
    "read_raw",
]

_TEXT_READERS: Final[dict[str, Callable[[str, Findings], RawTable]]] = {
    "csv": read_table,
    "tsv": lambda text, findings: read_table(text, findings, separators="\t,;|"),
    "json": read_json,
    "geojson": read_json,
    "jsonl": read_json_lines,
    "yaml": read_yaml,
}


def read_raw(
    path: str | os.PathLike[str] | IO[bytes] | NamedStream,
    *,
    format: str | None = None,  # noqa: A002 - the word that users know from the command line
    sheet: str | None = None,
    columns: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
) -> RawTable:
    r"""Read one file, or a binary stream, of claims as texts.

    Parameters
    ----------
    path
        A file in one of `FORMATS`, plain or ``.gz``; a workbook's sheet may be
        named as ``FILE.xlsx[Sheet]``. Or a binary stream, which is called ``-``.
    format
        One of `FORMATS`, where the name does not tell it, as for a stream.
    sheet
        The sheet of a workbook, by default the first that is not empty; the layer of a
        GeoPackage, by default the one that has the columns of claims.
    columns
        What the file calls columns of the claims table, by their own names: ``{"actor":
        "Group"}``. A table that is mapped so is taken for no data set.
    limits
        How large a file may be.

    Returns
    -------
    RawTable
        ``frame`` holds the columns of the claims table that the file has, as
        ``str`` with NaN for missing, then ``file`` and ``row`` (``Int64``), on a
        RangeIndex. A row counts as the format counts: a record, with the header
        as row 1, in CSV, TSV and XLSX; a line in YAML and JSON Lines; a record
        from 1 in JSON, GeoJSON, Parquet and GeoPackage. ``errors`` and ``warnings`` are in
        the order of the rows, and rows with errors are left out of ``frame``.

    Examples
    --------
    >>> import io
    >>> table = read_raw(io.BytesIO(b"actor,text,places\nISKP,Seen,Kunduz\n"), format="csv")
    >>> table.frame[["places", "file", "row"]].to_dict("records")
    [{'places': 'Kunduz', 'file': '-', 'row': 2}]
    """
    if isinstance(path, NamedStream):
        format = path.format  # noqa: A001 - as above
        path = path.stream
    name = os.fspath(path) if isinstance(path, str | os.PathLike) else "-"
    shown = name.encode("utf-8", "replace").decode("utf-8")  # names need not be text
    findings = Findings(shown, limits=limits, mapping=dict(columns or {}))
    try:
        if isinstance(path, str | os.PathLike) and sheet is None:
            path, sheet = split_sheet(name)
            findings.file = shown.removesuffix(f"[{sheet}]")
        if isinstance(path, str | os.PathLike):
            check_file(path)
        kind = format_of(findings.file, format)
        data = load_bytes(path, named=format is None, max_bytes=limits.bytes)
        check_magic(data, kind)
        if kind not in _TEXT_READERS:
            return as_claims(_read(data, kind, findings, sheet=sheet))
        if sheet is not None:
            findings.warn(f"{format_name(kind)} has no sheets: {sheet!r} is ignored", value=sheet)
        expect_text(data, kind, findings.memory)
        text = decode_text(data, findings)
        expect_width(text, len(data), findings.memory)
        del data  # as large as the text, which is all that is needed
        return as_claims(_TEXT_READERS[kind](text, findings))
    except TooMuchError as error:
        return findings.refuse(RefusedError(str(error)))
    except RefusedError as refusal:
        return findings.refuse(refusal)


@dataclass(frozen=True)
class NamedStream:
    """A stream that knows its format, to be read beside files that have their own."""

    stream: IO[bytes]
    format: str


def named_stream(stream: IO[bytes], format: str | None) -> IO[bytes] | NamedStream:  # noqa: A002 - as above
    """Return a stream with its format, where it has one of its own."""
    return stream if format is None else NamedStream(stream, format)


def _read(data: bytes, kind: str, findings: Findings, *, sheet: str | None) -> RawTable:
    if kind == "xlsx":
        return read_workbook(data, findings, sheet=sheet)
    if kind == "gpkg":
        # Here, since it loads the reader of boundaries.
        from geodata.io.read.geopackage import read_geopackage  # noqa: PLC0415 - see above

        return read_geopackage(data, findings, layer=sheet)
    if sheet is not None:
        findings.warn(f"{format_name(kind)} has no sheets: {sheet!r} is ignored", value=sheet)
    return read_parquet(data, findings)
