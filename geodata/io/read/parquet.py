"""Parquet → the raw frame; rows count the records from 1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.types as pt

from geodata.io.parquet_file import is_text, open_parquet, read_counted, text_bytes
from geodata.io.read.cells import RefusedError
from geodata.io.read.column_names import column_name
from geodata.io.read.columns import Findings, RawTable, known_columns
from geodata.io.read.frames import table_of_values
from geodata.io.read.points import coordinates
from geodata.places.boundaries.wkb import Geometries
from geodata.text.quoting import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    import pyarrow.parquet as pq

_INDEX = "__index_level_"  # how pandas stores an index


def read_parquet(data: bytes, findings: Findings) -> RawTable:
    """Read the columns of the claims table from a Parquet file.

    Only texts, numbers, truth values and dates are read; extension types, which
    may hold pickled objects, are an error, as are lists.

    Raises
    ------
    RefusedError
        Damaged, too large, or without the columns that a claim needs.
    """
    try:
        with open_parquet(pa.BufferReader(data)) as file:
            schema = file.schema_arrow
            shape = _geometry_column(schema)
            own = [
                "" if name.startswith(_INDEX) or name == shape else name for name in schema.names
            ]
            pointed = shape is not None and not {"latitude", "longitude"} & set(
                map(column_name, own)
            )
            header = [*own, "longitude", "latitude"] if pointed else own
            positions = known_columns(header, findings, row=None)
            _refuse_large(file.metadata, len(positions), findings.limits.cells)
            stored = {name: at for name, at in positions.items() if at < len(own)}
            good = {
                name: schema.names[position]
                for name, position in stored.items()
                if _is_readable(name, schema.field(position).type, findings)
            }
            if len(good) < len(stored):
                return findings.table({}, ())
            wanted = [*good.values(), *([shape] if pointed else [])]
            findings.memory.rows = file.metadata.num_rows
            table = read_counted(file, wanted, findings.memory)
        _refuse_repeated(table, findings.limits.bytes)
        values: dict[str, Iterable[Any]] = {
            name: _values(table.column(found)) for name, found in good.items()
        }
        if shape is not None and pointed:
            shapes = _shapes(table.column(shape), schema, shape, findings)
            longitude, latitude = coordinates(shapes, findings)
            values |= {"longitude": longitude, "latitude": latitude}
    except (pa.ArrowException, OSError, ValueError, OverflowError, LookupError) as error:
        msg = f"the Parquet file is damaged ({shortened(error)}): write it again"
        raise RefusedError(msg) from error
    return table_of_values(values, list(range(1, table.num_rows + 1)), findings)


def _geo(schema: pa.Schema) -> dict[str, Any]:
    """Return what GeoParquet says of its shapes; nothing where the file is none."""
    text = (schema.metadata or {}).get(b"geo", b"{}")
    try:
        about = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    columns = about.get("columns") if isinstance(about, dict) else None
    return about if isinstance(columns, dict) else {}


def _geometry_column(schema: pa.Schema) -> str | None:
    """Return the column of the shapes, where they are stored as WKB."""
    about = _geo(schema)
    name = about.get("primary_column")
    column = about.get("columns", {}).get(name) if isinstance(name, str) else None
    if not isinstance(column, dict) or name not in schema.names:
        return None
    kind = schema.field(name).type
    kind = kind.value_type if pt.is_dictionary(kind) else kind
    return name if pt.is_binary(kind) or pt.is_large_binary(kind) else None


def _shapes(column: pa.ChunkedArray, schema: pa.Schema, name: str, findings: Findings) -> list[Any]:
    crs = _geo(schema)["columns"][name].get("crs")
    identity = crs.get("id") if isinstance(crs, dict) else None
    code = identity.get("code") if isinstance(identity, dict) else None
    if crs is not None and str(code) not in {"4326", "CRS84"}:
        msg = "the GeoParquet declares a CRS other than WGS 84: reproject it to EPSG:4326"
        raise RefusedError(msg, value=shortened(crs.get("name") if isinstance(crs, dict) else crs))
    limits = findings.limits
    geometries = Geometries(findings.memory, depth=limits.depth, vertices=limits.cells)
    return list(geometries.from_wkb(column.to_pylist()))


def _refuse_large(metadata: pq.FileMetaData, columns: int, most: int) -> None:
    """Refuse more cells than are read: repeated values take no room in a file."""
    if metadata.num_rows * columns > most:
        msg = f"the table has more than {most:,} cells: split it, or raise the limit 'cells'"
        raise RefusedError(msg)


def _refuse_repeated(table: pa.Table, max_bytes: int) -> None:
    """Refuse texts that are kept once each and would grow beyond the limit when written out."""
    if sum(map(text_bytes, table.columns)) > max_bytes:
        msg = (
            f"the texts take more than the limit of {max_bytes:,} bytes: split the table, or "
            "raise the limit 'bytes'"
        )
        raise RefusedError(msg)


def _values(column: pa.ChunkedArray) -> list[Any]:
    kind = column.type.value_type if pt.is_dictionary(column.type) else column.type
    if is_text(kind):  # ten times as fast as to_pylist()
        texts: list[Any] = column.cast(pa.large_string()).to_numpy(zero_copy_only=False).tolist()
        return texts
    values: list[Any] = column.to_pylist()
    return values


def _is_readable(name: str, kind: pa.DataType, findings: Findings) -> bool:
    # A list's length is only known from a part of the metadata that, when it is
    # damaged, makes pyarrow 26 end the process: a text "a; b" is as good.
    if _is_plain(kind):
        return True
    kind = kind.value_type if pt.is_dictionary(kind) else kind
    findings.error(
        f"the column is of type {kind}: store texts, numbers or dates, and "
        "lists as texts with '; ' between",
        column=name,
        value=shortened(kind),
    )
    return False


def _is_plain(kind: pa.DataType) -> bool:
    if pt.is_dictionary(kind):
        return _is_plain(kind.value_type)
    return any(
        test(kind)
        for test in (
            pt.is_string,
            pt.is_large_string,
            pt.is_string_view,
            pt.is_integer,
            pt.is_floating,
            pt.is_boolean,
            pt.is_date,
            pt.is_timestamp,
            pt.is_decimal,
            pt.is_null,
        )
    )
