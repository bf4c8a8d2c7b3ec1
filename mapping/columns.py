"""Frame columns → the compact columns that the page carries.

A column is a small dictionary. ``t`` is its type: ``dict`` holds distinct values
``v`` and a code ``c`` for each row (-1 = missing); ``raw`` holds a value ``v`` for
each row; ``list`` holds how many values ``n`` each row has and their codes ``c``
in one flat list, codes of ``v`` or, where ``v`` is null, positions in a table.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geodata import schema

Column = dict[str, Any]

EPOCH = pd.Timestamp("1970-01-01")


def dict_column(values: pd.Series[Any]) -> Column:
    """Texts that repeat, each distinct one stored once, in order of appearance."""
    codes, distinct = pd.factorize(values)
    return {"t": "dict", "v": [str(value) for value in distinct], "c": codes.tolist()}


def raw_column(values: pd.Series[Any]) -> Column:
    """Texts or numbers as they are, missing and infinite as null, whole ones without a fraction."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        return {"t": "raw", "v": [_plain(number) for number in numbers.tolist()]}
    texts = values.to_numpy(dtype=object)  # cell by cell Arrow is a hundred times as slow
    return {"t": "raw", "v": [value if isinstance(value, str) else None for value in texts]}


def day_column(dates: pd.Series[Any]) -> Column:
    """Dates as whole days since 1970-01-01, missing as null."""
    days = ((dates - EPOCH) // pd.Timedelta(days=1)).to_numpy(dtype=float, na_value=np.nan)
    return {"t": "raw", "v": [_plain(day) for day in days.tolist()]}


def list_column(rows: Iterable[Sequence[str]]) -> Column:
    """Several texts a row."""
    distinct: dict[str, int] = {}
    counts: list[int] = []
    codes: list[int] = []
    for row in rows:
        counts.append(len(row))
        codes.extend(distinct.setdefault(value, len(distinct)) for value in row)
    return {"t": "list", "v": list(distinct), "n": counts, "c": codes}


def position_column(rows: Iterable[Sequence[int]]) -> Column:
    """Several positions in another table a row."""
    counts: list[int] = []
    codes: list[int] = []
    for row in rows:
        counts.append(len(row))
        codes.extend(int(position) for position in row)
    return {"t": "list", "v": None, "n": counts, "c": codes}


def day_number(date: object) -> int | None:
    """Whole days since 1970-01-01, or none for a missing date."""
    return None if pd.isna(date) else int((pd.Timestamp(date) - EPOCH).days)  # type: ignore[arg-type, call-overload]  # any date


def _plain(number: float) -> float | None:
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def split_lists(texts: pd.Series[Any]) -> list[list[str]]:
    """Split cells that hold several texts with ``;`` between them; of no text is an empty list."""
    return [
        [part.strip() for part in text.split(schema.LIST_SEPARATOR) if part.strip()]
        if isinstance(text, str)
        else []
        for text in texts.to_numpy(dtype=object)  # cell by cell Arrow is a hundred times as slow
    ]
