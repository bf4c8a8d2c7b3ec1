"""Which claims cannot hold together, and when, as the page carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geodata.analysis.clash_sets import set_spans
from geodata.analysis.clashes import clash_spans
from mapping.page.columns import Column, dated, dict_column, positioned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.corpus import Corpus

# So many rows are carried: those of the map's own day first, then the newest.
# `geodata.find_contradictions` gives all of any day.
MOST_ROWS = 4_000


def contradiction_table(
    corpus: Corpus, order: NDArray[np.int64], day: pd.Timestamp
) -> dict[str, Any]:
    """Tabulate contradictions for the page: pairs and larger sets, each with a span of days.

    Parameters
    ----------
    corpus
        The claims.
    order
        Their rows, in the order of the page.
    day
        The map's own day.

    Returns
    -------
    ``n`` and ``columns``: ``what`` (``figures``, ``denial``, ``set`` or ``close in time``), the
    positions of the ``claims`` that it takes, and the days ``first`` and ``until`` between which
    it holds (null = still). ``left_out`` is the number of rows beyond `MOST_ROWS`; ``sets_of``
    the day on which larger sets were looked for, where not on all; ``sets_left_out`` whether
    there may be more of them.
    """
    pairs = clash_spans(corpus)
    sets = set_spans(corpus, day)
    members = [(int(a), int(b)) for a, b in zip(pairs["a"], pairs["b"], strict=True)]
    what = [*pairs["what"], *["set"] * len(sets.table)]
    table = pd.DataFrame({"what": pd.Series(what, dtype="str")})
    table["rows"] = pd.Series([*members, *sets.table["rows"]], dtype=object)
    for name in ("first", "until"):
        table[name] = pd.concat([pairs[name], sets.table[name]], ignore_index=True)
    today = (table["first"] <= day) & ~(table["until"] <= day)
    ranked = np.lexsort((-table["first"].astype("int64").to_numpy(), ~today.to_numpy()))
    kept = table.take(np.sort(ranked[:MOST_ROWS])).reset_index(drop=True)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    lengths = kept["rows"].map(len).to_numpy(dtype=np.int64)
    flat = np.array([row for rows in kept["rows"] for row in rows], dtype=np.int64)
    columns: dict[str, Column] = {
        "what": dict_column(kept["what"]),
        "claims": positioned(np.repeat(np.arange(len(kept)), lengths), rank[flat], of=len(kept)),
        "first": dated(kept["first"].to_numpy()),
        "until": dated(kept["until"].to_numpy()),
    }
    return {
        "n": len(kept),
        "columns": columns,
        "left_out": len(table) - len(kept),
        "sets_of": None if sets.all_days else _day(day),
        "sets_left_out": not sets.complete or sets.left_out > 0,
    }


def _day(day: pd.Timestamp) -> int:
    return int(day.to_datetime64().astype("datetime64[D]").astype(np.int64))
