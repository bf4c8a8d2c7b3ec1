"""Claims, places and geometry → the one block of data that the page carries.

The page knows nothing but this: claims column by column, newest first; places
with the rings of arcs that draw them; the sets of places over which claims give
a total. Nothing else of the input goes out: no file name, no row, no column that
the page does not show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from geodata import schema
from geodata.corpus import Corpus
from geodata.rules.sources import resolve_source, source_aliases
from geodata.text.actors import actor_aliases
from mapping.page.bounds_table import bound_table
from mapping.page.claim_places import claims_places
from mapping.page.columns import (
    EPOCH,
    Column,
    coded,
    dated,
    dict_column,
    listed,
    numbered,
    plain_column,
    positioned,
    raw_column,
    split_lists,
    worded,
)
from mapping.page.contradiction_table import contradiction_table
from mapping.page.packing import pack_data
from mapping.page.search_names import carried_names
from mapping.page.text91 import packed_text
from mapping.page.topology import (
    Topology,
    arc_bounds,
    arcs_of,
    build_topology,
    coarsen,
    encode_arcs,
    fitting_step,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geodata.places.gazetteer.search import OrderedNames

# Land beside the units may be this coarse, in degrees (about 6 km), and so much coarser for
# each degree that it lies away: it only tells the reader where in the world the units lie.
NEAR_TOLERANCE = 0.05
TOLERANCE_GROWTH = 0.02
FAR_TOLERANCE = 0.6
# A country is covered by its units from this share of its area on: outlines differ a little.
COVERED = 0.9

_REPEATING = (
    "actor",
    "kind",
    "lang",
    "extent",
    "modifier",
    "unit",
    "speaker",
    "speaker_role",
    "affiliation",
    "source",
    "outlet",
    "title",
    "stated",
    "reported",
    "as_of",
    "status_date",
    "status",
    "reliability",
    "credibility",
    "protect",
)
_DISTINCT = (
    "claim_id",
    "text",
    "quote",
    "url",
    "archive_url",
    "supersedes",
    "note",
)
_NUMBERS = (
    "value",
    "value_low",
    "value_high",
    "low",
    "high",
    "latitude",
    "longitude",
    "where_precision",
)
_SPEAKING = ("source", "affiliation", "speaker", "outlet")
_SHORT = {"latitude": "lat", "longitude": "lon"}


@dataclass(frozen=True)
class Payload:
    """What the page carries: tables of columns, and the geometry apart from them."""

    tables: dict[str, Any]
    topology: Topology

    @property
    def data(self) -> dict[str, Any]:
        """The tables as plain data: what the page reads."""
        claims = self.tables["claims"]
        columns = {name: plain_column(column) for name, column in claims["columns"].items()}
        return self.tables | {"claims": claims | {"columns": columns}}

    def packed_data(self, **more: object) -> str:
        """Pack the data, and what else the scripts read from them, as text of gzipped streams."""
        return packed_text(pack_data(self.tables | more))

    def packed_geometry(self) -> str:
        """Pack the arcs as text of gzipped varints."""
        return packed_text(encode_arcs(self.topology.arcs))


def build_payload(
    claims: pd.DataFrame,
    joined: pd.DataFrame,
    units: gpd.GeoDataFrame,
    countries: gpd.GeoDataFrame,
    *,
    names: Mapping[str, OrderedNames] | None = None,
    regions: Mapping[str, Mapping[str, str]] | None = None,
    titles: Mapping[str, str] | None = None,
    bounds: pd.DataFrame | None = None,
) -> Payload:
    """Gather everything that the page needs.

    Parameters
    ----------
    claims
        Typed claims, as `geodata.read_claims` returns them.
    joined
        The same claims joined to places, as `geodata.join_claims` returns them.
    units
        The places to shade: boundaries in EPSG:4326.
    countries
        Level 0 of the world: the land around, and where nationwide claims stand.
    names
        Further names of a place id, for the page's search, as `Gazetteer.search_names` orders them.
    regions
        ``name``, ``reason`` and the other ``names`` (a line each) of each region id that claims
        use.
    titles
        The name of each place id, for claims whose places the map does not draw.
    bounds
        What follows for each place, as `geodata.analysis.bound_places` returns it.
    """
    corpus = Corpus.of_joined(joined, units, claims=claims)
    return project(corpus, countries, names=names, regions=regions, titles=titles, bounds=bounds)


def project(
    corpus: Corpus,
    countries: gpd.GeoDataFrame,
    *,
    names: Mapping[str, OrderedNames] | None = None,
    regions: Mapping[str, Mapping[str, str]] | None = None,
    titles: Mapping[str, str] | None = None,
    bounds: pd.DataFrame | None = None,
    day: pd.Timestamp | None = None,
) -> Payload:
    """Give what a page shows of a corpus, whose boundaries are the units to shade.

    What cannot hold together is carried for all days, that of the map's own ``day`` first; none
    where there is no day.
    """
    if corpus.boundaries is None:
        raise ValueError("a corpus without boundaries has nothing to draw")
    places, topology = _places(corpus.boundaries, countries, names or {})
    position = {place: index for index, place in enumerate(places["columns"]["id"]["v"])}
    order = _newest_first(corpus)
    rows, sets = claims_places(corpus, order, position, titles or {})
    columns = _claim_columns(corpus, order) | rows
    origins = {name: code for code, name in enumerate(columns["origin"]["v"])}
    used = {region for ids in corpus.claims["region_ids"] for region in ids}
    return Payload(
        {
            "claims": {"n": len(order), "columns": columns},
            "places": places,
            "sets": sets,
            "regions": {key: dict(value) for key, value in (regions or {}).items() if key in used},
            "aliases": _aliases(columns.get("actors")),
            "spelt": _spelt(corpus, columns.get("source")),
            "bodies": _bodies(columns),
            "bounds": None
            if bounds is None
            else bound_table(bounds, places=position, origins=origins),
            "contradictions": None if day is None else contradiction_table(corpus, order, day),
        },
        topology,
    )


def _newest_first(corpus: Corpus) -> NDArray[np.int64]:
    """Give the rows of the claims, those that were visible last first, undated ones at the end."""
    since = corpus.validity.visible_from
    days = np.where(np.isnat(since), np.iinfo(np.int64).max, -since.astype(np.int64))
    return np.argsort(days, kind="stable")


def _claim_columns(corpus: Corpus, order: NDArray[np.int64]) -> dict[str, Column]:
    claims, validity = corpus.claims, corpus.validity

    def taken(name: str) -> pd.Series[Any]:
        return claims[name].take(order)

    # One source however it is spelt: the page shows a known body's name, else the first spelling.
    sources = corpus.source_names.reindex(corpus.source[order])
    columns = {name: coded(sources if name == "source" else taken(name)) for name in _REPEATING}
    columns |= {name: worded(taken(name)) for name in _DISTINCT}
    columns |= {name: numbered(taken(name)) for name in _NUMBERS}
    columns["family"] = coded(taken("unit_family"))
    columns["canonical"] = {"t": "raw", "v": (validity.precedence[order] == 0).astype(np.int64)}
    columns["seen"] = dated(validity.visible_from[order])
    columns["until"] = dated(validity.current_until[order])
    columns["suspended"] = _suspended(validity.suspended[order])
    columns["precedence"] = {"t": "raw", "v": _precedence(corpus, order)}
    columns["true_of"] = dated(validity.true_of[order])
    columns["aged"] = dated(validity.aged_from[order])
    columns["due"] = dated(validity.forecast_until[order])
    columns["status_from"] = dated(validity.status_from[order])
    columns["absent"] = {"t": "raw", "v": np.where(corpus.absent[order], 1.0, np.nan)}
    columns["actors"] = listed(taken("actor_ids"))
    columns["regions"] = listed(taken("region_ids"))
    columns["tags"] = listed(split_lists(taken("tags")))
    columns |= _origin_columns(corpus, order)
    empty = [name for name, column in columns.items() if _is_empty(column)]
    return {_SHORT.get(name, name): column for name, column in columns.items() if name not in empty}


def _aliases(actors: Column | None) -> list[str]:
    """Give the other names of each actor that the claims are about, a name a line.

    What "unspecified groups" are called elsewhere, such as "terrorist groups", is no name.
    """
    names = [] if actors is None else actors["v"]
    known = actor_aliases(name for name in names if name != schema.UNSPECIFIED_ACTOR)
    return ["\n".join(known.get(name, ())) for name in names]


def _spelt(corpus: Corpus, sources: Column | None) -> list[str]:
    """Give how the claims spell each source of a page, other than its name, a spelling a line."""
    names = [] if sources is None else list(sources["v"])
    pairs = pd.DataFrame({"source": corpus.source, "spelt": corpus.claims["source"]})
    pairs = pairs[pairs["source"] >= 0].drop_duplicates()
    shown = corpus.source_names.reindex(pairs["source"]).to_numpy(dtype=object)
    spelt = {name: list(own) for name, own in pairs.groupby(shown)["spelt"]}
    return ["\n".join(other for other in spelt.get(name, ()) if other != name) for name in names]


def _bodies(columns: Mapping[str, Column]) -> dict[str, str]:
    """Give what else the bodies are called that claims name as those who speak, a name a line."""
    given = {name for key in _SPEAKING if key in columns for name in columns[key]["v"]}
    found = {name: body for name in sorted(given) if (body := resolve_source(name)) is not None}
    known = source_aliases(found.values())
    return {name: "\n".join([body, *known.get(body, ())]) for name, body in found.items()}


def _is_empty(column: Column) -> bool:
    if column["t"] == "list":
        return not len(column["c"])
    if column["t"] == "dict":
        return bool((column["c"] < 0).all())
    values = column["v"]
    if isinstance(values, pa.Array):
        return bool(values.null_count == len(values))
    return bool(pd.isna(values).all())


def _suspended(spans: NDArray[np.object_]) -> Column:
    """Give the days between which claims did not count, first and last in turn."""
    rows = np.flatnonzero(spans.astype(bool))
    days = [[(day - EPOCH).days for span in spans[row] for day in span] for row in rows.tolist()]
    at = np.repeat(rows, [len(numbers) for numbers in days])
    return positioned(at, np.array([day for numbers in days for day in numbers]), of=len(spans))


def _precedence(corpus: Corpus, order: NDArray[np.int64]) -> NDArray[np.float64]:
    """Say which telling stands for its origin, where that does not follow from the other columns.

    Mostly it is the canonical telling, else the earliest, else the first row.
    """
    precedence = corpus.validity.precedence[order]
    origin, since = corpus.origin[order], corpus.validity.visible_from[order]
    days = np.where(np.isnat(since), np.iinfo(np.int64).max, since.astype(np.int64))
    at = np.arange(len(order))
    follows = np.lexsort((at, days, precedence != 0, origin))
    stands = np.lexsort((at, precedence, origin))
    differs = np.isin(origin, origin[follows[follows != stands]])
    return np.where(differs, precedence, np.nan)


def _origin_columns(corpus: Corpus, order: NDArray[np.int64]) -> dict[str, Column]:
    """Give the origin of each claim, and the origins of which it is a part or that it denies."""
    codes, shown = pd.factorize(corpus.origin[order])
    # Numbers in order of appearance; the last stands for none.
    number = np.full(len(corpus.origin_ids) + 1, -1, dtype=np.int64)
    number[shown] = np.arange(len(shown))
    names = corpus.origin_ids.take(shown).to_numpy(dtype=object).tolist()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    denied = corpus.denied
    row = rank[denied["row"].to_numpy(dtype=np.int64)]
    by_row = np.argsort(row, kind="stable")
    origins = number[denied["origin"].to_numpy(dtype=np.int64)]
    return {
        "origin": {"t": "dict", "v": names, "c": codes},
        "part_of": {"t": "raw", "v": number[corpus.whole[order]]},
        "denies": positioned(row[by_row], origins[by_row], of=len(order)),
    }


def _places(
    units: gpd.GeoDataFrame, countries: gpd.GeoDataFrame, names: Mapping[str, OrderedNames]
) -> tuple[dict[str, Any], Topology]:
    """Tabulate the places with their rings, and the arcs."""
    drawn = units.assign(role="unit")
    around = countries.loc[~countries["place_id"].isin(units["place_id"])]
    # Where all units of a country are drawn, its own polygon would only repeat their edges.
    # Where only some are, the rest of it is land, not sea.
    areas = pd.Series(shapely.area(units.geometry.array)).groupby(units["country"].array).sum()
    share = around["place_id"].map(areas).to_numpy(float) / shapely.area(around.geometry.array)
    around = around.assign(role=np.where(share >= COVERED, "country", "context"))
    table = pd.concat([drawn, around], ignore_index=True)
    shapes = gpd.GeoSeries(table.geometry.where(table["role"] != "country", None), crs=units.crs)
    topology = build_topology(shapes, step=fitting_step(units.geometry))
    topology = coarsen(topology, _tolerances(topology, np.flatnonzero(table["role"] == "unit")))
    index = {place: number for number, place in enumerate(table["place_id"])}
    anchors = _label_points(table.geometry)
    columns = {
        "id": raw_column(table["place_id"]),
        "name": raw_column(table["name"]),
        "level": raw_column(table["level"]),
        "country": {"t": "raw", "v": [index.get(code, -1) for code in table["country"]]},
        "parent": {"t": "raw", "v": [index.get(code, -1) for code in table["parent"]]},
        "names": {
            "t": "raw",
            "v": carried_names(table["place_id"].tolist(), names),
        },
        "lon": {"t": "raw", "v": anchors[:, 0].round(3).tolist()},
        "lat": {"t": "raw", "v": anchors[:, 1].round(3).tolist()},
        "role": dict_column(table["role"]),
    }
    return {"n": len(table), "columns": columns, "shapes": topology.shapes}, topology


def _tolerances(topology: Topology, units: NDArray[np.int64]) -> NDArray[np.float64]:
    """How coarse each arc may be: the units' own stay as they are."""
    own = arcs_of(topology, units.tolist())
    if not own.any():
        return np.full(len(own), NEAR_TOLERANCE)
    bounds = arc_bounds(topology)
    west, south = bounds[own, :2].min(axis=0)
    east, north = bounds[own, 2:].max(axis=0)
    beyond = [west - bounds[:, 2], bounds[:, 0] - east, south - bounds[:, 3], bounds[:, 1] - north]
    away = np.maximum(np.max(beyond, axis=0), 0.0)
    return np.where(own, 0.0, np.minimum(NEAR_TOLERANCE + TOLERANCE_GROWTH * away, FAR_TOLERANCE))


def _label_points(geometry: gpd.GeoSeries) -> NDArray[np.float64]:
    """Find a point inside the largest part of each place: longitude, latitude."""
    parts, owner = shapely.get_parts(geometry.array, return_index=True)
    # Degrees suffice to find the largest part; no area is reported.
    sizes = pd.Series(shapely.area(parts)).groupby(owner).idxmax()
    points = np.zeros((len(geometry), 2))
    largest = shapely.point_on_surface(parts[sizes.to_numpy()])
    points[sizes.index.to_numpy()] = shapely.get_coordinates(largest)
    return points
