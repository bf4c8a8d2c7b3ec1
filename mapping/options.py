"""What `mapping.explore` is given, vetted before any work is done."""

from __future__ import annotations

from numbers import Real
from os import PathLike

import geopandas as gpd
import pandas as pd

from geodata.errors import ArgumentError
from geodata.views.join import check_boundaries
from mapping.page import bundle
from mapping.page.tiles import check_tiles


def vet_claims(claims: object) -> None:
    """Stop where claims are nothing that could be read.

    Raises
    ------
    ArgumentError
        If they are no path, no frame, no stream and no list of these.
    """
    several = isinstance(claims, list | tuple)
    parts: list[object] = list(claims) if isinstance(claims, list | tuple) else [claims]
    if several and not parts:
        raise ArgumentError("claims: the list is empty; give a path or a frame, or several")
    for part in parts:
        readable = isinstance(part, str | PathLike | pd.DataFrame) or hasattr(part, "read")
        if not readable:
            raise ArgumentError(
                "claims must be a path, a DataFrame or a list of these, "
                f"not {type(part).__name__!r}"
            )


def own_boundaries(
    boundaries: str | PathLike[str] | gpd.GeoDataFrame | None,
) -> gpd.GeoDataFrame | None:
    """Read boundaries, or vet those that come as a frame.

    Raises
    ------
    ArgumentError
        If they are no path and no frame.
    BoundariesError
        If they cannot be used.
    """
    if boundaries is None:
        return None
    if isinstance(boundaries, str | PathLike):
        from geodata.places.boundaries import read_boundaries  # noqa: PLC0415 - GDAL

        return read_boundaries(boundaries)
    if not isinstance(boundaries, gpd.GeoDataFrame):
        raise ArgumentError(
            "boundaries must be a path, or a GeoDataFrame as geodata.read_boundaries returns it, "
            f"not {type(boundaries).__name__!r}"
        )
    check_boundaries(boundaries)
    return boundaries


def vet_page(
    *, title: object, lang: str, tiles: object, fresh_days: object, stale_days: object
) -> None:
    """Stop where the page could not be made as asked.

    Raises
    ------
    ArgumentError
        If an option is of another type, or the language or the tiles are unknown.
    """
    if not isinstance(title, str):
        raise ArgumentError(f"title: {title!r} is no text")
    for name, days in {"fresh_days": fresh_days, "stale_days": stale_days}.items():
        if isinstance(days, bool) or not isinstance(days, Real):
            raise ArgumentError(f"{name}: {days!r} is no number of days")
    bundle.words(lang)
    if tiles is None:
        return
    if not isinstance(tiles, str):
        raise ArgumentError(
            f"tiles: {tiles!r} is no name of a provider; write one such as "
            "'Esri WorldGrayCanvas', or add a folium.TileLayer to the map"
        )
    check_tiles(tiles)
