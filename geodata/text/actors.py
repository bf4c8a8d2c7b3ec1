"""Actor names → the actors that they mean, and units → what may be compared.

The names stand in ``data/actors.csv`` (actor, alias, lang), the units in
``data/units.csv`` (unit, family). Names match on a folded key, never by
nearness: what is only near is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

import pandas as pd
from rapidfuzz import fuzz, process

from geodata.schema import LIST_SEPARATOR, UNSPECIFIED_ACTOR
from geodata.text.folding import fold_letters
from geodata.text.quoting import quoted

NEAR: Final = 90  # per cent of rapidfuzz's ratio, from which a name looks misspelt
# Each look at what is near costs a scan of all aliases; a table with more unknown
# names than this is not one with misspellings.
MOST_UNKNOWN: Final = 5_000

_TWO_NAMES: Final = re.compile(r"(.+?)\s*(?:\((.+)\)|/\s*(.+))\s*")
_ACRONYM: Final = re.compile(r"([^\W\d][\w.\-'’]{0,11}):\s+(.+)")
_OTHER_SEPARATORS: Final = re.compile(r"\s*[,،&+/|\n]\s*|\s+(?:and|и|و)\s+", re.IGNORECASE)


def fold(name: str) -> str:
    """Return the key on which names are the same.

    Case, accents, spaces, hyphens and apostrophes do not count, nor "the" before a
    name, nor which of two look-alike Arabic and Persian letters is used.

    Examples
    --------
    >>> fold("al-Qaʼida") == fold("Al Qaida")
    True
    """
    key = fold_letters(name).removeprefix("the ").replace(" ", "")
    return key or name.casefold()


def resolve_actor(name: str) -> str | None:
    """Return the actor that a name stands for; None where the table does not know it.

    A name with a second one behind it, in brackets or after a slash, is known where
    both are names of one actor: "Tehrik-i-Taliban Pakistan (TTP)". So is a name behind its
    acronym, as ACLED writes "NRF: National Resistance Front", unless the acronym is that of
    another; and an unspecified group of a country.

    Examples
    --------
    >>> resolve_actor("ISIL-K"), resolve_actor("Pakistani Taliban")
    ('ISKP', 'TTP')
    >>> resolve_actor("NRF: National Resistance Front"), resolve_actor("TTP: Resistance Front")
    ('NRF', None)
    """
    known = _aliases()
    found = known.get(fold(name))
    if found is not None:
        return found
    if match := _ACRONYM.fullmatch(name):
        full = known.get(fold(match[2]))
        return full if known.get(fold(match[1]), full) == full else None
    if match := _TWO_NAMES.fullmatch(name):
        first = known.get(fold(match[1]))
        second = known.get(fold(match[2] or match[3]))
        nobody = first == UNSPECIFIED_ACTOR and second is None
        return first if first == second or nobody else None
    return None


def resolve_actors(names: pd.Series) -> pd.Series:
    """Return the actors of each cell of a column; each distinct cell is read once.

    Parameters
    ----------
    names
        Names as given, with ``;`` between several.

    Returns
    -------
    Series
        With the index of ``names``: tuples of actors, without repeats. An unknown
        name is an actor of its own, spelt as where it was first seen.

    Examples
    --------
    >>> resolve_actors(pd.Series(["Al Qaeda; Pakistani Taliban", "Group 5", "GROUP-5"])).tolist()
    [('Al-Qaeda', 'TTP'), ('Group 5',), ('Group 5',)]
    """
    first_spelling: dict[str, str] = {}
    found: dict[str, tuple[str, ...]] = {}
    for cell in names.dropna().unique():
        actors = []
        for name in split_names(cell):
            spelling = first_spelling.setdefault(fold(name), name)
            actors.append(resolve_actor(name) or spelling)
        found[cell] = tuple(dict.fromkeys(actors))
    values = [found.get(cell, ()) for cell in names.to_numpy(dtype=object)]
    return pd.Series(values, index=names.index, dtype="object", name="actor_ids")


def split_names(cell: str) -> list[str]:
    """Split a cell at ``;``, with spaces tidied and empty parts left out."""
    parts = (" ".join(part.split()) for part in cell.split(LIST_SEPARATOR))
    return [part for part in parts if part]


def actor_aliases(actors: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the other names of each actor that the table knows, in the table's order.

    Examples
    --------
    >>> "Daesh Khorasan" in actor_aliases(["ISKP", "Group 5"])["ISKP"]
    True
    """
    table = _table("actors.csv")
    wanted = table[table["actor"].isin(list(actors)) & (table["alias"] != table["actor"])]
    grouped = wanted.groupby("actor", sort=False)["alias"]
    return {str(actor): tuple(dict.fromkeys(aliases)) for actor, aliases in grouped}


