"""From claims to a map, step by step: read, join, summarise, lay out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import folium
import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.bounds import corpus_bounds
from geodata.check import read_claims
from geodata.corpus import Corpus
from geodata.io.input_files import InputFiles
from geodata.places.builtin import builtin_boundaries
from geodata.places.gazetteer import Gazetteer
from geodata.places.gazetteer.tables import builtin_units
from geodata.rules.dating import check_ages, parse_as_of
from geodata.views.summarise import shading_sources
from mapping import options
from mapping.claim_map import ClaimMap
from mapping.page import bundle
from mapping.page.actor_layers import ActorLayer, actor_layers, frequent_actors
from mapping.page.bounds_table import MOST_CLAIMS
from mapping.page.columns import day_number
from mapping.page.document import PageContent
from mapping.page.payload import project
from mapping.page.plain_table import claim_rows
from mapping.page.search_names import names_each
from mapping.page.selection import select_claims
from mapping.page.shown_units import warn_of_claims_outside
from mapping.page.tiles import tile_layer
from mapping.page.view import view_bounds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from os import PathLike

    from geodata.check import Source
    from mapping.page.payload import Payload

MOST_CLASSES = 5


def compose_map(
    claims: Source | list[Source] | tuple[Source, ...],
    *,
    boundaries: str | PathLike[str] | gpd.GeoDataFrame | None,
    as_of: str | date | None,
    m: folium.Map | None,
    title: str,
    countries: str | Sequence[str] | None,
    level: int | None,
    tiles: str | None,
    theme: str,
    lang: str,
    fresh_days: int,
    stale_days: int,
    only_shown: bool,
    online: bool,
    scripts: bool,
) -> ClaimMap:
    """Take claims through every step to a map; `mapping.explore` documents the options."""
    day = parse_as_of(as_of)
    options.vet_claims(claims)
    options.vet_page(
        title=title, lang=lang, tiles=tiles, fresh_days=fresh_days, stale_days=stale_days
    )
    check_ages(fresh_days, stale_days)
    own = options.own_boundaries(boundaries)
    chosen = select_claims(
        read_claims(claims, boundaries=own),
        day,
        boundaries=own,
        countries=countries,
        level=level,
        only_shown=only_shown,
    )
    # What follows is made of these claims alone: what is not in them cannot be in the page.
    corpus = chosen.corpus
    typed, units = corpus.claims, chosen.units
    located = corpus.joined(["claim_id", "latitude", "longitude"])
    warn_of_claims_outside(located, units, chosen=bool(countries))
    gazetteer = Gazetteer.builtin() if own is None else Gazetteer.builtin().with_boundaries(own)
    payload = _payload(corpus, gazetteer, day)
    actors, has_others = frequent_actors(typed)
    words = bundle.words(lang)
    content = PageContent(
        title=title,
        description=_description(typed, day),
        payload=payload,
        meta={
            "as_of": day_number(day),
            "lang": lang,
            "words": words,
            "classes": source_classes(_on_map(shading_sources(corpus.at(day)), units)),
            "fresh_days": fresh_days,
            "stale_days": stale_days,
            "window_days": schema.WINDOW_DAYS,
            "bounds": view_bounds(located, units),
            # A map that the author made keeps the view that it was given.
            "fit": m is None,
            "geometry": _geometry_meta(payload),
            "lists": _code_lists(),
            "listed_actors": actors,
            "about_tolerance": schema.ABOUT_TOLERANCE,
        },
        rows=claim_rows(typed, words=words),
        lang=lang,
        theme=theme,
        online=online,
        scripts=scripts,
        unshown=chosen.unshown,
    )
    others = words["actors.others"] if has_others else None
    page = _assemble(content, m, actor_layers(actors, others=others), tiles)
    page.input_files = InputFiles.of(claims, typed, boundaries)
    return page


def _on_map(sources: pd.Series[Any], units: gpd.GeoDataFrame) -> pd.Series[Any]:
    return sources[sources.index.isin(units["place_id"])]


def source_classes(sources: pd.Series[Any], *, most: int = MOST_CLASSES) -> list[int]:
    """Lower bounds of the classes by which places are shaded, beginning with 1.

    Few different counts are each a class of their own; of many each class takes
    about as many places (quantiles).

    Examples
    --------
    >>> source_classes(pd.Series([0, 1, 1, 3]))
    [1, 2, 3]
    """
    counted = sources[sources > 0].to_numpy(dtype=float)
    highest = int(counted.max()) if len(counted) else 1
    if highest <= most:
        return list(range(1, highest + 1))
    distinct = [int(count) for count in np.unique(counted)]
    if len(distinct) <= most:
        return [1, *distinct[1:]]
    # Rounded, since 95 may come out as 94.999…
    breaks = np.quantile(counted, np.arange(1, most) / most).round(9)
    return [1, *sorted({int(upper) + 1 for upper in breaks if upper < highest} - {1})]


def _payload(corpus: Corpus, gazetteer: Gazetteer, day: pd.Timestamp) -> Payload:
    claims, links = corpus.claims, corpus.links
    units = cast("gpd.GeoDataFrame", corpus.boundaries)
    countries = builtin_boundaries(level=0)
    shown = dict(zip(countries["place_id"], countries["name"], strict=True))
    shown |= dict(zip(units["place_id"], units["name"], strict=True))
    touched = links.places.index[np.unique(links.place[links.place >= 0])]
    searched = {place: shown[place] for place in touched if place in shown}
    used = sorted({region for ids in claims["region_ids"] for region in ids})
    regions = {key: gazetteer.region(key) for key in used}
    # Loads a solver, which a map of events, or of very many claims, does without.
    bounded = len(claims) <= MOST_CLAIMS
    return project(
        corpus,
        countries,
        names=gazetteer.search_names(searched, each=names_each(len(searched))),
        titles=_titles(units),
        bounds=corpus_bounds(corpus.at(day)) if bounded else None,
        day=day if bounded else None,
        regions={
            key: {"name": r.name, "reason": r.reason, "names": "\n".join(r.names)}
            for key, r in regions.items()
        },
    )


def _titles(units: gpd.GeoDataFrame) -> dict[str, str]:
    """Name all places that a claim can be about: built-in ones, and a user's own."""
    builtin = {unit.place_id: unit.name for unit in builtin_units().values() if unit.level == 1}
    return builtin | dict(zip(units["place_id"], units["name"], strict=True))


