"""Claims → CSV, TSV and CSV with HXL hashtags, in which nothing is a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from geodata.io.datasets.hxl import TAGS
from geodata.io.formulas import marked
from geodata.io.write.values import is_number, value_text

if TYPE_CHECKING:
    from geodata.io.write.values import Columns


def csv_bytes(columns: Columns, *, separator: str = ",", tagged: bool = False) -> bytes:
    r"""Write a table as UTF-8, a record a line; ``tagged`` adds the row of HXL hashtags.

    Texts that a spreadsheet would run are marked (`geodata.io.formulas`).

    Examples
    --------
    >>> csv_bytes({"actor": ["ISKP"], "value": [5]}, tagged=True).decode().splitlines()
    ['actor,value', '#group+actor,#indicator+value', 'ISKP,5']
    """
    buffer = io.StringIO(newline="")
    # RFC 4180; with "\n" Python would leave a lone carriage return in a cell without quotes.
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    writer.writerow(columns)
    if tagged:
        writer.writerow([TAGS[name] for name in columns])
    cells = [
        [value_text(value) if is_number(name) else marked(value_text(value)) for value in values]
        for name, values in columns.items()
    ]
    writer.writerows(zip(*cells, strict=True))
    return buffer.getvalue().encode("utf-8")
