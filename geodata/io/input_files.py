"""The files that were read on the way to a result, which must never be written over.

Whoever reads a file, in whatever role, names it here; `geodata.io.save` asks before it
writes. A file is known by what it is, not by how it is called: links, other spellings and
the files that belong to it, such as the parts of a shapefile, are the same input.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geodata.errors import ArgumentError
from geodata.schema import PROVENANCE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

GEOPACKAGE: Final = ".gpkg"
LOGS: Final = ("-wal", "-journal")  # what SQLite applies to the database beside which they lie
# https://desktop.arcgis.com/en/arcmap/latest/manage-data/shapefiles/shapefile-file-extensions.htm
# and the index and the CRS that QGIS adds.
_SHAPEFILE: Final = (
    ".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".fbn", ".fbx", ".ain", ".aih",
    ".atx", ".ixs", ".mxs", ".shp.xml", ".qix", ".qpj",
)  # fmt: skip
_SHEET: Final = re.compile(r"\[[^\[\]]*\]$")  # FILE.xlsx[Sheet]
_OWN_FILES: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class _Input:
    """One file: its name as it was given, and where that led when it was read."""

    name: str
    paths: tuple[Path, ...] = ()
    identity: tuple[int, int] | None = None  # of a stream that has no name


@dataclass(frozen=True)
class InputFiles:
    """The files that were read."""

    files: tuple[_Input, ...] = ()

    @classmethod
    def of(cls, *sources: object) -> InputFiles:
        """Take in files, streams and frames; what is none of these is passed over.

        Parameters
        ----------
        *sources
            Paths (a workbook's sheet as ``FILE.xlsx[Sheet]``), binary streams, frames of
            claims that know the files they were read from (column ``file``), lists of these.

        Examples
        --------
        >>> [file.name for file in InputFiles.of("a.csv", ["b.xlsx[North]"], None).files]
        ['a.csv', 'b.xlsx[North]', 'b.xlsx']
        """
        return cls(tuple(dict.fromkeys(_found(sources))))

    def __or__(self, other: InputFiles) -> InputFiles:
        return InputFiles(tuple(dict.fromkeys([*self.files, *other.files])))

    def refuse(self, target: str | os.PathLike[str], *, called: str = "") -> None:
        """Stop where a target is one of the files, or belongs to one.

        Parameters
        ----------
        target
            The file to be written; it need not be there.
        called
            What the message calls it, such as ``"--output"``.

        Raises
        ------
        ArgumentError
            Says which input it is.
        """
        name = os.fspath(target)
        try:
            path = Path(os.path.realpath(target))
            identity = _identity(path)
            said = next(filter(None, (_said(file, path, identity) for file in self.files)), None)
        except (OSError, ValueError):  # no file can be there: to write it fails by itself
            return
        if said is None and _OWN_FILES in path.parents:
            said = "is part of the program"
        if said is not None:
            shown = f"{called} {name!r}".strip()
            message = f"{shown} {said}, and would be overwritten: name another file"
            raise ArgumentError(message)


def _found(source: object) -> Iterator[_Input]:
    if isinstance(source, list | tuple):
        for part in source:
            yield from _found(part)
    elif isinstance(source, str | os.PathLike):
        yield from _named(os.fspath(source))
    elif hasattr(source, "columns"):
        yield from _named_in(source)
    else:
        stream = getattr(source, "stream", source)  # geodata.io.read.NamedStream holds one
        if hasattr(stream, "fileno"):
            yield from _streamed(stream)


def _named(name: str) -> Iterator[_Input]:
    for spelling in dict.fromkeys((name, _SHEET.sub("", name))):
        try:
            # Both ends of a link count, wherever it leads later.
            paths = (Path(os.path.abspath(spelling)), Path(os.path.realpath(spelling)))  # noqa: PTH100 - resolve() follows links
        except (OSError, ValueError):  # no file can have this name
            continue
        yield _Input(spelling, tuple(dict.fromkeys(paths)))


def _named_in(frame: Any) -> Iterator[_Input]:  # noqa: ANN401 - pandas need not be loaded
    """Name the files that typed claims come from, all their columns of provenance known."""
    if set(PROVENANCE_COLUMNS) <= set(frame.columns):
        for name in frame[PROVENANCE_COLUMNS[0]].dropna().unique():
            yield from _named(str(name))


def _streamed(stream: Any) -> Iterator[_Input]:  # noqa: ANN401 - whatever can be read
    name = getattr(stream, "name", None)
    if isinstance(name, str) and Path(name).exists():
        yield from _named(name)
        return
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):  # a stream in memory, or one that is closed
        return
    if stat.S_ISREG(found.st_mode):
        yield _Input("standard input", identity=(found.st_dev, found.st_ino))


def _identity(path: Path) -> tuple[int, int] | None:
    """Tell a file from all others, whatever it is called; ``None`` where there is none."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return (found.st_dev, found.st_ino)


def _said(file: _Input, target: Path, identity: tuple[int, int] | None) -> str | None:
    """Say what the target is to an input; ``None`` where it has nothing to do with it."""
    if identity is not None and identity == file.identity:
        return f"is an input ({file.name})"
    for path in file.paths:
        if identity is not None and identity == _identity(path):
            return "is an input"
        for companion in _companions(path):
            beside = target.name.casefold() == companion.name.casefold() and (
                _identity(target.parent) == _identity(companion.parent)
            )
            if beside or (identity is not None and identity == _identity(companion)):
                return f"belongs to the input {file.name!r}"
    return None


def _companions(path: Path) -> Iterator[Path]:
    """Name the files that belong to an input, whether they are there or not."""
    ending = path.suffix.casefold()
    if ending == GEOPACKAGE:
        yield from (path.with_name(path.name + one) for one in (*LOGS, "-shm"))
    elif ending == _SHAPEFILE[0]:
        for part in _SHAPEFILE:
            yield from (path.with_suffix(part), path.with_suffix(part.upper()))
