"""Parts and wholes: which origin is part of which, and what of a whole its parts leave."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.statements import check_claims_typed, check_options, loosened
from geodata.corpus import Corpus
from geodata.rules.dating import parse_as_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

TREE_COLUMNS: Final = ("origin_id", "claim_id", "part_of", "root", "depth")
RESIDUAL_COLUMNS: Final = (
    "origin_id", "claim_id", "actors", "source", "unit", "unit_family", "area", "low", "high",
    "parts", "parts_low", "parts_high", "residual_low", "residual_high", "about", "left_out",
    "warning", "true_of",
)  # fmt: skip

# So many parts are tried in all combinations for the largest sum that cannot count twice.
_MOST_TRIED: Final = 12


def part_tree(claims: pd.DataFrame, *, as_of: str | date | None = None) -> pd.DataFrame:
    """List the origins that are parts of others or have parts.

    Parameters
    ----------
    claims
        Typed claims, one row a claim.
    as_of
        As `geodata.analysis` describes it; tellings without a date play a part.

    Returns
    -------
    DataFrame
        One row an origin, sorted by ``root``, ``depth`` and ``origin_id``, with a RangeIndex:
        ``origin_id``, ``claim_id`` (the telling that stands for it), ``part_of`` (the origin
        that it is a part of; missing at a root), ``root`` (str) and ``depth`` (int64, 0 at a
        root).

    Raises
    ------
    ArgumentError
        If the claims are not typed, or ``as_of`` is no date.

    Notes
    -----
    Rule 4: ``part_of`` holds between origins. It is read from the telling that stands for
    the origin, so that a retelling changes nothing. Origins that are parts of one another
    in a circle are in no tree.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> tree = part_tree(sample_claims(), as_of="2018-12-31")
    >>> tree[["origin_id", "depth"]].values.tolist()
    [['patrushev-2018-05-north', 0], ['patrushev-2018-05-border', 1]]
    """
    check_claims_typed(claims)
    corpus = Corpus.of(claims)
    standing = np.flatnonzero(corpus.at(parse_as_of(as_of)).stands)
    told = claims[["origin_id", "claim_id"]].iloc[standing].sort_values("origin_id")
    links = _links(corpus, standing)
    parent = dict(links.itertuples(index=False, name=None))
    paths = {origin: _path(origin, parent) for origin in {*parent, *parent.values()}}
    claim_of = dict(zip(told["origin_id"], told["claim_id"], strict=True))
    rows = [
        (origin, claim_of[origin], parent.get(origin), path[-1], len(path) - 1)
        for origin, path in paths.items()
        if path
    ]
    tree = pd.DataFrame(rows, columns=list(TREE_COLUMNS)).astype(
        dict.fromkeys(TREE_COLUMNS[:-1], "str") | {"depth": "int64"}
    )
    return tree.sort_values(["root", "depth", "origin_id"], ignore_index=True)


def find_residuals(
    claims: pd.DataFrame,
    *,
    as_of: str | date | None = None,
    window_days: int = schema.WINDOW_DAYS,
    tolerance: float = schema.ABOUT_TOLERANCE,
) -> pd.DataFrame:
    """Say what the parts of each whole leave of it, elsewhere or unplaced.

    Parameters
    ----------
    claims
        Typed claims, one row a claim.
    as_of, window_days, tolerance
        As `geodata.analysis` describes them. A part outside the window of its whole is not
        taken away; one of which the day is unknown is.

    Returns
    -------
    DataFrame
        One row a current origin with a figure of which another current origin is declared
        a part, sorted by ``origin_id``, with a RangeIndex:

        - ``origin_id``, ``claim_id``, ``source``, ``unit``, ``unit_family`` (str), ``actors``
          and ``area`` (tuples), ``low`` and ``high`` (float64): the whole;
        - ``parts`` (sorted tuple of origins), ``parts_low``, ``parts_high`` (float64; inf =
          open): what the parts are together;
        - ``residual_low``, ``residual_high`` (float64; inf = open): what is left; both
          missing where the parts are larger than the whole;
        - ``about`` (bool): whether a figure that is ``about`` is in the sum, so that the
          residual is "about" too;
        - ``left_out`` (sorted tuple): parts that count something else, or at another time;
        - ``warning`` (str): that a part, or all together, is larger than the whole;
          missing where that is not so;
        - ``true_of`` (datetime64[s]): of the whole.

    Raises
    ------
    ArgumentError
        If the claims are not typed, or an option makes no sense.

    Notes
    -----
    Intervals are subtracted as they stand: up to 4,000 of about 6,500 leave at least about
    2,500. The tolerance widens figures only where a part is compared with its whole. Parts
    whose places overlap may count the same ones twice, so the low end of the sum takes only
    parts that share no place; the high end takes all. A part without a figure may be all
    that is left.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> left = find_residuals(sample_claims(), as_of="2023-06-30").set_index("origin_id")
    >>> left.loc[["tass-2023-02-total"], ["residual_low", "residual_high", "about"]].values.tolist()
    [[2500.0, 6500.0, True]]
    """
    check_options(window_days=window_days, tolerance=tolerance)
    check_claims_typed(claims)
    at = Corpus.of(claims).at(parse_as_of(as_of))
    rows = at.standing_frame()
    links = _links(at.corpus, at.standing)
    parts = {whole: set(named["origin_id"]) for whole, named in links.groupby("part_of")}
    wholes = rows[rows["origin_id"].isin(parts) & rows["low"].notna()]
    residuals = [
        _residual(
            whole, rows[rows["origin_id"].isin(parts[whole["origin_id"]])], window_days, tolerance
        )
        for whole in wholes.to_dict("records")
    ]
    return _typed(pd.DataFrame(residuals, columns=list(RESIDUAL_COLUMNS)))


def _links(corpus: Corpus, rows: NDArray[np.int64]) -> pd.DataFrame:
    """Pairs of an origin and the one that it is part of; rows of the claims stand for both."""
    origin, whole = corpus.origin[rows], corpus.whole[rows]
    held = np.isin(whole, origin) & (whole != origin)
    names = corpus.origin_ids
    links = pd.DataFrame({"origin_id": names[origin[held]], "part_of": names[whole[held]]})
    return links.sort_values("origin_id", ignore_index=True)


def _path(origin: str, parent: dict[str, str]) -> tuple[str, ...]:
    """Follow an origin up to its root; empty where that leads in a circle."""
    path = [origin]
    while (up := parent.get(path[-1])) is not None:
        if up in path:
            return ()
        path.append(up)
    return tuple(path)


def _residual(
    whole: dict[Hashable, Any], parts: pd.DataFrame, window_days: int, tolerance: float
) -> tuple[Any, ...]:
    family = "" if pd.isna(whole["unit_family"]) else whole["unit_family"]
    same = parts["unit_family"].fillna("") == family
    same |= parts["low"].isna() & parts["unit_family"].isna()
    apart = (parts["true_of"] - whole["true_of"]).abs() > pd.Timedelta(days=window_days)
    taken = parts[same & ~apart]
    out = parts[~(same & ~apart)]
    bare = taken["low"].isna().to_numpy()
    low = np.where(bare, 0.0, taken["total_low"])
    high = np.where(bare, np.inf, taken["total_high"])
    about = np.append(taken["modifier"] == "about", whole["modifier"] == "about")
    parts_low, parts_high = _disjoint_sum(low, taken["area"].tolist()), float(high.sum())
    left_low = max(whole["total_low"] - parts_high, 0.0)
    left_high = max(whole["total_high"] - parts_low, 0.0)
    warning = _too_large(whole, taken, low, tolerance)
    if warning is not None:
        left_low = left_high = np.nan
    return (
        whole["origin_id"], whole["claim_id"], whole["actor_ids"], whole["source"], whole["unit"],
        whole["unit_family"], whole["area"], whole["total_low"], whole["total_high"],
        tuple(taken["origin_id"]), parts_low, parts_high, left_low, left_high, bool(about.any()),
        tuple(out["origin_id"]), warning, whole["true_of"],
    )  # fmt: skip


def _too_large(
    whole: dict[Hashable, Any], parts: pd.DataFrame, low: np.ndarray, tolerance: float
) -> str | None:
    """Say which part is larger than its whole, or that all are together."""
    about = (parts["modifier"] == "about").to_numpy()
    least, _ = loosened(low, low, about, tolerance)
    most = float(
        loosened(
            np.array([whole["total_low"]]), np.array([whole["total_high"]]),
            np.array([whole["modifier"] == "about"]), tolerance,
        )[1][0]
    )  # fmt: skip
    large = np.flatnonzero(least > most)
    said = f"{whole['origin_id']!r} (at most {whole['total_high']:,.10g})"
    if len(large):
        named = [
            f"{parts['origin_id'].iloc[at]!r} (at least {low[at]:,.10g})" for at in large.tolist()
        ]
        return f"part larger than its whole: {', '.join(named)} of {said}"
    if _disjoint_sum(least, parts["area"].tolist()) > most:
        together = _disjoint_sum(low, parts["area"].tolist())
        return f"parts larger than their whole: together at least {together:,.10g} of {said}"
    return None


def _disjoint_sum(low: np.ndarray, areas: Sequence[tuple[str, ...]]) -> float:
    """Give the largest sum of low ends over parts that share no place.

    Exact for few parts; for many each part is taken in turn, the largest first, which may
    fall short of the largest sum but never counts a place twice.
    """
    sized = [at for at in np.argsort(-low, kind="stable").tolist() if low[at] > 0]
    places = [frozenset(area) for area in areas]
    if len(sized) > _MOST_TRIED:
        used: frozenset[str] = frozenset()
        total = 0.0
        for at in sized:
            if not places[at] & used:
                used |= places[at]
                total += float(low[at])
        return total

    def best(rest: list[int], used: frozenset[str]) -> float:
        if not rest:
            return 0.0
        first, *others = rest
        without = best(others, used)
        if places[first] & used:
            return without
        return max(without, float(low[first]) + best(others, used | places[first]))

    return best(sized, frozenset())


def _typed(residuals: pd.DataFrame) -> pd.DataFrame:
    text = ("origin_id", "claim_id", "source", "unit", "unit_family", "warning")
    numbers = (
        "low", "high", "parts_low", "parts_high", "residual_low", "residual_high",
    )  # fmt: skip
    dtypes = dict.fromkeys(text, "str") | dict.fromkeys(numbers, "float64")
    dtypes |= {"about": "bool", "true_of": "datetime64[s]"}
    dtypes |= dict.fromkeys(("actors", "area", "parts", "left_out"), "object")
    return residuals.astype(dtypes).sort_values("origin_id", ignore_index=True)
