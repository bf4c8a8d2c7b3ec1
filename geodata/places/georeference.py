"""Typed claims → the places that they are about: by name, by point, by country.

`geodata.views.join` is the door to this; it reads claims that are not typed yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import schema
from geodata.errors import PlaceError
from geodata.places.builtin import builtin_boundaries
from geodata.places.gazetteer import Gazetteer
from geodata.rules.intervals import share

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

# Built-in boundaries are simplified to about 1 km, so a point at a coast or a border may lie
# just outside its place. In degrees, since only neighbours are searched, no distance is told.
POINT_SLACK: Final = 0.02
# A point beyond the border of the country that its claim declares belongs to that country where
# it lies this close to it: a town at the border, on lines that sources draw differently.
DECLARED_SLACK: Final = 0.1

# A figure is shared among the places of a claim by its relation to them.
_EXTENTS: Final = {"point": "each", "region": "within", "nationwide": "joint", "none": "each"}

Cells: TypeAlias = pd.Series | pd.Index | np.ndarray | list[str] | str | int | bool | None

_PLACE_COLUMNS: Final = ["name", "level", "country", "parent", "geometry"]


# How a claim covers a place; `geodata.join_claims` says what the words mean.
RELATIONS: Final = ("each", "joint", "within", "region", "point", "nationwide", "none")

LINK_COLUMNS: Final = (
    "place_id", "place_name", "place_level", "place_country", "relation", "place_low",
    "place_high",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Links:
    """Claims at places, one link a claim and place, in the order of the claims.

    ``claim`` is the row of the claim, ``place`` the row in ``places``, -1 for none; ``relation``
    a position in `RELATIONS`; ``low`` and ``high`` what the figure leaves open in that place
    alone. ``places`` has ``name``, ``level``, ``country``, ``parent`` and ``geometry`` by
    place id, the places of the boundaries first.
    """

    claim: NDArray[np.int64]
    place: NDArray[np.int64]
    relation: NDArray[np.int8]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    places: pd.DataFrame

    @classmethod
    def given(cls, rows: pd.DataFrame, claim: NDArray[np.int64]) -> Links:
        """Read links off joined rows; their places have no geometry and no parent."""
        place, names = pd.factorize(rows["place_id"])
        first = pd.DataFrame(rows[["place_name", "place_level", "place_country"]])
        first = first.set_axis(["name", "level", "country"], axis="columns")
        at = np.unique(place[place >= 0], return_index=True)[1]
        places = first[place >= 0].iloc[at].assign(parent=None, geometry=None)
        return cls(
            claim.astype("int64"),
            place.astype("int64"),
            _relation_codes(rows["relation"]),
            rows["place_low"].to_numpy(dtype="float64"),
            rows["place_high"].to_numpy(dtype="float64"),
            places.set_axis(pd.Index(names, name="place_id"), axis="index"),
        )

    def is_any(self, relations: Iterable[str]) -> NDArray[np.bool_]:
        """Mark the links with one of some relations."""
        return np.isin(self.relation, [RELATIONS.index(name) for name in relations])

    def joined(self, claims: pd.DataFrame) -> gpd.GeoDataFrame:
        """Put the columns of claims beside those of their places, a row a link."""
        rows = claims.take(self.claim).reset_index(drop=True)
        places = self.places.reset_index(names="place_id").reindex(self.place)
        places = places.reset_index(drop=True)
        rows = rows.assign(
            place_id=places["place_id"].astype("str"),
            place_name=places["name"].astype("str"),
            place_level=places["level"].astype("Int64"),
            place_country=places["country"].astype("str"),
            relation=pd.Series(np.array(RELATIONS, dtype=object)[self.relation], dtype="str"),
            place_low=self.low,
            place_high=self.high,
        )
        geometry = gpd.GeoSeries(places["geometry"], crs=schema.CRS)
        return gpd.GeoDataFrame(rows, geometry=geometry)


def _relation_codes(names: pd.Series) -> NDArray[np.int8]:
    codes, distinct = pd.factorize(names)
    known = [RELATIONS.index(name) for name in distinct]
    return np.array(known, dtype="int8")[codes] if known else np.empty(0, dtype="int8")


def link_claims(claims: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> Links:
    """Find the places of typed claims that have a RangeIndex."""
    links = pd.concat([_named(claims, boundaries), _unnamed(claims, boundaries)])
    links = links.sort_values("at", kind="stable", ignore_index=True)
    directory = _directory(links["place_id"], boundaries)
    links = _rolled_up(links, directory, boundaries)
    low, high = _shared(claims, links)
    return Links(
        links["at"].to_numpy(),
        directory.index.get_indexer(pd.Index(links["place_id"])),
        _relation_codes(links["relation"]),
        low,
        high,
        directory,
    )


def place_claims(claims: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put typed claims at their places; `geodata.join_claims` documents the frame.

    Examples
    --------
    >>> from geodata import builtin_boundaries, sample_claims
    >>> placed = place_claims(sample_claims(), builtin_boundaries(countries=["AFG"]))
    >>> placed.loc[placed["claim_id"] == "tass-2023-02-north", "place_id"].tolist()
    ['AF-BDS', 'AF-KDZ', 'AF-TAK']
    """
    claims = claims.reset_index(drop=True)
    return link_claims(claims, boundaries).joined(claims)


