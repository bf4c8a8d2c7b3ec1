"""A frame that a notebook hands in → the raw frame."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import compress
from typing import TYPE_CHECKING, Any, Final

from geodata.io.datasets import near_miss, recognise
from geodata.io.read.cells import RefusedError, cell_text
from geodata.io.read.column_names import column_name
from geodata.io.read.columns import (
    Findings,
    RawTable,
    as_claims,
    known_columns,
    table_of_texts,
)
from geodata.io.read.limits import LIMITS
from geodata.schema import DERIVED_COLUMNS, PROVENANCE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

FRAME_NAME: Final = "<frame>"


def raw_from_frame(frame: pd.DataFrame, *, columns: Mapping[str, str] | None = None) -> RawTable:
    """Return the claims of a frame as texts, as `geodata.io.read.read_raw` does.

    Parameters
    ----------
    frame
        Columns of the claims table, under any index, with values of any usual
        type. What validation derives (``file``, ``row``, ``place_ids``, …) may
        be there and is left out.
    columns
        What the frame calls columns of the claims table, by their own names.

    Returns
    -------
    RawTable
        ``file`` is ``<frame>``, and ``row`` the position counted from 1.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"actor": ["ISKP"], "text": ["Seen"], "country": ["AFG"]})
    >>> raw_from_frame(frame.assign(value=5.0)).frame[["value", "row"]].to_dict("records")
    [{'value': '5', 'row': 1}]
    """
    # A frame is in memory already, and its author's own.
    limits = replace(LIMITS, memory=sys.maxsize)
    findings = Findings(FRAME_NAME, limits=limits, mapping=dict(columns or {}))
    ours = {*PROVENANCE_COLUMNS}
    names = [column_name(str(name)) for name in frame.columns]
    if recognise(names) is None and near_miss(names) is None:  # UCDP has `low` and `high`
        ours |= {*DERIVED_COLUMNS}
    header = ["" if column_name(str(name)) in ours else str(name) for name in frame.columns]
    try:
        positions = known_columns(header, findings, row=None)
    except RefusedError as refusal:
        return findings.refuse(refusal)
    values = {name: frame.iloc[:, position] for name, position in positions.items()}
    return as_claims(table_of_values(values, list(range(1, len(frame) + 1)), findings))


def table_of_values(
    values: Mapping[str, Iterable[Any]], rows: list[int], findings: Findings
) -> RawTable:
    """Build the raw frame from values of any type; rows with a value that has no text are left out.

    Rows in which nothing stands are left out too, without a word.
    """
    columns: dict[str, list[str | None]] = {}
    bad: set[int] = set()
    for name, column in values.items():
        cells = list(column)
        if set(map(type, cells)) <= {str}:
            columns[name] = cells
            continue
        texts: list[str | None] = []
        for row, value in zip(rows, cells, strict=True):
            try:
                texts.append(value if type(value) is str else cell_text(value))
            except RefusedError as refusal:
                texts.append(None)
                bad.add(row)
                findings.error(refusal.message, row=row, column=name, value=refusal.value)
        columns[name] = texts
    filled = [
        row not in bad and any(text and not text.isspace() for text in texts)
        for row, texts in zip(rows, zip(*columns.values(), strict=True), strict=True)
    ]
    if all(filled):
        return table_of_texts(columns, rows, findings)
    kept = {name: list(compress(texts, filled)) for name, texts in columns.items()}
    return table_of_texts(kept, list(compress(rows, filled)), findings)
