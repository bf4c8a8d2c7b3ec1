"""Data sets of the field, known by their columns, and turned into claims as published.

UCDP GED, ACLED, GTD and tables with HXL tags are recognised by `recognise`, which the
readers ask of every header: by its own names before its tags, since HDX publishes these
data sets with a row of tags below the header. STIX bundles are read by
`geodata.io.datasets.stix`. Each data set has a module of its own, which says what becomes of
its columns and cites the codebook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geodata.io.datasets import acled, gtd, hxl, ucdp
from geodata.io.datasets.base import STATED_UNIT, Converted, DataSet
from geodata.schema import REQUIRED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["STATED_UNIT", "Converted", "DataSet", "by_header", "near_miss", "recognise"]

_MOST_MISSING: Final = 0.4  # of the columns that tell a data set
_DATA_SETS: Final = (ucdp.DATA_SET, acled.DATA_SET, gtd.DATA_SET)


def recognise(columns: Iterable[str]) -> DataSet | None:
    """Return the data set that a table is by its columns; ``None`` where it is none.

    Parameters
    ----------
    columns
        Names of columns in lower case, with ``_`` for spaces, or HXL tags. A table
        that has the columns which a claim needs is a claims table.

    Examples
    --------
    >>> recognise(["actor", "text", "places"]) is None
    True
    >>> ged = ["id", "type_of_violence", "side_a", "side_b", "where_prec", "date_prec",
    ...        "date_start", "date_end", "latitude", "longitude", "best", "low", "high"]
    >>> recognise(ged).name
    'UCDP GED'
    """
    names = set(columns)
    return by_header(names) or (
        None if names.issuperset(REQUIRED_COLUMNS) else hxl.recognise(names)
    )


def by_header(columns: Iterable[str]) -> DataSet | None:
    """Return the data set whose own columns a table has; hashtags tell none.

    >>> by_header(["#group", "#adm1"]) is None
    True
    """
    names = set(columns)
    if names.issuperset(REQUIRED_COLUMNS):
        return None
    return next((one for one in _DATA_SETS if one.required <= names), None)


def near_miss(columns: Iterable[str]) -> tuple[str, tuple[str, ...]] | None:
    """Return the data set that a table nearly is, and the columns that it lacks for that.

    >>> gtd_without = ["eventid", "iyear", "imonth", "iday", "country_txt", "latitude",
    ...                "longitude", "gname", "nkill"]
    >>> near_miss(gtd_without)
    ('GTD', ('specificity',))
    """
    names = set(columns)
    for data_set in _DATA_SETS:
        missing = sorted(data_set.required - names)
        if 0 < len(missing) <= len(data_set.required) * _MOST_MISSING:
            return data_set.name, tuple(missing)
    return None
