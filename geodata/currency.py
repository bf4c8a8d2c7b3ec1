"""When a claim counts: from which day it is visible, until which day, and how old it is.

Everything here follows from five columns that do not depend on the day that a
map is drawn for, so that a page can let its reader choose another day without
asking Python again:

``visible_from``
    The last day of ``reported``, else of ``stated``. Missing = undated.
``true_of``
    The last day of ``as_of``, else of ``stated``; never of ``reported``: an old
    statement does not become young when it is told again.
``current_until``
    The first day on which the claim no longer counts. Missing = it still does.
``suspended``
    Pairs of days: from the first on it does not count, from the second on it does again.
``precedence``
    Which telling stands for its origin: of those that are visible the one with the lowest.
    That with 0 is the *canonical* one, whose figures are those of the origin.

On a day *d* a claim is *visible* if ``visible_from <= d``, and *current* if it is
visible, not ``current_until <= d``, and *d* lies in no pair of ``suspended``. Of the
visible tellings of an origin one *counts*: the canonical one; before it is visible the
one that it took over from; else the earliest.

An undated telling is never visible (rule 5), so it never counts while another one of its
origin is dated, even if it is the canonical one (rule 4): the figures are those of the
earliest dated telling then, and what that lost or changed shows on the map. Nobody knows
whether the undated telling was out by that day. To have its figures, date it, if only to the
year; `geodata.find_drift` lists what differs between the tellings.

What ends a claim:

1. Its own status, ``retracted`` or ``superseded``, from ``status_date``; without a
   date from the day its successor appears, else from the start.
2. A successor (a claim whose ``supersedes`` names it), from the day that one is visible.
3. A newer figure of the same source for the same actors, kind, unit family and
   places: one that is true of a later day, from the day it is visible. This holds
   between origins, as their canonical tellings put them, and for states only: a
   newer attack does not undo an older one. The unit family stands for the unit,
   since translators choose freely between "fighters", "militants" and "members",
   even in retelling one statement. Equal dates replace nothing, and a figure and the
   one that it is declared a part of never replace each other, whichever is newer.

What a claim has replaced, in the second or third way, counts again from the day on which
that claim is retracted: until then nobody knew better. A claim that was retracted on no known
day has never replaced anything, nor has a retracted telling that replaced another one of its
own origin.

When the canonical telling ends, its whole origin ends, since the others merely
repeat it. When another telling ends, only that one does: an outlet that withdraws
its article does not withdraw the statement. An outlet that replaces its canonical
telling by another of the same origin corrects the record: the new telling is the
canonical one then, and the origin goes on.
"""

from __future__ import annotations

from datetime import date
from numbers import Real
from typing import Final, TypeGuard

import numpy as np
import pandas as pd

from geodata import schema
from geodata.dates import parse_date
from geodata.errors import ArgumentError, DateError
from geodata.replacement import (
    Span,
    first_newer,
    look_up,
    merged,
    replaceable_figures,
    suspensions,
    within,
)

# An undated claim that was withdrawn on no known day never counted. Any day before
# all claims says so; this one also fits datetime64[ns].
NEVER: Final = pd.Timestamp(1700, 1, 1)


def parse_as_of(as_of: str | date | None) -> pd.Timestamp:
    """Read the day for which a map is drawn; a month or a year stands for its last day.

    Parameters
    ----------
    as_of
        A text in EDTF (``2024``, ``2024-07``, ``2024-07-31``), a date or a timestamp;
        today where it is ``None``.

    Raises
    ------
    ArgumentError
        If it is no date.

    Examples
    --------
    >>> parse_as_of("2024-02")
    Timestamp('2024-02-29 00:00:00')
    """
    if as_of is None:
        return pd.Timestamp.now().normalize().as_unit("s")
    if isinstance(as_of, str):
        try:
            return pd.Timestamp(parse_date(as_of.strip()).last).as_unit("s")
        except DateError as error:
            message = f"as_of: {error}"
            raise ArgumentError(message) from error
    if _is_day(as_of):
        return pd.Timestamp(as_of.year, as_of.month, as_of.day).as_unit("s")
    message = f"as_of: {as_of!r} is no date; give a day such as '2024-07-31', a date or None"
    raise ArgumentError(message)


