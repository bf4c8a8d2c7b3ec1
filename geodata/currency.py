"""When a claim counts: from which day it is visible, until which day, and how old it is.

Everything here follows from four columns that do not depend on the day that a
map is drawn for, so that a page can let its reader choose another day without
asking Python again:

``visible_from``
    The last day of ``reported``, else of ``stated``. Missing = undated.
``true_of``
    The last day of ``as_of``, else of ``stated``; never of ``reported``: an old
    statement does not become young when it is told again.
``current_until``
    The first day on which the claim no longer counts. Missing = it still does.
``canonical``
    Whether this telling is the one whose figures are those of its origin.

On a day *d* a claim is *visible* if ``visible_from <= d``, and *current* if it is
visible and not ``current_until <= d``. Of the visible tellings of an origin one
*counts*: the canonical one, and before it is visible the earliest.

What ends a claim:

1. Its own status, ``retracted`` or ``superseded``, from ``status_date``; without a
   date from the day its successor appears, else from the start.
2. A successor (a claim whose ``supersedes`` names it), from the day that one is visible.
3. A newer figure of the same source for the same actors, kind, unit family and
   places: one that is true of a later day, from the day it is visible. This holds
   between origins, as their canonical tellings put them, and for states only: a
   newer attack does not undo an older one. The unit family stands for the unit,
   since translators choose freely between "fighters", "militants" and "members",
   even in retelling one statement. Equal dates replace nothing, a figure that is
   declared a part of the other does not replace it, and a retracted claim
   replaces nothing.

When the canonical telling ends, its whole origin ends, since the others merely
repeat it. When another telling ends, only that one does: an outlet that withdraws
its article does not withdraw the statement. An outlet that replaces its canonical
telling by another of the same origin corrects the record: the new telling is the
canonical one then, and the origin goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, TypeGuard

import numpy as np
import pandas as pd

from geodata import schema
from geodata.dates import parse_date
from geodata.errors import ArgumentError, DateError

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
        The claims, their index kept, with ``visible_from``, ``true_of``,
        ``current_until`` (datetime64[s]) and ``canonical`` (bool), as the module
        says. Figures of another source never end a claim.

    Notes
    -----
    The canonical telling is the claim whose id is the origin's, else the earliest
    reported, then the earliest stated, then the first row: one an origin. A telling of
    the same origin that supersedes it takes its place.

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
    dated = dated.assign(canonical=_is_canonical(dated))
    own = _own_end(dated)
    canonical = dated["canonical"]
    of_origin = own[canonical].set_axis(dated.loc[canonical, "origin_id"])
    end = _earliest(own, _look_up(dated["origin_id"], of_origin), _figure_end(dated))
    start = dated["visible_from"]
    return dated.assign(current_until=end.where(~(end < start), start))


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
        As `parse_as_of` takes it.
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
    if not 0 <= fresh_days <= stale_days:
        message = (
            f"fresh_days={fresh_days!r}, stale_days={stale_days!r}: a claim must be fresh "
            "before it is stale; give 0 <= fresh_days <= stale_days"
        )
        raise ArgumentError(message)
    day = parse_as_of(as_of)
    dated = claims if "current_until" in claims else date_claims(claims)
    visible = dated["visible_from"] <= day
    current = visible & ~(dated["current_until"] <= day)
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


def _is_day(value: object) -> TypeGuard[date]:
    """Whether a value is a date or a timestamp; NaT counts as a date to Python."""
    return value is not pd.NaT and isinstance(value, date)


def _is_canonical(dated: pd.DataFrame) -> pd.Series:
    """Mark one telling of each origin."""
    ranks = pd.DataFrame(
        {
            "claim_id": dated["claim_id"].to_numpy(),
            "origin_id": dated["origin_id"].to_numpy(),
            "retold": (dated["claim_id"] != dated["origin_id"]).to_numpy(),
            "reported": dated["reported_last"].to_numpy(),
            "stated": dated["stated_last"].to_numpy(),
            "at": np.arange(len(dated)),
        }
    ).sort_values(["retold", "reported", "stated", "at"])
    first = ranks[~ranks["origin_id"].duplicated()].set_index("claim_id")["at"]
    heirs = _heirs(dated)
    if heirs:
        positions = ranks.set_index("claim_id")["at"]
        first = positions[[_last_heir(claim, heirs) for claim in first.index]]
    canonical = np.zeros(len(dated), dtype=bool)
    canonical[first.to_numpy()] = True
    return pd.Series(canonical, index=dated.index)


def _heirs(dated: pd.DataFrame) -> dict[str, str]:
    """Find the tellings that replace another one of the same origin, by the one replaced."""
    successors = _successors(dated)
    origins = dated.set_index("claim_id")["origin_id"]
    same = successors["supersedes"].map(origins) == successors["origin_id"]
    pairs = successors[same].drop_duplicates("supersedes")
    return dict(zip(pairs["supersedes"], pairs["claim_id"], strict=True))


def _last_heir(claim: str, heirs: dict[str, str]) -> str:
    """Follow the tellings that replace one another; claims that do so in a circle stop it."""
    seen = {claim}
    while (heir := heirs.get(claim)) is not None and heir not in seen:
        claim = heir
        seen.add(claim)
    return claim


def _counts(dated: pd.DataFrame, visible: pd.Series) -> pd.Series:
    """Mark the telling that stands for its origin, of those that are visible."""
    ranks = pd.DataFrame(
        {
            "origin_id": dated["origin_id"].to_numpy(),
            "retold": ~dated["canonical"].to_numpy(),
            "since": dated["visible_from"].to_numpy(),
            "at": np.arange(len(dated)),
        }
    )
    ranks = ranks[visible.to_numpy()].sort_values(["retold", "since", "at"])
    standing = ranks["at"][~ranks["origin_id"].duplicated()]
    counts = np.zeros(len(dated), dtype=bool)
    counts[standing.to_numpy()] = True
    return pd.Series(counts, index=dated.index)


def _earliest(*days: pd.Series) -> pd.Series:
    """Take the earliest of several days, row by row; missing ones never win."""
    first, *others = days
    for other in others:
        first = first.where(~(other < first) & (first.notna() | other.isna()), other)
    return first


def _look_up(names: pd.Series, days: pd.Series) -> pd.Series:
    """Look up the day of each name; unlike `Series.map`, days stay days where there are none."""
    return days.reindex(names.to_numpy()).set_axis(names.index)


def _successors(dated: pd.DataFrame) -> pd.DataFrame:
    """One row a claim that is replaced by a named, dated successor: the day, and the origin."""
    valid = dated[["supersedes", "visible_from"]].notna().all(axis="columns")
    named = dated.loc[valid & (dated["status"] != "retracted")]
    named = named[["claim_id", "origin_id", "visible_from", "supersedes"]]
    return named[named["supersedes"] != named["claim_id"]].sort_values("visible_from")


def _own_end(dated: pd.DataFrame) -> pd.Series:
    """Find the day on which a claim ends by its own status or by a named successor."""
    ended = dated["status"].isin(schema.ENDED_STATUSES)
    successors = _successors(dated).drop_duplicates("supersedes").set_index("supersedes")
    replaced = _look_up(dated["claim_id"], successors["visible_from"])
    end = _earliest(dated["status_date_last"].where(ended), replaced)
    undated_end = ended & end.isna()
    return end.where(~undated_end, dated["visible_from"].fillna(NEVER))


def _figure_end(dated: pd.DataFrame) -> pd.Series:
    """Find the day on which the same source's newer figure replaces a claim's."""
    figures = dated[
        dated["canonical"]
        & dated["kind"].isin(schema.STATES)
        & dated["low"].notna()
        & dated[["visible_from", "true_of", "source"]].notna().all(axis="columns")
    ]
    table = figures[["origin_id", "true_of", "visible_from"]].assign(key=_figure_keys(figures))
    replaces = (figures["status"] != "retracted") & ~_is_part(figures, table, dated)
    # For each key and day: the first day on which a figure for that or a later day was visible.
    newest = table[replaces].groupby(["key", "true_of"])["visible_from"].min().reset_index()
    newest = newest.sort_values(["key", "true_of"], ascending=[True, False])
    newest["since"] = newest.groupby("key")["visible_from"].cummin()
    merged = pd.merge_asof(
        table.sort_values("true_of"),
        newest[["key", "true_of", "since"]].sort_values("true_of"),
        on="true_of",
        by="key",
        direction="forward",
        allow_exact_matches=False,
    )
    return _look_up(dated["origin_id"], merged.set_index("origin_id")["since"])


def _figure_keys(figures: pd.DataFrame) -> np.ndarray:
    """Give figures one number where one can replace the other."""
    parts = (
        source_key(figures["source"]),
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


def _is_part(figures: pd.DataFrame, table: pd.DataFrame, dated: pd.DataFrame) -> pd.Series:
    """Whether a figure is declared a part of one that it would otherwise replace."""
    origins = dated.set_index("claim_id")["origin_id"]
    whole = figures["part_of"].map(origins).fillna(figures["part_of"])
    return whole.map(table.set_index("origin_id")["key"]) == table["key"]
