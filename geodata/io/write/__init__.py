"""Claims → files of other tools: one door, a module for each family of formats.

What is written is the claims as they were understood: defaults resolved, numbers in
words read, names and texts as given. Every format is read back by `geodata.read_claims`
as the same claims. What a format cannot hold is told, and never
dropped in silence.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from geodata.errors import ArgumentError
from geodata.io.write.values import claim_columns
from geodata.views.protection import withhold

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["FORMATS", "Written", "output_format", "write_claims"]

FORMATS: Final = (
    "csv", "tsv", "xlsx", "json", "jsonl", "yaml", "geojson", "gpkg", "parquet", "stix", "hxl",
)  # fmt: skip
_SUFFIXES: Final = {f".{name}": name for name in FORMATS} | {
    ".tab": "tsv",
    ".ndjson": "jsonl",
    ".yml": "yaml",
    ".geoparquet": "parquet",
}
_ALIASES: Final = {
    "excel": "xlsx", "ndjson": "jsonl", "yml": "yaml", "geopackage": "gpkg",
    "geoparquet": "parquet", "stix2": "stix", "stix2.1": "stix", "tab": "tsv",
}  # fmt: skip
_DOUBLE: Final = {".stix.json": "stix", ".hxl.csv": "hxl"}


@dataclass(frozen=True)
class Written:
    """A file's content, and what the format could not hold, a sentence each."""

    content: bytes
    losses: tuple[str, ...] = ()


def output_format(name: str, wanted: str | None = None) -> str:
    """Return the format in which a file is written: the one wanted, else that of its name.

    Raises
    ------
    ArgumentError
        If neither tells a format.

    Examples
    --------
    >>> output_format("claims.geojson.gz"), output_format("a.stix.json"), output_format("a", "yml")
    ('geojson', 'stix', 'yaml')
    """
    valid = ", ".join(FORMATS)
    if wanted is not None:
        key = wanted.strip().casefold().removeprefix(".").replace(" ", "")
        found = _ALIASES.get(key, key)
        if found not in FORMATS:
            raise ArgumentError(f"--to {wanted!r} is no format: use {valid}")
        return found
    plain = PurePath(name.casefold().removesuffix(".gz")).name
    for ending, kind in {**_DOUBLE, **_SUFFIXES}.items():
        if plain.endswith(ending):
            return kind
    raise ArgumentError(f"the name {name!r} tells no format: end it so, or add --to ({valid})")


def write_claims(
    claims: pd.DataFrame,
    *,
    format: str,  # noqa: A002 - the word that users know from the command line
    gzipped: bool = False,
    boundaries: gpd.GeoDataFrame | None = None,
) -> Written:
    r"""Write typed claims in a format, without what is withheld of protected ones.

    Parameters
    ----------
    claims
        Typed claims, as `geodata.check_claims` gives them.
    format
        One of `FORMATS`; ``parquet`` is GeoParquet, ``stix`` a STIX 2.1 bundle (JSON) and
        ``hxl`` CSV with a row of HXL hashtags.
    gzipped
        Whether the content is compressed.
    boundaries
        The boundaries that the claims were checked against, where these are a user's own.

    Returns
    -------
    Written
        ``content`` depends on the claims alone, but for GeoPackage, which notes the time.

    Raises
    ------
    ArgumentError
        If the format is unknown, or cannot hold so many claims.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> write_claims(sample_claims(), format="json").content[:14]
    b'[\n{"claim_id":'
    """
    kind = output_format("", format)
    # The one door out: no format sees what `geodata.views.protection` withholds.
    claims = withhold(claims, boundaries=boundaries)
    columns = claim_columns(claims)
    losses: list[str] = []
    # Here, since each module brings a library that the others need not wait for.
    from geodata.io.write import features, records, sheets, stix, tables  # noqa: PLC0415 - see above

    match kind:
        case "csv":
            content = tables.csv_bytes(columns)
        case "tsv":
            content = tables.csv_bytes(columns, separator="\t")
        case "hxl":
            content = tables.csv_bytes(columns, tagged=True)
        case "json":
            content = records.json_bytes(columns)
        case "jsonl":
            content = records.json_lines_bytes(columns)
        case "yaml":
            content = records.yaml_bytes(columns)
        case "xlsx":
            content, losses = sheets.xlsx_bytes(columns)
        case "geojson":
            content = features.geojson_bytes(columns)
            losses = features.lost_outlines(columns)
        case "gpkg":
            content = features.geopackage_bytes(columns)
            losses = features.lost_outlines(columns)
        case "parquet":
            content = features.geoparquet_bytes(columns)
            losses = features.lost_outlines(columns)
        case _:
            content, losses = stix.stix_bytes(columns, claims)
    if gzipped:
        content = gzip.compress(content, mtime=0)
    return Written(content, tuple(losses))