def date_claims(claims: pd.DataFrame) -> pd.DataFrame:
    """Say from when until when each claim counts, and which telling is canonical.

    Parameters
    ----------
    claims
        Typed claims, one row a claim.

    Returns
    -------
    DataFrame
        The claims, their index kept, with ``visible_from``, ``true_of``, ``current_until``
        (datetime64[s]), ``suspended`` (tuple of pairs of timestamps, in order, mostly empty),
        ``precedence`` (int64, from 0 in each origin) and ``canonical`` (bool, those of
        precedence 0), as the module says. Figures of another source never end a claim.

    Notes
    -----
    The canonical telling is the claim whose id is the origin's, else the earliest
    reported, then the earliest stated, then the first by its id: one an origin. A telling of
    the same origin that supersedes it takes its place. While it is undated, and another
    telling is not, the figures are not its own, as the module says.

    Examples
    --------
    >>> from geodata import date_claims, sample_claims
    >>> dated = date_claims(sample_claims()).set_index("claim_id")
    >>> str(dated.loc["un-2020-07-iskp", "current_until"].date())
    '2022-02-13'
    """
    dated = claims.assign(
        visible_from=claims["reported_last"].fillna(claims["stated_last"]),
        true_of=claims["as_of_last"].fillna(claims["stated_last"]),
    )
    rank = _precedence(dated)
    dated = dated.assign(precedence=rank, canonical=rank == 0)
    own = _own_end(dated)
    canonical = dated["canonical"]
    of_origin = own[canonical].set_axis(dated.loc[canonical, "origin_id"])
    figures = replaceable_figures(dated, source_key(dated["source"]), _retracted_on(dated, own))
    newer = look_up(dated["origin_id"], first_newer(figures))
    end = _earliest(own, look_up(dated["origin_id"], of_origin), newer)
    start = dated["visible_from"]
    dated = dated.assign(current_until=end.where(~(end < start), start))
    return dated.assign(suspended=_suspended(dated, own, suspensions(figures)))


def currency_at(
    claims: pd.DataFrame,
    as_of: str | date | None = None,
    *,
    fresh_days: int = schema.FRESH_DAYS,
    stale_days: int = schema.STALE_DAYS,
) -> pd.DataFrame:
    """Say of each claim whether it counts on a day, and how old it is.

    Parameters
    ----------
    claims
        Typed claims, or what `date_claims` returned, one row a claim.
    as_of
        As `geodata.currency.parse_as_of` takes it.
    fresh_days, stale_days
        A claim is ``fresh`` up to so many days after what it is true of, and
        ``stale`` beyond the others; between them it is ``ageing``.

    Returns
    -------
    DataFrame
        The claims, their index kept, with the columns of `date_claims` and
        ``visible``, ``current``, ``counts`` (bool), ``age_days`` (Int64, missing where
        it is unknown of which day a claim is true) and ``age`` (one of `schema.AGES`).
        ``counts`` marks one telling of each origin that has a visible one.

    Raises
    ------
    ArgumentError
        If ``as_of`` is no date, or the limits are not ``0 <= fresh_days <= stale_days``.

    Examples
    --------
    >>> from geodata import currency_at, sample_claims
    >>> at = currency_at(sample_claims(), "2024-07-31").set_index("claim_id")
    >>> at.loc["tass-2023-02-north", "age"]
    'ageing'
    """
    known = is_number(fresh_days) and is_number(stale_days)
    if not known or not 0 <= fresh_days <= stale_days:
        message = (
            f"fresh_days={fresh_days!r}, stale_days={stale_days!r}: a claim must be fresh "
            "before it is stale; give numbers of days, 0 <= fresh_days <= stale_days"
        )
        raise ArgumentError(message)
    day = parse_as_of(as_of)
    dated = claims if "current_until" in claims else date_claims(claims)
    visible = dated["visible_from"] <= day
    current = visible & ~(dated["current_until"] <= day) & ~_is_suspended(dated, day)
    # What is true of the rest of a year, such as a figure for 2024, is not older than today.
    days = (day - dated["true_of"]).dt.days.where(dated["visible_from"].notna()).clip(lower=0)
    age = np.select(
        [days <= fresh_days, days <= stale_days, days > stale_days],
        ["fresh", "ageing", "stale"],
        default="undated",
    )
    return dated.assign(
        visible=visible,
        current=current,
        counts=_counts(dated, visible),
        age_days=days.astype("Int64"),
        age=pd.Series(age, index=dated.index, dtype="str"),
    )


