"""What every analysis starts from: the statements that count on a day, and where they hold."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from geodata.corpus import Corpus
from geodata.errors import ArgumentError, BoundariesError
from geodata.rules.dating import is_number, parse_as_of
from geodata.rules.supersession import path_up

if TYPE_CHECKING:
    from geodata.rules.on_day import OnDay

# What joining adds to claims, as far as analyses need it.
_JOINED_COLUMNS: Final = (
    "relation", "place_id", "place_level", "place_country", "place_low", "place_high",
)  # fmt: skip
# A window of all time; a longer one would overflow.
MOST_DAYS: Final = 10_000_000


def check_claims_typed(claims: pd.DataFrame) -> None:
    """Raise `ArgumentError` unless a frame holds typed claims.

    >>> check_claims_typed(pd.DataFrame({"actor": ["ISKP"]}))
    Traceback (most recent call last):
    geodata.errors.ArgumentError: claims: no column 'claim_id'; call read_claims on them first
    """
    if not isinstance(claims, pd.DataFrame):
        message = f"claims: {type(claims).__name__} is no DataFrame; call read_claims first"
        raise ArgumentError(message)
    needed = (*schema.CLAIM_COLUMNS, *schema.DERIVED_COLUMNS)
    missing = next((name for name in needed if name not in claims.columns), None)
    if missing is not None:
        message = f"claims: no column {missing!r}; call read_claims on them first"
        raise ArgumentError(message)


def check_options(*, window_days: int = 0, tolerance: float = 0.0) -> None:
    """Raise `ArgumentError` unless a window and a tolerance make sense.

    >>> check_options(window_days=-1)
    Traceback (most recent call last):
    geodata.errors.ArgumentError: window_days=-1: give a number of days, from 0 to 10,000,000
    """
    if not is_number(window_days) or not 0 <= window_days <= MOST_DAYS:
        message = f"window_days={window_days!r}: give a number of days, from 0 to {MOST_DAYS:,}"
        raise ArgumentError(message)
    if not is_number(tolerance) or not 0 <= tolerance < 1:
        message = f"tolerance={tolerance!r}: give a share from 0 to below 1, such as 0.1 for 10 %"
        raise ArgumentError(message)


def check_joined(joined: gpd.GeoDataFrame) -> None:
    """Raise `ArgumentError` unless a frame holds claims joined with places.

    >>> check_joined(pd.DataFrame({"actor": ["ISKP"]}))
    Traceback (most recent call last):
    geodata.errors.ArgumentError: joined: DataFrame is no GeoDataFrame; call join_claims first
    """
    if not isinstance(joined, gpd.GeoDataFrame):
        message = f"joined: {type(joined).__name__} is no GeoDataFrame; call join_claims first"
        raise ArgumentError(message)
    needed = (*schema.CLAIM_COLUMNS, *schema.DERIVED_COLUMNS, *_JOINED_COLUMNS)
    missing = next((name for name in needed if name not in joined.columns), None)
    if missing is not None:
        message = f"joined: no column {missing!r}; call join_claims on the claims first"
        raise ArgumentError(message)


def check_places(boundaries: gpd.GeoDataFrame) -> None:
    """Raise `BoundariesError` unless a frame holds boundaries, in whatever CRS.

    >>> check_places(pd.DataFrame({"name": ["Kunduz"]}))
    Traceback (most recent call last):
    geodata.errors.BoundariesError: boundaries: no column 'place_id'; take builtin_boundaries()
    """
    columns = boundaries.columns if isinstance(boundaries, pd.DataFrame) else ()
    missing = next((name for name in schema.BOUNDARY_COLUMNS if name not in columns), None)
    if missing is not None:
        what = f"no column {missing!r}" if len(columns) else type(boundaries).__name__
        message = f"boundaries: {what}; take builtin_boundaries()"
        raise BoundariesError(message)


def joined_corpus(joined: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame | None = None) -> Corpus:
    """Check joined rows, and turn them back into claims and links."""
    check_joined(joined)
    return Corpus.of_joined(joined, boundaries)


def published(claims: pd.DataFrame, as_of: str | date | None) -> pd.DataFrame:
    """Give the tellings that are out by a day, those without a date among them.

    Parameters
    ----------
    claims
        Typed claims, one row a claim.
    as_of
        As `geodata.analysis` describes it.

    Returns
    -------
    DataFrame
        Sorted by ``claim_id``, with a RangeIndex and the columns of
        `geodata.rules.dating.currency_at`; ``stands`` (bool) marks one telling of each origin,
        that whose figures are the origin's on that day.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> told = published(sample_claims(), "2023-02-14")
    >>> told.loc[told["origin_id"] == "tass-2023-02-north", "claim_id"].tolist()
    ['risworld-2023-02-north', 'tass-2023-02-north']
    """
    check_claims_typed(claims)
    at = Corpus.of(claims).at(parse_as_of(as_of))
    return at.frame(at.published).assign(stands=at.stands[at.published])


def standing(claims: pd.DataFrame, as_of: str | date | None) -> pd.DataFrame:
    """Give one row for each origin that is current on a day: the telling that stands for it.

    Returns
    -------
    DataFrame
        Sorted by ``origin_id``, with a RangeIndex, the columns of
        `geodata.rules.dating.currency_at`, ``source_key`` (the source, folded), ``area`` and
        ``total_low``, ``total_high``, see `geodata.rules.areas`.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> rows = standing(sample_claims(), "2023-06-30").set_index("origin_id")
    >>> rows.loc["tass-2023-02-north", ["claim_id", "area"]].tolist()
    ['tass-2023-02-north', ('AF-BDS', 'AF-KDZ', 'AF-TAK')]
    """
    check_claims_typed(claims)
    return Corpus.of(claims).at(parse_as_of(as_of)).standing_frame()


def loosened(
    low: np.ndarray | pd.Series,
    high: np.ndarray | pd.Series,
    about: np.ndarray | pd.Series,
    tolerance: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Widen the intervals of figures that are ``about`` by a share of them (rule 2).

    >>> loosened(np.array([100.0]), np.array([100.0]), np.array([True]), 0.1)
    (array([90.]), array([110.]))
    """
    share = np.where(np.asarray(about, dtype=bool), tolerance, 0.0)
    # Not by multiplication: 100 * 1.1 is a little more than 110.
    lows, highs = np.asarray(low, dtype="float64"), np.asarray(high, dtype="float64")
    widened = highs + np.where(np.isfinite(highs), highs, 0.0) * share
    return np.round(lows - lows * share, 9), np.round(widened, 9)


