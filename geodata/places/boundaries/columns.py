"""Which columns of a boundary file hold names, codes, countries and parents.

Known are geoBoundaries, OCHA COD-AB, GADM, Natural Earth, Eurostat (NUTS, countries), the US
Census and our own, and columns that are just called names; others are named by an option.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from geodata.places.boundaries.findings import Findings
from geodata.places.boundaries.limits import refusal
from geodata.schema import LEVELS


@dataclass(frozen=True)
class Choice:
    """What the user said about a file."""

    name_column: str | None = None
    code_column: str | None = None
    level: int | None = None
    country: str | None = None


@dataclass(frozen=True)
class Columns:
    """The columns of a file that say what its units are; ``codes`` the best first."""

    name: str | None = None
    codes: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    level: int | None = None
    level_column: str | None = None


def recognise(columns: Iterable[str], *, level: int | None = None) -> Columns:
    """Find the columns of names and codes, where a file's publisher is known.

    ``columns`` are the file's, in any case; ``level`` is the one that is wanted where they
    hold several. The result has no ``name`` where no publisher is known.

    Examples
    --------
    >>> recognise(["ADM0_PCODE", "ADM1_EN", "ADM1_PCODE"])
    Columns(name='ADM1_EN', codes=('ADM1_PCODE',), country=('ADM0_PCODE',), level=1, \
level_column=None)
    """
    found = {column.casefold(): column for column in columns}
    for publisher in _PUBLISHERS:
        columns_found = publisher(found, level)
        if columns_found.name:
            return columns_found
    return Columns()


def _present(found: dict[str, str], *names: str) -> tuple[str, ...]:
    return tuple(found[name] for name in names if name in found)


def _geoboundaries(found: dict[str, str], level: int | None) -> Columns:
    # https://www.geoboundaries.org/api.html
    name = found.get("shapename")
    codes = _present(found, "shapeiso", "shapeid")
    return Columns(name, codes, _present(found, "shapegroup"), level, found.get("shapetype"))


_MOST_TOLD: Final = 40  # columns that a message lists

_COD_NAME: Final = re.compile(r"adm(?:in)?(\d)_?(name_en|name|en|name1|[a-z]{2})")


_COD_ORDER: Final = ("en", "name_en", "name", "name1")


def _cod_ab(found: dict[str, str], level: int | None) -> Columns:
    # https://knowledge.base.unocha.org/ (COD-AB): ADM1_EN, ADM1_PCODE; adm1_name, adm1_pcode
    names: dict[int, list[tuple[int, str, str]]] = {}
    for key, column in found.items():
        match = _COD_NAME.fullmatch(key)
        # Any language counts beside a pcode only: Natural Earth has an `adm0_sr`.
        if match and (match[2] in _COD_ORDER or found.keys() & {f"{key[:-2]}pcode"}):
            kind = match[2]
            order = _COD_ORDER.index(kind) if kind in _COD_ORDER else len(_COD_ORDER)
            names.setdefault(int(match[1]), []).append((order, kind, column))
    deepest = _deepest(names, level)
    if deepest is None:
        return Columns()

    def pcodes(depth: int) -> tuple[str, ...]:
        return _present(found, f"adm{depth}_pcode", f"adm{depth}pcode", f"admin{depth}pcode")

    country = _present(found, "iso3", "iso_3", "adm0_iso3") + pcodes(0)
    country += _present(found, "iso2", "adm0_en", "adm0_name", "admin0name_en")
    return Columns(min(names[deepest])[2], pcodes(deepest), country, deepest)


def _gadm(found: dict[str, str], level: int | None) -> Columns:
    # https://gadm.org/metadata.html. HASC looks like ISO 3166-2 and is not: it is not used.
    names = {n: found[f"name_{n}"] for n in range(6) if f"name_{n}" in found}
    if "gid_0" in found and "country" in found:
        names.setdefault(0, found["country"])
    deepest = _deepest(names, level)
    if deepest is None or f"gid_{deepest}" not in found:
        return Columns()
    codes = _present(found, f"iso_{deepest}", f"gid_{deepest}")
    return Columns(names[deepest], codes, _present(found, "gid_0", "iso", "country"), deepest)


def _natural_earth(found: dict[str, str], level: int | None) -> Columns:
    # https://www.naturalearthdata.com/ (10m cultural)
    if "name" not in found or not ({"adm0_a3", "iso_a3"} & set(found)):
        return Columns()
    country = _present(found, "iso_a3_eh", "adm0_a3", "iso_a3", "adm0_iso", "iso_a2")
    if "iso_3166_2" in found:
        codes = _present(found, "iso_3166_2", "adm1_code")
        return Columns(found["name"], codes, _present(found, "adm0_a3", "iso_a2"), level or 1)
    return Columns(found["name"], country, country, level or 0)


def _our_own(found: dict[str, str], level: int | None) -> Columns:
    # What `builtin_boundaries` and `read_boundaries` return, written to a file and changed there.
    if not {"place_id", "name"} <= set(found):
        return Columns()
    country = _present(found, "country")
    return Columns(found["name"], (found["place_id"],), country, level, found.get("level"))


def _eurostat(found: dict[str, str], level: int | None) -> Columns:
    # https://ec.europa.eu/eurostat/web/gisco: NUTS levels are no levels of ours.
    if {"nuts_name", "nuts_id"} <= set(found):
        country = _present(found, "cntr_code")
        return Columns(found["nuts_name"], (found["nuts_id"],), country, level)
    codes = _present(found, "iso3_code", "cntr_id")
    if "name_engl" in found and codes:
        return Columns(found["name_engl"], codes, codes, level or 0)
    return Columns()


def _us_census(found: dict[str, str], level: int | None) -> Columns:
    # https://www.census.gov/programs-surveys/geography (TIGER/Line): a county has a state's code.
    if not {"name", "statefp", "geoid"} <= set(found):
        return Columns()
    depth = 2 if "countyfp" in found else 1
    return Columns(found["name"], (found["geoid"],), (), level or depth)


def _plain(found: dict[str, str], level: int | None) -> Columns:
    """Find columns that are called names, whoever published them."""
    numbered = {n: found[f"name_{n}"] for n in LEVELS if f"name_{n}" in found}
    deepest = _deepest(numbered, level)
    country = _present(found, "iso_a3", "iso3", "iso", "gid_0", "country", "name_0")
    if deepest is not None:
        return Columns(numbered[deepest], (), country, deepest)
    name = next(iter(_present(found, "name", "name_engl", "name_en", "nuts_name")), None)
    if _present(found, "title", "label"):  # which of them is meant is for the user to say
        return Columns()
    return Columns(name, (), country, level)


_PUBLISHERS: Final = (
    _geoboundaries, _cod_ab, _gadm, _natural_earth, _our_own, _eurostat, _us_census, _plain,
)  # fmt: skip


def _deepest(names: Iterable[int], level: int | None) -> int | None:
    usable = [n for n in names if n in LEVELS and (level is None or n == level)]
    return max(usable, default=None)


def choose_columns(columns: Iterable[str], choice: Choice, findings: Findings) -> Columns:
    """Take the columns that the user named, and for the rest those that are known."""
    present = list(columns)
    folded = {column.casefold(): column for column in present}
    known = recognise(present, level=choice.level)
    chosen: dict[str, str] = {}
    for option, wanted in (("name", choice.name_column), ("code", choice.code_column)):
        if wanted is None:
            continue
        column = wanted if wanted in present else folded.get(wanted.casefold())
        if column is None:
            findings.error(f"--{option}-column {wanted!r} is no column; {_listed(present)}")
        else:
            chosen[option] = column
    findings.stop()
    name = chosen.get("name", known.name)
    if name is None:
        message = f"which column holds the names? Say it with --name-column; {_listed(present)}"
        raise refusal(findings.file, message)
    codes = (chosen["code"],) if "code" in chosen else known.codes
    return replace(known, name=name, codes=codes)


def _listed(columns: list[str]) -> str:
    told = ", ".join(map(repr, columns[:_MOST_TOLD])) or "none"
    return f"its columns: {told}{', …' if len(columns) > _MOST_TOLD else ''}"


def as_text(values: pd.Series[Any]) -> pd.Series[str]:
    """Cells as text: stripped, whole numbers without ``.0``; empty, lists and bytes missing."""
    return values.map(_cell).astype("str")


def _cell(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bytes | list | dict | tuple) or value is None or value != value:  # noqa: PLR0124  # NaN
        return None
    return " ".join(str(value).split()) or None
