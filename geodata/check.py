"""A file or frame of claims → typed claims at known places, and everything that is wrong with it.

The one gate through which claims enter: read, validate, resolve places. What comes
out is trusted by every later step.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO, Any, Final, TypeAlias, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from geodata.errors import ClaimsError, PlaceError
from geodata.io.datasets.event_places import doubtful_whereabouts
from geodata.io.datasets.units import in_named_units, rows_of_units
from geodata.io.read import LIMITS, Limits, NamedStream, RawTable, raw_from_frame, read_raw
from geodata.io.read.column_map import ColumnMap, read_column_map
from geodata.io.read.whole import read_faults, read_once, told_once
from geodata.places.gazetteer import Gazetteer, Match
from geodata.places.point_checks import contradicting_points
from geodata.report import Fault, Report
from geodata.validate import default_extent, validate_claims
from geodata.views.protection import unlocated

Source: TypeAlias = str | os.PathLike[str] | IO[bytes] | NamedStream | pd.DataFrame

Columns: TypeAlias = str | os.PathLike[str] | ColumnMap

Found = TypeVar("Found")

TYPED_COLUMNS: Final = (
    *schema.CLAIM_COLUMNS, *schema.PROVENANCE_COLUMNS, *schema.DERIVED_COLUMNS,
)  # fmt: skip


def check_claims(
    source: Source | list[Source] | tuple[Source, ...],
    *,
    boundaries: gpd.GeoDataFrame | None = None,
    format: str | None = None,  # noqa: A002 - the word that users know from the command line
    sheet: str | None = None,
    columns: Columns | None = None,
    limits: Limits = LIMITS,
) -> Report:
    """Read claims, check them, and put them at their places; report all faults at once.

    Parameters
    ----------
    source
        A file, a binary stream or a frame, or several of these. A frame that is typed
        already passes through unchanged.
    boundaries
        Canonical boundaries whose places replace the built-in ones of their countries.
    format, sheet, limits
        As `geodata.io.read.read_raw` takes them.
    columns
        For tables whose columns are called otherwise: ``{"actor": "Armed group"}``, or a YAML
        or JSON file that holds such a map.

    Returns
    -------
    Report
        ``claims`` holds the claims without errors, with a RangeIndex:
        `geodata.check.TYPED_COLUMNS`, where
        ``place_ids`` and ``region_ids`` are tuples and ``country`` ISO 3166-1 alpha-3
        codes with ``;`` between. ``errors`` and ``warnings`` are in the order of files and rows.

    Examples
    --------
    >>> report = check_claims(
    ...     pd.DataFrame({"actor": ["ISKP"], "text": ["Seen"], "places": ["Kundizz"]})
    ... )
    >>> [(fault.row, fault.column, fault.value) for fault in report.errors]
    [(1, 'places', 'Kundizz')]
    """
    if isinstance(source, pd.DataFrame) and is_typed(source):
        return Report(claims=source)
    mapping, faults = ({}, []) if columns is None else read_column_map(columns, limits=limits)
    if faults:
        return Report(claims=validate_claims(_stacked([]))[0], errors=tuple(faults))
    parts, repeated = read_once(source if isinstance(source, list | tuple) else [source])
    tables = [
        raw_from_frame(part, columns=mapping)
        if isinstance(part, pd.DataFrame)
        else read_raw(part, format=format, sheet=sheet, columns=mapping, limits=limits)
        for part in parts
    ]
    raw = _stacked(tables)
    semicolons = {table.file for table in tables if table.separator == ";"}
    typed, errors, warnings = validate_claims(raw, semicolons=semicolons)
    gazetteer = Gazetteer.builtin()
    if boundaries is not None:
        gazetteer = gazetteer.with_boundaries(boundaries)
    placed = _Places(gazetteer).resolve(typed)
    settled = _settle_extent(placed.claims, raw)
    claims = in_named_units(settled, raw, gazetteer=gazetteer, boundaries=boundaries)
    doubts = _doubtful_extents(typed, claims, warnings)
    doubts += doubtful_whereabouts(claims, raw, gazetteer=gazetteer, boundaries=boundaries)
    by_unit = rows_of_units(settled, claims)
    swapped, elsewhere = contradicting_points(settled, boundaries)
    elsewhere = [one for one in elsewhere if (one.file, one.row) not in by_unit]
    order = _order_of_files(tables)
    errors += [*placed.errors, *swapped]
    errors += unlocated(_without_faults(claims, errors), boundaries)
    told = told_once(errors, tables)
    doubted = told_once([*placed.warnings, *doubts, *elsewhere], tables)
    read_errors, read_warnings = read_faults(tables)
    return Report(
        claims=_without_faults(claims, errors),
        errors=_ordered([*repeated, *read_errors, *told], order),
        warnings=_ordered([*read_warnings, *doubted], order),
        proposals={table.file: table.proposal for table in tables if table.file and table.proposal},
    )


def read_claims(
    source: Source | list[Source] | tuple[Source, ...],
    *,
    boundaries: gpd.GeoDataFrame | None = None,
    format: str | None = None,  # noqa: A002 - as above
    sheet: str | None = None,
    columns: Columns | None = None,
    limits: Limits = LIMITS,
) -> pd.DataFrame:
    """Read claims that have no errors; see `check_claims` for arguments and columns.

    Raises
    ------
    ClaimsError
        If there is any error; its ``report`` holds all of them.

    Examples
    --------
    >>> claims = read_claims(
    ...     pd.DataFrame({"actor": ["ISKP"], "text": ["Seen"], "places": ["Qunduz"]})
    ... )
    >>> claims.loc[0, ["place_ids", "country", "kind"]].tolist()
    [('AF-KDZ',), 'AFG', 'presence']
    """
    report = check_claims(
        source, boundaries=boundaries, format=format, sheet=sheet, columns=columns, limits=limits
    )
    if not report.ok:
        raise ClaimsError(report)
    return report.claims


def is_typed(source: object) -> bool:
    """Whether a frame has already been through `check_claims`.

    >>> is_typed(pd.DataFrame({"actor": ["ISKP"], "text": ["Seen"]}))
    False
    """
    return isinstance(source, pd.DataFrame) and set(TYPED_COLUMNS) <= set(source.columns)


def report_to_json(report: Report) -> dict[str, Any]:
    """Turn a report into plain values that are strict JSON.

    Returns
    -------
    dict
        ``claims`` (their number), ``errors``, ``warnings`` and ``rows``: the claims without
        errors, each with `schema.CLAIM_COLUMNS`, ``place_ids``, ``low`` and ``high``;
        missing values and an open ``high`` are ``None``.

    Examples
    --------
    >>> report = check_claims(pd.DataFrame({"actor": ["ISKP"], "text": ["Seen"]}))
    >>> sorted(report_to_json(report)), report_to_json(report)["claims"]
    (['claims', 'errors', 'rows', 'warnings'], 0)
    """
    columns = [*schema.CLAIM_COLUMNS, "place_ids", "low", "high"]
    values = {name: list(map(_plain, report.claims[name])) for name in columns}
    rows = [
        dict(zip(columns, row, strict=True)) for row in zip(*values.values(), strict=True)
    ]  # one pass a column: a row of a frame is slow to reach
    return {"claims": len(rows), **report.faults_as_dicts(), "rows": rows}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell of any column
    """Turn a cell into what JSON has, a whole number without a point."""
    if isinstance(value, tuple):
        return list(value)
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, str):
        return value
    return int(value) if float(value).is_integer() else float(value)


# --- reading -------------------------------------------------------------------


def _stacked(tables: list[RawTable]) -> pd.DataFrame:
    """Put the raw frames below each other; none at all make an empty one."""
    provenance = {"file": pd.Series(dtype="str"), "row": pd.Series(dtype="Int64")}
    frames = [table.frame for table in tables if len(table.frame)]
    return pd.concat([pd.DataFrame(provenance), *frames], ignore_index=True)


def _order_of_files(tables: list[RawTable]) -> dict[str, int]:
    """Rank the files as they were given, those that could not be read among them."""
    files = (
        file
        for table in tables
        for file in (*(f.file for f in (*table.errors, *table.warnings)), *table.frame["file"][:1])
    )
    return {file: at for at, file in enumerate(dict.fromkeys(files))}


def _ordered(faults: Iterable[Fault], order: dict[str, int]) -> tuple[Fault, ...]:
    """Sort faults by file, as the files were given, and row; a file's own come first."""
    return tuple(
        sorted(faults, key=lambda fault: (order.get(fault.file, -1), fault.file, fault.row or 0))
    )


