"""Names of columns: how they are compared, what others call them, and a map that is proposed.

`proposed_map` makes a map of a header in which other names of the same things are found;
whether "group" means the actor is for the user to say, so that a proposal is printed, and
never applied.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import pandas as pd
import yaml
from rapidfuzz import fuzz, process

from geodata.schema import CLAIM_COLUMNS, REQUIRED_COLUMNS
from geodata.text.quoting import quoted

_NEAR: Final = 70.0  # rapidfuzz ratio from which a column's name is worth suggesting
_NEAR_OTHER: Final = 85.0  # the same for the other names, of which there are many
_SAME: Final = 100.0
_SHORTEST_MISSPELT: Final = 5
_MOST_TOLD: Final = 12  # columns in a comment
_FIRST: Final = (*REQUIRED_COLUMNS, "places")  # without these there is no claim
_LONGEST: Final = 200  # characters of a header that a proposal repeats


def column_name(name: str) -> str:
    """Return a column's name as the claims table writes it.

    >>> column_name(" Speaker-Role ")
    'speaker_role'
    """
    return re.sub(r"[\s\-_\u2010-\u2015]+", "_", name.strip("\ufeff\u200b \t\r\n").casefold())


def suggest_columns(name: str) -> tuple[str, ...]:
    """Return the columns of the claims table that ``name`` may mean, nearest first.

    >>> suggest_columns("speakerrole"), suggest_columns("provnce")
    (('speaker_role', 'speaker'), ('places',))
    """
    return tuple(_nearness(name))[:2]


class Proposal(dict[str, str]):
    """A map of columns that is proposed, and what it leaves open.

    ``missing`` names required columns that nothing in the file looks like, and ``unread`` the
    columns of the file that look like none.
    """

    def __init__(
        self,
        mapping: Mapping[str, str],
        *,
        missing: tuple[str, ...] = (),
        unread: tuple[str, ...] = (),
    ) -> None:
        super().__init__(mapping)
        self.missing = missing
        self.unread = unread


def proposed_map(header: Iterable[str]) -> Proposal:
    """Map columns of a file that look like those of the claims table; others are left out.

    >>> proposed_map(["Armed group", "Statement", "Province", "country", "Colour"])
    {'actor': 'Armed group', 'text': 'Statement', 'places': 'Province'}
    """
    names = [name for name in dict.fromkeys(header) if name.strip() and len(name) <= _LONGEST]
    known = {column_name(name) for name in names} & set(CLAIM_COLUMNS)
    near = {
        name: scores
        for name in names
        if column_name(name) not in known and (scores := _nearness(column_name(name)))
    }
    # Without these no row is a claim, so that they choose first: "Statment" is the text, even
    # where `stated` is near to it too.
    wanted = {target: max(near, key=lambda name: near[name].get(target, 0.0), default="")
              for target in _FIRST if target not in known}  # fmt: skip
    found: dict[str, str] = {}
    for target, name in wanted.items():
        if near.get(name, {}).get(target) and name not in found.values():
            found[target] = name
    firsts = {name: next(iter(scores)) for name, scores in near.items()}
    for name in sorted(firsts, key=lambda name: -near[name][firsts[name]]):
        if firsts[name] not in known | found.keys() and name not in found.values():
            found[firsts[name]] = name
    ordered = sorted(found.items(), key=lambda pair: CLAIM_COLUMNS.index(pair[0]))
    taken = {*found.values(), *(name for name in names if column_name(name) in known)}
    return Proposal(
        {target: " ".join(name.split()) for target, name in ordered},
        missing=missing_columns(known | found.keys()),
        unread=tuple(name for name in names if name not in taken),
    )


def missing_columns(present: Collection[str]) -> tuple[str, ...]:
    """Name, as a message does, the required columns that are not among some.

    >>> missing_columns({"actor", "country"})
    ("'text'",)
    """
    missing = [repr(name) for name in REQUIRED_COLUMNS if name not in present]
    if not ({"places", "country"} & set(present) or {"latitude", "longitude"} <= set(present)):
        missing.append("'places', 'country', or 'latitude' and 'longitude'")
    return tuple(missing)


def map_text(mapping: Mapping[str, str]) -> str:
    """Write a map as the file that `read_column_map` reads, with what it leaves open as comments.

    >>> print(map_text({"actor": "Armed group", "note": "no"}), end="")
    actor: Armed group
    note: 'no'
    >>> print(map_text(proposed_map(["Group", "country", "Colour"])), end="")
    # Required, and no column looks like it: 'text'
    # Not mapped: 'Colour'
    actor: Group
    """
    comments = ""
    if isinstance(mapping, Proposal):
        if mapping.missing:
            missing = "; ".join(mapping.missing)
            comments += f"# Required, and no column looks like it: {missing}\n"
        if mapping.unread:
            more = f" and {len(mapping.unread) - _MOST_TOLD:,} more"
            unread = ", ".join(map(quoted, mapping.unread[:_MOST_TOLD]))
            comments += (
                f"# Not mapped: {unread}{more if len(mapping.unread) > _MOST_TOLD else ''}\n"
            )
    text = yaml.safe_dump(dict(mapping), allow_unicode=True, sort_keys=False, width=10_000)
    return f"{comments}{text}"


def _nearness(name: str) -> dict[str, float]:
    """Return how near a name is to columns of the claims table, the nearest first."""
    others = _other_names()
    if name in others:
        return {others[name]: 2 * _SAME}
    scores: dict[str, float] = defaultdict(float)
    near = process.extract(
        name[:100], CLAIM_COLUMNS, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=2
    )
    misspelt = process.extract(
        name[:100], _long_names(), scorer=fuzz.ratio, score_cutoff=_NEAR_OTHER, limit=2
    )
    for column, score in [
        *((column, score) for column, score, _ in near),
        *((others[other], score) for other, score, _ in misspelt),
    ]:
        scores[column] = max(scores[column], score)
    return dict(sorted(scores.items(), key=lambda pair: -pair[1]))


@cache
def _long_names() -> tuple[str, ...]:
    """Return the other names that are long enough to be known when they are misspelt."""
    return tuple(name for name in _other_names() if len(name) >= _SHORTEST_MISSPELT)


@cache
def _other_names() -> dict[str, str]:
    """Return the table of names that other tables give to these columns, read once."""
    with (files("geodata") / "data" / "column_names.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="str")
    return dict(zip(table["name"], table["column"], strict=True))
