"""Names, codes, ids, countries and parents of the units in a user's boundary file.

Which columns hold them is known for geoBoundaries, OCHA COD-AB, GADM and
Natural Earth. A unit that is a built-in place gets that place's id: by ISO code,
by name, and where the two disagree by where it lies.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from anyascii import anyascii
from rapidfuzz import fuzz

from geodata.boundary_guard import refusal
from geodata.boundary_repair import (
    Findings,
    choose_countries,
    locate_parents,
    merge_pieces,
    overlap_shares,
    rows_text,
    vet_countries,
)
from geodata.errors import PlaceError
from geodata.schema import BOUNDARY_COLUMNS, CRS
from geodata.world import builtin_boundaries

_DEFAULT_LEVEL: Final = 1
_TOLD: Final = 10
# A name this near to a built-in one (rapidfuzz ratio) is that name misspelt,
# where the code says that it is the place; never used to find the place.
_MISSPELT: Final = 75
_MOSTLY: Final = 0.5  # of a unit's area
_HARDLY: Final = 0.1


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


# --- which columns -----------------------------------------------------------


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
    for publisher in (_geoboundaries, _cod_ab, _gadm, _natural_earth):
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


def _deepest(names: Iterable[int], level: int | None) -> int | None:
    usable = [n for n in names if n <= 2 and (level is None or n == level)]  # noqa: PLR2004
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
    told = ", ".join(map(repr, columns[:40])) or "none"
    return f"its columns: {told}{', …' if len(columns) > 40 else ''}"  # noqa: PLR2004


def as_text(values: pd.Series[Any]) -> pd.Series[str]:
    """Cells as text: stripped, whole numbers without ``.0``; empty, lists and bytes missing."""
    return values.map(_cell).astype("str")


def _cell(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bytes | list | dict | tuple) or value is None or value != value:  # noqa: PLR0124  # NaN
        return None
    return " ".join(str(value).split()) or None


# --- what the units are ------------------------------------------------------


def identify(areas: gpd.GeoDataFrame, choice: Choice, findings: Findings) -> gpd.GeoDataFrame:
    """Make canonical boundaries of clean areas (EPSG:4326, the feature's number as index).

    Findings take errors and warnings; those that leave nothing to go on are raised here.
    """
    columns = choose_columns(areas.columns.drop("geometry"), choice, findings)
    level = _level_of(areas, columns, choice, findings)
    units = areas[["geometry"]].assign(name=as_text(areas[columns.name]), level=level)
    for row in units.index[units["name"].isna()]:
        findings.error(
            "a unit needs a name; fill it in, or leave the feature out",
            row=row,
            column=columns.name,
        )
    texts = areas[list(columns.country)].apply(as_text)
    units["country"] = choose_countries(areas, texts, choice.country, findings)
    findings.stop()
    vet_countries(units, findings)
    findings.stop()
    codes = pd.DataFrame({column: as_text(areas[column]) for column in columns.codes}, areas.index)
    units["place_id"] = pd.Series(None, units.index, dtype=object)
    units["parent"], units["lies"] = units["country"].astype(object), None
    if level == 0:
        units["place_id"], units["parent"] = units["country"].astype(object), None
    elif level == 1:
        units = _match_provinces(units, codes, str(columns.name), findings)
    else:
        units["parent"] = locate_parents(units, findings)
    units = _own_ids(units, codes, findings)
    units = merge_pieces(units, findings)
    findings.stop()
    texts = dict.fromkeys(("place_id", "name", "country", "parent"), "str")
    result = units[list(BOUNDARY_COLUMNS)].astype(texts).reset_index(drop=True)
    return gpd.GeoDataFrame(result, geometry="geometry", crs=CRS)


def _level_of(areas: gpd.GeoDataFrame, columns: Columns, choice: Choice, findings: Findings) -> int:
    said: set[str] = set()
    if columns.level_column is not None:
        said = set(as_text(areas[columns.level_column]).str.extract(r"(\d)$")[0].dropna())
    if choice.level is not None:
        if said - {str(choice.level)}:
            message = f"says level {', '.join(sorted(said))}; read as level {choice.level} as asked"
            findings.warn(message, column=columns.level_column)
        return choice.level
    if len(said) > 1 or said - {"0", "1", "2"}:
        message = f"holds level {', '.join(sorted(said))}; keep one of 0, 1, 2, or say --level"
        findings.error(message, column=columns.level_column)
        findings.stop()
    if said:
        return int(said.pop())
    return _DEFAULT_LEVEL if columns.level is None else columns.level


# --- ids ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Province:
    """What one unit is: its built-in id and mended name, if any, and what to say of it."""

    place: str | None = None
    name: str | None = None
    notes: tuple[tuple[str, str], ...] = ()  # column, message
    lies: str | None = None  # the built-in place that holds most of it, if one is clear


def _match_provinces(
    units: gpd.GeoDataFrame, codes: pd.DataFrame, name_column: str, findings: Findings
) -> gpd.GeoDataFrame:
    """Give each unit that is a built-in province that province's id, and mend its name."""
    builtin = builtin_boundaries(level=1)
    builtin = builtin[builtin["country"].isin(units["country"])]
    overlaps = overlap_shares(units, builtin)
    lies = {
        row: dict(zip(group["place_id"], group["share"], strict=True))
        for row, group in overlaps.groupby("row")
    }
    names = {
        country: dict(zip(group["place_id"], group["name"], strict=True))
        for country, group in builtin.groupby("country")
    }
    found: dict[int, _Province] = {}
    for row, name, country in zip(units.index, units["name"], units["country"], strict=True):
        found[row] = _match_province(
            (name, name_column), codes.loc[row], country, names.get(country, {}), lies.get(row, {})
        )
    _settle(found, dict(zip(builtin["place_id"], builtin["name"], strict=True)), name_column)
    notes = [(row, *note) for row, province in found.items() for note in province.notes]
    for row, column, message in notes[:_TOLD]:
        findings.warn(message, row=row, column=column)
    if len(notes) > _TOLD:
        rows = sorted({row for row, _, _ in notes[_TOLD:]})
        findings.warn(f"{rows_text(rows)}: names and codes read likewise")
    mended = [
        province.name or name for province, name in zip(found.values(), units["name"], strict=True)
    ]
    places = [province.place for province in found.values()]
    return units.assign(place_id=places, name=mended, lies=[unit.lies for unit in found.values()])


def _match_province(
    named: tuple[str, str],
    codes: pd.Series[str],
    country: str,
    names: dict[str, str],
    lies: dict[str, float],
) -> _Province:
    """Match one unit by its code and its name; where they disagree, where it lies decides.

    Neither is better on the whole: Natural Earth has codes of the wrong
    province, geoBoundaries misspelt names. The ground is what both speak of.
    """
    (name, name_column), notes = named, []
    column, code, by_code = _iso_id(codes, names)
    by_name, misspelt = _id_by_name(name, country, names)
    place = by_code or by_name
    if place is None:
        return _Province()
    if by_code and by_name and by_code != by_name:
        place = max((by_name, by_code), key=lambda each: lies.get(each, 0.0))
        why = "where it lies" if lies.get(place) else "by its name"
        message = f"{name!r} is {by_name}, but {column} says {code!r}; taken as {place}, {why}"
        notes.append((name_column, message))
        misspelt = misspelt or place == by_code
    elif by_code and code != by_code:
        notes.append((column, f"{code!r} read as {by_code}"))
    mended = None
    if misspelt or (by_name is None and _alike(name, names[place])):
        mended = names[place]
        notes.append((name_column, f"{name!r} read as {mended!r} ({place})"))
    largest = next(iter(lies), None)  # the largest share stands first
    clear = largest and lies[largest] > _MOSTLY
    if clear and largest != place and lies.get(place, 0.0) >= _HARDLY:
        clear = False
    return _Province(place, mended, tuple(notes), largest if clear else None)


def _settle(found: dict[int, _Province], names: dict[str, str], column: str) -> None:
    """Tell of units that lie in another place than they say; a label used twice gives way.

    Natural Earth writes Parwan on Panjshir as well: what lies in a province that no other
    unit claims, under a name that another unit has by right, is that province.
    """
    claimed = Counter(province.place for province in found.values())
    for row, unit in found.items():
        if unit.place is None or unit.lies in {None, unit.place}:
            continue
        place, lies = unit.place, str(unit.lies)
        note = f"called {names[place]!r} ({place}), but lies in {names[lies]!r} ({lies})"
        if claimed[place] > 1 and not claimed[lies]:
            note += f"; another unit is {place}: this one is taken as {lies}"
            claimed.update([lies])
            found[row] = replace(unit, place=lies, name=names[lies])
        found[row] = replace(found[row], notes=(*unit.notes, (column, note)))


def _iso_id(codes: pd.Series[str], here: Collection[str]) -> tuple[str, str, str | None]:
    """Column, code as written, and the built-in id that it is, such as AF-KAN for ``af_kan``."""
    for column, code in codes.dropna().items():
        # Only where a separator stands: OCHA's AF01 and FIPS' AF.42 are no ISO codes.
        parts = re.fullmatch(r"([A-Za-z]{2})\s*[-_\u2010-\u2014 ]\s*([A-Za-z0-9]{1,3})", code)
        place = f"{parts[1]}-{parts[2]}".upper() if parts else code
        if place in here:
            return str(column), code, place
    return "", "", None


def _id_by_name(name: str, country: str, here: Collection[str]) -> tuple[str | None, bool]:
    """Find the one province of that name, and whether the name is a known misspelling."""
    # Inside: a gazetteer is built upon boundaries.
    from geodata.gazetteer import Gazetteer  # noqa: PLC0415  # see above

    try:
        match = Gazetteer.builtin().resolve(name, country=country)
    except PlaceError:
        return None, False
    # A warning says that the unit has no geometry of its own: here it has.
    if match.region or match.warning or len(match.place_ids) != 1:
        return None, False
    place = match.place_ids[0]
    return (place, match.how == "spelling") if place in here else (None, False)


def _alike(name: str, known: str) -> bool:
    from geodata.gazetteer import fold  # noqa: PLC0415  # a gazetteer is built upon boundaries

    return bool(fuzz.ratio(fold(name), fold(known)) >= _MISSPELT)


def slug(text: str) -> str:
    """Lower-case ASCII words with hyphens, for ids.

    Examples
    --------
    >>> slug("Sar-e Pol")
    'sar-e-pol'
    """
    return re.sub(r"[^a-z0-9]+", "-", anyascii(text).casefold()).strip("-")


def _own_ids(units: gpd.GeoDataFrame, codes: pd.DataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Ids for the units that are no built-in place: their code, else ``x-<file>-<slug>``."""
    own = units.index[units["place_id"].isna()]
    if not len(own):
        return units
    taken = {*builtin_boundaries(level=0)["place_id"], *builtin_boundaries(level=1)["place_id"]}
    code = pd.Series(None, own, dtype=object)
    for column in codes.columns:
        code = code.where(code.notna(), codes.loc[own, column].astype(object))
        code = code.where(~code.isin(taken))
    stem = slug(Path(findings.file).stem) or "file"
    named = units.loc[own, "name"].map(lambda name: f"x-{stem}-{slug(name)}")
    # Districts of one name in two provinces are two places.
    homonym = units.loc[own].groupby(named)["parent"].transform("nunique") > 1
    longer = named + "-" + units.loc[own, "parent"].astype("str").map(slug)
    ids = code.fillna(named.where(~homonym, longer))
    if (units["level"] == 1).any():
        findings.warn(
            f"{rows_text(own)}: no built-in province of that code or name; "
            f"kept under an id of its own, such as {ids.iloc[0]!r}"
        )
    return units.assign(place_id=units["place_id"].fillna(ids))
