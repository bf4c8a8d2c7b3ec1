"""Joined claims → one row a place; what claims leave open; totals of sets and of countries.

Every function here takes what `geodata.views.join.join_claims` returned and a day. An origin
counts once, through the telling that stands for it on that day (`geodata.rules.dating`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from geodata.corpus import Corpus
from geodata.places.georeference import RELATIONS
from geodata.rules.dating import check_ages, parse_as_of
from geodata.rules.sources import source_names
from geodata.rules.validity import days
from geodata.text.figures import interval_in_words
from geodata.views.estimate import comparable_figures, gather, intersected

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.rules.on_day import OnDay

# Relations in which a claim says that the actor is in the place itself.
SHADING_RELATIONS: Final = (*schema.SHADING_EXTENTS, "point")

_TOTAL_COLUMNS: Final = [
    "place_ids", "origin_id", "claim_id", "relation", "actor", "actor_ids", "kind", "unit",
    "unit_family", "modifier", "value", "value_low", "value_high", "low", "high", "source",
    "true_of", "age",
]  # fmt: skip


def summarise_claims(
    joined: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    *,
    as_of: str | date | None = None,
    fresh_days: int = schema.FRESH_DAYS,
    stale_days: int = schema.STALE_DAYS,
    window_days: int = schema.WINDOW_DAYS,
) -> gpd.GeoDataFrame:
    """Summarise the claims of each place as of a day.

    Parameters
    ----------
    joined
        What `join_claims` returned for these boundaries.
    boundaries
        The places to report on; places without claims are reported too.
    as_of
        As `geodata.rules.dating.parse_as_of` takes it; today where ``None``.
    fresh_days, stale_days
        Limits of the ages, see `geodata.currency_at`.
    window_days
        See `geodata.estimate_places`.

    Returns
    -------
    GeoDataFrame
        The boundaries, their order, index and CRS kept, with

        - ``claims``: current tellings that name the place;
        - ``origins``: distinct statements that these tell;
        - ``sources``, ``source_names`` (tuple): distinct sources that shade it, that is whose
          current origins of `schema.SHADING_KINDS` cover it with ``each``, ``joint`` or a point.
          Several names of one body (``sources.csv``) are one source, under its own name;
        - ``soft_origins``: current origins that mention it and do not shade it: within,
          regional, national, other events, speech, what is said to be absent (a figure that can
          only be 0), what befalls the actor (an attack with the tag ``actor-targeted``), and
          those of which only a retelling names it;
        - ``undated``: origins that name it and have no date, so are not in the counts above.
          Left out are those that have ended (retracted, superseded) by that day, and those of
          which another telling has a date, since that one is in the counts;
        - ``latest_stated`` (datetime64[s]): the latest day on which a current origin was stated,
          which is the last day of a date that is vague. Missing where none was: left out are
          origins without ``stated`` (they may well have ``reported`` or ``as_of``), those that
          are undated, ended, only forecast or not yet visible, and tellings that do not stand
          for their origin. Region and country count here as in ``soft_origins``;
        - ``age``: that of the freshest origin that shades it, missing where none does;
        - ``leaves_open`` (tuple of texts): what the claims leave open in it, by actor, kind
          and unit, see `geodata.estimate_places`; empty where no current claim names the place.
          A figure that is true of a day before the window has a sentence of its own.

    Raises
    ------
    ArgumentError
        If ``as_of`` is no date, or the limits are out of order.

    Examples
    --------
    >>> from geodata import builtin_boundaries, join_claims, sample_claims, summarise_claims
    >>> provinces = builtin_boundaries(countries=["AFG"])
    >>> joined = join_claims(sample_claims(), provinces)
    >>> places = summarise_claims(joined, provinces, as_of="2024-07-31").set_index("place_id")
    >>> places.loc["AF-KDZ", "source_names"]
    ('CSTO', 'Russia', 'Taliban', 'United Nations')
    """
    check_ages(fresh_days, stale_days)
    at = Corpus.of_joined(joined).at(parse_as_of(as_of))
    current = _Named.of(at, at.current)
    standing = _Named.of(at, at.current & at.counts)
    shading = standing.where(standing.shades)
    ended = at.corpus.validity.current_until <= at.day.to_datetime64()
    undated = np.isnat(at.corpus.validity.visible_from)
    # An origin of which another telling is dated is in the counts.
    dated = np.zeros(len(at.corpus.origin_ids), dtype=bool)
    dated[at.corpus.origin[~undated]] = True
    lost = _Named.of(at, undated & ~ended & ~dated[at.corpus.origin])
    origins = current.distinct(current.origin)
    ages = at.age_codes(fresh_days=fresh_days, stale_days=stale_days)
    stated = pd.Series(days(at.corpus.claims["stated_last"])[standing.claim])
    figures = comparable_figures(at, window_days=window_days)
    columns = {
        "claims": current.distinct(current.claim),
        "origins": origins,
        "sources": shading.distinct(shading.source),
        "source_names": _names(shading),
        "soft_origins": origins.sub(shading.distinct(shading.origin), fill_value=0),
        "undated": lost.distinct(lost.origin),
        "latest_stated": stated.groupby(standing.place_ids).max(),
        "age": _freshest(shading, ages),
        "leaves_open": _leaves_open(standing, figures),
    }
    return _at_places(boundaries, columns)


def shading_sources(at: OnDay) -> pd.Series:
    """Count the distinct sources that shade each place on a day, by place id (rule 3)."""
    standing = _Named.of(at, at.current & at.counts)
    shading = standing.where(standing.shades)
    return shading.distinct(shading.source)


def joint_totals(joined: gpd.GeoDataFrame, *, as_of: str | date | None = None) -> pd.DataFrame:
    """List the current figures that hold for a set of places together.

    Returns
    -------
    DataFrame
        One row a set and origin, in the claims' order, with a RangeIndex: ``place_ids``
        (sorted tuple), ``origin_id``, ``claim_id`` (the telling that stands for it),
        ``relation`` (``joint``, ``within`` or ``region``), what the figure is about, and its own
        ``low`` and ``high``, which hold for the whole set.

    Examples
    --------
    >>> from geodata import builtin_boundaries, join_claims, sample_claims
    >>> joined = join_claims(sample_claims(), builtin_boundaries(countries=["AFG"]))
    >>> totals = joint_totals(joined, as_of="2024-07-31").set_index("origin_id")
    >>> totals.loc["tass-2023-02-north", "place_ids"]
    ('AF-BDS', 'AF-KDZ', 'AF-TAK')
    """
    totals = _totals(joined, as_of, ("joint", "within", "region"))
    sets = (totals["place_ids"].map(len) > 1) | (totals["relation"] == "region")
    return totals[sets].reset_index(drop=True)


def national_totals(joined: gpd.GeoDataFrame, *, as_of: str | date | None = None) -> pd.DataFrame:
    """List the current figures that hold for whole countries.

    Returns
    -------
    DataFrame
        As `joint_totals`, with ISO 3166-1 alpha-3 codes as ``place_ids``.

    Examples
    --------
    >>> from geodata import builtin_boundaries, join_claims, sample_claims
    >>> joined = join_claims(sample_claims(), builtin_boundaries(countries=["AFG"]))
    >>> totals = national_totals(joined, as_of="2024-07-31").set_index("origin_id")
    >>> totals.loc["tass-2023-02-total", "place_ids"]
    ('AFG',)
    """
    return _totals(joined, as_of, ("nationwide",))


# --- rows that all of these rest on --------------------------------------------


@dataclass(frozen=True, eq=False)
class _Named:
    """Links of some of the claims with the places that they name."""

    at: OnDay
    link: NDArray[np.int64]

    @classmethod
    def of(cls, at: OnDay, claims: NDArray[np.bool_]) -> _Named:
        """Take the links of the claims that are marked, those to no place left out."""
        links = at.corpus.links
        return cls(at, np.flatnonzero(claims[links.claim] & (links.place >= 0)))

    def where(self, marked: NDArray[np.bool_]) -> _Named:
        """Keep the links that are marked."""
        return _Named(self.at, self.link[marked])

    @cached_property
    def claim(self) -> NDArray[np.int64]:
        """The row of the claim of each link."""
        return self.at.corpus.links.claim[self.link]

    @cached_property
    def place(self) -> NDArray[np.int64]:
        """The row of the place of each link."""
        return self.at.corpus.links.place[self.link]

    @property
    def origin(self) -> NDArray[np.int64]:
        """The origin of each link's claim."""
        return self.at.corpus.origin[self.claim]

    @property
    def source(self) -> NDArray[np.int64]:
        """The source of each link's claim, -1 where it is unknown."""
        return self.at.corpus.source[self.claim]

    @property
    def shades(self) -> NDArray[np.bool_]:
        """Rule 3: which links say that the actor is in the place itself."""
        corpus = self.at.corpus
        return corpus.presence[self.claim] & corpus.links.is_any(SHADING_RELATIONS)[self.link]

    @property
    def place_ids(self) -> pd.Index:
        """The id of each link's place."""
        return self.at.corpus.links.places.index.take(self.place)

    def distinct(self, codes: NDArray[np.int64]) -> pd.Series:
        """Count the distinct codes of each place, by place id."""
        known = codes >= 0
        pairs = np.unique(np.column_stack([self.place[known], codes[known]]), axis=0)
        places, counts = np.unique(pairs[:, 0], return_counts=True)
        return pd.Series(counts, index=self.at.corpus.links.places.index.take(places))


