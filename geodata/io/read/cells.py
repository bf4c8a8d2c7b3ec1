"""Values of any type → the texts of cells, and what is no text.

Everything that is read becomes text first, whatever type a format gave it: a
later step, which knows the column, makes numbers and dates of it again.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geodata.schema import LIST_SEPARATOR
from geodata.text.quoting import quoted, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_EXACT: Final = 1e15  # below it, a whole float is that whole number


class RefusedError(Exception):
    """A file, or a cell, that cannot be read; never leaves the readers."""

    def __init__(
        self,
        message: str,
        *,
        row: int | None = None,
        value: str | None = None,
        suggestions: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.value = value
        self.suggestions = suggestions


def number_text(number: float) -> str:
    """Return the shortest plain text of a number, without an exponent.

    >>> number_text(6500.0), number_text(0.1), number_text(1e21)
    ('6500', '0.1', '1000000000000000000000')
    """
    if not math.isfinite(number):
        return str(number)
    if number.is_integer() and abs(number) < _EXACT:
        return str(int(number))
    text = format(Decimal(repr(float(number))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell_text(value: Any) -> str | None:  # noqa: ANN401 - a cell may hold anything
    """Return the text of one cell; ``None`` where it holds nothing.

    Numbers become their shortest text, days ISO 8601, lists ``a; b``.

    Raises
    ------
    RefusedError
        The cell holds something that is not text, a number, a day or a list of these.

    >>> cell_text(["Kunduz", "Takhar"]), cell_text(6500.0), cell_text(None)
    ('Kunduz; Takhar', '6500', None)
    """
    if isinstance(value, BadLiteral):
        raise RefusedError(value.reason, value=shortened(value.literal))
    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        return _list_text(value)
    return _scalar_text(value)


def _list_text(values: Iterable[Any]) -> str | None:
    texts: list[str] = []
    for value in values:
        if isinstance(value, list | tuple | dict | set | frozenset | np.ndarray):
            msg = f"{quoted(value)} is a list or object within a list: write texts in one list"
            raise RefusedError(msg, value=shortened(value))
        text = cell_text(value)
        if text and text.strip():
            texts.append(text.strip())
    return f"{LIST_SEPARATOR} ".join(texts) or None


def _scalar_text(value: Any) -> str | None:  # noqa: ANN401, PLR0911 - one return a type
    if isinstance(value, str):
        return str(value)
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return None if math.isnan(value) else number_text(float(value))
    if isinstance(value, Decimal):
        return None if value.is_nan() else format(value, "f")
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, np.datetime64):
        return _scalar_text(pd.Timestamp(value))
    msg = (
        f"{quoted(value)} is {_kind_of(value)}: a field of a claim holds a text, a number, "
        "a date, or a list of these"
    )
    raise RefusedError(msg, value=shortened(value))


def _kind_of(value: object) -> str:
    return "an object" if isinstance(value, dict) else f"a value of type {type(value).__name__!r}"


@dataclass(frozen=True)
class BadLiteral:
    """A literal that a parser let through and that no cell may hold."""

    literal: str
    reason: str

    def __str__(self) -> str:
        """Return the literal, as messages quote it."""
        return self.literal


def clean_texts(texts: Sequence[str | None] | pa.Array) -> pa.Array:
    """Strip texts; an empty one becomes null."""
    array = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.large_string())
    array = pc.utf8_trim_whitespace(array)
    return pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.large_string()), array)


def unreadable(text: str) -> str | None:
    """Name what keeps a text from being stored as UTF-8 text, if anything does."""
    if "\0" in text:
        return "a NUL character"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "half of a surrogate pair"
    return None
