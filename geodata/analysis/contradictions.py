"""Which current statements of different sources cannot hold together."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.clashes import CLOSE, DENIAL, FIGURES, figure_pairs
from geodata.analysis.clashing_sets import FoundSets, SetSearch, components
from geodata.analysis.figures import Figures, parts_and_wholes
from geodata.analysis.statements import (
    alike_parts,
    check_claims_typed,
    check_options,
    comparable_wholes,
)
from geodata.corpus import Corpus
from geodata.rules.dating import parse_as_of
from geodata.text.actors import unit_wholes

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.rules.on_day import OnDay

# What is told of each of the two, under its name with ``_a`` or ``_b``.
_SIDE: Final = {
    "origin_id": "origin",
    "claim_id": "claim",
    "source": "source",
    "kind": "kind",
    "modifier": "modifier",
    "low": "low",
    "high": "high",
}
CONTRADICTION_COLUMNS: Final = (
    "what", "actors", "unit_family", "area",
    *(f"{name}_{side}" for side in "ab" for name in _SIDE.values()),
    "distance", "days_apart", "origins", "claims",
)  # fmt: skip
# What a row of more than two is.
SET: Final = "set"


def find_contradictions(
    claims: pd.DataFrame,
    *,
    as_of: str | date | None = None,
    window_days: int = schema.WINDOW_DAYS,
    tolerance: float = schema.ABOUT_TOLERANCE,
    boundaries: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """List the current origins that cannot hold together: pairs, and larger sets.

    Parameters
    ----------
    claims
        Typed claims, one row a claim.
    as_of, window_days, tolerance
        As `geodata.analysis` describes them.
    boundaries
        The places that the claims were read with, where they are not the built-in ones: they
        say which district lies in which province. Without them a place that is not built in
        lies in the country that claims name with it.

    Returns
    -------
    DataFrame
        One row a contradiction, pairs first, sorted by ``origin_a`` and ``origin_b``, of which
        ``origin_a`` comes first in the alphabet, then sets, and at last, apart, what is only
        close in time; with a RangeIndex:

        - ``what`` (str): ``figures``; ``denial`` where one of two denies the other; ``set`` for
          three origins or more; ``close in time`` for two figures that would contradict each
          other, but lie outside the window by up to a quarter of it, which is none;
        - ``actors`` (tuple), ``unit_family`` (str), ``area`` (tuple of place ids, or of
          countries): what they are about (of a pair the one that comes second; of a denial what
          is denied; of a set all of them, and the widest unit);
        - ``origin_``, ``claim_``, ``source_``, ``kind_``, ``modifier_`` (str), ``low_`` and
          ``high_`` (float64, as stated, over all places together) with ``a`` and ``b``: of
          pairs; missing for sets;
        - ``distance`` (float64): how far the figures as stated are apart, in their unit; of a
          set, by how much they would have to give in, taken together; missing for denials;
        - ``days_apart`` (Int64): between the days that they are true of; of a set the most;
        - ``origins``, ``claims`` (tuple): all that it takes.

        ``attrs`` bears ``sets_left_out``, the number of further sets that were found, and
        ``all_sets_searched`` (bool), without which there may be more than that.

    Raises
    ------
    ArgumentError
        If the claims are not typed, or an option makes no sense.

    Notes
    -----
    Figures are compared by rule 6: those of states, of known sources, about the same actors,
    kind and unit family, and true of days within one window; each through the telling that
    stands for its origin. A contradiction takes two sources at least, and any origin left out
    lets the rest stand. A place lies in its country, and fighters are among "fighters and family
    members": 6,000 of these leave no more of those. What is said of places by themselves
    (``each``) is added up where it is compared with a total. The members of a region are not
    known, so a figure for it is compared with one for the same region, bounds each of the
    members from above, and their countries from below. "Unspecified armed groups" may be
    other groups each time, so its figures are never compared. A declared part of a figure for
    the same places says only that there are at least as many. It is never compared with its
    whole: a part that is too large is what `geodata.find_residuals` warns of. Of figures
    without a date it is not known whether they are about one time. A denial contradicts what it
    says that it denies, whatever the kind, actor and time, as long as both are current.

    All pairs are listed. Of the larger sets at most 12 are, of each actor, kind and country;
    where more than ten figures hang together, they are looked for among figures of which no two
    clash, in four windows of time at most.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> found = find_contradictions(sample_claims(), as_of="2024-07-31", window_days=400)
    >>> found.loc[found["what"] == "figures", ["source_a", "source_b", "distance"]].values.tolist()
    [['CSTO', 'United Nations', 2500.0]]
    """
    check_options(window_days=window_days, tolerance=tolerance)
    check_claims_typed(claims)
    at = Corpus.of(claims, boundaries).at(parse_as_of(as_of))
    rows = at.standing_frame()
    figures = figures_on(at, tolerance)
    wholes = parts_and_wholes(at.corpus)
    pairs = figure_pairs(figures, window_days, wholes)
    sets = _sets(figures, pairs, window_days, wholes)
    position = np.zeros(len(at.corpus.claims), dtype="int64")
    position[at.standing] = np.arange(len(at.standing))
    place = position[figures.row]
    told = _pairs(place[pairs["a"].to_numpy()], place[pairs["b"].to_numpy()], pairs["what"])
    told["distance"] = pairs["distance"]
    # A denial that gives a figure may deny what its figure contradicts: one row a pair.
    told = pd.concat([_denied(at), told]).drop_duplicates(["a", "b"])
    table = _assemble(rows, told.sort_values(["a", "b"], ignore_index=True))
    close = table["what"] == CLOSE
    parts = [table[~close], _assemble_sets(rows, place, sets), table[close]]
    table = pd.concat(parts, ignore_index=True)
    table.attrs["sets_left_out"] = sum(found.left_out for found in sets.found)
    table.attrs["all_sets_searched"] = all(found.all for found in sets.found)
    return table


def figures_on(at: OnDay, tolerance: float) -> Figures:
    """Gather the figures that stand on a day and may be compared."""
    corpus, row = at.corpus, at.standing
    row = row[corpus.comparable[row]]
    parts = alike_parts(comparable_wholes(at))
    spans = pd.DataFrame(
        {"row": row, "first": at.day, "until": at.day + pd.Timedelta(days=1),
         "part": np.isin(corpus.origin[row], parts)}
    )  # fmt: skip
    return Figures.of(corpus, spans, tolerance)


class _Sets(NamedTuple):
    found: list[FoundSets]
    distances: dict[frozenset[int], float]

    @property
    def listed(self) -> list[frozenset[int]]:
        """The sets, in the order of their members."""
        return sorted((one for found in self.found for one in found.sets), key=sorted)


def _sets(
    figures: Figures, pairs: pd.DataFrame, window_days: int, wholes: frozenset[tuple[int, int]]
) -> _Sets:
    held = pairs[pairs["what"] == FIGURES]
    known = zip(held["a"].tolist(), held["b"].tolist(), strict=True)
    search = SetSearch(figures, known, window_days, wholes)
    found = search.find(components(figures))
    listed = [one for found_in in found for one in found_in.sets]
    return _Sets(found, dict(zip(listed, search.distances(listed), strict=True)))


def _pairs(a: np.ndarray, b: np.ndarray, what: str | pd.Series) -> pd.DataFrame:
    names = what if isinstance(what, pd.Series) else pd.Series([what] * len(a), dtype="str")
    return pd.DataFrame(
        {
            "a": np.minimum(a, b).astype("int64"),
            "b": np.maximum(a, b).astype("int64"),
            "about": b.astype("int64"),
            "what": names.reset_index(drop=True),
            "distance": np.nan,
        }
    )


def _denied(at: OnDay) -> pd.DataFrame:
    """Pairs, by position, of a denial and a current origin that it denies."""
    corpus = at.corpus
    position = np.full(len(corpus.origin_ids), -1, dtype="int64")
    position[corpus.origin[at.standing]] = np.arange(len(at.standing))
    row = np.full(len(corpus.claims), -1, dtype="int64")
    row[at.standing] = np.arange(len(at.standing))
    denials = (corpus.claims["kind"] == "denial").to_numpy(dtype=bool)
    named = corpus.denied[denials[corpus.denied["row"]]]
    by, denied = row[named["row"]], position[named["origin"]]
    held = (by >= 0) & (denied >= 0) & (by != denied)
    order = np.argsort(by[held], kind="stable")
    return _pairs(by[held][order], denied[held][order], DENIAL)


def _assemble(rows: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    sides = {}
    for side in ("a", "b"):
        told = rows.drop(columns=["low", "high"])
        told = told.rename(columns={"total_low": "low", "total_high": "high"})
        one = told.take(pairs[side].to_numpy())[list(_SIDE)].reset_index(drop=True)
        sides[side] = one.rename(columns={name: f"{new}_{side}" for name, new in _SIDE.items()})
    about = rows.take(pairs["about"].to_numpy()).reset_index(drop=True)
    a, b = (rows["true_of"].take(pairs[side].to_numpy()).to_numpy() for side in ("a", "b"))
    whole = pd.concat([pairs[["what"]], sides["a"], sides["b"]], axis="columns").assign(
        actors=about["actor_ids"],
        unit_family=about["unit_family"],
        area=about["area"],
        distance=pairs["distance"],
        days_apart=pd.Series(np.abs(a - b)).dt.days.astype("Int64"),
    )
    for name, column in (("origins", "origin"), ("claims", "claim")):
        members = zip(whole[f"{column}_a"], whole[f"{column}_b"], strict=True)
        whole[name] = pd.Series(list(members), dtype=object, index=whole.index)
    return whole[list(CONTRADICTION_COLUMNS)]


def _assemble_sets(rows: pd.DataFrame, place: np.ndarray, sets: _Sets) -> pd.DataFrame:
    """Give sets the columns of pairs; what is told of the two sides stays missing."""
    empty = _assemble(rows, _pairs(np.zeros(0), np.zeros(0), SET))
    names = ("actor_ids", "unit_family", "area", "origin_id", "claim_id")
    actors, units, areas, origins, claims = (rows[name].to_numpy(dtype=object) for name in names)
    days = rows["true_of"].to_numpy().astype("datetime64[D]").astype("int64")
    lines = []
    for one in sets.listed:
        members = place[sorted(one)]
        lines.append(
            {
                "what": SET,
                "actors": tuple(sorted({name for ids in actors[members] for name in ids})),
                "unit_family": _widest(units[members].tolist()),
                "area": tuple(sorted({name for area in areas[members] for name in area})),
                "distance": sets.distances[one],
                "days_apart": int(np.ptp(days[members])),
                "origins": tuple(origins[members]),
                "claims": tuple(claims[members]),
            }
        )
    return pd.DataFrame(lines, columns=list(CONTRADICTION_COLUMNS)).astype(empty.dtypes)


def _widest(families: list[Any]) -> Any:  # noqa: ANN401 - a name, or NaN
    """Name the family that takes in most of the others."""
    told = [name for name in families if isinstance(name, str)]
    return min(told, key=lambda name: (len(unit_wholes(name)), name), default=np.nan)
