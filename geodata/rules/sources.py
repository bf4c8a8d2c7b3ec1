"""Who speaks: the names of sources, folded so that each source is one.

The bodies that are known by several names stand in ``data/sources.csv`` (source, alias, lang):
"Islamic Emirate" and "Taliban government", "UN" and "ООН". They match on a folded key, never by
nearness, and only as a whole: a part of a body is another source, as UNAMA is not the UN.
Any other name is a source of its own, in which case and spacing do not count.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

import pandas as pd

from geodata.text.actors import fold

_TWO_NAMES: Final = re.compile(r"(.+?)\s*\((.+)\)\s*")
# No body has a longer name; to fold a long text costs time.
_LONGEST: Final = 120


def resolve_source(name: str) -> str | None:
    """Give the body that a name stands for; None where the table does not know it.

    A name with a second one behind it in brackets is known where both are names of one body.

    Examples
    --------
    >>> resolve_source("ООН"), resolve_source("Islamic Emirate"), resolve_source("UN (ООН)")
    ('United Nations', 'Taliban', 'United Nations')
    >>> resolve_source("Group 5"), resolve_source("UNAMA")
    (None, 'UNAMA')
    """
    if len(name) > _LONGEST:
        return None
    known = _bodies()
    found = known.get(fold(name))
    if found is None and (match := _TWO_NAMES.fullmatch(name)):
        first, second = (known.get(fold(part)) for part in match.groups())
        return first if first == second else None
    return found


def source_key(sources: pd.Series) -> pd.Series:
    """Fold names of sources so that no spelling, nor another name of one body, makes a second.

    Parameters
    ----------
    sources
        Names as given; missing stays missing.

    Returns
    -------
    Series
        With the index of ``sources``: a key, the same for all names of one source.

    Examples
    --------
    >>> source_key(pd.Series(["United  Nations", "UN", "ООН", "سازمان ملل"])).nunique()
    1
    >>> source_key(pd.Series(["UNAMA", "United Nations"])).nunique()
    2
    """
    distinct = sources.dropna().unique()
    folded = {
        name: " ".join((resolve_source(str(name)) or str(name)).split()).casefold()
        for name in distinct
    }
    return sources.map(folded)


def source_names(sources: pd.Series) -> pd.Series:
    """Name each source: a known body as the table has it, another as it is spelled.

    Examples
    --------
    >>> source_names(pd.Series(["ТАСС", "Group 5"])).tolist()
    ['TASS', 'Group 5']
    """
    distinct = sources.dropna().unique()
    return sources.map({name: resolve_source(str(name)) or name for name in distinct})


def joined_names(sources: pd.Series) -> dict[str, tuple[str, ...]]:
    """Give the bodies that several names among these stand for, and which, in order.

    Examples
    --------
    >>> joined_names(pd.Series(["UN", "ООН", "TASS", "un"]))
    {'United Nations': ('UN', 'ООН')}
    """
    found: dict[str, dict[str, str]] = {}
    for name in sources.dropna().unique():
        body = resolve_source(str(name))
        if body is not None:
            found.setdefault(body, {}).setdefault(" ".join(name.split()).casefold(), name)
    return {body: tuple(names.values()) for body, names in found.items() if len(names) > 1}


def source_aliases(sources: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Give the other names of each source that the table knows, in the table's order.

    Examples
    --------
    >>> source_aliases(["CSTO", "Group 5"])["CSTO"][-2:]
    ('سازمان پیمان امنیت جمعی', 'СААД')
    """
    wanted = set(sources)
    found: dict[str, list[str]] = {}
    for name, alias in _table():
        if name in wanted and name != alias:
            found.setdefault(name, []).append(alias)
    return {name: tuple(aliases) for name, aliases in found.items()}


@cache
def _bodies() -> dict[str, str]:
    return {fold(alias): name for name, alias in _table()}


@cache
def _table() -> tuple[tuple[str, str], ...]:
    path = files("geodata") / "data" / "sources.csv"
    with path.open(encoding="utf-8") as file:
        return tuple((row["source"], row["alias"]) for row in csv.DictReader(file))
