"""What stands between a stranger's boundary file and the libraries that would trust it.

GDAL opens what it is given by content, not by name: a VRT called ``x.shp``
makes it read other files and fetch addresses. So no path of the user's ever
reaches a library. A file is opened once, as a regular file; its first bytes
must be what its name says; what is then read is a private copy under a fixed
name, which holds nothing but vetted parts and is removed afterwards.

GDAL sees only shapefiles and FlatGeobuf, whose binary headers are checked
here. GeoJSON, GeoParquet and GeoPackage are read without it.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import sqlite3
import stat
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import numpy as np

from geodata.io.memory import Memory
from geodata.places.boundaries.limits import LIMITS, PARTS, Limits, copy_bounded, refusal
from geodata.places.boundaries.shapefile import vet_records
from geodata.places.boundaries.wkb import Geometries
from geodata.places.boundaries.zipped import unzip

FORMATS: Final = {
    ".shp": "shapefile",
    ".zip": "zipped shapefile",
    ".gpkg": "GeoPackage",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".fgb": "FlatGeobuf",
    ".parquet": "GeoParquet",
    ".geoparquet": "GeoParquet",
}


_FORMAT_LIST: Final = (
    "shapefile (.shp, or zipped .zip), GeoPackage (.gpkg), GeoJSON (.geojson, .json), "
    "FlatGeobuf (.fgb), GeoParquet (.parquet)"
)


_AREA_SHAPES: Final = (5, 15, 25)  # Polygon, PolygonZ, PolygonM


_SHAPES: Final = {0: "null shapes", 1: "points", 3: "lines", 8: "points", 31: "multipatches"}


_SHP_MAGIC: Final = struct.pack(">i", 9994)


_SHP_HEADER: Final = 100


_DBF_HEADER: Final = 32


_TEXT_BYTES: Final = 64 * 1024  # of a .prj or .cpg


# Without O_NONBLOCK, opening a FIFO waits for its writer; O_BINARY is Windows'.
_OPEN: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class Vetted:
    """A private copy of a file that is what its name says."""

    file: str  # as the user named it
    format: str
    path: Path
    prj: str | None = None
    encoding: str | None = None
    limits: Limits = LIMITS
    memory: Memory = field(default_factory=lambda: Memory(LIMITS.memory))
    counts_rows: bool = False  # each record has room of its own

    def geometries(self) -> Geometries:
        """Return what counts the file's geometries."""
        limits = self.limits
        return Geometries(self.memory, depth=limits.json_depth, vertices=limits.vertices)


@contextmanager
def guarded(
    path: str | os.PathLike[str], *, layer: str | None = None, limits: Limits = LIMITS
) -> Iterator[Vetted]:
    """Copy a boundary file that nobody vouches for to a private place, for as long as it is read.

    Parameters
    ----------
    path
        a local, regular file in one of the formats of `FORMATS`.
    layer
        which shapefile of a zip that holds several, by its name without ending.
    limits
        how large a file may be.

    Raises
    ------
    BoundariesError
        where the path is no regular file, the content is not what the name
        says, or a limit is passed.
    SurroundingsError
        where the private copy cannot be written.
    """
    file = os.fspath(path)
    suffix = _vet_name(file)
    with (
        _open_regular(file, limits) as stream,
        tempfile.TemporaryDirectory(prefix="claimatlas-", ignore_cleanup_errors=True) as name,
    ):
        _vet_magic(file, suffix, stream.read(_TEXT_BYTES))
        stream.seek(0)
        folder, copy = Path(name), Path(name) / f"layer{suffix}"
        if suffix == ".zip":
            unzip(file, stream, folder, layer, limits)
        else:
            copy_bounded(file, stream, copy, limits.file_bytes)
        if suffix == ".shp":
            _copy_parts(file, folder, limits)
        if suffix == ".fgb":
            _shield(copy)
        if suffix in {".shp", ".zip"}:
            yield _vet_shapefile(file, folder, limits)
        else:
            yield Vetted(file, FORMATS[suffix], copy, limits=limits, memory=Memory(limits.memory))


