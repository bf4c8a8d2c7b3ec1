"""Which figures of one source replace which: the newer one of the same thing, while it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import pandas as pd

from geodata import schema

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.corpus import Corpus

# From the first day on something does not hold, from the second on it does again.
Span: TypeAlias = tuple[pd.Timestamp, pd.Timestamp]

# A figure that was replaced and came back more often than this is not worth its own record.
MOST_SPANS: Final = 50


def replaceable_figures(
    corpus: Corpus,
    *,
    since: NDArray[np.datetime64],
    true_of: NDArray[np.datetime64],
    retracted_on: NDArray[np.datetime64],
    canonical: NDArray[np.bool_],
) -> pd.DataFrame:
    """List the figures that can replace, or be replaced by, others of their source.

    Parameters
    ----------
    corpus
        The claims; the other arrays have a value for each of its rows.
    since, true_of, retracted_on
        The day from which each is visible, of which it is true, and on which it was retracted.
    canonical
        Which tellings stand for their origins.

    Returns
    -------
    DataFrame
        One row an origin of a state with a figure, a source and both days: ``origin`` (its
        code), ``true_of``, ``visible_from``, ``retracted_on``; ``key`` (int64), shared by the
        figures of one source, actors, kind, unit family and area; ``wholes`` (frozenset), the
        origins with the same key of which it is declared a part, directly or by others;
        ``replaces`` (bool), false where there are any.
    """
    claims = corpus.claims
    states = claims["kind"].isin(schema.STATES) & claims["low"].notna()
    known = ~np.isnat(since) & ~np.isnat(true_of) & (corpus.source >= 0)
    chosen = np.flatnonzero(canonical & states.to_numpy(dtype=bool) & known)
    # A data set of events has no such figures, and many places.
    alike = (
        (corpus.source, corpus.actors, corpus.kind, corpus.family, corpus.area)
        if len(chosen)
        else (corpus.source,)
    )
    table = pd.DataFrame(
        {
            "origin": corpus.origin[chosen],
            "true_of": true_of[chosen],
            "visible_from": since[chosen],
            "retracted_on": retracted_on[chosen],
            "key": group_numbers([codes[chosen] for codes in alike]),
        }
    )
    wholes = _wholes(table, corpus, canonical)
    return table.assign(wholes=wholes, replaces=~wholes.map(bool).astype(bool))


def first_newer(figures: pd.DataFrame) -> pd.Series:
    """Give the first day on which a newer figure, never retracted, was visible, by origin.

    Parameters
    ----------
    figures
        As `replaceable_figures` returned them.
    """
    replaces = figures["replaces"] & figures["retracted_on"].isna()
    # For each key and day: the first day on which a figure for that or a later day was visible.
    newest = figures[replaces].groupby(["key", "true_of"])["visible_from"].min().reset_index()
    newest = newest.sort_values(["key", "true_of"], ascending=[True, False])
    newest["since"] = newest.groupby("key")["visible_from"].cummin()
    found = pd.merge_asof(
        figures.sort_values("true_of"),
        newest[["key", "true_of", "since"]].sort_values("true_of"),
        on="true_of",
        by="key",
        direction="forward",
        allow_exact_matches=False,
    )
    since: pd.Series = found.set_index("origin")["since"]
    for part, others in _newer_than_parts(figures, figures[replaces]):
        since[part] = others["visible_from"].min()
    return since


def suspensions(figures: pd.DataFrame) -> dict[int, tuple[Span, ...]]:
    """Say between which days a newer figure, retracted since, stood for each origin's, by its code.

    Parameters
    ----------
    figures
        As `replaceable_figures` returned them.
    """
    passing = figures["replaces"] & (figures["visible_from"] < figures["retracted_on"])
    if not passing.any():
        return {}
    touched = figures.assign(passing=passing)
    touched = touched[touched["key"].isin(touched.loc[passing, "key"])]
    found: dict[int, tuple[Span, ...]] = {}
    of_parts = {
        part: merged(zip(others["visible_from"], others["retracted_on"], strict=True))
        for part, others in _newer_than_parts(touched, touched[touched["passing"]])
    }
    for _, rows in touched.groupby("key"):
        spans: tuple[Span, ...] = ()
        # From the newest figure on, so that the spans of all newer ones are known; those that
        # are true of one day replace each other as little as elsewhere.
        for same in reversed([part for _, part in rows.groupby("true_of")]):
            found.update(dict.fromkeys(same["origin"].tolist(), spans))
            gone = same[same["passing"]]
            own = zip(gone["visible_from"], gone["retracted_on"], strict=True)
            spans = merged([*spans, *own])
    found |= of_parts
    return {origin: spans for origin, spans in found.items() if spans}


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join spans that overlap or touch, in order; of very many the earliest become one.

    >>> days = [pd.Timestamp(2023, 1, day) for day in (1, 2, 3, 4)]
    >>> merged([(days[2], days[3]), (days[0], days[2])]) == ((days[0], days[3]),)
    True
    """
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    over = len(joined) - MOST_SPANS
    if over > 0:
        joined[: over + 1] = [(joined[0][0], joined[over][1])]
    return tuple(joined)


