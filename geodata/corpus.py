"""The claims as numbers: all that follows from them, each part worked out once.

A `Corpus` holds typed claims, and numbers their rows, origins, sources and places. Whatever
else the package says of claims is a view of it: `geodata.rules.dating`, `geodata.views.join`,
`geodata.views.summarise`, `geodata.analysis`, and the page. A part is worked out when it is first
asked for, so that nobody pays for what they do not look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.place_tree import PlaceTree
from geodata.places.georeference import LINK_COLUMNS, Links, link_claims
from geodata.rules.areas import areas, code_sets
from geodata.rules.on_day import OnDay
from geodata.rules.sources import source_key, source_names
from geodata.rules.validity import Validity, work_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Codes = NDArray[np.int64]


_NO_BOUNDARIES: Final = "a corpus without boundaries puts claims at no places"


@dataclass(frozen=True, eq=False)
class Corpus:
    """Typed claims, by row number, and what follows from them.

    Attributes
    ----------
    claims
        Typed claims with a RangeIndex, one row a claim. Where they bear the columns of
        `geodata.date_claims`, these hold.
    boundaries
        The places to put them at; needed for `links` and `places` alone.
    """

    claims: pd.DataFrame
    boundaries: gpd.GeoDataFrame | None = None

    @classmethod
    def of(cls, claims: pd.DataFrame, boundaries: gpd.GeoDataFrame | None = None) -> Corpus:
        """Make a corpus of typed claims.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> corpus = Corpus.of(sample_claims())
        >>> len(corpus.origin), len(corpus.origin_ids)
        (80, 64)
        """
        return cls(claims.reset_index(drop=True), boundaries)

    @classmethod
    def of_joined(
        cls,
        joined: gpd.GeoDataFrame,
        boundaries: gpd.GeoDataFrame | None = None,
        *,
        claims: pd.DataFrame | None = None,
    ) -> Corpus:
        """Turn the rows of `geodata.join_claims` back into claims and their links to places.

        ``claims`` are those that were joined, where more of them are wanted than have rows.

        Examples
        --------
        >>> from geodata import builtin_boundaries, join_claims, sample_claims
        >>> joined = join_claims(sample_claims(), builtin_boundaries(countries=["AFG"]))
        >>> corpus = Corpus.of_joined(joined)
        >>> len(corpus.claims), len(corpus.links.claim)
        (80, 188)
        """
        rows = pd.DataFrame(joined.drop(columns=joined.geometry.name)).reset_index(drop=True)
        if claims is None:
            claims = rows[~rows["claim_id"].duplicated()].drop(columns=[*LINK_COLUMNS])
        corpus = cls.of(claims, boundaries)
        # What was worked out is kept where the class keeps it, as `cached_property` does.
        corpus.__dict__["links"] = Links.given(rows, corpus.rows_of(rows["claim_id"]))
        return corpus

    # --- names as numbers ------------------------------------------------------

    @cached_property
    def _named(self) -> tuple[pd.Index, Codes]:
        first = ~self.claims["claim_id"].duplicated().to_numpy()
        return pd.Index(self.claims["claim_id"][first]), np.flatnonzero(first)

    def rows_of(self, names: pd.Series) -> Codes:
        """Give the row of the claim that each name is the id of; -1 where there is none."""
        ids, rows = self._named
        found = ids.get_indexer(pd.Index(names))
        return np.where(found >= 0, rows[found] if len(rows) else -1, -1)

    @cached_property
    def alphabetical(self) -> Codes:
        """The rank of each claim by its id, so that the order of rows cannot matter."""
        rank = np.empty(len(self.claims), dtype="int64")
        rank[self.by_id] = np.arange(len(rank))
        return rank

    @cached_property
    def by_id(self) -> Codes:
        """The rows in the order of their ids."""
        return np.asarray(self.claims["claim_id"].array.argsort(kind="stable"), dtype="int64")

    @cached_property
    def _origins(self) -> tuple[Codes, pd.Index]:
        codes, names = pd.factorize(self.claims["origin_id"])
        return codes.astype("int64"), pd.Index(names)

    @property
    def origin(self) -> Codes:
        """The origin of each claim, as a position in `origin_ids`."""
        return self._origins[0]

    @property
    def origin_ids(self) -> pd.Index:
        """The ids of the origins, in the order in which claims tell them."""
        return self._origins[1]

    @cached_property
    def first_tellings(self) -> Codes:
        """For each claim the row of the one that bears the id of its origin, else -1."""
        return self.rows_of(pd.Series(self.origin_ids))[self.origin]

    def origins_of(self, names: pd.Series) -> Codes:
        """Give the origin that each name means; -1 where it means none.

        Authors name a claim or its origin; both mean the origin. An id of a claim wins over an
        id that others share, as `geodata.validate` has it.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> corpus = Corpus.of(sample_claims())
        >>> names = pd.Series(["kabulnow-2023-02-north", "nobody's"])
        >>> [corpus.origin_ids[at] if at >= 0 else None for at in corpus.origins_of(names)]
        ['tass-2023-02-north', None]
        """
        rows = self.rows_of(names)
        shared = self.origin_ids.get_indexer(pd.Index(names))
        return np.where(rows >= 0, self.origin[rows] if len(self.origin) else -1, shared)

    @cached_property
    def whole(self) -> Codes:
        """The origin of which each telling says that its figure is a part; -1 where it says none.

        That may be its own origin, or lead in a circle.
        """
        return self._where_given("part_of", self.origins_of)

    @cached_property
    def denied(self) -> pd.DataFrame:
        """Pairs of a telling (``row``) and an ``origin`` that it denies, in the order given."""
        given = self.claims["denies"].dropna()
        names = given.str.split(schema.LIST_SEPARATOR).explode().str.strip()
        names = names[names != ""].astype("str")
        found = pd.DataFrame({"row": names.index, "origin": self.origins_of(names)})
        return found[found["origin"] >= 0].reset_index(drop=True)

    def _where_given(self, column: str, look_up: Callable[[pd.Series], Codes]) -> Codes:
        """Look up the names of a column that is mostly empty."""
        names = self.claims[column]
        given = np.flatnonzero(names.notna().to_numpy())
        found = np.full(len(names), -1, dtype="int64")
        if len(given):
            found[given] = look_up(names.iloc[given])
        return found

    # --- what claims are about -------------------------------------------------

    @cached_property
    def source_key(self) -> pd.Series:
        """The source of each claim, folded."""
        return source_key(self.claims["source"])

    @cached_property
    def source(self) -> Codes:
        """The source of each claim as a number, however it is spelled; -1 where it is unknown."""
        return pd.factorize(self.source_key)[0].astype("int64")

    @cached_property
    def source_names(self) -> pd.Series:
        """The name of each source, by its number: a known body's own, else as first spelled."""
        known = np.flatnonzero(self.source >= 0)
        _, first = np.unique(self.source[known], return_index=True)
        return source_names(self.claims["source"].iloc[known[first]]).reset_index(drop=True)

    @cached_property
    def actors(self) -> Codes:
        """The set of actors of each claim, as a number."""
        return code_sets(self.claims["actor_ids"])[0]

    @cached_property
    def comparable(self) -> NDArray[np.bool_]:
        """Which claims give figures that may be compared (rule 6): of states, of a known group."""
        codes, groups = code_sets(self.claims["actor_ids"])
        known = np.array([schema.UNSPECIFIED_ACTOR not in names for names in groups], dtype=bool)
        figures = self.claims["kind"].isin(schema.STATES) & self.claims["low"].notna()
        held: NDArray[np.bool_] = figures.to_numpy(dtype=bool)
        return held & known[codes] if len(held) else held

    @cached_property
    def absent(self) -> NDArray[np.bool_]:
        """Which claims say that there is none: states whose figure can only be 0."""
        states = self.claims["kind"].isin(schema.STATES) & (self.claims["high"] == 0)
        return states.to_numpy(dtype=bool)

    @cached_property
    def presence(self) -> NDArray[np.bool_]:
        """Which claims say that the actor is where they put it (rule 3), extent aside."""
        kinds = self.claims["kind"].isin(schema.SHADING_KINDS).to_numpy(dtype=bool)
        attacks = np.flatnonzero((self.claims["kind"] == "attack").to_numpy(dtype=bool))
        befallen = np.zeros(len(kinds), dtype=bool)
        tags = self.claims["tags"].iloc[attacks].fillna("").str.casefold()
        lists = tags.str.split(schema.LIST_SEPARATOR)
        befallen[attacks] = [schema.TARGETED_TAG in map(str.strip, names) for names in lists]
        return kinds & ~self.absent & ~befallen

    @cached_property
    def kind(self) -> Codes:
        """The kind of each claim, as a number."""
        return pd.factorize(self.claims["kind"])[0].astype("int64")

    @cached_property
    def family(self) -> Codes:
        """The unit family of each claim as a number; -1 where it counts nothing."""
        return pd.factorize(self.claims["unit_family"])[0].astype("int64")

    @cached_property
    def areas(self) -> pd.Series:
        """What each claim covers, see `geodata.rules.areas.areas`."""
        return areas(self.claims)

    @cached_property
    def area(self) -> Codes:
        """What each claim covers, as a number."""
        return pd.factorize(self.areas.to_numpy(dtype=object))[0].astype("int64")

    # --- time ------------------------------------------------------------------

    @cached_property
    def validity(self) -> Validity:
        """From when until when each claim counts, and which telling stands for its origin."""
        return Validity.given(self.claims) if "current_until" in self.claims else work_out(self)

    def at(self, day: pd.Timestamp) -> OnDay:
        """Say what holds on a day.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> at = Corpus.of(sample_claims()).at(pd.Timestamp("2024-07-31"))
        >>> int(at.visible.sum()), int((at.current & at.counts).sum())
        (71, 48)
        """
        return self._days.setdefault(day, OnDay(self, day))

    @cached_property
    def _days(self) -> dict[pd.Timestamp, OnDay]:
        return {}

    # --- places ----------------------------------------------------------------

    @cached_property
    def links(self) -> Links:
        """At which places each claim is, and what its figure leaves open there."""
        if self.boundaries is None:
            raise ValueError(_NO_BOUNDARIES)
        return link_claims(self.claims, self.boundaries)

    @cached_property
    def tree(self) -> PlaceTree:
        """Which place lies in which: those of the boundaries, and those that claims name."""
        if self.boundaries is None:
            raise ValueError(_NO_BOUNDARIES)
        sets = code_sets(self.claims["place_ids"])[1]
        named = {place for places in sets for place in places}
        return PlaceTree.of(named | set(self.links.places.index), self.boundaries)

    def joined(self, columns: Iterable[str] | None = None) -> gpd.GeoDataFrame:
        """Give one row a claim and place, as `geodata.join_claims` documents them.

        ``columns`` are those of the claims that are wanted; all where ``None``.
        """
        wanted = self.claims if columns is None else self.claims[[*columns]]
        return self.links.joined(wanted)
