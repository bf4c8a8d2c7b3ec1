"""The CRS of a user's boundary file: declared, given, or refused."""

from __future__ import annotations

import re
from typing import Final

import pyproj

from geodata.places.boundaries.findings import Findings
from geodata.places.boundaries.limits import refusal

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
