"""When a claim counts: from which day it is visible, until which day, and how old it is.

Everything here follows from columns that do not depend on the day that a
map is drawn for, so that a page can let its reader choose another day without
asking Python again:

``visible_from``
    The last day of ``reported``, else of ``stated``. Missing = undated.
``true_of``
    The last day of ``as_of``, else of ``stated``; never of ``reported``: an old
    statement does not become young when it is told again. Succession and windows of
    comparison use it.
``aged_from``
    The first day of ``as_of``, else of ``stated``, from which the claim ages: what is true
    "of 2023" may be as old as January. A forecast ages from when it was said.
``forecast_until``
    The day from which a forecast counts, the first one of its ``as_of``; missing for all others.
    A claim is a forecast if that lies after the last day of ``stated``, else of ``reported``.
    The other tellings of a canonical forecast are one too.
``status_from``
    The day from which a status other than ``current`` is known: ``status_date``, else the day
    its successor appears, else the day the claim is visible itself.
``current_until``
    The first day on which the claim no longer counts. Missing = it still does.
``suspended``
    Pairs of days: from the first on it does not count, from the second on it does again.
    Those before a forecast is due are among them.
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
2. A successor (a claim whose ``supersedes`` names it), from the day that one is visible, or
   due, if it is a forecast.
3. A newer figure of the same source, whichever of its names is given, for the same actors,
   kind, unit family and places: one that is true of a later day, from the day it is visible,
   or due. This holds between origins, as their canonical tellings put them, and for states only: a
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
from typing import TypeGuard

import pandas as pd

from geodata import schema
from geodata.corpus import Corpus
from geodata.errors import ArgumentError, DateError
from geodata.rules.sources import source_key
from geodata.rules.validity import VALIDITY_COLUMNS
from geodata.text.dates import parse_date

__all__ = ["currency_at", "date_claims", "is_number", "parse_as_of", "source_key"]


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
        The claims, their index kept, with ``visible_from``, ``true_of``, ``aged_from``,
        ``forecast_until``, ``status_from``, ``current_until`` (datetime64[s]), ``suspended``
        (tuple of pairs of timestamps, in order, mostly empty), ``precedence`` (int64, from 0 in
        each origin) and ``canonical`` (bool, those of precedence 0), as the module says. Figures
        of another source never end a claim.

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
    bare = claims.drop(columns=[name for name in VALIDITY_COLUMNS if name in claims])
    return claims.assign(**Corpus.of(bare).validity.columns(claims.index))


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
        As `geodata.rules.dating.parse_as_of` takes it.
    fresh_days, stale_days
        A claim is ``fresh`` up to so many days after ``aged_from``, and
        ``stale`` beyond the others; between them it is ``ageing``.

    Returns
    -------
    DataFrame
        The claims, their index kept, with the columns of `date_claims` and
        ``visible``, ``current``, ``counts`` (bool), ``forecast`` (bool: it is out, has not
        ended, and speaks of a day that has not come), ``status_then`` (str: its status so far
        as it was known), ``age_days`` (Int64, missing where it is unknown of which day a claim
        is true) and ``age`` (one of `schema.AGES`).
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
    check_ages(fresh_days, stale_days)
    corpus = Corpus.of(claims)
    at = corpus.at(parse_as_of(as_of))
    dated = {} if "current_until" in claims else corpus.validity.columns(claims.index)
    told = at.columns(claims.index, fresh_days=fresh_days, stale_days=stale_days)
    return claims.assign(**dated, **told)


def check_ages(fresh_days: int, stale_days: int) -> None:
    """Raise `ArgumentError` unless claims are fresh before they are stale."""
    known = is_number(fresh_days) and is_number(stale_days)
    if not known or not 0 <= fresh_days <= stale_days:
        message = (
            f"fresh_days={fresh_days!r}, stale_days={stale_days!r}: a claim must be fresh "
            "before it is stale; give numbers of days, 0 <= fresh_days <= stale_days"
        )
        raise ArgumentError(message)


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a number, which a truth value is to Python alone.

    >>> is_number(9), is_number("9"), is_number(True)
    (True, False, False)
    """
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_day(value: object) -> TypeGuard[date]:
    """Whether a value is a date or a timestamp; NaT counts as a date to Python."""
    return value is not pd.NaT and isinstance(value, date)
