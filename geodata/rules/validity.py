"""Validity in time: the columns of `geodata.rules.dating`, worked out from numbers.

`geodata.rules.dating` says what they mean. Here claims are row numbers, and origins, sources and
areas are codes, as `geodata.corpus.Corpus` numbers them; a missing day is NaT.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata import schema
from geodata.rules.supersession import (
    Span,
    first_newer,
    merged,
    replaceable_figures,
    suspensions,
    within,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.corpus import Corpus

# An undated claim that was withdrawn on no known day never counted. Any day before
# all claims says so; this one also fits datetime64[ns].
NEVER: Final = pd.Timestamp(1700, 1, 1)
VALIDITY_COLUMNS: Final = (
    "visible_from", "true_of", "aged_from", "forecast_until", "status_from", "precedence",
    "canonical", "current_until", "suspended",
)  # fmt: skip
_LAST: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Validity:
    """When each claim counts, by row."""

    visible_from: NDArray[np.datetime64]
    true_of: NDArray[np.datetime64]
    aged_from: NDArray[np.datetime64]
    forecast_until: NDArray[np.datetime64]
    status_from: NDArray[np.datetime64]
    current_until: NDArray[np.datetime64]
    suspended: NDArray[np.object_]  # tuples of pairs of days, mostly empty
    precedence: NDArray[np.int64]

    @classmethod
    def given(cls, claims: pd.DataFrame) -> Validity:
        """Read what has been worked out before, perhaps with claims that are filtered out now."""
        return cls(
            days(claims["visible_from"]),
            days(claims["true_of"]),
            days(claims["aged_from"]),
            days(claims["forecast_until"]),
            days(claims["status_from"]),
            days(claims["current_until"]),
            claims["suspended"].to_numpy(dtype=object),
            claims["precedence"].to_numpy(dtype="int64"),
        )

    def columns(self, index: pd.Index) -> dict[str, pd.Series]:
        """Give the columns of `geodata.date_claims`."""
        values = (
            self.visible_from, self.true_of, self.aged_from, self.forecast_until,
            self.status_from, self.precedence, self.precedence == 0, self.current_until,
            self.suspended,
        )  # fmt: skip
        return {
            name: pd.Series(column, index=index)
            for name, column in zip(VALIDITY_COLUMNS, values, strict=True)
        }


@dataclass(frozen=True, eq=False)
class _Successors:
    """Claims that replace one that they name: their rows and its row, the earliest first."""

    heir: NDArray[np.int64]
    replaced: NDArray[np.int64]


def work_out(corpus: Corpus) -> Validity:
    """Say from when until when each claim counts, and which telling stands for its origin."""
    claims, origin = corpus.claims, corpus.origin
    since = _else(days(claims["reported_last"]), days(claims["stated_last"]))
    true_of = _else(days(claims["as_of_last"]), days(claims["stated_last"]))
    ahead = _ahead(claims)
    # A forecast replaces from its own day on alone, whenever it came out.
    acts = np.where(np.isnat(ahead) | np.isnat(since), since, np.fmax(since, ahead))
    named = _successors(corpus, acts)
    precedence = _precedence(corpus, since, named[False])
    canonical = np.zeros(len(corpus.origin_ids), dtype="int64")
    canonical[origin[precedence == 0]] = np.flatnonzero(precedence == 0)
    own, status_from = _own_end(claims, since, acts, named[False])
    retracted = (claims["status"] == "retracted").to_numpy(dtype=bool)
    gone = np.where(retracted, _else(days(claims["status_date_last"]), own), _NO_DAY)
    figures = replaceable_figures(
        corpus, since=acts, true_of=true_of, retracted_on=gone, canonical=precedence == 0
    )
    newer = np.full(len(canonical), _NO_DAY)
    first = first_newer(figures)
    newer[first.index.to_numpy()] = days(first)
    end = np.fmin(np.fmin(own, own[canonical[origin]]), newer[origin])
    end = np.where(end < since, since, end)
    spans = _named_suspensions(origin, acts, gone, named[True])
    forecasts = _forecasts(since, ahead)
    for row, span in forecasts.items():
        spans.setdefault(row, []).append(span)
    suspended = _suspended(origin, canonical, (since, end), spans, suspensions(figures))
    return Validity(
        visible_from=since,
        true_of=true_of,
        aged_from=_aged_from(claims, ahead),
        # A telling of a forecast is one, even where it lost the day that it is about.
        forecast_until=np.fmax(ahead, ahead[canonical[origin]]),
        status_from=status_from,
        current_until=end,
        suspended=suspended,
        precedence=precedence,
    )


def _ahead(claims: pd.DataFrame) -> NDArray[np.datetime64]:
    """Give the first day of which a forecast is true; missing where a claim is none."""
    said = _else(days(claims["stated_last"]), days(claims["reported_last"]))
    first = days(claims["as_of_first"])
    return np.where(first > said, first, _NO_DAY)


def _aged_from(claims: pd.DataFrame, ahead: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Give the day from which each claim ages: the first of which it is true, or was said."""
    said = days(claims["stated_first"])
    # What is said of a later day is as old as the saying.
    return np.where(
        np.isnat(ahead),
        _else(days(claims["as_of_first"]), said),
        _else(said, days(claims["reported_first"])),
    )


