"""A GeoPackage is a SQLite database: what of a stranger's one may be read, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geodata.io.memory import Copies

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    import shapely

    from geodata.places.boundaries.guard import Vetted

_ENVELOPE_BYTES: Final = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


_GPKG_HEADER: Final = 8


def is_plain_table(connection: sqlite3.Connection, name: str) -> bool:
    """Whether a name is a stored table: no view, no virtual table, no column that is computed.

    SQLite asks no authorizer about the expressions of generated columns.
    """
    found = connection.execute(
        "SELECT type, sql FROM sqlite_master WHERE name = ? COLLATE NOCASE", (name,)
    ).fetchall()
    sql = str(found[0][1]).lstrip().casefold() if found else ""
    if len(found) != 1 or found[0][0] != "table" or not sql.startswith("create table"):
        return False
    return not any(
        about[-1] for about in connection.execute(f"PRAGMA table_xinfo({quoted_name(name)})")
    )


def quoted_name(name: str) -> str:
    """Quote a name for SQL; no parameter can be one."""
    return '"' + name.replace('"', '""') + '"'


def fetch_rows(vetted: Vetted, cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
    """Fetch all rows; those of a hostile file may share their bytes, so that they are counted.

    Raises
    ------
    TooMuchError
        Before they take more memory than they may.
    """
    rows, copies = [], Copies(vetted.memory)
    for row in cursor:
        rows.append(row)
        vetted.memory.rows += vetted.counts_rows
        copies.take(row)
    return rows


def shapes_of(vetted: Vetted, blobs: Iterable[object]) -> list[shapely.Geometry | None]:
    """Return the shapes of blobs: WKB behind the header of OGC 12-128r19, clause 2.1.3.

    Raises
    ------
    TooMuchError
        They nest too deep or hold too much, before GEOS sees any of them.
    """
    return list(vetted.geometries().from_wkb(map(_wkb_of, blobs)))


def _wkb_of(blob: object) -> bytes | None:
    if isinstance(blob, bytes) and len(blob) > _GPKG_HEADER and blob[:2] == b"GP":
        envelope = _ENVELOPE_BYTES.get(blob[3] >> 1 & 7)
        if envelope is not None:
            return blob[_GPKG_HEADER + envelope :]
    return None