def _links(
    at: Cells, place_id: Cells, relation: Cells, *, places: Cells = 1, part: Cells = False
) -> pd.DataFrame:
    """Claims (by position) at places.

    ``places`` counts the places among which a figure is shared; ``part`` marks places of
    which the claim covers an unknown part, so that its figure is no upper bound there.
    """
    links = pd.DataFrame({"at": np.asarray(at, dtype="int64"), "place_id": place_id})
    links = links.assign(relation=relation, places=places, part=part)
    text = {"place_id": "str", "relation": "str"}
    return links.astype({**text, "places": "int64", "part": "bool"})


# --- claims that name places ---------------------------------------------------


def _named(claims: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> pd.DataFrame:
    """Rows of the claims that name places, those of a region's members included."""
    named = claims["place_ids"]
    counts = named.map(len).to_numpy(dtype="int64")
    at = np.repeat(np.arange(len(claims)), counts)
    soft = claims["region_ids"].map(len).to_numpy(dtype="int64")[at] > 0
    place_id = pd.Series(list(chain.from_iterable(named)), dtype="str")
    relation = claims["extent"].take(at).reset_index(drop=True)
    # A national figure is none of the provinces that the claim mentions.
    aside = (relation == "nationwide") & ~place_id.str.fullmatch("[A-Z]{3}")
    # A region counts as several places, even if it has one member only.
    places = np.maximum(counts[at], np.where(soft | aside, 2, 1))
    links = _links(at, place_id, relation.where(~aside, "within"), places=places)
    soft &= ~_firm(claims, links, soft, boundaries)
    return links.assign(relation=links["relation"].where(~soft, "region"))


def _firm(
    claims: pd.DataFrame, links: pd.DataFrame, soft: np.ndarray, boundaries: gpd.GeoDataFrame
) -> np.ndarray:
    """Mark places that a claim names beside a region, such as "Kunduz; the north"."""
    firm = np.zeros(len(links), dtype=bool)
    if not soft.any():
        return firm
    texts = claims["places"].fillna("").str.count(schema.LIST_SEPARATOR) + 1
    mixed = (texts > claims["region_ids"].map(len)).to_numpy()[links["at"]] & soft
    if not mixed.any():
        return firm
    gazetteer = Gazetteer.builtin().with_boundaries(boundaries)
    pairs = claims.loc[links.loc[mixed, "at"].unique(), ["places", "country"]]
    own = {
        at: _named_ids(gazetteer, str(row.places), row.country)
        for at, row in zip(pairs.index, pairs.itertuples(index=False), strict=True)
    }
    ids = zip(links.loc[mixed, "at"], links.loc[mixed, "place_id"], strict=True)
    firm[mixed] = [place in own[at] for at, place in ids]
    return firm


def _named_ids(gazetteer: Gazetteer, places: str, country: object) -> set[str]:
    """Find the places that a text names by themselves, regions left out."""
    iso3 = country if isinstance(country, str) else None
    named: set[str] = set()
    for part in filter(None, map(str.strip, places.split(schema.LIST_SEPARATOR))):
        try:
            match = gazetteer.resolve(part, country=iso3)
        except PlaceError:  # other boundaries than the claims were checked against
            continue
        if match.region is None:
            named.update(match.place_ids)
    return named


# --- claims that name none: points and countries -------------------------------


def _unnamed(claims: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> pd.DataFrame:
    """Rows of the claims that name no place: at a point, at their countries, or nowhere."""
    rest = claims[claims["place_ids"].map(len) == 0]
    pointed = rest[["latitude", "longitude"]].notna().all(axis="columns")
    precision = rest["where_precision"].astype("float64")
    located = rest[pointed & (precision != schema.NO_PLACE_PRECISION)]
    holders = _holders(located, boundaries)
    found = holders[precision.reindex(holders.index).fillna(1).isin(schema.POINT_PRECISIONS)]
    points = _links(found.index, found["place_id"], "point")
    elsewhere = rest.drop(index=found.index)
    country = elsewhere["country"].where(precision != schema.NO_PLACE_PRECISION)
    country = country.fillna(holders["country"].reindex(elsewhere.index))
    lists = country.dropna().str.split(schema.LIST_SEPARATOR)
    counts = lists.map(len)
    rows = lists.explode().str.strip()
    vague = (pointed & (precision != schema.COUNTRY_PRECISION)).reindex(rows.index).to_numpy()
    national = _links(
        rows.index,
        rows.to_numpy(),
        np.where(vague, "within", "nationwide"),
        places=counts.reindex(rows.index).to_numpy(),
        part=vague,
    )
    nowhere = elsewhere.index.difference(lists.index)
    return pd.concat([points, national, _links(nowhere, None, "none")])


def _holders(located: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> pd.DataFrame:
    """Find the place that holds each claim's point: ``place_id`` and ``country``, by position."""
    pairs = pd.MultiIndex.from_frame(located[["longitude", "latitude", "country"]])
    codes, distinct = pd.factorize(pairs)
    table = pd.DataFrame(list(distinct), columns=["x", "y", "country"])
    rows = _containing(table, boundaries)[codes]
    columns = ["place_id", "country", "level", "parent"]
    held = pd.DataFrame(boundaries[columns]).iloc[rows[rows >= 0]]
    held.index = located.index[rows >= 0]
    # A point that is known to its province only must not fall into one of the districts.
    precision = located.loc[held.index, "where_precision"].astype("float64")
    coarse = (
        (precision == schema.FIRST_LEVEL_PRECISION) & (held["level"] > 1) & held["parent"].notna()
    )
    return held.assign(place_id=held["place_id"].where(~coarse, held["parent"]))


def holding_country(claims: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> pd.Series:
    """Find the country of the place at which each claim's point counts; missing where in none.

    Returns
    -------
    Series
        ISO 3166-1 alpha-3 codes with the index of ``claims``, which have ``longitude``,
        ``latitude`` and ``country``.
    """
    table = claims[["longitude", "latitude", "country"]]
    codes, distinct = pd.factorize(pd.MultiIndex.from_frame(table))
    pairs = pd.DataFrame(list(distinct), columns=["x", "y", "country"])
    rows = _containing(pairs, boundaries)[codes]
    lands = boundaries["country"].to_numpy(dtype=object)
    held = np.where(rows >= 0, lands[rows] if len(lands) else None, None)
    return pd.Series(held, index=claims.index, dtype="str")


def _containing(table: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> np.ndarray:
    """Positions in ``boundaries`` of the places that hold points, -1 where none does."""
    rows = np.full(len(table), -1, dtype="int64")
    if table.empty or boundaries.empty:
        return rows
    points = shapely.points(table["x"].to_numpy(float), table["y"].to_numpy(float))
    shapes = np.asarray(boundaries.geometry.array)
    levels = boundaries["level"].to_numpy()
    finest = boundaries.groupby("country")["level"].transform("max").to_numpy() == levels
    # Polygons against a tree of points take a quarter of the time of the other way round.
    polygon, point = shapely.STRtree(points).query(shapes, predicate="contains")
    # Coarse levels first, so that the finest place that holds a point is written last.
    order = np.argsort(levels[polygon], kind="stable")
    rows[point[order]] = polygon[order]
    home = boundaries["country"].to_numpy()
    claimed = table["country"].to_numpy()
    doubtful = (rows < 0) | (pd.notna(claimed) & (home[rows] != claimed))
    for country in pd.unique(claimed[doubtful]):
        near = doubtful & (pd.isna(claimed) if pd.isna(country) else claimed == country)
        allowed = np.flatnonzero(finest & (pd.isna(country) | (home == country)))
        if len(allowed):
            tree = shapely.STRtree(shapes[allowed])
            slack = POINT_SLACK if pd.isna(country) else DECLARED_SLACK
            found, place = tree.query_nearest(points[near], max_distance=slack, all_matches=False)
            rows[np.flatnonzero(near)[found]] = allowed[place]
    return rows


# --- places --------------------------------------------------------------------


def _directory(place_ids: pd.Series, boundaries: gpd.GeoDataFrame) -> pd.DataFrame:
    """Name, level, country, parent and geometry of all places, by place id."""
    known = pd.DataFrame(boundaries).set_index("place_id")[_PLACE_COLUMNS]
    missing = pd.Index(place_ids.dropna().unique()).difference(known.index)
    if missing.empty:
        return known
    countries = _builtin(0, missing)
    lacking = missing.difference(countries.index)
    provinces = _builtin(1, lacking).assign(geometry=None)
    unknown = pd.DataFrame(index=lacking.difference(provinces.index), columns=_PLACE_COLUMNS)
    extra = pd.concat([countries, provinces, unknown.astype(object)])
    parts = known[known["parent"].isin(extra.index)]
    for place, rows in parts.groupby("parent"):
        extra.loc[place, "geometry"] = shapely.union_all(rows["geometry"].to_numpy())
        own = {"name": place, "level": rows["level"].min() - 1, "country": rows["country"].iloc[0]}
        extra.loc[place, list(own)] = extra.loc[place, list(own)].fillna(own)
    return pd.concat([known, extra])


def _builtin(level: int, place_ids: pd.Index) -> pd.DataFrame:
    """Those of the places that the built-in boundaries of a level hold."""
    if place_ids.empty:
        return pd.DataFrame(columns=_PLACE_COLUMNS, dtype=object)
    places = pd.DataFrame(builtin_boundaries(level=level)).set_index("place_id")
    return places.loc[places.index.intersection(place_ids), _PLACE_COLUMNS].astype(object)


def _rolled_up(
    links: pd.DataFrame, directory: pd.DataFrame, boundaries: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Move places that are finer than the map to their country, where that is on the map."""
    places = directory.reindex(links["place_id"])
    on_map = links["place_id"].isin(boundaries["place_id"]).to_numpy()
    # Where the map has provinces of a country, a province that it lacks is just not on it.
    divided = boundaries.loc[boundaries["level"] > 0, "country"]
    country = places["country"]
    undivided = country.isin(boundaries["place_id"]) & ~country.isin(divided)
    up = ~on_map & undivided.to_numpy() & (places["level"] > 0).to_numpy(dtype=bool)
    if not up.any():
        return links
    moved = links.assign(
        place_id=links["place_id"].where(~up, country.to_numpy()),
        relation=links["relation"].where(~up, "within"),
        part=links["part"] | up,
    ).drop_duplicates(["at", "place_id"], ignore_index=True)
    # Places that all lie in one country: the whole figure lies in it.
    left = moved.groupby("at")["place_id"].transform("size")
    return moved.assign(places=moved["places"].where(~moved["part"], left))


def _shared(claims: pd.DataFrame, links: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Share each claim's figure among its places."""
    at = links["at"].to_numpy()
    low, high = share(
        claims["low"].to_numpy()[at],
        claims["high"].to_numpy()[at],
        extent=links["relation"].replace(_EXTENTS).to_numpy(),
        n_places=links["places"].to_numpy(),
        n_actors=claims["actor_ids"].map(len).to_numpy()[at],
    )
    high = np.where(links["part"] & ~np.isnan(high), np.inf, high)
    placed = links["place_id"].notna()
    return np.where(placed, low, np.nan), np.where(placed, high, np.nan)
