"""Geometry of a user's boundary file: declared CRS → EPSG:4326, valid areas; where they lie."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geodata.boundary_guard import refusal
from geodata.errors import BoundariesError, PlaceError
from geodata.report import Fault
from geodata.schema import CRS
from geodata.world import builtin_boundaries

# Areas are compared in a cylindrical equal-area projection of the whole world.
EQUAL_AREA: Final = "EPSG:6933"
_ROWS_TOLD: Final = 10
_POLYGON: Final = int(shapely.GeometryType.POLYGON)
_MULTIPOLYGON: Final = int(shapely.GeometryType.MULTIPOLYGON)
_COLLECTION: Final = int(shapely.GeometryType.GEOMETRYCOLLECTION)
# Half a kilometre over the edge is rounding; more is a wrong CRS.
_SLACK_DEGREES: Final = 0.005


@dataclass
class Findings:
    """What is wrong, or was repaired, in one file; collected, then told at once."""

    file: str
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def error(self, message: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note what stands in the way of using the file."""
        self.errors.append(Fault(self.file, row, column, None, message))

    def warn(self, message: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note what was repaired, left out, or is doubtful."""
        self.warnings.append(Fault(self.file, row, column, None, message))

    def stop(self) -> None:
        """Raise all errors so far as one."""
        if self.errors:
            raise BoundariesError("\n".join(map(str, self.errors)))


def rows_text(rows: pd.Index | list[int]) -> str:
    """``feature 3`` or ``features 3, 5, 8 and 12 more``."""
    told = ", ".join(str(row) for row in rows[:_ROWS_TOLD])
    more = f" and {len(rows) - _ROWS_TOLD} more" if len(rows) > _ROWS_TOLD else ""
    return f"feature{'' if len(rows) == 1 else 's'} {told}{more}"


# --- CRS ---------------------------------------------------------------------

_AUTHORITY_CODE: Final = re.compile(
    r"(?i)(?:urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?"
    r"(EPSG|OGC|ESRI)(?:[:/][\w.]*)?[:/](\d{3,6}|CRS84)"
)
_WKT_OR_JSON: Final = re.compile(r"\s*(?:[A-Za-z_]{6,12}\s*\[|\{)")
# What makes PROJ open something else: grid shifts, geoid models, init files.
_NAMES_A_FILE: Final = re.compile(
    r"(?i)grids\s*=(?!\s*@null)|parameter_?file|\binit\s*=|\bpipeline\b|\bfile\b"
)


def crs_from_text(file: str, text: str) -> pyproj.CRS:
    """Read the CRS that a file declares as a code, WKT or PROJJSON, and nothing else.

    Raises
    ------
    BoundariesError
        where it is none of these, or names a file that PROJ would open.
    """
    code = _AUTHORITY_CODE.fullmatch(text.strip())
    shown = repr(text[:80])
    if not code and not _WKT_OR_JSON.match(text):
        raise refusal(file, f"its CRS {shown} is neither a known code nor WKT; use --crs")
    if _NAMES_A_FILE.search(text):
        raise refusal(file, f"its CRS {shown} names another file; use --crs")
    try:
        if code:
            return pyproj.CRS.from_authority(code[1].upper(), code[2].upper())
        return vet_crs(file, pyproj.CRS.from_user_input(text))
    except pyproj.exceptions.CRSError as error:
        raise refusal(file, f"its CRS {shown} is not understood; use --crs") from error


def crs_of_geojson(file: str, member: object) -> pyproj.CRS | None:
    """Read the `crs` member of GeoJSON 2008, if there is one; no link is ever followed."""
    if member is None:
        return None
    match member:
        case {"type": "name", "properties": {"name": str(name)}}:
            return crs_from_text(file, name)
    message = (
        f"its crs member {str(member)[:80]!r} is not understood: only a name such as "
        "'urn:ogc:def:crs:EPSG::4326' is, and no link is followed"
    )
    raise refusal(file, message)


def vet_crs(file: str, crs: pyproj.CRS) -> pyproj.CRS:
    """Return the CRS if coordinates in it can become degrees without opening another file."""
    if _NAMES_A_FILE.search(crs.to_wkt()):
        raise refusal(file, f"its CRS {crs.name!r} names another file; use --crs")
    if not (crs.is_geographic or crs.is_projected or crs.is_geocentric):
        raise refusal(file, f"its CRS {crs.name!r} is not tied to the Earth; use --crs")
    return crs


def choose_crs(
    declared: pyproj.CRS | None, option: str | int | None, findings: Findings, *, assumed: bool
) -> pyproj.CRS:
    """Take the option where one is given, else what the file declares; neither is an error."""
    if option is None:
        if declared is None:
            message = "declares no CRS; say which with --crs (crs=), such as EPSG:4326"
            raise refusal(findings.file, message)
        return declared
    try:
        chosen = pyproj.CRS.from_user_input(option)
    except pyproj.exceptions.CRSError as error:
        message = f"--crs {option!r} is not understood; give a code such as EPSG:32642"
        raise refusal(findings.file, message) from error
    if declared is not None and not assumed and not declared.equals(chosen, ignore_axis_order=True):
        findings.warn(f"declares the CRS {declared.name!r}; read as {chosen.name!r} as asked")
    return chosen


# --- geometry ----------------------------------------------------------------


def repair_geometry(
    frame: gpd.GeoDataFrame, crs: pyproj.CRS, findings: Findings
) -> gpd.GeoDataFrame:
    """Areas in EPSG:4326, valid and without Z or M.

    Parameters
    ----------
    frame
        features with their number from 1 as index; its own CRS is ignored.
    crs
        the CRS of its coordinates, x before y.
    findings
        takes what was wrong and what was changed.

    Returns
    -------
    GeoDataFrame
        the same columns; Polygon and MultiPolygon in EPSG:4326; features
        without geometry are missing, the index is kept.

    Raises
    ------
    BoundariesError
        for points or lines, and coordinates that are not in the CRS.
    """
    shapes = pd.Series(shapely.force_2d(frame.geometry.to_numpy()), frame.index, dtype=object)
    empty = shapes.index[shapely.is_missing(shapes) | shapely.is_empty(shapes)]
    if len(empty):
        findings.warn(f"{rows_text(empty)} without geometry left out")
    shapes = _areas(shapes.drop(empty), findings)
    if shapes.empty and not findings.errors:
        findings.error("holds no areas")
    findings.stop()
    if crs.is_geographic:
        _vet_degrees(shapes, findings)
    degrees = gpd.GeoSeries(shapes, crs=crs).to_crs(CRS)
    bounds = degrees.bounds.to_numpy()
    lost = degrees.index[~np.isfinite(bounds).all(axis=1)]
    if len(lost):
        findings.error(f"{rows_text(lost)} cannot be placed: not coordinates of {crs.name!r}")
        findings.stop()
    _vet_degrees(degrees, findings)
    degrees = _made_valid(degrees, findings)
    result = frame.loc[degrees.index].drop(columns=frame.geometry.name)
    return gpd.GeoDataFrame(result, geometry=degrees, crs=CRS)


def _areas(shapes: pd.Series[Any], findings: Findings) -> pd.Series[Any]:
    kinds = shapely.get_type_id(shapes.to_numpy())
    mixed = shapes.index[kinds == _COLLECTION]
    shapes = shapes.copy()
    for row in mixed:
        shapes[row] = _area_of(shapes[row])
    kinds = shapely.get_type_id(shapes.to_numpy())
    wrong = shapes.index[~np.isin(kinds, [_POLYGON, _MULTIPOLYGON]) | shapely.is_empty(shapes)]
    if len(wrong):
        names = sorted(
            {shapely.GeometryType(kind).name.casefold() for kind in kinds[shapes.index.isin(wrong)]}
        )
        findings.error(
            f"{rows_text(wrong)}: {', '.join(names)} where boundaries are areas (polygons)"
        )
    taken = mixed.difference(wrong)
    if len(taken):
        findings.warn(f"{rows_text(taken)}: only the areas of a mixed collection are used")
    return shapes


def _area_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Join the polygons of any geometry into one."""
    parts = [shape]
    while any(part.geom_type == "GeometryCollection" for part in parts):
        parts = list(shapely.get_parts(parts))
    parts = list(shapely.get_parts(parts))
    areas = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)