def doubtful_actors(names: pd.Series) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the cells whose unknown names may be meant otherwise, and why.

    Parameters
    ----------
    names
        Names as given, with ``;`` between several.

    Returns
    -------
    dict
        Cell → a sentence and what may have been meant: a known name that is very
        near, or several known ones that a comma or "and" separates.

    Examples
    --------
    >>> doubtful_actors(pd.Series(["Jamaat Ansarulah"]))["Jamaat Ansarulah"][1]
    ('Jamaat Ansarullah',)
    """
    doubts: dict[str, tuple[str, tuple[str, ...]]] = {}
    looked_at: dict[str, tuple[str, tuple[str, ...]] | None] = {}
    for cell in names.dropna().unique():
        for name in split_names(cell):
            if resolve_actor(name) is not None:
                continue
            if name not in looked_at:
                if len(looked_at) >= MOST_UNKNOWN:
                    return doubts
                looked_at[name] = _doubt(name)
            doubt = looked_at[name]
            if doubt is not None:
                doubts.setdefault(cell, doubt)
    return doubts


def unit_families(units: pd.Series) -> pd.Series:
    """Return the family of each unit: what may be compared with what.

    Parameters
    ----------
    units
        Units as given; missing stays missing.

    Returns
    -------
    Series
        With the index of ``units``, dtype str: fighters, militants and members are
        ``fighters``; a unit that no family takes is its own, in lower case.

    Examples
    --------
    >>> unit_families(pd.Series(["Militants", "fighters and family members", "drones"])).tolist()
    ['fighters', 'fighters and family members', 'drones']
    """
    known = _units()
    found = {
        unit: known.get(fold(unit), " ".join(unit.casefold().split()))
        for unit in units.dropna().unique()
    }
    return units.map(found).astype("str").rename("unit_family")


@cache
def unit_wholes(family: str) -> tuple[str, ...]:
    """Return a unit family and those that contain it: what it counts, they count too.

    Examples
    --------
    >>> unit_wholes("fighters")
    ('fighters', 'fighters and family members')
    >>> unit_wholes("camps")
    ('camps',)
    """
    table = _table("unit_parts.csv")
    found, ahead = {family}, [family]
    while ahead:
        wider = set(table.loc[table["part"] == ahead.pop(), "family"]) - found
        found |= wider
        ahead += sorted(wider)
    return (family, *sorted(found - {family}))


@cache
def _aliases() -> dict[str, str]:
    table = _table("actors.csv")
    return dict(zip(table["alias"].map(fold), table["actor"], strict=True))


@cache
def _spellings() -> dict[str, str]:
    """Return how each folded alias is spelt where it stands first."""
    table = _table("actors.csv").iloc[::-1]
    return dict(zip(table["alias"].map(fold), table["alias"], strict=True))


@cache
def _units() -> dict[str, str]:
    table = _table("units.csv")
    return dict(zip(table["unit"].map(fold), table["family"], strict=True))


def _table(name: str) -> pd.DataFrame:
    path = files("geodata") / "data" / name
    with path.open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype="str", keep_default_na=False)


def _doubt(name: str) -> tuple[str, tuple[str, ...]] | None:
    parts = [part for part in _OTHER_SEPARATORS.split(name) if part]
    actors = [resolve_actor(part) for part in parts]
    if len(parts) > 1 and all(actors):
        several = f"{LIST_SEPARATOR} ".join(parts)
        return (
            f"{quoted(name)} is taken as one actor: where several are meant, write "
            f"{LIST_SEPARATOR} between them, as in {several!r}"
        ), (several,)
    near = process.extractOne(fold(name), _spellings().keys(), scorer=fuzz.ratio, score_cutoff=NEAR)
    if near is None:
        return None
    alias = _spellings()[near[0]]
    return (
        f"{quoted(name)} is taken as an actor of its own, but is close to {alias!r}: check the "
        "spelling"
    ), (alias,)
