"""Drift: what the retellings of an origin changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.statements import check_claims_typed
from geodata.corpus import Corpus
from geodata.rules.dating import parse_as_of
from geodata.rules.sources import source_key

DRIFT_COLUMNS: Final = (
    "origin_id", "claim_id", "canonical_claim_id", "field", "before", "after", "what",
)  # fmt: skip
# The fields that are compared, in the order in which their changes are listed.
DRIFT_FIELDS: Final = (
    "modifier", "value", "unit", "places", "extent", "actor", "kind", "speaker", "speaker_role",
    "stated", "as_of",
)  # fmt: skip

_FLOORS: Final = ("over", "at_least")

Telling: TypeAlias = dict[Hashable, Any]
Change: TypeAlias = tuple[str | None, str | None, str]


def find_drift(claims: pd.DataFrame, *, as_of: str | date | None = None) -> pd.DataFrame:
    """List what the other tellings of each origin changed against the one that stands for it.

    Parameters
    ----------
    claims
        Typed claims, one row a claim.
    as_of
        As `geodata.analysis` describes it; tellings without a date are compared.

    Returns
    -------
    DataFrame
        One row a change, sorted by ``origin_id`` and ``claim_id``, the fields of a claim in
        the order of `geodata.analysis.drift.DRIFT_FIELDS`, with a RangeIndex; all columns are str:

        - ``origin_id``, ``claim_id`` (the retelling), ``canonical_claim_id`` (the telling
          whose figures are the origin's, on that day);
        - ``field``: one of `geodata.analysis.drift.DRIFT_FIELDS`;
        - ``before``, ``after``: the field in the canonical telling and in the retelling;
          missing where it is not there;
        - ``what``: the field (``modifier``, ``figure``, ``unit``, ``places``, ``extent``,
          ``actor``, ``kind``, ``speaker``, ``role``, ``date``) and what became of it: ``lost``,
          ``added`` or ``changed``; ``modifier turned`` where a floor became a ceiling or the
          reverse, ``modifier reworded`` where its meaning stayed; ``place widened`` or ``place
          narrowed``; ``date blurred`` or ``date sharpened``.

    Raises
    ------
    ArgumentError
        If the claims are not typed, or ``as_of`` is no date.

    Notes
    -----
    Units of one family are no change, since translators choose freely between "fighters"
    and "militants"; nor are spellings of one actor or place. An extent is compared where
    the places are the same: a claim that is widened to its country is nationwide by that.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> drift = find_drift(sample_claims(), as_of="2023-03-31")
    >>> drift.loc[drift["field"] == "modifier", ["claim_id", "what"]].values.tolist()[0]
    ['bbabo-2022-01-militants', 'modifier turned']
    """
    check_claims_typed(claims)
    corpus = Corpus.of(claims)
    at = corpus.at(parse_as_of(as_of))
    origin = corpus.origin[at.published]
    several = at.published[np.bincount(origin)[origin] > 1] if len(origin) else at.published
    told = at.frame(several).assign(
        stands=at.stands[several], area=corpus.areas.iloc[several].to_numpy()
    )
    told = told.assign(speaker_key=source_key(told["speaker"]))
    told = told.sort_values(["origin_id", "claim_id"])
    stands = told["stands"].astype(bool)
    canonical = {row["origin_id"]: row for row in told[stands].to_dict("records")}
    rows = [
        (after["origin_id"], after["claim_id"], canonical[after["origin_id"]]["claim_id"], *change)
        for after in told[~stands].to_dict("records")
        for change in _changes(canonical[after["origin_id"]], after)
    ]
    return pd.DataFrame(rows, columns=list(DRIFT_COLUMNS)).astype("str")


def _changes(before: Telling, after: Telling) -> Iterable[tuple[str, str | None, str | None, str]]:
    for field in DRIFT_FIELDS:
        change = _COMPARISONS[field](before, after)
        if change is not None:
            yield field, *change


# --- figures -------------------------------------------------------------------


def _modifier(before: Telling, after: Telling) -> Change | None:
    old, new = _text(before["modifier"]), _text(after["modifier"])
    # Where a figure came or went, its modifier did too: that is one change.
    if old is None or new is None or old == new:
        return None
    if new == "exact":
        return old, new, "modifier lost"
    if old == "exact":
        return old, new, "modifier added"
    if old in _FLOORS and new in _FLOORS:
        return old, new, "modifier reworded"
    turned = {old, new} & set(_FLOORS) and "up_to" in (old, new)
    return old, new, "modifier turned" if turned else "modifier changed"


def _value(before: Telling, after: Telling) -> Change | None:
    return _presence(_figure(before), _figure(after), "figure")


def _unit(before: Telling, after: Telling) -> Change | None:
    old, new = _text(before["unit_family"]), _text(after["unit_family"])
    if old == new:
        return None
    return _presence(_text(before["unit"]), _text(after["unit"]), "unit")


def _figure(telling: Telling) -> str | None:
    """Write the numbers of a claim, its modifier apart."""
    value, low, high = (telling[name] for name in schema.NUMBER_COLUMNS)
    ends = f"{low:,.10g}–{high:,.10g}" if pd.notna(low) and pd.notna(high) else None
    if pd.isna(value):
        return ends
    return f"{value:,.10g}" if ends is None else f"{value:,.10g} ({ends})"


# --- places, actors, speakers --------------------------------------------------


def _places(before: Telling, after: Telling) -> Change | None:
    old, new = set(before["area"]), set(after["area"])
    if old == new:
        return None
    said = "; ".join(before["area"]) or None, "; ".join(after["area"]) or None
    if not old or not new:
        return *said, "place lost" if old else "place added"
    if old < new or _lies_in(old, before, new):
        return *said, "place widened"
    if new < old or _lies_in(new, after, old):
        return *said, "place narrowed"
    return *said, "place changed"


def _lies_in(inner: set[str], telling: Telling, outer: set[str]) -> bool:
    """Whether units that are no countries lie in those that are, by the countries of a claim."""
    countries = {part.strip() for part in str(telling["country"]).split(schema.LIST_SEPARATOR)}
    return inner.isdisjoint(countries) and countries <= outer


def _extent(before: Telling, after: Telling) -> Change | None:
    old, new = str(before["extent"]), str(after["extent"])
    same = before["area"] == after["area"]
    return (old, new, "extent changed") if same and old != new else None


def _actor(before: Telling, after: Telling) -> Change | None:
    if set(before["actor_ids"]) == set(after["actor_ids"]):
        return None
    return "; ".join(before["actor_ids"]), "; ".join(after["actor_ids"]), "actor changed"


def _kind(before: Telling, after: Telling) -> Change | None:
    return _presence(str(before["kind"]), str(after["kind"]), "kind")


def _speaker(before: Telling, after: Telling) -> Change | None:
    if before["speaker_key"] == after["speaker_key"]:
        return None
    return _presence(_text(before["speaker"]), _text(after["speaker"]), "speaker")


def _role(before: Telling, after: Telling) -> Change | None:
    old, new = _text(before["speaker_role"]), _text(after["speaker_role"])
    return None if _folded(old) == _folded(new) else _presence(old, new, "role")


# --- dates ---------------------------------------------------------------------


def _date(column: str) -> Callable[[Telling, Telling], Change | None]:
    def compare(before: Telling, after: Telling) -> Change | None:
        old, new = _period(before, column), _period(after, column)
        said = _text(before[column]), _text(after[column])
        if old is None or new is None:
            return _presence(*said, "date")
        if old == new:
            return None
        if new[0] <= old[0] and old[1] <= new[1]:
            return *said, "date blurred"
        if old[0] <= new[0] and new[1] <= old[1]:
            return *said, "date sharpened"
        return *said, "date changed"

    return compare


def _period(telling: Telling, column: str) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    first, last = telling[f"{column}_first"], telling[f"{column}_last"]
    return None if last is pd.NaT else (first, last)


# --- words ---------------------------------------------------------------------


def _text(cell: object) -> str | None:
    return cell if isinstance(cell, str) else None


def _folded(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split()).casefold()


def _presence(old: str | None, new: str | None, name: str) -> Change | None:
    """Say that something was lost, added or changed; None where it was not."""
    if old == new:
        return None
    if new is None:
        return old, new, f"{name} lost"
    return old, new, f"{name} added" if old is None else f"{name} changed"


_COMPARISONS: Final[dict[str, Callable[[Telling, Telling], Change | None]]] = {
    "modifier": _modifier,
    "value": _value,
    "unit": _unit,
    "places": _places,
    "extent": _extent,
    "actor": _actor,
    "kind": _kind,
    "speaker": _speaker,
    "speaker_role": _role,
    "stated": _date("stated"),
    "as_of": _date("as_of"),
}