def within(spans: Iterable[Span], start: pd.Timestamp, end: pd.Timestamp) -> tuple[Span, ...]:
    """Cut spans to the days from a start to before an end; a missing day cuts nothing."""
    cut = [
        (
            first if _missing(start) else max(first, start),
            last if _missing(end) else min(last, end),
        )
        for first, last in spans
    ]
    return tuple((first, last) for first, last in cut if first < last)


def _missing(day: object) -> bool:
    return day is pd.NaT


# --- what is the same ----------------------------------------------------------


def group_numbers(columns: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Give rows one number where all of their codes are the same.

    >>> group_numbers([np.array([0, 0, 1]), np.array([5, 5, 5])]).tolist()
    [0, 0, 1]
    """
    numbers = np.zeros(len(columns[0]), dtype="int64")
    for codes in columns:
        _, dense = np.unique(codes, return_inverse=True)
        _, numbers = np.unique(
            numbers * (int(dense.max(initial=0)) + 1) + dense, return_inverse=True
        )
    return numbers


def _wholes(table: pd.DataFrame, corpus: Corpus, canonical: NDArray[np.bool_]) -> pd.Series:
    """Find the figures with the same key of which each is declared a part, in any order of time."""
    told = np.flatnonzero(canonical & (corpus.whole >= 0))
    parent = dict(zip(corpus.origin[told].tolist(), corpus.whole[told].tolist(), strict=True))
    keys = dict(zip(table["origin"].tolist(), table["key"].tolist(), strict=True))

    def wholes(part: int) -> frozenset[int]:
        path = path_up(part, parent) if part in parent else ()
        return frozenset(up for up in path if up != part and keys.get(up) == keys[part])

    return table["origin"].map(wholes).astype(object)


def path_up(part: int, parent: dict[int, int]) -> tuple[int, ...]:
    """Give the wholes of a part, the nearest first; a circle ends where it closes.

    >>> path_up(2, {2: 5, 5: 100})
    (5, 100)
    """
    path = {part: None}
    while (up := parent.get(next(reversed(path)))) is not None and up not in path:
        path[up] = None
    return tuple(path)[1:]


def _newer_than_parts(
    figures: pd.DataFrame, others: pd.DataFrame
) -> Iterable[tuple[int, pd.DataFrame]]:
    """Give the figures that can replace each part, where its own whole is newer than it.

    A newer total does not say that there are no longer five foreigners among them.
    """
    parts = figures[figures["wholes"].map(bool).astype(bool)]
    if parts.empty:
        return
    by_key = dict(list(others[others["key"].isin(parts["key"])].groupby("key")))
    columns = ["origin", "key", "true_of", "wholes"]
    for part, key, true_of, wholes in parts[columns].itertuples(index=False, name=None):
        rivals = by_key.get(key, others.iloc[:0])
        newer = rivals[rivals["true_of"] > true_of]
        own = newer["origin"].isin(wholes)
        if own.any():
            yield part, newer[~own]