def _assemble(
    content: PageContent, m: folium.Map | None, layers: list[ActorLayer], tiles: str | None
) -> ClaimMap:
    (south, west), (north, east) = content.meta["bounds"]
    if m is None:
        centre = [(south + north) / 2, (west + east) / 2]
        m = folium.Map(tiles=None, location=centre, zoom_start=5)
    page = ClaimMap.adopt(m, content)
    if tiles is not None:
        page.add_child(tile_layer(tiles))
    for layer in layers:
        page.add_child(layer)
    if not any(isinstance(child, folium.LayerControl) for child in page._children.values()):
        page.add_child(folium.LayerControl(collapsed=True))
    return page


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
        "kinds": {"states": schema.STATES, "events": schema.EVENTS, "speech": schema.SPEECH},
        "ratings": [*schema.RELIABILITY, *schema.CREDIBILITY],
        "columns": schema.CLAIM_COLUMNS,
        "unspecified": schema.UNSPECIFIED_ACTOR,
    }


def _description(claims: pd.DataFrame, day: pd.Timestamp) -> str:
    count, origins = len(claims), claims["origin_id"].nunique()
    return (
        f"{count:,} reported claim{'' if count == 1 else 's'} from {origins:,} "
        f"origin{'' if origins == 1 else 's'}, as of {day:%Y-%m-%d}. "
        "Claims are reported, not verified."
    )