def comparable_wholes(at: OnDay) -> dict[int, tuple[int, bool]]:
    """Find the origin that each part is of, current or not, if both count the same.

    A part of a part is a part of the whole too: that is what is found where it is about the
    same places, and the figure between them about others.

    Returns
    -------
    dict
        From a part to its whole, as positions in ``origin_ids``, and whether both are about
        the same places.
    """
    corpus = at.corpus
    parts = at.standing[corpus.whole[at.standing] >= 0]
    if not len(parts):
        return {}
    told = np.flatnonzero(at.stands)
    row_of = dict(zip(corpus.origin[told].tolist(), told.tolist(), strict=True))
    named = told[corpus.whole[told] >= 0]
    parent = dict(zip(corpus.origin[named].tolist(), corpus.whole[named].tolist(), strict=True))

    def alike(row: int, whole: int, *, places: bool = True) -> bool:
        other = row_of.get(whole)
        what = (corpus.kind, corpus.family, corpus.actors, *([corpus.area] if places else []))
        return other is not None and all(codes[row] == codes[other] for codes in what)

    found = {}
    for row in parts.tolist():
        part = int(corpus.origin[row])
        path = path_up(part, parent)
        same = next((up for up in path if alike(row, up)), None)
        if same is not None:
            found[part] = (same, True)
        elif path and alike(row, path[0], places=False):
            found[part] = (path[0], False)
    return found


def alike_parts(wholes: dict[int, tuple[int, bool]]) -> list[int]:
    """Pick the parts of a figure for the same places from what `comparable_wholes` found.

    Five of the hundred in Kunduz do not say that there are no more than five in Kunduz.

    >>> alike_parts({5: (100, True), 7: (100, False)})
    [5]
    """
    return sorted(part for part, (_, alike) in wholes.items() if alike)
