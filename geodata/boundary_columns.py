"""Names, codes, ids, countries and parents of the units in a user's boundary file.

Which columns hold them is known for geoBoundaries, OCHA COD-AB, GADM and
Natural Earth. A unit that is a built-in place gets that place's id: by ISO code,
by name, and where the two disagree by where it lies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import shapely

from geodata.boundary_guard import Findings, refusal
from geodata.boundary_repair import (
    locate_countries,
    locate_parents,
    overlap_shares,
    rows_text,
    vet_countries,
)
from geodata.errors import PlaceError
from geodata.schema import BOUNDARY_COLUMNS, CRS

if TYPE_CHECKING:
    from geodata.gazetteer import Gazetteer

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

    Parameters
    ----------
    columns
        the names of the file's columns, in any case.
    level
        the level that is wanted, where the columns hold several.

    Returns
    -------
    Columns
        without a ``name`` where no publisher is known.

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
        if match:
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


def as_text(values: pd.Series[object]) -> pd.Series[str]:
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
    """Canonical boundaries from clean areas with a publisher's columns.

    Parameters
    ----------
    areas
        EPSG:4326; the index is the feature's number.
    choice
        the user's options.
    findings
        takes errors and warnings.

    Returns
    -------
    GeoDataFrame
        `BOUNDARY_COLUMNS`, EPSG:4326, RangeIndex.

    Raises
    ------
    BoundariesError
        where units have no name, no country, or share one id.
    """
    columns = choose_columns(areas.columns.drop("geometry"), choice, findings)
    level = _level_of(areas, columns, choice, findings)
    units = areas[["geometry"]].assign(name=as_text(areas[columns.name]), level=level)
    for row in units.index[units["name"].isna()]:
        findings.error("a unit needs a name", row=row, column=columns.name)
    units["country"] = _countries(areas, columns, choice, findings)
    findings.stop()
    vet_countries(units, findings)
    findings.stop()
    codes = pd.DataFrame({column: as_text(areas[column]) for column in columns.codes}, areas.index)
    units["place_id"] = pd.Series(None, units.index, dtype=object)
    units["parent"] = units["country"].astype(object)
    if level == 0:
        units["place_id"], units["parent"] = units["country"].astype(object), None
    elif level == 1:
        units = _match_provinces(units, codes, str(columns.name), findings)
    else:
        units["parent"] = locate_parents(units, findings)
    units = _own_ids(units, codes, findings)
    units = _one_row_an_id(units, findings)
    findings.stop()
    return gpd.GeoDataFrame(
        units[list(BOUNDARY_COLUMNS)].reset_index(drop=True), geometry="geometry", crs=CRS
    )


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


def _country_id(text: object, gazetteer: Gazetteer) -> str | None:
    try:
        return gazetteer.resolve_country(str(text))
    except PlaceError:
        return None


def _countries(
    areas: gpd.GeoDataFrame, columns: Columns, choice: Choice, findings: Findings
) -> pd.Series[str]:
    """ISO 3166-1 alpha-3 of each unit: by its column, the option, or where it lies."""
    from geodata.gazetteer import Gazetteer

    gazetteer = Gazetteer.builtin()
    found = pd.Series(None, areas.index, dtype=object)
    for column in columns.country:
        texts = as_text(areas[column])
        ids = {text: _country_id(text, gazetteer) for text in texts.dropna().unique()}
        found = found.where(found.notna(), texts.astype(object).map(ids))
    if choice.country is not None:
        asked = _country_id(choice.country, gazetteer)
        if asked is None:
            message = f"--country {choice.country!r} is no country; give its ISO 3166-1 code"
            raise refusal(findings.file, message)
        for country, rows in found.groupby(found).groups.items():
            if country != asked:
                message = f"{rows_text(rows)}: the file says {country}, the option says {asked}"
                findings.error(message, column=columns.country[0])
        return found.fillna(asked)
    return locate_countries(areas, found, findings)


# --- ids ---------------------------------------------------------------------


def _match_provinces(
    units: gpd.GeoDataFrame, codes: pd.DataFrame, name_column: str, findings: Findings
) -> gpd.GeoDataFrame:
    """Give each unit that is a built-in province that province's id, and mend its name."""
    from geodata.world import builtin_boundaries

    builtin = builtin_boundaries(level=1, countries=sorted(set(units["country"])))
    country_of = dict(zip(builtin["place_id"], builtin["country"], strict=True))
    name_of = dict(zip(builtin["place_id"], builtin["name"], strict=True))
    shares = overlap_shares(units, builtin).set_index(["row", "place_id"])["share"]
    matched: dict[int, str | None] = {}
    names: dict[int, str] = {}
    notes: list[tuple[int, str, str]] = []
    for row, name, country in zip(units.index, units["name"], units["country"], strict=True):
        here = {place for place, land in country_of.items() if land == country}
        column, code, by_code = _iso_id(codes.loc[row], here)
        by_name, misspelt = _id_by_name(name, country, here)
        place = by_code or by_name
        if by_code and by_name and by_code != by_name:
            place = max((by_name, by_code), key=lambda it: shares.get((row, it), 0.0))
            notes.append(
                (
                    row,
                    name_column,
                    (
                        f"{name!r} is {by_name}, but {column} says {by_code}; "
                        f"taken as {place}, where it lies"
                    ),
                )
            )
        elif by_code and code != by_code:
            notes.append((row, column, f"{code!r} read as {by_code}"))
        matched[row] = place
        if place and (misspelt or (by_name is None and _alike(name, name_of[place]))):
            names[row] = name_of[place]
            notes.append((row, name_column, f"{name!r} read as {name_of[place]!r} ({place})"))
        lies = _lies_elsewhere(shares, row, place)
        if lies:
            notes.append((row, name_column, f"{name!r} is {place}, but lies in {lies}"))
    for row, column, message in notes[:_TOLD]:
        findings.warn(message, row=row, column=column)
    if len(notes) > _TOLD:
        rows = sorted({row for row, _, _ in notes[_TOLD:]})
        findings.warn(f"{rows_text(rows)}: names and codes read likewise")
    return units.assign(
        place_id=pd.Series(matched, dtype=object),
        name=pd.Series(names, dtype=object).reindex(units.index).fillna(units["name"]),
    )


