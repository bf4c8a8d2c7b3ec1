"""Ids and names of the units in a user's boundary file.

A unit that is a built-in place gets that place's id: by ISO code, by name, and where the
two disagree by where it lies.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
from anyascii import anyascii
from rapidfuzz import fuzz

from geodata.errors import PlaceError
from geodata.places.boundaries.columns import Choice, Columns, as_text, choose_columns
from geodata.places.boundaries.findings import Findings, rows_text
from geodata.places.boundaries.location import (
    choose_countries,
    locate_parents,
    overlap_shares,
    vet_countries,
)
from geodata.places.boundaries.repair import merge_pieces
from geodata.places.builtin import builtin_boundaries
from geodata.schema import BOUNDARY_COLUMNS, CRS

_DEFAULT_LEVEL: Final = 1


_TOLD: Final = 10


# A name this near to a built-in one (rapidfuzz ratio) is that name misspelt,
# where the code says that it is the place; never used to find the place.
_MISSPELT: Final = 75


_MOSTLY: Final = 0.5  # of a unit's area


_HARDLY: Final = 0.1


# From so many units a built-in province they are districts: countries redraw their provinces,
# but never into three times as many, and districts are ten to a province.
_DISTRICTS: Final = 3


LONGEST_NAME: Final = 300


def identify(areas: gpd.GeoDataFrame, choice: Choice, findings: Findings) -> gpd.GeoDataFrame:
    """Make canonical boundaries of clean areas (EPSG:4326, the feature's number as index).

    Findings take errors and warnings; those that leave nothing to go on are raised here.
    """
    from geodata.places.gazetteer import Gazetteer  # noqa: PLC0415 - it is built upon boundaries

    columns = choose_columns(areas.columns.drop("geometry"), choice, findings)
    level = _level_of(areas, columns, choice, findings)
    units = areas[["geometry"]].assign(name=as_text(areas[columns.name]), level=level)
    for row in units.index[units["name"].isna()]:
        findings.error(
            "a unit needs a name; fill it in, or leave the feature out",
            row=row,
            column=columns.name,
        )
    for row in units.index[units["name"].str.len() > LONGEST_NAME]:
        findings.error(
            f"the name has {len(units.loc[row, 'name']):,} characters, at most {LONGEST_NAME} are "
            "read: is it the column of names?",
            row=row,
            column=columns.name,
        )
    texts = areas[list(columns.country)].apply(as_text)
    units["country"] = choose_countries(areas, texts, choice.country, findings)
    findings.stop()
    if choice.country is not None and units["country"].nunique() > 1:
        asked = Gazetteer.builtin().resolve_country(choice.country)
        units = units[units["country"] == asked]
        findings.warn(
            f"of {len(areas):,} units the {len(units):,} of {asked} are read, as --country says"
        )
        areas = areas.loc[units.index]
    vet_countries(units, findings)
    findings.stop()
    if level == _DEFAULT_LEVEL and choice.level is None and _unsaid(columns):
        level = _level_by_count(units, findings)
        units["level"] = level
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


def _unsaid(columns: Columns) -> bool:
    """Whether nothing in a file says which level its units have."""
    return columns.level is None and columns.level_column is None


def _level_by_count(units: gpd.GeoDataFrame, findings: Findings) -> int:
    """Tell districts, of which there are many times as many as built-in provinces."""
    provinces = builtin_boundaries(level=1)["country"].value_counts()
    counts = units["country"].value_counts()
    known = provinces.reindex(counts.index).fillna(0)
    if not (counts > _DISTRICTS * known).all() or not known.all():
        return _DEFAULT_LEVEL
    findings.warn(
        f"{counts.sum():,} units where the built-in map has {int(known.sum()):,} provinces: read "
        "as districts, level 2; say --level 1 where they are provinces"
    )
    return _DEFAULT_LEVEL + 1


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
    from geodata.places.gazetteer import Gazetteer  # noqa: PLC0415  # see above

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
    from geodata.places.gazetteer import fold  # noqa: PLC0415  # a gazetteer is built upon boundaries

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
        countries = ", ".join(sorted(units.loc[own, "country"].astype("str").unique())[:_TOLD])
        findings.warn(
            f"{rows_text(own)}: no built-in province of that code or name in {countries}; "
            f"kept under an id of its own, such as {ids.iloc[0]!r}"
        )
    return units.assign(place_id=units["place_id"].fillna(ids))