def _forecasts(since: NDArray[np.datetime64], ahead: NDArray[np.datetime64]) -> dict[int, Span]:
    """Give the days on which forecasts are out and not yet due, by row."""
    return {
        row: (pd.Timestamp(since[row]), pd.Timestamp(ahead[row]))
        for row in np.flatnonzero(since < ahead).tolist()
    }


def days(column: pd.Series) -> NDArray[np.datetime64]:
    """Give a column of days as datetime64[s]."""
    return column.to_numpy(dtype="datetime64[s]")


_NO_DAY: Final = np.datetime64("NaT", "s")


def _else(first: NDArray[np.datetime64], second: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    return np.where(np.isnat(first), second, first)


def _in_order(column: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Give days as numbers to sort by, missing ones last."""
    return np.where(np.isnat(column), _LAST, column.astype("int64"))


def _successors(corpus: Corpus, since: NDArray[np.datetime64]) -> dict[bool, _Successors]:
    """Find claims that replace one that they name, those that were retracted apart."""
    names = corpus.claims["supersedes"]
    heir = np.flatnonzero(names.notna().to_numpy() & ~np.isnat(since))
    replaced = corpus.rows_of(names.iloc[heir])
    known = (replaced >= 0) & (replaced != heir)
    heir, replaced = heir[known], replaced[known]
    order = np.lexsort((corpus.alphabetical[heir], since[heir]))
    heir, replaced = heir[order], replaced[order]
    retracted = (corpus.claims["status"].iloc[heir] == "retracted").to_numpy(dtype=bool)
    return {gone: _Successors(heir[retracted == gone], replaced[retracted == gone])
            for gone in (False, True)}  # fmt: skip


def _precedence(
    corpus: Corpus, since: NDArray[np.datetime64], named: _Successors
) -> NDArray[np.int64]:
    """Rank the tellings of each origin, the canonical one first, whatever the order of rows."""
    claims, origin = corpus.claims, corpus.origin
    precedence = np.zeros(len(claims), dtype="int64")
    told = np.flatnonzero(np.bincount(origin)[origin] > 1) if len(origin) else origin
    if not len(told):
        return precedence
    by_id, own = corpus.alphabetical[told], origin[told]
    retold = corpus.first_tellings[told] != told
    reported, stated = (
        _in_order(days(claims[name]))[told] for name in ("reported_last", "stated_last")
    )
    order = np.lexsort((by_id, stated, reported, retold, own))
    first = told[order[_starts(own[order])]]
    line = np.full(len(claims), len(claims), dtype="int64")
    line[first] = 0
    same = origin[named.heir] == origin[named.replaced]
    # The earliest successor is the heir: what comes first is written last.
    pairs = zip(named.replaced[same][::-1].tolist(), named.heir[same][::-1].tolist(), strict=True)
    heirs = dict(pairs)
    for row in first[np.isin(first, list(heirs))].tolist():
        succession = _succession(row, heirs)
        line[succession] = -np.arange(len(succession))
    order = np.lexsort((by_id, _in_order(since)[told], line[told], own))
    starts = _starts(own[order])
    sizes = np.diff(np.append(starts, len(order)))
    precedence[told[order]] = np.arange(len(order)) - np.repeat(starts, sizes)
    return precedence


def _starts(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the positions at which a sorted column begins anew."""
    return np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))


def _succession(row: int, heirs: dict[int, int]) -> list[int]:
    """Follow the tellings that replace one another; claims that do so in a circle stop it."""
    line = {row: None}
    while (heir := heirs.get(row)) is not None and heir not in line:
        row = heir
        line[row] = None
    return list(line)


