"""A zipped shapefile: its parts and nothing else, within bounds of our own."""

from __future__ import annotations

import os
import re
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, Final

from geodata.errors import ClaimatlasError
from geodata.places.boundaries.limits import PARTS, Limits, copy_bounded, refusal

_ZIP_END: Final = 22  # the end record of a zip without its comment


def unzip(file: str, stream: IO[bytes], folder: Path, layer: str | None, limits: Limits) -> None:
    """Unpack the parts of one shapefile into a folder, under fixed names.

    Raises
    ------
    BoundariesError
        If the zip is damaged, encrypted, too large, points outside of itself, or holds
        several shapefiles and none was chosen.
    """
    _vet_directory(file, stream, limits)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = [item for item in archive.infolist() if not item.is_dir()]
            _vet_members(file, members, limits)
            for suffix, member in _choose_shapefile(file, members, layer).items():
                with archive.open(member) as part:
                    copy_bounded(file, part, folder / f"layer{suffix}", member.file_size)
    except ClaimatlasError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise refusal(file, f"is not a readable zip: {error}") from error


def _vet_directory(file: str, stream: IO[bytes], limits: Limits) -> None:
    """Bound the directory before `zipfile` builds an object for each entry."""
    stream.seek(0)
    content_end = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, content_end - 65_557))  # the end record and its longest comment
    tail = stream.read()
    at = len(tail) - _ZIP_END if tail[-_ZIP_END:].startswith(b"PK\5\6") else tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _ZIP_END or b"PK\6\7" in tail[max(0, at - 20) : at]:
        raise refusal(file, "is not a complete zip, or one in the zip64 form; zip it again")
    count, size = struct.unpack("<HI", tail[at + 10 : at + 16])
    if count > limits.zip_entries or size > limits.zip_entries * 1024:
        most = f"{limits.zip_entries:,} are read: raise the limit 'zip-entries'"
        raise refusal(file, f"holds {count:,} entries; at most {most}")
    stream.seek(0)


def _vet_members(file: str, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    for item in members:
        name = item.filename
        parts = PurePosixPath(name.replace("\\", "/")).parts
        mode = item.external_attr >> 16
        if name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name):
            raise refusal(file, f"its entry {name!r} points outside of the zip; it is not read")
        if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
            raise refusal(file, f"its entry {name!r} is a link or device; it is not read")
        if item.file_size > limits.zip_ratio * max(item.compress_size, 4096):
            most = f"{limits.zip_ratio} times its size: raise the limit 'zip-ratio' to read it"
            raise refusal(file, f"its entry {name!r} unpacks to more than {most}")
        if item.flag_bits & 1 or item.compress_type not in {
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        }:
            raise refusal(
                file, f"its entry {name!r} is encrypted or packed unusually; zip it again"
            )
    total = sum(item.file_size for item in members)
    if total > limits.unzipped_bytes:
        raise refusal(
            file, f"unpacks to {total:,} bytes; at most {limits.unzipped_bytes:,} are read"
        )


def _choose_shapefile(
    file: str, members: list[zipfile.ZipInfo], layer: str | None
) -> dict[str, zipfile.ZipInfo]:
    """Take the parts of the only shapefile, or of the one named."""
    sets: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for item in members:
        path = PurePosixPath(item.filename)
        if path.suffix.casefold() in PARTS and path.parts[0] != "__MACOSX":
            sets.setdefault(str(path.with_suffix("")), {})[path.suffix.casefold()] = item
    shapefiles = {name: parts for name, parts in sets.items() if ".shp" in parts}
    wanted = [n for n in shapefiles if layer is None or layer in {n, PurePosixPath(n).name}]
    if len(wanted) != 1:
        names = ", ".join(repr(name) for name in sorted(shapefiles)[:20]) or "none"
        remedy = "" if not shapefiles else "; choose one with --layer (layer=)"
        raise refusal(file, f"holds {len(shapefiles)} shapefiles ({names}){remedy}")
    return shapefiles[wanted[0]]
