"""Boundaries: the built-in ones, or a user's file → canonical boundaries.

A file passes the guard, is read by its format, becomes clean areas, and gets its
names and ids. One job a module: `guard`, `formats`, `crs`, `repair`, `location`, `columns`,
`identity`; `findings` collects what is wrong on the way.
"""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING

import shapely

from geodata.io.memory import TooMuchError
from geodata.places.boundaries.columns import Choice
from geodata.places.boundaries.findings import Findings
from geodata.places.boundaries.guard import guarded
from geodata.places.boundaries.limits import LIMITS, Limits, refusal
from geodata.places.builtin import builtin_boundaries
from geodata.schema import LEVELS

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.report import Fault

__all__ = ["BoundariesWarning", "Limits", "builtin_boundaries", "read_boundaries"]


class BoundariesWarning(UserWarning):
    """Something in a boundary file was repaired, left out, or is doubtful: its ``fault``."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def read_boundaries(
    path: str | os.PathLike[str],
    *,
    name_column: str | None = None,
    code_column: str | None = None,
    crs: str | int | None = None,
    level: int | None = None,
    country: str | None = None,
    layer: str | None = None,
    limits: Limits = LIMITS,
) -> gpd.GeoDataFrame:
    """Read administrative boundaries of level 0, 1 or 2 from a file that nobody vouches for.

    Parameters
    ----------
    path
        a shapefile (also zipped), GeoPackage, GeoJSON, FlatGeobuf or GeoParquet.
    name_column, code_column
        the columns of names and codes; those of geoBoundaries, OCHA COD-AB,
        GADM and Natural Earth are known by themselves.
    crs
        the CRS of the coordinates, where the file declares none, or a wrong one.
    level
        0 country, 1 province, 2 district; else as the columns say, else 1.
    country
        the country that all units lie in, as ISO 3166-1 code or name; else as
        a column says, else the one that they overlap most.
    layer
        the layer, where the file holds several of areas.
    limits
        how large a file may be.

    Returns
    -------
    GeoDataFrame
        ``place_id`` (unique; ISO 3166 where code or name matches a built-in
        place, else the code, else ``x-<file>-<slug>``), ``name``, ``level``,
        ``country`` (ISO 3166-1 alpha-3), ``parent`` (place id), ``geometry``
        (Polygon, MultiPolygon); EPSG:4326, RangeIndex, in the file's order.

    Raises
    ------
    BoundariesError
        with every fault that stands in the way: file, feature, column, remedy.

    Warns
    -----
    BoundariesWarning
        for each kind of repair and doubt.

    Examples
    --------
    >>> import warnings
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> shape = '{"type": "Polygon", "coordinates": [[[68, 36], [69, 36], [69, 37], [68, 36]]]}'
    >>> feature = f'{{"type": "Feature", "properties": {{"name": "X"}}, "geometry": {shape}}}'
    >>> with TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
    ...     path = Path(folder) / "mine.geojson"
    ...     _ = path.write_text(f'{{"type": "FeatureCollection", "features": [{feature}]}}')
    ...     read_boundaries(path, name_column="name", country="AFG")["place_id"].tolist()
    ['x-mine-x']
    """
    # Here, since most maps are of the built-in places: these load GDAL and more.
    from geodata.places.boundaries.crs import choose_crs  # noqa: PLC0415 - as above
    from geodata.places.boundaries.formats import read_layer  # noqa: PLC0415 - as above
    from geodata.places.boundaries.identity import identify  # noqa: PLC0415 - as above
    from geodata.places.boundaries.repair import (  # noqa: PLC0415 - as above
        repair_geometry,
        warn_of_overlaps,
    )

    findings = Findings(os.fspath(path))
    if level is not None and level not in LEVELS:
        raise refusal(findings.file, f"level {level!r} is none of {', '.join(map(str, LEVELS))}")
    try:
        with guarded(path, layer=layer, limits=limits) as vetted:
            raw = read_layer(vetted, layer)
    except TooMuchError as error:
        raise refusal(findings.file, str(error)) from error
    _vet_counts(findings.file, raw.frame, limits)
    for note in raw.notes:
        findings.warn(note)
    chosen = choose_crs(raw.crs, crs, findings, assumed=raw.assumed)
    areas = repair_geometry(raw.frame, chosen, findings)
    choice = Choice(name_column, code_column, level, country)
    result = identify(areas, choice, findings)
    warn_of_overlaps(areas, findings)
    for fault in findings.warnings:
        warnings.warn(BoundariesWarning(fault), stacklevel=2)
    return result


def _vet_counts(file: str, frame: gpd.GeoDataFrame, limits: Limits) -> None:
    counts = {
        "features": len(frame),
        "columns": frame.shape[1] - 1,
        "vertices": int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum()),
    }
    for what, count in counts.items():
        most = getattr(limits, what)
        if count > most:
            raise refusal(
                file, f"has {count:,} {what}; at most {most:,} are read: raise the limit {what!r}"
            )
    if not len(frame):
        raise refusal(file, "holds no features")
