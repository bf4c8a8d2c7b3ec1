"""A file or a stream → its bytes, unzipped and of the kind that its name says.

Nothing is trusted here: a path may lead to a device that never ends, a small
``.gz`` may hold gigabytes, and a name may promise another format.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import zipfile
import zlib
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from geodata.io.read.cells import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS: Final = ("csv", "tsv", "xlsx", "json", "jsonl", "yaml", "geojson", "parquet", "gpkg")
_SUFFIXES: Final = {f".{name}": name for name in FORMATS} | {
    ".tab": "tsv",
    ".xlsm": "xlsx",
    ".ndjson": "jsonl",
    ".yml": "yaml",
    ".geoparquet": "parquet",
}
_ALIASES: Final = {
    "excel": "xlsx",
    "geopackage": "gpkg",
    "json lines": "jsonl",
    "json-lines": "jsonl",
}
_NAMES: Final = {
    "csv": "CSV",
    "tsv": "TSV",
    "xlsx": "XLSX",
    "json": "JSON",
    "jsonl": "JSON Lines",
    "yaml": "YAML",
    "geojson": "GeoJSON",
    "parquet": "Parquet",
    "gpkg": "GeoPackage",
}

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PARQUET: Final = b"PAR1"
_SQLITE: Final = b"SQLite format 3\0"
_GEOPACKAGE_IDS: Final = {b"GPKG", b"GP10", b"GP11"}
_MAGIC: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook, or one with a password"),
    (b"%PDF", "a PDF document"),
    (_SQLITE, "an SQLite database"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"ARROW1\0", "an Arrow or Feather file"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "an RTF document"),
    *(
        (b"\x80" + bytes([protocol]), "a Python pickle, which is never read")
        for protocol in (2, 3, 4, 5)
    ),
)
_JSON: Final = re.compile(rb'\[?\s*\{\s*"[^"]*"\s*:')
_MARKUP: Final = (
    (b"<!doctype html", "a web page (HTML)"),
    (b"<html", "a web page (HTML)"),
    (b"<head", "a web page (HTML)"),
    (b"<meta", "a web page (HTML)"),
    (b"<table", "an HTML table"),
    (b"<?xml", "an XML document"),
    (b"<vrtdataset", "an XML document"),
    (b"<ogrvrtdatasource", "an XML document"),
)


def format_name(format_: str) -> str:
    """Return a format as messages write it.

    >>> format_name("jsonl")
    'JSON Lines'
    """
    return _NAMES[format_]


def format_of(name: str, format_: str | None = None) -> str:
    """Return the format of a file from its name, or from what the user says.

    Raises
    ------
    RefusedError
        No known format.

    >>> format_of("claims.CSV.gz"), format_of("-", "yml")
    ('csv', 'yaml')
    """
    valid = ", ".join(FORMATS)
    if format_ is not None:
        given = format_.strip().casefold()
        found = _ALIASES.get(given) or _SUFFIXES.get("." + given.removeprefix("."))
        if found is None:
            msg = f"{format_!r} is not a format of claims; valid are {valid}"
            raise RefusedError(msg, value=format_, suggestions=FORMATS)
        return found
    if name == "-":
        msg = f"standard input has no name that tells its format: say one of {valid}"
        raise RefusedError(msg, suggestions=FORMATS)
    suffix = Path(name.casefold().removesuffix(".gz")).suffix
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    hint = {
        ".xls": "save the workbook as XLSX",
        ".xlsb": "save the workbook as XLSX",
        ".ods": "save the sheet as XLSX or CSV",
        ".zip": "unzip it first",
    }.get(suffix, "rename the file, or name its format (--from)")
    msg = f"the name does not end in a format of claims ({valid}, each also with .gz): {hint}"
    raise RefusedError(msg, value=suffix or None, suggestions=FORMATS)


def load_bytes(source: str | os.PathLike[str] | IO[bytes], *, named: bool, max_bytes: int) -> bytes:
    """Return the content of a file or stream, unzipped where it is gzip.

    ``named`` says that the format comes from the file's name, so that a ``.gz``
    which is none, and gzip under another name, are refused.

    Raises
    ------
    RefusedError
        Missing, unreadable, not a regular file, empty, truncated or too large.
    """
    if isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        data = _file_bytes(name, max_bytes)
    else:
        name = "-"
        data = _stream_bytes(source, max_bytes)
    zipped = data.startswith(_GZIP)
    if named and name != "-" and zipped != name.casefold().endswith(".gz"):
        msg = (
            "the file is gzip, which its name does not say: add .gz to its name"
            if zipped
            else "the file is not gzip, though its name ends in .gz: rename it"
        )
        raise RefusedError(msg if data else "the file is empty")
    if zipped:
        data = _gunzip(data, max_bytes)
    if not data:
        msg = "the file is empty"
        raise RefusedError(msg)
    return data


def _too_large(max_bytes: int) -> RefusedError:
    size = f"{max_bytes / 1024**2:,.0f} MB" if max_bytes >= 1024**2 else f"{max_bytes:,} bytes"
    return RefusedError(
        f"the content is larger than the limit of {size}: split it, or raise the limit 'bytes'"
    )


def check_file(path: str | os.PathLike[str]) -> None:
    """Refuse a path at which no regular file stands.

    Raises
    ------
    RefusedError
        Missing, a folder, a pipe, a device, or out of reach.
    """
    name = os.fspath(path)
    with _refusing_errors(name):
        mode = Path(name).stat().st_mode
        if not stat.S_ISREG(mode):
            raise RefusedError(_not_a_file(mode))


def _file_bytes(path: str, max_bytes: int) -> bytes:
    # Between the check and now the path may have become a pipe, whose opening
    # would wait for a writer: so O_NONBLOCK, and a second look.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with _refusing_errors(path):
        handle = os.open(path, flags)
        with open(handle, "rb") as file:  # noqa: PTH123 - an open descriptor, not a path
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise RefusedError(_not_a_file(status.st_mode))
            if status.st_size > max_bytes:
                raise _too_large(max_bytes)
            return _stream_bytes(file, max_bytes)


@contextmanager
def _refusing_errors(path: str) -> Iterator[None]:
    """Turn what the system says about a path into a refusal."""
    try:
        yield
    except FileNotFoundError as error:
        if "://" in path:
            msg = "only files are read, never addresses: download it first"
            raise RefusedError(msg, value=path) from error
        raise RefusedError("no such file") from error
    except PermissionError as error:
        raise RefusedError("the file may not be read: its permissions forbid it") from error
    except IsADirectoryError as error:
        raise RefusedError(_not_a_file(stat.S_IFDIR)) from error
    except OSError as error:
        msg = f"the file cannot be opened: {error.strerror or error}"
        raise RefusedError(msg) from error
    except ValueError as error:  # a NUL within the path
        raise RefusedError(f"no file can have this name: {error}") from error


def _not_a_file(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "this is a folder: name the files in it"
    kind = "a pipe" if stat.S_ISFIFO(mode) else "a device or socket"
    return f"this is {kind}, not a file: save it to a file, or give it as standard input with '-'"


def _stream_bytes(stream: IO[bytes], max_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := stream.read(1 << 20):
        if not isinstance(chunk, bytes | bytearray | memoryview):
            msg = "the stream gives text, not bytes: open it in binary mode"
            raise RefusedError(msg)
        size += len(chunk)
        if size > max_bytes:
            raise _too_large(max_bytes)
        chunks.append(bytes(chunk))
    return b"".join(chunks)


def _gunzip(data: bytes, max_bytes: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            content = file.read(max_bytes + 1)
    except EOFError as error:
        msg = "the gzip content ends too early: fetch the file again"
        raise RefusedError(msg) from error
    except (OSError, zlib.error) as error:
        msg = f"the gzip content is damaged ({error}): fetch the file again"
        raise RefusedError(msg) from error
    if len(content) > max_bytes:
        raise _too_large(max_bytes)
    return content


def check_magic(data: bytes, format_: str) -> None:
    """Refuse content whose first bytes are those of another kind of file.

    Raises
    ------
    RefusedError
        Says what the content is.
    """
    wanted = format_name(format_)
    found = _kind_of(data)
    if found == "json" and format_ not in {"csv", "tsv"}:
        found = None  # YAML, JSON Lines and GeoJSON begin so too
    if found == format_ or (found is None and format_ not in {"xlsx", "parquet", "gpkg"}):
        return
    if found is None:
        msg = f"the content is not {wanted}: it begins with {data[:8]!r}"
        raise RefusedError(msg, value=repr(data[:8]))
    if found in FORMATS:
        msg = f"the content is {format_name(found)}, not {wanted}: rename it, or name its format"
        raise RefusedError(msg)
    msg = f"the content is {found}, not {wanted}: export it as {wanted}"
    raise RefusedError(msg)


def _kind_of(data: bytes) -> str | None:
    """Name the kind of content that the first bytes tell; a format's own name where it is one."""
    if data.startswith(_ZIP):
        return _zip_kind(data)
    if data.startswith(_PARQUET):
        return "parquet"
    if data.startswith(_SQLITE) and data[68:72] in _GEOPACKAGE_IDS:
        return "gpkg"
    start = data[:256].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if _JSON.match(start):
        return "json"
    binary = (kind for magic, kind in _MAGIC if data.startswith(magic))
    markup = (kind for magic, kind in _MARKUP if start.startswith(magic))
    return next(chain(binary, markup), None)


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "a damaged ZIP archive or workbook"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "an XLSB workbook"
    if "mimetype" in names and "content.xml" in names:
        return "an OpenDocument file"
    return "a ZIP archive"
