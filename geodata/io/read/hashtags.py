"""Where the header of a table with a row of HXL hashtags stands, and how such rows are read."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from geodata.io.datasets import by_header
from geodata.io.datasets.hxl import is_tag, tag_record
from geodata.io.read.column_names import column_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_ROWS: Final = 25  # in which the standard looks for tags


def is_data_set(header: Iterable[str]) -> bool:
    """Whether names of columns are those of a published data set, tags aside.

    >>> is_data_set(["actor", "text"])
    False
    """
    return by_header(map(column_name, header)) is not None


def header_rows(records: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return which record is the header, and where the data begin, both counted from 0.

    The row of hashtags is the header, but for a data set's own, which stands above it.

    >>> header_rows([["Who", "Where"], ["#group", "#adm1"], ["ISKP", "Kunduz"]])
    (1, 2)
    >>> header_rows([["actor", "text"], ["ISKP", "Seen"]])
    (0, 1)
    """
    tags = tag_record(records)
    if tags is None:
        return 0, 1
    own = (at for at, record in enumerate(records[: tags - 1]) if is_data_set(record))
    return next(own, tags - 1), tags


def without_tags(rows: list[Any]) -> tuple[list[Any], int] | None:
    """Turn JSON that HXL knows into records, and say how many rows stood above them.

    Lists of cells below a row of tags, and objects of which the first holds the tags, become
    records by tag, or by the name that a data set's header gives; ``None`` for all else.

    >>> without_tags([["Who", "Where"], ["#group", "#adm1"], ["ISKP", "Kunduz"]])
    ([{'#group': 'ISKP', '#adm1': 'Kunduz'}], 2)
    >>> without_tags([{"who": "#group", "where": "#adm1"}, {"who": "ISKP", "where": "Kunduz"}])
    ([{'#group': 'ISKP', '#adm1': 'Kunduz'}], 1)
    """
    first = rows[0] if rows else None
    if isinstance(first, list):
        return _of_lists(rows)
    if not isinstance(first, dict) or not first:
        return None
    tags = {key: tag for key, tag in first.items() if isinstance(tag, str) and tag.strip()}
    if not tags or not all(map(is_tag, tags.values())) or all(map(is_tag, first)):
        return None
    if is_data_set(first):
        return rows[1:], 1
    renamed: list[Any] = [
        {tags.get(key, key): value for key, value in row.items() if key in tags}
        if isinstance(row, dict)
        else row
        for row in rows[1:]
    ]
    return renamed, 1


def _of_lists(rows: list[Any]) -> tuple[list[Any], int] | None:
    start = list(islice((row for row in rows if isinstance(row, list)), _MOST_ROWS))
    texts = [["" if cell is None else str(cell) for cell in row] for row in start]
    header, begin = header_rows(texts)
    if header == 0 and begin == 1 and tag_record(texts) is None and not is_data_set(texts[0]):
        return None
    names = texts[header]
    records: list[Any] = [
        {name: cell for name, cell in zip(names, row, strict=False) if name.strip()}
        if isinstance(row, list)
        else row
        for row in rows[begin:]
    ]
    return records, begin
