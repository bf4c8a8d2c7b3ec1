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
import shapely

from geodata import schema
from geodata.actors import actor_aliases
from geodata.currency import date_claims, source_key
from mapping.bounds import bound_table
from mapping.claim_places import claims_places
from mapping.columns import (
    EPOCH,
    Column,
    day_column,
    dict_column,
    list_column,
    position_column,
    raw_column,
    split_lists,
)
from mapping.other_names import search_names
from mapping.packing import pack_data
from mapping.text91 import packed_text
from mapping.topology import (
    Topology,
    arc_bounds,
    arcs_of,
    build_topology,
    coarsen,
    encode_arcs,
    fitting_step,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

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
_SHORT = {"latitude": "lat", "longitude": "lon"}


@dataclass(frozen=True)
class Payload:
    """What the page carries: plain data, and the geometry apart from it."""

    data: dict[str, Any]
    topology: Topology

    def packed_data(self, **more: object) -> str:
        """Pack the data, and what else the scripts read from them, as text of gzipped streams."""
        return packed_text(pack_data(self.data | more))

    def packed_geometry(self) -> str:
        """Pack the arcs as text of gzipped varints."""
        return packed_text(encode_arcs(self.topology.arcs))


def build_payload(
    claims: pd.DataFrame,
    joined: pd.DataFrame,
    units: gpd.GeoDataFrame,
    countries: gpd.GeoDataFrame,
    *,
    names: Mapping[str, Sequence[str]] | None = None,
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
        Further names of a place id, for the page's search.
    regions
        ``name``, ``reason`` and the other ``names`` (a line each) of each region id that claims
        use.
    titles
        The name of each place id, for claims whose places the map does not draw.
    bounds
        What follows for each place, as `geodata.analysis.bound_places` returns it.
    """
    places, topology = _places(units, countries, names or {})
    position = {place: index for index, place in enumerate(places["columns"]["id"]["v"])}
    claims = _newest_first(claims)
    rows, sets = claims_places(claims, joined, units, position, titles or {})
    rows |= _own_places(claims, position, titles or {})
    columns = _claim_columns(claims) | rows
    origins = {name: code for code, name in enumerate(columns["origin"]["v"])}
    used = {region for ids in claims["region_ids"] for region in ids}
    return Payload(
        {
            "claims": {"n": len(claims), "columns": columns},
            "places": places,
            "sets": sets,
            "regions": {key: dict(value) for key, value in (regions or {}).items() if key in used},
            "aliases": _aliases(columns.get("actors")),
            "bounds": None
            if bounds is None
            else bound_table(bounds, places=position, origins=origins),
        },
        topology,
    )


def _newest_first(claims: pd.DataFrame) -> pd.DataFrame:
    dated = date_claims(claims)
    # One source however it is spelt; the page shows the first spelling.
    folded = source_key(dated["source"])
    first = dated["source"].groupby(folded).transform("first")
    return dated.assign(source=first.where(folded.notna())).sort_values(
        "visible_from", ascending=False, na_position="last", kind="stable", ignore_index=True
    )


def _claim_columns(claims: pd.DataFrame) -> dict[str, Column]:
    columns = {name: dict_column(claims[name]) for name in _REPEATING}
    columns |= {name: raw_column(claims[name]) for name in (*_DISTINCT, *_NUMBERS)}
    columns["family"] = dict_column(claims["unit_family"])
    columns["canonical"] = raw_column(claims["canonical"].astype("int64"))
    columns["seen"] = day_column(claims["visible_from"])
    columns["until"] = day_column(claims["current_until"])
    columns["suspended"] = position_column(_span_days(spans) for spans in claims["suspended"])
    columns["precedence"] = raw_column(_precedence(claims))
    columns["true_of"] = day_column(claims["true_of"])
    columns["actors"] = list_column(claims["actor_ids"])
    columns["regions"] = list_column(claims["region_ids"])
    columns["tags"] = list_column(split_lists(claims["tags"]))
    columns |= _origin_columns(claims)
    empty = [name for name, column in columns.items() if _is_empty(column)]
    return {_SHORT.get(name, name): column for name, column in columns.items() if name not in empty}


def _aliases(actors: Column | None) -> list[str]:
    """Give the other names of each actor that the claims are about, a name a line.

    What "unspecified groups" are called elsewhere, such as "terrorist groups", is no name.
    """
    names = [] if actors is None else actors["v"]
    known = actor_aliases(name for name in names if name != schema.UNSPECIFIED_ACTOR)
    return ["\n".join(known.get(name, ())) for name in names]


def _is_empty(column: Column) -> bool:
    if column["t"] == "raw":
        return all(value is None for value in column["v"])
    if column["t"] == "list":
        return not column["c"]
    return all(code < 0 for code in column["c"])


def _span_days(spans: Sequence[tuple[pd.Timestamp, pd.Timestamp]]) -> list[int]:
    """Give the days between which a claim did not count, first and last in turn."""
    return [(day - EPOCH).days for span in spans for day in span]


def _precedence(claims: pd.DataFrame) -> pd.Series[Any]:
    """Say which telling stands for its origin, where that does not follow from the other columns.

    Mostly it is the canonical telling, else the earliest, else the first row.
    """
    table = claims[["precedence", "visible_from"]].assign(
        origin=pd.factorize(claims["origin_id"])[0],
        retold=~claims["canonical"],
        at=np.arange(len(claims)),
    )
    follows = table.sort_values(["origin", "retold", "visible_from", "at"])["at"].to_numpy()
    stands = table.sort_values(["origin", "precedence", "at"])["at"].to_numpy()
    differs = table["origin"].isin(table["origin"].take(follows[follows != stands]))
    return table["precedence"].astype("Int64").where(differs)


def _origin_columns(claims: pd.DataFrame) -> dict[str, Column]:
    """Find the origin of each claim, and the origins of which it is a part or that it denies."""
    origin = dict_column(claims["origin_id"])
    code = {name: index for index, name in enumerate(origin["v"])}
    # Authors name a claim or its origin; both mean the origin. An origin's own name wins.
    code = dict(zip(claims["claim_id"], origin["c"], strict=True)) | code
    whole = [code.get(name, -1) for name in claims["part_of"].tolist()]
    denied = [
        [code[name] for name in names if name in code] for names in split_lists(claims["denies"])
    ]
    return {
        "origin": origin,
        "part_of": {"t": "raw", "v": whole},
        "denies": position_column(denied),
    }


def _own_places(
    claims: pd.DataFrame, position: Mapping[str, int], titles: Mapping[str, str]
) -> dict[str, Column]:
    """Name the places of claims that the map draws as another, or not at all.

    On a map of countries a claim about Kunduz lies in Afghanistan, and still says Kunduz.
    """
    own = [
        [titles.get(place, place) for place in places]
        if any(place not in position for place in places)
        else []
        for places in claims["place_ids"]
    ]
    return {"own_places": list_column(own)} if any(own) else {}


def _places(
    units: gpd.GeoDataFrame, countries: gpd.GeoDataFrame, names: Mapping[str, Sequence[str]]
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
            "v": search_names(list(zip(table["place_id"], table["name"], strict=True)), names),
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
