"""Which current statements of different sources cannot both hold."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.statements import (
    alike_parts,
    check_claims_typed,
    check_options,
    comparable_wholes,
    loosened,
)
from geodata.corpus import Corpus
from geodata.rules.dating import parse_as_of
from geodata.rules.supersession import group_numbers

if TYPE_CHECKING:
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
    "distance", "days_apart",
)  # fmt: skip
_DAY: Final = np.timedelta64(1, "D")


def find_contradictions(
    claims: pd.DataFrame,
    *,
    as_of: str | date | None = None,
    window_days: int = schema.WINDOW_DAYS,
    tolerance: float = schema.ABOUT_TOLERANCE,
) -> pd.DataFrame:
    """List the pairs of current origins that cannot both hold.

    Parameters
    ----------
    claims
        Typed claims, one row a claim.
    as_of, window_days, tolerance
        As `geodata.analysis` describes them; figures are compared two by two.

    Returns
    -------
    DataFrame
        One row an unordered pair, sorted by ``origin_a`` and ``origin_b``, of which
        ``origin_a`` comes first in the alphabet, with a RangeIndex:

        - ``what`` (str): ``figures``, or ``denial`` where one of the two denies the other;
        - ``actors`` (tuple), ``unit_family`` (str), ``area`` (tuple of place ids, or of
          countries): what both are about; of a denial, what is denied;
        - ``origin_``, ``claim_``, ``source_``, ``kind_``, ``modifier_`` (str), ``low_`` and
          ``high_`` (float64, as stated, over all places together) with ``a`` and ``b``;
        - ``distance`` (float64): how far the figures as stated are apart, in their unit;
          missing for denials;
        - ``days_apart`` (Int64): between the days that they are true of.

    Raises
    ------
    ArgumentError
        If the claims are not typed, or an option makes no sense.

    Notes
    -----
    Figures are compared by rule 6: those of states, of different known sources, about the
    same actors, kind and unit family, and the same places or the same country; each through
    the telling that stands for its origin. A figure that holds in ``each`` of several places
    is compared with a total over them by its sum; over a region, whose members are not
    counted, only with another ``each``. "Unspecified armed groups" may be other groups each
    time, so its figures are never compared. A declared part of a figure for the same places
    says only that there are at least as many: it contradicts what is less than it, be that its
    whole, and nothing for being smaller. Of figures without a date it is not known
    whether they are about one time. A denial contradicts what it says that it denies,
    whatever the kind, actor and time, as long as both are current.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> found = find_contradictions(sample_claims(), as_of="2024-07-31", window_days=400)
    >>> found.loc[found["what"] == "figures", ["source_a", "source_b", "distance"]].values.tolist()
    [['CSTO', 'United Nations', 2500.0]]
    """
    check_options(window_days=window_days, tolerance=tolerance)
    check_claims_typed(claims)
    at = Corpus.of(claims).at(parse_as_of(as_of))
    rows = at.standing_frame()
    figures = _clashing(at, rows, window_days, tolerance)
    denials = _denied(at)
    # A denial that gives a figure may deny what its figure contradicts: one row a pair.
    pairs = pd.concat([denials, figures]).drop_duplicates(["a", "b"])
    pairs = pairs.sort_values(["a", "b"], ignore_index=True)
    return _assemble(rows, pairs)


def _pairs(a: np.ndarray, b: np.ndarray, what: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "a": np.minimum(a, b).astype("int64"),
            "b": np.maximum(a, b).astype("int64"),
            "about": b.astype("int64"),
            "what": pd.Series([what] * len(a), dtype="str"),
        }
    )


def _clashing(at: OnDay, rows: pd.DataFrame, window_days: int, tolerance: float) -> pd.DataFrame:
    """Pairs, by position, of figures that exclude each other."""
    corpus = at.corpus
    held = corpus.comparable[at.standing] & (corpus.source[at.standing] >= 0)
    held &= (rows["area"].map(bool) & rows["true_of"].notna()).to_numpy(dtype=bool)
    positions = np.flatnonzero(held)
    chosen, figures = at.standing[positions], rows.iloc[positions]
    soft = figures["region_ids"].map(bool) & (figures["extent"] == "each")
    same = (corpus.actors, corpus.kind, corpus.family, corpus.area)
    keys = group_numbers([*(codes[chosen] for codes in same), soft.to_numpy().astype("int64")])
    groups = pd.Series(keys).groupby(keys).indices
    low, high = loosened(
        figures["total_low"], figures["total_high"], figures["modifier"] == "about", tolerance
    )
    parts = alike_parts(comparable_wholes(at))
    high = np.where(np.isin(corpus.origin[chosen], parts), np.inf, high)
    table = (low, high, corpus.validity.true_of[chosen], corpus.source[chosen])
    found = [
        positions[members[pair]]
        for members in groups.values()
        for pair in _within_group([column[members] for column in table], window_days * _DAY)
    ]
    pairs = np.array(found, dtype="int64").reshape(-1, 2)
    return _pairs(pairs[:, 0], pairs[:, 1], "figures")


def _within_group(columns: list[np.ndarray], window: np.timedelta64) -> list[np.ndarray]:
    """Pairs of members of one group; a row at a time, since all pairs at once fill the memory."""
    low, high, true_of, source = columns
    found: list[np.ndarray] = []
    for at in range(len(low) - 1):
        after = slice(at + 1, None)
        apart = (low[at] > high[after]) | (low[after] > high[at])
        near = np.abs(true_of[after] - true_of[at]) <= window
        hits = np.flatnonzero(apart & near & (source[after] != source[at])) + at + 1
        found += [np.array([at, hit]) for hit in hits]
    return found


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
    return _pairs(by[held][order], denied[held][order], "denial")


def _assemble(rows: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    sides = {}
    for side in ("a", "b"):
        told = rows.drop(columns=["low", "high"])
        told = told.rename(columns={"total_low": "low", "total_high": "high"})
        one = told.take(pairs[side].to_numpy())[list(_SIDE)].reset_index(drop=True)
        sides[side] = one.rename(columns={name: f"{new}_{side}" for name, new in _SIDE.items()})
    about = rows.take(pairs["about"].to_numpy()).reset_index(drop=True)
    a, b = (rows["true_of"].take(pairs[side].to_numpy()).to_numpy() for side in ("a", "b"))
    gap = np.maximum(
        sides["a"]["low_a"].to_numpy() - sides["b"]["high_b"].to_numpy(),
        sides["b"]["low_b"].to_numpy() - sides["a"]["high_a"].to_numpy(),
    )
    whole = pd.concat([pairs[["what"]], sides["a"], sides["b"]], axis="columns").assign(
        actors=about["actor_ids"],
        unit_family=about["unit_family"],
        area=about["area"],
        distance=np.where(pairs["what"] == "figures", gap, np.nan),
        days_apart=pd.Series(np.abs(a - b)).dt.days.astype("Int64"),
    )
    return whole[list(CONTRADICTION_COLUMNS)]
