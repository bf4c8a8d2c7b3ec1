"""Typed claims → plain values that read back as the same claims, whatever the format."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, TypeAlias

from geodata.io.read.cells import number_text
from geodata.schema import CLAIM_COLUMNS, NUMBER_COLUMNS, REQUIRED_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

Value: TypeAlias = str | int | float | None
Columns: TypeAlias = dict[str, list[Value]]

FLOATS: Final = (*NUMBER_COLUMNS, "latitude", "longitude")
INTEGERS: Final = ("where_precision",)
_NUMBERS: Final = frozenset({*FLOATS, *INTEGERS})
_ALWAYS: Final = frozenset({*REQUIRED_COLUMNS, "places", "country"})
# "1.234" may be a thousand or little more than one; a further zero leaves one reading.
_AMBIGUOUS: Final = re.compile(r"[0-9]{1,3}\.[0-9]{3}")


def claim_columns(claims: pd.DataFrame) -> Columns:
    """Return the values of claims by column of the claims table.

    Parameters
    ----------
    claims
        Typed claims, as `geodata.check_claims` gives them.

    Returns
    -------
    dict
        The columns that hold anything, and those that a claims table needs, in the order
        of `geodata.schema.CLAIM_COLUMNS`: texts, whole numbers as int, other numbers as
        float, ``None`` where nothing is known. A number that would read back as another
        is a text.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> columns = claim_columns(sample_claims().query("claim_id == 'tass-2023-02-north'"))
    >>> columns["value"], columns["modifier"], "reliability" in columns
    ([4000], ['up_to'], False)
    """
    columns: Columns = {}
    for name in CLAIM_COLUMNS:
        values = [_plain(value) for value in claims[name].to_numpy(dtype=object)]
        if name in NUMBER_COLUMNS:
            values = [_unambiguous(value) for value in values]
        columns[name] = values
    # A claim about countries by name is nationwide without saying so: 'nationwide' itself
    # goes with `country` alone.
    columns["extent"] = [
        None if extent == "nationwide" and places is not None else extent
        for extent, places in zip(columns["extent"], columns["places"], strict=True)
    ]
    return {
        name: values
        for name, values in columns.items()
        if name in _ALWAYS or any(value is not None for value in values)
    }


def claim_records(columns: Columns) -> list[dict[str, Value]]:
    """Return columns as records without their empty fields.

    >>> claim_records({"actor": ["ISKP", None], "value": [5, 6]})
    [{'actor': 'ISKP', 'value': 5}, {'value': 6}]
    """
    names = list(columns)
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in zip(*columns.values(), strict=True)
    ]


def value_text(value: Value) -> str:
    """Return a value as the text of a cell, numbers without an exponent.

    >>> value_text(6500), value_text(1e-7), value_text(None)
    ('6500', '0.0000001', '')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return number_text(value)
    return str(value)


def is_number(name: str) -> bool:
    """Whether a column of the claims table holds numbers.

    >>> is_number("value"), is_number("credibility")
    (True, False)
    """
    return name in _NUMBERS


def _plain(value: object) -> Value:
    if isinstance(value, str):
        return value
    if isinstance(value, float | int) and math.isfinite(value):
        return int(value) if float(value).is_integer() else float(value)
    return None


def _unambiguous(value: Value) -> Value:
    if isinstance(value, float) and _AMBIGUOUS.fullmatch(text := number_text(value)):
        return f"{text}0"
    return value
