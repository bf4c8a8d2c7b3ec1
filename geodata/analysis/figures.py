"""What figures are about, as sums of cells: the start of every comparison between them.

A cell is a kind, a unit family, an actor and a place. A block is a set of cells; a figure gives
the sum over a block an interval. One block lies in another if each of its cells lies in a cell of
the other: a province in its country, fighters among "fighters and family members".
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import inf
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.place_tree import PlaceTree
from geodata.analysis.statements import loosened
from geodata.places.gazetteer import Gazetteer
from geodata.rules.areas import totals
from geodata.rules.supersession import path_up
from geodata.text.actors import unit_wholes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from geodata.corpus import Corpus

# Kind, unit family, actor, place.
Cell: TypeAlias = tuple[str, str, str, str]
Block: TypeAlias = frozenset[Cell]

# How the name of something that is compared with nothing but itself begins: a point, a region.
_APART: Final = "~"


@dataclass(frozen=True)
class Figures:
    """Figures that may be compared, and the intervals of the sums that they are about.

    Attributes
    ----------
    row, origin, source, day
        A number a figure: its row of the claims, its origin and source in the corpus, and the
        day that it is true of, since 1970-01-01.
    first, until
        The days on which it stands: from the one until before the other.
    blocks
        The distinct blocks.
    figure, block
        A number an interval: whose it is, and about which block.
    low, high, stated_low, stated_high
        The interval: with what is ``about`` loosened, and as stated.
    """

    row: NDArray[np.int64]
    origin: NDArray[np.int64]
    source: NDArray[np.int64]
    day: NDArray[np.int64]
    first: NDArray[np.int64]
    until: NDArray[np.int64]
    blocks: list[Block]
    figure: NDArray[np.int64]
    block: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    stated_low: NDArray[np.float64]
    stated_high: NDArray[np.float64]
    above: Mapping[Cell, tuple[Cell, ...]]  # each cell, and those that it lies in

    @classmethod
    def of(cls, corpus: Corpus, spans: pd.DataFrame, tolerance: float) -> Figures:
        """Gather the figures of spans of rows: ``row``, ``first``, ``until`` and ``part``.

        ``part`` says that a figure is declared a part of one for the same places, so that it
        leaves open how many more there are.
        """
        row = spans["row"].to_numpy(dtype=np.int64)
        kept = corpus.comparable[row] & (corpus.source[row] >= 0)
        kept &= ~np.isnat(corpus.validity.true_of[row])
        kept &= corpus.areas.map(bool).to_numpy(dtype=bool)[row]
        spans, row = spans[kept], row[kept]
        claims = corpus.claims.take(row)
        about = claims["modifier"] == "about"
        ends = [*totals(claims), claims["low"], claims["high"]]
        stated = np.array([np.asarray(end, dtype=float) for end in ends])
        loose = np.vstack([loosened(stated[at], stated[at + 1], about, tolerance) for at in (0, 2)])
        part = spans["part"].to_numpy(dtype=bool)
        for table in (loose, stated):
            table[1, part] = table[3, part] = inf
        areas = corpus.areas.to_numpy(dtype=object)[row]
        sums = _all_sums(claims, areas)
        number: dict[Block, int] = {}
        lines = [
            (at, number.setdefault(block, len(number)), ends, floor, ceiling)
            for at, own in enumerate(sums)
            for block, ends, floor, ceiling in own
        ]
        columns = np.array(lines, dtype=np.int64).reshape(-1, 5)
        figure, block, which, floor, ceiling = columns.T
        low, stated_low = (
            np.where(floor > 0, table[2 * which, figure], 0.0) for table in (loose, stated)
        )
        high, stated_high = (
            np.where(ceiling > 0, table[2 * which + 1, figure], inf) for table in (loose, stated)
        )
        blocks = list(number)
        first, until = (
            spans[name].to_numpy("datetime64[D]").astype(np.int64) for name in ("first", "until")
        )
        return cls(
            row, corpus.origin[row], corpus.source[row],
            corpus.validity.true_of[row].astype("datetime64[D]").astype(np.int64), first, until,
            blocks, figure, block, low, high, stated_low, stated_high, _above(corpus, blocks),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.row)


def parts_and_wholes(corpus: Corpus) -> frozenset[tuple[int, int]]:
    """Pairs of an origin and one that it is declared a part of, however many lie between."""
    told = np.flatnonzero(corpus.whole >= 0)
    told = told[np.argsort(corpus.validity.precedence[told], kind="stable")[::-1]]
    # The telling that goes before the others is read last, and holds.
    parent = dict(zip(corpus.origin[told].tolist(), corpus.whole[told].tolist(), strict=True))
    return frozenset((part, whole) for part in parent for whole in path_up(part, parent))


# A block, which ends bound it (0: those of the total, 1: of each place), from below, from above.
_Sum: TypeAlias = tuple[Block, int, int, int]


def _all_sums(claims: pd.DataFrame, areas: NDArray[np.object_]) -> list[list[_Sum]]:
    """Say of each claim which sums its figure is about; what repeats is worked out once."""
    precision = claims["where_precision"].astype("float64").fillna(0).to_numpy()
    columns = (
        claims["kind"], claims["unit_family"].fillna(""), claims["actor_ids"], claims["place_ids"],
        claims["region_ids"].map(bool), claims["extent"], claims["country"].fillna(""),
        claims["latitude"].notna(), precision, areas,
    )  # fmt: skip
    known: dict[tuple[object, ...], list[_Sum]] = {}
    found = []
    for told in zip(*columns, strict=True):
        if told not in known:
            known[told] = _sums(_Told(*told))
        found.append(known[told])
    return found


class _Told(NamedTuple):
    """What of a claim says which sums its figure is about."""

    kind: str
    family: str
    actors: tuple[str, ...]
    places: tuple[str, ...]
    region: bool
    extent: str
    country: str
    pointed: bool
    precision: float
    area: tuple[str, ...]


def _sums(told: _Told) -> list[_Sum]:
    """Say which sums a figure is about, as `geodata.bound_places` documents it."""
    kind, family, actors, places, region, extent, country, pointed, precision, area = told

    def block(*names: str) -> Block:
        return frozenset((kind, family, actor, place) for actor, place in product(actors, names))

    countries = tuple(filter(None, (part.strip() for part in country.split(";"))))
    if extent == "nationwide" or not places:
        if not pointed or places or extent == "nationwide":
            return [(block(*area), 0, 1, 1)]
        if area == tuple(sorted(countries)):
            return [(block(*area), 0, 1, int(precision == schema.COUNTRY_PRECISION))]
        # Points are compared by themselves, and lie somewhere in their country.
        own: list[_Sum] = [(block(_APART + ",".join(area)), 0, 1, 1)]
        return own + ([(block(*countries), 0, 1, 0)] if countries else [])
    if region:
        # Nobody knows which members a region has: it is compared by itself, bounds each member
        # from above, and the countries from below.
        soft = _APART + extent.replace("joint", "within") + ",".join(area)
        members: list[_Sum] = [(block(place), 1, 0, 1) for place in dict.fromkeys(places)]
        whole: list[_Sum] = [(block(*countries), 1, 1, 0)] if countries else []
        return [(block(soft), 0, 1, 1), *members, *whole]
    if extent == "each":
        return [(block(place), 1, 1, 1) for place in dict.fromkeys(places)]
    return [(block(*places), 0, 1, 1)]


def _above(corpus: Corpus, blocks: Iterable[Block]) -> dict[Cell, tuple[Cell, ...]]:
    """Give each cell with those that it lies in: units that hold its place, wider families."""
    cells = {cell for block in blocks for cell in block}
    places = {place for *_, place in cells if not place.startswith(_APART)}
    if corpus.boundaries is not None:
        path = PlaceTree.of(places, corpus.boundaries).path
    else:
        country_of = Gazetteer.builtin().country_of
        told = _told_countries(corpus, places)

        def path(place: str) -> tuple[str, ...]:
            country = country_of(place) or told.get(place, place)
            return (place, country) if country != place else (place,)

    paths = {place: path(place) for place in places}
    return {
        (kind, family, actor, place): tuple(
            (kind, wider, actor, unit)
            for wider in unit_wholes(family)
            for unit in paths.get(place, (place,))
        )
        for kind, family, actor, place in cells
    }


def _told_countries(corpus: Corpus, places: set[str]) -> dict[str, str]:
    """Give the country of places that are not built in, as claims about them say it."""
    known = Gazetteer.builtin().country_of
    unknown = {place for place in places if known(place) is None}
    if not unknown:
        return {}
    told: dict[str, str] = {}
    pairs = zip(corpus.claims["place_ids"], corpus.claims["country"], strict=True)
    for named, country in pairs:
        if isinstance(country, str) and ";" not in country:
            told |= {place: country.strip() for place in named if place in unknown}
    return told
