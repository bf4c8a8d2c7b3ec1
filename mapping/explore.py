"""Claims → an interactive map: what a notebook calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeAlias

import folium
import geopandas as gpd
import mapclassify
import numpy as np
import pandas as pd
from geodata.boundaries import builtin_boundaries, read_boundaries
from geodata.check import read_claims
from geodata.gazetteer import Gazetteer

from geodata import schema
from geodata.currency import parse_as_of
from geodata.errors import ArgumentError
from geodata.join import join_claims
from geodata.summarise import summarise_claims
from mapping import bundle
from mapping.claim_map import ClaimMap
from mapping.columns import day_number
from mapping.focus import units_of_claims
from mapping.layers import actor_layers, frequent_actors
from mapping.page import PageContent
from mapping.payload import build_payload
from mapping.tiles import tile_layer
from mapping.words import claim_rows

if TYPE_CHECKING:
    from mapping.payload import Payload

THEMES = ("auto", "light", "dark")
MOST_CLASSES = 5
DEFAULT_TITLE = "Reported threats"

Claims: TypeAlias = str | PathLike[str] | Sequence[str | PathLike[str]] | pd.DataFrame
Boundaries: TypeAlias = "str | PathLike[str] | gpd.GeoDataFrame"


def explore(
    claims: Claims,
    *,
    boundaries: Boundaries | None = None,
    as_of: str | date | None = None,
    m: folium.Map | None = None,
    title: str | None = None,
    countries: Sequence[str] | None = None,
    level: int = 1,
    tiles: str | None = None,
    theme: str = "auto",
    lang: str = "en",
    fresh_days: int = schema.FRESH_DAYS,
    stale_days: int = schema.STALE_DAYS,
    online: bool = False,
) -> folium.Map:
    """Map claims: provinces by sources, totals on the outline of what they cover.

    Parameters
    ----------
    claims
        A claims table: a path or several, or a frame, raw or from `geodata.read_claims`.
    boundaries
        A path or a frame of boundaries that replace the built-in ones of the
        countries that they cover.
    as_of
        The day for which the map is drawn, such as ``"2024-06-30"``; today by default.
    m
        A folium map to draw on: its layers stay, and it is what is returned.
    title
        The page's title.
    countries
        ISO 3166-1 alpha-3 codes of the countries whose units are drawn; by
        default those in which claims name places.
    level
        Administrative level that is drawn: 0, 1, or 2 with ``boundaries``.
    tiles
        Name of a tile provider of `xyzservices` that needs no key. Tiles come over the
        network; without them the page asks for nothing.
    theme
        ``"auto"`` follows the reader's system, or ``"light"``, ``"dark"``.
    lang
        Language of the page's own words.
    fresh_days, stale_days
        Until when a claim is fresh, and from when it is stale.
    online
        Allow layers that you add to load scripts from the network.

    Returns
    -------
    folium.Map
        Shows in a notebook as it is, takes further folium layers, and saves to one
        file with ``.save()``.

    Raises
    ------
    ClaimsError
        If the claims have faults; all of them are in its report.
    BoundariesError
        If the boundaries cannot be used.
    ArgumentError
        If an option has a value that is not known.

    Examples
    --------
    >>> from geodata import sample_claims_path
    >>> m = explore(sample_claims_path(), as_of="2024-06-30")
    >>> m.save("map.html")  # doctest: +SKIP
    """
    if theme not in THEMES:
        raise ArgumentError(f"theme must be one of {THEMES}, not {theme!r}")
    day = parse_as_of(as_of)
    own = read_boundaries(boundaries) if isinstance(boundaries, str | PathLike) else boundaries
    typed = read_claims(claims, boundaries=own)
    units = units_of_claims(typed, boundaries=own, countries=countries, level=level)
    joined = join_claims(typed, units)
    summary = summarise_claims(
        joined, units, as_of=day, fresh_days=fresh_days, stale_days=stale_days
    )
    gazetteer = Gazetteer.builtin() if own is None else Gazetteer.builtin().with_boundaries(own)
    payload = _payload(typed, joined, units, gazetteer)
    actors, has_others = frequent_actors(typed)
    catalogue = bundle.words(lang)
    meta = {
        "title": title or DEFAULT_TITLE,
        "as_of": day_number(day),
        "built": day_number(pd.Timestamp.now().normalize()),
        "theme": theme,
        "lang": lang,
        "words": catalogue,
        "classes": source_classes(summary["sources"]),
        "fresh_days": fresh_days,
        "stale_days": stale_days,
        "bounds": _bounds(units, summary),
        "geometry": _geometry_meta(payload),
        "lists": _code_lists(),
        "listed_actors": actors,
        "about_tolerance": schema.ABOUT_TOLERANCE,
    }
    content = PageContent(
        title=str(meta["title"]),
        description=_description(typed, day),
        payload=payload,
        meta=meta,
        rows=claim_rows(typed),
        lang=lang,
        theme=theme,
        online=online,
    )
    return _assemble(content, m, actors, catalogue["actors.others"] if has_others else None, tiles)


def source_classes(sources: pd.Series[Any], *, most: int = MOST_CLASSES) -> list[int]:
    """Lower bounds of the classes by which places are shaded, beginning with 1.

    Few different counts are each a class of their own; many are parted where they
    lie apart (Fisher & Jenks natural breaks, as mapclassify does it).

    Examples
    --------
    >>> source_classes(pd.Series([0, 1, 1, 3]))
    [1, 2, 3]
    """
    counted = sources[sources > 0].to_numpy(dtype=float)
    highest = int(counted.max()) if len(counted) else 1
    if highest <= most:
        return list(range(1, highest + 1))
    distinct = len(np.unique(counted))
    breaks = mapclassify.FisherJenks(counted, k=min(most, distinct)).bins
    return [1, *sorted({int(upper) + 1 for upper in breaks[:-1]} - {1})]


def _payload(
    claims: pd.DataFrame, joined: pd.DataFrame, units: gpd.GeoDataFrame, gazetteer: Gazetteer
) -> Payload:
    touched = set(joined["place_id"].dropna())
    used = sorted({region for ids in claims["region_ids"] for region in ids})
    regions = {key: gazetteer.region(key) for key in used}
    return build_payload(
        claims,
        joined,
        units,
        builtin_boundaries(level=0),
        names={place: gazetteer.names(place) for place in touched},
        regions={key: {"name": r.name, "reason": r.reason} for key, r in regions.items()},
    )


def _assemble(
    content: PageContent,
    m: folium.Map | None,
    actors: list[str],
    others: str | None,
    tiles: str | None,
) -> ClaimMap:
    (south, west), (north, east) = content.meta["bounds"]
    base = folium.Map(tiles=None, location=[(south + north) / 2, (west + east) / 2], zoom_start=5)
    page = ClaimMap.adopt(base if m is None else m, content)
    if tiles is not None:
        page.add_child(tile_layer(tiles))
    for layer in actor_layers(actors, others=others):
        page.add_child(layer)
    if not any(isinstance(child, folium.LayerControl) for child in page._children.values()):
        page.add_child(folium.LayerControl(collapsed=True))
    return page


def _bounds(units: gpd.GeoDataFrame, summary: pd.DataFrame) -> list[list[float]]:
    """South-west and north-east corner of what claims speak of, else of all units."""
    told = ((summary["claims"] > 0) | (summary["soft_origins"] > 0)).to_numpy()
    shown = units.loc[units["country"].isin(units["country"][told])] if told.any() else units
    west, south, east, north = (round(float(edge), 3) for edge in shown.total_bounds)
    return [[south, west], [north, east]]


def _geometry_meta(payload: Payload) -> dict[str, Any]:
    topology = payload.topology
    return {
        "x0": topology.x0,
        "y0": topology.y0,
        "step": topology.step,
        "arcs": len(topology.arcs),
        "points": topology.points,
    }


def _code_lists() -> dict[str, Any]:
    return {
        "kinds": schema.KINDS,
        "states": schema.STATES,
        "events": schema.EVENTS,
        "shading_kinds": schema.SHADING_KINDS,
        "extents": schema.EXTENTS,
        "modifiers": schema.MODIFIERS,
        "reliability": schema.RELIABILITY,
        "credibility": schema.CREDIBILITY,
    }


def _description(claims: pd.DataFrame, day: pd.Timestamp) -> str:
    count, origins = len(claims), claims["origin_id"].nunique()
    return (
        f"{count:,} reported claims from {origins:,} origins, as of {day:%Y-%m-%d}. "
        "Claims are reported, not verified."
    )