# --- one row a place -----------------------------------------------------------


def _names(shading: _Named) -> pd.Series:
    """Name the sources that shade each place: a known body's own name, else as first spelled."""
    known = shading.where(shading.source >= 0)
    # Of the places alone: another spelling elsewhere is not what stands in them.
    order = np.argsort(known.link, kind="stable")
    sources, first = np.unique(known.source[order], return_index=True)
    spelled = source_names(known.at.corpus.claims["source"].iloc[known.claim[order][first]])
    named = pd.Series(spelled.array, index=sources).reindex(known.source)
    pairs = pd.DataFrame({"place_id": known.place_ids, "name": named.array})
    return gather(pairs, ["place_id"], "name")


def _freshest(shading: _Named, ages: NDArray[np.int64]) -> pd.Series:
    first = pd.Series(ages[shading.claim]).groupby(shading.place_ids).min()
    return first.map(dict(enumerate(schema.AGES))).astype("str")


def _leaves_open(standing: _Named, figures: pd.DataFrame) -> pd.Series:
    """Sentences on the actors that a current claim names in a place."""
    recent = figures["recent"].to_numpy(dtype=bool)
    left = intersected(figures[recent], standing.at.corpus)
    # What is too old to be compared still holds as far as it goes, each figure by itself.
    old = figures[~recent].assign(fit=schema.FITS[0])
    old = old.assign(unit_family=old["unit_family"].where(old["unit_family"] != ""))
    actors = standing.at.corpus.claims["actor_ids"].iloc[standing.claim]
    named = pd.DataFrame({"place_id": standing.place_ids, "actor": actors.array})
    named = named.explode("actor").drop_duplicates().astype("str")
    told = pd.concat([left, old[old.columns.intersection(left.columns)]])
    told = told.merge(named, on=["place_id", "actor"])
    told["text"] = [_sentence(row) for row in told.itertuples(index=False)]
    return gather(told, ["place_id"], "text")


