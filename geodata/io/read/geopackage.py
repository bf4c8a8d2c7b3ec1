"""GeoPackage → the raw frame; rows count the records from 1, and a file reads ``FILE[Layer]``."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.errors import BoundariesError
from geodata.io.read.cells import RefusedError
from geodata.io.read.column_names import column_name
from geodata.io.read.columns import Findings, RawTable, known_columns
from geodata.io.read.frames import table_of_values
from geodata.io.read.points import coordinates
from geodata.places.boundaries.geopackage import fetch_rows, is_plain_table, quoted_name, shapes_of
from geodata.places.boundaries.guard import Vetted, open_geopackage
from geodata.places.boundaries.limits import LIMITS
from geodata.schema import REQUIRED_COLUMNS
from geodata.text.quoting import printable, quoted

if TYPE_CHECKING:
    import sqlite3

    import shapely

_WGS84 = {("EPSG", "4326"), ("NONE", "0"), ("NONE", "-1")}


def read_geopackage(data: bytes, findings: Findings, *, layer: str | None) -> RawTable:
    """Read one layer: ``layer``, or the only one that has the columns of claims.

    Points stand for latitude and longitude where the layer has no such columns.

    Raises
    ------
    RefusedError
        Damaged, too large, no such layer, a layer that is computed, or another CRS than WGS 84.
    """
    with tempfile.TemporaryDirectory(prefix="claimatlas-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "layer.gpkg"
        path.write_bytes(data)
        limits = replace(LIMITS, json_depth=findings.limits.depth)
        vetted = Vetted(
            findings.file,
            "GeoPackage",
            path,
            limits=limits,
            memory=findings.memory,
            counts_rows=True,
        )
        try:
            with open_geopackage(vetted) as connection:
                name = _choose_layer(connection, layer)
                findings.file = f"{findings.file}[{printable(name)}]"
                columns, shapes = _columns(connection, name, vetted, findings)
        except BoundariesError as error:
            message = str(error).removeprefix(f"{vetted.file}: ")
            raise RefusedError(message) from error
    header = list(columns)
    if shapes is not None and not {"latitude", "longitude"} & set(map(column_name, header)):
        columns |= dict(zip(("longitude", "latitude"), coordinates(shapes, findings), strict=True))
        header = list(columns)
    count = len(next(iter(columns.values()), ()))
    positions = known_columns(header, findings, row=None)
    values = {name: columns[header[position]] for name, position in positions.items()}
    return table_of_values(values, list(range(1, count + 1)), findings)


def _choose_layer(connection: sqlite3.Connection, wanted: str | None) -> str:
    if not is_plain_table(connection, "gpkg_contents"):
        msg = "this is no GeoPackage: it has no table gpkg_contents"
        raise RefusedError(msg)
    query = "SELECT table_name FROM gpkg_contents LIMIT 1000"
    names = tuple(str(name) for (name,) in connection.execute(query))
    if wanted is not None:
        if wanted not in names:
            valid = ", ".join(map(quoted, names)) or "none"
            msg = f"the GeoPackage has no layer {quoted(wanted)}; it has {valid}"
            raise RefusedError(msg, value=wanted, suggestions=names)
        return wanted
    fitting = [name for name in names if _header(connection, name) >= set(REQUIRED_COLUMNS)]
    if len(fitting) > 1:
        msg = f"claims may stand in {' and '.join(map(quoted, fitting))}: name the layer (--sheet)"
        raise RefusedError(msg, suggestions=tuple(fitting))
    if not names:
        msg = "the GeoPackage has no layers"
        raise RefusedError(msg)
    return (fitting or list(names))[0]


def _header(connection: sqlite3.Connection, name: str) -> set[str]:
    about = connection.execute(f"PRAGMA table_xinfo({quoted_name(name)})")
    return {column_name(str(row[1])) for row in about}


def _columns(
    connection: sqlite3.Connection, name: str, vetted: Vetted, findings: Findings
) -> tuple[dict[str, list[Any]], list[shapely.Geometry | None] | None]:
    """Return the layer's columns, and its shapes where it has any."""
    if not is_plain_table(connection, name):
        msg = f"the layer {quoted(name)} is no stored table (but computed, as a view is): export it"
        raise RefusedError(msg)
    geometry = _geometry_column(connection, name)
    cursor = connection.execute(f"SELECT * FROM {quoted_name(name)}")  # noqa: S608 - no parameter can be a name
    header = [str(about[0]) for about in cursor.description]
    rows = fetch_rows(vetted, cursor)
    if len(rows) * len(header) > findings.limits.cells:
        msg = f"the layer has more than {findings.limits.cells:,} cells: split it"
        raise RefusedError(msg)
    keys = {
        str(about[1])
        for about in connection.execute(f"PRAGMA table_xinfo({quoted_name(name)})")
        if about[5]
    }
    columns: dict[str, list[Any]] = {}
    shapes = None
    for position, column in enumerate(header):
        values = [row[position] for row in rows]
        if column == geometry:
            shapes = shapes_of(vetted, values)
        elif column not in keys or column_name(column) in {"claim_id", *REQUIRED_COLUMNS}:
            columns[column] = values  # a primary key is the file's own, such as fid
    return columns, shapes


def _geometry_column(connection: sqlite3.Connection, name: str) -> str | None:
    if not is_plain_table(connection, "gpkg_geometry_columns"):
        return None
    query = "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?"
    found = connection.execute(query, (name,)).fetchone()
    if found is None:
        return None
    systems = connection.execute(
        "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        (found[1],),
    ).fetchone()
    organization, code = systems or ("NONE", 0)
    if (str(organization).upper(), str(code)) not in _WGS84:
        msg = f"the layer's CRS is {organization}:{code}: reproject it to EPSG:4326"
        raise RefusedError(msg, value=f"{organization}:{code}")
    return str(found[0])
