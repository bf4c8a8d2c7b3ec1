"""Collects the faults of a table: one `Fault` a row, in the order of the rows.

Checks work on whole columns; this module turns what they found, a mask or a
series of messages, into faults that know their file, row and offending value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import pandas as pd

from geodata.report import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

Message: TypeAlias = "str | Callable[[str], str] | pd.Series"

LONGEST_VALUE: Final = 200


class Faults:
    """Errors and warnings about the rows of one raw frame.

    Parameters
    ----------
    raw
        The frame that is checked: columns ``file`` and ``row`` say where a row stands.
    """

    def __init__(self, raw: pd.DataFrame) -> None:
        self._raw = raw
        self._found: list[tuple[int, bool, Fault]] = []

    def error(
        self,
        rows: pd.Series,
        column: str,
        message: Message,
        *,
        values: pd.Series | None = None,
        suggest: Callable[[str], tuple[str, ...]] | None = None,
    ) -> None:
        """Add an error for each row where the mask ``rows`` is true.

        ``message`` is a text, makes one of the row's value, or holds one for each row;
        ``values`` are what is reported where it is not the raw column.
        """
        self._add(rows, column, message, values, suggest, is_error=True)

    def warning(
        self,
        rows: pd.Series,
        column: str,
        message: Message,
        *,
        values: pd.Series | None = None,
        suggest: Callable[[str], tuple[str, ...]] | None = None,
    ) -> None:
        """Add a warning for each row where the mask ``rows`` is true; see `error`."""
        self._add(rows, column, message, values, suggest, is_error=False)

    def places(self, rows: pd.Series, keys: pd.Series) -> dict[str, str]:
        """Return, for each key of the rows in the mask, where it stands first: ``FILE:ROW``."""
        chosen = self._raw.loc[rows, ["file", "row"]].assign(key=keys[rows]).drop_duplicates("key")
        return {key: f"{file}:{row}" for file, row, key in chosen.itertuples(index=False)}

    def lists(self) -> tuple[list[Fault], list[Fault]]:
        """Return errors and warnings, each by row, then as they were found."""
        ordered = sorted(self._found, key=lambda found: found[0])
        errors = [fault for _, is_error, fault in ordered if is_error]
        warnings = [fault for _, is_error, fault in ordered if not is_error]
        return errors, warnings

    def _add(
        self,
        rows: pd.Series,
        column: str,
        message: Message,
        values: pd.Series | None,
        suggest: Callable[[str], tuple[str, ...]] | None,
        *,
        is_error: bool,
    ) -> None:
        mask = rows.to_numpy(dtype=bool)
        if not mask.any():
            return
        positions = mask.nonzero()[0]
        given = self._values(column) if values is None else values
        texts = message.to_numpy(dtype=object) if isinstance(message, pd.Series) else None
        files = self._raw["file"].to_numpy(dtype=object)[mask]
        numbers = self._raw["row"].to_numpy(dtype=object)[mask]
        made: dict[str, str] = {}
        suggested: dict[str, tuple[str, ...]] = {}
        for position, file, number, value in zip(
            positions, files, numbers, given.to_numpy(dtype=object)[mask], strict=True
        ):
            text = "" if pd.isna(value) else str(value)
            # Rows that share a value share its message: 100,000 rows cost one look-up each.
            if text not in made:
                made[text] = self._said(message, text)
                suggested[text] = suggest(text) if suggest else ()
            fault = Fault(
                str(file),
                None if pd.isna(number) else int(number),
                column,
                text[:LONGEST_VALUE] or None,
                made[text] if texts is None else str(texts[position]),
                suggested[text],
            )
            self._found.append((int(position), is_error, fault))

    @staticmethod
    def _said(message: Message, text: str) -> str:
        if isinstance(message, pd.Series):
            return ""  # each row has its own
        return message if isinstance(message, str) else message(text)

    def _values(self, column: str) -> pd.Series:
        if column in self._raw.columns:
            return self._raw[column]
        return pd.Series(pd.NA, index=self._raw.index, dtype="str")
