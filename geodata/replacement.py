"""Which figures of one source replace which: the newer one of the same thing, while it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

import numpy as np
import pandas as pd

from geodata import schema

# From the first day on something does not hold, from the second on it does again.
Span: TypeAlias = tuple[pd.Timestamp, pd.Timestamp]

# A figure that was replaced and came back more often than this is not worth its own record.
MOST_SPANS: Final = 50


def replaceable_figures(
    dated: pd.DataFrame, sources: pd.Series, retracted_on: pd.Series
) -> pd.DataFrame:
    """List the figures that can replace, or be replaced by, others of their source.

    Parameters
    ----------
    dated
        Typed claims with ``visible_from``, ``true_of`` and ``canonical``.
    sources, retracted_on
        The source of each claim, folded, and the day on which it was retracted.

    Returns
    -------
    DataFrame
        One row an origin of a state with a figure, a source and both days: ``origin_id``,
        ``true_of``, ``visible_from``, ``retracted_on``; ``key`` (int64), shared by the figures
        of one source, actors, kind, unit family and places; ``wholes`` (frozenset), the
        origins with the same key of which it is declared a part, directly or by others;
        ``replaces`` (bool), false where there are any.
    """
    chosen = (
        dated["canonical"]
        & dated["kind"].isin(schema.STATES)
        & dated["low"].notna()
        & dated[["visible_from", "true_of", "source"]].notna().all(axis="columns")
    )
    figures = dated[chosen]
    table = figures[["origin_id", "true_of", "visible_from"]].assign(
        retracted_on=retracted_on[chosen], key=_keys(figures, sources[chosen])
    )
    wholes = _wholes(table, dated)
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
    since: pd.Series = found.set_index("origin_id")["since"]
    for part, others in _newer_than_parts(figures, figures[replaces]):
        since[part] = others["visible_from"].min()
    return since


def suspensions(figures: pd.DataFrame) -> dict[str, tuple[Span, ...]]:
    """Say between which days a newer figure, retracted since, stood for each origin's.

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
    found: dict[str, tuple[Span, ...]] = {}
    of_parts = {
        part: merged(zip(others["visible_from"], others["retracted_on"], strict=True))
        for part, others in _newer_than_parts(touched, touched[touched["passing"]])
    }
    for _, rows in touched.groupby("key"):
        spans: tuple[Span, ...] = ()
        # From the newest figure on, so that the spans of all newer ones are known; those that
        # are true of one day replace each other as little as elsewhere.
        for same in reversed([part for _, part in rows.groupby("true_of")]):
            found.update(dict.fromkeys(same["origin_id"], spans))
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


def look_up(names: pd.Series, days: pd.Series) -> pd.Series:
    """Look up the day of each name; unlike `Series.map`, days stay days where there are none."""
    return days.reindex(names.to_numpy()).set_axis(names.index)


# --- what is the same ----------------------------------------------------------


def _keys(figures: pd.DataFrame, sources: pd.Series) -> np.ndarray:
    """Give figures one number where one can replace the other."""
    parts = (
        sources,
        figures["actor_ids"].map(_as_set),
        figures["kind"],
        figures["unit_family"],
        _where(figures),
    )
    # Numbers are grouped many times faster than tuples and texts.
    codes = pd.DataFrame({at: pd.factorize(part)[0] for at, part in enumerate(parts)})
    return codes.groupby(list(codes), sort=False).ngroup().to_numpy()


def _where(figures: pd.DataFrame) -> pd.Series:
    """Name the places of each claim as a set, else its point, else its countries."""
    where = figures["place_ids"].map(_as_set).astype(object)
    bare = where.map(len) == 0
    pointed = bare & figures[["latitude", "longitude"]].notna().all(axis="columns")
    points = figures.loc[pointed, ["latitude", "longitude"]]
    where[pointed] = [(f"{lat},{lon}",) for lat, lon in points.itertuples(index=False)]
    national = bare & ~pointed
    where[national] = [
        _as_set(map(str.strip, text.split(schema.LIST_SEPARATOR)))
        for text in figures.loc[national, "country"].fillna("")
    ]
    return where


def _as_set(names: Iterable[str]) -> tuple[str, ...]:
    """Names in one order, whatever order they came in."""
    return tuple(sorted(set(names)))


def _wholes(table: pd.DataFrame, dated: pd.DataFrame) -> pd.Series:
    """Find the figures with the same key of which each is declared a part, in any order of time."""
    told = dated[dated["canonical"] & dated["part_of"].notna()]
    named = told["part_of"].map(dated.set_index("claim_id")["origin_id"]).fillna(told["part_of"])
    parent = dict(zip(told["origin_id"], named, strict=True))
    keys = dict(zip(table["origin_id"], table["key"], strict=True))

    def wholes(part: str) -> frozenset[str]:
        path = {part: None}
        while (up := parent.get(next(reversed(path)))) is not None and up not in path:
            path[up] = None
        return frozenset(up for up in path if up != part and keys.get(up) == keys[part])

    return table["origin_id"].map(wholes).astype(object)


def _newer_than_parts(
    figures: pd.DataFrame, others: pd.DataFrame
) -> Iterable[tuple[str, pd.DataFrame]]:
    """Give the figures that can replace each part, where its own whole is newer than it.

    A newer total does not say that there are no longer five foreigners among them.
    """
    parts = figures[figures["wholes"].map(bool).astype(bool)]
    by_key = dict(list(others[others["key"].isin(parts["key"])].groupby("key")))
    columns = ["origin_id", "key", "true_of", "wholes"]
    for part, key, true_of, wholes in parts[columns].itertuples(index=False, name=None):
        rivals = by_key.get(key, others.iloc[:0])
        newer = rivals[rivals["true_of"] > true_of]
        own = newer["origin_id"].isin(wholes)
        if own.any():
            yield part, newer[~own]