def source_key(sources: pd.Series) -> pd.Series:
    """Fold names of sources so that case and spacing make no second source.

    >>> source_key(pd.Series(["United  Nations", "UNITED NATIONS"])).nunique()
    1
    """
    distinct = sources.dropna().unique()
    folded = {name: " ".join(str(name).split()).casefold() for name in distinct}
    return sources.map(folded)


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a number, which a truth value is to Python alone.

    >>> is_number(9), is_number("9"), is_number(True)
    (True, False, False)
    """
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_day(value: object) -> TypeGuard[date]:
    """Whether a value is a date or a timestamp; NaT counts as a date to Python."""
    return value is not pd.NaT and isinstance(value, date)


def _precedence(dated: pd.DataFrame) -> pd.Series:
    """Rank the tellings of each origin, the canonical one first, whatever the order of rows."""
    several = dated["origin_id"].duplicated(keep=False).to_numpy()
    told = dated[several]
    size = len(told)
    ranks = pd.DataFrame(
        {
            "claim_id": told["claim_id"].to_numpy(),
            "origin_id": told["origin_id"].to_numpy(),
            "retold": (told["claim_id"] != told["origin_id"]).to_numpy(),
            "reported": told["reported_last"].to_numpy(),
            "stated": told["stated_last"].to_numpy(),
            "since": told["visible_from"].to_numpy(),
            "at": np.arange(size),
        }
    ).sort_values(["retold", "reported", "stated", "claim_id"])
    first = ranks[~ranks["origin_id"].duplicated()]
    line = np.full(size, size)
    line[first["at"].to_numpy()] = 0
    heirs = _heirs(told)
    if heirs:
        positions = ranks.set_index("claim_id")["at"]
        for claim in first.loc[first["claim_id"].isin(heirs), "claim_id"]:
            succession = _succession(claim, heirs)
            line[positions[succession].to_numpy()] = -np.arange(len(succession))
    ranks = ranks.assign(line=line[ranks["at"].to_numpy()])
    ranks = ranks.sort_values(["origin_id", "line", "since", "claim_id"])
    precedence = np.zeros(len(dated), dtype="int64")
    at = np.flatnonzero(several)[ranks["at"].to_numpy()]
    precedence[at] = ranks.groupby("origin_id").cumcount().to_numpy()
    return pd.Series(precedence, index=dated.index)


def _heirs(dated: pd.DataFrame) -> dict[str, str]:
    """Find the tellings that replace another one of the same origin, by the one replaced."""
    successors = _successors(dated)
    origins = dated.set_index("claim_id")["origin_id"]
    same = successors["supersedes"].map(origins) == successors["origin_id"]
    pairs = successors[same].drop_duplicates("supersedes")
    return dict(zip(pairs["supersedes"], pairs["claim_id"], strict=True))


def _succession(claim: str, heirs: dict[str, str]) -> list[str]:
    """Follow the tellings that replace one another; claims that do so in a circle stop it."""
    line = {claim: None}
    while (heir := heirs.get(claim)) is not None and heir not in line:
        claim = heir
        line[claim] = None
    return list(line)


def _counts(dated: pd.DataFrame, visible: pd.Series) -> pd.Series:
    """Mark the telling that stands for its origin, of those that are visible."""
    ranks = dated["precedence"].where(visible)
    lowest = ranks.groupby(dated["origin_id"].to_numpy()).transform("min")
    return (ranks == lowest) & visible


def _earliest(*days: pd.Series) -> pd.Series:
    """Take the earliest of several days, row by row; missing ones never win."""
    first, *others = days
    for other in others:
        first = first.where(~(other < first) & (first.notna() | other.isna()), other)
    return first


def _successors(dated: pd.DataFrame, *, retracted: bool = False) -> pd.DataFrame:
    """One row a claim that is replaced by a named, dated successor: the day, and the origin."""
    valid = dated[["supersedes", "visible_from"]].notna().all(axis="columns")
    named = dated.loc[valid & ((dated["status"] == "retracted") == retracted)]
    named = named[["claim_id", "origin_id", "visible_from", "supersedes"]]
    named = named[named["supersedes"] != named["claim_id"]]
    return named.sort_values(["visible_from", "claim_id"])


def _own_end(dated: pd.DataFrame) -> pd.Series:
    """Find the day on which a claim ends by its own status or by a named successor."""
    ended = dated["status"].isin(schema.ENDED_STATUSES)
    successors = _successors(dated).drop_duplicates("supersedes").set_index("supersedes")
    replaced = look_up(dated["claim_id"], successors["visible_from"])
    end = _earliest(dated["status_date_last"].where(ended), replaced)
    undated_end = ended & end.isna()
    return end.where(~undated_end, dated["visible_from"].fillna(NEVER))


# --- what counts again ---------------------------------------------------------


def _retracted_on(dated: pd.DataFrame, own: pd.Series) -> pd.Series:
    """Give the day on which each claim was retracted; missing where it was not."""
    return dated["status_date_last"].fillna(own).where(dated["status"] == "retracted")


def _suspended(
    dated: pd.DataFrame, own: pd.Series, by_figure: dict[str, tuple[Span, ...]]
) -> pd.Series:
    """Gather the days between which claims do not count, each within the days that it would."""
    named = _named_suspensions(dated, own)
    found = np.empty(len(dated), dtype=object)
    found[:] = [()] * len(dated)
    if not by_figure and not named:
        return pd.Series(found, index=dated.index)
    canonical = dated["canonical"].to_numpy()
    claims, origins = dated["claim_id"].to_numpy(), dated["origin_id"].to_numpy()
    of_origin = dict(zip(origins[canonical], claims[canonical], strict=True))
    lives = zip(dated["visible_from"], dated["current_until"], strict=True)
    for at, (claim, origin, life) in enumerate(zip(claims, origins, lives, strict=True)):
        spans = [*by_figure.get(origin, ()), *named.get(claim, ())]
        if claim != of_origin[origin]:
            # When the canonical telling does not count, its whole origin does not.
            spans += named.get(of_origin[origin], [])
        if spans:
            found[at] = within(merged(spans), *life)
    return pd.Series(found, index=dated.index)


def _named_suspensions(dated: pd.DataFrame, own: pd.Series) -> dict[str, list[Span]]:
    """Find claims that a later retracted one of another origin named as replaced."""
    successors = _successors(dated, retracted=True)
    until = dict(zip(dated["claim_id"], _retracted_on(dated, own), strict=True))
    origin = dict(zip(dated["claim_id"], dated["origin_id"], strict=True))
    columns = ["claim_id", "origin_id", "visible_from", "supersedes"]
    spans: dict[str, list[Span]] = {}
    for claim, own_origin, since, name in successors[columns].itertuples(index=False, name=None):
        if origin.get(name) != own_origin and since < until[claim]:
            spans.setdefault(name, []).append((since, until[claim]))
    return spans


def _is_suspended(dated: pd.DataFrame, day: pd.Timestamp) -> np.ndarray:
    return np.array(
        [
            bool(spans) and any(first <= day < last for first, last in spans)
            for spans in dated["suspended"]
        ],
        dtype=bool,
    )
