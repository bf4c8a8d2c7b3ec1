"""Names of columns: how they are compared, what others call them, and a map that is proposed.

`proposed_map` makes a map of a header in which other names of the same things are found;
whether "group" means the actor is for the user to say, so that a proposal is printed, and
never applied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import pandas as pd
import yaml
from rapidfuzz import fuzz, process

from geodata.schema import CLAIM_COLUMNS

_NEAR: Final = 70.0  # rapidfuzz ratio from which a column's name is worth suggesting
_LONGEST: Final = 200  # characters of a header that a proposal repeats


def column_name(name: str) -> str:
    """Return a column's name as the claims table writes it.

    >>> column_name(" Speaker-Role ")
    'speaker_role'
    """
    return re.sub(r"[\s\-_\u2010-\u2015]+", "_", name.strip("\ufeff\u200b \t\r\n").casefold())


def suggest_columns(name: str) -> tuple[str, ...]:
    """Return the columns of the claims table that ``name`` may mean, nearest first.

    >>> suggest_columns("speakerrole")
    ('speaker_role', 'speaker')
    """
    other = _other_names().get(name)
    if other is not None:
        return (other,)
    near = process.extract(
        name[:100], CLAIM_COLUMNS, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=2
    )
    return tuple(str(match[0]) for match in near)


def proposed_map(header: Iterable[str]) -> dict[str, str]:
    """Map columns of a file that look like those of the claims table; others are left out.

    >>> proposed_map(["Armed group", "Statement", "Province", "country", "Colour"])
    {'actor': 'Armed group', 'text': 'Statement', 'places': 'Province'}
    """
    names = [name for name in header if name.strip() and len(name) <= _LONGEST]
    known = {column_name(name) for name in names} & set(CLAIM_COLUMNS)
    found: dict[str, str] = {}
    for name in names:
        near = suggest_columns(column_name(name))
        if near and column_name(name) not in known and near[0] not in known | found.keys():
            found[near[0]] = " ".join(name.split())
    return dict(sorted(found.items(), key=lambda pair: CLAIM_COLUMNS.index(pair[0])))


def map_text(mapping: Mapping[str, str]) -> str:
    """Write a map as the file that `read_column_map` reads.

    >>> print(map_text({"actor": "Armed group", "note": "no"}), end="")
    actor: Armed group
    note: 'no'
    """
    return str(yaml.safe_dump(dict(mapping), allow_unicode=True, sort_keys=False, width=10_000))


@cache
def _other_names() -> dict[str, str]:
    """Return the table of names that other tables give to these columns, read once."""
    with (files("geodata") / "data" / "column_names.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="str")
    return dict(zip(table["name"], table["column"], strict=True))