def _vet_name(file: str) -> str:
    """Give the suffix, in lower case, of a path that can only name a local file."""
    if "\0" in file:
        raise refusal(repr(file), "a path cannot contain a NUL character")
    if re.match(r"(?i)/+vsi|[a-z][a-z0-9_+. -]+:", file):
        message = "addresses, /vsi paths and driver prefixes are not opened; give a local file"
        raise refusal(file, message)
    suffix = Path(file).suffix.casefold()
    if suffix not in FORMATS:
        if Path(file).is_dir():
            raise refusal(file, f"is a folder; give a file: {_FORMAT_LIST}")
        raise refusal(file, f"{suffix!r} is not the ending of a boundary format: {_FORMAT_LIST}")
    return suffix


_REASONS: Final = {
    errno.ENOENT: "there is no such file",
    errno.EACCES: "cannot be read: permission denied",
    errno.EISDIR: "is a folder; give a file",
    errno.ELOOP: "is a symbolic link that leads back to itself",
    errno.ENXIO: "is a socket or device; give a regular file",
    errno.ENAMETOOLONG: "the path is too long",
}


def _open_regular(file: str, limits: Limits) -> IO[bytes]:
    """Open a regular file; what is checked is what is read, not the name a second time."""
    try:
        handle = os.open(file, _OPEN)
    except OSError as error:
        raise refusal(file, _REASONS.get(error.errno or 0, str(error.strerror))) from error
    status = os.fstat(handle)
    problem = None
    if not stat.S_ISREG(status.st_mode):
        problem = "is a folder, pipe, socket or device; give a regular file"
    elif status.st_size == 0:
        problem = "is empty"
    elif status.st_size > limits.file_bytes:
        most = f"{limits.file_bytes:,} are read: raise the limit 'bytes'"
        problem = f"has {status.st_size:,} bytes; at most {most}"
    if problem:
        os.close(handle)
        raise refusal(file, problem)
    return os.fdopen(handle, "rb")


def _looks_like(head: bytes) -> str:
    """Say what a file is, by its first bytes."""
    if head.startswith(b"SQLite format 3\0"):
        # 1.0 and 1.1 wrote their own ids, later versions GPKG.
        return "GeoPackage" if head[68:72] in {b"GPKG", b"GP10", b"GP11"} else "a SQLite database"
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    starts = (
        (head.startswith(b"fgb\x03fgb"), "FlatGeobuf"),
        (head.startswith(b"PAR1"), "GeoParquet"),
        (head.startswith((b"PK\3\4", b"PK\5\6")), "zipped shapefile"),
        (head.startswith(_SHP_MAGIC) and len(head) >= _SHP_HEADER, "shapefile"),
        (text.startswith(b"{"), "GeoJSON"),
        (text.startswith(b"<"), "XML or HTML (a VRT, a KML, a page in place of a download)"),
    )
    return next((name for found, name in starts if found), "something else")


def _vet_magic(file: str, suffix: str, head: bytes) -> None:
    said, seen = FORMATS[suffix], _looks_like(head)
    if seen != said:
        remedy = "rename it" if seen in FORMATS.values() else f"give one of {_FORMAT_LIST}"
        raise refusal(file, f"its name says {said}, its content is {seen}; {remedy}")


def _shield(path: Path) -> None:
    """Set the patch version of a FlatGeobuf to 0.

    Magic bytes are not enough: GDAL's text drivers, asked first, search the whole head, so that
    ``<OGRVRTDataSource>`` behind the magic opens as a VRT. They stop at a zero byte.
    """
    with path.open("r+b") as copy:
        copy.seek(7)
        copy.write(b"\0")


def vet_json_depth(file: str, content: bytes, limits: Limits) -> None:
    """Refuse deep nesting before a recursive parser meets it."""
    bare = re.sub(rb'"[^"\\]*(?:\\.[^"\\]*)*"', b"", content, flags=re.DOTALL)
    marks = np.frombuffer(bare, np.uint8)
    opening = (marks == ord("{")) | (marks == ord("["))
    closing = (marks == ord("}")) | (marks == ord("]"))
    steps = opening.astype(np.int8) - closing.astype(np.int8)
    deepest = int(np.cumsum(steps[steps != 0], dtype=np.int32).max(initial=0))
    if deepest > limits.json_depth:
        most = f"{limits.json_depth} are read: raise the limit 'depth'"
        raise refusal(file, f"nests {deepest:,} levels deep; at most {most}")