def _without_faults(claims: pd.DataFrame, errors: Iterable[Fault]) -> pd.DataFrame:
    """Drop the rows that have errors."""
    faulty = {(fault.file, fault.row) for fault in errors}
    rows = zip(claims["file"], claims["row"], strict=True)
    # A fault of the file, such as a column that it lacks, is a fault of each of its rows.
    good = [(file, row) not in faulty and (file, None) not in faulty for file, row in rows]
    return claims[np.array(good, dtype=bool)].reset_index(drop=True)


# --- places --------------------------------------------------------------------


@dataclass(frozen=True)
class _Located:
    """What one pair of ``places`` and ``country`` means."""

    place_ids: tuple[str, ...] = ()
    region_ids: tuple[str, ...] = ()
    country: str | None = None
    errors: tuple[tuple[str, str, PlaceError], ...] = ()  # column, value, what is wrong
    warnings: tuple[tuple[str, str, str], ...] = ()  # column, value, message


@dataclass(frozen=True)
class _Placed:
    """Claims at their places, and what their names of places got wrong."""

    claims: pd.DataFrame
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


class _Places:
    """Resolves the places and countries of claims; each distinct name once."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._matches: dict[tuple[str, str | None], Match | PlaceError] = {}
        self._countries: dict[str, str | PlaceError] = {}

    def resolve(self, typed: pd.DataFrame) -> _Placed:
        """Fill ``place_ids``, ``region_ids`` and ``country``."""
        pairs = typed[["places", "country"]]
        codes = pairs.groupby(["places", "country"], dropna=False, sort=False).ngroup()
        first = ~codes.duplicated()
        distinct = pairs[first].astype(object)
        located = [
            self._locate(
                places if isinstance(places, str) else "", land if isinstance(land, str) else ""
            )
            for places, land in distinct.itertuples(index=False)
        ]
        rows = codes.map(dict(zip(codes[first], range(len(located)), strict=True))).to_numpy()
        columns = {
            name: pd.Series([getattr(one, name) for one in located], dtype=dtype)
            .take(rows)
            .set_axis(typed.index)
            for name, dtype in (("place_ids", object), ("region_ids", object), ("country", "str"))
        }
        placed = _Placed(typed.assign(**columns))
        self._tell(placed, located, rows)
        return placed

    def _tell(self, placed: _Placed, located: list[_Located], rows: np.ndarray) -> None:
        """List the faults of each row whose pair has any."""
        doubtful = np.array([bool(one.errors or one.warnings) for one in located], dtype=bool)
        told = doubtful[rows] if located else doubtful
        where = placed.claims.loc[told, ["file", "row"]].astype(object)
        for code, (file, row) in zip(rows[told], where.itertuples(index=False), strict=True):
            for column, value, error in located[code].errors:
                fault = Fault(file, row, column, value, str(error), error.suggestions)
                placed.errors.append(fault)
            for column, value, message in located[code].warnings:
                placed.warnings.append(Fault(file, row, column, value, message))

    def _locate(self, places: str, country: str) -> _Located:
        errors: list[tuple[str, str, PlaceError]] = []
        countries: list[str] = []
        for name in _parts(country):
            found = self._country(name)
            if isinstance(found, PlaceError):
                errors.append(("country", name, found))
            else:
                countries.append(found)
        matches: list[Match] = []
        for name in _parts(places):
            match = self._match(name, countries)
            if isinstance(match, PlaceError):
                errors.append(("places", name, match))
            else:
                matches.append(match)
        ids = tuple(dict.fromkeys(place for match in matches for place in match.place_ids))
        lands = countries or filter(None, map(self._gazetteer.country_of, ids))
        return _Located(
            place_ids=ids,
            region_ids=tuple(dict.fromkeys(match.region for match in matches if match.region)),
            country="; ".join(dict.fromkeys(lands)) or None,
            errors=tuple(errors),
            warnings=tuple(("places", m.query, m.warning) for m in matches if m.warning),
        )

    def _country(self, name: str) -> str | PlaceError:
        if name not in self._countries:
            self._countries[name] = _attempt(lambda: self._gazetteer.resolve_country(name))
        return self._countries[name]

    def _match(self, name: str, countries: list[str]) -> Match | PlaceError:
        country = schema.LIST_SEPARATOR.join(countries) or None
        if (name, country) not in self._matches:
            self._matches[name, country] = _attempt(
                lambda: self._gazetteer.resolve(name, country=country)
            )
        return self._matches[name, country]


def _parts(text: str) -> list[str]:
    return [part for part in map(str.strip, text.split(schema.LIST_SEPARATOR)) if part]


def _attempt(look_up: Callable[[], Found]) -> Found | PlaceError:
    """Return what a look-up finds, or the error that it raises, to be told with its row."""
    try:
        return look_up()
    except PlaceError as error:
        return error


# --- extent --------------------------------------------------------------------


def _settle_extent(claims: pd.DataFrame, raw: pd.DataFrame) -> pd.DataFrame:
    """Rule 1 where no extent was given, now that it is known what the names mean.

    A region counts as several places, two spellings of one place as one, and claims
    about nothing but whole countries are nationwide.
    """
    given = raw["extent"].notna() if "extent" in raw else pd.Series(data=False, index=raw.index)
    ids = claims["place_ids"]
    extent = default_extent(
        ids.map(len) + claims["region_ids"].map(bool),
        has_figure=claims["low"].notna(),
        national=ids.map(lambda places: all(map(_is_country, places))),
    )
    settled = ~given & ids.map(bool)
    return claims.assign(extent=claims["extent"].mask(settled, extent))


def _is_country(place: str) -> bool:
    """Whether a place id is a country's: ISO 3166-1 alpha-3 has no hyphen, all others have."""
    return "-" not in place