def _iso_id(codes: pd.Series[str], here: set[str]) -> tuple[str, str, str | None]:
    """Column, code as written, and the built-in id that it is, such as AF-KAN for ``af_kan``."""
    for column, code in codes.dropna().items():
        # Only where a separator stands: OCHA's AF01 and FIPS' AF.42 are no ISO codes.
        parts = re.fullmatch(r"([A-Za-z]{2})\s*[-_\u2010-\u2014 ]\s*([A-Za-z0-9]{1,3})", code)
        place = f"{parts[1]}-{parts[2]}".upper() if parts else code
        if place in here:
            return str(column), code, place
    return "", "", None


def _id_by_name(name: str, country: str, here: set[str]) -> tuple[str | None, bool]:
    """Find the one province of that name, and whether the name is a known misspelling."""
    from geodata.gazetteer import Gazetteer

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
    from geodata.gazetteer import fold
    from rapidfuzz import fuzz

    return bool(fuzz.ratio(fold(name), fold(known)) >= _MISSPELT)


def _lies_elsewhere(shares: pd.Series[float], row: int, place: str | None) -> str | None:
    """Find the built-in place that a unit mostly lies in, where it hardly lies in its own."""
    if place is None or shares.get((row, place), 0.0) >= _HARDLY or row not in shares.index:
        return None
    mostly = shares.loc[row]
    return str(mostly.index[0]) if mostly.iloc[0] > _MOSTLY else None


def slug(text: str) -> str:
    """Lower-case ASCII words with hyphens, for ids.

    Examples
    --------
    >>> slug("Sar-e Pol")
    'sar-e-pol'
    """
    from anyascii import anyascii

    return re.sub(r"[^a-z0-9]+", "-", anyascii(text).casefold()).strip("-")


def _own_ids(units: gpd.GeoDataFrame, codes: pd.DataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Ids for the units that are no built-in place: their code, else ``x-<file>-<slug>``."""
    from geodata.world import builtin_boundaries

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


def _one_row_an_id(units: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Merge the pieces of a unit; units of one id that differ in name are errors."""
    merged = units.copy()
    twice = units[units["place_id"].duplicated(keep=False)]
    for place, pieces in twice.groupby("place_id", sort=False):
        if pieces["name"].nunique() > 1 or pieces["parent"].nunique() > 1:
            names = ", ".join(map(repr, pieces["name"].unique()))
            findings.error(
                f"{rows_text(pieces.index)} would all be {place} ({names}); correct their "
                "names or codes, or name the right columns with --name-column, --code-column"
            )
            continue
        findings.warn(f"{rows_text(pieces.index)}: pieces of {place}, merged into one unit")
        shape = shapely.union_all(pieces.geometry.to_numpy())
        merged.loc[pieces.index[0], "geometry"] = shape
        merged = merged.drop(pieces.index[1:])
    return merged
