"""Which statements cannot both hold, for all days at once: pairs, and from when until when.

`geodata.find_contradictions` gives those of one day. A page that lets its reader choose the day
takes these, and decides nothing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.clashing_pairs import clashing_pairs
from geodata.analysis.figures import Figures, parts_and_wholes
from geodata.analysis.statements import alike_parts, comparable_wholes
from geodata.rules.on_day import OnDay
from geodata.rules.validity import standing_spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geodata.corpus import Corpus

CLASH_COLUMNS: Final = ("what", "a", "b", "first", "until")
# What a pair is: figures of one time, figures of times that lie just outside the window, a denial.
FIGURES: Final = "figures"
CLOSE: Final = "close in time"
DENIAL: Final = "denial"
_ALWAYS: Final = np.datetime64("9999-12-31", "s")


def clash_spans(
    corpus: Corpus,
    *,
    window_days: int = schema.WINDOW_DAYS,
    tolerance: float = schema.ABOUT_TOLERANCE,
) -> pd.DataFrame:
    """List the pairs of tellings that cannot both hold, and the days on which both stand.

    Returns
    -------
    DataFrame
        One row a pair and span, sorted by ``a``, ``b`` and ``first``, with a RangeIndex:
        ``what`` (``figures``, ``close in time`` or ``denial``), ``a`` and ``b`` (rows of the
        claims, ``a`` told of the origin that comes first in the alphabet), ``first``
        (datetime64[s]), the first day, and ``until``, the first day on which it is over;
        missing = it still is.

    Notes
    -----
    On each day these are the pairs of `geodata.find_contradictions`, with the same options. A
    pair that clashes by its figures and by a denial has a row for each.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> from geodata.corpus import Corpus
    >>> spans = clash_spans(Corpus.of(sample_claims()), window_days=400)
    >>> spans["what"].value_counts().to_dict()
    {'denial': 3, 'figures': 2, 'close in time': 1}
    """
    found = [
        *_denials(corpus, _standing(corpus)),
        *_figures(corpus, figure_spans(corpus), window_days, tolerance),
    ]
    table = pd.DataFrame(found, columns=list(CLASH_COLUMNS))
    names = corpus.claims["origin_id"].to_numpy(dtype=object)
    turned = names[table["a"].to_numpy(dtype=np.int64)] > names[table["b"].to_numpy(dtype=np.int64)]
    a, b = table["a"].where(~turned, table["b"]), table["b"].where(~turned, table["a"])
    table = table.assign(a=a, b=b).astype(
        {"what": "str", "a": "int64", "b": "int64", "first": "datetime64[s]"}
    )
    until = table["until"].astype("datetime64[s]")
    table = table.assign(until=until.where(until < pd.Timestamp(_ALWAYS)))
    return table.sort_values(["a", "b", "first", "what"], ignore_index=True)


def _standing(corpus: Corpus) -> pd.DataFrame:
    """Give the spans on which tellings stand, those that still do until the end of all days."""
    spans = standing_spans(corpus)
    return spans.assign(until=spans["until"].fillna(pd.Timestamp(_ALWAYS)))


def figure_spans(corpus: Corpus) -> pd.DataFrame:
    """Give the spans on which figures stand, in the order of their origins.

    Those of declared parts (``part``) are cut by the days on which they are parts of the same
    places.
    """
    spans = _standing(corpus)
    spans = spans[corpus.comparable[spans["row"]]].assign(part=False)
    # In the order of their origins, as those of a day are.
    names = corpus.claims["origin_id"].to_numpy(dtype=object)
    spans = spans.iloc[np.lexsort((spans["first"], pd.Series(names[spans["row"]]).rank()))]
    declared = np.isin(corpus.origin, np.unique(corpus.origin[corpus.whole >= 0]))
    parts = declared[spans["row"]]
    if not parts.any():
        return spans
    # Which figure is part of which can only change as tellings of the two come out.
    bound = np.isin(corpus.origin, corpus.whole) | declared
    days = np.unique(corpus.validity.visible_from[bound])
    days = days[~np.isnat(days)]
    known: dict[pd.Timestamp, list[int]] = {}
    rows = []
    for row, first, until in spans.loc[parts, ["row", "first", "until"]].itertuples(index=False):
        cuts = [first, *(pd.Timestamp(day) for day in days if first < day < until), until]
        for start, end in pairwise(cuts):
            if start not in known:
                known[start] = alike_parts(comparable_wholes(OnDay(corpus, start)))
            rows.append((row, start, end, int(corpus.origin[row]) in known[start]))
    cut = pd.DataFrame(rows, columns=list(spans.columns)).astype(spans.dtypes)
    whole = pd.concat([spans[~parts], cut])
    order = np.lexsort((whole["first"], pd.Series(names[whole["row"]]).rank()))
    return whole.iloc[order]


def _figures(
    corpus: Corpus, spans: pd.DataFrame, window_days: int, tolerance: float
) -> Iterator[tuple[str, int, int, np.datetime64, np.datetime64]]:
    """Pairs of figures of different sources that exclude each other, of one time or close to it."""
    figures = Figures.of(corpus, spans, tolerance)
    found = figure_pairs(figures, window_days, parts_and_wholes(corpus))
    one, other = (found[side].to_numpy() for side in ("a", "b"))
    first = np.maximum(figures.first[one], figures.first[other]).astype("datetime64[D]")
    until = np.minimum(figures.until[one], figures.until[other]).astype("datetime64[D]")
    a, b = figures.row[one].tolist(), figures.row[other].tolist()
    yield from zip(found["what"], a, b, first, until, strict=True)


def figure_pairs(
    figures: Figures, window_days: int, wholes: frozenset[tuple[int, int]]
) -> pd.DataFrame:
    """List pairs of figures that clash: ``what``, ``a``, ``b`` and ``distance``.

    ``what`` is ``figures``, or ``close in time`` where they lie just outside the window.
    """
    wide = window_days + int(window_days * schema.CLOSE_SHARE)
    a, b, gap = clashing_pairs(figures, window_days=wide, wholes=wholes)
    near = np.abs(figures.day[a] - figures.day[b]) <= window_days
    what = pd.Series(np.where(near, FIGURES, CLOSE), dtype="str")
    return pd.DataFrame({"what": what, "a": a, "b": b, "distance": gap})


def _denials(
    corpus: Corpus, spans: pd.DataFrame
) -> Iterator[tuple[str, int, int, np.datetime64, np.datetime64]]:
    """Pairs of a denial and a telling of an origin that it denies."""
    named = corpus.denied[(corpus.claims["kind"] == "denial").to_numpy()[corpus.denied["row"]]]
    own = spans.merge(named, on="row")
    others = spans.assign(origin=corpus.origin[spans["row"]])
    pairs = own.merge(others, on="origin", suffixes=("", "_b")).drop_duplicates()
    pairs = pairs[corpus.origin[pairs["row"]] != pairs["origin"]]
    starts = pairs[["first", "first_b"]].max(axis="columns")
    ends = pairs[["until", "until_b"]].min(axis="columns")
    for row, other, start, end in zip(pairs["row"], pairs["row_b"], starts, ends, strict=True):
        if start < end:
            yield DENIAL, int(row), int(other), start, end


def clashing_on(clashes: pd.DataFrame, day: pd.Timestamp) -> NDArray[np.bool_]:
    """Mark the rows of `clash_spans` that hold on a day."""
    held = (clashes["first"] <= day) & ~(clashes["until"] <= day)
    return held.to_numpy(dtype=bool)