def _copy_parts(file: str, folder: Path, limits: Limits) -> None:
    for suffix in PARTS[1:]:
        for name in (Path(file).with_suffix(suffix), Path(file).with_suffix(suffix.upper())):
            if os.path.lexists(name):
                with _open_regular(str(name), limits) as stream:
                    copy_bounded(str(name), stream, folder / f"layer{suffix}", limits.file_bytes)
                break


def _vet_shapefile(file: str, folder: Path, limits: Limits) -> Vetted:
    paths = {suffix: folder / f"layer{suffix}" for suffix in PARTS}
    missing = [suffix for suffix in PARTS[:3] if not paths[suffix].exists()]
    if missing:
        raise refusal(file, f"lacks its {' and '.join(missing)}; keep the parts together")
    for suffix in (".shp", ".shx"):
        with paths[suffix].open("r+b") as part:
            head = part.read(_SHP_HEADER)
            if len(head) < _SHP_HEADER or not head.startswith(_SHP_MAGIC):
                raise refusal(file, f"its {suffix} is not a shapefile's")
            # Unused bytes of the header: nothing for GDAL's other drivers to recognise.
            part.seek(4)
            part.write(bytes(20))
    (shape,) = struct.unpack("<i", head[32:36])
    if shape not in _AREA_SHAPES:
        kind = _SHAPES.get(shape if shape in _SHAPES else shape % 10, "unknown shapes")
        raise refusal(file, f"holds {kind}; boundaries are areas (polygons)")
    with paths[".dbf"].open("rb") as part:
        table = part.read(_DBF_HEADER)
    if len(table) < _DBF_HEADER or table[0] & 7 not in {3, 4, 5}:
        raise refusal(file, "its .dbf is not a dBASE table")
    prj = _part_text(paths[".prj"])
    encoding = _codec(_part_text(paths[".cpg"]))
    for suffix in (".prj", ".cpg"):  # read here; GDAL need not see them
        paths[suffix].unlink(missing_ok=True)
    memory = Memory(limits.memory)
    memory.take(3 * paths[".dbf"].stat().st_size)
    vet_records(file, paths[".shp"], paths[".shx"], memory, limits)
    return Vetted(
        file, "shapefile", paths[".shp"], prj=prj, encoding=encoding, limits=limits, memory=memory
    )


def _part_text(path: Path) -> str | None:
    if not path.exists():
        return None
    with path.open("rb") as part:
        content = part.read(_TEXT_BYTES).removeprefix(codecs.BOM_UTF8)
    return content.decode("utf-8", errors="replace").strip() or None


def _codec(text: str | None) -> str | None:
    """Python's name of the encoding in a .cpg; `None` leaves it to the table's own mark."""
    name = re.sub(r"(?i)^(?:ansi|oem)\s+|\s", "", (text or "").splitlines()[0]) if text else ""
    name = {"88591": "iso-8859-1"}.get(name, f"cp{name}" if name.isdigit() else name)
    try:
        return codecs.lookup(name).name if re.fullmatch(r"[\w-]{2,30}", name) else None
    except LookupError:
        return None


@contextmanager
def open_geopackage(vetted: Vetted) -> Iterator[sqlite3.Connection]:
    """Open a GeoPackage so that nothing can be done but to read columns of tables.

    What a hostile schema could run (views, virtual tables, triggers, ATTACH, extensions) is
    denied, not searched for: an ordinary GeoPackage has some of it for its index.
    """
    uri = f"file:{quote(str(vetted.path))}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.set_authorizer(_only_reading)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, vetted.path.stat().st_size)
        yield connection
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        raise refusal(vetted.file, f"is not a readable GeoPackage: {error}") from error
    finally:
        connection.close()


def _only_reading(action: int, first: str | None, *_: str | None) -> int:
    allowed = action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
    about_columns = action == sqlite3.SQLITE_PRAGMA and first == "table_xinfo"
    return sqlite3.SQLITE_OK if allowed or about_columns else sqlite3.SQLITE_DENY
