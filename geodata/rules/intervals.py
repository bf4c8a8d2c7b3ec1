"""What a claim's figure leaves open: rules 1 and 2 of the claims table, as intervals.

Rule 2 turns value and modifier into an interval; rule 1 says what remains of it
in each single place and for each single actor. An open upper end is infinite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def claim_intervals(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the interval of each claim's own figure, over all of its places and actors.

    Parameters
    ----------
    claims
        Columns ``value``, ``value_low``, ``value_high`` (numbers, NaN missing) and
        ``modifier``.

    Returns
    -------
    DataFrame
        With the index of ``claims``: ``low`` and ``high`` in the claim's unit;
        infinite where open, NaN where there is no figure.

    Notes
    -----
    Rule 2: ``exact`` and ``about`` give [v, v], ``up_to`` [0, v], ``over`` and
    ``at_least`` [v, ∞), ``between`` [low, high]; so does ``about`` with both ends. A bound
    that is itself "about" ("at least about 500") has one end of its own: ``value_low`` with
    ``over`` and ``at_least``, ``value_high`` with ``up_to``, which take the place of v.

    Examples
    --------
    >>> claims = pd.DataFrame(
    ...     {"value": [4000.0], "value_low": [None], "value_high": [None], "modifier": ["up_to"]}
    ... )
    >>> claim_intervals(claims)
       low    high
    0  0.0  4000.0
    """
    value = claims["value"].astype("float64")
    low, high = value.copy(), value.copy()
    modifier = claims["modifier"]
    figure = value.notna()
    low = low.mask(figure & (modifier == "up_to"), 0.0)
    high = high.mask(figure & modifier.isin(["over", "at_least"]), np.inf)
    ends = claims[["value_low", "value_high"]].astype("float64")
    # A bound that is itself "about" has an end of its own.
    bound = figure & modifier.isin(["over", "at_least"]) & ends["value_low"].notna()
    low = low.mask(bound, ends["value_low"])
    high = high.mask(
        figure & (modifier == "up_to") & ends["value_high"].notna(), ends["value_high"]
    )
    ranged = modifier.isin(["between", "about"]) & ends.notna().all(axis="columns")
    return pd.DataFrame(
        {
            "low": low.mask(ranged, ends["value_low"]),
            "high": high.mask(ranged, ends["value_high"]),
        },
        index=claims.index,
    )


def share(
    low: ArrayLike,
    high: ArrayLike,
    *,
    extent: ArrayLike,
    n_places: ArrayLike,
    n_actors: ArrayLike,
) -> tuple[np.ndarray, np.ndarray]:
    """Return what a claim's interval leaves for each single one of its places and actors.

    Parameters
    ----------
    low, high
        Interval of the claim; NaN where there is no figure.
    extent
        One of `geodata.schema.EXTENTS` for each claim.
    n_places, n_actors
        How many places, and how many actors it names. A region counts as several places,
        even if it has one member: it is only part of what the figure is about.

    Returns
    -------
    tuple of ndarray
        ``low`` and ``high`` for each place and actor.

    Notes
    -----
    Rule 1: ``each`` holds in every place. Of a total over several places, a region
    or a country only [0, high] remains in each, and likewise for each of several
    actors. A point counts as one place.

    Examples
    --------
    >>> share([4000.0], [4000.0], extent=["joint"], n_places=[3], n_actors=[1])
    (array([0.]), array([4000.]))
    """
    lows, highs = np.asarray(low, dtype="float64"), np.asarray(high, dtype="float64")
    extents = np.asarray(extent, dtype=object)
    several_places = np.asarray(n_places) > 1
    total = np.isin(extents.astype(str), ["joint", "within"]) & several_places
    part = total | (extents == "nationwide") | (np.asarray(n_actors) > 1)
    lows, highs, part = np.broadcast_arrays(lows, highs, part)
    return np.where(part & ~np.isnan(lows), 0.0, lows), highs.copy()