def _vet_degrees(shapes: pd.Series[Any], findings: Findings) -> None:
    """Refuse coordinates that are no longitudes and latitudes, saying what they look like."""
    bounds = shapely.bounds(shapes.to_numpy())
    x = np.abs(bounds[:, [0, 2]]).max(axis=1)
    y = np.abs(bounds[:, [1, 3]]).max(axis=1)
    outside = ~((x <= 180 + _SLACK_DEGREES) & (y <= 90 + _SLACK_DEGREES))  # NaN is outside
    if not outside.any():
        return
    swapped = bool((y <= 180 + _SLACK_DEGREES).all() and (x <= 90 + _SLACK_DEGREES).all())
    looks = (
        "they look like latitude before longitude: swap the axes"
        if swapped
        else "they look like metres: give the CRS that they are in with --crs"
    )
    first = int(np.flatnonzero(outside)[0])
    findings.error(
        f"{rows_text(shapes.index[outside])}: coordinates such as "
        f"({bounds[first, 0]:.10g}, {bounds[first, 1]:.10g}) are no degrees; {looks}"
    )
    findings.stop()


def _made_valid(shapes: gpd.GeoSeries, findings: Findings) -> gpd.GeoSeries:
    invalid = shapes.index[~shapes.is_valid]
    if not len(invalid):
        return shapes
    shapes = shapes.copy()
    mended = shapely.make_valid(
        shapes[invalid].to_numpy(), method="structure", keep_collapsed=False
    )
    shapes[invalid] = gpd.GeoSeries([_area_of(shape) for shape in mended], invalid, crs=shapes.crs)
    findings.warn(f"{rows_text(invalid)}: invalid geometry (such as a crossing line) repaired")
    gone = invalid[shapes[invalid].is_empty]
    if len(gone):
        findings.warn(f"{rows_text(gone)} without area left out")
    return shapes.drop(gone)