def _own_end(
    claims: pd.DataFrame,
    since: NDArray[np.datetime64],
    acts: NDArray[np.datetime64],
    named: _Successors,
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Find when a claim ends by its own status or a named successor; and when its status begins."""
    ended = claims["status"].isin(schema.ENDED_STATUSES).to_numpy(dtype=bool)
    given = days(claims["status_date_last"])
    replaced = np.full(len(claims), _NO_DAY)
    replaced[named.replaced[::-1]] = acts[named.heir[::-1]]
    end = np.fmin(np.where(ended, given, _NO_DAY), replaced)
    never = np.datetime64(NEVER, "s")
    end = np.where(ended & np.isnat(end), np.where(np.isnat(since), never, since), end)
    begun = _else(given, _else(np.where(ended, replaced, _NO_DAY), since))
    marked = (claims["status"].fillna("current") != "current").to_numpy(dtype=bool)
    return end, np.where(marked, begun, _NO_DAY)


# --- what counts again ---------------------------------------------------------


def _named_suspensions(
    origin: NDArray[np.int64],
    since: NDArray[np.datetime64],
    gone: NDArray[np.datetime64],
    named: _Successors,
) -> dict[int, list[Span]]:
    """Find claims that a later retracted one of another origin named as replaced, by row."""
    spans: dict[int, list[Span]] = {}
    for heir, row in zip(named.heir.tolist(), named.replaced.tolist(), strict=True):
        if origin[row] != origin[heir] and since[heir] < gone[heir]:
            spans.setdefault(row, []).append((pd.Timestamp(since[heir]), pd.Timestamp(gone[heir])))
    return spans


def _suspended(
    origin: NDArray[np.int64],
    canonical: NDArray[np.int64],
    lives: tuple[NDArray[np.datetime64], NDArray[np.datetime64]],
    named: dict[int, list[Span]],
    by_figure: dict[int, tuple[Span, ...]],
) -> NDArray[np.object_]:
    """Gather the days between which claims do not count, each within the days that it would."""
    found = np.empty(len(origin), dtype=object)
    found[:] = [()] * len(origin)
    # When the canonical telling does not count, its whole origin does not.
    touched = np.isin(origin, [*by_figure, *(int(origin[row]) for row in named)])
    for row in np.flatnonzero(touched).tolist():
        own = int(origin[row])
        spans = [*by_figure.get(own, ()), *named.get(row, ())]
        if row != canonical[own]:
            spans += named.get(int(canonical[own]), [])
        if spans:
            start, end = (pd.Timestamp(days[row]) for days in lives)
            found[row] = within(merged(spans), start, end)
    return found


# --- all days at once ----------------------------------------------------------


def standing_spans(corpus: Corpus) -> pd.DataFrame:
    """Say from when until when each telling is current and stands for its origin.

    Returns
    -------
    DataFrame
        ``row`` (of the claims), ``first`` and ``until`` (datetime64[s], missing = open), a row
        a span; a telling that never stands for its origin has none.
    """
    validity = corpus.validity
    order = np.lexsort((validity.precedence, corpus.origin))
    own = corpus.origin[order]
    since = pd.Series(_in_order(validity.visible_from)[order])
    # The first day on which a telling that goes before this one is out.
    before = since.groupby(own).cummin().groupby(own).shift(fill_value=_LAST).to_numpy()
    taken_over = np.full(len(order), _NO_DAY)
    known = before != _LAST
    taken_over[order[known]] = before[known].astype("datetime64[s]")
    until = np.fmin(validity.current_until, taken_over)
    first = validity.visible_from
    rows = np.flatnonzero(~np.isnat(first) & ~(until <= first))
    whole = pd.DataFrame({"row": rows, "first": first[rows], "until": until[rows]})
    broken = validity.suspended.astype(bool)[rows]
    if not broken.any():
        return whole
    pieces = []
    for row, start, end in whole[broken].itertuples(index=False):
        for gone, again in validity.suspended[row]:
            if start < gone:
                pieces.append((row, start, gone if pd.isna(end) else min(gone, end)))
            start = max(start, again)  # noqa: PLW2901 - what is left begins anew
        if pd.isna(end) or start < end:
            pieces.append((row, start, end))
    parts = pd.DataFrame(pieces, columns=["row", "first", "until"]).astype(whole.dtypes)
    return pd.concat([whole[~broken], parts], ignore_index=True)
