"""Larger sets of statements that cannot all hold, for all days at once, as far as that is worth it.

See `geodata.analysis.clashes` for pairs.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.clashes import FIGURES, figure_pairs, figure_spans
from geodata.analysis.clashing_sets import SetSearch, components
from geodata.analysis.figures import Figures, parts_and_wholes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.corpus import Corpus

SET_COLUMNS: Final = ("rows", "first", "until", "distance")
# So many different sets of figures are looked at, over all components and days; where there are
# more, those of one day alone. A thousand take about a second of one core.
MOST_STATES: Final = 600


class SetSpans(NamedTuple):
    """Sets over time: the table, whether that is all days, and how many sets it leaves out."""

    table: pd.DataFrame
    all_days: bool
    left_out: int
    complete: bool


def set_spans(
    corpus: Corpus,
    day: pd.Timestamp,
    *,
    window_days: int = schema.WINDOW_DAYS,
    tolerance: float = schema.ABOUT_TOLERANCE,
) -> SetSpans:
    """List sets of three tellings and more that cannot all hold, and the days on which they stand.

    On each day these are the sets of `geodata.find_contradictions`, with the same options; where
    figures are so many that it would take long, on ``day`` alone.

    Returns
    -------
    SetSpans
        The table has one row a set and span: ``rows`` (tuple of rows of the claims), ``first``
        and ``until`` (datetime64[s]; missing = still), ``distance`` (float64).

    Examples
    --------
    >>> from geodata import sample_claims
    >>> from geodata.corpus import Corpus
    >>> found = set_spans(Corpus.of(sample_claims()), pd.Timestamp("2024-07-31"))
    >>> len(found.table), found.all_days
    (0, True)
    """
    figures = Figures.of(corpus, figure_spans(corpus), tolerance)
    wholes = parts_and_wholes(corpus)
    pairs = figure_pairs(figures, window_days, wholes)
    pairs = pairs[pairs["what"] == FIGURES]
    known = zip(pairs["a"].tolist(), pairs["b"].tolist(), strict=True)
    search = SetSearch(figures, known, window_days, wholes)
    hanging = [np.array(members) for members in components(figures)]
    states = [(members, _turns(figures, members)) for members in hanging]
    all_days = sum(len(turns) for _, turns in states) <= MOST_STATES
    today = int(day.to_datetime64().astype("datetime64[D]").astype(np.int64))
    looked = [
        (start, until, standing)
        for members, turns in states
        for start, until in _spans(turns, None if all_days else today)
        if len(standing := _standing(figures, members, start)) > 2  # noqa: PLR2004 - pairs are known
    ]
    groups = {tuple(standing): None for *_, standing in looked}
    found = dict(zip(groups, search.find(list(groups)), strict=True))
    spans: dict[frozenset[int], set[tuple[int, int]]] = {}
    for start, until, standing in looked:
        for one in found[tuple(standing)].sets:
            spans.setdefault(one, set()).add((start, until))
    if not all_days:
        # Elsewhere they hold as long as all of them stand.
        spans = {one: {_together(figures, one)} for one in spans}
    listed = list(spans)
    distances = dict(zip(listed, search.distances(listed), strict=True))
    lines = [
        (tuple(figures.row[sorted(one)].tolist()), first, until, distances[one])
        for one in sorted(listed, key=sorted)
        for first, until in _joined(sorted(spans[one]))
    ]
    table = pd.DataFrame(lines, columns=list(SET_COLUMNS))
    for name in ("first", "until"):
        dates = table[name].to_numpy(dtype=np.int64).astype("datetime64[D]")
        table[name] = pd.Series(dates.astype("datetime64[s]"))
    table["until"] = table["until"].where(table["until"] < pd.Timestamp("9999-12-31"))
    return SetSpans(
        table,
        all_days,
        max((one.left_out for one in found.values()), default=0),
        all(one.all for one in found.values()),
    )


def _turns(figures: Figures, members: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the days on which other figures of a component stand than on the day before."""
    return np.unique(np.concatenate([figures.first[members], figures.until[members]]))


def _spans(turns: NDArray[np.int64], day: int | None) -> list[tuple[int, int]]:
    """Give the spans between turns: all of them, or that in which a day lies, from that day."""
    if day is None:
        return list(pairwise(turns.tolist()))
    return [(day, day + 1)]


def _standing(figures: Figures, members: NDArray[np.int64], day: int) -> list[int]:
    held = (figures.first[members] <= day) & (day < figures.until[members])
    standing: list[int] = members[held].tolist()
    return standing


def _together(figures: Figures, one: frozenset[int]) -> tuple[int, int]:
    members = sorted(one)
    return int(figures.first[members].max()), int(figures.until[members].min())


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that follow on each other.

    >>> _joined([(1, 2), (2, 5), (7, 9)])
    [(1, 5), (7, 9)]
    """
    joined: list[tuple[int, int]] = []
    for first, until in spans:
        if joined and joined[-1][1] == first:
            joined[-1] = (joined[-1][0], until)
        else:
            joined.append((first, until))
    return joined
