"""What the command line is given: files of claims, standard input, boundaries, countries."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.errors import ArgumentError, PlaceError
from geodata.io.input_files import InputFiles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from geodata.report import Report

STDIN = "-"
SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))
DISTRICTS = 2  # the one level that is not built in
UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}
# What --limit calls the limits of boundary files; those of claims bear their own names.
BOUNDARY_LIMITS = {
    "bytes": ("file_bytes", "unzipped_bytes"),
    "depth": ("json_depth",),
    "columns": ("columns",),
    "features": ("features",),
    "vertices": ("vertices",),
    "memory": ("memory",),
    "zip-entries": ("zip_entries",),
    "zip-ratio": ("zip_ratio",),
}


@dataclass(frozen=True)
class ClaimsOptions:
    """How files of claims are to be read."""

    format: str | None = None
    sheet: str | None = None
    columns: str | None = None
    limits: Mapping[str, int] | None = None

    def check(self, claims: Sequence[str], *, boundaries: gpd.GeoDataFrame | None) -> Report:
        """Check all claims together, those of standard input among them.

        Raises
        ------
        ArgumentError
            If the format is unknown, or standard input comes without one or twice.
        """
        from geodata.check import check_claims  # noqa: PLC0415 -- pandas
        from geodata.io.read import FORMATS, LIMITS, named_stream  # noqa: PLC0415 -- pandas

        kind = self.format
        if kind is not None and kind not in FORMATS:
            raise ArgumentError(f"--from {kind!r} is no format: use {', '.join(FORMATS)}")
        if claims.count(STDIN) > 1:
            raise ArgumentError("standard input can be read once: give - once")
        if STDIN in claims and kind is None:
            raise ArgumentError(
                f"- reads standard input, and --from says what it is: {', '.join(FORMATS)}"
            )
        names = {field.name for field in fields(LIMITS)}
        limits = {name: most for name, most in (self.limits or {}).items() if name in names}
        # Beside other files the format is that of standard input alone.
        alone = STDIN not in claims or len(claims) == 1
        sources = [
            named_stream(sys.stdin.buffer, None if alone else kind) if name == STDIN else name
            for name in claims
        ]
        return check_claims(
            tuple(sources),
            boundaries=boundaries,
            format=kind if alone else None,
            sheet=self.sheet,
            columns=self.columns,
            limits=replace(LIMITS, **limits),
        )


@dataclass(frozen=True)
class BoundaryOptions:
    """A file of boundaries and how to read it; ``path`` is None for the built-in ones."""

    path: str | None
    name_column: str | None = None
    code_column: str | None = None
    crs: str | None = None
    countries: tuple[str, ...] = ()
    level: int | None = None
    layer: str | None = None
    limits: Mapping[str, int] | None = None

    def read(self) -> gpd.GeoDataFrame | None:
        """Read the file, where there is one.

        Raises
        ------
        ArgumentError
            If an option that needs the file stands without it.
        BoundariesError
            If the file cannot be used.
        """
        if self.path is None:
            described = {
                "--name-column": self.name_column,
                "--code-column": self.code_column,
                "--crs": self.crs,
                "--layer": self.layer,
            }
            lonely = [option for option, value in described.items() if value is not None]
            if lonely:
                raise ArgumentError(
                    f"{' and '.join(lonely)} {'describes' if len(lonely) == 1 else 'describe'} "
                    "a file: add --boundaries FILE"
                )
            if self.level == DISTRICTS:
                raise ArgumentError("level 2 (districts) is not built in: add --boundaries FILE")
            return None
        from geodata.places.boundaries import read_boundaries  # noqa: PLC0415 -- pandas and GDAL
        from geodata.places.boundaries.limits import LIMITS  # noqa: PLC0415 -- with it

        limits = {
            field: most
            for name, most in (self.limits or {}).items()
            for field in BOUNDARY_LIMITS.get(name, ())
        }
        return read_boundaries(
            self.path,
            name_column=self.name_column,
            code_column=self.code_column,
            crs=self.crs,
            level=self.level,
            country=self.countries[0] if len(self.countries) == 1 else None,
            layer=self.layer,
            limits=replace(LIMITS, **limits),
        )


def country_codes(names: Sequence[str]) -> tuple[str, ...]:
    """ISO 3166-1 alpha-3 codes of countries given by code or name, each once.

    Raises
    ------
    ArgumentError
        If a name is no country's.
    """
    if not names:
        return ()
    from geodata.places.gazetteer import Gazetteer  # noqa: PLC0415 -- loads the tables of names

    gazetteer = Gazetteer.builtin()
    codes = []
    for name in names:
        try:
            codes.append(gazetteer.resolve_country(name))
        except PlaceError as error:
            raise ArgumentError(f"--country: {error}") from error
    return tuple(dict.fromkeys(codes))


def vet_drawing(*, as_of: str | None, tiles: str | None) -> None:
    """Stop before the long work where the map could not be drawn as asked.

    Raises
    ------
    ArgumentError
        If the day is none, or the tiles are unknown or need a key.
    """
    if as_of is not None:
        from geodata.rules.dating import parse_as_of  # noqa: PLC0415 -- pandas

        parse_as_of(as_of)
    if tiles is not None:
        from mapping.page.tiles import check_tiles  # noqa: PLC0415 -- folium

        check_tiles(tiles)


def files_read(*names: str | Sequence[str] | None) -> InputFiles:
    """All files that a command reads, in whatever role; ``-`` is standard input.

    >>> [file.name for file in files_read(["a.csv"], None, "map.yaml").files]
    ['a.csv', 'map.yaml']
    """
    flat = [one for part in names for one in ([part] if isinstance(part, str) else part or ())]
    return InputFiles.of([sys.stdin if name == STDIN else name for name in flat])


def refuse_output(output: str, *, inputs: InputFiles, called: str = "--output") -> None:
    """Stop before any work where the file could not, or must not, be written.

    ``called`` is what messages call it.

    Raises
    ------
    ArgumentError
        If ``output`` is an input, a folder or a device, or its folder is missing.
    """
    target = Path(output)
    if output == STDIN:
        raise ArgumentError(f"{called} names a file, and '-' is none: give one such as map.html")
    if "\0" in output or not output.strip():
        raise ArgumentError(f"{called} {output!r} is no name of a file: give one such as map.html")
    try:
        is_folder = target.is_dir()
        os.lstat(target.parent if is_folder else target)
    except FileNotFoundError:
        pass
    except OSError as error:  # a name that is too long, a file where a folder should be
        raise ArgumentError(f"{called} {output!r}: {error.strerror}") from error
    if is_folder or output.endswith(SEPARATORS):
        raise ArgumentError(f"{called} {output!r} is a folder: name a file in it")
    if target.exists() and not target.is_file():
        raise ArgumentError(f"{called} {output!r} is no ordinary file: name another")
    if not target.parent.is_dir():
        raise ArgumentError(f"{called} {output!r}: there is no folder {str(target.parent)!r}")
    inputs.refuse(output, called=called)


def limits_of(texts: Sequence[str]) -> dict[str, int]:
    """Read limits as they are given: ``NAME=NUMBER``, with K, M or G for powers of 1,024.

    Raises
    ------
    ArgumentError
        If one is unknown, or no whole number of at least 1.

    >>> limits_of(["bytes=2G", "depth=40"])
    {'bytes': 2147483648, 'depth': 40}
    """
    known = ("bytes", "cells", "columns", "depth", "aliases", "memory", "features",
             "vertices", "zip-entries", "zip-ratio")  # fmt: skip
    limits = {}
    for text in texts:
        name, _, number = text.partition("=")
        found = re.fullmatch(r"([1-9][0-9]{0,17})([KMG]?)", number.strip().upper())
        if name not in known or found is None:
            raise ArgumentError(
                f"--limit {text!r} is no limit: write NAME=NUMBER, as in bytes=2G; the names are "
                f"{', '.join(known)}"
            )
        limits[name] = int(found[1]) * UNITS[found[2]]
    return limits
