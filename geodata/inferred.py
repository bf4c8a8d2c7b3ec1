"""The day from which a claim without a date of report is visible (rule 5).

An event that nobody dated a report of was known on the day after it happened at the
earliest: that day stands in ``reported``, and the tag says that nobody published it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geodata.schema import LIST_SEPARATOR
from geodata.text.dates import LAST_YEAR, parse_dates

if TYPE_CHECKING:
    from collections.abc import Callable

REPORTED_INFERRED: Final = "reported-inferred"


def days_after(as_of: pd.Series) -> pd.Series:
    """Return the day after the last day of each date, as ISO text; missing where there is none.

    Parameters
    ----------
    as_of
        Dates in EDTF, missing ones and faulty ones among them.

    Examples
    --------
    >>> days_after(pd.Series(["2009-06-06", "2009-06", "soon"])).fillna("").tolist()
    ['2009-06-07', '2009-07-01', '']
    """
    after = parse_dates(as_of)["last"] + pd.Timedelta(days=1)
    known = after.notna() & (after.dt.year <= LAST_YEAR)
    return after.where(known).dt.strftime("%Y-%m-%d").astype("str")


def tagged(tags: pd.Series, rows: pd.Series) -> pd.Series:
    """Add the tag to the rows of a mask.

    >>> tagged(pd.Series(["acled", None, "a"], dtype="str"), pd.Series([1, 1, 0], dtype=bool))
    ... # doctest: +ELLIPSIS
    0    acled; reported-inferred
    1           reported-inferred
    2                           a
    dtype: str...
    """
    both = (tags + f"{LIST_SEPARATOR} {REPORTED_INFERRED}").fillna(REPORTED_INFERRED)
    return tags.mask(rows, both).astype("str")


def with_reports(
    frame: pd.DataFrame, happened: Callable[[pd.DataFrame], pd.Series] | None = None
) -> tuple[pd.DataFrame, pd.Series]:
    """Fill in ``reported`` where neither it nor ``stated`` is given.

    Parameters
    ----------
    frame
        Texts: any of ``reported``, ``stated``, ``as_of`` and ``tags``.
    happened
        Marks the rows whose ``as_of`` is a day on which something happened; by default all.

    Returns
    -------
    frame : DataFrame
        A new frame, its index kept.
    filled : Series of bool
        The rows that were filled in.
    """
    missing = pd.Series(pd.NA, index=frame.index, dtype="str")
    reported, stated, as_of, tags = (
        frame.get(name, missing) for name in ("reported", "stated", "as_of", "tags")
    )
    open_rows = reported.isna() & stated.isna() & as_of.notna()
    if happened is not None:
        open_rows &= happened(frame)
    day = pd.Series(pd.NA, index=frame.index, dtype="str")
    day[open_rows] = days_after(as_of[open_rows])
    filled = day.notna()
    if not filled.any():
        return frame, filled
    return frame.assign(reported=reported.fillna(day), tags=tagged(tags, filled)), filled
