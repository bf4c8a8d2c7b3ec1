"""Columns of a Parquet file from anywhere, counted before they are written out.

Parquet keeps a value that repeats once, and its runs take a few bytes: three kilobytes can stand
for ten gigabytes of text. What repeats is therefore read as it is kept, and measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as pt

from geodata.io.memory import A_CELL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geodata.io.memory import Memory

_BATCH = 65_536


def open_parquet(source: pa.NativeFile) -> pq.ParquetFile:
    """Open a file so that texts and blobs which repeat stay one until they are measured."""
    repeating = [
        field.name for field in pq.read_schema(source) if is_text(field.type) or is_blob(field.type)
    ]
    return pq.ParquetFile(source, read_dictionary=repeating)


def is_text(kind: pa.DataType) -> bool:
    """Whether a type is one of Arrow's texts, that of views aside."""
    return bool(pt.is_string(kind) or pt.is_large_string(kind))


def is_blob(kind: pa.DataType) -> bool:
    """Whether a type holds bytes of any length, as they are or as a dictionary."""
    kind = kind.value_type if pt.is_dictionary(kind) else kind
    return bool(pt.is_binary(kind) or pt.is_large_binary(kind))


def read_counted(file: pq.ParquetFile, columns: list[str], memory: Memory) -> pa.Table:
    """Read columns, with what repeats as dictionaries.

    Raises
    ------
    TooMuchError
        Written out they would take more memory than there is room for.
    """
    wanted = set(columns)
    about = file.metadata
    for group in range(about.num_row_groups):
        parts = map(about.row_group(group).column, range(about.num_columns))
        memory.take(
            sum(
                part.total_uncompressed_size
                for part in parts
                if part.path_in_schema in wanted or part.path_in_schema.split(".")[0] in wanted
            )
        )
    batches = []
    for batch in file.iter_batches(batch_size=_BATCH, columns=columns, use_threads=False):
        memory.take(sum(map(_size_of, batch.columns)))
        batches.append(batch)
    if not batches:
        return file.read(columns=columns, use_threads=False)
    return pa.Table.from_batches(batches)


def values_of(column: pa.ChunkedArray) -> Iterable[tuple[object, int, int]]:
    """Yield the distinct values of each part of a column, their first row from 1, their number."""
    start = 1
    for chunk in column.chunks:
        coded = chunk if pt.is_dictionary(chunk.type) else chunk.dictionary_encode()
        counts = pc.value_counts(coded.indices)
        values = coded.dictionary
        for position, number in zip(
            counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True
        ):
            if position is not None:
                first = start + pc.index(coded.indices, position).as_py()
                yield values[position].as_py(), first, number
        start += len(chunk)


def _size_of(chunk: pa.Array) -> int:
    """Return what a column's part takes once each of its values stands by itself."""
    size = len(chunk) * A_CELL
    if not pt.is_dictionary(chunk.type):
        return size + int(chunk.nbytes)
    return size + 2 * _repeated_bytes(chunk)  # once in Arrow, once in Python


def text_bytes(column: pa.ChunkedArray) -> int:
    """Return how long the texts or blobs of a column are, each as often as it stands there."""
    return sum(_repeated_bytes(chunk) for chunk in column.chunks if pt.is_dictionary(chunk.type))


def _repeated_bytes(chunk: pa.DictionaryArray) -> int:
    kind = chunk.type.value_type
    if not (is_text(kind) or is_blob(kind)):
        return 0
    lengths = pc.binary_length(chunk.dictionary.cast(pa.large_binary()))
    return int(pc.sum(lengths.take(chunk.indices)).as_py() or 0)
