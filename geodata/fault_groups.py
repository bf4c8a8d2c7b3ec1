"""Many rows of which the same is to be said → one line that names the rows.

A report keeps a fault a row, for tools; a person wants to read a thing once. Errors are
what has to be mended, so that a line of them names every row; a line of warnings names
the first ones.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geodata.report import Fault

LEAST: Final = 4  # faults from which they are told together
MOST_SHOWN: Final = 12  # rows, or runs of rows, that a line names


def grouped(
    faults: Iterable[Fault], *, least: int = LEAST, most_shown: int | None = MOST_SHOWN
) -> list[Fault]:
    """Put faults together that say the same of rows of one file.

    Parameters
    ----------
    faults
        In the order in which they are told.
    least
        How many of them are told as one.
    most_shown
        How many rows, or runs of rows, a line names; ``None`` for all of them.

    Returns
    -------
    list of Fault
        Where at least that many share file, column and message, the first of them,
        whose message ends with how many rows they are, and which.

    Examples
    --------
    >>> from geodata.report import Fault
    >>> faults = [Fault("a.csv", row, "lang", "xx", "is no language") for row in (2, 3, 4, 9)]
    >>> print(*grouped(faults))
    a.csv:2: lang: is no language (4 rows: 2-4, 9)
    """
    alike: dict[tuple[str, str | None, str], list[Fault]] = defaultdict(list)
    for fault in faults:
        alike[fault.file, fault.column, fault.message].append(fault)
    told: list[Fault] = []
    for group in alike.values():
        rows = [fault.row for fault in group if fault.row is not None]
        if len(group) < least or not rows:
            told += group
            continue
        message = f"{group[0].message} ({len(rows):,} rows: {_ranges(rows, most_shown)})"
        told.append(replace(group[0], message=message))
    return told


def _ranges(rows: list[int], most_shown: int | None) -> str:
    """Name rows as runs: 2-4, 9."""
    runs: list[list[int]] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    shown = [f"{first}-{last}" if last > first else str(first) for first, last in runs]
    cut = most_shown is not None and len(shown) > most_shown
    return ", ".join(shown[:most_shown]) + (", …" if cut else "")
