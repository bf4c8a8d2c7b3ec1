"""What the command line is given: files of claims, standard input, boundaries, countries."""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.errors import ArgumentError, PlaceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd

    from geodata.report import Fault, Report

STDIN = "-"
DISTRICTS = 2  # the one level that is not built in
_SHEET = re.compile(r"\[[^\[\]]*\]$")  # FILE.xlsx[Sheet]


@dataclass(frozen=True)
class BoundaryOptions:
    """A file of boundaries and how to read it; ``path`` is None for the built-in ones."""

    path: str | None
    name_column: str | None
    code_column: str | None
    crs: str | None
    countries: tuple[str, ...]
    level: int | None

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
            }
            lonely = [option for option, value in described.items() if value is not None]
            if lonely:
                raise ArgumentError(
                    f"{' and '.join(lonely)} describe a file: add --boundaries FILE"
                )
            if self.level == DISTRICTS:
                raise ArgumentError("level 2 (districts) is not built in: add --boundaries FILE")
            return None
        from geodata.boundaries import read_boundaries  # noqa: PLC0415 -- pandas and GDAL

        return read_boundaries(
            self.path,
            name_column=self.name_column,
            code_column=self.code_column,
            crs=self.crs,
            level=self.level,
            country=self.countries[0] if len(self.countries) == 1 else None,
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
    from geodata.gazetteer import Gazetteer  # noqa: PLC0415 -- loads the tables of names

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
        from geodata.currency import parse_as_of  # noqa: PLC0415 -- pandas

        parse_as_of(as_of)
    if tiles is not None:
        from mapping.tiles import check_tiles  # noqa: PLC0415 -- folium

        check_tiles(tiles)


def refuse_output(output: str, *, inputs: Sequence[str]) -> None:
    """Stop before any work where the page could not, or must not, be written.

    Raises
    ------
    ArgumentError
        If ``output`` is an input, a folder or a device, or its folder is missing.
    """
    target = Path(output)
    if output == STDIN:
        raise ArgumentError("--output names a file, and '-' is none: give one such as map.html")
    if target.is_dir():
        raise ArgumentError(f"--output {output!r} is a folder: name a file in it")
    if target.exists() and not target.is_file():
        raise ArgumentError(f"--output {output!r} is no ordinary file: name another")
    if not target.parent.is_dir():
        raise ArgumentError(f"--output {output!r}: there is no folder {str(target.parent)!r}")
    for name in inputs:
        for source in {Path(name), Path(_SHEET.sub("", name))}:
            if target.exists() and source.exists() and target.samefile(source):
                raise ArgumentError(f"--output {output!r} is an input, and would be overwritten")


def check_inputs(
    claims: Sequence[str],
    *,
    from_format: str | None,
    sheet: str | None,
    boundaries: gpd.GeoDataFrame | None,
) -> Report:
    """Check all claims together, those of standard input among them.

    Raises
    ------
    ArgumentError
        If the format is unknown, or standard input comes without one or twice.
    """
    from geodata.check import check_claims  # noqa: PLC0415 -- pandas
    from geodata.readers import FORMATS  # noqa: PLC0415 -- pandas

    if from_format is not None and from_format not in FORMATS:
        raise ArgumentError(f"--from {from_format!r} is no format: use {', '.join(FORMATS)}")
    if STDIN not in claims:
        return check_claims(tuple(claims), boundaries=boundaries, format=from_format, sheet=sheet)
    if from_format is None:
        raise ArgumentError(
            f"- reads standard input, and --from says what it is: {', '.join(FORMATS)}"
        )
    if claims.count(STDIN) > 1:
        raise ArgumentError("standard input can be read once: give - once")
    with _stdin_as_file(from_format) as path:
        names = tuple(path if name == STDIN else name for name in claims)
        # Beside other files the format is that of standard input alone.
        shared = from_format if len(names) == 1 else None
        report = check_claims(names, boundaries=boundaries, format=shared, sheet=sheet)
    return _renamed(report, path, STDIN)


@contextlib.contextmanager
def _stdin_as_file(kind: str) -> Iterator[str]:
    """Keep standard input in a file while the block lasts, since readers may go back and forth."""
    with tempfile.TemporaryDirectory(prefix="claimatlas-") as folder:
        path = Path(folder) / f"stdin.{kind}"
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield str(path)


def _renamed(report: Report, old: str, new: str) -> Report:
    """Let a report speak of a file by another name."""

    def named(fault: Fault) -> Fault:
        message = fault.message.replace(old, new)
        return replace(fault, file=fault.file.replace(old, new), message=message)

    claims: Any = report.claims
    return replace(
        report,
        claims=claims.assign(file=claims["file"].str.replace(old, new, regex=False)),
        errors=tuple(map(named, report.errors)),
        warnings=tuple(map(named, report.warnings)),
    )
