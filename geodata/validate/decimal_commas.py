"""Figures such as "1,250" in a file whose commas may be decimal marks, which mean two things.

A comma before three digits groups, as English writes it, unless the file tells otherwise:
another figure of it can only be a decimal comma ("0,75"), or its columns are separated by
semicolons, as programs do where the comma is the decimal mark. Then the figure is
ambiguous, and refused as "1.250" always is.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

import pandas as pd

from geodata import schema
from geodata.text.dates import plain_digits
from geodata.text.quoting import quoted

if TYPE_CHECKING:
    from geodata.validate.faults import Faults

# The Arabic signs for thousands and decimals are no commas, and have one meaning each.
_NUMBER: Final = re.compile(r"(?<![0-9.,])[0-9]+(?:[.,' ][0-9]+)*(?![0-9.,]*[0-9])")
_AMBIGUOUS: Final = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_COMMA_IS_DECIMAL: Final = re.compile(
    r"[0-9]+,[0-9]{1,2}|0,[0-9]+|[1-9][0-9]{0,2}(?:[. ][0-9]{3})+,[0-9]+"
)
_COMMA_GROUPS: Final = re.compile(
    r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}|[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+"
    r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
)
_DOT_IS_DECIMAL: Final = re.compile(r"[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|0\.[0-9]+")


def refuse_ambiguous_commas(
    given: pd.DataFrame, files: pd.Series, semicolons: Collection[str], faults: Faults
) -> pd.Series:
    """Note figures that are one thing with a decimal comma and another with one for thousands.

    Parameters
    ----------
    given
        The columns of numbers as texts.
    files
        The file of each row; each has its own way of writing numbers.
    semicolons
        Those of them whose columns are separated by semicolons.
    faults
        Takes what is ambiguous.

    Returns
    -------
    Series
        Which rows have such a figure.
    """
    cells = pd.concat(
        [
            pd.DataFrame({"file": files[held], "column": column, "cell": given.loc[held, column]})
            for column in schema.NUMBER_COLUMNS
            if (held := given[column].str.contains("[.,]").fillna(False).astype(bool)).any()
        ]
        or [pd.DataFrame(columns=["file", "column", "cell"])]
    )
    bad = pd.Series(data=False, index=given.index)
    for file, own in cells.groupby("file", sort=False):
        numbers = {cell: _NUMBER.findall(plain_digits(cell)) for cell in own["cell"].unique()}
        reason = _reason(numbers, semicolons=str(file) in semicolons)
        if reason is None:
            continue
        twofold = [cell for cell, found in numbers.items() if any(map(_AMBIGUOUS.fullmatch, found))]
        for column in own.loc[own["cell"].isin(twofold), "column"].unique():
            rows = (files == file) & given[column].isin(twofold)
            faults.error(
                rows,
                column,
                lambda cell, reason=reason: _said(cell, reason),  # type: ignore[misc] # mypy cannot infer a default's type
                suggest=_readings,
            )
            bad |= rows
    return bad


def _reason(numbers: dict[str, list[str]], *, semicolons: bool) -> str | None:
    """Say what makes commas of a file doubtful; ``None`` where they group, as elsewhere."""
    decimal = next(
        (cell for cell, found in numbers.items() if any(map(_COMMA_IS_DECIMAL.fullmatch, found))),
        None,
    )
    if decimal is not None:
        return f"{quoted(decimal)} in the same file has a decimal comma"
    english = any(
        _COMMA_GROUPS.fullmatch(number) or _DOT_IS_DECIMAL.fullmatch(number)
        for found in numbers.values()
        for number in found
    )
    if semicolons and not english:
        return "the columns are separated by semicolons, as where the comma is the decimal mark"
    return None


def _said(cell: str, reason: str) -> str:
    thousands, decimal = _readings(cell)
    return (
        f"{quoted(cell)} can be read as {thousands} or as {decimal}, since {reason}: "
        "write the one that is meant"
    )


def _readings(cell: str) -> tuple[str, str]:
    """Write a cell in the two ways that it can be read, each of which has one reading."""

    def decimal(found: re.Match[str]) -> str:
        text = found[0].replace(",", ".")
        return text.rstrip("0").rstrip(".") if _AMBIGUOUS.fullmatch(found[0]) else found[0]

    def whole(found: re.Match[str]) -> str:
        return found[0].replace(",", "") if _AMBIGUOUS.fullmatch(found[0]) else found[0]

    plain = plain_digits(cell)
    return _NUMBER.sub(whole, plain), _NUMBER.sub(decimal, plain)
