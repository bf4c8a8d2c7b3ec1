"""What the claims leave open in each place, as the page carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mapping.page.columns import Column, dict_column, position_column, raw_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

# Of more claims than this nobody asks what they add up to by looking at a page. It is the figures
# of states that take time, by places more than by claims, since each place of each actor is a
# programme or two. Of one core, where all contradict each other: Afghanistan, 3 actors, 3,000
# claims 4 s, 30,000 claims 23 s; the world, 12 actors, 3,000 claims 30 s, 10,000 claims 97 s.
# Events take none. `geodata.analysis.bound_places` has no limit.
MOST_CLAIMS = 120_000


def bound_table(
    bounds: pd.DataFrame, *, places: Mapping[str, int], origins: Mapping[str, int]
) -> dict[str, Any]:
    """Tabulate bounds by place for the page, each place's one after the other.

    Parameters
    ----------
    bounds
        What `geodata.analysis.bound_places` returned.
    places, origins
        The position of each place id in the page's table of places, and the code of each
        origin id in its claims.

    Returns
    -------
    ``n`` and ``columns``: ``place``, ``actor``, ``kind``, ``family``, ``low``, ``high`` (null =
    open), ``fit``, whether an end is only ``about`` what it is (1 or 0), and the origins that
    ``clash`` and on which the bound ``rests``. What fits within the tolerance only has the loose
    bounds; what clashes has none. Bounds of other places, and those that say nothing, stay behind.
    """
    loose = bounds["fit"] == "within tolerance"
    widened = (bounds["loose_low"] != bounds["low"]) | (bounds["loose_high"] != bounds["high"])
    table = bounds.assign(
        about=((bounds["fit"] == "as stated") & widened).astype("int64"),
        place=bounds["place_id"].map(places),
        low=bounds["low"].where(~loose, bounds["loose_low"]),
        high=bounds["high"].where(~loose, bounds["loose_high"]),
    )
    says_nothing = (table["low"] == 0) & np.isinf(table["high"]) & (table["clash"].map(len) == 0)
    table = table[table["place"].notna() & ~says_nothing].sort_values("place", kind="stable")
    columns: dict[str, Column] = {
        "place": {"t": "raw", "v": table["place"].astype("int64").tolist()},
        "actor": dict_column(table["actor"]),
        "kind": dict_column(table["kind"]),
        "family": dict_column(table["unit_family"].fillna("")),
        "low": raw_column(table["low"]),
        "high": raw_column(table["high"]),
        "fit": dict_column(table["fit"]),
        "about": raw_column(table["about"]),
        "clash": position_column(_codes(table["clash"], origins)),
        "rests": position_column(_codes(table["origin_ids"], origins)),
    }
    return {"n": len(table), "columns": columns}


def _codes(rows: pd.Series[Any], origins: Mapping[str, int]) -> list[Sequence[int]]:
    return [[origins[name] for name in names if name in origins] for names in rows]