def _doubtful_extents(
    typed: pd.DataFrame, claims: pd.DataFrame, warnings: list[Fault]
) -> list[Fault]:
    """Warn of extents that were settled as ``within``, and no longer of those that were not.

    And of a ``joint`` total over one place, which may be all that is left of its set.
    """
    before, after = typed["extent"] == "within", claims["extent"] == "within"
    where = claims[["file", "row"]].astype(object)
    cleared = set(where[before & ~after].itertuples(index=False, name=None))
    kept = [
        fault
        for fault in warnings
        if fault.column != "extent" or (fault.file, fault.row) not in cleared
    ]
    message = (
        "no extent for a figure over a region: read as 'within'; write 'within' or 'joint' "
        "where it is a total, 'each' where it holds in every place"
    )
    rows = where[after & ~before].itertuples(index=False, name=None)
    kept += [Fault(file, row, "extent", None, message) for file, row in rows]
    alone = (claims["extent"] == "joint") & claims["low"].notna()
    alone &= (claims["place_ids"].map(len) == 1) & ~claims["region_ids"].map(bool)
    lonely = (
        "a joint total over one place is that place's own figure: name the other places of the "
        "total, or write 'each'"
    )
    rows = where[alone].itertuples(index=False, name=None)
    return kept + [Fault(file, row, "extent", "joint", lonely) for file, row in rows]