def warn_of_overlaps(frame: gpd.GeoDataFrame, findings: Findings) -> None:
    """Warn where neighbours overlap, or do not share their edge; nothing is changed."""
    edges = shapely.coverage_invalid_edges(frame.geometry.to_numpy())
    wrong = frame.index[~shapely.is_empty(edges)]
    if len(wrong):
        findings.warn(
            f"{rows_text(wrong)}: the borders do not match those of the neighbours "
            "(overlaps or slivers); drawn as they are"
        )


def merge_pieces(units: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Merge units of one id where name or ground says that they are one; else that is an error."""
    merged = units.copy()
    twice = units[units["place_id"].duplicated(keep=False)]
    for place, pieces in twice.groupby("place_id", sort=False):
        names = ", ".join(map(repr, pieces["name"].unique()))
        alike = pieces["name"].nunique() == 1 and pieces["parent"].nunique() == 1
        if (pieces["lies"].dropna() != place).any() or not (alike or pieces["lies"].notna().all()):
            findings.error(
                f"{rows_text(pieces.index)} would all be {place} ({names}); correct their "
                "names or codes, or name the right columns with --name-column, --code-column"
            )
            continue
        findings.warn(f"{rows_text(pieces.index)}: pieces of {place} ({names}), merged into one")
        shape = shapely.union_all(pieces.geometry.to_numpy())
        merged.loc[pieces.index[0], "geometry"] = shape
        merged = merged.drop(pieces.index[1:])
    return merged


# --- where units lie ---------------------------------------------------------


def overlap_shares(units: gpd.GeoDataFrame, others: gpd.GeoDataFrame) -> pd.DataFrame:
    """How much of each unit lies in which of some other places.

    Parameters
    ----------
    units, others
        areas in any CRS; `others` has ``place_id``.

    Returns
    -------
    DataFrame
        ``row`` (index value of the unit), ``place_id`` of the other, ``share``
        of the unit's area (0–1, to about 1 %, on an equal-area projection),
        the largest share of each unit first.
    """
    others = others.to_crs(units.crs)
    boxes = shapely.STRtree(units.geometry.to_numpy())
    near = np.unique(boxes.query(others.geometry.to_numpy())[0])  # most of the world is not
    others = others.iloc[near]
    mine, theirs = _coarse(units), _coarse(others)
    tree = shapely.STRtree(mine)
    # Trees are asked with the larger polygons: those are prepared once.
    whole = tree.query(theirs, predicate="contains")
    touched = tree.query(theirs, predicate="intersects")
    pairs = pd.DataFrame({"other": touched[0], "unit": touched[1]})
    inside = pd.MultiIndex.from_arrays(whole)
    pairs["share"] = np.where(pd.MultiIndex.from_frame(pairs).isin(inside), 1.0, np.nan)
    part = pairs.index[pairs["share"].isna()]
    cut = shapely.intersection(mine[pairs.loc[part, "unit"]], theirs[pairs.loc[part, "other"]])
    area = np.maximum(shapely.area(mine), np.finfo(float).tiny)
    pairs.loc[part, "share"] = shapely.area(cut) / area[pairs.loc[part, "unit"]]
    shares = pd.DataFrame(
        {
            "row": units.index.to_numpy()[pairs["unit"]],
            "place_id": others["place_id"].to_numpy()[pairs["other"]],
            "share": pairs["share"].to_numpy(),
        }
    )
    return shares.sort_values(["row", "share"], ascending=[True, False], ignore_index=True)


def _coarse(places: gpd.GeoDataFrame) -> Any:  # noqa: ANN401  # shapely is untyped
    """Geometries on an equal-area plane, with no more detail than shares need."""
    shapes = places.geometry.to_crs(EQUAL_AREA).to_numpy()
    simple = shapely.simplify(shapes, np.sqrt(shapely.area(shapes)) * 0.005)
    return shapely.make_valid(simple)


def choose_countries(
    areas: gpd.GeoDataFrame, texts: pd.DataFrame, option: str | None, findings: Findings
) -> pd.Series[Any]:
    """ISO 3166-1 alpha-3 of each unit: by the file's columns, the option, or where it lies."""
    found = pd.Series(None, areas.index, dtype=object)
    for column in texts.columns:
        ids = {text: _country_id(text) for text in texts[column].dropna().unique()}
        found = found.where(found.notna(), texts[column].astype(object).map(ids))
    if option is None:
        return _locate_countries(areas, found, findings)
    asked = _country_id(option)
    if asked is None:
        message = f"--country {option!r} is no country; give its ISO 3166-1 code"
        raise refusal(findings.file, message)
    for country, rows in found.groupby(found).groups.items():
        if country != asked:
            message = f"{rows_text(rows)}: the file says {country}, the option says {asked}"
            findings.error(message, column=str(texts.columns[0]))
    return found.where(found.notna(), asked)


def _country_id(text: str) -> str | None:
    # Inside: a gazetteer is built upon boundaries.
    from geodata.gazetteer import Gazetteer  # noqa: PLC0415  # see above

    try:
        return str(Gazetteer.builtin().resolve_country(text))
    except PlaceError:
        return None


def _locate_countries(
    areas: gpd.GeoDataFrame, known: pd.Series[Any], findings: Findings
) -> pd.Series[Any]:
    """Fill in the countries that are not known: the one that each unit overlaps most."""
    unknown = known.index[known.isna()]
    if not len(unknown):
        return known
    shares = overlap_shares(areas.loc[unknown], builtin_boundaries(level=0))
    largest = shares.drop_duplicates("row").set_index("row")["place_id"]
    at_sea = unknown.difference(largest.index)
    if len(at_sea):
        findings.error(
            f"{rows_text(at_sea)}: in no country; the CRS or the order of the axes is wrong, "
            "else say --country"
        )
    elif len(unknown) < len(known):
        findings.warn(f"{rows_text(unknown)}: country taken from where the unit lies")
    return known.fillna(largest.astype(object))


def vet_countries(units: gpd.GeoDataFrame, findings: Findings) -> None:
    """Refuse a file none of whose units lies near its country, as with swapped axes."""
    countries = builtin_boundaries(level=0).set_index("place_id").geometry
    for country, group in units.groupby("country"):
        if country not in countries.index:
            continue
        land = shapely.box(*countries[country].bounds)
        shapes = group.geometry.to_numpy()
        if shapely.intersects(shapes, land).any():
            continue
        swapped = shapely.transform(shapes, lambda xy: xy[:, ::-1])
        why = (
            "but would with latitude and longitude exchanged: swap the axes"
            if shapely.intersects(swapped, land).any()
            else "nor with its axes swapped: check the CRS and the country"
        )
        findings.error(f"{rows_text(group.index)}: none lies in {country}, {why}")


def locate_parents(units: gpd.GeoDataFrame, findings: Findings) -> pd.Series[Any]:
    """Find the built-in province of its country that each unit overlaps most, else the country."""
    parents: pd.Series[Any] = units["country"].astype(object)
    provinces = builtin_boundaries(level=1)
    for country, group in units.groupby("country"):
        shares = overlap_shares(group, provinces[provinces["country"] == country])
        largest = shares.drop_duplicates("row").set_index("row")["place_id"]
        parents.loc[largest.index] = largest
        outside = group.index.difference(largest.index)
        if len(outside):
            findings.warn(f"{rows_text(outside)}: in no province of {country}; put under it")
    return parents