def _sentence(row: Any) -> str:  # noqa: ANN401 - a named tuple of the frame
    """Say in words what is left open, and as of which day: an old figure must not seem current."""
    about = row.kind if pd.isna(row.unit_family) else f"{row.kind} in {row.unit_family}"
    return f"{row.actor}, {about}: {_left(row)} (as of {row.true_of:%Y-%m-%d})"


def _left(row: Any) -> str:  # noqa: ANN401 - as above
    as_stated, within, _ = schema.FITS
    if row.fit == as_stated:
        return interval_in_words(row.low, row.high)
    if row.fit == within:
        return f"{interval_in_words(row.loose_low, row.loose_high)}, taking what is about loosely"
    return "the figures exclude each other"


def _at_places(boundaries: gpd.GeoDataFrame, columns: dict[str, pd.Series]) -> gpd.GeoDataFrame:
    """Put the columns at the places, with 0, () or a missing value where there is none."""
    found = {
        name: values.reindex(boundaries["place_id"].to_numpy()).set_axis(boundaries.index)
        for name, values in columns.items()
    }
    for name in ("source_names", "leaves_open"):
        lists = [held if isinstance(held, tuple) else () for held in found[name]]
        found[name] = pd.Series(lists, index=boundaries.index, dtype=object)
    for name in ("claims", "origins", "sources", "soft_origins", "undated"):
        found[name] = found[name].fillna(0).astype("int64")
    return boundaries.assign(**found)


# --- totals --------------------------------------------------------------------


def _totals(
    joined: gpd.GeoDataFrame, as_of: str | date | None, relations: tuple[str, ...]
) -> pd.DataFrame:
    corpus = Corpus.of_joined(joined)
    at, links = corpus.at(parse_as_of(as_of)), corpus.links
    told = at.current & at.counts & corpus.claims["low"].notna().to_numpy()
    chosen = _Named(at, np.flatnonzero(told[links.claim] & links.is_any(relations)))
    rows = np.unique(chosen.claim)
    # A set that holds a region's members has soft edges, even if it names a province as well.
    regional = np.unique(chosen.claim[links.is_any(["region"])[chosen.link]])
    _, first = np.unique(chosen.claim, return_index=True)
    relation = np.array(RELATIONS, dtype=object)[links.relation[chosen.link[first]]]
    pairs = pd.DataFrame({"claim": chosen.claim, "place_id": chosen.place_ids})
    places = gather(pairs, ["claim"], "place_id")
    totals = at.frame(rows).assign(
        place_ids=places.reindex(rows).array,
        relation=pd.Series(np.where(np.isin(rows, regional), "region", relation), dtype="str"),
    )
    return totals[_TOTAL_COLUMNS]
