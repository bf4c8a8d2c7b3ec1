"""Data sets of the field, known by their columns, and turned into claims as published.

UCDP GED, ACLED, GTD and tables with HXL tags are recognised by `recognise`, which the
readers ask of every header; STIX bundles are read by `geodata.io.datasets.stix`. Each
data set has a module of its own, which says what becomes of its columns and cites the
codebook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geodata.io.datasets import acled, gtd, hxl, ucdp
from geodata.io.datasets.base import STATED_UNIT, Converted, DataSet
from geodata.schema import REQUIRED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["STATED_UNIT", "Converted", "DataSet", "recognise"]

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
    if names.issuperset(REQUIRED_COLUMNS):
        return None
    for data_set in _DATA_SETS:
        if data_set.required <= names:
            return data_set
    return hxl.recognise(names)
