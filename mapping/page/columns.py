"""Frame columns → the compact columns that the page carries.

A column is a small dictionary. ``t`` is its type: ``dict`` holds distinct values
``v`` and a code ``c`` for each row (-1 = missing); ``raw`` holds a value ``v`` for
each row; ``list`` holds how many values ``n`` each row has and their codes ``c``
in one flat list, codes of ``v`` or, where ``v`` is null, positions in a table.

Numbers are arrays, of which NaN is missing, until `plain_column` makes lists of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from geodata import schema

if TYPE_CHECKING:
    from numpy.typing import NDArray

Column = dict[str, Any]

EPOCH = pd.Timestamp("1970-01-01")


# --- columns as arrays -----------------------------------------------------------


def coded(values: pd.Series[Any]) -> Column:
    """Texts that repeat, each distinct one stored once, in order of appearance."""
    codes, distinct = pd.factorize(values)
    # As objects: cell by cell Arrow is a hundred times as slow.
    texts = pd.Series(distinct).to_numpy(dtype=object)
    return {"t": "dict", "v": [str(value) for value in texts], "c": codes}


def numbered(values: pd.Series[Any]) -> Column:
    """Numbers as they are, missing and infinite ones as NaN."""
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    return {"t": "raw", "v": np.where(np.isfinite(numbers), numbers, np.nan)}


def worded(values: pd.Series[Any]) -> Column:
    """Texts that hardly repeat, missing ones as null."""
    return {"t": "raw", "v": as_texts(values)}


def as_texts(values: Sequence[str | None] | NDArray[Any] | pd.Series[Any] | pa.Array) -> pa.Array:
    """Give texts as an array of Arrow, what is missing as null."""
    if isinstance(values, pa.Array):
        return values
    texts = pa.array(values, type=pa.large_string(), from_pandas=True)
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def dated(dates: NDArray[np.datetime64]) -> Column:
    """Dates as whole days since 1970-01-01, missing ones as NaN."""
    return {"t": "raw", "v": np.floor((dates - EPOCH.to_datetime64()) / np.timedelta64(1, "D"))}


def listed(rows: pd.Series[Any] | Sequence[Sequence[str]]) -> Column:
    """Several texts a row; rows that repeat are looked at once."""
    which, lists = _distinct(rows)
    distinct: dict[str, int] = {}
    codes = [[distinct.setdefault(text, len(distinct)) for text in texts] for texts in lists]
    counts, flat = spread(which, codes)
    return {"t": "list", "v": list(distinct), "n": counts, "c": flat}


def positioned(rows: NDArray[np.int64], positions: NDArray[np.int64], *, of: int) -> Column:
    """Several positions in another table a row, from pairs in the order of their rows.

    ``of`` is the number of rows.
    """
    return {"t": "list", "v": None, "n": np.bincount(rows, minlength=of), "c": positions}


def spread(
    which: NDArray[np.int64], lists: Sequence[Sequence[int]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Repeat lists of numbers: how long each row's is, and all of them one after the other.

    >>> spread(np.array([1, 0, 1]), [[5], [7, 8]])
    (array([2, 1, 2]), array([7, 8, 5, 7, 8]))
    """
    lengths = np.array([len(numbers) for numbers in lists], dtype=np.int64)
    flat = np.fromiter(chain.from_iterable(lists), dtype=np.int64, count=int(lengths.sum()))
    counts = lengths[which]
    starts = (np.cumsum(lengths) - lengths)[which]
    inside = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return counts, flat[np.repeat(starts, counts) + inside]


def _distinct(
    rows: pd.Series[Any] | Sequence[Sequence[str]],
) -> tuple[NDArray[np.int64], list[Sequence[str]]]:
    cells = np.empty(len(rows), dtype=object)
    cells[:] = [tuple(texts) for texts in rows]
    codes, distinct = pd.factorize(cells)
    return codes.astype(np.int64), list(distinct)


# --- plain columns ---------------------------------------------------------------


def plain_column(column: Column) -> Column:
    """Give a column as lists of plain values: whole numbers without a fraction, NaN as null."""
    plain = dict(column)
    for name in ("n", "c"):
        if isinstance(column.get(name), np.ndarray):
            plain[name] = column[name].tolist()
    values = column["v"]
    if isinstance(values, pa.Array):
        plain["v"] = values.to_pylist()
    elif isinstance(values, np.ndarray):
        as_is = values.dtype == object or np.issubdtype(values.dtype, np.integer)
        plain["v"] = (
            values.tolist() if as_is else [plain_number(value) for value in values.tolist()]
        )
    return plain


def dict_column(values: pd.Series[Any]) -> Column:
    """Texts that repeat, each distinct one stored once, in order of appearance."""
    return plain_column(coded(values))


def raw_column(values: pd.Series[Any]) -> Column:
    """Texts or numbers as they are, missing and infinite as null, whole ones without a fraction."""
    numeric = pd.api.types.is_numeric_dtype(values.dtype)
    return plain_column(numbered(values) if numeric else worded(values))


def position_column(rows: Iterable[Sequence[int]]) -> Column:
    """Several positions in another table a row."""
    lists = [[int(position) for position in row] for row in rows]
    counts = [len(row) for row in lists]
    return {"t": "list", "v": None, "n": counts, "c": list(chain.from_iterable(lists))}


def day_number(date: object) -> int | None:
    """Whole days since 1970-01-01, or none for a missing date."""
    return None if pd.isna(date) else int((pd.Timestamp(date) - EPOCH).days)  # type: ignore[arg-type, call-overload]  # any date


def plain_number(number: float) -> float | None:
    """Give a number as JSON has it: whole ones without a fraction, what is not finite as null."""
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def split_lists(texts: pd.Series[Any]) -> list[list[str]]:
    """Split cells that hold several texts with ``;`` between them; of no text is an empty list."""
    codes, distinct = pd.factorize(texts.to_numpy(dtype=object))
    parts = [
        [part.strip() for part in text.split(schema.LIST_SEPARATOR) if part.strip()]
        for text in distinct
    ]
    return [parts[code] if code >= 0 else [] for code in codes.tolist()]
