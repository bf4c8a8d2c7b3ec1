"""The built-in boundaries: levels 0 and 1 of the whole world."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable

import geopandas as gpd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geodata.errors import ArgumentError

BUILTIN_LEVELS = (0, 1)


@cache
def _table(level: int) -> pa.Table:
    """Read one level as the package ships it, once."""
    # `read_table` would load all of pyarrow's data sets first, for half a second.
    with as_file(_path(level)) as found, pq.ParquetFile(found) as file:
        return file.read()


def _some(level: int, countries: list[str]) -> pa.Table:
    """Read the rows of some countries, and no groups of rows that hold none of them."""
    with as_file(_path(level)) as found, pq.ParquetFile(found) as file:
        column = file.schema_arrow.get_field_index("country")
        held = (file.metadata.row_group(at).column(column) for at in range(file.num_row_groups))
        spans = [(group.statistics.min, group.statistics.max) for group in held]
        groups = [
            at
            for at, (first, last) in enumerate(spans)
            if any(first <= country <= last for country in countries)
        ]
        table = file.read_row_groups(groups)
    wanted = pa.array(countries, type=table["country"].type)
    return table.filter(pc.is_in(table["country"], wanted))


def _path(level: int) -> Traversable:
    return files("geodata") / "data" / f"admin{level}.parquet"


@cache
def _level(level: int) -> gpd.GeoDataFrame:
    """Give one level of the whole world; callers copy it."""
    return gpd.GeoDataFrame.from_arrow(_table(level))


def _known_countries(countries: str | Iterable[str]) -> list[str]:
    """Check the codes asked for against the built-in countries."""
    asked = [countries] if isinstance(countries, str) else list(countries)
    known = set(_table(0)["place_id"].to_pylist())
    for code in asked:
        if code not in known:
            msg = (
                f"countries: {code!r} is no built-in country; give ISO 3166-1 alpha-3 codes, "
                "such as 'AFG' (Kosovo is 'XKX')"
            )
            raise ArgumentError(msg)
    return asked


def builtin_boundaries(
    *, level: int = 1, countries: str | Iterable[str] | None = None
) -> gpd.GeoDataFrame:
    """Give the built-in boundaries of the world, or of some countries.

    The shapes of one level form a coverage: no gaps, no overlaps, neighbours share
    identical edges. Level 0 is the union of level 1. Nothing is cut at the 180th
    meridian beyond what Natural Earth cuts: longitudes stay in [-180, 180], and a
    country on both sides of it is a multipolygon with parts at either end.

    Parameters
    ----------
    level
        0 for countries, 1 for their first-level units.
    countries
        ISO 3166-1 alpha-3 codes to keep; all without.

    Returns
    -------
    GeoDataFrame
        ``place_id`` (unique), ``name``, ``level``, ``country``, ``parent`` (missing
        at level 0) and ``geometry`` in EPSG:4326; sorted by ``place_id``, RangeIndex.

    Raises
    ------
    ArgumentError
        Where the level is another one, or a code is no country.

    Notes
    -----
    Derived from Natural Earth 10 m (public domain), simplified to about 1 km; what
    was repaired stands in ``geodata/data/repairs.csv``. Boundaries imply no
    endorsement.

    Examples
    --------
    >>> from geodata.places.builtin import builtin_boundaries
    >>> len(builtin_boundaries(countries=["AFG"]))
    34
    """
    if level not in BUILTIN_LEVELS:
        msg = f"level: {level!r} is not built in; choose 0 (countries) or 1, or give a file"
        raise ArgumentError(msg)
    if countries is None:
        return _level(level).copy()
    # Shapes are made of the rows that are wanted alone: all of them take twelve times as long.
    return gpd.GeoDataFrame.from_arrow(_some(level, _known_countries(countries)))
