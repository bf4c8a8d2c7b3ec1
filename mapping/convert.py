"""Claims from one format to another: all checked, all written or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geodata.errors import ArgumentError
from mapping import console, inputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd


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
    return inputs.BoundaryOptions(path, limits=limits).read()


def vet_output(sources: Sequence[str], output: str, *, wanted: str | None) -> str:
    """Return the format in which the output is written, before any work.

    Raises
    ------
    ArgumentError
        If no format can be told, or the output is an input, a folder or a device, or its
        folder is missing.
    """
    from geodata.writers import output_format  # noqa: PLC0415 -- pandas

    if output == inputs.STDIN:
        raise ArgumentError("OUT names a file, and '-' is none: give one such as claims.json")
    try:
        inputs.refuse_output(output, inputs=sources)
    except ArgumentError as error:
        raise ArgumentError(str(error).replace("--output", "OUT")) from error
    return output_format(output, wanted)


def write_output(
    claims: pd.DataFrame, output: str, *, kind: str, boundaries: gpd.GeoDataFrame | None = None
) -> None:
    """Write claims that were checked, and say what the format could not hold.

    Raises
    ------
    SurroundingsError
        If the file cannot be written; an old one stays as it was.
    """
    from geodata.writers import write_claims  # noqa: PLC0415 -- pandas
    from mapping.export import write_atomically  # noqa: PLC0415 -- with it

    gzipped = output.casefold().endswith(".gz")
    written = write_claims(claims, format=kind, gzipped=gzipped, boundaries=boundaries)
    write_atomically(output, written.content)
    for loss in written.losses:
        console.complain(f"{output}: loss: {loss}")
