"""Bounds by place: the tightest intervals that follow from the current figures together.

Each place is an unknown that is not negative, each figure an interval for a sum of
unknowns. What a place can be at least and at most, given all of them, is a linear
programme. This module says which sums the figures are about; `programme` solves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.linear_program import UNKNOWN, Row, Solution, solve
from geodata.analysis.place_tree import PlaceTree
from geodata.analysis.statements import (
    alike_parts,
    check_options,
    check_places,
    comparable_wholes,
    joined_corpus,
    loosened,
)
from geodata.rules.dating import parse_as_of
from geodata.text.actors import unit_wholes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.rules.on_day import OnDay

BOUND_COLUMNS: Final = (
    "place_id", "actor", "kind", "unit_family", "fit", "low", "high", "loose_low", "loose_high",
    "clash", "rest_low", "rest_high", "origin_ids", "sources", "true_from", "true_until",
)  # fmt: skip


# An actor in a place, and in what unit it is counted there.
Cell: TypeAlias = tuple[str, str, str]
# Places over which a figure is summed, and whether it bounds them from above too.
Sum: TypeAlias = tuple[tuple[str, ...], bool]


def bound_places(
    joined: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    *,
    as_of: str | date | None = None,
    window_days: int = schema.WINDOW_DAYS,
    tolerance: float = schema.ABOUT_TOLERANCE,
) -> pd.DataFrame:
    """Bound the figure of each place, actor, kind and unit family by all figures together.

    Parameters
    ----------
    joined
        What `geodata.join_claims` returned for these boundaries, all countries in it.
    boundaries
        The places to report on, with ``place_id``, ``country`` and ``parent``.
    as_of, window_days, tolerance
        As `geodata.analysis` describes them; the window reaches back from ``as_of``.

    Returns
    -------
    DataFrame
        Sorted by ``place_id``, ``actor``, ``kind``, ``unit_family``, with a RangeIndex. A row
        for each place that a figure names, the units that hold it, and each further place
        of the boundaries that a figure bounds from above:

        - ``fit`` (str): ``as stated``; ``within tolerance`` where the figures can only all
          hold if those that are ``about`` miss by the tolerance; ``clash`` where not even so;
        - ``low``, ``high`` (float64; inf = open): what follows from the figures as stated;
          missing unless they fit so;
        - ``loose_low``, ``loose_high``: the same with those that are ``about`` widened;
          missing where they clash. They never lie inside ``low`` and ``high``;
        - ``clash`` (sorted tuple): the origins that clash, each needed for one of the clashes;
          empty elsewhere. Clashes are looked for among figures not yet found to clash, so one
          that clashes with these alone is not named. Where figures for different sums clash
          in more than a dozen ways that hang together, it is all that is left of them; of a
          clash of more than two dozen origins not each need be needed;
        - ``rest_low``, ``rest_high``: where figures clash, what follows loosely from the
          others once those named in ``clash`` are set aside, though one of these others may
          contradict what is set aside; elsewhere as ``loose_low``, ``loose_high``;
        - ``origin_ids`` (sorted tuple): the origins that the bound rests on, or that name the
          place, a set that it is in, or a unit that holds it; ``sources`` (int64): how many
          distinct sources these have;
        - ``true_from``, ``true_until`` (datetime64[s]): the days that they are true of.

        [0, inf] says no more than that something was said of the place.

    Raises
    ------
    ArgumentError
        If the claims are not joined, or an option makes no sense.
    BoundariesError
        If the boundaries are none.

    Notes
    -----
    What a figure is about, by rule 1: ``each``, every place of its own; ``joint`` and
    ``within``, the sum over the places; ``nationwide``, the sum over the country, with
    whatever lies elsewhere in it; several actors, the sum over them too. A region is soft:
    its figure bounds each member from above, and the countries of its members from below. A
    point lies somewhere in its province, so it bounds that from below; one that is known to
    the province only (UCDP precision 4) stands for it. A declared part of a whole about the
    same places is no total: it bounds them from below.

    Rule 6: figures of states only, of one kind and unit family. A wider unit is a ceiling for
    what it contains, and has it as its floor: fighters among "fighters and family members".
    "Unspecified armed groups" may be others each time: its figures bound nothing. Undated
    figures bound nothing.

    A figure of a further source never widens a bound, neither ``low`` and ``high`` nor
    ``loose_low`` and ``loose_high``: it tightens them, or they are missing, since it does not
    fit or since a clash among others now matters for the place. A missing bound is none, and
    not a wide one: where figures clash, read ``clash``. ``rest_low`` and ``rest_high`` are no
    bound in this sense, since it depends on the clash what they rest on. A place keeps its
    bound in spite of a clash if it is the same whichever of the clashing figures is wrong. A
    further claim that declares others ended, by ``supersedes``, may of course widen what those
    had bounded.

    Examples
    --------
    >>> from geodata import builtin_boundaries, join_claims, sample_claims
    >>> provinces = builtin_boundaries(countries=["AFG"])
    >>> joined = join_claims(sample_claims(), provinces)
    >>> bounds = bound_places(joined, provinces, as_of="2023-06-30").set_index("place_id")
    >>> iskp = bounds[bounds["actor"] == "ISKP"]
    >>> iskp.loc[["AF-KDZ", "AF-HER", "AFG"], ["low", "high"]].values.tolist()
    [[0.0, 4000.0], [0.0, 6500.0], [6500.0, 6500.0]]
    """
    check_options(window_days=window_days, tolerance=tolerance)
    corpus = joined_corpus(joined, boundaries)
    check_places(boundaries)
    on_day = corpus.at(parse_as_of(as_of))
    return corpus_bounds(on_day, window_days=window_days, tolerance=tolerance)


def corpus_bounds(
    on_day: OnDay,
    *,
    window_days: int = schema.WINDOW_DAYS,
    tolerance: float = schema.ABOUT_TOLERANCE,
    without: int | None = None,
) -> pd.DataFrame:
    """Bound places as `bound_places` does, from a corpus with boundaries on a day.

    ``without`` is an origin to leave out, by its number.
    """
    rows = _recent_figures(on_day, window_days)
    if without is not None:
        rows = rows[on_day.corpus.origin[rows] != without]
    if not len(rows):
        return _typed(pd.DataFrame(columns=list(BOUND_COLUMNS)))
    facts = _Facts.of(on_day, rows, tolerance)
    groups: dict[tuple[str, str], list[int]] = {}
    for at, figure in enumerate(facts.figures):
        widest = unit_wholes(figure["unit_family"])[-1]
        groups.setdefault((figure["kind"], widest), []).append(at)
    found = [line for key in groups for line in _group(key[0], groups[key], facts)]
    return _typed(pd.DataFrame(found, columns=list(BOUND_COLUMNS)))


@dataclass(frozen=True)
class _Facts:
    """The figures that take part, by position, and where they hold."""

    figures: list[dict[str, Any]]
    wholes: dict[int, int]  # position of a part → of its whole, where that is among them
    alike: frozenset[int]  # parts that are about the same places as their wholes
    firm: dict[str, frozenset[str]]  # places that a claim names by themselves
    points: dict[str, tuple[str, bool]]  # the place of a claim's point, and whether it is all of it
    tree: PlaceTree

    @classmethod
    def of(cls, at: OnDay, rows: NDArray[np.int64], tolerance: float) -> _Facts:
        """Gather them for rows of the claims, one an origin."""
        corpus, links = at.corpus, at.corpus.links
        figures = at.standing_frame(rows)
        figures = figures.assign(unit_family=figures["unit_family"].fillna(""))
        about = figures["modifier"] == "about"
        low, high = loosened(figures["low"], figures["high"], about, tolerance)
        _, most = loosened(figures["total_low"], figures["total_high"], about, tolerance)
        table = figures.assign(loose_low=low, loose_high=high, loose_total_high=most)
        wholes = comparable_wholes(at)
        position = {origin: n for n, origin in enumerate(corpus.origin[rows].tolist())}
        held = np.isin(links.claim, rows) & (links.place >= 0)
        places = links.places.index.to_numpy(dtype=object)
        ids = corpus.claims["claim_id"].to_numpy(dtype=object)
        firm: dict[str, set[str]] = {}
        for link in np.flatnonzero(held & links.is_any(["each", "joint", "within"])).tolist():
            firm.setdefault(ids[links.claim[link]], set()).add(places[links.place[link]])
        precision = corpus.claims["where_precision"].fillna(0)
        precise = (precision == schema.FIRST_LEVEL_PRECISION).to_numpy(dtype=bool)
        level = links.places["level"].astype("Int64").fillna(0).to_numpy()
        points = {
            ids[links.claim[link]]: (
                places[links.place[link]],
                bool(precise[links.claim[link]] and level[links.place[link]] == 1),
            )
            for link in np.flatnonzero(held & links.is_any(["point"])).tolist()
        }
        return cls(
            [{str(name): cell for name, cell in row.items()} for row in table.to_dict("records")],
            {
                position[part]: position[whole]
                for part, (whole, _) in wholes.items()
                if part in position and whole in position
            },
            frozenset(position[part] for part in alike_parts(wholes) if part in position),
            {claim: frozenset(named) for claim, named in firm.items()},
            points,
            corpus.tree,
        )


def _recent_figures(at: OnDay, window_days: int) -> NDArray[np.int64]:
    """Give the rows of the origins whose figures may be compared, within the window."""
    rows = at.standing[at.corpus.comparable[at.standing]]
    age = at.day.to_datetime64() - at.corpus.validity.true_of[rows]
    return rows[age <= np.timedelta64(window_days, "D")]


# --- what the figures say, as rows of a programme ------------------------------


def _rows(at: int, facts: _Facts) -> list[Row[Cell]]:
    """Say which sums of cells a figure is about, and within which bounds."""
    figure = facts.figures[at]
    sums, soft = _sums(figure, facts)
    alike, whole = at in facts.alike, facts.wholes.get(at)
    rows = [_row(figure, places, {at}, high=high and not alike) for places, high in sums]
    if soft:
        rows += [_row(figure, (place,), {at}, low=False) for place in soft if not alike]
        rows.append(_row(figure, facts.tree.roots(soft), {at}, high=False))
    elif whole is not None and not alike and all(high for _, high in sums):
        everywhere = tuple(place for places, _ in sums for place in places)
        limit = facts.figures[whole]
        limits = {"high": limit["total_high"], "loose_high": limit["loose_total_high"]}
        rows.append(_row({**figure, **limits}, everywhere, {at, whole}, low=False))
    return rows


def _row(
    figure: dict[str, Any],
    places: tuple[str, ...],
    origins: set[int],
    *,
    low: bool = True,
    high: bool = True,
) -> Row[Cell]:
    """Bound the sum over some places, and over all actors of a figure."""
    stated, loose = (
        (figure[f"{name}low"] if low else 0.0, figure[f"{name}high"] if high else inf)
        for name in ("", "loose_")
    )
    family = figure["unit_family"]
    cells = tuple((actor, place, family) for actor in figure["actor_ids"] for place in places)
    return Row(cells, stated, loose, frozenset(origins))


def _sums(figure: dict[str, Any], facts: _Facts) -> tuple[list[Sum], tuple[str, ...]]:
    """Give the sets of places over which a figure is a sum, and the soft members of regions."""
    places, claim = tuple(dict.fromkeys(figure["place_ids"])), figure["claim_id"]
    national = figure["extent"] == "nationwide"
    if national or not places:
        return ([] if national else _at_point(figure, facts)) or _at_countries(figure), ()
    if figure["region_ids"]:
        firm = facts.firm.get(claim, frozenset()) if figure["extent"] == "each" else frozenset()
        soft = tuple(place for place in places if place not in firm)
        return [((place,), True) for place in places if place in firm], soft
    if figure["extent"] == "each":
        return [((place,), True) for place in places], ()
    return [(places, True)], ()


def _at_point(figure: dict[str, Any], facts: _Facts) -> list[Sum]:
    """Give the place that holds a point; the figure is a part of it, unless it stands for it."""
    place, whole = facts.points.get(figure["claim_id"], (None, False))
    return [] if place is None else [((place,), bool(whole))]


def _at_countries(figure: dict[str, Any]) -> list[Sum]:
    """Give the countries of a figure; one at a vague point (UCDP 5) is a part of them."""
    precision = figure["where_precision"]
    pointed = pd.notna(figure["latitude"]) and pd.notna(precision) and not figure["place_ids"]
    if not figure["area"] or (pointed and precision == schema.NO_PLACE_PRECISION):
        return []
    return [(figure["area"], not pointed or precision == schema.COUNTRY_PRECISION)]


# --- what follows --------------------------------------------------------------


def _group(kind: str, members: list[int], facts: _Facts) -> Iterable[tuple[Any, ...]]:
    """Bound all places and actors of one kind, and of unit families that contain each other."""
    rows = [row for at in members for row in _rows(at, facts)]
    named: dict[str, set[str]] = {}
    families: dict[str, set[str]] = {}
    own = set[Cell]()  # places that figures of the very family name, and the units around them
    for row in rows:
        for actor, place, family in row.cells:
            named.setdefault(actor, set()).add(place)
            families.setdefault(actor, set()).add(family)
            if (actor, place, family) not in own:
                own |= {(actor, unit, family) for unit in facts.tree.path(place)}
    cells = {actor: facts.tree.with_holders(named[actor]) for actor in sorted(named)}
    leaves = {actor: facts.tree.leaves(places) for actor, places in cells.items()}
    within = {
        (actor, family): [part for part in sorted(used) if family in unit_wholes(part)]
        for actor, used in families.items()
        for family in used
    }

    def summed(cells: Iterable[Cell]) -> tuple[Cell, ...]:
        return tuple(
            (actor, leaf, part)
            for actor, place, family in cells
            for part in within[actor, family]
            for leaf in leaves[actor][place]
        )

    programme = [Row(summed(row.cells), row.stated, row.loose, row.origins) for row in rows]
    everywhere = [
        (actor, place, family)
        for actor, places in cells.items()
        for family in sorted(families[actor])
        for place in sorted(places)
    ]
    # Of each cell the whole; of those that hold further places what lies in no place named.
    asked = {(cell, False): summed([cell]) for cell in everywhere}
    further = [
        (actor, place, holder, family)
        for actor, places in cells.items()
        for place in facts.tree.reported
        if place not in places
        and (holder := next((up for up in facts.tree.path(place) if up in places), None))
        for family in sorted(families[actor])
    ]
    asked |= {
        ((actor, holder, family), True): tuple(
            (actor, holder, part) for part in within[actor, family]
        )
        for actor, _, holder, family in further
    }
    solutions = solve(programme, asked)
    for cell in everywhere:
        solution = solutions[cell, False]
        if cell in own or solution.clash or solution.loose != (0.0, inf):
            yield _line(cell, kind, solution, facts)
    for actor, place, holder, family in further:
        solution = _within(solutions[(actor, holder, family), True])
        if solution.clash or solution.loose[1] < inf:
            yield _line((actor, place, family), kind, solution, facts)


def _within(solution: Solution) -> Solution:
    """Say what a place can be of which only the unit around it was bounded."""
    stated, loose, rest = (
        (ends[0] * 0, ends[1]) for ends in (solution.stated, solution.loose, solution.rest)
    )
    return Solution(stated, loose, rest, solution.clash, solution.above)


def _line(cell: Cell, kind: str, solution: Solution, facts: _Facts) -> tuple[Any, ...]:
    actor, place, family = cell
    behind = [facts.figures[at] for at in sorted(solution.origins)]
    days = [figure["true_of"] for figure in behind]
    fits = (solution.stated[0] == solution.stated[0], not solution.clash)
    fit = schema.FITS[0] if all(fits) else schema.FITS[1 if fits[1] else 2]
    loose = UNKNOWN if solution.clash else solution.loose
    return (
        place, actor, kind, family or None, fit, *solution.stated, *loose,
        tuple(sorted(facts.figures[at]["origin_id"] for at in solution.clash)), *solution.rest,
        tuple(sorted(figure["origin_id"] for figure in behind)),
        len({figure["source_key"] for figure in behind if pd.notna(figure["source_key"])}),
        min(days, default=pd.NaT), max(days, default=pd.NaT),
    )  # fmt: skip


def _typed(bounds: pd.DataFrame) -> pd.DataFrame:
    text = ("place_id", "actor", "kind", "unit_family", "fit")
    numbers = ("low", "high", "loose_low", "loose_high", "rest_low", "rest_high")
    dtypes = dict.fromkeys(text, "str") | dict.fromkeys(numbers, "float64")
    dtypes |= dict.fromkeys(("true_from", "true_until"), "datetime64[s]")
    dtypes |= {"clash": "object", "origin_ids": "object", "sources": "int64"}
    order = ["place_id", "actor", "kind", "unit_family"]
    return bounds.astype(dtypes).sort_values(order, ignore_index=True)
