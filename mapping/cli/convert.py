"""Claims from one format to another: all checked, all written or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geodata.errors import ArgumentError
from mapping.cli import console
from mapping.cli.inputs import STDIN, BoundaryOptions, refuse_output

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from geodata.io.input_files import InputFiles


def split_files(files: Sequence[str]) -> tuple[list[str], str]:
    """Part the files of the command line into those that are read and the one to write.

    Raises
    ------
    ArgumentError
        If there is but one.

    >>> split_files(["a.csv", "b.csv", "all.json"])
    (['a.csv', 'b.csv'], 'all.json')
    """
    *sources, output = files
    if not sources:
        raise ArgumentError(f"convert reads files and writes one: add OUT after {output!r}")
    return sources, output


def read_units(path: str | None, limits: Mapping[str, int]) -> gpd.GeoDataFrame | None:
    """Read the boundaries that the claims' places are in; ``None`` for the built-in ones.

    Raises
    ------
    BoundariesError
        If the file cannot be used.
    """
    return BoundaryOptions(path, limits=limits).read()


def vet_output(output: str, *, inputs: InputFiles, wanted: str | None) -> str:
    """Return the format in which the output is written, before any work.

    Raises
    ------
    ArgumentError
        If no format can be told, or the output is an input, a folder or a device, or its
        folder is missing.
    """
    from geodata.io.write import output_format  # noqa: PLC0415 -- pandas

    if output == STDIN:
        raise ArgumentError("OUT names a file, and '-' is none: give one such as claims.json")
    refuse_output(output, inputs=inputs, called="OUT")
    return output_format(output, wanted)


def write_output(
    claims: pd.DataFrame,
    output: str,
    *,
    kind: str,
    inputs: InputFiles,
    boundaries: gpd.GeoDataFrame | None = None,
) -> None:
    """Write claims that were checked, and say what the format could not hold.

    Raises
    ------
    ArgumentError
        If the output is one of ``inputs``.
    SurroundingsError
        If the file cannot be written; an old one stays as it was.
    """
    from geodata.io.save import save_file  # noqa: PLC0415 -- needed only at the end
    from geodata.io.write import write_claims  # noqa: PLC0415 -- pandas

    gzipped = output.casefold().endswith(".gz")
    written = write_claims(claims, format=kind, gzipped=gzipped, boundaries=boundaries)
    save_file(output, written.content, inputs=inputs)
    for loss in written.losses:
        console.complain(f"{output}: loss: {loss}")
